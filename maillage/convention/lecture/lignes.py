"""Turn the text of a document into numbered lines, or refuse it; called first by `lire.py`."""

import re
import unicodedata
from dataclasses import dataclass

from maillage.convention.lecture.plan import DocumentIllisible

TAILLE_MAX = 5_000_000
LIGNES_MAX = 50_000
PART_DE_CONTROLE_MAX = 0.01
PAGE_EN_VIDES = 3  # an OCR leaves that many blank lines, or more, where a page ends

_FINS_DE_LIGNE = re.compile(r"\r\n|\n|\r")
_CONTROLES = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Marks without width: they would hide inside words and break every comparison.
_INVISIBLES = str.maketrans(
    "", "", "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
)


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of the source: `texte` with every repair, which the grammar reads; `rendu` without the refused ones."""

    numero: int
    texte: str
    rendu: str
    vides_avant: int = 0
    page_avant: bool = False

    @property
    def retrait(self) -> int:
        return len(self.texte) - len(self.texte.lstrip())

    @property
    def nu(self) -> str:
        return self.texte.strip()


def read_lignes(texte: str) -> tuple[str, ...]:
    """Return the lines of the source, numbered as any editor numbers them (a form feed does not end a line)."""
    _check_lisible(texte)
    lignes = _FINS_DE_LIGNE.split(texte)
    if lignes and not lignes[-1]:
        lignes.pop()
    if len(lignes) > LIGNES_MAX:
        raise DocumentIllisible(
            f"Le document compte {len(lignes)} lignes, plus que les {LIGNES_MAX} acceptées. "
            "Ne gardez que le plan d’actions, ou découpez le document."
        )
    return tuple(unicodedata.normalize("NFC", ligne.translate(_INVISIBLES)) for ligne in lignes)


def _check_lisible(texte: str) -> None:
    if len(texte) > TAILLE_MAX:
        raise DocumentIllisible(
            f"Le document compte {len(texte)} caractères, plus que les {TAILLE_MAX} acceptés. "
            "Ne gardez que le plan d’actions, ou découpez le document."
        )
    if "\x00" in texte or len(_CONTROLES.findall(texte)) > PART_DE_CONTROLE_MAX * len(texte):
        raise DocumentIllisible(
            "Ce fichier n’est pas un texte : il contient des octets binaires. "
            "Envoyez le texte de la convention (.txt), tel que l’OCR ou l’export de votre traitement de texte le donne."
        )
    orphelin = re.search(r"[\ud800-\udfff]", texte)
    if orphelin:
        ligne = texte.count("\n", 0, orphelin.start()) + 1
        raise DocumentIllisible(
            f"La ligne {ligne} contient un caractère invalide. Enregistrez le document en UTF-8, puis renvoyez-le."
        )


def make_lignes(
    textes: tuple[str, ...], rendus: tuple[str, ...], ecartees: frozenset[int]
) -> tuple[Ligne, ...]:
    """Return the lines that carry text, each knowing how many blank lines and which page break precede it."""
    lignes = []
    vides, page = 0, False
    for numero, (texte, rendu) in enumerate(zip(textes, rendus, strict=True), start=1):
        page = page or "\f" in texte
        if numero in ecartees:  # a header or a page number: the page changes here
            page = True
            continue
        if not texte.strip():
            vides += 1
            continue
        lignes.append(
            Ligne(
                numero,
                texte.replace("\f", ""),
                rendu.replace("\f", ""),
                vides,
                page_avant=page or vides >= PAGE_EN_VIDES,
            )
        )
        vides, page = 0, False
    return tuple(lignes)
