"""What people surveyed counts like a complete list, and a number says what it rests on."""

from collections.abc import Iterator
from datetime import date

import pytest

from maillage.annuaire.models import Source
from maillage.comptes.models import Personne
from maillage.convention.mesures.calcul import mesurer, vider_memoires
from maillage.convention.mesures.evaluation import Mesure
from maillage.convention.models import Indicateur
from maillage.diagnostic.recensement import annuler, confirmer_zero, noter_recensement
from maillage.diagnostic.reglages import regler
from maillage.territoire.models import Commune, Territoire
from tests.convention_definitions import SANS
from tests.make import (
    INSTANT,
    make_commune,
    make_convention,
    make_fiche,
    make_service,
    make_structure,
)

pytestmark = pytest.mark.django_db
LE = date(2026, 11, 25)
FAMILLE = "france-services"


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def indicateur(m2a: Territoire) -> Indicateur:
    """Three communes, one served, that no list covers."""
    communes = [make_commune(f"6800{n}", f"Commune {n}", groupement=m2a.groupement) for n in range(1, 4)]
    make_service(make_structure("Lieu", commune_officielle=communes[0], ouvert_le=date(2020, 1, 1)))
    return Indicateur.base.create(
        fiche=make_fiche(make_convention(m2a)),
        code="3.2b",
        libelle="Communes sans lieu",
        unite="communes",
        sens="baisse",
        definition=SANS,
    )


def noter(territoire: Territoire, par: Personne, *codes: str, etat: str = "recense", le: date = LE) -> None:
    cles = [(FAMILLE, code) for code in codes]
    noter_recensement(territoire, cles, etat=etat, le=le, par=par, maintenant=INSTANT)


def mesure(indicateur: Indicateur, le: date = LE) -> Mesure:
    return mesurer(indicateur, le=le, maintenant=INSTANT)


def test_people_s_words_make_a_number_where_there_is_no_list(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    assert mesure(indicateur).motif.startswith(
        "Non calculable : aucune commune n’est dans une liste complète"
    )

    noter(m2a, awa, "68001", "68002")
    assert mesure(indicateur).motif == (
        "Non calculable : 1 commune sur 3 n’est pas recensée pour la famille « France services » (Commune 3)."
    )
    confirmer_zero(m2a, FAMILLE, ["68003"], le=LE, par=awa, maintenant=INSTANT)

    faite = mesure(indicateur)
    assert (faite.valeur, faite.recette.communes_recensees) == (2, 3)
    assert (
        "Pour la famille « France services », 3 communes ont été recensées par des personnes, non par une liste."
        in faite.recette.reserves
    )


def test_nobody_had_looked_before_the_first_word(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    noter(m2a, awa, "68001", "68002", "68003", le=date(2026, 1, 1))

    assert mesure(indicateur, date(2026, 1, 1)).valeur == 2
    assert mesure(indicateur, date(2025, 12, 31)).valeur is None


def test_undoing_takes_the_number_back(m2a: Territoire, indicateur: Indicateur, awa: Personne) -> None:
    noter(m2a, awa, "68001", "68002")
    (acte,) = confirmer_zero(m2a, FAMILLE, ["68003"], le=LE, par=awa, maintenant=INSTANT)
    assert mesure(indicateur).valeur == 2

    annuler(m2a, acte.lot, par=awa, maintenant=INSTANT)

    assert mesure(indicateur).valeur is None


def test_a_newer_doubt_about_a_list_takes_the_number_back(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    Source.objects.filter(slug=FAMILLE).update(edition_le=date(2024, 8, 1), departements_complets=["68"])
    vider_memoires()
    assert mesure(indicateur).valeur == 2

    noter(m2a, awa, "68002", etat="partiel")

    assert "n’est pas recensée" in mesure(indicateur).motif
    assert mesure(indicateur, date(2026, 11, 24)).valeur == 2


def test_a_zero_that_a_record_contradicts_is_no_census(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    noter(m2a, awa, "68001")
    confirmer_zero(m2a, FAMILLE, ["68002", "68003"], le=LE, par=awa, maintenant=INSTANT)
    autre = Commune.objects.get(code="68003")
    make_service(make_structure("Nouveau", commune_officielle=autre, ouvert_le=date(2024, 1, 1)))
    vider_memoires()

    assert "1 commune sur 3 n’est pas recensée" in mesure(indicateur).motif


def test_the_threshold_of_the_territory_decides_when_a_number_is_given(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    noter(m2a, awa, "68001", "68002")
    assert mesure(indicateur).valeur is None

    regler(m2a, seuil=0.66, duree_mois=12, durees={}, version=0, par=awa, le=INSTANT)

    faite = mesure(indicateur)
    assert (faite.valeur, faite.recette.seuil_recensement, faite.recette.communes_recensees) == (2, 0.66, 2)


def test_a_list_described_but_never_loaded_is_no_census(m2a: Territoire, indicateur: Indicateur) -> None:
    Source.objects.filter(slug=FAMILLE).update(edition_le=None, departements_complets=["68"])
    vider_memoires()

    assert mesure(indicateur).valeur is None


def test_an_old_word_still_counts_and_its_age_is_said(
    m2a: Territoire, indicateur: Indicateur, awa: Personne
) -> None:
    noter(m2a, awa, "68001", "68002", "68003", le=date(2024, 1, 1))

    faite = mesure(indicateur)

    assert faite.valeur == 2
    assert any(reserve.endswith("À refaire : 3.") for reserve in faite.recette.reserves)
