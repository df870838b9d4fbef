"""Withdraw a record entered in error and put it back; say who speaks for a structure."""

import pytest
from django.test import Client

from maillage.annuaire.models import Adhesion, Structure
from maillage.comptes.models import Personne, Role
from maillage.core.journal import histoire
from maillage.territoire.models import Territoire
from tests.conftest import connecter
from tests.make import make_personne, make_service, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure() -> Structure:
    structure = make_structure("Fiche saisie deux fois")
    make_service(structure)
    return structure


@pytest.fixture
def porte_parole(m2a: Territoire) -> Personne:
    return make_personne("Fatou", Role.STRUCTURE, m2a)


def test_a_record_entered_in_error_is_withdrawn_and_put_back(
    client_awa: Client, client: Client, structure: Structure
) -> None:
    refuse = client_awa.post(f"/structure/{structure.id}/retirer", {"motif": "Doublon de saisie."})
    assert refuse.status_code == 422
    assert client.get(f"/structure/{structure.id}").status_code == 200

    client_awa.post(f"/structure/{structure.id}/retirer", {"motif": "Doublon de saisie.", "confirme": "on"})
    retiree = client.get(f"/structure/{structure.id}")
    assert retiree.status_code == 410
    assert "Doublon de saisie." in retiree.content.decode()

    page = client_awa.get(f"/structure/{structure.id}/histoire").content.decode()
    assert "Rétablir la fiche" in page
    client_awa.post(f"/structure/{structure.id}/retablir")
    assert client.get(f"/structure/{structure.id}").status_code == 200
    assert [a.acte for a in histoire(structure)] == ["retablir", "retirer"]


def test_a_member_corrects_her_structure_and_no_other(
    client_awa: Client, structure: Structure, porte_parole: Personne
) -> None:
    autre = make_structure("Une autre")
    elle = connecter(porte_parole)
    assert elle.get(f"/structure/{structure.id}/corriger").status_code == 403

    client_awa.post(f"/structure/{structure.id}/membres", {"email": porte_parole.email})

    assert elle.get(f"/structure/{structure.id}/corriger").status_code == 200
    assert elle.get(f"/structure/{autre.id}/corriger").status_code == 403
    assert elle.get(f"/structure/{structure.id}/membres").status_code == 403

    adhesion = Adhesion.objects.get()
    client_awa.post(f"/structure/{structure.id}/membres/{adhesion.pk}/retirer")
    assert elle.get(f"/structure/{structure.id}/corriger").status_code == 403
    assert [a.acte for a in histoire(structure)] == ["Membre retiré", "Membre ajouté"]


def test_only_an_account_with_the_role_can_speak_for_a_structure(
    client_awa: Client, structure: Structure, bruno: Personne
) -> None:
    for email in (bruno.email, "personne@exemple.fr"):
        page = client_awa.post(f"/structure/{structure.id}/membres", {"email": email})

        assert page.status_code == 422
        assert "Aucun compte « Structure » n’a cette adresse" in page.content.decode().replace("\u00a0", " ")
    assert not Adhesion.objects.exists()


def test_a_member_of_another_structure_is_not_removed_through_this_one(
    client_awa: Client, structure: Structure, porte_parole: Personne
) -> None:
    autre = make_structure("Une autre")
    client_awa.post(f"/structure/{autre.id}/membres", {"email": porte_parole.email})
    adhesion = Adhesion.objects.get()

    assert client_awa.post(f"/structure/{structure.id}/membres/{adhesion.pk}/retirer").status_code == 404
    assert Adhesion.objects.exists()
