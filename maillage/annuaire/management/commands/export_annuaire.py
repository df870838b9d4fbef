"""`maillage export_annuaire`: write the directory, or the answers of one search, to a file or the standard output."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.annuaire.demande import RAYON_DEFAUT, RAYONS, Demande
from maillage.annuaire.exports.formats import FORMATS
from maillage.annuaire.exports.notice import make_notice
from maillage.annuaire.exports.schema_national import ecrire_ndjson
from maillage.annuaire.exports.selection import selectionner
from maillage.core.erreurs import RegleMetier
from maillage.territoire.portee import territoire_pour


class Command(BaseCommand):
    help = "Exporte l’annuaire, ou les réponses d’une recherche, en CSV, XLSX, GeoJSON ou NDJSON (schéma national)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("format", choices=sorted(FORMATS))
        parser.add_argument("--sortie", type=Path, help="fichier à écrire ; sinon, la sortie standard")
        parser.add_argument("--exemples", action="store_true", help="avec les fiches inventées, marquées")
        parser.add_argument("--contacts", action="store_true", help="avec le nom des contacts (NDJSON)")
        parser.add_argument("--q", default="", help="mots cherchés")
        parser.add_argument("--lieu", default="", help="commune, code postal ou code INSEE")
        parser.add_argument("--rayon", type=int, default=RAYON_DEFAUT, choices=RAYONS, help="en kilomètres")

    def handle(self, *args: Any, **options: Any) -> None:
        le = timezone.now()
        demande = Demande(
            texte=options["q"], lieu=options["lieu"], rayon=options["rayon"], partout=not options["lieu"]
        )
        try:
            selection = selectionner(
                demande,
                territoire=territoire_pour(""),
                exemples=options["exemples"],
                le=timezone.localdate(le),
            )
        except RegleMetier as refus:
            raise CommandError(str(refus)) from None
        ecrire = FORMATS[options["format"]].ecrire
        if options["contacts"] and options["format"] == "ndjson":
            ecrire = partial(ecrire_ndjson, contacts=True)
        _ecrire(ecrire(selection, make_notice(selection, le=le)), options["sortie"])


def _ecrire(octets: Iterator[bytes], sortie: Path | None) -> None:
    """A file appears whole or not at all."""
    if sortie is None:
        sys.stdout.buffer.writelines(octets)
        return
    brouillon = sortie.with_name(f".{sortie.name}.partiel")
    try:
        with brouillon.open("wb") as flux:
            flux.writelines(octets)
        brouillon.replace(sortie)
    finally:
        brouillon.unlink(missing_ok=True)
