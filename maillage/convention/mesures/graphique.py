"""Place the points of a small chart: before the convention, at each freeze, today, and the target. Pure.

Called by `page`. In: moments with their values. Out: coordinates as texts, so that no locale puts a comma in them.
"""

from dataclasses import dataclass

GAUCHE, DROITE, BAS, HAUT = 29.0, 231.0, 140.0, 56.0
CARRE = 9.0


@dataclass(frozen=True, slots=True)
class Moment:
    """`genre`: « depart », « gel » or « jour »; `etiquette` is short, for the axis."""

    genre: str
    etiquette: str
    valeur: float
    texte: str


@dataclass(frozen=True, slots=True)
class PointTrace:
    genre: str
    x: str
    y: str
    coin_x: str
    coin_y: str
    texte: str
    texte_y: str
    etiquette: str


@dataclass(frozen=True, slots=True)
class Graphique:
    """`ligne` and `cible_y` are empty when there is nothing to draw."""

    points: tuple[PointTrace, ...]
    ligne: str
    cible_y: str
    cible_texte: str


def tracer(moments: tuple[Moment, ...], *, cible: float | None, cible_texte: str = "") -> Graphique | None:
    """None when there is no value to show. The axis starts at zero, so that heights compare."""
    if not moments:
        return None
    sommet = max([m.valeur for m in moments] + ([cible] if cible is not None else [])) or 1.0
    cible_y = None if cible is None else _hauteur(cible, sommet)
    points = tuple(
        _point(moment, x=_abscisse(rang, len(moments)), y=_hauteur(moment.valeur, sommet), cible_y=cible_y)
        for rang, moment in enumerate(moments)
    )
    return Graphique(
        points=points,
        ligne="M" + " ".join(f"{point.x} {point.y}" for point in points) if len(points) > 1 else "",
        cible_y="" if cible_y is None else _texte(cible_y),
        cible_texte=cible_texte,
    )


def _abscisse(rang: int, nombre: int) -> float:
    if nombre == 1:
        return (GAUCHE + DROITE) / 2
    return GAUCHE + (DROITE - GAUCHE) * rang / (nombre - 1)


def _hauteur(valeur: float, sommet: float) -> float:
    return BAS - (BAS - HAUT) * max(0.0, valeur) / sommet


def _point(moment: Moment, *, x: float, y: float, cible_y: float | None) -> PointTrace:
    """The figure is written above the point, or below it when the target's line would strike it through."""
    dessus = y - 11
    barre = cible_y is not None and dessus - 13 <= cible_y <= dessus + 3
    return PointTrace(
        genre=moment.genre,
        x=_texte(x),
        y=_texte(y),
        coin_x=_texte(x - CARRE / 2),
        coin_y=_texte(y - CARRE / 2),
        texte=moment.texte,
        texte_y=_texte(y + 20 if barre and y + 20 < BAS else dessus),
        etiquette=moment.etiquette,
    )


def _texte(nombre: float) -> str:
    return f"{nombre:.1f}".removesuffix(".0")
