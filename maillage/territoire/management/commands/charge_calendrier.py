"""`maillage charge_calendrier`: load the published calendars of school holidays."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.core.erreurs import RegleMetier
from maillage.territoire.chargement_calendrier import RapportCalendrier, charger_calendrier
from maillage.territoire.fichiers import DONNEES

TABLES = {"periodescolaire": "Vacances", "publicationscolaire": "Jours publiés"}


class Command(BaseCommand):
    help = "Charge les calendriers scolaires publiés ; les jours fériés, eux, se calculent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dossier", type=Path, default=DONNEES, help="dossier qui contient editions.toml"
        )
        parser.add_argument("--json", action="store_true", help="imprime le rapport en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rapport = charger_calendrier(le=timezone.now(), dossier=options["dossier"])
        except RegleMetier as refus:
            raise CommandError(str(refus)) from None
        self.stdout.write(_en_json(rapport) if options["json"] else _en_texte(rapport))


def _en_texte(rapport: RapportCalendrier) -> str:
    lignes = [
        f"{TABLES[b.table]} : ajouts {b.ajoutees}, changements {b.modifiees}, inchangés {b.inchangees}"
        for b in rapport.bilans
    ]
    lignes += [
        f"Zone {zone} : publié jusqu’au {fin:%d/%m/%Y}, inconnu après"
        for zone, fin in sorted(rapport.jusqu_au.items())
    ]
    return "\n".join([*lignes, *(str(anomalie) for anomalie in rapport.anomalies)])


def _en_json(rapport: RapportCalendrier) -> str:
    contenu = {
        "bilans": rapport.bilans,
        "editions": [
            {"jeu": e.jeu, "millesime": e.millesime, "empreinte": e.empreinte} for e in rapport.editions
        ],
        "jusqu_au": rapport.jusqu_au,
        "anomalies": rapport.anomalies,
    }
    return orjson.dumps(contenu, option=orjson.OPT_INDENT_2).decode()
