"""Who reads, who changes, who validates; another territory's plan is not there."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne, Role
from maillage.convention.models import Convention, Document, Fiche
from maillage.convention.permissions import (
    droits_sur,
    get_convention_for,
    get_document_for,
    get_fiche_for,
    get_objectif_for,
)
from maillage.territoire.models import Territoire
from tests.make import INSTANT, make_convention, make_fiche, make_objectif, make_personne


@pytest.fixture
def fiche(m2a: Territoire) -> Fiche:
    fiche = make_fiche(make_convention(m2a))
    make_objectif(fiche)
    return fiche


def test_everybody_reads_a_plan(m2a: Territoire, fiche: Fiche, denis: Personne, chloe: Personne) -> None:
    for personne in (AnonymousUser(), chloe, denis):
        assert get_convention_for(personne, m2a, "2024-2026") == fiche.convention
        assert get_fiche_for(personne, m2a, "2024-2026", "3.2") == fiche
        assert get_objectif_for(personne, m2a, "2024-2026", "3.2", "1").fiche == fiche


def test_another_territorys_plan_is_not_there(fiche: Fiche, ailleurs: Territoire, awa: Personne) -> None:
    for acces in (
        lambda: get_convention_for(awa, ailleurs, "2024-2026"),
        lambda: get_fiche_for(awa, ailleurs, "2024-2026", "3.2"),
        lambda: get_objectif_for(awa, ailleurs, "2024-2026", "3.2", "1"),
        lambda: get_convention_for(awa, None, "2024-2026"),
    ):
        with pytest.raises(Http404):
            acces()


def test_the_coordination_changes_every_fiche_and_a_pilot_her_own(
    m2a: Territoire, fiche: Fiche, awa: Personne, bruno: Personne, chloe: Personne, denis: Personne
) -> None:
    autre = make_fiche(fiche.convention, code="3.3", pilote=bruno)

    droits = {
        (nom, f.code): (droits_sur(personne, f).modifier, droits_sur(personne, f).valider)
        for f in (fiche, autre)
        for nom, personne in (("awa", awa), ("bruno", bruno), ("chloe", chloe), ("denis", denis))
    }

    assert droits == {
        ("awa", "3.2"): (True, True),
        ("bruno", "3.2"): (False, False),
        ("chloe", "3.2"): (False, False),
        ("denis", "3.2"): (False, False),
        ("awa", "3.3"): (True, True),
        ("bruno", "3.3"): (True, False),
        ("chloe", "3.3"): (False, False),
        ("denis", "3.3"): (False, False),
    }


def test_a_pilot_who_lost_her_role_changes_nothing(m2a: Territoire, fiche: Fiche, bruno: Personne) -> None:
    Fiche.objects.du(m2a).update(pilote=bruno)
    fiche.refresh_from_db()
    bruno.attributions.all().delete()

    assert not droits_sur(bruno, fiche).modifier


def test_an_administrator_validates(m2a: Territoire, fiche: Fiche) -> None:
    assert droits_sur(make_personne("Zoé", Role.ADMINISTRATEUR), fiche).valider


def test_what_is_not_theirs_to_change_is_denied(
    m2a: Territoire, fiche: Fiche, bruno: Personne, chloe: Personne
) -> None:
    with pytest.raises(PermissionDenied):
        get_fiche_for(bruno, m2a, "2024-2026", "3.2", modifier=True)
    with pytest.raises(PermissionDenied):
        get_objectif_for(chloe, m2a, "2024-2026", "3.2", "1", modifier=True)
    with pytest.raises(PermissionDenied):
        get_fiche_for(bruno, m2a, "2024-2026", "3.2", valider=True)
    with pytest.raises(PermissionDenied):
        get_convention_for(AnonymousUser(), m2a, "2024-2026", modifier=True)


def test_a_draft_document_is_the_coordinations_and_its_territorys(
    m2a: Territoire, ailleurs: Territoire, awa: Personne, bruno: Personne, denis: Personne
) -> None:
    document = Document.base.create(
        territoire=m2a, nom="plan.txt", texte="Axe 1", empreinte="0" * 64, depose_le=INSTANT
    )

    assert get_document_for(awa, m2a, document.uuid) == document
    with pytest.raises(PermissionDenied):
        get_document_for(bruno, m2a, document.uuid)
    with pytest.raises(Http404):
        get_document_for(denis, ailleurs, document.uuid)


PAGES = {
    "fiche_modifier": (["2024-2026", "3.2"], {"awa": 200, "bruno": 403, "chloe": 403, "denis": 403}),
    "objectif_modifier": (["2024-2026", "3.2", "1"], {"awa": 200, "bruno": 403, "chloe": 403, "denis": 403}),
    "fiche_valider": (["2024-2026", "3.2"], {"awa": 200, "bruno": 403, "chloe": 403, "denis": 403}),
    "plan_importer": ([], {"awa": 200, "bruno": 403, "chloe": 403, "denis": 403}),
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_those_it_is_for(
    page: str,
    fiche: Fiche,
    client_awa: Client,
    client_bruno: Client,
    client_chloe: Client,
    client_denis: Client,
) -> None:
    arguments, attendus = PAGES[page]
    adresse = reverse(f"convention:{page}", args=arguments)
    clients = {"awa": client_awa, "bruno": client_bruno, "chloe": client_chloe, "denis": client_denis}

    obtenus = {nom: client.get(adresse).status_code for nom, client in clients.items()}

    assert obtenus == attendus
    assert Client().get(adresse).status_code in (302, 403)


def test_a_pilot_edits_her_fiche_but_not_who_leads_it(
    m2a: Territoire, fiche: Fiche, bruno: Personne, chloe: Personne, client_bruno: Client
) -> None:
    Fiche.objects.du(m2a).update(pilote=bruno)
    adresse = reverse("convention:fiche_modifier", args=["2024-2026", "3.2"])

    page = client_bruno.get(adresse).content.decode()
    client_bruno.post(adresse, {"depuis": 1, "etat": "en_cours", "pilote": chloe.pk, "moyens_mobilises": "x"})

    apres = Fiche.objects.du(m2a).get()
    assert 'name="pilote"' not in page
    assert (apres.etat, apres.moyens_mobilises, apres.pilote) == ("en_cours", "x", bruno)
    assert client_bruno.get(reverse("convention:fiche_valider", args=["2024-2026", "3.2"])).status_code == 403


def test_a_stranger_cannot_write_by_hand(
    fiche: Fiche, m2a: Territoire, client_chloe: Client, client_denis: Client
) -> None:
    adresse = reverse("convention:fiche_modifier", args=["2024-2026", "3.2"])
    for client in (client_chloe, client_denis):
        assert client.post(adresse, {"depuis": 1, "moyens_mobilises": "intrus"}).status_code == 403

    assert Fiche.objects.du(m2a).get().moyens_mobilises == ""


def test_the_plan_of_another_territory_answers_404(ailleurs: Territoire, m2a: Territoire) -> None:
    make_fiche(make_convention(ailleurs, periode="2025-2029"), code="9.9")

    assert Client().get("/plan/2025-2029/").status_code == 404
    assert Client().get("/plan/2025-2029/9.9/").status_code == 404
    assert Client().get("/plan/2025-2029/9.9/objectif-1").status_code == 404


def test_two_conventions_of_one_territory_each_keep_their_fiche(m2a: Territoire) -> None:
    ancienne: Convention = make_convention(m2a, periode="2020-2023", debut="2020-01-01", fin="2023-12-31")
    make_fiche(ancienne, titre="L’ancienne")
    make_fiche(make_convention(m2a), titre="La nouvelle")

    assert "L’ancienne" in Client().get("/plan/2020-2023/3.2/").content.decode()
    assert "La nouvelle" in Client().get("/plan/3.2").content.decode()
