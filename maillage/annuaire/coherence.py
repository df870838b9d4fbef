"""Check that the directory holds together; called by `maillage check_annuaire`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from maillage.annuaire import indexing
from maillage.annuaire.documents import MODELES, trouvables
from maillage.annuaire.models import Doublon, Lieu, Service, Source, Structure
from maillage.annuaire.presentation import mois_ecoules
from maillage.core.outbox import dernier_changement
from maillage.territoire.geometrie import distance_km

# Farther from the middle of its commune than any point of the largest ones (Arles: 28 km).
ECART_MAX_KM = 30
# In Guyane, a commune reaches 150 km from its middle.
ECART_GUYANE_KM = 150
GUYANE = "973"
MOIS_EDITION = 12
EXEMPLES = 5


@dataclass(frozen=True, slots=True)
class Controle:
    """`justes` of `total`; a failure of a `grave` one is an inconsistency, of another a thing to do."""

    nom: str
    justes: int
    total: int
    grave: bool
    exemples: tuple[str, ...] = ()

    @property
    def reussi(self) -> bool:
        return self.justes == self.total

    def __str__(self) -> str:
        suite = f" ({', '.join(self.exemples)})" if self.exemples else ""
        return f"{self.nom} : {self.justes} sur {self.total}{suite}"


def controler(*, le: date) -> list[Controle]:
    return [controle(le) for controle in CONTROLES]


def _changements(le: date) -> Controle:
    return Controle(
        "changements appliqués à l’index", indexing.controler().dernier, dernier_changement(), grave=True
    )


def _index(le: date) -> Controle:
    attendues = sum(trouvables(genre, le=le).count() for genre in MODELES)
    return Controle("fiches trouvables dans l’index", indexing.controler().compte, attendues, grave=True)


def _orphelins(le: date) -> Controle:
    visibles = Service.objects.visibles()
    orphelins = visibles.filter(structure_ref__retire_le__isnull=False)
    return _sauf(
        "services dont la structure est dans l’annuaire",
        visibles.count(),
        orphelins.values_list("id", flat=True),
    )


def _communes(le: date) -> Controle:
    visibles = Structure.objects.visibles()
    inconnues = visibles.filter(commune_officielle__isnull=True).exclude(code_insee=None, commune=None)
    return _sauf(
        "structures dont la commune est connue", visibles.count(), inconnues.values_list("id", flat=True)
    )


def _coordonnees(le: date) -> Controle:
    """A point far from its commune is usually a swapped or a truncated number."""
    champs = (
        "latitude",
        "longitude",
        "commune_officielle__latitude",
        "commune_officielle__longitude",
        "commune_officielle__departement",
    )
    situes = {f"{champ}__isnull": False for champ in champs}
    structures = Structure.objects.visibles().filter(**situes).order_by("pk").values_list("id", *champs)
    lieux = Lieu.objects.filter(service__retire_le__isnull=True, **situes).order_by("pk")
    points = [*structures, *lieux.values_list("service__id", *champs)]
    if not points:
        return Controle("coordonnées dans leur commune", 0, 0, grave=True)
    identifiants, *colonnes = zip(*points, strict=True)
    y, x, y_commune, x_commune = (np.array(colonne, dtype=float) for colonne in colonnes[:4])
    permis = np.where(np.array(colonnes[4]) == GUYANE, ECART_GUYANE_KM, ECART_MAX_KM)
    loin = np.flatnonzero(distance_km(y, x, y_commune, x_commune) > permis)
    return _sauf("coordonnées dans leur commune", len(points), [identifiants[i] for i in loin])


def _doublons(le: date) -> Controle:
    tous = Doublon.objects.count()
    ouverts = Doublon.objects.filter(etat="signale").order_by("pk").values_list("premiere__id", flat=True)
    return _sauf("doublons examinés", tous, ouverts, grave=False)


def _editions(le: date) -> Controle:
    datees = list(Source.objects.filter(edition_le__isnull=False).order_by("slug"))
    vieilles = [s.slug for s in datees if s.edition_le and mois_ecoules(s.edition_le, le=le) >= MOIS_EDITION]
    return _sauf("sources de moins d’un an", len(datees), vieilles, grave=False)


def _sauf(nom: str, total: int, fautes: Iterable[str], *, grave: bool = True) -> Controle:
    trouvees = list(fautes)
    return Controle(nom, total - len(trouvees), total, grave, tuple(trouvees[:EXEMPLES]))


CONTROLES: tuple[Callable[[date], Controle], ...] = (
    _changements,
    _index,
    _orphelins,
    _communes,
    _coordonnees,
    _doublons,
    _editions,
)
