"""Understand where a person searches: a commune, the territory served, or nowhere yet; called by the search."""

from dataclasses import dataclass

import numpy as np

from maillage.annuaire.demande import Demande
from maillage.territoire import lieux
from maillage.territoire.geometrie import distance_km
from maillage.territoire.models import Commune, Territoire

# Beyond the farthest commune of the territory: its people also use what stands just outside.
MARGE_KM = 5.0


@dataclass(frozen=True, slots=True)
class Lieu:
    nom: str
    code: str  # "" for a territory
    latitude: float | None
    longitude: float | None
    rayon_km: float | None = None  # of a territory; None: the one that the person chose
    departement: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """`autres`: the other communes that were perhaps meant; `corrige`: what to say of what was understood."""

    lieu: Lieu | None = None
    inconnu: bool = False
    autres: tuple[lieux.Lieu, ...] = ()
    corrige: str = ""

    @property
    def is_commune(self) -> bool:
        return self.lieu is not None and bool(self.lieu.code)


def situer(demande: Demande, *, territoire: Territoire | None) -> Situation:
    if demande.commune:
        choisie = lieux.lieu_de_code(demande.commune, territoire=territoire)
        if choisie is not None:
            return Situation(_commune(choisie))
    if not demande.lieu:
        return Situation(None if demande.partout or not territoire else _territoire(territoire))
    trouve = lieux.chercher_lieu(demande.lieu, territoire=territoire)
    if trouve.lieu is None:
        # The first letters are usually right.
        proches = lieux.suggerer_lieux(demande.lieu[:3], territoire=territoire, limite=5)
        return Situation(inconnu=True, autres=proches)
    return Situation(_commune(trouve.lieu), autres=trouve.autres, corrige=trouve.corrige)


def _commune(lieu: lieux.Lieu) -> Lieu:
    return Lieu(lieu.nom, lieu.code_insee, lieu.latitude, lieu.longitude, departement=lieu.departement)


def _territoire(territoire: Territoire) -> Lieu | None:
    """A circle around all its communes; None when their points are unknown."""
    points = Commune.objects.filter(
        groupement=territoire.groupement_id, latitude__isnull=False, longitude__isnull=False
    ).values_list("latitude", "longitude")
    if not points:
        return None
    latitudes, longitudes = np.array(points).T
    latitude, longitude = float(latitudes.mean()), float(longitudes.mean())
    loin = float(np.max(distance_km(latitude, longitude, latitudes, longitudes)))
    return Lieu(territoire.nom, "", latitude, longitude, rayon_km=loin + MARGE_KM)
