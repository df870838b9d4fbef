"""The table of rights covers every address, nothing more, and is what the site really does."""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from maillage.comptes.droits import COMPTE, DROITS, TOUS
from maillage.comptes.models import Role
from maillage.territoire.models import Territoire
from tests.conftest import connecter
from tests.make import make_personne

METHODES = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


def parcourir(
    motifs: list[URLPattern | URLResolver], espace: str = "", prefixe: str = "/"
) -> Iterator[tuple[str, URLPattern, str]]:
    """(route name, pattern, an address that reaches it) for every pattern of the URLconf."""
    for motif in motifs:
        if isinstance(motif, URLResolver):
            dedans = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from parcourir(motif.url_patterns, dedans, prefixe + exemple(motif))
        else:
            yield f"{espace}{motif.name}", motif, prefixe + exemple(motif)


def exemple(motif: URLPattern | URLResolver) -> str:
    """A piece of address that this pattern accepts."""
    return REGEX.get(str(getattr(motif, "name", ""))) or CONVERTISSEUR.sub(
        lambda trouve: EXEMPLES[trouve[1]], str(motif.pattern)
    )


CONVERTISSEUR = re.compile(r"<(\w+):\w+>")
EXEMPLES = {
    "uuid": str(UUID(int=7)), "int": "7", "path": "x", "slug": "x", "str": "x",
    "periode": "2024-2026", "code": "3.2", "numero": "2", "indicateur": "3.2b",
}  # fmt: skip
REGEX = {"account_reset_password_from_key": "mot-de-passe/oublie/1-abc/"}
ROUTES = {nom: (motif, adresse) for nom, motif, adresse in parcourir(get_resolver().url_patterns)}
PRIVEES = sorted(nom for nom in ROUTES if nom in DROITS and TOUS not in (DROITS[nom].lire, DROITS[nom].agir))


@pytest.mark.moteur_indifferent
def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert sorted(set(ROUTES) - set(DROITS)) == []
    assert sorted(set(DROITS) - set(ROUTES)) == []


@pytest.mark.moteur_indifferent
def test_two_addresses_share_a_name_only_when_they_are_spellings_of_one_page() -> None:
    vues: dict[str, set[object]] = {}
    for nom, motif, _ in parcourir(get_resolver().url_patterns):
        vues.setdefault(nom, set()).add(motif.callback)

    assert [nom for nom, vue in vues.items() if len(vue) > 1 or nom.endswith("None")] == []


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize("nom", sorted(ROUTES))
def test_a_view_is_open_exactly_when_the_table_says_public(nom: str) -> None:
    vue = ROUTES[nom][0].callback
    ouverte = not getattr(vue, "login_required", True)

    assert ouverte == (TOUS in (DROITS[nom].lire, DROITS[nom].agir))


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize("nom", sorted(DROITS))
def test_a_route_is_wholly_public_or_wholly_private(nom: str) -> None:
    droit = DROITS[nom]

    assert droit.lire or droit.agir
    assert TOUS not in (droit.lire, droit.agir) or {droit.lire, droit.agir} <= {TOUS, frozenset()}


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PRIVEES)
def test_a_stranger_is_sent_to_the_sign_in_page(client: Client, m2a: Territoire, nom: str) -> None:
    adresse = ROUTES[nom][1]

    for methode in METHODES:
        reponse = client.generic(methode, adresse)
        assert (reponse.status_code, reponse["Location"].split("?")[0]) == (302, "/compte/connexion/"), (
            methode
        )


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PRIVEES)
def test_a_role_that_the_table_leaves_out_is_refused(m2a: Territoire, nom: str) -> None:
    adresse = ROUTES[nom][1]
    droit = DROITS[nom]

    for role in [*Role.values, None]:
        client = connecter(make_personne("Essai", role, m2a))
        for methode, permis in (("GET", droit.lire), ("HEAD", droit.lire), ("POST", droit.agir)):
            statut = client.generic(methode, adresse).status_code
            if not permis:
                assert statut == 405, (role, methode)
            elif permis != COMPTE and role not in permis:
                assert statut == 403, (role, methode)
            else:
                # The row lets her in; what the object says of her is the app's own affair.
                assert statut not in {405, 500}, (role, methode)


@pytest.mark.django_db
@pytest.mark.parametrize("nom", PRIVEES)
def test_a_method_that_nobody_has_is_405(m2a: Territoire, nom: str) -> None:
    client = connecter(make_personne("Fatou", Role.ADMINISTRATEUR))
    droit = DROITS[nom]
    ouvertes = {m for m, roles in (("GET", droit.lire), ("POST", droit.agir)) if roles}

    for methode in METHODES:
        if methode not in ouvertes:
            reponse = client.generic(methode, ROUTES[nom][1])
            assert reponse.status_code == 405, methode
            assert ouvertes <= set(reponse["Allow"].split(", ")), methode


@pytest.mark.django_db
def test_a_role_of_another_territory_opens_nothing_here(m2a: Territoire, client_denis: Client) -> None:
    for nom in PRIVEES:
        droit = DROITS[nom]
        if droit.lire and droit.lire != COMPTE:
            assert client_denis.get(ROUTES[nom][1]).status_code == 403, nom


def page_oubliee(request: object) -> None:
    raise AssertionError("an undeclared route was reached")


urlpatterns = [path("oubliee", page_oubliee, name="oubliee"), *get_resolver().url_patterns]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_undeclared_route_is_refused_even_to_the_administrator(m2a: Territoire) -> None:
    client = connecter(make_personne("Fatou", Role.ADMINISTRATEUR))

    assert client.get("/oubliee").status_code == 403
