"""The vocabulary of families: complete, for ever, in the words of the national schema and of the people."""

import re
from pathlib import Path

import data_inclusion.schema.v1 as schema
import pytest

from maillage.annuaire.familles import (
    familles,
    familles_demandees,
    familles_par_rubrique,
    libelle_famille,
    vocabulaire,
)
from maillage.annuaire.vocabulaire import FRAIS, PUBLICS
from maillage.diagnostic.sujets import NOMS

pytestmark = pytest.mark.moteur_indifferent
ICONES = Path("maillage/core/static/maillage/icons.svg")
# Slugs are for ever: records, indicators, census and addresses hold them.
CTG = {
    "eaje", "micro-creche", "mam", "assistant-maternel", "rpe", "pmi", "laep", "ludotheque", "periscolaire",
    "extrascolaire", "clas", "centre-socioculturel", "evs", "ccas", "france-services", "mairie", "point-numerique",
    "borne", "aide-alimentaire", "vestiaire", "hebergement", "fle", "ecrivain-public", "acces-au-droit",
    "mission-locale", "ulis", "prh", "violences", "sport", "culture", "bibliotheque", "seniors", "mdph",
    "planning-familial", "maison-des-adolescents", "mediation-familiale", "cidff", "espace-rencontre",
    "aide-a-domicile", "transport", "logement",
}  # fmt: skip


def mots(enum: object) -> set[str]:
    return {membre.value for membre in enum}  # type: ignore[attr-defined]


def test_the_families_that_a_convention_deals_in_are_all_there():
    assert set(familles()) >= CTG
    assert len(familles()) >= 45
    assert vocabulaire().version >= 2


def test_the_national_schema_still_has_its_69_themes():
    assert len(mots(schema.Thematique)) == 69


@pytest.mark.parametrize("slug", sorted(familles()))
def test_a_family_is_said_in_words_that_exist(slug: str):
    famille = familles()[slug]

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 40
    assert famille.thematiques
    assert set(famille.thematiques) <= mots(schema.Thematique)
    assert set(famille.publics) <= mots(schema.Public)
    assert famille.type in mots(schema.TypeService)
    assert f'<symbol id="{famille.icone}"' in ICONES.read_text(encoding="utf-8")
    assert famille.rubrique in vocabulaire().rubriques
    assert famille.sujet == "" or famille.sujet in NOMS
    assert all((famille.libelle, famille.metier, famille.simple, famille.mots))


@pytest.mark.parametrize("slug", sorted(familles()))
def test_a_family_speaks_to_families_without_jargon(slug: str):
    famille = familles()[slug]

    # Acronyms belong to the trade name, except those that people say or write themselves.
    sigles = set(re.findall(r"\b[A-Z]{3,}\b", f"{famille.libelle} {famille.simple}"))
    assert sigles <= {"PMI", "MDPH", "CCAS", "ULIS", "CIDFF", "AAH", "AEEH"}
    assert len(famille.simple.split()) <= 20
    assert "'" not in "".join((famille.libelle, famille.metier, famille.simple, famille.mots))


@pytest.mark.parametrize("slug", sorted(slug for slug, famille in familles().items() if famille.ages))
def test_usual_ages_are_in_order(slug: str):
    debut, fin = familles()[slug].ages  # type: ignore[misc]

    assert debut >= 0
    assert fin is None or debut < fin


def test_names_tell_families_apart():
    noms = [famille.libelle for famille in familles().values()]

    assert len(set(noms)) == len(noms)


def test_every_family_is_in_one_need():
    rangees = [famille.slug for _, groupe in familles_par_rubrique() for famille in groupe]

    assert sorted(rangees) == sorted(familles())


def test_what_is_about_violence_says_so_and_hides_its_address():
    assert {slug for slug, famille in familles().items() if famille.sensible} == {
        "violences",
        "hebergement-violences",
        "cidff",
        "aide-aux-victimes",
        "protection-enfance",
    }
    assert {slug for slug, famille in familles().items() if famille.protegee} == {
        "violences",
        "hebergement-violences",
    }


def test_a_search_keeps_a_family_or_those_of_a_need():
    assert familles_demandees(famille="rpe", besoin="sante") == ("rpe",)
    assert set(familles_demandees(famille="", besoin="petite-enfance")) == {
        "eaje",
        "micro-creche",
        "mam",
        "assistant-maternel",
        "garde-a-domicile",
        "rpe",
        "pmi",
    }
    assert familles_demandees(famille="", besoin="inconnu") == ()


def test_a_family_that_an_older_file_used_keeps_its_slug_as_a_name():
    assert libelle_famille("rpe") == "Relais petite enfance"
    assert libelle_famille("disparue") == "disparue"


def test_words_of_the_vocabulary_are_those_of_the_schema():
    assert set(PUBLICS) == mots(schema.Public)
    assert set(FRAIS) == mots(schema.Frais)
