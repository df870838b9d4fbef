"""Prepare a meeting and write its decisions; called by the pages of `animation`.

A decision is written, changed and settled only while the meeting sits (`cycle.py`); afterwards it is cited, not edited.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Max

from maillage.comptes.models import Personne
from maillage.core.edition import enregistrer_si_version
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import difference, journaliser
from maillage.instances.cycle import exiger_ordre_du_jour_ouvert, exiger_seance, verrouiller
from maillage.instances.models import Decision, Instance, Point, Reunion
from maillage.territoire.models import Territoire


def preparer_reunion(
    territoire: Territoire,
    *,
    type_instance: str,
    titre: str,
    date_reunion: date,
    lieu: str,
    par: Personne,
    le: datetime,
) -> Reunion:
    """A meeting in preparation; the body that meets is created the first time."""
    nom = dict(Instance.TYPES)[type_instance]
    with transaction.atomic():
        instance, _ = Instance.base.get_or_create(
            territoire=territoire, nom=nom, defaults={"type": type_instance}
        )
        reunion = Reunion.base.create(instance=instance, titre=titre, le=date_reunion, lieu=lieu)
        champs = {"titre": [None, titre], "le": [None, date_reunion.isoformat()], "lieu": [None, lieu]}
        journaliser("préparer", reunion, le=le, par=par, champs=champs)
    return reunion


def inscrire_point(
    reunion: Reunion, *, titre: str, objet: models.Model | None, par: Personne, le: datetime
) -> Point:
    """Add a point at the end of the agenda; the same object is not put twice."""
    objet_type, objet_uuid = nom_objet(objet)
    with transaction.atomic():
        exiger_ordre_du_jour_ouvert(verrouiller(reunion))
        points = Point.objects.du(reunion.instance.territoire).filter(reunion=reunion)
        if objet_uuid and points.filter(objet_type=objet_type, objet_uuid=objet_uuid).exists():
            raise RegleMetier("Ce sujet est déjà à l’ordre du jour de cette réunion.")
        rang = (points.aggregate(m=Max("ordre"))["m"] or 0) + 1
        point = Point.base.create(
            reunion=reunion, ordre=rang, titre=titre[:300], objet_type=objet_type, objet_uuid=objet_uuid
        )
        journaliser("inscrire un point", reunion, le=le, par=par, champs={"point": [None, point.titre]})
    return point


def decider(
    reunion: Reunion,
    *,
    texte: str,
    nature: str,
    objet: models.Model | None,
    echeance: date | None,
    responsable: Personne | None,
    par: Personne,
    le: datetime,
    etat: str = "proposee",
) -> Decision:
    """Write a decision of the meeting that sits; `etat` says how it was settled, when it already was."""
    valeurs = _valeurs(texte=texte, nature=nature, echeance=echeance, responsable=responsable, etat=etat)
    objet_type, objet_uuid = nom_objet(objet)
    with transaction.atomic():
        exiger_seance(verrouiller(reunion))
        siennes = Decision.objects.du(reunion.instance.territoire).filter(reunion=reunion)
        numero = (siennes.aggregate(m=Max("numero"))["m"] or 0) + 1
        decision = Decision.base.create(
            reunion=reunion, numero=numero, objet_type=objet_type, objet_uuid=objet_uuid, **valeurs
        )
        _journaliser("décider", decision, {}, valeurs, par=par, le=le)
    return decision


def modifier_decision(
    decision: Decision,
    *,
    version: int,
    texte: str,
    nature: str,
    echeance: date | None,
    responsable: Personne | None,
    etat: str,
    par: Personne,
    le: datetime,
) -> Decision:
    """Change or settle (adopt, adjourn, reject) a decision while its meeting sits; never overwrites somebody else."""
    valeurs = _valeurs(texte=texte, nature=nature, echeance=echeance, responsable=responsable, etat=etat)
    avant = {champ: getattr(decision, champ) for champ in valeurs}
    with transaction.atomic():
        exiger_seance(verrouiller(decision.reunion))
        decision = enregistrer_si_version(decision, version=version, valeurs=valeurs)
        _journaliser("modifier", decision, avant, valeurs, par=par, le=le)
    return decision


def nom_objet(objet: models.Model | None) -> tuple[str, UUID | None]:
    """("convention.fiche", its uuid): how an agenda and a decision name what they are about."""
    return (objet._meta.label_lower, objet.uuid) if objet is not None else ("", None)  # type: ignore[attr-defined]


def _valeurs(
    *, texte: str, nature: str, echeance: date | None, responsable: Personne | None, etat: str
) -> dict[str, Any]:
    if not texte.strip():
        raise RegleMetier("Écrivez ce que la réunion a décidé.")
    if nature not in dict(Decision.NATURES):
        raise RegleMetier("Choisissez la nature de la décision dans la liste.")
    if etat not in dict(Decision.ETATS):
        raise RegleMetier("Choisissez l’état de la décision dans la liste.")
    return {
        "texte": texte.strip(),
        "nature": nature,
        "echeance": echeance,
        "responsable": responsable,
        "etat": etat,
    }


def _journaliser(
    acte: str,
    decision: Decision,
    avant: dict[str, Any],
    apres: dict[str, Any],
    *,
    par: Personne,
    le: datetime,
) -> None:
    champs = difference(_dits(avant), _dits(apres))
    journaliser(acte, decision, le=le, par=par, champs=champs, decision=decision.uuid)


def _dits(valeurs: dict[str, Any]) -> dict[str, Any]:
    """Values as the journal keeps them: dates and people by their names."""
    return {
        champ: valeur if valeur is None or isinstance(valeur, str) else str(valeur)
        for champ, valeur in valeurs.items()
    }
