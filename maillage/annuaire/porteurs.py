"""Many records read at once as light values, for the index: what `heritage` reads of a model, and nothing else.

Called by `documents`; a model's instance costs five times the query that reads it. The rules stay in `heritage`:
these values only bear, under the same names, what the rules read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When
from django.utils.dateparse import parse_datetime

from maillage.annuaire.models import Fermeture, Lieu
from maillage.annuaire.periode import Periode


@dataclass(frozen=True, slots=True)
class SourceLue:
    nom: str
    edition_le: date | None


@dataclass(frozen=True, slots=True)
class CommuneLue:
    code: str
    nom: str
    latitude: float | None
    longitude: float | None


class Fermetures(tuple[Periode, ...]):
    """The closures of one record, under the name by which a model gives them."""

    __slots__ = ()

    def all(self) -> "Fermetures":
        return self


SANS_FERMETURE = Fermetures()


@dataclass(slots=True)
class MereLue:
    """The structure of a service: what the service inherits from it."""

    n: int
    id: str
    nom: str
    telephone: str | None
    courriel: str | None
    horaires_accueil: str | None
    site_web: str | None
    accessibilite_lieu: str | None
    itinerant: bool | None
    confidentiel: bool
    adresse: str | None
    complement_adresse: str | None
    code_postal: str | None
    commune: str | None
    code_insee: str | None
    latitude: float | None
    longitude: float | None
    ferme_le: date | None
    retire_le: datetime | None
    commune_officielle: CommuneLue | None
    fermetures: Fermetures


@dataclass(slots=True)
class StructureLue(MereLue):
    source_ref: SourceLue
    description: str | None
    exemple: bool
    source: str
    date_maj: date | None
    ouvert_le: date | None
    verifie_le: date | None
    updated_at: datetime | None  # only when `date_maj` is missing
    seule: bool  # without any open service


@dataclass(slots=True)
class LieuLu:
    pk: int
    nom: str
    principal: bool
    confidentiel: bool
    adresse: str | None
    complement_adresse: str | None
    code_postal: str | None
    commune: str | None
    code_insee: str | None
    latitude: float | None
    longitude: float | None
    horaires_accueil: str | None
    commune_officielle: CommuneLue | None


class Lieux(tuple[LieuLu, ...]):
    """The sites of one service, under the name by which a model gives them."""

    __slots__ = ()

    def all(self) -> "Lieux":
        return self


SANS_LIEU = Lieux()


@dataclass(slots=True)
class ServiceLu:
    n: int
    id: str
    nom: str
    description: str | None
    famille: str
    telephone: str | None
    courriel: str | None
    horaires_accueil: str | None
    sur_rendez_vous: bool | None
    exemple: bool
    source: str
    date_maj: date | None
    ouvert_le: date | None
    ferme_le: date | None
    verifie_le: date | None
    retire_le: datetime | None
    updated_at: datetime | None  # only when `date_maj` is missing
    modes_accueil: list[str] | None
    frais: str | None
    saturation: str | None
    saturation_le: date | None
    confidentiel: bool | None
    source_ref: SourceLue
    structure_ref: MereLue
    lieux: Lieux
    fermetures: Fermetures


_COMMUNE = tuple(f"commune_officielle__{champ}" for champ in ("code", "nom", "latitude", "longitude"))
_SOURCE = ("source_ref__nom", "source_ref__edition_le")
_MERE = (
    "n", "id", "nom", "telephone", "courriel", "horaires_accueil", "site_web", "accessibilite_lieu", "itinerant",
    "confidentiel", "adresse", "complement_adresse", "code_postal", "commune", "code_insee", "latitude", "longitude",
    "ferme_le", "retire_le", *_COMMUNE,
)  # fmt: skip
_STRUCTURE = (
    *_MERE, *_SOURCE, "description", "exemple", "source", "date_maj", "ouvert_le", "verifie_le",
)  # fmt: skip
_LIEU = (
    "pk", "nom", "principal", "confidentiel", "adresse", "complement_adresse", "code_postal", "commune", "code_insee",
    "latitude", "longitude", "horaires_accueil", *_COMMUNE,
)  # fmt: skip
_SERVICE = (
    "n", "id", "nom", "description", "famille", "telephone", "courriel", "horaires_accueil", "sur_rendez_vous",
    "exemple", "source", "date_maj", "ouvert_le", "ferme_le", "verifie_le", "retire_le",
    "modes_accueil", "frais", "saturation", "saturation_le", "confidentiel", *_SOURCE,
)  # fmt: skip
_SERVICE_ET_MERE = (*_SERVICE, *(f"structure_ref__{champ}" for champ in _MERE))
# When the record was last written is read only where it is told: in the place of a missing `date_maj`.
_ECRIT_LE = Case(When(date_maj__isnull=True, then=F("updated_at")))
_FIN_MERE = len(_MERE)
_FIN_SERVICE = len(_SERVICE)


def lire_structures(structures: QuerySet[Any]) -> Iterator[StructureLue]:
    """`structures` bears an annotation `a_un_service`."""
    lignes = _lignes(structures.values_list(*_STRUCTURE, _ECRIT_LE, "a_un_service"))
    fermetures = _fermetures(structures=[ligne[0] for ligne in lignes])["structure"]
    for ligne in lignes:
        nom, edition, description, exemple, source, maj, ouvert, verifie, ecrit, a_un_service = ligne[
            _FIN_MERE:
        ]
        reste = (
            _source(nom, edition),
            description,
            bool(exemple),
            source,
            _jour(maj),
            _jour(ouvert),
            _jour(verifie),
            _instant(ecrit),
            not a_un_service,
        )
        yield StructureLue(*(*_mere(ligne[:_FIN_MERE], fermetures), *reste))


def lire_services(services: QuerySet[Any]) -> Iterator[ServiceLu]:
    """In the order of the query; their structures, sites and closures come along, in three queries in all."""
    lignes = _lignes(services.values_list(*_SERVICE_ET_MERE, _ECRIT_LE))
    lieux = _lieux(ligne[0] for ligne in lignes)
    fermetures = _fermetures(
        services=[ligne[0] for ligne in lignes], structures=[ligne[_FIN_SERVICE] for ligne in lignes]
    )
    for ligne in lignes:
        (
            n, id_, nom, description, famille, telephone, courriel, horaires, rdv, exemple, source,
            maj, ouvert, ferme, verifie, retire, modes, frais, saturation, saturation_le, confidentiel,
            source_nom, edition,
        ) = ligne[:_FIN_SERVICE]  # fmt: skip
        yield ServiceLu(
            n,
            id_,
            nom,
            description,
            famille,
            telephone,
            courriel,
            horaires,
            None if rdv is None else bool(rdv),
            bool(exemple),
            source,
            _jour(maj),
            _jour(ouvert),
            _jour(ferme),
            _jour(verifie),
            _instant(retire),
            _instant(ligne[-1]),
            orjson.loads(modes) if modes else None,
            frais,
            saturation,
            _jour(saturation_le),
            None if confidentiel is None else bool(confidentiel),
            _source(source_nom, edition),
            MereLue(*_mere(ligne[_FIN_SERVICE:-1], fermetures["structure"])),
            lieux.get(n, SANS_LIEU),
            fermetures["service"].get(n, SANS_FERMETURE),
        )


def _lieux(services: Iterable[int]) -> dict[int, Lieux]:
    trouves: dict[int, list[LieuLu]] = {}
    lus = Lieu.objects.filter(service__in=list(services)).order_by("service", "-principal", "pk")
    for service, *ligne in _lignes(lus.values_list("service", *_LIEU)):
        pk, nom, principal, confidentiel, *reste = ligne[:-4]
        lieu = LieuLu(pk, nom, bool(principal), bool(confidentiel), *(*reste, _commune(*ligne[-4:])))
        trouves.setdefault(service, []).append(lieu)
    return {service: Lieux(lieux) for service, lieux in trouves.items()}


def _fermetures(
    *, structures: list[int], services: list[int] | None = None
) -> dict[str, dict[int, Fermetures]]:
    """{"structure": {number: closures}, "service": …}; one query for a whole batch."""
    lues = Fermeture.objects.filter(Q(structure__in=structures) | Q(service__in=services or []))
    trouvees: dict[str, dict[int, list[Periode]]] = {"structure": {}, "service": {}}
    colonnes = ("structure_id", "service_id", "du", "au", "motif", "texte")
    for structure, service, du, au, motif, texte in _lignes(lues.order_by("du", "pk").values_list(*colonnes)):
        genre, porteur = ("structure", structure) if structure else ("service", service)
        debut = _jour(du)
        if debut is not None:
            trouvees[genre].setdefault(porteur, []).append(Periode(debut, _jour(au), motif, texte))
    return {
        genre: {porteur: Fermetures(periodes) for porteur, periodes in par_porteur.items()}
        for genre, par_porteur in trouvees.items()
    }


def _mere(ligne: tuple[Any, ...], fermetures: dict[int, Fermetures]) -> tuple[Any, ...]:
    """The values of a `MereLue`, in its order."""
    itinerant, confidentiel = ligne[8:10]
    ferme, retire, code, nom, latitude, longitude = ligne[17:]
    return (
        *ligne[:8],
        None if itinerant is None else bool(itinerant),
        bool(confidentiel),
        *ligne[10:17],
        _jour(ferme),
        _instant(retire),
        _commune(code, nom, latitude, longitude),
        fermetures.get(ligne[0], SANS_FERMETURE),
    )


def _lignes(requete: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """As the engine gives them: the few values that need it are converted above, at a tenth of the cost."""
    try:
        sql, parametres = requete.query.sql_with_params()
    except EmptyResultSet:  # asked for no number at all
        return []
    with connection.cursor() as curseur:
        curseur.execute(sql, parametres)
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    return lignes


@lru_cache(1_000)
def _source(nom: str, edition: date | str | None) -> SourceLue:
    return SourceLue(nom, _jour(edition))


@lru_cache(50_000)
def _commune(
    code: str | None, nom: str, latitude: float | None, longitude: float | None
) -> CommuneLue | None:
    return CommuneLue(code, nom, latitude, longitude) if code else None


@lru_cache(10_000)
def _jour(valeur: date | str | None) -> date | None:
    """SQLite keeps days as text."""
    return date.fromisoformat(valeur) if isinstance(valeur, str) else valeur


@lru_cache(10_000)
def _instant(valeur: datetime | str | None) -> Any:
    """SQLite keeps instants without their zone, which is UTC."""
    lu = parse_datetime(valeur) if isinstance(valeur, str) else valeur
    return lu.replace(tzinfo=UTC) if lu and lu.tzinfo is None else lu
