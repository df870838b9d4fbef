"""`maillage backup [FICHIER]`: copy the living instance into one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from maillage.core.sauvegarde import sauvegarder


class Command(BaseCommand):
    help = "Sauvegarde l’instance (base et fichiers reçus) dans une archive vérifiée, sans l’arrêter."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "fichier", nargs="?", type=Path, help="par défaut : var/sauvegardes/<date>.tar.gz"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        le = timezone.now()
        nom = f"maillage-{timezone.localtime(le):%Y-%m-%d-%H%M%S}.tar.gz"
        bilan = sauvegarder(options["fichier"] or settings.DOSSIER_SAUVEGARDES / nom, le=le)
        self.stdout.write(
            f"{bilan.total} lignes et {bilan.fichiers} fichiers sauvegardés dans {bilan.fichier}"
        )
