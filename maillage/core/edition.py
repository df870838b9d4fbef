"""Save without overwriting anybody; called by every screen that edits a record that carries a `version`."""

from typing import Any, TypeVar

from django.db.models import F, Model

from maillage.core.erreurs import ConflitEdition

M = TypeVar("M", bound=Model)


def enregistrer_si_version(objet: M, *, version: int, valeurs: dict[str, Any]) -> M:
    """Write `valeurs` if the row is still at `version`, then give back the fresh row, one version later.

    Raises ConflitEdition, with the stored and the typed values, when another person saved meanwhile.
    """
    gestionnaire = type(objet)._default_manager
    ecrites = gestionnaire.filter(pk=objet.pk, version=version).update(**valeurs, version=F("version") + 1)
    frais = gestionnaire.get(pk=objet.pk)
    if not ecrites:
        raise ConflitEdition(
            "Une autre personne a enregistré cette fiche pendant que vous écriviez. Rien n’est perdu : "
            "comparez les deux textes ci-dessous, puis enregistrez.",
            actuel={champ: getattr(frais, champ) for champ in valeurs},
            saisi=dict(valeurs),
        )
    return frais
