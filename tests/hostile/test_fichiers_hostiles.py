"""Files meant to harm, or merely broken: each is refused or read, in French, with the line and the remedy.

Every file goes through the real child process, with its limits; the large ones are made here, not stored.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.import_source import executer
from maillage.annuaire.models import Import, Structure
from tests.annuaire.outils_import import (
    LIGNE_FS,
    ligne_fs,
    make_communes,
    octets_csv,
    octets_ndjson,
    preparer_octets,
    service_national,
    structure_nationale,
)
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
ENTETE = ",".join(LIGNE_FS)
CSV = octets_csv([ligne_fs()])
TEXTE = CSV.decode()


@pytest.fixture(autouse=True)
def etat_neuf(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    settings.IMPORT_DUREE_S = 30
    make_communes()


def lire(dossier: Path, octets: bytes, *, source: str = "france-services", **options: Any) -> Import:
    """Prepare, and check what holds for any file: nothing written, no more memory and time than allowed."""
    debut = time.monotonic()
    import_ = preparer_octets(dossier, octets, source=source, **options)
    assert time.monotonic() - debut < 30
    assert import_.rapport["memoire_mo"] < 512
    assert Structure.objects.count() == 0
    return import_


def refus_du_fichier(import_: Import) -> dict[str, Any]:
    assert import_.etat == "refuse"
    refus = import_.rapport["illisible"]
    assert refus["message"]
    assert refus["remede"]
    assert len(refus["valeur"]) <= 70
    assert not list(Path(import_.chemin).parent.glob("*.fichier"))
    return refus


ILLISIBLES: dict[str, tuple[bytes, int, str]] = {
    "empty file": (b"", 0, "aucune ligne"),
    "byte order mark alone": (b"\xef\xbb\xbf", 0, "aucune ligne"),
    "header alone": (ENTETE.encode() + b"\n", 0, "aucune ligne"),
    "first line empty": (b"\n" + CSV, 1, "première ligne est vide"),
    "mixed encodings": (
        CSV + octets_csv([ligne_fs("2")]).split(b"\n", 1)[1].replace("é".encode(), b"\xe9"),
        3,
        "mélange",
    ),
    "a NUL": (CSV.replace(b"Mulhouse", b"Mul\x00house"), 2, "caractère nul"),
    "no known column": (
        b"nom;ville\nA;B\n",
        1,
        "Il manque les colonnes « id_fs », « lib_fs », « insee_com »",
    ),
    "one missing column": (CSV.replace(b"lib_fs", b"libelle"), 1, "Il manque la colonne « lib_fs »"),
    "duplicate column": (CSV.replace(b"groupe_fs", b"lib_fs"), 1, "« lib_fs » est présente 2 fois"),
    "5,000 columns": (ENTETE.encode() + b",x" * 5000 + b"\n", 1, "colonnes, 500 au plus"),
    "quote never closed": (CSV + b'"2,68' + b",x\n" * 60_000, 3, "guillemet ouvert ligne 3"),
    "a spreadsheet": (b"PK\x03\x04" + b"\x00" * 100, 0, "classeur"),
    "a PDF": (b"%PDF-1.7\n...", 0, "un PDF"),
    "gzip": (b"\x1f\x8b\x08" + b"\x00" * 50, 0, "compressé"),
    "HTML": (b"<!doctype html><html><body>Erreur 502</body></html>", 0, "une page web"),
    "random bytes": (bytes(range(128, 256)) * 40, 1, "illisible"),
}


@pytest.mark.parametrize("cas", ILLISIBLES)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, cas: str) -> None:
    octets, ligne, message = ILLISIBLES[cas]

    refus = refus_du_fichier(lire(tmp_path, octets))

    assert message in refus["message"]
    assert refus["ligne"] == ligne


def test_a_line_of_50_mb_is_refused(tmp_path: Path) -> None:
    octets = CSV + b"2,68," + b"x" * 50_000_000

    refus = refus_du_fichier(lire(tmp_path, octets, taille_max=100 * 1024 * 1024))

    assert (refus["ligne"], "dépasse un million de caractères" in refus["message"]) == (3, True)


LISIBLES: dict[str, Callable[[str], bytes]] = {
    "UTF-8": lambda texte: texte.encode(),
    "UTF-8 with a mark": lambda texte: texte.encode("utf-8-sig"),
    "UTF-16": lambda texte: texte.encode("utf-16"),
    "UTF-16 LE without a mark": lambda texte: texte.encode("utf-16-le"),
    "UTF-16 BE without a mark": lambda texte: texte.encode("utf-16-be"),
    "UTF-32": lambda texte: texte.encode("utf-32"),
    "cp1252": lambda texte: texte.encode("cp1252"),
    "Mac Roman": lambda texte: texte.encode("mac_roman"),
    "CR LF": lambda texte: texte.replace("\n", "\r\n").encode(),
    "CR alone": lambda texte: texte.replace("\n", "\r").encode(),
    "decomposed accents": lambda texte: texte.replace("é", "e\u0301").encode(),
    "blank lines": lambda texte: texte.replace("\n", "\n\n").encode(),
    "header with blanks and capitals": lambda texte: texte.replace("lib_fs", " LIB_FS\u00a0", 1).encode(),
    "trailing empty cells": lambda texte: (
        texte.replace("\n", ",,\n", 2).replace("fs,,\n", "fs\n", 1).encode()
    ),
}


@pytest.mark.parametrize("cas", LISIBLES)
def test_a_file_written_otherwise_gives_the_same_record(tmp_path: Path, cas: str) -> None:
    import_ = lire(tmp_path, LISIBLES[cas](TEXTE))

    assert import_.etat == "prepare", import_.rapport["illisible"]
    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 0)
    executer(import_, le=INSTANT)
    structure = Structure.objects.get()
    assert (structure.adresse, structure.ouvert_le.isoformat()) == ("59 Allée Gluck", "2021-01-15")


@pytest.mark.parametrize("separateur", [",", ";", "\t", "|"])
def test_every_usual_separator_is_found(tmp_path: Path, separateur: str) -> None:
    import_ = lire(tmp_path, octets_csv([ligne_fs(commentaire="a, b; c | d")], separateur=separateur))

    assert import_.rapport["nouveaux"] == 1


def test_two_spellings_of_an_accent_are_one_key(tmp_path: Path) -> None:
    octets = octets_csv([ligne_fs("é"), ligne_fs("e\u0301", lib_fs="Autre")])

    import_ = lire(tmp_path, octets)

    assert import_.rapport["refuses"] == 2
    assert "la même clé « é »" in import_.rapport["refus"][0]["message"]


LIGNES_REFUSEES: dict[str, tuple[dict[str, str], str, str]] = {
    "NaN": ({"latitude": "NaN"}, "latitude", "Nombre illisible"),
    "infinity": ({"latitude": "Infinity"}, "latitude", "Nombre illisible"),
    "1e308": ({"longitude": "1e308"}, "longitude", "Nombre illisible"),
    "minus zero": ({"longitude": "-0"}, "longitude", "Nombre illisible"),
    "Arabic digits": ({"latitude": "٤٧.٧٥"}, "latitude", "Nombre illisible"),  # noqa: RUF001
    "40 digits": ({"latitude": "4" * 40}, "latitude", "Nombre illisible"),
    "hexadecimal": ({"latitude": "0x2F"}, "latitude", "Nombre illisible"),
    "a point in the ocean": ({"latitude": "0.5", "longitude": "-30"}, "latitude", "ne sont pas en France"),
    "no name": ({"lib_fs": ""}, "lib_fs", "Le nom manque"),
    "only blanks": ({"lib_fs": " \u00a0\u2003"}, "lib_fs", "Le nom manque"),
    "only zero-width": ({"lib_fs": "\u200b\u200d\ufeff"}, "lib_fs", "Le nom manque"),
    "10,000 characters": ({"lib_fs": "a" * 10_000}, "lib_fs", "10000 caractères, 150 au plus"),
    "a control character": ({"lib_fs": "Maison\x1b[31m"}, "lib_fs", "caractère de contrôle"),
    "no key": ({"id_fs": ""}, "id_fs", "L’identifiant manque"),
    "no commune": ({"insee_com": ""}, "insee_com", "Le code INSEE manque"),
    "Arabic INSEE": ({"insee_com": "٦٨٢٢٤"}, "insee_com", "Code INSEE illisible"),
    "unknown commune": (
        {"insee_com": "68999", "lib_com": "Nulle-Part", "code_postal": ""},
        "insee_com",
        "Commune inconnue : 68999",
    ),
}


@pytest.mark.parametrize("cas", LIGNES_REFUSEES)
def test_a_bad_cell_refuses_its_row_and_only_that_one(tmp_path: Path, cas: str) -> None:
    champs, colonne, message = LIGNES_REFUSEES[cas]

    import_ = lire(tmp_path, octets_csv([ligne_fs("1"), ligne_fs(**{"id_fs": "2"} | champs)]))

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 1)
    (refus,) = import_.rapport["refus"]
    assert (refus["ligne"], refus["colonne"]) == (3, colonne)
    assert message in refus["message"]
    assert refus["remede"]
    assert len(refus["valeur"]) <= 70


LIGNES_REPAREES: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "swapped coordinates": (
        {"latitude": "7.34", "longitude": "47.75"},
        {"latitude": 47.75, "longitude": 7.34},
        "inversées",
    ),
    "decimal comma": ({"latitude": "47,75"}, {"latitude": 47.75}, "virgule"),
    "zero and zero": (
        {"latitude": "0", "longitude": "0"},
        {"latitude": None, "longitude": None},
        "inconnues",
    ),
    "one coordinate alone": ({"latitude": ""}, {"latitude": None, "longitude": None}, "Une seule"),
    "INSEE without its zero": (
        {"insee_com": "1033", "code_postal": "1200"},
        {"code_insee": "01033", "code_postal": "01200"},
        "zéro de tête",
    ),
    "INSEE in small letters": ({"insee_com": "2a004", "code_postal": "20000"}, {"code_insee": "2A004"}, ""),
    "postcode of another commune": ({"code_postal": "68440"}, {"code_postal": "68440"}, "ne"),
    "two e-mail addresses": (
        {"mail": "a@exemple.fr ; b@exemple.fr"},
        {
            "courriel": "a@exemple.fr",
            "extra": {
                "type_fs": "Principal",
                "format_fs": "Bus_équivalent",
                "autres_courriels": ["b@exemple.fr"],
            },
        },
        "Plusieurs adresses",
    ),
    "an e-mail that is none": ({"mail": "voir site"}, {"courriel": None}, "illisible"),
    "a phone without a digit": ({"telephone": "sur place"}, {"telephone": None}, "pas un numéro"),
    "31 February": (
        {"labellisation_fs": "Espace labellisé 31/02/2024"},
        {"ouvert_le": None},
        "Date illisible",
    ),
    "a merged commune": (
        {"insee_com": "68998", "lib_com": "Habsheim", "code_postal": "68440"},
        {"code_insee": "68998", "commune_officielle_id": "68118"},
        "rattachée à Habsheim",
    ),
}


@pytest.mark.parametrize("cas", LIGNES_REPAREES)
def test_a_cell_that_can_be_understood_is_put_right_and_said(tmp_path: Path, cas: str) -> None:
    champs, attendu, message = LIGNES_REPAREES[cas]

    import_ = lire(tmp_path, octets_csv([ligne_fs(**champs)]))

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 0)
    messages = [avis["message"] for avis in import_.rapport["avis"]]
    assert message == "" or any(message in dit for dit in messages), messages
    executer(import_, le=INSTANT)
    structure = Structure.objects.get()
    assert {champ: getattr(structure, champ) for champ in attendu} == attendu


def test_a_row_cut_wrongly_is_named_and_the_others_go_in(tmp_path: Path) -> None:
    octets = CSV + b"2,68,trop,court\n" + octets_csv([ligne_fs("3")]).split(b"\n", 1)[1]

    import_ = lire(tmp_path, octets)

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"], import_.rapport["lues"]) == (2, 1, 3)
    (refus,) = import_.rapport["refus"]
    assert (refus["ligne"], refus["message"]) == (3, "4 cases au lieu de 24.")


def test_line_numbers_stay_true_after_a_cell_on_several_lines(tmp_path: Path) -> None:
    octets = octets_csv([ligne_fs("1", adresse="1 rue A\nbâtiment B\n"), ligne_fs("2", lib_fs="")])

    import_ = lire(tmp_path, octets)

    assert import_.rapport["refus"][0]["ligne"] == 5


def test_a_million_refusals_make_a_short_report(tmp_path: Path) -> None:
    octets = ENTETE.encode() + b"\n" + b"".join(b"%d,x\n" % n for n in range(200_000))

    import_ = lire(tmp_path, octets)

    assert import_.rapport["refuses"] == 200_000
    assert len(json.dumps(import_.rapport)) < 200_000


def test_a_reading_that_needs_too_much_memory_is_stopped_kindly(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_MEMOIRE_MO = 28
    octets = octets_csv([ligne_fs(str(n), commentaire=str(n)) for n in range(60_000)])

    refus = refus_du_fichier(lire(tmp_path, octets, taille_max=100 * 1024 * 1024))

    assert "28 Mo de mémoire" in refus["message"]


def test_a_reading_that_lasts_is_stopped_kindly(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_DUREE_S = 1
    octets = octets_csv([ligne_fs(str(n)) for n in range(100_000)])

    refus = refus_du_fichier(lire(tmp_path, octets, taille_max=100 * 1024 * 1024))

    assert "1 seconde" in refus["message"] or "trop de temps" in refus["message"]


BONNE = octets_ndjson([structure_nationale(1)])
JSON_ILLISIBLES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "aucune ligne"),
    "not JSON, without the columns": (b"id,nom\n1,A\n", 1, "Il manque les colonnes « source », « date_maj »"),
    "trailing comma": (b"[\n" + BONNE.strip() + b",\n]", 3, "virgule"),
    "array never closed": (b"[\n" + BONNE.strip(), 2, "attendu"),
    "text after the array": (b"[\n" + BONNE.strip() + b"\n] fin", 3, "suit la fin"),
    "two values without a comma": (b"[\n" + BONNE.strip() + b"\n" + BONNE.strip() + b"]", 3, "attendu"),
    "an array 100,000 deep": (b"[" * 100_000, 1, "profond"),
    "an object of 5 MB": (b'{"id":"' + b"x" * 5_000_000 + b'"}\n', 1, "un million"),
    "an array of one 5 MB text": (b'["' + b"x" * 5_000_000 + b'"]', 1, "un million"),
    "bad bytes in an array": (b'[{"id":"\xff\xfe"}]', 1, "illisible"),
}


@pytest.mark.parametrize("cas", JSON_ILLISIBLES)
def test_a_json_file_that_cannot_be_read_says_where(tmp_path: Path, cas: str) -> None:
    octets, ligne, message = JSON_ILLISIBLES[cas]

    refus = refus_du_fichier(lire(tmp_path, octets, source="data-inclusion"))

    assert message in refus["message"]
    assert refus["ligne"] == ligne


OBJETS_REFUSES: dict[str, tuple[bytes, str, str]] = {
    "lone surrogate": (BONNE.replace(b"Association", b"\\ud800"), "", "mal formé"),
    "100,000 deep": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n", "", "profond"),
    "duplicate keys": (BONNE.replace(b'"source"', b'"nom": "Autre nom", "source"'), "nom", "deux fois"),
    "a NUL": (BONNE.replace(b"Association", b"Asso\\u0000"), "", "caractère nul"),
    "broken": (b'{"id": "dora--2", "nom": \n', "", "mal formé"),
    "a list": (b'{"id": "dora--2"}\n'.replace(b'"dora--2"', b'["dora--2"]'), "id", "Un texte"),
    "NaN": (BONNE.replace(b"47.75", b"NaN"), "", "mal formé"),
    "1e400": (BONNE.replace(b"47.75", b"1e400"), "", "mal formé"),
    "1e308": (BONNE.replace(b"47.75", b"1e308"), "latitude", "trop grand"),
    "40 digits": (BONNE.replace(b"47.75", b"4" * 40), "latitude", "trop grand"),
    "short name": (BONNE.replace("Association numéro 1".encode(), b"AB"), "nom", "trop court"),
    "wrong id": (BONNE.replace(b"dora--1", b"pas un id"), "id", "Forme inattendue"),
    "impossible date": (BONNE.replace(b"2024-05-02", b"2024-02-31"), "date_maj", "Date illisible"),
    "Arabic digits": (BONNE.replace(b'"68100"', '"٦٨١٠٠"'.encode()), "code_postal", "Forme inattendue"),
    "swapped": (
        BONNE.replace(b"47.75", b"@").replace(b"7.34", b"47.75").replace(b"@", b"7.34"),
        "latitude",
        "inversées",
    ),
    "unknown commune": (
        BONNE.replace(b"68224", b"68999").replace(b"Mulhouse", b"Rien").replace(b"68100", b"99990"),
        "code_insee",
        "Commune inconnue",
    ),
    "a script for a link": (
        BONNE.replace(b"}", b', "site_web": "javascript:alert(1)"}'),
        "site_web",
        "Forme",
    ),
}


@pytest.mark.parametrize("cas", OBJETS_REFUSES)
def test_a_bad_object_is_refused_alone(tmp_path: Path, cas: str) -> None:
    octets, colonne, message = OBJETS_REFUSES[cas]
    bonne = octets_ndjson([structure_nationale(7)])

    import_ = lire(tmp_path, bonne + octets, source="data-inclusion")

    assert import_.etat == "prepare", import_.rapport["illisible"]
    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 1)
    refus = import_.rapport["refus"]
    assert any((r["ligne"], r["colonne"]) == (2, colonne) and message in r["message"] for r in refus), refus


def test_an_object_lists_all_its_errors(tmp_path: Path) -> None:
    objet = service_national(1, nom="A", description="B", date_maj="hier", frais=3, nombre_semaines=0)

    import_ = lire(tmp_path, octets_ndjson([structure_nationale(1), objet]), source="data-inclusion")

    assert sorted(r["colonne"] for r in import_.rapport["refus"]) == [
        "date_maj",
        "description",
        "frais",
        "nom",
        "nombre_semaines",
    ]


def test_an_array_is_read_like_lines(tmp_path: Path) -> None:
    objets = [structure_nationale(1), structure_nationale(2), service_national(1)]

    import_ = lire(tmp_path, json.dumps(objets, indent=2).encode(), source="data-inclusion")

    assert import_.rapport["nouveaux"] == 3


def test_a_million_keys_are_one_refusal(tmp_path: Path) -> None:
    objet = b'{"id": "dora--2",' + b",".join(b'"k%d":1' % n for n in range(80_000)) + b"}\n"

    import_ = lire(tmp_path, BONNE + objet, source="data-inclusion")

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 1)


def test_hours_as_hostile_json_in_a_cell_never_stop_the_file(tmp_path: Path) -> None:
    mairie = {
        "code_insee": "68224",
        "type": "COM",
        "nom": "Mulhouse",
        "mairie_adresse": "2 rue Pierre-et-Marie-Curie\n68100 Mulhouse",
        "mairie_lon": "7.34",
        "mairie_lat": "47.75",
        "mairie_horaires": "[" * 9_000,
        "mairie_email": "",
        "mairie_telephone": "03 89 32 58 58",
        "mairie_site": "https://mulhouse.fr",
        "mairie_accessibilite": "NAC",
    }
    autre = mairie | {"code_insee": "68118", "nom": "Habsheim", "mairie_horaires": '[["lundi", 3]]'}

    import_ = lire(tmp_path, octets_csv([mairie, autre]), source="mairies")

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (2, 0)
    assert [a["colonne"] for a in import_.rapport["avis"] if "Horaires illisibles" in a["message"]] == [
        "mairie_horaires",
        "mairie_horaires",
    ]
