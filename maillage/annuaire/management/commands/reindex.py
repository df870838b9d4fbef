"""Build the search index again from the database."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.annuaire.indexing import reindexer
from maillage.recherche.index import IndexOccupe

# The worker holds the index for a fraction of a second at a time.
ESSAIS, PAUSE = 50, 0.2


class Command(BaseCommand):
    help = "Reconstruit l’index de recherche à partir de la base ; le site reste ouvert pendant ce temps."

    def handle(self, *args: Any, **options: Any) -> None:
        debut = time.perf_counter()
        for essai in range(ESSAIS):
            try:
                nombre = reindexer(le=timezone.now())
                break
            except IndexOccupe:
                if essai == ESSAIS - 1:
                    raise CommandError(
                        f"L’index de {settings.DOSSIER_INDEX} est en cours d’écriture par un autre processus. "
                        "Attendez qu’il finisse, puis relancez."
                    ) from None
                time.sleep(PAUSE)
        self.stdout.write(f"fiches indexées : {nombre}, en {time.perf_counter() - debut:.1f} s")
