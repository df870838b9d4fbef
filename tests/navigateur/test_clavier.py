"""Journeys by keyboard alone: Tab, Enter, Space, letters; the focus is always seen and never caught."""

import re

import pytest
from playwright.sync_api import Page

from tests.navigateur.adresses import FICHE, PUBLIQUES
from tests.navigateur.conftest import Ouvrir
from tests.navigateur.prives import MAIRIE

# What a page looks like does not depend on the engine: once is enough.
pytestmark = pytest.mark.moteur_indifferent

PAS_MAX = 150
# What has the focus: its words, and whether an eye can find it (in the window, ringed, not hidden under anything).
ICI = """() => {
  const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
  const etiquette = e.labels && e.labels.length ? e.labels[0].textContent : '';
  const x = r.left + Math.min(r.width / 2, 20), y = r.top + Math.min(r.height / 2, 10);
  const dessus = document.elementFromPoint(x, y);
  return {
    mots: (e.getAttribute('aria-label') || etiquette || e.textContent || e.value || '').trim().replace(/\\s+/g, ' '),
    nom: e.tagName, id: e.id, href: e.getAttribute('href') || '',
    vu: r.width > 0 && r.bottom > 0 && r.top < innerHeight && !!dessus && (e === dessus || e.contains(dessus)
        || dessus.contains(e) || (e.labels && [...e.labels].some(l => l.contains(dessus)))),
    // In the calendar button of a date the browser rings the button, and the field no longer says it has the focus.
    cercle: (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2)
        || (e.type === 'date' && !e.matches(':focus')),
  };
}"""


def aller(page: Page, mots: str, *, balise: str = "") -> None:
    """Press Tab until the control that says this; each control met on the way is seen and ringed."""
    for _ in range(PAS_MAX):
        page.keyboard.press("Tab")
        ici = page.evaluate(ICI)
        if ici["nom"] == "BODY":
            continue
        assert ici["vu"], ici
        assert ici["cercle"], ici
        if re.search(mots, ici["mots"]) and balise in {"", ici["nom"]}:
            return
    raise AssertionError(f"« {mots} » ne s’atteint pas au clavier sur {page.url}")


def suivre(page: Page, mots: str, *, balise: str = "") -> None:
    aller(page, mots, balise=balise)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def ecrire(page: Page, champ: str, texte: str) -> None:
    aller(page, champ)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(texte)


def entrer(page: Page) -> None:
    page.goto("/")
    suivre(page, "^Entrer dans l’espace pro")
    ecrire(page, "^E-mail", "coordination@exemple.fr")
    ecrire(page, "^Mot de passe$", "exemple-maillage-2026")
    suivre(page, "^Se connecter$")
    page.wait_for_url("**/bureau/")


@pytest.fixture
def page_clavier(ouvrir: Ouvrir) -> Page:
    return ouvrir()


def test_from_a_need_to_a_phone_number(page_clavier: Page) -> None:
    page = page_clavier
    page.goto("/")

    ecrire(page, "^De quoi avez-vous besoin", "mairie")
    ecrire(page, "^Où", "Rixheim")
    suivre(page, "^Chercher$")
    suivre(page, "^Mairie de Rixheim$")
    aller(page, "^Appeler Mairie de Rixheim")

    assert page.evaluate(ICI)["href"] == "tel:+33389645959"


def test_the_skip_link_leads_past_the_menu(page_clavier: Page) -> None:
    page = page_clavier
    page.goto(PUBLIQUES["resultats"])

    page.keyboard.press("Tab")
    premier = page.evaluate(ICI)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert (premier["mots"], premier["vu"]) == ("Aller au contenu", True)
    assert page.evaluate(ICI)["id"] == "q"


def test_from_the_plan_to_a_fiche_to_an_objectif(page_clavier: Page) -> None:
    page = page_clavier
    page.goto("/")

    suivre(page, "^Le plan$")
    suivre(page, "^3.2 Développer")
    suivre(page, "^Identifier les besoins")

    assert page.locator("h1").inner_text() == "Objectif 1"


def test_a_closed_detail_opens_with_the_space_bar(page_clavier: Page) -> None:
    page = page_clavier
    page.goto(PUBLIQUES["resultats"])

    aller(page, "^Horaires tels que donnés$")
    page.keyboard.press("Space")

    assert page.locator("details[open]").count() == 1


def test_sign_in_be_refused_correct_a_field_and_leave(page_clavier: Page) -> None:
    page = page_clavier
    entrer(page)
    page.goto(f"/service/{MAIRIE}")
    suivre(page, "^Corriger$")
    suivre(page, "^Public et âges$")
    ecrire(page, "^Conditions d’accès", "Sonnez à l’entrée de la cour.")

    suivre(page, "^Enregistrer$")

    assert page.evaluate(ICI)["id"] == "erreurs"
    suivre_ancre(page, "^Dites comment vous le savez")
    page.keyboard.type("Appel à l’accueil.")
    suivre(page, "^Enregistrer$")
    assert "C’est enregistré" in page.locator("main").inner_text()
    assert "Sonnez à l’entrée de la cour." in page.locator("main").inner_text()
    suivre(page, "^Sortir$")
    suivre(page, "^Sortir$", balise="BUTTON")
    page.wait_for_url("**/compte/connexion/**")


def suivre_ancre(page: Page, mots: str) -> None:
    """A link inside the page: the field it names takes the focus."""
    aller(page, mots)
    champ = page.evaluate(ICI)["href"].removeprefix("#")
    page.keyboard.press("Enter")
    page.wait_for_function("id => location.hash === '#' + id", arg=champ)
    assert page.evaluate("document.activeElement.id") == champ


def test_an_objectif_says_where_it_stands(page_clavier: Page) -> None:
    page = page_clavier
    entrer(page)
    page.goto(f"{FICHE}objectif-3")

    suivre(page, "^Dire où il en est$")
    aller(page, "^État")
    page.keyboard.press("ArrowDown")
    ecrire(page, "^Preuve", "Délibération du 3 mars 2026.")
    suivre(page, "^Enregistrer$")

    assert "Délibération du 3 mars 2026." in page.locator("main").inner_text()


@pytest.mark.parametrize("nom", ["accueil", "resultats", "fiche", "indicateur", "document", "connexion"])
def test_no_control_keeps_the_keyboard(page_clavier: Page, nom: str) -> None:
    """From the first control to the last and out of the page, without standing twice at the same place."""
    page = page_clavier
    page.goto(PUBLIQUES[nom])
    attendus = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary,"
        ' [tabindex="0"]\')].filter(e => e.checkVisibility({visibilityProperty: true})).length'
    )

    page.evaluate("window.vus = new Set()")
    for _ in range(3 * attendus):
        page.keyboard.press("Tab")
        fini = page.evaluate(
            "document.activeElement === document.body || (vus.has(document.activeElement) && document.hasFocus()"
            " && vus.size >= 1 && document.activeElement === [...vus][0]) || void vus.add(document.activeElement)"
        )
        if fini:
            break

    assert page.evaluate("vus.size") >= attendus
