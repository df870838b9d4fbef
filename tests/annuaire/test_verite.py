"""A value can be computed on any past day, because each record knows when it was true."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.heritage import avec_relations, resoudre, resoudre_structure
from maillage.annuaire.models import Lieu, Service, Structure
from maillage.annuaire.saisie import fermer, retirer
from maillage.annuaire.verite import dates_connues, vrais_le
from maillage.comptes.models import Personne
from tests.annuaire.outils_import import AOUT, JUIN, charger, ligne_fs, make_communes
from tests.make import INSTANT, make_commune, make_service, make_structure

pytestmark = pytest.mark.django_db
AUJOURDHUI = INSTANT.date()


def noms_le(jour: date) -> list[str]:
    services = vrais_le(Service.objects.reels(), jour)
    return sorted(services.values_list("nom", flat=True))


def test_a_label_date_counts_from_that_day_on() -> None:
    make_service(nom="Bus", ouvert_le=date(2021, 1, 15), ouvert_le_origine="label")

    assert noms_le(date(2021, 1, 14)) == []
    assert noms_le(date(2021, 1, 15)) == ["Bus"]


def test_the_closing_day_is_the_first_day_without(awa: Personne) -> None:
    service = make_service(nom="Bus", ouvert_le=date(2021, 1, 15))
    fermer(service.structure_ref, ferme_le=date(2024, 3, 1), motif="", par=awa, le=INSTANT)

    assert noms_le(date(2024, 2, 29)) == ["Bus"]
    assert noms_le(date(2024, 3, 1)) == []


def test_a_service_ends_with_its_structure_even_without_a_date_of_its_own() -> None:
    structure = make_structure(ouvert_le=date(2020, 1, 1), ferme_le=date(2024, 3, 1))
    make_service(structure, nom="Bus")

    assert noms_le(date(2024, 3, 1)) == []
    assert noms_le(date(2024, 2, 29)) == ["Bus"]


def test_without_a_date_a_record_is_true_from_the_first_edition_that_shows_it(
    tmp_path: Path, settings: Any
) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()
    charger(tmp_path, [ligne_fs(labellisation_fs="")], edition_le=JUIN)

    assert noms_le(JUIN - timedelta(days=1)) == []
    assert noms_le(JUIN) == [ligne_fs()["lib_fs"]]
    connues = dates_connues(Service.objects.get())
    assert (connues.debut, connues.debut_origine, connues.fin) == (JUIN, "vu", None)


def test_a_record_that_its_source_no_longer_shows_ends_at_that_edition(tmp_path: Path, settings: Any) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()
    charger(tmp_path, [ligne_fs("1", lib_fs="Reste"), ligne_fs("2", lib_fs="Part")], edition_le=JUIN)
    charger(tmp_path, [ligne_fs("1", lib_fs="Reste")], edition_le=AOUT)

    assert noms_le(AOUT - timedelta(days=1)) == ["Part", "Reste"]
    assert noms_le(AOUT) == noms_le(AUJOURDHUI) == ["Reste"]
    partie = dates_connues(Structure.objects.get(nom="Part"))
    assert (partie.fin, partie.fin_origine) == (AOUT, "source")


def test_a_withdrawal_changes_today_and_never_the_past(awa: Personne) -> None:
    service = make_service(nom="Bus", ouvert_le=date(2021, 1, 15))
    retirer(service.structure_ref, motif="erreur", par=awa, le=INSTANT)

    assert noms_le(AUJOURDHUI) == []
    assert noms_le(AUJOURDHUI - timedelta(days=1)) == ["Bus"]
    assert dates_connues(service).fin is None or dates_connues(service).fin_origine == "retrait"


def test_the_day_of_a_withdrawal_is_the_day_in_paris() -> None:
    # 23:30 UTC on the 24th is the 25th in Paris.
    make_service(nom="Bus", ouvert_le=date(2021, 1, 1), retire_le=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))

    assert noms_le(date(2026, 11, 24)) == ["Bus"]
    assert noms_le(date(2026, 11, 25)) == []


def test_without_date_nor_source_a_record_begins_when_it_was_entered() -> None:
    make_service(nom="Bus")

    assert noms_le(AUJOURDHUI - timedelta(days=1)) == []
    assert noms_le(AUJOURDHUI) == ["Bus"]


def test_structures_follow_the_same_rule() -> None:
    make_structure("A", ouvert_le=date(2021, 1, 1))
    make_structure("B", ouvert_le=date(2023, 1, 1))

    assert [s.nom for s in vrais_le(Structure.objects.all(), date(2022, 1, 1))] == ["A"]


def test_a_service_inherits_what_it_does_not_say() -> None:
    structure = make_structure(
        commune_officielle=make_commune(),
        telephone="03 89 00 00 00",
        site_web="https://exemple.fr",
        adresse="1 rue A",
    )
    service = make_service(structure, telephone=None, courriel="")

    fiche = resoudre(service)

    assert (fiche.telephone, fiche.courriel, fiche.adresse, fiche.commune_officielle_nom) == (
        "03 89 00 00 00",
        "",
        "1 rue A",
        "Mulhouse",
    )
    assert {"telephone", "adresse", "site_web"} <= fiche.herites
    assert "courriel" not in fiche.herites


def test_the_main_site_gives_its_whole_address_and_never_half_of_it() -> None:
    structure = make_structure(
        commune_officielle=make_commune(),
        adresse="1 rue A",
        complement_adresse="bâtiment B",
        code_postal="68100",
    )
    service = make_service(structure)
    ailleurs = make_commune("68118", "Habsheim")
    Lieu.objects.create(
        service=service, principal=True, commune="Habsheim", code_insee="68118", commune_officielle=ailleurs
    )

    fiche = resoudre(service)

    assert (fiche.commune, fiche.adresse, fiche.complement_adresse, fiche.code_postal) == (
        "Habsheim",
        None,
        None,
        None,
    )
    assert (fiche.commune_officielle_code, fiche.latitude) == ("68118", None)


def test_a_protected_address_goes_no_further_than_its_commune() -> None:
    structure = make_structure(
        commune_officielle=make_commune(),
        adresse="12 rue cachée",
        complement_adresse="code 4",
        confidentiel=True,
    )
    service = make_service(structure)

    for fiche in (resoudre(service), resoudre_structure(structure)):
        assert (fiche.commune, fiche.confidentiel) == ("Mulhouse", True)
        assert (fiche.adresse, fiche.complement_adresse, fiche.latitude, fiche.longitude) == (None,) * 4


def test_resolving_prefetched_records_queries_nothing(django_assert_num_queries: Any) -> None:
    commune = make_commune()
    for _ in range(3):
        make_service(make_structure(commune_officielle=commune))
    services = list(avec_relations(Service.objects.all()))
    structures = list(avec_relations(Structure.objects.all()))

    with django_assert_num_queries(0):
        fiches = [resoudre(s) for s in services] + [resoudre_structure(s) for s in structures]

    assert len(fiches) == 6
