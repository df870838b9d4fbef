"""Distances between many points; called by the indicators and the portrait of coverage. Pure: numpy only.

Points are arrays of shape (n, 2): latitude, longitude, in degrees WGS 84. Distances are great-circle kilometres
(`maillage.territoire.geometrie`: haversine, mean radius 6371.0088 km), as the crow flies: a road is longer.
A point with a NaN is one whose place is unknown: as an origin its result is unknown too, as a target it is ignored.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maillage.territoire.geometrie import distance_km

# Distances held at once, in every working array: 8 MB each.
CASES_PAR_BLOC = 1_000_000
AUCUN = -1


def lire_points(points: ArrayLike) -> NDArray[np.float64]:
    """Points as an (n, 2) array of latitudes and longitudes; an empty list is (0, 2); else ValueError.

    A latitude beyond 90° is refused: latitude and longitude were swapped, or are not in degrees.
    """
    tableau = np.asarray(points, dtype=np.float64)
    if tableau.size == 0:
        return np.empty((0, 2), dtype=np.float64)
    if tableau.ndim != 2 or tableau.shape[1] != 2:
        raise ValueError(f"points must have shape (n, 2), not {tableau.shape}")
    if np.isinf(tableau).any() or (np.abs(tableau[:, 0]) > 90).any() or (np.abs(tableau[:, 1]) > 180).any():
        raise ValueError("latitudes go from -90 to 90 and longitudes from -180 to 180 degrees")
    return tableau


def distances(origines: ArrayLike, cibles: ArrayLike) -> NDArray[np.float64]:
    """Distances in km, shape (n, m), from each of n origins to each of m targets; NaN where a place is unknown.

    Holds the whole table: for large n × m use `distances_au_plus_proche` or `nombres_dans_rayon`.
    """
    a, b = lire_points(origines), lire_points(cibles)
    return distance_km(a[:, None, 0], a[:, None, 1], b[None, :, 0], b[None, :, 1])


def plus_proches(origines: ArrayLike, cibles: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """For each of n origins: km to the nearest target, shape (n,), and the target's position, shape (n,).

    No target: inf and -1. Unknown origin: NaN and -1. Equal distances: the first target.
    """
    a, b = lire_points(origines), lire_points(cibles)
    kms = np.full(len(a), np.inf)
    positions = np.full(len(a), AUCUN, dtype=np.intp)
    connues = np.flatnonzero(~np.isnan(b).any(axis=1))
    if connues.size:
        for bloc in _blocs(len(a), connues.size):
            table = distances(a[bloc], b[connues])
            meilleures = np.argmin(table, axis=1)
            kms[bloc] = table[np.arange(len(table)), meilleures]
            positions[bloc] = connues[meilleures]
    inconnues = np.isnan(a).any(axis=1)
    kms[inconnues], positions[inconnues] = np.nan, AUCUN
    return kms, positions


def distances_au_plus_proche(origines: ArrayLike, cibles: ArrayLike) -> NDArray[np.float64]:
    """Km from each of n origins to its nearest target, shape (n,): inf without target, NaN for an unknown origin."""
    return plus_proches(origines, cibles)[0]


def nombres_dans_rayon(origines: ArrayLike, cibles: ArrayLike, *, km: float) -> NDArray[np.intp]:
    """How many targets stand at most `km` away from each of n origins, shape (n,); 0 for an unknown origin."""
    if not km >= 0:
        raise ValueError(f"a radius is a number of km, 0 or more, not {km}")
    a, b = lire_points(origines), lire_points(cibles)
    nombres = np.zeros(len(a), dtype=np.intp)
    for bloc in _blocs(len(a), len(b)):
        nombres[bloc] = np.count_nonzero(distances(a[bloc], b) <= km, axis=1)
    return nombres


def _blocs(n: int, m: int) -> Iterator[slice]:
    """Slices of the n rows, so that one block of the table holds at most CASES_PAR_BLOC distances (or one row)."""
    taille = max(1, CASES_PAR_BLOC // max(m, 1))
    return (slice(debut, debut + taille) for debut in range(0, n, taille))
