"""`maillage worker`: the background process."""

import os
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from maillage.portail.travailleur import Travailleur, ecouter_les_signaux, seul


class Command(BaseCommand):
    help = "Tient l’index à jour, termine les imports, recalcule les indicateurs. S’arrête proprement."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--une-fois", action="store_true", help="un seul passage, puis s’arrête")
        parser.add_argument("--avec", type=int, help="s’arrête quand ce processus parent disparaît")

    def handle(self, *args: Any, **options: Any) -> None:
        travailleur = Travailleur()
        ecouter_les_signaux(travailleur)
        if options["avec"]:
            threading.Thread(target=_suivre_parent, args=(options["avec"], travailleur), daemon=True).start()
        with seul(settings.ETAT / "worker.verrou", travailleur) as mon_tour:
            if options["une_fois"]:
                travailleur.tour(le=timezone.now())
            elif mon_tour:
                travailleur.travailler()


def _suivre_parent(parent: int, travailleur: Travailleur) -> None:
    """A worker must not outlive the `serve` that started it, even one killed without a word."""
    while not travailleur.arret.wait(1):
        if os.getppid() != parent:
            travailleur.demander_arret()
