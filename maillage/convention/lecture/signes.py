"""Repair the signs of one line: apostrophes, a lost l, broken encoding, stray marks. Called by `reparations.py`."""

# ruff: noqa: RUF001 - the confusable signs are the very subject of this module

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maillage.convention.lecture.lexique import get_frequence
from maillage.convention.lecture.mots import VOYELLES

_LETTRES_VOYELLES = VOYELLES + VOYELLES.upper()
_APOSTROPHES = "’'‘`´\"”“"
_MOJIBAKE = re.compile(
    r"(?:[ÂÃ][\x80-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|â€[\x80-\xbf\u0153\u02dc\u2013-\u203a\u2122¦])+"
)
_A_GRAVE_CASSE = re.compile(r"(?<!\w)Ã[\u00a0 ]?(?=\s)")
ELISION = re.compile(
    rf"(?<![\w{_APOSTROPHES}.])([Il|1!\]\[]|[dnscjmtDNSCJMT]|qu|Qu)([{_APOSTROPHES}])(\s?)(?=[{_LETTRES_VOYELLES}])"
)
_L_PERDU = re.compile(rf"(?:(?<=^)|(?<=[\s(«/]))['’‘](?=[{VOYELLES}][^\W\d_]+)")
_ORDINAL = re.compile(r"(?<=\d)é(?=mes?\b)")
_PARASITE = re.compile(r"(?:^|(?<=\s))[|~¦_¬]+(?=\s|$)\s?")
_SIGNE_DANS_MOT = re.compile(r"(?<![^\W])[^\W\d_]*[¢©01|!][^\W\d_]+(?![^\W])")
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


def find_signes(brut: str) -> list[Trouvaille]:
    trouvailles = [
        Trouvaille(m.start(), m.end(), repare, "encodage")
        for m in _MOJIBAKE.finditer(brut)
        if (repare := _decode(m.group()))
    ]
    trouvailles += [Trouvaille(m.start(), m.end(), "à", "encodage") for m in _A_GRAVE_CASSE.finditer(brut)]
    for m in ELISION.finditer(brut):
        trouvailles += _repair_elision(m)
    for m in _L_PERDU.finditer(brut):
        suite = brut[m.end() :]
        if not re.search(r"\w['’](?!\w)", suite) and not brut[: m.start()].rstrip().endswith(("’", "'")):
            trouvailles.append(Trouvaille(m.start(), m.end(), "l’", "l perdu devant l’apostrophe"))
    if brut.count("|") < 3:
        trouvailles += [
            Trouvaille(m.start(), m.end(), "", "signe parasite") for m in _PARASITE.finditer(brut)
        ]
    trouvailles += [Trouvaille(m.start(), m.end(), "è", "accent") for m in _ORDINAL.finditer(brut)]
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
        if lettre != "!" or m.string[m.end()].islower():
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


def _without_overlap(trouvailles: list[Trouvaille]) -> list[Trouvaille]:
    gardees: list[Trouvaille] = []
    for trouvaille in trouvailles:
        if all(t.fin <= trouvaille.debut or trouvaille.fin <= t.debut for t in gardees):
            gardees.append(trouvaille)
    return gardees
