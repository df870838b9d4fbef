"""Run a confirmed import now when it is short, else leave it to the worker; called by the confirmation page."""

from datetime import datetime

from django.db import IntegrityError, transaction

from maillage.annuaire.import_rapport import rapport_de
from maillage.annuaire.import_source import executer
from maillage.annuaire.models import Import
from maillage.core.erreurs import RegleMetier

# About two seconds of writing: a person can wait for it, and so can the web process.
LIGNES_MAX = 5_000


def confirmer(import_: Import, *, le: datetime, retraits_confirmes: bool) -> Import:
    """Give the import back `termine`, or `en_cours` when the worker will finish it. Raises RegleMetier."""
    if rapport_de(import_.rapport).lues <= LIGNES_MAX:
        return executer(import_, le=le, retraits_confirmes=retraits_confirmes)
    return _laisser_au_travailleur(import_, retraits_confirmes=retraits_confirmes)


def _laisser_au_travailleur(import_: Import, *, retraits_confirmes: bool) -> Import:
    """The worker takes whatever is `en_cours`, as it does after a power cut."""
    rapport = rapport_de(import_.rapport)
    if rapport.demande_confirmation and not retraits_confirmes:
        raise RegleMetier(
            f"{rapport.retires} fiches sur {rapport.actives_avant} seraient retirées. "
            "Vérifiez que le fichier est complet, puis confirmez les retraits."
        )
    dernier = Import.objects.filter(source_ref=import_.source_ref, etat="termine").order_by("-pk").first()
    if rapport.base != (dernier.pk if dernier else None):
        raise RegleMetier(
            "Un autre import de cette source s’est terminé depuis cet aperçu : envoyez de nouveau le fichier."
        )
    try:
        with transaction.atomic():
            pris = Import.objects.filter(pk=import_.pk, etat="prepare").update(
                etat="en_cours", retraits_confirmes=retraits_confirmes
            )
    except IntegrityError as refus:
        raise RegleMetier(
            "Un autre import de cette source est en cours. Attendez qu’il se termine, puis recommencez."
        ) from refus
    if not pris:
        raise RegleMetier("Cet import n’attend plus de confirmation.")
    return Import.objects.select_related("source_ref", "par").get(pk=import_.pk)
