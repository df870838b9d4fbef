"""Take a decision and carry its effects to what it is about; called by the decision pages.

`instances` writes the decision; the fiche's history says that it was taken, the écart is answered by it.
"""

from datetime import date, datetime

from django.db import transaction

from maillage.comptes.models import Personne
from maillage.convention.ecarts import delier, repondre
from maillage.convention.models import Ecart, Fiche
from maillage.core.journal import journaliser
from maillage.instances.models import Decision, Reunion
from maillage.instances.seances import decider, modifier_decision


def prendre_decision(
    reunion: Reunion,
    *,
    objet: Fiche | Ecart | None,
    texte: str,
    nature: str,
    echeance: date | None,
    responsable: Personne | None,
    etat: str,
    par: Personne,
    le: datetime,
) -> Decision:
    """Write the decision of the meeting that sits, and tell what it is about."""
    with transaction.atomic():
        decision = decider(
            reunion,
            texte=texte,
            nature=nature,
            objet=objet,
            echeance=echeance,
            responsable=responsable,
            etat=etat,
            par=par,
            le=le,
        )
        _porter(decision, objet, par=par, le=le)
    return decision


def changer_decision(
    decision: Decision,
    *,
    objet: Fiche | Ecart | None,
    version: int,
    texte: str,
    nature: str,
    echeance: date | None,
    responsable: Personne | None,
    etat: str,
    par: Personne,
    le: datetime,
) -> Decision:
    """Change or settle it; its effects follow when it becomes adopted, or stops being so."""
    with transaction.atomic():
        avant = decision.etat
        decision = modifier_decision(
            decision,
            version=version,
            texte=texte,
            nature=nature,
            echeance=echeance,
            responsable=responsable,
            etat=etat,
            par=par,
            le=le,
        )
        if etat != avant:
            _porter(decision, objet, par=par, le=le)
    return decision


def _porter(decision: Decision, objet: Fiche | Ecart | None, *, par: Personne, le: datetime) -> None:
    if isinstance(objet, Fiche):
        acte = f"décision {decision.get_etat_display()}"
        # The page shows the decision as it stands; the journal keeps its words of that moment.
        champs = {"décision": [None, decision.texte]}
        journaliser(acte, objet, le=le, par=par, champs=champs, decision=decision.uuid)
    elif isinstance(objet, Ecart) and decision.etat == "adoptee":
        repondre(objet, decision=decision, par=par, le=le)
    elif isinstance(objet, Ecart):
        delier(objet, decision=decision, par=par, le=le)
