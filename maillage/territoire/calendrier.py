"""What kind of day a day is: public holiday, school holiday; read by whoever says when a place is open.

Pure: no database, no Django. A `Calendrier` is made for one commune (`calendrier_local.py`) and passed along. Each
question has three answers: what nobody published or checked is unknown, never guessed.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import TypeVar

Jours = TypeVar("Jours", "Periode", "Intervalle")
ALSACE_MOSELLE = frozenset({"57", "67", "68"})
VENDREDI_SAINT = "Vendredi saint"
VENDREDI_SAINT_INCONNU = "Vendredi saint, jour férié dans certaines communes"
# First year of the Gregorian calendar in its whole.
PREMIERE_ANNEE = 1583
# Arrêté du 16 avril 2015: the zones of the académies, here by département. Corsica and overseas go by themselves.
ZONES = {
    "A": "01 03 07 15 16 17 19 21 23 24 25 26 33 38 39 40 42 43 47 58 63 64 69 70 71 73 74 79 86 87 89 90",
    "B": "02 04 05 06 08 10 13 14 18 22 27 28 29 35 36 37 41 44 45 49 50 51 52 53 54 55 56 57 59 60 61 62 "
    "67 68 72 76 80 83 84 85 88",
    "C": "09 11 12 30 31 32 34 46 48 65 66 75 77 78 81 82 91 92 93 94 95",
}
# Code du travail, article L3133-1, as it stands; it applies to every year asked for (8 May is there since 1982).
FIXES = {
    (1, 1): "1er janvier",
    (5, 1): "1er mai",
    (5, 8): "8 mai",
    (7, 14): "14 juillet",
    (8, 15): "Assomption",
    (11, 1): "Toussaint",
    (11, 11): "11 novembre",
    (12, 25): "Jour de Noël",
}
# The same article: days after Easter Sunday.
MOBILES = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}
# Article L3422-2: the abolition of slavery, by département or collectivity.
ABOLITION = {
    "971": (5, 27),
    "972": (5, 22),
    "973": (6, 10),
    "974": (12, 20),
    "976": (4, 27),
    "977": (10, 9),
    "978": (5, 28),
}


ZONE_DE = {departement: zone for zone, liste in ZONES.items() for departement in liste.split()}


class Reponse(StrEnum):
    OUI = "oui"
    NON = "non"
    INCONNU = "inconnu"


def paques(annee: int) -> date:
    """Easter Sunday of the Gregorian calendar.

    « Anonymous » algorithm, Nature, 20 April 1876, as given by J. Meeus, Astronomical Algorithms, 1991, chapter 8.
    """
    if not PREMIERE_ANNEE <= annee <= date.max.year:
        raise ValueError(f"no Gregorian Easter in {annee}")
    a = annee % 19
    b, c = divmod(annee, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    mois, jour = divmod(h + m - 7 * n + 114, 31)
    return date(annee, mois, jour + 1)


@lru_cache(maxsize=256)
def jours_feries(annee: int, departement: str = "", *, vendredi_saint: bool = False) -> Mapping[date, str]:
    """The public holidays of a year in a département, in order.

    Alsace-Moselle has 26 December too, and Good Friday only « dans les communes ayant un temple protestant ou une
    église mixte » (code du travail, L3134-13): `vendredi_saint` says whether this commune has one. A day that has two
    reasons bears both names (1er mai and Ascension, 2008).
    """
    dimanche = paques(annee)
    jours = [(date(annee, mois, jour), nom) for (mois, jour), nom in FIXES.items()]
    jours += [(dimanche + timedelta(days=apres), nom) for apres, nom in MOBILES.items()]
    if departement in ALSACE_MOSELLE:
        jours.append((date(annee, 12, 26), "2ème jour de Noël"))
        if vendredi_saint:
            jours.append((dimanche - timedelta(days=2), VENDREDI_SAINT))
    if departement in ABOLITION:
        jours.append((date(annee, *ABOLITION[departement]), "Abolition de l’esclavage"))
    noms: dict[date, list[str]] = {}
    for jour, nom in sorted(jours, key=itemgetter(0)):
        noms.setdefault(jour, []).append(nom)
    return {jour: " et ".join(ensemble) for jour, ensemble in noms.items()}


@dataclass(frozen=True, slots=True)
class Periode:
    """School holidays of one zone: first and last day without school."""

    nom: str
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class Intervalle:
    """Days that were published, both ends included: what no `Periode` takes there is a school day."""

    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class JourFerie:
    """A public holiday in front of us; `reponse` is `inconnu` for a Good Friday that nobody checked."""

    jour: date
    nom: str
    reponse: Reponse


@dataclass(frozen=True, slots=True)
class Calendrier:
    """The days of one commune. Periods and published intervals are in order and do not overlap."""

    departement: str = ""
    vendredi_saint: Reponse = Reponse.INCONNU  # counts in Alsace-Moselle alone
    zone: str = ""  # A, B, C; "" when nobody told
    periodes: tuple[Periode, ...] = ()
    publies: tuple[Intervalle, ...] = ()

    def ferie(self, jour: date) -> Reponse:
        """Whether the day is a public holiday here."""
        if jour in jours_feries(jour.year, self.departement):
            return Reponse.OUI
        return self._vendredi_saint(jour)

    def nom_ferie(self, jour: date) -> str:
        """« Assomption », « Vendredi saint, jour férié dans certaines communes », "" for an ordinary day."""
        nom = jours_feries(jour.year, self.departement).get(jour)
        if nom:
            return nom
        noms = {Reponse.OUI: VENDREDI_SAINT, Reponse.INCONNU: VENDREDI_SAINT_INCONNU, Reponse.NON: ""}
        return noms[self._vendredi_saint(jour)]

    def feries(self, annee: int) -> tuple[JourFerie, ...]:
        """The holidays of a year, an unchecked Good Friday among them."""
        jours = jours_feries(annee, self.departement, vendredi_saint=True)
        return tuple(
            JourFerie(jour, self.nom_ferie(jour), reponse)
            for jour in jours
            if (reponse := self.ferie(jour)) != Reponse.NON
        )

    def vacances(self, jour: date, zone: str = "") -> Reponse:
        """Whether schools of the zone are closed for holidays; unknown where no calendar was published."""
        if zone and zone != self.zone:
            return Reponse.INCONNU
        if self._periode(jour):
            return Reponse.OUI
        return Reponse.NON if _contenant(self.publies, jour) else Reponse.INCONNU

    def nom_vacances(self, jour: date) -> str:
        periode = self._periode(jour)
        return periode.nom if periode else ""

    def _periode(self, jour: date) -> Periode | None:
        return _contenant(self.periodes, jour)

    def _vendredi_saint(self, jour: date) -> Reponse:
        if self.departement not in ALSACE_MOSELLE or jour != paques(jour.year) - timedelta(days=2):
            return Reponse.NON
        return self.vendredi_saint


def _contenant(intervalles: tuple[Jours, ...], jour: date) -> Jours | None:
    """The interval that holds the day, in a list that is in order."""
    rang = bisect_right(intervalles, jour, key=attrgetter("debut")) - 1
    return intervalles[rang] if rang >= 0 and jour <= intervalles[rang].fin else None
