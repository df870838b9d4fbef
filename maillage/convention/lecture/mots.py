"""Say what a word that the OCR may have damaged should be: one word in, a proposal or nothing out.

Called by `reparations.py`. A word that French knows is never touched here; among several readings, the one that needs the
fewest known confusions of an OCR wins, and only by far: otherwise the proposal is a doubt.
"""

from dataclasses import dataclass
from functools import lru_cache

from maillage.convention.lecture.lexique import (
    PREFIXES,
    fold,
    get_frequence,
    get_homographes,
    is_connu,
    is_infinitif,
)

VOYELLES = "aàâeéèêëiîïoôuùûüyhœ"
# What an OCR reads (second) for what is printed (first). What is not here does not happen: it is left as printed.
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
# Since 1990 these may be written without their accent: their absence alone proves nothing.
_ACCENTS_FACULTATIFS = {"îi", "ûu"}
_FORMES = (
    ("h", "n"), ("n", "h"), ("rn", "m"), ("m", "rn"), ("c", "e"), ("e", "c"), ("u", "n"), ("n", "u"), ("l", "i"), ("i", "l"),
    ("cl", "d"), ("d", "cl"), ("vv", "w"), ("f", "t"), ("t", "f"), ("li", "h"), ("ii", "n"), ("ri", "n"), ("b", "h"), ("h", "b"),
    ("in", "m"), ("m", "in"), ("ni", "m"), ("c", "o"), ("o", "c"), ("s", "5"), ("y", "v"), ("v", "y"), ("1", "l"), ("0", "o"),
    ("q", "g"), ("g", "q"), ("j", "i"), ("ô", "à"), ("ë", "é"),
)  # fmt: skip
_COLLES_APRES = (
    "dans",
    "avec",
    "pour",
    "aux",
    "des",
    "les",
    "une",
    "un",
    "sur",
    "par",
    "leurs",
    "leur",
    "du",
    "au",
)
_COLLES_APRES_PLURIEL = ("de", "et", "en", "le", "la", "à")
_COLLES_AVANT = (
    "avec",
    "dans",
    "pour",
    "leurs",
    "les",
    "aux",
    "une",
    "des",
    "cette",
    "ces",
    "et",
    "la",
    "le",
    "du",
)
_ELIDES = ("qu", "d", "l", "s", "n")


@dataclass(frozen=True, slots=True)
class Proposition:
    mot: str
    regle: str
    sure: bool = True


@lru_cache(maxsize=50_000)
def propose_mot(mot: str, *, en_tete: bool, abime: bool) -> Proposition | None:
    """Return what this word should be. `en_tete`: it opens a line or a sentence; `abime`: the OCR lost accents elsewhere."""
    minuscule = mot.lower()
    if len(mot) < 2:
        return None
    if "oe" in minuscule or "ce" in minuscule:
        ligature = _propose_ligature(mot)
        if ligature:
            return ligature
    if is_connu(minuscule) or not _is_repairable(mot):
        return None
    nom_propre = mot[0].isupper() and not en_tete
    proposition = _propose_accents(mot, prudent=nom_propre, abime=abime) or _propose_derive(mot)
    if proposition or nom_propre or len(mot) > 40:
        return proposition
    return _propose_initiale(mot) or _propose_coupe(mot) or _propose_forme(mot)


def propose_capitales(mot: str) -> Proposition | None:
    """Return the word of a title in capitals with its accents, when only one word of the language fits."""
    minuscule = mot.lower()
    if len(mot) < 4 or is_connu(minuscule):
        return None
    candidats = [c for c in get_homographes(fold(mot)) if get_frequence(c) >= 200]
    return Proposition(candidats[0].upper(), "accent de capitale") if len(candidats) == 1 else None


def _is_repairable(mot: str) -> bool:
    """Acronyms and names with inner capitals (EHPADs, m2A) are kept as printed."""
    return mot[1:].islower() or (mot[0] in "I|" and mot[1:].islower())


def _with_casse(modele: str, mot: str) -> str:
    return mot[0].upper() + mot[1:] if modele[0].isupper() else mot


def _propose_ligature(mot: str) -> Proposition | None:
    minuscule = mot.lower()
    if not is_connu(minuscule) and "ce" in minuscule:
        for place in range(len(minuscule)):
            if minuscule.startswith("ce", place) and _has_ligature(
                minuscule[:place] + "oe" + minuscule[place + 2 :]
            ):
                return Proposition(
                    _with_casse(mot, minuscule[:place] + "œ" + minuscule[place + 2 :]), "œ lu « ce »"
                )
    if _has_ligature(minuscule) and mot[1:].islower():
        return Proposition(_with_casse(mot, minuscule.replace("oe", "œ", 1)), "ligature œ")
    return None


_AVEC_LIGATURE = (
    "oeuvr",
    "coeur",
    "soeur",
    "noeud",
    "voeu",
    "oeil",
    "oeuf",
    "moeurs",
    "boeuf",
    "choeur",
    "rancoeur",
    "foetus",
    "oedeme",
)


def _has_ligature(minuscule: str) -> bool:
    return any(racine in minuscule for racine in _AVEC_LIGATURE) and (get_frequence(minuscule) > 0)


def _propose_accents(mot: str, *, prudent: bool, abime: bool) -> Proposition | None:
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
    sure = not rivaux and (abime or not _is_facultatif(minuscule, meilleur))
    if prudent and (get_frequence(meilleur) < 300 or len(mot) < 5):
        sure = False
    regle = (
        "accent de capitale" if fold(mot[0]) == mot[0].lower() and meilleur[1:] == minuscule[1:] else "accent"
    )
    return Proposition(_with_casse(mot, meilleur), regle, sure=sure)


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


def _propose_derive(mot: str) -> Proposition | None:
    """Repair what follows a common prefix: "cyberharcelement", "périscolaire"."""
    minuscule = mot.lower()
    for prefixe in PREFIXES:
        reste = minuscule[len(prefixe) :]
        if fold(minuscule).startswith(fold(prefixe)) and len(reste) >= 5 and not is_connu(reste):
            proposition = _propose_accents(reste, prudent=False, abime=False)
            if proposition and proposition.sure and proposition.mot != reste:
                return Proposition(_with_casse(mot, minuscule[: len(prefixe)] + proposition.mot), "accent")
    return None


def _propose_initiale(mot: str) -> Proposition | None:
    """A capital I and a small l look the same: "Ies" for "les", "ldentifier" for "Identifier"."""
    reste = mot[1:]
    if mot[0] == "I" and is_connu("l" + reste) and get_frequence("l" + reste) >= 200:
        return Proposition("l" + reste, "l lu « I »")
    if (
        mot[0] == "l"
        and is_connu("i" + reste)
        and (get_frequence("i" + reste) >= 20 or is_infinitif("i" + reste))
    ):
        return Proposition("I" + reste, "I lu « l »")
    return None


def _propose_coupe(mot: str) -> Proposition | None:
    """A lost space ("Créerun") or a lost apostrophe ("dapprentissage")."""
    minuscule = mot.lower()
    if mot[0].islower():
        for elide in _ELIDES:
            reste = minuscule[len(elide) :]
            if (
                minuscule.startswith(elide)
                and len(reste) >= 4
                and reste[0] in VOYELLES
                and _is_courant(reste)
            ):
                return Proposition(f"{elide}’{reste}", "apostrophe perdue")
    for petit in _COLLES_APRES:
        debut = minuscule.removesuffix(petit)
        if debut != minuscule and len(debut) >= 4 and _is_courant(debut):
            return Proposition(f"{_with_casse(mot, debut)} {petit}", "mots collés")
    for petit in _COLLES_APRES_PLURIEL:
        debut = minuscule.removesuffix(petit)
        if (
            debut != minuscule
            and len(debut) >= 5
            and _is_courant(debut)
            and (debut.endswith(("s", "x")) or is_infinitif(debut))
        ):
            return Proposition(f"{_with_casse(mot, debut)} {petit}", "mots collés")
    return _propose_coupe_avant(mot, minuscule)


def _propose_coupe_avant(mot: str, minuscule: str) -> Proposition | None:
    for petit in _COLLES_AVANT:
        reste = minuscule.removeprefix(petit)
        pluriel = petit in {"leurs", "les", "aux", "des", "ces"}
        if (
            reste != minuscule
            and len(reste) >= 5
            and _is_courant(reste)
            and (not pluriel or reste.endswith(("s", "x")))
        ):
            return Proposition(f"{_with_casse(mot, petit)} {reste}", "mots collés")
    return None


def _is_courant(mot: str) -> bool:
    return get_frequence(mot) >= 200 or is_infinitif(mot)


def _propose_forme(mot: str) -> Proposition | None:
    """One letter or pair of letters read for another of the same shape: "hotamment" for "notamment"."""
    minuscule = mot.lower()
    if len(minuscule) < 5:
        return None
    trouves: dict[str, int] = {}
    for lu, vrai in _FORMES:
        place = minuscule.find(lu)
        while place >= 0:
            candidat = minuscule[:place] + vrai + minuscule[place + len(lu) :]
            if get_frequence(candidat) >= 100:
                trouves[candidat] = get_frequence(candidat)
            place = minuscule.find(lu, place + 1)
    if not trouves:
        return None
    classes = sorted(trouves, key=lambda c: (-trouves[c], c))
    sure = len(classes) == 1 or trouves[classes[0]] >= 10 * trouves[classes[1]]
    return Proposition(_with_casse(mot, classes[0]), "lettre confondue", sure=sure)
