"""Which roles a person holds here and now; asked by the table of rights and by each app's permissions."""

from datetime import date
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from maillage.comptes.models import Personne, Role

if TYPE_CHECKING:
    from maillage.territoire.models import Territoire


def roles_sur(personne: Personne, territoire: "Territoire | None", *, le: date) -> frozenset[str]:
    """Roles on one territory at a date, the administrator's (on the instance) included; none once suspended."""
    if not personne.is_active:
        return frozenset()
    ici = Q(territoire=territoire.pk) if territoire else Q(pk__in=[])
    partout = Q(territoire__isnull=True, role=Role.ADMINISTRATEUR)
    donnees = personne.attributions.filter(ici | partout, depuis__lte=le)
    return frozenset(donnees.values_list("role", flat=True))


def roles_de(request: HttpRequest) -> frozenset[str]:
    """Roles of whoever asks, on the territory asked about; read once per request."""
    connus = getattr(request, "_roles", None)
    if connus is None:
        if request.user.is_authenticated:
            territoire = request.territoire or None  # type: ignore[attr-defined]
            connus = roles_sur(cast("Personne", request.user), territoire, le=timezone.localdate())
        else:
            connus = frozenset()
        request._roles = connus  # type: ignore[attr-defined]
    return cast("frozenset[str]", connus)
