"""What the legal page calls each data set."""

import tomllib

import pytest

from maillage.territoire.fichiers import DONNEES
from maillage.territoire.models import NOMS_DES_JEUX

pytestmark = pytest.mark.moteur_indifferent


def test_each_shipped_data_set_has_a_name_in_french() -> None:
    jeux = tomllib.loads((DONNEES / "editions.toml").read_text(encoding="utf-8"))

    assert jeux.keys() - NOMS_DES_JEUX.keys() == set()
