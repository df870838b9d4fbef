"""Keep the search index true to the database: apply what changed, or build it anew.

Called by `maillage reindex` (whole) and by the worker (every 0.3 s). The database is the truth: an index that is
missing, damaged, of another life or too old to be caught up is thrown away and built again from it.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from maillage.annuaire import carte
from maillage.annuaire import documents as fabrique
from maillage.annuaire.models import Service
from maillage.core.models import Battement, Changement, Identite
from maillage.core.outbox import annoncer, dernier_changement
from maillage.recherche.document import Document
from maillage.recherche.index import (
    Ecrivain,
    Etat,
    EtatIndex,
    IndexAbsent,
    IndexOccupe,
    Lecteur,
    reconstruire,
    verifier,
)

journal = logging.getLogger("maillage.index")
LOT = 2_000
PAR_COMMIT = 10_000
CHANGEMENTS_PAR_PASSE = 500
CONSERVATION = timedelta(days=7)
# Checksums of the whole index: 0.1 s for 300,000 services, so that a damage on disk is seen within this time.
CONTROLE = timedelta(seconds=15)
JOURNEE = "echeances"
OUBLI = "changements oubliés"


@dataclass(frozen=True, slots=True)
class Passage:
    """What one look of the worker did: records written, whether the whole index was built again."""

    nombre: int
    reconstruit: bool


def identite() -> str:
    """Which life of the database, and which shape of the card, an index must carry to be trusted."""
    instance = Identite.objects.values_list("instance", flat=True).first()
    if instance is None:
        instance = Identite.objects.get_or_create(cle=1)[0].instance
    return f"{instance}.{carte.VERSION}"


def controler() -> EtatIndex:
    """The state of the index on disk, every file compared with its checksum; never raises."""
    return verifier(settings.DOSSIER_INDEX, instance=identite())


def reindexer(*, le: datetime) -> int:
    """Build the whole index beside the old one, then switch; gives the number of records that can be found.

    The last change is read first: what changes meanwhile has a higher number, and is applied afterwards.
    """
    dernier = dernier_changement()
    compteur = _Compteur(fabrique.tous_les_documents(le=timezone.localdate(le)))
    reconstruire(settings.DOSSIER_INDEX, instance=identite(), documents=compteur, dernier=dernier)
    return compteur.visibles


class _Compteur:
    """Counts the visible documents that go by."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = documents
        self.visibles = 0

    def __iter__(self) -> Iterator[Document]:
        for document in self._documents:
            self.visibles += document.visible
            yield document


def appliquer_outbox(*, le: datetime) -> int:
    """Apply, in order, the changes that come after the index's own number; gives the records written or removed.

    Raises IndexAbsent when the index cannot be used or caught up, IndexOccupe when another process writes it.
    """
    total = 0
    with Ecrivain(settings.DOSSIER_INDEX, instance=identite()) as ecrivain:
        _exiger_rattrapable(ecrivain.dernier())
        while changements := list(
            Changement.objects.filter(n__gt=ecrivain.dernier()).order_by("n")[:CHANGEMENTS_PAR_PASSE]
        ):
            total += _appliquer(ecrivain, changements, le=timezone.localdate(le))
        applique = ecrivain.dernier()
    _purger(applique, le=le)
    return total


def _exiger_rattrapable(dernier: int) -> None:
    """Refuse an index that is newer than the database, or older than the changes that were forgotten."""
    if dernier > dernier_changement():
        raise IndexAbsent(Etat.AUTRE_INSTANCE, "l’index est plus récent que la base")
    if dernier < _oublies():
        raise IndexAbsent(Etat.AUTRE_INSTANCE, "l’index est plus ancien que les changements gardés")


def _oublies() -> int:
    """Up to which number changes were forgotten. Gaps tell nothing: a rolled back transaction leaves one too."""
    note = Battement.objects.filter(nom=OUBLI).values_list("detail", flat=True).first()
    return int(note["n"]) if note else 0


def _appliquer(ecrivain: Ecrivain, changements: list[Changement], *, le: date) -> int:
    """Each record written once per commit; a huge range goes by pieces, all of which may be applied again."""
    total, avant = 0, ecrivain.dernier()
    touches: dict[str, set[int]] = {genre: set() for genre in fabrique.MODELES}
    for changement in changements:
        for debut in range(changement.debut, changement.fin + 1, LOT):
            touches[changement.genre].update(range(debut, min(debut + LOT, changement.fin + 1)))
            if sum(map(len, touches.values())) >= PAR_COMMIT:
                total += _ecrire(ecrivain, touches, dernier=avant, le=le)
                touches = {genre: set() for genre in fabrique.MODELES}
    return total + _ecrire(ecrivain, touches, dernier=changements[-1].n, le=le)


def _ecrire(ecrivain: Ecrivain, touches: dict[str, set[int]], *, dernier: int, le: date) -> int:
    """A structure's services inherit from it, and it shows alone only without services: both are written."""
    structures, services = touches["structure"], touches["service"]
    for lot in _par_lots(structures):
        services = services.union(Service.objects.filter(structure_ref__in=lot).values_list("pk", flat=True))
    for lot in _par_lots(services):
        structures = structures.union(
            Service.objects.filter(pk__in=lot).values_list("structure_ref", flat=True)
        )
    lots = [
        (genre, lot)
        for genre, n in (("structure", structures), ("service", services))
        for lot in _par_lots(n)
    ]
    ecrivain.appliquer(
        chain.from_iterable(fabrique.documents(genre, lot, le=le) for genre, lot in lots),
        retires=chain.from_iterable(_disparus(genre, lot) for genre, lot in lots),
        dernier=dernier,
    )
    return len(structures) + len(services)


def _par_lots(numeros: set[int]) -> list[list[int]]:
    ordre = sorted(numeros)
    return [ordre[i : i + LOT] for i in range(0, len(ordre), LOT)]


def _disparus(genre: str, numeros: list[int]) -> Iterator[tuple[str, int]]:
    """Numbers of the outbox that no row bears: erased, or never used."""
    presents = set(fabrique.MODELES[genre].objects.filter(pk__in=numeros).values_list("pk", flat=True))
    return ((genre, n) for n in numeros if n not in presents)


def _purger(applique: int, *, le: datetime) -> None:
    """Forget old changes that are in the index, never the last one: its number is where the outbox stands."""
    garde = min(applique, dernier_changement() - 1)
    anciens = Changement.objects.filter(n__lte=garde, le__lt=le - CONSERVATION)
    with transaction.atomic():
        n = anciens.aggregate(n=Max("n"))["n"]
        if n is None:
            return
        anciens.delete()
        Battement.objects.update_or_create(nom=OUBLI, defaults={"le": le, "detail": {"n": n}})


@lru_cache(maxsize=4)
def _lecteur(dossier: Path, instance: str) -> Lecteur:
    return Lecteur(dossier, instance=instance)


def lecteur() -> Lecteur:
    """This process's reader of the index."""
    return _lecteur(Path(settings.DOSSIER_INDEX), identite())


def passer(le: datetime) -> Passage:
    """One look of the worker: announce the records that closed today, apply the outbox, rebuild what cannot be used."""
    annoncer_echeances(le=le)
    try:
        if _dernier_connu(le=le) == dernier_changement():
            return Passage(0, reconstruit=False)
        return Passage(appliquer_outbox(le=le), reconstruit=False)
    except IndexOccupe:
        return Passage(0, reconstruit=False)
    except IndexAbsent as refus:
        journal.warning("index à reconstruire : %s", refus)
    try:
        return Passage(reindexer(le=le), reconstruit=True)
    except IndexOccupe:
        return Passage(0, reconstruit=False)


_controles: dict[Path, datetime] = {}


def _dernier_connu(*, le: datetime) -> int:
    """How far the index goes; now and then, after a look at every byte of it."""
    dossier = Path(settings.DOSSIER_INDEX)
    dernier_controle = _controles.get(dossier)
    if dernier_controle is not None and timedelta() <= le - dernier_controle < CONTROLE:
        return lecteur().dernier()
    etat = controler()
    if not etat.utilisable:
        raise IndexAbsent(etat.etat, etat.detail)
    _controles[dossier] = le
    return etat.dernier


def annoncer_echeances(*, le: datetime) -> None:
    """Once a day, put in the outbox the records whose closing day came since the last time."""
    jour = timezone.localdate(le)
    vu = Battement.objects.filter(nom=JOURNEE).values_list("detail", flat=True).first()
    depuis = date.fromisoformat(vu["jour"]) if vu else date.min
    if depuis >= jour:
        return
    with transaction.atomic():
        for genre, modele in fabrique.MODELES.items():
            fermes = modele.objects.filter(ferme_le__gt=depuis, ferme_le__lte=jour)
            annoncer(genre, fermes.values_list("pk", flat=True), le=le)
        Battement.objects.update_or_create(
            nom=JOURNEE, defaults={"le": le, "detail": {"jour": jour.isoformat()}}
        )
