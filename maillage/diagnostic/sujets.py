"""The subjects of competences, and which one each family of service belongs to; read by the board and the pages."""

from dataclasses import dataclass

from maillage.annuaire.familles import Famille


@dataclass(frozen=True, slots=True)
class Sujet:
    slug: str
    nom: str
    familles: frozenset[str]  # slugs that belong here whatever their themes
    thematiques: tuple[str, ...]  # beginnings of the national schema's themes


# In this order: the first subject that claims a family has it. A mairie or a France services is nobody's subject.
SUJETS = (
    Sujet(
        "petite-enfance",
        "Petite enfance",
        frozenset(
            {"eaje", "creche", "micro-creche", "mam", "assistant-maternel", "rpe", "pmi", "garde-a-domicile"}
        ),
        ("famille--garde-denfants",),
    ),
    Sujet(
        "periscolaire",
        "Périscolaire et extrascolaire",
        frozenset({"periscolaire", "extrascolaire", "accueil-de-loisirs", "restauration-scolaire", "ulis"}),
        (),
    ),
    Sujet(
        "jeunesse",
        "Jeunesse",
        frozenset(
            {"mission-locale", "jeunesse", "accueil-jeunes", "promeneurs-du-net", "information-jeunesse"}
        ),
        (),
    ),
    Sujet(
        "parentalite",
        "Parentalité",
        frozenset({"laep", "clas", "ludotheque", "mediation-familiale", "prh", "reaap"}),
        ("famille--soutien-a-la-parentalite", "famille--soutien-aux-familles", "famille--accompagnement"),
    ),
    Sujet(
        "animation-vie-sociale",
        "Animation de la vie sociale",
        frozenset({"centre-socioculturel", "csc", "evs", "espace-de-vie-sociale", "centre-social"}),
        (),
    ),
    Sujet(
        "numerique",
        "Numérique",
        frozenset({"point-numerique", "borne", "borne-numerique", "mediation-numerique"}),
        ("numerique--",),
    ),
    Sujet(
        "action-sociale",
        "Action sociale",
        frozenset({"ccas", "cias", "aide-alimentaire", "vestiaire", "hebergement", "violences", "seniors"}),
        ("equipement-et-alimentation--", "logement-hebergement--", "sante--", "difficultes-financieres--"),
    ),
)
NOMS = {sujet.slug: sujet.nom for sujet in SUJETS}
# They stand in every commune or answer for every subject: no competence to ask about.
SANS_SUJET = frozenset({"mairie", "france-services"})


def sujet_de(famille: Famille) -> str:
    """The subject's slug; "" when no competence decides of this family."""
    if famille.slug in SANS_SUJET:
        return ""
    for sujet in SUJETS:
        if famille.slug in sujet.familles:
            return sujet.slug
    for sujet in SUJETS:
        if any(theme.startswith(debut) for theme in famille.thematiques for debut in sujet.thematiques):
            return sujet.slug
    return ""
