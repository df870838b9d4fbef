"""Print a plan that was read as JSON, for `maillage import_plan --json`; its keys are the plan format's."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from maillage.convention.lecture.champs import NOMS_A_AFFICHER
from maillage.convention.lecture.plan import (
    Axe,
    Calendrier,
    Champ,
    Fiche,
    Lignes,
    MiseEnOeuvre,
    Objectif,
    Orientation,
    Passage,
    Phase,
    PlanLu,
    Presentation,
    Reparation,
)
from maillage.convention.lecture.typographie import set_typographie

FORMAT = "maillage-plan-expected/1"
_NIVEAUX = {
    "strict": "exact after NFC",
    "normalised": "both sides: NFC; U+2019 and ' to '; U+00A0 and U+202F to space; 3 or more dots to U+2026; "
    "white space collapsed and stripped",
    "folded": "normalised, then without diacritics, oe for the ligature, lower case",
    "typography": "Apostrophe U+2019, ellipsis U+2026, no-break space before : ; ? ! and inside « », accented "
    "capitals, œ ligature. Wording, capitals and grammatical slips of the source are kept.",
}
Json = dict[str, Any]


def vers_json(plan: PlanLu) -> Json:
    """Return the plan as plain JSON values."""
    return {
        "format": FORMAT,
        "source": {
            "file": plan.fichier,
            "line_count": plan.nombre_lignes,
            "line_numbering": "1-based; lines[] are inclusive",
            "territory": plan.territoire,
            "epci_code": None,
            "instrument": plan.instrument,
        },
        "comparison": dict(_NIVEAUX),
        "counts": _print_counts(plan),
        "period": {
            "start": plan.periode.debut,
            "end": plan.periode.fin,
            "duration_years": plan.periode.duree_ans,
        },
        "presentation": _print_presentation(plan.presentation),
        "calendar": _print_calendrier(plan.calendrier),
        "implementation": _print_mise_en_oeuvre(plan.mise_en_oeuvre),
        "axes": [_print_axe(axe) for axe in plan.axes],
        "transversal_fiches": [_print_fiche(fiche) for fiche in plan.fiches_transversales],
        "ocr_corrections": _print_corrections(plan),
        "notes": _print_notes(plan),
        "repairs": [
            {
                "id": r.id,
                "line": r.ligne,
                "before": r.avant,
                "after": r.apres,
                "rule": r.regle,
                "context": r.contexte,
                "applied": r.appliquee,
            }
            for r in plan.reparations
        ],
        "dropped_lines": [{"line": e.ligne, "text": e.texte, "reason": e.motif} for e in plan.ecartees],
        "missing_fields": {
            fiche.code or fiche.titre: list(fiche.champs_absents)
            for fiche in plan.fiches
            if fiche.champs_absents
        },
    }


def _print_counts(plan: PlanLu) -> Json:
    objectifs = [o for fiche in plan.fiches for o in fiche.objectifs]
    return {
        "axes": len(plan.axes),
        "orientations": sum(len([o for o in axe.orientations if o.titre]) for axe in plan.axes),
        "fiches": len(plan.fiches),
        "fiches_in_axes": len(plan.fiches) - len(plan.fiches_transversales),
        "fiches_transversal": len(plan.fiches_transversales),
        "items": len(objectifs),
        "sub_items": sum(len(o.sous_objectifs) for o in objectifs),
        "items_by_fiche": {
            fiche.code or fiche.titre: [
                len(fiche.objectifs),
                sum(len(o.sous_objectifs) for o in fiche.objectifs),
            ]
            for fiche in plan.fiches
        },
        "calendar_phases": len(plan.calendrier.phases) if plan.calendrier else 0,
    }


def _print_presentation(presentation: Presentation | None) -> Json | None:
    if presentation is None:
        return None
    lu: Json = {
        "heading": presentation.titre,
        "heading_lines": list(presentation.lignes),
        "intro": _print_passage(presentation.introduction),
        "diagnosis_lead": _print_passage(presentation.annonce_diagnostic),
        "diagnosis_items": [_print_passage(p) for p in presentation.diagnostic],
        "fiche_lead": _print_passage(presentation.annonce_fiches),
        "fiche_fields": [_print_passage(p) for p in presentation.champs_annonces],
    }
    if presentation.autres:
        lu["others"] = [_print_passage(p) for p in presentation.autres]
    return lu


def _print_passage(passage: Passage | None) -> Json | None:
    if passage is None:
        return None
    lu: Json = {"text": passage.texte, "lines": list(passage.lignes)}
    return lu | {"marker": passage.marque} if passage.marque else lu


def _print_calendrier(calendrier: Calendrier | None) -> Json | None:
    if calendrier is None:
        return None
    return {
        "heading": calendrier.titre,
        "heading_lines": list(calendrier.lignes),
        "phases": [_print_phase(phase) for phase in calendrier.phases],
    }


def _print_phase(phase: Phase) -> Json:
    lu: Json = {
        "order": phase.ordre,
        "key": phase.cle,
        "title": phase.titre,
        "means": phase.moyens,
        "period_text": phase.periode,
        "start": phase.debut,
        "end": phase.fin,
        "lines": list(phase.lignes),
    }
    if phase.titre_deduit:
        lu["title_inferred"] = phase.titre_deduit
    if phase.douteuse:
        lu["doubtful"] = True
    return lu


def _print_mise_en_oeuvre(mise: MiseEnOeuvre | None) -> Json | None:
    if mise is None:
        return None
    return {
        "heading": mise.titre,
        "heading_lines": list(mise.lignes),
        "duration_years": mise.duree_ans,
        "text": _print_passage(mise.texte),
    }


def _print_axe(axe: Axe) -> Json:
    lu: Json = {
        "number": axe.numero,
        "label_in_source": axe.libelle,
        "title": axe.titre,
        "lines": _print_lignes(axe.lignes),
        "orientations": [_print_orientation(orientation) for orientation in axe.orientations],
    }
    if axe.constat:
        lu["constat"] = axe.constat.texte
    return lu


def _print_lignes(lignes: Lignes | None) -> list[int] | None:
    return list(lignes) if lignes else None


def _print_orientation(orientation: Orientation) -> Json:
    lu: Json = {
        "order": orientation.ordre,
        "title": orientation.titre,
        "lines": _print_lignes(orientation.lignes),
        "fiches": [_print_fiche(fiche) for fiche in orientation.fiches],
    }
    return lu | {"label": orientation.libelle} if orientation.libelle else lu


def _print_fiche(fiche: Fiche) -> Json:
    lu: Json = {
        "code": fiche.code,
        "label_in_source": fiche.libelle,
        "title": fiche.titre,
        "lines": list(fiche.lignes),
        "transversal": fiche.transversale,
        "items": [_print_objectif(objectif) for objectif in fiche.objectifs],
        "mentions": list(fiche.mentions),
    }
    if fiche.champs:
        lu["fields"] = {champ.nom: _print_champ(champ) for champ in fiche.champs}
    return lu


def _print_champ(champ: Champ) -> str | list[str] | None:
    textes = [valeur.texte for valeur in champ.valeurs]
    if champ.en_liste:
        return textes
    return " ".join(textes) or None


def _print_objectif(objectif: Objectif) -> Json:
    lu: Json = {"id": objectif.code, "text": objectif.texte, "lines": list(objectif.lignes)}
    if objectif.sous_objectifs:
        lu["sub_items"] = [_print_objectif(sous) for sous in objectif.sous_objectifs]
    return lu | {"marker": objectif.marque} if objectif.marque else lu


def _print_corrections(plan: PlanLu) -> list[Json]:
    """Return the repairs made, alike ones together, with the element in which each stands."""
    etendues = sorted(_list_etendues(plan))
    groupes: defaultdict[tuple[str, str], list[Lignes]] = defaultdict(list)
    for avant, apres, ligne in _join_neighbours(plan):
        groupes[avant, apres].append(next((e for e in etendues if e[0] <= ligne <= e[1]), (ligne, ligne)))
    rangees = sorted(groupes.items(), key=lambda paire: (-len(paire[1]), paire[0]))
    return [
        {"ocr": a, "corrected": b, "count": len(e), "lines": [list(x) for x in e]} for (a, b), e in rangees
    ]


@dataclass(slots=True)
class _Correction:
    """Repaired words that touch one another in a line: "grace a" became "grâce à"."""

    avant: str
    apres: str
    ligne: int
    fin: int


def _join_neighbours(plan: PlanLu) -> list[tuple[str, str, int]]:
    """Return before, after and line of each repaired word or run of words, as the source spells them."""
    par_mot: dict[tuple[int, int], list[Reparation]] = {}
    for reparation in plan.reparations:
        if reparation.appliquee:
            par_mot.setdefault((reparation.ligne, reparation.place), []).append(reparation)
    jointes: list[_Correction] = []
    for (ligne, place), du_mot in sorted(par_mot.items()):
        avant, apres = du_mot[0].avant, _repair_word(du_mot)
        derniere = jointes[-1] if jointes else None
        if derniere and derniere.ligne == ligne and derniere.fin + 1 == place:
            derniere.avant, derniere.apres = f"{derniere.avant} {avant}", f"{derniere.apres} {apres}"
            derniere.fin = place + len(avant)
        else:
            jointes.append(_Correction(avant, apres, ligne, place + len(avant)))
    return [(c.avant, c.apres, c.ligne) for c in jointes]


def _repair_word(du_mot: list[Reparation]) -> str:
    """Make every repair of one word at once, the last first so that the places of the others hold."""
    mot, place = du_mot[0].avant, du_mot[0].place
    for r in sorted(du_mot, key=lambda r: -r.debut):
        mot = mot[: r.debut - place] + r.remplacement + mot[r.fin - place :]
    return set_typographie(mot)


def _list_etendues(plan: PlanLu) -> list[Lignes]:
    """Return the lines of every element of the plan, so that a repair is told with its sentence."""
    etendues: list[Lignes] = []
    presentation, calendrier, mise = plan.presentation, plan.calendrier, plan.mise_en_oeuvre
    if presentation:
        passages = (presentation.introduction, presentation.annonce_diagnostic, *presentation.diagnostic)
        passages += (presentation.annonce_fiches, *presentation.champs_annonces, *presentation.autres)
        etendues += [p.lignes for p in passages if p]
    if calendrier:
        etendues += [calendrier.lignes, *(phase.lignes for phase in calendrier.phases)]
    if mise:
        etendues += [mise.lignes, *([mise.texte.lignes] if mise.texte else [])]
    for axe in plan.axes:
        etendues += [e for e in (axe.lignes, *(o.lignes for o in axe.orientations)) if e]
    for fiche in plan.fiches:
        objectifs = [x for o in fiche.objectifs for x in (o, *o.sous_objectifs)]
        etendues += [fiche.lignes, *(o.lignes for o in objectifs)]
    return etendues


def _print_notes(plan: PlanLu) -> list[Json]:
    notes: list[Json] = [{"lines": list(d.lignes), "topic": d.sujet, "note": d.message} for d in plan.doutes]
    for fiche in plan.fiches:
        if fiche.champs_absents:
            noms = ", ".join(NOMS_A_AFFICHER.get(nom, nom.replace("_", " ")) for nom in fiche.champs_absents)
            note = (
                f"Champs annoncés mais absents de la fiche {fiche.code or fiche.titre} : {noms}. À compléter."
            )
            notes.append({"lines": list(fiche.lignes), "topic": "champs absents", "note": note})
    notes += [
        {"lines": [e.ligne, e.ligne], "topic": "ligne écartée", "note": f"« {e.texte} » : {e.motif}."}
        for e in plan.ecartees
    ]
    return notes
