"""Every page, public and private: axe without a word, narrow and wide, light and dark; no sideways scroll."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.instance import InstanceEssai
from tests.navigateur.adresses import PUBLIQUES, SANS_ADRESSE, routes_a_lire, routes_montrees
from tests.navigateur.conftest import ecouter, nouveau_contexte, se_connecter
from tests.navigateur.mesures import verifier_axe_ici, verifier_etats, verifier_largeur, verifier_pouce
from tests.navigateur.prives import NOMS, Prive, preparer

# What a page looks like does not depend on the engine: once is enough.
pytestmark = pytest.mark.moteur_indifferent

COULEURS_FORCEES = {
    "accueil",
    "resultats",
    "fiche",
    "plan",
    "indicateur",
    "connexion",
    "import-apercu",
    "reunion",
}


PERSONNES = "/compte/personnes/"
# Checked by the tests of these pages themselves; the last two ask for an account without a password, or a recent one.
AILLEURS = {
    # test_fiche.py
    "annuaire:structure_corriger_groupe",
    "annuaire:service_corriger_groupe",
    "annuaire:structure_annexe_ajouter",
    "annuaire:service_annexe_ajouter",
    "annuaire:annexe_modifier",
    # test_recensement.py and the tests of accounts
    "recensement:tableau",
    "recensement:tableau_csv",
    "recensement:cellule",
    "recensement:reglages",
    "recensement:competences",
    "comptes:personne_ajouter",
    "comptes:personne_modifier",
    "account_set_password",
    "account_reauthenticate",
}


@pytest.fixture(scope="module")
def visite(navigateur: Browser, atelier: InstanceEssai) -> Iterator[Page]:
    """Somebody without an account, page after page; the console stays silent from the first to the last."""
    yield from _silencieuse(navigateur, atelier)


@pytest.fixture(scope="module")
def coordination(navigateur: Browser, atelier: InstanceEssai) -> Iterator[Page]:
    yield from _silencieuse(navigateur, atelier)


def _silencieuse(navigateur: Browser, atelier: InstanceEssai) -> Iterator[Page]:
    contexte = nouveau_contexte(navigateur, atelier)
    page, plaintes = contexte.new_page(), []
    ecouter(page, plaintes)
    yield page
    contexte.close()
    assert plaintes == []


@pytest.fixture(scope="module")
def prives(coordination: Page) -> dict[str, Prive]:
    return preparer(coordination)


def verifier(page: Page, nom: str) -> None:
    """Wide and dark, narrow and light, forced colours on a few; text at 200 %, and a screen zoomed as much."""
    verifier_etats(page)
    verifier_largeur(page, 1280, texte_double=True)
    verifier_largeur(page, 640)
    verifier_largeur(page, 1280)
    page.emulate_media(color_scheme="dark")
    verifier_axe_ici(page)
    page.emulate_media(color_scheme="light")
    verifier_largeur(page, 320)
    verifier_pouce(page)
    verifier_axe_ici(page)
    if nom in COULEURS_FORCEES:
        page.emulate_media(forced_colors="active")
        verifier_axe_ici(page)
        page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_every_public_route_is_among_the_pages_that_are_checked() -> None:
    montrees = routes_montrees(adresse for nom, adresse in PUBLIQUES.items() if nom != "erreur-404")

    assert routes_a_lire(publiques=True) - montrees - SANS_ADRESSE == set()


@pytest.mark.parametrize("nom", PUBLIQUES)
def test_a_public_page_is_for_everybody(visite: Page, nom: str) -> None:
    visite.goto(PUBLIQUES[nom])

    verifier(visite, nom)


def test_the_code_page_is_for_everybody(visite: Page) -> None:
    visite.goto("/compte/code/")
    visite.get_by_label("E-mail").fill("inconnue@exemple.fr")
    visite.get_by_role("button", name="Envoyer le code").click()
    visite.wait_for_url("**/compte/code/saisir/")
    verifier(visite, "code-saisir")

    visite.get_by_label("Code").fill("ABC")
    visite.get_by_role("button", name="Entrer").click()

    visite.locator(".errors").wait_for()
    verifier(visite, "code-refuse")


def test_a_refused_sign_in_is_for_everybody(visite: Page) -> None:
    visite.context.clear_cookies()  # a code that was asked for would come first
    visite.goto("/compte/connexion/")
    visite.get_by_role("button", name="Se connecter", exact=True).click()

    visite.locator(".errors").wait_for()
    verifier(visite, "connexion-refusee")


@pytest.mark.parametrize("nom", NOMS)
def test_a_page_of_the_coordinator_is_for_everybody(
    coordination: Page, prives: dict[str, Prive], nom: str
) -> None:
    page, prive = coordination, prives[nom]
    page.goto(prive.adresse)
    if prive.bouton:
        page.get_by_role("button", name=prive.bouton, exact=True).click()
        page.locator(".errors").wait_for()

    verifier(page, nom)


def test_the_values_of_an_indicator_are_read_on_a_phone_without_scrolling(
    coordination: Page, prives: dict[str, Prive]
) -> None:
    coordination.goto(prives["fiche-equipe"].adresse)
    coordination.set_viewport_size({"width": 320, "height": 900})

    coupes = coordination.locator("section .scroll").evaluate_all(
        "boites => boites.filter(b => b.scrollWidth > b.clientWidth).map(b => b.textContent)"
    )

    coordination.set_viewport_size({"width": 1280, "height": 900})
    assert coupes == []


def test_every_private_route_is_among_the_pages_that_are_checked(prives: dict[str, Prive]) -> None:
    assert set(prives) == set(NOMS)
    montrees = routes_montrees(prive.adresse for prive in prives.values())
    assert routes_a_lire(publiques=False) - montrees - AILLEURS == set()


def test_the_pages_of_accounts_are_for_everybody(visite: Page) -> None:
    visite.context.clear_cookies()
    se_connecter(visite, "administration@exemple.fr")
    for nom, adresse in (("personnes", PERSONNES), ("ajouter", f"{PERSONNES}ajouter")):
        visite.goto(adresse)
        verifier(visite, nom)
    visite.get_by_role("button", name="Ouvrir le compte").click()
    visite.locator(".errors").wait_for()
    verifier(visite, "ajouter-erreurs")
    visite.goto(PERSONNES)
    visite.get_by_role("link", name=re.compile("Bruno")).first.click()
    verifier(visite, "modifier")
    visite.context.clear_cookies()
