"""Every refusal is a readable page in our design, with its policy, its status and what to do next."""

from typing import NoReturn

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from maillage.core.entetes import POLITIQUE
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.territoire.models import Territoire

pytestmark = pytest.mark.django_db


def casser(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def refuser(request: HttpRequest) -> HttpResponse:
    raise RegleMetier("La convention doit finir après son début. Choisissez une date plus tardive.")


def croiser(request: HttpRequest) -> HttpResponse:
    raise ConflitEdition(
        "Une autre personne a enregistré.", actuel={"texte": "le leur"}, saisi={"texte": "le mien"}
    )


def interdire(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Cette page est à l’équipe de la fiche. Demandez à Awa D.")


def formulaire(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reçu")


for vue in (casser, refuser, croiser, interdire, formulaire):
    vue.login_required = False  # type: ignore[attr-defined]

# Under names that the table of rights opens to everybody.
portail = [
    path("casser", casser, name="accueil"),
    path("refuser", refuser, name="aide"),
    path("croiser", croiser, name="donnees"),
    path("interdire", interdire, name="mentions"),
]
urlpatterns = [
    path("", include((portail, "portail"))),
    path("formulaire", formulaire, name="account_login"),
]
handler400 = "maillage.portail.erreurs.requete_refusee"
handler403 = "maillage.portail.erreurs.acces_refuse"
handler404 = "maillage.portail.erreurs.introuvable"
handler429 = "maillage.portail.erreurs.trop_de_demandes"
handler500 = "maillage.portail.erreurs.panne"


def en_panne(*requete: object) -> NoReturn:
    """What Django meets when the database is gone."""
    raise OperationalError("the database does not answer")


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("adresse", "statut", "mots"),
    [
        ("/casser", 500, "La panne vient de chez nous."),
        ("/refuser", 422, "Choisissez une date plus tardive."),
        ("/croiser", 409, "le mien"),
        ("/interdire", 403, "Demandez à Awa D."),
        ("/nulle-part", 404, "Cette page n’existe pas"),
        ("/?q=%00", 400, "Cette demande est illisible"),
        ("/?q=%ff", 400, "Cette demande est illisible"),
        ("/?q=" + "a" * 9_000, 414, "Cette adresse est trop longue"),
    ],
)
def test_a_refusal_is_a_page_of_ours(
    client: Client, m2a: Territoire, adresse: str, statut: int, mots: str
) -> None:
    reponse = client.get(adresse)

    assert reponse.status_code == statut
    assert mots in reponse.text
    assert "<title>Erreur\xa0: " in reponse.text
    assert '<header class="top">' in reponse.text
    assert reponse.text.count("<h1>") == 1
    assert reponse["Content-Security-Policy"] == POLITIQUE
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["X-Request-ID"] in reponse.text or statut in {422, 409}
    assert not reponse.cookies


def test_a_form_that_is_too_heavy_says_so(m2a: Territoire) -> None:
    reponse = Client(raise_request_exception=False).generic(
        "POST", "/compte/connexion/", "login=" + "a" * 3_000_000, "application/x-www-form-urlencoded"
    )

    assert reponse.status_code == 413
    assert "La limite est de 2 Mo." in reponse.text


def test_an_address_that_is_only_for_a_form_is_no_blank_page(client_awa: Client, m2a: Territoire) -> None:
    reponse = client_awa.get("/annuaire/correction/1/lever")

    assert reponse.status_code == 405
    assert reponse["Allow"] == "POST"
    assert "Cette page n’existe pas" in reponse.text


@pytest.mark.urls(__name__)
def test_a_form_without_its_token_explains_itself(client: Client, m2a: Territoire) -> None:
    reponse = client.post("/formulaire", {"a": "b"})

    assert reponse.status_code == 403
    assert "Le formulaire a attendu trop longtemps" in reponse.text
    assert "Revenez en arrière" in reponse.text


@pytest.mark.urls(__name__)
def test_the_page_of_a_breakdown_asks_nothing_to_the_database(client: Client) -> None:
    with connection.execute_wrapper(en_panne):
        reponse = client.get("/casser")

    assert reponse.status_code == 500
    assert "Ce qui était enregistré l’est toujours." in reponse.text
    assert reponse["X-Request-ID"] in reponse.text
    assert "broken on purpose" not in reponse.text
