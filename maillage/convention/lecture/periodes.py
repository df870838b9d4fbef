"""Read the dates of a plan: "Mars à Octobre 2023", "2024 à 2026", "T2 2025", "une période de 3 ans"."""

import re

from maillage.convention.lecture.lexique import fold, words

_NOMS_DES_MOIS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
_MOIS = {mois: rang for rang, mois in enumerate(re.findall(r"[a-z]+", _NOMS_DES_MOIS), 1)}
_ABREGES = {"janv": 1, "fevr": 2, "fev": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12}
_TRIMESTRES = {"t1": (1, 3), "t2": (4, 6), "t3": (7, 9), "t4": (10, 12)}
_LIAISONS = words(
    "a au de du en et des le la jusqu' jusqu jusque des fin debut mi courant ete printemps automne hiver annee "
    "annees depuis entre"
)
_PIECE = re.compile(r"(?:19|20)\d\d|t[1-4]\b|[a-z]+|\d{1,2}(?:er)?|[-–/.,’' ]+")
_ANNEES = re.compile(r"\b((?:19|20)\d\d)\s*(?:[-–—/]|à|a|au|et)\s*((?:19|20)\d\d)\b")
_DUREE = re.compile(
    r"\b(?:de|sur|dure[e]?s?|pour)\s+(\d{1,2}|un|deux|trois|quatre|cinq|six)\s+(?:ans|annees)\b"
)
_NOMBRES = {"un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
LONGUEUR_MAX = 60


def read_periode(texte: str) -> tuple[str, str] | None:
    """Return first and last month (or year) when the text says dates and nothing else."""
    plie = fold(texte).strip(" .:;")
    if not plie or len(plie) > LONGUEUR_MAX or not re.search(r"(?:19|20)\d\d", plie):
        return None
    reperes: list[tuple[str | None, int | None, int | None]] = []  # year, first month, last month
    place = 0
    for m in _PIECE.finditer(plie):
        if m.start() != place or not _is_date(m.group(), reperes):
            return None
        place = m.end()
    return _bound(reperes) if place == len(plie) and reperes else None


def _is_date(piece: str, reperes: list[tuple[str | None, int | None, int | None]]) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d", piece):
        if reperes and reperes[-1][0] is None:
            reperes[-1] = (piece, reperes[-1][1], reperes[-1][2])
        else:
            reperes.append((piece, None, None))
        return True
    mois = _MOIS.get(piece) or _ABREGES.get(piece)
    if mois:
        reperes.append((None, mois, mois))
        return True
    if piece in _TRIMESTRES:
        reperes.append((None, *_TRIMESTRES[piece]))
        return True
    return piece in _LIAISONS or not piece[0].isalpha()


def _bound(reperes: list[tuple[str | None, int | None, int | None]]) -> tuple[str, str] | None:
    """A month without a year takes the year of the one that follows."""
    annee: str | None = None
    dates: list[tuple[str, int | None, int | None]] = []
    for lue, premier, dernier in reversed(reperes):
        annee = lue or annee
        if annee is None:
            return None
        dates.append((annee, premier, dernier))
    dates.reverse()
    return _format(dates[0][0], dates[0][1]), _format(dates[-1][0], dates[-1][2])


def _format(annee: str, mois: int | None) -> str:
    return f"{annee}-{mois:02d}" if mois else annee


def find_annees(texte: str) -> tuple[str, str] | None:
    """Return the first span of years in a sentence: "CTG 2025-2029"."""
    m = _ANNEES.search(texte)
    return (m.group(1), m.group(2)) if m and m.group(1) <= m.group(2) else None


def read_duree(texte: str) -> int | None:
    """Return the number of years in "une période de 3 ans"."""
    m = _DUREE.search(fold(texte))
    return (_NOMBRES.get(m.group(1)) or int(m.group(1))) if m else None
