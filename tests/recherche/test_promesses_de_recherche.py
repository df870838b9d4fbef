"""What the search box promises, one promise a test, on a handful of documents."""

from pathlib import Path

import pytest

from maillage.recherche.requete import Requete
from tests.recherche.documents import MULHOUSE, a_mulhouse, make_document, make_lecteur, make_pres, numeros

pytestmark = pytest.mark.moteur_indifferent


def test_creche_finds_creches_with_accents_and_plural(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1, "Crèches du Rebberg"), make_document(2, "Mairie")])

    reponse = lecteur.chercher(Requete(texte="creche"))

    assert numeros(reponse) == [1]
    assert (reponse.total, reponse.total_exact, reponse.corrige) == (1, True, "")
    assert reponse.resultats[0].fiche == b'{"n":1}'
    assert reponse.resultats[0].pourquoi == "nom"


def test_the_name_weighs_more_than_the_commune_and_the_description(tmp_path: Path) -> None:
    documents = [
        make_document(1, "Lieu un", description="Près de la mairie"),
        make_document(2, "Lieu deux", commune="Mairie"),
        make_document(3, "Mairie"),
        make_document(4, "Lieu quatre"),
    ]
    lecteur = make_lecteur(tmp_path, documents)

    reponse = lecteur.chercher(Requete(texte="mairie"))

    assert numeros(reponse) == [3, 2, 1]
    assert [r.pourquoi for r in reponse.resultats] == ["nom", "commune", "description"]


def test_a_service_is_found_by_the_name_of_its_structure_and_by_everyday_words(tmp_path: Path) -> None:
    service = make_document(
        7, "Multi-accueil", genre="service", structure_nom="Les Lutins", commune="Illzach", mots="nounou"
    )
    lecteur = make_lecteur(tmp_path, [service])

    par_structure = lecteur.chercher(Requete(texte="lutin illzach")).resultats[0]
    par_mot = lecteur.chercher(Requete(texte="nounous")).resultats[0]

    assert (par_structure.n, par_structure.genre) == (7, "service")
    assert par_structure.pourquoi == "nom de la structure, commune"
    assert par_mot.pourquoi == "mots proches"


def test_all_words_are_required_when_a_record_has_them_all(tmp_path: Path) -> None:
    documents = [make_document(1, "Garde d’enfants"), make_document(2, "Garde de nuit")]
    lecteur = make_lecteur(tmp_path, documents)

    assert numeros(lecteur.chercher(Requete(texte="garde enfant"))) == [1]


def test_a_sentence_still_finds_and_says_how_many_words_it_used(tmp_path: Path) -> None:
    documents = [make_document(1, "Crèche familiale", commune="Mulhouse"), make_document(2, "Piscine")]
    lecteur = make_lecteur(tmp_path, documents)

    reponse = lecteur.chercher(
        Requete(texte="Bonjour, je cherche une crèche pour mon fils de 2 ans à Mulhouse svp")
    )

    assert numeros(reponse) == [1]
    assert reponse.corrige == ""
    assert reponse.resultats[0].pourquoi == "2 mots sur 5, nom, commune"


def test_a_mistyped_word_is_corrected_only_when_nothing_matches_as_typed(tmp_path: Path) -> None:
    documents = [make_document(1, "Crèche des Lutins"), make_document(2, "Crehce (faute dans la source)")]
    lecteur = make_lecteur(tmp_path, documents)

    trouvee = lecteur.chercher(Requete(texte="crehce"))
    corrigee = lecteur.chercher(Requete(texte="cr\u00e8cje lutims"))

    assert (numeros(trouvee), trouvee.corrige) == ([2], "")
    assert (numeros(corrigee), corrigee.corrige) == ([1], "crèche lutins")


@pytest.mark.parametrize(
    ("texte", "corrige"),
    [
        ("hebergemant", "hébergement"),  # one letter
        ("herbegement", "hébergement"),  # two swapped
        ("hebergemmant", "hébergement"),  # two mistakes in a long word
        ("krechhe", ""),  # two in a short one
        ("cad", ""),  # too short to guess
        ("68200", ""),  # numbers are never guessed
    ],
)
def test_corrections_stay_close(tmp_path: Path, texte: str, corrige: str) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1, "Hébergement crèche CAF 68100")])

    reponse = lecteur.chercher(Requete(texte=texte))

    assert (reponse.corrige, numeros(reponse)) == (corrige, [1] if corrige else [])


def test_a_place_alone_orders_by_distance_and_leaves_out_what_is_farther(tmp_path: Path) -> None:
    documents = [make_pres(1, km=9.9), make_pres(2, km=0.04), make_pres(3, km=2.31), make_pres(4, km=10.1)]
    lecteur = make_lecteur(tmp_path, [*documents, make_document(5)])

    reponse = lecteur.chercher(a_mulhouse())

    assert numeros(reponse) == [2, 3, 1]
    assert (reponse.total, reponse.total_exact) == (3, True)
    assert [r.pourquoi for r in reponse.resultats] == [
        "à moins de 100\u00a0m",
        "à 2,3\u00a0km",
        "à 9,9\u00a0km",
    ]
    assert [round(r.distance_km or -1, 2) for r in reponse.resultats] == [0.04, 2.31, 9.9]


def test_the_circle_is_a_circle_and_not_a_box(tmp_path: Path) -> None:
    coin = make_document(
        1, latitude=MULHOUSE[0] + 0.08, longitude=MULHOUSE[1] + 0.12
    )  # 12.6 km, inside the box
    lecteur = make_lecteur(tmp_path, [coin])

    assert lecteur.chercher(a_mulhouse()).total == 0
    assert lecteur.chercher(a_mulhouse(rayon_km=13)).total == 1


def test_near_wins_over_far_for_the_same_words(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_pres(1, "Crèche", km=8), make_pres(2, "Crèche", km=1)])

    assert numeros(lecteur.chercher(a_mulhouse("crèche"))) == [2, 1]


def test_what_is_offered_everywhere_comes_after_what_is_near(tmp_path: Path) -> None:
    documents = [
        make_document(1, "Écoute parents", partout=True),
        make_pres(2, "Écoute parents", km=9),
        make_pres(3, "Écoute parents", km=500, partout=True),
        make_document(4, "Écoute parents"),
    ]
    lecteur = make_lecteur(tmp_path, documents)

    reponse = lecteur.chercher(a_mulhouse("écoute"))

    assert numeros(reponse) == [2, 1, 3]
    assert reponse.resultats[1].pourquoi == "nom, partout en France"
    assert [r.distance_km for r in reponse.resultats[1:]] == [None, None]
    assert numeros(lecteur.chercher(a_mulhouse())) == [2, 1, 3]


def test_a_record_of_the_commune_without_a_point_is_not_lost(tmp_path: Path) -> None:
    documents = [
        make_document(1, code_insee="68224"),
        make_document(2, code_insee="68376"),
        make_pres(3, km=1, code_insee="68224"),
        make_pres(4, km=50, code_insee="68224"),
    ]
    lecteur = make_lecteur(tmp_path, documents)

    autour = lecteur.chercher(a_mulhouse(code_insee="68224"))
    commune = lecteur.chercher(Requete(code_insee="68224"))

    assert numeros(autour) == [3, 1]
    assert autour.resultats[1].pourquoi == "dans la commune"
    assert numeros(commune) == [1, 3, 4]


def test_without_words_nor_place_the_order_is_the_alphabet(tmp_path: Path) -> None:
    noms = ["Zoo", "école", "Eau", "Étang", "abri", "Abri"]
    lecteur = make_lecteur(tmp_path, [make_document(n, nom) for n, nom in enumerate(noms)])

    pages = [lecteur.chercher(Requete(page=page, taille=2)) for page in (1, 2, 3, 4)]

    assert [numeros(page) for page in pages] == [[4, 5], [2, 1], [3, 0], []]
    assert {page.total for page in pages} == {6}


def test_filters_by_kind_family_and_examples(tmp_path: Path) -> None:
    documents = [
        make_document(1, "Relais", genre="service", famille="petite-enfance"),
        make_document(2, "Relais", genre="service", famille="sante", exemple=True),
        make_document(3, "Relais"),
    ]
    lecteur = make_lecteur(tmp_path, documents)

    for texte in ("", "relais"):
        assert numeros(lecteur.chercher(Requete(texte=texte, genres=("service",)))) == [1, 2]
        assert numeros(lecteur.chercher(Requete(texte=texte, familles=("sante", "emploi")))) == [2]
        assert numeros(lecteur.chercher(Requete(texte=texte, exemples=False))) == [1, 3]
        assert numeros(lecteur.chercher(Requete(texte=texte, genres=("autre",)))) == []


def test_structure_and_service_with_the_same_number_are_two_records(tmp_path: Path) -> None:
    documents = [make_document(1, "Relais", genre="service"), make_document(1, "Relais", genre="structure")]
    lecteur = make_lecteur(tmp_path, documents)

    assert [r.genre for r in lecteur.chercher(Requete(texte="relais")).resultats] == ["structure", "service"]


def test_a_pasted_identifier_finds_its_record_first(tmp_path: Path) -> None:
    documents = [make_document(1, "France Services 2570"), make_document(2, "Bus", id="FS--2570")]
    lecteur = make_lecteur(tmp_path, documents)

    assert numeros(lecteur.chercher(Requete(texte=" fs--2570 ")))[0] == 2


def test_unreadable_words_are_not_everything(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    assert lecteur.chercher(Requete(texte="x" * 150)).total == 0
    assert lecteur.chercher(Requete(texte="?!")).total == 1


@pytest.mark.parametrize(
    "requete",
    [
        Requete(page=0, taille=0),
        Requete(page=-5, taille=-5),
        Requete(taille=10**9),
        Requete(texte="lieu", taille=10**20),
        Requete(texte="lieu", rayon_km=float("nan")),
        Requete(texte="lieu", latitude=float("nan"), longitude=7.0),
        Requete(texte="lieu", latitude=91.0, longitude=7.0),
        Requete(texte="lieu", latitude=47.0),
        Requete(texte="lieu", rayon_km=float("inf"), latitude=float("inf"), longitude=0.0),
    ],
)
def test_absurd_numbers_are_brought_back_into_range(tmp_path: Path, requete: Requete) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    assert numeros(lecteur.chercher(requete)) == [1]


@pytest.mark.parametrize("texte", ["", "lieu"])
@pytest.mark.parametrize("page", [2, 10**20])
def test_a_page_past_the_end_is_empty_and_keeps_the_total(tmp_path: Path, page: int, texte: str) -> None:
    lecteur = make_lecteur(tmp_path, [make_pres(1, km=1)])

    for requete in (Requete(texte=texte, page=page), a_mulhouse(texte, page=page)):
        reponse = lecteur.chercher(requete)

        assert (reponse.total, reponse.resultats) == (1, ())


def test_filters_made_of_rubbish_find_nothing(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1, code_insee="68224", famille="sante")])

    assert lecteur.chercher(Requete(familles=("\ud800",))).total == 0
    assert lecteur.chercher(Requete(code_insee="\ud800\0")).total == 0


def test_a_place_at_the_pole_is_answered(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1, latitude=89.99, longitude=-120.0)])

    reponse = lecteur.chercher(Requete(latitude=90.0, longitude=0.0))

    assert numeros(reponse) == [1]
    assert reponse.resultats[0].pourquoi == "à 1,1\u00a0km"
