"""What the shipped files say of themselves."""

import tomllib

import pytest

from maillage.territoire.fichiers import CHAMPS_EDITION, DONNEES, decrire_jeux

pytestmark = pytest.mark.moteur_indifferent

LICENCES_OUVERTES = {"Licence Ouverte", "ODbL 1.0"}


def test_every_shipped_file_is_described_with_an_open_licence() -> None:
    editions = tomllib.loads((DONNEES / "editions.toml").read_text(encoding="utf-8"))

    decrits = {champs["fichier"] for champs in editions.values()}
    presents = {f.name for f in DONNEES.iterdir() if f.suffix != ".toml"}
    assert presents == decrits
    assert {champs["licence"] for champs in editions.values()} == LICENCES_OUVERTES
    assert all(champs[champ] for champs in editions.values() for champ in CHAMPS_EDITION)


def test_every_description_fits_in_its_columns() -> None:
    for description in decrire_jeux(DONNEES).values():
        assert len(description.millesime) <= 40
        assert len(description.producteur) <= 120
        assert len(description.licence) <= 120


def test_a_vintage_is_a_year_of_the_source_or_said_to_be_missing() -> None:
    millesimes = {d.jeu: d.millesime for d in decrire_jeux(DONNEES).values()}

    assert {jeu for jeu, m in millesimes.items() if m == "non dit par la source"} == {
        "centres",
        "contours",
        "lieux-dits",
    }
    assert set(millesimes.values()) == {"2026", "non dit par la source"}
