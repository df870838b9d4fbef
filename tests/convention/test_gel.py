"""A freeze: taken once, on real records, on the day of the meeting; it never moves and a changed byte is seen."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from maillage.annuaire.models import Service
from maillage.comptes.models import Personne
from maillage.convention.gel import geler, verifier_gel
from maillage.convention.mesures.calcul import mesurer, vider_memoires
from maillage.convention.models import Convention, Gel, Indicateur, Valeur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import garde_levee, histoire
from maillage.instances.models import Reunion
from maillage.territoire.models import Territoire
from tests.convention_definitions import PART_LOIN, SANS
from tests.make import (
    INSTANT,
    make_commune,
    make_convention,
    make_fiche,
    make_reunion,
    make_service,
    make_source,
    make_structure,
)

pytestmark = pytest.mark.django_db
AUJOURD_HUI = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _memoires_vides() -> Iterator[None]:
    vider_memoires()
    yield
    vider_memoires()


@pytest.fixture
def convention(m2a: Territoire) -> Convention:
    """Two communes, one served since 2020, two indicators."""
    communes = [
        make_commune(f"6800{n}", f"Commune {n}", groupement=m2a.groupement, latitude=47.7 + n / 10)
        for n in (1, 2)
    ]
    make_source("france-services", edition_le=date(2024, 8, 1), departements_complets=["68"])
    make_service(make_structure("Premier", commune_officielle=communes[0], ouvert_le=date(2020, 1, 1)))
    convention = make_convention(m2a)
    fiche = make_fiche(convention, "3.2")
    for code, definition, unite in (("3.2a", PART_LOIN, "% des habitants"), ("3.2b", SANS, "communes")):
        Indicateur.base.create(
            fiche=fiche, code=code, libelle=code, unite=unite, sens="baisse", definition=definition
        )
    return convention


@pytest.fixture
def reunion(m2a: Territoire) -> Reunion:
    return make_reunion(m2a)


@pytest.fixture
def gel(convention: Convention, reunion: Reunion, awa: Personne) -> Gel:
    return geler(convention, reunion=reunion, par=awa, le=INSTANT)


def ouvrir_deuxieme() -> Service:
    from maillage.territoire.models import Commune

    vider_memoires()
    commune = Commune.objects.get(code="68002")
    return make_service(make_structure("Deuxième", commune_officielle=commune, ouvert_le=date(2026, 11, 1)))


def aujourd_hui(code: str = "3.2b") -> float | None:
    vider_memoires()
    return mesurer(Indicateur.base.get(code=code), le=AUJOURD_HUI, maintenant=INSTANT).valeur


def test_a_freeze_holds_every_indicator_as_of_the_meeting(gel: Gel) -> None:
    figees = [(v.indicateur.code, v.valeur, v.pour_le) for v in gel.valeurs.order_by("indicateur__code")]

    assert figees == [("3.2a", 50.0, AUJOURD_HUI), ("3.2b", 1.0, AUJOURD_HUI)]
    assert (len(gel.empreinte), verifier_gel(gel)) == (64, [])


def test_a_record_added_moves_today_and_never_the_frozen_value(gel: Gel) -> None:
    assert aujourd_hui() == 1
    ajoute = ouvrir_deuxieme()

    assert aujourd_hui() == 0
    assert gel.valeurs.get(indicateur__code="3.2b").valeur == 1
    Service.objects.filter(pk=ajoute.pk).update(ferme_le=AUJOURD_HUI)
    assert aujourd_hui() == 1
    assert verifier_gel(Gel.base.get(pk=gel.pk)) == []


def test_values_are_those_of_the_day_of_the_meeting_not_of_the_click(
    convention: Convention, m2a: Territoire, awa: Personne
) -> None:
    ouvrir_deuxieme()

    gel = geler(convention, reunion=make_reunion(m2a, le=date(2026, 10, 15)), par=awa, le=INSTANT)

    assert gel.valeurs.get(indicateur__code="3.2b").valeur == 1


def test_a_meeting_freezes_once(gel: Gel, convention: Convention, reunion: Reunion, awa: Personne) -> None:
    with pytest.raises(RegleMetier, match="déjà figées"):
        geler(convention, reunion=reunion, par=awa, le=INSTANT)

    assert (Gel.base.count(), Valeur.base.count()) == (1, 2)


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"etat": "close"}, "n’est plus ouverte"),
        ({"etat": "annulee"}, "n’est plus ouverte"),
        ({"le": date(2026, 11, 26)}, "prévue le 26\u00a0novembre\u00a02026"),
    ],
)
def test_a_meeting_that_is_over_or_to_come_freezes_nothing(
    convention: Convention, m2a: Territoire, awa: Personne, champs: dict[str, Any], dit: str
) -> None:
    with pytest.raises(RegleMetier, match=dit):
        geler(convention, reunion=make_reunion(m2a, **champs), par=awa, le=INSTANT)

    assert Valeur.base.count() == 0


def test_a_meeting_of_another_territory_freezes_nothing_here(
    convention: Convention, ailleurs: Territoire, awa: Personne
) -> None:
    with pytest.raises(RegleMetier, match="autre territoire"):
        geler(convention, reunion=make_reunion(ailleurs), par=awa, le=INSTANT)


def test_examples_are_never_in_a_freeze(convention: Convention, reunion: Reunion, awa: Personne) -> None:
    from maillage.territoire.models import Commune

    exemple = make_structure("Faux", commune_officielle=Commune.objects.get(code="68002"), exemple=True)
    make_service(exemple, ouvert_le=date(2020, 1, 1))

    gel = geler(convention, reunion=reunion, par=awa, le=INSTANT)

    assert gel.valeurs.get(indicateur__code="3.2b").valeur == 1


@pytest.mark.parametrize(
    ("champ", "faux"),
    [
        ("valeur", 2.0),
        ("numerateur", 7.0),
        ("motif", "autre"),
        ("pour_le", date(2026, 11, 24)),
        ("calculee_le", INSTANT + timedelta(microseconds=1)),
    ],
)
def test_a_changed_byte_is_found_in_the_value_and_in_the_freeze(gel: Gel, champ: str, faux: Any) -> None:
    with garde_levee("essais"):
        Valeur.base.filter(indicateur__code="3.2b").update(**{champ: faux})

    fautes = verifier_gel(Gel.base.get(pk=gel.pk))

    assert len(fautes) == 2
    assert "l’indicateur 3.2b ne correspond plus à son empreinte" in fautes[0]
    assert "l’ensemble des valeurs" in fautes[1]


def test_a_record_s_name_changed_in_the_recipe_is_found(gel: Gel) -> None:
    valeur = Valeur.base.get(indicateur__code="3.2b")
    valeur.recette["comptees"][0]["nom"] += "."
    with garde_levee("essais"):
        valeur.save()

    assert len(verifier_gel(gel)) == 2


def test_a_value_swapped_with_its_own_fingerprint_is_still_found(gel: Gel) -> None:
    from maillage.convention.mesures.calcul import empreinte_valeur

    valeur = Valeur.base.get(indicateur__code="3.2b")
    valeur.valeur = 0.0
    valeur.empreinte = empreinte_valeur(valeur)
    with garde_levee("essais"):
        valeur.save()

    (faute,) = verifier_gel(gel)
    assert "l’ensemble des valeurs" in faute


def test_a_value_taken_out_of_a_freeze_is_found(gel: Gel) -> None:
    with garde_levee("essais"):
        gel.valeurs.remove(Valeur.base.get(indicateur__code="3.2a"))

    assert len(verifier_gel(gel)) == 1


def test_the_freeze_is_in_its_own_history_and_in_the_fiche_s(gel: Gel, convention: Convention) -> None:
    (sien,) = histoire(gel)
    (fiche,) = histoire(convention.fiches.get())

    assert sien.acte == "geler"
    assert sien.contenu.champs["empreinte"] == [None, gel.empreinte]
    assert fiche.acte == "valeurs figées"
    assert fiche.contenu.champs == {
        "3.2a": [None, "50\u00a0% des habitants"],
        "3.2b": [None, "1\u00a0commune"],
    }


def test_the_command_lists_values_and_fails_on_a_broken_freeze(gel: Gel, capsys: Any) -> None:
    import json

    call_command("check_indicateurs", json=True)
    assert json.loads(capsys.readouterr().out) == [
        {"code": "3.2a", "etat": "calcule", "attend": "", "valeur": 50.0},
        {"code": "3.2b", "etat": "calcule", "attend": "", "valeur": 1},
    ]

    with garde_levee("essais"):
        Valeur.base.filter(indicateur__code="3.2b").update(valeur=0)
    with pytest.raises(CommandError, match=r"3\.2b ne correspond plus"):
        call_command("check_indicateurs")


def test_the_command_says_what_an_indicator_waits_for(convention: Convention, capsys: Any) -> None:
    import json

    make_source("france-services").__class__.objects.update(departements_complets=[])

    call_command("check_indicateurs", json=True)

    etats = json.loads(capsys.readouterr().out)
    assert [(e["etat"], e["valeur"]) for e in etats] == [("attend", None), ("attend", None)]
    assert "dans une liste complète" in etats[1]["attend"]


@pytest.mark.parametrize(
    "table", ["convention_valeur", "convention_gel", "convention_gel_valeurs", "convention_version"]
)
def test_the_engine_guards_every_proof(table: str) -> None:
    from maillage.core.gardes import GESTES

    with connection.cursor() as curseur:
        if connection.vendor == "sqlite":
            curseur.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            curseur.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        poses = {nom for (nom,) in curseur.fetchall()}

    assert {f"{table}_{geste}" for geste in GESTES} <= poses
