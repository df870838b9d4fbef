"""Workbooks as bytes, sound or meant to harm, for the hostile tests: written by hand, part by part."""

import io
import struct
import zipfile
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
LIENS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://x/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="r2" Type="http://x/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
)
STYLES = (
    '<?xml version="1.0"?><styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)
ENTETE = ("numero_uai", "appellation_officielle", "adresse_uai", "code_postal_uai", "libelle_commune")
LIGNE = ("0680001A", "Collège du Bourg", "3 rue du Bourg", "68440", "Habsheim")


def lettres(colonne: int) -> str:
    texte = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        texte = chr(65 + reste) + texte
    return texte


def case(reference: str, valeur: Any) -> str:
    """A text, a number, or raw XML given as a tuple of one."""
    if isinstance(valeur, tuple):
        return str(valeur[0]).replace("@ICI@", reference)
    if isinstance(valeur, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(valeur)}</t></is></c>'
    return f'<c r="{reference}"><v>{valeur}</v></c>'


def feuille(lignes: Iterable[Iterable[Any]], *, apres: str = "", avant: str = "") -> str:
    rangees = []
    for numero, ligne in enumerate(lignes, start=1):
        cases = "".join(case(f"{lettres(rang)}{numero}", valeur) for rang, valeur in enumerate(ligne))
        rangees.append(f'<row r="{numero}">{cases}</row>')
    return (
        f'<?xml version="1.0"?>{avant}<worksheet><sheetData>{"".join(rangees)}</sheetData>{apres}</worksheet>'
    )


def xlsx(
    lignes: Iterable[Iterable[Any]] = (ENTETE, LIGNE),
    *,
    xml: str | None = None,
    feuilles: str = '<sheet name="Feuille 1" sheetId="1" r:id="r1"/>',
    proprietes: str = "",
    autres: dict[str, str | bytes] | None = None,
) -> bytes:
    classeur = (
        '<?xml version="1.0"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        f"<workbookPr {proprietes}/><sheets>{feuilles}</sheets></workbook>"
    )
    parties: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": classeur,
        "xl/_rels/workbook.xml.rels": LIENS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": xml if xml is not None else feuille(lignes),
    }
    return archive(parties | (autres or {}))


def ods(
    lignes: Iterable[Iterable[Any]] = (ENTETE, LIGNE), *, contenu: str | None = None, avant: str = ""
) -> bytes:
    espaces = 'xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x" xmlns:style="urn:s" xmlns:calcext="urn:c"'
    rangees = "".join(
        f"<table:table-row>{''.join(map(case_ods, ligne))}</table:table-row>" for ligne in lignes
    )
    corps = contenu if contenu is not None else f'<table:table table:name="Feuille 1">{rangees}</table:table>'
    xml = (
        f'<?xml version="1.0"?>{avant}<office:document-content {espaces}><office:body><office:spreadsheet>{corps}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": xml})


def case_ods(valeur: Any) -> str:
    if isinstance(valeur, tuple):
        return str(valeur[0])
    if isinstance(valeur, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(valeur)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{valeur}"/>'


def archive(parties: dict[str, str | bytes]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as ecrite:
        for nom, contenu in parties.items():
            ecrite.writestr(nom, contenu)
    return tampon.getvalue()


def gonflee(nom: str, debut: bytes, motif: bytes, fin: bytes, *, fois: int, autour: bytes) -> bytes:
    """A copy of a workbook whose member `nom` holds `motif` so many times: megabytes in kilobytes."""
    tampon = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(autour)) as lue,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as ecrite,
    ):
        for membre in lue.namelist():
            if membre != nom:
                ecrite.writestr(membre, lue.read(membre))
        bloc = motif * 10_000
        with ecrite.open(nom, "w", force_zip64=True) as flux:
            flux.write(debut)
            for _ in range(fois // 10_000):
                flux.write(bloc)
            flux.write(fin)
    return tampon.getvalue()


def taille_mentie(octets: bytes, membre: str, taille: int) -> bytes:
    """The same zip whose headers announce another size for one member."""
    nom = membre.encode()
    lue = bytearray(octets)
    for signature, decalage, place_nom in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        debut = 0
        while (debut := lue.find(signature, debut)) >= 0:
            if bytes(lue[debut + place_nom : debut + place_nom + len(nom)]) == nom:
                lue[debut + decalage : debut + decalage + 4] = struct.pack("<I", taille)
            debut += 4
    return bytes(lue)


def chevauchee(octets: bytes) -> bytes:
    """The same zip where two entries of the table of contents point at the same bytes."""
    lue = bytearray(octets)
    debuts = []
    debut = 0
    while (debut := lue.find(b"PK\x01\x02", debut)) >= 0:
        debuts.append(debut)
        debut += 4
    lue[debuts[-1] + 42 : debuts[-1] + 46] = lue[debuts[0] + 42 : debuts[0] + 46]
    return bytes(lue)
