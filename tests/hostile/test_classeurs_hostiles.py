"""Workbooks meant to harm, or merely odd: refused or read, in French, with the cell and the remedy, within bounds.

Every file goes through the real child process, with its limits (512 MB, 30 s).
"""

import io
import stat
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.import_source import executer
from maillage.annuaire.models import Import, Structure
from tests.annuaire.outils_import import make_communes, preparer_octets
from tests.hostile.classeurs import (
    ENTETE,
    LIGNE,
    STYLES,
    archive,
    case,
    chevauchee,
    feuille,
    gonflee,
    ods,
    taille_mentie,
    xlsx,
)
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
VIDE = feuille([])
DEUX_FEUILLES = (
    '<sheet name="A" sheetId="1" r:id="r1"/><sheet name="Secrète" sheetId="2" r:id="r2" state="hidden"/>'
)
BOMBE = (
    '<!DOCTYPE x [<!ENTITY a "boum">'
    + "".join(f'<!ENTITY a{n} "{"&a;" if n == 0 else f"&a{n - 1};" * 10}">' for n in range(10))
    + "]>"
)
QUADRATIQUE = f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'


@pytest.fixture(autouse=True)
def etat_neuf(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    settings.IMPORT_DUREE_S = 30
    make_communes()


def lire(dossier: Path, octets: bytes, **options: Any) -> Import:
    debut = time.monotonic()
    import_ = preparer_octets(dossier, octets, source="colleges", **options)
    assert time.monotonic() - debut < 30
    assert import_.rapport["memoire_mo"] < 512
    assert Structure.objects.count() == 0
    return import_


def lien_symbolique() -> bytes:
    tampon = io.BytesIO(xlsx())
    with zipfile.ZipFile(tampon, "a") as ecrite:
        membre = zipfile.ZipInfo("xl/lien.xml")
        membre.external_attr = (stat.S_IFLNK | 0o777) << 16
        ecrite.writestr(membre, "/etc/passwd")
    return tampon.getvalue()


def chiffre() -> bytes:
    octets = bytearray(xlsx())
    octets[octets.find(b"PK\x01\x02") + 8] |= 1
    return bytes(octets)


def une_case_loin(reference: str) -> bytes:
    numero = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    loin = f'<row r="{numero}">{case(reference, "x")}</row>'
    return xlsx(xml=feuille([ENTETE, LIGNE]).replace("</sheetData>", f"{loin}</sheetData>"))


ILLISIBLES: dict[str, tuple[Any, int, str]] = {
    "A1 and XFD1048576": (lambda: une_case_loin("XFD1048576"), 1048576, "XFD1048576"),
    "a cell past the columns": (lambda: une_case_loin("ZZZ3"), 3, "ZZZ3"),
    "a cell past the rows": (lambda: une_case_loin("A200001"), 200_001, "A200001"),
    "a sheet of 300 MB": (
        lambda: gonflee(
            "xl/worksheets/sheet1.xml",
            b"<worksheet><sheetData>",
            b'<row r="1"><c r="A1"/></row>     ',
            b"</sheetData></worksheet>",
            fois=9_000_000,
            autour=xlsx(),
        ),
        0,
        "dépasse 100 Mo",
    ),
    "shared strings of 600 MB": (
        lambda: gonflee(
            "xl/sharedStrings.xml",
            b"<sst>",
            b"<si><t>" + b"x" * 50 + b"</t></si>",
            b"</sst>",
            fois=9_000_000,
            autour=xlsx(),
        ),
        0,
        "dépasse 50 Mo",
    ),
    "two million shared strings": (
        lambda: gonflee(
            "xl/sharedStrings.xml", b"<sst>", b"<si><t/></si>", b"</sst>", fois=2_000_000, autour=xlsx()
        ),
        0,
        "plus de 1000000 textes",
    ),
    "one text of 80 MB": (
        lambda: gonflee(
            "xl/worksheets/sheet1.xml",
            b'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>',
            b"x" * 100,
            b"</t></is></c></row></sheetData></worksheet>",
            fois=800_000,
            autour=xlsx(),
        ),
        1,
        "A1",
    ),
    "an attribute of 80 MB": (
        lambda: gonflee(
            "xl/worksheets/sheet1.xml",
            b'<worksheet><sheetData><row r="1" x="',
            b"x" * 100,
            b'"/></sheetData></worksheet>',
            fois=800_000,
            autour=xlsx(),
        ),
        0,
        "morceau de plus d’un million",
    ),
    "a sheet 100,000 deep": (lambda: xlsx(xml="<a>" * 100_000), 0, "emboîtée trop profondément"),
    "a header that says 10 bytes": (
        lambda: taille_mentie(xlsx(), "xl/worksheets/sheet1.xml", 10),
        0,
        "n’a pas la taille ou le contenu annoncés",
    ),
    "zips in a zip": (
        lambda: archive({f"{n}.zip": archive({"x.zip": b"PK"}) for n in range(16)}),
        0,
        "archive ZIP",
    ),
    "overlapping entries": (lambda: chevauchee(xlsx()), 0, "par-dessus une autre"),
    "two members of one name": (
        lambda: xlsx(autres={"xl/worksheets/sheet1.xml ": VIDE}).replace(b"sheet1.xml ", b"sheet1.xml\x00"),
        0,
        "deux de ses parties portent le même nom",
    ),
    "2,000 members": (lambda: xlsx(autres={f"m{n}": b"" for n in range(2_000)}), 0, "1000 au plus"),
    "a member that climbs out": (lambda: xlsx(autres={"../../etc/cron.d/x": b"x"}), 0, "sort du classeur"),
    "an absolute member": (lambda: xlsx(autres={"/etc/passwd": b"x"}), 0, "sort du classeur"),
    "a Windows drive": (lambda: xlsx(autres={"C:\\x": b"x"}), 0, "sort du classeur"),
    "a symbolic link": (lien_symbolique, 0, "est un lien"),
    "a password": (chiffre, 0, "mot de passe"),
    "billion laughs": (lambda: xlsx(xml=feuille([["&a9;"]], avant=BOMBE)), 0, "entités XML"),
    "quadratic blow-up": (lambda: xlsx(xml=feuille([["x"]], avant=QUADRATIQUE)), 0, "entités XML"),
    "an entity that reads a file": (
        lambda: xlsx(xml=feuille([["x"]], avant='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')),
        0,
        "entités XML",
    ),
    "a document type elsewhere": (
        lambda: xlsx(xml=feuille([["x"]], avant='<!DOCTYPE x SYSTEM "http://exemple.invalid/x.dtd">')),
        0,
        "entités XML",
    ),
    "billion laughs in an ODS": (lambda: ods(avant=BOMBE), 0, "entités XML"),
    "broken XML": (lambda: xlsx(xml="<worksheet><sheetData><row>"), 0, "XML correct"),
    "a truncated zip": (lambda: xlsx()[:-60], 0, "abîmé"),
    "a zip with a spoilt member": (
        lambda: xlsx().replace(b"\x00\x00\x00\x00", b"\x01\x02\x03\x04"),
        0,
        "il est abîmé",
    ),
    "no sheet at all": (lambda: xlsx(feuilles=""), 0, "aucune feuille visible"),
    "only a hidden sheet": (
        lambda: xlsx(feuilles='<sheet name="S" sheetId="1" r:id="r1" state="veryHidden"/>'),
        0,
        "aucune feuille visible",
    ),
    "an empty sheet": (lambda: xlsx([]), 0, "aucune ligne"),
    "header alone": (lambda: xlsx([ENTETE]), 0, "aucune ligne"),
    "an error for a name": (lambda: xlsx([[('<c r="@ICI@" t="e"><v>#REF!</v></c>',)], LIGNE]), 1, "#REF!"),
    "a cell out of its row": (
        lambda: xlsx(
            xml='<worksheet><sheetData><row r="1"><c r="A2"><v>1</v></c></row></sheetData></worksheet>'
        ),
        1,
        "pas à sa place",
    ),
    "an XLS renamed": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        0,
        "ancien document Office",
    ),
    "a PDF renamed": (lambda: b"%PDF-1.7\n%\xe2\xe3", 0, "un PDF"),
    "a page renamed": (lambda: b"<!DOCTYPE html><title>502</title>", 0, "une page web"),
    "a Word document": (lambda: archive({"word/document.xml": b"<x/>"}), 0, "un document Word"),
    "an ODT": (lambda: archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), 0, "ODT"),
    "an XML document": (lambda: b'<?xml version="1.0"?><rss/>', 0, "XML"),
    "an ODS row repeated a million times": (
        lambda: ods(
            contenu='<table:table table:name="F"><table:table-row table:number-rows-repeated="1048576">'
            "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        ),
        1,
        "répétée 1048576 fois",
    ),
    "an ODS cell repeated 16,384 times": (
        lambda: ods(
            contenu='<table:table table:name="F"><table:table-row><table:table-cell '
            'table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
            "</table:table-row></table:table>"
        ),
        1,
        "SG1",
    ),
}


@pytest.mark.parametrize("cas", ILLISIBLES)
def test_a_workbook_that_cannot_be_read_is_refused_whole(tmp_path: Path, cas: str) -> None:
    faire, ligne, message = ILLISIBLES[cas]

    import_ = lire(tmp_path, faire())

    assert import_.etat == "refuse"
    refus = import_.rapport["illisible"]
    assert message in refus["message"]
    assert refus["ligne"] == ligne
    assert refus["remede"]
    assert "Traceback" not in refus["message"]
    assert len(refus["valeur"]) <= 70
    assert not list((tmp_path / "envois").glob("*.fichier"))


def lue(octets: bytes, dossier: Path) -> tuple[Structure, list[str]]:
    import_ = lire(dossier, octets)
    assert import_.etat == "prepare", import_.rapport["illisible"]
    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 0)
    executer(import_, le=INSTANT)
    return Structure.objects.get(), [avis["message"] for avis in import_.rapport["avis"]]


LISIBLES: dict[str, bytes] = {
    "XLSX": xlsx(),
    "ODS": ods(),
    "numbers as a spreadsheet keeps them": xlsx(
        [ENTETE, (*LIGNE[:3], ('<c r="@ICI@"><v>68440.0</v></c>',), LIGNE[4])]
    ),
    "a number for a postcode": xlsx([ENTETE, (*LIGNE[:3], 68440, LIGNE[4])]),
    "a number in an ODS": ods([ENTETE, (*LIGNE[:3], 68440, LIGNE[4])]),
    "shared strings": xlsx(
        [ENTETE, (('<c r="@ICI@" t="s"><v>0</v></c>',), *LIGNE[1:])],
        autres={
            "xl/sharedStrings.xml": "<sst><si><r><t>0680</t></r><r><t>001A</t></r><rPh><t>!</t></rPh></si></sst>"
        },
    ),
    "a prefix on every name": xlsx(
        xml=feuille([ENTETE, LIGNE])
        .replace("<worksheet>", '<x:worksheet xmlns:x="urn:x">')
        .replace("</worksheet>", "</x:worksheet>")
        .replace("<sheetData>", "<x:sheetData>")
        .replace("</sheetData>", "</x:sheetData>")
        .replace("<row", "<x:row")
        .replace("</row", "</x:row")
    ),
    "cells without an address": xlsx(xml=feuille([ENTETE, LIGNE]).replace(' r="', ' x="')),
    "a formula with its result": xlsx(
        [
            ENTETE,
            (LIGNE[0], ('<c r="@ICI@" t="str"><f>CONCAT(1)</f><v>Collège du Bourg</v></c>',), *LIGNE[2:]),
        ]
    ),
    "empty rows above the names": xlsx([[], [], ENTETE, LIGNE]),
    "empty styled cells far away": xlsx(
        xml=feuille([ENTETE, LIGNE]).replace(
            "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        )
    ),
    "an ODS with a million empty rows below": ods(
        contenu="<table:table table:name='F'>"
        + "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{v}</text:p></table:table-cell>" for v in ligne)
            + "<table:table-cell table:number-columns-repeated='16379'/></table:table-row>"
            for ligne in (ENTETE, LIGNE)
        )
        + "<table:table-row table:number-rows-repeated='1048574'><table:table-cell/></table:table-row></table:table>"
    ),
}


@pytest.mark.parametrize("cas", LISIBLES)
def test_a_workbook_written_otherwise_gives_the_same_record(tmp_path: Path, cas: str) -> None:
    structure, _ = lue(LISIBLES[cas], tmp_path)

    assert (
        structure.id,
        structure.nom,
        structure.adresse,
        structure.code_postal,
        structure.commune_officielle_id,
    ) == (
        "colleges--0680001A",
        "Collège du Bourg",
        "3 rue du Bourg",
        "68440",
        "68118",
    )


def test_what_is_not_read_of_a_workbook_is_said(tmp_path: Path) -> None:
    octets = xlsx(
        xml=feuille([ENTETE, LIGNE], apres='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'),
        feuilles=DEUX_FEUILLES,
        autres={
            "xl/worksheets/sheet2.xml": VIDE,
            "xl/externalLinks/externalLink1.xml": "<x/>",
            "xl/vbaProject.bin": b"\x00",
        },
    )

    _, avis = lue(octets, tmp_path)

    assert any("feuilles cachées ne sont pas lues : « Secrète »" in message for message in avis)
    assert any("ces liens ne sont pas suivis" in message for message in avis)
    assert any("macros" in message for message in avis)
    assert any("A1:B1 sont fusionnées" in message for message in avis)


FAUTES: dict[str, tuple[bytes, str, str]] = {
    "an error": (
        xlsx([ENTETE, LIGNE, ("2", ('<c r="@ICI@" t="e"><v>#REF!</v></c>',), *LIGNE[2:])]),
        "appellation_officielle",
        "B3 contient l’erreur #REF!",
    ),
    "a formula without its result": (
        xlsx([ENTETE, LIGNE, ("2", ('<c r="@ICI@"><f>A1&amp;"x"</f></c>',), *LIGNE[2:])]),
        "appellation_officielle",
        "B3 contient une formule sans son résultat",
    ),
    "a text that is not there": (
        xlsx([ENTETE, LIGNE, ("2", ('<c r="@ICI@" t="s"><v>99</v></c>',), *LIGNE[2:])]),
        "appellation_officielle",
        "B3 renvoie à un texte absent",
    ),
    "an error in an ODS": (
        ods(
            [
                ENTETE,
                LIGNE,
                (
                    "2",
                    (
                        '<table:table-cell table:formula="of:=A1/0" office:value-type="string" '
                        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
                    ),
                    *LIGNE[2:],
                ),
            ]
        ),
        "appellation_officielle",
        "B3 contient l’erreur #DIV/0!",
    ),
    "a formula of an ODS without its result": (
        ods([ENTETE, LIGNE, ("2", ('<table:table-cell table:formula="of:=A1"/>',), *LIGNE[2:])]),
        "appellation_officielle",
        "B3 contient une formule sans son résultat",
    ),
}


@pytest.mark.parametrize("cas", FAUTES)
def test_a_cell_without_a_value_is_named_and_refuses_its_row_alone(tmp_path: Path, cas: str) -> None:
    octets, colonne, message = FAUTES[cas]

    import_ = lire(tmp_path, octets)

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 1)
    refus = import_.rapport["refus"][0]
    assert (refus["ligne"], refus["colonne"]) == (3, colonne)
    assert message in refus["message"]
    assert refus["remede"]


@pytest.mark.parametrize(
    ("proprietes", "style", "jours", "attendu"),
    [
        ("", 1, "45352", "2024-03-01"),
        ("", 2, "45352", "2024-03-01"),
        ("", 1, "45352.5", "2024-03-01 12:00:00"),
        ("", 1, "59", "1900-02-28"),
        ("", 1, "61", "1900-03-01"),
        ('date1904="1"', 1, "43890", "2024-03-01"),
        ("", 0, "45352", "45352"),
    ],
)
def test_days_are_read_as_each_calendar_counts_them(
    tmp_path: Path, proprietes: str, style: int, jours: str, attendu: str
) -> None:
    jour = (f'<c r="@ICI@" s="{style}"><v>{jours}</v></c>',)
    octets = xlsx([(*ENTETE, "date_ouverture"), (*LIGNE, jour)], proprietes=proprietes)

    structure, _ = lue(octets, tmp_path)

    assert structure.extra["ouverture_dite"] == attendu
    assert "dd/mm/yyyy" in STYLES


@pytest.mark.parametrize("jours", ["60", "-1", "1e300", "99999999"])
def test_a_day_that_does_not_exist_is_named(tmp_path: Path, jours: str) -> None:
    jour = (f'<c r="@ICI@" s="1"><v>{jours}</v></c>',)

    import_ = lire(tmp_path, xlsx([(*ENTETE, "date_ouverture"), (*LIGNE, jour)]))

    (refus,) = import_.rapport["refus"]
    assert (refus["ligne"], refus["colonne"]) == (2, "date_ouverture")
    assert "F2 contient une date qui n’existe pas" in refus["message"]
