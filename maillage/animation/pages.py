"""What the page of a meeting shows, read in a few queries whatever its length; called by the views."""

from dataclasses import dataclass

from maillage.animation.objets import ECART, Cle, Objet, objets_de
from maillage.convention.ecarts import ecarts_de, titre_ecart
from maillage.convention.mesures.calcul import en_clair
from maillage.convention.models import Ecart, Gel
from maillage.instances.cycle import DECISIONS_OUVERTES, ORDRE_DU_JOUR_OUVERT, SUITES
from maillage.instances.models import Decision, Point, Reunion
from maillage.territoire.models import Territoire

# What the button says, and its look.
GESTES = {
    "en_seance": ("Ouvrir la séance", ""),
    "close": ("Clore la réunion", ""),
    "annulee": ("Annuler la réunion", "second"),
}


@dataclass(frozen=True, slots=True)
class EcartAffiche:
    ecart: Ecart
    titre: str
    inscrit: bool


@dataclass(frozen=True, slots=True)
class PointAffiche:
    point: Point
    objet: Objet | None


@dataclass(frozen=True, slots=True)
class DecisionAffichee:
    decision: Decision
    objet: Objet | None


@dataclass(frozen=True, slots=True)
class ValeurFigee:
    code: str
    libelle: str
    texte: str
    motif: str


@dataclass(frozen=True, slots=True)
class ReunionAffichee:
    """`gestes`: (state, words, look of the button) of what may come next."""

    points: tuple[PointAffiche, ...]
    decisions: tuple[DecisionAffichee, ...]
    gel: Gel | None
    valeurs: tuple[ValeurFigee, ...]
    ecarts: tuple[EcartAffiche, ...]
    gestes: tuple[tuple[str, str, str], ...]
    agenda_ouvert: bool
    seance_ouverte: bool


def afficher_reunion(reunion: Reunion) -> ReunionAffichee:
    territoire = reunion.instance.territoire
    points = list(Point.objects.du(territoire).filter(reunion=reunion))
    decisions = list(
        Decision.objects.du(territoire)
        .filter(reunion=reunion)
        .select_related("responsable")
        .order_by("numero")
    )
    objets = objets_de([*points, *decisions], territoire)
    gel = Gel.objects.du(territoire).filter(reunion=reunion).select_related("par").first()
    return ReunionAffichee(
        points=tuple(PointAffiche(point, _objet(point, objets)) for point in points),
        decisions=tuple(DecisionAffichee(d, _objet(d, objets)) for d in decisions),
        gel=gel,
        valeurs=tuple(_valeurs(gel)) if gel else (),
        ecarts=_ecarts(territoire, points),
        gestes=tuple((etat, *GESTES[etat]) for etat in SUITES[reunion.etat]),
        agenda_ouvert=reunion.etat in ORDRE_DU_JOUR_OUVERT,
        seance_ouverte=reunion.etat in DECISIONS_OUVERTES,
    )


def _objet(ligne: Point | Decision, objets: dict[Cle, Objet]) -> Objet | None:
    return objets.get((ligne.objet_type, ligne.objet_uuid)) if ligne.objet_uuid else None


def _valeurs(gel: Gel) -> list[ValeurFigee]:
    lues = gel.valeurs.select_related("indicateur").defer("recette")
    return [
        ValeurFigee(v.indicateur.code, v.indicateur.libelle, en_clair(v.valeur, v.indicateur), v.motif)
        for v in sorted(lues, key=lambda v: v.indicateur.code)
    ]


def _ecarts(territoire: Territoire, points: list[Point]) -> tuple[EcartAffiche, ...]:
    """Those that wait for a decision; `inscrit`: already on this agenda."""
    inscrits = {point.objet_uuid for point in points if point.objet_type == ECART}
    return tuple(
        EcartAffiche(ecart, titre_ecart(ecart), ecart.uuid in inscrits)
        for ecart in ecarts_de(territoire).filter(decision__isnull=True)
    )
