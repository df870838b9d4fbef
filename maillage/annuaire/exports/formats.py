"""The formats of an export and what each is for; called by the page, the link and the command."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from maillage.annuaire.exports import schema_national, tables
from maillage.annuaire.exports.notice import Notice
from maillage.annuaire.exports.selection import Selection


@dataclass(frozen=True, slots=True)
class Format:
    extension: str
    libelle: str
    type_mime: str
    ecrire: Callable[[Selection, Notice], Iterator[bytes]]
    # The file is made whole before its first byte leaves: a page then refuses what would take minutes.
    offres_max: int | None = None


FORMATS = {
    forme.extension: forme
    for forme in (
        Format("csv", "CSV, pour un tableur ou un programme", "text/csv; charset=utf-8", tables.ecrire_csv),
        Format(
            "xlsx",
            "Classeur (XLSX), pour un tableur",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            tables.ecrire_xlsx,
            offres_max=20_000,
        ),
        Format("geojson", "GeoJSON, pour une carte", "application/geo+json", tables.ecrire_geojson),
        Format(
            "ndjson",
            "Schéma national data·inclusion (NDJSON)",
            "application/x-ndjson",
            schema_national.ecrire_ndjson,
        ),
    )
}
