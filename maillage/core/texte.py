"""Bring two spellings of one thing together; used wherever names are compared."""

import re
import unicodedata

_HORS_MOT = re.compile(r"[^a-z0-9]+")


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
