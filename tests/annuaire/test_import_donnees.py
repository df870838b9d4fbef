"""The files shipped with the house, read whole: exact counts, real defects, the real duplicate."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire import import_source
from maillage.annuaire.import_source import executer, preparer
from maillage.annuaire.models import Doublon, Import, Service, Structure
from maillage.annuaire.verite import vrais_le
from maillage.territoire.chargement import charger_france
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
DONNEES = Path(import_source.__file__).parent / "donnees"


def charger_livre(source: str, nom: str) -> Import:
    prepare = preparer(source, DONNEES / nom, nom=nom, par=None, le=INSTANT)
    assert prepare.etat == "prepare", prepare.rapport["illisible"]
    return executer(prepare, le=INSTANT)


def test_the_shipped_files_load_whole(settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    charger_france(le=INSTANT)

    fs = charger_livre("france-services", "france-services-2024-08.csv").rapport
    mairies = charger_livre("mairies", "annuaire-mairies-67-68-90.csv").rapport

    assert (fs["lues"], fs["nouveaux"], fs["refuses"]) == (1925, 1925, 0)
    assert (mairies["lues"], mairies["nouveaux"], mairies["refuses"]) == (1041, 988, 0)
    assert sum(mairies["ecartees"].values()) == 53
    dans_m2a = Structure.objects.filter(commune_officielle__groupement__siren="200066009")
    assert dans_m2a.filter(source="france-services").count() == 9
    assert dans_m2a.filter(source="mairies").count() == 39
    assert Structure.objects.filter(commune_officielle=None).count() == 0
    paires = set(Doublon.objects.values_list("premiere__id", "seconde__id"))
    assert ("france-services--1802", "france-services--2570") in paires
    assert len(paires) < 0.02 * Structure.objects.count()
    # An antenna without hours is unknown, never « fermé ».
    assert Structure.objects.get(id="france-services--2570").horaires_accueil is None
    # 1 April 2024 is computed from the labels, though the file is of August.
    d_avril = vrais_le(Service.objects.filter(famille="france-services"), date(2024, 4, 1))
    assert 1800 < d_avril.count() < 1925
    assert (
        d_avril.count()
        == Service.objects.filter(famille="france-services", ouvert_le__lte=date(2024, 4, 1)).count()
    )
