"""`maillage import_source SOURCE FICHIER`: prepare, print the report the page also shows, write unless --dry-run.

`maillage import_source --deviner FICHIER` prints a first description of an unknown table, to complete by hand.
"""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maillage.annuaire.import_apercu import description_devinee
from maillage.annuaire.import_rapport import phrases, rapport_de
from maillage.annuaire.import_source import RECUE_LE, executer, oublier_apercu, preparer
from maillage.annuaire.models import Import
from maillage.core.erreurs import RegleMetier

FAIT, REFUSE, ATTEND = 0, 2, 3


class Command(BaseCommand):
    help = (
        "Charge le fichier d’une source dans le répertoire. Sortie : 0 = fait (les lignes refusées sont listées), "
        "2 = fichier refusé ou pas importable, 3 = attend la confirmation des retraits (--oui)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", help="nom court de la source (france-services, mairies…)")
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--deviner", action="store_true", help="imprime une première description du fichier (TOML)"
        )
        parser.add_argument("--dry-run", action="store_true", help="lit et compare, n’écrit rien")
        parser.add_argument("--json", action="store_true", help="le rapport en JSON")
        parser.add_argument("--oui", action="store_true", help="confirme les retraits nombreux")
        parser.add_argument("--edition", type=date.fromisoformat, help="date à laquelle le fichier dit vrai")
        parser.add_argument("--plus-ancienne", action="store_true", help="accepte une édition plus ancienne")
        parser.add_argument("--taille-max", type=int, metavar="Mo", help="limite de taille de ce fichier")

    def handle(self, *args: Any, **options: Any) -> None:
        le, fichier = timezone.now(), options["fichier"]
        if not fichier.is_file():
            dit = "Ce n’est pas un fichier" if fichier.exists() else "Fichier introuvable"
            raise CommandError(f"{dit} : {fichier}", returncode=REFUSE)
        if options["deviner"]:
            self._deviner(fichier)
            return
        if not options["source"]:
            raise CommandError(
                "Donnez le nom de la source avant le fichier, ou l’option --deviner.", returncode=REFUSE
            )
        try:
            import_ = preparer(
                options["source"],
                fichier,
                nom=fichier.name,
                par=None,
                le=le,
                edition_le=options["edition"],
                a_defaut=timezone.localdate(le),
                plus_ancienne=options["plus_ancienne"],
                taille_max=options["taille_max"] and options["taille_max"] * 1024 * 1024,
            )
        except RegleMetier as refus:
            raise CommandError(str(refus), returncode=REFUSE) from refus
        sys.exit(self._conclure(import_, options))

    def _deviner(self, fichier: Path) -> None:
        try:
            self.stdout.write(description_devinee(fichier, nom=fichier.name))
        except RegleMetier as refus:
            raise CommandError(str(refus), returncode=REFUSE) from refus

    def _conclure(self, import_: Import, options: dict[str, Any]) -> int:
        code = REFUSE if import_.etat == "refuse" else FAIT
        if rapport_de(import_.rapport).demande_confirmation and not options["oui"]:
            code = ATTEND
        if options["dry_run"]:
            oublier_apercu(import_)
        elif code == FAIT:
            try:
                import_ = executer(import_, le=timezone.now(), retraits_confirmes=options["oui"])
            except RegleMetier as refus:
                raise CommandError(str(refus), returncode=ATTEND) from refus
        if options["json"]:
            entete = {
                "import": None if options["dry_run"] else str(import_.uuid),
                "etat": import_.etat,
                "fichier": import_.fichier,
                "edition": import_.edition,
            }
            self.stdout.write(json.dumps(entete | import_.rapport, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(phrases(rapport_de(import_.rapport), fichier=import_.fichier)))
            if import_.edition.startswith(RECUE_LE):
                self.stdout.write(
                    "  Le fichier ne dit pas sa date : sa date de réception est retenue. "
                    "Si vous la connaissez, relancez avec --edition AAAA-MM-JJ."
                )
            apercu = "aperçu, rien n’a été écrit" if options["dry_run"] else import_.get_etat_display()
            self.stdout.write(f"État : {apercu}.")
        return code
