"""What waits for a person on the desk: one count a door, for her roles; called by the page /bureau/."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from maillage.annuaire.models import Doublon, Import
from maillage.comptes.droits import DROITS
from maillage.convention.en_vigueur import convention_a_montrer
from maillage.convention.models import Convention, Ecart, Objectif
from maillage.instances.models import Reunion
from maillage.territoire.models import Territoire


@dataclass(frozen=True, slots=True)
class Compteur:
    """Something that waits: how much, of what, and where to act."""

    nombre: int
    nom: str
    precision: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Porte:
    """A screen that the person may open."""

    icone: str
    nom: str
    precision: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the plan stands; the declared states are people's words, not a measure."""

    convention: Convention
    fiches: int
    objectifs: int
    declares: int


# Route, icon, name, what it is for. Who may open a route is said by the table of rights and nowhere else.
PORTES = (
    (
        "annuaire:import_nouveau",
        "doc",
        "Charger un fichier",
        "Aperçu d’abord, rien n’est écrit avant votre accord",
    ),
    ("annuaire:imports", "list", "Suivre les imports", "Rapports, lignes refusées, remèdes"),
    (
        "annuaire:structure_ajouter",
        "building",
        "Ajouter une structure",
        "Un lieu que les fichiers ne connaissent pas",
    ),
    ("annuaire:doublons", "people", "Examiner les doublons", "Deux fiches pour un même lieu ?"),
    ("annuaire:sources", "info", "Voir les sources", "D’où vient chaque fiche, et de quand"),
    ("convention:plan", "flag", "Ouvrir le plan", "Fiches, objectifs, états, preuves"),
    ("convention:plan_importer", "doc", "Lire une convention", "Le texte devient un plan, sans reformuler"),
    ("animation:reunions", "calendar", "Préparer les réunions", "Ordre du jour, valeurs figées, décisions"),
    ("animation:ecarts", "chart", "Voir les écarts", "Ce qui est mesuré, loin de la cible"),
    (
        "recensement:tableau",
        "list",
        "Tenir le recensement",
        "Ce qui est recensé, ce qui reste à demander",
    ),
    (
        "recensement:competences",
        "flag",
        "Qui tient quelle compétence",
        "Commune, intercommunalité, syndicat",
    ),
    ("comptes:personnes", "gear", "Personnes et rôles", "Ouvrir un compte, donner un rôle, suspendre"),
)


def portes(roles: frozenset[str]) -> list[Porte]:
    """The screens these roles open; a public one is a door for every role."""
    return [
        Porte(icone, nom, precision, reverse(route))
        for route, icone, nom, precision in PORTES
        if _ouvre(route, roles)
    ]


def _ouvre(route: str, roles: frozenset[str]) -> bool:
    lecteurs = DROITS[route].lire
    return bool(lecteurs & roles) or (bool(roles) and "public" in lecteurs)


def compteurs(territoire: Territoire, roles: frozenset[str], plan: Plan | None) -> list[Compteur]:
    """What waits for these roles; a count that leads nowhere for her is not computed."""
    trouves = []
    if _ouvre("annuaire:imports", roles):
        prets = Import.objects.filter(etat="prepare").count()
        trouves.append(_compteur(prets, "import", "à confirmer", "annuaire:imports"))
    if _ouvre("annuaire:doublons", roles):
        signales = Doublon.objects.filter(
            etat="signale", premiere__retire_le__isnull=True, seconde__retire_le__isnull=True
        ).count()
        trouves.append(_compteur(signales, "doublon", "à examiner", "annuaire:doublons"))
    if plan and _ouvre("convention:objectif_modifier", roles):
        silence = plan.objectifs - plan.declares
        trouves.append(_compteur(silence, "objectif", "sans état déclaré", "convention:plan"))
    if plan and _ouvre("animation:ecarts", roles):
        ouverts = Ecart.objects.du(territoire).filter(decision__isnull=True).count()
        trouves.append(_compteur(ouverts, "écart", "sans décision", "animation:ecarts"))
    return trouves


def _compteur(nombre: int, nom: str, precision: str, route: str) -> Compteur:
    return Compteur(nombre, nom if nombre < 2 else f"{nom}s", precision, reverse(route))


def etat_du_plan(territoire: Territoire | None, *, le: date) -> Plan | None:
    """Real figures of the plan shown today; None when no plan is loaded."""
    convention = convention_a_montrer(territoire, le=le) if territoire else None
    if convention is None:
        return None
    objectifs = Objectif.objects.filter(fiche__convention=convention).du(convention.territoire)
    return Plan(
        convention=convention,
        fiches=convention.fiches.count(),
        objectifs=objectifs.count(),
        declares=objectifs.exclude(etat="").count(),
    )


def prochaine_reunion(territoire: Territoire, roles: frozenset[str], *, le: date) -> Reunion | None:
    if not _ouvre("animation:reunions", roles):
        return None
    return (
        Reunion.objects.du(territoire)
        .filter(Q(le__gte=le) | Q(etat="en_seance"), etat__in=["preparee", "en_seance"])
        .select_related("instance")
        .order_by("le", "pk")
        .first()
    )
