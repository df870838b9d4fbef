"""Bring two spellings of one thing together; used wherever names are compared."""

import re
import unicodedata

_HORS_MOT = re.compile(r"[^a-z0-9]+")
_SIGNES_CACHES = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def plier(texte: str) -> str:
    """Lower case, without accents or ligatures: « Œuvre d’Épinal » gives « oeuvre d’epinal »."""
    texte = (
        texte.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").replace("ß", "ss")
    )
    decompose = unicodedata.normalize("NFKD", texte)
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


def cle(texte: str) -> str:
    """The bare words, one space apart: « L’Abergement-de-Varey » gives « l abergement de varey »."""
    return _HORS_MOT.sub(" ", plier(texte)).strip()


def sans_signes_caches(texte: str) -> str:
    """Without the signs that turn or cut the text around them: left to right, right to left, isolates, controls."""
    return _SIGNES_CACHES.sub("", texte)
