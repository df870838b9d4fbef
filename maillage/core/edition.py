"""Save without overwriting anybody; called by every screen that edits a record that carries a `version`."""

from typing import Any, TypeVar

from django.db.models import F, Model

from maillage.core.erreurs import ConflitEdition

M = TypeVar("M", bound=Model)


def enregistrer_si_version(objet: M, *, version: int, valeurs: dict[str, Any]) -> M:
    """Write `valeurs` if the row is still at `version`, then give back the fresh row, one version later.

    Raises ConflitEdition, with the stored and the typed values, when another person saved meanwhile.
    """
    # The base manager, on the key alone. A territory's own would refuse a query without a scope, and a join would make
    # PostgreSQL put the version in a subquery, which it does not check again after waiting for the row: of two people,
    # the second would overwrite the first.
    lignes = type(objet)._base_manager.filter(pk=objet.pk)
    ecrites = lignes.filter(version=version).update(**valeurs, version=F("version") + 1)
    frais = lignes.get()
    if not ecrites:
        raise ConflitEdition(
            "Une autre personne a enregistré cette fiche pendant que vous écriviez. Rien n’est perdu : "
            "comparez les deux textes ci-dessous, puis enregistrez.",
            actuel={champ: getattr(frais, champ) for champ in valeurs},
            saisi=dict(valeurs),
        )
    return frais
