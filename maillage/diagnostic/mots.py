"""The sentences of the recensement, in plain French; called by the public pages, the results page and the acts. Pure.

« Ce service » agrees with every family's name; a state that nobody looked at is never said as « none ».
"""

from datetime import date

from maillage.core.templatetags.maillage import jour
from maillage.diagnostic.cycle import NON_RECENSE, PARTIEL, ZERO
from maillage.diagnostic.etats import Constat


def a_commune(nom: str) -> str:
    """« à Rixheim », « au Havre », « aux Abymes »."""
    if nom.startswith("Le "):
        return f"au {nom[3:]}"
    if nom.startswith("Les "):
        return f"aux {nom[4:]}"
    return f"à {nom}"


def enumerer(noms: list[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    return " et ".join(filter(None, [", ".join(noms[:-1]), *noms[-1:]]))


def phrase(libelle: str, commune: str, constat: Constat, *, nombre: int) -> str:
    """What a family is told of one kind of service in one commune."""
    ici = a_commune(commune)
    if constat.etat == NON_RECENSE:
        connus = f" {_connus(nombre)}" if nombre else " Il en existe peut-être."
        return f"{libelle} : ce service n’est pas encore recensé {ici}.{connus}"
    if constat.etat == PARTIEL:
        connus = (
            f" {_connus(nombre)} Il en existe peut-être d’autres." if nombre else " Il en existe peut-être."
        )
        return f"{libelle} : ce service n’est recensé qu’en partie {ici}.{connus}"
    if nombre:
        lieux = "1 lieu" if nombre == 1 else f"{nombre} lieux"
        return f"{libelle} : {lieux} {ici}, {qui_le_dit(constat)}.{_age(constat)}"
    fait = "zéro confirmé" if constat.etat == ZERO else "le recensement est fait"
    return f"{libelle} : il n’y en a pas {ici}, {fait} {qui_le_dit(constat, court=True)}.{_age(constat)}"


def qui_le_dit(constat: Constat, *, court: bool = False) -> str:
    """« recensé le 3 mars 2026 par Awa D., auprès de la mairie », « d’après la liste X du 1er août 2024 »."""
    if constat.liste:
        debut = "d’après la source" if court else "d’après"
        return f"{debut} « {constat.liste} », édition du {jour(constat.le)}"
    parole = constat.parole
    if parole is None:
        return "personne n’a encore regardé"
    aupres = f", auprès de : {parole.aupres_de}" if parole.aupres_de else ""
    fait = "" if court else f"{constat.libelle} "
    return f"{fait}le {jour(parole.le)} par {parole.par}{aupres}"


def _connus(nombre: int) -> str:
    return "1 lieu est déjà connu." if nombre == 1 else f"{nombre} lieux sont déjà connus."


def _age(constat: Constat) -> str:
    return " Cette information est ancienne : elle est à revérifier." if constat.a_refaire else ""


def depuis_quand(le: date | None) -> str:
    return f"depuis le {jour(le)}" if le else "date inconnue"
