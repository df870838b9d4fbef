"""Turn a record into what the engine indexes; called by the indexing, and by the answer without an index."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from maillage.annuaire.carte import code_commune, encoder, make_carte, nom_commune
from maillage.annuaire.familles import familles
from maillage.annuaire.heritage import FicheResolue, avec_relations, resoudre, resoudre_structure
from maillage.annuaire.models import Service, Structure
from maillage.recherche.document import Document

MODELES: dict[str, type[Structure] | type[Service]] = {"structure": Structure, "service": Service}
TELEPHONIQUE = "a-distance"


def to_document(fiche: Structure | Service, *, le: date, seule: bool = True) -> Document:
    """Pure, once the relations are fetched. `seule`: a structure without any service that can be found."""
    resolue = resoudre(fiche) if isinstance(fiche, Service) else resoudre_structure(fiche)
    latitude, longitude = point(fiche, resolue)
    return Document(
        n=resolue.n,
        genre=resolue.genre,
        id=resolue.id,
        nom=resolue.nom,
        # The same name twice would be told, and count, twice.
        structure_nom=resolue.structure_nom if resolue.structure_nom != resolue.nom else "",
        commune=nom_commune(resolue),
        code_insee=code_commune(resolue),
        description=resolue.description or "",
        famille=resolue.famille,
        mots=mots_de(resolue.famille),
        latitude=latitude,
        longitude=longitude,
        partout=TELEPHONIQUE in (getattr(fiche, "modes_accueil", None) or ()) and not code_commune(resolue),
        exemple=resolue.exemple,
        visible=is_ouvert(fiche, le=le) and (seule or resolue.genre == "service"),
        fiche=encoder(make_carte(resolue, maj_le=maj_le(fiche))),
    )


def point(fiche: Structure | Service, resolue: FicheResolue) -> tuple[float | None, float | None]:
    """Its own point; without one, or for a protected address, the middle of its commune."""
    if resolue.latitude is not None and resolue.longitude is not None:
        return resolue.latitude, resolue.longitude
    porteur: Any = fiche
    if isinstance(fiche, Service):
        principaux = [lieu for lieu in fiche.lieux.all() if lieu.principal]
        porteur = principaux[0] if principaux else fiche.structure_ref
    commune = porteur.commune_officielle
    return (commune.latitude, commune.longitude) if commune else (None, None)


def maj_le(fiche: Structure | Service) -> date:
    """When the record was last written: what is said of a source that has no editions."""
    return fiche.date_maj or timezone.localdate(fiche.updated_at)


def mots_de(famille: str) -> str:
    """What people type to find a service of this family."""
    trouvee = familles().get(famille)
    return f"{trouvee.libelle} {trouvee.simple} {trouvee.mots}" if trouvee else ""


def is_ouvert(fiche: Structure | Service, *, le: date) -> bool:
    """Neither withdrawn nor closed; a service ends with its structure."""
    ouvert = fiche.retire_le is None and (fiche.ferme_le is None or fiche.ferme_le > le)
    return ouvert and (not isinstance(fiche, Service) or is_ouvert(fiche.structure_ref, le=le))


def ouverts(modele: type[Structure] | type[Service], *, le: date) -> QuerySet[Any]:
    """`is_ouvert` as a query."""
    trouves = modele.objects.filter(_ouvert("", le))
    return trouves.filter(_ouvert("structure_ref__", le)) if modele is Service else trouves


def trouvables(genre: str, *, le: date) -> QuerySet[Any]:
    """The records that the index holds: open services, and open structures without any."""
    trouves = ouverts(MODELES[genre], le=le)
    return trouves if genre == "service" else trouves.exclude(_a_un_service(le))


def documents(genre: str, numeros: Sequence[int], *, le: date) -> Iterator[Document]:
    """The documents of these records, in the order of their numbers, by one or two queries in all."""
    modele = MODELES[genre]
    trouvees: QuerySet[Any] = avec_relations(modele.objects.filter(pk__in=numeros).order_by("pk"))
    if modele is Structure:
        trouvees = trouvees.annotate(a_un_service=_a_un_service(le))
    for fiche in trouvees:
        yield to_document(fiche, le=le, seule=not getattr(fiche, "a_un_service", False))


def _a_un_service(le: date) -> Exists:
    return Exists(Service.objects.filter(_ouvert("", le), structure_ref=OuterRef("pk")))


def _ouvert(prefixe: str, le: date) -> Q:
    ferme = f"{prefixe}ferme_le"
    return Q(**{f"{prefixe}retire_le__isnull": True}) & (
        Q(**{f"{ferme}__isnull": True}) | Q(**{f"{ferme}__gt": le})
    )
