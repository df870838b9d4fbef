"""Bring a convention's document in from the command line; the page `plan_importer` calls the same functions."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from maillage.convention.import_plan import (
    Lecture,
    deja_importe,
    importer_plan,
    lire_document,
    periode_du_plan,
)
from maillage.convention.lecture.json_plan import vers_json
from maillage.convention.lecture.plan import DocumentIllisible
from maillage.convention.rapport import rediger
from maillage.core.erreurs import RegleMetier
from maillage.territoire.models import Territoire

ILLISIBLE = 2
REFUSE = 1


class Command(BaseCommand):
    help = "Lit le document d’une convention et en fait un plan public ; avec --dry-run, n’écrit rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", type=Path, help="le texte de la convention (.txt)")
        parser.add_argument("--json", action="store_true", help="imprime le plan lu, en JSON")
        parser.add_argument("--dry-run", action="store_true", help="lit et rend compte, sans rien écrire")
        parser.add_argument("--territoire", default=settings.TERRITOIRE, help="le territoire du plan")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lecture = lire_document(options["fichier"].read_bytes(), nom=options["fichier"].name)
        except OSError as faute:
            self._sortir(f"Le fichier ne s’ouvre pas : {options['fichier']} ({faute.strerror}).", ILLISIBLE)
        except DocumentIllisible as refus:
            self._sortir(str(refus), ILLISIBLE)
        if options["json"]:
            self.stdout.write(json.dumps(vers_json(lecture.plan), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(rediger(lecture))
        if not options["dry_run"]:
            self._ecrire(lecture, options["territoire"])
        elif not options["json"]:
            self.stdout.write("\nRien n’a été écrit (--dry-run).")

    def _ecrire(self, lecture: Lecture, slug: str) -> None:
        territoire = Territoire.objects.filter(slug=slug).first()
        jours = periode_du_plan(lecture.plan)
        if territoire is None:
            self._sortir(
                f"Le territoire « {slug} » n’est pas chargé. Lancez d’abord « maillage demo ».", REFUSE
            )
        if jours is None:
            self._sortir(
                "Le document ne dit pas sa période. Importez-le par la page, qui la demande.", REFUSE
            )
        deja = deja_importe(lecture, territoire=territoire)
        if deja is not None:
            self.stderr.write(
                f"Ce document a déjà donné le plan {deja.periode}. Rien n’a été écrit une seconde fois."
            )
            return
        periode = f"{jours[0].year}-{jours[1].year}"
        try:
            importer_plan(
                lecture,
                territoire=territoire,
                periode=periode,
                debut=jours[0],
                fin=jours[1],
                par=None,
                le=timezone.now(),
            )
        except RegleMetier as refus:
            self._sortir(str(refus), REFUSE)
        self.stderr.write(f"Le plan {periode} est écrit : /plan/{periode}/")

    def _sortir(self, message: str, code: int) -> NoReturn:
        self.stderr.write(message)
        sys.exit(code)
