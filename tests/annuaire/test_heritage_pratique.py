"""One rule of inheritance for what a family asks, and protected addresses and contacts that never come out."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.annuaire import indexing
from maillage.annuaire.carte import decoder
from maillage.annuaire.documents import documents
from maillage.annuaire.heritage import fermetures_de, resoudre, resoudre_pratique, resoudre_structure
from maillage.annuaire.models import Contact, Fermeture, Lieu, Reconnaissance, Service, Structure
from maillage.comptes.models import Role
from maillage.core.outbox import annoncer
from tests.conftest import connecter
from tests.make import INSTANT, make_commune, make_personne, make_service, make_structure

pytestmark = pytest.mark.django_db
LE = date(2026, 11, 25)
SECRETS = ("7 rue Secrète", "Porte verte", "Villa Cachée", "68100", "47.7512", "acceslibre")


@pytest.fixture
def structure(m2a: Any) -> Structure:
    return make_structure(
        "Association d’essai",
        commune_officielle=make_commune("68224", "Mulhouse"),
        telephone="03 53 01 00 10",
    )


LANGUES = st.none() | st.lists(st.sampled_from(["fr", "tr", "ar"]), unique=True).map(
    lambda codes: [{"code": code, "note": ""} for code in codes]
)
ACCES = st.none() | st.dictionaries(
    st.sampled_from(["moteur", "visuel", "auditif", "mental"]),
    st.sampled_from(["oui", "partiel", "non"]).map(lambda etat: {"etat": etat, "note": etat}),
)
GESTION = st.none() | st.sampled_from(["directe", "deleguee"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    langues=st.tuples(LANGUES, LANGUES), acces=st.tuples(ACCES, ACCES), gestion=st.tuples(GESTION, GESTION)
)
def test_a_service_says_its_own_value_else_its_structure_s(structure: Structure, langues, acces, gestion):
    mere = Structure(pk=structure.pk, langues=langues[1], acces_handicap=acces[1], gestion=gestion[1])
    fille = Service(
        pk=-1, structure_ref=mere, langues=langues[0], acces_handicap=acces[0], gestion=gestion[0]
    )

    dit = resoudre_pratique(fille)

    attendues = langues[0] if langues[0] is not None else langues[1]
    assert dit.langues == (None if attendues is None else tuple((x["code"], x["note"]) for x in attendues))
    assert dit.gestion == (gestion[0] or gestion[1])
    assert ("gestion" in dit.herites) == (gestion[0] is None and gestion[1] is not None)
    fusion = (acces[1] or {}) | (acces[0] or {})
    assert dit.acces == {handicap: (x["etat"], x["note"]) for handicap, x in fusion.items()}


def test_explicitly_none_is_not_unknown(structure: Structure):
    Structure.objects.filter(pk=structure.pk).update(langues=[{"code": "tr", "note": ""}])
    structure.refresh_from_db()

    assert resoudre_pratique(make_service(structure, langues=[], papiers=[])).langues == ()
    assert resoudre_pratique(make_service(structure, langues=None)).langues == (("tr", ""),)
    assert resoudre_pratique(make_service(structure, papiers=[])).papiers == ()
    assert resoudre_pratique(make_service(structure)).papiers is None


def test_access_of_another_building_is_not_that_of_the_structure(structure: Structure):
    Structure.objects.filter(pk=structure.pk).update(
        acces_handicap={"moteur": {"etat": "oui", "note": ""}},
        accessibilite_lieu="https://acceslibre.beta.gouv.fr/x",
    )
    service = make_service(Structure.objects.get(pk=structure.pk))
    assert resoudre_pratique(service).acces == {"moteur": ("oui", "")}
    Lieu.objects.create(
        service=service,
        principal=True,
        commune_officielle=structure.commune_officielle,
        acces_handicap={"auditif": {"etat": "non", "note": ""}},
    )

    service = Service.objects.get(pk=service.pk)

    assert resoudre_pratique(service).acces == {"auditif": ("non", "")}
    assert resoudre(service).accessibilite_lieu is None


def test_a_service_is_closed_with_its_structure(structure: Structure):
    service = make_service(structure)
    Fermeture.objects.create(
        structure=structure, du=date(2026, 12, 24), au=date(2026, 12, 31), motif="conges"
    )
    Fermeture.objects.create(service=service, du=date(2026, 11, 25), motif="travaux")

    assert [p.motif for p in fermetures_de(service)] == ["travaux", "conges"]
    assert [p.motif for p in fermetures_de(structure)] == ["conges"]
    (document,) = documents("service", [service.n], le=LE)
    assert {p.motif for p in decoder(document.fiche).fermetures} == {"travaux", "conges"}


@pytest.mark.parametrize(
    ("le", "dit"),
    [
        (date(2026, 11, 24), ""),
        (date(2026, 11, 25), "Fermera du 25 au 31 décembre 2026 : congés."),
        (date(2026, 12, 24), "Fermera du 25 au 31 décembre 2026 : congés."),
        (date(2026, 12, 25), "Fermé du 25 au 31 décembre 2026 : congés."),
        (date(2026, 12, 31), "Fermé du 25 au 31 décembre 2026 : congés."),
        (date(2027, 1, 1), ""),
    ],
)
def test_one_card_written_once_tells_a_closure_begin_and_end_by_itself(
    structure: Structure, le: date, dit: str
):
    service = make_service(structure)
    Fermeture.objects.create(service=service, du=date(2026, 12, 25), au=date(2026, 12, 31), motif="conges")
    (document,) = documents("service", [service.n], le=date(2026, 11, 1))

    assert decoder(document.fiche).fermeture(le=le).replace("\u00a0", " ") == dit


def test_a_closure_that_is_over_leaves_the_card(structure: Structure):
    service = make_service(structure)
    Fermeture.objects.create(service=service, du=date(2026, 8, 3), au=date(2026, 8, 21), motif="conges")

    (document,) = documents("service", [service.n], le=LE)

    assert decoder(document.fiche).fermetures == ()


# --- protected addresses ---------------------------------------------------------------------------------------


def cacher(structure: Structure) -> None:
    Structure.objects.filter(pk=structure.pk).update(
        adresse="7 rue Secrète",
        complement_adresse="Porte verte",
        code_postal="68100",
        latitude=47.7512,
        longitude=7.3345,
        accessibilite_lieu="https://acceslibre.beta.gouv.fr/app/7-rue",
        acces_handicap={"moteur": {"etat": "oui", "note": "Porte verte"}},
    )


def tout_ce_qui_sort(client: Client, service: Service) -> str:
    (document,) = documents("service", [service.n], le=LE)
    flux = [
        client.get(f"/annuaire/exporter.{forme}", {"partout": "oui"})
        for forme in ("csv", "ndjson", "geojson")
    ]
    exports = b"".join(octets for reponse in flux for octets in reponse).decode()
    return document.fiche.decode() + client.get(f"/service/{service.id}").text + exports


def test_a_service_may_protect_the_address_of_its_structure(client: Client, structure: Structure):
    cacher(structure)
    service = make_service(Structure.objects.get(pk=structure.pk), "hebergement-violences", confidentiel=True)
    Lieu.objects.create(
        service=service,
        nom="Villa Cachée",
        adresse="7 rue Secrète",
        commune="Mulhouse",
        commune_officielle=structure.commune_officielle,
    )

    sorti = tout_ce_qui_sort(client, service)

    # The export tells the structure too, whose own address is public: only what belongs to the service is looked at.
    du_service = [ligne for ligne in sorti.splitlines() if structure.id not in ligne or service.id in ligne]
    assert [secret for secret in SECRETS if secret in "".join(du_service)] == []
    (document,) = documents("service", [service.n], le=LE)
    assert (document.latitude, document.longitude) == (47.75, 7.34)  # the middle of the commune
    assert "Adresse protégée, à Mulhouse" in sorti


def test_a_service_never_lifts_the_protection_of_its_structure(structure: Structure):
    cacher(structure)
    Structure.objects.filter(pk=structure.pk).update(confidentiel=True)
    service = make_service(Structure.objects.get(pk=structure.pk), confidentiel=False)

    fiche, pratique = resoudre(service), resoudre_pratique(service)

    assert (
        fiche.confidentiel,
        fiche.adresse,
        fiche.latitude,
        fiche.code_postal,
        fiche.accessibilite_lieu,
    ) == (
        True,
        None,
        None,
        None,
        None,
    )
    assert pratique.acces == {"moteur": ("oui", "")}


# --- contacts --------------------------------------------------------------------------------------------------


@pytest.fixture
def joignable(structure: Structure) -> Service:
    service = make_service(structure, "rpe")
    for porteur, champs in (("service", {"service": service}), ("structure", {"structure": structure})):
        for qui in ("public", "professionnels", "equipe"):
            Contact.objects.create(
                nom=f"Nom-{porteur}-{qui}",
                telephone=f"tel-{porteur}-{qui}",
                courriel=f"{porteur}-{qui}@exemple.org",
                precisions=f"mot-{porteur}-{qui}",
                visibilite=qui,
                **champs,
            )
    return service


def vus(texte: str) -> set[str]:
    return {
        qui
        for qui in ("public", "professionnels", "equipe")
        if any(
            f"{debut}-{porteur}-{qui}" in texte
            for debut in ("Nom", "tel", "mot")
            for porteur in ("service", "structure")
        )
        or any(f"{porteur}-{qui}@" in texte for porteur in ("service", "structure"))
    }


@pytest.mark.parametrize(
    ("role", "attendus"),
    [
        (None, {"public"}),
        (Role.LECTEUR, {"public", "professionnels"}),
        (Role.STRUCTURE, {"public", "professionnels"}),  # of another structure
        (Role.PILOTE, {"public", "professionnels", "equipe"}),
        (Role.CONTRIBUTEUR, {"public", "professionnels", "equipe"}),
        (Role.COORDINATEUR, {"public", "professionnels", "equipe"}),
    ],
)
def test_each_reads_the_contacts_meant_for_her(m2a, joignable: Service, role: str | None, attendus: set[str]):
    client = connecter(make_personne("Essai", role, m2a, email=f"{role}@exemple.fr")) if role else Client()

    assert vus(client.get(f"/service/{joignable.id}").text) == attendus
    assert vus(client.get(f"/structure/{joignable.structure_ref.id}").text) == attendus


def test_who_speaks_for_the_structure_reads_its_team_s_contacts(m2a, joignable: Service):
    gerante = make_personne("Gaëlle", Role.STRUCTURE, m2a, email="gaelle@exemple.fr")
    joignable.structure_ref.adhesions.create(personne=gerante, depuis=LE)

    assert vus(connecter(gerante).get(f"/service/{joignable.id}").text) == {
        "public",
        "professionnels",
        "equipe",
    }


def test_a_signed_in_person_without_a_role_is_the_public(m2a, joignable: Service):
    client = connecter(make_personne("Nouvelle", email="nouvelle@exemple.fr"))

    assert vus(client.get(f"/service/{joignable.id}").text) == {"public"}


def test_a_coordinator_of_another_territory_is_not_of_the_team(client_denis: Client, joignable: Service):
    assert "equipe" not in vus(client_denis.get(f"/service/{joignable.id}").text)


def test_no_contact_reaches_the_index_the_search_or_an_export(client: Client, joignable: Service, awa):
    annoncer_tout(joignable)
    indexing.reindexer(le=INSTANT)

    sorti = str(list(documents("service", [joignable.n], le=LE)))
    sorti += client.get("/recherche", {"lieu": "Mulhouse"}).text
    for forme in ("csv", "ndjson", "geojson"):
        for lecteur in (client, connecter(awa)):
            sorti += b"".join(lecteur.get(f"/annuaire/exporter.{forme}", {"partout": "oui"})).decode()

    assert "Association d’essai" in sorti
    assert vus(sorti) == set()


def annoncer_tout(service: Service) -> None:
    annoncer("service", [service.n], le=INSTANT)


def test_the_resolved_record_holds_public_contacts_only(joignable: Service):
    assert [contact.nom for contact in resoudre_pratique(joignable).contacts] == [
        "Nom-service-public",
        "Nom-structure-public",
    ]
    assert vus(str(resoudre(joignable)) + str(resoudre_structure(joignable.structure_ref))) == set()


def test_labels_of_the_structure_hold_for_its_services(structure: Structure):
    service = make_service(structure)
    Reconnaissance.objects.create(structure=structure, genre="agrement", nom="centre social")
    Reconnaissance.objects.create(service=service, genre="label", nom="Avip")

    assert [r.nom for r in resoudre_pratique(service).reconnaissances] == ["Avip", "centre social"]
    assert [r.nom for r in resoudre_pratique(structure).reconnaissances] == ["centre social"]
