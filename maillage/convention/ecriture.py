"""Save a node of the plan without overwriting anybody; called by `edition.py` on a node reached through its territory.

`core.edition` does the same for rows of the whole instance; the default manager of a territory's rows refuses it.
"""

from typing import Any, TypeVar

from django.db.models import F

from maillage.convention.models import Fiche, Objectif
from maillage.core.erreurs import ConflitEdition

N = TypeVar("N", Fiche, Objectif)
CONFLIT = (
    "Une autre personne a enregistré cette fiche pendant que vous écriviez. Rien n’est perdu : "
    "comparez les deux textes ci-dessous, puis enregistrez."
)


def enregistrer_si_version(noeud: N, *, version: int, valeurs: dict[str, Any]) -> N:
    """Write `valeurs` if the row is still at `version`, then give back the fresh row, one version later.

    Raises ConflitEdition, with the stored and the typed values, when another person saved meanwhile.
    """
    # No join here: PostgreSQL would put the version in a subquery, which it doesn't check again after waiting for the
    # row, and the second of two people would overwrite the first.
    lignes = type(noeud).base.filter(pk=noeud.pk)
    ecrites = lignes.filter(version=version).update(**valeurs, version=F("version") + 1)
    frais = lignes.get()
    if not ecrites:
        actuel = {champ: getattr(frais, champ) for champ in valeurs}
        raise ConflitEdition(CONFLIT, actuel=actuel, saisi=dict(valeurs))
    return frais
