"""The whole chain, once, in a browser: the number that moves, the value that does not, the decision the fiche cites."""

import re
import time

from django.utils import timezone
from playwright.sync_api import Page

from tests.navigateur.conftest import capturer, se_connecter, verifier_axe

FICHE = "/plan/2024-2026/3.2/"
INDICATEUR = f"{FICHE}indicateur-3.2b"
OUVERTURE = "2026-11-01"
CRITERE = "Une France services à Habsheim ouverte avant la fin de 2026."


def aujourdhui(page: Page) -> int:
    """Communes without France services today, as the public page of the indicator says it."""
    page.goto(INDICATEUR)
    return int(re.findall(r"(\d+)\s+communes, sur 39", page.locator("main").inner_text())[0])


def attendre(page: Page, valeur: int, *, secondes: float = 5) -> None:
    """The number follows the directory within five seconds."""
    fin = time.monotonic() + secondes
    while (vue := aujourdhui(page)) != valeur:
        assert time.monotonic() < fin, f"{vue} au lieu de {valeur} après {secondes} s"
        time.sleep(0.2)


def figee(page: Page) -> int:
    """The value frozen at the committee, in the fiche's own table: the column « Figé »."""
    page.goto(FICHE)
    tableau = page.locator("table", has=page.locator("caption", has_text="Communes sans France services"))
    ligne = tableau.locator("tr", has_text="COPIL de novembre")
    return int(re.findall(r"\d+", ligne.locator("td").first.inner_text())[0])


def poser_la_cible(page: Page, valeur: int) -> None:
    page.goto(f"{INDICATEUR}/cible/")
    page.get_by_label("Valeur à atteindre").fill(str(valeur))
    page.get_by_label("À quelle date").fill("2026-12-31")
    page.get_by_role("button", name="Poser la cible").click()
    page.get_by_text("La cible est posée").wait_for()


def tenir_le_copil(page: Page) -> str:
    """Prepare the committee, open it, freeze the values; gives the meeting's address."""
    page.goto("/pilotage/reunions/nouvelle/")
    page.get_by_label("Comité de pilotage").check()
    page.get_by_label("Titre").fill("COPIL de novembre")
    page.get_by_role("button", name="Préparer la réunion").click()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_text("La réunion est maintenant en séance").wait_for()
    page.get_by_role("button", name="Figer les valeurs").click()
    page.get_by_text("Les valeurs sont figées et ne bougeront plus").wait_for()
    return page.url


def ouvrir_a_habsheim(page: Page) -> str:
    page.goto("/structure/ajouter")
    page.get_by_label("Famille de service").select_option("france-services")
    page.get_by_label("Nom").fill("France services de Habsheim")
    page.get_by_label("Commune").fill("Habsheim")
    page.get_by_label("Date d’ouverture ou de label").fill(OUVERTURE)
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_text("La fiche est créée").wait_for()
    return page.url


def decider(page: Page, reunion: str) -> None:
    """The gap on the agenda, a decision that answers it, adopted; the meeting closed."""
    page.goto(reunion)
    page.get_by_role("button", name=re.compile("Mettre à l’ordre du jour.*Communes sans", re.DOTALL)).click()
    page.get_by_role("link", name="Écrire une décision").click()
    page.get_by_label("La décision").fill("Accueillir une France services à Habsheim avant la fin de 2026.")
    objet = page.get_by_label("À propos de").locator("option", has_text="Écart 3.2b").first
    page.get_by_label("À propos de").select_option(objet.get_attribute("value"))
    page.get_by_label("adoptée").check()
    capturer(page, "chaine-4-decider")
    verifier_axe(page)
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.wait_for_load_state()
    page.goto(reunion)
    page.get_by_role("button", name="Clore la réunion").click()
    page.wait_for_load_state()


def amender(page: Page) -> None:
    """The fiche's criteria say what was decided; the decision validates version 2."""
    page.goto(f"{FICHE}modifier/")
    page.get_by_label("Critères d’évaluation").fill(CRITERE)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    page.goto(f"{FICHE}valider/")
    verifier_axe(page)
    capturer(page, "chaine-5-valider")
    decision = page.get_by_label(re.compile("écision")).first
    option = decision.locator("option", has_text="Habsheim").first
    decision.select_option(option.get_attribute("value"))
    page.get_by_role("button", name=re.compile("Valider")).click()
    page.wait_for_load_state()


def fermer(page: Page, structure: str) -> None:
    page.goto(structure)
    page.get_by_role("link", name="Noter une fermeture").click()
    page.get_by_label("Premier jour de fermeture").fill(timezone.localdate().isoformat())
    page.get_by_label("Pourquoi, et comment vous le savez").fill("Essai de la chaîne.")
    page.get_by_label("Je confirme cette fermeture").check()
    capturer(page, "chaine-7-fermer")
    page.get_by_role("button", name="Noter la fermeture").click()
    page.wait_for_load_state()


def test_the_chain_from_the_frozen_value_to_the_amended_fiche(page: Page) -> None:
    avant = aujourdhui(page)
    se_connecter(page, "coordination@exemple.fr")
    poser_la_cible(page, avant - 3)

    reunion = tenir_le_copil(page)
    capturer(page, "chaine-1-valeurs-figees")
    assert figee(page) == avant
    page.goto("/pilotage/ecarts/")
    assert "Communes sans France services" in page.locator("main").inner_text()
    capturer(page, "chaine-2-ecart")

    structure = ouvrir_a_habsheim(page)
    attendre(page, avant - 1)
    assert figee(page) == avant
    capturer(page, "chaine-3-une-de-moins")

    decider(page, reunion)
    amender(page)
    page.context.clear_cookies()
    page.goto(FICHE)
    publique = page.locator("main").inner_text()
    assert "Version 2" in publique
    assert CRITERE in publique
    capturer(page, "chaine-6-version-2")
    verifier_axe(page)
    page.goto(f"{FICHE}histoire/")
    assert "Accueillir une France services à Habsheim" in page.locator("main").inner_text()

    se_connecter(page, "coordination@exemple.fr")
    fermer(page, structure)
    attendre(page, avant)
    assert figee(page) == avant
    page.goto(f"{FICHE}version-1")
    premiere = page.locator("main").inner_text()
    assert "Identifier les besoins en couverture" in premiere
    assert CRITERE not in premiere
    capturer(page, "chaine-8-version-1")
