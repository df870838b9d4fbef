"""« Personnes et rôles »: open an account, give roles, suspend, give back; every act is in the journal."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Attribution, Personne, Role
from maillage.core.journal import histoire
from maillage.territoire.models import Territoire
from tests.conftest import connecter
from tests.make import make_personne

pytestmark = pytest.mark.django_db


@pytest.fixture
def fatou(m2a: Territoire) -> Personne:
    """Administers the instance."""
    return make_personne("Fatou", Role.ADMINISTRATEUR)


@pytest.fixture
def client_fatou(fatou: Personne) -> Client:
    return connecter(fatou)


def adresse(personne: Personne) -> str:
    return reverse("comptes:personne_modifier", args=[personne.uuid])


def roles(personne: Personne) -> set[tuple[str, str | None]]:
    return {(a.role, a.territoire.slug if a.territoire else None) for a in personne.attributions.all()}


def test_the_administrator_opens_an_account_without_password_or_mail(
    client_fatou: Client, fatou: Personne, m2a: Territoire
) -> None:
    reponse = client_fatou.post(
        reverse("comptes:personne_ajouter"),
        {
            "prenom": "Inès",
            "nom": "Roy",
            "email": " Ines@Exemple.FR ",
            "role": "pilote",
            "territoire": m2a.pk,
        },
        follow=True,
    )

    ines = Personne.objects.get(email="ines@exemple.fr")
    assert roles(ines) == {("pilote", "m2a")}
    assert not ines.has_usable_password()
    assert mail.outbox == []
    assert reverse("account_request_login_code") in reponse.text
    acte = histoire(ines).get()
    assert (acte.acte, acte.par) == ("Compte ouvert", fatou)
    assert acte.contenu.champs["rôles"] == [[], ["pilote"]]


@pytest.mark.parametrize(
    ("saisie", "message"),
    [
        ({"email": "ines@exemple.fr"}, "Choisissez le territoire de ce rôle."),
        ({"email": "ines", "territoire": "m2a"}, "Écrivez une adresse complète"),
        (
            {"email": "fatou@exemple.fr", "territoire": "m2a"},
            "Cette adresse est déjà celle d’une autre personne.",
        ),
        ({"email": "ines@exemple.fr", "territoire": "m2a", "role": "roi"}, "roi"),
    ],
)
def test_a_refused_account_keeps_what_was_typed_and_says_why(
    m2a: Territoire, saisie: dict[str, str], message: str
) -> None:
    client = connecter(make_personne("Fatou", Role.ADMINISTRATEUR, email="fatou@exemple.fr"))
    envoi = {"prenom": "Inès", "nom": "Roy", "role": "pilote"} | saisie
    if "territoire" in envoi:
        envoi["territoire"] = str(m2a.pk)

    reponse = client.post(reverse("comptes:personne_ajouter"), envoi)

    assert reponse.status_code == 200
    assert message in reponse.text
    assert 'value="Inès"' in reponse.text
    assert Personne.objects.count() == 1


def test_roles_are_given_and_taken_on_the_territory_served_only(
    client_fatou: Client, bruno: Personne, ailleurs: Territoire
) -> None:
    Attribution.objects.create(personne=bruno, role="lecteur", territoire=ailleurs, depuis="2026-01-01")

    client_fatou.post(
        adresse(bruno),
        {"prenom": "Bruno", "nom": "Essai", "email": bruno.email, "roles": ["coordinateur", "contributeur"]},
    )

    assert roles(bruno) == {("coordinateur", "m2a"), ("contributeur", "m2a"), ("lecteur", "ailleurs")}
    acte = histoire(bruno).get()
    assert acte.contenu.champs == {"rôles": [["pilote"], ["coordinateur", "contributeur"]]}


def test_saving_the_same_values_writes_no_act(client_fatou: Client, bruno: Personne) -> None:
    reponse = client_fatou.post(
        adresse(bruno),
        {"prenom": "Bruno", "nom": "Essai", "email": bruno.email, "roles": ["pilote"]},
        follow=True,
    )

    assert "Rien n’a changé." in reponse.text
    assert not histoire(bruno).exists()


def test_a_suspension_asks_first_then_the_person_is_out_at_her_next_request(
    client_fatou: Client, client_bruno: Client, bruno: Personne
) -> None:
    question = client_fatou.post(adresse(bruno), {"geste": "suspendre"})
    encore_la = client_bruno.get(reverse("portail:bureau")).status_code
    client_fatou.post(adresse(bruno), {"geste": "suspendre", "confirmer": "oui"})
    dehors = client_bruno.get(reverse("portail:bureau"))

    assert "Suspendre l’accès de Bruno Essai" in question.text
    assert encore_la == 200
    assert (dehors.status_code, dehors["Location"].split("?")[0]) == (302, reverse("account_login"))
    assert [a.acte for a in histoire(bruno)] == ["Compte suspendu"]


def test_a_suspended_person_cannot_sign_in_again_and_comes_back_when_reactivated(
    client_fatou: Client, bruno: Personne
) -> None:
    client_fatou.post(adresse(bruno), {"geste": "suspendre", "confirmer": "oui"})
    saisie = {"login": bruno.email, "password": "motdepasse-d-essai"}
    suspendu = Client()
    suspendu.post(reverse("account_login"), saisie)
    assert "_auth_user_id" not in suspendu.session

    client_fatou.post(adresse(bruno), {"geste": "reactiver"})
    client_fatou.post(adresse(bruno), {"geste": "reactiver"})
    revenu = Client()
    revenu.post(reverse("account_login"), saisie)

    assert revenu.session["_auth_user_id"] == str(bruno.pk)
    assert [a.acte for a in histoire(bruno)] == ["Compte réactivé", "Compte suspendu"]
    assert roles(bruno) == {("pilote", "m2a")}


def test_nobody_suspends_herself(client_fatou: Client, fatou: Personne) -> None:
    make_personne("Gus", Role.ADMINISTRATEUR)

    refus = client_fatou.post(adresse(fatou), {"geste": "suspendre", "confirmer": "oui"})

    assert refus.status_code == 422
    assert "Vous ne pouvez pas suspendre votre propre compte." in refus.text
    fatou.refresh_from_db()
    assert fatou.is_active


def test_the_last_administrator_keeps_the_role(client_fatou: Client, fatou: Personne) -> None:
    refus = client_fatou.post(
        adresse(fatou), {"prenom": "Fatou", "nom": "Essai", "email": fatou.email, "roles": ["lecteur"]}
    )

    assert refus.status_code == 422
    assert "C’est le dernier administrateur." in refus.text
    assert roles(fatou) == {("administrateur", None)}
    assert not histoire(fatou).exists()


def test_the_list_shows_who_may_do_what_in_the_same_number_of_queries(
    client_fatou: Client, bruno: Personne, django_assert_num_queries: object
) -> None:
    # session, account, territory by host then by name, her roles, count, people, their roles, territories
    with django_assert_num_queries(9):  # type: ignore[operator]
        page = client_fatou.get(reverse("comptes:personnes"))
    make_personne("Jo", Role.LECTEUR, bruno.attributions.get().territoire)
    make_personne("Sans", None)
    with django_assert_num_queries(9):  # type: ignore[operator]
        client_fatou.get(reverse("comptes:personnes"))

    assert "Pilote de fiche, m2A" in page.text
    assert "2 personnes" in page.text


def test_a_name_is_shown_and_never_run(client_fatou: Client, bruno: Personne) -> None:
    Personne.objects.filter(pk=bruno.pk).update(nom="<script>alert(1)</script>")

    page = client_fatou.get(adresse(bruno))

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
