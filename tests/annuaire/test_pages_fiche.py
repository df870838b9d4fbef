"""The page of one record: what a family reads, and what it must never read."""

import re
from datetime import date

import pytest
from django.test import Client

from maillage.annuaire.models import AncienId, Correction, Doublon, Service, Structure
from tests.make import INSTANT, make_commune, make_service, make_source, make_structure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("m2a")]
EDITION = date(2024, 8, 1)


def offre(**champs: object) -> Service:
    commune = champs.pop("commune", None) or make_commune("68376", "Wittenheim")
    source = make_source("france-services", nom="France services (ANCT)", edition_le=EDITION)
    return make_service(
        make_structure(
            "France services de Wittenheim", source_ref=source, commune_officielle=commune, **champs
        )
    )


def texte(response: object) -> str:
    brut = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(brut.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_record_says_what_it_is_where_and_who_said_it_when(client: Client):
    service = offre(
        adresse="12 rue du Bourg",
        code_postal="68270",
        telephone="03 89 00 00 01",
        courriel="accueil@exemple.fr",
        horaires_accueil="Lundi : 9h-12h",
        site_web="https://exemple.fr/",
    )

    response = client.get(f"/service/{service.id}")

    lu, brut = texte(response), response.content.decode()
    assert response.status_code == 200
    assert "12 rue du Bourg 68270 Wittenheim" in lu
    assert 'href="tel:+33389000001"' in brut
    assert 'href="mailto:accueil@exemple.fr"' in brut
    assert "Lundi : 9h-12h" in lu
    assert "D’après « France services (ANCT) », édition du 1er août 2024" in lu
    assert "Source : « France services (ANCT) », édition du 1er août 2024 (il y a" in lu
    assert "Aucune personne n’a encore vérifié cette fiche." in lu
    assert not response.cookies


def test_a_person_who_checked_later_than_the_source_has_the_word(client: Client):
    service = offre()
    Service.objects.filter(pk=service.pk).update(verifie_le=date(2026, 11, 4))

    lu = texte(client.get(f"/service/{service.id}"))

    assert "Vérifié par une personne le 4 novembre 2026" in lu


def test_a_structure_lists_its_open_services_only(client: Client):
    service = offre()
    structure = service.structure_ref
    make_service(structure, nom="Permanence retirée", retire_le=INSTANT)
    make_service(structure, nom="Permanence fermée", ferme_le=date(2026, 1, 1))

    response = client.get(f"/structure/{structure.id}")

    assert f'href="/service/{service.id}"' in response.content.decode()
    assert "Permanence" not in texte(response)


def test_a_protected_address_shows_its_commune_only(client: Client):
    service = offre(
        confidentiel=True,
        adresse="7 rue Secrète",
        complement_adresse="Code 4812",
        latitude=47.7501,
        longitude=7.3,
    )

    for adresse in (f"/service/{service.id}", f"/structure/{service.structure_ref.id}"):
        response = client.get(adresse)

        assert "Adresse protégée, à Wittenheim" in texte(response)
        assert "Secr" not in response.content.decode()
        assert "4812" not in response.content.decode()
        assert "47.75" not in response.content.decode()


def test_what_belongs_to_people_is_not_on_a_public_page(client: Client, awa):
    service = offre()
    Service.objects.filter(pk=service.pk).update(
        contact_nom_prenom="Muller Jeanne", extra={"note": "interne-42"}
    )
    Structure.objects.filter(pk=service.structure_ref_id).update(extra={"note": "interne-42"})

    brut = client.get(f"/service/{service.id}").content.decode()

    assert "Muller" not in brut
    assert "interne-42" not in brut
    assert awa.email not in brut
    assert "Corriger" not in brut


def test_a_corrected_field_is_not_said_to_come_from_the_source(client: Client, awa):
    service = offre(horaires_accueil="Mardi : 9h-12h", telephone="03 89 00 00 01")
    Correction.objects.create(
        structure=service.structure_ref,
        champ="horaires_accueil",
        valeur="Mardi : 9h-12h",
        valeur_source="Lundi",
        par=awa,
        le=INSTANT,
    )

    for adresse in (f"/service/{service.id}", f"/structure/{service.structure_ref.id}"):
        lu = texte(client.get(adresse))

        assert "Écrits par une personne le 25 novembre 2026. Appelez avant de venir." in lu
        assert "Horaires : corrigé par une personne le 25 novembre 2026." in lu
        assert "Téléphone : corrigé" not in lu
        assert "Tels que donnés par" not in lu
        assert "Awa" not in lu


def test_a_possible_duplicate_is_said_and_linked(client: Client):
    service = offre()
    autre = make_structure("Antenne de Wittenheim")
    Doublon.objects.create(
        premiere=service.structure_ref, seconde=autre, motif="même lieu", signale_le=INSTANT
    )

    response = client.get(f"/service/{service.id}")

    assert "Une autre fiche au même endroit, peut-être la même offre : Antenne de Wittenheim" in texte(
        response
    )
    assert f'href="/structure/{autre.id}"' in response.content.decode()


def test_a_closed_record_says_since_when(client: Client):
    service = offre(ferme_le=date(2026, 3, 1))

    response = client.get(f"/service/{service.id}")

    assert response.status_code == 200
    assert "Fermé" in texte(response)
    structure = client.get(f"/structure/{service.structure_ref.id}")
    assert "Fermé depuis le 1er mars 2026." in texte(structure)
    assert "tel:" not in structure.content.decode().split('aria-label="Venir')[0]


def test_a_withdrawn_record_is_gone_and_shows_the_way(client: Client):
    service = offre(telephone="03 89 00 00 01", retire_le=INSTANT, retire_motif="Doublon du bus.")
    autre = make_structure("Bus France services")
    Doublon.objects.create(
        premiere=service.structure_ref, seconde=autre, motif="même lieu", etat="meme", signale_le=INSTANT
    )

    for adresse in (f"/structure/{service.structure_ref.id}", f"/service/{service.id}"):
        response = client.get(adresse)

        assert response.status_code == 410
        lu, brut = texte(response), response.content.decode()
        assert "n’est plus dans l’annuaire" in lu
        assert "Doublon du bus." in lu
        assert f'href="/structure/{autre.id}"' in brut
        assert "/recherche?" in brut
        assert "03 89 00 00 01" not in lu


def test_an_id_that_a_record_once_bore_leads_to_it_for_good(client: Client):
    service = offre()
    AncienId.objects.create(ancien="ancienne--1", service=service)
    AncienId.objects.create(ancien="ancienne--2", structure=service.structure_ref)

    ancien_service = client.get("/service/ancienne--1")
    ancienne_structure = client.get("/structure/ancienne--2")

    assert (ancien_service.status_code, ancien_service["Location"]) == (301, f"/service/{service.id}")
    assert ancienne_structure["Location"] == f"/structure/{service.structure_ref.id}"


@pytest.mark.parametrize(
    "adresse",
    [
        "/structure/inconnue",
        "/service/inconnu",
        "/service/a/b/c",
        "/structure/..%2F..%2Fetc",
        "/service/%F0%9F%8D%BC",
        "/structure/" + "x" * 3000,
        "/structure/'%20OR%201=1",
    ],
)
def test_an_unknown_record_is_not_found(client: Client, adresse: str):
    assert client.get(adresse).status_code == 404


def test_texts_of_a_source_are_shown_as_text(client: Client):
    service = offre(
        adresse="<script>alert(1)</script>",
        horaires_accueil="{{ 7*7 }} <b>lundi</b>",
        site_web="javascript:alert(1)",
        telephone='"><img src=x>',
    )

    brut = client.get(f"/service/{service.id}").content.decode()

    assert "<script>alert" not in brut
    assert "<b>lundi" not in brut
    assert 'href="javascript' not in brut
    assert "<img" not in brut
    assert "{{ 7*7 }}" in brut


def test_a_record_costs_the_same_queries_with_one_service_or_three(client: Client, django_assert_num_queries):
    service = offre()
    structure = service.structure_ref

    with django_assert_num_queries(10):
        client.get(f"/structure/{structure.id}")
    for _ in range(2):
        make_service(structure)
    with django_assert_num_queries(10):
        client.get(f"/structure/{structure.id}")


def test_a_record_weighs_less_than_20_kb(client: Client):
    service = offre(horaires_accueil="Lundi : 9h-12h\n" * 30, description="Une phrase de présentation. " * 40)

    assert len(client.get(f"/service/{service.id}").content) < 20_000
