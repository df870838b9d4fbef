"""Hang the blocks on the plan: axes, orientations, fiches, their objectifs and fields. Called by `lire.py`."""

import re
from dataclasses import dataclass, field

from maillage.convention.lecture.blocs import Bloc
from maillage.convention.lecture.fiches import make_fiche
from maillage.convention.lecture.lexique import fold
from maillage.convention.lecture.marques import Genre, Marque, find_marque
from maillage.convention.lecture.orientations import find_titres
from maillage.convention.lecture.plan import Axe, Doute, Fiche, Lignes, Orientation, Passage
from maillage.convention.lecture.typographie import assemble, set_typographie

_CODE_EN_TETE = re.compile(r"(?P<code>\d{1,2}(?:\.\d{1,2})*)\.?\s*[:–—-]?\s+(?P<titre>.+)", re.DOTALL)


@dataclass(slots=True)
class FicheBrute:
    """A fiche while it is being read: its heading (None for a bullet that is a fiche) and the blocks under it."""

    titre: Bloc
    marque: Marque | None
    corps: list[Bloc] = field(default_factory=list)


@dataclass(slots=True)
class OrientationBrute:
    titre: str | None = None
    libelle: str | None = None
    lignes: Lignes | None = None
    fiches: list[FicheBrute] = field(default_factory=list)


@dataclass(slots=True)
class AxeBrut:
    numero: int | None = None
    titre: str | None = None
    libelle: str | None = None
    lignes: Lignes | None = None
    constat: list[Bloc] = field(default_factory=list)
    orientations: list[OrientationBrute] = field(default_factory=list)
    connues: dict[tuple[str | None, str], OrientationBrute] = field(default_factory=dict)
    ouverte: OrientationBrute | None = None

    @property
    def orientation(self) -> OrientationBrute:
        """The orientation being read; an unnamed one when the document has none."""
        if self.ouverte is None:
            self.ouverte = OrientationBrute()
            self.orientations.append(self.ouverte)
        return self.ouverte


@dataclass(frozen=True, slots=True)
class Arbre:
    axes: tuple[Axe, ...]
    transversales: tuple[Fiche, ...]
    doutes: tuple[Doute, ...]


class _Lecteur:
    """Walks the blocks once, knowing the axe, the orientation and the fiche that are open."""

    def __init__(self, *, fiches_nommees: bool) -> None:
        self.fiches_nommees = fiches_nommees
        self.axes: list[AxeBrut] = []
        self.connus: dict[tuple[int | None, str], AxeBrut] = {}
        self.ouvert: AxeBrut | None = None
        self.transversales: list[FicheBrute] = []
        self.fiche: FicheBrute | None = None
        self.doutes: list[Doute] = []

    @property
    def axe(self) -> AxeBrut:
        if self.ouvert is None:
            self.ouvert = AxeBrut()
            self.axes.append(self.ouvert)
        return self.ouvert

    def open_axe(self, numero: int | None, titre: str, libelle: str, lignes: Lignes) -> None:
        """An axe that every fiche repeats is one axe."""
        cle = (numero, fold(titre))
        connu = self.connus.get(cle)
        if connu is None:
            connu = self.connus[cle] = AxeBrut(numero, titre or None, libelle, lignes)
            self.axes.append(connu)
        self.ouvert = connu

    def open_orientation(self, titre: str, libelle: str | None, lignes: Lignes) -> None:
        cle = (libelle, fold(titre))
        connue = self.axe.connues.get(cle)
        if connue is None:
            connue = self.axe.connues[cle] = OrientationBrute(titre or None, libelle, lignes)
            self.axe.orientations.append(connue)
        self.axe.ouverte = connue

    def open_fiche(self, bloc: Bloc) -> None:
        self.fiche = FicheBrute(bloc, bloc.marque)
        if bloc.marque and bloc.marque.transversale:
            self.transversales.append(self.fiche)
        else:
            self.axe.orientation.fiches.append(self.fiche)

    def place_bloc(self, bloc: Bloc) -> None:
        if self.fiche and bloc.etiquette and bloc.etiquette.nom in {"axe", "orientation"} and bloc.corps:
            self._move_fiche(self.fiche, bloc)
        elif self.fiche and (self.fiches_nommees or bloc.genre is not Genre.PUCE):
            self.fiche.corps.append(bloc)
        elif bloc.genre is Genre.PUCE and not self.fiches_nommees:
            self.open_fiche(bloc)
        elif bloc.genre is Genre.CHAMP and not bloc.corps:
            return  # a sub-heading ("Les actions") announces the bullets below
        elif self.axes and not self.axe.orientations:
            self.axe.constat.append(bloc)
        else:
            message = f"« {bloc.render()[:120]} » n’appartient à aucune fiche : à placer à la main."
            self.doutes.append(Doute(bloc.etendue, "texte non rattaché", message))

    def _move_fiche(self, fiche: FicheBrute, bloc: Bloc) -> None:
        """A fiche that names its own axe or orientation goes there."""
        if self.axe.orientation.fiches and self.axe.orientation.fiches[-1] is fiche:
            self.axe.orientation.fiches.pop()
        valeur = bloc.render()
        if bloc.etiquette and bloc.etiquette.nom == "axe":
            marque = find_marque(valeur)
            lue = marque if marque and marque.genre is Genre.AXE else None
            numero = int(lue.code) if lue and lue.code else None
            self.open_axe(
                numero, valeur[lue.reste :] if lue else valeur, lue.libelle if lue else "", bloc.etendue
            )
        else:
            m = _CODE_EN_TETE.match(valeur)
            self.open_orientation(m["titre"] if m else valeur, m["code"] if m else None, bloc.etendue)
        self.axe.orientation.fiches.append(fiche)


def make_arbre(blocs: list[Bloc], largeur: int, demandes: tuple[str, ...]) -> Arbre:
    """Return the plan that these blocks make. `demandes`: the fields announced for every fiche."""
    titres = find_titres(blocs, largeur)
    lecteur = _Lecteur(fiches_nommees=any(bloc.genre in {Genre.FICHE, Genre.RANGEE} for bloc in blocs))
    for place, bloc in enumerate(blocs):
        if bloc.genre is Genre.AXE and bloc.marque:
            numero = int(bloc.marque.code) if bloc.marque.code else None
            lecteur.open_axe(numero, bloc.render(), bloc.libelle, bloc.etendue)
            lecteur.fiche = None
        elif place in titres.constats:
            lecteur.axe.constat.append(bloc)
        elif place in titres.orientations:
            lecteur.open_orientation(bloc.render(), None, bloc.etendue)
            lecteur.fiche = None
        elif bloc.genre is Genre.ORIENTATION and bloc.marque and _leads_to_fiche(blocs, place):
            lecteur.open_orientation(bloc.render(), bloc.libelle, bloc.etendue)
            lecteur.fiche = None
        elif bloc.genre in {Genre.FICHE, Genre.RANGEE}:
            lecteur.open_fiche(bloc)
        else:
            lecteur.place_bloc(bloc)
    return _freeze(lecteur, demandes, titres.doutes)


def _leads_to_fiche(blocs: list[Bloc], place: int) -> bool:
    """ "Objectif 1.1" is a level of the plan when fiches come under it, and one of their items otherwise."""
    for bloc in blocs[place + 1 :]:
        if bloc.genre in {Genre.FICHE, Genre.RANGEE}:
            return True
        if bloc.genre in {Genre.AXE, Genre.ORIENTATION, Genre.PUCE}:
            return False
    return False


def _freeze(lecteur: _Lecteur, demandes: tuple[str, ...], doutes: tuple[Doute, ...]) -> Arbre:
    rang = 0
    axes = []
    # An axe opened before any was named, then emptied by fiches that name their own, is not one.
    nommes = [axe for axe in lecteur.axes if axe.lignes or any(o.fiches for o in axe.orientations)]
    for axe in sorted(nommes, key=lambda a: a.lignes or (0, 0)):
        orientations = []
        for ordre, brute in enumerate((o for o in axe.orientations if o.fiches or o.titre), 1):
            fiches = []
            for fiche in brute.fiches:
                rang += 1
                fiches.append(make_fiche(fiche.titre, fiche.marque, fiche.corps, rang, demandes))
            titre = set_typographie(brute.titre) if brute.titre else None
            orientations.append(Orientation(ordre, brute.libelle, titre, brute.lignes, tuple(fiches)))
        axes.append(
            Axe(
                axe.numero,
                axe.libelle,
                axe.titre,
                axe.lignes,
                _make_constat(axe.constat),
                tuple(orientations),
            )
        )
    transversales = []
    for fiche in lecteur.transversales:
        rang += 1
        transversales.append(make_fiche(fiche.titre, fiche.marque, fiche.corps, rang, demandes))
    arbre = Arbre(tuple(axes), tuple(transversales), (*doutes, *lecteur.doutes))
    return Arbre(arbre.axes, arbre.transversales, (*arbre.doutes, *_doubt_codes(arbre)))


def _make_constat(blocs: list[Bloc]) -> Passage | None:
    if not blocs:
        return None
    return Passage(assemble(bloc.render() for bloc in blocs), (blocs[0].etendue[0], blocs[-1].etendue[1]))


def _doubt_codes(arbre: Arbre) -> list[Doute]:
    """A code given twice, or one that does not belong to its axe, is told: an OCR reads figures badly too."""
    doutes: list[Doute] = []
    vus: set[str] = set()
    for axe in arbre.axes:
        for fiche in (f for orientation in axe.orientations for f in orientation.fiches):
            if fiche.code and fiche.code in vus:
                doutes.append(Doute(fiche.lignes, "code", f"Le code {fiche.code} est donné à deux fiches."))
            elif (
                fiche.code
                and "." in fiche.code
                and axe.numero
                and fiche.code.split(".")[0] != str(axe.numero)
            ):
                doutes.append(
                    Doute(fiche.lignes, "code", f"La fiche {fiche.code} est placée sous l’axe {axe.numero}.")
                )
            vus.add(fiche.code or "")
    return doutes
