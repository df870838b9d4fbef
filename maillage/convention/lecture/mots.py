"""Say what a word that the OCR may have damaged should be: one word in, a proposal or nothing out.

Called by `reparations.py`. A word that French knows is left alone; among several readings, the one that needs
the fewest known confusions of an OCR wins, and only by far: otherwise the proposal is a doubt.
"""

import re
from functools import lru_cache

from maillage.convention.lecture.accents import (
    Proposition,
    propose_accents,
    propose_ligature,
    propose_plus_frequent,
    with_casse,
)
from maillage.convention.lecture.lexique import (
    PREFIXES,
    fold,
    get_frequence,
    get_homographes,
    is_connu,
    is_infinitif,
    words,
)

VOYELLES = "aàâeéèêëiîïoôuùûüyhœ"
# What an OCR reads, then what is printed, by the shapes of letters.
_FORMES = tuple(
    (paire.partition(">")[0], paire.partition(">")[2])
    for paire in sorted(
        words(
            "h>n n>h rn>m m>rn c>e e>c u>n n>u l>i i>l cl>d d>cl vv>w f>t t>f li>h ii>n ri>n b>h h>b in>m m>in ni>m "
            "c>o o>c y>v v>y q>g g>q j>i"
        )
    )
)


def _by_length(mots: str) -> list[str]:
    """The longest first: "une" is tried before "un"."""
    return sorted(words(mots), key=lambda mot: (-len(mot), mot))


_COLLES_APRES = _by_length("dans avec pour aux des les une un sur par leurs leur du au")
_COLLES_APRES_PLURIEL = ("de", "et", "en", "le", "la", "à")
_COLLES_AVANT = _by_length("avec dans pour leurs les aux une des cette ces et la le du")
_ELIDES = ("qu", "d", "l", "s", "n")


# No French word ends so: the accent is grave ("Duchére", "Ferrandiére"), even in a name that no dictionary has.
_E_AIGU_DEVANT_E_MUET = re.compile(r"é(?=(?:[bcdfglmnprstvz]|qu|ch|gn)es?$)")


@lru_cache(maxsize=50_000)
def propose_mot(mot: str, *, en_tete: bool, abime: bool) -> Proposition | None:
    """Return what this word should be. `en_tete`: it opens a line; `abime`: the OCR lost accents elsewhere."""
    minuscule = mot.lower()
    if len(mot) < 2:
        return None
    if "oe" in minuscule or "ce" in minuscule:
        ligature = propose_ligature(mot)
        if ligature:
            return ligature
    if not _is_repairable(mot):
        return None
    if is_connu(minuscule):
        return propose_plus_frequent(mot) if abime and mot.islower() else None
    nom_propre = mot[0].isupper() and not en_tete
    proposition = propose_accents(mot, prudent=nom_propre, abime=abime) or _propose_derive(mot)
    if proposition is None and abime and (m := _E_AIGU_DEVANT_E_MUET.search(mot)):
        return Proposition(f"{mot[: m.start()]}è{mot[m.start() + 1 :]}", "accent")
    proposition = proposition or _propose_initiale(mot)
    if proposition or nom_propre or len(mot) > 40:
        return proposition
    return _propose_coupe(mot) or _propose_forme(mot)


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


def _propose_derive(mot: str) -> Proposition | None:
    """Repair what follows a common prefix: "cyberharcelement", "périscolaire"."""
    minuscule = mot.lower()
    for prefixe in PREFIXES:
        reste = minuscule[len(prefixe) :]
        if fold(minuscule).startswith(fold(prefixe)) and len(reste) >= 5 and not is_connu(reste):
            proposition = propose_accents(reste, prudent=False, abime=False)
            if proposition and proposition.sure and proposition.mot != reste:
                return Proposition(with_casse(mot, minuscule[: len(prefixe)] + proposition.mot), "accent")
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
            return Proposition(f"{with_casse(mot, debut)} {petit}", "mots collés")
    for petit in _COLLES_APRES_PLURIEL:
        debut = minuscule.removesuffix(petit)
        if (
            debut != minuscule
            and len(debut) >= 5
            and _is_courant(debut)
            and (debut.endswith(("s", "x")) or is_infinitif(debut))
        ):
            return Proposition(f"{with_casse(mot, debut)} {petit}", "mots collés")
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
            return Proposition(f"{with_casse(mot, petit)} {reste}", "mots collés")
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
    return Proposition(with_casse(mot, classes[0]), "lettre confondue", sure=sure)
