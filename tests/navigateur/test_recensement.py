"""The recensement on the real sample: the board and the public pages hold at 320 px and break no rule of axe."""

import re

import pytest
from playwright.sync_api import Page

from tests.navigateur.conftest import capturer, se_connecter, verifier_axe

# What a page looks like does not depend on the engine: once is enough.
pytestmark = pytest.mark.moteur_indifferent

BOARD = "/pilotage/recensement/"


def voir(page: Page, adresse: str, nom: str) -> None:
    page.goto(adresse)
    verifier_axe(page)
    capturer(page, nom)


def test_a_family_reads_what_is_known_of_her_commune_without_a_script(sans_js: Page) -> None:
    sans_js.goto("/territoire/")
    sans_js.get_by_role("link", name="Rixheim").click()

    assert sans_js.locator("h1").inner_text() == "Rixheim"
    assert "Mairie de Rixheim" in sans_js.locator("main").inner_text()
    assert sans_js.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_public_pages_hold_on_a_phone(page: Page) -> None:
    voir(page, "/territoire/", "recensement-1-territoire")
    voir(page, "/territoire/68278/", "recensement-2-commune")


def test_a_zero_is_confirmed_from_the_board_then_undone(page: Page) -> None:
    se_connecter(page, "coordination@exemple.fr")
    voir(page, BOARD, "recensement-3-tableau")
    voir(page, f"{BOARD}?vue=tableau", "recensement-4-grille")
    voir(page, f"{BOARD}?vue=appels", "recensement-5-appels")
    voir(page, f"{BOARD}reglages/", "recensement-6-reglages")
    voir(page, f"{BOARD}competences/", "recensement-7-competences")
    voir(page, f"{BOARD}?famille=france-services", "recensement-8-liste")
    page.get_by_label("Bruebach, France services").check()
    page.get_by_role("button", name="Zéro confirmé").click()
    page.get_by_text(re.compile("noté pour 1 case")).wait_for()
    verifier_axe(page)
    capturer(page, "recensement-9-note")
    voir(page, f"{BOARD}cellule/france-services/68055/", "recensement-10-cellule")
    page.get_by_role("button", name="Annuler ce geste").click()
    page.get_by_text("C’est annulé").wait_for()


def test_a_refused_zero_says_which_record_stands_there(page: Page) -> None:
    se_connecter(page, "repertoire@exemple.fr")
    page.goto(f"{BOARD}?famille=france-services&commune=68224")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Zéro confirmé").click()
    page.get_by_text(re.compile("Zéro impossible")).first.wait_for()
    verifier_axe(page)
    capturer(page, "recensement-11-refus")
