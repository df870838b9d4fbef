"""Say who speaks for a structure, and no longer does; called by the page of its members."""

from datetime import datetime

from django.db import transaction

from maillage.annuaire.models import Adhesion, Structure
from maillage.comptes.models import Personne, Role
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser


def adherer(structure: Structure, *, email: str, par: Personne, le: datetime) -> Adhesion:
    """Give a person, found by her address, the right to correct this structure's records."""
    personne = Personne.objects.filter(email=email.strip().lower(), is_active=True).first()
    if personne is None or not personne.attributions.filter(role=Role.STRUCTURE).exists():
        raise RegleMetier(
            "Aucun compte « Structure » n’a cette adresse. Demandez à l’administration d’ouvrir le compte, "
            "avec ce rôle, puis revenez ici."
        )
    with transaction.atomic():
        adhesion, nouvelle = Adhesion.objects.get_or_create(
            personne=personne, structure=structure, defaults={"depuis": le.date()}
        )
        if not nouvelle:
            raise RegleMetier(f"{personne} tient déjà cette fiche.")
        journaliser("Membre ajouté", structure, par=par, le=le, champs={"membre": [None, personne.nom_court]})
    return adhesion


def quitter(adhesion: Adhesion, *, par: Personne, le: datetime) -> None:
    """Take the right back; the person's past corrections stay in the history under her name."""
    with transaction.atomic():
        nom = adhesion.personne.nom_court
        journaliser("Membre retiré", adhesion.structure, par=par, le=le, champs={"membre": [nom, None]})
        adhesion.delete()
