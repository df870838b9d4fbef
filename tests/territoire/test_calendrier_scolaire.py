"""The published calendars, read and laid over one another."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from maillage.core.erreurs import RegleMetier
from maillage.territoire.calendrier import Intervalle, Periode, Reponse
from maillage.territoire.calendrier_local import calendrier_de, calendriers_des
from maillage.territoire.calendrier_scolaire import Couche, lire_calendrier, lire_jours, superposer
from maillage.territoire.chargement_calendrier import charger_calendrier
from maillage.territoire.fichiers import DONNEES, Anomalie
from maillage.territoire.models import FaitCommune, PeriodeScolaire, PublicationScolaire
from tests.make import make_commune, make_personne

LE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
JOUR = timedelta(days=1)
ENTETE = "Description,Population,Date de début,Date de fin,Académies,Zones,annee_scolaire\n"
TOUSSAINT = (
    "Vacances de la Toussaint,-,2025-10-17T22:00:00+00:00,2025-11-02T23:00:00+00:00,Strasbourg,Zone B,x\n"
)
NOEL = "Vacances de Noël,-,2025-12-19T23:00:00+00:00,2026-01-04T23:00:00+00:00,Strasbourg,Zone B,2025-2026\n"


def ecrire(dossier: Path, texte: str) -> Path:
    fichier = dossier / "calendrier.csv"
    fichier.write_text(texte, encoding="utf-8")
    return fichier


def lire(dossier: Path, lignes: str) -> tuple[Couche, list[Anomalie]]:
    anomalies: list[Anomalie] = []
    return lire_calendrier(ecrire(dossier, ENTETE + lignes), edition=1, anomalies=anomalies)["B"], anomalies


@pytest.mark.moteur_indifferent
def test_an_evening_in_universal_time_is_the_next_local_day_and_the_end_is_the_day_of_return(
    tmp_path: Path,
) -> None:
    couche, anomalies = lire(tmp_path, TOUSSAINT + NOEL)

    assert couche.periodes == [
        Periode("Vacances de la Toussaint", date(2025, 10, 18), date(2025, 11, 2)),
        Periode("Vacances de Noël", date(2025, 12, 20), date(2026, 1, 4)),
    ]
    assert couche.publies == [Intervalle(date(2025, 10, 18), date(2026, 1, 4))]
    assert anomalies == []


@pytest.mark.moteur_indifferent
def test_a_summer_without_its_end_is_not_published(tmp_path: Path) -> None:
    ete = (
        "Début des Vacances d'Été,-,2026-02-03T23:00:00+00:00,2026-02-03T23:00:00+00:00,Strasbourg,Zone B,x\n"
    )

    couche, _ = lire(tmp_path, NOEL + ete)

    assert couche.publies == [Intervalle(date(2025, 12, 20), date(2026, 2, 3))]
    assert [p.nom for p in couche.periodes] == ["Vacances de Noël"]


@pytest.mark.moteur_indifferent
def test_a_year_that_the_file_lacks_is_not_taken_for_a_year_of_school(tmp_path: Path) -> None:
    apres = NOEL.replace("2025-12", "2027-12").replace("2026-01", "2028-01")

    couche, _ = lire(tmp_path, NOEL + apres)

    assert couche.publies == [
        Intervalle(date(2025, 12, 20), date(2026, 1, 4)),
        Intervalle(date(2027, 12, 20), date(2028, 1, 4)),
    ]


@pytest.mark.moteur_indifferent
def test_days_of_teachers_and_unreadable_dates_are_left_aside_and_the_line_named(tmp_path: Path) -> None:
    professeurs = NOEL.replace(",-,", ",Enseignants,").replace("2026-01-04", "2026-01-08")

    couche, anomalies = lire(tmp_path, NOEL + professeurs + "Pont,-,demain,après,Strasbourg,Zone B,x\n")

    assert [p.fin for p in couche.periodes] == [date(2026, 1, 4)]
    assert [(a.fichier, a.ligne) for a in anomalies] == [("calendrier.csv", 4)]
    assert "Date illisible" in anomalies[0].message


@pytest.mark.moteur_indifferent
def test_a_date_without_its_offset_is_refused_rather_than_guessed(tmp_path: Path) -> None:
    _, anomalies = lire(
        tmp_path, NOEL + "Pont,-,2026-05-13T22:00:00,2026-05-17T22:00:00,Strasbourg,Zone B,x\n"
    )

    assert [a.ligne for a in anomalies] == [3]


@pytest.mark.moteur_indifferent
def test_after_the_last_holidays_of_a_day_by_day_file_false_means_unpublished(tmp_path: Path) -> None:
    lignes = "date,vacances_zone_a,vacances_zone_b,vacances_zone_c,nom_vacances\n"
    lignes += (
        "2026-06-01,False,False,False,\n2026-06-02,False,True,False,Été\n2026-06-03,False,True,False,Été\n"
    )
    lignes += "2026-06-04,False,False,False,\n"

    couches = lire_jours(ecrire(tmp_path, lignes), edition=1, anomalies=[])

    assert set(couches) == {"B"}
    assert couches["B"].periodes == [Periode("Été", date(2026, 6, 2), date(2026, 6, 3))]
    assert couches["B"].publies == [Intervalle(date(2026, 6, 1), date(2026, 6, 3))]


@pytest.mark.moteur_indifferent
def test_the_first_calendar_has_the_word_over_its_days_and_the_second_fills_the_rest() -> None:
    an, mai, juin = date(2026, 1, 1), date(2026, 5, 1), date(2026, 6, 30)
    officielle = Couche(1, [Periode("Pont", mai, mai + JOUR)], [Intervalle(an, mai + 2 * JOUR)])
    autre = Couche(2, [Periode("Tout", an, juin)], [Intervalle(an - JOUR, juin)])

    periodes, publies = superposer([officielle, autre])

    assert periodes == [(1, Periode("Pont", mai, mai + JOUR)), (2, Periode("Tout", mai + 3 * JOUR, juin))]
    assert publies == [
        (2, Intervalle(an - JOUR, an - JOUR)),
        (1, Intervalle(an, mai + 2 * JOUR)),
        (2, Intervalle(mai + 3 * JOUR, juin)),
    ]


@pytest.mark.django_db
def test_the_shipped_calendars_answer_every_day_they_publish_and_none_beyond() -> None:
    rapport = charger_calendrier(le=LE)
    mulhouse = calendrier_de(make_commune())

    attendus = {
        date(2017, 10, 20): "inconnu",  # before the first holidays that the file names
        date(2017, 10, 21): "oui",
        date(2021, 4, 12): "oui",  # the calendar changed that spring: the ministry has the word
        date(2021, 4, 30): "non",
        date(2024, 5, 10): "oui",  # bridge of Ascension, missing from the day by day file
        date(2025, 8, 31): "oui",
        date(2025, 9, 1): "non",
        date(2026, 1, 4): "oui",
        date(2026, 1, 5): "non",
        date(2026, 7, 3): "non",
        date(2026, 7, 4): "oui",
        date(2026, 8, 30): "oui",
        date(2026, 8, 31): "inconnu",
        date(2026, 12, 25): "inconnu",
    }
    assert {jour: mulhouse.vacances(jour).value for jour in attendus} == attendus
    assert mulhouse.nom_vacances(date(2026, 8, 30)) == "Vacances d'été"
    assert rapport.jusqu_au == {zone: date(2026, 8, 30) for zone in "ABC"}
    assert rapport.anomalies == ()


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    premier = charger_calendrier(le=LE)
    avant = (list(PeriodeScolaire.objects.values()), list(PublicationScolaire.objects.values()))

    second = charger_calendrier(le=LE + JOUR)

    assert sum(b.ajoutees for b in premier.bilans) > 50
    assert [(b.ajoutees, b.modifiees) for b in second.bilans] == [(0, 0), (0, 0)]
    assert (list(PeriodeScolaire.objects.values()), list(PublicationScolaire.objects.values())) == avant


@pytest.mark.django_db
def test_a_new_edition_rewrites_its_days_and_leaves_the_others(tmp_path: Path) -> None:
    charger_calendrier(le=LE)
    (tmp_path / "nouveau.csv").write_text(ENTETE + NOEL.replace("2026-01-04", "2026-01-11"), encoding="utf-8")
    (tmp_path / "editions.toml").write_text(
        '[calendrier-scolaire]\nfichier = "nouveau.csv"\nmillesime = "2025-2026"\nproducteur = "Ministère"\n'
        'licence = "Licence Ouverte"\nle = 2026-01-01\nprovenance = "essai"\n'
    )
    mulhouse = make_commune()

    charger_calendrier(le=LE + JOUR, dossier=tmp_path)
    calendrier = calendrier_de(mulhouse)

    assert calendrier.vacances(date(2026, 1, 9)) == Reponse.OUI
    assert calendrier.vacances(date(2026, 1, 12)) == Reponse.NON
    assert calendrier.vacances(date(2026, 2, 14)) == Reponse.OUI
    assert list(
        PeriodeScolaire.objects.filter(zone="B", debut=date(2025, 12, 20)).values_list("fin", flat=True)
    ) == [date(2026, 1, 11)]


@pytest.mark.django_db
def test_calendars_of_many_communes_take_three_queries_and_each_keeps_its_zone(
    django_assert_num_queries: object,
) -> None:
    charger_calendrier(le=LE)
    mulhouse = make_commune()
    partie = make_commune("68070", "Didenheim", type="deleguee", parente=mulhouse, departement="68")
    paris, ajaccio = make_commune("75056", "Paris"), make_commune("2A004", "Ajaccio")
    FaitCommune.objects.create(
        commune=mulhouse, sujet="vendredi-saint", reponse="oui", source="mairie",
        constate_le=date(2026, 1, 1), par=make_personne(), updated_at=LE,
    )  # fmt: skip

    with django_assert_num_queries(3):  # type: ignore[operator]
        calendriers = calendriers_des([mulhouse, partie, paris, ajaccio])

    assert {code: (c.zone, c.vendredi_saint.value) for code, c in calendriers.items()} == {
        "68224": ("B", "oui"),
        "68070": ("B", "oui"),
        "75056": ("C", "non"),
        "2A004": ("", "non"),
    }
    assert calendriers["2A004"].vacances(date(2025, 12, 25)) == Reponse.INCONNU


@pytest.mark.django_db
def test_the_command_says_how_far_the_calendar_goes() -> None:
    sortie = StringIO()

    call_command("charge_calendrier", stdout=sortie)

    assert "Zone B : publié jusqu’au 30/08/2026, inconnu après" in sortie.getvalue()


@pytest.mark.django_db
def test_a_folder_without_a_calendar_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "editions.toml").write_text("")

    with pytest.raises(CommandError, match="ne décrit aucun calendrier"):
        call_command("charge_calendrier", dossier=tmp_path)


@pytest.mark.django_db
def test_a_file_that_is_no_calendar_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "nouveau.csv").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "editions.toml").write_text(
        (DONNEES / "editions.toml")
        .read_text()
        .replace("calendrier-scolaire-academie-strasbourg.csv", "nouveau.csv")
    )
    (tmp_path / "vacances-scolaires-2020-2026.csv").write_bytes(
        (DONNEES / "vacances-scolaires-2020-2026.csv").read_bytes()
    )

    with pytest.raises(RegleMetier, match="UTF-8"):
        charger_calendrier(le=LE, dossier=tmp_path)
    assert not PeriodeScolaire.objects.exists()
