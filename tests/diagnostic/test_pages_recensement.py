"""The board as its readers and its writers meet it: rights, filters, one gesture on many cells, undo, export."""

import csv
import io
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from maillage.comptes.models import Personne, Role
from maillage.core.templatetags.maillage import jour
from maillage.diagnostic.etats import ajouter_mois
from maillage.diagnostic.models import Competence, Recensement
from maillage.diagnostic.reglages import reglages_de
from maillage.diagnostic.tableau import etat_recensement
from maillage.territoire.models import Commune, Territoire
from tests.conftest import connecter
from tests.diagnostic.conftest import BRUEBACH, MULHOUSE, RIXHEIM, noter, ouvrir
from tests.make import make_personne, make_source

pytestmark = pytest.mark.django_db
Communes = dict[str, Commune]
# The pages read the clock: what was said is dated from it.
RECENT = timezone.localdate() - timedelta(days=20)
ADRESSE = "/pilotage/recensement/"
CELLULE = f"{ADRESSE}cellule/france-services/{RIXHEIM}/"


@pytest.fixture
def client_dilan(m2a: Territoire) -> Client:
    """Contributes to the directory."""
    return connecter(make_personne("Dilan", Role.CONTRIBUTEUR, m2a))


def lire(client: Client, adresse: str = ADRESSE, *, statut: int = 200) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    return re.sub(r"\s+", " ", reponse.content.decode())


def espaces(texte: str) -> str:
    return re.sub(r"\s+", " ", texte)


def dire(
    territoire: Territoire, par: Personne, *codes: str, le: date = RECENT, **champs: str
) -> list[Recensement]:
    return noter(territoire, par, *codes, le=le, maintenant=timezone.now(), **champs)


def dit(*cellules: str, **champs: str) -> dict[str, object]:
    defaut = {"etat": "zero_confirme", "le": timezone.localdate().isoformat(), "aupres_de": "", "note": ""}
    return {"cellule": list(cellules)} | defaut | champs


def etat(territoire: Territoire, code: str = RIXHEIM) -> str:
    return etat_recensement(territoire, le=timezone.localdate()).cellule("france-services", code).constat.etat


def test_a_reader_sees_the_board_and_no_button(client_chloe: Client, communes: Communes) -> None:
    for adresse in (ADRESSE, f"{ADRESSE}?vue=tableau", f"{ADRESSE}?famille=mairie", CELLULE):
        page = lire(client_chloe, adresse)
        assert 'name="cellule"' not in page
        assert ">Noter<" not in page
    assert "0 commune sur 3, 0&nbsp;% des habitants" in lire(client_chloe)


@pytest.mark.parametrize("qui", ["client_chloe", "client_bruno"])
def test_reading_gives_no_right_to_say(
    request: pytest.FixtureRequest, qui: str, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    client: Client = request.getfixturevalue(qui)
    (acte,) = dire(m2a, awa, BRUEBACH)

    for adresse in ("noter/", f"lots/{acte.lot}/annuler/", "competences/", "reglages/"):
        assert client.post(ADRESSE + adresse, dit(f"france-services/{RIXHEIM}")).status_code == 403
    assert client.get(f"{ADRESSE}reglages/").status_code == 403
    assert (etat(m2a), etat(m2a, BRUEBACH)) == ("non_recense", "recense")


def test_someone_of_another_territory_sees_and_says_nothing_here(
    client_denis: Client, client: Client, m2a: Territoire, communes: Communes
) -> None:
    assert client_denis.get(ADRESSE).status_code == 403
    assert client_denis.post(f"{ADRESSE}noter/", dit(f"mairie/{RIXHEIM}")).status_code == 403
    assert client.get(ADRESSE).status_code == 302


@pytest.mark.parametrize("qui", ["client_awa", "client_dilan"])
def test_one_gesture_says_many_zeros_and_the_page_shows_how_to_undo(
    request: pytest.FixtureRequest, qui: str, m2a: Territoire, communes: Communes
) -> None:
    client: Client = request.getfixturevalue(qui)

    page = client.post(
        f"{ADRESSE}noter/",
        dit(f"france-services/{RIXHEIM}", f"france-services/{BRUEBACH}", famille="france-services"),
        follow=True,
    )

    assert page.redirect_chain[0][0].startswith(f"{ADRESSE}?famille=france-services&lot=")
    lu = page.content.decode()
    assert "« Zéro confirmé », noté pour 2 cases" in re.sub(r"\s", " ", lu)
    assert (etat(m2a), etat(m2a, BRUEBACH), etat(m2a, MULHOUSE)) == (
        "zero_confirme",
        "zero_confirme",
        "non_recense",
    )
    annuler = re.search(r'action="([^"]+/annuler/)"', lu)
    assert annuler is not None
    apres = client.post(annuler[1], {"famille": "france-services"}, follow=True)
    assert "C’est annulé" in apres.content.decode()
    assert etat(m2a) == "non_recense"
    assert "Annuler ce geste" not in lire(client, page.redirect_chain[0][0])


def test_a_zero_that_a_record_contradicts_is_refused_and_everything_typed_is_kept(
    client_awa: Client, m2a: Territoire, communes: Communes
) -> None:
    service = ouvrir(communes[RIXHEIM], "Espace Rixheim")

    reponse = client_awa.post(
        f"{ADRESSE}noter/",
        dit(
            f"france-services/{RIXHEIM}",
            f"france-services/{BRUEBACH}",
            note="Vu en réunion",
            etat="zero_confirme",
        ),
    )

    lu = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Zéro impossible" in lu
    assert "Espace Rixheim" in lu
    assert f"/service/{service.id}" in lu
    assert lu.count("checked") == 3  # two cells and the state
    assert "Vu en réunion" in lu
    assert Recensement.base.count() == 0


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"etat": ""}, "Choisissez : zéro confirmé"),
        ({"etat": "annulation"}, "Choisissez : zéro confirmé"),
        ({"le": "2999-01-01"}, "pas encore passé"),
        ({"le": "hier"}, "Écrivez une date"),
        ({"cellule": []}, "rien n’était coché"),
        ({"cellule": ["mairie"]}, "rien n’était coché"),
        ({"cellule": ["mairie/99999"]}, "pas de ce territoire"),
        ({"cellule": ["licorne/68278"]}, "Famille de service inconnue"),
        ({"cellule": ["mairie/68297"]}, "pas de ce territoire"),
        ({"aupres_de": "x" * 161}, "160"),
    ],
)
def test_a_hostile_or_empty_form_is_a_readable_refusal(
    client_awa: Client, communes: Communes, champs: dict[str, object], refus: str
) -> None:
    reponse = client_awa.post(f"{ADRESSE}noter/", dit(f"france-services/{RIXHEIM}") | champs)

    assert reponse.status_code == 422
    assert refus in re.sub(r"[\u00a0\u202f]", " ", reponse.content.decode())
    assert Recensement.base.count() == 0


@pytest.mark.parametrize(
    "requete",
    [
        "?famille=licorne",
        "?etat=%00",
        "?commune='--",
        "?vue=x&lot=pas-un-uuid",
        "?page=-3&famille=mairie",
        "?lot=" + str(UUID(int=7)),
    ],
)
def test_an_address_typed_at_random_never_breaks(
    client_awa: Client, communes: Communes, requete: str
) -> None:
    assert client_awa.get(ADRESSE + requete).status_code in {200, 400}


def test_the_filters_keep_the_cells_asked_for(
    client_awa: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    dire(m2a, awa, RIXHEIM)
    dire(m2a, awa, MULHOUSE, le=date(2020, 1, 1))

    def cases(requete: str) -> list[str]:
        return sorted(re.findall(r'name="cellule"\s+value="([^"]+)"', lire(client_awa, ADRESSE + requete)))

    assert cases("?famille=france-services&etat=recense") == [f"france-services/{RIXHEIM}"]
    assert cases("?famille=france-services&etat=a_refaire") == [f"france-services/{MULHOUSE}"]
    assert cases("?famille=france-services&etat=non_recense") == [f"france-services/{BRUEBACH}"]
    assert f"mairie/{RIXHEIM}" in cases(f"?commune={RIXHEIM}&etat=non_recense")
    assert cases("?etat=zero_confirme") == []
    assert len(cases("?famille=france-services&vue=tableau")) == 3


def test_an_old_census_says_to_be_redone(
    client_awa: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    dire(m2a, awa, MULHOUSE, le=date(2020, 1, 1))

    assert "Recensé, à refaire" in lire(client_awa, f"{ADRESSE}?famille=france-services")
    assert "À refaire depuis le 1er janvier 2021" in lire(
        client_awa, f"{ADRESSE}cellule/france-services/{MULHOUSE}/"
    )


def test_the_page_of_a_cell_tells_its_story(
    client_awa: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    (acte,) = dire(m2a, awa, RIXHEIM, etat="zero_confirme", aupres_de="la mairie")

    page = lire(client_awa, CELLULE)

    assert f"Zéro confirmé le {espaces(jour(RECENT))} par Awa E., auprès de : la mairie" in page
    assert f"/lots/{acte.lot}/annuler/" in page
    assert "Personne n’a encore rien dit de cette case." in lire(
        client_awa, CELLULE.replace(RIXHEIM, BRUEBACH)
    )


@pytest.mark.parametrize("suite", ["licorne/68278", "mairie/68297", "mairie/99999"])
def test_a_cell_that_is_not_of_here_does_not_exist(
    client_awa: Client, communes: Communes, suite: str
) -> None:
    assert client_awa.get(f"{ADRESSE}cellule/{suite}/").status_code == 404


def test_an_act_of_another_territory_is_not_undone_from_here(
    client_awa: Client, ailleurs: Territoire, communes: Communes, denis: Personne
) -> None:
    Commune.objects.filter(code="68297").update(groupement=ailleurs.groupement)
    (acte,) = dire(ailleurs, denis, "68297")

    reponse = client_awa.post(f"{ADRESSE}lots/{acte.lot}/annuler/")

    assert reponse.status_code == 422
    assert not Recensement.base.filter(etat="annulation").exists()


def test_the_board_exports_every_cell_safe_for_a_spreadsheet(
    client_chloe: Client, m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    dire(
        m2a,
        awa,
        RIXHEIM,
        etat="zero_confirme",
        note='=HYPERLINK("x")',
        aupres_de="@mairie",
    )
    ouvrir(communes[MULHOUSE])

    reponse = client_chloe.get(f"{ADRESSE}tableau.csv?famille=france-services")

    texte = reponse.content.decode("utf-8-sig")
    lignes = {ligne["code_insee"]: ligne for ligne in csv.DictReader(io.StringIO(texte), delimiter=";")}
    assert reponse["Content-Disposition"].startswith('attachment; filename="recensement-m2a-')
    assert list(lignes) == [BRUEBACH, MULHOUSE, RIXHEIM]
    assert lignes[RIXHEIM] == {
        "famille": "France services",
        "code_insee": RIXHEIM,
        "commune": "Rixheim",
        "habitants": "14380",
        "etat": "zéro confirmé",
        "a_refaire": "non",
        "zero_dementi": "non",
        "vrai_le": RECENT.isoformat(),
        "a_refaire_le": ajouter_mois(RECENT, 12).isoformat(),
        "note_par": "Awa E.",
        "aupres_de": "'@mairie",
        "liste": "",
        "services_connus": "0",
        "titulaire": "",
        "note": '\'=HYPERLINK("x")',
    }
    assert (lignes[MULHOUSE]["etat"], lignes[MULHOUSE]["services_connus"]) == ("non recensé", "1")
    assert lignes[BRUEBACH]["services_connus"] == ""


def test_the_settings_are_checked_and_kept(client_awa: Client, m2a: Territoire) -> None:
    def regler(**champs: str) -> int:
        return client_awa.post(
            f"{ADRESSE}reglages/", {"seuil": "80", "duree_mois": "6", "version": "0"} | champs
        ).status_code

    assert regler(duree_mairie="24") == 302
    assert (reglages_de(m2a).seuil, reglages_de(m2a).duree("mairie"), reglages_de(m2a).duree("x")) == (
        0.8,
        24,
        6,
    )
    assert regler(seuil="50") == 409  # somebody else saved since
    for faux in (
        {"seuil": "0"},
        {"seuil": "101"},
        {"duree_mois": "x"},
        {"duree_mairie": "-1"},
        {"version": "x"},
    ):
        assert regler(**faux) == 422
    assert reglages_de(m2a).seuil == 0.8


def test_a_coordinator_notes_a_holder_and_takes_it_back(
    client_awa: Client, m2a: Territoire, communes: Communes
) -> None:
    page = client_awa.post(
        f"{ADRESSE}competences/",
        {
            "sujet": "petite-enfance",
            "communes": [RIXHEIM],
            "titulaire": "syndicat",
            "nom": "Sivom <script>",
            "depuis": "2020-01-01",
            "source": "Statuts de 2019",
            "note": "",
        },
        follow=True,
    )
    fait = Competence.base.get()

    assert "Sivom &lt;script&gt;, depuis le" in page.content.decode()
    assert (fait.commune_id, fait.nom) == (RIXHEIM, "Sivom <script>")
    client_awa.post(f"{ADRESSE}competences/{fait.uuid}/retirer/")
    assert "Rien n’est noté." in lire(client_awa, f"{ADRESSE}competences/")
    assert client_awa.post(f"{ADRESSE}competences/{UUID(int=7)}/retirer/").status_code == 404


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"titulaire": "autre"}, "Écrivez le nom du syndicat"),
        ({"source": ""}, "Dites d’où vient l’information"),
        ({"communes": ["99999"]}, "pas de ce territoire"),
        ({"depuis": "2999-01-01"}, "pas encore passée"),
        ({"sujet": "x"}, "x"),
    ],
)
def test_a_holder_wants_its_facts(
    client_awa: Client, communes: Communes, champs: dict[str, object], refus: str
) -> None:
    defaut = {
        "sujet": "jeunesse",
        "titulaire": "epci",
        "nom": "",
        "depuis": "2020-01-01",
        "source": "Statuts",
        "note": "",
    }

    reponse = client_awa.post(f"{ADRESSE}competences/", defaut | champs)

    assert reponse.status_code == 422
    assert refus in reponse.content.decode()
    assert Competence.base.count() == 0


@pytest.mark.parametrize("nombre", [1, 3])
@pytest.mark.parametrize(
    ("requete", "combien"),
    [("", 13), ("?vue=tableau", 12), ("?vue=appels", 13), ("?famille=france-services", 12)],
)
def test_the_board_costs_the_same_queries_whatever_it_holds(
    client_awa: Client,
    m2a: Territoire,
    communes: Communes,
    awa: Personne,
    requete: str,
    combien: int,
    nombre: int,
    django_assert_num_queries,
) -> None:
    make_source("mairies", familles=["mairie"], edition_le=date(2023, 2, 3), departements_complets=["68"])
    for code in list(communes)[:nombre]:
        dire(m2a, awa, code)
        ouvrir(communes[code], f"Lieu {code}")

    # Session, person, territory by host then by name, roles; the board's seven; who holds what, for the calls.
    with django_assert_num_queries(combien):
        client_awa.get(ADRESSE + requete)
