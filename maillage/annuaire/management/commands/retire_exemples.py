"""`maillage retire_exemples`: take the invented services out of the directory; loading the sample puts them back."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from maillage.annuaire.exemples.chargement import retirer_exemples


class Command(BaseCommand):
    help = "Retire de l’annuaire les services inventés du territoire d’exemple (leur adresse répond « retirée »)."

    def handle(self, *args: Any, **options: Any) -> None:
        nombre = retirer_exemples(le=timezone.now())
        self.stdout.write(
            f"{nombre} structures d’exemple retirées." if nombre else "Aucun exemple dans l’annuaire."
        )
