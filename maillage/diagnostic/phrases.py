"""One sentence on a family of service in a commune, ready to print; called by the results page of the search."""

from datetime import date

from maillage.annuaire.familles import libelle_famille
from maillage.diagnostic.etats import Constat
from maillage.diagnostic.mots import a_commune, phrase
from maillage.diagnostic.tableau import PartRecensee, cellule_de
from maillage.territoire.models import Commune


def phrase_recensement(famille: str, commune: Commune, le: date) -> str:
    """« Mairie : ce service n’est pas encore recensé à Rixheim. »; never « none » where nobody looked.

    A commune that no territory of the instance serves is not surveyed either, and is said so.
    """
    cellule = cellule_de(famille, commune, le)
    if cellule is None:
        return phrase(libelle_famille(famille), commune.nom, Constat(), nombre=0)
    return phrase(cellule.famille.libelle, cellule.commune.nom, cellule.constat, nombre=cellule.nombre)


def refus_de_total(part: PartRecensee) -> str:
    """Why no total may be given for a family; empty when enough communes are surveyed."""
    if part.suffisante:
        return ""
    if not part.communes:
        return "Pas de total : aucune commune du territoire n’est chargée."
    manque = part.communes - part.recensees
    communes = "1 commune n’est pas recensée" if manque == 1 else f"{manque} communes ne sont pas recensées"
    return (
        f"Pas de total : {communes} sur {part.communes} pour « {libelle_famille(part.famille)} ». "
        f"Il en faut {round(part.seuil * 100)} % pour donner un chiffre."
    )


def titre_de_commune(nom: str) -> str:
    return f"Ce que l’on sait {a_commune(nom)}"
