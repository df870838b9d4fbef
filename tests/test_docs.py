"""The documents stay true: every setting, model, command and link they name is there, and none is missing."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

pytestmark = pytest.mark.moteur_indifferent
RACINE = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*RACINE.glob("*.md"), *(RACINE / "docs").rglob("*.md")])


def lire(chemin: str) -> str:
    return (RACINE / chemin).read_text()


def commandes() -> list[str]:
    return sorted(
        nom for nom, app in get_commands().items() if app.startswith("maillage.") and nom != "flush"
    )


def test_every_setting_is_in_the_operators_guide_and_no_other() -> None:
    sources = lire("maillage/config/settings.py")
    reglages = set(re.findall(r'"(MAILLAGE_[A-Z_]+)"', sources))

    assert (
        set(re.findall(r"^\| `(MAILLAGE_[A-Z_]+)`", lire("docs/exploitation.md"), re.MULTILINE)) == reglages
    )


def test_every_model_is_in_the_lexicon() -> None:
    lexique = lire("docs/lexique.md")

    assert [
        f"{m._meta.app_label}.{m.__name__}"
        for m in apps.get_models()
        if m.__module__.startswith("maillage.") and f"`{m._meta.app_label}.{m.__name__}`" not in lexique
    ] == []


def test_every_command_has_its_line_in_the_operators_guide() -> None:
    guide = lire("docs/exploitation.md")

    assert [nom for nom in commandes() if f"`maillage {nom}" not in guide] == []


@pytest.mark.parametrize("nom", commandes())
def test_every_command_says_what_it_does(nom: str) -> None:
    commande = load_command_class(get_commands()[nom], nom)

    assert len(commande.help) > 15


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(RACINE)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    liens = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text())

    assert [lien for lien in liens if not (document.parent / lien).exists()] == []


def test_every_file_the_readme_names_exists() -> None:
    nommes = re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.py)?)`", lire("README.md"))

    assert [n for n in nommes if not ((RACINE / "maillage" / n).exists() or (RACINE / n).exists())] == []


def test_no_file_names_a_registry_or_a_folder_outside_the_project() -> None:
    depots = ("pypi.org" + "/simple", "registry" + ".npmjs", "files" + ".pythonhosted")
    interdits = (*depots, "../" + "shared", "/work" + "/")
    fautes = [
        f"{f.relative_to(RACINE)} : {mot}"
        for motif in (
            "**/*.py",
            "**/*.md",
            "**/*.toml",
            "**/*.txt",
            "**/*.sh",
            "**/*.html",
            "Makefile",
            ".ci/run",
        )
        for f in RACINE.glob(motif)
        if not set(f.relative_to(RACINE).parts) & {".venv", "var", "captures", "build"}
        for mot in interdits
        if mot in f.read_text(errors="replace")
    ]

    assert fautes == []
