"""What a source says of itself, read from its TOML file in `annuaire/sources/`; knows no Django."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

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

    def edition_de(self, fichier: str) -> EditionConnue | None:
        """The edition of a file that the house already knows by its name."""
        return next((edition for edition in self.editions if edition.fichier == fichier), None)


@cache
def sources() -> dict[str, SourceDecrite]:
    """Every described source, by slug."""
    lues = [_lire(chemin) for chemin in sorted(DOSSIER.glob("*.toml"))]
    return {source.slug: source for source in lues}


def _lire(chemin: Path) -> SourceDecrite:
    valeurs = tomllib.loads(chemin.read_text(encoding="utf-8"))
    editions = tuple(EditionConnue(**edition) for edition in valeurs.pop("editions", []))
    for nom in ("cle", "familles", "departements_complets"):
        valeurs[nom] = tuple(valeurs[nom])
    return SourceDecrite(**valeurs, editions=editions)
