"""The national schema in every form it travels in: the same records, the same refusals with their line and column."""

import json
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.import_source import executer
from maillage.annuaire.models import Import, Service, Structure
from tests.annuaire.outils_import import (
    make_communes,
    octets_csv,
    preparer_octets,
    service_national,
    structure_nationale,
)
from tests.hostile.classeurs import ods, xlsx
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
STRUCTURE = structure_nationale(1, reseaux_porteurs=["caf", "communes"])
SERVICE = service_national(
    1, publics=["familles", "jeunes"], nombre_semaines=3, volume_horaire_hebdomadaire=2.5
)
TOUS = list(STRUCTURE | SERVICE)


@pytest.fixture(autouse=True)
def _etat(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()


def lire(dossier: Path, octets: bytes) -> Import:
    return preparer_octets(dossier, octets, source="data-inclusion")


def en_cellules(objet: dict[str, Any], *, liste: str) -> dict[str, str]:
    return {nom: _cellule(objet.get(nom), liste) for nom in TOUS}


def _cellule(valeur: Any, liste: str) -> str:
    if isinstance(valeur, list):
        return {"json": json.dumps(valeur), "pg": "{" + ",".join(valeur) + "}", "barre": " | ".join(valeur)}[
            liste
        ]
    return "" if valeur is None else str(valeur)


def table(liste: str) -> list[dict[str, str]]:
    return [en_cellules(STRUCTURE, liste=liste), en_cellules(SERVICE, liste=liste)]


DEUX = json.dumps({"services": [SERVICE], "structures": [STRUCTURE]}, indent=2)
FORMES: dict[str, bytes] = {
    "a list": json.dumps([STRUCTURE, SERVICE]).encode(),
    "lines": f"{json.dumps(STRUCTURE)}\n{json.dumps(SERVICE)}\n".encode(),
    "an object of two lists": json.dumps({"structures": [STRUCTURE], "services": [SERVICE]}).encode(),
    "the same, on many lines": DEUX.encode(),
    "CSV with JSON lists": octets_csv(table("json")),
    "CSV of PostgreSQL": octets_csv(table("pg"), separateur=";"),
    "CSV with bars": octets_csv(table("barre")),
    "XLSX": xlsx([TOUS, *(list(ligne.values()) for ligne in table("barre"))]),
    "ODS": ods([TOUS, *(list(ligne.values()) for ligne in table("json"))]),
}


@pytest.mark.parametrize("forme", FORMES)
def test_every_form_gives_the_same_records(tmp_path: Path, forme: str) -> None:
    import_ = lire(tmp_path, FORMES[forme])

    assert import_.etat == "prepare", import_.rapport["illisible"]
    assert import_.rapport["refus"] == []
    executer(import_, le=INSTANT)
    structure, service = Structure.objects.get(), Service.objects.get()
    assert (structure.id, structure.code_postal, structure.latitude, structure.reseaux_porteurs) == (
        "dora--1",
        "68100",
        47.75,
        ["caf", "communes"],
    )
    assert (service.id, service.structure_ref, service.publics) == (
        "dora--service-1",
        structure,
        ["familles", "jeunes"],
    )
    assert (service.nombre_semaines, service.volume_horaire_hebdomadaire) == (3, 2.5)


def test_the_same_table_twice_changes_nothing(tmp_path: Path) -> None:
    executer(lire(tmp_path, FORMES["XLSX"]), le=INSTANT)

    seconde = lire(tmp_path, FORMES["XLSX"])

    assert (seconde.rapport["nouveaux"], seconde.rapport["modifies"], seconde.rapport["inchanges"]) == (
        0,
        0,
        2,
    )


def test_a_bad_cell_of_a_table_is_named_with_its_line_and_column(tmp_path: Path) -> None:
    lignes = [
        *table("json"),
        en_cellules(structure_nationale(2, latitude="NaN", code_postal="6810"), liste="json"),
    ]

    import_ = lire(tmp_path, octets_csv(lignes))

    assert import_.rapport["refuses"] == 1
    assert {(r["ligne"], r["colonne"]) for r in import_.rapport["refus"]} == {
        (4, "latitude"),
        (4, "code_postal"),
    }


def test_a_cell_in_error_refuses_its_object_with_its_column(tmp_path: Path) -> None:
    lignes: list[list[Any]] = [list(ligne.values()) for ligne in table("json")]
    lignes[1][TOUS.index("nom")] = ('<c r="@ICI@" t="e"><v>#N/A</v></c>',)

    import_ = lire(tmp_path, xlsx([TOUS, *lignes]))

    (refus,) = import_.rapport["refus"]
    assert (refus["ligne"], refus["colonne"]) == (3, "nom")
    assert "#N/A" in refus["valeur"]


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b'{"structures": []}', "Cette valeur manque"),
        (b'{"a": 1,\n "b": {"c": 2}}', "aucune liste de fiches"),
        (b'{"structures": [\n{"id": "dora--1",\n}]}', "mal formé"),
        (b'{"structures": [{"a": 1}]\n', "attendu"),
        (b'{"structures": [{"a": 1},]}\n\n', ""),
        (b'{"a":\n' * 50 + b"1" + b"}" * 50, "trop profondément"),
        (b'{\n"a": [1, 2]}', "aucune liste de fiches"),
        (b"nom,ville\nA,B\n", "Il manque les colonnes « id », « source », « date_maj »"),
        ("[{}]".encode("utf-16"), "JSON en UTF-16"),
    ],
)
def test_an_object_that_holds_no_record_says_why(tmp_path: Path, octets: bytes, message: str) -> None:
    import_ = lire(tmp_path, octets)

    motifs = [import_.rapport["illisible"]] if import_.etat == "refuse" else import_.rapport["refus"]
    assert motifs
    assert any(message in motif["message"] for motif in motifs), motifs
    assert all(motif["remede"] for motif in motifs)
    assert Structure.objects.count() == 0
