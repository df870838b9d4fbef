"""The subjects of competences; which one a family of service belongs to is said by its vocabulary. Pure."""

from maillage.annuaire.familles import Famille

# Slug: name, in the order of the board. A mairie or a France services is nobody's subject.
NOMS = {
    "petite-enfance": "Petite enfance",
    "periscolaire": "Périscolaire et extrascolaire",
    "jeunesse": "Jeunesse",
    "parentalite": "Parentalité",
    "animation-vie-sociale": "Animation de la vie sociale",
    "numerique": "Numérique",
    "action-sociale": "Action sociale",
}


def sujet_de(famille: Famille) -> str:
    """The subject's slug; "" when no competence decides of this family."""
    return famille.sujet if famille.sujet in NOMS else ""
