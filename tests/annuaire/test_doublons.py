"""One offer is never counted twice in silence."""

from datetime import date
from typing import Any

import pytest

from maillage.annuaire.doublons import compte_distinct, doublons_de, examiner, signaler_doublons
from maillage.annuaire.models import Doublon, Service, Structure
from maillage.annuaire.saisie import ajouter_structure
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from tests.make import INSTANT, make_commune, make_service, make_structure

pytestmark = pytest.mark.django_db
GLUCK = {"latitude": 47.7559621, "longitude": 7.3192776}
A_7_METRES = {"latitude": 47.755932, "longitude": 7.319189}


def make_fs(nom: str, famille: str = "france-services", **champs: Any) -> Structure:
    structure = make_structure(nom, code_insee="68224", **champs)
    make_service(structure, famille=famille)
    return structure


def signaler() -> list[tuple[str, str]]:
    signaler_doublons(Structure.objects.values_list("n", flat=True), le=INSTANT)
    return [(d.premiere.nom, d.seconde.nom) for d in Doublon.objects.order_by("pk")]


def test_a_bus_and_an_antenne_at_the_same_door_are_flagged() -> None:
    make_fs("Bus France services Lavoisier Brustlein", telephone="03 89 45 90 02", **GLUCK)
    make_fs("France services Lavoisier Brustlein", telephone="0389459002", **A_7_METRES)

    assert signaler() == [("Bus France services Lavoisier Brustlein", "France services Lavoisier Brustlein")]
    assert Doublon.objects.get().motif == "à 7 m, noms proches, même téléphone"
    assert Doublon.objects.get().distance_m == 7


def test_a_mairie_and_a_france_services_in_one_building_are_two_offers() -> None:
    make_fs("France services de Habsheim", telephone="03 89 45 90 02", **GLUCK)
    make_fs("Mairie de Habsheim", famille="mairie", telephone="03 89 45 90 02", **A_7_METRES)

    assert signaler() == []


def test_neighbours_with_nothing_else_in_common_are_not_flagged() -> None:
    make_fs("France services Drouot", adresse="1 rue A", **GLUCK)
    make_fs("France services Coteaux", adresse="2 rue A", **A_7_METRES)

    assert signaler() == []


def test_one_name_in_two_places_is_not_flagged() -> None:
    make_fs("France services La Poste", latitude=47.75, longitude=7.34)
    make_fs("France services La Poste", latitude=47.76, longitude=7.34)

    assert signaler() == []


def test_without_a_point_one_address_and_one_name_are_enough() -> None:
    make_fs("France services Drouot", adresse="1, rue Drouot")
    make_fs("Antenne Drouot", adresse="1 rue Drouot")
    make_fs("France services Coteaux", adresse="1 rue Drouot")

    assert signaler() == [("France services Drouot", "Antenne Drouot")]


def test_withdrawn_closed_and_example_records_are_left_out() -> None:
    make_fs("France services Drouot", **GLUCK)
    make_fs("France services Drouot", retire_le=INSTANT, **GLUCK)
    make_fs("France services Drouot", ferme_le=INSTANT.date(), **GLUCK)
    make_fs("France services Drouot", exemple=True, **GLUCK)

    assert signaler() == []


def test_a_pair_across_the_edge_of_a_cell_is_found() -> None:
    cote = 60 / 111_195
    bord = round(47.75 / cote) * cote
    make_fs("France services Drouot", latitude=bord - 0.00001, longitude=7.34)
    make_fs("France services Drouot", latitude=bord + 0.00001, longitude=7.34)

    assert len(signaler()) == 1


def test_flagging_again_keeps_what_was_decided(awa: Personne) -> None:
    make_fs("France services Drouot", **GLUCK)
    make_fs("France services Drouot", **A_7_METRES)
    signaler()
    examiner(Doublon.objects.get(), etat="distincts", par=awa, le=INSTANT)

    signaler()

    assert Doublon.objects.get().etat == "distincts"


def test_a_heap_on_one_point_is_not_compared_two_by_two(django_assert_max_num_queries: Any) -> None:
    for rang in range(40):
        make_fs(
            f"France services du quartier {'abcdefghijklmnopqrstuvwxyz'[rang % 26] * (3 + rang)}", **GLUCK
        )
    make_fs("France services Drouot", **GLUCK)
    make_fs("France services Drouot", **GLUCK)

    with django_assert_max_num_queries(20):
        paires = signaler()

    assert paires == [("France services Drouot", "France services Drouot")]


def test_a_pair_decided_to_be_one_counts_once_and_one_still_open_is_said(awa: Personne) -> None:
    a, b, c, d = (make_fs(f"France services {nom}") for nom in "ABCD")
    for premiere, seconde, etat in ((a, b, "meme"), (c, d, "signale")):
        Doublon.objects.create(premiere=premiere, seconde=seconde, motif="", etat=etat, signale_le=INSTANT)

    compte = compte_distinct(Service.objects.all())

    assert (compte.total, compte.distincts, compte.a_examiner) == (4, 3, 1)


def test_three_records_of_one_offer_count_once() -> None:
    a, b, c = (make_fs(f"France services {nom}") for nom in "ABC")
    for premiere, seconde in ((a, b), (b, c)):
        Doublon.objects.create(premiere=premiere, seconde=seconde, motif="", etat="meme", signale_le=INSTANT)

    assert compte_distinct(Service.objects.all()).distincts == 1


def test_two_services_of_one_structure_stay_two() -> None:
    structure = make_fs("Centre social")
    make_service(structure)

    assert compte_distinct(Service.objects.all()).distincts == 2


def test_a_pair_is_only_merged_when_both_are_counted() -> None:
    a, b = (make_fs(f"France services {nom}") for nom in "AB")
    Doublon.objects.create(premiere=a, seconde=b, motif="", etat="meme", signale_le=INSTANT)

    assert compte_distinct(Service.objects.filter(structure_ref=b)).distincts == 1


def test_a_decision_is_in_the_history_of_both_and_may_change(awa: Personne) -> None:
    a, b = make_fs("France services A"), make_fs("France services B")
    doublon = Doublon.objects.create(premiere=a, seconde=b, motif="", signale_le=INSTANT)

    examine = examiner(doublon, etat="meme", par=awa, le=INSTANT)
    examiner(examine, etat="distincts", par=awa, le=INSTANT)

    assert (examine.par, examine.examine_le) == (awa, INSTANT)
    assert [acte.contenu.champs["etat"] for acte in histoire(b)] == [
        ["meme", "distincts"],
        ["signale", "meme"],
    ]
    assert list(doublons_de(a)) == []
    with pytest.raises(RegleMetier):
        examiner(doublon, etat="autre", par=awa, le=INSTANT)


def test_numbers_are_unique_even_when_the_commune_is_unknown() -> None:
    make_commune()
    make_fs("France services A", **GLUCK)

    assert signaler_doublons([], le=INSTANT) == 0
    assert signaler() == []


def test_a_record_typed_by_hand_is_compared_with_those_of_the_sources(awa: Personne) -> None:
    mulhouse = make_commune("68224", "Mulhouse", codes_postaux=("68100",))
    deja = make_structure(
        "France services Drouot",
        commune_officielle=mulhouse,
        telephone="03 39 72 02 10",
        adresse="67 rue de Sausheim",
    )
    make_service(deja)

    saisie = ajouter_structure(
        famille="france-services",
        nom="Espace France services du Drouot",
        commune=mulhouse,
        ouvert_le=date(2026, 1, 5),
        champs={"telephone": "03 39 72 02 10", "adresse": "67 rue de Sausheim"},
        par=awa,
        le=INSTANT,
    )

    doublon = Doublon.objects.get()
    assert (doublon.premiere, doublon.seconde) == (deja, saisie)
