"""Debian's Chromium, driven on loopback against a real server with the sample territory; one instance a session."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.instance import InstanceEssai
from tests.navigateur.adresses import FERMEE, RETIREE

pytest.register_assert_rewrite("tests.navigateur.mesures")
CHROMIUM = os.environ.get("MAILLAGE_CHROMIUM") or shutil.which("chromium") or ""
CAPTURES = Path(os.environ.get("MAILLAGE_CAPTURES", Path(__file__).resolve().parents[2] / "captures"))
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LARGEURS = (320, 1280)
UNE_RETIREE_UNE_FERMEE = f"""
from datetime import date
from django.utils import timezone
from maillage.annuaire import saisie
from maillage.annuaire.models import Structure
from maillage.comptes.models import Personne
awa = Personne.objects.get(email="coordination@exemple.fr")
saisie.retirer(Structure.objects.get(id="{RETIREE}"), motif="Fusionnée avec sa voisine.", par=awa, le=timezone.now())
fermee = Structure.objects.get(id="{FERMEE}")
saisie.fermer(fermee, ferme_le=date(2026, 9, 1), motif="Bail terminé.", par=awa, le=timezone.now())
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser and one instance for all of them: they stay together on one worker of the run."""
    for item in items:
        if "tests/navigateur/" in str(item.path):
            item.add_marker(pytest.mark.navigateur)
            item.add_marker(pytest.mark.xdist_group("navigateur"))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="Chromium manque"))


@pytest.fixture(scope="session")
def site() -> Iterator[InstanceEssai]:
    """The sample territory, loaded and served as `make run` does."""
    with InstanceEssai() as instance:
        instance.commande("demo", "--charger-seulement")
        instance.servir()
        yield instance


@pytest.fixture(scope="session")
def navigateur() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield ouvert
        ouvert.close()


@pytest.fixture
def page(navigateur: Browser, site: InstanceEssai) -> Iterator[Page]:
    contexte = navigateur.new_context(
        base_url=site.adresse, viewport={"width": 1280, "height": 900}, locale="fr-FR"
    )
    ouverte = contexte.new_page()
    ouverte.set_default_timeout(15_000)
    yield ouverte
    contexte.close()


@pytest.fixture
def sans_js(navigateur: Browser, site: InstanceEssai) -> Iterator[Page]:
    contexte = navigateur.new_context(
        base_url=site.adresse,
        viewport={"width": 320, "height": 700},
        locale="fr-FR",
        java_script_enabled=False,
    )
    ouverte = contexte.new_page()
    ouverte.set_default_timeout(15_000)
    yield ouverte
    contexte.close()


@pytest.fixture(scope="session")
def atelier() -> Iterator[InstanceEssai]:
    """A second instance, the same sample: the tests that write keep away from the numbers of the chain."""
    with InstanceEssai() as instance:
        instance.commande("demo", "--charger-seulement")
        instance.commande("shell", "-c", UNE_RETIREE_UNE_FERMEE)
        instance.servir()
        yield instance


Ouvrir = Callable[..., Page]


@pytest.fixture
def ouvrir(navigateur: Browser, atelier: InstanceEssai) -> Iterator[Ouvrir]:
    """Open a page of the second instance, as this test wants its browser; nothing may be said in its console."""
    contextes: list[BrowserContext] = []
    plaintes: list[str] = []

    def ouvrir_page(**options: Any) -> Page:
        contexte = nouveau_contexte(navigateur, atelier, **options)
        contextes.append(contexte)
        page = contexte.new_page()
        ecouter(page, plaintes)
        return page

    yield ouvrir_page
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


def nouveau_contexte(navigateur: Browser, instance: InstanceEssai, **options: Any) -> BrowserContext:
    voulu = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"} | options
    contexte = navigateur.new_context(base_url=instance.adresse, **voulu)
    contexte.set_default_timeout(15_000)
    return contexte


def ecouter(page: Page, plaintes: list[str]) -> None:
    """Collect what the console says: a refused style, an error. A 4xx page that we asked for is no complaint."""
    page.on(
        "console",
        lambda message: (
            plaintes.append(f"{page.url} : {message.text}")
            if message.type in {"error", "warning"}
            and "the server responded with a status of 4" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda erreur: plaintes.append(f"{page.url} : {erreur}"))


def capturer(page: Page, nom: str) -> None:
    """One picture at each width, whole page; and the page holds at 320 px: nothing runs off its side."""
    CAPTURES.mkdir(parents=True, exist_ok=True)
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        page.screenshot(path=CAPTURES / f"{nom}-{largeur}.png", full_page=True)
        debord = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert debord <= 0, f"{nom} déborde de {debord} px à {largeur} px"
    page.set_viewport_size({"width": 1280, "height": 900})


def verifier_axe(page: Page) -> None:
    """No violation at all, nothing left out."""
    resultat = Axe().run(page)
    fautes = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in resultat.response["violations"]]
    assert fautes == [], f"{page.url} : {fautes}"


def se_connecter(page: Page, email: str, mot_de_passe: str = "exemple-maillage-2026") -> None:
    page.goto("/compte/connexion/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(mot_de_passe)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url("**/bureau/")
