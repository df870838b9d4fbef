"""The sentence of the results page: said when a family and a commune are understood, silent otherwise."""

import pytest
from django.template import Context, Template

from maillage.diagnostic.templatetags.recensement import famille_nommee
from maillage.territoire.models import Commune
from tests.diagnostic.conftest import LE, RIXHEIM
from tests.make import make_commune

pytestmark = pytest.mark.django_db
GABARIT = "{% load recensement %}{% connu_du_recensement famille texte code le as dit %}{{ dit }}"


def dit(**champs: str) -> str:
    defaut = {"famille": "", "texte": "", "code": RIXHEIM}
    return Template(GABARIT).render(Context(defaut | champs | {"le": LE}))


@pytest.mark.parametrize("demande", [{"famille": "mairie"}, {"texte": "Mairies"}, {"texte": "  mairie "}])
def test_the_family_chosen_or_named_is_said_for_the_commune(
    communes: dict[str, Commune], demande: dict[str, str]
) -> None:
    assert dit(**demande) == "Mairie : ce service n’est pas encore recensé à Rixheim. Il en existe peut-être."


def test_a_part_of_a_commune_is_said_as_the_whole(communes: dict[str, Commune]) -> None:
    make_commune("68999", "Île Napoléon", type="deleguee", parente=communes[RIXHEIM])

    assert "recensé à Rixheim" in dit(famille="mairie", code="68999")


@pytest.mark.parametrize(
    "demande",
    [
        {},
        {"texte": "garde bébé la nuit"},
        {"famille": "licorne"},
        {"famille": "mairie", "code": ""},
        {"famille": "mairie", "code": "99999"},
        {"famille": "mairie", "code": "<b>"},
    ],
)
def test_what_is_not_understood_is_not_guessed(communes: dict[str, Commune], demande: dict[str, str]) -> None:
    assert dit(**demande) == ""


@pytest.mark.parametrize(
    ("texte", "famille"),
    [
        ("FRANCE SERVICES", "france-services"),
        ("france-service", "france-services"),
        ("mairie de Rixheim", ""),
        ("", ""),
    ],
)
def test_a_family_is_named_whole(texte: str, famille: str) -> None:
    assert famille_nommee(texte) == famille
