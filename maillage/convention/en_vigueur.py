"""Which convention a date falls in; called by the pages of the plan and by the desk."""

from datetime import date

from maillage.convention.models import Convention
from maillage.territoire.models import Territoire


def convention_en_vigueur(territoire: Territoire, *, le: date) -> Convention | None:
    """The convention whose period holds this date; a real one before an example, the latest before an older one."""
    return (
        Convention.objects.du(territoire)
        .filter(debut__lte=le, fin__gte=le)
        .select_related("territoire", "document")
        .order_by("exemple", "-debut", "-pk")
        .first()
    )


def convention_a_montrer(territoire: Territoire, *, le: date) -> Convention | None:
    """The one in force, else the latest that has ended, else the next to begin: a plan stays readable."""
    en_vigueur = convention_en_vigueur(territoire, le=le)
    if en_vigueur is not None:
        return en_vigueur
    toutes = Convention.objects.du(territoire).select_related("territoire", "document")
    passee = toutes.filter(fin__lt=le).order_by("exemple", "-fin", "-pk").first()
    return passee or toutes.order_by("exemple", "debut", "pk").first()
