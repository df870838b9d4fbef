"""Say, with its source, whether Good Friday is a public holiday in a commune; called by the coordinators' page."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from maillage.core.edition import enregistrer_si_version
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import difference, journaliser
from maillage.territoire.calendrier import ALSACE_MOSELLE, Reponse
from maillage.territoire.calendrier_local import SUJET
from maillage.territoire.models import Commune, FaitCommune


def noter_vendredi_saint(
    commune: Commune,
    *,
    reponse: Reponse,
    source: str,
    constate_le: date | None,
    version: int,
    par: models.Model,
    le: datetime,
) -> FaitCommune:
    """Write the answer and put the act in the journal; the same answer twice writes nothing.

    `version` is the one that was read, 0 when no row was there. Raises RegleMetier for a fact without source or date,
    ConflitEdition when somebody answered meanwhile.
    """
    valeurs = {"reponse": Reponse(reponse), "source": source.strip(), "constate_le": constate_le}
    if reponse == Reponse.INCONNU:
        valeurs |= {"source": "", "constate_le": None}
    _check(commune, valeurs, le=le)
    with transaction.atomic():
        ancien = FaitCommune.objects.filter(commune=commune, sujet=SUJET).first()
        avant = (
            {champ: getattr(ancien, champ) for champ in valeurs} if ancien else {"reponse": Reponse.INCONNU}
        )
        changes = {champ: paire for champ, paire in difference(avant, valeurs).items() if any(paire)}
        if ancien and not changes and ancien.version == version:
            return ancien
        fait = _ecrire(commune, ancien, valeurs | {"par": par, "updated_at": le}, version=version)
        journaliser("noter_vendredi_saint", commune, le=le, par=par, champs=changes)
    return fait


def _check(commune: Commune, valeurs: dict[str, Any], *, le: datetime) -> None:
    if commune.departement not in ALSACE_MOSELLE:
        raise RegleMetier("Le Vendredi saint n’est férié qu’en Alsace et en Moselle.")
    if valeurs["reponse"] == Reponse.INCONNU:
        return
    if not valeurs["source"] or valeurs["constate_le"] is None:
        raise RegleMetier(
            "Dites qui le sait (la mairie, une délibération, une paroisse…) et à quelle date : un fait a sa source."
        )
    if valeurs["constate_le"] > timezone.localdate(le):
        raise RegleMetier("La date du constat est dans l’avenir : écrivez le jour où vous l’avez appris.")


def _ecrire(
    commune: Commune, ancien: FaitCommune | None, valeurs: dict[str, Any], *, version: int
) -> FaitCommune:
    if ancien is not None:
        return enregistrer_si_version(ancien, version=version, valeurs=valeurs)
    try:
        with transaction.atomic():
            return FaitCommune.objects.create(commune=commune, sujet=SUJET, **valeurs)
    except IntegrityError as course:
        raise ConflitEdition(
            "Une autre personne a répondu pour cette commune pendant que vous écriviez. Rouvrez la page."
        ) from course
