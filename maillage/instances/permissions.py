"""Reach a meeting, its agenda or a decision; called by every view of `animation`, never bypassed.

What a role may do with a route is in the table of rights; here, an object of another territory does not exist.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from maillage.comptes.droits import COORDINATION, EQUIPE
from maillage.comptes.models import Role
from maillage.instances.models import Decision, Reunion
from maillage.territoire.models import Territoire

Roles = frozenset[str]
LECTURE: Roles = EQUIPE | {Role.LECTEUR}


def get_reunion_for(roles: Roles, territoire: Territoire, uuid: UUID, *, agir: bool = False) -> Reunion:
    """A meeting of this territory; `agir`: to change it, which is the coordination's."""
    _exiger(roles, agir=agir)
    reunion = Reunion.objects.du(territoire).select_related("instance__territoire").filter(uuid=uuid).first()
    if reunion is None:
        raise Http404
    return reunion


def get_decision_for(roles: Roles, territoire: Territoire, uuid: UUID, *, agir: bool = False) -> Decision:
    _exiger(roles, agir=agir)
    decision = (
        Decision.objects.du(territoire)
        .select_related("reunion__instance__territoire", "responsable")
        .filter(uuid=uuid)
        .first()
    )
    if decision is None:
        raise Http404
    return decision


def _exiger(roles: Roles, *, agir: bool) -> None:
    if not roles & LECTURE:
        raise Http404
    if agir and not roles & COORDINATION:
        raise PermissionDenied("Seule la coordination de la convention prépare et tient les réunions.")
