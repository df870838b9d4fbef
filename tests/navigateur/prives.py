"""The coordinator's own states, made once by her own gestures: imports, a meeting with a gap, a fiche that waits."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from maillage.annuaire import import_source
from maillage.convention import import_plan
from tests.navigateur.adresses import FERMEE, FICHE
from tests.navigateur.conftest import se_connecter

FRANCE_SERVICES = Path(import_source.__file__).parent / "donnees" / "france-services-2024-08.csv"
TEXTE_PLAN = Path(import_plan.__file__).parent / "exemples" / "plan-m2a.ocr.txt"
MAIRIE = "mairies--68278"
TABLEAU = {
    "name": "associations.csv",
    "mimeType": "text/csv",
    "buffer": "Nom de l’association;Commune;Tél.\nLes Amis du port;Haguenau;03 53 01 00 27\n".encode(),
}
# A latitude that is none, and a commune that does not exist.
REFUSEES = (
    "99001,68,France services sans latitude,1 rue du Bourg,,68376,68270,Wittenheim,abc,7.33,,,,,,,,,Non,,Principal,"
    "Fixe,,Espace labellisé 01/01/2020",
    "99002,68,France services sans commune,1 rue du Bourg,,68999,68270,Nulle-Part,47.8,7.33,,,,,,,,,Non,,Principal,"
    "Fixe,,Espace labellisé 01/01/2020",
)


NOMS = (
    "bureau",
    "sources",
    "imports",
    "import-nouveau",
    "import-nouveau-erreurs",
    "doublons",
    "doublons-examines",
    "structure-equipe",
    "structure-fermee-equipe",
    "corriger",
    "corriger-erreurs",
    "corriger-service",
    "ajouter",
    "ajouter-erreurs",
    "fermer",
    "fermer-erreurs",
    "retirer",
    "retirer-erreurs",
    "membres",
    "membres-erreurs",
    "calendrier",
    "vendredi-saint",
    "colonnes",
    "colonnes-erreurs",
    "histoire-structure",
    "reunions",
    "reunion-creer",
    "reunion-creer-erreurs",
    "ecarts",
    "mot-de-passe",
    "mot-de-passe-erreurs",
    "sortie",
    "reservee",
    "colonnes-choisir",
    "import-apercu",
    "import-illisible",
    "import-rapport",
    "plan-importer",
    "plan-importer-erreurs",
    "plan-lecture",
    "fiche-equipe",
    "fiche-modifier",
    "objectif-equipe",
    "objectif-modifier",
    "valider",
    "valider-erreurs",
    "cible",
    "cible-erreurs",
    "reunion-preparee",
    "reunion",
    "reunion-erreurs",
    "decider",
    "decider-erreurs",
    "decision-modifier",
)


@dataclass(frozen=True, slots=True)
class Prive:
    """A page of the coordinator: where it is, and what to press there to see the state that is meant."""

    adresse: str
    bouton: str = ""


def fichier_france_services(
    *, lignes: int | None = None, ajouts: tuple[str, ...] = REFUSEES
) -> dict[str, object]:
    """The sample's own file, whole or its beginning, with rows that nobody can read at its end."""
    connues = FRANCE_SERVICES.read_text(encoding="utf-8").splitlines()
    texte = "\n".join([*connues[: lignes and lignes + 1], *ajouts, ""])
    return {"name": "france-services.csv", "mimeType": "text/csv", "buffer": texte.encode()}


def envoyer(
    page: Page,
    fichier: dict[str, object],
    *,
    edition: str,
    source: str = "france-services",
    plus_ancienne: bool = False,
) -> None:
    """Send a file; the page is then the one of what it would change."""
    page.goto("/annuaire/imports/nouveau")
    page.get_by_label("Source").select_option(source)
    if plus_ancienne:
        page.get_by_label("Charger même si l’édition est plus ancienne").check()
    page.get_by_label("Fichier", exact=True).set_input_files(fichier)  # type: ignore[arg-type]
    page.get_by_label("Date à laquelle ce fichier dit vrai").fill(edition)
    page.get_by_role("button", name="Lire ce fichier").click()
    page.wait_for_url(re.compile(r"/annuaire/imports/[0-9a-f-]{36}$"), timeout=60_000)


def preparer(page: Page) -> dict[str, Prive]:
    """Sign in, make every state, give the addresses."""
    se_connecter(page, "coordination@exemple.fr")
    return _fixes() | _imports(page) | _plan(page) | _reunions(page)


def _fixes() -> dict[str, Prive]:
    structure = f"/structure/{MAIRIE}"
    return {
        "bureau": Prive("/bureau/"),
        "sources": Prive("/annuaire/sources"),
        "imports": Prive("/annuaire/imports"),
        "import-nouveau": Prive("/annuaire/imports/nouveau"),
        "import-nouveau-erreurs": Prive("/annuaire/imports/nouveau", "Lire ce fichier"),
        "doublons": Prive("/annuaire/doublons"),
        "doublons-examines": Prive("/annuaire/doublons?examines=oui"),
        "structure-equipe": Prive(structure),
        "structure-fermee-equipe": Prive(f"/structure/{FERMEE}"),
        "corriger": Prive(f"{structure}/corriger"),
        "corriger-erreurs": Prive(f"{structure}/corriger", "Enregistrer"),
        "corriger-service": Prive(f"/service/{MAIRIE}/corriger"),
        "ajouter": Prive("/structure/ajouter"),
        "ajouter-erreurs": Prive("/structure/ajouter", "Ajouter"),
        "fermer": Prive(f"{structure}/fermer"),
        "fermer-erreurs": Prive(f"{structure}/fermer", "Noter la fermeture"),
        "retirer": Prive(f"{structure}/retirer"),
        "retirer-erreurs": Prive(f"{structure}/retirer", "Retirer la fiche"),
        "membres": Prive(f"{structure}/membres"),
        "membres-erreurs": Prive(f"{structure}/membres", "Ajouter cette personne"),
        "calendrier": Prive("/pilotage/calendrier/"),
        "vendredi-saint": Prive("/pilotage/calendrier/68376/"),
        "colonnes": Prive("/annuaire/colonnes"),
        "colonnes-erreurs": Prive("/annuaire/colonnes", "Voir ses colonnes"),
        "histoire-structure": Prive(f"/structure/{FERMEE}/histoire"),
        "reunions": Prive("/pilotage/reunions/"),
        "reunion-creer": Prive("/pilotage/reunions/nouvelle/"),
        "reunion-creer-erreurs": Prive("/pilotage/reunions/nouvelle/", "Préparer la réunion"),
        "ecarts": Prive("/pilotage/ecarts/"),
        "mot-de-passe": Prive("/compte/mot-de-passe/"),
        "mot-de-passe-erreurs": Prive("/compte/mot-de-passe/", "Enregistrer le mot de passe"),
        "sortie": Prive("/compte/sortie/"),
        "reservee": Prive("/compte/personnes/"),
    }


def _imports(page: Page) -> dict[str, Prive]:
    """One that would withdraw nearly everything, never confirmed; one with two refused rows, confirmed."""
    envoyer(page, fichier_france_services(lignes=3), edition="2024-08-20", plus_ancienne=True)
    apercu = page.url
    page.goto("/annuaire/imports/nouveau")
    page.get_by_label("Source").select_option("france-services")
    page.get_by_label("Fichier", exact=True).set_input_files(
        {"name": "lisez-moi.txt", "mimeType": "text/plain", "buffer": b"bonjour\n"}
    )
    page.get_by_label("Date à laquelle ce fichier dit vrai").fill("2024-08-20")
    page.get_by_role("button", name="Lire ce fichier").click()
    page.wait_for_load_state()
    illisible = page.url
    envoyer(page, fichier_france_services(), edition="2024-08-20", plus_ancienne=True)
    rapport = page.url
    page.get_by_role("button", name="Écrire dans l’annuaire").click()
    page.get_by_text("L’annuaire est à jour").or_(page.get_by_text("il continue sans vous")).wait_for(
        timeout=60_000
    )
    page.goto("/annuaire/colonnes")
    page.locator("input[type=file]").set_input_files(TABLEAU)  # type: ignore[arg-type]
    page.locator("main form button").last.click()
    page.wait_for_url("**/annuaire/colonnes/*")
    return {
        "colonnes-choisir": Prive(page.url),
        "import-apercu": Prive(apercu),
        "import-illisible": Prive(illisible),
        "import-rapport": Prive(rapport),
    }


def _plan(page: Page) -> dict[str, Prive]:
    """A document read and not published; a changed text that waits for a decision; a target."""
    page.goto("/plan/importer/")
    page.get_by_label("Ou le texte collé").fill(TEXTE_PLAN.read_text(encoding="utf-8") + "\nAnnexe.\n")
    page.get_by_role("button", name="Lire le document").click()
    page.wait_for_url("**/plan/lecture/**")
    lecture = page.url
    page.goto(f"{FICHE}modifier/")
    page.get_by_label("Critères d’évaluation").fill("Une France services de plus avant la fin de 2026.")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_load_state()
    page.goto(f"{FICHE}indicateur-3.2b/cible/")
    page.get_by_label("Valeur à atteindre").fill("20")
    page.get_by_label("À quelle date").fill("2026-12-31")
    page.get_by_role("button", name="Poser la cible").click()
    page.get_by_text("La cible est posée").wait_for()
    return {
        "plan-importer": Prive("/plan/importer/"),
        "plan-importer-erreurs": Prive("/plan/importer/", "Lire le document"),
        "plan-lecture": Prive(lecture),
        "fiche-equipe": Prive(FICHE),
        "fiche-modifier": Prive(f"{FICHE}modifier/"),
        "objectif-equipe": Prive(f"{FICHE}objectif-1"),
        "objectif-modifier": Prive(f"{FICHE}objectif-1/modifier/"),
        "valider": Prive(f"{FICHE}valider/"),
        "valider-erreurs": Prive(f"{FICHE}valider/", "Valider la nouvelle version"),
        "cible": Prive(f"{FICHE}indicateur-3.2b/cible/"),
        "cible-erreurs": Prive(f"{FICHE}indicateur-3.2a/cible/", "Poser la cible"),
    }


def _reunions(page: Page) -> dict[str, Prive]:
    """A committee in session, its values frozen, a gap seen and a decision written; another one only prepared."""
    preparee = preparer_reunion(page, "Comité technique de l’hiver")
    reunion = preparer_reunion(page, "Comité d’essai")
    page.get_by_role("button", name="Ouvrir la séance").click()
    page.get_by_text("La réunion est maintenant en séance").wait_for()
    page.get_by_role("button", name="Figer les valeurs").click()
    page.get_by_text("Les valeurs sont figées").wait_for()
    page.get_by_role("link", name="Écrire une décision").click()
    decider = page.url
    page.get_by_label("La décision").fill("Recenser les besoins de chaque commune avant le printemps.")
    page.get_by_role("button", name="Enregistrer la décision").click()
    page.wait_for_url(reunion)
    page.get_by_role("link", name="Modifier").first.click()
    return {
        "reunion-preparee": Prive(preparee),
        "reunion": Prive(reunion),
        "reunion-erreurs": Prive(reunion, "Ajouter ce point"),
        "decider": Prive(decider),
        "decider-erreurs": Prive(decider, "Enregistrer la décision"),
        "decision-modifier": Prive(page.url),
    }


def preparer_reunion(page: Page, titre: str) -> str:
    page.goto("/pilotage/reunions/nouvelle/")
    page.get_by_label("Comité de pilotage").check()
    page.get_by_label("Titre").fill(titre)
    page.get_by_role("button", name="Préparer la réunion").click()
    page.get_by_role("button", name="Ouvrir la séance").wait_for()
    return page.url
