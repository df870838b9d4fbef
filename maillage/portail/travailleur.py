"""The background process: keep the index true, finish imports, let the numbers follow the directory.

Called by `maillage worker`. One works at a time (a lock file); another one started beside it waits for its turn.
Each task is attempted on its own: one that fails is logged and tried again, the others go on.
"""

import fcntl
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from django.db import close_old_connections
from django.utils import timezone

from maillage.annuaire import import_source, indexing
from maillage.convention.mesures import calcul
from maillage.convention.models import Convention
from maillage.core.models import Battement
from maillage.core.outbox import dernier_changement

journal = logging.getLogger("maillage.travailleur")
PAUSE_S = 0.3
BATTEMENT = timedelta(seconds=5)
REPOS_APRES_ECHEC = timedelta(seconds=10)


class Travailleur:
    """Knows its tasks and when each may run again; holds nothing that a restart would miss."""

    def __init__(self) -> None:
        self.arret = threading.Event()
        self.dernier_battement: datetime | None = None
        self.mesure_au: int | None = None
        self.mesure_jour = ""
        self.repos: dict[str, datetime] = {}
        self.indexes = 0

    def demander_arret(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self.arret.set()

    def tour(self, *, le: datetime) -> None:
        """One pass over every task; the heart beats last, so that a stuck task shows."""
        self._essayer("imports", lambda: import_source.reprendre_interrompus(le=le), le=le)
        self._essayer("index", lambda: self._indexer(le), le=le)
        self._essayer("mesures", lambda: self._mesurer(le), le=le)
        self._battre(le)

    def _essayer(self, nom: str, tache: Callable[[], object], *, le: datetime) -> None:
        if le < self.repos.get(nom, le):
            return
        try:
            tache()
            self.repos.pop(nom, None)
        except Exception:
            journal.exception("la tâche « %s » a échoué, nouvel essai dans %s", nom, REPOS_APRES_ECHEC)
            self.repos[nom] = le + REPOS_APRES_ECHEC

    def _indexer(self, le: datetime) -> None:
        passage = indexing.passer(le=le)
        self.indexes += passage.nombre

    def _mesurer(self, le: datetime) -> None:
        """When the directory moved, or the day did, append the values that changed."""
        numero, jour = dernier_changement(), timezone.localtime(le).date().isoformat()
        if (numero, jour) == (self.mesure_au, self.mesure_jour):
            return
        for convention in Convention.objects.sans_portee("the worker serves every territory").exclude(
            etat="close"
        ):
            calcul.actualiser(convention, maintenant=le)
        self.mesure_au, self.mesure_jour = numero, jour

    def _battre(self, le: datetime) -> None:
        if self.dernier_battement and le - self.dernier_battement < BATTEMENT:
            return
        try:
            Battement.objects.update_or_create(
                nom="worker",
                defaults={"le": le, "detail": {"indexes": self.indexes, "en_repos": sorted(self.repos)}},
            )
            self.dernier_battement = le
        except Exception:
            journal.exception("le battement n’a pas pu s’écrire")

    def travailler(self) -> None:
        """Work until asked to stop; the task in hand is finished first."""
        while not self.arret.is_set():
            close_old_connections()
            self.tour(le=timezone.now())
            self.arret.wait(PAUSE_S)


@contextmanager
def seul(verrou: Path, travailleur: Travailleur) -> Iterator[bool]:
    """Hold the workers' lock; waits for it, and gives False when the stop is asked before the turn comes."""
    verrou.parent.mkdir(parents=True, exist_ok=True)
    with verrou.open("w") as fichier:
        while not travailleur.arret.is_set():
            try:
                fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                travailleur.arret.wait(1)
            else:
                yield True
                return
        yield False


def ecouter_les_signaux(travailleur: Travailleur) -> None:
    signal.signal(signal.SIGTERM, travailleur.demander_arret)
    signal.signal(signal.SIGINT, travailleur.demander_arret)
