"""All of France as it is shipped: what is loaded, and where the words that people type lead in it."""

import threading
import tracemalloc
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils.functional import SimpleLazyObject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.territoire import repertoire as module
from maillage.territoire.chargement import charger_france
from maillage.territoire.lieux import (
    LieuTrouve,
    chercher_lieu,
    communes_proches,
    lieu_de_code,
    suggerer_lieux,
)
from maillage.territoire.models import CodePostal, Commune, Contour, Territoire
from maillage.territoire.repertoire import construire
from tests.make import make_commune, make_groupement, make_territoire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("france")]

PLUS_TARD = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
M2A = "200066009"
ESPACE = "\u00a0"


def codes(trouve: LieuTrouve) -> list[str]:
    return [lieu.code_insee for lieu in ((trouve.lieu,) if trouve.lieu else ()) + trouve.autres]


def test_all_of_france_is_loaded_from_the_shipped_files(france) -> None:
    assert [(bilan.table, bilan.ajoutees) for bilan in france.bilans] == [
        ("groupement", 1255),
        ("commune", 37006),
        ("appellation", 2786),
        ("codepostal", 35539),
        ("contour", 39),
    ]
    assert france.anomalies == ()
    types = {
        t: Commune.objects.filter(type=t).count()
        for t in ("actuelle", "deleguee", "associee", "arrondissement")
    }
    assert types == {"actuelle": 34969, "deleguee": 1521, "associee": 471, "arrondissement": 45}
    assert Commune.objects.exclude(type="actuelle").filter(parente=None).count() == 0
    m2a = Commune.objects.filter(groupement_id=M2A)
    assert m2a.count() == 39
    assert sum(commune.population for commune in m2a) == 274260
    assert set(Contour.objects.values_list("commune_id", flat=True)) == set(
        m2a.values_list("code", flat=True)
    )
    # Communes restored in 2026 have a grouping, and no centre yet; those of the overseas collectivities neither.
    sans_centre = Commune.objects.filter(type="actuelle", latitude=None)
    assert sans_centre.count() == 105
    assert sans_centre.exclude(groupement=None).count() == 11
    assert CodePostal.objects.filter(commune_id="68224").count() == 2


def test_all_of_france_loaded_again_changes_nothing(france) -> None:
    assert charger_france(le=PLUS_TARD).changements == 0


# --- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "code"),
    [
        ("Rixheim", "68278"),
        ("  RIXHEIM ", "68278"),
        ("mulhouse", "68224"),
        ("Morschwiller le bas", "68218"),
        ("morschwiller-le-bas", "68218"),
        ("chalampe", "68064"),
        ("Kembs", "68163"),
        ("Strasbourg", "67482"),
        ("Havre", "76351"),
        ("au Havre", "76351"),
        ("à Mulhouse", "68224"),
        ("isle d'abeau", "38193"),
        ("L’Isle d’Abeau", "38193"),
        ("chalon s/ saone", "71076"),
        ("ste croix aux mines", "68294"),
        ("Wittenheim (68)", "68376"),
        ("Wittenheim 68", "68376"),
        ("68 Wittenheim", "68376"),
        ("st louis 57", "57618"),
        ("Y", "80829"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(m2a: Territoire, texte: str, code: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert (trouve.etat, codes(trouve), trouve.corrige) == ("trouve", [code], "")
    assert trouve.precision == "commune"


def test_a_place_says_what_is_known_of_it(m2a: Territoire) -> None:
    lieu = chercher_lieu("Mulhouse", territoire=m2a).lieu

    assert lieu is not None
    assert (lieu.nom, lieu.codes_postaux, lieu.population) == ("Mulhouse", ("68100", "68200"), 104978)
    assert (lieu.latitude, lieu.longitude, lieu.departement) == (47.7489, 7.32526, "68")
    assert lieu.dans_territoire


def test_a_neighbour_is_found_and_said_to_be_outside(m2a: Territoire) -> None:
    lieu = chercher_lieu("Colmar", territoire=m2a).lieu

    assert lieu is not None
    assert (lieu.code_insee, lieu.dans_territoire) == ("68066", False)


def test_a_place_without_a_centre_has_no_invented_one(m2a: Territoire) -> None:
    lieu = chercher_lieu("15047", territoire=m2a).lieu

    assert lieu is not None
    assert (lieu.latitude, lieu.longitude) == (None, None)


@pytest.mark.parametrize("texte", ["st louis", "Saint-Louis", "ST-LOUIS", "saint  louis"])
def test_of_homonyms_the_nearest_comes_first_and_the_others_are_listed(m2a: Territoire, texte: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert trouve.etat == "plusieurs"
    assert codes(trouve) == ["68297", "97414", "97126", "57618"]


def test_of_homonyms_that_of_the_served_territory_comes_first(france) -> None:
    moselle = make_territoire(
        "sarrebourg", groupement=make_groupement(Commune.objects.get(code="57618").groupement_id)
    )

    assert codes(chercher_lieu("saint louis", territoire=moselle))[0] == "57618"


def test_without_a_territory_the_largest_homonym_comes_first() -> None:
    assert codes(chercher_lieu("saint louis", territoire=None))[0] == "97414"


def test_a_far_exact_name_wins_over_a_near_likeness(m2a: Territoire) -> None:
    # One letter from Wittenheim and Wittelsheim, which the territory has.
    exact = chercher_lieu("Wittersheim", territoire=m2a)

    assert (exact.etat, codes(exact), exact.corrige) == ("trouve", ["67546"], "")


def test_a_far_exact_name_lets_the_territory_have_its_longer_one(m2a: Territoire) -> None:
    assert codes(chercher_lieu("Morschwiller", territoire=m2a)) == ["67304", "68218"]


@pytest.mark.parametrize(
    ("texte", "code", "corrige"),
    [
        ("Brunstatt", "68056", "Brunstatt fait partie de la commune Brunstatt-Didenheim."),
        ("didenheim", "68056", "Didenheim fait partie de la commune Brunstatt-Didenheim."),
        ("Bourtzwiller", "68224", "Bourtzwiller fait partie de la commune Mulhouse."),
        ("paris 11e arrondissement", "75056", "Paris 11e Arrondissement fait partie de la commune Paris."),
        ("68350 Brunstatt", "68056", "Brunstatt fait partie de la commune Brunstatt-Didenheim."),
        ("Wittenheim 67", "68376", "Wittenheim est dans le département 68."),
        ("Landau", "68254", "Compris comme Petit-Landau."),
    ],
)
def test_what_was_understood_is_said(m2a: Territoire, texte: str, code: str, corrige: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert (trouve.etat, codes(trouve), trouve.corrige) == ("trouve", [code], corrige)


# --- typing errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "nom"),
    [
        ("Rixeim", "Rixheim"),
        ("Rixhiem", "Rixheim"),
        ("Mulouse", "Mulhouse"),
        ("Mulouze", "Mulhouse"),
        ("Kinguersheim", "Kingersheim"),
        ("Kingerschheim", "Kingersheim"),
        ("Kingersaim", "Kingersheim"),
        ("Wittelseim", "Wittelsheim"),
        ("Witenheim", "Wittenheim"),
        ("Illsack", "Illzach"),
        ("Zimersheim", "Zimmersheim"),
        ("Rictwiller", "Richwiller"),
        ("morschwillerlebas", "Morschwiller-le-Bas"),
        ("Strassbourg", "Strasbourg"),
    ],
)
def test_a_misspelt_name_is_understood_and_said(m2a: Territoire, texte: str, nom: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert trouve.lieu is not None
    assert (trouve.lieu.nom, trouve.corrige) == (nom, f"Compris comme {nom}.")


def test_every_name_of_the_territory_bears_one_wrong_letter(m2a: Territoire) -> None:
    noms = list(Commune.objects.filter(groupement_id=M2A).values_list("nom", flat=True))
    fautes = {}
    for nom in noms:
        milieu = len(nom) // 2
        for faute in (nom[:milieu] + nom[milieu + 1 :], nom[:milieu] + "x" + nom[milieu:], nom[:-1]):
            fautes[faute] = nom

    trouves = {faute: chercher_lieu(faute, territoire=m2a) for faute in fautes}

    # « Wittesheim » is one letter from Wittelsheim and from Wittenheim: both are given.
    ambigues = {faute for faute, trouve in trouves.items() if trouve.etat == "plusieurs"}
    assert ambigues == {"Wittesheim"}
    assert {lieu.nom for lieu in (trouves["Wittesheim"].lieu, *trouves["Wittesheim"].autres) if lieu} == {
        "Wittelsheim",
        "Wittenheim",
    }
    assert {f: t.lieu.nom for f, t in trouves.items() if t.lieu and f not in ambigues} == {
        f: nom for f, nom in fautes.items() if f not in ambigues
    }


@pytest.mark.parametrize("texte", ["Bâle", "xyzzyqq", "Alsace", "m2a", "le", "zz", "sur", "99999", "12 34"])
def test_what_is_no_commune_is_not_guessed(m2a: Territoire, texte: str) -> None:
    assert chercher_lieu(texte, territoire=m2a) == LieuTrouve("inconnu")


@pytest.mark.parametrize("texte", ["Haut-Rhin", "bas rhin", "Vosges", "territoire de belfort"])
def test_a_departement_is_not_taken_for_a_commune(m2a: Territoire, texte: str) -> None:
    assert chercher_lieu(texte, territoire=m2a) == LieuTrouve(
        "inconnu", corrige=f"C’est un département{ESPACE}: indiquez une commune ou un code postal."
    )


def test_the_first_letters_are_enough_near_home(m2a: Territoire) -> None:
    assert codes(chercher_lieu("Mulh", territoire=m2a))[0] == "68224"
    assert codes(chercher_lieu("Steinbrunn", territoire=m2a)) == ["68323", "68324"]


# --- codes and addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "attendus", "corrige"),
    [
        ("68170", ["68278"], ""),
        (" 68 170 ", ["68278"], ""),
        ("\uff16\uff18\uff11\uff17\uff10", ["68278"], ""),
        ("68390", ["68300", "68015", "68022"], ""),
        ("75011", ["75056"], ""),
        ("68224", ["68224"], f"Code INSEE{ESPACE}: Mulhouse."),
        ("2a004", ["2A004"], f"Code INSEE{ESPACE}: Ajaccio."),
        ("68070", ["68056"], f"Ancien code INSEE{ESPACE}: Brunstatt-Didenheim."),
        ("68047", ["68297"], f"Ancien code INSEE{ESPACE}: Saint-Louis."),
        ("mulhouse 68200", ["68224"], ""),
        ("F-68100 Mulhouse", ["68224"], ""),
        ("68093 MULHOUSE CEDEX 2", ["68224"], ""),
        ("Mulouse 68100", ["68224"], "Compris comme Mulhouse."),
        ("rue de Colmar 68170", ["68278"], f"Code postal 68170{ESPACE}: Rixheim."),
        ("Mulhouse 68170", ["68224", "68278"], f"Code postal 68170{ESPACE}: Rixheim."),
        (
            "quelque part 68390",
            ["68300", "68015", "68022"],
            f"Code postal 68390{ESPACE}: Sausheim, Baldersheim et Battenheim.",
        ),
    ],
)
def test_a_code_leads_to_its_communes(m2a: Territoire, texte: str, attendus: list[str], corrige: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert (codes(trouve), trouve.corrige) == (attendus, corrige)
    assert trouve.etat == ("trouve" if len(attendus) == 1 else "plusieurs")


@pytest.mark.parametrize(
    "texte",
    [
        "12 rue de Bâle, 68100 Mulhouse",
        "12 rue de Bâle 68100 MULHOUSE",
        "12 bis, rue de Bâle, appt 4, 68100 Mulhouse, France",
        "12 rue de Bâle, Mulhouse",
        "12 rue de Bâle Mulhouse",
        "rue de Colmar, Mulhouse",
        "gare de Mulhouse",
        "Mulhouse centre",
        "3 rue de Paris, 68200 Mulhouse (Dornach)",
    ],
)
def test_an_address_leads_to_its_commune_and_says_so(m2a: Territoire, texte: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert (trouve.etat, codes(trouve), trouve.precision) == ("trouve", ["68224"], "commune")
    assert trouve.corrige == f"Lieu situé à la commune près{ESPACE}: Mulhouse."


@pytest.mark.parametrize("texte", ["12 rue de Mulhouse", "avenue de Colmar", "4 place du marché"])
def test_a_street_named_after_a_town_is_in_no_known_town(m2a: Territoire, texte: str) -> None:
    assert chercher_lieu(texte, territoire=m2a) == LieuTrouve(
        "inconnu", corrige="Ajoutez la commune ou le code postal à l’adresse."
    )


# --- hostile text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("texte", ["", "   ", "\n\t", "\u00a0"])
def test_nothing_typed_is_nothing_asked(m2a: Territoire, texte: str) -> None:
    assert chercher_lieu(texte, territoire=m2a) == LieuTrouve("vide")


@pytest.mark.parametrize(
    "texte", ["a" * 10_000, "Mulhouse " * 2_000, "\x00", "\ud800", "%_'\";--", "﷽" * 200, "(" * 200, "🏠"]
)
def test_hostile_text_finds_nothing(m2a: Territoire, texte: str) -> None:
    assert chercher_lieu(texte, territoire=m2a) == LieuTrouve("inconnu")
    assert suggerer_lieux(texte, territoire=m2a) == ()


MORCEAUX = [
    "rue de",
    "Mulhouse",
    "68100",
    "st",
    "le",
    "(68)",
    ",",
    "s/",
    "cedex",
    "12",
    "2A",
    "l'",
    "-",
    "\x00",
]
TEXTES = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(MORCEAUX), max_size=12).map(" ".join))


@given(TEXTES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_gets_an_answer(m2a: Territoire, texte: str) -> None:
    trouve = chercher_lieu(texte, territoire=m2a)

    assert (trouve.etat in {"trouve", "plusieurs"}) == (trouve.lieu is not None)
    assert (trouve.etat == "plusieurs") == bool(trouve.autres)
    assert len(suggerer_lieux(texte, territoire=m2a)) <= 8


# --- suggestions, neighbours, codes ------------------------------------------------------------------


def test_suggestions_begin_with_the_territory(m2a: Territoire) -> None:
    noms = [lieu.nom for lieu in suggerer_lieux("mu", territoire=m2a, limite=3)]

    assert noms == ["Mulhouse", "Munster", "Munchhouse"]


def test_suggestions_know_former_names_and_postcodes(m2a: Territoire) -> None:
    assert [lieu.code_insee for lieu in suggerer_lieux("brunst", territoire=m2a)] == ["68056"]
    assert [lieu.nom for lieu in suggerer_lieux("6817", territoire=m2a)] == ["Rixheim"]
    assert suggerer_lieux("", territoire=m2a) == ()
    assert suggerer_lieux("mu", territoire=m2a, limite=0) == ()


def test_nearby_communes_come_from_near_to_far(m2a: Territoire) -> None:
    proches = communes_proches(47.7489, 7.32526, 4.0, territoire=m2a)

    # Computed apart, by the law of cosines on the centres of the file.
    assert {lieu.nom: round(km, 2) for lieu, km in proches} == {
        "Mulhouse": 0.0,
        "Pfastatt": 3.19,
        "Riedisheim": 3.19,
        "Brunstatt-Didenheim": 3.72,
        "Illzach": 3.77,
    }
    assert [km for _, km in proches] == sorted(km for _, km in proches)


def test_a_radius_leads_beyond_the_territory(m2a: Territoire) -> None:
    proches = communes_proches(47.7489, 7.32526, 15.0, territoire=m2a)

    assert {lieu.dans_territoire for lieu, _ in proches} == {True, False}


def test_a_code_leads_to_its_place_even_a_former_one(m2a: Territoire) -> None:
    noms = [
        lieu and lieu.nom
        for lieu in (lieu_de_code(c, territoire=m2a) for c in ("68278", "68070", "2a004", ""))
    ]

    assert noms == ["Rixheim", "Brunstatt-Didenheim", "Ajaccio", None]


# --- the directory in memory -------------------------------------------------------------------------


def test_a_lookup_costs_one_query(m2a: Territoire, django_assert_num_queries) -> None:
    chercher_lieu("Mulhouse", territoire=m2a)

    with django_assert_num_queries(1):
        chercher_lieu("Rixeim", territoire=m2a)
    with django_assert_num_queries(1):
        suggerer_lieux("mu", territoire=m2a)


def test_the_directory_is_built_in_three_queries(django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        construire()


def test_a_commune_loaded_since_is_found_at_once(m2a: Territoire) -> None:
    assert chercher_lieu("Nouvelle-Ville-sur-Ill", territoire=m2a).etat == "inconnu"

    make_commune("68998", "Nouvelle-Ville-sur-Ill", groupement=m2a.groupement)

    assert codes(chercher_lieu("Nouvelle-Ville-sur-Ill", territoire=m2a)) == ["68998"]


def test_a_lazy_territory_and_a_lazy_absence_are_understood(m2a: Territoire) -> None:
    paresseux = SimpleLazyObject(lambda: m2a)
    absent = SimpleLazyObject(lambda: None)

    assert codes(chercher_lieu("saint louis", territoire=paresseux))[0] == "68297"
    assert codes(chercher_lieu("saint louis", territoire=absent))[0] == "97414"


def test_a_territory_without_communes_still_finds_places() -> None:
    vide = make_territoire("vide", groupement=make_groupement("000000000", "Vide"))

    assert codes(chercher_lieu("Mulhouse", territoire=vide)) == ["68224"]


def test_the_directory_is_small() -> None:
    tracemalloc.start()
    places = construire()
    garde, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(places.codes) == 34969
    assert garde < 25_000_000


def test_threads_that_come_together_build_one_directory(m2a: Territoire, monkeypatch) -> None:
    construits = []
    depart = threading.Barrier(4)
    monkeypatch.setattr(module, "_courant", None)
    monkeypatch.setattr(module, "construire", lambda: construits.append(1) or construire())
    vus = []

    def chercher() -> None:
        try:
            depart.wait(timeout=20)
            vus.append(id(module.repertoire()))
        finally:
            connection.close()

    fils = [threading.Thread(target=chercher) for _ in range(4)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)

    assert construits == [1]
    assert len(vus) == 4
    assert len(set(vus)) == 1
