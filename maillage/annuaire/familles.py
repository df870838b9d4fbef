"""The vocabulary of families of service; read by the readers of files, the pages, the index and the indicators.

Knows no Django: the child process that reads files uses it too.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FICHIER = Path(__file__).with_name("familles.toml")


@dataclass(frozen=True, slots=True)
class Famille:
    slug: str  # for ever
    libelle: str  # what a family calls it
    metier: str  # what the trade calls it, with its acronym
    simple: str  # what one finds there, in everyday words
    icone: str
    rubrique: str  # the need it answers, for long lists
    type: str  # the next three are the national schema's words
    thematiques: tuple[str, ...]
    publics: tuple[str, ...]
    ages: tuple[int, int | None] | None  # usual first and last ages, in months; None when it depends
    mots: str  # what people type instead of the name
    sujet: str  # the subject whose holder of the competence answers for it; "" when no competence decides
    sensible: bool  # a page about violence: neutral title, quick exit
    protegee: bool  # its address is not published, unless a person says so


@dataclass(frozen=True, slots=True)
class Vocabulaire:
    version: int
    rubriques: dict[str, str]
    familles: dict[str, Famille]


@cache
def vocabulaire() -> Vocabulaire:
    lu = tomllib.loads(FICHIER.read_text(encoding="utf-8"))
    return Vocabulaire(
        version=lu["version"],
        rubriques=lu["rubriques"],
        familles={slug: _famille(slug, valeurs) for slug, valeurs in lu["familles"].items()},
    )


def familles() -> dict[str, Famille]:
    """Every family, in the order of the file."""
    return vocabulaire().familles


def libelle_famille(slug: str) -> str:
    """The name of a family; a family that an older file used is named by its slug."""
    connue = familles().get(slug)
    return connue.libelle if connue else slug


def familles_par_rubrique() -> list[tuple[str, list[Famille]]]:
    """(name of the need, its families), in the order of the file; every family is in one."""
    return [
        (nom, [famille for famille in familles().values() if famille.rubrique == slug])
        for slug, nom in vocabulaire().rubriques.items()
    ]


def familles_demandees(*, famille: str, besoin: str) -> tuple[str, ...]:
    """The slugs that a search keeps: one family, else those of a need; empty: all."""
    if famille:
        return (famille,)
    if besoin not in vocabulaire().rubriques:
        return ()
    return tuple(slug for slug, connue in familles().items() if connue.rubrique == besoin)


def _famille(slug: str, valeurs: dict[str, Any]) -> Famille:
    ages = valeurs.get("ages")
    return Famille(
        slug=slug,
        libelle=valeurs["libelle"],
        metier=valeurs["metier"],
        simple=valeurs["simple"],
        icone=valeurs["icone"],
        rubrique=valeurs["rubrique"],
        type=valeurs["type"],
        thematiques=tuple(valeurs["thematiques"]),
        publics=tuple(valeurs.get("publics", ())),
        ages=(ages[0], ages[1] if len(ages) > 1 else None) if ages else None,
        mots=valeurs["mots"],
        sujet=valeurs.get("sujet", ""),
        sensible=valeurs.get("sensible", False),
        protegee=valeurs.get("protegee", False),
    )
