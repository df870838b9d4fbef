"""What an evaluation reads, as plain values; filled from the database by `chargement`, from nothing by the tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from maillage.diagnostic.etats import Parole


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    nom: str
    departement: str
    population: int | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a record stands. `au_centre`: its own point is unknown or protected, the commune's centre stands for it."""

    commune: str | None
    longitude: float | None
    latitude: float | None
    au_centre: bool = False


@dataclass(frozen=True, slots=True)
class Releve:
    """One record of the directory, as it stood on the day asked about; `exclu` says why it does not count."""

    id: str
    nom: str
    famille: str
    source: str
    sites: tuple[Site, ...]
    commune_nom: str = ""
    depuis: date | None = None
    exclu: str = ""
    exemple: bool = False
    itinerant: bool = False


@dataclass(frozen=True, slots=True)
class Jumelles:
    """Two records flagged as maybe one (`signale`), or known to be one (`meme`)."""

    premiere: str
    seconde: str
    etat: str


@dataclass(frozen=True, slots=True)
class SourceLue:
    slug: str
    nom: str
    edition: str
    edition_le: date | None
    familles: frozenset[str] = frozenset()
    departements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Donnees:
    """Communes are the territory's own; records may stand beyond it."""

    communes: tuple[Commune, ...]
    releves: tuple[Releve, ...]
    sources: tuple[SourceLue, ...] = ()
    jumelles: tuple[Jumelles, ...] = ()
    # Départements around that may hold unknown records: kilometres from their nearest commune to one of ours.
    voisines: Mapping[str, float] = field(default_factory=dict)
    # The last word of a person on each (family, commune), that day; the share of communes a number wants.
    paroles: Mapping[tuple[str, str], Parole] = field(default_factory=dict)
    seuil: float = 1.0
    population_edition: str = ""
    population_le: date | None = None


@dataclass(frozen=True, slots=True)
class CommuneMesuree:
    """One commune in an answer: does it count, and how far is the nearest record."""

    code: str
    nom: str
    population: int | None
    concernee: bool
    distance_km: float | None = None
    plus_proche: str = ""
