"""The territory: communes, groupings, postcodes, outlines, each row with the edition it comes from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from maillage.territoire.calendrier import Reponse

NOMS_DES_JEUX = {
    "groupements": "Intercommunalités",
    "communes": "Communes",
    "communes-rattachees": "Communes déléguées et anciens codes",
    "communes-epci": "Communes de chaque intercommunalité",
    "centres": "Centres des communes",
    "codes-postaux": "Codes postaux",
    "contours": "Contours des communes",
    "lieux-dits": "Lieux-dits",
    "departements": "Départements",
    "calendrier-scolaire": "Calendrier scolaire",
    "vacances-par-jour": "Vacances scolaires, jour par jour",
}


class Edition(models.Model):
    """One edition of one public data set: what every figure cites."""

    jeu = models.CharField(max_length=60, help_text="communes, groupements, codes-postaux, contours…")
    millesime = models.CharField(max_length=40)
    producteur = models.CharField(max_length=120)
    licence = models.CharField(max_length=120)
    provenance = models.TextField(blank=True)
    empreinte = models.CharField(max_length=64, help_text="SHA-256 du fichier")
    le = models.DateField(help_text="date de l’édition")
    chargee_le = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["jeu", "empreinte"], name="edition_unique")]

    def __str__(self) -> str:
        return f"{self.jeu}, {self.millesime}"

    @property
    def nom(self) -> str:
        """The data set as a reader calls it."""
        return NOMS_DES_JEUX.get(self.jeu, self.jeu)


class Groupement(models.Model):
    """An EPCI à fiscalité propre."""

    siren = models.CharField(max_length=9, primary_key=True)
    nom = models.CharField(max_length=160)
    nature = models.CharField(max_length=10, help_text="CC, CA, CU, METRO…")
    population = models.PositiveIntegerField(null=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.nom


class Commune(models.Model):
    """A commune of today, or a déléguée/associée/arrondissement/former commune of one (`parente`), by INSEE code.

    Only communes of today have a population, a centre and a grouping (arrondissements: a population too).
    """

    TYPES = [
        ("actuelle", "Commune"),
        ("deleguee", "Commune déléguée"),
        ("associee", "Commune associée"),
        ("arrondissement", "Arrondissement municipal"),
        ("ancienne", "Ancienne commune"),
    ]
    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    nom = models.CharField(max_length=80)
    cle = models.CharField(max_length=80, db_index=True, help_text="nom plié, pour comparer")
    type = models.CharField(max_length=14, choices=TYPES, default="actuelle")
    parente = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parties")
    departement = models.CharField(max_length=3, db_index=True)
    groupement = models.ForeignKey(Groupement, null=True, on_delete=models.SET_NULL, related_name="communes")
    population = models.PositiveIntegerField(null=True)
    # Centre of the commune, degrees WGS 84.
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    class Meta:
        ordering = ["cle"]

    def __str__(self) -> str:
        return self.nom


class Appellation(models.Model):
    """Another name or code of a commune of today, when it has no row of its own.

    A déléguée that bears the code of its commune (Brunstatt, 68056, in Brunstatt-Didenheim), or the code of a commune
    that merged (68047, now Saint-Louis), whose name may be unknown: then `nom` is empty.
    """

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="appellations")
    code = models.CharField("code INSEE", max_length=5, db_index=True)
    nom = models.CharField(max_length=80, blank=True)
    cle = models.CharField(max_length=80, blank=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "nom", "commune"], name="appellation_unique")]

    def __str__(self) -> str:
        return self.nom or self.code


class CodePostal(models.Model):
    code = models.CharField(max_length=5, db_index=True)
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="codes_postaux")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "commune"], name="code_postal_unique")]

    def __str__(self) -> str:
        return self.code


class Contour(models.Model):
    """The outline of a commune, as a GeoJSON geometry."""

    commune = models.OneToOneField(
        Commune, on_delete=models.CASCADE, primary_key=True, related_name="contour"
    )
    geometrie = models.JSONField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"contour de {self.commune_id}"


class Territoire(models.Model):
    """What an instance serves: one grouping, its name in a sentence, and the address that chooses it."""

    slug = models.SlugField(unique=True)
    nom = models.CharField(max_length=120)
    sigle = models.CharField(max_length=20, blank=True)
    groupement = models.OneToOneField(Groupement, on_delete=models.PROTECT)
    hote = models.CharField(max_length=200, blank=True, help_text="nom d’hôte qui choisit ce territoire")

    def __str__(self) -> str:
        return self.nom


class PeriodeScolaire(models.Model):
    """School holidays of one zone, both days included."""

    zone = models.CharField(max_length=1, choices=[("A", "zone A"), ("B", "zone B"), ("C", "zone C")])
    nom = models.CharField(max_length=80)
    debut = models.DateField()
    fin = models.DateField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    class Meta:
        ordering = ["zone", "debut"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "debut"], name="periode_scolaire_unique"),
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="periode_scolaire_dans_l_ordre"),
        ]

    def __str__(self) -> str:
        return f"{self.nom}, zone {self.zone}"


class PublicationScolaire(models.Model):
    """Days for which the calendar of a zone is known: outside of them, nobody knows whether there is school."""

    zone = models.CharField(max_length=1)
    debut = models.DateField()
    fin = models.DateField()
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT)

    class Meta:
        ordering = ["zone", "debut"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "debut"], name="publication_scolaire_unique"),
            models.CheckConstraint(
                condition=Q(fin__gte=F("debut")), name="publication_scolaire_dans_l_ordre"
            ),
        ]

    def __str__(self) -> str:
        return f"zone {self.zone}, du {self.debut} au {self.fin}"


class FaitCommune(models.Model):
    """What is true of one commune, who says it and since when it is known; unknown until a row says otherwise."""

    SUJETS = [("vendredi-saint", "Vendredi saint férié (temple protestant ou église mixte)")]
    REPONSES = [
        (Reponse.OUI.value, "Oui"),
        (Reponse.NON.value, "Non"),
        (Reponse.INCONNU.value, "On ne sait pas"),
    ]
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="faits")
    sujet = models.CharField(max_length=20, choices=SUJETS)
    reponse = models.CharField(max_length=7, choices=REPONSES)
    source = models.CharField(max_length=300, blank=True, help_text="qui le dit, où c’est écrit")
    constate_le = models.DateField(null=True, help_text="jour où c’était vrai")
    par = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commune", "sujet"], name="fait_commune_unique"),
            models.CheckConstraint(
                condition=Q(reponse=Reponse.INCONNU.value) | (~Q(source="") & Q(constate_le__isnull=False)),
                name="fait_commune_avec_source",
                violation_error_message="Dites qui le sait et à quelle date : un fait a sa source.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} : {self.get_reponse_display()}"
