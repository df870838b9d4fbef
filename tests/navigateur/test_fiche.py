"""A record with everything, read and corrected in a browser: both widths, axe, no script, a protected page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.instance import InstanceEssai
from tests.navigateur.conftest import capturer, ecouter, nouveau_contexte, se_connecter
from tests.navigateur.mesures import verifier_axe_ici, verifier_etats, verifier_largeur, verifier_pouce

# What a page looks like does not depend on the engine: once is enough.
pytestmark = pytest.mark.moteur_indifferent

CRECHE = "/service/exemples--creche-les-cigogneaux"
RPE = "/service/exemples--rpe-les-cigogneaux"
PAGES = {
    "fiche-complete": CRECHE,
    "fiche-plusieurs-lieux": RPE,
    "fiche-fermee-ces-jours": "/service/exemples--laep-la-cabane",
    "fiche-protegee": "/service/exemples--la-passerelle",
    "fiche-peu-connue": "/service/exemples--periscolaire-le-grand-chene",
    "structure-de-deux-services": "/structure/exemples--creche-les-cigogneaux",
    "resultats-exemples": "/recherche?q=cr%C3%A8che&lieu=Rixheim",
    "resultats-besoin": "/recherche?besoin=parents&lieu=Mulhouse",
}
PRIVEES = {
    "corriger-essentiel": f"{CRECHE}/corriger",
    **{
        f"corriger-{groupe}": f"{CRECHE}/corriger/{groupe}"
        for groupe in ("horaires", "pratique", "public", "prix", "acces", "contacts", "titres")
    },
    "corriger-lieux": f"{RPE}/corriger/lieux",
    **{
        f"ajouter-{genre}": f"{CRECHE}/ajouter/{genre}"
        for genre in ("fermeture", "contact", "reconnaissance", "lieu")
    },
    "histoire-exemple": "/structure/exemples--creche-les-cigogneaux/histoire",
}


@pytest.fixture(scope="module")
def vitrine() -> Iterator[InstanceEssai]:
    """The sample with its invented services, the only ones that have everything to show."""
    with InstanceEssai() as instance:
        instance.commande("demo", "--charger-seulement")
        instance.commande("retire_exemples", "--remettre")
        instance.commande("reindex")
        instance.servir()
        yield instance


Visiter = Callable[..., Page]


@pytest.fixture
def visiter(navigateur: Browser, vitrine: InstanceEssai) -> Iterator[Visiter]:
    contextes, plaintes = [], []

    def ouvrir(**options: object) -> Page:
        contexte = nouveau_contexte(navigateur, vitrine, **options)
        contextes.append(contexte)
        page = contexte.new_page()
        ecouter(page, plaintes)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


def examiner(page: Page, nom: str) -> None:
    capturer(page, nom)
    for largeur in (1280, 320):
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_axe_ici(page)
        verifier_largeur(page, largeur)
    verifier_largeur(page, 1280, texte_double=True)
    verifier_pouce(page)
    verifier_etats(page)


@pytest.mark.parametrize("nom", PAGES)
def test_a_family_reads_it_on_a_phone_and_on_a_screen(visiter: Visiter, nom: str) -> None:
    page = visiter()
    page.goto(PAGES[nom])

    assert page.locator("h1").count() == 1
    assert "exemple" in page.locator("main").inner_text()
    examiner(page, nom)


def test_the_page_in_dark_colours_holds_too(visiter: Visiter) -> None:
    page = visiter(color_scheme="dark")
    page.goto(CRECHE)

    verifier_axe_ici(page)


def test_the_quick_exit_leaves_and_the_title_says_nothing(visiter: Visiter) -> None:
    page = visiter(viewport={"width": 320, "height": 700})
    page.goto(PAGES["fiche-protegee"])

    assert page.title().startswith("Un lieu pour parler")
    sortie = page.get_by_role("link", name="Quitter cette page vite")
    assert sortie.is_visible()
    assert sortie.get_attribute("href") == "https://meteofrance.com/"
    page.mouse.wheel(0, 5_000)
    assert sortie.is_visible()


@pytest.mark.parametrize("nom", PRIVEES)
def test_who_keeps_the_record_corrects_it_by_parts(visiter: Visiter, nom: str) -> None:
    page = visiter()
    se_connecter(page, "repertoire@exemple.fr")
    page.goto(PRIVEES[nom])

    examiner(page, nom)
    bouton = page.get_by_role("button", name="Enregistrer", exact=True)
    if bouton.count():
        bouton.click()
        if page.locator(".errors").count():
            examiner(page, f"{nom}-erreurs")


def test_a_closure_is_noted_then_read_without_script(visiter: Visiter) -> None:
    page = visiter(java_script_enabled=False, viewport={"width": 320, "height": 700})
    se_connecter(page, "repertoire@exemple.fr")
    page.goto("/service/exemples--vestiaire-le-bouton")
    page.get_by_role("link", name="Corriger").click()
    page.get_by_role("link", name="Horaires et fermetures").click()
    page.get_by_role("link", name="Ajouter des jours de fermeture").click()
    page.get_by_label("Premier jour de fermeture").fill("2099-12-24")
    page.get_by_label("Dernier jour de fermeture").fill("2099-12-31")
    page.get_by_label("Raison").select_option("conges")
    page.get_by_role("button", name="Enregistrer").click()

    page.goto("/service/exemples--vestiaire-le-bouton")
    assert "Fermera du 24 au 31 décembre 2099 : congés." in page.locator("main").inner_text().replace(
        "\u00a0", " "
    )


def test_what_was_added_is_corrected_on_a_page_that_holds_too(visiter: Visiter) -> None:
    page = visiter()
    se_connecter(page, "repertoire@exemple.fr")
    page.goto(PRIVEES["corriger-contacts"])

    page.locator('main a[href*="/annuaire/contact/"]').first.click()

    page.get_by_role("button", name="Enregistrer", exact=True).wait_for()
    examiner(page, "corriger-un-contact")
