"""The plan of a convention, the numbers that measure it, and the versions of both.

Every node has a `uuid`, stable across versions and renumbering; its code is a label.
Texts are those of the document, never reworded; `lignes_debut`/`lignes_fin` point into it (1-based, inclusive).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from maillage.core.portee import TerritorialQuerySet


class Document(models.Model):
    """The convention's own text, as given, kept for ever."""

    chemin_territoire = "territoire"
    territoire = models.ForeignKey("territoire.Territoire", on_delete=models.PROTECT)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nom = models.CharField(max_length=255)
    texte = models.TextField()
    empreinte = models.CharField(max_length=64, help_text="SHA-256 des octets reçus")
    depose_le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reparations = models.JSONField(default=list, help_text="réparations d’OCR proposées, une par une")
    refusees = models.JSONField(default=list, help_text="identifiants des réparations refusées")
    doutes = models.JSONField(default=list)
    ecartees = models.JSONField(default=list, help_text="en-têtes, numéros de page, sommaire")
    absents = models.JSONField(default=list, help_text="champs que le document annonce et ne donne pas")

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        constraints = [
            models.UniqueConstraint(
                fields=["territoire", "empreinte"],
                name="document_depose_une_fois",
                violation_error_message="Ce document a déjà été déposé.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class Convention(models.Model):
    """A convention territoriale globale; its address is its period, « 2024-2026 »."""

    ETATS = [
        ("preparation", "en préparation"),
        ("en_oeuvre", "en œuvre"),
        ("evaluation", "en évaluation"),
        ("close", "close"),
    ]
    chemin_territoire = "territoire"
    territoire = models.ForeignKey(
        "territoire.Territoire", on_delete=models.PROTECT, related_name="conventions"
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    periode = models.SlugField(max_length=20)
    titre = models.TextField()
    debut = models.DateField()
    fin = models.DateField()
    etat = models.CharField(max_length=12, choices=ETATS, default="preparation")
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="conventions")
    presentation = models.JSONField(
        default=dict, help_text="présentation et mise en œuvre, avec leurs lignes"
    )
    exemple = models.BooleanField(default=False)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        constraints = [
            models.UniqueConstraint(fields=["territoire", "periode"], name="convention_periode_unique"),
            models.CheckConstraint(
                condition=Q(fin__gt=models.F("debut")),
                name="convention_finit_apres_son_debut",
                violation_error_message="La convention doit finir après son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class Noeud(models.Model):
    """What every node of the plan carries."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ordre = models.PositiveSmallIntegerField()
    lignes_debut = models.PositiveIntegerField(null=True)
    lignes_fin = models.PositiveIntegerField(null=True)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        abstract = True
        ordering = ["ordre", "pk"]
        base_manager_name = "base"


class Phase(Noeud):
    """A step of the calendar the document gives (diagnostic, élaboration…); an unnamed one stays unnamed."""

    chemin_territoire = "convention__territoire"
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="phases")
    titre = models.TextField(blank=True)
    titre_deduit = models.TextField(blank=True, help_text="proposé, jamais affiché comme le texte")
    moyens = models.TextField(blank=True)
    periode_texte = models.TextField(blank=True)
    debut = models.CharField(max_length=10, blank=True, help_text="AAAA ou AAAA-MM")
    fin = models.CharField(max_length=10, blank=True)
    douteuse = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.titre or self.periode_texte


class Axe(Noeud):
    chemin_territoire = "convention__territoire"
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="axes")
    numero = models.PositiveSmallIntegerField()
    titre = models.TextField()
    constat = models.TextField(blank=True, help_text="le constat que certains plans écrivent sous l’axe")

    def __str__(self) -> str:
        return f"Axe {self.numero}"


class Orientation(Noeud):
    """The plan's level between axe and fiche (directing a person is another thing: the app `orienter`)."""

    chemin_territoire = "axe__convention__territoire"
    axe = models.ForeignKey(Axe, on_delete=models.CASCADE, related_name="orientations")
    titre = models.TextField()

    def __str__(self) -> str:
        return self.titre


class Fiche(Noeud):
    """A fiche action. Its body is its latest `Version` once validated; the row is the working copy, live."""

    ETATS = [
        ("a_venir", "à venir"),
        ("en_cours", "en cours"),
        ("realisee", "réalisée"),
        ("suspendue", "suspendue"),
        ("bloquee", "bloquée"),
        ("abandonnee", "abandonnée"),
    ]
    chemin_territoire = "convention__territoire"
    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="fiches")
    orientation = models.ForeignKey(Orientation, null=True, on_delete=models.PROTECT, related_name="fiches")
    code = models.CharField(max_length=12, help_text="1.1, T1 : une étiquette")
    etiquette = models.TextField(blank=True, help_text="« FA 1.1 : », comme dans le document")
    titre = models.TextField()
    transversale = models.BooleanField(default=False)
    etat = models.CharField(
        "état", max_length=12, choices=ETATS, blank=True, help_text="vide : rien n’a été dit"
    )
    etat_le = models.DateField(null=True, blank=True)
    etapes_prevues = models.TextField("étapes", blank=True)
    moyens_mobilises = models.TextField("moyens", blank=True)
    criteres_evaluation = models.TextField("critères d’évaluation", blank=True)
    autres_champs = models.JSONField(
        default=list, help_text="ce que la fiche dit d’autre, champ par champ, avec ses lignes"
    )
    pilote = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fiches_pilotees",
    )
    version = models.PositiveIntegerField(default=1, help_text="pour ne jamais écraser l’autre (édition)")

    class Meta(Noeud.Meta):
        constraints = [models.UniqueConstraint(fields=["convention", "code"], name="fiche_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.titre}"


class Objectif(Noeud):
    """A promise of the plan, with its own address, state and proof; silence is a state too (`etat` vide)."""

    ETATS = [
        ("pas_commence", "pas commencé"),
        ("en_cours", "en cours"),
        ("fait", "fait"),
        ("bloque", "bloqué"),
        ("abandonne", "abandonné"),
    ]
    chemin_territoire = "fiche__convention__territoire"
    fiche = models.ForeignKey(Fiche, on_delete=models.CASCADE, related_name="objectifs")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="enfants")
    code = models.CharField(max_length=12, help_text="« 2 » ou « 1.1 » dans sa fiche")
    texte = models.TextField()
    etat = models.CharField("état", max_length=12, choices=ETATS, blank=True)
    etat_le = models.DateField(null=True, blank=True)
    preuve = models.TextField(
        blank=True, help_text="ce qui le montre : un lien, un document, une phrase datée"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta(Noeud.Meta):
        constraints = [models.UniqueConstraint(fields=["fiche", "code"], name="objectif_code_unique")]

    def __str__(self) -> str:
        return self.texte[:80]


class Version(models.Model):
    """An immutable picture of a fiche: canonical JSON and its SHA-256. Number 1 is the document's own text."""

    chemin_territoire = "fiche__convention__territoire"
    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveIntegerField()
    contenu = models.JSONField()
    empreinte = models.CharField(max_length=64)
    motif = models.TextField(blank=True)
    decision = models.ForeignKey(
        "instances.Decision", null=True, on_delete=models.PROTECT, related_name="versions", to_field="uuid"
    )
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField()

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["-numero"]
        constraints = [models.UniqueConstraint(fields=["fiche", "numero"], name="version_numero_unique")]

    def __str__(self) -> str:
        return f"version {self.numero}"


class Indicateur(models.Model):
    """A number that measures a fiche. `definition` is a versioned JSON tree (`convention/mesures/langage.py`)."""

    chemin_territoire = "fiche__convention__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fiche = models.ForeignKey(Fiche, on_delete=models.PROTECT, related_name="indicateurs")
    code = models.CharField(max_length=12)
    libelle = models.CharField("libellé", max_length=200)
    unite = models.CharField("unité", max_length=40)
    sens = models.CharField(max_length=6, choices=[("hausse", "à la hausse"), ("baisse", "à la baisse")])
    decimales = models.PositiveSmallIntegerField(default=0)
    definition = models.JSONField()
    reference_le = models.DateField(null=True, help_text="date de la valeur de départ, calculée")
    version = models.PositiveIntegerField(default=1)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["fiche", "code"], name="indicateur_code_unique")]

    def __str__(self) -> str:
        return f"{self.code} {self.libelle}"


class Cible(models.Model):
    """The value promised for a date; `decision` when a meeting set it, `exemple` when nobody did."""

    chemin_territoire = "indicateur__fiche__convention__territoire"
    indicateur = models.ForeignKey(Indicateur, on_delete=models.CASCADE, related_name="cibles")
    le = models.DateField("date")
    valeur = models.FloatField()
    decision = models.ForeignKey(
        "instances.Decision", null=True, on_delete=models.PROTECT, related_name="+", to_field="uuid"
    )
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    posee_le = models.DateTimeField()

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["le"]
        constraints = [models.UniqueConstraint(fields=["indicateur", "le"], name="cible_date_unique")]

    def __str__(self) -> str:
        return f"{self.valeur} au {self.le}"


class Valeur(models.Model):
    """One computed value, appended and never overwritten: as of `pour_le`, computed at `calculee_le`."""

    chemin_territoire = "indicateur__fiche__convention__territoire"
    indicateur = models.ForeignKey(Indicateur, on_delete=models.PROTECT, related_name="valeurs")
    pour_le = models.DateField()
    calculee_le = models.DateTimeField()
    valeur = models.FloatField(null=True, help_text="vide : non calculable, le motif le dit")
    numerateur = models.FloatField(null=True)
    denominateur = models.FloatField(null=True)
    motif = models.TextField(blank=True)
    recette = models.JSONField(help_text="définition, paramètres, fiches comptées, éditions et leur âge")
    empreinte = models.CharField(max_length=64)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["-calculee_le", "-pk"]

    def __str__(self) -> str:
        return f"{self.valeur} au {self.pour_le}"


class Gel(models.Model):
    """The values of a convention frozen at a meeting; the fingerprint covers them all."""

    chemin_territoire = "convention__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="gels")
    reunion = models.ForeignKey("instances.Reunion", on_delete=models.PROTECT, related_name="gels")
    valeurs = models.ManyToManyField(Valeur, related_name="gels")
    le = models.DateTimeField()
    par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    empreinte = models.CharField(max_length=64)

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["convention", "reunion"], name="gel_une_fois_par_reunion")
        ]

    def __str__(self) -> str:
        return f"gel du {self.le:%d/%m/%Y}"


class Ecart(models.Model):
    """A value off its target, seen at a freeze; it goes on an agenda and a decision answers it."""

    GRAVITES = [("leger", "léger"), ("net", "net"), ("grave", "grave")]
    chemin_territoire = "indicateur__fiche__convention__territoire"
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    indicateur = models.ForeignKey(Indicateur, on_delete=models.PROTECT, related_name="ecarts")
    gel = models.ForeignKey(Gel, on_delete=models.PROTECT, related_name="ecarts")
    attendu = models.FloatField()
    observe = models.FloatField()
    gravite = models.CharField(max_length=6, choices=GRAVITES)
    raison = models.TextField(blank=True)
    decision = models.ForeignKey(
        "instances.Decision", null=True, on_delete=models.PROTECT, related_name="ecarts", to_field="uuid"
    )
    vu_le = models.DateTimeField()

    objects = TerritorialQuerySet.as_manager()
    base = models.Manager()

    class Meta:
        base_manager_name = "base"
        ordering = ["-vu_le", "-pk"]
        constraints = [models.UniqueConstraint(fields=["indicateur", "gel"], name="ecart_unique")]

    def __str__(self) -> str:
        return f"{self.indicateur} : {self.observe} pour {self.attendu}"
