"""What every app leans on: the journal, the outbox, and the identity of this database."""

import uuid

from django.conf import settings
from django.db import models


class Identite(models.Model):
    """Which database this is: a restored copy takes a new identity, so no index of another life is trusted."""

    cle = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    instance = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(cle=1), name="identite_unique")]

    def __str__(self) -> str:
        return str(self.instance)


class Acte(models.Model):
    """One act on one object: who, when, why. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.

    `empreinte` is the SHA-256 of the contents, `chaine` that of the previous link and of this act: a byte changed
    anywhere is found by `maillage check_journal`, and contents can be blanked without breaking the chain.
    """

    le = models.DateTimeField(db_index=True)
    par = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    acte = models.CharField(max_length=60)
    objet_type = models.CharField(max_length=60)
    objet_id = models.CharField(max_length=64)
    motif = models.TextField(blank=True)
    decision = models.UUIDField(null=True)
    empreinte = models.CharField(max_length=64)
    chaine = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["objet_type", "objet_id", "id"], name="acte_objet"),
            models.Index(
                fields=["decision"], name="acte_decision", condition=models.Q(decision__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acte} {self.objet_type} {self.objet_id}"


class ActeContenu(models.Model):
    """The `{champ: [avant, après]}` of an act, apart from the chain: erasure and retention may blank it."""

    acte = models.OneToOneField(Acte, on_delete=models.PROTECT, primary_key=True, related_name="contenu")
    champs = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"contenu de {self.acte_id}"


class Garde(models.Model):
    """The switch the journal's triggers read; raised inside one transaction by `journal.garde_levee` alone."""

    cle = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    levee = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "levée" if self.levee else "en place"


class Changement(models.Model):
    """The outbox: records `debut` to `fin` (numbers, inclusive) of one kind have changed and must be indexed.

    Numbers grow in the order of commits (`verrou.serialiser`), so "what comes after n" loses nothing. Rows stay for a
    while after they are indexed: an older index, put back by a power cut or a hand, is caught up from its number.
    """

    GENRES = [("structure", "Structure"), ("service", "Service")]
    n = models.BigAutoField(primary_key=True)
    genre = models.CharField(max_length=10, choices=GENRES)
    debut = models.BigIntegerField()
    fin = models.BigIntegerField()
    le = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fin__gte=models.F("debut")), name="changement_plage_dans_l_ordre"
            )
        ]

    def __str__(self) -> str:
        return f"{self.n} : {self.genre} {self.debut} à {self.fin}"


class Battement(models.Model):
    """The last sign of life of a process ("worker"), read by /sante."""

    nom = models.CharField(max_length=40, primary_key=True)
    le = models.DateTimeField()
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.nom} à {self.le}"
