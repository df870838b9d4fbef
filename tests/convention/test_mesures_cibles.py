"""Targets: promised by date, taken back without losing their history, read as a straight path."""

from datetime import date

import pytest
from django.test import Client

from maillage.comptes.models import Personne
from maillage.convention.mesures.cibles import attendu_le, poser_cible, retirer_cible
from maillage.convention.mesures.graphique import Moment, tracer
from maillage.convention.models import Cible, Indicateur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire
from tests.convention_definitions import SANS
from tests.make import INSTANT, make_commune, make_convention, make_fiche, make_reunion

DEPART = (date(2024, 4, 1), 34.0)
FIN_2026 = date(2026, 12, 31)


@pytest.fixture
def indicateur(m2a: Territoire) -> Indicateur:
    return Indicateur.base.create(
        fiche=make_fiche(make_convention(m2a), "3.2"),
        code="3.2b",
        libelle="Communes sans lieu",
        unite="communes",
        sens="baisse",
        definition=SANS,
        reference_le=DEPART[0],
    )


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("le", "attendu"),
    [
        (date(2024, 4, 1), 34.0),
        (date(2025, 4, 1), 34 - 14 * 365 / 1004),
        (date(2026, 12, 30), 34 - 14 * 1003 / 1004),
        (FIN_2026, 20.0),
        (date(2030, 1, 1), 20.0),
        (date(2024, 3, 31), None),
    ],
)
def test_the_path_is_a_straight_line_from_the_start_to_the_target(le: date, attendu: float | None) -> None:
    assert attendu_le(le, depart=DEPART, cibles=[(FIN_2026, 20.0)]) == pytest.approx(attendu)


@pytest.mark.moteur_indifferent
def test_without_a_start_nothing_is_expected_before_the_first_target() -> None:
    cibles = [(date(2025, 12, 31), 30.0), (FIN_2026, 20.0)]

    assert attendu_le(date(2025, 6, 1), depart=None, cibles=cibles) is None
    assert attendu_le(date(2026, 7, 1), depart=None, cibles=cibles) == pytest.approx(30 - 10 * 182 / 365)


@pytest.mark.moteur_indifferent
def test_without_a_target_nothing_is_ever_expected() -> None:
    assert attendu_le(FIN_2026, depart=DEPART, cibles=[]) is None


@pytest.mark.moteur_indifferent
def test_the_chart_starts_at_zero_and_places_its_points_in_order() -> None:
    moments = (Moment("depart", "avr. 24", 40, "40"), Moment("jour", "auj.", 20, "20"))

    trace = tracer(moments, cible=10, cible_texte="Cible : 10")

    assert trace is not None
    assert [(p.x, p.y) for p in trace.points] == [("29", "56"), ("231", "98")]
    assert (trace.ligne, trace.cible_y) == ("M29 56 231 98", "119")


@pytest.mark.moteur_indifferent
def test_a_chart_of_nothing_is_not_drawn_and_zero_is_drawn_on_the_axis() -> None:
    assert tracer((), cible=3) is None
    trace = tracer((Moment("jour", "auj.", 0, "0"),), cible=None)
    assert trace is not None
    assert (trace.points[0].y, trace.ligne, trace.cible_y) == ("140", "", "")


@pytest.mark.django_db
def test_a_target_is_set_replaced_and_taken_back_with_its_whole_history(
    indicateur: Indicateur, awa: Personne
) -> None:
    champs = {"pour_le": FIN_2026, "decision": None, "par": awa, "le": INSTANT}
    poser_cible(indicateur, valeur=25, **champs)
    cible = poser_cible(indicateur, valeur=20, **champs)
    retirer_cible(cible, par=awa, le=INSTANT)

    assert Cible.base.count() == 0
    nom = "3.2b, cible au 31\u00a0décembre\u00a02026"
    assert [(a.acte, a.contenu.champs[nom]) for a in histoire(indicateur.fiche)] == [
        ("cible retirée", ["20\u00a0communes", None]),
        ("cible posée", ["25\u00a0communes", "20\u00a0communes"]),
        ("cible posée", [None, "25\u00a0communes"]),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"valeur": -1}, "positive ou nulle"),
        ({"valeur": float("nan")}, "positive ou nulle"),
        ({"valeur": float("inf")}, "positive ou nulle"),
        ({"pour_le": date(2024, 4, 1)}, "après la valeur de départ"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(
    indicateur: Indicateur, awa: Personne, champs: dict[str, object], dit: str
) -> None:
    defaut = {"valeur": 20.0, "pour_le": FIN_2026, "decision": None, "par": awa, "le": INSTANT}

    with pytest.raises(RegleMetier, match=dit):
        poser_cible(indicateur, **(defaut | champs))  # type: ignore[arg-type]
    assert Cible.base.count() == 0


@pytest.mark.django_db
def test_only_an_adopted_decision_sets_a_target(
    indicateur: Indicateur, awa: Personne, m2a: Territoire
) -> None:
    reunion = make_reunion(m2a)
    decision = Decision.base.create(reunion=reunion, numero=1, texte="Viser 20")

    with pytest.raises(RegleMetier, match="pas adoptée"):
        poser_cible(indicateur, valeur=20, pour_le=FIN_2026, decision=decision, par=awa, le=INSTANT)


@pytest.mark.django_db
def test_the_coordinator_sets_and_takes_back_a_target_on_its_page(
    indicateur: Indicateur, client_awa: Client
) -> None:
    adresse = "/plan/2024-2026/3.2/indicateur-3.2b/cible/"

    posee = client_awa.post(adresse, {"valeur": "20,5", "pour_le": "2026-12-31"}, follow=True)
    cible = Cible.base.get()

    assert (cible.valeur, cible.le) == (20.5, FIN_2026)
    assert "Posée le" in posee.content.decode()
    retiree = client_awa.post(adresse, {"retirer": str(cible.pk)}, follow=True)
    assert Cible.base.count() == 0
    assert "Aucune cible n’a été posée." in retiree.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"valeur": "vingt", "pour_le": "2026-12-31"}, "Écrivez un nombre, par exemple 20."),
        ({"valeur": "-3", "pour_le": "2026-12-31"}, "Écrivez un nombre entre 0 et 2."),
        ({"valeur": "40", "pour_le": "2026-12-31"}, "Écrivez un nombre entre 0 et 2."),
        ({"valeur": "1e308", "pour_le": "2026-12-31"}, "Écrivez un nombre entre 0 et 2."),
        ({"valeur": "20", "pour_le": "9999-12-31"}, "Choisissez une date avant le 31/12/2100."),
        ({"valeur": "nan", "pour_le": "2026-12-31"}, "Écrivez un nombre, par exemple 20."),
        ({"valeur": "20", "pour_le": "2024-01-01"}, "Choisissez une date après la valeur de départ"),
        ({"valeur": "20", "pour_le": "31 décembre"}, "Écrivez une date, par exemple 01/04/2024."),
    ],
)
def test_a_wrong_target_form_says_what_to_write(
    indicateur: Indicateur, m2a: Territoire, client_awa: Client, champs: dict[str, str], dit: str
) -> None:
    for code, nom in (("68118", "Habsheim"), ("68278", "Rixheim")):
        make_commune(code, nom, groupement=m2a.groupement)

    reponse = client_awa.post("/plan/2024-2026/3.2/indicateur-3.2b/cible/", champs)

    assert reponse.status_code == 422
    assert dit in reponse.content.decode()
    assert Cible.base.count() == 0


@pytest.mark.django_db
def test_others_do_not_set_targets(
    indicateur: Indicateur, client_bruno: Client, client_chloe: Client, client_denis: Client, client: Client
) -> None:
    adresse = "/plan/2024-2026/3.2/indicateur-3.2b/cible/"
    envoi = {"valeur": "20", "pour_le": "2026-12-31"}

    statuts = [c.post(adresse, envoi).status_code for c in (client_bruno, client_chloe, client_denis, client)]

    assert statuts == [403, 403, 403, 302]
    assert Cible.base.count() == 0
