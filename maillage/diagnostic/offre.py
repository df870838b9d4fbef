"""The real services of each cell (family × commune) on a day; called by the board, the public pages and the zero.

Examples, withdrawn and closed records never appear; two records known to be one offer appear once.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q

from maillage.annuaire.heritage import FicheResolue, avec_relations, resoudre
from maillage.annuaire.models import Doublon, Lieu, Service, Structure
from maillage.annuaire.verite import vrais_le

Cle = tuple[str, str]


def offre(
    *, communes: Collection[str], familles: Collection[str], le: date
) -> dict[Cle, tuple[FicheResolue, ...]]:
    """{(family, INSEE code): records by name}; three queries, whatever there is."""
    ici = Q(commune_officielle__in=communes) | Q(commune_officielle__parente__in=communes)
    chez = Q(structure_ref__commune_officielle__in=communes)
    chez |= Q(structure_ref__commune_officielle__parente__in=communes)
    reels = Q(exemple=False, structure_ref__exemple=False, source_ref__exemple=False)
    trouves = Service.objects.filter(reels, famille__in=familles).filter(
        chez | Q(n__in=Lieu.objects.filter(ici).values("service"))
    )
    services = list(avec_relations(vrais_le(trouves, le)).order_by("nom", "n"))
    paires = list(Doublon.objects.filter(etat="meme").order_by("pk").values_list("premiere_id", "seconde_id"))
    cellules: dict[Cle, list[FicheResolue]] = {}
    for service in services:
        fiche = resoudre(service)
        for code in _codes(service):
            if code in communes:
                cellules.setdefault((service.famille, code), []).append(fiche)
    return {cle: _une_fois(fiches, paires) for cle, fiches in cellules.items()}


def _codes(service: Service) -> list[str]:
    """Where the service is given: its sites, and its structure's own place unless a main site replaces it."""
    lieux = list(service.lieux.all())
    propres: list[Structure | Lieu] = [] if any(lieu.principal for lieu in lieux) else [service.structure_ref]
    officielles = [porteur.commune_officielle for porteur in [*propres, *lieux]]
    return list(dict.fromkeys(o.parente_id or o.code for o in officielles if o is not None))


def _une_fois(fiches: list[FicheResolue], paires: Iterable[tuple[int, int]]) -> tuple[FicheResolue, ...]:
    """Structures declared to be one offer count once; the second service of each is another offer, kept once too."""
    tete = {fiche.structure_n: fiche.structure_n for fiche in fiches}
    for premiere, seconde in paires:
        if premiere in tete and seconde in tete:
            garde, jointe = tete[premiere], tete[seconde]
            tete = {n: garde if valeur == jointe else valeur for n, valeur in tete.items()}
    rangs: dict[int, int] = {}
    gardees: dict[tuple[int, int], FicheResolue] = {}
    for fiche in fiches:
        rang = rangs.get(fiche.structure_n, 0)
        rangs[fiche.structure_n] = rang + 1
        gardees.setdefault((tete[fiche.structure_n], rang), fiche)
    return tuple(gardees.values())
