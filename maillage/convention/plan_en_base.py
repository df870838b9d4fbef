"""Write the nodes of a plan that was read: phases, axes, orientations, fiches, objectifs; called by `import_plan.py`.

Texts go in as they were read, each with its lines in the document. A fiche's labelled fields go to the column that
means the same; those that have no column are kept whole, with their lines, in `autres_champs`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from maillage.convention.converters import Code
from maillage.convention.lecture import plan as lu
from maillage.convention.models import Axe, Convention, Fiche, Objectif, Orientation, Phase

# Column of the fiche -> the field of the document that means the same.
COLONNES = {
    "etapes_prevues": "etapes",
    "moyens_mobilises": "moyens",
    "criteres_evaluation": "criteres",
}
_CODE = re.compile(Code.regex)


def ecrire_noeuds(plan: lu.PlanLu, convention: Convention) -> list[Fiche]:
    """Write every node below the convention and give back its fiches, in the order of the document."""
    _ecrire_phases(plan, convention)
    codes = Codes(plan.fiches)
    fiches: list[Fiche] = []
    for rang, axe_lu in enumerate(plan.axes, start=1):
        axe = Axe.objects.create(
            convention=convention,
            ordre=rang,
            numero=axe_lu.numero or rang,
            titre=axe_lu.titre or "",
            constat=axe_lu.constat.texte if axe_lu.constat else "",
            **_lignes(axe_lu.lignes),
        )
        for orientation_lue in axe_lu.orientations:
            orientation = Orientation.objects.create(
                axe=axe,
                ordre=orientation_lue.ordre,
                titre=orientation_lue.titre or "",
                **_lignes(orientation_lue.lignes),
            )
            fiches += _ecrire_fiches(orientation_lue.fiches, convention, orientation, codes, rang=len(fiches))
    fiches += _ecrire_fiches(plan.fiches_transversales, convention, None, codes, rang=len(fiches))
    return fiches


class Codes:
    """One code per fiche: the document's own where it can be an address, else « F » and a number nobody has."""

    def __init__(self, fiches: Iterable[lu.Fiche]) -> None:
        self._pris = {fiche.code for fiche in fiches if fiche.code}
        self._donnes: set[str] = set()

    def donner(self, fiche: lu.Fiche) -> str:
        code = fiche.code or ""
        if not _CODE.fullmatch(code) or code in self._donnes:
            code = next(f"F{n}" for n in range(1, 1000) if f"F{n}" not in self._pris | self._donnes)
        self._donnes.add(code)
        return code


def _ecrire_phases(plan: lu.PlanLu, convention: Convention) -> None:
    Phase.objects.bulk_create(
        Phase(
            convention=convention,
            ordre=phase.ordre,
            titre=phase.titre or "",
            titre_deduit=phase.titre_deduit or "",
            moyens=phase.moyens or "",
            periode_texte=phase.periode or "",
            debut=phase.debut or "",
            fin=phase.fin or "",
            douteuse=phase.douteuse,
            **_lignes(phase.lignes),
        )
        for phase in (plan.calendrier.phases if plan.calendrier else ())
    )


def _ecrire_fiches(
    lues: Iterable[lu.Fiche],
    convention: Convention,
    orientation: Orientation | None,
    codes: Codes,
    *,
    rang: int,
) -> list[Fiche]:
    fiches = []
    for ordre, fiche_lue in enumerate(lues, start=rang + 1):
        fiche = Fiche.objects.create(
            convention=convention,
            orientation=orientation,
            ordre=ordre,
            code=codes.donner(fiche_lue),
            etiquette=fiche_lue.libelle or "",
            titre=fiche_lue.titre,
            transversale=fiche_lue.transversale,
            **_champs(fiche_lue),
            **_lignes(fiche_lue.lignes),
        )
        _ecrire_objectifs(fiche_lue, fiche)
        fiches.append(fiche)
    return fiches


def _champs(fiche: lu.Fiche) -> dict[str, Any]:
    textes = {champ.nom: "\n".join(valeur.texte for valeur in champ.valeurs) for champ in fiche.champs}
    colonnes = {colonne: textes.get(nom, "") for colonne, nom in COLONNES.items()}
    autres = [
        msgspec.to_builtins(champ)
        for champ in fiche.champs
        if champ.nom not in COLONNES.values() and champ.valeurs
    ]
    return {**colonnes, "autres_champs": autres}


def _ecrire_objectifs(fiche_lue: lu.Fiche, fiche: Fiche) -> None:
    """Top-level items first, then their children, which need their parent's key."""
    parents = Objectif.objects.bulk_create(
        _objectif(objectif, fiche, ordre=n) for n, objectif in enumerate(fiche_lue.objectifs, start=1)
    )
    Objectif.objects.bulk_create(_enfants(fiche_lue, fiche, parents))


def _enfants(fiche_lue: lu.Fiche, fiche: Fiche, parents: list[Objectif]) -> Iterator[Objectif]:
    for objectif_lu, parent in zip(fiche_lue.objectifs, parents, strict=True):
        for n, enfant in enumerate(objectif_lu.sous_objectifs, start=1):
            yield _objectif(enfant, fiche, ordre=n, parent=parent)


def _objectif(objectif: lu.Objectif, fiche: Fiche, *, ordre: int, parent: Objectif | None = None) -> Objectif:
    return Objectif(
        fiche=fiche,
        parent=parent,
        ordre=ordre,
        code=f"{parent.code}.{ordre}" if parent else str(ordre),
        texte=objectif.texte,
        **_lignes(objectif.lignes),
    )


def _lignes(lignes: lu.Lignes | None) -> dict[str, int | None]:
    debut, fin = lignes or (None, None)
    return {"lignes_debut": debut, "lignes_fin": fin}
