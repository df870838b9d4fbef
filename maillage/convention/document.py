"""The lines of a document as a page shows them: number, text, and what was found on each; called by the views."""

from collections import defaultdict
from dataclasses import dataclass

from maillage.convention.lecture.lignes import read_lignes
from maillage.convention.models import Document


@dataclass(frozen=True, slots=True)
class LigneMontree:
    """One line of the source, with its number; `ecartee` says why it was left out of the plan, when it was."""

    numero: int
    texte: str
    ecartee: str = ""
    reparations: int = 0


def lire_lignes(document: Document) -> list[LigneMontree]:
    """Every line of the document, numbered as the plan cites them."""
    ecartees = {ligne["ligne"]: ligne["motif"] for ligne in document.ecartees}
    reparations: defaultdict[int, int] = defaultdict(int)
    for reparation in document.reparations:
        reparations[reparation["ligne"]] += 1
    return [
        LigneMontree(n, texte, ecartees.get(n, ""), reparations[n])
        for n, texte in enumerate(read_lignes(document.texte), start=1)
    ]
