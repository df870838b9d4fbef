"""What every test may ask for: four people, a territory, a signed-in client."""

import os

# Playwright's synchronous API runs an event loop in the test's thread; Django must still let the test query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from maillage.comptes.models import Personne, Role
from maillage.territoire.models import Territoire
from tests.make import make_groupement, make_personne, make_territoire


@pytest.fixture(autouse=True)
def _index_a_part(settings: Settings, tmp_path: Path) -> None:
    """No test finds the index of another."""
    settings.DOSSIER_INDEX = tmp_path / "index"


@pytest.fixture
def m2a(db: None) -> Territoire:
    return make_territoire("m2a", nom="Mulhouse Alsace Agglomération", sigle="m2A")


@pytest.fixture
def ailleurs(db: None) -> Territoire:
    return make_territoire("ailleurs", groupement=make_groupement("200000172", "CC Faucigny - Glières"))


@pytest.fixture
def awa(m2a: Territoire) -> Personne:
    """Coordinates the convention."""
    return make_personne("Awa", Role.COORDINATEUR, m2a)


@pytest.fixture
def bruno(m2a: Territoire) -> Personne:
    """Leads a fiche."""
    return make_personne("Bruno", Role.PILOTE, m2a)


@pytest.fixture
def chloe(m2a: Territoire) -> Personne:
    """Only reads."""
    return make_personne("Chloé", Role.LECTEUR, m2a, email="chloe@exemple.fr")


@pytest.fixture
def denis(ailleurs: Territoire) -> Personne:
    """Coordinates another territory."""
    return make_personne("Denis", Role.COORDINATEUR, ailleurs)


def connecter(personne: Personne) -> Client:
    client = Client()
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client_awa(awa: Personne) -> Client:
    return connecter(awa)


@pytest.fixture
def client_bruno(bruno: Personne) -> Client:
    return connecter(bruno)


@pytest.fixture
def client_chloe(chloe: Personne) -> Client:
    return connecter(chloe)


@pytest.fixture
def client_denis(denis: Personne) -> Client:
    return connecter(denis)
