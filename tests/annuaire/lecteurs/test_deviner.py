"""A first description of an unknown table, guessed from its columns; what only a person knows is left to be filled."""

import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.annuaire.import_apercu import description_devinee
from maillage.annuaire.lecteurs.correspondance import DescriptionInvalide, correspondance_de
from maillage.annuaire.lecteurs.description import decrite_de
from maillage.annuaire.lecteurs.deviner import deviner
from tests.annuaire.outils_import import make_communes

COLONNES = {"nom": "Nom", "commune": "Ville"}


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("exemples", "attendu"),
    [
        ({"Raison sociale": ["ACME"], "Ville": ["Colmar"]}, {"nom": "Raison sociale", "commune": "Ville"}),
        (
            {"LIBELLE": ["A"], "CP": ["68000"], "INSEE": ["68066"]},
            {"nom": "LIBELLE", "code_postal": "CP", "code_insee": "INSEE"},
        ),
        (
            {"nom": ["A"], "Adresse": ["1 rue B, 68100 Mulhouse"]},
            {"nom": "nom", "adresse_entiere": "Adresse"},
        ),
        ({"nom": ["A"], "Adresse": ["1 rue B"]}, {"nom": "nom", "adresse": "Adresse"}),
        (
            {"x": ["a@b.fr"], "y": ["47.7, 7.3"], "z": ["21680224900013"]},
            {"courriel": "x", "point": "y", "siret": "z"},
        ),
        (
            {"latitude": ["47.7"], "longitude": ["7.3"], "position": ["47.7, 7.3"]},
            {"latitude": "latitude", "longitude": "longitude"},
        ),
        ({"latitude": ["Nord"], "telephone": ["voir site"]}, {}),
        ({"nom": []}, {"nom": "nom"}),
        ({"nom_quartier": ["Coteaux"], "nom_jour_ferie": ["Noël"]}, {}),
        ({"Nom": ["A"], "nom": ["B"]}, {"nom": "Nom"}),
    ],
)
def test_columns_are_guessed_by_their_names_then_by_their_cells(
    exemples: dict[str, list[str]], attendu: dict[str, str]
) -> None:
    assert deviner(exemples) == attendu


def test_the_guess_is_a_description_that_can_be_read_once_completed(db: None, tmp_path: Path) -> None:
    make_communes()
    fichier = tmp_path / 'Liste "2026".csv'
    fichier.write_text(
        'Réf,Nom,CP,Ville,Notes "à part"\n1,Ludothèque,68100,Mulhouse,x\n2,Vestiaire,68440,Habsheim,y\n'
    )

    toml = description_devinee(fichier, nom=fichier.name)

    lue = tomllib.loads(toml)
    assert (lue["nom"], lue["producteur"], lue["licence"], lue["provenance"]) == ("", "", "", "")
    assert "editions" not in lue
    decrite = decrite_de(lue)
    assert (decrite.slug, decrite.cle) == ("liste-2026", ("identifiant",))
    assert decrite.tableau is not None
    assert decrite.tableau.colonnes == {
        "identifiant": ("Réf",),
        "nom": ("Nom",),
        "code_postal": ("CP",),
        "commune": ("Ville",),
    }
    assert '# notes_a_part = ["Notes \\"à part\\""]' in toml


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        ("identifiant,libelle,opening_hours\n1,COLMAR,Mo off\n", "parce qu’aucune colonne ne dit la commune"),
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"TYPE":"CA","CODE_INSEE":"68066"},'
            '"geometry":{"type":"Point","coordinates":[7.35,48.07]}}]}',
            "parce qu’aucune colonne ne donne le nom",
        ),
        ("%PDF-1.4", "commence comme un PDF"),
    ],
)
def test_a_file_without_name_or_place_is_not_importable_and_says_why(
    db: None, tmp_path: Path, contenu: str, phrase: str
) -> None:
    make_communes()
    fichier = tmp_path / "fichier.csv"
    fichier.write_text(contenu)

    with pytest.raises(CommandError) as refus:
        call_command("import_source", str(fichier), deviner=True, stdout=StringIO())

    assert refus.value.returncode == 2
    assert phrase in str(refus.value)


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("tableau", "cle", "phrase"),
    [
        ({"colonnes": {"commune": "Ville"}}, (), "Aucune colonne ne donne le nom"),
        ({"colonnes": {"nom": "Nom"}}, (), "Aucune colonne ne dit la commune"),
        ({"colonnes": COLONNES | {"couleur": "C"}}, (), "Champ inconnu"),
        ({"colonnes": COLONNES | {"frais": "F"}}, (), "sans service"),
        ({"colonnes": COLONNES, "extra": {"nom": "N"}}, (), "Nom pris deux fois"),
        ({"colonnes": COLONNES}, ("siret",), "La clé cite un champ sans colonne"),
        ({"colonnes": COLONNES, "garder": {"etat": ["OUVERT"]}}, (), "sans colonne"),
        ({"colonnes": COLONNES, "constantes": {"structure": {"nom": "X"}}}, (), "Constante refusée"),
        ({"colonnes": COLONNES, "boum": 1}, (), "Partie inconnue"),
        ({"colonnes": COLONNES | {"siret": []}}, (), "doit nommer une colonne"),
    ],
)
def test_a_description_that_could_not_be_followed_is_refused(
    tableau: dict[str, Any], cle: tuple[str, ...], phrase: str
) -> None:
    with pytest.raises(DescriptionInvalide, match=phrase):
        correspondance_de(tableau, cle=cle)
