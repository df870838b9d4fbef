"""The order of results where there are many: exact, stable from page to page, whole."""

import math
import random
from dataclasses import replace
from pathlib import Path

import pytest

from maillage.recherche.classement import PLAFOND
from maillage.recherche.document import Document
from maillage.recherche.index import Lecteur
from maillage.recherche.requete import Requete
from tests.recherche.documents import MULHOUSE, a_mulhouse, make_document, make_lecteur, numeros

pytestmark = pytest.mark.moteur_indifferent

NOMBRE = 3 * PLAFOND


def make_dense() -> list[Document]:
    """Three times the cap, in a square larger than the circle, thicker in the middle, with the same words."""
    hasard = random.Random(7)
    return [
        make_document(
            n,
            "Accueil de loisirs" if n % 2 else "Accueil",
            latitude=MULHOUSE[0] + hasard.triangular(-0.08, 0.08, 0),
            longitude=MULHOUSE[1] + hasard.triangular(-0.12, 0.12, 0),
        )
        for n in range(NOMBRE)
    ]


def haversine(document: Document) -> float:
    y, x = math.radians(document.latitude or 0), math.radians(document.longitude or 0)
    y0, x0 = map(math.radians, MULHOUSE)
    return (
        2
        * 6371
        * math.asin(
            math.sqrt(math.sin((y - y0) / 2) ** 2 + math.cos(y) * math.cos(y0) * math.sin((x - x0) / 2) ** 2)
        )
    )


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lecteur, list[Document]]:
    documents = make_dense()
    return make_lecteur(tmp_path_factory.mktemp("dense"), documents), documents


def test_all_pages_together_are_the_circle_nearest_first(dense: tuple[Lecteur, list[Document]]) -> None:
    lecteur, documents = dense
    attendus = sorted((d for d in documents if haversine(d) <= 10), key=haversine)

    pages = [lecteur.chercher(a_mulhouse(page=page, taille=100)) for page in range(1, NOMBRE // 100 + 2)]

    assert len(attendus) > 2 * PLAFOND
    assert [n for page in pages for n in numeros(page)] == [d.n for d in attendus]
    assert not pages[0].total_exact
    assert len(attendus) <= pages[0].total <= NOMBRE


def test_the_first_page_by_words_and_distance_is_the_exact_one(dense: tuple[Lecteur, list[Document]]) -> None:
    lecteur, documents = dense
    attendus = sorted((d for d in documents if haversine(d) <= 10 and d.n % 2), key=haversine)

    reponse = lecteur.chercher(a_mulhouse("accueil loisirs"))

    assert numeros(reponse) == [d.n for d in attendus[:20]]


@pytest.mark.parametrize("requete", [a_mulhouse("accueil"), Requete(texte="accueil"), Requete()])
def test_no_record_is_twice_nor_lost_from_page_to_page(
    dense: tuple[Lecteur, list[Document]], requete: Requete
) -> None:
    lecteur, documents = dense
    situe = requete.latitude is not None
    attendus = {d.n for d in documents if not situe or haversine(d) <= 10}

    vus = []
    for page in range(1, NOMBRE // 100 + 2):
        vus += numeros(lecteur.chercher(replace(requete, page=page, taille=100)))

    assert len(vus) == len(set(vus))
    assert set(vus) == attendus


def test_equal_records_come_by_key(tmp_path: Path) -> None:
    cles = list(range(50))
    random.Random(3).shuffle(cles)
    lecteur = make_lecteur(tmp_path, [make_document(n, "Mairie") for n in cles])

    assert numeros(lecteur.chercher(Requete(texte="mairie", taille=100))) == sorted(cles)


def test_more_records_at_one_point_than_the_cap_are_still_answered(tmp_path: Path) -> None:
    documents = [make_document(n, latitude=MULHOUSE[0], longitude=MULHOUSE[1]) for n in range(PLAFOND + 50)]
    lecteur = make_lecteur(tmp_path, documents)

    vus = []
    for page in range(1, 13):
        vus += numeros(lecteur.chercher(a_mulhouse(page=page, taille=100)))

    assert vus == list(range(PLAFOND + 50))
