"""Set a text in French typography and put its wrapped lines back together; no word is changed here."""

# ruff: noqa: RUF001 - the confusable signs are the very subject of this module

import re
import unicodedata
from collections.abc import Iterable

from maillage.convention.lecture.reparations import CESURE

INSECABLE = "\u00a0"
_ESPACES = re.compile(r"\s+")
_FINIT_PAR_TRAIT = re.compile(r"[^\W\d_]-$")
_POINTS = re.compile(r"\.{3,}|…\.*")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['‘`´ʼ]")
# "l’ accueil", "d 'accueil": an elided word touches the next one.
_ELISION = re.compile(r"\b(l|d|n|s|c|j|m|t|qu)(?:’\s| ['’]\s?)(?=[aàâeéèêiîoôuhœ])", re.IGNORECASE)
_AVANT_DOUBLE = re.compile(
    r"(?<=[^\W_])[ \u00a0\u202f]?([:;?!])(?=\s|$)|(?<=[)»…%])[ \u00a0\u202f]?([:;?!])(?=\s|$)|[ \u00a0\u202f]([:;?!])"
)
_GUILLEMET_OUVRANT = re.compile(r"«\s*")
_GUILLEMET_FERMANT = re.compile(r"\s*»")


def assemble(lignes: Iterable[str]) -> str:
    """Return the lines of one passage as one text; a word cut at the end of a line is made whole again."""
    morceaux: list[str] = []
    for ligne in lignes:
        suite = ligne.strip()
        dernier = morceaux[-1] if morceaux else ""
        if dernier.endswith(CESURE):
            morceaux[-1] = dernier[:-1]
        elif dernier and not (_FINIT_PAR_TRAIT.search(dernier) and suite[:1].islower()):
            morceaux.append(" ")
        morceaux.append(suite)
    return set_typographie("".join(morceaux).replace(CESURE, "-"))


def set_typographie(texte: str) -> str:
    """Return the text with ’, …, no-break spaces before : ; ? ! and inside « », and single spaces."""
    texte = _ESPACES.sub(
        " ", unicodedata.normalize("NFC", texte.replace("ﬁ", "fi").replace("ﬂ", "fl"))
    ).strip()
    texte = _POINTS.sub("…", texte)
    texte = _ELISION.sub(r"\1’", _APOSTROPHE.sub("’", texte))
    texte = _AVANT_DOUBLE.sub(lambda m: INSECABLE + (m.group(1) or m.group(2) or m.group(3)), texte)
    texte = _GUILLEMET_OUVRANT.sub("«" + INSECABLE, texte)
    return _GUILLEMET_FERMANT.sub(INSECABLE + "»", texte)
