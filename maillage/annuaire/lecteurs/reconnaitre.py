"""Tell how a file is written from what it holds, never from its name; called before any reader.

An unknown file is refused with what was seen: « ce fichier commence comme un PDF ».
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from maillage.annuaire.lecteurs import archive
from maillage.annuaire.lecteurs.anomalies import FichierIllisible

Nom = Literal["csv", "json-liste", "json-objet", "ndjson", "geojson", "xlsx", "ods"]
LIBELLES: dict[Nom, str] = {
    "csv": "CSV",
    "json-liste": "JSON (une liste)",
    "json-objet": "JSON (un objet qui contient une liste)",
    "ndjson": "JSON (un objet par ligne)",
    "geojson": "GeoJSON",
    "xlsx": "XLSX",
    "ods": "ODS",
}
TETE = 4_096
LIGNE_MAX = 1_000_000
# (how the file begins, what it is, what to do)
_EN_TABLEUR = "Ouvrez-le dans votre tableur et enregistrez-le en XLSX, ODS ou CSV (UTF-8)."
_DEMANDER = "Demandez le tableau lui-même (CSV, XLSX, ODS, JSON ou GeoJSON) à qui le publie."
SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "un PDF", _DEMANDER),
    (
        b"\xd0\xcf\x11\xe0",
        "un ancien document Office (XLS, DOC) ou un classeur protégé par un mot de passe",
        _EN_TABLEUR,
    ),
    (b"\x1f\x8b", "un fichier compressé (gzip)", "Décompressez-le d’abord."),
    (b"BZh", "un fichier compressé (bzip2)", "Décompressez-le d’abord."),
    (b"\xfd7zXZ", "un fichier compressé (xz)", "Décompressez-le d’abord."),
    (b"\x28\xb5\x2f\xfd", "un fichier compressé (zstd)", "Décompressez-le d’abord."),
    (b"7z\xbc\xaf", "une archive (7z)", "Décompressez-la d’abord."),
    (b"Rar!", "une archive (RAR)", "Décompressez-la d’abord."),
    (b"\x89PNG", "une image", _DEMANDER),
    (b"\xff\xd8\xff", "une image", _DEMANDER),
    (b"GIF8", "une image", _DEMANDER),
    (b"{\\rtf", "un document RTF", _DEMANDER),
    (b"SQLite format 3", "une base SQLite", "Exportez la table utile en CSV (UTF-8)."),
    (b"PAR1", "un fichier Parquet", "Convertissez-le en CSV (UTF-8)."),
    (b"\x7fELF", "un programme", _DEMANDER),
    (b"MZ\x90", "un programme", _DEMANDER),
)
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
_DOCUMENTS = {
    "word/document.xml": "un document Word",
    "ppt/presentation.xml": "un diaporama PowerPoint",
    "xl/workbook.bin": "un classeur binaire (XLSB)",
}
_ODF = {
    b"application/vnd.oasis.opendocument.text": "un document texte (ODT)",
    b"application/vnd.oasis.opendocument.presentation": "un diaporama (ODP)",
    b"application/epub+zip": "un livre (EPUB)",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class Forme:
    nom: Nom

    @property
    def libelle(self) -> str:
        return LIBELLES[self.nom]

    @property
    def is_json(self) -> bool:
        return self.nom in ("json-liste", "json-objet", "ndjson", "geojson")

    @property
    def is_classeur(self) -> bool:
        return self.nom in ("xlsx", "ods")


def reconnaitre(fichier: Path) -> Forme:
    """Raises FichierIllisible for an empty file and for what is no table at all."""
    with fichier.open("rb") as flux:
        tete = flux.read(TETE)
    if not tete:
        raise FichierIllisible(
            "Le fichier est vide : aucune ligne.", remede="Vérifiez que l’export s’est bien terminé."
        )
    if tete.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Forme(_archive(fichier))
    for signature, quoi, remede in SIGNATURES:
        if tete.startswith(signature):
            raise _inconnu(quoi, remede)
    return Forme(_texte(fichier, tete))


def _texte(fichier: Path, tete: bytes) -> Nom:
    propre = tete.removeprefix(b"\xef\xbb\xbf").lstrip()
    debut = propre[:200].lower()
    if debut.startswith(_PAGES):
        raise _inconnu(
            "une page web (HTML)",
            "L’adresse a sans doute répondu par une page d’erreur : téléchargez de nouveau le fichier.",
        )
    if debut.startswith((b"<?xml", b"<kml", b"<gpx", b"<rdf")):
        raise _inconnu("un document XML", _DEMANDER)
    if propre.startswith(b"["):
        return "json-liste"
    if propre.startswith(b"{"):
        return _objet(fichier)
    if tete[:2] in (b"\xff\xfe", b"\xfe\xff"):
        ouverture = tete.decode("utf-16", "ignore").lstrip()[:1]
        if ouverture and ouverture in "[{":
            raise _inconnu("du JSON en UTF-16", "Enregistrez-le en « UTF-8 ».")
    return "csv"


def _objet(fichier: Path) -> Nom:
    """One object a line, or one object that holds a list: told by whether the first line is an object by itself."""
    with fichier.open("rb") as flux:
        premiere = b""
        while not premiere.strip() and (ligne := flux.readline(LIGNE_MAX + 1)):
            premiere = ligne.removeprefix(b"\xef\xbb\xbf")
        suite = flux.read(TETE)
    if len(premiere) > LIGNE_MAX:
        return _genre_d_objet(premiere[:TETE])
    try:
        valeur = json.loads(premiere)
    except (RecursionError, UnicodeDecodeError):
        return "ndjson"
    except ValueError as faute:
        # Broken in its middle, it is a line that its own reading will name; at its end, it goes on below.
        fini = getattr(faute, "pos", 0) < len(premiere.rstrip().decode("utf-8", "replace"))
        return "ndjson" if fini else _genre_d_objet(premiere + suite)
    if isinstance(valeur, dict) and not suite.strip():
        return _genre_de_valeur(valeur)
    return "ndjson"


def _genre_d_objet(debut: bytes) -> Nom:
    return "geojson" if b'"FeatureCollection"' in debut or b'"features"' in debut else "json-objet"


def _genre_de_valeur(valeur: dict[str, Any]) -> Nom:
    if isinstance(valeur.get("features"), list):
        return "geojson"
    return "json-objet" if _contient_liste(valeur, 3) else "ndjson"


def _contient_liste(valeur: Any, profondeur: int) -> bool:
    if isinstance(valeur, list):
        return any(isinstance(element, dict) for element in valeur[:10])
    if isinstance(valeur, dict) and profondeur:
        return any(_contient_liste(dedans, profondeur - 1) for dedans in valeur.values())
    return False


def _archive(fichier: Path) -> Nom:
    with archive.ouvrir(fichier) as ouverte:
        noms = ouverte.namelist()
        if "xl/workbook.xml" in noms:
            return "xlsx"
        genre = b"".join(archive.blocs(ouverte, "mimetype", limite=1_000)) if "mimetype" in noms else b""
    if genre.startswith(_ODS):
        return "ods"
    for debut, quoi in _ODF.items():
        if genre.startswith(debut):
            raise _inconnu(quoi, _EN_TABLEUR)
    for membre, quoi in _DOCUMENTS.items():
        if membre in noms:
            raise _inconnu(quoi, _EN_TABLEUR)
    montres = ", ".join(f"« {nom[:60]} »" for nom in noms[:3]) or "rien"
    raise _inconnu(f"une archive ZIP qui contient {montres}", "Décompressez-la et envoyez le tableau seul.")


def _inconnu(quoi: str, remede: str) -> FichierIllisible:
    return FichierIllisible(
        f"Ce fichier commence comme {quoi} : ce n’est pas un tableau lisible.", remede=remede
    )
