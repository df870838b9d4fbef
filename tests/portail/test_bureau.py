"""The desk shows each role what waits for it, in a number of queries that does not grow."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from maillage.annuaire.models import Doublon, Import
from maillage.comptes.models import Personne, Role
from maillage.territoire.models import Territoire
from tests.conftest import connecter
from tests.make import (
    make_convention,
    make_fiche,
    make_objectif,
    make_personne,
    make_reunion,
    make_source,
    make_structure,
)

pytestmark = pytest.mark.django_db
INSTANT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def make_import(etat: str) -> Import:
    return Import.objects.create(
        source_ref=make_source(),
        fichier="f.csv",
        chemin="f",
        empreinte="0" * 64,
        taille=1,
        etat=etat,
        cree_le=INSTANT,
    )


def make_doublon(etat: str = "signale", *, retire: bool = False) -> Doublon:
    premiere = make_structure(retire_le=INSTANT if retire else None)
    return Doublon.objects.create(
        premiere=premiere, seconde=make_structure(), motif="même adresse", etat=etat, signale_le=INSTANT
    )


def compteurs(page: str) -> dict[str, int]:
    trouves = {}
    for morceau in page.split('<span class="count">')[1:]:
        nombre, reste = morceau.split("</span><span>", 1)
        trouves[reste.split(" <small>")[0]] = int(nombre)
    return trouves


def test_the_coordinator_sees_what_waits(client_awa: Client, m2a: Territoire) -> None:
    for etat in ("prepare", "prepare", "abandonne"):
        make_import(etat)
    make_doublon()
    make_doublon("distincts")
    make_doublon(retire=True)
    fiche = make_fiche(make_convention(m2a))
    make_objectif(fiche, "1", etat="fait")
    make_objectif(fiche, "2")
    make_objectif(fiche, "3")

    page = client_awa.get(reverse("portail:bureau")).text

    assert compteurs(page) == {"imports": 2, "doublon": 1, "objectifs": 2, "écart": 0}
    assert "1 fiche, 3 objectifs. 1 a un état déclaré." in page


def test_a_reader_sees_no_door_that_would_be_closed(client_chloe: Client, m2a: Territoire) -> None:
    make_import("prepare")
    make_fiche(make_convention(m2a))

    page = client_chloe.get(reverse("portail:bureau")).text

    assert compteurs(page) == {"écart": 0}
    assert reverse("animation:reunions") in page
    assert reverse("annuaire:imports") not in page
    assert reverse("comptes:personnes") not in page


@pytest.mark.parametrize("role", Role.values)
def test_every_door_of_the_desk_opens_for_the_role_that_sees_it(m2a: Territoire, role: str) -> None:
    client = connecter(make_personne("Essai", role, m2a))
    make_fiche(make_convention(m2a))

    page = client.get(reverse("portail:bureau")).text

    for lien in {m.split('"')[0] for m in page.split('class="tile" href="')[1:]}:
        assert client.get(lien).status_code == 200, lien


def test_figures_of_another_territory_never_show(client_awa: Client, ailleurs: Territoire) -> None:
    make_objectif(make_fiche(make_convention(ailleurs)), "1")

    page = client_awa.get(reverse("portail:bureau")).text

    assert "objectif" not in compteurs(page)
    assert "Le plan 2024-2026" not in page


def test_a_person_without_role_here_is_told_so(client_denis: Client, m2a: Territoire) -> None:
    make_objectif(make_fiche(make_convention(m2a)), "1")

    page = client_denis.get(reverse("portail:bureau")).text

    assert "Votre compte n’a pas encore de rôle" in page
    assert compteurs(page) == {}
    assert "Le plan 2024-2026" not in page
    assert reverse("account_logout") in page


def test_the_next_meeting_is_the_first_that_is_not_closed(
    client_awa: Client, m2a: Territoire, awa: Personne
) -> None:
    reunion = make_reunion(m2a, titre="COPIL de clôture", le=date(2090, 1, 15))
    make_reunion(m2a, instance=reunion.instance, titre="Plus tard", le=date(2091, 1, 1))
    make_reunion(m2a, instance=reunion.instance, titre="Annulée", le=date(2089, 1, 1), etat="annulee")

    page = client_awa.get(reverse("portail:bureau")).text

    assert "COPIL de clôture" in page
    assert "15\xa0janvier\xa02090" in page
    assert "Plus tard" not in page
    assert "Annulée" not in page


def test_the_desk_costs_the_same_with_one_row_or_three(
    client_awa: Client, m2a: Territoire, django_assert_num_queries: object
) -> None:
    make_import("prepare")
    make_doublon()
    fiche = make_fiche(make_convention(m2a))
    make_objectif(fiche, "1")
    # session, account, territory by host then by name, roles, convention, fiches, objectifs twice, imports,
    # doublons, écarts, meeting
    with django_assert_num_queries(13):  # type: ignore[operator]
        client_awa.get(reverse("portail:bureau"))
    for numero in ("2", "3"):
        make_import("prepare")
        make_doublon()
        make_objectif(fiche, numero)
        make_fiche(fiche.convention, f"1.{numero}")
    with django_assert_num_queries(13):  # type: ignore[operator]
        client_awa.get(reverse("portail:bureau"))
