"""Promise a value for a date, take the promise back, and say what is expected on a given day.

Called by the target page and by `convention/ecarts.py`. Every act is in the history of the fiche: a target that was
taken back stays readable there.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from math import isfinite

from django.db import transaction

from maillage.comptes.models import Personne
from maillage.convention.mesures.calcul import en_clair
from maillage.convention.models import Cible, Indicateur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.templatetags.maillage import jour
from maillage.instances.models import Decision
from maillage.territoire.communes import communes_du_territoire

DERNIER_JOUR = date(2100, 12, 31)


def poser_cible(
    indicateur: Indicateur,
    *,
    pour_le: date,
    valeur: float,
    decision: Decision | None,
    par: Personne,
    le: datetime,
) -> Cible:
    """Set the target of a date, or replace it; `decision` is the one that set it, when a meeting did."""
    _refuser(indicateur, pour_le, valeur, decision)
    with transaction.atomic():
        avant = Cible.objects.du(indicateur.fiche.convention.territoire).select_for_update(of=("self",))
        ancienne = avant.filter(indicateur=indicateur, le=pour_le).first()
        cible, _ = Cible.base.update_or_create(
            indicateur=indicateur,
            le=pour_le,
            defaults={"valeur": valeur, "decision": decision, "par": par, "posee_le": le},
        )
        _raconter("cible posée", cible, ancienne.valeur if ancienne else None, valeur, par=par, le=le)
    return cible


def retirer_cible(cible: Cible, *, par: Personne, le: datetime) -> None:
    """Take a target back; its value, its author and its date stay in the history of the fiche."""
    with transaction.atomic():
        _raconter("cible retirée", cible, cible.valeur, None, par=par, le=le)
        cible.delete()


def plafond(indicateur: Indicateur) -> int | None:
    """What no target exceeds: a whole for a part, the territory for its communes; None when nothing says."""
    if indicateur.unite.startswith("%"):
        return 100
    if indicateur.unite == "communes":
        return communes_du_territoire(indicateur.fiche.convention.territoire).count() or None
    return None


def _refuser(indicateur: Indicateur, pour_le: date, valeur: float, decision: Decision | None) -> None:
    if not isfinite(valeur) or valeur < 0:
        raise RegleMetier("Écrivez une cible positive ou nulle, par exemple 20.")
    au_plus = plafond(indicateur)
    if au_plus is not None and valeur > au_plus:
        raise RegleMetier(f"La cible ne dépasse pas {au_plus}. Écrivez un nombre entre 0 et {au_plus}.")
    if indicateur.reference_le and pour_le <= indicateur.reference_le:
        raise RegleMetier(f"Choisissez une date après la valeur de départ, {jour(indicateur.reference_le)}.")
    if pour_le > DERNIER_JOUR:
        raise RegleMetier(f"Choisissez une date avant le {jour(DERNIER_JOUR)}.")
    if decision is not None and decision.etat != "adoptee":
        raise RegleMetier("Cette décision n’est pas adoptée : elle ne peut pas poser de cible.")


def _raconter(
    acte: str, cible: Cible, avant: float | None, apres: float | None, *, par: Personne, le: datetime
) -> None:
    indicateur = cible.indicateur
    nom = f"{indicateur.code}, cible au {jour(cible.le)}"
    dits = [None if v is None else en_clair(v, indicateur) for v in (avant, apres)]
    decision = cible.decision_id if acte == "cible posée" else None
    journaliser(acte, indicateur.fiche, le=le, par=par, champs={nom: list(dits)}, decision=decision)


def attendu_le(
    jour_dit: date, *, depart: tuple[date, float] | None, cibles: Iterable[tuple[date, float]]
) -> float | None:
    """What the promises say of a day: on the straight line between the two that frame it, the start being the first.

    After the last target, its value; before the first, or without a start, nothing is expected yet. None: no promise.
    """
    jalons = sorted(cibles)
    if not jalons:
        return None
    if depart and depart[0] < jalons[0][0]:
        jalons = [depart, *jalons]
    if jour_dit >= jalons[-1][0]:
        return jalons[-1][1]
    if jour_dit < jalons[0][0]:
        return None
    (debut, de), (fin, vers) = next(
        paire for paire in pairwise(jalons) if paire[0][0] <= jour_dit < paire[1][0]
    )
    return de + (vers - de) * ((jour_dit - debut).days / (fin - debut).days)
