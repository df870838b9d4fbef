"""What a family reads of the territory: what exists, what does not, what nobody has surveyed; never one for another."""

import re
from datetime import date

import pytest
from django.test import Client

from maillage.annuaire.familles import familles
from maillage.comptes.models import Personne
from maillage.territoire.models import Appellation, Commune, Territoire
from tests.diagnostic.conftest import BRUEBACH, LE, MULHOUSE, RIXHEIM, noter, ouvrir
from tests.diagnostic.test_competences import tenir
from tests.make import make_commune, make_edition, make_source

pytestmark = pytest.mark.django_db
Communes = dict[str, Commune]


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert not reponse.cookies
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", reponse.content.decode()))


def section(client: Client, code: str, titre: str) -> str:
    """The text of one part of the page of a commune; "" when it is not there."""
    page = client.get(f"/territoire/{code}/").content.decode()
    trouvee = re.search(rf'aria-labelledby="{titre}">(.*?)</section>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", trouvee[1])) if trouvee else ""


def test_before_anybody_looked_the_page_says_so_and_gives_no_number(
    client: Client, communes: Communes
) -> None:
    page = lire(client, "/territoire/")

    assert "Rien n’est encore recensé." in page
    assert "Rixheim : rien n’est encore recensé" in page
    assert "« Pas encore recensé » ne veut pas dire « il n’y en a pas »." in page
    assert section(client, RIXHEIM, "aucun") == ""
    assert "France services : ce service n’est pas encore recensé à Rixheim." in section(
        client, RIXHEIM, "pas-encore"
    )


def test_a_list_complete_by_nature_is_told_with_its_date(client: Client, communes: Communes) -> None:
    make_source(
        "france-services", nom="Liste nationale", edition_le=date(2026, 8, 1), departements_complets=["68"]
    )
    ouvrir(communes[MULHOUSE], "Espace de Mulhouse")

    page = lire(client, "/territoire/")

    assert "3 communes sur 3" in page
    assert f"Rixheim : 1 sur {len(familles())}" in page
    assert "Espace de Mulhouse" in section(client, MULHOUSE, "existe")
    assert "il n’y en a pas à Rixheim, d’après « Liste nationale », édition du 1er août 2026." in section(
        client, RIXHEIM, "aucun"
    )


def test_a_confirmed_zero_says_who_and_when(
    client: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    noter(m2a, awa, RIXHEIM, etat="zero_confirme", le=date(2023, 11, 3), aupres_de="la mairie")

    dit = section(client, RIXHEIM, "aucun")

    assert (
        "il n’y en a pas à Rixheim, zéro confirmé le 3 novembre 2023 par Awa E., auprès de : la mairie."
        in dit
    )
    assert "France services" not in section(client, RIXHEIM, "pas-encore")


def test_what_is_known_in_part_is_shown_and_said_to_be_a_part(
    client: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    noter(m2a, awa, RIXHEIM, etat="partiel", le=date(2024, 1, 1))
    ouvrir(communes[RIXHEIM], "Espace Rixheim")

    dit = section(client, RIXHEIM, "existe")

    assert "Espace Rixheim" in dit
    assert "1 lieu est déjà connu. Il en existe peut-être d’autres." in dit
    assert "Rien n’est encore recensé en entier ici." in lire(client, f"/territoire/{RIXHEIM}/")


def test_an_example_and_a_protected_address_are_never_shown(client: Client, communes: Communes) -> None:
    ouvrir(communes[RIXHEIM], "Lieu inventé", exemple=True)
    ouvrir(communes[RIXHEIM], "Refuge", confidentiel=True, adresse="12 rue Secrète")

    page = lire(client, f"/territoire/{RIXHEIM}/")

    assert "Lieu inventé" not in page
    assert "Refuge , adresse protégée" in page
    assert "Secrète" not in page


def test_the_holder_of_each_subject_is_said_or_unknown(
    client: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    tenir(m2a, awa, RIXHEIM)

    dit = section(client, RIXHEIM, "charge")

    assert (
        "Petite enfance La commune : Rixheim, depuis le 1er janvier 2020 Délibération du 12 décembre 2019"
        in dit
    )
    assert dit.count("Inconnu pour l’instant") == 6
    assert section(client, BRUEBACH, "charge").count("Inconnu pour l’instant") == 7


def test_the_mairie_may_be_called(client: Client, communes: Communes) -> None:
    ouvrir(communes[RIXHEIM], "Mairie de Rixheim", "mairie", telephone="03 89 64 59 59")

    assert 'href="tel:+33389645959"' in client.get(f"/territoire/{RIXHEIM}/").content.decode()
    assert section(client, BRUEBACH, "parler") == ""


def test_a_part_of_a_commune_leads_to_the_whole(client: Client, communes: Communes) -> None:
    make_commune("68998", "Île Napoléon", type="deleguee", parente=communes[RIXHEIM])
    Appellation.objects.create(commune=communes[RIXHEIM], code="68997", edition=make_edition())

    for code in ("68998", "68997"):
        reponse = client.get(f"/territoire/{code}/")
        assert (reponse.status_code, reponse["Location"]) == (301, f"/territoire/{RIXHEIM}/")


@pytest.mark.parametrize("code", ["68297", "99999", "x", "%27--"])
def test_a_commune_that_is_not_of_here_is_not_found(client: Client, communes: Communes, code: str) -> None:
    assert client.get(f"/territoire/{code}/").status_code == 404


def test_an_instance_without_a_territory_says_so(client: Client) -> None:
    assert "ne sont pas encore chargées" in lire(client, "/territoire/")
    assert client.get(f"/territoire/{RIXHEIM}/").status_code == 404


def test_an_unknown_population_is_said(client: Client, communes: Communes) -> None:
    Commune.objects.filter(code=RIXHEIM).update(population=None)

    assert "Nombre d’habitants inconnu" in lire(client, f"/territoire/{RIXHEIM}/")


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_public_pages_cost_the_same_queries_whatever_they_hold(
    client: Client, m2a: Territoire, communes: Communes, awa: Personne, nombre: int, django_assert_num_queries
) -> None:
    for n in range(nombre):
        ouvrir(communes[RIXHEIM], f"Lieu {n}")
        ouvrir(communes[list(communes)[n]], f"Mairie {n}", "mairie")
        noter(m2a, awa, list(communes)[n], le=LE)

    # The territory by host then by name, then the board's seven; the page of a commune asks who holds what.
    with django_assert_num_queries(9):
        client.get("/territoire/")
    with django_assert_num_queries(10):
        client.get(f"/territoire/{RIXHEIM}/")
