"""The results page: the right records, why, how far, and what to do when there are none."""

import re
from datetime import date

import pytest
from django.test import Client

from maillage.annuaire import indexing
from maillage.annuaire.models import Doublon, Service, Structure
from maillage.territoire.models import Commune, Territoire
from tests.make import (
    INSTANT,
    make_commune,
    make_edition,
    make_groupement,
    make_service,
    make_source,
    make_structure,
    make_territoire,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def communes(db: None) -> dict[str, Commune]:
    """Three communes of the territory on one line, 5.6 and 22 km from the first, and two homonyms far away."""
    edition, groupement = make_edition(), make_groupement()
    make_territoire(groupement=groupement)
    lieux = {
        "Wittenheim": ("68376", 47.80, 7.33),
        "Mulhouse": ("68224", 47.75, 7.33),
        "Chalampé": ("68064", 47.60, 7.33),
    }
    trouvees = {
        nom: make_commune(
            code,
            nom,
            latitude=y,
            longitude=x,
            groupement=groupement,
            edition=edition,
            codes_postaux=["68270"],
        )
        for nom, (code, y, x) in lieux.items()
    }
    for code, y in (("97502", 46.0), ("01001", 45.0)):
        make_commune(code, "Bourg", latitude=y, longitude=2.0, edition=edition, population=int(code))
    return trouvees


def offre(nom: str, commune: Commune, **champs: object) -> Service:
    famille = str(champs.pop("famille", "france-services"))
    structure = make_structure(nom, commune_officielle=commune, telephone="03 89 00 00 01", **champs)
    return make_service(structure, famille)


def texte(response: object) -> str:
    """The page as read: one space between words, tags gone, no-break spaces made plain."""
    brut = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(brut.replace("\u00a0", " ").replace("\u202f", " ").split())


def liens(response: object) -> list[str]:
    return re.findall(r'<h3><a href="([^"]+)"', response.content.decode())


def test_the_nearest_answers_come_first_and_the_title_counts_them(client: Client, communes):
    loin, pres = (
        offre("France services Sud", communes["Mulhouse"]),
        offre("France services", communes["Wittenheim"]),
    )
    offre("France services Hors cercle", communes["Chalampé"])
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche", {"q": "france services", "lieu": "Wittenheim"})

    assert response.status_code == 200
    assert liens(response) == [f"/service/{pres.id}", f"/service/{loin.id}"]
    assert '<h1 id="titre">2 services à moins de 10\u00a0km de Wittenheim</h1>' in response.content.decode()
    assert "5,6 km" in texte(response)
    assert "Pourquoi ici :" in texte(response)


def test_a_wider_radius_reaches_farther(client: Client, communes):
    offre("France services", communes["Chalampé"])
    indexing.reindexer(le=INSTANT)

    assert "Rien à moins de 10 km de Wittenheim pour l’instant" in texte(
        client.get("/recherche?lieu=Wittenheim")
    )
    assert "1 service à moins de 50 km de Wittenheim" in texte(
        client.get("/recherche?lieu=Wittenheim&rayon=50")
    )


def test_an_empty_answer_shows_a_wider_search_the_town_hall_and_what_was_surveyed(client: Client, communes):
    source = make_source("mairies", nom="Mairies de France", edition_le=date(2026, 9, 1))
    make_source("exemples", nom="Exemples inventés", edition_le=date(2026, 9, 1), exemple=True)
    offre("Mairie de Wittenheim", communes["Wittenheim"], famille="mairie", source_ref=source)
    offre("France services", communes["Chalampé"])
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche", {"q": "france services", "lieu": "Wittenheim"})

    lu = texte(response)
    assert "Rien à moins de 10 km de Wittenheim pour l’instant" in lu
    assert "Nous avons cherché « france services »" in lu
    assert "Chercher à 50 km : 1 réponse" in lu
    assert "Voir tout ce qui est recensé près de là : 1 réponse" in lu
    assert "Mairie de Wittenheim. Un agent vous dira à qui vous adresser." in lu
    assert 'href="tel:+33389000001"' in response.content.decode()
    assert "Mairies de France, au 1er septembre 2026" in lu
    assert "Exemples inventés" not in lu
    assert "Il existe peut-être" in lu


def test_an_unknown_place_searches_nothing_and_suggests(client: Client, communes):
    offre("France services", communes["Mulhouse"])
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche", {"q": "france services", "lieu": "Mulxyzwq"})

    assert "Nous ne connaissons pas ce lieu" in texte(response)
    assert liens(response) == []
    assert "?q=france+services&amp;lieu=Mulhouse&amp;commune=68224" in response.content.decode()


def test_a_homonym_can_be_chosen(client: Client, communes):
    offre("France services", communes["Mulhouse"])
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche", {"q": "france", "lieu": "Bourg"})

    assert "Une autre commune ?" in texte(response)
    assert "commune=" in response.content.decode()


def test_without_a_place_the_territory_served_answers_without_distances(client: Client, communes):
    ici = offre("France services", communes["Chalampé"])
    offre("France services", Commune.objects.get(code="01001"))
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche?q=france")

    assert liens(response) == [f"/service/{ici.id}"]
    assert "1 service dans Mulhouse Alsace Agglomération et autour" in texte(response)
    assert " km" not in texte(response)
    partout = client.get("/recherche?q=france&partout=oui")
    assert len(liens(partout)) == 2


def test_an_example_says_so_and_a_place_without_hours_too(client: Client, communes):
    offre("France services", communes["Mulhouse"], exemple=True)
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche?lieu=Mulhouse")

    assert '<span class="tag exemple">exemple</span>' in response.content.decode()
    assert "Horaires à confirmer. Appelez avant de venir." in texte(response)


def test_hours_are_shown_as_the_source_gives_them(client: Client, communes):
    offre("France services", communes["Mulhouse"], horaires_accueil="Lundi : 9h-12h <semaine paire>")
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche?lieu=Mulhouse")

    assert "Lundi : 9h-12h &lt;semaine paire&gt;" in response.content.decode()
    assert "Horaires à confirmer" not in texte(response)


def test_records_that_may_be_one_offer_are_said_beside_the_count(client: Client, communes):
    bus, antenne = offre("Bus", communes["Mulhouse"]), offre("Antenne", communes["Mulhouse"])
    Doublon.objects.create(
        premiere=bus.structure_ref, seconde=antenne.structure_ref, motif="même lieu", signale_le=INSTANT
    )
    indexing.reindexer(le=INSTANT)

    lu = texte(client.get("/recherche?lieu=Mulhouse"))

    assert "certaines fiches décrivent peut-être une seule et même offre" in lu
    assert "Peut-être la même offre que : Antenne" in lu

    Doublon.objects.update(etat="distincts")
    assert "même offre" not in texte(client.get("/recherche?lieu=Mulhouse"))


def test_pages_neither_repeat_nor_lose_an_answer(client: Client, communes):
    attendus = {f"/service/{offre(f'Accueil {i}', communes['Mulhouse']).id}" for i in range(23)}
    indexing.reindexer(le=INSTANT)

    pages = [liens(client.get("/recherche", {"lieu": "Mulhouse", "page": n})) for n in (1, 2, 3)]

    assert [len(page) for page in pages] == [10, 10, 3]
    assert {lien for page in pages for lien in page} == attendus


def test_a_page_beyond_the_last_shows_the_last(client: Client, communes):
    offre("France services", communes["Mulhouse"])
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche", {"lieu": "Mulhouse", "page": "100000000000000000000"})

    assert len(liens(response)) == 1


def test_results_are_not_for_search_engines_and_set_no_cookie(client: Client, communes):
    response = client.get("/recherche?q=france")

    assert '<meta name="robots" content="noindex">' in response.content.decode()
    assert not response.cookies


def test_before_any_index_the_database_answers_and_says_so(client: Client, communes):
    pres, loin = (
        offre("France services", communes["Wittenheim"]),
        offre("France services", communes["Mulhouse"]),
    )
    offre("Crèche", communes["Wittenheim"], famille="creche")
    Structure.objects.filter(pk=make_structure("France services fermée").pk).update(retire_le=INSTANT)

    response = client.get("/recherche", {"q": "france services", "lieu": "Wittenheim"})

    assert response.status_code == 200
    assert liens(response) == [f"/service/{pres.id}", f"/service/{loin.id}"]
    assert "Recherche de secours." in texte(response)


def test_the_database_answers_when_the_index_breaks_under_the_reader(client: Client, communes, settings):
    attendu = offre("France services", communes["Wittenheim"])
    indexing.reindexer(le=INSTANT)
    (settings.DOSSIER_INDEX / "courant").write_text("n’importe quoi")

    response = client.get("/recherche", {"q": "france", "lieu": "Wittenheim"})

    assert liens(response) == [f"/service/{attendu.id}"]
    assert "Recherche de secours." in texte(response)


def test_a_results_page_costs_the_same_queries_for_one_answer_or_three(
    client: Client, communes, django_assert_num_queries
):
    offre("France services", communes["Mulhouse"])
    indexing.reindexer(le=INSTANT)
    client.get("/recherche?lieu=Mulhouse")  # the communes are read once per process

    with django_assert_num_queries(6):
        assert len(liens(client.get("/recherche?lieu=Mulhouse"))) == 1
    for _ in range(2):
        offre("France services", communes["Mulhouse"])
    indexing.reindexer(le=INSTANT)
    indexing._lecteur.cache_clear()
    with django_assert_num_queries(6):
        assert len(liens(client.get("/recherche?lieu=Mulhouse"))) == 3


def test_a_full_page_of_results_weighs_less_than_20_kb(client: Client, communes):
    for i in range(30):
        offre(
            f"France services de la commune numéro {i}",
            communes["Mulhouse"],
            adresse="12 rue du Général de Gaulle",
            horaires_accueil="Lundi : 09:00 - 12:00 / 13:30 - 17:00\n" * 5,
        )
    indexing.reindexer(le=INSTANT)

    response = client.get("/recherche?q=france+services&lieu=Mulhouse")

    assert len(liens(response)) == 10
    assert len(response.content) < 20_000


HOSTILES = [
    "q=" + "(" * 5000,
    "q=" + "%28" * 2000,
    "q=" + "a" * 7000,
    "q=" + "é" * 300,
    "q=%00",
    "q=%ED%A0%80",
    "q=%FF",
    "q=%E2%80%AEsecivres",
    "q=%E2%80%8B%E2%80%8B",
    "q=%F0%9F%8D%BC",
    "q=-+*",
    "q=a:(^`",
    'q="',
    "q=[*+TO+*]",
    "q=title:x+AND",
    "q=%25%25_%25&lieu=%25",
    "q=regex/.*/",
    "q[]=a&q[]=b",
    "&".join(["q=a"] * 500),
    "&".join(f"x{i}=1" for i in range(900)),
    "page=100000000000000000000",
    "page=-1",
    "page=abc",
    "rayon=abc",
    "rayon=1e400",
    "rayon=-10",
    "lieu=" + "x" * 3000,
    "lieu=%00",
    "lieu=('&commune=99999",
    "commune=%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3",
    "famille=zzz",
    "q=' OR 1=1 --&lieu=Mulhouse",
    "q={{ 7*7 }}<script>alert(1)</script>&lieu=Mulhouse",
]


@pytest.mark.parametrize("index", [True, False], ids=["indexed", "without index"])
def test_no_hostile_search_breaks_the_page(client: Client, communes, index: bool):
    offre("France services", communes["Mulhouse"])
    if index:
        indexing.reindexer(le=INSTANT)

    for adresse in HOSTILES:
        response = client.get(f"/recherche?{adresse}")

        assert response.status_code in {200, 400, 414}, adresse[:60]
        assert b"<script>alert" not in response.content


def test_an_endless_address_is_refused_readably(client: Client, communes):
    response = client.get("/recherche?q=" + "a" * 100_000)

    assert response.status_code == 414


def test_a_search_accepts_only_reading(client: Client, communes):
    assert client.post("/recherche", {"q": "a"}).status_code == 405


def test_two_territories_answer_each_for_itself(client: Client, communes):
    autre = make_groupement("200000172", "CC Faucigny")
    Territoire.objects.create(slug="autre", nom="Faucigny", groupement=autre, hote="localhost")
    indexing.reindexer(le=INSTANT)

    assert "dans Mulhouse Alsace Agglomération" in texte(client.get("/recherche"))
    assert "dans Mulhouse" not in texte(client.get("/recherche", headers={"host": "localhost"}))
