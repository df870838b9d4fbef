"""What a record says once everything is inherited: service ← its main site ← its structure.

The one place where inheritance is resolved: pages, index, exports and API all read a `FicheResolue`.
`None` means unknown, `""` means "explicitly none" and is never replaced by the structure's value.
"""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from maillage.annuaire.models import Lieu, Service, Structure
from maillage.annuaire.porteurs import CommuneLue, LieuLu, MereLue, ServiceLu, StructureLue
from maillage.territoire.models import Commune

Q = TypeVar("Q", bound="QuerySet[Any]")
# An address is one value: its parts come together from one owner, never mixed.
PARTIES_ADRESSE = ("adresse", "complement_adresse", "code_postal", "commune", "code_insee")
_adresse = attrgetter(*PARTIES_ADRESSE)


@dataclass(frozen=True, slots=True)
class LieuResolu:
    """A site as it may be shown: a protected one keeps its commune and nothing more."""

    nom: str
    principal: bool
    commune: str | None
    code_insee: str | None
    code_postal: str | None
    adresse: str | None
    complement_adresse: str | None
    latitude: float | None
    longitude: float | None
    horaires_accueil: str | None
    confidentiel: bool


@dataclass(frozen=True, slots=True)
class FicheResolue:
    """Everything a reader may be told of one record. `latitude`/`longitude` are None for a protected address."""

    genre: str  # "structure" or "service"
    n: int
    id: str
    nom: str
    description: str | None
    famille: str  # "" for a structure
    structure_n: int
    structure_id: str
    structure_nom: str
    commune: str | None  # as the source writes it
    code_insee: str | None
    code_postal: str | None
    # The commune of today that the record counts for (a déléguée counts for its commune).
    commune_officielle_code: str | None
    commune_officielle_nom: str | None
    adresse: str | None
    complement_adresse: str | None
    latitude: float | None
    longitude: float | None
    confidentiel: bool
    telephone: str | None
    courriel: str | None
    site_web: str | None
    horaires_accueil: str | None
    accessibilite_lieu: str | None
    itinerant: bool | None
    sur_rendez_vous: bool | None
    exemple: bool
    source: str
    source_nom: str
    edition_le: date | None
    date_maj: date | None
    ouvert_le: date | None
    ferme_le: date | None
    verifie_le: date | None
    retire_le: datetime | None
    lieux: tuple[LieuResolu, ...]
    herites: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """An address with its point, and the commune it counts for."""

    parties: dict[str, str | None]
    latitude: float | None
    longitude: float | None
    confidentiel: bool
    officielle: Commune | CommuneLue | None


def avec_relations(queryset: Q) -> Q:
    """Fetch beforehand all that `resoudre` or `resoudre_structure` reads, so that they query nothing."""
    if queryset.model is Service:
        return queryset.select_related(
            "source_ref", "structure_ref", "structure_ref__commune_officielle"
        ).prefetch_related(
            Prefetch("lieux", Lieu.objects.select_related("commune_officielle").order_by("-principal", "pk"))
        )
    return queryset.select_related("source_ref", "commune_officielle")


def resoudre_structure(structure: Structure | StructureLue) -> FicheResolue:
    """The structure's own values; a protected address is reduced to its commune."""
    return _fiche(
        structure,
        structure,
        _place(structure),
        telephone=structure.telephone,
        courriel=structure.courriel,
        horaires_accueil=structure.horaires_accueil,
    )


def resoudre(service: Service | ServiceLu) -> FicheResolue:
    """The service's values, completed by its main site, then by its structure."""
    structure = service.structure_ref
    lieux: list[Any] = sorted(service.lieux.all(), key=lambda lieu: (not lieu.principal, lieu.pk))
    principal = lieux[0] if lieux and lieux[0].principal else None
    place = _place(principal or structure)
    herites = set() if principal else {nom for nom, valeur in place.parties.items() if valeur}
    telephone, courriel, horaires = service.telephone, service.courriel, service.horaires_accueil
    if telephone is None:
        telephone = _heriter("telephone", structure, herites=herites)
    if courriel is None:
        courriel = _heriter("courriel", structure, herites=herites)
    if horaires is None:
        horaires = _heriter("horaires_accueil", principal, structure, herites=herites)
    if structure.site_web:
        herites.add("site_web")
    if structure.accessibilite_lieu:
        herites.add("accessibilite_lieu")
    return _fiche(
        service,
        structure,
        place,
        genre="service",
        famille=service.famille,
        sur_rendez_vous=service.sur_rendez_vous,
        lieux=tuple([_lieu(lieu) for lieu in lieux]),
        herites=frozenset(herites),
        telephone=telephone,
        courriel=courriel,
        horaires_accueil=horaires,
    )


def _heriter(champ: str, *porteurs: Any, herites: set[str]) -> Any:
    """The first value that is said, noted as inherited."""
    for porteur in porteurs:
        valeur = getattr(porteur, champ, None)
        if valeur is not None:
            herites.add(champ)
            return valeur
    return None


def _place(porteur: Structure | Lieu | MereLue | LieuLu) -> _Place:
    parties: dict[str, str | None] = dict(zip(PARTIES_ADRESSE, _adresse(porteur), strict=True))
    if porteur.confidentiel:
        parties |= {"adresse": None, "complement_adresse": None}
    return _Place(
        parties=parties,
        latitude=None if porteur.confidentiel else porteur.latitude,
        longitude=None if porteur.confidentiel else porteur.longitude,
        confidentiel=porteur.confidentiel,
        officielle=porteur.commune_officielle,
    )


def _lieu(lieu: Lieu | LieuLu) -> LieuResolu:
    place = _place(lieu)
    return LieuResolu(
        nom=lieu.nom,
        principal=lieu.principal,
        latitude=place.latitude,
        longitude=place.longitude,
        horaires_accueil=lieu.horaires_accueil,
        confidentiel=lieu.confidentiel,
        **place.parties,
    )


def _fiche(
    fiche: Structure | Service | StructureLue | ServiceLu,
    structure: Structure | MereLue,
    place: _Place,
    *,
    telephone: str | None,
    courriel: str | None,
    horaires_accueil: str | None,
    genre: str = "structure",
    famille: str = "",
    sur_rendez_vous: bool | None = None,
    lieux: tuple[LieuResolu, ...] = (),
    herites: frozenset[str] = frozenset(),
) -> FicheResolue:
    """What was resolved, beside what the record says by itself and what its structure says for it."""
    officielle, source = place.officielle, fiche.source_ref
    return FicheResolue(
        genre=genre,
        n=fiche.n,
        id=fiche.id,
        nom=fiche.nom,
        description=fiche.description,
        famille=famille,
        structure_n=structure.n,
        structure_id=structure.id,
        structure_nom=structure.nom,
        commune_officielle_code=officielle.code if officielle else None,
        commune_officielle_nom=officielle.nom if officielle else None,
        latitude=place.latitude,
        longitude=place.longitude,
        confidentiel=place.confidentiel,
        telephone=telephone,
        courriel=courriel,
        site_web=structure.site_web,
        horaires_accueil=horaires_accueil,
        accessibilite_lieu=structure.accessibilite_lieu,
        itinerant=structure.itinerant,
        sur_rendez_vous=sur_rendez_vous,
        exemple=fiche.exemple,
        source=fiche.source,
        source_nom=source.nom,
        edition_le=source.edition_le,
        date_maj=fiche.date_maj,
        ouvert_le=fiche.ouvert_le,
        ferme_le=fiche.ferme_le,
        verifie_le=fiche.verifie_le,
        retire_le=fiche.retire_le,
        lieux=lieux,
        herites=herites,
        **place.parties,
    )
