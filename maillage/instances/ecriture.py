"""Save a meeting or a decision without overwriting anybody; called by `cycle.py` and `seances.py`.

The rows of one territory want a scope before they are queried: the base manager is the row's own, found by its key.
"""

from typing import Any, TypeVar

from django.db.models import F

from maillage.core.erreurs import ConflitEdition
from maillage.instances.models import Decision, Reunion

R = TypeVar("R", Reunion, Decision)


def enregistrer_si_version(ligne: R, *, version: int, valeurs: dict[str, Any]) -> R:
    """Write `valeurs` if the row is still at `version`, and give it back one version later; else ConflitEdition."""
    lignes = type(ligne).base.filter(pk=ligne.pk)
    ecrites = lignes.filter(version=version).update(**valeurs, version=F("version") + 1)
    if not ecrites:
        actuelle = lignes.get()
        raise ConflitEdition(
            "Une autre personne a enregistré pendant que vous écriviez. Rien n’est perdu : "
            "comparez les deux textes ci-dessous, puis enregistrez.",
            actuel={champ: getattr(actuelle, champ) for champ in valeurs},
            saisi=dict(valeurs),
        )
    for champ, valeur in valeurs.items():
        setattr(ligne, champ, valeur)
    ligne.version = version + 1
    return ligne
