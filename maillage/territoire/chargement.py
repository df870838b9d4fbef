"""Load France's communes, groupings, postcodes and outlines, and create a territory; called by the command.

Rows are compared by value: the same files twice change nothing; a new edition writes what it changed, and every row
it confirms cites it. What a new edition no longer lists stays, under the edition that last knew it.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from maillage.core.erreurs import RegleMetier
from maillage.core.journal import difference, journaliser
from maillage.territoire.composition import (
    Lignes,
    composer_appellations,
    composer_codes_postaux,
    composer_communes,
    composer_contours,
    composer_groupements,
)
from maillage.territoire.editions import enregistrer_edition
from maillage.territoire.fichiers import DONNEES, Anomalie, Description, decrire_jeux
from maillage.territoire.models import (
    Appellation,
    CodePostal,
    Commune,
    Contour,
    Edition,
    Groupement,
    Territoire,
)

LOT = 2000


@dataclass(frozen=True, slots=True)
class Bilan:
    """What one table went through; `conservees` are rows that the files no longer list."""

    table: str
    ajoutees: int
    modifiees: int
    inchangees: int
    conservees: int


@dataclass(frozen=True, slots=True)
class Rapport:
    bilans: tuple[Bilan, ...]
    editions: tuple[Edition, ...]
    anomalies: tuple[Anomalie, ...]

    @property
    def changements(self) -> int:
        return sum(bilan.ajoutees + bilan.modifiees for bilan in self.bilans)


def charger_france(*, le: datetime, dossier: Path = DONNEES) -> Rapport:
    """Bring the folder's files into the database, in one transaction, and say what changed table by table."""
    jeux = decrire_jeux(dossier)
    with transaction.atomic():
        editions = {jeu: enregistrer_edition(description, le=le) for jeu, description in jeux.items()}
        return _charger(jeux, editions)


def _charger(jeux: dict[str, Description], editions: dict[str, Edition]) -> Rapport:
    anomalies: list[Anomalie] = []
    groupements = composer_groupements(jeux, editions, anomalies)
    bilans = [synchroniser(Groupement, ("siren",), ("nom", "nature", "population"), groupements)]
    connues = {
        commune.code: commune
        for commune in Commune.objects.only(
            "code", "nom", "cle", "departement", "type", "longitude", "latitude"
        )
    }
    sirens = set(Groupement.objects.values_list("siren", flat=True))
    communes = composer_communes(jeux, editions, anomalies, connues=connues, sirens=sirens)
    bilans.append(synchroniser(Commune, ("code",), CHAMPS_COMMUNE, communes))
    codes = communes.keys() | connues.keys()
    appellations = composer_appellations(jeux, editions, anomalies, communes=communes, codes=codes)
    bilans.append(synchroniser(Appellation, ("code", "nom", "commune_id"), ("cle",), appellations))
    bilans.append(
        synchroniser(CodePostal, ("code", "commune_id"), (), composer_codes_postaux(jeux, editions))
    )
    contours = composer_contours(jeux, editions, anomalies, codes=codes)
    bilans.append(synchroniser(Contour, ("commune_id",), ("geometrie",), contours))
    return Rapport(tuple(bilans), tuple(editions.values()), tuple(anomalies))


CHAMPS_COMMUNE = (
    "nom",
    "cle",
    "type",
    "parente_id",
    "departement",
    "groupement_id",
    "population",
    "longitude",
    "latitude",
)


def synchroniser(
    modele: type[models.Model], cle: tuple[str, ...], champs: tuple[str, ...], lignes: Lignes
) -> Bilan:
    """Make the table say what the rows say: `lignes` is {key: (edition, values of `champs`)}.

    A row whose values are the same but whose edition is new is written too, and counted as unchanged.
    """
    actuelles = _lire_table(modele, cle, champs)
    nouvelles = [k for k in lignes if k not in actuelles]
    modifiees = [k for k, (_, valeurs) in lignes.items() if k in actuelles and actuelles[k][1] != valeurs]
    confirmees = [
        k
        for k, (edition, valeurs) in lignes.items()
        if k in actuelles and actuelles[k][0] != edition and actuelles[k][1] == valeurs
    ]
    _ecrire(modele, cle, champs, lignes, [*nouvelles, *modifiees, *confirmees])
    return Bilan(
        table=modele._meta.model_name or "",
        ajoutees=len(nouvelles),
        modifiees=len(modifiees),
        inchangees=len(lignes) - len(nouvelles) - len(modifiees),
        conservees=len(actuelles.keys() - lignes.keys()),
    )


def _lire_table(modele: type[models.Model], cle: tuple[str, ...], champs: tuple[str, ...]) -> Lignes:
    n = len(cle)
    rangees = modele._default_manager.order_by().values_list(*cle, "edition_id", *champs)
    return {
        (rangee[0] if n == 1 else rangee[:n]): (rangee[n], rangee[n + 1 :])
        for rangee in rangees.iterator(LOT)
    }


def _ecrire(
    modele: type[models.Model],
    cle: tuple[str, ...],
    champs: tuple[str, ...],
    lignes: Lignes,
    cles: Iterable[Hashable],
) -> None:
    def objet(k: Any) -> models.Model:
        edition, valeurs = lignes[k]
        noms = zip(cle, (k,) if len(cle) == 1 else k, strict=True)
        return modele(**dict(noms), **dict(zip(champs, valeurs, strict=True)), edition_id=edition)

    def colonne(nom: str) -> str:
        return nom.removesuffix("_id")

    modele._default_manager.bulk_create(
        (objet(k) for k in cles),
        batch_size=LOT,
        update_conflicts=True,
        unique_fields=[colonne(nom) for nom in cle],
        update_fields=[*(colonne(nom) for nom in champs), "edition"],
    )


def creer_territoire(slug: str, *, siren: str, nom: str, sigle: str, le: datetime) -> Territoire:
    """The territory of that address serves that grouping under that name; saying it twice changes nothing."""
    if not Groupement.objects.filter(siren=siren).exists():
        raise RegleMetier(
            f"Aucun groupement n’a le SIREN {siren}. Chargez d’abord les communes de France, ou vérifiez le numéro."
        )
    autre = Territoire.objects.filter(groupement_id=siren).exclude(slug=slug).first()
    if autre:
        raise RegleMetier(f"Le groupement {siren} est déjà servi par le territoire « {autre.slug} ».")
    with transaction.atomic():
        territoire = Territoire.objects.filter(slug=slug).first() or Territoire(slug=slug)
        champs = {"groupement_id": siren, "nom": nom, "sigle": sigle}
        avant = {champ: getattr(territoire, champ) for champ in champs} if territoire.pk else {}
        changes = difference(avant, champs)
        if changes:
            acte = "modifier" if territoire.pk else "creer"
            for champ, valeur in champs.items():
                setattr(territoire, champ, valeur)
            territoire.save()
            journaliser(acte, territoire, le=le, champs=changes)
    return territoire
