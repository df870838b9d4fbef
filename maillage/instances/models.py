"""What a meeting is: the body that meets, the meeting, what is on its agenda, what it decides."""

import uuid

from django.conf import settings
from django.db import models

from maillage.core.portee import TerritorialQuerySet


class Instance(models.Model):
    """A body of the convention: COPIL, COTECH, working group."""

    TYPES = [
        ("copil", "Comité de pilotage"),
        ("cotech", "Comité technique"),
        ("groupe", "Groupe de travail"),
    ]
    chemin_territoire = "territoire"
    territoire = models.ForeignKey("territoire.Territoire", on_delete=models.PROTECT)
    type = models.CharField(max_length=8, choices=TYPES)
    nom = models.CharField(max_length=120)

    objects = TerritorialQuerySet.as_manager()

    class Meta:
        base_manager_name = "base"
        constraints = [models.UniqueConstraint(fields=["territoire", "nom"], name="instance_nom_unique")]

    base = models.Manager()

    def __str__(self) -> str:
        return self.nom


class Reunion(models.Model):
    """One meeting of a body. Its decisions are editable only while it is open (`instances/cycle.py`)."""

    ETATS = [
        ("preparee", "en préparation"),
        ("en_seance", "en séance"),
        ("close", "close"),
        ("annulee", "annulée"),
    ]
    chemin_territoire = "instance__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="reunions")
    titre = models.CharField(max_length=160)
    le = models.DateField("date")
    lieu = models.CharField(max_length=160, blank=True)
    etat = models.CharField("état", max_length=10, choices=ETATS, default="preparee")
    version = models.PositiveIntegerField(default=1)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return self.titre


class Point(models.Model):
    """A point of the agenda; `objet_type`/`objet_uuid` name what it is about (fiche, écart)."""

    chemin_territoire = "reunion__instance__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="points")
    ordre = models.PositiveSmallIntegerField()
    titre = models.CharField(max_length=300)
    objet_type = models.CharField(max_length=20, blank=True)
    objet_uuid = models.UUIDField(null=True, blank=True)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return self.titre


class Decision(models.Model):
    """What a meeting decided; cited by the journal and by the versions of the plan through its uuid."""

    NATURES = [
        ("information", "information"),
        ("orientation", "orientation"),
        ("validation", "validation"),
        ("arbitrage", "arbitrage"),
        ("commande", "commande"),
    ]
    ETATS = [
        ("proposee", "proposée"),
        ("adoptee", "adoptée"),
        ("ajournee", "ajournée"),
        ("rejetee", "rejetée"),
    ]
    chemin_territoire = "reunion__instance__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reunion = models.ForeignKey(Reunion, on_delete=models.PROTECT, related_name="decisions")
    point = models.ForeignKey(
        Point, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    numero = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=12, choices=NATURES, default="validation")
    texte = models.TextField()
    objet_type = models.CharField(max_length=20, blank=True)
    objet_uuid = models.UUIDField(null=True, blank=True)
    responsable = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    echeance = models.DateField("échéance", null=True, blank=True)
    etat = models.CharField("état", max_length=10, choices=ETATS, default="proposee")
    version = models.PositiveIntegerField(default=1)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["reunion", "numero"]
        constraints = [models.UniqueConstraint(fields=["reunion", "numero"], name="decision_numero_unique")]

    def __str__(self) -> str:
        return self.texte[:80]
