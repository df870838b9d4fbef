"""Reach a convention, a fiche, an objectif, a document: getting is checking. Called by every view of this app.

404 when the object is not of this territory; PermissionDenied when it is not theirs to change.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.comptes.models import Personne, Role
from maillage.comptes.roles import roles_sur
from maillage.convention.models import Convention, Document, Fiche, Objectif
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire

Quelqu_un = Personne | AnonymousUser
COORDINATION = frozenset({Role.ADMINISTRATEUR, Role.COORDINATEUR})
# The document's text and what was found in it may weigh megabytes: only the pages that show them load them.
LOURDS = tuple(
    f"convention__document__{champ}" for champ in ("texte", "reparations", "doutes", "ecartees", "refusees")
)
LIEE_A_L_EQUIPE = (
    "Cette fiche est modifiée par son pilote et par la coordination de la convention. "
    "Demandez à la coordination."
)
LIEE_A_LA_COORDINATION = "Cette page est réservée à la coordination de la convention."


@dataclass(frozen=True, slots=True)
class Droits:
    """What a person may do with one fiche."""

    modifier: bool = False
    valider: bool = False


def droits_sur(user: Quelqu_un, fiche: Fiche) -> Droits:
    """The coordination does everything; a pilot changes the fiche she leads."""
    if not isinstance(user, Personne):
        return Droits()
    roles = roles_sur(user, fiche.convention.territoire, le=timezone.localdate())
    coordonne = bool(roles & COORDINATION)
    return Droits(
        modifier=coordonne or (Role.PILOTE in roles and fiche.pilote_id == user.pk), valider=coordonne
    )


def get_convention_for(
    user: Quelqu_un, territoire: Territoire | None, periode: str, *, modifier: bool = False
) -> Convention:
    """The convention of this territory for this period; everybody reads, the coordination changes."""
    ici = _exiger_territoire(territoire)
    convention = get_object_or_404(
        Convention.objects.du(ici).select_related("territoire", "document"), periode=periode
    )
    if modifier:
        _exiger_coordination(user, ici)
    return convention


def get_fiche_for(
    user: Quelqu_un,
    territoire: Territoire | None,
    periode: str,
    code: str,
    *,
    modifier: bool = False,
    valider: bool = False,
) -> Fiche:
    """The fiche at this address; everybody reads, its pilot and the coordination change, the coordination validates."""
    ici = _exiger_territoire(territoire)
    fiche = get_object_or_404(
        Fiche.objects.du(ici)
        .select_related("convention__territoire", "convention__document", "orientation__axe", "pilote")
        .defer(*LOURDS),
        convention__periode=periode,
        code=code,
    )
    if modifier or valider:
        droits = droits_sur(user, fiche)
        if (modifier and not droits.modifier) or (valider and not droits.valider):
            raise PermissionDenied(LIEE_A_LA_COORDINATION if valider else LIEE_A_L_EQUIPE)
    return fiche


def get_objectif_for(
    user: Quelqu_un,
    territoire: Territoire | None,
    periode: str,
    code: str,
    numero: str,
    *,
    modifier: bool = False,
) -> Objectif:
    """The objectif « numero » (« 2 » or « 1.1 ») of a fiche, with the rights of its fiche."""
    fiche = get_fiche_for(user, territoire, periode, code, modifier=modifier)
    objectif = get_object_or_404(fiche.objectifs.select_related("parent"), code=numero)
    objectif.fiche = fiche
    return objectif


def get_document_for(user: Quelqu_un, territoire: Territoire | None, uuid: UUID) -> Document:
    """A document that was given in, plan or not yet; for the coordination."""
    ici = _exiger_territoire(territoire)
    document = get_object_or_404(Document.objects.du(ici), uuid=uuid)
    _exiger_coordination(user, ici)
    return document


def get_decision_for(territoire: Territoire, uuid: UUID) -> Decision:
    """A decision of this territory, with its meeting."""
    return get_object_or_404(Decision.objects.du(territoire).select_related("reunion__instance"), uuid=uuid)


def _exiger_territoire(territoire: Territoire | None) -> Territoire:
    if not territoire:
        raise Http404("Aucun territoire n’est encore chargé.")
    return territoire


def _exiger_coordination(user: Quelqu_un, territoire: Territoire) -> None:
    if (
        not isinstance(user, Personne)
        or not roles_sur(user, territoire, le=timezone.localdate()) & COORDINATION
    ):
        raise PermissionDenied(LIEE_A_LA_COORDINATION)
