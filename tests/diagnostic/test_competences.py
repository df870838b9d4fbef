"""Who holds a competence on a day: the latest fact decides, nobody's word is « inconnu »."""

from datetime import date
from uuid import UUID

import pytest
from django.http import Http404

from maillage.annuaire.familles import familles
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.diagnostic.competences import noter_competence, retirer_competence, titulaires
from maillage.diagnostic.demandes import demandes, mairies_de
from maillage.diagnostic.models import Competence
from maillage.diagnostic.sujets import NOMS, sujet_de
from maillage.diagnostic.tableau import etat_recensement
from maillage.territoire.models import Commune, Territoire
from tests.diagnostic.conftest import BRUEBACH, LE, MULHOUSE, RIXHEIM, noter, ouvrir
from tests.make import INSTANT, make_source

pytestmark = pytest.mark.django_db
Communes = dict[str, Commune]


def tenir(territoire: Territoire, par: Personne, *codes: str, **champs: object) -> list[Competence]:
    defaut = {
        "sujet": "petite-enfance",
        "titulaire": "commune",
        "nom": "",
        "depuis": date(2020, 1, 1),
        "source": "Délibération du 12 décembre 2019",
        "note": "",
    }
    return noter_competence(territoire, communes=codes, par=par, le=INSTANT, **(defaut | champs))  # type: ignore[arg-type]


def tenu(territoire: Territoire, commune: Commune, le: date = LE) -> str:
    return titulaires(territoire, le).de("petite-enfance", commune).en_clair


def test_what_nobody_said_is_unknown(m2a: Territoire, communes: Communes) -> None:
    tous = titulaires(m2a, LE).tous(communes[RIXHEIM])

    assert [titulaire.sujet for titulaire in tous] == list(NOMS)
    assert {titulaire.en_clair for titulaire in tous} == {"inconnu"}


def test_a_holder_is_known_from_its_day_on_and_the_journal_tells_who_said_it(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    (fait,) = tenir(m2a, awa, titulaire="epci")

    assert tenu(m2a, communes[RIXHEIM], date(2019, 12, 31)) == "inconnu"
    assert (
        tenu(m2a, communes[RIXHEIM]) == "Mulhouse Alsace Agglomération, depuis le 1er\u00a0janvier\u00a02020"
    )
    acte = histoire(fait).get()
    assert (acte.par, acte.contenu.champs["source"]) == (awa, [None, "Délibération du 12 décembre 2019"])


def test_the_latest_fact_decides_and_on_one_day_the_commune_s_own(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    tenir(m2a, awa, RIXHEIM, MULHOUSE, depuis=date(2015, 1, 1))
    tenir(m2a, awa, titulaire="epci", depuis=date(2020, 1, 1))
    tenir(m2a, awa, RIXHEIM, titulaire="syndicat", nom="Sivom", depuis=date(2020, 1, 1))

    noms = [
        titulaires(m2a, LE).de("petite-enfance", communes[code]).nom for code in (MULHOUSE, RIXHEIM, BRUEBACH)
    ]

    assert noms == ["Mulhouse Alsace Agglomération", "Sivom", "Mulhouse Alsace Agglomération"]
    assert tenu(m2a, communes[RIXHEIM], date(2016, 1, 1)).startswith("la commune : Rixheim")


def test_a_fact_noted_by_mistake_no_longer_decides(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    (fait,) = tenir(m2a, awa)

    retirer_competence(m2a, fait.uuid, par=awa, le=INSTANT)

    assert tenu(m2a, communes[RIXHEIM]) == "inconnu"
    with pytest.raises(RegleMetier, match="déjà retirée"):
        retirer_competence(m2a, fait.uuid, par=awa, le=INSTANT)
    tenir(m2a, awa)
    assert tenu(m2a, communes[RIXHEIM]).startswith("la commune")


def test_a_fact_of_another_territory_does_not_exist(
    m2a: Territoire, ailleurs: Territoire, communes: Communes, awa: Personne, denis: Personne
) -> None:
    (fait,) = tenir(m2a, awa)

    for uuid in (fait.uuid, UUID(int=7)):
        with pytest.raises(Http404):
            retirer_competence(ailleurs, uuid, par=denis, le=INSTANT)
    assert titulaires(ailleurs, LE).faits == ()


@pytest.mark.parametrize("codes", [(), (RIXHEIM,)])
def test_two_holders_of_one_day_are_refused_and_nothing_is_written(
    m2a: Territoire, communes: Communes, awa: Personne, codes: tuple[str, ...]
) -> None:
    tenir(m2a, awa, *codes)

    with pytest.raises(RegleMetier, match="déjà noté à cette date"):
        tenir(m2a, awa, *(codes and (MULHOUSE, *codes)), titulaire="epci")
    assert Competence.base.count() == 1


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"sujet": "licorne"}, "dans la liste"),
        ({"depuis": date(2026, 11, 26)}, "pas encore passée"),
        ({"titulaire": "syndicat"}, "nom du syndicat"),
        ({"titulaire": "autre", "nom": "  "}, "nom du syndicat"),
        ({"source": " "}, "d’où vient l’information"),
    ],
)
def test_what_is_missing_is_asked_for(
    m2a: Territoire, communes: Communes, awa: Personne, champs: dict[str, object], refus: str
) -> None:
    with pytest.raises(RegleMetier, match=refus):
        tenir(m2a, awa, **champs)
    with pytest.raises(RegleMetier, match="pas de ce territoire"):
        tenir(m2a, awa, "68297")


def test_every_subject_reads_in_one_query(
    m2a: Territoire, communes: Communes, awa: Personne, django_assert_num_queries
) -> None:
    tenir(m2a, awa, RIXHEIM, MULHOUSE)
    tenir(m2a, awa, titulaire="epci", sujet="jeunesse")

    with django_assert_num_queries(1):
        lus = titulaires(m2a, LE)
        assert [t.connu for t in lus.tous(communes[RIXHEIM])] == [
            True,
            False,
            True,
            False,
            False,
            False,
            False,
        ]


@pytest.mark.parametrize(
    ("slug", "sujet"),
    [
        ("eaje", "petite-enfance"),
        ("laep", "parentalite"),
        ("evs", "animation-vie-sociale"),
        ("point-numerique", "numerique"),
        ("protection-enfance", "action-sociale"),
        ("mairie", ""),
        ("france-services", ""),
    ],
)
def test_a_family_belongs_to_the_subject_that_the_vocabulary_says(slug: str, sujet: str) -> None:
    assert sujet_de(familles()[slug]) == sujet


def test_calls_go_to_the_mairie_of_the_most_people_first_with_its_phone(
    m2a: Territoire, communes: Communes, awa: Personne
) -> None:
    ouvrir(communes[RIXHEIM], "Mairie de Rixheim", "mairie", telephone="03 89 64 59 59")
    noter(m2a, awa, BRUEBACH, famille="mairie")
    noter(m2a, awa, BRUEBACH, famille="france-services", etat="partiel")
    lu = etat_recensement(m2a, familles=["mairie", "france-services"], le=LE)

    a_faire = demandes(lu, titulaires(m2a, LE), mairies_de(lu))

    assert [(d.qui, d.population, d.pourquoi, d.appel) for d in a_faire] == [
        ("Mairie : Mulhouse", 104_978, "2 jamais recensés", ""),
        ("Mairie de Rixheim", 14_380, "2 jamais recensés", "+33389645959"),
        ("Mairie : Bruebach", 1_082, "1 recensé en partie", ""),
    ]


def test_an_old_list_asks_for_its_next_edition_not_for_a_call(m2a: Territoire, communes: Communes) -> None:
    make_source("france-services", nom="Liste", edition_le=date(2024, 8, 1), departements_complets=["68"])
    lu = etat_recensement(m2a, familles=["france-services"], le=LE)

    (demande,) = demandes(lu, titulaires(m2a, LE), {})

    assert (demande.genre, demande.qui, demande.pourquoi) == ("liste", "Liste", "3 à refaire")
    assert demande.population == 120_440


def test_a_competence_held_elsewhere_is_asked_of_its_holder_once_for_all_communes(
    m2a: Territoire, communes: Communes, awa: Personne, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenir(m2a, awa, titulaire="epci")
    monkeypatch.setattr(
        "maillage.diagnostic.tableau.toutes_les_familles", lambda: {"eaje": familles()["eaje"]}
    )
    lu = etat_recensement(m2a, le=LE)

    (demande,) = demandes(lu, titulaires(m2a, LE), {})

    assert (demande.genre, demande.qui) == ("titulaire", "Mulhouse Alsace Agglomération")
    assert [commune.nom for commune in demande.communes] == ["Bruebach", "Mulhouse", "Rixheim"]
