"""Find what the OCR damaged, line by line, and apply what was not refused; called by `lire.py`, pure.

Each repair is a span of one source line with what replaces it, why, and an `id` that depends on nothing else: refusing one
repair moves no other. Nothing is reworded: what is not a known confusion of an OCR is kept, or told as a doubt.
"""

# ruff: noqa: RUF001 - the confusable signs are the very subject of this module

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from maillage.convention.lecture.a_grave import Voisins, is_preposition
from maillage.convention.lecture.lexique import get_frequence, is_connu, is_infinitif, words
from maillage.convention.lecture.mots import VOYELLES, propose_capitales, propose_mot
from maillage.convention.lecture.plan import Doute, Reparation

CESURE = "\u00ad"  # stands for the hyphen of a word cut at the end of a line; see typographie.assemble
_MOT = re.compile(r"[^\W\d_]+")
_LETTRES_VOYELLES = VOYELLES + VOYELLES.upper()
_APOSTROPHES = "’'‘`´\"”“"

_MOJIBAKE = re.compile(
    r"(?:[ÂÃ][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€[\x80-\xbf\u0153\u02dc\u2013-\u203a\u2122¦])+"
)
_ELISION = re.compile(
    rf"(?<![\w{_APOSTROPHES}.])([Il|1!\]\[]|[dnscjmtDNSCJMT]|qu|Qu)([{_APOSTROPHES}])(\s?)(?=[{_LETTRES_VOYELLES}])"
)
_L_PERDU = re.compile(rf"(?:(?<=^)|(?<=[\s(«/]))['’‘](?=[{VOYELLES}][^\W\d_]+)")
_PARASITE = re.compile(r"(?:^|(?<=\s))[|~¦_¬]+(?=\s|$)\s?")
_SIGNE_DANS_MOT = re.compile(r"(?<![^\W])[^\W\d_]*[¢©01|!][^\W\d_]+(?![^\W])")
_ADRESSE = re.compile(r"\w@\w|https?:|www\.|\w\.(?:fr|com|org|eu|net)\b")
LONGUEUR_REPARABLE = 5_000  # no page has such lines: they are read as they are
_DES_AVANT = words("le la les l que qu lors leur leurs son sa ses maintenant lundi aujourd cette ce")
_APRES_INFINITIF = words("dans vers en au aux à a sur chez plus")
_SIGNES = {
    "¢": ("ç", "c"),
    "©": ("é", "o", "c"),
    "0": ("o",),
    "1": ("l", "i"),
    "|": ("l", "i"),
    "!": ("l", "i"),
}


@dataclass(frozen=True, slots=True)
class Trouvaille:
    """A span of a line and its replacement, before it is numbered."""

    debut: int
    fin: int
    remplacement: str
    regle: str


@dataclass(frozen=True, slots=True)
class Etat:
    """What the whole document says of its OCR: it lost its "à"; it lost accents in several words."""

    a_perdus: bool
    abime: bool


@dataclass(frozen=True, slots=True)
class _Mot:
    ligne: int
    debut: int
    fin: int
    texte: str


def find_reparations(bruts: tuple[str, ...]) -> tuple[tuple[Reparation, ...], tuple[Doute, ...]]:
    """Return the repairs of the whole document, in reading order, and the doubts: what may be damaged but is kept."""
    bruts = tuple(brut if len(brut) <= LONGUEUR_REPARABLE else "" for brut in bruts)
    mots = [
        _Mot(n, m.start(), m.end(), m.group()) for n, brut in enumerate(bruts, 1) for m in _MOT.finditer(brut)
    ]
    etat = _judge(bruts, mots)
    trouvailles = {numero: _find_signes(brut) for numero, brut in enumerate(bruts, 1) if brut.strip()}
    doutes = _add_mots(bruts, mots, etat, trouvailles)
    _add_cesures(bruts, trouvailles)
    reparations = [
        _make_reparation(numero, bruts[numero - 1], trouvaille)
        for numero in sorted(trouvailles)
        for trouvaille in sorted(trouvailles[numero], key=lambda t: t.debut)
    ]
    return tuple(reparations), tuple(doutes)


def apply_reparations(bruts: tuple[str, ...], reparations: Iterable[Reparation]) -> tuple[str, ...]:
    """Return the lines with these repairs made."""
    lignes = list(bruts)
    for reparation in sorted(reparations, key=lambda r: (r.ligne, -r.debut)):
        ligne = lignes[reparation.ligne - 1]
        lignes[reparation.ligne - 1] = (
            ligne[: reparation.debut] + reparation.remplacement + ligne[reparation.fin :]
        )
    return tuple(lignes)


def mark_refusees(reparations: tuple[Reparation, ...], refusees: frozenset[str]) -> tuple[Reparation, ...]:
    return tuple(replace(r, appliquee=False) if r.id in refusees else r for r in reparations)


def _judge(bruts: tuple[str, ...], mots: list[_Mot]) -> Etat:
    seuls = sum(1 for m in mots if m.texte == "a" and _is_isole(bruts[m.ligne - 1], m))
    graves = sum(1 for m in mots if m.texte == "à")
    signes = sum(1 for brut in bruts for m in _ELISION.finditer(brut) if m.group(1) in "I|1")
    for texte in {m.texte for m in mots if len(m.texte) > 3 and m.texte.islower()}:
        proposition = propose_mot(texte, en_tete=False, abime=False)
        signes += bool(proposition and proposition.sure and proposition.regle.startswith(("accent", "œ lu")))
    abime = signes >= 3
    return Etat(a_perdus=graves * 5 <= seuls and (seuls >= 5 or (abime and seuls >= 1)), abime=abime)


def _find_signes(brut: str) -> list[Trouvaille]:
    trouvailles = [
        Trouvaille(m.start(), m.end(), repare, "encodage")
        for m in _MOJIBAKE.finditer(brut)
        if (repare := _decode(m.group()))
    ]
    for m in _ELISION.finditer(brut):
        trouvailles += _repair_elision(m)
    for m in _L_PERDU.finditer(brut):
        suite = brut[m.end() :]
        if not re.search(r"\w['’](?!\w)", suite) and not brut[: m.start()].rstrip().endswith(("’", "'")):
            trouvailles.append(Trouvaille(m.start(), m.end(), "l’", "l perdu devant l’apostrophe"))
    if brut.count("|") < 3:
        trouvailles += [
            Trouvaille(m.start(), m.end(), "", "signe parasite") for m in _PARASITE.finditer(brut)
        ]
    for m in _SIGNE_DANS_MOT.finditer(brut):
        trouvailles += _repair_signe(m)
    return _without_overlap(trouvailles)


def _decode(moji: str) -> str | None:
    try:
        return moji.encode("cp1252").decode("utf-8")
    except UnicodeError:
        try:
            return moji.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return None


def _repair_elision(m: re.Match[str]) -> Iterator[Trouvaille]:
    lettre, signe, espace = m.groups()
    if lettre in "I|1![]":
        if lettre not in "1!" or m.string[m.end()].islower():
            yield Trouvaille(
                m.start(), m.end(), "l’", "l lu « I »" if lettre == "I" else "l lu comme un signe"
            )
    elif signe in '"”“' and not espace and len(re.findall('["”“]', m.string)) % 2:
        yield Trouvaille(m.start(), m.end(), lettre + "’", "apostrophe lue comme un guillemet")


def _repair_signe(m: re.Match[str]) -> Iterator[Trouvaille]:
    mot = m.group()
    for signe, lettres in _SIGNES.items():
        for lettre in lettres:
            candidat = mot.replace(signe, lettre)
            if (
                signe in mot
                and len(candidat) >= 4
                and candidat.isalpha()
                and get_frequence(candidat.lower()) >= 50
            ):
                yield Trouvaille(m.start(), m.end(), candidat, "signe lu pour une lettre")
                return


def _add_mots(
    bruts: tuple[str, ...], mots: list[_Mot], etat: Etat, trouvailles: dict[int, list[Trouvaille]]
) -> list[Doute]:
    doutes: list[Doute] = []
    adresses = {n: _find_adresses(brut) for n, brut in enumerate(bruts, 1)}
    capitales = {n: _is_titre_capitales(brut) for n, brut in enumerate(bruts, 1)}
    for place, mot in enumerate(mots):
        deja = trouvailles[mot.ligne]
        pris = [(t.debut, t.fin) for t in deja] + adresses[mot.ligne]
        if any(debut < mot.fin and mot.debut < fin for debut, fin in pris):
            continue
        brut = bruts[mot.ligne - 1]
        trouvaille = _repair_grammaire(mots, place, brut, etat)
        if trouvaille is None:
            trouvaille, doute = _repair_mot(mot, brut, etat, en_capitales=capitales[mot.ligne])
            doutes += [doute] if doute else []
        if trouvaille:
            deja.append(trouvaille)
    return doutes


def _find_adresses(brut: str) -> list[tuple[int, int]]:
    """Web and e-mail addresses are never words to repair."""
    if not _ADRESSE.search(brut):
        return []
    return [m.span() for m in re.finditer(r"\S+", brut) if _ADRESSE.search(m.group())]


def _repair_mot(
    mot: _Mot, brut: str, etat: Etat, *, en_capitales: bool
) -> tuple[Trouvaille | None, Doute | None]:
    if en_capitales and mot.texte.isupper():
        proposition = propose_capitales(mot.texte)
    else:
        proposition = propose_mot(mot.texte, en_tete=_is_en_tete(brut, mot.debut), abime=etat.abime)
    if proposition is None or proposition.mot == mot.texte:
        return None, None
    avant, apres = brut[mot.debut - 1 : mot.debut], brut[mot.fin : mot.fin + 1]
    if (
        avant == "-" or apres in {"-", "."} or (avant and avant in "’'")
    ) and not proposition.regle.startswith(("accent", "œ", "ligature", "lettre")):
        return None, None
    if avant.isdigit() or apres.isdigit():
        return None, None
    if not proposition.sure:
        message = f"« {mot.texte} » pourrait se lire « {proposition.mot} » : laissé tel quel."
        return None, Doute((mot.ligne, mot.ligne), "orthographe", message)
    return Trouvaille(mot.debut, mot.fin, proposition.mot, proposition.regle), None


def _repair_grammaire(mots: list[_Mot], place: int, brut: str, etat: Etat) -> Trouvaille | None:
    """Repair the words that exist as they are, but can't stand where they stand."""
    mot = mots[place]
    minuscule = mot.texte.lower()
    if minuscule == "a" and _is_isole(brut, mot):
        return _repair_a(mots, place, brut, etat)
    suivant = mots[place + 1].texte.lower() if place + 1 < len(mots) else ""
    precedent = mots[place - 1].texte.lower() if place else ""
    if minuscule == "dés" and suivant in _DES_AVANT and precedent not in {"les", "des", "de"}:
        return Trouvaille(mot.debut, mot.fin, mot.texte[0] + "ès", "accent")
    if minuscule == "prés" and suivant in {"de", "du", "d"} and precedent not in {"les", "des", "ces"}:
        return Trouvaille(mot.debut, mot.fin, mot.texte[0] + "rès", "accent")
    if minuscule.endswith("ers") and precedent in {"a", "à"} and suivant in _APRES_INFINITIF:
        infinitif = minuscule[:-1]
        if is_infinitif(infinitif) and get_frequence(infinitif) > 20 * get_frequence(minuscule):
            return Trouvaille(mot.debut, mot.fin, infinitif, "lettre de trop")
    return None


def _repair_a(mots: list[_Mot], place: int, brut: str, etat: Etat) -> Trouvaille | None:
    mot = mots[place]
    if mot.texte == "A":
        suite = brut[mot.fin :].lstrip()
        voisins = _get_voisins(mots, place, brut)
        if not _is_en_tete(brut, mot.debut) or not suite[:1].islower() or mot.fin == len(brut):
            return None
        libre = _is_libre(brut[: mot.debut]) and is_preposition(voisins, perdus=True)
        return Trouvaille(mot.debut, mot.fin, "À", "a sans accent") if libre else None
    if is_preposition(_get_voisins(mots, place, brut), perdus=etat.a_perdus):
        return Trouvaille(mot.debut, mot.fin, "à", "a sans accent")
    return None


def _is_libre(avant: str) -> bool:
    return not re.search(r"[^\W_]", avant)


def _get_voisins(mots: list[_Mot], place: int, brut: str) -> Voisins:
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


def _skip_elision(mots: list[_Mot], place: int, suivant: str) -> str:
    """ "I'accompagnement" reads as two words, of which the first is a damaged article."""
    return "l’" if suivant in {"i", "l"} else suivant


def _is_isole(brut: str, mot: _Mot) -> bool:
    avant, apres = brut[mot.debut - 1 : mot.debut] if mot.debut else "", brut[mot.fin : mot.fin + 1]
    return (not avant or avant.isspace() or avant in "(«") and (not apres or apres.isspace())


def _is_en_tete(brut: str, debut: int) -> bool:
    avant = brut[max(0, debut - 80) : debut].rstrip(" \t’'")
    return not re.search(r"[^\W\d_]{2}", avant) or avant[-1] in ".!?:;–—•»-("


def _is_titre_capitales(brut: str) -> bool:
    longs = [m for m in _MOT.findall(brut) if len(m) >= 3]
    return len(longs) >= 3 and all(m.isupper() for m in longs)


def _add_cesures(bruts: tuple[str, ...], trouvailles: dict[int, list[Trouvaille]]) -> None:
    pleines = [n for n, brut in enumerate(bruts, 1) if brut.strip()]
    for numero, suivante in pairwise(pleines):
        fin = re.search(r"([^\W\d_]{2,})-\s*$", bruts[numero - 1])
        debut = re.match(r"\s*([^\W\d_]{2,})", bruts[suivante - 1])
        if not fin or not debut or not debut.group(1).islower():
            continue
        colle = (fin.group(1) + debut.group(1)).lower()
        if get_frequence(colle) or (is_connu(colle) and not is_connu(fin.group(1).lower())):
            trouvailles[numero].append(Trouvaille(fin.end(1), fin.end(1) + 1, CESURE, "césure"))


def _without_overlap(trouvailles: list[Trouvaille]) -> list[Trouvaille]:
    gardees: list[Trouvaille] = []
    for trouvaille in trouvailles:
        if all(t.fin <= trouvaille.debut or trouvaille.fin <= t.debut for t in gardees):
            gardees.append(trouvaille)
    return gardees


def _make_reparation(numero: int, brut: str, trouvaille: Trouvaille) -> Reparation:
    debut, fin = trouvaille.debut, trouvaille.fin
    while debut and not brut[debut - 1].isspace() and trouvaille.debut - debut < 40:
        debut -= 1
    while fin < len(brut) and not brut[fin].isspace() and fin - trouvaille.fin < 40:
        fin += 1
    apres = (
        brut[debut : trouvaille.debut]
        + trouvaille.remplacement.replace(CESURE, "")
        + brut[trouvaille.fin : fin]
    )
    cle = f"{numero}|{trouvaille.debut}|{brut[trouvaille.debut : trouvaille.fin]}|{trouvaille.remplacement}|{trouvaille.regle}"
    return Reparation(
        id=hashlib.sha256(cle.encode()).hexdigest()[:12],
        ligne=numero,
        debut=trouvaille.debut,
        fin=trouvaille.fin,
        avant=brut[debut:fin],
        apres=apres,
        regle=trouvaille.regle,
        contexte=brut[max(0, trouvaille.debut - 40) : trouvaille.fin + 40].strip(),
        remplacement=trouvaille.remplacement,
        place=debut,
    )
