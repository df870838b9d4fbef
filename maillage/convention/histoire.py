"""One timeline per fiche: what was done to it, to its objectifs, to its indicators, and the decisions cited.

Called by the pages of a fiche and of an objectif; reads the journal, writes nothing.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from maillage.convention.models import Ecart, Fiche, Indicateur, Objectif, Version
from maillage.core.journal import histoire
from maillage.core.models import Acte
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire

# The fields that wait for a decision; validated, they are told by the act of their version.
TEXTES_A_VALIDER = frozenset({"étapes", "moyens", "critères d’évaluation", "texte"})
SIGLES = {"copil": "COPIL", "cotech": "COTECH"}


def histoire_fiche(fiche: Fiche) -> QuerySet[Acte]:
    """Every act on the fiche and on what hangs from it, the newest first, in one query."""
    territoire = fiche.convention.territoire
    objets = Q(objet_type=Fiche._meta.label_lower, objet_id=str(fiche.pk))
    parties = (
        (Objectif, fiche.objectifs.values_list("pk", flat=True)),
        (Indicateur, fiche.indicateurs.values_list("pk", flat=True)),
        (Ecart, Ecart.objects.du(territoire).filter(indicateur__fiche=fiche).values_list("pk", flat=True)),
    )
    for modele, cles in parties:
        if numeros := [str(cle) for cle in cles]:
            objets |= Q(objet_type=modele._meta.label_lower, objet_id__in=numeros)
    return Acte.objects.filter(objets).select_related("contenu", "par").order_by("-pk")


def histoire_objectif(objectif: Objectif) -> QuerySet[Acte]:
    """Every act on one objectif, the newest first."""
    return histoire(objectif)


def raconter(actes: Iterable[Acte], territoire: Territoire, *, brouillons: bool) -> list[Acte]:
    """The same acts, each with the decision it cites, its name and its words, in one query for all.

    Without `brouillons`, texts that no decision has validated yet stay with the team: the act is told, not its words.
    """
    liste = list(actes)
    if not brouillons:
        _taire_brouillons(liste)
    uuids = {acte.decision for acte in liste if acte.decision}
    decisions = {d.uuid: d for d in _decisions(territoire, uuids)} if uuids else {}
    for acte in liste:
        decision = decisions.get(acte.decision) if acte.decision else None
        acte.decision_titre = titre_decision(decision) if decision else ""  # type: ignore[attr-defined]
        acte.decision_texte = decision.texte if decision else ""  # type: ignore[attr-defined]
    return liste


def _taire_brouillons(actes: list[Acte]) -> None:
    for acte in actes:
        contenu = getattr(acte, "contenu", None)
        if contenu is not None and contenu.champs:
            contenu.champs = {c: v for c, v in contenu.champs.items() if c not in TEXTES_A_VALIDER}


def _decisions(territoire: Territoire, uuids: set[UUID]) -> QuerySet[Decision]:
    return Decision.objects.du(territoire).filter(uuid__in=uuids).select_related("reunion__instance")


def titre_decision(decision: Decision) -> str:
    """« la décision n° 2 du COPIL du 25/11/2026 »."""
    instance = decision.reunion.instance
    corps = SIGLES.get(instance.type, instance.nom)
    return f"décision n°\u00a0{decision.numero} du {corps} du {decision.reunion.le:%d/%m/%Y}"


def dernieres_versions_decidees(territoire: Territoire, convention_pk: int, *, nombre: int) -> list[Version]:
    """The latest versions that a decision made, in one convention: what the plan's page calls the latest decisions."""
    return list(
        Version.objects.du(territoire)
        .filter(fiche__convention=convention_pk, decision__isnull=False)
        .select_related("fiche", "decision__reunion__instance")
        .defer("contenu")
        .order_by("-le", "-pk")[:nombre]
    )
