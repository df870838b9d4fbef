"""What a person asks is read without ever refusing."""

import pytest
from django.http import QueryDict

from maillage.annuaire.demande import PAGE_MAX, Demande, lire

pytestmark = pytest.mark.moteur_indifferent


@pytest.mark.parametrize(
    ("adresse", "attendue"),
    [
        ("", Demande()),
        ("q=france+services&lieu=Wittenheim", Demande(texte="france services", lieu="Wittenheim")),
        ("q=++france%0Aservices+", Demande(texte="france services")),
        ("q=%E2%80%AEmairie&lieu=%E2%81%A6Rixheim%0B", Demande(texte="mairie", lieu="Rixheim")),
        ("rayon=20", Demande(rayon=20)),
        ("rayon=abc", Demande()),
        ("rayon=7", Demande()),
        ("rayon=-5", Demande()),
        ("page=3", Demande(page=3)),
        ("page=-1", Demande()),
        ("page=0", Demande()),
        ("page=100000000000000000000", Demande(page=PAGE_MAX)),
        ("page=%D9%A3", Demande()),
        ("page=1e3", Demande()),
        ("q[]=a", Demande()),
        ("q=a&q=b", Demande(texte="b")),
        ("partout=oui", Demande(partout=True)),
    ],
)
def test_an_address_is_read(adresse: str, attendue: Demande):
    assert lire(QueryDict(adresse)) == attendue


def test_a_long_text_is_cut():
    assert len(lire(QueryDict("q=" + "a" * 5000)).texte) == 200


def test_a_search_gives_back_its_own_address():
    demande = Demande(texte="crèche", lieu="Saint-Louis", commune="68297", rayon=20, page=2)

    adresse = demande.adresse(page=2)

    assert adresse == "?q=cr%C3%A8che&lieu=Saint-Louis&commune=68297&rayon=20&page=2"
    assert lire(QueryDict(adresse[1:])) == demande


def test_another_radius_goes_back_to_the_first_page():
    assert Demande(texte="crèche", page=3).adresse(rayon=50) == "?q=cr%C3%A8che&rayon=50"
