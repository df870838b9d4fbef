"""The home page, the legal pages and the error pages, as a visitor without account sees them."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from maillage.core.entetes import POLITIQUE
from maillage.territoire.models import Territoire
from tests.make import make_commune, make_convention, make_edition, make_fiche, make_objectif, make_source

pytestmark = pytest.mark.django_db
PAGES = {
    "portail:accueil": "Ce que le territoire vous offre",
    "portail:accessibilite": "conformité à évaluer",
    "portail:donnees": "Aucun cookie, aucun traceur",
    "portail:mentions": "EUPL 1.2",
    "portail:aide": "celui de votre mairie",
}


class Balises(HTMLParser):
    """What an inline policy would refuse, and the headings in their order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.interdits: list[str] = []
        self.titres: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        noms = {nom for nom, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in noms):
            self.interdits.append(tag)
        self.interdits += [nom for nom in noms if nom == "style" or nom.startswith("on")]
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.titres.append(int(tag[1]))


@pytest.mark.parametrize(("route", "mots"), PAGES.items())
def test_a_public_page_answers_without_cookie_and_without_anything_inline(
    client: Client, m2a: Territoire, route: str, mots: str
) -> None:
    reponse = client.get(reverse(route))
    balises = Balises(reponse.text)

    assert reponse.status_code == 200
    assert mots in reponse.text
    assert not reponse.cookies
    assert "csrfmiddlewaretoken" not in reponse.text
    assert reponse["Content-Security-Policy"] == POLITIQUE
    assert "unsafe" not in POLITIQUE
    assert balises.interdits == []
    assert balises.titres[0] == 1
    assert balises.titres.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(balises.titres, balises.titres[1:], strict=False))
    assert len(reponse.content) < 20_000


def test_an_empty_instance_shows_its_pages_and_invents_no_figure(client: Client) -> None:
    for route in PAGES:
        reponse = client.get(reverse(route))
        assert reponse.status_code == 200, route
    accueil = client.get("/").text

    assert "communes" not in accueil
    assert "Fiches action" not in accueil


def test_the_home_page_counts_what_is_there(client: Client, m2a: Territoire) -> None:
    for code in ("68224", "68278"):
        make_commune(code, f"Commune {code}", groupement=m2a.groupement)
    make_commune("68218", "Ancienne", type="deleguee", groupement=m2a.groupement)
    make_source("france-services", nom="France services", edition="2026-11", edition_le=date(2026, 11, 1))
    make_source("jamais-chargee", nom="Jamais chargée")
    fiche = make_fiche(make_convention(m2a))
    make_objectif(fiche, "1", etat="en_cours")
    make_objectif(fiche, "2")

    page = client.get("/").text

    assert "2 communes, une seule adresse." in page
    assert "France services" in page
    assert "Jamais chargée" not in page
    assert "Objectifs dont l’état est déclaré, sur 2" in page
    assert '<span class="count">1</span>' in page


def test_silence_is_said_and_not_counted_as_zero(client: Client, m2a: Territoire) -> None:
    make_objectif(make_fiche(make_convention(m2a)), "1")

    page = client.get("/").text

    assert "rien n’a encore été déclaré" in page
    assert '<span class="count">0</span>' not in page


def test_an_example_plan_says_so(client: Client, m2a: Territoire) -> None:
    make_fiche(make_convention(m2a, exemple=True))

    assert '<span class="tag exemple">exemple</span>' in client.get("/").text


def test_the_home_page_costs_few_queries(
    client: Client, m2a: Territoire, django_assert_num_queries: object
) -> None:
    fiche = make_fiche(make_convention(m2a))
    for numero in range(3):
        make_objectif(fiche, str(numero))

    # territory by host then by name, communes, convention, fiches, objectifs twice, sources
    with django_assert_num_queries(8):  # type: ignore[operator]
        client.get("/")


def test_every_link_of_the_home_page_is_an_address_of_ours_or_a_phone_number(
    client: Client, m2a: Territoire
) -> None:
    make_objectif(make_fiche(make_convention(m2a)), "1")
    liens = [morceau.split('"')[0] for morceau in client.get("/").text.split('href="')[1:]]

    for lien in liens:
        if lien.startswith(("tel:", "sms:", "#", "/static/")):
            continue
        assert client.get(lien.split("#")[0]).status_code in {200, 302}, lien


def test_the_needs_are_real_searches(client: Client, m2a: Territoire) -> None:
    page = client.get("/").text

    assert f'action="{reverse("annuaire:recherche")}"' in page
    assert f'href="{reverse("annuaire:recherche")}?q=mairie"' in page
    assert 'name="q"' in page
    assert 'name="lieu"' in page


def test_the_legal_page_names_the_sources_and_says_what_is_unknown(client: Client, m2a: Territoire) -> None:
    make_edition("codes-postaux", producteur="La Poste", le=date(2026, 5, 3))
    make_source("mairies", nom="Mairies", edition="2026", licence="", producteur="DILA")

    page = client.get(reverse("portail:mentions")).text

    assert "La Poste" in page
    assert "3\xa0mai\xa02026" in page
    assert "inconnue" in page


def test_robots_and_the_icon_are_answered(client: Client) -> None:
    robots = client.get("/robots.txt")
    icone = client.get("/favicon.ico")

    assert robots["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /bureau/" in robots.text
    assert (icone.status_code, icone["Location"]) == (302, "/static/maillage/logo.svg")
