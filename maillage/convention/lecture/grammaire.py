"""Say how a sentence begins and whether it is finished: the grammar by which wrapped lines are told from new items."""

import re

from maillage.convention.lecture.lexique import is_connu, is_infinitif, words

_MOT = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ATTENDENT_UNE_SUITE = words(
    "de du des d la le les l un une à au aux et ou en pour par sur sous dans avec sans entre vers chez via que "
    "qui dont où ce cet cette ces son sa ses leur leurs notre nos votre vos mon ma mes afin ainsi selon lors "
    "dès hors contre depuis pendant jusqu chaque plusieurs certains "
    "certaines ni quelques soit s n qu cf"
)
_ADVERBES = frozenset({"mieux", "davantage", "encore", "continuer"})
_NOM_ACTION = re.compile(r"(?:tion|sion|ment|age|ance|ise|ture|erie)s?$", re.IGNORECASE)
_APRES_NOM_ACTION = words("de d du des en à au aux")


def is_incomplete(texte: str) -> bool:
    """Tell whether this text waits for more: it ends on a preposition, a comma, an open bracket…"""
    fin = texte.rstrip()
    if not fin or fin[-1] in ",(/’'«&+" or fin.endswith(" -"):
        return bool(fin)
    mots = _MOT.findall(fin[-60:])
    return bool(mots) and fin[-1].isalpha() and mots[-1].lower() in _ATTENDENT_UNE_SUITE


def starts_with_action(texte: str) -> bool:
    """Tell whether the text opens on an infinitive: "Créer…", "S’appuyer…", "Mieux coordonner…", "Ne pas…"."""
    mots = [m.lower() for m in _MOT.findall(texte.lstrip(" «\"'")[:80])[:4]]
    if not mots:
        return False
    if mots[0] in {"s", "se", "y", "ne", "n", "pour"} or mots[0] in _ADVERBES or _is_adverbe(mots[0]):
        return any(is_verbe(mot) for mot in mots[1:3])
    return is_verbe(mots[0])


def is_verbe(mot: str) -> bool:
    # A word that no dictionary knows but that looks like an infinitive is one whose letters the OCR damaged.
    return is_infinitif(mot) or (
        len(mot) >= 6 and mot.endswith(("er", "ir", "dre", "tre")) and not is_connu(mot)
    )


def _is_adverbe(mot: str) -> bool:
    return mot.endswith("ement") and is_connu(mot)


def starts_with_noun_of_action(texte: str) -> bool:
    """Tell whether the text opens on a noun of action: "Mise en place de…", "Création d’…"."""
    mots = _MOT.findall(texte[:80])
    return len(mots) >= 2 and bool(_NOM_ACTION.search(mots[0])) and mots[1].lower() in _APRES_NOM_ACTION


def get_first_word(texte: str) -> str:
    return texte.split(maxsplit=1)[0] if texte.strip() else ""


def is_capitales(texte: str) -> bool:
    lettres = [c for c in texte if c.isalpha()]
    return len(lettres) >= 3 and all(c.isupper() for c in lettres)
