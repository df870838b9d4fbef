"""The French report of a reading, for the command line: what was found, what is doubtful, what is missing."""

from collections.abc import Iterator

from maillage.convention.import_plan import Lecture, champs_absents
from maillage.convention.lecture.plan import Fiche, Lignes


def rediger(lecture: Lecture) -> str:
    """The whole report, ready to print."""
    return "\n".join(_paragraphes(lecture))


def _paragraphes(lecture: Lecture) -> Iterator[str]:
    plan = lecture.plan
    objectifs = sum(len(fiche.objectifs) for fiche in plan.fiches)
    sous = sum(len(objectif.sous_objectifs) for fiche in plan.fiches for objectif in fiche.objectifs)
    periode = f"{plan.periode.debut}-{plan.periode.fin}" if plan.periode.debut else "non dite"
    yield f"{lecture.nom} : {plan.nombre_lignes} lignes, {lecture.encodage}, période {periode}."
    yield (
        f"{compter(len(plan.axes), 'axe')}, "
        f"{compter(sum(len(axe.orientations) for axe in plan.axes), 'orientation')}, "
        f"{compter(len(plan.fiches), 'fiche')}, {compter(objectifs, 'objectif')}, {compter(sous, 'sous-objectif')}."
    )
    yield (
        f"{compter(len(plan.reparations), 'réparation')}, {compter(len(plan.doutes), 'doute')}, "
        f"{compter(len(plan.ecartees), 'ligne')} à l’écart."
    )
    yield ""
    yield "Fiches :"
    yield from (f"  {_fiche(fiche)}" for fiche in plan.fiches)
    yield from _liste("Doutes", [f"{_lignes(d.lignes)} : {d.message}" for d in plan.doutes])
    yield from _liste(
        "Champs annoncés et absents, à compléter",
        [f"{absent['nom']} : {len(absent['fiches'])} fiches" for absent in champs_absents(plan)],
    )
    yield from _liste("Lignes écartées", [f"ligne {e.ligne} : {e.texte} ({e.motif})" for e in plan.ecartees])
    yield from _liste(
        "Réparations",
        [f"ligne {r.ligne} : « {r.avant} » devient « {r.apres} » ({r.regle})" for r in plan.reparations],
    )


def _liste(titre: str, lignes: list[str]) -> Iterator[str]:
    if lignes:
        yield ""
        yield f"{titre} :"
        yield from (f"  {ligne}" for ligne in lignes)


def _fiche(fiche: Fiche) -> str:
    sous = sum(len(objectif.sous_objectifs) for objectif in fiche.objectifs)
    suite = f" et {compter(sous, 'sous-objectif')}" if sous else ""
    return f"{fiche.code or '?'} {fiche.titre} ({compter(len(fiche.objectifs), 'objectif')}{suite})"


def compter(nombre: int, nom: str) -> str:
    """« 1 objectif », « 5 objectifs »."""
    return f"{nombre} {nom}{'s' if nombre > 1 else ''}"


def _lignes(lignes: Lignes) -> str:
    return f"ligne {lignes[0]}" if lignes[0] == lignes[1] else f"lignes {lignes[0]} à {lignes[1]}"
