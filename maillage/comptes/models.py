"""People and their roles. A person may exist without a login: a pilot named in a plan is one."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class Role(models.TextChoices):
    ADMINISTRATEUR = "administrateur", "Administrateur de l’instance"
    COORDINATEUR = "coordinateur", "Coordination de la convention"
    PILOTE = "pilote", "Pilote de fiche"
    CONTRIBUTEUR = "contributeur", "Contribution au répertoire"
    LECTEUR = "lecteur", "Lecture (élus, Caf, partenaires)"
    STRUCTURE = "structure", "Structure du répertoire"


class PersonneManager(BaseUserManager["Personne"]):
    def create_user(self, email: str, password: str | None = None, **champs: Any) -> "Personne":
        personne = self.model(email=(email or "").strip().lower() or None, **champs)
        personne.set_password(password)
        personne.save()
        return personne


class Personne(AbstractBaseUser):
    """The only person of the house (decisions: organisations are `annuaire.Structure`)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        "adresse électronique",
        max_length=254,
        unique=True,
        null=True,
        blank=True,
        error_messages={"unique": "Cette adresse est déjà celle d’une autre personne."},
    )
    nom = models.CharField(max_length=80)
    prenom = models.CharField("prénom", max_length=80, blank=True)
    is_active = models.BooleanField("peut se connecter", default=True)
    exemple = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonneManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="personne_email_minuscules",
                violation_error_message="Écrivez l’adresse électronique en minuscules.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip()

    @property
    def nom_court(self) -> str:
        """« Awa D. »: how a page that others read names a person."""
        return f"{self.prenom} {self.nom[:1]}." if self.prenom else self.nom


class Attribution(models.Model):
    """A role given to a person; on one territory, or on the instance when `territoire` is empty."""

    personne = models.ForeignKey(Personne, on_delete=models.CASCADE, related_name="attributions")
    role = models.CharField(max_length=20, choices=Role.choices)
    territoire = models.ForeignKey("territoire.Territoire", null=True, blank=True, on_delete=models.CASCADE)
    depuis = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["personne", "role", "territoire"], name="attribution_unique"),
            models.UniqueConstraint(
                fields=["personne", "role"],
                condition=models.Q(territoire__isnull=True),
                name="attribution_instance_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(role="administrateur") | models.Q(territoire__isnull=False),
                name="attribution_role_d_un_territoire",
                violation_error_message="Choisissez le territoire de ce rôle.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne}, {self.get_role_display()}"
