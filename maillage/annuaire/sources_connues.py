"""Every source the instance can read: those described in TOML, and those whose columns a person matched."""

from typing import Any

from maillage.annuaire.lecteurs.correspondance import en_valeurs
from maillage.annuaire.lecteurs.description import SourceDecrite, decrite_de, sources
from maillage.annuaire.models import Source
from maillage.core.erreurs import RegleMetier


def sources_connues() -> dict[str, SourceDecrite]:
    """By slug; a source of the house wins over a saved one of the same slug, which cannot be made any more."""
    enregistrees = Source.objects.filter(description__isnull=False).order_by("nom")
    return {source.slug: _depuis(source) for source in enregistrees} | sources()


def find_source(slug: str) -> SourceDecrite | None:
    if slug in sources():
        return sources()[slug]
    source = Source.objects.filter(slug=slug, description__isnull=False).first()
    return _depuis(source) if source else None


def enregistrer_source(decrite: SourceDecrite) -> Source:
    """Keep the description of a source that a person made. Raises RegleMetier when the name is another source's."""
    if decrite.tableau is None:
        raise ValueError("only a described table is saved")
    if (
        decrite.slug in sources()
        or Source.objects.filter(slug=decrite.slug, description__isnull=True).exists()
    ):
        raise RegleMetier(f"La source « {decrite.slug} » existe déjà : choisissez un autre nom.")
    return Source.objects.update_or_create(
        slug=decrite.slug,
        defaults={
            "nom": decrite.nom,
            "producteur": decrite.producteur,
            "licence": decrite.licence,
            "provenance": decrite.provenance,
            "familles": list(decrite.familles),
            "departements_complets": list(decrite.departements_complets),
            "rang": decrite.rang,
            "description": {"cle": list(decrite.cle), "tableau": en_valeurs(decrite.tableau)},
        },
    )[0]


def _depuis(source: Source) -> SourceDecrite:
    description: dict[str, Any] = source.description or {}
    return decrite_de(
        {
            "slug": source.slug,
            "nom": source.nom,
            "producteur": source.producteur,
            "licence": source.licence,
            "provenance": source.provenance,
            "lecteur": "tableau",
            "familles": source.familles,
            "departements_complets": source.departements_complets,
            "rang": source.rang,
        }
        | description
    )
