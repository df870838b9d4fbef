"""Reach a record of the directory, or be refused; called by every view, never bypassed."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from maillage.annuaire.annexes import MODELES, Annexe, fiche_de
from maillage.annuaire.heritage import avec_relations
from maillage.annuaire.models import Correction, Doublon, Import, Service, Structure
from maillage.comptes.droits import REPERTOIRE
from maillage.comptes.models import Personne, Role

Roles = frozenset[str]


def find_structure(identifiant: str) -> Structure | None:
    """A structure as the public may ask for it: withdrawn ones included, their page says so."""
    return avec_relations(Structure.objects.filter(id=identifiant)).first()


def find_service(identifiant: str) -> Service | None:
    return avec_relations(Service.objects.filter(id=identifiant)).first()


def get_structure_for(personne: Personne, identifiant: str, *, roles: Roles) -> Structure:
    """A structure this person may change: any for those who keep the directory, her own for a structure."""
    structure = find_structure(identifiant)
    if structure is None:
        raise Http404
    if not peut_corriger(personne, structure, roles=roles):
        raise PermissionDenied("Vous pouvez corriger la fiche de votre structure, pas celle-ci.")
    return structure


def get_service_for(personne: Personne, identifiant: str, *, roles: Roles) -> Service:
    service = find_service(identifiant)
    if service is None:
        raise Http404
    if not peut_corriger(personne, service.structure_ref, roles=roles):
        raise PermissionDenied("Vous pouvez corriger les services de votre structure, pas celui-ci.")
    return service


def get_correction_for(personne: Personne, pk: int, *, roles: Roles) -> Correction:
    """A correction this person may undo; that of a record that is not hers is not told to exist."""
    correction = (
        Correction.objects.select_related("structure", "service__structure_ref")
        .filter(pk=pk, levee_le__isnull=True)
        .first()
    )
    if correction is None:
        raise Http404
    structure = correction.structure or correction.service.structure_ref  # type: ignore[union-attr]
    if not peut_corriger(personne, structure, roles=roles):
        raise Http404
    return correction


def get_annexe_for(personne: Personne, genre: str, pk: int, *, roles: Roles) -> Annexe:
    """A site, closure, contact or label this person may change; that of a record not hers is not told to exist."""
    modele = MODELES.get(genre)
    annexe: Annexe | None = modele._default_manager.filter(pk=pk).first() if modele else None
    if annexe is None:
        raise Http404
    fiche = fiche_de(annexe)
    structure = fiche.structure_ref if isinstance(fiche, Service) else fiche
    if not peut_corriger(personne, structure, roles=roles):
        raise Http404
    return annexe


def peut_corriger(personne: Personne, structure: Structure, *, roles: Roles) -> bool:
    if roles & REPERTOIRE:
        return True
    return Role.STRUCTURE in roles and structure.adhesions.filter(personne=personne).exists()


def get_import_for(uuid: UUID, *, roles: Roles) -> Import:
    trouve = Import.objects.select_related("source_ref", "par").filter(uuid=uuid).first()
    if trouve is None or not roles & REPERTOIRE:
        raise Http404
    return trouve


def get_doublon_for(pk: int, *, roles: Roles) -> Doublon:
    trouve = Doublon.objects.select_related("premiere", "seconde").filter(pk=pk).first()
    if trouve is None or not roles & REPERTOIRE:
        raise Http404
    return trouve
