"""The invented services: complete, marked wherever they show, counted nowhere, gone by one command."""

import json
import re
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from maillage.annuaire import indexing
from maillage.annuaire.avant_de_venir import dire
from maillage.annuaire.coherence import controler
from maillage.annuaire.doublons import signaler_doublons
from maillage.annuaire.exemples.chargement import charger_exemples, exemples, retirer_exemples
from maillage.annuaire.familles import familles
from maillage.annuaire.heritage import resoudre, resoudre_pratique
from maillage.annuaire.models import Doublon, Service, Source, Structure
from maillage.convention.mesures.calcul import mesurer, vider_memoires
from maillage.convention.models import Indicateur
from maillage.core.journal import verifier_chaine
from maillage.core.models import Acte
from maillage.diagnostic.offre import offre
from maillage.diagnostic.tableau import etat_recensement
from maillage.territoire.models import Territoire
from tests.convention_definitions import COMPTER, PART_LOIN, SANS
from tests.make import (
    INSTANT,
    make_commune,
    make_convention,
    make_fiche,
    make_service,
    make_source,
    make_structure,
)

pytestmark = pytest.mark.django_db
LE = date(2026, 11, 25)
FICTION = re.compile(r"03 53 01 \d\d \d\d")


@pytest.fixture
def communes(m2a: Territoire) -> dict[str, Any]:
    """The communes of the examples, all in the territory."""
    codes = {dit["commune"] for dit in exemples()} | {
        lieu["commune"] for dit in exemples() for lieu in dit.get("lieux", ())
    }
    return {
        code: make_commune(
            code,
            f"Commune {code}",
            groupement=m2a.groupement,
            latitude=47.6 + rang / 100,
            longitude=7.2 + rang / 100,
        )
        for rang, code in enumerate(sorted(codes))
    }


def charger(m2a: Territoire) -> int:
    return charger_exemples(m2a, le=INSTANT)


def test_every_family_that_no_shipped_source_describes_has_an_example(m2a: Territoire, communes):
    assert charger(m2a) == len(exemples()) == 64

    montrees = set(Service.objects.values_list("famille", flat=True))
    assert set(familles()) - montrees == {"mairie", "france-services"}


def test_loading_twice_changes_nothing(m2a: Territoire, communes):
    charger(m2a)
    avant = (Structure.objects.count(), Service.objects.count(), Acte.objects.count())

    assert charger(m2a) == 0
    assert (Structure.objects.count(), Service.objects.count(), Acte.objects.count()) == avant


def test_another_territory_gets_none_of_them(ailleurs: Territoire, communes):
    assert charger_exemples(ailleurs, le=INSTANT) == 0


def test_nobody_real_is_named_called_or_written_to(m2a: Territoire, communes):
    charger(m2a)

    textes = [str(dit) for dit in exemples()]
    for texte in textes:
        telephones = re.findall(r"\b0\d(?:[ .]?\d\d){4}\b", texte)
        assert all(FICTION.fullmatch(telephone) for telephone in telephones)
        assert all(
            adresse.endswith("@example.org") for adresse in re.findall(r"\S+@[\w.]+", texte.replace("'", " "))
        )
    assert all(nom.endswith("(exemple)") for nom in Service.objects.values_list("nom", flat=True))
    assert all(nom.endswith("(exemple)") for nom in Structure.objects.values_list("nom", flat=True))


def test_they_are_marked_on_both_records_and_come_from_a_source_of_their_own(m2a: Territoire, communes):
    charger(m2a)

    assert not Structure.objects.filter(exemple=False).exists()
    assert not Service.objects.filter(exemple=False).exists()
    source = Source.objects.get(slug="exemples")
    assert (source.exemple, source.departements_complets, source.familles) == (True, [], [])


def test_they_show_what_a_record_can_say(m2a: Territoire, communes):
    charger(m2a)
    creche = Service.objects.get(id="exemples--creche-les-cigogneaux")

    dit = dire(resoudre(creche), resoudre_pratique(creche), familles()["eaje"], le=LE)

    assert dit.inconnus == ()
    assert [titre.expire for titre in dit.titres] == [False, True]
    assert [annonce.en_cours for annonce in dit.annonces] == [False, False]
    assert dit.place is not None
    laep = Service.objects.get(id="exemples--laep-la-cabane")
    assert dire(resoudre(laep), resoudre_pratique(laep), familles()["laep"], le=LE).is_ferme
    assert resoudre(Service.objects.get(id="exemples--la-passerelle")).adresse is None


@pytest.mark.parametrize("jour", [datetime(2026, 2, 28, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_the_sample_is_alive_whatever_the_day_it_is_loaded(m2a: Territoire, communes, jour: datetime):
    assert charger_exemples(m2a, le=jour) == 64
    laep = Service.objects.get(id="exemples--laep-la-cabane")
    assert resoudre_pratique(laep).fermetures[0].couvre(jour.date())


# --- marked everywhere -----------------------------------------------------------------------------------------


def test_every_card_of_a_search_says_example(client: Client, m2a: Territoire, communes):
    charger(m2a)
    indexing.reindexer(le=INSTANT)

    for page in range(1, 8):
        response = client.get("/recherche", {"partout": "oui", "page": page})
        cartes = response.text.split('class="card result')[1:]
        assert cartes
        assert all('class="tag exemple"' in carte for carte in cartes)
    assert "Dont 64 exemples : des fiches inventées." in response.text.replace("\u00a0", " ")


def test_every_record_says_example_and_asks_not_to_call(client: Client, m2a: Territoire, communes):
    charger(m2a)

    for service in Service.objects.all():
        brut = client.get(f"/service/{service.id}").text
        assert 'class="tag exemple"' in brut
        assert "Fiche inventée." in brut
        assert 'content="noindex"' in brut


def test_the_history_and_the_correction_pages_say_example(client_awa: Client, m2a: Territoire, communes):
    charger(m2a)
    cle = "exemples--creche-les-cigogneaux"

    for adresse in (
        f"/structure/{cle}",
        f"/structure/{cle}/histoire",
        f"/structure/{cle}/corriger",
        f"/service/{cle}/corriger/prix",
        f"/service/{cle}/ajouter/contact",
    ):
        assert 'class="tag exemple"' in client_awa.get(adresse).text, adresse


def test_an_export_holds_none_unless_asked_and_then_says_so(client: Client, m2a: Territoire, communes):
    charger(m2a)
    make_service(make_structure("Vraie", commune_officielle=communes["68224"]), "rpe")
    indexing.reindexer(le=INSTANT)

    def exporter(**options: str) -> str:
        return b"".join(client.get("/annuaire/exporter.csv", {"partout": "oui"} | options)).decode()

    assert "(exemple)" not in exporter()
    assert "Vraie" in exporter()
    assert "(exemple)" in exporter(exemples="oui")


# --- counted nowhere --------------------------------------------------------------------------------------------


@pytest.fixture
def indicateurs(m2a: Territoire, communes: dict[str, Any]) -> list[Indicateur]:
    """The three kinds of measure, of families that have examples, over two real services of each."""
    source = make_source("vraie", nom="Vraie", edition_le=LE, departements_complets=["68"])
    fiche = make_fiche(make_convention(m2a))
    mesures = []
    for rang, famille in enumerate(("rpe", "laep", "aide-alimentaire")):
        Source.objects.filter(pk=source.pk).update(familles=["rpe", "laep", "aide-alimentaire"])
        for code in ("68224", "68278"):
            reelle = make_structure(
                "Vraie", source_ref=source, commune_officielle=communes[code], ouvert_le=LE
            )
            make_service(reelle, famille)
        for numero, modele in enumerate((COMPTER, SANS, PART_LOIN)):
            definition = json.loads(json.dumps(modele).replace("france-services", famille))
            mesures.append(
                Indicateur.base.create(
                    fiche=fiche, code=f"{rang}.{numero}", libelle="Essai", unite="", definition=definition
                )
            )
    return mesures


def test_no_indicator_moves(m2a: Territoire, communes, indicateurs: list[Indicateur]):
    def mesurer_tout() -> list[object]:
        vider_memoires()
        return [mesurer(indicateur, le=LE, maintenant=INSTANT).valeur for indicateur in indicateurs]

    avant = mesurer_tout()
    charger(m2a)

    assert mesurer_tout() == avant
    assert len(avant) == 9
    assert avant[0] == 2


def test_the_board_of_what_is_surveyed_does_not_move(m2a: Territoire, communes):
    def compter() -> tuple[object, ...]:
        lue = offre(communes=set(communes), familles=set(familles()), le=LE)
        return {cle: len(fiches) for cle, fiches in lue.items()}, str(etat_recensement(m2a, le=LE))

    make_service(make_structure("Vraie", commune_officielle=communes["68224"]), "rpe")
    avant = compter()
    charger(m2a)

    assert compter() == avant
    assert avant[0] == {("rpe", "68224"): 1}


def test_no_line_of_the_home_page_moves(client: Client, m2a: Territoire, communes):
    make_source("vraie", nom="Vraie", edition="2026", edition_le=LE)

    avant = client.get("/").text
    charger(m2a)

    assert client.get("/").text == avant


def test_no_line_of_the_territory_s_pages_moves(client: Client, m2a: Territoire, communes):
    avant = [client.get(adresse).text for adresse in ("/territoire/", "/territoire/68224")]
    charger(m2a)

    assert [client.get(adresse).text for adresse in ("/territoire/", "/territoire/68224")] == avant


LUDOTHEQUES = {"q": "ludothèque", "commune": "68375", "lieu": "Commune 68375"}


def test_results_say_how_many_are_invented(client: Client, m2a: Territoire, communes):
    make_service(make_structure("Ludothèque réelle", commune_officielle=communes["68375"]), "ludotheque")
    charger(m2a)
    indexing.reindexer(le=INSTANT)

    lu = client.get("/recherche", LUDOTHEQUES).text.replace("\u00a0", " ")

    assert "2 services à moins" in lu
    assert "Dont 1 exemple : des fiches inventées." in lu


def test_results_without_any_say_nothing_of_them(client: Client, m2a: Territoire, communes):
    make_service(make_structure("Ludothèque réelle", commune_officielle=communes["68375"]), "ludotheque")
    charger(m2a)
    retirer_exemples(le=INSTANT)
    indexing.reindexer(le=INSTANT)

    lu = client.get("/recherche", LUDOTHEQUES).text

    assert "1 service à moins" in lu
    assert "xemple" not in lu


def test_an_example_is_never_the_duplicate_of_a_real_record(m2a: Territoire, communes):
    charger(m2a)
    modele = Structure.objects.get(id="exemples--ludotheque-la-toupie")
    vraie = make_structure(
        "Ludothèque La Toupie",
        commune_officielle=communes["68375"],
        adresse=modele.adresse,
        telephone=modele.telephone,
    )
    make_service(vraie, "ludotheque")
    signaler_doublons([vraie.n], le=INSTANT)

    assert not Doublon.objects.exists()


def test_the_directory_still_holds_together(m2a: Territoire, communes):
    charger(m2a)
    indexing.reindexer(le=INSTANT)

    assert [str(controle) for controle in controler(le=LE) if controle.grave and not controle.reussi] == []
    assert verifier_chaine() == []


# --- gone by one command, and back ------------------------------------------------------------------------------


def test_one_command_takes_them_out_and_each_withdrawal_is_in_the_journal(
    client: Client, m2a: Territoire, communes
):
    vraie = make_service(make_structure("Vraie"), "rpe")
    charger(m2a)
    structures = Structure.objects.filter(exemple=True).count()
    sortie = StringIO()

    call_command("retire_exemples", stdout=sortie)

    assert sortie.getvalue() == f"{structures} structures d’exemple retirées.\n"
    assert list(Service.objects.visibles()) == [vraie]
    assert Acte.objects.filter(acte="retirer", objet_type="annuaire.structure").count() == structures
    assert client.get("/service/exemples--la-passerelle").status_code == 410
    assert retirer_exemples(le=INSTANT) == 0
    sortie = StringIO()
    call_command("retire_exemples", stdout=sortie)
    assert sortie.getvalue() == "Aucun exemple dans l’annuaire.\n"


def test_the_same_command_puts_them_back(client: Client, m2a: Territoire, communes):
    charger(m2a)
    retirer_exemples(le=INSTANT)
    sortie = StringIO()

    call_command("retire_exemples", "--remettre", stdout=sortie)

    assert sortie.getvalue() == "64 services d’exemple remis.\n"
    assert Service.objects.visibles().count() == 64
    assert client.get("/service/exemples--rpe-les-cigogneaux").status_code == 200
