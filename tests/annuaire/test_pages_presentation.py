"""Ages, reasons and names as people say them."""

from datetime import date

import pytest

from maillage.annuaire.presentation import age, de_commune, fraicheur, pourquoi_en_clair

pytestmark = pytest.mark.moteur_indifferent
LE = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("jour", "dit"),
    [
        (date(2026, 11, 25), "aujourd’hui"),
        (date(2026, 12, 1), "aujourd’hui"),
        (date(2026, 11, 24), "hier"),
        (date(2026, 11, 1), "il y a 24 jours"),
        (date(2026, 10, 25), "il y a 1 mois"),
        (date(2025, 9, 25), "il y a 14 mois"),
        (date(2024, 11, 26), "il y a 23 mois"),
        (date(2024, 8, 1), "il y a 2 ans"),
        (date(2023, 2, 3), "il y a 3 ans"),
    ],
)
def test_an_age_is_said_in_days_months_then_years(jour: date, dit: str):
    assert age(jour, le=LE) == dit


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("Wittenheim", "de Wittenheim"),
        ("Illzach", "d’Illzach"),
        ("Étupes", "d’Étupes"),
        ("Habsheim", "de Habsheim"),
        ("Le Havre", "du Havre"),
        ("Les Abymes", "des Abymes"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Isle-Adam", "de L’Isle-Adam"),
        ("", "de "),
    ],
)
def test_a_name_takes_its_preposition(nom: str, dit: str):
    assert de_commune(nom) == dit


@pytest.mark.parametrize(
    ("raisons", "dit"),
    [
        ("", ""),
        ("à 2,1 km", "à 2,1 km"),
        ("nom, à 2,1 km", "le nom correspond, à 2,1 km"),
        ("nom, commune, dans la commune", "le nom et la commune correspondent, dans la commune"),
        ("nom, nom de la structure, commune", "le nom, la structure et la commune correspondent"),
        ("2 mots sur 3, description", "la présentation correspond, 2 mots sur 3"),
    ],
)
def test_the_reasons_of_the_engine_become_a_sentence(raisons: str, dit: str):
    assert pourquoi_en_clair(raisons) == dit


def test_the_later_of_the_person_and_the_source_has_the_word():
    personne, edition = date(2026, 11, 4), date(2024, 8, 1)

    assert fraicheur("ANCT", edition, personne, le=LE).verifie
    assert not fraicheur("ANCT", date(2026, 11, 20), personne, le=LE).verifie
    assert fraicheur("ANCT", edition, None, le=LE).ancienne
    assert not fraicheur("ANCT", edition, personne, le=LE).ancienne
    assert fraicheur("ANCT", None, None, le=LE).le is None
