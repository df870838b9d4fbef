"""The sentences of the recensement, in plain French; called by the public pages, the results page and the acts. Pure.

« Ce service » agrees with every family's name; a state that nobody looked at is never said as « none ».
"""

from dataclasses import dataclass
from datetime import date

from maillage.core.templatetags.maillage import jour
from maillage.diagnostic.cycle import LIBELLES, NON_RECENSE, PARTIEL, RECENSE, ZERO
from maillage.diagnostic.etats import Constat

CLASSES = {PARTIEL: "tag warn", RECENSE: "tag ok", ZERO: "tag"}


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A state as a mark: word, icon, class of its shape; the colour comes last."""

    mot: str
    icone: str
    classe: str


def etiquette(constat: Constat) -> Etiquette:
    if constat.dementi:
        return Etiquette("zéro démenti par une fiche", "alert", "tag bad")
    if constat.etat == NON_RECENSE:
        return Etiquette(constat.libelle, constat.icone, "badge unknown")
    if constat.couvert and constat.a_refaire:
        return Etiquette(f"{constat.libelle}, à refaire", "clock", "tag warn")
    return Etiquette(constat.libelle, constat.icone, CLASSES[constat.etat])


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
        return f"{libelle} : {lieux} {ici}, {_fini(qui_le_dit(constat))}{_age(constat)}"
    return f"{libelle} : il n’y en a pas {ici}, {_fini(qui_le_dit(constat))}{_age(constat)}"


def qui_le_dit(constat: Constat) -> str:
    """« recensé le 3 mars 2026 par Awa D., auprès de : la mairie », « d’après « X », édition du 1er août 2024 »."""
    if constat.liste:
        return f"d’après « {constat.liste} », édition du {jour(constat.le)}"
    parole = constat.parole
    if parole is None:
        return "personne n’a encore regardé"
    aupres = f", auprès de : {parole.aupres_de}" if parole.aupres_de else ""
    return f"{LIBELLES[parole.etat]} le {jour(parole.le)} par {parole.par}{aupres}"


def _fini(texte: str) -> str:
    """With its full stop, once: « Awa D. » brings its own."""
    return texte if texte.endswith(".") else f"{texte}."


def _connus(nombre: int) -> str:
    return "1 lieu est déjà connu." if nombre == 1 else f"{nombre} lieux sont déjà connus."


def _age(constat: Constat) -> str:
    return " Cette information est ancienne : elle est à revérifier." if constat.a_refaire else ""


def depuis_quand(le: date | None) -> str:
    return f"depuis le {jour(le)}" if le else "date inconnue"
