"""Check that the directory holds together: index, communes, coordinates, duplicates, editions."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from maillage.annuaire.coherence import controler


class Command(BaseCommand):
    help = "Vérifie que l’annuaire est cohérent ; sort avec le code 1 s’il ne l’est pas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        controles = controler(le=timezone.localdate())
        if options["json"]:
            lignes = [
                {"nom": c.nom, "justes": c.justes, "total": c.total, "grave": c.grave, "exemples": c.exemples}
                for c in controles
            ]
            self.stdout.write(json.dumps(lignes, ensure_ascii=False, indent=2))
        else:
            for controle in controles:
                self.stdout.write(str(controle))
        if any(controle.grave and not controle.reussi for controle in controles):
            sys.exit(1)
