"""`{% load recensement %}`: what is surveyed of the service searched for; asked by the results page of the directory.

A tag, not an import: the directory stands below the diagnosis and may not call it.
"""

from datetime import date

from django import template

from maillage.annuaire.familles import familles
from maillage.core.texte import cle
from maillage.diagnostic.phrases import phrase_recensement
from maillage.territoire.communes import commune_actuelle

register = template.Library()


@register.simple_tag
def connu_du_recensement(famille: str, texte: str, code: str, le: date) -> str:
    """« Mairie : ce service n’est pas encore recensé à Rixheim. »; "" when no family or no commune is understood.

    `famille`: the one chosen, else the one that the typed text names; `code`: the commune's INSEE code.
    """
    slug = famille if famille in familles() else famille_nommee(texte)
    commune = commune_actuelle(code) if slug and code else None
    return phrase_recensement(slug, commune, le) if commune else ""


def famille_nommee(texte: str) -> str:
    """The family whose name is the whole text, its plural or its plain name; "" otherwise: nothing is guessed."""
    voulu = _singulier(texte)
    if not voulu:
        return ""
    for slug, famille in familles().items():
        if voulu in {_singulier(slug), _singulier(famille.libelle), _singulier(famille.simple)}:
            return slug
    return ""


def _singulier(texte: str) -> str:
    return " ".join(mot.removesuffix("s") for mot in cle(texte).split())
