"""The command that opens the first account of a real instance."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from maillage.comptes.models import Attribution, Personne, Role
from maillage.core.models import Acte
from maillage.territoire.models import Territoire

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_opened_and_signs_in_with_a_code(client: Client, m2a: Territoire) -> None:
    call_command("ouvre_compte", "Elsa@Exemple.fr", "--nom", "Weber", "--prenom", "Elsa")

    client.post("/compte/code/", {"email": "elsa@exemple.fr"})
    code = re.search(r"^([A-Z0-9]{4}-?[A-Z0-9]{4})$", mail.outbox[0].body, re.MULTILINE)
    assert code
    client.post("/compte/code/saisir/", {"code": code[1]})

    assert client.get("/compte/personnes/").status_code == 200
    assert [(a.role, a.territoire) for a in Attribution.objects.all()] == [(Role.ADMINISTRATEUR, None)]
    assert [(a.acte, a.par) for a in Acte.objects.all()] == [("Compte ouvert", None)]


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (["pas-une-adresse", "--nom", "X"], "n’est pas une adresse"),
        (["awa@exemple.fr", "--nom", "X", "--role", "pilote"], "Choisissez le territoire"),
        (["awa@exemple.fr", "--nom", "X", "--territoire", "lune"], "Territoires chargés : « m2a »"),
    ],
)
def test_what_cannot_be_opened_is_said(m2a: Territoire, mots: list[str], dit: str) -> None:
    with pytest.raises(CommandError, match=dit):
        call_command("ouvre_compte", *mots)

    assert not Personne.objects.exists()


def test_an_account_is_opened_once(m2a: Territoire) -> None:
    call_command("ouvre_compte", "elsa@exemple.fr", "--nom", "Weber")

    with pytest.raises(CommandError, match="a déjà un compte"):
        call_command("ouvre_compte", "ELSA@exemple.fr", "--nom", "Weber")
