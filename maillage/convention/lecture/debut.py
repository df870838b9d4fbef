"""Read what stands before the first axe: presentation, calendar, how the plan is carried out. For `lire.py`."""

import re
from dataclasses import dataclass

from maillage.convention.lecture.blocs import Bloc
from maillage.convention.lecture.grammaire import is_incomplete
from maillage.convention.lecture.lexique import fold
from maillage.convention.lecture.marques import Genre
from maillage.convention.lecture.periodes import read_duree, read_periode
from maillage.convention.lecture.plan import Calendrier, Doute, MiseEnOeuvre, Passage, Phase, Presentation
from maillage.convention.lecture.typographie import assemble

_TITRE_PRESENTATION = re.compile(r"^(?:presentation|preambule|introduction|contexte|le projet)\b")
_TITRE_CALENDRIER = re.compile(
    r"^(?:les )?(?:echeances?|echeancier|calendrier|planning|phasage|grandes etapes)\b"
)
_TITRE_MISE_EN_OEUVRE = re.compile(
    r"^(?:la )?(?:mise en oeuvre|suivi|duree|pilotage|gouvernance|modalites|evaluation)\b"
)
LONGUEUR_DE_TITRE = 80
LONGUEUR_DE_PROSE = 120
# Meaning of a phase -> how plans begin its title, folded; the first found in the title wins.
_CLES = {
    "diagnostic": ("diagnostic", "etat des lieux"),
    "elaboration": ("elaboration", "construction", "redaction", "ecriture", "definition"),
    "validation": ("validation", "signature", "adoption"),
    "mise_en_oeuvre": ("mise en oeuvre", "deploiement", "realisation"),
    "evaluation": ("evaluation", "bilan"),
}


@dataclass(frozen=True, slots=True)
class Debut:
    presentation: Presentation | None = None
    calendrier: Calendrier | None = None
    mise_en_oeuvre: MiseEnOeuvre | None = None
    doutes: tuple[Doute, ...] = ()
    lus: frozenset[int] = frozenset()  # numbers of the lines that found their place


def read_debut(blocs: list[Bloc]) -> Debut:
    """Return what the blocks before the first axe say."""
    titre_calendrier = _find_titre(blocs, _TITRE_CALENDRIER)
    suite = titre_calendrier + 1 if titre_calendrier is not None else 0
    phases_brutes, apres = _group_phases(blocs, suite) if titre_calendrier is not None else ([], 0)
    titre_mise = _find_titre(blocs, _TITRE_MISE_EN_OEUVRE, a_partir_de=apres, devant_prose=True)
    bornes = [place for place in (titre_calendrier, titre_mise) if place is not None]
    presentation, lus_presentation = _read_presentation(blocs[: min(bornes, default=len(blocs))])
    mise, lus_mise = _read_mise_en_oeuvre(blocs, titre_mise)
    phases = _make_phases(phases_brutes, mise)
    calendrier, lus_calendrier = None, list[Bloc]()
    if titre_calendrier is not None and phases:
        titre = blocs[titre_calendrier]
        calendrier = Calendrier(titre.render(), titre.etendue, phases)
        lus_calendrier = [titre, *(bloc for groupe in phases_brutes for bloc in groupe)]
    lus = frozenset(
        ligne.numero for bloc in (*lus_presentation, *lus_calendrier, *lus_mise) for ligne in bloc.lignes
    )
    return Debut(presentation, calendrier, mise, _doubt_phases(phases), lus)


def _find_titre(
    blocs: list[Bloc], motif: re.Pattern[str], *, a_partir_de: int = 0, devant_prose: bool = False
) -> int | None:
    for place in range(a_partir_de, len(blocs)):
        suivant = blocs[place + 1] if place + 1 < len(blocs) else None
        if (
            _is_titre(blocs[place])
            and motif.match(fold(blocs[place].tete))
            and (not devant_prose or (suivant and _is_prose(suivant)))
        ):
            return place
    return None


def _is_titre(bloc: Bloc) -> bool:
    return (
        bloc.genre in {Genre.TEXTE, Genre.CHAMP}
        and len(bloc.corps) <= LONGUEUR_DE_TITRE
        and not bloc.fin.endswith((".", ";", ","))
    )


def _is_prose(bloc: Bloc) -> bool:
    corps = bloc.corps
    return bloc.genre is Genre.TEXTE and len(corps) >= LONGUEUR_DE_PROSE and corps.endswith((".", "…", ":"))


# --- Presentation


def _read_presentation(blocs: list[Bloc]) -> tuple[Presentation | None, list[Bloc]]:
    place = _find_titre(blocs, _TITRE_PRESENTATION)
    if place is None:
        return None, []
    titre, corps = blocs[place], blocs[place + 1 :]
    listes = _group_listes(corps)
    fiches = next((liste for liste in listes if "fiche" in fold(liste.annonce.corps)), None)
    diagnostic = next(
        (li for li in listes if li is not fiches and "diagnostic" in fold(li.annonce.corps)), None
    )
    pris = {bloc.numero for liste in (fiches, diagnostic) if liste for bloc in (liste.annonce, *liste.puces)}
    autres = [bloc for bloc in corps if bloc.numero not in pris]
    introduction = autres.pop(0) if autres and autres[0].genre is Genre.TEXTE else None
    presentation = Presentation(
        titre=titre.render(),
        lignes=titre.etendue,
        introduction=introduction.as_passage() if introduction else None,
        annonce_diagnostic=diagnostic.annonce.as_passage() if diagnostic else None,
        diagnostic=tuple(bloc.as_passage() for bloc in diagnostic.puces) if diagnostic else (),
        annonce_fiches=fiches.annonce.as_passage() if fiches else None,
        champs_annonces=tuple(bloc.as_passage() for bloc in fiches.puces) if fiches else (),
        autres=tuple(bloc.as_passage() for bloc in autres),
    )
    return presentation, [titre, *corps]


@dataclass(frozen=True, slots=True)
class _Liste:
    """A bulleted list and the sentence that leads to it."""

    annonce: Bloc
    puces: list[Bloc]


def _group_listes(corps: list[Bloc]) -> list[_Liste]:
    listes: list[_Liste] = []
    annonce: Bloc | None = None
    for bloc in corps:
        if bloc.genre is not Genre.PUCE:
            annonce = bloc if bloc.fin.endswith(":") else None
        elif annonce and listes and listes[-1].annonce is annonce:
            listes[-1].puces.append(bloc)
        elif annonce:
            listes.append(_Liste(annonce, [bloc]))
    return listes


# --- Calendar


def _group_phases(blocs: list[Bloc], debut: int) -> tuple[list[list[Bloc]], int]:
    """Return the blocks of each phase, which ends on its dates, and where the calendar stops."""
    groupes: list[list[Bloc]] = []
    courant: list[Bloc] = []
    for place in range(debut, len(blocs)):
        bloc = blocs[place]
        if _is_prose(bloc) or (
            not courant and place + 1 < len(blocs) and _is_titre(bloc) and _is_prose(blocs[place + 1])
        ):
            return groupes, place - len(courant)
        courant.append(bloc)
        if read_periode(bloc.corps):
            groupes.append(courant)
            courant = []
    return groupes, len(blocs) - len(courant)


def _make_phases(groupes: list[list[Bloc]], mise: MiseEnOeuvre | None) -> tuple[Phase, ...]:
    return tuple(
        _make_phase(ordre, groupe, mise, est_derniere=ordre == len(groupes))
        for ordre, groupe in enumerate(groupes, 1)
    )


def _make_phase(ordre: int, groupe: list[Bloc], mise: MiseEnOeuvre | None, *, est_derniere: bool) -> Phase:
    *tete, dates = groupe
    lue = read_periode(dates.corps)
    titre = tete[0].render() if tete else None
    deduit = None
    if titre is None and est_derniere and mise and mise.texte and "evaluation" in fold(mise.texte.texte):
        deduit = "Évaluation"  # the text announces one and gives no other date for it: a guess, told as such
    return Phase(
        ordre=ordre,
        cle=_name_phase(titre or deduit, ordre),
        titre=titre,
        titre_deduit=deduit,
        moyens=assemble(bloc.render() for bloc in tete[1:]) or None,
        periode=dates.render(),
        debut=lue[0] if lue else None,
        fin=lue[1] if lue else None,
        lignes=(groupe[0].etendue[0], dates.etendue[1]),
        douteuse=titre is None,
    )


def _name_phase(titre: str | None, ordre: int) -> str:
    plie = fold(titre or "")
    trouves = [(plie.find(mot), cle) for cle, mots in _CLES.items() for mot in mots if mot in plie]
    return min(trouves)[1] if trouves else f"phase_{ordre}"


def _doubt_phases(phases: tuple[Phase, ...]) -> tuple[Doute, ...]:
    doutes = []
    for phase in phases:
        if phase.titre is None:
            suite = f" Peut-être « {phase.titre_deduit} »." if phase.titre_deduit else ""
            message = f"« {phase.periode} » est seul dans le calendrier : phase gardée sans titre, à compléter.{suite}"
            doutes.append(Doute(phase.lignes, "calendrier", message))
    return tuple(doutes)


# --- How the plan is carried out


def _read_mise_en_oeuvre(blocs: list[Bloc], place: int | None) -> tuple[MiseEnOeuvre | None, list[Bloc]]:
    if place is None:
        return None, []
    titre = blocs[place]
    proses = [blocs[place + 1]]
    for bloc in blocs[place + 2 :]:
        if not (_is_prose(bloc) or is_incomplete(proses[-1].fin)):
            break
        proses.append(bloc)
    texte = assemble(bloc.render() for bloc in proses)
    passage = Passage(texte, (proses[0].etendue[0], proses[-1].etendue[1]))
    return MiseEnOeuvre(titre.render(), titre.etendue, read_duree(texte), passage), [titre, *proses]
