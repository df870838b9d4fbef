"""`maillage ouvre_compte COURRIEL --nom NOM`: the first account of a real instance, the administrator's.

The others are opened from the page « Personnes et rôles ».
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import timezone

from maillage.comptes.models import Personne, Role
from maillage.comptes.personnes import ajouter_personne
from maillage.core.erreurs import RegleMetier
from maillage.territoire.models import Territoire


class Command(BaseCommand):
    help = (
        "Ouvre un compte, celui du premier administrateur ; la personne entre avec un code reçu par courriel."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courriel")
        parser.add_argument("--nom", required=True)
        parser.add_argument("--prenom", default="")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMINISTRATEUR.value)
        parser.add_argument("--territoire", help="le territoire du rôle ; l’administrateur l’est partout")

    def handle(self, *args: Any, **options: Any) -> None:
        courriel = options["courriel"].strip().lower()
        try:
            validate_email(courriel)
        except ValidationError as refus:
            raise CommandError(f"« {courriel} » n’est pas une adresse électronique.") from refus
        if Personne.objects.filter(email=courriel).exists():
            raise CommandError(
                f"{courriel} a déjà un compte : changez ses rôles dans la page « Personnes et rôles »."
            )
        try:
            personne = ajouter_personne(
                prenom=options["prenom"].strip(),
                nom=options["nom"].strip(),
                email=courriel,
                role=options["role"],
                territoire=_territoire(options["territoire"]),
                par=None,
                le=timezone.now(),
            )
        except RegleMetier as refus:
            raise CommandError(str(refus)) from refus
        self.stdout.write(f"Compte ouvert pour {personne}. Première connexion : /compte/code/")


def _territoire(slug: str | None) -> Territoire | None:
    if slug is None:
        return None
    trouve = Territoire.objects.filter(slug=slug).first()
    if trouve is None:
        connus = ", ".join(f"« {t.slug} »" for t in Territoire.objects.order_by("slug")) or "aucun"
        raise CommandError(f"Territoire inconnu : « {slug} ». Territoires chargés : {connus}.")
    return trouve
