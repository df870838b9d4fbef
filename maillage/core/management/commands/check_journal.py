"""`maillage check_journal`: read the whole chain of the journal and say whether a byte of it moved."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.core.journal import verifier_chaine
from maillage.core.models import Acte


class Command(BaseCommand):
    help = "Vérifie la chaîne d’empreintes du journal."

    def handle(self, *args: Any, **options: Any) -> None:
        fautes = verifier_chaine()
        nombre = Acte.objects.count()
        self.stdout.write(f"journal : {nombre - len(fautes)} de {nombre} actes intacts")
        if fautes:
            raise CommandError("\n".join(fautes))
