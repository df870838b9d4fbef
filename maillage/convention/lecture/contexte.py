"""Repair the words that exist as they are, but can't stand where they stand; called by `reparations.py`."""

import re
from dataclasses import dataclass

from maillage.convention.lecture.a_grave import Voisins, is_preposition
from maillage.convention.lecture.lexique import get_frequence, is_infinitif, words
from maillage.convention.lecture.signes import Trouvaille

_DES_AVANT = words("le la les l i que qu lors leur leurs son sa ses maintenant lundi aujourd cette ce")
_APRES_INFINITIF = words("dans vers en au aux à a sur chez plus")


@dataclass(frozen=True, slots=True)
class Etat:
    """What the whole document says of its OCR: it lost its "à"; it lost accents in several words."""

    a_perdus: bool
    abime: bool


@dataclass(frozen=True, slots=True)
class Mot:
    ligne: int
    debut: int
    fin: int
    texte: str


def repair_grammaire(mots: list[Mot], place: int, brut: str, etat: Etat) -> Trouvaille | None:
    """Repair the words that exist as they are, but can't stand where they stand."""
    mot = mots[place]
    minuscule = mot.texte.lower()
    if minuscule == "a" and is_isole(brut, mot):
        return _repair_a(mots, place, brut, etat)
    suivant = mots[place + 1].texte.lower() if place + 1 < len(mots) else ""
    precedent = mots[place - 1].texte.lower() if place else ""
    if minuscule == "dés" and suivant in _DES_AVANT and precedent not in {"les", "des", "de"}:
        return Trouvaille(mot.debut, mot.fin, mot.texte[0] + "ès", "accent")
    if minuscule == "des" and etat.abime and suivant in {"la", "le", "les", "que", "qu", "lors"}:
        return Trouvaille(mot.debut, mot.fin, mot.texte[0] + "ès", "accent")
    if minuscule == "prés" and suivant in {"de", "du", "d"} and precedent not in {"les", "des", "ces"}:
        return Trouvaille(mot.debut, mot.fin, mot.texte[0] + "rès", "accent")
    if minuscule.endswith("ers") and precedent in {"a", "à"} and suivant in _APRES_INFINITIF:
        infinitif = minuscule[:-1]
        if is_infinitif(infinitif) and get_frequence(infinitif) > 20 * get_frequence(minuscule):
            return Trouvaille(mot.debut, mot.fin, infinitif, "lettre de trop")
    return None


def _repair_a(mots: list[Mot], place: int, brut: str, etat: Etat) -> Trouvaille | None:
    mot = mots[place]
    if mot.texte == "A":
        suite = brut[mot.fin :].lstrip()
        voisins = _get_voisins(mots, place, brut)
        if not is_en_tete(brut, mot.debut) or not suite[:1].islower() or mot.fin == len(brut):
            return None
        libre = _is_libre(brut[: mot.debut]) and is_preposition(voisins, perdus=True)
        return Trouvaille(mot.debut, mot.fin, "À", "a sans accent") if libre else None
    if is_preposition(_get_voisins(mots, place, brut), perdus=etat.a_perdus):
        return Trouvaille(mot.debut, mot.fin, "à", "a sans accent")
    return None


def _is_libre(avant: str) -> bool:
    return not re.search(r"[^\W_]", avant)


def _get_voisins(mots: list[Mot], place: int, brut: str) -> Voisins:
    mot = mots[place]

    def at(ecart: int) -> str:
        rang = place + ecart
        if not 0 <= rang < len(mots) or abs(mots[rang].ligne - mot.ligne) > 2:
            return ""
        return mots[rang].texte.lower()

    chiffres_avant = re.search(r"(\d+)\s*$", brut[: mot.debut])
    chiffres_apres = re.match(r"\s*(\d+)", brut[mot.fin :])
    ouvre = place >= 2 and mots[place - 2].texte[0].isupper()
    return Voisins(
        avant=chiffres_avant.group(1) if chiffres_avant else at(-1),
        avant_avant=at(-2),
        apres=chiffres_apres.group(1) if chiffres_apres else _skip_elision(mots, place, at(1)),
        apres_apres=at(2),
        ouvre=ouvre,
    )


def _skip_elision(mots: list[Mot], place: int, suivant: str) -> str:
    """ "I'accompagnement" reads as two words, of which the first is a damaged article."""
    return "l’" if suivant in {"i", "l"} else suivant


def is_isole(brut: str, mot: Mot) -> bool:
    avant, apres = brut[mot.debut - 1 : mot.debut] if mot.debut else "", brut[mot.fin : mot.fin + 1]
    return (not avant or avant.isspace() or avant in "(«") and (not apres or apres.isspace())


def is_en_tete(brut: str, debut: int) -> bool:
    avant = brut[max(0, debut - 80) : debut].rstrip(" \t’'")
    return not re.search(r"[^\W\d_]{2}", avant) or avant[-1] in ".!?:;–—•»-("
