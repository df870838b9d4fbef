"""A question to the directory and its answer, as plain values; pages and API fill the one and show the other."""

import math
from dataclasses import dataclass, replace

from maillage.recherche.texte import MOTS_VIDES, decouper_mots, nettoyer, plier

LONGUEUR_MAX = 200
TERMES_MAX = 12
TAILLE_MAX = 100
RAYON_DEFAUT = 10.0
RAYON_MIN, RAYON_MAX = 0.1, 1000.0


@dataclass(frozen=True, slots=True)
class Requete:
    """With coordinates: the circle, the records of `code_insee` that have none, and those offered everywhere.
    With `code_insee` alone: the records of that commune and those offered everywhere."""

    texte: str = ""
    latitude: float | None = None
    longitude: float | None = None
    rayon_km: float = RAYON_DEFAUT
    code_insee: str = ""
    familles: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    exemples: bool = True
    page: int = 1
    taille: int = 20


@dataclass(frozen=True, slots=True)
class Resultat:
    n: int
    genre: str
    distance_km: float | None
    score: float
    fiche: bytes
    pourquoi: str  # short reason in French, ready to show


@dataclass(frozen=True, slots=True)
class Reponse:
    total: int
    total_exact: bool  # False: `total` counts the square around the circle, say « environ »
    resultats: tuple[Resultat, ...]
    corrige: str  # the words that replaced mistyped ones, "" when none did


def decouper(texte: str) -> tuple[str, ...]:
    """The words that count in a question, in order, each once; stop words when nothing else was typed."""
    mots = decouper_mots(nettoyer(texte[:LONGUEUR_MAX])[:LONGUEUR_MAX])
    utiles = [mot for mot in mots if plier(mot) not in MOTS_VIDES]
    return tuple(dict.fromkeys(utiles or mots))[:TERMES_MAX]


def normalise(requete: Requete) -> Requete:
    """Bring every number into the range the engine accepts; a place that is nowhere is no place."""
    rayon = requete.rayon_km if math.isfinite(requete.rayon_km) and requete.rayon_km > 0 else RAYON_DEFAUT
    situe = is_point(requete.latitude, requete.longitude)
    return replace(
        requete,
        texte=requete.texte[:LONGUEUR_MAX],
        latitude=requete.latitude if situe else None,
        longitude=requete.longitude if situe else None,
        rayon_km=min(max(rayon, RAYON_MIN), RAYON_MAX),
        code_insee=_encodable(requete.code_insee),
        familles=tuple(map(_encodable, requete.familles)),
        page=max(requete.page, 1),
        taille=min(max(requete.taille, 1), TAILLE_MAX),
    )


def _encodable(valeur: str) -> str:
    """A lone surrogate, possible in an address, matches nothing instead of stopping the engine."""
    return valeur.encode("utf-8", "replace").decode()


def is_point(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return False
    return abs(latitude) <= 90 and abs(longitude) <= 180  # false for NaN too
