"""What the board shows, ready to print: progress of a family, groups of cells, the grid, the gesture just made."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from maillage.annuaire.familles import Famille
from maillage.diagnostic.cycle import LIBELLES
from maillage.diagnostic.filtre import Filtre
from maillage.diagnostic.mots import enumerer
from maillage.diagnostic.phrases import refus_de_total
from maillage.diagnostic.recensement import actes_du_lot
from maillage.diagnostic.tableau import Cellule, PartRecensee, Tableau
from maillage.territoire.models import Commune, Territoire

CELLULES_PAR_PAGE = 120
NOMS_CITES = 5


@dataclass(frozen=True, slots=True)
class Avancement:
    famille: Famille
    part: PartRecensee
    refus: str

    @property
    def pour_cent(self) -> int:
        """Rounded down: 100 only when nothing is missing."""
        return int(self.part.part * 100)

    @property
    def habitants(self) -> int | None:
        part = self.part.part_population
        return None if part is None else int(part * 100)


@dataclass(frozen=True, slots=True)
class Groupe:
    """Cells under one title: a family, or a commune."""

    titre: str
    cellules: tuple[Cellule, ...]


@dataclass(frozen=True, slots=True)
class LigneGrille:
    commune: Commune
    cellules: tuple[Cellule, ...]


@dataclass(frozen=True, slots=True)
class Geste:
    """What was just done, and the number by which it is undone."""

    lot: UUID
    phrase: str


def avancements(lu: Tableau) -> list[Avancement]:
    parts = [(famille, lu.part(famille.slug)) for famille in lu.familles]
    return [Avancement(famille, part, refus_de_total(part)) for famille, part in parts]


def groupes(cellules: Iterable[Cellule], *, par_commune: bool) -> list[Groupe]:
    """By family in the order of the vocabulary; by commune when one was asked for."""
    trouves: dict[str, list[Cellule]] = {}
    for cellule in cellules:
        titre = cellule.commune.nom if par_commune else cellule.famille.libelle
        trouves.setdefault(titre, []).append(cellule)
    return [Groupe(titre, tuple(liste)) for titre, liste in trouves.items()]


def grille(lu: Tableau, filtre: Filtre) -> list[LigneGrille]:
    """Communes down, families across. The state is no filter here: a grid with holes would lie."""
    familles = [famille.slug for famille in lu.familles if filtre.famille in {"", famille.slug}]
    return [
        LigneGrille(commune, tuple(lu.cellule(slug, commune.code) for slug in familles))
        for commune in lu.communes
        if filtre.commune in {"", commune.code}
    ]


def geste_fait(territoire: Territoire, lot: UUID) -> Geste | None:
    """« Zéro confirmé, noté pour 3 cases : … »; None once it is undone."""
    actes = actes_du_lot(territoire, lot)
    if not actes:
        return None
    noms = list(dict.fromkeys(acte.commune.nom for acte in actes))
    cites = [*noms[:NOMS_CITES], *([f"{len(noms) - NOMS_CITES} autres"] if len(noms) > NOMS_CITES else [])]
    combien = "1 case" if len(actes) == 1 else f"{len(actes)} cases"
    return Geste(lot, f"« {LIBELLES[actes[0].etat].capitalize()} », noté pour {combien} : {enumerer(cites)}.")
