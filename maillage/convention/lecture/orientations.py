"""Tell an orientation that nothing marks from the last objectif of the fiche above it; called by `arbre.py`.

Both are short sentences in the infinitive just before a fiche's heading. Each clue of the layout and of the words
weighs for or against; without a clue of the layout, the reading is told as a doubt.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from maillage.convention.lecture.blocs import PART_PLEINE, Bloc
from maillage.convention.lecture.grammaire import is_capitales, starts_with_action
from maillage.convention.lecture.lexique import fold, words
from maillage.convention.lecture.lignes import PAGE_EN_VIDES
from maillage.convention.lecture.marques import Genre
from maillage.convention.lecture.plan import Doute

SEUIL = 3.0
LONGUEUR_DE_PROSE = 120
_STRUCTURE = {Genre.AXE, Genre.FICHE, Genre.ORIENTATION}
_MOT = re.compile(r"[^\W\d_]{5,}")
_MOTS_COURANTS = words(
    "actions action territoire territoriale projet projets entre leurs autour dispositifs acteurs besoins "
    "services"
)
_ARTICLE_DEFINI = re.compile(r"^\S+\s+(?:le|la|les|l['’])\s?", re.IGNORECASE)
_ARTICLE_INDEFINI = re.compile(r"^\S+\s+(?:un|une|des)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Titres:
    """Indexes of the blocks that are orientations or the statement under an axe, and what is doubtful in that."""

    orientations: frozenset[int]
    constats: frozenset[int]
    doutes: tuple[Doute, ...]


def find_titres(blocs: list[Bloc], largeur: int) -> Titres:
    orientations: set[int] = set()
    constats: set[int] = set()
    doutes: list[Doute] = []
    marquees = _has_marked_orientations(blocs)
    for place, bloc in enumerate(blocs):
        if bloc.genre is Genre.AXE:
            _read_under_axe(blocs, place, orientations, constats, marquees=marquees)
    prior = 0.0 if orientations else -2.0
    for place, bloc in enumerate(blocs):
        candidate = place - 1
        if (
            marquees
            or bloc.genre is not Genre.FICHE
            or candidate < 1
            or candidate in orientations
            or candidate in constats
        ):
            continue
        if blocs[candidate].genre is Genre.TEXTE:
            points, mise_en_page = _weigh(blocs, candidate, largeur)
            if points + prior >= SEUIL:
                orientations.add(candidate)
            if abs(points + prior - SEUIL) <= 1 or (points + prior >= SEUIL and not mise_en_page):
                doutes.append(_doubt(blocs[candidate], est_orientation=points + prior >= SEUIL))
    return Titres(frozenset(orientations), frozenset(constats), tuple(doutes))


def _has_marked_orientations(blocs: list[Bloc]) -> bool:
    for bloc, suivant in pairwise(blocs):
        if bloc.etiquette and bloc.etiquette.nom == "orientation":
            return True
        if bloc.genre is Genre.ORIENTATION and suivant.genre in {Genre.FICHE, Genre.RANGEE}:
            return True
    return False


def _read_under_axe(
    blocs: list[Bloc], place: int, orientations: set[int], constats: set[int], *, marquees: bool
) -> None:
    """What stands between an axe and its first fiche: statements, then the orientation."""
    textes = []
    suivant = place + 1
    while suivant < len(blocs) and blocs[suivant].genre is Genre.TEXTE:
        textes.append(suivant)
        suivant += 1
    devant_fiche = suivant < len(blocs) and blocs[suivant].genre is Genre.FICHE
    if textes and devant_fiche and not marquees and not _is_prose(blocs[textes[-1]]):
        orientations.add(textes.pop())
    constats.update(textes)


def _is_prose(bloc: Bloc) -> bool:
    corps = bloc.corps
    return corps.endswith(".") or len(corps) > 2 * LONGUEUR_DE_PROSE


def _weigh(blocs: list[Bloc], candidate: int, largeur: int) -> tuple[float, bool]:
    """Return the weight of the clues for an orientation, and whether the layout gave one of them."""
    bloc, fiche = blocs[candidate], blocs[candidate + 1]
    debut = candidate
    while debut > 0 and blocs[debut - 1].genre not in _STRUCTURE:
        debut -= 1
    freres = blocs[debut:candidate]
    precedente = blocs[debut - 1] if debut else bloc
    mise_en_page = _weigh_mise_en_page(bloc, fiche, freres, precedente)
    forme = _weigh_forme(bloc, freres, largeur)
    mots = _weigh_mots(bloc, fiche, precedente)
    return mise_en_page + forme + mots, mise_en_page > 0


def _weigh_mise_en_page(bloc: Bloc, fiche: Bloc, freres: list[Bloc], precedente: Bloc) -> float:
    if not bloc.vides_avant or not fiche.vides_avant or not freres:
        return -5.0  # stuck to the item above or to the fiche, or the only sentence of its fiche
    if fiche.page_avant and fiche.vides_avant >= PAGE_EN_VIDES:
        return -4.0  # no title is left alone at the foot of a page
    if precedente.marque and precedente.marque.transversale and fiche.marque and fiche.marque.transversale:
        return -5.0  # transversal fiches stand outside the orientations
    points = 3.0 if bloc.page_avant else 0.0
    serres = [frere for frere in freres[1:] if not frere.vides_avant]
    if len(freres) > 1 and len(serres) * 2 > len(freres) - 1:
        points += 3.0  # items follow one another without a blank line, this sentence stands apart
    if all(frere.genre is not Genre.TEXTE for frere in freres) or freres[-1].genre is Genre.CHAMP:
        points += 3.0  # items have bullets, this sentence has none
    return points + (3.0 if is_capitales(bloc.corps) else 0.0)


def _weigh_forme(bloc: Bloc, freres: list[Bloc], largeur: int) -> float:
    corps = bloc.corps
    if corps.endswith((".", ";", ",")):
        return -4.0
    points = 1.0 if len(corps) <= 60 else 0.0
    if any(len(ligne.nu) >= PART_PLEINE * largeur for ligne in bloc.lignes):
        points -= 2.0  # wrapped where the items wrap: titles are set larger
    longueurs = sorted(len(frere.corps) for frere in freres)
    if longueurs and len(corps) * 2 <= longueurs[len(longueurs) // 2]:
        points += 1.0
    if freres and len(freres[-1].corps) <= 50:
        points -= 1.0  # the last of a run of short items
    if freres and all(starts_with_action(f.corps) for f in freres) and not starts_with_action(corps):
        points += 1.5
    return points


def _weigh_mots(bloc: Bloc, fiche: Bloc, precedente: Bloc) -> float:
    siens, suivants, precedents = (_get_radicaux(b.corps) for b in (bloc, fiche, precedente))
    points = 1.5 if siens & suivants else 0.0
    points -= 1.0 if siens & precedents - suivants else 0.0
    if _ARTICLE_DEFINI.match(bloc.corps):
        points += 0.5
    return points - (0.5 if _ARTICLE_INDEFINI.match(bloc.corps) else 0.0)


def _get_radicaux(texte: str) -> set[str]:
    return {fold(mot)[:6] for mot in _MOT.findall(texte) if fold(mot) not in _MOTS_COURANTS}


def _doubt(bloc: Bloc, *, est_orientation: bool) -> Doute:
    lu, autre = (
        ("une orientation", "le dernier objectif de la fiche")
        if est_orientation
        else ("un objectif", "une orientation")
    )
    message = f"« {bloc.render()} » est lu comme {lu} ; rien ne le marque dans le document, ce pourrait être {autre}."
    return Doute(bloc.etendue, "orientation", message)
