"""A limit holds for the whole instance: another process, or a restart, does not give ten more attempts."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne


@pytest.fixture
def cache_partage(settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "comptes_compteurs",
        }
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("cache_partage")
def test_wrong_passwords_are_counted_together_by_all_processes(client: Client, awa: Personne) -> None:
    saisie = {"login": awa.email, "password": "faux"}
    for _ in range(10):
        assert client.post(reverse("account_login"), saisie).status_code == 200

    # What a process that starts has in memory: nothing.
    del caches["default"]
    trop = Client().post(reverse("account_login"), saisie)

    assert trop.status_code == 429
