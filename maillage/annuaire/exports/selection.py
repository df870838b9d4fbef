"""Which records an export holds: all that the public sees, or the answers of one search; called by page and command."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from maillage.annuaire.demande import Demande
from maillage.annuaire.documents import MODELES, ouverts, trouvables
from maillage.annuaire.heritage import FicheResolue, avec_relations, resoudre, resoudre_structure
from maillage.annuaire.lieu import situer
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.recherche import repondre, requete_de
from maillage.core.erreurs import RegleMetier
from maillage.recherche.requete import TAILLE_MAX, Requete
from maillage.territoire.models import Territoire

LOT = 500
# The engine ranks no deeper (`recherche/classement.py`), and nobody reads further: the whole directory is asked for.
REPONSES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Ligne:
    """A record as the public may read it, and the object that holds what is never inherited."""

    fiche: FicheResolue
    objet: Structure | Service


@dataclass(frozen=True, slots=True)
class Selection:
    """`trouves`: the answers of a search, in its order, as (kind, number); None for the whole directory."""

    titre: str
    le: date
    exemples: bool = False
    trouves: tuple[tuple[str, int], ...] | None = None
    tronquee: bool = False  # the search had more answers than an export holds

    def offres(self) -> Iterator[Ligne]:
        """What a list shows: services, and structures without any."""
        if self.trouves is not None:
            return _dans_l_ordre(self, self.trouves)
        return (ligne for genre in MODELES for ligne in _tout(self.reels(trouvables(genre, le=self.le))))

    def structures(self) -> Iterator[Ligne]:
        """The structures of the offers, each once, before their services."""
        if self.trouves is None:
            return _tout(self.reels(ouverts(Structure, le=self.le)))
        seules = {n for genre, n in self.trouves if genre == "structure"}
        numeros = sorted(seules | self._structures_des_services())
        return _dans_l_ordre(self, [("structure", n) for n in numeros])

    def services(self) -> Iterator[Ligne]:
        if self.trouves is None:
            return _tout(self.reels(ouverts(Service, le=self.le)))
        return _dans_l_ordre(self, [trouve for trouve in self.trouves if trouve[0] == "service"])

    def compte(self) -> int:
        """How many offers, at most: the number that decides whether a page may prepare the file."""
        if self.trouves is not None:
            return len(self.trouves)
        return sum(self.reels(trouvables(genre, le=self.le)).count() for genre in MODELES)

    def reels(self, trouvees: QuerySet[Any]) -> QuerySet[Any]:
        if self.exemples:
            return trouvees
        reelles = trouvees.filter(exemple=False)
        return reelles.filter(structure_ref__exemple=False) if trouvees.model is Service else reelles

    def _structures_des_services(self) -> set[int]:
        services = [n for genre, n in self.trouves or () if genre == "service"]
        return {
            n
            for lot in _par_lots(services)
            for n in Service.objects.filter(pk__in=lot).values_list("structure_ref_id", flat=True)
        }


def tout(*, exemples: bool, le: date) -> Selection:
    return Selection("Tout l’annuaire", le, exemples=exemples)


def selectionner(demande: Demande, *, territoire: Territoire | None, exemples: bool, le: date) -> Selection:
    """The answers that the results page gives to the same address, every page of them.

    Everything, when neither words nor place nor family are asked for beyond the territory. Raises RegleMetier for a
    place that nobody knows.
    """
    if demande.partout and not (
        demande.texte or demande.lieu or demande.commune or demande.famille or demande.besoin
    ):
        return tout(exemples=exemples, le=le)
    situation = situer(demande, territoire=territoire)
    if situation.inconnu:
        raise RegleMetier(
            f"Lieu inconnu : « {demande.lieu} ». Écrivez le nom d’une commune, son code postal ou son code INSEE."
        )
    requete = replace(requete_de(demande, situation), exemples=exemples, taille=TAILLE_MAX)
    trouves, total = _chercher(requete, le=le)
    lieu = f" {situation.lieu.nom}" if situation.lieu else " en France"
    mots = f"Réponses à « {demande.texte} »," if demande.texte else "Annuaire,"
    return Selection(f"{mots}{lieu}", le, exemples, trouves, tronquee=total > len(trouves) >= REPONSES_MAX)


def _chercher(requete: Requete, *, le: date) -> tuple[tuple[tuple[str, int], ...], int]:
    """Every page, each record once even when the index moves meanwhile; raises RegleMetier rather than lose some."""
    trouves: dict[tuple[str, int], None] = {}
    total = 0
    for page in range(1, REPONSES_MAX // TAILLE_MAX + 1):
        reponse, par_sql = repondre(replace(requete, page=page), le=le)
        if par_sql and not reponse.total_exact:
            # The answer without an index is bounded: half a file would pass for a whole one.
            raise RegleMetier(
                "L’annuaire se remet à jour : le fichier serait incomplet. Attendez quelques minutes, ou cherchez "
                "moins large."
            )
        total = reponse.total
        trouves |= dict.fromkeys((resultat.genre, resultat.n) for resultat in reponse.resultats)
        if len(reponse.resultats) < TAILLE_MAX:
            break
    return tuple(trouves)[:REPONSES_MAX], total


def _tout(trouvees: QuerySet[Any]) -> Iterator[Ligne]:
    """By pieces of the key: constant memory, no long transaction, each record once."""
    dernier = 0
    while True:
        lot = list(avec_relations(trouvees.filter(pk__gt=dernier).order_by("pk"))[:LOT])
        yield from map(_ligne, lot)
        if len(lot) < LOT:
            return
        dernier = lot[-1].pk


def _dans_l_ordre(selection: Selection, trouves: Sequence[tuple[str, int]]) -> Iterator[Ligne]:
    """These records, in this order, less those that closed or left since they were found."""
    for lot in _par_lots(trouves):
        presentes: dict[tuple[str, int], Any] = {}
        for genre, modele in MODELES.items():
            numeros = [n for g, n in lot if g == genre]
            visibles = selection.reels(ouverts(modele, le=selection.le).filter(pk__in=numeros))
            presentes |= {(genre, objet.pk): objet for objet in avec_relations(visibles)}
        yield from (_ligne(presentes[trouve]) for trouve in lot if trouve in presentes)


def _ligne(objet: Structure | Service) -> Ligne:
    fiche = resoudre(objet) if isinstance(objet, Service) else resoudre_structure(objet)
    if fiche.confidentiel:
        # A postcode of a large city is a district: the commune is all that may be told.
        fiche = replace(fiche, code_postal=None)
    return Ligne(fiche, objet)


def _par_lots(elements: Iterable[Any]) -> Iterator[list[Any]]:
    reste = iter(elements)
    while lot := list(islice(reste, LOT)):
        yield lot
