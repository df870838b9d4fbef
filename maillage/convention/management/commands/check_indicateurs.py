"""Work out every indicator as of today and check every freeze; for the operator and for the continuous checks."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.convention.gel import verifier_gel
from maillage.convention.mesures.calcul import mesurer
from maillage.convention.models import Gel, Indicateur


class Command(BaseCommand):
    help = "Calcule chaque indicateur à ce jour et vérifie l’empreinte de chaque gel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="une liste d’objets, pour une machine")

    def handle(self, *args: Any, **options: Any) -> None:
        etats = [self._etat(indicateur) for indicateur in self._indicateurs()]
        if options["json"]:
            self.stdout.write(json.dumps(etats, ensure_ascii=False, indent=2))
        else:
            for etat in etats:
                self.stdout.write(f"{etat['code']} : {etat['attend'] or etat['valeur']}")
        gels = Gel.objects.sans_portee("check of the whole instance").select_related(
            "convention", "reunion", "par"
        )
        fautes = [faute for gel in gels for faute in verifier_gel(gel)]
        if fautes:
            raise CommandError("\n".join(fautes))

    def _indicateurs(self) -> Any:
        return (
            Indicateur.objects.sans_portee("check of the whole instance")
            .select_related("fiche__convention__territoire")
            .order_by("fiche__convention", "code")
        )

    def _etat(self, indicateur: Indicateur) -> dict[str, Any]:
        mesure = mesurer(indicateur, le=timezone.localdate(), maintenant=timezone.now())
        return {
            "code": indicateur.code,
            "etat": "attend" if mesure.valeur is None else "calcule",
            "attend": mesure.motif,
            "valeur": mesure.valeur,
        }
