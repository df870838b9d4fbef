"""The whole of France, for the modules that ask for it; and a France of five communes to load and reload."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from maillage.territoire.chargement import Rapport, charger_france
from maillage.territoire.models import Appellation, CodePostal, Commune, Contour, Edition, Groupement

LE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def france(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Rapport]:
    """Everything that is shipped, loaded once for the module outside its tests' transactions, then taken away."""
    with django_db_blocker.unblock():
        rapport = charger_france(le=LE)
    yield rapport
    with django_db_blocker.unblock(), connection.cursor() as curseur:
        for modele in (Contour, CodePostal, Appellation, Commune, Groupement, Edition):
            curseur.execute(f"DELETE FROM {modele._meta.db_table}")


EDITIONS = """
[groupements]
fichier = "epci.csv"
[communes]
fichier = "communes.csv"
[communes-rattachees]
fichier = "rattachees.csv"
[communes-epci]
fichier = "membres.csv"
[centres]
fichier = "centres.csv"
[codes-postaux]
fichier = "communes.csv"
[contours]
fichier = "contours.geojson"
"""
FIN = 'millesime = "2026"\nproducteur = "INSEE"\nlicence = "Licence Ouverte"\nle = 2026-03-09\nprovenance = "essai"\n'

PETITE_FRANCE = {
    "editions.toml": EDITIONS.replace('.csv"\n', f'.csv"\n{FIN}').replace('.geojson"\n', f'.geojson"\n{FIN}'),
    "epci.csv": "siren,nom,type,population_municipale\n200066009,Mulhouse Alsace Agglomération,CA,272950\n",
    "communes.csv": (
        "code_insee,nom,type,commune_parent,departement,codes_postaux,population\n"
        "68056,Brunstatt-Didenheim,commune-actuelle,,68,68350,8259\n"
        "68224,Mulhouse,commune-actuelle,,68,68100 68200,104978\n"
        "68278,Rixheim,commune-actuelle,,68,68170,14380\n"
        "75056,Paris,commune-actuelle,,75,75001 75002,2000000\n"
        "75101,Paris 1er Arrondissement,arrondissement-municipal,75056,75,75001,16000\n"
    ),
    "rattachees.csv": (
        "code_insee,nom,type,commune\n"
        "68056,Brunstatt,commune-deleguee,68056\n"
        "68070,Didenheim,commune-deleguee,68056\n"
        "68999,,ancien-code,68224\n"
    ),
    "membres.csv": "siren,code_insee\n200066009,68056\n200066009,68224\n200066009,68278\n",
    "centres.csv": "code_insee,longitude,latitude\n68056,7.31684,47.71594\n68224,7.32526,47.7489\n68278,7.41,47.75\n",
    "contours.geojson": (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "68224"}, '
        '"geometry": {"type": "Polygon", "coordinates": [[[7.3, 47.7], [7.4, 47.7], [7.4, 47.8], [7.3, 47.7]]]}}]}'
    ),
}
Dossier = Callable[..., Path]


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """Write the small France; `dossier({"communes.csv": ("14380", "14400")})` changes a text of a file in it."""

    def ecrire(*changements: tuple[str, str, str]) -> Path:
        contenus = dict(PETITE_FRANCE)
        for fichier, avant, apres in changements:
            assert avant in contenus[fichier]
            contenus[fichier] = contenus[fichier].replace(avant, apres)
        for nom, contenu in contenus.items():
            (tmp_path / nom).write_text(contenu, encoding="utf-8")
        return tmp_path

    return ecrire
