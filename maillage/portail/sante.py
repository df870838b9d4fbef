"""How the instance feels: database, index, worker, disk, last backup; called by the page /sante. No private data."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from maillage.annuaire import indexing
from maillage.core.models import Battement
from maillage.core.outbox import en_attente
from maillage.recherche.index import IndexAbsent

# Above these, a person should look; search and pages still answer.
RETARD_INDEX_MAX = 100
SILENCE_WORKER_MAX_S = 60
DISQUE_LIBRE_MIN = 500 * 2**20


@dataclass(frozen=True, slots=True)
class Sante:
    """Without its database the site is down; without index or worker it is slower, and says so."""

    base: bool
    index: str
    index_retard: int | None
    worker_age_s: int | None
    disque_libre_mo: int | None
    sauvegarde_age_h: int | None

    @property
    def etat(self) -> str:
        if not self.base:
            return "panne"
        return "degrade" if self.alertes else "ok"

    @property
    def statut(self) -> int:
        return 200 if self.base else 503

    @property
    def alertes(self) -> list[str]:
        """What a person should look at; the words are those of docs/exploitation.md."""
        fautes = {
            "base": not self.base,
            "index": self.index != "ok" or (self.index_retard or 0) > RETARD_INDEX_MAX,
            "worker": self.worker_age_s is None or self.worker_age_s > SILENCE_WORKER_MAX_S,
            "disque": (self.disque_libre_mo or 0) * 2**20 < DISQUE_LIBRE_MIN,
            "sauvegarde": self.sauvegarde_age_h is None,
        }
        return [nom for nom, faute in fautes.items() if faute]


def ausculter(*, le: datetime) -> Sante:
    """Look at everything; never raises."""
    disque = _disque_libre_mo(settings.ETAT)
    sauvegarde = _age_sauvegarde_h(settings.DOSSIER_SAUVEGARDES, le=le)
    try:
        age = _age_worker_s(le)
        index, retard = _index()
    except (DatabaseError, OSError):
        return Sante(
            base=False,
            index="inconnu",
            index_retard=None,
            worker_age_s=None,
            disque_libre_mo=disque,
            sauvegarde_age_h=sauvegarde,
        )
    return Sante(
        base=True,
        index=index,
        index_retard=retard,
        worker_age_s=age,
        disque_libre_mo=disque,
        sauvegarde_age_h=sauvegarde,
    )


def _index() -> tuple[str, int | None]:
    """State of this process's reader, and how many announced changes it has not seen."""
    try:
        return "ok", en_attente(indexing.lecteur().dernier())
    except IndexAbsent as refus:
        return str(refus.etat), None


def _age_worker_s(le: datetime) -> int | None:
    battu = Battement.objects.filter(nom="worker").values_list("le", flat=True).first()
    return max(int((le - battu).total_seconds()), 0) if battu else None


def _disque_libre_mo(dossier: Path) -> int | None:
    try:
        return shutil.disk_usage(dossier).free // 2**20
    except OSError:
        return None


def _age_sauvegarde_h(dossier: Path, *, le: datetime) -> int | None:
    dates = [fichier.stat().st_mtime for fichier in dossier.glob("*.tar.gz")] if dossier.is_dir() else []
    if not dates:
        return None
    return max(int((le - datetime.fromtimestamp(max(dates), UTC)).total_seconds() // 3600), 0)
