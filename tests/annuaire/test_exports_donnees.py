"""Every shipped record, in every format: all lines are valid, and read back on an empty instance they are equal."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire import import_source
from maillage.annuaire.exports.notice import make_notice
from maillage.annuaire.exports.selection import tout
from maillage.annuaire.exports.tables import ecrire_csv, ecrire_geojson
from maillage.annuaire.import_source import executer, preparer
from maillage.annuaire.models import Service, Structure
from maillage.territoire.chargement import charger_france
from tests.annuaire.exports_outils import empreintes, exporter, objets, reimporter, valider
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
DONNEES = Path(import_source.__file__).parent / "donnees"
LIVRES = {
    "france-services": "france-services-2024-08.csv",
    "mairies": "annuaire-mairies-67-68-90.csv",
}


def test_all_shipped_records_are_valid_and_come_back_equal(settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    charger_france(le=INSTANT)
    for source, nom in LIVRES.items():
        executer(preparer(source, DONNEES / nom, nom=nom, par=None, le=INSTANT), le=INSTANT)
    comptes = (Structure.objects.count(), Service.objects.count())
    selection = tout(exemples=False, le=date(2026, 11, 25))
    notice = make_notice(selection, le=INSTANT)

    octets = exporter()
    lignes = b"".join(ecrire_csv(selection, notice)).decode("utf-8-sig")
    carte = json.loads(b"".join(ecrire_geojson(selection, notice)))
    for objet in objets(octets):
        valider(objet)

    assert len(octets.splitlines()) == sum(comptes)
    assert len(list(csv.DictReader(io.StringIO(lignes, newline=""), delimiter=";"))) == comptes[1]
    assert 0.9 * comptes[1] < len(carte["features"]) <= comptes[1]
    termine = reimporter(tmp_path, octets)
    assert (termine.rapport["refuses"], termine.rapport["nouveaux"]) == (0, sum(comptes))
    assert empreintes(exporter()) == empreintes(octets)
