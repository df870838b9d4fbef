"""Outlines drawn as SVG."""

import re

import orjson
import pytest

from maillage.territoire.carte import dessiner_contours
from maillage.territoire.fichiers import DONNEES, lire_contours

pytestmark = pytest.mark.moteur_indifferent

# One degree of latitude is twice one of longitude at 60° north.
CARRE = {"type": "Polygon", "coordinates": [[[0, 59], [4, 59], [4, 61], [0, 61], [0, 59]]]}


def test_a_drawing_keeps_the_proportions_of_its_latitude() -> None:
    carte = dessiner_contours({"00001": CARRE}, largeur=100, marge=0)

    assert carte is not None
    assert (carte.largeur, carte.hauteur) == (100, 100)
    assert carte.traces[0].d == "M0 100L100 100L100 0L0 0Z"
    assert carte.traces[0].code == "00001"


def test_a_point_falls_where_it_is_in_the_drawing() -> None:
    carte = dessiner_contours({"00001": CARRE}, largeur=104, marge=2)

    assert carte is not None
    assert carte.point(60, 2) == (52.0, 52.0)
    assert carte.point(61, 0) == (2.0, 2.0)


def test_a_hole_and_a_second_part_are_rings_of_the_same_path() -> None:
    trou = [[1, 59.5], [2, 59.5], [2, 60], [1, 59.5]]
    geometrie = {
        "type": "MultiPolygon",
        "coordinates": [[CARRE["coordinates"][0], trou], [[[5, 60], [6, 60], [6, 61], [5, 60]]]],
    }

    carte = dessiner_contours({"00001": geometrie})

    assert carte is not None
    assert carte.traces[0].d.count("M") == carte.traces[0].d.count("Z") == 3


def test_without_an_outline_there_is_no_drawing() -> None:
    assert dessiner_contours({}) is None
    assert dessiner_contours({"00001": {"type": "Polygon", "coordinates": []}}) is None


def test_the_outlines_of_m2a_fit_their_frame_in_a_light_page() -> None:
    contours = dict(lire_contours(DONNEES / "communes-m2a.geojson"))

    carte = dessiner_contours(contours, largeur=600)

    assert carte is not None
    assert [trace.code for trace in carte.traces] == sorted(contours)
    assert len(carte.traces) == 39
    nombres = [
        float(n)
        for trace in carte.traces
        for paire in re.findall(r"[\d.]+ [\d.]+", trace.d)
        for n in paire.split()
    ]
    assert min(nombres) == 4.0
    assert max(nombres) <= max(carte.largeur, carte.hauteur) - 4 + 1
    assert sum(len(trace.d) for trace in carte.traces) < 25_000
    assert all(re.fullmatch(r"(M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)+Z)+", trace.d) for trace in carte.traces)
    assert orjson.dumps([trace.d for trace in carte.traces]).isascii()
