"""Read the published calendars of school holidays and lay one over the other; called by the loader.

A file comes in, periods and published intervals go out, zone by zone. What a file does not say stays outside its
published intervals: a summer whose end is missing, the days after the last holidays it names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from maillage.territoire.calendrier import Intervalle, Jours, Periode
from maillage.territoire.fichiers import Anomalie, lire_csv

PARIS = ZoneInfo("Europe/Paris")
JOUR = timedelta(days=1)
# From one holidays to the next; longer means that the file lacks some (the longest published since 2017: 75 days).
ECOLE_MAX = 100
ZONES = ("A", "B", "C")
COLONNES_CALENDRIER = ("Description", "Population", "Date de début", "Date de fin", "Zones")
COLONNES_JOURS = ("date", "vacances_zone_a", "vacances_zone_b", "vacances_zone_c", "nom_vacances")


@dataclass(slots=True)
class Couche:
    """What one edition says of one zone. `publies`: the days it speaks of."""

    edition: int
    periodes: list[Periode] = field(default_factory=list)
    publies: list[Intervalle] = field(default_factory=list)


Couches = dict[str, Couche]


def lire_calendrier(chemin: Path, *, edition: int, anomalies: list[Anomalie]) -> Couches:
    """The ministry's calendar: instants in UTC (the evening before), the end being the day when school begins again.

    Days of teachers alone are not days of pupils: left out.
    """
    lues: dict[str, list[tuple[Periode, bool]]] = {}
    for numero, (nom, population, debut, fin, zone) in enumerate(lire_csv(chemin, COLONNES_CALENDRIER), 2):
        lettre = zone.removeprefix("Zone ").strip()
        if population == "Enseignants" or lettre not in ZONES:
            continue
        premier, reprise = _jour_local(debut), _jour_local(fin)
        if premier is None or reprise is None:
            message = f"Date illisible : « {debut} », « {fin} ». La ligne est laissée de côté."
            anomalies.append(Anomalie(chemin.name, numero, message))
            continue
        # A beginning alone is written with the same instant twice.
        lues.setdefault(lettre, []).append((Periode(nom, premier, reprise - JOUR), reprise > premier))
    return {zone: _couche(edition, lignes) for zone, lignes in lues.items()}


def lire_jours(chemin: Path, *, edition: int, anomalies: list[Anomalie]) -> Couches:
    """One row a day, a column a zone. After the last holidays, « False » means « not published »."""
    jours: list[tuple[date, str, tuple[str, str, str]]] = []
    for numero, (jour, a, b, c, nom) in enumerate(lire_csv(chemin, COLONNES_JOURS), 2):
        try:
            jours.append((date.fromisoformat(jour), nom, (a, b, c)))
        except ValueError:
            message = f"Date illisible : « {jour} ». La ligne est laissée de côté."
            anomalies.append(Anomalie(chemin.name, numero, message))
    jours.sort()
    couches: Couches = {}
    for rang, zone in enumerate(ZONES):
        periodes = _grouper([(jour, nom) for jour, nom, cases in jours if cases[rang] == "True"])
        if periodes:
            couches[zone] = _couche(edition, [(periode, True) for periode in periodes])
            premier = couches[zone].publies[0]
            couches[zone].publies[0] = replace(premier, debut=min(premier.debut, jours[0][0]))
    return couches


LECTEURS: dict[str, Callable[..., Couches]] = {
    "calendrier-scolaire": lire_calendrier,
    "vacances-par-jour": lire_jours,
}


def superposer(couches: Iterable[Couche]) -> tuple[list[tuple[int, Periode]], list[tuple[int, Intervalle]]]:
    """One calendar out of several, the first having the word wherever it speaks; each piece with its edition."""
    periodes: list[tuple[int, Periode]] = []
    publies: list[tuple[int, Intervalle]] = []
    for couche in couches:
        dits = [intervalle for _, intervalle in publies]
        periodes += [(couche.edition, p) for periode in couche.periodes for p in _hors(periode, dits)]
        publies += [(couche.edition, i) for intervalle in couche.publies for i in _hors(intervalle, dits)]
    return sorted(periodes, key=_debut), sorted(publies, key=_debut)


def _debut(piece: tuple[int, Periode | Intervalle]) -> date:
    return piece[1].debut


def _jour_local(texte: str) -> date | None:
    try:
        instant = datetime.fromisoformat(texte)
    except ValueError:
        return None
    return instant.astimezone(PARIS).date() if instant.tzinfo else None


def _grouper(jours: list[tuple[date, str]]) -> list[Periode]:
    """Neighbouring days of one name make one period."""
    suites = groupby(enumerate(jours), key=lambda place: (place[1][0] - place[0] * JOUR, place[1][1]))
    groupes = [[jour for _, (jour, _) in suite] for _, suite in suites]
    noms = dict(jours)
    return [Periode(noms[groupe[0]], groupe[0], groupe[-1]) for groupe in groupes]


def _couche(edition: int, lignes: list[tuple[Periode, bool]]) -> Couche:
    """Published from a known holidays to the next, as long as neither an end nor a whole term is missing."""
    couche = Couche(edition)
    ordonnees = sorted(lignes, key=lambda ligne: ligne[0].debut)
    suivantes = [*(periode for periode, _ in ordonnees[1:]), None]
    debut: date | None = None
    for (periode, finie), suivante in zip(ordonnees, suivantes, strict=True):
        debut = debut or periode.debut
        if finie:
            couche.periodes.append(periode)
        trop_loin = suivante is None or (suivante.debut - periode.fin).days > ECOLE_MAX
        if not finie or trop_loin:
            dernier = periode.fin if finie else periode.debut - JOUR
            if dernier >= debut:
                couche.publies.append(Intervalle(debut, dernier))
            debut = None
    return couche


def _hors(piece: Jours, dits: list[Intervalle]) -> list[Jours]:
    """What is left of a piece outside intervals that were already told."""
    restes = [piece]
    for dit in dits:
        suite: list[Jours] = []
        for reste in restes:
            if dit.fin < reste.debut or dit.debut > reste.fin:
                suite.append(reste)
                continue
            if reste.debut < dit.debut:
                suite.append(replace(reste, fin=dit.debut - JOUR))
            if reste.fin > dit.fin:
                suite.append(replace(reste, debut=dit.fin + JOUR))
        restes = suite
    return restes
