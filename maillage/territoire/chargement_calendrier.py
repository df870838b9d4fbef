"""Load the published calendars of school holidays; called by the command.

The same files twice change nothing; a new edition has the word over its own days, the others keep what they had.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from maillage.core.erreurs import RegleMetier
from maillage.territoire.calendrier import Intervalle, Periode
from maillage.territoire.calendrier_scolaire import LECTEURS, ZONES, Couche, Couches, superposer
from maillage.territoire.chargement import Bilan, synchroniser
from maillage.territoire.composition import Lignes
from maillage.territoire.editions import enregistrer_edition
from maillage.territoire.fichiers import DONNEES, Anomalie, decrire_jeux
from maillage.territoire.models import Edition, PeriodeScolaire, PublicationScolaire

# In the order of authority.
JEUX_CALENDRIER = tuple(LECTEURS)


@dataclass(frozen=True, slots=True)
class RapportCalendrier:
    """`jusqu_au`: the last published day of each zone."""

    bilans: tuple[Bilan, ...]
    editions: tuple[Edition, ...]
    anomalies: tuple[Anomalie, ...]
    jusqu_au: dict[str, date]


def charger_calendrier(*, le: datetime, dossier: Path = DONNEES) -> RapportCalendrier:
    """Bring the calendars of a folder into the database, in one transaction."""
    jeux = decrire_jeux(dossier, jeux=(), facultatifs=JEUX_CALENDRIER)
    if not jeux:
        raise RegleMetier(f"editions.toml ne décrit aucun calendrier : {' ou '.join(JEUX_CALENDRIER)}.")
    anomalies: list[Anomalie] = []
    with transaction.atomic():
        editions = {jeu: enregistrer_edition(description, le=le) for jeu, description in jeux.items()}
        lues = [
            LECTEURS[jeu](description.chemin, edition=editions[jeu].pk, anomalies=anomalies)
            for jeu, description in jeux.items()
        ]
        bilans = _ecrire(lues)
    derniers = PublicationScolaire.objects.order_by().values_list("zone").annotate(Max("fin"))
    return RapportCalendrier(tuple(bilans), tuple(editions.values()), tuple(anomalies), dict(derniers))


def _ecrire(lues: list[Couches]) -> list[Bilan]:
    periodes: Lignes = {}
    publies: Lignes = {}
    for zone in ZONES:
        couches = [couches[zone] for couches in lues if zone in couches]
        ses_periodes, ses_publies = superposer([*couches, *_connues(zone)])
        periodes |= {(zone, p.debut): (edition, (p.nom, p.fin)) for edition, p in ses_periodes}
        publies |= {(zone, i.debut): (edition, (i.fin,)) for edition, i in ses_publies}
    bilans = [
        synchroniser(PeriodeScolaire, ("zone", "debut"), ("nom", "fin"), periodes),
        synchroniser(PublicationScolaire, ("zone", "debut"), ("fin",), publies),
    ]
    _oublier(PeriodeScolaire, periodes)
    _oublier(PublicationScolaire, publies)
    return bilans


def _connues(zone: str) -> Iterable[Couche]:
    """What earlier editions said, the newest first."""
    couches: dict[int, Couche] = {}
    for publication in PublicationScolaire.objects.filter(zone=zone).order_by("-edition", "debut"):
        couche = couches.setdefault(publication.edition_id, Couche(publication.edition_id))
        couche.publies.append(Intervalle(publication.debut, publication.fin))
    for periode in PeriodeScolaire.objects.filter(zone=zone).order_by("debut"):
        couche = couches.setdefault(periode.edition_id, Couche(periode.edition_id))
        couche.periodes.append(Periode(periode.nom, periode.debut, periode.fin))
    return couches.values()


def _oublier(modele: type[PeriodeScolaire] | type[PublicationScolaire], lignes: Lignes) -> None:
    """Rows that a newer edition moved or cut; the edition that said them stays on record."""
    for ligne in modele._default_manager.all():
        if (ligne.zone, ligne.debut) not in lignes:
            ligne.delete()
