"""Draw the outlines of communes as SVG paths; called by the pages that show a map. Pure: geometries in, strings out.

The projection is equirectangular, true to scale at the middle latitude: over an agglomeration the error is far below a
pixel. Nothing is fetched from elsewhere: outlines and points, no base map.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Trace:
    """One commune: its INSEE code and the `d` of its path (even-odd fill, so that holes stay empty)."""

    code: str
    d: str


@dataclass(frozen=True, slots=True)
class Carte:
    """A drawing in `viewBox="0 0 largeur hauteur"`, and where any other point falls in it."""

    largeur: int
    hauteur: int
    traces: tuple[Trace, ...]
    ouest: float
    nord: float
    echelle: float
    cosinus: float
    marge: float

    def point(self, latitude: float, longitude: float) -> Point:
        """x and y, in the units of the viewBox, rounded to a tenth."""
        x = self.marge + (longitude - self.ouest) * self.cosinus * self.echelle
        y = self.marge + (self.nord - latitude) * self.echelle
        return round(x, 1), round(y, 1)


def dessiner_contours(
    contours: Mapping[str, Mapping[str, Any]], *, largeur: int = 600, marge: float = 4
) -> Carte | None:
    """Fit GeoJSON Polygons and MultiPolygons, by INSEE code, in a drawing of that width; None without any outline."""
    anneaux = {code: list(_anneaux(geometrie)) for code, geometrie in contours.items()}
    points = [point for liste in anneaux.values() for anneau in liste for point in anneau]
    if not points:
        return None
    ouest, est = min(p[0] for p in points), max(p[0] for p in points)
    sud, nord = min(p[1] for p in points), max(p[1] for p in points)
    cosinus = math.cos(math.radians((sud + nord) / 2))
    echelle = (largeur - 2 * marge) / max((est - ouest) * cosinus, 1e-9)
    hauteur = math.ceil((nord - sud) * echelle + 2 * marge)
    carte = Carte(largeur, hauteur, (), ouest, nord, echelle, cosinus, marge)
    traces = tuple(
        Trace(code, "".join(_chemin(anneau, carte) for anneau in liste))
        for code, liste in sorted(anneaux.items())
        if liste
    )
    return Carte(largeur, hauteur, traces, ouest, nord, echelle, cosinus, marge)


def _anneaux(geometrie: Mapping[str, Any]) -> Iterator[list[Point]]:
    """Rings of longitude and latitude; a ring of fewer than three points encloses nothing."""
    coordonnees = geometrie["coordinates"]
    polygones = [coordonnees] if geometrie["type"] == "Polygon" else coordonnees
    for polygone in polygones:
        for anneau in polygone:
            points = [(float(point[0]), float(point[1])) for point in anneau]
            if len(points) > 2:
                yield points


def _chemin(anneau: list[Point], carte: Carte) -> str:
    """« M1 2L3 4…Z »; points that fall on the one before are dropped."""
    points: list[Point] = []
    for longitude, latitude in anneau:
        point = carte.point(latitude, longitude)
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()  # Z closes the ring
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
