"""`maillage serve`: the web server and its worker, for real use, behind a proxy that speaks HTTPS."""

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from maillage.portail.service import Service


class Command(BaseCommand):
    help = "Sert le site et son worker, ensemble."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hote", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        service = Service(options["hote"], options["port"])
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stdout.write(f"Maillage répond sur http://{options['hote']}:{options['port']}")
        sys.exit(service.tourner())
