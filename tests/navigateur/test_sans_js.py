"""The public journey and the main writes with JavaScript off, on a 320 px phone: forms are forms, links are links."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from maillage.annuaire import import_source
from tests.navigateur.adresses import FICHE
from tests.navigateur.conftest import Ouvrir, se_connecter
from tests.navigateur.prives import envoyer, preparer_reunion

MAIRIES = Path(import_source.__file__).parent / "donnees" / "annuaire-mairies-67-68-90.csv"
# Haguenau: far from the territory whose numbers other tests read.
HAGUENAU = "/structure/mairies--67180"


@pytest.fixture
def telephone(ouvrir: Ouvrir) -> Page:
    return ouvrir(viewport={"width": 320, "height": 700}, java_script_enabled=False)


@pytest.fixture
def coordination(telephone: Page) -> Page:
    se_connecter(telephone, "coordination@exemple.fr")
    return telephone


def dit(page: Page) -> str:
    """What the page says, its no-break spaces as plain ones."""
    return page.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_public_journey(telephone: Page) -> None:
    page = telephone
    page.goto("/")

    page.get_by_label("De quoi avez-vous besoin").fill("refaire ma carte d’identité")
    page.get_by_label("Où").fill("Rixheim")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Mairie de Rixheim", exact=True).click()

    telephone_public = page.get_by_role("link", name=re.compile("^Appeler Mairie de Rixheim"))
    assert telephone_public.get_attribute("href") == "tel:+33389645959"
    page.get_by_role("link", name="Le plan").click()
    page.get_by_role("link", name=re.compile("^3.2 ")).click()
    page.get_by_role("link", name="Identifier les besoins en couverture").click()
    assert "Sans preuve à ce jour." in dit(page)
    page.goto(f"{FICHE}indicateur-3.2b")
    page.get_by_label("Calculer au").fill("2024-04-01")
    page.get_by_role("button", name="Calculer").click()
    assert "au 1er avril 2024" in dit(page)


def test_what_is_found_narrows_and_widens(telephone: Page) -> None:
    page = telephone
    page.goto("/recherche?q=mairie&lieu=Rixheim")
    avant = page.locator("h1").inner_text()

    page.get_by_label("Distance").select_option("5")
    page.get_by_role("button", name="Appliquer").click()

    assert page.locator("h1").inner_text() != avant
    assert "à moins de 5\u00a0km de Rixheim" in page.locator("h1").inner_text()


def test_a_field_is_corrected(coordination: Page) -> None:
    page = coordination
    page.goto(HAGUENAU)

    page.get_by_role("link", name="Corriger").click()
    page.get_by_label("Complément d’adresse").fill("Entrée par la cour")
    page.get_by_label("Comment le savez-vous").fill("Visite du 3 mars.")
    page.get_by_role("button", name="Enregistrer").click()

    assert "C’est enregistré" in dit(page)
    assert "Entrée par la cour" in dit(page)
    page.get_by_role("link", name="Histoire").click()
    assert "Visite du 3 mars." in dit(page)


def test_a_file_is_read_looked_at_and_written(coordination: Page) -> None:
    page = coordination
    texte = MAIRIES.read_text(encoding="utf-8").replace("03 88 96 00 72", "03 88 96 99 99")

    envoyer(
        page,
        {"name": "mairies.csv", "mimeType": "text/csv", "buffer": texte.encode()},
        source="mairies",
        edition="2023-03-01",
    )

    assert "Ce que ce fichier changerait" in dit(page)
    assert re.search(r"Modifiées\s+1\b", dit(page)), dit(page)
    page.get_by_role("button", name="Écrire dans l’annuaire").click()
    page.locator(".tag.ok").wait_for(timeout=60_000)
    assert re.search(r"Modifiées\s+1\b", dit(page))
    page.goto("/structure/mairies--67001")
    assert "03 88 96 99 99" in dit(page)


def test_a_record_is_added_and_closed(coordination: Page) -> None:
    page = coordination
    page.goto("/structure/ajouter")

    page.get_by_label("Famille de service").select_option("mairie")
    page.get_by_label("Nom").fill("Mairie annexe du port")
    page.get_by_label("Commune").fill("Haguenau")
    page.get_by_label("Téléphone").fill("03 53 01 00 27")
    page.get_by_role("button", name="Ajouter").click()
    assert "La fiche est créée" in dit(page)
    page.get_by_role("link", name="Noter une fermeture").click()
    page.get_by_label("Premier jour de fermeture").fill("2026-01-15")
    page.get_by_label("Pourquoi, et comment vous le savez").fill("Essai.")
    page.get_by_label("Je confirme cette fermeture").check()
    page.get_by_role("button", name="Noter la fermeture").click()

    assert "Fermé depuis le 15 janvier 2026" in dit(page)


def test_a_meeting_is_prepared_opened_and_its_values_frozen(coordination: Page) -> None:
    page = coordination
    preparer_reunion(page, "Comité sans script")

    page.get_by_label("Nouveau point").fill("Les besoins de l’hiver")
    page.get_by_role("button", name="Ajouter ce point").click()
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_role("button", name="Figer les valeurs").click()

    assert "Les valeurs sont figées et ne bougeront plus" in dit(page)
    assert "Les besoins de l’hiver" in dit(page)
    assert re.search(r"3\.2b Communes sans France services\s+\d+ communes", dit(page))


def test_an_objectif_says_where_it_stands(coordination: Page) -> None:
    page = coordination
    page.goto(f"{FICHE}objectif-2/modifier/")

    page.get_by_label("État").select_option(index=1)
    page.get_by_label("Preuve").fill("Carte des bornes du 12 mai 2026.")
    page.get_by_role("button", name="Enregistrer").click()

    assert "Carte des bornes du 12 mai 2026." in dit(page)
    assert "Rien n’a été déclaré" not in page.locator(".facts").first.inner_text()


def test_a_refused_form_keeps_what_was_typed(coordination: Page) -> None:
    page = coordination
    page.goto("/structure/ajouter")
    page.get_by_label("Nom").fill("Un nom sans commune")

    page.get_by_role("button", name="Ajouter").click()

    assert page.title().startswith("Erreur\u00a0: ")
    assert page.get_by_label("Nom").input_value() == "Un nom sans commune"
    page.get_by_role("link", name="Écrivez le nom de la commune.").click()
    assert page.url.endswith("#id_commune")
