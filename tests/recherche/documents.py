"""Documents and indexes for the tests of the engine: only what the engine requires, the rest by keyword."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from maillage.recherche.document import Document
from maillage.recherche.index import Lecteur, reconstruire
from maillage.recherche.requete import Reponse, Requete

INSTANCE = "essai"
MULHOUSE = (47.7486, 7.3397)
# One kilometre of latitude, in degrees.
KM = 1 / 111.195


def make_document(n: int, nom: str = "", **champs: object) -> Document:
    vide = Document(
        n=n,
        genre="structure",
        id=f"essai--{n}",
        nom=nom or f"Lieu {n}",
        structure_nom="",
        commune="",
        code_insee="",
        description="",
        famille="",
        mots="",
        latitude=None,
        longitude=None,
        partout=False,
        exemple=False,
        visible=True,
        fiche=b'{"n":%d}' % n,
    )
    return replace(vide, **champs)  # type: ignore[arg-type]


def make_pres(n: int, nom: str = "", *, km: float, **champs: object) -> Document:
    """A document due north of Mulhouse."""
    return make_document(n, nom, latitude=MULHOUSE[0] + km * KM, longitude=MULHOUSE[1], **champs)


def make_lecteur(dossier: Path, documents: Iterable[Document], *, dernier: int = 1) -> Lecteur:
    reconstruire(dossier, instance=INSTANCE, documents=documents, dernier=dernier)
    return Lecteur(dossier, instance=INSTANCE)


def a_mulhouse(texte: str = "", **champs: object) -> Requete:
    return replace(Requete(texte=texte, latitude=MULHOUSE[0], longitude=MULHOUSE[1]), **champs)  # type: ignore[arg-type]


def numeros(reponse: Reponse) -> list[int]:
    return [resultat.n for resultat in reponse.resultats]
