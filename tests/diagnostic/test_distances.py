"""Distances between many points."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.diagnostic.calcul import distances as module
from maillage.diagnostic.calcul.distances import (
    distances,
    distances_au_plus_proche,
    lire_points,
    nombres_dans_rayon,
    plus_proches,
)

pytestmark = pytest.mark.moteur_indifferent

MULHOUSE = (47.7489, 7.32526)
COLMAR = (48.11091, 7.38514)
PARIS = (48.8566, 2.3522)
VIDE = np.empty((0, 2))

point = st.tuples(
    st.floats(-90, 90, allow_nan=False, width=32), st.floats(-180, 180, allow_nan=False, width=32)
)


def par_les_cosinus(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The spherical law of cosines: another formula, in plain Python."""
    phi_a, phi_b = math.radians(a[0]), math.radians(b[0])
    delta = math.radians(b[1] - a[1])
    cosinus = math.sin(phi_a) * math.sin(phi_b) + math.cos(phi_a) * math.cos(phi_b) * math.cos(delta)
    return 6371.0088 * math.acos(max(-1.0, min(1.0, cosinus)))


def test_mulhouse_is_some_forty_kilometres_from_colmar() -> None:
    km = distances([MULHOUSE], [COLMAR])[0, 0]

    assert km == pytest.approx(par_les_cosinus(MULHOUSE, COLMAR), abs=1e-6)
    assert km == pytest.approx(40.5, abs=0.1)


def test_a_degree_of_latitude_is_a_360th_of_the_meridian() -> None:
    assert distances([(47, 7)], [(48, 7)])[0, 0] == pytest.approx(2 * math.pi * 6371.0088 / 360, abs=1e-9)


def test_antipodes_are_half_a_turn_away() -> None:
    assert distances([(0, 0)], [(0, 180)])[0, 0] == pytest.approx(math.pi * 6371.0088, abs=1e-9)


def test_the_table_has_a_row_per_origin_and_a_column_per_target() -> None:
    table = distances([MULHOUSE, COLMAR], [COLMAR, PARIS, MULHOUSE])

    assert table.shape == (2, 3)
    assert table[0, 2] == 0
    assert table[1, 0] == 0
    assert table[0, 0] == table[1, 2]


@given(point, point)
def test_going_and_coming_back_are_equal_and_agree_with_another_formula(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    aller, retour = distances([a], [b])[0, 0], distances([b], [a])[0, 0]

    assert aller == pytest.approx(retour, abs=1e-9)
    # The law of cosines is the coarser of the two for near points: about 100 m.
    assert aller == pytest.approx(par_les_cosinus(a, b), abs=0.2)


@given(point, point, point)
def test_a_detour_is_never_shorter(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    table = distances([a, b, c], [a, b, c])

    assert table[0, 2] <= table[0, 1] + table[1, 2] + 1e-6


def test_the_nearest_target_is_found_with_its_position() -> None:
    kms, positions = plus_proches([MULHOUSE, PARIS], [PARIS, COLMAR])

    assert positions.tolist() == [1, 0]
    assert kms.tolist() == [pytest.approx(par_les_cosinus(MULHOUSE, COLMAR)), 0.0]


def test_without_any_target_the_distance_is_infinite() -> None:
    kms, positions = plus_proches([MULHOUSE, PARIS], [])

    assert kms.tolist() == [math.inf, math.inf]
    assert positions.tolist() == [-1, -1]


def test_without_any_origin_nothing_is_computed() -> None:
    assert distances(VIDE, [PARIS]).shape == (0, 1)
    assert distances_au_plus_proche([], [PARIS]).shape == (0,)
    assert nombres_dans_rayon([], [], km=5).tolist() == []


def test_an_unknown_origin_has_an_unknown_distance_and_is_not_said_to_be_far() -> None:
    inconnu = (math.nan, math.nan)

    assert np.isnan(distances_au_plus_proche([inconnu], [PARIS])[0])
    assert np.isnan(distances_au_plus_proche([inconnu], [])[0])
    assert nombres_dans_rayon([inconnu], [PARIS], km=1e6).tolist() == [0]


def test_an_unknown_target_serves_nobody() -> None:
    kms, positions = plus_proches([MULHOUSE], [(math.nan, 7.0), COLMAR])

    assert positions.tolist() == [1]
    assert kms[0] == pytest.approx(par_les_cosinus(MULHOUSE, COLMAR))
    assert distances_au_plus_proche([MULHOUSE], [(math.nan, 7.0)]).tolist() == [math.inf]
    assert nombres_dans_rayon([MULHOUSE], [(math.nan, 7.0)], km=1e6).tolist() == [0]


def test_a_radius_includes_its_edge() -> None:
    km = float(distances([MULHOUSE], [COLMAR])[0, 0])

    assert nombres_dans_rayon([MULHOUSE], [COLMAR, MULHOUSE, PARIS], km=km).tolist() == [2]
    assert nombres_dans_rayon([MULHOUSE], [COLMAR, MULHOUSE, PARIS], km=km - 1e-6).tolist() == [1]
    assert nombres_dans_rayon([MULHOUSE], [MULHOUSE], km=0).tolist() == [1]


@given(st.lists(point, max_size=12), st.lists(point, max_size=12), st.integers(1, 40), st.floats(0, 21_000))
@settings(max_examples=60)
def test_working_in_blocks_changes_no_result(
    origines: list[tuple[float, float]], cibles: list[tuple[float, float]], cases: int, km: float
) -> None:
    entiere = distances(origines, cibles)
    attendues = entiere.min(axis=1) if cibles else np.full(len(origines), np.inf)

    with pytest.MonkeyPatch.context() as contexte:
        contexte.setattr(module, "CASES_PAR_BLOC", cases)
        kms = distances_au_plus_proche(origines, cibles)
        nombres = nombres_dans_rayon(origines, cibles, km=km)

    assert kms.tolist() == attendues.tolist()
    assert nombres.tolist() == (entiere <= km).sum(axis=1).tolist()


@pytest.mark.parametrize(
    "points",
    [
        [(7.3, 47.7, 1.0)],
        [47.7, 7.3],
        [(91.0, 0.0)],
        [(0.0, 181.0)],
        [(math.inf, 0.0)],
        [[[1.0, 2.0]]],
    ],
)
def test_what_is_no_list_of_points_is_refused(points: list) -> None:
    with pytest.raises(ValueError, match=r"shape|degrees"):
        lire_points(points)


@pytest.mark.parametrize("km", [-1, math.nan])
def test_what_is_no_radius_is_refused(km: float) -> None:
    with pytest.raises(ValueError, match="radius"):
        nombres_dans_rayon([MULHOUSE], [COLMAR], km=km)


def test_the_calculations_load_no_django() -> None:
    code = "import maillage.diagnostic.calcul.distances, sys; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
