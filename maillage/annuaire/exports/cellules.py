"""Values as cells of a table: text that no spreadsheet takes for a formula, numbers that stay numbers."""

import math
import unicodedata
from datetime import date
from typing import Any

# What makes a spreadsheet compute, or an importer skip to the next sign; full-width forms are folded first.
DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\n")
# Blanks and marks that nobody sees: some programs drop them before they look at the first sign.
INVISIBLES = " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
OUI_NON = {True: "oui", False: "non"}


def en_cellule(valeur: Any) -> str | int | float | None:
    """A number, a text, or None for what is unknown; a list is written with « | » between its values."""
    if valeur is None or isinstance(valeur, str):
        return valeur
    if isinstance(valeur, bool):
        return OUI_NON[valeur]
    if isinstance(valeur, int | float):
        return valeur if math.isfinite(valeur) else None
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, list | tuple | set | frozenset):
        return " | ".join(str(en_cellule(element)) for element in valeur)
    return str(valeur)


def sans_formule(valeur: str | int | float | None) -> str | int | float | None:
    """For a text file: an apostrophe before a text that would be computed. A typed number is left as it is."""
    if not isinstance(valeur, str) or not valeur:
        return valeur
    premier = unicodedata.normalize("NFKC", valeur.lstrip(INVISIBLES)[:1])
    return f"'{valeur}" if premier.startswith(DANGEREUX) else valeur
