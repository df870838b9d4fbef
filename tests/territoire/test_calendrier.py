"""Public and school holidays, day by day, against the published tables."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from maillage.territoire.calendrier import (
    ALSACE_MOSELLE,
    ZONE_DE,
    Calendrier,
    Intervalle,
    Periode,
    Reponse,
    jours_feries,
    paques,
)

pytestmark = pytest.mark.moteur_indifferent
DONNEES = Path(__file__).parent / "donnees"
JOUR = timedelta(days=1)


def table(nom: str) -> dict[date, set[str]]:
    """The published table of Etalab: date → names."""
    trouves: dict[date, set[str]] = {}
    with (DONNEES / nom).open(encoding="utf-8") as flux:
        for ligne in csv.DictReader(flux):
            trouves.setdefault(date.fromisoformat(ligne["date"]), set()).add(ligne["nom_jour_ferie"])
    return trouves


def jours(debut: date, fin: date) -> list[date]:
    return [debut + n * JOUR for n in range((fin - debut).days + 1)]


@pytest.mark.parametrize(
    ("fichier", "departement"),
    [("jours-feries-alsace-moselle.csv", "68"), ("jours-feries-metropole.csv", "90")],
)
def test_every_day_from_2006_to_2031_is_what_the_published_table_says(fichier: str, departement: str) -> None:
    publies = table(fichier)
    calendrier = Calendrier(departement=departement, vendredi_saint=Reponse.OUI)

    calcules = {
        jour: set(calendrier.nom_ferie(jour).split(" et "))
        for jour in jours(date(2006, 1, 1), date(2031, 12, 31))
        if calendrier.ferie(jour) == Reponse.OUI
    }

    assert calcules == publies


def test_alsace_and_moselle_have_thirteen_days_the_rest_of_the_mainland_eleven() -> None:
    assert {d: len(jours_feries(2026, d, vendredi_saint=True)) for d in sorted(ALSACE_MOSELLE)} == {
        "57": 13,
        "67": 13,
        "68": 13,
    }
    assert len(jours_feries(2026, "90", vendredi_saint=True)) == 11
    assert len(jours_feries(2026, "68")) == 12


@pytest.mark.parametrize(
    ("annee", "dimanche"),
    [
        (1818, date(1818, 3, 22)),  # the earliest
        (1943, date(1943, 4, 25)),  # the latest
        (2000, date(2000, 4, 23)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
        (2285, date(2285, 3, 22)),
    ],
)
def test_easter_falls_on_its_known_days_extremes_included(annee: int, dimanche: date) -> None:
    assert paques(annee) == dimanche


def test_easter_is_a_sunday_between_22_march_and_25_april_for_a_thousand_years() -> None:
    assert all(
        paques(annee).weekday() == 6 and (3, 22) <= (paques(annee).month, paques(annee).day) <= (4, 25)
        for annee in range(1583, 2600)
    )


def test_there_is_no_easter_before_the_gregorian_calendar() -> None:
    with pytest.raises(ValueError, match="1582"):
        paques(1582)


def test_a_good_friday_nobody_checked_is_said_to_be_a_holiday_in_some_communes() -> None:
    vendredi = date(2027, 3, 26)
    inconnu, oui, non = (
        Calendrier(departement="68", vendredi_saint=reponse) for reponse in ("inconnu", "oui", "non")
    )

    assert [c.ferie(vendredi) for c in (inconnu, oui, non)] == [Reponse.INCONNU, Reponse.OUI, Reponse.NON]
    assert inconnu.nom_ferie(vendredi) == "Vendredi saint, jour férié dans certaines communes"
    assert (oui.nom_ferie(vendredi), non.nom_ferie(vendredi)) == ("Vendredi saint", "")


def test_good_friday_and_the_26th_of_december_are_ordinary_days_outside_alsace_and_moselle() -> None:
    belfort = Calendrier(departement="90", vendredi_saint=Reponse.OUI)

    assert belfort.ferie(date(2027, 3, 26)) == Reponse.NON
    assert belfort.ferie(date(2028, 12, 26)) == Reponse.NON
    assert Calendrier(departement="68").ferie(date(2028, 12, 26)) == Reponse.OUI


def test_the_year_lists_an_unchecked_good_friday_apart_from_the_sure_days() -> None:
    feries = Calendrier(departement="68").feries(2026)

    assert len(feries) == 13
    assert [f.nom for f in feries if f.reponse == Reponse.INCONNU] == [
        "Vendredi saint, jour férié dans certaines communes"
    ]


def test_overseas_departements_have_their_day_of_abolition() -> None:
    dates = {
        d: min(set(jours_feries(2026, d)) - set(jours_feries(2026)))
        for d in ("971", "972", "973", "974", "976")
    }

    assert dates == {
        "971": date(2026, 5, 27),
        "972": date(2026, 5, 22),
        "973": date(2026, 6, 10),
        "974": date(2026, 12, 20),
        "976": date(2026, 4, 27),
    }


def test_school_holidays_are_known_only_where_a_calendar_was_published() -> None:
    calendrier = Calendrier(
        zone="B",
        periodes=(Periode("Noël", date(2025, 12, 20), date(2026, 1, 4)),),
        publies=(Intervalle(date(2025, 9, 1), date(2026, 1, 31)),),
    )

    assert calendrier.vacances(date(2025, 12, 20)) == Reponse.OUI
    assert calendrier.vacances(date(2026, 1, 4)) == Reponse.OUI
    assert calendrier.vacances(date(2026, 1, 5)) == Reponse.NON
    assert calendrier.vacances(date(2026, 2, 1)) == Reponse.INCONNU
    assert calendrier.vacances(date(2025, 8, 31)) == Reponse.INCONNU
    assert calendrier.vacances(date(2025, 12, 20), "A") == Reponse.INCONNU
    assert calendrier.nom_vacances(date(2026, 1, 4)) == "Noël"


def test_every_mainland_departement_but_corsica_has_one_zone() -> None:
    departements = {f"{n:02}" for n in range(1, 96)} - {"20"}

    assert set(ZONE_DE) == departements
    assert (ZONE_DE["68"], ZONE_DE["75"], ZONE_DE["90"]) == ("B", "C", "A")
