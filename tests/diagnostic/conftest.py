"""A territory of three communes, and a way to say what was found there."""

from datetime import date, datetime
from typing import Any

import pytest

from maillage.annuaire.models import Service
from maillage.comptes.models import Personne
from maillage.diagnostic.models import Recensement
from maillage.diagnostic.recensement import noter_recensement
from maillage.territoire.models import Commune, Territoire
from tests.make import INSTANT, make_commune, make_service, make_structure

LE = date(2026, 11, 25)
MULHOUSE, RIXHEIM, BRUEBACH = "68224", "68278", "68055"


@pytest.fixture
def communes(m2a: Territoire) -> dict[str, Commune]:
    """Mulhouse, Rixheim, Bruebach, and one commune that is not of the territory."""
    voulues = {MULHOUSE: ("Mulhouse", 104_978), RIXHEIM: ("Rixheim", 14_380), BRUEBACH: ("Bruebach", 1_082)}
    trouvees = {
        code: make_commune(code, nom, population=habitants, groupement=m2a.groupement)
        for code, (nom, habitants) in voulues.items()
    }
    make_commune("68297", "Saint-Louis")
    return trouvees


def ouvrir(
    commune: Commune, nom: str = "France services", famille: str = "france-services", **champs: Any
) -> Service:
    return make_service(
        make_structure(nom, commune_officielle=commune, ouvert_le=date(2020, 1, 1), **champs), famille
    )


def noter(
    territoire: Territoire,
    par: Personne,
    *codes: str,
    etat: str = "recense",
    famille: str = "france-services",
    le: date = LE,
    maintenant: datetime = INSTANT,
    **champs: Any,
) -> list[Recensement]:
    return noter_recensement(
        territoire,
        [(famille, code) for code in codes],
        etat=etat,
        le=le,
        par=par,
        maintenant=maintenant,
        **champs,
    )
