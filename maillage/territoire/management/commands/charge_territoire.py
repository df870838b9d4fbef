"""`maillage charge_territoire`: load the communes of France, then the territory that this instance serves."""

import tomllib
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maillage.core.erreurs import RegleMetier
from maillage.territoire.chargement import Rapport, charger_france, creer_territoire
from maillage.territoire.fichiers import DONNEES

TABLES = {
    "groupement": "Groupements",
    "commune": "Communes",
    "appellation": "Autres noms et anciens codes",
    "codepostal": "Codes postaux",
    "contour": "Contours",
}


class Command(BaseCommand):
    help = "Charge les communes de France, les groupements, les codes postaux et les contours, puis un territoire."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dossier", type=Path, default=DONNEES, help="dossier qui contient editions.toml"
        )
        parser.add_argument("--territoire", default="", help="territoire à servir, par exemple m2a")
        parser.add_argument("--siren", default="", help="SIREN du groupement, pour un territoire non fourni")
        parser.add_argument("--nom", default="", help="nom du territoire, pour un territoire non fourni")
        parser.add_argument("--sigle", default="", help="sigle du territoire, pour un territoire non fourni")
        parser.add_argument("--json", action="store_true", help="imprime le rapport en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        le = timezone.now()
        try:
            rapport = charger_france(le=le, dossier=options["dossier"])
            if options["territoire"]:
                creer_territoire(options["territoire"], le=le, **_identite(options))
        except RegleMetier as refus:
            raise CommandError(str(refus)) from None
        self.stdout.write(_en_json(rapport) if options["json"] else _en_texte(rapport))


def _identite(options: dict[str, Any]) -> dict[str, str]:
    """SIREN, name and acronym: as given, else those of the territories shipped with the house."""
    fournis = tomllib.loads((DONNEES / "territoires.toml").read_text(encoding="utf-8"))
    connu = fournis.get(options["territoire"], {})
    identite = {champ: options[champ] or connu.get(champ, "") for champ in ("siren", "nom", "sigle")}
    if not identite["siren"] or not identite["nom"]:
        raise RegleMetier(
            f"Le territoire « {options['territoire']} » n’est pas fourni : donnez --siren et --nom (et --sigle)."
        )
    return identite


def _en_texte(rapport: Rapport) -> str:
    lignes = [
        f"{TABLES[b.table]} : ajouts {b.ajoutees}, changements {b.modifiees}, inchangés {b.inchangees}, "
        f"gardés d’une édition plus ancienne {b.conservees}"
        for b in rapport.bilans
    ]
    return "\n".join([*lignes, *(str(anomalie) for anomalie in rapport.anomalies)])


def _en_json(rapport: Rapport) -> str:
    contenu = {
        "bilans": rapport.bilans,
        "editions": [
            {"jeu": e.jeu, "millesime": e.millesime, "empreinte": e.empreinte} for e in rapport.editions
        ],
        "anomalies": rapport.anomalies,
    }
    return orjson.dumps(contenu, option=orjson.OPT_INDENT_2).decode()
