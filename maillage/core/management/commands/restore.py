"""`maillage restore FICHIER`: bring a backup back on an empty instance."""

import fcntl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from maillage.core.erreurs import RegleMetier
from maillage.core.sauvegarde import controler, restaurer


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base vide ; rien n’est jamais écrasé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--mettre-de-cote",
            action="store_true",
            help="SQLite : renomme d’abord la base en place, qui reste lisible",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["fichier"].is_file():
            raise CommandError(f"Fichier introuvable : {options['fichier']}")
        try:
            controler(options["fichier"])
            if options["mettre_de_cote"]:
                self._mettre_de_cote()
            call_command("migrate", verbosity=0, interactive=False)
            bilan = restaurer(options["fichier"])
        except RegleMetier as refus:
            raise CommandError(str(refus)) from refus
        self.stdout.write(
            f"{bilan.total} lignes et {bilan.fichiers} fichiers restaurés. L’index va être refait."
        )

    def _mettre_de_cote(self) -> None:
        """Rename the database file; the checkpoint first leaves nothing in the WAL beside it."""
        if connection.vendor != "sqlite":
            raise CommandError(
                "Avec PostgreSQL, créez une base neuve et donnez-la dans MAILLAGE_DATABASE_URL."
            )
        base = Path(str(connection.settings_dict["NAME"]))
        if not base.exists():
            return
        if _en_service():
            raise CommandError(
                "Maillage tourne encore sur cette base : ce qui s’y écrit serait perdu. "
                "Arrêtez-le (Ctrl-C, ou son service), puis recommencez."
            )
        with connection.cursor() as curseur:
            curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        ecartee = base.with_name(f"{base.name}.avant-{timezone.now():%Y%m%d%H%M%S}")
        base.rename(ecartee)
        for suffixe in ("-wal", "-shm"):
            base.with_name(base.name + suffixe).unlink(missing_ok=True)
        self.stdout.write(f"L’ancienne base est gardée dans {ecartee}")


def _en_service() -> bool:
    """Whether a worker holds its lock on this state: with it, a web server that still writes."""
    verrou = settings.ETAT / "worker.verrou"
    if not verrou.exists():
        return False
    with verrou.open("rb") as tenu:
        try:
            fcntl.flock(tenu, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
