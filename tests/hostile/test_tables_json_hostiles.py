"""JSON tables meant to harm, or merely broken, read under a described source; and hostile files sent by the page."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.annuaire.models import Import, Structure
from tests.annuaire.outils_import import make_communes, preparer_octets
from tests.hostile.classeurs import archive, feuille, xlsx

pytestmark = pytest.mark.django_db
LIEU: dict[str, Any] = {
    "id": "1",
    "nom": "Espace numérique",
    "commune": "Habsheim",
    "code_postal": "68440",
    "latitude": 47.73,
    "longitude": 7.42,
}
BON = json.dumps(LIEU)
AUTRE = json.dumps(LIEU | {"id": "2"})


@pytest.fixture(autouse=True)
def etat_neuf(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    settings.IMPORT_DUREE_S = 30


def lire(dossier: Path, octets: bytes) -> Import:
    make_communes()
    debut = time.monotonic()
    import_ = preparer_octets(dossier, octets, source="mediation-numerique")
    assert time.monotonic() - debut < 30
    assert import_.rapport["memoire_mo"] < 512
    return import_


REFUSES: dict[str, tuple[str, str, str]] = {
    "a lone surrogate": (AUTRE.replace("Espace", r"\ud800"), "nom", "caractère impossible"),
    "a NUL": (AUTRE.replace("Espace", r"\u0000"), "nom", "caractère impossible"),
    "duplicate keys": (AUTRE.replace('"nom"', '"commune": "A", "nom"'), "commune", "deux fois"),
    "NaN": (AUTRE.replace("47.73", "NaN"), "", "NaN n’est pas une valeur JSON"),
    "minus infinity": (AUTRE.replace("47.73", "-Infinity"), "", "n’est pas une valeur JSON"),
    "1e400": (AUTRE.replace("47.73", "1e400"), "latitude", "Nombre illisible"),
    "40 digits": (AUTRE.replace("47.73", "4" * 40), "latitude", "Nombre illisible"),
    "10,000 digits": (AUTRE.replace("47.73", "4" * 10_000), "latitude", "10000 caractères"),
    "100,000 deep": ('{"a":' * 100_000 + "1" + "}" * 100_000, "", "trop profondément"),
    "900 deep": ('{"id": "2", "a":' + '{"a":' * 900 + "1" + "}" * 901, "nom", "Le nom manque"),
    "broken in its middle": ('{"id": "2", "nom": }', "", "mal formé"),
    "a list": ("[1, 2]", "", "objet JSON est attendu"),
    "in the ocean": (AUTRE.replace("47.73", "0.5"), "latitude", "ne sont pas en France"),
    "no name": (
        AUTRE.replace("Espace numérique", "").replace("Espace num\\u00e9rique", ""),
        "nom",
        "Le nom manque",
    ),
    "nowhere": (AUTRE.replace("Habsheim", "Atlantide").replace("68440", "99999"), "commune", "introuvable"),
    "the same key": (AUTRE.replace('"id": "2"', '"id": "1"').replace("Espace", "Autre"), "", "la même clé"),
}


@pytest.mark.parametrize("cas", REFUSES)
def test_a_bad_object_of_a_table_is_refused_alone(tmp_path: Path, cas: str) -> None:
    objet, colonne, message = REFUSES[cas]
    trois = json.dumps(LIEU | {"id": "3"})

    import_ = lire(tmp_path, f"{trois}\n{BON}\n{objet}\n".encode())

    assert import_.etat == "prepare", import_.rapport["illisible"]
    assert import_.rapport["nouveaux"] == (1 if cas == "the same key" else 2)
    refus = import_.rapport["refus"]
    assert any((r["ligne"], r["colonne"]) == (3, colonne) and message in r["message"] for r in refus), refus
    assert all(r["remede"] for r in refus)


@pytest.mark.parametrize(
    ("objet", "champs"),
    [
        (LIEU | {"latitude": 7.42, "longitude": 47.73}, (47.73, 7.42)),
        (LIEU | {"latitude": "47,73"}, (47.73, 7.42)),
        (LIEU | {"latitude": 0, "longitude": 0}, (None, None)),
    ],
)
def test_coordinates_that_can_be_understood_are_put_right(
    tmp_path: Path, objet: dict[str, Any], champs: tuple[float | None, float | None]
) -> None:
    from maillage.annuaire.import_source import executer
    from tests.make import INSTANT

    import_ = lire(tmp_path, json.dumps([objet]).encode())

    executer(import_, le=INSTANT)
    structure = Structure.objects.get()
    assert (structure.latitude, structure.longitude) == champs
    assert import_.rapport["avis_par_colonne"]["latitude"] == 1


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (f"[{BON},\n{AUTRE},]".encode(), "virgule"),
        (f'{{"a": [{BON},\n]}}\n'.encode(), "virgule"),
        (f'{{"a": [\n{BON}\n{AUTRE}]}}\n'.encode(), "attendu"),
        (f'{{"a":\n[{BON}]}} fin'.encode(), "suit la fin"),
        (b'{"features": ' + b"[" * 100_000, "profond"),
        (b'{"a":\n' * 100_000, "profond"),
        (b'[{"nom": "' + b"x" * 3_000_000 + b'"}]', "million"),
        (json.dumps([{f"c{n}": 1 for n in range(600)}]).encode(), "500 noms"),
        (b"[" + b",".join(b'{"k%d": 1}' % n for n in range(100_000)) + b"]", "500 noms"),
        (b"[]", "aucune liste"),
        (b'[{"nom": "\xff\xfe"}]', "illisible"),
    ],
)
def test_a_json_table_that_cannot_be_read_is_refused_whole(
    tmp_path: Path, octets: bytes, message: str
) -> None:
    import_ = lire(tmp_path, octets)

    assert import_.etat == "refuse"
    refus = import_.rapport["illisible"]
    assert message in refus["message"], refus
    assert refus["remede"]


@pytest.mark.usefixtures("m2a")
@pytest.mark.parametrize(
    "octets",
    [
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0" + b"\x00" * 2_000,
        xlsx(xml=feuille([["x"]]).replace("A1", "XFD1048576").replace('r="1"', 'r="1048576"')),
        xlsx(xml=feuille([["x"]], avant='<!DOCTYPE x [<!ENTITY a "b">]>')),
        archive({"../../etc/cron.d/x": b"x"}),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        bytes(range(256)) * 40,
        b"id,nom\n" + b'"' * 200_000,
    ],
)
@pytest.mark.parametrize("source", ["colleges", "data-inclusion", "france-services"])
def test_a_hostile_file_sent_by_the_page_gets_a_page_that_says_why(
    client_awa: Client, octets: bytes, source: str
) -> None:
    make_communes()
    fichier = SimpleUploadedFile("tableau.xlsx", octets)

    page = client_awa.post(
        "/annuaire/imports/nouveau",
        {"source": source, "edition_le": "2024-06-01", "fichier": fichier},
        follow=True,
    )

    assert page.status_code == 200
    assert "Que faire ?" in page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert Structure.objects.count() == 0
