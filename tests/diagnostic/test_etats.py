"""The state of a cell: which word decides, on which day, and what must hold whatever was said."""

import os
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.core.erreurs import RegleMetier
from maillage.diagnostic.cycle import (
    COUVERTS,
    DIRE,
    NON_RECENSE,
    PARTIEL,
    RECENSE,
    SUITES,
    ZERO,
    exiger_suite,
)
from maillage.diagnostic.etats import Constat, Liste, Parole, ajouter_mois, constater, paroles_au
from maillage.diagnostic.mots import a_commune, enumerer, etiquette, phrase

pytestmark = pytest.mark.moteur_indifferent
FUZZ = settings(max_examples=int(os.environ.get("MAILLAGE_FUZZ", "200")), deadline=None)
LE = date(2026, 11, 25)
LISTE = Liste("fs", "Liste nationale", date(2024, 8, 1), frozenset({"france-services"}), frozenset({"68"}))


def parole(etat: str = RECENSE, le: date = date(2026, 3, 3), **champs: object) -> Parole:
    dite = Parole(
        n=1,
        lot=UUID(int=1),
        famille="france-services",
        commune="68224",
        etat=etat,
        le=le,
        expire_le=ajouter_mois(le, 12),
        par="Awa E.",
    )
    return replace(dite, **champs)  # type: ignore[arg-type]


def constat(
    *listes: Liste, dite: Parole | None = None, le: date = LE, pourvue: bool = False, departement: str = "68"
) -> Constat:
    return constater("france-services", departement, listes=listes, parole=dite, le=le, pourvue=pourvue)


def test_without_a_word_nothing_is_surveyed() -> None:
    assert constat() == Constat(etat=NON_RECENSE)
    assert not constat().couvert


def test_a_complete_list_is_a_census_at_its_date() -> None:
    vu = constat(LISTE)

    assert (vu.etat, vu.le, vu.liste, vu.couvert) == (RECENSE, date(2024, 8, 1), "Liste nationale", True)


@pytest.mark.parametrize(
    "autre",
    [
        replace(LISTE, departements=frozenset({"67"})),
        replace(LISTE, familles=frozenset({"mairie"})),
        replace(LISTE, edition_le=None),
    ],
)
def test_a_list_of_elsewhere_of_another_family_or_never_loaded_says_nothing(autre: Liste) -> None:
    assert constat(autre).etat == NON_RECENSE


def test_a_list_stands_for_the_days_before_it_and_says_so() -> None:
    vu = constat(LISTE, le=date(2024, 4, 1))

    assert (vu.couvert, vu.posterieur) == (True, True)


def test_the_latest_list_of_the_day_is_the_one_that_speaks() -> None:
    neuve = replace(LISTE, slug="fs2", nom="Édition de 2026", edition_le=date(2026, 1, 1))

    assert constat(LISTE, neuve).liste == "Édition de 2026"
    assert constat(LISTE, neuve, le=date(2025, 1, 1)).liste == "Liste nationale"


@pytest.mark.parametrize(
    ("le", "etat"),
    [
        (date(2024, 7, 31), RECENSE),  # the list is newer: it decides
        (date(2024, 8, 1), PARTIEL),  # the same day: the person
        (date(2024, 8, 2), PARTIEL),
    ],
)
def test_a_list_never_hides_a_newer_word(le: date, etat: str) -> None:
    assert constat(LISTE, dite=parole(PARTIEL, le)).etat == etat


def test_a_word_wins_over_a_list_of_a_later_day_than_the_one_asked() -> None:
    assert constat(LISTE, dite=parole(PARTIEL, date(2023, 1, 1)), le=date(2024, 1, 1)).etat == PARTIEL


@pytest.mark.parametrize(("ecart", "a_refaire"), [(-1, False), (0, True), (1, True)])
def test_a_census_is_to_be_redone_from_its_expiry_on_and_still_counts(ecart: int, a_refaire: bool) -> None:
    vu = constat(dite=parole(expire_le=LE), le=LE + timedelta(days=ecart))

    assert (vu.a_refaire, vu.couvert, vu.etat) == (a_refaire, True, RECENSE)


def test_a_zero_that_a_service_contradicts_is_no_longer_a_zero() -> None:
    vu = constat(dite=parole(ZERO), pourvue=True)

    assert (vu.etat, vu.dementi, vu.couvert, vu.a_demander) == (PARTIEL, True, False, True)


def test_of_two_words_of_one_day_the_last_written_stands_and_the_future_is_not_heard() -> None:
    premiere, seconde = parole(RECENSE, n=1), parole(ZERO, n=2)
    demain = parole(PARTIEL, date(2027, 1, 1), n=3)

    assert paroles_au([seconde, demain, premiere], LE) == {("france-services", "68224"): seconde}


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 25), 12, date(2027, 11, 25)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(1899, 12, 31), 2, date(1900, 2, 28)),
    ],
)
def test_months_are_added_as_people_count_them(jour: date, mois: int, attendu: date) -> None:
    assert ajouter_mois(jour, mois) == attendu


def test_nobody_writes_the_first_state() -> None:
    assert {apres for suites in SUITES.values() for apres in suites} == DIRE
    for avant in SUITES:
        with pytest.raises(RegleMetier, match="annulez ce qui a été noté"):
            exiger_suite(avant, NON_RECENSE)
        for apres in DIRE:
            exiger_suite(avant, apres)


JOURS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
LISTES = st.lists(
    st.builds(
        Liste,
        slug=st.sampled_from(["a", "b", "c"]),
        nom=st.just("Liste"),
        edition_le=st.none() | JOURS,
        familles=st.sampled_from([frozenset({"france-services"}), frozenset({"mairie"})]),
        departements=st.sampled_from([frozenset({"68"}), frozenset({"67"}), frozenset()]),
    ),
    max_size=4,
)
PAROLES = st.none() | st.builds(parole, etat=st.sampled_from(sorted(DIRE)), le=JOURS)


@FUZZ
@given(listes=LISTES, dite=PAROLES, le=JOURS, pourvue=st.booleans())
def test_no_cell_is_both_a_zero_and_with_a_service(
    listes: list[Liste], dite: Parole | None, le: date, pourvue: bool
) -> None:
    heard = dite if dite and dite.le <= le else None

    vu = constat(*listes, dite=heard, le=le, pourvue=pourvue)

    assert not (vu.etat == ZERO and pourvue)
    assert vu.couvert == (vu.etat in COUVERTS)
    assert (vu.etat == NON_RECENSE) == (vu.le is None)
    assert vu.dementi <= (vu.etat == PARTIEL and pourvue)
    # Who says it is always one of the two, never both, and none only where nothing is known.
    assert bool(vu.liste) + bool(vu.parole) == (vu.etat != NON_RECENSE)
    if vu.parole and listes:
        plus_recentes = [
            li.edition_le
            for li in listes
            if li.edition_le
            and "france-services" in li.familles
            and "68" in li.departements
            and li.edition_le <= le
        ]
        assert all(vu.parole.le >= edition for edition in plus_recentes)


@FUZZ
@given(listes=LISTES, dite=PAROLES, le=JOURS, pourvue=st.booleans(), nombre=st.integers(0, 3))
def test_what_nobody_surveyed_is_never_said_to_be_none(
    listes: list[Liste], dite: Parole | None, le: date, pourvue: bool, nombre: int
) -> None:
    vu = constat(*listes, dite=dite if dite and dite.le <= le else None, le=le, pourvue=pourvue)

    dit = phrase("Mairie", "Rixheim", vu, nombre=nombre)

    assert ("il n’y en a pas" in dit) == (vu.couvert and not nombre)
    assert ("pas encore recensé" in dit) == (vu.etat == NON_RECENSE)
    assert " 0 " not in dit
    assert etiquette(vu).mot
    assert etiquette(vu).icone


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("Rixheim", "à Rixheim"),
        ("Le Havre", "au Havre"),
        ("Les Abymes", "aux Abymes"),
        ("La Ciotat", "à La Ciotat"),
    ],
)
def test_the_name_of_a_commune_agrees(nom: str, dit: str) -> None:
    assert a_commune(nom) == dit


@pytest.mark.parametrize(
    ("noms", "dit"), [([], ""), (["a"], "a"), (["a", "b"], "a et b"), (["a", "b", "c"], "a, b et c")]
)
def test_names_are_listed_in_french(noms: list[str], dit: str) -> None:
    assert enumerer(noms) == dit
