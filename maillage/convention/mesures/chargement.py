"""Fill `Donnees` from the directory and the territory; called by `calcul`.

In: a territory, the families a definition reads, how far it looks. Out: what does not depend on the day (`charger`),
then the records as they stood on one day (`donnees_au`, one query).
"""

from dataclasses import dataclass
from datetime import date
from math import cos, radians
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from maillage.annuaire.heritage import avec_relations
from maillage.annuaire.models import Doublon, Lieu, Service, Source, Structure
from maillage.annuaire.verite import vrais_le
from maillage.convention.mesures.donnees import Commune, Donnees, Jumelles, Releve, Site, SourceLue
from maillage.core.templatetags.maillage import jour
from maillage.diagnostic.etats import Parole, paroles_au
from maillage.diagnostic.reglages import reglages_de
from maillage.diagnostic.tableau import paroles_de
from maillage.territoire.communes import communes_du_territoire
from maillage.territoire.geometrie import distance_km
from maillage.territoire.models import Commune as CommuneOfficielle
from maillage.territoire.models import Territoire

PARIS = ZoneInfo("Europe/Paris")
KM_PAR_DEGRE = 111.0


@dataclass(frozen=True, slots=True)
class Fonds:
    """What was read once, whatever the day."""

    communes: tuple[Commune, ...]
    services: tuple[Service, ...]
    sources: tuple[SourceLue, ...]
    jumelles: tuple[Jumelles, ...]
    voisines: dict[str, float]
    paroles: tuple[Parole, ...]
    seuil: float
    population_edition: str
    population_le: date | None


def charger(territoire: Territoire, *, familles: tuple[str, ...], tampon_km: float) -> Fonds:
    """Communes, records in reach whatever their dates, sources, flagged twins."""
    lignes = list(communes_du_territoire(territoire).select_related("edition").order_by("code"))
    communes = tuple(_commune(ligne) for ligne in lignes)
    editions = sorted({(c.edition.le, f"{c.edition.producteur}, {c.edition.millesime}") for c in lignes})
    sources = tuple(_source(s) for s in Source.objects.filter(exemple=False).order_by("slug"))
    services = tuple(_services(communes, familles=familles, tampon_km=tampon_km))
    return Fonds(
        communes=communes,
        services=services,
        sources=sources,
        jumelles=_jumelles(services),
        voisines=_voisines(communes, sources, familles=familles, tampon_km=tampon_km),
        paroles=paroles_de(territoire, familles=familles),
        seuil=reglages_de(territoire).seuil,
        population_edition=" ; ".join(nom for _, nom in editions),
        population_le=editions[-1][0] if editions else None,
    )


def donnees_au(fonds: Fonds, *, le: date, exemples: bool) -> Donnees:
    """The same, as of one day: the directory's own rule says which records were true."""
    numeros = [service.n for service in fonds.services]
    vrais = vrais_le(Service.objects.filter(n__in=numeros), le).annotate(depuis=F("vrai_debut"))
    depuis = dict(vrais.values_list("n", "depuis")) if numeros else {}
    return Donnees(
        communes=fonds.communes,
        releves=tuple(_releve(service, depuis, le=le, exemples=exemples) for service in fonds.services),
        sources=fonds.sources,
        jumelles=fonds.jumelles,
        voisines=fonds.voisines,
        paroles=paroles_au(fonds.paroles, le),
        seuil=fonds.seuil,
        population_edition=fonds.population_edition,
        population_le=fonds.population_le,
    )


def _commune(ligne: CommuneOfficielle) -> Commune:
    return Commune(
        ligne.code, ligne.nom, ligne.departement, ligne.population, ligne.longitude, ligne.latitude
    )


def _source(source: Source) -> SourceLue:
    return SourceLue(
        slug=source.slug,
        nom=source.nom,
        edition=source.edition,
        edition_le=source.edition_le,
        familles=frozenset(source.familles),
        # A list that is described but was never loaded is complete nowhere.
        departements=frozenset(source.departements_complets if source.edition_le else ()),
    )


def _cadre(
    communes: tuple[Commune, ...], km: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Longitudes and latitudes of a frame that holds everything within `km` of a centre."""
    points = [
        (c.longitude, c.latitude) for c in communes if c.longitude is not None and c.latitude is not None
    ]
    if not points:
        return None
    latitudes = [latitude for _, latitude in points]
    longitudes = [longitude for longitude, _ in points]
    haut = km / KM_PAR_DEGRE
    large = km / (KM_PAR_DEGRE * cos(radians(min(80.0, max(abs(x) for x in latitudes)))))
    return (
        (min(longitudes) - large, max(longitudes) + large),
        (min(latitudes) - haut, max(latitudes) + haut),
    )


def _dans(cadre: tuple[tuple[float, float], tuple[float, float]], prefixe: str = "") -> Q:
    return Q(**{f"{prefixe}longitude__range": cadre[0], f"{prefixe}latitude__range": cadre[1]})


def _services(communes: tuple[Commune, ...], *, familles: tuple[str, ...], tampon_km: float) -> list[Service]:
    """Records of the families in the territory or in its frame, by their own point, a site or their commune."""
    codes = [commune.code for commune in communes]
    ici = Q(commune_officielle__in=codes) | Q(commune_officielle__parente__in=codes)
    chez = Q(structure_ref__commune_officielle__in=codes)
    chez |= Q(structure_ref__commune_officielle__parente__in=codes)
    if cadre := _cadre(communes, tampon_km):
        ici |= _dans(cadre) | _dans(cadre, "commune_officielle__")
        chez |= _dans(cadre, "structure_ref__") | _dans(cadre, "structure_ref__commune_officielle__")
    services = Service.objects.filter(chez | Q(n__in=Lieu.objects.filter(ici).values("service")))
    return list(avec_relations(services.filter(famille__in=familles)).order_by("id"))


def _jumelles(services: tuple[Service, ...]) -> tuple[Jumelles, ...]:
    """Twins are flagged between structures; the services that stand for them are what is counted."""
    par_structure: dict[int, list[Service]] = {}
    for service in services:
        par_structure.setdefault(service.structure_ref_id, []).append(service)
    paires = Doublon.objects.filter(
        premiere__in=par_structure, seconde__in=par_structure, etat__in=["signale", "meme"]
    ).order_by("pk")
    return tuple(
        Jumelles(a.id, b.id, paire.etat)
        for paire in paires
        for a in par_structure[paire.premiere_id]
        for b in par_structure[paire.seconde_id]
        if a.famille == b.famille
    )


def _voisines(
    communes: tuple[Commune, ...],
    sources: tuple[SourceLue, ...],
    *,
    familles: tuple[str, ...],
    tampon_km: float,
) -> dict[str, float]:
    """For each département that some family's lists leave out: kilometres to its nearest commune, within the buffer."""
    listes = [
        {d for source in sources if famille in source.familles for d in source.departements}
        for famille in familles
    ]
    complets = set.intersection(*listes) if listes else set()
    cadre = _cadre(communes, tampon_km)
    if cadre is None or not listes:
        return {}
    dehors = (
        CommuneOfficielle.objects.filter(_dans(cadre), type="actuelle")
        .exclude(departement__in=complets)
        .exclude(code__in=[commune.code for commune in communes])
        .values_list("departement", "longitude", "latitude")
    )
    points = [
        (c.latitude, c.longitude) for c in communes if c.longitude is not None and c.latitude is not None
    ]
    latitudes, longitudes = [latitude for latitude, _ in points], [longitude for _, longitude in points]
    proches: dict[str, float] = {}
    for departement, longitude, latitude in dehors:
        if longitude is None or latitude is None:
            continue
        distance = float(distance_km(latitude, longitude, latitudes, longitudes).min())
        if distance <= min(tampon_km, proches.get(departement, tampon_km)):
            proches[departement] = distance
    return proches


def _releve(service: Service, depuis: dict[int, date], *, le: date, exemples: bool) -> Releve:
    structure = service.structure_ref
    lieux = list(service.lieux.all())
    propres: list[Structure | Lieu] = [] if any(lieu.principal for lieu in lieux) else [structure]
    sites = tuple(_site(porteur) for porteur in [*propres, *lieux])
    exemple = service.exemple or structure.exemple or service.source_ref.exemple
    return Releve(
        id=service.id,
        nom=service.nom,
        famille=service.famille,
        source=service.source_ref.slug,
        sites=sites,
        commune_nom=_nom_commune([*lieux, *propres]),
        depuis=depuis.get(service.n),
        exclu=_exclu(service, sites, vrai=service.n in depuis, exemple=exemple and not exemples, le=le),
        exemple=exemple,
        itinerant=bool(structure.itinerant),
    )


def _site(porteur: Structure | Lieu) -> Site:
    officielle = porteur.commune_officielle
    code = (officielle.parente_id or officielle.code) if officielle else None
    connu = porteur.longitude is not None and porteur.latitude is not None and not porteur.confidentiel
    if connu or officielle is None:
        return Site(code, porteur.longitude if connu else None, porteur.latitude if connu else None)
    return Site(code, officielle.longitude, officielle.latitude, au_centre=True)


def _nom_commune(porteurs: list[Structure | Lieu]) -> str:
    for porteur in porteurs:
        if porteur.commune_officielle:
            return porteur.commune_officielle.nom
    return next((porteur.commune for porteur in porteurs if porteur.commune), "")


def _exclu(service: Service, sites: tuple[Site, ...], *, vrai: bool, exemple: bool, le: date) -> str:
    """Why the record does not count on that day; empty when it does."""
    if exemple:
        return "fiche d’exemple"
    if not vrai:
        return _pas_vrai(service, le)
    if all(site.commune is None and site.longitude is None for site in sites):
        return "lieu inconnu"
    return ""


def _pas_vrai(service: Service, le: date) -> str:
    """The directory says that the record was not true that day; its dates say why."""
    porteurs = (service, service.structure_ref)
    if service.ouvert_le and service.ouvert_le > le:
        return f"pas encore ouverte : {jour(service.ouvert_le)}"
    fermetures = [p.ferme_le for p in porteurs if p.ferme_le and p.ferme_le <= le]
    if fermetures:
        return f"fermée depuis le {jour(min(fermetures))}"
    retraits = [p.retire_le.astimezone(PARIS).date() for p in porteurs if p.retire_le]
    if retraits and min(retraits) <= le:
        return f"retirée du répertoire le {jour(min(retraits))}"
    return "absente de sa source ce jour-là"
