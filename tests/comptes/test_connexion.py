"""Signing in and out: password, code, reset, limits; nothing tells whether an address has an account."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne, Role
from maillage.territoire.models import Territoire
from tests.conftest import connecter
from tests.make import make_personne

MOT_DE_PASSE = "motdepasse-d-essai"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sans_compteurs(db: None) -> None:
    """Rate limits are counted in the cache, which outlives a test."""
    cache.clear()


def code_recu() -> str:
    trouve = re.search(r"espace pro :\n\n(\S+)\n", str(mail.outbox[-1].body))
    assert trouve is not None
    return trouve[1]


def test_a_person_signs_in_by_password_and_lands_on_her_desk(client: Client, awa: Personne) -> None:
    reponse = client.post(
        reverse("account_login"), {"login": awa.email, "password": MOT_DE_PASSE}, follow=True
    )

    assert reponse.redirect_chain == [(reverse("portail:bureau"), 302)]
    assert "Bonjour Awa" in reponse.text


def test_she_goes_back_to_the_page_she_asked_for_but_never_to_another_site(
    client: Client, awa: Personne
) -> None:
    suite = client.post(
        reverse("account_login"), {"login": awa.email, "password": MOT_DE_PASSE, "next": "/mentions-legales"}
    )
    ailleurs = Client().post(
        reverse("account_login"),
        {"login": awa.email, "password": MOT_DE_PASSE, "next": "https://exemple.org/"},
    )

    assert suite["Location"] == "/mentions-legales"
    assert ailleurs["Location"] == reverse("portail:bureau")


@pytest.mark.parametrize("adresse", ["awa@connue.fr", "personne@inconnue.fr"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, m2a: Territoire, adresse: str
) -> None:
    make_personne("Awa", Role.COORDINATEUR, m2a, email="awa@connue.fr")

    reponse = client.post(reverse("account_login"), {"login": adresse, "password": "faux"})

    assert reponse.status_code == 200
    assert "Une réponse est à revoir" in reponse.text
    assert "Erreur\xa0: Se connecter" in reponse.text
    assert "L’adresse e-mail ou le mot de passe" in reponse.text.replace("'", "’").replace("&#x27;", "’")


def test_the_eleventh_wrong_password_for_an_address_is_429_with_a_readable_page(
    client: Client, awa: Personne
) -> None:
    for _ in range(10):
        assert (
            client.post(reverse("account_login"), {"login": awa.email, "password": "faux"}).status_code == 200
        )

    trop = client.post(
        reverse("account_login"),
        {"login": awa.email, "password": MOT_DE_PASSE},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )

    assert trop.status_code == 429
    assert trop["Retry-After"] == "600"
    assert "Trop de demandes en peu de temps" in trop.text
    assert "_auth_user_id" not in client.session


def test_a_person_signs_in_by_a_code_received_by_mail(client: Client, awa: Personne) -> None:
    demande = client.post(reverse("account_request_login_code"), {"email": awa.email}, follow=True)

    entree = client.post(reverse("account_confirm_login_code"), {"code": code_recu()})

    assert demande.redirect_chain[-1][0] == reverse("account_confirm_login_code")
    assert mail.outbox[0].subject == "Maillage : votre code de connexion"
    assert mail.outbox[0].to == [awa.email]
    assert entree["Location"] == reverse("portail:bureau")
    assert client.session["_auth_user_id"] == str(awa.pk)


def test_a_wrong_code_opens_nothing_and_three_end_the_attempt(client: Client, awa: Personne) -> None:
    client.post(reverse("account_request_login_code"), {"email": awa.email})

    reponses = [client.post(reverse("account_confirm_login_code"), {"code": "ZZZZ-ZZZZ"}) for _ in range(3)]

    assert [r.status_code for r in reponses] == [200, 200, 302]
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("account_confirm_login_code"), {"code": code_recu()}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_asking_a_code_says_the_same_for_a_stranger_whose_mail_holds_no_code(
    client: Client, awa: Personne
) -> None:
    connue = client.post(reverse("account_request_login_code"), {"email": awa.email}, follow=True)
    autre = Client().post(
        reverse("account_request_login_code"), {"email": "inconnue@exemple.fr"}, follow=True
    )

    def sans_adresse(page: str) -> str:
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|<span class="num">\w+</span>', "", page)
        return page.replace(str(awa.email), "X").replace("inconnue@exemple.fr", "X")

    assert sans_adresse(autre.text) == sans_adresse(connue.text)
    assert "Elle n’a pas de compte." in str(mail.outbox[-1].body)
    assert reverse("account_signup") in str(mail.outbox[-1].body)


def test_a_forgotten_password_is_chosen_again_once(client: Client, awa: Personne) -> None:
    client.post(reverse("account_reset_password"), {"email": awa.email})
    lien = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert lien is not None

    page = client.get(lien[1], follow=True)
    fait = client.post(
        page.redirect_chain[-1][0],
        {"password1": "un-bon-mot-de-passe-1", "password2": "un-bon-mot-de-passe-1"},
        follow=True,
    )

    assert mail.outbox[0].subject == "Maillage : choisir un autre mot de passe"
    assert "Le mot de passe est changé" in fait.text
    awa.refresh_from_db()
    assert awa.check_password("un-bon-mot-de-passe-1")
    assert "Ce lien ne marche plus" in Client().get(lien[1], follow=True).text


def test_a_short_password_is_refused_in_french(client: Client, awa: Personne) -> None:
    client.post(reverse("account_reset_password"), {"email": awa.email})
    lien = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert lien is not None
    page = client.get(lien[1], follow=True)

    refus = client.post(page.redirect_chain[-1][0], {"password1": "court", "password2": "court"})

    assert "12 caractères" in refus.text.replace("\xa0", " ")
    awa.refresh_from_db()
    assert awa.check_password(MOT_DE_PASSE)


def test_changing_the_password_ends_the_other_sessions(client_awa: Client, awa: Personne) -> None:
    ailleurs = connecter(awa)

    fait = client_awa.post(
        reverse("account_change_password"),
        {
            "oldpassword": MOT_DE_PASSE,
            "password1": "un-bon-mot-de-passe-1",
            "password2": "un-bon-mot-de-passe-1",
        },
    )

    assert fait.status_code == 302
    assert client_awa.get(reverse("portail:bureau")).status_code == 200
    assert ailleurs.get(reverse("portail:bureau")).status_code == 302


def test_a_person_without_password_may_choose_one(awa: Personne) -> None:
    awa.set_unusable_password()
    awa.save()
    client = connecter(awa)

    page = client.get(reverse("account_change_password"), follow=True)
    client.post(
        reverse("account_set_password"),
        {"password1": "un-bon-mot-de-passe-1", "password2": "un-bon-mot-de-passe-1"},
    )

    assert page.redirect_chain[-1][0] == reverse("account_set_password")
    assert "Choisir un mot de passe" in page.text
    awa.refresh_from_db()
    assert awa.check_password("un-bon-mot-de-passe-1")


def test_signing_out_asks_by_a_form_and_leaves_no_cookie_for_the_public_pages(client_awa: Client) -> None:
    question = client_awa.get(reverse("account_logout"))
    encore = client_awa.get(reverse("portail:bureau"))
    sortie = client_awa.post(reverse("account_logout"), follow=True)

    assert "Sortir de l’espace pro" in question.text
    assert encore.status_code == 200
    assert "Vous êtes sorti de l’espace pro." in sortie.text
    assert client_awa.cookies["session"].value == ""


def test_there_is_no_sign_up_and_the_page_says_who_opens_accounts(client: Client, m2a: Territoire) -> None:
    page = client.get(reverse("account_signup"))

    assert page.status_code == 200
    assert "Il n’y a pas d’inscription libre." in page.text
    assert (
        client.post(reverse("account_signup"), {"email": "a@b.fr", "password1": "x" * 20}).status_code == 405
    )
    assert not Personne.objects.exists()


def test_confirming_who_one_is_asks_the_password_again(client_awa: Client) -> None:
    page = client_awa.get(reverse("account_reauthenticate"))

    assert page.status_code == 200
    assert "Confirmer que c’est vous" in page.text


@pytest.mark.parametrize(
    "route",
    ["account_login", "account_request_login_code", "account_reset_password", "account_reset_password_done",
     "account_reset_password_from_key_done", "account_signup", "account_inactive"],
)  # fmt: skip
def test_account_pages_are_in_our_design_and_without_anything_inline(
    client: Client, m2a: Territoire, route: str
) -> None:
    page = client.get(reverse(route)).text

    assert '<header class="top">' in page
    assert "<script" not in page
    assert "style=" not in page
    assert "placeholder" not in page
    assert "Sign" not in page
