"""The commands `reindex` and `check_annuaire`."""

import fcntl
import json
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from maillage.annuaire.management.commands import reindex
from maillage.annuaire.models import Doublon, Service, Structure
from maillage.core.models import Changement
from maillage.core.outbox import annoncer
from maillage.recherche.dossier import VERROU
from tests.make import INSTANT, make_commune, make_service, make_source, make_structure

pytestmark = pytest.mark.django_db


def controles(capsys: pytest.CaptureFixture[str], *, code: int) -> dict[str, tuple[int, int]]:
    capsys.readouterr()
    if code:
        with pytest.raises(SystemExit) as sortie:
            call_command("check_annuaire", "--json")
        assert sortie.value.code == code
    else:
        call_command("check_annuaire", "--json")
    return {c["nom"]: (c["justes"], c["total"]) for c in json.loads(capsys.readouterr().out)}


def test_reindex_says_how_many_records_can_be_found(capsys: pytest.CaptureFixture[str]):
    make_service(make_structure())
    make_structure(retire_le=INSTANT)

    call_command("reindex")

    assert capsys.readouterr().out.startswith("fiches indexées : 1, en ")


def test_reindex_leaves_no_orphan_folder(capsys: pytest.CaptureFixture[str]):
    make_structure()
    for _ in range(4):
        call_command("reindex")

    versions = [d for d in settings.DOSSIER_INDEX.iterdir() if d.is_dir()]
    assert len(versions) == 2  # the one in use, and the one its readers may still hold


def test_reindex_says_who_holds_the_index(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reindex, "ESSAIS", 2)
    monkeypatch.setattr(reindex, "PAUSE", 0)
    settings.DOSSIER_INDEX.mkdir(parents=True)
    with (settings.DOSSIER_INDEX / VERROU).open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)

        with pytest.raises(CommandError, match="en cours d’écriture"):
            call_command("reindex")


def test_a_sound_directory_passes_every_check(capsys: pytest.CaptureFixture[str]):
    source = make_source(edition_le=timezone.localdate())
    make_service(make_structure(source_ref=source, commune_officielle=make_commune()))
    call_command("reindex")

    assert controles(capsys, code=0) == {
        "changements appliqués à l’index": (0, 0),
        "fiches trouvables dans l’index": (1, 1),
        "services dont la structure est dans l’annuaire": (1, 1),
        "structures dont la commune est connue": (1, 1),
        "coordonnées dans leur commune": (1, 1),
        "doublons examinés": (0, 0),
        "sources de moins d’un an": (1, 1),
    }


def test_each_inconsistency_is_counted_and_named(capsys: pytest.CaptureFixture[str]):
    commune = make_commune()
    service = make_service(make_structure(commune_officielle=commune))
    call_command("reindex")
    Structure.objects.filter(pk=service.structure_ref_id).update(retire_le=INSTANT)
    make_structure("Sans commune", commune="Mulouse")
    make_structure("Ailleurs", commune_officielle=commune, id="essai--loin")
    Structure.objects.filter(id="essai--loin").update(latitude=7.34, longitude=47.75)
    with transaction.atomic():
        annoncer("service", [service.n], le=INSTANT)

    trouves = controles(capsys, code=1)

    assert trouves["changements appliqués à l’index"] == (0, Changement.objects.get().n)
    assert trouves["fiches trouvables dans l’index"] == (1, 2)
    assert trouves["services dont la structure est dans l’annuaire"] == (0, 1)
    assert trouves["structures dont la commune est connue"] == (1, 2)
    assert trouves["coordonnées dans leur commune"] == (0, 1)


def test_old_editions_and_open_duplicates_are_work_not_inconsistency(capsys: pytest.CaptureFixture[str]):
    source = make_source(edition_le=date(2020, 1, 1))
    commune = make_commune()
    une, autre = (make_structure(f"{i}", source_ref=source, commune_officielle=commune) for i in range(2))
    Doublon.objects.create(premiere=une, seconde=autre, motif="même lieu", signale_le=INSTANT)
    call_command("reindex")

    trouves = controles(capsys, code=0)

    assert trouves["doublons examinés"] == (0, 1)
    assert trouves["sources de moins d’un an"] == (0, 1)


def test_the_check_is_readable(capsys: pytest.CaptureFixture[str]):
    Service.objects.all().delete()
    call_command("reindex")
    capsys.readouterr()

    call_command("check_annuaire")

    assert "fiches trouvables dans l’index : 0 sur 0\n" in capsys.readouterr().out
