"""The real plan of m2A, read once, and written in each test's database."""

from functools import cache
from pathlib import Path

import pytest

import maillage.convention
from maillage.convention.import_plan import Lecture, importer_plan, lire_document, periode_du_plan
from maillage.convention.models import Convention
from maillage.territoire.models import Territoire
from tests.make import INSTANT

TEXTE_M2A = Path(maillage.convention.__file__).parent / "exemples" / "plan-m2a.ocr.txt"


@cache
def lire_m2a() -> Lecture:
    return lire_document(TEXTE_M2A.read_bytes(), nom="plan-m2a.ocr.txt")


@pytest.fixture(scope="session")
def lecture_m2a() -> Lecture:
    return lire_m2a()


def importer(lecture: Lecture, territoire: Territoire) -> Convention:
    jours = periode_du_plan(lecture.plan)
    assert jours is not None
    return importer_plan(
        lecture,
        territoire=territoire,
        periode="2024-2026",
        debut=jours[0],
        fin=jours[1],
        par=None,
        le=INSTANT,
    )


@pytest.fixture
def plan_m2a(m2a: Territoire, lecture_m2a: Lecture) -> Convention:
    return importer(lecture_m2a, m2a)
