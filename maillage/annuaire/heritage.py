"""What a record says once everything is inherited: service ← its main site ← its structure.

The one place where inheritance is resolved: pages, index, exports and API all read a `FicheResolue`.
`None` means unknown, `""` means "explicitly none" and is never replaced by the structure's value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from maillage.annuaire.models import Lieu, Service, Structure
from maillage.annuaire.periode import Periode
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
    frais: str | None
    saturation: str | None
    saturation_le: date | None
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
class ContactResolu:
    """A contact that anybody may read; the others never enter a resolved record."""

    nom: str
    fonction: str
    telephone: str
    courriel: str
    precisions: str


@dataclass(frozen=True, slots=True)
class ReconnaissanceResolue:
    genre: str
    nom: str
    par: str
    du: date | None
    au: date | None


@dataclass(frozen=True, slots=True)
class Pratique:
    """What a family asks before coming. None: unknown; an empty tuple: explicitly none."""

    langues: tuple[tuple[str, str], ...] | None  # (code, note)
    acces: dict[str, tuple[str, str]]  # kind of disability: (state, note); an unknown kind is absent
    gestion: str | None
    gestionnaire: str | None
    papiers: tuple[str, ...] | None
    publics: tuple[str, ...] | None
    publics_precisions: str | None
    age_min_mois: int | None
    age_max_mois: int | None
    frais_precisions: str | None
    tarif: str | None
    tarif_min_centimes: int | None
    tarif_max_centimes: int | None
    tarif_unite: str | None
    tarif_le: date | None
    places_total: int | None
    places_disponibles: int | None
    places_le: date | None
    delai: str | None
    conditions_acces: str | None
    mobilisation_precisions: str | None
    fermetures: tuple[Periode, ...]
    contacts: tuple[ContactResolu, ...]
    reconnaissances: tuple[ReconnaissanceResolue, ...]
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
        accessibilite_lieu=structure.accessibilite_lieu,
    )


def resoudre(service: Service | ServiceLu) -> FicheResolue:
    """The service's values, completed by its main site, then by its structure."""
    structure = service.structure_ref
    lieux: list[Any] = sorted(service.lieux.all(), key=lambda lieu: (not lieu.principal, lieu.pk))
    principal = lieux[0] if lieux and lieux[0].principal else None
    protege = service.confidentiel is True
    place = _place(principal or structure, protege=protege)
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
    # The page about the building of the structure says nothing of another one.
    accessibilite = None if principal else structure.accessibilite_lieu
    if accessibilite:
        herites.add("accessibilite_lieu")
    return _fiche(
        service,
        structure,
        place,
        genre="service",
        famille=service.famille,
        sur_rendez_vous=service.sur_rendez_vous,
        frais=service.frais,
        saturation=service.saturation,
        saturation_le=service.saturation_le,
        accessibilite_lieu=accessibilite,
        lieux=tuple([_lieu(lieu, protege=protege) for lieu in lieux]),
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


def _place(porteur: Structure | Lieu | MereLue | LieuLu, *, protege: bool = False) -> _Place:
    """A service may protect the address of its structure or site, never lift its protection."""
    parties: dict[str, str | None] = dict(zip(PARTIES_ADRESSE, _adresse(porteur), strict=True))
    confidentiel = porteur.confidentiel or protege
    if confidentiel:
        # The postcode of a large city is a district: the commune is all that may be told.
        parties |= {"adresse": None, "complement_adresse": None, "code_postal": None}
    return _Place(
        parties=parties,
        latitude=None if confidentiel else porteur.latitude,
        longitude=None if confidentiel else porteur.longitude,
        confidentiel=confidentiel,
        officielle=porteur.commune_officielle,
    )


def _lieu(lieu: Lieu | LieuLu, *, protege: bool) -> LieuResolu:
    place = _place(lieu, protege=protege)
    return LieuResolu(
        nom="" if place.confidentiel else lieu.nom,
        principal=lieu.principal,
        latitude=place.latitude,
        longitude=place.longitude,
        horaires_accueil=lieu.horaires_accueil,
        confidentiel=place.confidentiel,
        **place.parties,
    )


def resoudre_pratique(fiche: Structure | Service) -> Pratique:
    """What a family asks before coming, under the same rule: service ← its main site ← its structure."""
    service = fiche if isinstance(fiche, Service) else None
    structure = service.structure_ref if service else fiche
    lieux = service.lieux.all() if service else ()
    principal = next((lieu for lieu in lieux if lieu.principal), None)
    # Access is a building's: a main site of its own says all of it.
    batiments = [principal] if principal else [structure]
    herites: set[str] = set()
    langues = fiche.langues if service is None else _premier("langues", service, structure, herites=herites)
    gestion = _premier("gestion", *filter(None, (service, structure)), herites=herites)
    acces = _acces([*filter(None, (service,)), *batiments], herites=herites)
    if (service and service.confidentiel) or batiments[0].confidentiel:
        # « La porte bleue face à la gare » would give the address away.
        acces = {handicap: (etat, "") for handicap, (etat, _) in acces.items()}
    return Pratique(
        langues=None if langues is None else tuple((dit["code"], dit.get("note", "")) for dit in langues),
        acces=acces,
        gestion=gestion,
        gestionnaire=_premier("gestionnaire", *filter(None, (service, structure)), herites=herites),
        fermetures=fermetures_de(fiche),
        contacts=tuple(_contacts_publics(fiche)),
        reconnaissances=tuple(
            ReconnaissanceResolue(r.genre, r.nom, r.par, r.du, r.au)
            for porteur in _porteurs(fiche)
            for r in porteur.reconnaissances.all()
        ),
        herites=frozenset(herites),
        **_propres_au_service(service),
    )


PROPRES = (
    "publics_precisions",
    "age_min_mois",
    "age_max_mois",
    "frais_precisions",
    "tarif",
    "tarif_min_centimes",
    "tarif_max_centimes",
    "tarif_unite",
    "tarif_le",
    "places_total",
    "places_disponibles",
    "places_le",
    "delai",
    "conditions_acces",
    "mobilisation_precisions",
)
PROPRES_EN_LISTE = ("papiers", "publics")


def _propres_au_service(service: Service | None) -> dict[str, Any]:
    """A structure has no price and no age: its services have."""
    valeurs: dict[str, Any] = {nom: getattr(service, nom) if service else None for nom in PROPRES}
    for nom in PROPRES_EN_LISTE:
        liste = getattr(service, nom) if service else None
        valeurs[nom] = None if liste is None else tuple(liste)
    return valeurs


def _premier(champ: str, *porteurs: Any, herites: set[str]) -> Any:
    premier, *autres = porteurs
    valeur = getattr(premier, champ)
    return valeur if valeur is not None else _heriter(champ, *autres, herites=herites)


def _acces(porteurs: Iterable[Any], *, herites: set[str]) -> dict[str, tuple[str, str]]:
    """For each kind of disability, the first bearer that speaks of it."""
    dits: dict[str, tuple[str, str]] = {}
    for rang, porteur in enumerate(porteurs):
        for handicap, dit in (porteur.acces_handicap or {}).items():
            if handicap not in dits:
                dits[handicap] = (dit["etat"], dit.get("note", ""))
                if rang:
                    herites.add("acces_handicap")
    return dits


def _porteurs(fiche: Structure | Service) -> tuple[Structure | Service, ...]:
    return (fiche, fiche.structure_ref) if isinstance(fiche, Service) else (fiche,)


def fermetures_de(fiche: Structure | Service | StructureLue | ServiceLu) -> tuple[Periode, ...]:
    """Its own closures and its structure's: a service does not open while its structure is closed."""
    porteurs = (fiche, fiche.structure_ref) if isinstance(fiche, Service | ServiceLu) else (fiche,)
    return tuple(
        Periode(fermeture.du, fermeture.au, fermeture.motif, fermeture.texte)
        for porteur in porteurs
        for fermeture in porteur.fermetures.all()
    )


def _contacts_publics(fiche: Structure | Service) -> Iterable[ContactResolu]:
    for porteur in _porteurs(fiche):
        for contact in porteur.contacts.all():
            if contact.visibilite == "public":
                yield ContactResolu(
                    contact.nom, contact.fonction, contact.telephone, contact.courriel, contact.precisions
                )


def _fiche(
    fiche: Structure | Service | StructureLue | ServiceLu,
    structure: Structure | MereLue,
    place: _Place,
    *,
    telephone: str | None,
    courriel: str | None,
    horaires_accueil: str | None,
    accessibilite_lieu: str | None,
    genre: str = "structure",
    famille: str = "",
    sur_rendez_vous: bool | None = None,
    frais: str | None = None,
    saturation: str | None = None,
    saturation_le: date | None = None,
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
        # The page about a building holds its address.
        accessibilite_lieu=None if place.confidentiel else accessibilite_lieu,
        itinerant=structure.itinerant,
        sur_rendez_vous=sur_rendez_vous,
        frais=frais,
        saturation=saturation,
        saturation_le=saturation_le,
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
