"""What a source says of itself, read from its TOML file in `annuaire/sources/`; knows no Django."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from maillage.annuaire.lecteurs.correspondance import Correspondance, correspondance_de

DOSSIER = Path(__file__).resolve().parent.parent / "sources"


@dataclass(frozen=True, slots=True)
class EditionConnue:
    fichier: str
    nom: str
    le: date


@dataclass(frozen=True, slots=True)
class SourceDecrite:
    slug: str
    nom: str
    producteur: str
    licence: str
    provenance: str
    lecteur: str
    cle: tuple[str, ...]
    familles: tuple[str, ...]
    departements_complets: tuple[str, ...]
    rang: int
    editions: tuple[EditionConnue, ...]
    tableau: Correspondance | None = None  # for the lecteur « tableau »: what its columns are

    def edition_de(self, fichier: str) -> EditionConnue | None:
        """The edition of a file that the house already knows by its name."""
        return next((edition for edition in self.editions if edition.fichier == fichier), None)


@cache
def sources() -> dict[str, SourceDecrite]:
    """Every described source, by slug."""
    lues = [_lire(chemin) for chemin in sorted(DOSSIER.glob("*.toml"))]
    return {source.slug: source for source in lues}


def decrite_de(valeurs: dict[str, Any]) -> SourceDecrite:
    """A source from the values of its TOML; raises DescriptionInvalide when its columns cannot be followed."""
    propres = dict(valeurs)
    editions = tuple(EditionConnue(**edition) for edition in propres.pop("editions", []))
    tableau = propres.pop("tableau", None)
    for nom in ("cle", "familles", "departements_complets"):
        propres[nom] = tuple(propres[nom])
    correspondance = correspondance_de(tableau, cle=propres["cle"]) if tableau is not None else None
    return SourceDecrite(**propres, editions=editions, tableau=correspondance)


def _lire(chemin: Path) -> SourceDecrite:
    return decrite_de(tomllib.loads(chemin.read_text(encoding="utf-8")))
