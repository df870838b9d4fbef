"""Put wrapped lines back into blocks: one heading, one item or one paragraph each. Called by `lire.py`.

Plans seldom mark their items. A line opens a new one when it begins like one (a bullet, a heading, a capital
infinitive) and when the line before is finished; blank lines prove nothing, since an OCR puts some inside sentences
and drops others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from maillage.convention.lecture.champs import Etiquette, find_etiquette
from maillage.convention.lecture.grammaire import (
    get_first_word,
    is_capitales,
    is_incomplete,
    starts_with_action,
    starts_with_noun_of_action,
)
from maillage.convention.lecture.lexique import is_infinitif
from maillage.convention.lecture.lignes import Ligne
from maillage.convention.lecture.marques import Genre, Marque, find_marque
from maillage.convention.lecture.plan import Lignes, Passage
from maillage.convention.lecture.tableau import Rangee, Tableaux, find_tableaux
from maillage.convention.lecture.typographie import assemble

LARGEUR_PAR_DEFAUT = 90
LIGNES_PAR_PARENTHESE = 8  # a bracket open for longer was never closed
PART_PLEINE = (
    0.85  # a line shorter than this share of the width, first word of the next included, was not wrapped
)


@dataclass(slots=True)
class Bloc:
    """Consecutive lines that say one thing; its own text begins at column `debut`, after label or bullet."""

    genre: Genre
    lignes: list[Ligne]
    debut: int = 0
    marque: Marque | None = None
    etiquette: Etiquette | None = None
    rangee: Rangee | None = None
    fin: str = ""  # the end of the text read so far
    parentheses: int = 0
    guillemets: int = 0

    def __post_init__(self) -> None:
        self._read(self.lignes[0].texte[self.debut :])

    def _read(self, texte: str) -> None:
        self.fin = f"{self.fin[-100:]} {texte.strip()}".strip()
        self.parentheses += texte.count("(") - texte.count(")")
        self.guillemets += texte.count("«") - texte.count("»")

    def add(self, ligne: Ligne) -> None:
        self.lignes.append(ligne)
        self._read(ligne.texte)

    @property
    def etendue(self) -> Lignes:
        return self.lignes[0].numero, self.lignes[-1].numero

    @property
    def numero(self) -> int:
        return self.lignes[0].numero

    @property
    def vides_avant(self) -> int:
        return self.lignes[0].vides_avant

    @property
    def page_avant(self) -> bool:
        return self.lignes[0].page_avant

    @property
    def tete(self) -> str:
        """The first line, without its label or bullet."""
        return self.lignes[0].texte[self.debut :].strip()

    @property
    def corps(self) -> str:
        """The text that the grammar reads, every repair made."""
        return " ".join([self.tete, *(ligne.nu for ligne in self.lignes[1:])]).strip()

    @property
    def libelle(self) -> str:
        """The label as the source prints it."""
        marque = find_marque(self.lignes[0].rendu)
        return marque.libelle if marque else ""

    def render(self) -> str:
        """Return the text to show: its lines put together, the repairs that were not refused, French typography."""
        return assemble(
            [self.lignes[0].rendu[self._debut_rendu() :], *(ligne.rendu for ligne in self.lignes[1:])]
        )

    def _debut_rendu(self) -> int:
        premiere = self.lignes[0].rendu
        marque, etiquette = find_marque(premiere), find_etiquette(premiere)
        if self.marque and marque and marque.genre is self.marque.genre:
            return marque.reste
        if self.etiquette and etiquette:
            return etiquette.reste
        return min(self.debut, len(premiere))

    def as_passage(self) -> Passage:
        puce = self.marque.libelle if self.marque and self.genre is Genre.PUCE else None
        return Passage(self.render(), self.etendue, puce)


def make_blocs(lignes: Iterable[Ligne]) -> list[Bloc]:
    """Return the blocks of the document, in order; every line is in exactly one."""
    toutes = list(lignes)
    tableaux = find_tableaux(toutes)
    largeur = measure_largeur(toutes)
    blocs: list[Bloc] = []
    en_fiche = False
    for ligne in toutes:
        if ligne.numero in tableaux.prises:
            blocs += _open_rangee(tableaux, ligne)
            continue
        marque = find_marque(ligne.texte)
        courant = blocs[-1] if blocs else None
        if marque and marque.genre is Genre.PUCE and courant and _closes_guillemet(courant, marque):
            marque = None
        etiquette = None if marque else find_etiquette(ligne.texte)
        if etiquette and not _is_champ(etiquette, ligne, courant, en_fiche=en_fiche):
            etiquette = None
        if (
            marque
            or etiquette
            or courant is None
            or not _continues(courant, ligne, largeur, en_prose=not en_fiche)
        ):
            blocs.append(_open_bloc(ligne, marque, etiquette))
        else:
            courant.add(ligne)
        en_fiche = en_fiche or (marque is not None and marque.genre in {Genre.AXE, Genre.FICHE})
    return blocs


def _open_rangee(tableaux: Tableaux, ligne: Ligne) -> list[Bloc]:
    """One block for the first line of a row, none for the lines that it covers nor for the header."""
    rangee = tableaux.rangees.get(ligne.numero)
    return [Bloc(Genre.RANGEE, list(rangee.lignes), rangee=rangee)] if rangee else []


def _open_bloc(ligne: Ligne, marque: Marque | None, etiquette: Etiquette | None) -> Bloc:
    if marque:
        return Bloc(marque.genre, [ligne], marque.reste, marque=marque)
    if etiquette:
        return Bloc(Genre.CHAMP, [ligne], etiquette.reste, etiquette=etiquette)
    return Bloc(Genre.TEXTE, [ligne])


def _closes_guillemet(courant: Bloc, marque: Marque) -> bool:
    return marque.libelle == "»" and courant.guillemets > 0


def _is_champ(etiquette: Etiquette, ligne: Ligne, courant: Bloc | None, *, en_fiche: bool) -> bool:
    """A label counts inside a fiche or an axe, and not in the middle of a sentence that was wrapped."""
    if not en_fiche or courant is None:
        return False
    return ligne.vides_avant > 0 or not is_incomplete(courant.fin)


def measure_largeur(lignes: list[Ligne]) -> int:
    """Return the width at which the document wraps: that of the lines that a small letter continues."""
    longueurs = sorted(
        len(ligne.nu)
        for ligne, suivante in pairwise(lignes)
        if not suivante.vides_avant and suivante.nu[:1].islower() and len(ligne.nu) > 40
    )
    return longueurs[len(longueurs) * 3 // 4] if longueurs else LARGEUR_PAR_DEFAUT


def _continues(bloc: Bloc, ligne: Ligne, largeur: int, *, en_prose: bool) -> bool:
    """Tell whether this line, which has no mark of its own, goes on with the block."""
    texte, contigu = ligne.nu, ligne.vides_avant == 0
    if bloc.genre is Genre.RANGEE:
        return False
    if not bloc.fin:  # a label or a bullet alone: its text comes next
        return bloc.genre is not Genre.CHAMP
    if texte[0].islower():
        return not (bloc.fin.endswith(";") and is_infinitif(get_first_word(texte)))
    if texte[0] in "(»)…,;:" or (texte[0] == "«" and contigu):
        return True
    action = starts_with_action(texte)
    if is_incomplete(bloc.fin):
        return contigu or not action
    if contigu and bloc.genre is not Genre.PUCE and is_capitales(bloc.fin) and is_capitales(texte):
        return True
    if action:
        return en_prose and contigu
    if _is_inside(bloc, texte, contigu=contigu):
        return True
    return _wraps(bloc, texte, largeur, en_prose=en_prose) if contigu else _cuts_name(bloc, ligne, largeur)


def _is_inside(bloc: Bloc, texte: str, *, contigu: bool) -> bool:
    """A bracket left open does not swallow the next action, but it does swallow names and figures."""
    ouvert = bloc.parentheses > 0 or bloc.guillemets > 0
    return (
        ouvert
        and (contigu or not starts_with_noun_of_action(texte))
        and len(bloc.lignes) < LIGNES_PAR_PARENTHESE
    )


def _cuts_name(bloc: Bloc, ligne: Ligne, largeur: int) -> bool:
    """A blank line inside a name: "… avec France", blank, "Travail et la Mission locale"."""
    premier = get_first_word(ligne.nu)
    nom = bloc.fin.rsplit(None, 1)[-1]
    if ligne.vides_avant > 1 or not nom[:1].isupper() or not nom[1:].islower() or not premier[1:].islower():
        return False
    if not starts_with_action(bloc.tete) or starts_with_noun_of_action(ligne.nu) or is_incomplete(premier):
        return False
    return len(bloc.lignes[-1].nu) + 1 + len(premier) >= PART_PLEINE * largeur


def _wraps(bloc: Bloc, texte: str, largeur: int, *, en_prose: bool) -> bool:
    """A capital or a figure follows a finished line, no blank between: a name that was wrapped, or a new item?"""
    if en_prose and bloc.genre is Genre.TEXTE:
        return True
    if bloc.genre is Genre.CHAMP:
        return True
    if bloc.fin.endswith((".", ";", "!", "?")) and not bloc.fin.endswith(".."):
        return False
    if starts_with_noun_of_action(texte) and starts_with_noun_of_action(bloc.tete):
        return False
    return len(bloc.lignes[-1].nu) + 1 + len(get_first_word(texte)) >= PART_PLEINE * largeur
