"""Good Friday, commune by commune: three values, a source, the journal, and who may answer."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire
from maillage.territoire.calendrier import Reponse
from maillage.territoire.calendrier_local import calendrier_de
from maillage.territoire.faits import noter_vendredi_saint
from maillage.territoire.models import Commune, FaitCommune, Territoire
from tests.make import make_commune

pytestmark = pytest.mark.django_db
LE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
VENDREDI = date(2027, 3, 26)
DIT = {"reponse": Reponse.OUI, "source": "la mairie, par téléphone", "constate_le": date(2026, 11, 20)}


@pytest.fixture
def mulhouse(m2a: Territoire) -> Commune:
    return make_commune(groupement=m2a.groupement)


def test_an_answer_changes_what_is_said_of_the_day_and_stays_in_the_journal(
    mulhouse: Commune, awa: Personne
) -> None:
    assert calendrier_de(mulhouse).ferie(VENDREDI) == Reponse.INCONNU

    noter_vendredi_saint(mulhouse, **DIT, version=0, par=awa, le=LE)

    assert calendrier_de(mulhouse).ferie(VENDREDI) == Reponse.OUI
    (acte,) = histoire(mulhouse)
    assert (acte.acte, acte.par) == ("noter_vendredi_saint", awa)
    assert acte.contenu.champs == {
        "reponse": ["inconnu", "oui"],
        "source": [None, "la mairie, par téléphone"],
        "constate_le": [None, "2026-11-20"],
    }


def test_the_same_answer_twice_writes_one_act(mulhouse: Commune, awa: Personne) -> None:
    premier = noter_vendredi_saint(mulhouse, **DIT, version=0, par=awa, le=LE)
    second = noter_vendredi_saint(mulhouse, **DIT, version=1, par=awa, le=LE)

    assert (premier.version, second.version, histoire(mulhouse).count()) == (1, 1, 1)


def test_an_answer_can_be_taken_back_to_unknown(mulhouse: Commune, awa: Personne) -> None:
    noter_vendredi_saint(mulhouse, **DIT, version=0, par=awa, le=LE)

    fait = noter_vendredi_saint(mulhouse, **(DIT | {"reponse": Reponse.INCONNU}), version=1, par=awa, le=LE)

    assert (fait.reponse, fait.source, fait.constate_le, fait.version) == ("inconnu", "", None, 2)
    assert calendrier_de(mulhouse).ferie(VENDREDI) == Reponse.INCONNU
    assert histoire(mulhouse).count() == 2


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"source": "  "}, "a sa source"),
        ({"constate_le": None}, "a sa source"),
        ({"constate_le": date(2026, 11, 26)}, "dans l’avenir"),
    ],
)
def test_a_fact_without_source_or_of_tomorrow_is_refused(
    mulhouse: Commune, awa: Personne, champs: dict[str, object], phrase: str
) -> None:
    with pytest.raises(RegleMetier, match=phrase):
        noter_vendredi_saint(mulhouse, **(DIT | champs), version=0, par=awa, le=LE)  # type: ignore[arg-type]
    assert not FaitCommune.objects.exists()


def test_the_database_itself_refuses_a_fact_without_source(mulhouse: Commune, awa: Personne) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FaitCommune.objects.create(
            commune=mulhouse,
            sujet="vendredi-saint",
            reponse="oui",
            source="",
            constate_le=None,
            par=awa,
            updated_at=LE,
        )


def test_elsewhere_than_in_alsace_and_moselle_the_question_does_not_exist(awa: Personne) -> None:
    with pytest.raises(RegleMetier, match="Alsace"):
        noter_vendredi_saint(make_commune("90010", "Belfort"), **DIT, version=0, par=awa, le=LE)


def test_two_people_answering_together_do_not_overwrite_each_other(mulhouse: Commune, awa: Personne) -> None:
    noter_vendredi_saint(mulhouse, **DIT, version=0, par=awa, le=LE)

    with pytest.raises(ConflitEdition):
        noter_vendredi_saint(mulhouse, **(DIT | {"reponse": Reponse.NON}), version=0, par=awa, le=LE)
    assert FaitCommune.objects.get().reponse == "oui"


def envoi(**champs: str) -> dict[str, str]:
    return {"reponse": "oui", "source": "la mairie", "constate_le": "2026-01-02", "version": "0"} | champs


def test_a_coordinator_answers_on_the_page_and_the_list_says_so(
    client_awa: Client, mulhouse: Commune
) -> None:
    liste = reverse("territoire:calendrier")
    assert "On ne sait pas" in client_awa.get(liste).text
    assert "Vendredi saint, jour férié dans certaines communes" in client_awa.get(liste).text

    page = client_awa.get(reverse("territoire:vendredi_saint", args=["68224"]))
    reponse = client_awa.post(reverse("territoire:vendredi_saint", args=["68224"]), envoi(), follow=True)

    assert 'name="version" value="0"' in page.text
    assert reponse.redirect_chain == [(liste, 302)]
    assert "C’est noté pour Mulhouse." in reponse.text
    assert "la mairie, le 2 janvier 2026" in reponse.text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("champs", "statut"), [({"source": ""}, 422), ({"reponse": "peut-être"}, 422), ({"version": "7"}, 409)]
)
def test_a_refused_answer_keeps_what_was_typed(
    client_awa: Client, mulhouse: Commune, champs: dict[str, str], statut: int
) -> None:
    adresse = reverse("territoire:vendredi_saint", args=["68224"])
    client_awa.post(adresse, envoi())

    reponse = client_awa.post(adresse, envoi(version="1", reponse="non", constate_le="2026-02-03") | champs)

    assert reponse.status_code == statut
    assert 'value="2026-02-03"' in reponse.text
    assert FaitCommune.objects.get().reponse == "oui"


def test_a_coordinator_answers_only_for_her_own_communes(client_awa: Client, mulhouse: Commune) -> None:
    make_commune("67482", "Strasbourg")

    assert client_awa.post(reverse("territoire:vendredi_saint", args=["67482"]), envoi()).status_code == 404
    assert "Strasbourg" not in client_awa.get(reverse("territoire:calendrier")).text


def test_readers_and_other_territories_do_not_answer(
    client_chloe: Client, client_denis: Client, client: Client, mulhouse: Commune
) -> None:
    adresse = reverse("territoire:vendredi_saint", args=["68224"])

    assert [c.post(adresse, envoi()).status_code for c in (client_chloe, client_denis, client)] == [
        403,
        403,
        302,
    ]
    assert not FaitCommune.objects.exists()


def test_the_list_takes_as_many_queries_for_one_commune_as_for_three(
    client_awa: Client, mulhouse: Commune, m2a: Territoire, django_assert_max_num_queries: object
) -> None:
    make_commune("68278", "Rixheim", groupement=m2a.groupement)
    make_commune("68118", "Habsheim", groupement=m2a.groupement)

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        page = client_awa.get(reverse("territoire:calendrier"))

    assert page.text.count("Répondre") == 3
