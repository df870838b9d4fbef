"""The directory: structures, their services, the places they are given at, and where each value comes from.

Field names are the national schema's (data·inclusion v1), letter for letter; what it lacks is ours.
`None` = unknown or inherited from the structure; `""` or `[]` = explicitly none.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.annuaire.vocabulaire import (
    GESTION,
    MOTIFS_FERMETURE,
    RECONNAISSANCES,
    SATURATIONS,
    TARIFS,
    UNITES,
    VISIBILITES,
)

# A hundred and thirty years: beyond, a slip of the keyboard.
AGE_MAX_MOIS = 130 * 12
PRIX_MAX_CENTIMES = 10_000_000


class Source(models.Model):
    """Where records come from: described in TOML (`annuaire/sources/`), or « saisie » for what a person enters."""

    slug = models.SlugField(unique=True)
    nom = models.CharField(max_length=160)
    producteur = models.CharField(max_length=160, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    provenance = models.TextField(blank=True)
    edition = models.CharField(max_length=60, blank=True, help_text="édition du dernier fichier chargé")
    edition_le = models.DateField(null=True, help_text="date à laquelle l’édition dit vrai")
    familles = models.JSONField(default=list, help_text="familles de service que la source recense")
    departements_complets = models.JSONField(
        default=list, help_text="départements où la source est complète par nature, à sa date"
    )
    rang = models.PositiveSmallIntegerField(default=100, help_text="le plus petit est préféré")
    exemple = models.BooleanField(default=False)
    description = models.JSONField(
        null=True,
        blank=True,
        help_text="colonnes et clé, quand une personne les a fait correspondre à l’écran",
    )

    def __str__(self) -> str:
        return self.nom


class VisiblesQuerySet(models.QuerySet[Any]):
    def visibles(self) -> "VisiblesQuerySet":
        """What a family may see: not withdrawn."""
        return self.filter(retire_le__isnull=True)

    def reels(self) -> "VisiblesQuerySet":
        """What a number may count: never an example."""
        return self.filter(exemple=False)


class Enregistrement(models.Model):
    """What structures and services share: identity, provenance, life span, version."""

    n = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=200, unique=True, help_text="source--clé, identifiant national")
    source = models.CharField(max_length=60)
    source_ref = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    nom = models.CharField(max_length=150)
    description = models.TextField(null=True, blank=True)
    lien_source = models.TextField(null=True, blank=True)
    date_maj = models.DateField(null=True, help_text="date de mise à jour dite par la source")
    telephone = models.CharField(max_length=60, null=True, blank=True)
    courriel = models.CharField(max_length=254, null=True, blank=True)
    horaires_accueil = models.TextField(null=True, blank=True, help_text="tels que la source les donne")
    langues = models.JSONField(null=True, blank=True, help_text="[{code, note}] ; [] = le français seulement")
    acces_handicap = models.JSONField(
        null=True, blank=True, help_text="{handicap: {etat, note}} ; un handicap absent = inconnu"
    )
    gestion = models.CharField(max_length=10, choices=GESTION, null=True, blank=True)
    gestionnaire = models.CharField(max_length=160, null=True, blank=True)
    # The span in which the record is known to be true; see `annuaire/verite.py`.
    ouvert_le = models.DateField(null=True, blank=True)
    ouvert_le_origine = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            ("label", "date du label"),
            ("saisie", "saisie"),
            ("vu", "première apparition dans la source"),
        ],
    )
    ferme_le = models.DateField(null=True, blank=True)
    verifie_le = models.DateField(null=True, blank=True, help_text="vérifié par une personne")
    exemple = models.BooleanField(default=False)
    retire_le = models.DateTimeField(null=True, blank=True)
    retire_motif = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = VisiblesQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.nom


class Structure(Enregistrement):
    """An organisation: the only one of the house. It owns an address; its services may have others."""

    siret = models.CharField(max_length=14, null=True, blank=True)
    commune = models.CharField(max_length=80, null=True, blank=True)
    code_postal = models.CharField(max_length=5, null=True, blank=True)
    code_insee = models.CharField(max_length=5, null=True, blank=True)
    commune_officielle = models.ForeignKey(
        "territoire.Commune", null=True, on_delete=models.SET_NULL, related_name="structures"
    )
    adresse = models.TextField(null=True, blank=True)
    complement_adresse = models.TextField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    site_web = models.TextField(null=True, blank=True)
    accessibilite_lieu = models.TextField(null=True, blank=True)
    reseaux_porteurs = models.JSONField(null=True, blank=True)
    itinerant = models.BooleanField(null=True, help_text="bus ou permanence qui se déplace")
    confidentiel = models.BooleanField(
        default=False, help_text="adresse protégée : seule la commune est montrée"
    )
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ferme_le__isnull=True)
                | Q(ouvert_le__isnull=True)
                | Q(ferme_le__gte=models.F("ouvert_le")),
                name="structure_ferme_apres_ouverture",
                violation_error_message="La fermeture ne peut pas précéder l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(gestion__isnull=True) | Q(gestion__in=[mot for mot, _ in GESTION]),
                name="structure_gestion_connue",
                violation_error_message="Choisissez la gestion dans la liste.",
            ),
        ]


class Service(Enregistrement):
    """What a structure offers. Empty fields are inherited from it (`annuaire/heritage.py`, the only place)."""

    structure_ref = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="services")
    famille = models.CharField(max_length=40, blank=True, db_index=True)
    type = models.CharField(max_length=40, null=True, blank=True)
    thematiques = models.JSONField(null=True, blank=True)
    frais = models.CharField(max_length=20, null=True, blank=True)
    frais_precisions = models.TextField(null=True, blank=True)
    publics = models.JSONField(null=True, blank=True)
    publics_precisions = models.TextField(null=True, blank=True)
    conditions_acces = models.TextField(null=True, blank=True)
    modes_accueil = models.JSONField(null=True, blank=True)
    zone_eligibilite = models.JSONField(null=True, blank=True)
    contact_nom_prenom = models.CharField(max_length=160, null=True, blank=True)
    lien_mobilisation = models.TextField(null=True, blank=True)
    modes_mobilisation = models.JSONField(null=True, blank=True)
    mobilisable_par = models.JSONField(null=True, blank=True)
    mobilisation_precisions = models.TextField(null=True, blank=True)
    volume_horaire_hebdomadaire = models.FloatField(null=True, blank=True)
    nombre_semaines = models.PositiveIntegerField(null=True, blank=True)
    sur_rendez_vous = models.BooleanField(null=True)
    papiers = models.JSONField(null=True, blank=True, help_text="à apporter ; [] = rien")
    # Both unknown, or a first age and, unless there is no limit, the last age that is welcome: 132 = until the twelfth
    # birthday, 30 = two years and a half.
    age_min_mois = models.PositiveSmallIntegerField(null=True, blank=True)
    age_max_mois = models.PositiveSmallIntegerField(null=True, blank=True)
    # How a price is told when there is one (`frais` says whether there is); amounts are true at `tarif_le`.
    tarif = models.CharField(max_length=10, choices=TARIFS, null=True, blank=True)
    tarif_min_centimes = models.PositiveIntegerField(null=True, blank=True)
    tarif_max_centimes = models.PositiveIntegerField(null=True, blank=True)
    tarif_unite = models.CharField(max_length=10, choices=UNITES, null=True, blank=True)
    tarif_le = models.DateField(null=True, blank=True)
    places_total = models.PositiveIntegerField(null=True, blank=True)
    places_disponibles = models.PositiveIntegerField(null=True, blank=True)
    places_le = models.DateField(null=True, blank=True)
    saturation = models.CharField(max_length=10, choices=SATURATIONS, null=True, blank=True)
    saturation_le = models.DateField(null=True, blank=True)
    delai = models.CharField(
        max_length=160, null=True, blank=True, help_text="en mots : sous 5 jours environ"
    )
    confidentiel = models.BooleanField(
        null=True, blank=True, help_text="adresse protégée pour ce service ; vide = comme sa structure"
    )
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ferme_le__isnull=True)
                | Q(ouvert_le__isnull=True)
                | Q(ferme_le__gte=models.F("ouvert_le")),
                name="service_ferme_apres_ouverture",
                violation_error_message="La fermeture ne peut pas précéder l’ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(age_max_mois__isnull=True)
                | Q(age_min_mois__isnull=False, age_max_mois__gte=F("age_min_mois")),
                name="service_ages_dans_l_ordre",
                violation_error_message="Dites l’âge de début (0 pour la naissance), puis un âge de fin plus grand.",
            ),
            models.CheckConstraint(
                condition=(Q(age_min_mois__isnull=True) | Q(age_min_mois__lte=AGE_MAX_MOIS))
                & (Q(age_max_mois__isnull=True) | Q(age_max_mois__lte=AGE_MAX_MOIS)),
                name="service_ages_possibles",
                violation_error_message="Un âge va de 0 à 130 ans.",
            ),
            models.CheckConstraint(
                condition=Q(tarif_max_centimes__isnull=True)
                | Q(tarif_min_centimes__isnull=False, tarif_max_centimes__gte=F("tarif_min_centimes")),
                name="service_tarifs_dans_l_ordre",
                violation_error_message="Dites le prix le plus bas, puis un prix plus haut.",
            ),
            models.CheckConstraint(
                condition=(Q(tarif_min_centimes__isnull=True) | Q(tarif_min_centimes__lte=PRIX_MAX_CENTIMES))
                & (Q(tarif_max_centimes__isnull=True) | Q(tarif_max_centimes__lte=PRIX_MAX_CENTIMES)),
                name="service_tarifs_possibles",
                violation_error_message="Un prix va de 0 à 100 000 €.",
            ),
            models.CheckConstraint(
                condition=Q(tarif_min_centimes__isnull=True) | Q(tarif__isnull=False, tarif_le__isnull=False),
                name="service_tarif_date",
                violation_error_message="Un montant va avec sa façon de se compter et sa date.",
            ),
            models.CheckConstraint(
                condition=Q(places_disponibles__isnull=True) | Q(places_le__isnull=False),
                name="service_places_datees",
                violation_error_message="Un nombre de places libres va avec sa date.",
            ),
            models.CheckConstraint(
                condition=Q(saturation__isnull=True) | Q(saturation_le__isnull=False),
                name="service_saturation_datee",
                violation_error_message="« Complet » ou « liste d’attente » va avec sa date.",
            ),
            models.CheckConstraint(
                condition=(Q(tarif__isnull=True) | Q(tarif__in=[mot for mot, _ in TARIFS]))
                & (Q(tarif_unite__isnull=True) | Q(tarif_unite__in=[mot for mot, _ in UNITES]))
                & (Q(saturation__isnull=True) | Q(saturation__in=[mot for mot, _ in SATURATIONS]))
                & (Q(gestion__isnull=True) | Q(gestion__in=[mot for mot, _ in GESTION])),
                name="service_mots_connus",
                violation_error_message="Choisissez un mot de la liste.",
            ),
        ]

    @property
    def structure_id(self) -> str:
        """The national schema's key of the structure, as the API prints it."""
        return self.structure_ref.id


class Lieu(models.Model):
    """A site where a service is given, when it is not (only) its structure's own address."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="lieux")
    principal = models.BooleanField(default=False)
    nom = models.CharField(max_length=150, blank=True)
    commune = models.CharField(max_length=80, null=True, blank=True)
    code_postal = models.CharField(max_length=5, null=True, blank=True)
    code_insee = models.CharField(max_length=5, null=True, blank=True)
    commune_officielle = models.ForeignKey(
        "territoire.Commune", null=True, on_delete=models.SET_NULL, related_name="lieux"
    )
    adresse = models.TextField(null=True, blank=True)
    complement_adresse = models.TextField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    horaires_accueil = models.TextField(null=True, blank=True)
    acces_handicap = models.JSONField(null=True, blank=True)
    confidentiel = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(principal=True),
                name="lieu_un_seul_principal",
                violation_error_message="Ce service a déjà un lieu principal.",
            )
        ]

    def __str__(self) -> str:
        return self.nom or self.commune or ""


class Annexe(models.Model):
    """What a record may have several of; a structure's also hold for its services."""

    structure = models.ForeignKey(
        Structure, null=True, on_delete=models.CASCADE, related_name="%(class)ss", editable=False
    )
    service = models.ForeignKey(
        Service, null=True, on_delete=models.CASCADE, related_name="%(class)ss", editable=False
    )

    class Meta:
        abstract = True


def d_une_seule_fiche(nom: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(structure__isnull=False) ^ Q(service__isnull=False), name=f"{nom}_d_une_seule_fiche"
    )


class Fermeture(Annexe):
    """Days without the service, both included. It begins and ends by itself; without `au`, until somebody says."""

    du = models.DateField()
    au = models.DateField(null=True, blank=True)
    motif = models.CharField(max_length=12, choices=MOTIFS_FERMETURE)
    texte = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["du", "pk"]
        constraints = [
            d_une_seule_fiche("fermeture"),
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=F("du")),
                name="fermeture_finit_apres_son_debut",
                violation_error_message="Le dernier jour de fermeture ne peut pas précéder le premier.",
            ),
            models.CheckConstraint(
                condition=Q(motif__in=[mot for mot, _ in MOTIFS_FERMETURE]),
                name="fermeture_motif_connu",
                violation_error_message="Choisissez la raison dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.du} – {self.au or '…'}"


class Contact(Annexe):
    """Somebody or some desk to ask for, and who may see it."""

    nom = models.CharField(max_length=160, blank=True)
    fonction = models.CharField(max_length=160, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    courriel = models.EmailField(max_length=254, blank=True)
    precisions = models.CharField(max_length=300, blank=True)
    visibilite = models.CharField(max_length=14, choices=VISIBILITES, default="equipe")

    class Meta:
        ordering = ["pk"]
        constraints = [
            d_une_seule_fiche("contact"),
            models.CheckConstraint(
                condition=~Q(telephone="", courriel=""),
                name="contact_joignable",
                violation_error_message="Écrivez un téléphone ou un courriel.",
            ),
            models.CheckConstraint(
                condition=~Q(nom="", fonction=""),
                name="contact_nomme",
                violation_error_message="Écrivez un nom ou une fonction.",
            ),
            models.CheckConstraint(
                condition=Q(visibilite__in=[mot for mot, _ in VISIBILITES]),
                name="contact_visibilite_connue",
                violation_error_message="Choisissez qui voit ce contact.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom or self.fonction


class Reconnaissance(Annexe):
    """An agreement or a label, and the span in which it holds; past its end, it is said to have expired."""

    genre = models.CharField(max_length=10, choices=RECONNAISSANCES)
    nom = models.CharField(max_length=160)
    par = models.CharField(max_length=160, blank=True, help_text="qui l’a donné")
    du = models.DateField(null=True, blank=True)
    au = models.DateField(null=True, blank=True, help_text="dernier jour")

    class Meta:
        ordering = ["pk"]
        constraints = [
            d_une_seule_fiche("reconnaissance"),
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(du__isnull=True) | Q(au__gte=F("du")),
                name="reconnaissance_finit_apres_son_debut",
                violation_error_message="La fin ne peut pas précéder le début.",
            ),
            models.CheckConstraint(
                condition=Q(genre__in=[mot for mot, _ in RECONNAISSANCES]),
                name="reconnaissance_genre_connu",
                violation_error_message="Choisissez entre agrément et label.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom


class AncienId(models.Model):
    """An id that once named a record (before a merge or a renaming): its address still answers."""

    ancien = models.CharField(max_length=200, unique=True)
    structure = models.ForeignKey(Structure, null=True, on_delete=models.CASCADE, related_name="anciens_ids")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="anciens_ids")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(structure__isnull=False) ^ Q(service__isnull=False),
                name="ancien_id_un_seul_objet",
            )
        ]

    def __str__(self) -> str:
        return self.ancien


class Import(models.Model):
    """One run of one file: what it would do, what it did, how far it got. Resumable; a half import does not exist."""

    ETATS = [
        ("prepare", "prêt, à confirmer"),
        ("en_cours", "en cours"),
        ("termine", "terminé"),
        ("refuse", "refusé"),
        ("abandonne", "abandonné"),
    ]
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source_ref = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    fichier = models.CharField(max_length=255, help_text="nom donné par la personne")
    chemin = models.TextField(help_text="copie gardée dans l’état de l’instance")
    empreinte = models.CharField(max_length=64, help_text="SHA-256 du fichier")
    taille = models.BigIntegerField()
    edition = models.CharField(max_length=60, blank=True)
    edition_le = models.DateField(null=True)
    etat = models.CharField(max_length=10, choices=ETATS, default="prepare")
    retraits_confirmes = models.BooleanField(default=False)
    curseur = models.PositiveIntegerField(default=0, help_text="lots déjà écrits")
    rapport = models.JSONField(default=dict)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cree_le = models.DateTimeField()
    fini_le = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_ref"],
                condition=Q(etat="en_cours"),
                name="import_un_seul_en_cours",
                violation_error_message="Un import de cette source est déjà en cours.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_ref} : {self.fichier}"


class Apport(models.Model):
    """What one source says of one record: the raw row, its hash, and the span in which the source showed it.

    A row of France Services speaks of a structure and of its service; a row of services speaks of a service alone.
    """

    source_ref = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="apports")
    cle = models.CharField(max_length=160, help_text="clé de la ligne dans la source")
    structure = models.ForeignKey(Structure, null=True, on_delete=models.CASCADE, related_name="apports")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="apports")
    brut = models.JSONField(help_text="la ligne, telle que lue")
    valeurs = models.JSONField(
        null=True,
        help_text="{structure: {…}, service: {…}} ; vide quand la ligne est déjà au schéma national",
    )
    empreinte = models.CharField(max_length=32, help_text="BLAKE2b-128 de la ligne et de son lecteur")
    premier_import = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="+")
    dernier_import = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="apports")
    vu_du = models.DateField(help_text="édition où la ligne apparaît")
    # Written when the row disappears only: rows that an edition does not change are not touched by its import.
    vu_au = models.DateField(
        null=True, help_text="dernière édition qui la montre ; vide = la dernière de la source"
    )
    disparu_le = models.DateField(null=True, help_text="édition qui ne la montre plus")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_ref", "cle"], name="apport_unique"),
            models.CheckConstraint(
                condition=Q(structure__isnull=False) | Q(service__isnull=False), name="apport_d_une_fiche"
            ),
        ]
        # Holds all that tells which rows of a file are new, so that 300,000 raw rows are not read for it.
        indexes = [
            models.Index(fields=["source_ref", "disparu_le", "empreinte", "cle"], name="apport_empreintes"),
        ]

    def __str__(self) -> str:
        return f"{self.source_ref_id}:{self.cle}"


class Correction(models.Model):
    """A field that a person changed: it wins over every source, which stays readable beside it."""

    structure = models.ForeignKey(Structure, null=True, on_delete=models.CASCADE, related_name="corrections")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="corrections")
    champ = models.CharField(max_length=40)
    valeur = models.JSONField(null=True)
    valeur_source = models.JSONField(null=True, help_text="valeur de la source à ce moment")
    motif = models.TextField(blank=True)
    par = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    le = models.DateTimeField()
    levee_le = models.DateTimeField(null=True, help_text="la source a de nouveau la parole")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(structure__isnull=False) ^ Q(service__isnull=False),
                name="correction_un_seul_objet",
            ),
            models.UniqueConstraint(
                fields=["structure", "champ"],
                condition=Q(levee_le__isnull=True, structure__isnull=False),
                name="correction_structure_active_unique",
            ),
            models.UniqueConstraint(
                fields=["service", "champ"],
                condition=Q(levee_le__isnull=True, service__isnull=False),
                name="correction_service_active_unique",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.champ} corrigé"


class Doublon(models.Model):
    """Two records that may be one. Flagged, shown, never merged without a person, never counted twice in silence."""

    ETATS = [
        ("signale", "à examiner"),
        ("distincts", "deux offres distinctes"),
        ("meme", "une seule offre, comptée une fois"),
    ]
    premiere = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="doublons_premiere")
    seconde = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="doublons_seconde")
    motif = models.TextField()
    distance_m = models.PositiveIntegerField(null=True)
    etat = models.CharField(max_length=10, choices=ETATS, default="signale")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    signale_le = models.DateTimeField()
    examine_le = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["premiere", "seconde"], name="doublon_unique"),
            models.CheckConstraint(
                condition=Q(premiere__lt=models.F("seconde")), name="doublon_dans_l_ordre"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.premiere_id} et {self.seconde_id}"


class Adhesion(models.Model):
    """A person speaks for a structure: the right to correct its records."""

    personne = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="adhesions")
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="adhesions")
    depuis = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["personne", "structure"], name="adhesion_unique")]

    def __str__(self) -> str:
        return f"{self.personne} pour {self.structure}"
