"""The exported tables: what leaves, under which columns, and never as a formula."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.exports import selection as module_selection
from maillage.annuaire.exports.cellules import en_cellule, sans_formule
from maillage.annuaire.exports.colonnes import COLONNES
from maillage.annuaire.exports.notice import make_notice
from maillage.annuaire.exports.selection import Selection, tout
from maillage.annuaire.exports.tables import CELLULE_MAX, ecrire_csv, ecrire_geojson, ecrire_xlsx, par_blocs
from maillage.annuaire.models import Service, Structure
from tests.annuaire.exports_outils import HOSTILES, make_annuaire, make_lieu
from tests.make import make_service, make_source, make_structure

LE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
JOUR = date(2026, 11, 25)
DONNEES = Path(__file__).parent / "donnees"
pytestmark = pytest.mark.django_db


def octets(ecrire: Any, *, exemples: bool = False) -> bytes:
    selection = tout(exemples=exemples, le=JOUR)
    return b"".join(ecrire(selection, make_notice(selection, le=LE)))


def rangees_csv(**options: bool) -> list[dict[str, str]]:
    texte = octets(ecrire_csv, **options).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte, newline=""), delimiter=";"))


def classeur(**options: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(octets(ecrire_xlsx, **options)))


@pytest.mark.parametrize(("extension", "ecrire"), [("csv", ecrire_csv), ("geojson", ecrire_geojson)])
def test_the_file_is_the_golden_one(extension: str, ecrire: Any) -> None:
    make_annuaire()

    assert octets(ecrire).decode() == (DONNEES / f"export.{extension}").read_bytes().decode()


def test_a_list_shows_services_and_structures_that_have_none() -> None:
    make_annuaire()

    lignes = rangees_csv()

    assert [(ligne["genre"], ligne["id"]) for ligne in lignes] == [
        ("structure", "dora--seule"),
        ("service", "dora--service-1"),
    ]
    assert list(lignes[0]) == list(COLONNES)


def test_a_service_leaves_with_what_it_inherits() -> None:
    make_annuaire()

    service = rangees_csv()[1]

    assert (service["adresse"], service["telephone"], service["siret"]) == (
        "59 Allée Gluck",
        "03 89 45 90 02",
        "13003013300016",
    )
    assert (service["source_licence"], service["source_edition"], service["exporte_le"]) == (
        "Licence Ouverte 2.0",
        "juin",
        "2026-11-25",
    )


def test_closed_and_withdrawn_records_stay_at_home() -> None:
    structure, service, seule = make_annuaire()
    Structure.objects.filter(pk=seule.pk).update(retire_le=LE)
    Service.objects.filter(pk=service.pk).update(ferme_le=JOUR)

    assert [ligne["id"] for ligne in rangees_csv()] == [structure.id]


def test_examples_stay_at_home_unless_asked_for_and_then_say_so() -> None:
    make_annuaire()
    exemples = make_source("exemples", nom="Exemples", exemple=True)
    make_service(make_structure("Crèche inventée", source_ref=exemples, exemple=True))

    sans, avec = rangees_csv(), rangees_csv(exemples=True)

    assert {ligne["exemple"] for ligne in sans} == {"non"}
    assert "inventée" not in octets(ecrire_geojson).decode()
    assert [ligne["nom"] for ligne in avec if ligne["exemple"] == "oui"] == ["[EXEMPLE] Crèche inventée"]
    assert "Exemples" not in json.dumps(json.loads(octets(ecrire_geojson))["mentions"])
    assert "fiches inventées" in str(list(classeur(exemples=True)["Lisez-moi"].values))


def test_a_protected_address_leaves_as_its_commune_and_nothing_more() -> None:
    structure, service, _ = make_annuaire()
    Structure.objects.filter(pk=structure.pk).update(
        confidentiel=True, complement_adresse="au fond de la cour"
    )
    make_lieu(
        service,
        principal=False,
        nom="Foyer caché",
        adresse="7 rue Cachée",
        commune="Rixheim",
        confidentiel=True,
    )

    fichiers = [octets(ecrire).decode() for ecrire in (ecrire_csv, ecrire_geojson)]
    ligne = next(ligne for ligne in rangees_csv() if ligne["id"] == service.id)
    cellules = {str(c.value) for rangee in classeur()["Annuaire"] for c in rangee}

    for secret in ("Allée", "68200", "au fond", "Cachée", "caché", "7.34"):
        assert [secret for fichier in fichiers if secret in fichier] == []
    assert (ligne["commune"], ligne["adresse_protegee"], ligne["latitude"], ligne["code_postal"]) == (
        "Mulhouse", "oui", "", "",
    )  # fmt: skip
    assert ligne["autres_lieux"] == "Rixheim"
    assert service.id not in fichiers[1]
    assert not cellules & {"59 Allée Gluck", "68200", "au fond de la cour", "7 rue Cachée"}


def test_the_map_holds_only_records_that_have_a_point() -> None:
    _, service, seule = make_annuaire()
    Structure.objects.filter(pk=seule.pk).update(latitude=None, longitude=None)

    carte = json.loads(octets(ecrire_geojson))

    assert [(e["id"], e["geometry"]) for e in carte["features"]] == [
        (service.id, {"type": "Point", "coordinates": [7.34, 47.75]})
    ]
    assert carte["mentions"]["sources"][0]["licence"] == "Licence Ouverte 2.0"
    assert "latitude" not in carte["features"][0]["properties"]


def test_an_empty_directory_gives_empty_files_that_open() -> None:
    assert rangees_csv() == []
    assert json.loads(octets(ecrire_geojson))["features"] == []
    assert [feuille.title for feuille in classeur()] == ["Annuaire", "Lisez-moi"]


def test_ages_prices_and_places_leave_as_numbers_a_nought_among_them() -> None:
    _, service, _ = make_annuaire()
    Service.objects.filter(pk=service.pk).update(
        age_min_mois=0, age_max_mois=36, tarif="fourchette", tarif_min_centimes=0, tarif_max_centimes=1250,
        tarif_unite="heure", tarif_le=JOUR, places_total=20, papiers=["carnet de santé", "justificatif"],
    )  # fmt: skip

    seule, ligne = rangees_csv()

    assert {nom: ligne[nom] for nom in ("age_min_mois", "age_max_mois", "tarif_min_euros", "tarif_max_euros")} == {
        "age_min_mois": "0", "age_max_mois": "36", "tarif_min_euros": "0.0", "tarif_max_euros": "12.5",
    }  # fmt: skip
    assert (ligne["papiers"], ligne["places_disponibles"]) == ("carnet de santé | justificatif", "")
    assert (seule["age_min_mois"], seule["tarif_min_euros"]) == ("", "")


@pytest.mark.parametrize("nom", HOSTILES)
def test_no_text_becomes_a_formula(nom: str) -> None:
    structure, service, _ = make_annuaire()
    Service.objects.filter(pk=service.pk).update(nom=nom, description=nom)
    Structure.objects.filter(pk=structure.pk).update(telephone=nom[:60])

    ligne = next(ligne for ligne in rangees_csv() if ligne["id"] == service.id)
    feuille = classeur()["Annuaire"]
    trouvees = [c for c in feuille["C"] if c.value not in ("Nom", "Association seule")]

    assert ligne["nom"].removeprefix("'") == nom
    assert ligne["nom"].startswith("'") == (nom[0] != "C" and "RTL" not in nom)
    assert [(c.data_type, c.value.replace("_x000D_", "\r")) for c in trouvees] == [("s", nom)]
    assert [c.coordinate for rangee in feuille for c in rangee if c.data_type == "f" or c.hyperlink] == []


@pytest.mark.moteur_indifferent
@given(st.text(max_size=20), st.sampled_from("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
def test_a_text_that_could_be_computed_always_bears_an_apostrophe(suite: str, debut: str) -> None:
    assert sans_formule(debut + suite) == f"'{debut}{suite}"
    assert sans_formule(f"a{debut}{suite}") == f"a{debut}{suite}"


@pytest.mark.moteur_indifferent
def test_numbers_stay_numbers_and_what_is_no_number_is_unknown() -> None:
    assert [sans_formule(en_cellule(valeur)) for valeur in (-5, -0.5, True, None, "")] == [
        -5,
        -0.5,
        "oui",
        None,
        "",
    ]
    assert [en_cellule(valeur) for valeur in (float("nan"), float("inf"))] == [None, None]
    assert en_cellule(["a", "b"]) == "a | b"


def test_coordinates_are_numbers_in_the_workbook() -> None:
    make_annuaire()
    Structure.objects.update(longitude=-1.5)

    feuille = classeur()["Annuaire"]
    colonne = [c.value for c in feuille[1]].index(COLONNES["longitude"])

    assert {rangee[colonne].value for rangee in feuille.iter_rows(min_row=2)} == {-1.5}
    assert {rangee[colonne].data_type for rangee in feuille.iter_rows(min_row=2)} == {"n"}


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark_and_whole_in_the_text_file() -> None:
    _, service, _ = make_annuaire()
    long = "é" * 40_000
    Service.objects.filter(pk=service.pk).update(description=long)

    valeurs = [str(c.value) for rangee in classeur()["Annuaire"] for c in rangee if c.value]

    assert max(map(len, valeurs)) == CELLULE_MAX
    assert any(valeur.endswith("(suite dans l’export CSV)") for valeur in valeurs)
    assert long in {ligne["description"] for ligne in rangees_csv()}


def test_the_workbook_says_its_sources_and_what_its_columns_are() -> None:
    make_annuaire()

    lisez_moi = [tuple(c for c in rangee if c) for rangee in classeur()["Lisez-moi"].values]

    assert ("Dora", "GIP", "Licence Ouverte 2.0", "juin", "2024-06-01") in lisez_moi
    assert ("Exporté le", "2026-11-25") in lisez_moi
    assert ("Horaires, tels que la source les donne", "horaires_accueil") in lisez_moi


def test_a_source_that_tells_no_licence_is_said_to_tell_none() -> None:
    make_annuaire()
    make_structure("Sans licence", source_ref=make_source("muette", nom="Muette"))

    assert {ligne["source_licence"] for ligne in rangees_csv()} == {
        "Licence Ouverte 2.0",
        "licence non dite par la source",
    }


def test_a_directory_of_many_batches_leaves_whole_and_each_record_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module_selection, "LOT", 3)
    make_annuaire()
    numeros = [make_service(make_structure(f"Structure {n}")).id for n in range(10)]

    ids = [ligne["id"] for ligne in rangees_csv()]

    assert sorted(ids) == sorted(["dora--seule", "dora--service-1", *numeros])


def test_queries_do_not_grow_with_the_records(django_assert_num_queries: Any) -> None:
    make_annuaire()
    selection = tout(exemples=False, le=JOUR)
    notice = make_notice(selection, le=LE)
    with django_assert_num_queries(3):
        list(ecrire_csv(selection, notice))
    for n in range(20):
        make_lieu(make_service(make_structure(f"Structure {n}")))

    with django_assert_num_queries(3):
        list(ecrire_csv(selection, notice))


@pytest.mark.moteur_indifferent
def test_a_thousand_times_more_records_take_no_more_memory() -> None:
    def morceaux(combien: int) -> Iterator[bytes]:
        return (b"x" * 1_000 for _ in range(combien))

    pics = []
    for combien in (100, 100_000):
        tracemalloc.start()
        assert sum(map(len, par_blocs(morceaux(combien)))) == combien * 1_000
        pics.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert pics[1] < pics[0] * 2


def test_the_whole_directory_counts_what_it_exports() -> None:
    make_annuaire()

    selection = tout(exemples=False, le=JOUR)

    assert isinstance(selection, Selection)
    assert selection.compte() == len(rangees_csv()) == 2
