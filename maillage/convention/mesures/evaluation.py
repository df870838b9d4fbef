"""Evaluate a definition on plain data; called by `calcul` with the database's, by the tests with their own. Pure.

In: a stored tree, `Donnees`, a date. Out: a `Mesure`, whose value is None, with its reason, when data are missing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from maillage.convention.mesures import langage
from maillage.convention.mesures.donnees import Commune, CommuneMesuree, Donnees, Jumelles, Releve
from maillage.convention.mesures.langage import (
    AuDela,
    Avec,
    CompterCommunes,
    CompterFiches,
    Condition,
    Definition,
    Part,
    PopulationAuDela,
    Sans,
    Simple,
)
from maillage.convention.mesures.recensement import couverture, motif_non_recense
from maillage.convention.mesures.recette import Recette, ecrire_recette
from maillage.territoire.geometrie import distance_km


@dataclass(frozen=True, slots=True)
class Mesure:
    """A number, what it is made of, and how it was made."""

    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    motif: str
    manquants: tuple[str, ...]
    comptes: tuple[str, ...]
    communes: tuple[str, ...]
    recette: Recette


@dataclass(frozen=True, slots=True)
class Partie:
    """The answer of one simple measure."""

    valeur: float
    releves: tuple[Releve, ...] = ()
    communes: tuple[CommuneMesuree, ...] = ()
    manquants: tuple[str, ...] = ()


def evaluer(arbre: object, donnees: Donnees, *, le: date, exemples: bool = False) -> Mesure:
    """The value of a definition as of `le`; the caller has already said, record by record, what was true that day."""
    definition = langage.lire(arbre)
    resultats = [_partie(simple, donnees) for simple in langage.parties(definition)]
    manquants = tuple(dict.fromkeys(nom for r in resultats for nom in r.manquants))
    valeur, motif = _valeur(definition, resultats)
    motif = _motif(definition, donnees, manquants, le=le) or motif
    releves = tuple(dict.fromkeys(releve for r in resultats for releve in r.releves))
    communes = _communes(resultats)
    recette = ecrire_recette(
        arbre, donnees, le=le, exemples=exemples, comptes=releves, communes=communes, manquants=manquants
    )
    return Mesure(
        valeur=None if motif else valeur,
        numerateur=None if motif else resultats[0].valeur,
        denominateur=None if motif or len(resultats) == 1 else resultats[1].valeur,
        motif=motif,
        manquants=manquants,
        comptes=tuple(releve.id for releve in releves),
        communes=tuple(commune.code for commune in communes if commune.concernee),
        recette=recette,
    )


def _valeur(definition: Definition, resultats: list[Partie]) -> tuple[float | None, str]:
    if not isinstance(definition, Part):
        return resultats[0].valeur, ""
    haut, bas = resultats
    if not bas.valeur:
        return None, "Non calculable : le dénominateur est nul."
    return 100 * haut.valeur / bas.valeur, ""


def _motif(definition: Definition, donnees: Donnees, manquants: tuple[str, ...], *, le: date) -> str:
    """Why there is no number; absence of data is not absence of service."""
    if not donnees.communes:
        return "Non calculable : aucune commune du territoire n’est chargée."
    for famille in langage.familles(definition):
        if motif := motif_non_recense(famille, couverture(famille, donnees, le=le)):
            return motif
    if manquants:
        return f"Non calculable : il manque {', '.join(manquants)}."
    return ""


def _communes(resultats: Iterable[Partie]) -> tuple[CommuneMesuree, ...]:
    """The communes of the first measure that looks at them: the numerator's, when there is one."""
    return next((r.communes for r in resultats if r.communes), ())


def _partie(simple: Simple, donnees: Donnees) -> Partie:
    if isinstance(simple, CompterFiches):
        return _compter_fiches(simple, donnees)
    if isinstance(simple, CompterCommunes):
        lues = _condition(simple.condition, donnees)
        return Partie(sum(c.concernee for c in lues.communes), lues.releves, lues.communes, lues.manquants)
    if isinstance(simple, PopulationAuDela):
        return _population(_au_dela(simple, donnees))
    return _population(_condition(langage.Toutes(), donnees))


def _population(lues: Partie) -> Partie:
    """Inhabitants of the communes kept; an unknown population is missing, never zero."""
    inconnues = tuple(
        f"la population de {commune.nom}" for commune in lues.communes if commune.population is None
    )
    total = sum(commune.population or 0 for commune in lues.communes if commune.concernee)
    return Partie(total, lues.releves, lues.communes, lues.manquants + inconnues)


def _compter_fiches(simple: CompterFiches, donnees: Donnees) -> Partie:
    """Records in the territory; those known to be one offer count once."""
    dedans = _dans_le_territoire(_comptables(simple.famille, donnees), donnees)
    gardes = _une_fois(dedans, donnees.jumelles)
    return Partie(len(gardes), gardes)


def _une_fois(releves: tuple[Releve, ...], jumelles: Iterable[Jumelles]) -> tuple[Releve, ...]:
    """One record for each group of records that a person declared to be the same offer."""
    tete = {releve.id: releve.id for releve in releves}
    for paire in jumelles:
        if paire.etat == "meme" and paire.premiere in tete and paire.seconde in tete:
            garde, jointe = tete[paire.premiere], tete[paire.seconde]
            tete = {cle: garde if valeur == jointe else valeur for cle, valeur in tete.items()}
    return tuple(releve for releve in releves if tete[releve.id] == releve.id)


def _comptables(famille: str, donnees: Donnees) -> tuple[Releve, ...]:
    return tuple(r for r in donnees.releves if r.famille == famille and not r.exclu)


def _dans_le_territoire(releves: tuple[Releve, ...], donnees: Donnees) -> tuple[Releve, ...]:
    codes = {commune.code for commune in donnees.communes}
    return tuple(r for r in releves if any(site.commune in codes for site in r.sites))


def _condition(condition: Condition, donnees: Donnees) -> Partie:
    if isinstance(condition, AuDela):
        return _au_dela(condition, donnees)
    if not isinstance(condition, Sans | Avec):
        return _marquer(donnees, lambda commune: True, ())
    dedans = _dans_le_territoire(_comptables(condition.famille, donnees), donnees)
    pourvues = {site.commune for releve in dedans for site in releve.sites}
    voulu = isinstance(condition, Avec)
    return _marquer(donnees, lambda commune: (commune.code in pourvues) is voulu, dedans)


def _marquer(donnees: Donnees, regle: Callable[[Commune], bool], releves: tuple[Releve, ...]) -> Partie:
    communes = tuple(
        CommuneMesuree(commune.code, commune.nom, commune.population, regle(commune))
        for commune in donnees.communes
    )
    return Partie(sum(c.concernee for c in communes), releves, communes)


def _au_dela(critere: AuDela | PopulationAuDela, donnees: Donnees) -> Partie:
    """Each commune's nearest record within the buffer; the records kept are those that are nearest to one."""
    points = _points(critere.famille, donnees)
    latitudes, longitudes = [point[0] for point in points], [point[1] for point in points]
    communes: list[CommuneMesuree] = []
    utiles: dict[str, Releve] = {}
    manquants: list[str] = []
    for commune in donnees.communes:
        if commune.longitude is None or commune.latitude is None:
            manquants.append(f"le centre de {commune.nom}")
            continue
        distances = distance_km(commune.latitude, commune.longitude, latitudes, longitudes)
        rang = int(distances.argmin()) if points else -1
        if rang < 0 or distances[rang] > critere.tampon_km:
            communes.append(CommuneMesuree(commune.code, commune.nom, commune.population, concernee=True))
            continue
        proche = points[rang][2]
        utiles[proche.id] = proche
        communes.append(_situee(commune, float(distances[rang]), proche, km=critere.km))
    return Partie(
        sum(c.concernee for c in communes), tuple(utiles.values()), tuple(communes), tuple(manquants)
    )


def _points(famille: str, donnees: Donnees) -> list[tuple[float, float, Releve]]:
    """(latitude, longitude, record) of every site, in the order of ids: of two as near, the first is kept."""
    return [
        (site.latitude, site.longitude, releve)
        for releve in sorted(_comptables(famille, donnees), key=lambda releve: releve.id)
        for site in releve.sites
        if site.longitude is not None and site.latitude is not None
    ]


def _situee(commune: Commune, distance: float, proche: Releve, *, km: float) -> CommuneMesuree:
    return CommuneMesuree(
        commune.code,
        commune.nom,
        commune.population,
        concernee=distance > km,
        distance_km=round(distance, 3),
        plus_proche=proche.nom,
    )
