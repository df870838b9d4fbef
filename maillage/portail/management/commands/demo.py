"""`maillage demo`: called by `make run`; migrate, load the sample territory once, serve, say where."""

import sys
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.portail.demonstration import COMPTES, MOT_DE_PASSE
from maillage.portail.service import Service
from maillage.territoire.models import Territoire


class Command(BaseCommand):
    help = "Sert le territoire d’exemple (Mulhouse Alsace Agglomération) sur cette machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--charger-seulement", action="store_true", help="prépare tout, sans servir")
        parser.add_argument("--sans-exemples", action="store_true", help="les vraies données seulement")

    def handle(self, *args: Any, **options: Any) -> None:
        service = None if options["charger_seulement"] else Service("127.0.0.1", options["port"])
        self._preparer(exemples=not options["sans_exemples"])
        if service is None:
            return
        self._annoncer(options["port"])
        sys.exit(service.tourner())

    def _preparer(self, *, exemples: bool) -> None:
        """Do only what is not done yet, so that the second start is quick."""
        executeur = MigrationExecutor(connection)
        if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not self._complet():
            # Heavy imports, wanted once in the life of an instance.
            from maillage.portail.demonstration import charger  # noqa: PLC0415

            debut = time.perf_counter()
            self.stdout.write("Premier démarrage : chargement du territoire d’exemple.")
            charger(le=timezone.now(), dire=lambda texte: self.stdout.write(f"  {texte}"), exemples=exemples)
            call_command("reindex", verbosity=0)
            self.stdout.write(f"  Prêt en {time.perf_counter() - debut:.0f} s.")

    def _complet(self) -> bool:
        """The sample accounts come last: they are there when everything is. Real data is never mixed with them."""
        if Personne.objects.filter(email=COMPTES[-1][2]).exists():
            return True
        if Personne.objects.filter(exemple=False).exists():
            raise CommandError(
                "Cette base est celle d’une vraie instance : « maillage demo » n’y ajoute pas d’exemple. "
                "Servez-la avec « maillage serve »."
            )
        return False

    def _annoncer(self, port: int) -> None:
        territoire = Territoire.objects.first()
        self.stdout.write(f"\nMaillage, {territoire} : http://127.0.0.1:{port}\n")
        self.stdout.write(f"Comptes d’exemple (mot de passe : {MOT_DE_PASSE}) :")
        for _prenom, _nom, email, role in COMPTES:
            self.stdout.write(f"  {email:<30} {role.label}")
        self.stdout.write("Arrêter : Ctrl-C.\n")
        self.stdout.flush()
