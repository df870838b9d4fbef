"""What every exported file says of itself: sources, licences, editions, date; called by the writers."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from maillage.annuaire.exports.selection import Selection
from maillage.annuaire.models import Service, Source, Structure

SANS_LICENCE = "licence non dite par la source"
EXEMPLES = "Ce fichier contient des fiches inventées, marquées EXEMPLE : elles ne comptent dans aucun nombre."
MENTION = "Citez la source et sa date. Une adresse protégée est réduite à sa commune."


@dataclass(frozen=True, slots=True)
class Citation:
    source: str  # slug
    nom: str
    producteur: str
    licence: str
    edition: str
    edition_le: date | None


@dataclass(frozen=True, slots=True)
class Notice:
    titre: str
    exporte_le: datetime
    adresse: str  # of this instance
    citations: tuple[Citation, ...]
    avis: tuple[str, ...]


def make_notice(selection: Selection, *, le: datetime) -> Notice:
    avis = [MENTION]
    if selection.exemples:
        avis.append(EXEMPLES)
    if selection.tronquee:
        avis.append(
            f"Les {len(selection.trouves or ())} premières réponses seulement : affinez la recherche."
        )
    return Notice(selection.titre, le, settings.ADRESSE_PUBLIQUE, _citations(selection), tuple(avis))


def _citations(selection: Selection) -> tuple[Citation, ...]:
    """The sources that have something to show."""
    presentes = Q(pk__in=Structure.objects.visibles().values("source_ref")) | Q(
        pk__in=Service.objects.visibles().values("source_ref")
    )
    sources = Source.objects.filter(presentes).order_by("rang", "slug")
    if not selection.exemples:
        sources = sources.filter(exemple=False)
    return tuple(citation_de(source) for source in sources)


def citation_de(source: Source) -> Citation:
    return Citation(
        source=source.slug,
        nom=source.nom,
        producteur=source.producteur,
        licence=source.licence or SANS_LICENCE,
        edition=source.edition,
        edition_le=source.edition_le,
    )


def lien_fiche(genre: str, identifiant: str) -> str:
    """The page of a record on this instance: there its history and its corrections are."""
    return f"{settings.ADRESSE_PUBLIQUE}{reverse(f'annuaire:{genre}', args=[identifiant])}"


def jour_local(le: datetime) -> str:
    return timezone.localdate(le).isoformat()
