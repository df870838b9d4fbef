"""The worker: each task on its own, one worker at a time, a heart that beats."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from maillage.core.models import Battement
from maillage.portail import travailleur
from maillage.portail.travailleur import REPOS_APRES_ECHEC, Travailleur, seul
from tests.make import INSTANT

pytestmark = pytest.mark.django_db


def test_a_round_leaves_a_sign_of_life() -> None:
    Travailleur().tour(le=INSTANT)

    assert Battement.objects.get(nom="worker").le == INSTANT


def test_a_task_that_fails_does_not_stop_the_others_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    appels: list[str] = []

    def en_panne(*, le: object) -> None:
        appels.append("imports")
        raise RuntimeError("disque plein")

    monkeypatch.setattr(travailleur.import_source, "reprendre_interrompus", en_panne)
    un = Travailleur()

    un.tour(le=INSTANT)
    un.tour(le=INSTANT + timedelta(seconds=1))
    un.tour(le=INSTANT + REPOS_APRES_ECHEC)

    assert appels == ["imports", "imports"]
    assert Battement.objects.get(nom="worker").detail["en_repos"] == ["imports"]


def test_the_numbers_are_taken_again_only_when_the_directory_or_the_day_moved(
    m2a: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.make import make_convention

    make_convention(m2a)  # type: ignore[arg-type]
    appels: list[object] = []
    monkeypatch.setattr(
        travailleur.calcul, "actualiser", lambda convention, *, maintenant: appels.append(maintenant)
    )
    un = Travailleur()

    un.tour(le=INSTANT)
    un.tour(le=INSTANT + timedelta(seconds=1))
    un.tour(le=INSTANT + timedelta(days=1))

    assert appels == [INSTANT, INSTANT + timedelta(days=1)]


def test_a_second_worker_waits_for_its_turn(tmp_path: Path) -> None:
    premier, second = Travailleur(), Travailleur()
    entre = threading.Event()

    def attendre() -> None:
        with seul(tmp_path / "verrou", second) as mon_tour:
            if mon_tour:
                entre.set()

    with seul(tmp_path / "verrou", premier) as mon_tour:
        assert mon_tour
        fil = threading.Thread(target=attendre)
        fil.start()
        assert not entre.wait(0.3)
    fil.join(10)

    assert entre.is_set()


def test_a_worker_asked_to_stop_while_it_waits_goes_away_without_working(tmp_path: Path) -> None:
    premier, second = Travailleur(), Travailleur()

    with seul(tmp_path / "verrou", premier):
        second.demander_arret()
        with seul(tmp_path / "verrou", second) as mon_tour:
            assert not mon_tour
