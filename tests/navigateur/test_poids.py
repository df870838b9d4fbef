"""What a public page costs to a phone that never came: bytes, requests, cookies, as the network counts them."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.navigateur.adresses import PUBLIQUES
from tests.navigateur.conftest import Ouvrir

# What a page looks like does not depend on the engine: once is enough.
pytestmark = pytest.mark.moteur_indifferent

TOUT, HTML, REQUETES = 60_000, 20_000, 8
# Asked under these addresses, the form's token is a cookie; nobody reads about a service there.
AVEC_COOKIE = "/compte/"


@dataclass  # no slots: Playwright hangs its own mark on what listens
class Releve:
    """Every exchange of one first visit, as Chromium's own network panel counts it."""

    adresses: dict[str, str] = field(default_factory=dict)
    genres: dict[str, str] = field(default_factory=dict)
    octets: dict[str, float] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)

    def demande(self, message: dict[str, Any]) -> None:
        if not message["request"]["url"].startswith("data:"):
            self.adresses[message["requestId"]] = message["request"]["url"]

    def reponse(self, message: dict[str, Any]) -> None:
        self.genres[message["requestId"]] = message["type"]

    def entetes(self, message: dict[str, Any]) -> None:
        self.cookies += [v for nom, v in message["headers"].items() if nom.lower() == "set-cookie"]

    def fin(self, message: dict[str, Any]) -> None:
        self.octets[message["requestId"]] = message["encodedDataLength"]

    def echec(self, message: dict[str, Any]) -> None:
        self.octets[message["requestId"]] = 0

    def fini(self) -> bool:
        return self.adresses.keys() <= self.octets.keys()

    def poids(self, genre: str = "") -> float:
        return sum(o for i, o in self.octets.items() if not genre or self.genres.get(i) == genre)


def relever(page: Page, adresse: str) -> Releve:
    releve, reseau = Releve(), page.context.new_cdp_session(page)
    reseau.on("Network.requestWillBeSent", releve.demande)
    reseau.on("Network.responseReceived", releve.reponse)
    reseau.on("Network.responseReceivedExtraInfo", releve.entetes)
    reseau.on("Network.loadingFinished", releve.fin)
    reseau.on("Network.loadingFailed", releve.echec)
    reseau.send("Network.enable")
    page.goto(adresse)
    attendre(page, releve)
    return releve


def attendre(page: Page, releve: Releve) -> None:
    """Until every request has ended, and none came in the quarter of a second that followed."""
    for _ in range(100):
        vues = len(releve.adresses)
        page.wait_for_timeout(250)
        if releve.fini() and len(releve.adresses) == vues:
            return
    raise AssertionError(f"des demandes n’ont pas fini : {releve.adresses.keys() - releve.octets.keys()}")


@pytest.mark.parametrize("nom", PUBLIQUES)
def test_a_first_visit_is_light_and_asks_nobody_else(ouvrir: Ouvrir, nom: str) -> None:
    page = ouvrir(viewport={"width": 320, "height": 700})

    releve = relever(page, PUBLIQUES[nom])

    ici = page.url.partition("/")[0] + "//" + page.url.split("/")[2] + "/"
    assert [a for a in releve.adresses.values() if not a.startswith(ici)] == []
    assert 0 < releve.poids("Document") <= HTML
    assert releve.poids() <= TOUT
    assert len(releve.adresses) <= REQUETES
    assert "Font" not in releve.genres.values()
    if not PUBLIQUES[nom].startswith(AVEC_COOKIE):
        assert (releve.cookies, page.context.cookies()) == ([], [])


def test_a_second_page_costs_little(ouvrir: Ouvrir) -> None:
    page = ouvrir(viewport={"width": 320, "height": 700})
    relever(page, PUBLIQUES["accueil"])

    releve = relever(page, PUBLIQUES["resultats"])

    assert 0 < releve.poids() <= HTML
