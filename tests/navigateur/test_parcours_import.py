"""A file, its two refused rows, the same file again, a correction that the next edition does not undo."""

import csv
import io
import re

from playwright.sync_api import Page

from tests.navigateur.conftest import Ouvrir, capturer, se_connecter
from tests.navigateur.prives import FRANCE_SERVICES, REFUSEES, envoyer, fichier_france_services

# Far from the territory: no number of the plan reads this record.
NUMERO = "3"
FICHE = f"/structure/france-services--{NUMERO}"
CORRIGE, DE_LA_SOURCE = "04 53 01 00 27", "04 53 01 99 99"


def compte(page: Page, quoi: str) -> str:
    return page.locator(f"dt:text-is('{quoi}') + dd").first.inner_text()


def ecrire(page: Page) -> None:
    page.get_by_role("button", name="Écrire dans l’annuaire").click()
    page.locator(".tag.ok").wait_for(timeout=60_000)


def dit(page: Page) -> str:
    return page.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def edition_suivante() -> dict[str, object]:
    """The same list one month later: one telephone has changed."""
    lignes = list(csv.DictReader(io.StringIO(FRANCE_SERVICES.read_text(encoding="utf-8"))))
    for ligne in lignes:
        if ligne["id_fs"] == NUMERO:
            ligne["telephone"] = DE_LA_SOURCE
    tampon = io.StringIO()
    ecrivain = csv.DictWriter(tampon, list(lignes[0]))
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return {"name": "novembre.csv", "mimeType": "text/csv", "buffer": tampon.getvalue().encode()}


def refus(page: Page) -> list[str]:
    """Each refusal, on one line."""
    liste = page.locator("section", has=page.locator("h2", has_text="Lignes refusées")).locator("li")
    return [re.sub(r"\s+", " ", texte) for texte in liste.all_inner_texts()]


def test_a_file_is_previewed_written_and_never_undoes_a_correction(ouvrir: Ouvrir) -> None:
    page = ouvrir()
    se_connecter(page, "coordination@exemple.fr")
    fichier = fichier_france_services(ajouts=REFUSEES[::-1])  # no other test sends these very bytes

    envoyer(page, fichier, edition="2024-10-01")
    assert (compte(page, "Refusées"), compte(page, "Nouvelles")) == ("2", "0")
    assert "déjà chargé" not in dit(page)
    sans_commune, sans_latitude = refus(page)
    capturer(page, "import-1-apercu")
    ecrire(page)
    assert compte(page, "Refusées") == "2"
    capturer(page, "import-2-rapport")

    assert sans_latitude.startswith("france-services.csv, ligne 1937, colonne « latitude »")
    assert "« abc »" in sans_latitude
    assert "Que faire ? Écrivez un nombre en chiffres, comme 47.7559" in sans_latitude
    assert sans_commune.startswith("france-services.csv, ligne 1936, colonne « insee_com »")
    assert "68999" in sans_commune
    assert "Que faire ? Vérifiez le code INSEE" in sans_commune

    envoyer(page, fichier, edition="2024-10-01")
    assert "Ce fichier est déjà chargé : il ne change rien." in dit(page)
    assert (compte(page, "Modifiées"), compte(page, "Retirées").partition(" ")[0]) == ("0", "0")
    page.get_by_role("button", name="Abandonner").click()

    corriger(page)
    envoyer(page, edition_suivante(), edition="2024-11-01")
    gardee = page.get_by_role("region", name="Corrections gardées").locator("tbody tr")
    assert gardee.count() == 1
    assert gardee.locator("td").all_inner_texts()[1:] == [CORRIGE, DE_LA_SOURCE]
    ecrire(page)

    page.goto(FICHE)
    assert page.locator(f"a[href='tel:+33{CORRIGE.replace(' ', '')[1:]}']").count() >= 1
    assert DE_LA_SOURCE not in dit(page)
    page.goto(f"{FICHE}/corriger")
    assert f"édition du 01/11/2024, dit « {DE_LA_SOURCE} »" in dit(page)
    assert page.get_by_role("textbox", name="Téléphone").input_value() == CORRIGE
    capturer(page, "import-3-correction-gardee")


def corriger(page: Page) -> None:
    page.goto(f"{FICHE}/corriger")
    page.get_by_label("Téléphone").fill(CORRIGE)
    page.get_by_label("Comment le savez-vous").fill("Appel du 12 mars à l’accueil.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("C’est enregistré").wait_for()
