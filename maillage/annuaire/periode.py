"""Days without a service; read by the inheritance, the cards and the pages. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Periode:
    """Both days included; without `au`, until somebody says. Nothing begins or ends it but the calendar."""

    du: date
    au: date | None
    motif: str
    texte: str

    def couvre(self, le: date) -> bool:
        return self.du <= le and not self.passee(le)

    def passee(self, le: date) -> bool:
        return self.au is not None and self.au < le


def a_montrer(periodes: Iterable[Periode], *, le: date, jours: int | None = None) -> tuple[Periode, ...]:
    """Those under way or to come (within so many days), the first first, each once."""
    limite = date.max if jours is None else le + timedelta(days=jours)
    gardees = {p for p in periodes if not p.passee(le) and p.du <= limite}
    return tuple(sorted(gardees, key=lambda p: (p.du, p.au or date.max, p.motif, p.texte)))
