"""Read a plan laid out as a table whose columns are aligned by spaces: one row is one fiche. Called by `blocs.py`.

The header row names the columns and says where they begin; cells wrap inside their column; a blank line ends a row.
"""

import re
from dataclasses import dataclass

from maillage.convention.lecture.champs import name_champ
from maillage.convention.lecture.lignes import Ligne
from maillage.convention.lecture.marques import find_marque
from maillage.convention.lecture.typographie import assemble

_CELLULE = re.compile(r"\S+(?: \S+)*")
_CODE = re.compile(r"(\d{1,2}(?:\.\d{1,2})+)\.?\s+")
COLONNES_MIN = 3
DECALAGE_MAX = 3  # a repair may shorten a line: a column then begins a little earlier


@dataclass(frozen=True, slots=True)
class Colonne:
    nom: str
    libelle: str
    debut: int


@dataclass(frozen=True, slots=True)
class Rangee:
    """One row: the lines that it covers, its code, its title, and its cells as (meaning, label, values)."""

    lignes: tuple[Ligne, ...]
    code: str | None
    titre: str
    cellules: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Tableaux:
    rangees: dict[int, Rangee]  # by the number of its first line
    prises: frozenset[int]  # every line that a table holds, headers included
    entetes: frozenset[int]


def find_tableaux(lignes: list[Ligne]) -> Tableaux:
    rangees: dict[int, Rangee] = {}
    prises: set[int] = set()
    entetes: set[int] = set()
    colonnes: tuple[Colonne, ...] = ()
    ouverte: list[Ligne] = []
    for ligne in lignes:
        lues = read_entete(ligne.texte)
        fin = lues or (find_marque(ligne.texte) is not None)
        if ouverte and (fin or (ligne.vides_avant and _cut(ligne.texte, colonnes)[0])):
            rangees[ouverte[0].numero] = _make_rangee(ouverte, colonnes)
            ouverte = []
        if lues:
            colonnes = lues
            entetes.add(ligne.numero)
        elif fin:
            colonnes = ()
        elif colonnes:
            ouverte.append(ligne)
            prises.add(ligne.numero)
    if ouverte:
        rangees[ouverte[0].numero] = _make_rangee(ouverte, colonnes)
    return Tableaux(rangees, frozenset(prises | entetes), frozenset(entetes))


def read_entete(texte: str) -> tuple[Colonne, ...]:
    """Return the columns when every cell of this line is the label of a field."""
    if len(texte) > 1000 or "   " not in texte.strip():
        return ()
    cellules = [(m.group(), m.start()) for m in _CELLULE.finditer(texte)]
    noms = [(name_champ(libelle), libelle, debut) for libelle, debut in cellules]
    if len(noms) < COLONNES_MIN or any(nom is None for nom, _, _ in noms):
        return ()
    return tuple(Colonne(nom or "", libelle, debut) for nom, libelle, debut in noms)


def _cut(texte: str, colonnes: tuple[Colonne, ...]) -> list[str]:
    debuts = [_adjust(texte, colonne.debut) for colonne in colonnes]
    fins = [*debuts[1:], len(texte)]
    return [texte[debut:fin].strip() for debut, fin in zip(debuts, fins, strict=True)]


def _adjust(texte: str, debut: int) -> int:
    """Return the place nearest to the column where a cell begins, so that no word is cut."""
    if debut == 0 or debut >= len(texte) or texte[debut - 1] == " ":
        return debut
    for ecart in range(1, DECALAGE_MAX + 1):
        for place in (debut - ecart, debut + ecart):
            if 0 < place < len(texte) and texte[place - 1] == " " and texte[place] != " ":
                return place
    return debut


def _make_rangee(lignes: list[Ligne], colonnes: tuple[Colonne, ...]) -> Rangee:
    coupees = [_cut(ligne.rendu, colonnes) for ligne in lignes]
    textes = [assemble(coupee[rang] for coupee in coupees if coupee[rang]) for rang in range(len(colonnes))]
    code = _CODE.match(textes[0])
    cellules = tuple(
        (colonne.nom, colonne.libelle, tuple(valeur.strip() for valeur in texte.split(";") if valeur.strip()))
        for colonne, texte in zip(colonnes[1:], textes[1:], strict=True)
        if texte
    )
    titre = textes[0][code.end() :] if code else textes[0]
    return Rangee(tuple(lignes), code.group(1) if code else None, titre, cellules)
