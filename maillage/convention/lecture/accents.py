"""Give a word back the accents and the ligature that an OCR took; called by `mots.py`."""

from dataclasses import dataclass

from maillage.convention.lecture.lexique import fold, get_frequence, get_homographes, is_connu, words

# What is printed, then what an OCR reads, and the cost of that mistake. What is not here does not happen.
_CONFUSIONS = {
    **dict.fromkeys(
        ["èé", "êé", "èe", "êe", "àa", "âa", "çc", "ôo", "ùu", "ëe", "ïi", "îi", "ûu", "üu", "ôé", "âé"], 1.0
    ),
    **dict.fromkeys(
        ["êè", "èê", "àá", "âá", "âà", "àâ", "éê", "éë", "îï", "ïî", "ûù", "ôó", "ôò", "îí", "éẽ"], 1.5
    ),
    "ée": 2.0,
}
_CAPITALE_SANS_ACCENT = 0.5
_AVEC_LIGATURE = words("oeuvr coeur soeur noeud voeu oeil oeuf moeurs boeuf choeur rancoeur foetus oedeme")
# Since 1990 these may be written without their accent: their absence alone proves nothing.
_ACCENTS_FACULTATIFS = {"îi", "ûu", "ée"}


@dataclass(frozen=True, slots=True)
class Proposition:
    mot: str
    regle: str
    sure: bool = True


def with_casse(modele: str, mot: str) -> str:
    return mot[0].upper() + mot[1:] if modele[0].isupper() else mot


def propose_ligature(mot: str) -> Proposition | None:
    minuscule = mot.lower()
    if not is_connu(minuscule) and "ce" in minuscule:
        for place in range(len(minuscule)):
            if minuscule.startswith("ce", place) and _has_ligature(
                minuscule[:place] + "oe" + minuscule[place + 2 :]
            ):
                return Proposition(
                    with_casse(mot, minuscule[:place] + "œ" + minuscule[place + 2 :]), "œ lu « ce »"
                )
    if _has_ligature(minuscule) and mot[1:].islower():
        return Proposition(with_casse(mot, minuscule.replace("oe", "œ", 1)), "ligature œ")
    return None


def _has_ligature(minuscule: str) -> bool:
    return any(racine in minuscule for racine in _AVEC_LIGATURE) and (get_frequence(minuscule) > 0)


def propose_accents(mot: str, *, prudent: bool, abime: bool) -> Proposition | None:
    minuscule = mot.lower()
    plie = fold(mot)
    candidats = [
        (cout, c)
        for c in get_homographes(plie)
        if (cout := _cost(minuscule, c, capitale=mot[0].isupper())) < 9
    ]
    if not candidats:
        candidats = _find_doubled_e(minuscule)
    if not candidats:
        return None
    candidats.sort(key=lambda paire: (paire[0], -get_frequence(paire[1]), paire[1]))
    cout, meilleur = candidats[0]
    # A plural, a participle: far rarer readings at the same cost do not make a doubt.
    rivaux = [
        c for k, c in candidats[1:] if k <= cout + 0.5 and get_frequence(c) * 5 > get_frequence(meilleur)
    ]
    # In a text whose accents hold, one that is merely absent may be the author's spelling, or an English word.
    sure = not rivaux and (abime or not _is_facultatif(minuscule, meilleur))
    if prudent and (
        get_frequence(meilleur) < 300 or (len(mot) < 5 and not (abime and get_frequence(meilleur) >= 1000))
    ):
        sure = False
    regle = "accent de capitale" if mot[0].isupper() and meilleur[1:] == minuscule[1:] else "accent"
    return Proposition(with_casse(mot, meilleur), regle, sure=sure)


def propose_plus_frequent(mot: str) -> Proposition | None:
    """In a damaged text, "congres" and "foret" are not the rare words that they spell."""
    frequence = get_frequence(mot)
    if not 0 < frequence < 500:
        return None
    for candidat in get_homographes(fold(mot)):
        if (
            candidat != mot
            and get_frequence(candidat) >= 20 * frequence
            and _cost(mot, candidat, capitale=False) <= 1
        ):
            return Proposition(candidat, "accent", sure=get_frequence(candidat) >= 2000)
    return None


def _cost(lu: str, vrai: str, *, capitale: bool) -> float:
    """Return how much an OCR must be mistaken to read `lu` where `vrai` is printed; 9 and more: it is not."""
    if len(lu) != len(vrai):
        return 9.0
    total = 0.0
    for place, (a, b) in enumerate(zip(vrai, lu, strict=True)):
        if a != b:
            total += (
                _CAPITALE_SANS_ACCENT
                if capitale and place == 0 and fold(a) == b
                else _CONFUSIONS.get(a + b, 9.0)
            )
    return total


def _is_facultatif(lu: str, vrai: str) -> bool:
    return all(a == b or a + b in _ACCENTS_FACULTATIFS for a, b in zip(vrai, lu, strict=False))


def _find_doubled_e(minuscule: str) -> list[tuple[float, str]]:
    """An accented e may be read twice: "accés" as "acceés", "régulièrement" as "réguliéerement"."""
    trouves = []
    for place in range(len(minuscule) - 1):
        paire = minuscule[place : place + 2]
        if fold(paire) == "ee" and paire != "ee":
            for accentue in "èéê":
                candidat = minuscule[:place] + accentue + minuscule[place + 2 :]
                trouves += [
                    (1.0, c)
                    for c in get_homographes(fold(candidat))
                    if _cost(candidat, c, capitale=False) < 2
                ]
    return sorted(set(trouves))
