"""The vocabulary of families of service; read by the readers of files, the pages, the index and the indicators.

Knows no Django: the child process that reads files uses it too.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FICHIER = Path(__file__).with_name("familles.toml")


@dataclass(frozen=True, slots=True)
class Famille:
    slug: str
    libelle: str
    simple: str  # the same in everyday words
    icone: str
    type: str
    thematiques: tuple[str, ...]
    mots: str  # what people type instead of the name


@cache
def familles() -> dict[str, Famille]:
    """Every family, in the order of the file."""
    return {
        slug: Famille(slug=slug, **{**valeurs, "thematiques": tuple(valeurs["thematiques"])})
        for slug, valeurs in tomllib.loads(FICHIER.read_text(encoding="utf-8")).items()
    }


def libelle_famille(slug: str) -> str:
    """The name of a family; a family that an older file used is named by its slug."""
    connue = familles().get(slug)
    return connue.libelle if connue else slug
