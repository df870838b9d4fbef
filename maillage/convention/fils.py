"""The measured thread of each fiche: how much of the way to the target its stored values have gone.

Called by the pages of the plan, beside the declared thread; reads stored values, computes none.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from maillage.convention.models import Cible, Convention, Indicateur, Valeur


@dataclass(frozen=True, slots=True)
class FilMesure:
    """The `part` of the way, in percent, of the least advanced indicator; None when unknown, and `mot` says why."""

    part: int | None
    mot: str
    indicateurs: int

    @property
    def trace(self) -> str:
        return str(self.part or 0)


SANS_MESURE = FilMesure(None, "inconnu", 0)


def fils_mesures(convention: Convention, *, le: date) -> dict[int, FilMesure]:
    """By fiche, in one query."""
    fils: dict[int, FilMesure] = {}
    for indicateur in _indicateurs(convention, le):
        fil = _fil(indicateur)
        deja = fils.get(indicateur.fiche_id)
        fils[indicateur.fiche_id] = fil if deja is None else _le_moins_avance(deja, fil)
    return fils


def _indicateurs(convention: Convention, le: date) -> QuerySet[Indicateur]:
    valeurs = Valeur.base.filter(indicateur=OuterRef("pk"))
    cibles = Cible.base.filter(indicateur=OuterRef("pk"))
    derniere = valeurs.filter(pour_le__lte=le).order_by("-pour_le", "-calculee_le", "-pk")
    reference = valeurs.filter(pour_le=OuterRef("reference_le")).order_by("-calculee_le", "-pk")
    return (
        Indicateur.objects.du(convention.territoire)
        .filter(fiche__convention=convention)
        .annotate(
            actuelle=Subquery(derniere.values("valeur")[:1]),
            depart=Subquery(reference.values("valeur")[:1]),
            # The next target; once all are past, the last one.
            visee=Coalesce(
                Subquery(cibles.filter(le__gte=le).order_by("le").values("valeur")[:1]),
                Subquery(cibles.order_by("-le").values("valeur")[:1]),
            ),
        )
        .order_by(F("code"))
    )


def _fil(indicateur: Indicateur) -> FilMesure:
    depart, actuelle, visee = indicateur.depart, indicateur.actuelle, indicateur.visee  # type: ignore[attr-defined]
    if actuelle is None:
        return FilMesure(None, "inconnu", 1)
    if visee is None or depart is None:
        return FilMesure(None, "sans cible" if visee is None else "sans départ", 1)
    part = part_du_chemin(depart, actuelle, visee, sens=indicateur.sens)
    return FilMesure(part, f"{part}\u00a0%", 1)


def part_du_chemin(depart: float, actuelle: float, visee: float, *, sens: str) -> int:
    """From 0 (no better than before, or worse) to 100 (there, or beyond), in whole percent, rounded down."""
    atteinte = actuelle >= visee if sens == "hausse" else actuelle <= visee
    if atteinte:
        return 100
    if depart == visee:
        return 0
    return max(0, min(99, int(100 * (actuelle - depart) / (visee - depart))))


def _le_moins_avance(a: FilMesure, b: FilMesure) -> FilMesure:
    """A known share before an unknown one; of two known, the smaller: a gap must be seen."""
    connus = [fil for fil in (a, b) if fil.part is not None]
    choisi = min(connus, key=lambda fil: fil.part or 0) if connus else a
    return FilMesure(choisi.part, choisi.mot, a.indicateurs + b.indicateurs)
