"""Put the records that match in order and give one page of them; called once per attempt of a search.

The order is `(bm25 + 0.1) / (1 + (km / (0.3 * radius))**2)`: near records first, unless a farther one fits the
words much better; without words, the distance alone; without a place, the words alone; without either, the
alphabet. Ties by key.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol, cast

import numpy as np
from tantivy import DocAddress, Occur, Order, Query

from maillage.recherche.construction import RAYON_TERRE, Clause, au_lieu, carre, de_genre, filtrer, sans_score
from maillage.recherche.ouverture import Ouvert
from maillage.recherche.requete import Requete

# Measured: 1,000 candidates and two inner boxes find the exact first 20 in 255 dense searches of 255.
PLAFOND = 1000
RAYONS_INTERIEURS = (0.5, 0.2)
# Beyond this many results, pages are empty: nobody turns a thousand pages, and each costs the whole list.
PROFONDEUR = 20_000
PLANCHER = 0.1
PORTEE = 0.3
DICHOTOMIE = 12

Vecteur = np.ndarray[Any, np.dtype[np.float64]]
Cle = tuple[int, int]
Hits = list[tuple[Any, DocAddress]]

# Addresses cannot be compared; this is the fastest way to something that can.
cle_de: Callable[[DocAddress], Cle] = attrgetter("segment_ord", "doc")


class Trouvailles(Protocol):
    """What tantivy gives back; its own stub forgets `count`."""

    hits: Hits
    count: int


@dataclass(frozen=True, slots=True)
class Trouve:
    adresse: DocAddress
    score: float
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Liste:
    total: int
    total_exact: bool
    trouves: list[Trouve]


@dataclass(frozen=True, slots=True)
class Rangees:
    """Records in their final order, as columns: only those of the page become objects."""

    adresses: list[DocAddress]
    scores: Vecteur
    distances: Vecteur

    def __len__(self) -> int:
        return len(self.adresses)

    def couper(self, debut: int, fin: int) -> list[Trouve]:
        return [
            Trouve(adresse, float(score), None if math.isnan(km) else float(km))
            for adresse, score, km in zip(
                self.adresses[debut:fin], self.scores[debut:fin], self.distances[debut:fin], strict=True
            )
        ]

    def garder(self, rangs: Any) -> "Rangees":
        return Rangees([self.adresses[i] for i in rangs], self.scores[rangs], self.distances[rangs])


def classer(ouvert: Ouvert, requete: Requete, texte: Query | None) -> Liste:
    clauses = filtrer(ouvert.schema, requete)
    lieu = au_lieu(ouvert.schema, requete)
    if texte is not None:
        clauses.append((Occur.Must, texte))
    elif not lieu:
        return _par_nom(ouvert, requete, [*clauses, de_genre(ouvert.schema, requete)])
    tout = Query.boolean_query([*clauses, *lieu])
    premiers = _lancer(ouvert, tout, PLAFOND)
    if premiers.count <= PLAFOND:
        rangees = _ranger(ouvert, requete, premiers.hits)
        return Liste(total=len(rangees), total_exact=True, trouves=_page(requete, rangees))
    if requete.latitude is None:
        rangees = _ranger(ouvert, requete, premiers.hits)
    elif texte is None:
        rangees = _plus_proches(ouvert, requete, clauses, premiers.count)
    else:
        rangees = _ranger(ouvert, requete, premiers.hits + _interieurs(ouvert, requete, clauses))
    trouves = _page(requete, rangees)
    if requete.page * requete.taille > len(rangees):
        trouves += _suite(ouvert, requete, tout, rangees)
    return Liste(total=premiers.count, total_exact=requete.latitude is None, trouves=trouves)


def _lancer(ouvert: Ouvert, requete: Query, limite: int) -> Trouvailles:
    return cast(Trouvailles, ouvert.searcher.search(requete, limite))


def _par_nom(ouvert: Ouvert, requete: Requete, clauses: list[Clause]) -> Liste:
    resultat = ouvert.searcher.search(
        Query.boolean_query(clauses),
        requete.taille,
        offset=min((requete.page - 1) * requete.taille, ouvert.compte),
        order_by_field="tri",
        order=Order.Asc,
    )
    trouvailles = cast(Trouvailles, resultat)
    trouves = [Trouve(adresse, 0.0, None) for _, adresse in trouvailles.hits]
    return Liste(total=trouvailles.count, total_exact=True, trouves=trouves)


def _page(requete: Requete, rangees: Rangees) -> list[Trouve]:
    debut = (requete.page - 1) * requete.taille
    return rangees.couper(debut, debut + requete.taille)


def _suite(ouvert: Ouvert, requete: Requete, tout: Query, rangees: Rangees) -> list[Trouve]:
    """Deep pages: the other records follow the candidates, so that the order never changes from page to page."""
    deja = {cle_de(adresse) for adresse in rangees.adresses}
    hits = [hit for hit in _lancer(ouvert, tout, PROFONDEUR).hits if cle_de(hit[1]) not in deja]
    debut = (requete.page - 1) * requete.taille - len(rangees)
    return _ranger(ouvert, requete, hits).couper(max(debut, 0), max(debut + requete.taille, 0))


def _interieurs(ouvert: Ouvert, requete: Requete, clauses: list[Clause]) -> Hits:
    """Where many records tie on the words, the nearest would be lost among them: look closer too."""
    hits: Hits = []
    for part in RAYONS_INTERIEURS:
        hits += _autour(ouvert, requete, clauses, requete.rayon_km * part).hits
    return hits


def _autour(ouvert: Ouvert, requete: Requete, clauses: list[Clause], rayon_km: float) -> Trouvailles:
    boite = carre(ouvert.schema, requete.latitude or 0.0, requete.longitude or 0.0, rayon_km)
    return _lancer(ouvert, Query.boolean_query([*clauses, sans_score(boite)]), PLAFOND)


def _plus_proches(ouvert: Ouvert, requete: Requete, clauses: list[Clause], compte: int) -> Rangees:
    """The nearest records without exception: the widest circle found whose box holds no more than the cap."""
    bas, haut = 0.0, requete.rayon_km
    rayon = haut * math.sqrt(0.5 * PLAFOND / compte)
    complet: Hits = []
    for _ in range(DICHOTOMIE):
        trouves = _autour(ouvert, requete, clauses, rayon)
        if trouves.count > PLAFOND:
            haut = rayon
        else:
            bas, complet = rayon, trouves.hits
            if trouves.count >= PLAFOND / 4:
                break
        rayon = (bas + haut) / 2
    rangees = _ranger(ouvert, requete, complet)
    # The corners of the box are not all the records at their distance: they come with the deep pages.
    return rangees.garder(np.flatnonzero(rangees.distances <= bas))


def _ranger(ouvert: Ouvert, requete: Requete, hits: Hits) -> Rangees:
    if len(hits) > PLAFOND:  # inner boxes repeat records
        hits = list({cle_de(hit[1]): hit for hit in hits}.values())
    adresses = [adresse for _, adresse in hits]
    scores = np.array([bm25 for bm25, _ in hits], dtype=np.float64)
    distances = _distances(ouvert, requete, adresses)
    if requete.latitude is not None or requete.code_insee:
        partout = _champ(ouvert, "partout", adresses) > 0
        scores = _ponderer(requete.rayon_km, scores, distances, partout)
        distances[distances > requete.rayon_km] = np.nan
    rangs = np.lexsort((_champ(ouvert, "genre", adresses), _champ(ouvert, "n", adresses), -scores))
    return Rangees(adresses, scores, distances).garder(rangs[scores[rangs] >= 0])


def _ponderer(rayon: float, scores: Vecteur, distances: Vecteur, partout: Any) -> Vecteur:
    """Scores with the distance in them; -1 for the corners of the box, out of the circle."""
    loin = distances > rayon
    # Offered everywhere: after what is in the circle. Somewhere in the commune asked for: neither near nor far.
    de_loin = np.where(partout, rayon * 1.0001, rayon * PORTEE)
    kilometres = np.where(loin | np.isnan(distances), de_loin, distances)
    ponderes = (scores + PLANCHER) / (1 + (kilometres / (PORTEE * rayon)) ** 2)
    return np.where(loin & ~partout, -1.0, ponderes)


def _distances(ouvert: Ouvert, requete: Requete, adresses: list[DocAddress]) -> Vecteur:
    """Great-circle kilometres; NaN for a record without a point, or when no point was asked for."""
    if requete.latitude is None or requete.longitude is None:
        return np.full(len(adresses), np.nan)
    y, x = (np.radians(_champ(ouvert, champ, adresses)) for champ in ("latitude", "longitude"))
    y0, x0 = math.radians(requete.latitude), math.radians(requete.longitude)
    corde = np.sin((y - y0) / 2) ** 2 + math.cos(y0) * np.cos(y) * np.sin((x - x0) / 2) ** 2
    return np.asarray(2 * RAYON_TERRE * np.arcsin(np.sqrt(np.clip(corde, 0, 1))))


def _champ(ouvert: Ouvert, champ: str, adresses: list[DocAddress]) -> Vecteur:
    """Absent values become NaN."""
    return np.array(ouvert.searcher.fast_field_values(champ, adresses), dtype=np.float64)
