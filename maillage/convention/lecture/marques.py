"""Recognise what a line announces by its own look: axe, orientation, fiche, bullet. For `blocs.py`, `bruit.py`."""

import re
from dataclasses import dataclass
from enum import StrEnum

_NUMERO = r"n\s?[°ºo2*]\s?\.?\s?"
_SEPARATEUR = r"\s*(?:[:;–—-]+|\.(?=\s)|\))?\s*"
_ROMAINS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}

_AXE = re.compile(
    r"(?P<label>(?:axe|enjeu|défi|ambition|champ d['’]intervention|thématique|domaine|priorité|volet)"
    rf"(?:\s+(?:stratégique|prioritaire|thématique))?\s*(?:{_NUMERO})?"
    rf"(?:(?P<num>\d{{1,2}}|[IVX]{{1,4}}|[l|])(?![\w'’]|[.,]\d)|transversal)){_SEPARATEUR}",
    re.IGNORECASE,
)
_FICHE = re.compile(
    rf"(?P<label>(?:F\s?\.?\s?A\b\.?|F\.?A(?=[\dlI]\s?[.,])|[PE]A(?=\s?\d\s?\.\s?\d)|fiches?[\s-]*(?:actions?|projet)?|action)[\s.]*(?:{_NUMERO})?"
    r"(?P<code>T?\s?[\dlI|O]{1,2}(?:\s?[.,]\s?[\dlI|]{1,2}){0,3}(?:\.?[a-z]\b|\s(?:bis|ter)\b)?)(?![\w'’]))"
    + _SEPARATEUR,
    re.IGNORECASE,
)
_FICHE_TRANSVERSALE = re.compile(
    rf"(?P<label>(?:F\s?\.?\s?A\b\.?|fiche[\s-]*(?:action)?|action)\s+transvers\w+\s*(?:{_NUMERO})?(?P<code>\d{{1,2}}|[lI|](?!\w))?)"
    + _SEPARATEUR,
    re.IGNORECASE,
)
_ORIENTATION = re.compile(
    rf"(?P<label>(?P<mot>orientation|objectif)(?:\s+(?:stratégique|général))?\s*(?:{_NUMERO})?(?P<code>\d{{1,2}}(?:\.\d{{1,2}})*)(?![\w.,]))"
    + _SEPARATEUR,
    re.IGNORECASE,
)
# Letters and signs that an OCR puts for a bullet count only before a capital.
_PUCE = re.compile(
    r"(?P<marque>[»>•·▪■●◦○→➢➤✓❖o°*–—-]|[e¢©=](?=\s+[A-ZÀ-Ý«])|\d{1,2}\)|[a-z]\))\s+(?=\S)|(?P<colle>[•▪■●◦➢➤✓❖])(?=\w)"
)


class Genre(StrEnum):
    AXE = "axe"
    ORIENTATION = "orientation"
    FICHE = "fiche"
    PUCE = "puce"
    CHAMP = "champ"
    RANGEE = "rangee"
    TEXTE = "texte"


@dataclass(frozen=True, slots=True)
class Marque:
    """What a line announces: `libelle` as printed, `code` as understood, `reste` where its own text begins."""

    genre: Genre
    libelle: str = ""
    code: str | None = None
    reste: int = 0
    transversale: bool = False


def find_marque(texte: str) -> Marque | None:
    """Return what this line announces, or None when it is plain text."""
    debut = len(texte) - len(texte.lstrip(" \t|_.,"))
    for lire in (_read_transversale, _read_fiche, _read_axe, _read_orientation, _read_puce):
        marque = lire(texte, debut)
        if marque:
            return marque
    return None


def _read_transversale(texte: str, debut: int) -> Marque | None:
    m = _FICHE_TRANSVERSALE.match(texte, debut)
    if not m or not _is_titre(texte[m.end() :], m):
        return None
    numero = _read_numero(m["code"]) if m["code"] else ""
    return Marque(Genre.FICHE, m.group().strip(), f"T{numero}", m.end(), transversale=True)


def _read_fiche(texte: str, debut: int) -> Marque | None:
    m = _FICHE.match(texte, debut)
    if not m or not _is_titre(texte[m.end() :], m):
        return None
    code = _read_numero(m["code"])
    return Marque(Genre.FICHE, m.group().strip(), code, m.end(), transversale=code.startswith("T"))


def _read_axe(texte: str, debut: int) -> Marque | None:
    m = _AXE.match(texte, debut)
    if not m or not _is_titre(texte[m.end() :], m):
        return None
    numero = m["num"]
    if numero is None:
        return Marque(Genre.AXE, m.group().strip(), None, m.end(), transversale=True)
    if not numero.isdigit() and numero not in _ROMAINS and numero not in {"l", "|"}:
        return None
    lu = str(_ROMAINS[numero]) if numero in _ROMAINS else _read_numero(numero)
    return Marque(Genre.AXE, m.group().strip(), lu, m.end())


def _read_orientation(texte: str, debut: int) -> Marque | None:
    m = _ORIENTATION.match(texte, debut)
    if not m or not _is_titre(texte[m.end() :], m):
        return None
    return Marque(Genre.ORIENTATION, m.group().strip(), m["code"], m.end())


def _read_puce(texte: str, _debut: int) -> Marque | None:
    m = _PUCE.match(texte, len(texte) - len(texte.lstrip()))
    if not m:
        return None
    return Marque(Genre.PUCE, m["marque"] or m["colle"], None, m.end())


def _is_titre(reste: str, m: re.Match[str]) -> bool:
    """Without a separator, a title must open like one: "Axe 2 et axe 3…" is a sentence."""
    separe = m.group().rstrip() != m["label"].rstrip()
    suite = reste.lstrip(" «\"'’")
    return not suite or separe or suite[0].isupper() or suite[0].isdigit()


def _read_numero(code: str) -> str:
    """Return a code as a reader understands it: "l.I" is 1.1, "1,2" is 1.2."""
    propre = re.sub(r"\s+", "", code).replace(",", ".")
    return re.sub(r"[lI|]", "1", propre).replace("O", "0").rstrip(".")
