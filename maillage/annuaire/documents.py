"""Turn a record into what the engine indexes; called by the indexing, and by the answer without an index."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from maillage.annuaire.carte import code_commune, encoder, make_carte, nom_commune
from maillage.annuaire.familles import familles
from maillage.annuaire.heritage import FicheResolue, fermetures_de, resoudre, resoudre_structure
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.periode import a_montrer
from maillage.annuaire.porteurs import MereLue, ServiceLu, StructureLue, lire_services, lire_structures
from maillage.recherche.document import Document

MODELES: dict[str, type[Structure] | type[Service]] = {"structure": Structure, "service": Service}
Fiche = Structure | Service | StructureLue | ServiceLu
SERVICES = (Service, ServiceLu)
LOT = 2_000
TELEPHONIQUE = "a-distance"
# The next ones are enough for a card: it is written again long before they have passed.
FERMETURES = 4


def to_document(fiche: Fiche, *, le: date, seule: bool = True) -> Document:
    """Pure, once the relations are fetched. `seule`: a structure without any service that can be found."""
    resolue = resoudre(fiche) if isinstance(fiche, SERVICES) else resoudre_structure(fiche)
    latitude, longitude = point(fiche, resolue)
    code_insee = code_commune(resolue)
    return Document(
        n=resolue.n,
        genre=resolue.genre,
        id=resolue.id,
        nom=resolue.nom,
        # The same name twice would be told, and count, twice.
        structure_nom=resolue.structure_nom if resolue.structure_nom != resolue.nom else "",
        commune=nom_commune(resolue),
        code_insee=code_insee,
        description=resolue.description or "",
        famille=resolue.famille,
        mots=mots_de(resolue.famille),
        latitude=latitude,
        longitude=longitude,
        partout=not code_insee and TELEPHONIQUE in (getattr(fiche, "modes_accueil", None) or ()),
        exemple=resolue.exemple,
        visible=is_ouvert(fiche, le=le) and (seule or resolue.genre == "service"),
        fiche=encoder(
            make_carte(
                resolue, maj_le=maj_le(fiche), fermetures=a_montrer(fermetures_de(fiche), le=le)[:FERMETURES]
            )
        ),
    )


def point(fiche: Fiche, resolue: FicheResolue) -> tuple[float | None, float | None]:
    """Its own point; without one, or for a protected address, the middle of its commune."""
    if resolue.latitude is not None and resolue.longitude is not None:
        return resolue.latitude, resolue.longitude
    porteur: Any = fiche
    if isinstance(fiche, SERVICES):
        principaux = [lieu for lieu in fiche.lieux.all() if lieu.principal]
        porteur = principaux[0] if principaux else fiche.structure_ref
    commune = porteur.commune_officielle
    return (commune.latitude, commune.longitude) if commune else (None, None)


def maj_le(fiche: Fiche) -> date:
    """When the record was last written: what is said of a source that has no editions."""
    return fiche.date_maj or timezone.localdate(fiche.updated_at)


def mots_de(famille: str) -> str:
    """What people type to find a service of this family."""
    if not famille:
        return ""
    trouvee = familles().get(famille)
    if trouvee is None:
        return ""
    return f"{trouvee.libelle} {trouvee.metier} {trouvee.simple} {trouvee.mots}"


def is_ouvert(fiche: Fiche | MereLue, *, le: date) -> bool:
    """Neither withdrawn nor closed; a service ends with its structure."""
    ouvert = fiche.retire_le is None and (fiche.ferme_le is None or fiche.ferme_le > le)
    return ouvert and (not isinstance(fiche, SERVICES) or is_ouvert(fiche.structure_ref, le=le))


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
    return _documents(genre, MODELES[genre].objects.filter(pk__in=numeros), le=le)


def tous_les_documents(*, le: date) -> Iterator[Document]:
    """Of all that can be found, structures first, a few thousand read at a time."""
    for genre, modele in MODELES.items():
        a_lire = trouvables(genre, le=le)
        dernier = modele.objects.aggregate(n=Max("pk"))["n"] or 0
        for debut in range(0, dernier, LOT):
            yield from _documents(genre, a_lire.filter(pk__gt=debut, pk__lte=debut + LOT), le=le)


def _documents(genre: str, fiches: QuerySet[Any], *, le: date) -> Iterator[Document]:
    fiches = fiches.order_by("pk")
    if genre == "service":
        for service in lire_services(fiches):
            yield to_document(service, le=le)
    else:
        for structure in lire_structures(fiches.annotate(a_un_service=_a_un_service(le))):
            yield to_document(structure, le=le, seule=structure.seule)


def _a_un_service(le: date) -> Exists:
    return Exists(Service.objects.filter(_ouvert("", le), structure_ref=OuterRef("pk")))


def _ouvert(prefixe: str, le: date) -> Q:
    ferme = f"{prefixe}ferme_le"
    return Q(**{f"{prefixe}retire_le__isnull": True}) & (
        Q(**{f"{ferme}__isnull": True}) | Q(**{f"{ferme}__gt": le})
    )
