"""Say a definition in French; called by the fiche, the recipe page and the recipe kept with each value."""

from maillage.annuaire.familles import libelle_famille
from maillage.convention.mesures import langage
from maillage.convention.mesures.langage import (
    AuDela,
    Avec,
    CompterCommunes,
    CompterFiches,
    Condition,
    Part,
    PopulationAuDela,
    Sans,
    Simple,
)


def nom_famille(famille: str) -> str:
    """« lieu « France services » »: one record of the family, in the middle of a sentence."""
    return f"lieu « {libelle_famille(famille)} »"


def phrase(arbre: object) -> str:
    """The French sentence of a stored tree, a whole one, as shown under « Comment c’est calculé »."""
    definition = langage.lire(arbre)
    if isinstance(definition, Part):
        haut, bas = definition.numerateur, definition.denominateur
        debut = f"On divise le nombre {_quoi(haut)} par le nombre {_quoi(bas)}, et on multiplie par cent."
    else:
        debut = f"On compte le nombre {_quoi(definition)}."
    return debut + _precision(definition)


def _quoi(mesure: Simple) -> str:
    if isinstance(mesure, CompterFiches):
        return f"de fiches du territoire qui sont un {nom_famille(mesure.famille)}"
    if isinstance(mesure, CompterCommunes):
        return f"de communes {_condition(mesure.condition)}"
    if isinstance(mesure, PopulationAuDela):
        return f"d’habitants des communes dont le centre est {_loin(mesure)}"
    return "d’habitants du territoire"


def _condition(condition: Condition) -> str:
    if isinstance(condition, Sans):
        return f"du territoire sans aucun {nom_famille(condition.famille)}"
    if isinstance(condition, Avec):
        return f"du territoire avec au moins un {nom_famille(condition.famille)}"
    if isinstance(condition, AuDela):
        return f"du territoire dont le centre est {_loin(condition)}"
    return "du territoire"


def _loin(critere: AuDela | PopulationAuDela) -> str:
    return f"à plus de {en_km(critere.km)} du {nom_famille(critere.famille)} le plus proche"


def _precision(definition: langage.Definition) -> str:
    decisif, tampon = langage.voisinage_km(definition)
    if not decisif:
        return " Une fiche compte si elle est réelle et ouverte à la date demandée."
    return (
        " La distance va du centre de la commune au lieu, à vol d’oiseau."
        f" Un lieu hors du territoire compte aussi, jusqu’à {en_km(tampon)} de ses communes."
        " Une fiche compte si elle est réelle et ouverte à la date demandée."
    )


def en_km(km: float) -> str:
    return f"{km:g}".replace(".", ",") + "\u00a0km"
