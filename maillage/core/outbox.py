"""Announce that records changed; called in the transaction that changes them, read by the worker."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from maillage.core.models import Changement
from maillage.core.verrou import serialiser


def annoncer(genre: str, numeros: Iterable[int], *, le: datetime) -> None:
    """Put the changed records of one kind in the outbox, neighbouring numbers as one range."""
    plages: list[list[int]] = []
    for n in sorted(set(numeros)):
        if plages and n == plages[-1][1] + 1:
            plages[-1][1] = n
        else:
            plages.append([n, n])
    if plages:
        serialiser()
        Changement.objects.bulk_create(
            Changement(genre=genre, debut=debut, fin=fin, le=le) for debut, fin in plages
        )


def dernier_changement() -> int:
    """The number of the last announced change, 0 when there never was one."""
    return Changement.objects.aggregate(n=Max("n"))["n"] or 0


def en_attente(dernier: int) -> int:
    """How many announced changes come after a number; numbers have gaps, so they are counted and not subtracted."""
    return Changement.objects.filter(n__gt=dernier).count()
