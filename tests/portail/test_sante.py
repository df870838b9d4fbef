"""The health page: what a machine reads, without any private data."""

import os
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from maillage.annuaire import indexing
from maillage.core.models import Battement
from maillage.core.outbox import annoncer
from maillage.portail.sante import Sante, ausculter

pytestmark = pytest.mark.django_db
CHAMPS = {
    "etat", "alertes", "base", "index", "index_retard", "worker_age_s", "disque_libre_mo", "sauvegarde_age_h",
}  # fmt: skip


def en_panne(*requete: object) -> NoReturn:
    """What Django meets when the database is gone."""
    raise OperationalError("the database does not answer")


@pytest.fixture(autouse=True)
def etat_vide(settings: object, tmp_path: Path) -> None:
    settings.DOSSIER_INDEX = tmp_path / "index"  # type: ignore[attr-defined]
    settings.DOSSIER_SAUVEGARDES = tmp_path / "sauvegardes"  # type: ignore[attr-defined]


def test_without_index_or_worker_the_site_is_up_and_says_what_is_missing(client: Client) -> None:
    reponse = client.get("/sante")
    corps = reponse.json()

    assert reponse.status_code == 200
    assert set(corps) == CHAMPS
    assert (corps["etat"], corps["base"], corps["index"], corps["worker_age_s"]) == (
        "degrade",
        True,
        "absent",
        None,
    )
    assert corps["alertes"] == ["index", "worker", "sauvegarde"]
    assert not reponse.cookies
    assert "no-store" in reponse["Cache-Control"]


def test_a_healthy_instance_is_ok_and_its_lag_is_counted_in_changes(client: Client, settings: object) -> None:
    maintenant = timezone.now()
    indexing.reindexer(le=maintenant)
    Battement.objects.create(nom="worker", le=maintenant - timedelta(seconds=7))
    archive = settings.DOSSIER_SAUVEGARDES / "maillage-1.tar.gz"  # type: ignore[attr-defined]
    archive.parent.mkdir()
    archive.touch()
    hier = (maintenant - timedelta(hours=26)).timestamp()
    os.utime(archive, (hier, hier))
    annoncer("structure", [1, 5], le=maintenant)

    constat = ausculter(le=maintenant)

    assert (constat.etat, constat.alertes) == ("ok", [])
    assert (constat.index, constat.index_retard) == ("ok", 2)
    assert (constat.worker_age_s, constat.sauvegarde_age_h) == (7, 26)
    assert constat.disque_libre_mo is not None


def test_a_silent_worker_is_seen(client: Client) -> None:
    maintenant = timezone.now()
    Battement.objects.create(nom="worker", le=maintenant - timedelta(seconds=61))

    assert "worker" in ausculter(le=maintenant).alertes


def test_without_database_the_answer_is_503_and_still_json(client: Client) -> None:
    with connection.execute_wrapper(en_panne):
        constat = ausculter(le=timezone.now())
        reponse = client.get("/sante")

    assert (constat.base, constat.etat, constat.statut) == (False, "panne", 503)
    assert isinstance(constat, Sante)
    assert reponse.status_code == 503
    assert reponse.json()["etat"] == "panne"
