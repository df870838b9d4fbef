"""Indicators measured on the database: as of a date, from real records only, appended and never overwritten."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.annuaire.doublons import compte_distinct
from maillage.annuaire.models import Doublon, Lieu, Service
from maillage.convention.mesures.bibliotheque import avant_la_convention, installer
from maillage.convention.mesures.calcul import (
    actualiser,
    enregistrer_valeur,
    mesurer,
    mesurer_plusieurs,
    vider_memoires,
)
from maillage.convention.models import Convention, Indicateur, Phase, Valeur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.territoire.models import Commune, Territoire
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
AUJOURD_HUI = date(2026, 11, 25)
LABEL = date(2024, 4, 1)


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def communes(m2a: Territoire) -> list[Commune]:
    """Five communes of the territory on one meridian, 2.224 km apart, and one beyond, 2.224 km after the last."""
    dedans = [
        make_commune(
            f"6800{n}",
            f"Commune {n}",
            population=100 * n,
            latitude=47.70 + 0.02 * n,
            groupement=m2a.groupement,
        )
        for n in range(1, 6)
    ]
    return [*dedans, make_commune("68999", "Dehors", latitude=47.82)]


@pytest.fixture
def source(communes: list[Commune]) -> Any:
    return make_source(
        "france-services",
        nom="Liste des France services",
        edition="août 2024",
        edition_le=date(2024, 8, 1),
        departements_complets=["68"],
    )


@pytest.fixture
def convention(m2a: Territoire) -> Convention:
    return make_convention(m2a)


def make_indicateur(
    convention: Convention, definition: object = SANS, code: str = "3.2b", **champs: Any
) -> Indicateur:
    fiche = convention.fiches.filter(code="3.2").first() or make_fiche(convention, "3.2")
    defaut = {"libelle": "Communes sans lieu", "unite": "communes", "sens": "baisse", "reference_le": LABEL}
    return Indicateur.base.create(fiche=fiche, code=code, definition=definition, **(defaut | champs))


def ouvrir(commune: Commune, nom: str = "Lieu", **champs: Any) -> Service:
    return make_service(make_structure(nom, commune_officielle=commune, **champs))


def valeur(indicateur: Indicateur, le: date = AUJOURD_HUI, **champs: Any) -> float | None:
    vider_memoires()
    return mesurer(indicateur, le=le, maintenant=INSTANT, **champs).valeur


@pytest.mark.parametrize(("ecart", "attendu"), [(-1, 5), (0, 4), (1, 4)])
def test_a_label_counts_from_its_day_on(
    source: Any, communes: list[Commune], convention: Convention, ecart: int, attendu: int
) -> None:
    indicateur = make_indicateur(convention)
    ouvrir(communes[0], ouvert_le=LABEL)

    assert valeur(indicateur, LABEL + timedelta(days=ecart)) == attendu


@pytest.mark.parametrize(("ecart", "attendu"), [(-1, 4), (0, 5), (1, 5)])
def test_a_closed_record_stops_on_its_closing_day_and_stays_true_before(
    source: Any, communes: list[Commune], convention: Convention, ecart: int, attendu: int
) -> None:
    indicateur = make_indicateur(convention)
    service = ouvrir(communes[0], ouvert_le=date(2020, 1, 1))
    Service.objects.filter(pk=service.pk).update(ferme_le=date(2026, 10, 1))

    assert valeur(indicateur, date(2026, 10, 1) + timedelta(days=ecart)) == attendu


def test_an_example_is_never_counted_unless_asked_and_then_not_recorded(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    ouvrir(communes[0], ouvert_le=LABEL, exemple=True)

    assert valeur(indicateur) == 5
    avec = mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT, exemples=True)
    assert avec.valeur == 4
    with pytest.raises(RegleMetier, match="fiches d’exemple"):
        enregistrer_valeur(indicateur, avec, pour_le=AUJOURD_HUI, calculee_le=INSTANT)
    assert Valeur.base.count() == 0


def test_the_reasons_of_what_is_left_out_are_said(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    ouvrir(communes[0], "Exemple", ouvert_le=LABEL, exemple=True)
    ouvrir(communes[1], "Futur", ouvert_le=date(2026, 12, 1))
    ferme = ouvrir(communes[2], "Fermé", ouvert_le=LABEL)
    Service.objects.filter(pk=ferme.pk).update(ferme_le=date(2025, 5, 2))
    retire = ouvrir(communes[3], "Retiré", ouvert_le=LABEL)
    Service.objects.filter(pk=retire.pk).update(retire_le=INSTANT)

    recette = mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT).recette

    assert {f.nom: f.raison for f in recette.ecartees} == {
        "Exemple": "fiche d’exemple",
        "Futur": "pas encore ouverte : 1er\u00a0décembre\u00a02026",
        "Fermé": "fermée depuis le 2\u00a0mai\u00a02025",
        "Retiré": "retirée du répertoire le 25\u00a0novembre\u00a02026",
    }


def test_a_point_outside_the_territory_serves_its_residents_but_is_not_in_a_commune(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    part = make_indicateur(convention, PART_LOIN, "3.2a", unite="% des habitants", decimales=1)
    sans = make_indicateur(convention)
    ouvrir(communes[5], ouvert_le=LABEL)

    mesure = mesurer(part, le=AUJOURD_HUI, maintenant=INSTANT)

    # From the point: commune 5 at 2.2 km, 4 at 4.4 km; 1, 2 and 3 are farther than 5 km: 600 of 1,500.
    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (40.0, 600, 1500)
    assert valeur(sans) == 5


def test_a_protected_address_is_measured_from_the_centre_of_its_commune(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    part = make_indicateur(convention, PART_LOIN, "3.2a")
    ouvrir(communes[0], ouvert_le=LABEL, confidentiel=True, latitude=47.95, longitude=7.34)

    mesure = mesurer(part, le=AUJOURD_HUI, maintenant=INSTANT)

    assert mesure.recette.communes[0].distance_km == 0.0
    assert "faute de mieux ou pour les protéger : 1." in " ".join(mesure.recette.reserves)


def test_a_service_counts_at_each_of_its_sites(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    service = ouvrir(communes[0], ouvert_le=LABEL)
    Lieu.objects.create(service=service, commune_officielle=communes[1], latitude=47.74, longitude=7.34)

    assert valeur(indicateur) == 3


def test_a_record_in_a_former_commune_counts_for_the_commune_of_today(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    ancienne = make_commune(
        "68056", "Ancienne", type="deleguee", parente=communes[2], latitude=None, longitude=None
    )
    ouvrir(ancienne, ouvert_le=LABEL)

    assert mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT).communes == (
        "68001",
        "68002",
        "68004",
        "68005",
    )


def test_twins_are_said_and_a_person_s_answer_changes_the_count(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    compte = make_indicateur(convention, COMPTER, "n", unite="lieux")
    bus, antenne = (
        ouvrir(communes[0], "Bus", ouvert_le=LABEL),
        ouvrir(communes[0], "Antenne", ouvert_le=LABEL),
    )
    paire = Doublon.objects.create(
        premiere=bus.structure_ref, seconde=antenne.structure_ref, motif="même endroit", signale_le=INSTANT
    )

    avant = mesurer(compte, le=AUJOURD_HUI, maintenant=INSTANT)
    paire.etat, paire.examine_le = "meme", INSTANT
    paire.save()
    apres = mesurer(compte, le=AUJOURD_HUI, maintenant=INSTANT)

    assert (avant.valeur, apres.valeur) == (2, 1)
    assert "« Bus » et « Antenne »." in avant.recette.reserves[-1]
    assert apres.recette.reserves[-1].endswith("sont la même offre : elle compte une fois.")


def test_a_new_source_edition_is_seen_without_any_record_changing(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT)
    source.edition_le = date(2026, 11, 24)
    source.save()

    (dite,) = mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT).recette.sources

    assert dite.age_jours == 1


def test_without_a_complete_list_there_is_no_number(communes: list[Commune], convention: Convention) -> None:
    indicateur = make_indicateur(convention)
    ouvrir(communes[0], ouvert_le=LABEL)

    mesure = mesurer(indicateur, le=AUJOURD_HUI, maintenant=INSTANT)

    assert mesure.valeur is None
    assert "dans une liste complète" in mesure.motif


def test_a_day_to_come_is_refused(source: Any, convention: Convention) -> None:
    with pytest.raises(RegleMetier, match="pas encore passée"):
        mesurer(make_indicateur(convention), le=date(2026, 11, 26), maintenant=INSTANT)


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_number_of_queries_does_not_grow_with_records_or_indicators(
    source: Any, communes: list[Commune], convention: Convention, nombre: int
) -> None:
    for n in range(nombre):
        make_indicateur(convention, SANS, f"n{n}")
        ouvrir(communes[n], f"Lieu {n}", ouvert_le=LABEL)
    indicateurs = list(Indicateur.base.select_related("fiche__convention__territoire"))
    vider_memoires()

    with CaptureQueriesContext(
        connection,
    ) as froid:
        mesurer_plusieurs([(i, le) for i in indicateurs for le in (LABEL, AUJOURD_HUI)])
    with CaptureQueriesContext(connection) as chaud:
        mesurer_plusieurs([(i, le) for i in indicateurs for le in (LABEL, AUJOURD_HUI)])

    # State of the data 5; communes, sources, services and their sites, twins, neighbours 6; words of people and the
    # territory's settings 2; one for each day.
    assert (len(froid), len(chaud)) == (15, 5)


def test_the_series_grows_only_when_something_changed(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    make_indicateur(convention)
    ouvrir(communes[0], "Premier", ouvert_le=LABEL)

    premieres = actualiser(convention, maintenant=INSTANT)
    rien = actualiser(convention, maintenant=INSTANT + timedelta(hours=1))
    vider_memoires()
    ouvrir(communes[1], "Deuxième", ouvert_le=date(2026, 11, 1))
    apres = actualiser(convention, maintenant=INSTANT + timedelta(hours=2))

    assert [(v.pour_le, v.valeur) for v in premieres] == [(LABEL, 4), (AUJOURD_HUI, 4)]
    assert rien == []
    assert [(v.pour_le, v.valeur) for v in apres] == [(AUJOURD_HUI, 3)]
    assert Valeur.base.filter(pour_le=LABEL).count() == 1


def test_the_fiche_s_history_says_what_moved_its_number(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    indicateur = make_indicateur(convention)
    actualiser(convention, maintenant=INSTANT)
    vider_memoires()
    ouvrir(communes[1], "France services de Habsheim", ouvert_le=date(2026, 11, 1))
    actualiser(convention, maintenant=INSTANT + timedelta(hours=2))

    acte = histoire(indicateur.fiche).get()

    assert acte.acte == "indicateur changé"
    assert acte.contenu.champs == {"3.2b": ["5\u00a0communes", "4\u00a0communes"]}
    assert acte.motif == "Le répertoire a changé (en plus : France services de Habsheim)."


def test_the_library_is_installed_once_and_leaves_a_person_s_change_alone(convention: Convention) -> None:
    make_fiche(convention, "3.2")
    make_fiche(convention, "1.1")
    Phase.base.create(convention=convention, ordre=1, titre="Validation du plan", debut="2024-04")

    crees = installer(convention)
    Indicateur.base.filter(code="3.2b").update(libelle="Autrement dit")

    assert [(i.fiche.code, i.code, i.reference_le) for i in crees] == [
        ("3.2", "3.2a", LABEL),
        ("3.2", "3.2b", LABEL),
    ]
    assert installer(convention) == []
    assert Indicateur.base.get(code="3.2b").libelle == "Autrement dit"


def test_the_library_leaves_alone_a_fiche_of_the_same_code_that_speaks_of_something_else(
    convention: Convention,
) -> None:
    make_fiche(convention, "3.2", titre="Rénover la piscine")

    assert installer(convention) == []


def test_before_the_convention_is_its_first_day_when_the_document_dates_no_validation(
    convention: Convention,
) -> None:
    Phase.base.create(convention=convention, ordre=1, titre="Validation", debut="2024")

    assert avant_la_convention(convention) == date(2024, 1, 1)


def test_the_count_agrees_with_the_directory_s_own(
    source: Any, communes: list[Commune], convention: Convention
) -> None:
    compte = make_indicateur(convention, COMPTER, "n", unite="lieux")
    services = [ouvrir(communes[0], f"Lieu {n}", ouvert_le=LABEL) for n in range(4)]
    for (a, b), etat in {(0, 1): "meme", (1, 2): "meme", (0, 3): "signale"}.items():
        Doublon.objects.create(
            premiere=services[a].structure_ref,
            seconde=services[b].structure_ref,
            motif="même endroit",
            etat=etat,
            signale_le=INSTANT,
        )

    assert valeur(compte) == compte_distinct(services).distincts == 2
