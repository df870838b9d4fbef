"""Recognise the labelled fields of a fiche ("Pilote :", "Indicateurs") by the words that plans use for them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maillage.convention.lecture.lexique import fold

_ARTICLE = re.compile(r"^(?:les|le|la|l'|des)\s*")
_PLURIEL_FACULTATIF = re.compile(r"\([a-z]{1,2}\)")

NOMS_A_AFFICHER = {
    "objectifs": "objectifs",
    "etapes": "étapes",
    "moyens": "moyens",
    "criteres": "critères d’évaluation",
    "calendrier": "calendrier",
    "indicateurs": "indicateurs",
    "pilote": "pilote",
    "partenaires": "partenaires",
    "public": "public visé",
}
# A field that is asked for is there as soon as one of these is.
EQUIVALENTS = {
    "moyens": {"moyens", "moyens_humains", "moyens_materiels", "moyens_financiers"},
    "etapes": {"etapes", "calendrier"},
    "criteres": {
        "criteres",
        "indicateurs",
        "indicateurs_quantitatifs",
        "indicateurs_qualitatifs",
        "modalites_evaluation",
    },
}


@dataclass(frozen=True, slots=True)
class Etiquette:
    nom: str
    libelle: str
    reste: int  # where the value begins in the line; its length when the label stands alone


def find_etiquette(texte: str) -> Etiquette | None:
    """Return the field that this line opens: "Pilote : Caf", "Constats", "Public(s) visé(s) :"; None for plain text."""
    if len(texte) > 2000:
        return None
    tete, deux_points, suite = texte.partition(":")
    libelle = tete.strip(" \t|_")
    if not 2 < len(libelle) <= 60 or not libelle[0].isupper():
        return None
    nom = name_champ(libelle)
    if nom is None:
        return None
    return Etiquette(nom, libelle, len(texte) - len(suite.lstrip()) if deux_points else len(texte))


def name_champ(libelle: str) -> str | None:
    """Return the meaning of a field's label, or None when plans do not use it."""
    plie = _PLURIEL_FACULTATIF.sub("", fold(libelle)).replace("’", "'").strip(" :.-–")
    plie = re.sub(r"\s+", " ", plie)
    noms = _load_noms()
    return noms.get(plie) or noms.get(_ARTICLE.sub("", plie))


@cache
def _load_noms() -> dict[str, str]:
    """Return what plans print -> what it means."""
    texte = (Path(__file__).parent / "donnees" / "champs.txt").read_text(encoding="utf-8")
    lignes = [ligne for ligne in texte.replace("\n ", " ").splitlines() if not ligne.startswith("#")]
    champs = (ligne.split(":", 1) for ligne in lignes)
    return {libelle.strip(): nom for nom, libelles in champs for libelle in libelles.split(",")}
