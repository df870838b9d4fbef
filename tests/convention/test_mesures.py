"""What a definition is worth on five communes, by hand; and what must hold on any data."""

import os
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.convention.mesures.donnees import Commune, Donnees, Jumelles, Releve, Site, SourceLue
from maillage.convention.mesures.evaluation import evaluer
from maillage.convention.mesures.recette import en_json, substance
from tests.convention_definitions import COMPTER, HABITANTS_LOIN, PART_LOIN, SANS, definition

pytestmark = pytest.mark.moteur_indifferent
FUZZ = settings(
    max_examples=int(os.environ.get("MAILLAGE_FUZZ", "200")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LE = date(2026, 11, 25)
# 0.1 degree of latitude is 11.12 km: the five centres stand on one meridian, one every 0.02 degree (2.224 km).
COMMUNES = tuple(
    Commune(f"6800{n}", f"Commune {n}", "68", 100 * n, 7.3, 47.70 + 0.02 * n) for n in range(1, 6)
)
SOURCE = SourceLue(
    "fs", "Liste", "août 2024", date(2024, 8, 1), frozenset({"france-services"}), frozenset({"68"})
)


def releve(cle: str, commune: int, **champs: object) -> Releve:
    site = Site(f"6800{commune}", 7.3, 47.70 + 0.02 * commune)
    defaut = Releve(
        id=cle, nom=f"Lieu {cle}", famille="france-services", source="fs", sites=(site,), commune_nom="X"
    )
    return replace(defaut, **champs)  # type: ignore[arg-type]


def donnees(*releves: Releve, **champs: object) -> Donnees:
    return replace(Donnees(communes=COMMUNES, releves=releves, sources=(SOURCE,)), **champs)  # type: ignore[arg-type]


def test_communes_without_a_record_are_counted_and_named() -> None:
    mesure = evaluer(SANS, donnees(releve("a", 1), releve("b", 1), releve("c", 4)), le=LE)

    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (3, 3, None)
    assert mesure.communes == ("68002", "68003", "68005")
    assert mesure.comptes == ("a", "b", "c")


def test_population_farther_than_the_distance_is_weighted_by_commune() -> None:
    # From commune 1: 2 is at 2.2 km, 3 at 4.4 km, 4 at 6.7 km, 5 at 8.9 km.
    mesure = evaluer(PART_LOIN, donnees(releve("a", 1)), le=LE)

    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (60.0, 900, 1500)
    assert mesure.communes == ("68004", "68005")
    assert [c.distance_km for c in mesure.recette.communes] == [0.0, 2.224, 4.448, 6.672, 8.896]


def test_a_point_outside_the_territory_serves_its_residents() -> None:
    voisin = releve("z", 5, sites=(Site("90001", 7.3, 47.81),))

    loin = evaluer(HABITANTS_LOIN, donnees(releve("a", 1), voisin), le=LE)
    sans = evaluer(SANS, donnees(releve("a", 1), voisin), le=LE)

    assert (loin.valeur, loin.comptes) == (0, ("a", "z"))
    assert (sans.valeur, sans.comptes) == (4, ("a",))


def test_a_point_beyond_the_buffer_serves_nobody() -> None:
    mesure = evaluer(HABITANTS_LOIN, donnees(releve("z", 5, sites=(Site(None, 7.3, 48.9),))), le=LE)

    assert (mesure.valeur, mesure.comptes) == (1500, ())
    assert {c.distance_km for c in mesure.recette.communes} == {None}


def test_exactly_at_the_distance_is_not_farther() -> None:
    deux = Donnees(communes=COMMUNES[:1], releves=(releve("a", 1),), sources=(SOURCE,))
    arbre = definition({"compter": {"communes": {"au_dela": {"famille": "france-services", "km": 0.001}}}})

    assert evaluer(arbre, deux, le=LE).valeur == 0


def test_a_record_left_out_never_counts_and_its_reason_is_kept() -> None:
    mesure = evaluer(
        SANS, donnees(releve("a", 1), releve("b", 2, exclu="fermée depuis le 1er mai 2025")), le=LE
    )

    assert (mesure.valeur, mesure.comptes) == (4, ("a",))
    assert [(f.id, f.raison) for f in mesure.recette.ecartees] == [("b", "fermée depuis le 1er mai 2025")]


def test_flagged_twins_are_both_counted_and_said() -> None:
    paire = (Jumelles("a", "b", "signale"),)

    mesure = evaluer(COMPTER, donnees(releve("a", 1), releve("b", 1), jumelles=paire), le=LE)

    assert mesure.valeur == 2
    assert (
        "2 fiches sont peut-être la même offre, et comptent toutes deux : « Lieu a » et « Lieu b »."
        in mesure.recette.reserves
    )


def test_one_offer_under_three_records_counts_once() -> None:
    paires = (Jumelles("a", "b", "meme"), Jumelles("b", "c", "meme"))

    mesure = evaluer(COMPTER, donnees(releve("a", 1), releve("b", 1), releve("c", 1), jumelles=paires), le=LE)

    assert (mesure.valeur, mesure.comptes) == (1, ("a",))
    assert "« Lieu a » et « Lieu b » sont la même offre : elle compte une fois." in mesure.recette.reserves


def test_a_bus_counts_where_its_source_puts_it_and_it_is_said() -> None:
    mesure = evaluer(SANS, donnees(releve("a", 1, itinerant=True, commune_nom="Commune 1")), le=LE)

    assert mesure.valeur == 4
    assert (
        "« Lieu a » se déplace : la fiche compte à Commune 1, où sa source la place."
        in mesure.recette.reserves
    )


@pytest.mark.parametrize(
    "sources",
    [
        (),
        (replace(SOURCE, departements=frozenset()),),
        (replace(SOURCE, departements=frozenset({"67"})),),
        (replace(SOURCE, familles=frozenset({"mairie"})),),
    ],
)
@pytest.mark.parametrize("arbre", [SANS, PART_LOIN, COMPTER, HABITANTS_LOIN])
def test_without_a_census_there_is_no_number(sources: tuple[SourceLue, ...], arbre: object) -> None:
    mesure = evaluer(arbre, donnees(releve("a", 1), sources=sources), le=LE)

    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (None, None, None)
    assert mesure.motif.startswith("Non calculable : aucune commune n’est dans une liste complète")


def test_one_commune_out_of_the_census_is_enough_to_refuse_the_total() -> None:
    communes = (*COMMUNES[:4], replace(COMMUNES[4], departement="90"))

    mesure = evaluer(SANS, donnees(releve("a", 1), communes=communes), le=LE)

    assert mesure.valeur is None
    assert "1 commune sur 5 n’est pas dans une liste complète" in mesure.motif
    assert mesure.recette.communes_recensees == 4


def test_an_unknown_population_is_not_zero() -> None:
    communes = (*COMMUNES[:4], replace(COMMUNES[4], population=None))

    mesure = evaluer(PART_LOIN, donnees(releve("a", 1), communes=communes), le=LE)

    assert mesure.valeur is None
    assert mesure.motif == "Non calculable : il manque la population de Commune 5."


def test_a_commune_without_a_centre_is_missing_not_far() -> None:
    communes = (replace(COMMUNES[0], longitude=None), *COMMUNES[1:])

    mesure = evaluer(HABITANTS_LOIN, donnees(releve("a", 1), communes=communes), le=LE)

    assert mesure.motif == "Non calculable : il manque le centre de Commune 1."


@pytest.mark.parametrize(
    ("le", "dit"),
    [
        (date(2024, 8, 1), []),
        (date(2024, 8, 2), ["ce qui a ouvert ou fermé depuis n’y est pas"]),
        (date(2024, 7, 31), ["fermé avant cette édition n’y figure plus"]),
    ],
)
def test_the_age_of_the_edition_is_said_on_both_sides(le: date, dit: list[str]) -> None:
    mesure = evaluer(SANS, donnees(releve("a", 1)), le=le)

    assert len(mesure.recette.reserves) == len(dit)
    assert all(morceau in mesure.recette.reserves[0] for morceau in dit)
    assert mesure.recette.sources[0].age_jours == (le - date(2024, 8, 1)).days


def test_the_age_is_counted_in_days_at_the_date_asked() -> None:
    (source,) = evaluer(SANS, donnees(releve("a", 1)), le=LE).recette.sources

    assert source.phrase == "d’après l’édition du 1er\u00a0août\u00a02024, il y a 2 ans"


def test_an_incomplete_neighbour_is_said_only_where_it_matters() -> None:
    proches = {"90": 4.0, "70": 12.0}

    loin = evaluer(PART_LOIN, donnees(releve("a", 1), voisines=proches), le=LE)
    sans = evaluer(SANS, donnees(releve("a", 1), voisines=proches), le=LE)

    assert [r for r in loin.recette.reserves if "département" in r] == [
        "Autour du territoire, aucune liste complète ne couvre le département 90 : "
        "un lieu inconnu là-bas rendrait le chiffre trop élevé."
    ]
    assert not [r for r in sans.recette.reserves if "département" in r]


def test_a_value_with_examples_says_so_on_its_face() -> None:
    mesure = evaluer(SANS, donnees(releve("a", 1, exemple=True)), le=LE, exemples=True)

    assert mesure.recette.reserves[0] == (
        "Des fiches d’exemple sont comptées : cette valeur ne peut pas être figée."
    )


def test_the_day_asked_does_not_make_another_substance_but_a_record_does() -> None:
    def faite(*releves: Releve, le: date) -> dict[str, object]:
        return substance(en_json(evaluer(SANS, donnees(*releves), le=le).recette))

    assert faite(releve("a", 1), le=LE) == faite(releve("a", 1), le=date(2026, 11, 26))
    assert faite(releve("a", 1), le=LE) != faite(releve("a", 1), releve("b", 1), le=LE)


def test_no_commune_gives_no_number() -> None:
    assert evaluer(SANS, donnees(communes=()), le=LE).motif == (
        "Non calculable : aucune commune du territoire n’est chargée."
    )


POINTS = st.lists(
    st.tuples(st.integers(1, 6), st.floats(7.0, 7.6), st.floats(47.4, 48.2), st.booleans()), max_size=12
)


def _releves(points: list[tuple[int, float, float, bool]]) -> tuple[Releve, ...]:
    return tuple(
        releve(f"r{n:02}", 1, sites=(Site(f"6800{c}", x, y),), exclu="fermée" if ferme else "")
        for n, (c, x, y, ferme) in enumerate(points)
    )


@FUZZ
@given(points=POINTS, km=st.floats(0.5, 40), de_plus=st.tuples(st.integers(1, 5), st.floats(7, 7.6)))
def test_one_more_record_never_makes_things_worse(
    points: list[tuple[int, float, float, bool]], km: float, de_plus: tuple[int, float]
) -> None:
    avant = donnees(*_releves(points))
    apres = replace(
        avant, releves=(*avant.releves, releve("z", 1, sites=(Site(f"6800{de_plus[0]}", de_plus[1], 47.8),)))
    )
    loin = definition({"population_au_dela": {"famille": "france-services", "km": km}})

    for arbre in (SANS, loin):
        un, deux = evaluer(arbre, avant, le=LE), evaluer(arbre, apres, le=LE)
        assert un.valeur is not None
        assert deux.valeur is not None
        assert 0 <= deux.valeur <= un.valeur
        assert set(deux.communes) <= set(un.communes)


@FUZZ
@given(points=POINTS, km=st.floats(0.5, 40))
def test_far_and_near_share_the_whole_population(
    points: list[tuple[int, float, float, bool]], km: float
) -> None:
    lues = donnees(*_releves(points))
    mesure = evaluer(
        definition({"population_au_dela": {"famille": "france-services", "km": km}}), lues, le=LE
    )
    proches = sum(c.population or 0 for c in mesure.recette.communes if not c.concernee)

    assert (mesure.valeur or 0) + proches == 1500
    assert not {r.id for r in lues.releves if r.exclu} & set(mesure.comptes)
