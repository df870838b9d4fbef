"""Documents that are not plans, or are meant to hurt: a French refusal or an empty plan with a doubt, never a crash."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maillage.convention.lecture import DocumentIllisible, lire_plan, vers_json

pytestmark = pytest.mark.moteur_indifferent

RACINE = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("texte", "nom", "dit"),
    [
        ("Axe 1\x00", "plan.txt", "n’est pas un texte"),
        ("\x01\x02\x03PK" * 50, "plan.txt", "n’est pas un texte"),
        (
            "Axe 1 : A\nVivre \ud800\n",
            "plan.txt",
            "La ligne 2 contient un caractère invalide. Enregistrez le document en UTF-8",
        ),
        ("a" * 5_000_001, "plan.txt", "5000001 caractères"),
        ("\n" * 50_001, "plan.txt", "50001 lignes"),
        ("Axe;Fiche\n", "plan.csv", "pas encore prise en charge"),
        ("%PDF-1.7", "plan.PDF", "passez-le par un OCR"),
    ],
)
def test_an_unreadable_document_is_refused_in_french_with_the_remedy(texte: str, nom: str, dit: str) -> None:
    with pytest.raises(DocumentIllisible, match=dit):
        lire_plan(texte, nom_fichier=nom)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "\ufeff",
        "\n\n \n",
        "a" * 100_000,
        "mot " * 25_000,
        "I'a \"" * 20_000,
        "(" * 100_000,
        "\t\f\v" * 30,
        "😀\n\u202e",
    ],
)
def test_a_document_without_a_plan_gives_an_empty_plan_and_says_so(texte: str) -> None:
    plan = lire_plan(texte, nom_fichier="vide.txt")

    assert (plan.axes, plan.fiches) == ((), ())
    assert "aucune fiche" in {d.sujet for d in plan.doutes}
    json.dumps(vers_json(plan))


def test_text_outside_any_part_is_told_and_never_lost() -> None:
    plan = lire_plan("Bonjour à tous.\n\nFA 1.1 : Créer\n\nOuvrir un lieu\n", nom_fichier="plan.txt")

    assert [(d.lignes, d.sujet) for d in plan.doutes] == [((1, 1), "texte non rattaché")]
    assert [(axe.numero, axe.titre) for axe in plan.axes] == [(None, None)]


@pytest.mark.parametrize(
    "motif",
    [
        "FA 1.1 : Vivre\nCréer un lieu\n",
        "mot minuscule qui continue\n",
        "- accés a I'école\n",
        "Axe 1 : Vivre (ensemble\n\n",
        "En-tête\n\n\n",
    ],
)
def test_time_grows_like_the_text(motif: str) -> None:
    def measure(fois: int) -> float:
        debut = time.process_time()
        lire_plan(motif * fois, nom_fichier="long.txt")
        return time.process_time() - debut

    measure(10)

    assert measure(8_000) < 4 * 2.5 * max(measure(2_000), 0.02)


def test_the_package_imports_no_django() -> None:
    programme = "import sys, maillage.convention.lecture; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", programme], check=False, cwd=RACINE).returncode == 0


def test_the_benchmark_scores_the_folder_and_ends_with_its_figures() -> None:
    donnees = Path(__file__).parent / "donnees"

    lance = subprocess.run(
        [sys.executable, str(RACINE / "benchmarks" / "lecture_plan.py"), str(donnees)],
        capture_output=True,
        text=True,
        check=True,
    )

    figures = {d["document"]: d for d in json.loads(lance.stdout.splitlines()[-1])["documents"]}
    m2a = figures["plan-m2a.ocr.txt"]
    assert m2a["found"] == {
        "axes": [3, 3],
        "orientations": [8, 8],
        "fiches": [15, 15],
        "items": [75, 75],
        "sub_items": [5, 5],
        "front": [17, 17],
    }
    assert (m2a["noise"], m2a["texts_percent"]["normalised"]) == (0, 100.0)
    for nom in ("layout-01-enjeux-puces.txt", "layout-02-fiche-champs.txt", "layout-03-tableau.txt"):
        assert all(trouve == attendu for trouve, attendu in figures[nom]["found"].values())
        assert (figures[nom]["noise"], figures[nom]["texts_percent"]["normalised"]) == (0, 100.0)
    assert figures["layout-04-tableur.csv"]["refused"] is True
