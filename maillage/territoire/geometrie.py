"""Distances on the Earth; called by the place finder and by the calculations of the diagnosis. Pure: no Django.

Degrees WGS 84 come in, kilometres go out. Haversine formula (R. W. Sinnott, « Virtues of the Haversine »,
Sky and Telescope 68, 1984, p. 159) on a sphere of the mean radius of IUGG: within 0.6 % of the ellipsoid.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

RAYON_TERRE_KM = 6371.0088


def distance_km(
    latitude_a: ArrayLike, longitude_a: ArrayLike, latitude_b: ArrayLike, longitude_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distances in km between points given in degrees; shapes are broadcast, NaN gives NaN."""
    a, b = np.radians(latitude_a), np.radians(latitude_b)
    ecart_latitude = (b - a) / 2
    ecart_longitude = (np.radians(longitude_b) - np.radians(longitude_a)) / 2
    h = np.sin(ecart_latitude) ** 2 + np.cos(a) * np.cos(b) * np.sin(ecart_longitude) ** 2
    # Rounding may push h a hair beyond 1 for antipodes.
    return np.asarray(2 * RAYON_TERRE_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))))
