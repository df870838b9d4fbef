"""The m2A convention as its OCR gives it, against its structure written by hand: lines, texts, doubts, refusals."""

# ruff: noqa: RUF001 - confusable signs are what an OCR gives

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillage.convention.lecture import PlanLu, lire_plan, vers_json

pytestmark = pytest.mark.moteur_indifferent

DONNEES = Path(__file__).parent / "donnees"
OCR = (DONNEES / "plan-m2a.ocr.txt").read_text(encoding="utf-8")
ATTENDU = json.loads((DONNEES / "plan-m2a.expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plan() -> PlanLu:
    return lire_plan(OCR, nom_fichier="plan-m2a.ocr.txt")


@pytest.fixture(scope="module")
def lu(plan: PlanLu) -> dict[str, Any]:
    return vers_json(plan)


def normalise(valeur: Any) -> Any:
    """The level that the reader must reach: apostrophes and spaces alike, everything else exact."""
    if isinstance(valeur, str):
        return " ".join(valeur.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split())
    if isinstance(valeur, list):
        return [normalise(v) for v in valeur]
    return {k: normalise(v) for k, v in valeur.items()} if isinstance(valeur, dict) else valeur


def without_mentions(valeur: Any) -> Any:
    if isinstance(valeur, list):
        return [without_mentions(v) for v in valeur]
    return (
        {k: without_mentions(v) for k, v in valeur.items() if k != "mentions"}
        if isinstance(valeur, dict)
        else valeur
    )


@pytest.mark.parametrize("partie", ["counts", "period", "presentation", "calendar", "implementation"])
def test_a_part_of_the_m2a_plan_is_read_as_written_by_hand(lu: dict[str, Any], partie: str) -> None:
    assert normalise(lu[partie]) == normalise(ATTENDU[partie])


@pytest.mark.parametrize("partie", ["axes", "transversal_fiches"])
def test_axes_orientations_fiches_and_items_have_their_exact_lines_and_texts(
    lu: dict[str, Any], partie: str
) -> None:
    assert normalise(without_mentions(lu[partie])) == normalise(without_mentions(ATTENDU[partie]))


def test_the_json_has_every_key_of_the_plan_format(lu: dict[str, Any]) -> None:
    assert set(ATTENDU) <= set(lu)
    assert lu["format"] == ATTENDU["format"]
    assert set(lu["source"]) == set(ATTENDU["source"])
    assert set(lu["comparison"]) == set(ATTENDU["comparison"])
    json.dumps(lu)


def test_the_repairs_are_those_found_by_hand_with_their_lines(lu: dict[str, Any]) -> None:
    def list_corrections(plan: dict[str, Any]) -> set[tuple[str, str, int, int]]:
        return {(c["ocr"], c["corrected"], *lignes) for c in plan["ocr_corrections"] for lignes in c["lines"]}

    ecart = list_corrections(lu) ^ list_corrections(ATTENDU)

    # The calendar is given by phase here, by cell there; "a / allers" is two words on two lines here, one there.
    assert {(ocr, debut) for ocr, _, debut, _ in ecart if not 29 <= debut <= 66} == {
        ("a", 143),
        ("allers", 143),
        ("a allers", 143),
    }
    assert {ocr for ocr, _, debut, _ in ecart if 29 <= debut <= 66} == {
        "a", "Elaboration", "Enquétes aupres", "Equipes", "oeuvre"
    }  # fmt: skip


def list_etendues(plan: PlanLu) -> Iterator[tuple[int, int]]:
    assert plan.presentation
    assert plan.calendrier
    assert plan.mise_en_oeuvre
    assert plan.mise_en_oeuvre.texte
    p = plan.presentation
    for passage in (
        p.introduction,
        p.annonce_diagnostic,
        *p.diagnostic,
        p.annonce_fiches,
        *p.champs_annonces,
    ):
        assert passage
        yield passage.lignes
    yield from (
        p.lignes,
        plan.calendrier.lignes,
        plan.mise_en_oeuvre.lignes,
        plan.mise_en_oeuvre.texte.lignes,
    )
    yield from (phase.lignes for phase in plan.calendrier.phases)
    for axe in plan.axes:
        yield from (e for e in (axe.lignes, *(o.lignes for o in axe.orientations)) if e)
    for fiche in plan.fiches:
        yield fiche.lignes
        yield from (x.lignes for o in fiche.objectifs for x in (o, *o.sous_objectifs))


def test_every_line_of_the_source_stands_in_exactly_one_element(plan: PlanLu) -> None:
    pleines = {n for n, ligne in enumerate(OCR.split("\n"), 1) if ligne.strip()}

    couvertes = Counter(
        n for debut, fin in list_etendues(plan) for n in range(debut, fin + 1) if n in pleines
    )

    assert set(couvertes) == pleines
    assert set(couvertes.values()) == {1}
    assert plan.ecartees == ()


def test_the_lone_2026_is_a_phase_without_title_and_a_doubt(plan: PlanLu) -> None:
    assert plan.calendrier
    derniere = plan.calendrier.phases[-1]

    assert (derniere.titre, derniere.periode, derniere.lignes, derniere.douteuse) == (
        None,
        "2026",
        (66, 66),
        True,
    )
    assert [d.lignes for d in plan.doutes if d.sujet == "calendrier"] == [(66, 66)]


def test_an_orientation_that_nothing_marks_is_told_as_a_doubt(plan: PlanLu) -> None:
    assert [d.lignes for d in plan.doutes if d.sujet == "orientation"] == [(119, 119)]


def test_announced_fields_that_are_absent_are_asked_for_and_stay_empty(plan: PlanLu) -> None:
    assert plan.champs_annonces == ("objectifs", "etapes", "moyens", "criteres")
    assert {fiche.champs_absents for fiche in plan.fiches} == {("etapes", "moyens", "criteres")}
    assert {fiche.champs for fiche in plan.fiches} == {()}


def test_a_repair_that_is_refused_is_not_made_and_moves_nothing_else(plan: PlanLu) -> None:
    refusee = next(r for r in plan.reparations if r.avant == "Créerun")

    relu = lire_plan(OCR, nom_fichier="plan-m2a.ocr.txt", refusees=frozenset({refusee.id}))

    textes, relus = (
        [x.texte for f in p.fiches for o in f.objectifs for x in (o, *o.sous_objectifs)] for p in (plan, relu)
    )
    changes = [(avant, apres) for avant, apres in zip(textes, relus, strict=True) if avant != apres]
    assert [(a[:10], b[:10]) for a, b in changes] == [("Créer un c", "Créerun ce")]
    assert list(list_etendues(relu)) == list(list_etendues(plan))
    assert [r.id for r in relu.reparations if not r.appliquee] == [refusee.id]
    assert [r.id for r in relu.reparations] == [r.id for r in plan.reparations]


def test_with_every_repair_refused_the_words_are_those_of_the_source(plan: PlanLu) -> None:
    toutes = frozenset(r.id for r in plan.reparations)

    relu = lire_plan(OCR, nom_fichier="plan-m2a.ocr.txt", refusees=toutes)

    lignes = OCR.split("\n")
    for fiche in relu.fiches:
        for objectif in fiche.objectifs:
            source = " ".join(
                ligne.strip()
                for ligne in lignes[objectif.lignes[0] - 1 : objectif.lignes[1]]
                if ligne.strip()
            )
            lu, imprime = normalise(objectif.texte).replace("…", "..."), normalise(source.lstrip("- "))
            assert lu.replace("‘", "'") == imprime.replace("‘", "'")
    assert list(list_etendues(relu)) == list(list_etendues(plan))


def test_each_repair_has_its_own_id_and_says_its_rule_and_context(plan: PlanLu) -> None:
    assert len({r.id for r in plan.reparations}) == len(plan.reparations)
    for r in plan.reparations:
        assert OCR.split("\n")[r.ligne - 1][r.place :].startswith(r.avant)
        assert r.avant != r.apres
        assert r.regle
        assert r.contexte in OCR


def test_two_readings_give_the_same_json(lu: dict[str, Any]) -> None:
    assert vers_json(lire_plan(OCR, nom_fichier="plan-m2a.ocr.txt")) == lu


def test_windows_line_ends_and_a_bom_change_nothing(plan: PlanLu) -> None:
    relu = lire_plan("\ufeff" + OCR.replace("\n", "\r\n"), nom_fichier="plan-m2a.ocr.txt")

    assert relu == plan


def test_the_sample_shipped_with_the_product_is_the_text_tested_here() -> None:
    exemple = Path(sys.modules["maillage.convention.lecture"].__file__ or "").parent.parent / "exemples"

    assert (exemple / "plan-m2a.ocr.txt").read_text(encoding="utf-8") == OCR


def test_a_cold_process_reads_the_plan_in_two_seconds() -> None:
    programme = (
        "import sys; from pathlib import Path; from maillage.convention.lecture import lire_plan; "
        "p = lire_plan(Path(sys.argv[1]).read_text(encoding='utf-8'), nom_fichier='x.txt'); "
        "print(len(p.fiches), 'django' in sys.modules)"
    )
    debut = time.perf_counter()

    lance = subprocess.run(
        [sys.executable, "-c", programme, str(DONNEES / "plan-m2a.ocr.txt")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert lance.stdout.split() == ["15", "False"]
    assert time.perf_counter() - debut < 2
