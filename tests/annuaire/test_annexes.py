"""Sites, dated closures, contacts and labels: each act is journaled, each impossible value refused in French."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.annuaire import annexes
from maillage.annuaire.models import Contact, Fermeture, Lieu, Reconnaissance, Service, Structure
from maillage.comptes.models import Personne
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire
from maillage.core.models import Changement
from tests.make import INSTANT, make_commune, make_service, make_structure

pytestmark = pytest.mark.django_db
CONGES = {"du": date(2026, 8, 3), "au": date(2026, 8, 21), "motif": "conges", "texte": ""}
MARIE = {
    "nom": "Marie Muller",
    "fonction": "direction",
    "telephone": "03 53 01 00 01",
    "courriel": "",
    "precisions": "",
    "visibilite": "equipe",
}


@pytest.fixture
def structure(m2a: Any) -> Structure:
    return make_structure("Relais", commune_officielle=make_commune("68278", "Rixheim"))


@pytest.fixture
def service(structure: Structure) -> Service:
    return make_service(structure, "rpe")


def ajouter(fiche: Any, genre: str, valeurs: dict[str, Any], par: Personne | None = None) -> Any:
    fiche.refresh_from_db()
    return annexes.ajouter(fiche, genre, valeurs=valeurs, version=fiche.version, par=par, le=INSTANT)


def test_a_closure_is_added_changed_and_taken_away_each_act_in_the_history_of_the_record(
    service: Service, awa: Personne
):
    fermeture = ajouter(service, "fermeture", CONGES, awa)
    service.refresh_from_db()
    annexes.modifier(
        fermeture,
        valeurs=CONGES | {"au": date(2026, 8, 28)},
        version=service.version,
        par=awa,
        le=INSTANT,
    )
    annexes.retirer(fermeture, par=awa, le=INSTANT)

    assert [(acte.acte, acte.par, acte.contenu.champs) for acte in histoire(service)] == [
        (
            "retirer_fermeture",
            awa,
            {"du": ["2026-08-03", None], "au": ["2026-08-28", None], "motif": ["conges", None]},
        ),
        ("modifier_fermeture", awa, {"au": ["2026-08-21", "2026-08-28"]}),
        (
            "ajouter_fermeture",
            awa,
            {"du": [None, "2026-08-03"], "au": [None, "2026-08-21"], "motif": [None, "conges"]},
        ),
    ]
    service.refresh_from_db()
    assert (service.version, Fermeture.objects.count()) == (4, 0)
    assert Changement.objects.filter(genre="service", debut=service.n).count() == 3


def test_a_closure_of_a_structure_reaches_the_cards_of_its_services(structure: Structure, service: Service):
    ajouter(structure, "fermeture", CONGES)

    assert set(Changement.objects.values_list("genre", "debut")) == {
        ("structure", structure.n),
        ("service", service.n),
    }


@pytest.mark.parametrize(
    ("genre", "valeurs", "dit"),
    [
        ("fermeture", CONGES | {"au": date(2026, 8, 2)}, "ne peut pas précéder le premier"),
        ("fermeture", CONGES | {"motif": "autre chose"}, "autre chose"),
        ("fermeture", CONGES | {"du": date(202, 8, 3), "au": None}, "Vérifiez l’année"),
        ("fermeture", CONGES | {"texte": "a" * 301}, "301"),
        ("fermeture", CONGES | {"texte": "a\x00b"}, "caractère interdit"),
        ("contact", MARIE | {"telephone": "", "courriel": ""}, "Écrivez un téléphone ou un courriel."),
        ("contact", MARIE | {"nom": "", "fonction": ""}, "Écrivez un nom ou une fonction."),
        ("contact", MARIE | {"courriel": "pas une adresse"}, "Courriel"),
        ("contact", MARIE | {"visibilite": "tous"}, "tous"),
        (
            "reconnaissance",
            {"genre": "label", "nom": "Avip", "du": date(2026, 1, 2), "au": date(2026, 1, 1)},
            "La fin ne peut pas précéder le début.",
        ),
        ("reconnaissance", {"genre": "label", "nom": ""}, "Nom"),
        ("lieu", {"nom": "Salle"}, "Dites dans quelle commune est ce lieu."),
        ("lieu", {"code_insee": "99999"}, "aucune commune"),
        ("lieu", {"code_insee": "68278", "latitude": 47.7}, "ensemble"),
        ("lieu", {"code_insee": "68278", "latitude": 7.3, "longitude": 47.7}, "inversées"),
        ("lieu", {"code_insee": "68278", "acces_handicap": {"moteur": {"etat": "bof"}}}, "répondez oui"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_french(
    service: Service, genre: str, valeurs: dict[str, Any], dit: str
):
    with pytest.raises(RegleMetier, match=dit):
        ajouter(service, genre, valeurs)

    service.refresh_from_db()
    assert service.version == 1
    assert annexes.liste(service, genre) == []
    assert not histoire(service).exists()


@pytest.mark.parametrize(
    "champs",
    [
        {"modele": Fermeture, "du": date(2026, 8, 3), "au": date(2026, 8, 2), "motif": "conges"},
        {"modele": Fermeture, "du": date(2026, 8, 3), "motif": "rien"},
        {"modele": Contact, "nom": "Marie"},
        {"modele": Contact, "telephone": "1"},
        {"modele": Contact, "nom": "Marie", "telephone": "1", "visibilite": "tous"},
        {"modele": Reconnaissance, "genre": "prix", "nom": "Avip"},
    ],
)
def test_the_database_refuses_it_too(service: Service, champs: dict[str, Any]):
    modele = champs.pop("modele")

    with pytest.raises(IntegrityError), transaction.atomic():
        modele.objects.create(service=service, **champs)


def test_an_annex_belongs_to_one_record_and_one_only(service: Service, structure: Structure):
    for porteurs in ({}, {"service": service, "structure": structure}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Fermeture.objects.create(du=date(2026, 8, 3), motif="conges", **porteurs)


def test_two_people_who_save_lose_nothing(service: Service, awa: Personne):
    ajouter(service, "fermeture", CONGES, awa)

    with pytest.raises(ConflitEdition, match="Une autre personne"):
        annexes.ajouter(service, "contact", valeurs=MARIE, version=1, par=awa, le=INSTANT)

    assert not Contact.objects.exists()


def test_the_history_tells_that_a_contact_changed_never_who_it_was(service: Service, awa: Personne):
    contact = ajouter(service, "contact", MARIE, awa)
    service.refresh_from_db()
    annexes.modifier(
        contact, valeurs=MARIE | {"nom": "Maria Muller"}, version=service.version, par=awa, le=INSTANT
    )
    annexes.retirer(contact, par=awa, le=INSTANT)

    contenus = [acte.contenu.champs for acte in histoire(service)]
    assert contenus[1] == {"nom": ["écrit", "écrit autrement"]}
    assert contenus[2]["fonction"] == [None, "direction"]
    assert "Muller" not in str(contenus)
    assert "03 53" not in str(contenus)


def test_a_new_main_site_takes_the_place_of_the_former(service: Service):
    ici = {"code_insee": "68278", "commune": "Rixheim", "principal": True}
    premier = ajouter(service, "lieu", ici | {"nom": "Salle A"})
    second = ajouter(service, "lieu", ici | {"nom": "Salle B"})

    assert list(Lieu.objects.order_by("pk").values_list("pk", "principal")) == [
        (premier.pk, False),
        (second.pk, True),
    ]
    assert second.commune_officielle.nom == "Rixheim"


def test_a_structure_has_no_site_beside_its_own_address(structure: Structure):
    with pytest.raises(RegleMetier, match="appartient à un service"):
        ajouter(structure, "lieu", {"code_insee": "68278"})
