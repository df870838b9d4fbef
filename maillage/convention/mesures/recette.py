"""Write down how a value was made, so that it can be checked years later; called by the evaluation. Pure.

In: the definition, the data, what was counted. Out: a `Recette`, kept as JSON with each recorded value.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from maillage.convention.mesures import langage
from maillage.convention.mesures.donnees import CommuneMesuree, Donnees, Releve, SourceLue
from maillage.convention.mesures.phrase import phrase
from maillage.convention.mesures.recensement import couverture, reserve_personnes, voisins_absents
from maillage.core.duree import age
from maillage.core.templatetags.maillage import jour
from maillage.territoire.geometrie import distance_km

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class FicheCitee:
    id: str
    nom: str
    commune: str
    depuis: str
    source: str
    raison: str = ""
    itinerant: bool = False


@dataclass(frozen=True, slots=True)
class SourceCitee:
    slug: str
    nom: str
    edition: str
    edition_le: str
    age_jours: int | None
    phrase: str


@dataclass(frozen=True, slots=True)
class Recette:
    """Everything a reader needs to make the number again."""

    schema: int
    definition: object
    phrase: str
    le: str
    exemples: bool
    comptees: tuple[FicheCitee, ...]
    ecartees: tuple[FicheCitee, ...]
    communes: tuple[CommuneMesuree, ...]
    sources: tuple[SourceCitee, ...]
    population: int
    population_edition: str
    population_le: str
    communes_total: int
    communes_recensees: int
    seuil_recensement: float
    manquants: tuple[str, ...]
    reserves: tuple[str, ...]


def ecrire_recette(
    arbre: object,
    donnees: Donnees,
    *,
    le: date,
    exemples: bool,
    comptes: tuple[Releve, ...],
    communes: tuple[CommuneMesuree, ...],
    manquants: tuple[str, ...],
) -> Recette:
    definition = langage.lire(arbre)
    noms = langage.familles(definition)
    sources = _sources(donnees, noms, comptes, le)
    return Recette(
        schema=SCHEMA,
        definition=arbre,
        phrase=phrase(arbre),
        le=le.isoformat(),
        exemples=exemples,
        comptees=tuple(_citee(releve, donnees) for releve in comptes),
        ecartees=tuple(_citee(releve, donnees) for releve in _ecartees(definition, donnees)),
        communes=communes,
        sources=sources,
        population=sum(commune.population or 0 for commune in donnees.communes),
        population_edition=donnees.population_edition,
        population_le=donnees.population_le.isoformat() if donnees.population_le else "",
        communes_total=len(donnees.communes),
        communes_recensees=min((couverture(nom, donnees, le=le).recensees for nom in noms), default=0),
        seuil_recensement=donnees.seuil,
        manquants=manquants,
        reserves=tuple(_reserves(definition, donnees, comptes=comptes, le=le, exemples=exemples)),
    )


def en_json(recette: Recette) -> dict[str, Any]:
    """The recipe as it is stored: lists, texts and numbers only."""
    return _plat(asdict(recette))


def substance(recette: dict[str, Any]) -> dict[str, Any]:
    """What must differ for a value to be another: what counted, not the day, its ages, nor what was left out."""
    gardes = {cle: recette[cle] for cle in ("definition", "exemples", "communes", "population", "manquants")}
    gardes["comptees"] = sorted(fiche["id"] for fiche in recette["comptees"])
    gardes["editions"] = sorted([source["slug"], source["edition_le"]] for source in recette["sources"])
    return gardes


def _plat(valeur: Any) -> Any:
    if isinstance(valeur, dict):
        return {cle: _plat(v) for cle, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_plat(v) for v in valeur]
    return valeur


def _citee(releve: Releve, donnees: Donnees) -> FicheCitee:
    noms = {source.slug: source.nom for source in donnees.sources}
    return FicheCitee(
        id=releve.id,
        nom=releve.nom,
        commune=releve.commune_nom,
        depuis=releve.depuis.isoformat() if releve.depuis else "",
        source=noms.get(releve.source, releve.source),
        raison=releve.exclu,
        itinerant=releve.itinerant,
    )


def _ecartees(definition: langage.Definition, donnees: Donnees) -> list[Releve]:
    """Records left out that would have mattered: in the territory, or near enough to serve it."""
    noms = langage.familles(definition)
    codes = {commune.code for commune in donnees.communes}
    portee, _ = langage.voisinage_km(definition)
    return [
        releve
        for releve in donnees.releves
        if releve.exclu
        and releve.famille in noms
        and (any(site.commune in codes for site in releve.sites) or _a_portee(releve, donnees, portee))
    ]


def _a_portee(releve: Releve, donnees: Donnees, portee: float) -> bool:
    return portee > 0 and any(
        distance_km(commune.latitude, commune.longitude, site.latitude, site.longitude) <= portee
        for site in releve.sites
        if site.longitude is not None and site.latitude is not None
        for commune in donnees.communes
        if commune.longitude is not None and commune.latitude is not None
    )


def _sources(
    donnees: Donnees, noms: tuple[str, ...], comptes: Iterable[Releve], le: date
) -> tuple[SourceCitee, ...]:
    """The lists that make the census, and whatever else gave a counted record."""
    slugs = {slug for nom in noms for slug in couverture(nom, donnees, le=le).sources}
    slugs |= {releve.source for releve in comptes}
    return tuple(
        _source_citee(source, le)
        for source in sorted(donnees.sources, key=lambda s: s.slug)
        if source.slug in slugs
    )


def _source_citee(source: SourceLue, le: date) -> SourceCitee:
    jours = (le - source.edition_le).days if source.edition_le else None
    return SourceCitee(
        slug=source.slug,
        nom=source.nom,
        edition=source.edition,
        edition_le=source.edition_le.isoformat() if source.edition_le else "",
        age_jours=jours,
        phrase=_age_en_clair(source.edition_le, le=le),
    )


def _age_en_clair(edition_le: date | None, *, le: date) -> str:
    if edition_le is None:
        return "sans date d’édition"
    edition = f"d’après l’édition du {jour(edition_le)}"
    if edition_le > le:
        return f"{edition}, plus récente que cette date"
    return edition if edition_le == le else f"{edition}, {age(edition_le, le=le)}"


def _reserves(
    definition: langage.Definition,
    donnees: Donnees,
    *,
    comptes: tuple[Releve, ...],
    le: date,
    exemples: bool,
) -> list[str]:
    """What the reader must know before using the number, one sentence each."""
    noms = langage.familles(definition)
    reserves = (
        ["Des fiches d’exemple sont comptées : cette valeur ne peut pas être figée."] if exemples else []
    )
    reserves += [texte for source in donnees.sources if (texte := _reserve_edition(source, noms, le))]
    reserves += [texte for nom in noms if (texte := reserve_personnes(nom, couverture(nom, donnees, le=le)))]
    reserves += [
        f"« {releve.nom} » se déplace : la fiche compte à {releve.commune_nom}, où sa source la place."
        for releve in comptes
        if releve.itinerant
    ]
    reserves += _reserves_jumelles(donnees, comptes, par_commune=langage.is_par_commune(definition))
    au_centre = sum(any(site.au_centre for site in releve.sites) for releve in comptes)
    if langage.is_distance(definition):
        reserves.append(
            "La distance part du centre de la commune : un quartier peut être plus près ou plus loin."
        )
        if au_centre:
            reserves.append(
                f"Fiches placées au centre de leur commune, faute de mieux ou pour les protéger : {au_centre}."
            )
        reserves += [
            f"Autour du territoire, aucune liste complète ne couvre le département {departement} : "
            "un lieu inconnu là-bas rendrait le chiffre trop élevé."
            for nom in noms
            for departement in voisins_absents(nom, donnees, langage.voisinage_km(definition)[0])
        ]
    return reserves


def _reserve_edition(source: SourceLue, noms: tuple[str, ...], le: date) -> str:
    if source.edition_le is None or not source.departements or not source.familles & set(noms):
        return ""
    if le > source.edition_le:
        return (
            f"« {source.nom} » date du {jour(source.edition_le)} : ce qui a ouvert ou fermé depuis n’y est pas, "
            "sauf ce qui a été saisi ici."
        )
    if le < source.edition_le:
        return (
            f"« {source.nom} » date du {jour(source.edition_le)}, après le jour demandé : un lieu ouvert alors "
            "et fermé avant cette édition n’y figure plus. Ce jour-là, la situation était peut-être meilleure."
        )
    return ""


def _reserves_jumelles(donnees: Donnees, comptes: tuple[Releve, ...], *, par_commune: bool) -> list[str]:
    """Twins that both count are said; where communes are what is counted, the reader is told it changes nothing."""
    noms = {releve.id: releve.nom for releve in donnees.releves}
    comptees = {releve.id for releve in comptes}
    effet = " Le chiffre est le même si c’en est une : il compte des communes." if par_commune else ""
    phrases = []
    for paire in donnees.jumelles:
        deux = (
            f"« {noms.get(paire.premiere, paire.premiere)} » et « {noms.get(paire.seconde, paire.seconde)} »"
        )
        ensemble = {paire.premiere, paire.seconde}
        if paire.etat == "signale" and ensemble <= comptees:
            phrases.append(f"2 fiches sont peut-être la même offre, et comptent toutes deux : {deux}.{effet}")
        elif paire.etat == "meme" and ensemble & comptees:
            phrases.append(f"{deux} sont la même offre : elle compte une fois.")
    return phrases
