"""The public face of an indicator: on its fiche, on its own page at any date, as a meeting froze it."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.gel import geler
from maillage.convention.mesures.calcul import vider_memoires
from maillage.convention.mesures.page import contexte_fiche
from maillage.convention.models import Cible, Fiche, Indicateur
from maillage.territoire.models import Commune, Territoire
from tests.convention_definitions import PART_LOIN, SANS
from tests.make import (
    INSTANT,
    make_commune,
    make_convention,
    make_fiche,
    make_reunion,
    make_service,
    make_source,
    make_structure,
)

pytestmark = pytest.mark.django_db
PAGE = "/plan/2024-2026/3.2/indicateur-3.2b"
LE = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def fiche(m2a: Territoire) -> Fiche:
    """Three communes; one served since 2020, one by an example."""
    communes = [
        make_commune(f"6800{n}", f"Commune {n}", groupement=m2a.groupement, latitude=47.7 + n / 10)
        for n in range(3)
    ]
    make_source("france-services", nom="Liste", edition_le=date(2024, 8, 1), departements_complets=["68"])
    make_service(make_structure("Vraie", commune_officielle=communes[0], ouvert_le=date(2020, 1, 1)))
    make_service(
        make_structure("Fausse", commune_officielle=communes[1], ouvert_le=date(2020, 1, 1), exemple=True)
    )
    fiche = make_fiche(make_convention(m2a), "3.2")
    for code, definition, unite in (("3.2a", PART_LOIN, "% des habitants"), ("3.2b", SANS, "communes")):
        Indicateur.base.create(
            fiche=fiche,
            code=code,
            libelle=f"Indicateur {code}",
            unite=unite,
            sens="baisse",
            definition=definition,
            reference_le=date(2019, 4, 1),
        )
    return fiche


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return reponse.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_the_fiche_shows_start_today_and_no_invented_target(fiche: Fiche) -> None:
    a, b = contexte_fiche(fiche, le=LE)["indicateurs"]

    assert (b.valeur, b.detail, b.cible) == (
        "2\u00a0communes",
        "sur 3 communes",
        "Aucune cible n’a été posée.",
    )
    assert [(ligne.moment, ligne.fige, ligne.recalcule) for ligne in b.lignes] == [
        ("Avant la convention, 1er avr. 2019", "", "3"),
        ("Aujourd’hui, 25 nov. 2026", "", "2"),
    ]
    assert a.detail == "2\u202f000 sur 3\u202f000"
    assert b.sources == ("Liste, d’après l’édition du 1er\u00a0août\u00a02024, il y a 2 ans",)


def test_a_frozen_value_stands_beside_the_recalculated_one(
    fiche: Fiche, m2a: Territoire, awa: Personne
) -> None:
    gel = geler(fiche.convention, reunion=make_reunion(m2a), par=awa, le=INSTANT)
    vider_memoires()
    deux = make_structure("Deux", commune_officielle=Commune.objects.get(code="68002"), ouvert_le=LE)
    make_service(deux)

    b = contexte_fiche(fiche, le=LE)["indicateurs"][1]

    assert (b.lignes[1].fige, b.lignes[1].recalcule, b.lignes[2].recalcule) == ("2", "1", "1")
    assert b.ecart_de_gel
    assert b.graphique is not None
    assert [(p.genre, p.texte) for p in b.graphique.points] == [("depart", "3"), ("gel", "2"), ("jour", "1")]
    assert str(gel.uuid) in b.lignes[1].adresse


def test_targets_are_written_with_their_dates(fiche: Fiche) -> None:
    for le, valeur in ((date(2025, 12, 31), 2), (date(2026, 12, 31), 1)):
        Cible.base.create(
            indicateur=fiche.indicateurs.get(code="3.2b"), le=le, valeur=valeur, posee_le=INSTANT
        )

    b = contexte_fiche(fiche, le=LE)["indicateurs"][1]

    assert b.cible == (
        "Cibles : 2\u00a0communes au 31\u00a0décembre\u00a02025 ; 1\u00a0commune au 31\u00a0décembre\u00a02026."
    )
    assert b.graphique is not None
    assert b.graphique.cible_texte == "Cible : 1 (déc.\u00a026)"


def test_the_public_fiche_carries_chart_table_and_sentence(client: Client, fiche: Fiche) -> None:
    page = lire(client, "/plan/2024-2026/3.2/")

    assert '<svg class="chart"' in page
    assert "style=" not in page
    assert "On compte le nombre de communes du territoire sans aucun lieu « France services »." in page
    assert "Poser une cible" not in page


def test_the_page_lists_records_communes_and_sources(client: Client, fiche: Fiche) -> None:
    page = lire(client, PAGE)

    assert "Ce qui compte : 1 fiche<" in page
    assert "2 communes sur 3 répondent à la question." in page
    assert "D’après l’édition du 1er août 2024" in page
    assert "Fiche d’exemple" in page
    assert "3 communes sur 3 sont recensées." in page


def test_any_past_day_is_worked_out(client: Client, fiche: Fiche) -> None:
    avant, apres = lire(client, PAGE + "?le=2019-12-31"), lire(client, PAGE + "?le=2020-01-01")

    assert "<strong>3 communes</strong>, sur 3 communes, au 31 décembre 2019." in avant
    assert "Pas encore ouverte : 1er janvier 2020" in avant
    assert "<strong>2 communes</strong>, sur 3 communes, au 1er janvier 2020." in apres


@pytest.mark.parametrize("le", ["2999-01-01", "1999-12-31", "hier", "", "2024-02-30", "0001-01-01", "'--"])
def test_a_day_that_cannot_be_is_said_and_today_is_shown(client: Client, fiche: Fiche, le: str) -> None:
    reponse = client.get(PAGE, {"le": le})
    page = reponse.content.decode()

    assert reponse.status_code == 422
    assert 'id="erreurs"' in page
    assert "2\u00a0communes</strong>" in page


def test_examples_are_shown_only_on_demand_and_said_on_the_face(client: Client, fiche: Fiche) -> None:
    page = lire(client, PAGE + "?exemples=oui")

    assert "<strong>1 commune</strong>" in page
    assert "Ce chiffre compte aussi des fiches inventées. Il ne peut pas être figé." in page


def test_the_page_of_a_freeze_keeps_its_own_recipe(
    client: Client, fiche: Fiche, m2a: Territoire, awa: Personne
) -> None:
    gel = geler(fiche.convention, reunion=make_reunion(m2a), par=awa, le=INSTANT)
    vider_memoires()
    make_service(make_structure("Deux", commune_officielle=Commune.objects.get(code="68002"), ouvert_le=LE))

    page = lire(client, f"{PAGE}?gel={gel.uuid}")

    assert "Valeur figée pour Comité de pilotage du 25 novembre 2026" in page
    assert "<strong>2 communes</strong>" in page
    assert gel.empreinte in page
    assert "Deux</a>" not in page


@pytest.mark.parametrize("gel", ["00000000-0000-0000-0000-000000000000", "x", "' or 1=1"])
def test_an_unknown_freeze_is_not_found(client: Client, fiche: Fiche, gel: str) -> None:
    assert client.get(PAGE, {"gel": gel}).status_code == 404


@pytest.mark.parametrize("code", ["3.2z", "9.9a", "3.2b.", "--"])
def test_an_unknown_indicator_is_not_found(client: Client, fiche: Fiche, code: str) -> None:
    assert client.get(f"/plan/2024-2026/3.2/indicateur-{code}").status_code == 404


def test_a_number_that_cannot_be_worked_out_says_why(client: Client, fiche: Fiche) -> None:
    make_source("france-services").__class__.objects.update(departements_complets=[])
    vider_memoires()

    page = lire(client, PAGE)

    assert "Non calculable : aucune commune n’est dans une liste complète" in page
    assert "communes</strong>" not in page


def test_the_public_page_sets_no_cookie(client: Client, fiche: Fiche) -> None:
    assert not client.get(PAGE).cookies


def test_the_coordinator_is_led_to_the_target(client_awa: Client, client_bruno: Client, fiche: Fiche) -> None:
    assert f"{PAGE}/cible/" in client_awa.get(PAGE).content.decode()
    assert f"{PAGE}/cible/" not in client_bruno.get(PAGE).content.decode()


@pytest.mark.parametrize("nombre", [1, 3])
def test_a_fiche_costs_the_same_with_one_and_three_freezes(
    fiche: Fiche, m2a: Territoire, awa: Personne, nombre: int
) -> None:
    instance = make_reunion(m2a, titre="Autre").instance
    for n in range(nombre):
        reunion = make_reunion(m2a, instance=instance, titre=f"R{n}")
        geler(fiche.convention, reunion=reunion, par=awa, le=INSTANT)
    frais = Fiche.base.select_related("convention__territoire").get()
    contexte_fiche(frais, le=timezone.localdate())

    with CaptureQueriesContext(connection) as requetes:
        contexte_fiche(frais, le=timezone.localdate())

    # Indicators and their targets 2, freezes with their meetings 3, state of the data 5.
    assert len(requetes) == 10
