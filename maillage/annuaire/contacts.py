"""Who sees which contact of a record; called by the pages, never by the index nor the exports.

What anybody may read is in the resolved record (`heritage`); the rest is read here, for one person, on one page.
"""

from dataclasses import dataclass

from maillage.annuaire.models import Contact, Service, Structure
from maillage.annuaire.vocabulaire import VISIBILITES
from maillage.comptes.droits import EQUIPE, REPERTOIRE

Roles = frozenset[str]


@dataclass(frozen=True, slots=True)
class ContactReserve:
    nom: str
    fonction: str
    telephone: str
    courriel: str
    precisions: str
    qui: str  # who sees it


def visibilites_de(roles: Roles, *, tient_la_fiche: bool) -> frozenset[str]:
    """Public for all; professionals for whoever has a role; the team's for those who keep the record or the plan."""
    if not roles:
        return frozenset()
    if tient_la_fiche or roles & (EQUIPE | REPERTOIRE):
        return frozenset({"professionnels", "equipe"})
    return frozenset({"professionnels"})


def contacts_reserves(
    fiche: Structure | Service, *, visibilites: frozenset[str]
) -> tuple[ContactReserve, ...]:
    """The contacts beyond the public ones that these eyes may read: the record's, then its structure's."""
    if not visibilites:
        return ()
    noms = dict(VISIBILITES)
    porteurs = (fiche, fiche.structure_ref) if isinstance(fiche, Service) else (fiche,)
    trouves: list[Contact] = []
    for porteur in porteurs:
        trouves += porteur.contacts.filter(visibilite__in=visibilites - {"public"}).order_by("pk")
    return tuple(
        ContactReserve(c.nom, c.fonction, c.telephone, c.courriel, c.precisions, noms[c.visibilite])
        for c in trouves
    )
