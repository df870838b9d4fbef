"""`maillage retire_exemples`: take the invented services out of the directory, or put them back."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from maillage.annuaire.exemples.chargement import charger_exemples, retirer_exemples
from maillage.territoire.models import Territoire


class Command(BaseCommand):
    help = "Retire de l’annuaire les services inventés du territoire d’exemple (leur adresse répond « retirée »)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remettre", action="store_true", help="les remet dans l’annuaire")

    def handle(self, *args: Any, **options: Any) -> None:
        le = timezone.now()
        if options["remettre"]:
            remis = sum(
                charger_exemples(territoire, le=le) for territoire in Territoire.objects.order_by("pk")
            )
            self.stdout.write(f"{remis} services d’exemple remis.")
            return
        retires = retirer_exemples(le=le)
        self.stdout.write(
            f"{retires} structures d’exemple retirées." if retires else "Aucun exemple dans l’annuaire."
        )
