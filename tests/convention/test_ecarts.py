"""Écarts: graded against the road of the target, nothing without a target, put on an agenda, answered by a decision."""

from collections.abc import Iterator
from datetime import date

import pytest

from maillage.comptes.models import Personne
from maillage.convention.ecarts import (
    constater,
    delier,
    graver,
    mettre_a_l_ordre_du_jour,
    repondre,
    titre_ecart,
)
from maillage.convention.gel import geler
from maillage.convention.mesures.calcul import vider_memoires
from maillage.convention.models import Cible, Convention, Ecart, Gel, Indicateur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.instances.models import Decision, Point
from maillage.territoire.models import Territoire
from tests.convention_definitions import SANS
from tests.make import (
    INSTANT,
    make_commune,
    make_convention,
    make_fiche,
    make_reunion,
    make_source,
)


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def indicateur(m2a: Territoire) -> Indicateur:
    """Ten communes, none served: 10 before the convention, 10 today."""
    for n in range(10):
        make_commune(f"6800{n}", f"Commune {n}", groupement=m2a.groupement)
    make_source("france-services", edition_le=date(2024, 8, 1), departements_complets=["68"])
    return Indicateur.base.create(
        fiche=make_fiche(make_convention(m2a), "3.2"),
        code="3.2b",
        libelle="Communes sans lieu",
        unite="communes",
        sens="baisse",
        definition=SANS,
        reference_le=date(2024, 4, 1),
    )


def viser(indicateur: Indicateur, valeur: float, le: date) -> Cible:
    return Cible.base.create(indicateur=indicateur, le=le, valeur=valeur, posee_le=INSTANT)


def figer(indicateur: Indicateur, awa: Personne) -> Gel:
    convention: Convention = indicateur.fiche.convention
    return geler(convention, reunion=make_reunion(convention.territoire), par=awa, le=INSTANT)


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("sens", "depart", "attendu", "observe", "gravite"),
    [
        ("baisse", 10, 5, 4, ""),
        ("baisse", 10, 5, 5, ""),
        ("baisse", 10, 5, 5.4, ""),
        ("baisse", 10, 5, 5.5, "leger"),
        ("baisse", 10, 5, 6.25, "net"),
        ("baisse", 10, 5, 7.5, "grave"),
        ("baisse", 10, 5, 12, "grave"),
        ("hausse", 0, 8, 8, ""),
        ("hausse", 0, 8, 7.5, ""),
        ("hausse", 0, 8, 7, "leger"),
        ("hausse", 0, 8, 5, "net"),
        ("hausse", 0, 8, 0, "grave"),
        ("baisse", None, 10, 12, "leger"),
        ("baisse", 5, 5, 6, "leger"),
        ("baisse", None, 0, 1, "grave"),
        ("hausse", None, 0, 1, ""),
    ],
)
def test_the_lack_is_graded_against_the_road_to_travel(
    sens: str, depart: float | None, attendu: float, observe: float, gravite: str
) -> None:
    assert graver(sens, depart=depart, attendu=attendu, observe=observe) == gravite


@pytest.mark.django_db
def test_without_a_target_there_is_no_ecart(indicateur: Indicateur, awa: Personne) -> None:
    assert constater(figer(indicateur, awa), le=INSTANT) == []


@pytest.mark.django_db
def test_a_past_target_is_expected_whole(indicateur: Indicateur, awa: Personne) -> None:
    viser(indicateur, 4, date(2025, 12, 31))

    (ecart,) = constater(figer(indicateur, awa), le=INSTANT)

    assert (ecart.attendu, ecart.observe, ecart.gravite) == (4, 10, "grave")


@pytest.mark.django_db
def test_before_its_date_a_target_is_expected_in_proportion(indicateur: Indicateur, awa: Personne) -> None:
    viser(indicateur, 4, date(2026, 12, 31))

    (ecart,) = constater(figer(indicateur, awa), le=INSTANT)

    # 968 of the 1,004 days between 1 April 2024 and the target have passed.
    assert ecart.attendu == pytest.approx(10 - 6 * 968 / 1004)


@pytest.mark.django_db
def test_a_kept_promise_makes_no_ecart_and_seeing_twice_adds_nothing(
    indicateur: Indicateur, awa: Personne
) -> None:
    viser(indicateur, 10, date(2025, 12, 31))
    gel = figer(indicateur, awa)
    assert constater(gel, le=INSTANT) == []

    Cible.base.update(valeur=4)
    constater(gel, le=INSTANT)
    constater(gel, le=INSTANT)

    assert Ecart.base.count() == 1


@pytest.mark.django_db
def test_an_ecart_goes_on_an_agenda_once_and_its_fiche_says_so(indicateur: Indicateur, awa: Personne) -> None:
    viser(indicateur, 4, date(2025, 12, 31))
    (ecart,) = constater(figer(indicateur, awa), le=INSTANT)
    suivante = make_reunion(indicateur.fiche.convention.territoire, instance=ecart.gel.reunion.instance)

    point = mettre_a_l_ordre_du_jour(ecart, reunion=suivante, par=awa, le=INSTANT)

    assert (point.objet_type, point.objet_uuid, point.ordre) == ("convention.ecart", ecart.uuid, 1)
    assert titre_ecart(ecart) == ("3.2b Communes sans lieu : 10\u00a0communes, on attendait 4\u00a0communes")
    with pytest.raises(RegleMetier, match="déjà à l’ordre du jour"):
        mettre_a_l_ordre_du_jour(ecart, reunion=suivante, par=awa, le=INSTANT)
    assert Point.base.count() == 1
    assert [a.acte for a in histoire(indicateur.fiche)][:2] == ["écart mis à l’ordre du jour", "écart vu"]


@pytest.mark.django_db
def test_only_an_adopted_decision_of_the_same_territory_answers(
    indicateur: Indicateur, awa: Personne, ailleurs: Territoire
) -> None:
    viser(indicateur, 4, date(2025, 12, 31))
    (ecart,) = constater(figer(indicateur, awa), le=INSTANT)
    decision = Decision.base.create(reunion=ecart.gel.reunion, numero=1, texte="Ouvrir à Habsheim")
    etrangere = Decision.base.create(
        reunion=make_reunion(ailleurs), numero=1, texte="Ailleurs", etat="adoptee"
    )

    for refusee in (decision, etrangere):
        with pytest.raises(RegleMetier):
            repondre(ecart, decision=refusee, par=awa, le=INSTANT)
    decision.etat = "adoptee"
    repondre(ecart, decision=decision, par=awa, le=INSTANT)

    assert Ecart.base.get().decision_id == decision.uuid
    assert histoire(indicateur.fiche).first().decision == decision.uuid  # type: ignore[union-attr]
    delier(ecart, decision=decision, par=awa, le=INSTANT)
    assert Ecart.base.get().decision_id is None
