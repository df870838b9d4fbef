"""The places of France seen from one served territory: what is inside, near, far; called by the place finder."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.territoire.geometrie import distance_km
from maillage.territoire.repertoire import Repertoire

VOISINAGE_KM = 50.0
VUES_MAX = 16


@dataclass(frozen=True, slots=True)
class Lieu:
    """A commune of today; its point is its centre (None: unknown)."""

    code_insee: str
    nom: str
    codes_postaux: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    population: int | None
    dans_territoire: bool
    departement: str


@dataclass(frozen=True, slots=True, eq=False)
class Vue:
    """`kms`: distance of each commune to the centre of the territory, infinite when either is unknown."""

    places: Repertoire
    siren: str
    kms: NDArray[np.float32]

    def dans_territoire(self, commune: int) -> bool:
        return bool(self.siren) and self.places.groupements[commune] == self.siren

    def km(self, commune: int) -> float:
        return float(self.kms[commune])

    def cercle(self, commune: int) -> int:
        """0 in the served territory, 1 around it, 2 elsewhere."""
        if self.dans_territoire(commune):
            return 0
        return 1 if self.km(commune) <= VOISINAGE_KM else 2

    def population(self, commune: int) -> int:
        """Unknown counts for less than zero: such a commune comes last."""
        return int(self.places.populations[commune])

    def par_population(self, communes: Iterable[int]) -> list[int]:
        """The served territory, then its neighbourhood, then elsewhere; the most people first in each."""
        return sorted(communes, key=lambda i: (self.cercle(i), -self.population(i), i))

    def nom(self, commune: int) -> str:
        return self.places.noms[commune]

    def lieu(self, commune: int) -> Lieu:
        p = self.places
        latitude, longitude = float(p.latitudes[commune]), float(p.longitudes[commune])
        situe = not (np.isnan(latitude) or np.isnan(longitude))
        habitants = self.population(commune)
        return Lieu(
            code_insee=p.codes[commune],
            nom=p.noms[commune],
            codes_postaux=p.codes_postaux[commune],
            latitude=latitude if situe else None,
            longitude=longitude if situe else None,
            population=None if habitants < 0 else habitants,
            dans_territoire=self.dans_territoire(commune),
            departement=p.departements[commune],
        )


_vues: dict[str, Vue] = {}


def vue_depuis(places: Repertoire, siren: str) -> Vue:
    """The view from one grouping ("" = from nowhere); the last ones are kept, 140 KB each."""
    vue = _vues.get(siren)
    if vue is not None and vue.places is places:
        return vue
    if len(_vues) >= VUES_MAX or any(autre.places is not places for autre in list(_vues.values())):
        _vues.clear()  # too many, or of a directory loaded before this one
    vue = Vue(places, siren, _distances(places, siren))
    _vues[siren] = vue
    return vue


def _distances(places: Repertoire, siren: str) -> NDArray[np.float32]:
    communes = places.communes_de(siren)
    latitudes, longitudes = places.latitudes[communes], places.longitudes[communes]
    if not communes.size or np.isnan(latitudes).all():
        return np.full(len(places.codes), np.inf, dtype=np.float32)
    centre = float(np.nanmean(latitudes)), float(np.nanmean(longitudes))
    kms = distance_km(*centre, places.latitudes, places.longitudes)
    return np.where(np.isnan(kms), np.inf, kms).astype(np.float32)
