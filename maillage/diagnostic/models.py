"""What is surveyed, how a territory reads it, who holds which competence: dated words of people, never overwritten."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.core.portee import TerritorialQuerySet
from maillage.diagnostic.cycle import LIBELLES, PARTIEL, RECENSE, ZERO
from maillage.diagnostic.sujets import NOMS

ANNULATION = "annulation"


class Recensement(models.Model):
    """One act on one cell (family × commune): what a person found, on which day, or the undoing of such an act.

    Append-only, by triggers: the state of a cell is derived from its acts and from the complete lists (`etats.py`).
    """

    ETATS = [(etat, LIBELLES[etat]) for etat in (PARTIEL, RECENSE, ZERO)] + [(ANNULATION, "annulation")]
    chemin_territoire = "territoire"
    lot = models.UUIDField(default=uuid.uuid4, db_index=True, help_text="les actes d’un même geste")
    territoire = models.ForeignKey("territoire.Territoire", on_delete=models.PROTECT)
    commune = models.ForeignKey("territoire.Commune", on_delete=models.PROTECT, related_name="recensements")
    famille = models.CharField(max_length=40)
    etat = models.CharField("état", max_length=14, choices=ETATS)
    le = models.DateField(help_text="jour où c’était vrai")
    expire_le = models.DateField(help_text="à partir de ce jour, à refaire")
    aupres_de = models.CharField(max_length=160, blank=True, help_text="qui l’a dit : la mairie, la Caf…")
    note = models.TextField(blank=True)
    annule = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="annulation")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note_le = models.DateTimeField(help_text="quand l’acte a été écrit")

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        indexes = [models.Index(fields=["territoire", "famille", "commune"], name="recensement_cellule")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expire_le__gt=F("le")),
                name="recensement_expire_apres",
                violation_error_message="La date où refaire le recensement suit celle du recensement.",
            ),
            models.CheckConstraint(
                condition=Q(etat=ANNULATION, annule__isnull=False)
                | Q(etat__in=[PARTIEL, RECENSE, ZERO], annule__isnull=True),
                name="recensement_annulation_d_un_acte",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.famille} à {self.commune_id} : {self.get_etat_display()}"


class ReglageTerritoire(models.Model):
    """How a territory reads its recensement: below which share there is no total, after how long it is to be redone."""

    chemin_territoire = "territoire"
    territoire = models.OneToOneField("territoire.Territoire", on_delete=models.PROTECT)
    seuil = models.FloatField(default=1.0, help_text="part des communes recensées qu’exige un total")
    duree_mois = models.PositiveSmallIntegerField(default=12, help_text="un recensement est à refaire après")
    durees = models.JSONField(
        default=dict, blank=True, help_text="{famille: mois}, quand elle en veut d’autres"
    )
    version = models.PositiveIntegerField(default=1)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        constraints = [
            models.CheckConstraint(
                condition=Q(seuil__gt=0, seuil__lte=1),
                name="reglage_seuil_est_une_part",
                violation_error_message="Le seuil est entre 1 et 100 %.",
            ),
            models.CheckConstraint(
                condition=Q(duree_mois__gte=1, duree_mois__lte=120),
                name="reglage_duree_raisonnable",
                violation_error_message="La durée est entre 1 et 120 mois.",
            ),
        ]

    def __str__(self) -> str:
        return f"réglages de {self.territoire_id}"


class Competence(models.Model):
    """Who holds one subject since a day, in one commune or (without one) in the territory; a later one ends it."""

    TITULAIRES = [
        ("commune", "la commune"),
        ("epci", "l’intercommunalité"),
        ("syndicat", "un syndicat"),
        ("autre", "un autre organisme"),
    ]
    chemin_territoire = "territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    territoire = models.ForeignKey("territoire.Territoire", on_delete=models.PROTECT)
    commune = models.ForeignKey(
        "territoire.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="competences"
    )
    sujet = models.CharField(max_length=30)
    titulaire = models.CharField(max_length=8, choices=TITULAIRES)
    nom = models.CharField(max_length=160, blank=True, help_text="nom du syndicat ou de l’organisme")
    depuis = models.DateField()
    source = models.CharField(max_length=300, help_text="délibération, statuts, arrêté…")
    note = models.TextField(blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note_le = models.DateTimeField()
    retire_le = models.DateTimeField(null=True, blank=True, help_text="noté par erreur")

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["sujet", "-depuis", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(titulaire__in=["commune", "epci"]) | ~Q(nom=""),
                name="competence_titulaire_nomme",
                violation_error_message="Écrivez le nom du syndicat ou de l’organisme.",
            ),
            models.UniqueConstraint(
                fields=["territoire", "commune", "sujet", "depuis"],
                condition=Q(retire_le__isnull=True),
                name="competence_une_par_jour",
                violation_error_message="Un titulaire est déjà noté à cette date pour cette commune et ce sujet.",
            ),
            models.UniqueConstraint(
                fields=["territoire", "sujet", "depuis"],
                condition=Q(retire_le__isnull=True, commune__isnull=True),
                name="competence_du_territoire_une_par_jour",
                violation_error_message="Un titulaire est déjà noté à cette date pour tout le territoire et ce sujet.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sujet} : {self.get_titulaire_display()}"

    @property
    def sujet_nom(self) -> str:
        return NOMS.get(self.sujet, self.sujet)
