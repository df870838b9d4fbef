"""Which roles a person holds here and now; asked by the table of rights and by each app's permissions."""

from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.http import HttpRequest

from maillage.comptes.models import Personne, Role

if TYPE_CHECKING:
    from maillage.territoire.models import Territoire


def roles_sur(personne: Personne, territoire: "Territoire | None") -> frozenset[str]:
    """Roles on one territory, the administrator's (on the whole instance) included; none for a suspended person."""
    if not personne.is_active:
        return frozenset()
    ici = Q(territoire=territoire.pk) if territoire else Q(pk__in=[])
    partout = Q(territoire__isnull=True, role=Role.ADMINISTRATEUR)
    return frozenset(personne.attributions.filter(ici | partout).values_list("role", flat=True))


def roles_de(request: HttpRequest) -> frozenset[str]:
    """Roles of whoever asks, on the territory asked about; read once per request."""
    connus = getattr(request, "_roles", None)
    if connus is None:
        if request.user.is_authenticated:
            territoire = request.territoire or None  # type: ignore[attr-defined]
            connus = roles_sur(cast("Personne", request.user), territoire)
        else:
            connus = frozenset()
        request._roles = connus  # type: ignore[attr-defined]
    return cast("frozenset[str]", connus)
