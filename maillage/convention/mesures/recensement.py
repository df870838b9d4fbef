"""How much of the territory is surveyed for a family; called by the evaluation and by the recipe. Pure.

What makes a commune surveyed is `diagnostic/etats.py`'s rule: a list complete by nature, or a person's word, the newer
of the two. Below the threshold of the territory there is no number: absence of data is not absence of service.
"""

from dataclasses import dataclass
from datetime import date

from maillage.annuaire.familles import libelle_famille
from maillage.convention.mesures.donnees import Commune, Donnees
from maillage.diagnostic.etats import Constat, constater

COMMUNES_CITEES = 5


@dataclass(frozen=True, slots=True)
class Couverture:
    """Communes of the territory that are surveyed, by which lists, and by people."""

    communes: int
    recensees: int
    departements_absents: tuple[str, ...]
    sources: tuple[str, ...]
    seuil: float = 1.0
    absentes: tuple[str, ...] = ()  # names of the communes that are not
    dites: int = 0  # communes where a person's word decides, either way
    dites_recensees: int = 0
    dites_a_refaire: int = 0

    @property
    def part(self) -> float:
        return self.recensees / self.communes if self.communes else 0.0


def couverture(famille: str, donnees: Donnees, *, le: date) -> Couverture:
    pourvues = {
        site.commune
        for releve in donnees.releves
        if releve.famille == famille and not releve.exclu and not releve.exemple
        for site in releve.sites
    }
    constats = [
        (commune, _constat(famille, commune, donnees, le=le, pourvue=commune.code in pourvues))
        for commune in donnees.communes
    ]
    absentes = [commune for commune, constat in constats if not constat.couvert]
    dites = [constat for _, constat in constats if constat.parole]
    recensees = [constat for constat in dites if constat.couvert]
    return Couverture(
        communes=len(donnees.communes),
        recensees=len(donnees.communes) - len(absentes),
        departements_absents=tuple(sorted({commune.departement for commune in absentes})),
        sources=tuple(s.slug for s in donnees.sources if famille in s.familles and s.departements),
        seuil=donnees.seuil,
        absentes=tuple(commune.nom for commune in absentes),
        dites=len(dites),
        dites_recensees=len(recensees),
        dites_a_refaire=sum(constat.a_refaire for constat in recensees),
    )


def _constat(famille: str, commune: Commune, donnees: Donnees, *, le: date, pourvue: bool) -> Constat:
    return constater(
        famille,
        commune.departement,
        listes=donnees.sources,
        parole=donnees.paroles.get((famille, commune.code)),
        le=le,
        pourvue=pourvue,
    )


def motif_non_recense(famille: str, lue: Couverture) -> str:
    """The sentence that stands in place of the number; empty when the census is good enough."""
    if lue.communes and lue.part >= lue.seuil:
        return ""
    nom = libelle_famille(famille)
    if lue.dites:
        return f"Non calculable : {_combien(lue, 'recensée')} pour la famille « {nom} » ({_citees(lue)})."
    return (
        f"Non calculable : {_combien(lue, 'dans une liste complète')} pour la famille « {nom} » "
        f"(département {', '.join(lue.departements_absents)}). Chargez cette liste pour avoir un chiffre."
    )


def _combien(lue: Couverture, quoi: str) -> str:
    """« 3 communes sur 39 ne sont pas recensées », « aucune commune n’est dans une liste complète »."""
    manque = lue.communes - lue.recensees
    if not lue.recensees:
        return f"aucune commune n’est {quoi}"
    if manque == 1:
        return f"1 commune sur {lue.communes} n’est pas {quoi}"
    return f"{manque} communes sur {lue.communes} ne sont pas {quoi}{'s' if quoi.endswith('ée') else ''}"


def _citees(lue: Couverture) -> str:
    reste = len(lue.absentes) - COMMUNES_CITEES
    return ", ".join([*lue.absentes[:COMMUNES_CITEES], *([f"et {reste} autres"] if reste > 0 else [])])


def reserve_personnes(famille: str, lue: Couverture) -> str:
    """What the reader must know when people, not a list, made the census; empty otherwise."""
    if not lue.dites_recensees:
        return ""
    qui = "1 commune a été recensée par une personne"
    if lue.dites_recensees > 1:
        qui = f"{lue.dites_recensees} communes ont été recensées par des personnes"
    age = f" À refaire : {lue.dites_a_refaire}." if lue.dites_a_refaire else ""
    return f"Pour la famille « {libelle_famille(famille)} », {qui}, non par une liste.{age}"


def voisins_absents(famille: str, donnees: Donnees, km: float) -> tuple[str, ...]:
    """Départements around, with a commune within `km` of one of ours, that no complete list covers."""
    couverts = {d for s in donnees.sources if famille in s.familles for d in s.departements}
    return tuple(
        sorted(d for d, distance in donnees.voisines.items() if distance <= km and d not in couverts)
    )
