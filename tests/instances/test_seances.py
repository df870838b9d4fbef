"""Meetings: their life as a table, decisions written and settled only while they sit, nothing overwritten."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from maillage.comptes.models import Personne, Role
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire
from maillage.instances.cycle import SUITES, passer
from maillage.instances.models import Decision, Instance, Point, Reunion
from maillage.instances.permissions import get_decision_for, get_reunion_for
from maillage.instances.seances import decider, inscrire_point, modifier_decision, preparer_reunion
from maillage.territoire.models import Territoire
from tests.make import INSTANT, make_convention, make_fiche, make_reunion

pytestmark = pytest.mark.django_db
ETATS = [etat for etat, _ in Reunion.ETATS]
COORDONNE = frozenset({Role.COORDINATEUR})


def dicter(reunion: Reunion, par: Personne, **champs: Any) -> Decision:
    defaut: dict[str, Any] = {
        "texte": "Ouvrir à Habsheim",
        "nature": "validation",
        "objet": None,
        "echeance": None,
        "responsable": None,
    }
    return decider(reunion, par=par, le=INSTANT, **(defaut | champs))


def reecrire(decision: Decision, par: Personne, **champs: Any) -> Decision:
    defaut: dict[str, Any] = {
        "version": decision.version,
        "texte": decision.texte,
        "nature": decision.nature,
        "echeance": decision.echeance,
        "responsable": decision.responsable,
        "etat": decision.etat,
    }
    return modifier_decision(decision, par=par, le=INSTANT, **(defaut | champs))


@pytest.mark.parametrize("avant", ETATS)
@pytest.mark.parametrize("apres", [*ETATS, "", "inconnu"])
def test_a_meeting_follows_its_table_and_nothing_else(
    m2a: Territoire, awa: Personne, avant: str, apres: str
) -> None:
    reunion = make_reunion(m2a, etat=avant)

    if apres in SUITES[avant]:
        assert passer(reunion, etat=apres, version=1, par=awa, le=INSTANT).etat == apres
        assert histoire(reunion).get().contenu.champs == {"etat": [avant, apres]}
    else:
        with pytest.raises(RegleMetier):
            passer(reunion, etat=apres, version=1, par=awa, le=INSTANT)
        assert Reunion.base.get().etat == avant


def test_a_meeting_does_not_close_on_a_decision_that_waits(m2a: Territoire, awa: Personne) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    decision = dicter(reunion, awa)

    with pytest.raises(RegleMetier, match="1 décision attend encore"):
        passer(reunion, etat="close", version=1, par=awa, le=INSTANT)

    reecrire(decision, awa, etat="ajournee")
    assert passer(reunion, etat="close", version=1, par=awa, le=INSTANT).etat == "close"


def test_two_people_who_close_together_do_not_both_succeed(m2a: Territoire, awa: Personne) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    autre = Reunion.base.get()
    passer(reunion, etat="close", version=1, par=awa, le=INSTANT)

    with pytest.raises(ConflitEdition):
        passer(autre, etat="close", version=1, par=awa, le=INSTANT)


@pytest.mark.parametrize("etat", ["preparee", "close", "annulee"])
def test_a_decision_is_written_only_while_the_meeting_sits(m2a: Territoire, awa: Personne, etat: str) -> None:
    with pytest.raises(RegleMetier):
        dicter(make_reunion(m2a, etat=etat), awa)

    assert Decision.base.count() == 0


def test_a_page_opened_before_the_closing_writes_nothing_after_it(m2a: Territoire, awa: Personne) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    decision = dicter(reunion, awa, etat="adoptee")
    Reunion.base.update(etat="close")

    with pytest.raises(RegleMetier, match="ne changent plus"):
        dicter(reunion, awa)
    with pytest.raises(RegleMetier, match="ne changent plus"):
        reecrire(decision, awa, texte="Autre chose")
    assert Decision.base.get().texte == "Ouvrir à Habsheim"


def test_decisions_are_numbered_in_order_and_keep_their_history(
    m2a: Territoire, awa: Personne, bruno: Personne
) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    fiche = make_fiche(make_convention(m2a), "3.2")
    premiere = dicter(reunion, awa, objet=fiche, echeance=date(2027, 6, 30), responsable=bruno)
    seconde = dicter(reunion, awa, texte="  Former les agents  ")
    reecrire(premiere, awa, etat="adoptee", texte="Ouvrir à Habsheim en 2027")

    assert [(d.numero, d.texte, d.etat) for d in Decision.base.all()] == [
        (1, "Ouvrir à Habsheim en 2027", "adoptee"),
        (2, "Former les agents", "proposee"),
    ]
    assert (premiere.objet_type, premiere.objet_uuid) == ("convention.fiche", fiche.uuid)
    actes = list(histoire(premiere))
    assert [a.acte for a in actes] == ["modifier", "décider"]
    assert actes[0].contenu.champs == {
        "texte": ["Ouvrir à Habsheim", "Ouvrir à Habsheim en 2027"],
        "etat": ["proposee", "adoptee"],
    }
    assert actes[1].contenu.champs["echeance"] == [None, "2027-06-30"]
    assert {a.decision for a in actes} == {premiere.uuid}
    assert seconde.objet_uuid is None


def test_an_old_page_does_not_overwrite_a_decision(m2a: Territoire, awa: Personne) -> None:
    decision = dicter(make_reunion(m2a, etat="en_seance"), awa)
    reecrire(decision, awa, texte="Premier texte")

    with pytest.raises(ConflitEdition) as conflit:
        reecrire(Decision.base.get(), awa, version=1, texte="Second texte")

    assert conflit.value.actuel["texte"] == "Premier texte"
    assert conflit.value.saisi["texte"] == "Second texte"


@pytest.mark.parametrize("champs", [{"texte": " "}, {"nature": "voeu"}, {"etat": "oui"}])
def test_a_decision_without_sense_is_refused(m2a: Territoire, awa: Personne, champs: dict[str, str]) -> None:
    with pytest.raises(RegleMetier):
        dicter(make_reunion(m2a, etat="en_seance"), awa, **champs)


def test_points_go_to_the_end_of_the_agenda(m2a: Territoire, awa: Personne) -> None:
    reunion = make_reunion(m2a)
    for titre in ("Un", "Deux"):
        inscrire_point(reunion, titre=titre, objet=None, par=awa, le=INSTANT)

    assert [(p.ordre, p.titre) for p in Point.base.all()] == [(1, "Un"), (2, "Deux")]
    Reunion.base.update(etat="close")
    with pytest.raises(RegleMetier, match="ordre du jour ne change plus"):
        inscrire_point(Reunion.base.get(), titre="Trois", objet=None, par=awa, le=INSTANT)


def test_the_body_that_meets_is_created_once(m2a: Territoire, awa: Personne) -> None:
    for titre in ("Mars", "Novembre"):
        preparer_reunion(
            m2a,
            type_instance="copil",
            titre=titre,
            date_reunion=date(2026, 11, 25),
            lieu="",
            par=awa,
            le=INSTANT,
        )

    assert [(i.type, i.nom, i.reunions.count()) for i in Instance.base.all()] == [
        ("copil", "Comité de pilotage", 2)
    ]


def test_a_meeting_of_another_territory_does_not_exist(
    m2a: Territoire, ailleurs: Territoire, awa: Personne
) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    decision = dicter(reunion, awa)

    with pytest.raises(Http404):
        get_reunion_for(COORDONNE, ailleurs, reunion.uuid)
    with pytest.raises(Http404):
        get_decision_for(COORDONNE, ailleurs, decision.uuid)
    assert get_reunion_for(COORDONNE, m2a, reunion.uuid, agir=True) == reunion


@pytest.mark.parametrize("role", [Role.PILOTE, Role.LECTEUR])
def test_the_team_reads_and_only_the_coordination_acts(m2a: Territoire, awa: Personne, role: str) -> None:
    reunion = make_reunion(m2a, etat="en_seance")
    decision = dicter(reunion, awa)

    assert get_reunion_for(frozenset({role}), m2a, reunion.uuid) == reunion
    with pytest.raises(PermissionDenied):
        get_reunion_for(frozenset({role}), m2a, reunion.uuid, agir=True)
    with pytest.raises(PermissionDenied):
        get_decision_for(frozenset({role}), m2a, decision.uuid, agir=True)


def test_a_contributor_of_the_directory_does_not_read_meetings(m2a: Territoire) -> None:
    with pytest.raises(Http404):
        get_reunion_for(frozenset({Role.CONTRIBUTEUR}), m2a, make_reunion(m2a).uuid)
