"""What a record says in plain French: ages, price, room, closures, labels, at their bounds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.periode import Periode, a_montrer
from maillage.annuaire.phrases import (
    acces_en_clair,
    accueille,
    ages_en_clair,
    langues_en_clair,
    periode_en_clair,
    places_en_clair,
    prix_en_clair,
    publics_en_clair,
    reconnaissance_en_clair,
    saturation_en_clair,
)

pytestmark = pytest.mark.moteur_indifferent
LE = date(2026, 11, 25)


def clair(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        (None, None, ""),
        (0, None, "à tout âge"),
        (2, 36, "de 2 mois à 3 ans"),
        (30, 71, "de 2 ans et demi à 5 ans et 11 mois"),
        (36, 132, "de 3 à 11 ans"),
        (0, 36, "de la naissance à 3 ans"),
        (192, None, "à partir de 16 ans"),
        (18, 18, "à 18 mois"),
    ],
)
def test_ages_are_said_as_people_say_them(debut: int | None, fin: int | None, dit: str):
    assert clair(ages_en_clair(debut, fin)) == dit


@pytest.mark.parametrize(
    ("mois", "reponse"), [(35, False), (36, True), (132, True), (143, True), (144, False)]
)
def test_a_last_age_in_years_holds_until_the_next_birthday(mois: int, reponse: bool):
    assert accueille(36, 132, mois=mois) is reponse


def test_an_unknown_age_welcomes_nobody_and_refuses_nobody():
    assert accueille(None, None, mois=24) is None


@given(debut=st.integers(0, 600), longueur=st.integers(0, 600), mois=st.integers(0, 1300))
def test_whoever_is_between_the_two_ages_is_welcome(debut: int, longueur: int, mois: int):
    fin = debut + longueur

    if debut <= mois <= fin:
        assert accueille(debut, fin, mois=mois) is True
    if mois < debut or mois > fin + 11:
        assert accueille(debut, fin, mois=mois) is False


def prix(**champs: object) -> str:
    vide: dict[str, object] = dict.fromkeys(
        ("frais", "tarif", "bas", "haut", "unite", "precisions", "vrai_le")
    )
    return clair(prix_en_clair(**(vide | champs)))  # type: ignore[arg-type]


def test_a_price_is_said_with_what_it_counts_and_its_date():
    assert prix() == ""
    assert prix(frais="gratuit") == "Gratuit."
    assert prix(frais="payant") == "Payant, prix à demander."
    assert prix(frais="payant", precisions="Voir sur place") == "Payant. Voir sur place."
    assert (
        prix(tarif="unique", bas=1250, unite="seance", vrai_le=date(2026, 9, 1))
        == "12,50 € la séance (prix au 1er septembre 2026)."
    )
    assert (
        prix(tarif="fourchette", bas=200, haut=1200, unite="jour", vrai_le=date(2026, 9, 1))
        == "De 2 € à 12 € par jour (prix au 1er septembre 2026)."
    )
    assert prix(tarif="revenus", frais="payant") == "Selon vos revenus."
    assert (
        prix(tarif="revenus", bas=5, haut=305, unite="heure", vrai_le=LE)
        == "Selon vos revenus, de 0,05 € à 3,05 € de l’heure (prix au 25 novembre 2026)."
    )


def test_languages_are_listed_with_what_to_know_of_each():
    assert langues_en_clair(None) == ""
    assert langues_en_clair(()) == "Français seulement."
    assert langues_en_clair((("fr", ""), ("tr", "le mardi"), ("gsw", ""))) == (
        "Français, turc (le mardi), alsacien."
    )


def test_everybody_stays_everybody_beside_those_who_come_most():
    assert publics_en_clair(["tous-publics"], None) == "Tout le monde."
    assert publics_en_clair(["tous-publics", "femmes"], None) == "Tout le monde, en particulier : femmes."
    assert publics_en_clair(["femmes", "familles"], "Sans condition") == "Femmes, familles. Sans condition."
    assert publics_en_clair(None, None) == ""


def test_every_kind_of_disability_has_its_line_and_unknown_is_said():
    lignes = acces_en_clair({"moteur": ("partiel", "une marche de 5 cm"), "auditif": ("non", "")})

    assert [(ligne.mot, ligne.note) for ligne in lignes] == [
        ("en partie", "une marche de 5 cm"),
        ("inconnu", ""),
        ("non", ""),
        ("inconnu", ""),
    ]


ETE = Periode(date(2026, 8, 3), date(2026, 8, 21), "conges", "")


@pytest.mark.parametrize(
    ("le", "couvre", "montree"),
    [
        (date(2026, 8, 2), False, True),
        (date(2026, 8, 3), True, True),
        (date(2026, 8, 21), True, True),
        (date(2026, 8, 22), False, False),
    ],
)
def test_a_closure_begins_and_ends_by_itself_both_days_included(le: date, couvre: bool, montree: bool):
    assert ETE.couvre(le) is couvre
    assert bool(a_montrer([ETE], le=le)) is montree


def test_a_closure_without_an_end_holds_until_somebody_says():
    sans_fin = Periode(date(2026, 8, 3), None, "travaux", "")

    assert sans_fin.couvre(date(2030, 1, 1))
    assert clair(periode_en_clair(sans_fin, le=LE)) == (
        "Fermé depuis le 3 août 2026, sans date de retour connue : travaux."
    )
    assert clair(periode_en_clair(sans_fin, le=date(2026, 8, 2))) == (
        "Fermera le 3 août 2026, sans date de retour connue : travaux."
    )


@pytest.mark.parametrize(
    ("du", "au", "dit"),
    [
        ((2026, 11, 25), (2026, 11, 25), "Fermé le 25 novembre 2026 : congés."),
        ((2026, 11, 20), (2026, 11, 27), "Fermé du 20 au 27 novembre 2026 : congés."),
        ((2026, 11, 20), (2026, 12, 2), "Fermé du 20 novembre au 2 décembre 2026 : congés."),
        ((2026, 11, 20), (2027, 1, 3), "Fermé du 20 novembre 2026 au 3 janvier 2027 : congés."),
        ((2026, 12, 24), (2027, 1, 3), "Fermera du 24 décembre 2026 au 3 janvier 2027 : congés."),
    ],
)
def test_a_closure_says_its_days_once(du: tuple[int, int, int], au: tuple[int, int, int], dit: str):
    assert clair(periode_en_clair(Periode(date(*du), date(*au), "conges", ""), le=LE)) == dit


def test_a_closure_gives_the_words_that_were_written():
    periode = Periode(LE, LE, "autre", "Porte bloquée")

    assert clair(periode_en_clair(periode, le=LE)) == "Fermé le 25 novembre 2026 : Porte bloquée."


def test_the_same_closure_of_a_service_and_of_its_structure_is_told_once():
    assert a_montrer([ETE, ETE], le=date(2026, 8, 1)) == (ETE,)


@given(
    debut=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    jours=st.none() | st.integers(0, 400),
    le=st.dates(date(2019, 1, 1), date(2032, 1, 1)),
)
def test_a_closure_is_under_way_exactly_from_its_first_to_its_last_day(debut, jours, le):
    fin = None if jours is None else date.fromordinal(debut.toordinal() + jours)
    periode = Periode(debut, fin, "autre", "")

    assert periode.couvre(le) == (debut <= le and (fin is None or le <= fin))
    assert not (periode.couvre(le) and periode.passee(le))


@pytest.mark.parametrize(
    ("dite_le", "vieux", "dit"),
    [
        (date(2026, 11, 4), False, "Complet au 4 novembre 2026 (il y a 21 jours)"),
        (date(2026, 8, 26), False, "Complet au 26 août 2026 (il y a 2 mois)"),
        (date(2026, 8, 25), True, "Complet au 25 août 2026 (il y a 3 mois) : à redemander"),
    ],
)
def test_the_age_of_a_full_house_shows_and_after_three_months_it_must_be_asked(
    dite_le: date, vieux: bool, dit: str
):
    place = saturation_en_clair("complet", dite_le, le=LE)

    assert place is not None
    assert (clair(place.texte), place.vieux) == (dit, vieux)


def test_room_that_nobody_spoke_of_is_not_said_at_all():
    assert saturation_en_clair(None, None, le=LE) is None
    assert places_en_clair(None, None, None, le=LE) == ""


def test_places_say_how_many_are_free_and_since_when():
    assert clair(places_en_clair(20, 3, date(2026, 11, 4), le=LE)) == (
        "20 places, dont 3 libres au 4 novembre 2026 (il y a 21 jours)."
    )
    assert clair(places_en_clair(1, 0, LE, le=LE)) == (
        "1 place, dont aucune libre au 25 novembre 2026 (aujourd’hui)."
    )
    assert clair(places_en_clair(12, None, None, le=LE)) == "12 places."


def test_an_agreement_past_its_last_day_is_said_to_have_expired():
    def dire(le: date) -> tuple[str, bool]:
        titre = reconnaissance_en_clair(
            "agrement", "centre social", "la Caf", date(2024, 1, 1), date(2026, 11, 25), le=le
        )
        return clair(titre.texte), titre.expire

    assert dire(date(2026, 11, 25)) == (
        "Agrément « centre social », donné par la Caf, du 1er janvier 2024 au 25 novembre 2026.",
        False,
    )
    assert dire(date(2026, 11, 26)) == (
        "Agrément « centre social », donné par la Caf : a expiré le 25 novembre 2026.",
        True,
    )
    assert dire(date(2023, 12, 31)) == (
        "Agrément « centre social », donné par la Caf : à partir du 1er janvier 2024.",
        False,
    )
