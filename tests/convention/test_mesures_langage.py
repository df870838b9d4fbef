"""The language of indicators: what it accepts, what it refuses and where, what it says in French."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.convention.mesures import langage
from maillage.convention.mesures.phrase import phrase
from maillage.core.erreurs import RegleMetier

pytestmark = pytest.mark.moteur_indifferent
FUZZ = settings(
    max_examples=int(os.environ.get("MAILLAGE_FUZZ", "300")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SANS = {"schema": 1, "mesure": {"compter": {"communes": {"sans": {"famille": "france-services"}}}}}
PART = {
    "schema": 1,
    "mesure": {
        "part": {
            "numerateur": {"population_au_dela": {"famille": "france-services", "km": 5, "tampon_km": 50}},
            "denominateur": {"population": {}},
        }
    },
}


def definition(mesure: object, schema: object = 1) -> dict[str, object]:
    return {"schema": schema, "mesure": mesure}


def test_the_two_shipped_definitions_are_read() -> None:
    assert langage.lire(SANS) == langage.CompterCommunes(langage.Sans("france-services"))
    assert langage.lire(PART) == langage.Part(
        langage.PopulationAuDela("france-services", 5.0, 50.0), langage.Population()
    )


def test_the_sentence_says_what_is_counted_and_how_far() -> None:
    assert phrase(SANS) == (
        "On compte le nombre de communes du territoire sans aucun lieu « France services »."
        " Une fiche compte si elle est réelle et ouverte à la date demandée."
    )
    assert phrase(PART) == (
        "On divise le nombre d’habitants des communes dont le centre est à plus de 5\u00a0km du lieu"
        " « France services » le plus proche par le nombre d’habitants du territoire, et on multiplie par cent."
        " La distance va du centre de la commune au lieu, à vol d’oiseau."
        " Un lieu hors du territoire compte aussi, jusqu’à 50\u00a0km de ses communes."
        " Une fiche compte si elle est réelle et ouverte à la date demandée."
    )


@pytest.mark.parametrize(
    ("mesure", "dit"),
    [
        (
            {"compter": {"fiches": {"famille": "mairie"}}},
            "On compte le nombre de fiches du territoire qui sont un lieu « Mairie ».",
        ),
        (
            {"compter": {"communes": {"avec": {"famille": "mairie"}}}},
            "On compte le nombre de communes du territoire avec au moins un lieu « Mairie ».",
        ),
        (
            {"compter": {"communes": {"au_dela": {"famille": "mairie", "km": 2.5}}}},
            "On compte le nombre de communes du territoire dont le centre est à plus de 2,5\u00a0km"
            " du lieu « Mairie » le plus proche.",
        ),
        ({"compter": {"communes": {"toutes": {}}}}, "On compte le nombre de communes du territoire."),
    ],
)
def test_every_verb_has_its_sentence(mesure: object, dit: str) -> None:
    assert phrase(definition(mesure)).startswith(dit)


@pytest.mark.parametrize(
    ("arbre", "chemin"),
    [
        (None, "« definition »"),
        ([], "« definition »"),
        ({"schema": 1}, "il manque « mesure »"),
        (definition({"population": {}}, schema=2), "« definition.schema »"),
        (definition({"population": {}}, schema=True), "« definition.schema »"),
        (definition({"population": {}}, schema="1"), "« definition.schema »"),
        (SANS | {"titre": "x"}, "« definition.titre »"),
        (definition({}), "« definition.mesure »"),
        (definition({"population": {}, "compter": {}}), "« definition.mesure »"),
        (definition({"supprimer": {}}), "le verbe « supprimer » n’est pas connu"),
        (definition({"population": {"age": 3}}), "« definition.mesure.population.age »"),
        (definition({"compter": {"communes": {}}}), "« definition.mesure.compter.communes »"),
        (
            definition({"compter": {"communes": {"sans": {"famille": "pizzerias"}}}}),
            "« definition.mesure.compter.communes.sans.famille »",
        ),
        (
            definition({"compter": {"fiches": {"famille": ["mairie"]}}}),
            "« definition.mesure.compter.fiches.famille »",
        ),
        (
            definition({"population_au_dela": {"famille": "mairie", "km": True}}),
            "« definition.mesure.population_au_dela.km »",
        ),
        (
            definition({"population_au_dela": {"famille": "mairie", "km": float("nan")}}),
            "« definition.mesure.population_au_dela.km »",
        ),
        (
            definition({"population_au_dela": {"famille": "mairie", "km": 0}}),
            "« definition.mesure.population_au_dela.km »",
        ),
        (
            definition({"population_au_dela": {"famille": "mairie", "km": 10, "tampon_km": 5}}),
            "« definition.mesure.population_au_dela.tampon_km »",
        ),
        (
            definition({"part": {"numerateur": PART["mesure"], "denominateur": {"population": {}}}}),
            "« definition.mesure.part.numerateur »",
        ),
        (
            definition(
                {
                    "part": {
                        "numerateur": {"compter": {"communes": {"toutes": {}}}},
                        "denominateur": {"population": {}},
                    }
                }
            ),
            "on ne divise pas des communes par des habitants",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(arbre: object, chemin: str) -> None:
    with pytest.raises(RegleMetier) as refus:
        langage.lire(arbre)

    assert chemin in str(refus.value)
    assert str(refus.value).startswith("La définition de l’indicateur n’est pas lisible.")


VERBES = [
    "compter",
    "communes",
    "fiches",
    "sans",
    "avec",
    "au_dela",
    "part",
    "population",
    "population_au_dela",
]
CLES = st.sampled_from(
    [*VERBES, "schema", "mesure", "famille", "km", "tampon_km", "numerateur", "denominateur", "toutes", "x"]
)
FEUILLES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.floats(),
    st.sampled_from(["france-services", "mairie", "", "’"]),
)
ARBRES = st.recursive(
    FEUILLES,
    lambda enfants: st.one_of(st.lists(enfants, max_size=3), st.dictionaries(CLES, enfants, max_size=3)),
    max_leaves=12,
)
FAMILLE = st.sampled_from(["france-services", "mairie"])
LOINTAIN = st.builds(lambda f, km: {"famille": f, "km": km}, FAMILLE, st.floats(0.1, 100))
DANS_LE_LANGAGE = st.one_of(
    st.just({"population": {}}),
    LOINTAIN.map(lambda x: {"population_au_dela": x}),
    FAMILLE.map(lambda f: {"compter": {"fiches": {"famille": f}}}),
    FAMILLE.map(lambda f: {"compter": {"communes": {"sans": {"famille": f}}}}),
    FAMILLE.map(lambda f: {"compter": {"communes": {"avec": {"famille": f}}}}),
    LOINTAIN.map(lambda x: {"compter": {"communes": {"au_dela": x}}}),
)


@FUZZ
@given(arbre=ARBRES)
def test_any_tree_is_read_or_refused_in_french(arbre: Any) -> None:
    for essai in (arbre, definition(arbre)):
        try:
            langage.lire(essai)
        except RegleMetier as refus:
            dit = str(refus)
        else:
            dit = f"« definition » : {phrase(essai)}"
        assert "« definition" in dit
        assert dit.endswith(".")


@FUZZ
@given(mesure=DANS_LE_LANGAGE, vers=st.one_of(st.none(), ARBRES))
def test_a_tree_of_the_language_is_read_and_one_altered_word_is_not(
    mesure: dict[str, Any], vers: Any
) -> None:
    lu = langage.lire(definition(mesure))

    assert langage.parties(lu) == (lu,)
    (verbe, suite), *_ = mesure.items()
    with pytest.raises(RegleMetier):
        langage.lire(definition({verbe + "r": suite}))
    if isinstance(vers, dict):
        with pytest.raises(RegleMetier):
            langage.lire(definition(mesure) | {"autre": vers})
