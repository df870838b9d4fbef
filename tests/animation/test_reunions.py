"""The pages of meetings, from the preparation to a decision that answers an écart and is in the fiche's history."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.mesures.calcul import vider_memoires
from maillage.convention.models import Cible, Ecart, Fiche, Gel, Indicateur
from maillage.core.journal import histoire
from maillage.instances.models import Decision, Instance, Point, Reunion
from maillage.territoire.models import Territoire
from tests.convention_definitions import SANS
from tests.make import INSTANT, make_commune, make_convention, make_fiche, make_reunion, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def fiche(m2a: Territoire) -> Fiche:
    """Four communes, none served, where two were promised by last year."""
    for n in range(4):
        make_commune(f"6800{n}", f"Commune {n}", groupement=m2a.groupement)
    make_source("france-services", edition_le=date(2024, 8, 1), departements_complets=["68"])
    fiche = make_fiche(make_convention(m2a, fin=date(2040, 1, 1)), "3.2")
    indicateur = Indicateur.base.create(
        fiche=fiche,
        code="3.2b",
        libelle="Communes sans France services",
        unite="communes",
        sens="baisse",
        definition=SANS,
        reference_le=date(2024, 4, 1),
    )
    Cible.base.create(indicateur=indicateur, le=date(2025, 12, 31), valeur=2, posee_le=INSTANT)
    return fiche


@pytest.fixture
def reunion(m2a: Territoire, fiche: Fiche) -> Reunion:
    return make_reunion(m2a, le=timezone.localdate(), etat="en_seance")


def adresse(reunion: Reunion, suite: str = "") -> str:
    return f"/pilotage/reunions/{reunion.uuid}/{suite}"


def decision_dite(**champs: str) -> dict[str, str]:
    return {
        "texte": "Ouvrir à Habsheim",
        "nature": "validation",
        "objet": "",
        "responsable": "",
        "echeance": "",
        "etat": "adoptee",
    } | champs


def test_the_coordinator_prepares_a_meeting_and_opens_it(client_awa: Client, fiche: Fiche) -> None:
    page = client_awa.post(
        "/pilotage/reunions/nouvelle/",
        {"type_instance": "copil", "titre": "COPIL de novembre", "date_reunion": "25/11/2026", "lieu": ""},
        follow=True,
    )
    reunion = Reunion.base.get()
    assert "La réunion est prête." in page.content.decode()
    assert (reunion.titre, reunion.le, reunion.etat) == ("COPIL de novembre", date(2026, 11, 25), "preparee")

    client_awa.post(adresse(reunion, "etat/"), {"etat": "en_seance", "version": "1"})

    assert Reunion.base.get().etat == "en_seance"


@pytest.mark.parametrize("version", ["0", "", "abc", "9" * 30, "-1"])
def test_a_button_of_an_old_page_says_that_somebody_else_acted(
    client_awa: Client, reunion: Reunion, version: str
) -> None:
    reponse = client_awa.post(adresse(reunion, "etat/"), {"etat": "close", "version": version})

    assert reponse.status_code == 409
    assert Reunion.base.get().etat == "en_seance"


def test_the_whole_chain_of_a_meeting(client_awa: Client, reunion: Reunion, fiche: Fiche) -> None:
    figee = client_awa.post(adresse(reunion, "geler/"), follow=True).content.decode()
    ecart = Ecart.base.get()
    assert "Écarts vus : 1." in figee.replace("\u00a0", " ")
    assert Gel.base.get().empreinte in figee
    assert (ecart.attendu, ecart.observe, ecart.gravite) == (2, 4, "grave")

    client_awa.post(adresse(reunion, "points/"), {"ecart": f"convention.ecart:{ecart.uuid}"})
    assert Point.base.get().titre == (
        "3.2b Communes sans France services : 4\u00a0communes, on attendait 2\u00a0communes"
    )

    client_awa.post(adresse(reunion, "decider/"), decision_dite(objet=f"convention.ecart:{ecart.uuid}"))
    decision = Decision.base.get()
    assert Ecart.base.get().decision_id == decision.uuid
    acte = histoire(fiche).first()
    assert acte is not None
    assert (acte.acte, acte.decision) == ("une décision répond à l’écart", decision.uuid)

    client_awa.post(adresse(reunion, "etat/"), {"etat": "close", "version": "1"})
    close = client_awa.get(adresse(reunion)).content.decode()
    assert "La réunion est close." in close
    assert "Écrire une décision" not in close
    assert "Modifier" not in close


def test_values_are_frozen_once_by_meeting(client_awa: Client, reunion: Reunion) -> None:
    client_awa.post(adresse(reunion, "geler/"))

    encore = client_awa.post(adresse(reunion, "geler/"))

    assert encore.status_code == 422
    assert "déjà figées" in encore.content.decode()
    assert Gel.base.count() == 1


def test_a_meeting_to_come_does_not_offer_to_freeze(
    client_awa: Client, m2a: Territoire, fiche: Fiche
) -> None:
    demain = make_reunion(m2a, le=timezone.localdate() + timedelta(days=1))

    page = client_awa.get(adresse(demain)).content.decode()

    assert "Figer les valeurs" not in page
    assert client_awa.post(adresse(demain, "geler/")).status_code == 422
    assert Gel.base.count() == 0


def test_a_decision_about_a_fiche_is_in_its_history_each_time_it_is_settled(
    client_awa: Client, reunion: Reunion, fiche: Fiche
) -> None:
    client_awa.post(
        adresse(reunion, "decider/"), decision_dite(objet=f"convention.fiche:{fiche.uuid}", etat="proposee")
    )
    decision = Decision.base.get()
    modifier = f"/pilotage/decisions/{decision.uuid}/"
    client_awa.post(modifier, decision_dite(version="1", etat="proposee", texte="Réécrire la fiche"))
    client_awa.post(modifier, decision_dite(version="2", texte="Réécrire la fiche"))

    assert [(a.acte, a.decision) for a in histoire(fiche)] == [
        ("décision adoptée", decision.uuid),
        ("décision proposée", decision.uuid),
    ]
    assert Decision.base.get().texte == "Réécrire la fiche"


def test_an_answer_that_is_no_longer_adopted_lets_the_ecart_wait_again(
    client_awa: Client, reunion: Reunion
) -> None:
    client_awa.post(adresse(reunion, "geler/"))
    ecart = Ecart.base.get()
    client_awa.post(adresse(reunion, "decider/"), decision_dite(objet=f"convention.ecart:{ecart.uuid}"))

    client_awa.post(
        f"/pilotage/decisions/{Decision.base.get().uuid}/", decision_dite(version="1", etat="rejetee")
    )

    assert Ecart.base.get().decision_id is None


def test_two_people_on_one_decision_both_see_both_texts(client_awa: Client, reunion: Reunion) -> None:
    client_awa.post(adresse(reunion, "decider/"), decision_dite())
    modifier = f"/pilotage/decisions/{Decision.base.get().uuid}/"
    client_awa.post(modifier, decision_dite(version="1", texte="Texte enregistré"))

    reponse = client_awa.post(modifier, decision_dite(version="1", texte="Texte en retard"))

    assert reponse.status_code == 409
    assert "Texte enregistré" in reponse.content.decode()
    assert "Texte en retard" in reponse.content.decode()
    assert Decision.base.get().texte == "Texte enregistré"


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"texte": ""}, "Écrivez ce que la réunion a décidé."),
        ({"echeance": "demain"}, "Écrivez une date, par exemple 01/04/2024."),
        ({"objet": "convention.fiche:00000000-0000-0000-0000-000000000000"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_decision_form_says_what_to_write(
    client_awa: Client, reunion: Reunion, champs: dict[str, str], dit: str
) -> None:
    reponse = client_awa.post(adresse(reunion, "decider/"), decision_dite(**champs))

    assert reponse.status_code == 422
    assert dit in reponse.content.decode()
    assert Decision.base.count() == 0


@pytest.mark.parametrize("ecart", ["", "x", "convention.ecart:x", "convention.fiche:", "comptes.personne:1"])
def test_an_invented_object_is_not_found(client_awa: Client, reunion: Reunion, ecart: str) -> None:
    assert client_awa.post(adresse(reunion, "points/"), {"ecart": ecart}).status_code == 404
    assert Point.base.count() == 0


def test_a_worded_point_is_added_or_refused_on_the_page(
    client_awa: Client, reunion: Reunion, fiche: Fiche
) -> None:
    refuse = client_awa.post(adresse(reunion, "points/"), {"titre": "", "objet": ""})
    client_awa.post(
        adresse(reunion, "points/"), {"titre": "Bilan", "objet": f"convention.fiche:{fiche.uuid}"}
    )

    assert refuse.status_code == 422
    assert "Écrivez le titre du point." in refuse.content.decode()
    assert [(p.titre, p.objet_uuid) for p in Point.base.all()] == [("Bilan", fiche.uuid)]


PAGES = ["/pilotage/reunions/", "/pilotage/ecarts/", "{reunion}"]
ACTES: list[tuple[str, dict[str, Any]]] = [
    ("{reunion}etat/", {"etat": "close", "version": "1"}),
    ("{reunion}geler/", {}),
    ("{reunion}points/", {"titre": "Point"}),
    ("{reunion}decider/", decision_dite()),
    ("/pilotage/reunions/nouvelle/", {"type_instance": "copil", "titre": "X", "date_reunion": "2026-11-25"}),
]


@pytest.mark.parametrize("page", PAGES)
def test_who_reads_the_meetings(
    client_awa: Client,
    client_bruno: Client,
    client_chloe: Client,
    client_denis: Client,
    client: Client,
    reunion: Reunion,
    page: str,
) -> None:
    cible = page.format(reunion=adresse(reunion))

    lus = [c.get(cible).status_code for c in (client_awa, client_bruno, client_chloe, client_denis, client)]

    assert lus == [200, 200, 200, 403, 302]


@pytest.mark.parametrize(("page", "envoi"), ACTES)
def test_who_acts_in_a_meeting(
    client_bruno: Client,
    client_chloe: Client,
    client_denis: Client,
    client: Client,
    reunion: Reunion,
    page: str,
    envoi: dict[str, Any],
) -> None:
    cible = page.format(reunion=adresse(reunion))

    statuts = [c.post(cible, envoi).status_code for c in (client_bruno, client_chloe, client_denis, client)]

    assert statuts == [403, 403, 403, 302]
    assert (Reunion.base.count(), Reunion.base.get().etat) == (1, "en_seance")
    assert (Gel.base.count(), Point.base.count(), Decision.base.count()) == (0, 0, 0)


def test_readers_see_no_button(client_chloe: Client, reunion: Reunion) -> None:
    page = client_chloe.get(adresse(reunion)).content.decode()

    assert "<form" not in page
    assert "Clore la réunion" not in page


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_lists_cost_the_same_with_one_and_three_rows(
    client_awa: Client, m2a: Territoire, reunion: Reunion, awa: Personne, fiche: Fiche, nombre: int
) -> None:
    instance = Instance.base.get()
    for n in range(nombre):
        autre = make_reunion(m2a, instance=instance, titre=f"Réunion {n}")
        Point.base.create(
            reunion=reunion, ordre=n, titre="P", objet_type="convention.fiche", objet_uuid=fiche.uuid
        )
        Decision.base.create(reunion=reunion, numero=n + 1, texte="D", responsable=awa)
        gel = Gel.base.create(
            convention=fiche.convention, reunion=autre, par=awa, le=INSTANT, empreinte="0" * 64
        )
        Ecart.base.create(
            indicateur=fiche.indicateurs.get(), gel=gel, attendu=1, observe=2, gravite="net", vu_le=INSTANT
        )
    comptes = []
    for page in ("/pilotage/reunions/", "/pilotage/ecarts/", adresse(reunion)):
        client_awa.get(page)
        with CaptureQueriesContext(connection) as requetes:
            assert client_awa.get(page).status_code == 200
        comptes.append(len(requetes))

    # Session, person, territory by host then by name, roles: 5 everywhere.
    assert comptes == [7, 8, 13]
