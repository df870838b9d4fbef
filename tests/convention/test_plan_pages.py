"""The public pages of the real plan: every promise at its own address, nothing reworded, silence said as silence."""

import re
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from maillage.comptes.models import Personne
from maillage.convention.edition import modifier_fiche, modifier_objectif
from maillage.convention.en_vigueur import convention_a_montrer, convention_en_vigueur
from maillage.convention.fils import fils_mesures, part_du_chemin
from maillage.convention.models import Cible, Convention, Fiche, Indicateur, Objectif, Valeur
from maillage.core.journal import journaliser
from maillage.core.texte import plier
from maillage.territoire.models import Territoire
from tests.make import INSTANT, make_axe, make_convention, make_fiche, make_objectif, make_orientation


def lire(adresse: str, client: Client | None = None) -> str:
    reponse = (client or Client()).get(adresse)
    assert reponse.status_code == 200, adresse
    return " ".join(reponse.content.decode().split())  # no-break spaces are spaces here


def test_the_plan_shows_its_fifteen_fiches_in_order(plan_m2a: Convention) -> None:
    page = lire("/plan/")

    assert re.findall(r'href="/plan/2024-2026/([^/"]+)/"><b>', page) == (
        "1.1 1.2 1.3 1.4 1.5 1.6 2.1 2.2 2.3 3.1 3.2 3.3 3.4 T1 T2".split()
    )
    assert "Axe 1. Améliorer la coordination et la concertation entre les acteurs du territoire" in page
    assert "Actions communes à tous les axes" in page
    assert "15 : rien n’a été déclaré" in page
    assert "Le document ne nomme pas cette étape. Peut-être : évaluation." in page
    assert "0 sur" not in page
    assert '<link rel="canonical" href="http://testserver/plan/2024-2026/">' in page


def test_every_public_address_of_the_plan_answers(plan_m2a: Convention) -> None:
    objectifs = Objectif.objects.du(plan_m2a.territoire).values_list("fiche__code", "code")
    client = Client()

    codes = {client.get(f"/plan/2024-2026/{f}/objectif-{o}").status_code for f, o in objectifs}

    assert len(objectifs) == 80
    assert codes == {200}
    for code in Fiche.objects.du(plan_m2a.territoire).values_list("code", flat=True):
        for adresse in (
            f"/plan/{code}",
            f"/plan/{code}/",
            f"/plan/2024-2026/{code}",
            f"/plan/2024-2026/{code}/",
            f"/plan/2024-2026/{code}/version-1",
            f"/plan/2024-2026/{code}/histoire/",
        ):
            assert client.get(adresse).status_code == 200, adresse
    assert client.get("/plan/2024-2026/document/").status_code == 200
    assert not client.cookies


@pytest.mark.parametrize(
    "adresse",
    ["/plan/9.9", "/plan/2020-2023/", "/plan/2024-2026/3.2/objectif-9", "/plan/2024-2026/3.2/version-2", "/plan/T9/"],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(plan_m2a: Convention, adresse: str) -> None:
    assert Client().get(adresse).status_code == 404


def test_the_short_address_is_the_fiche_in_force_with_its_permanent_address(plan_m2a: Convention) -> None:
    courte, permanente = lire("/plan/3.2"), lire("/plan/2024-2026/3.2/")

    assert courte == permanente
    assert '<link rel="canonical" href="http://testserver/plan/2024-2026/3.2/">' in courte


def test_a_fiche_gives_the_documents_words_and_lines(plan_m2a: Convention) -> None:
    page = lire("/plan/2024-2026/1.6/")

    assert "<h1>Déployer l’offre liée à l’animation de la vie sociale</h1>" in page
    assert 'href="/plan/2024-2026/document/#l161">lignes 161 à 178</a>. Rien n’est reformulé.' in page
    assert "Version 1</a> : le texte du document." in page
    for absent in ("les étapes", "les moyens", "les critères d’évaluation"):
        assert f"Le document annonce {absent} ; il ne les donne pas. À compléter." in page
    assert "Personne n’est nommé." in page
    assert "Pas de mesure." in page


def test_a_promise_has_its_state_its_proof_and_its_place(plan_m2a: Convention) -> None:
    page = lire("/plan/2024-2026/3.2/objectif-2")

    assert (
        "Promouvoir les espaces France Services et les bornes numériques dans les zones non pourvues" in page
    )
    assert "Rien n’a été déclaré" in page
    assert "Sans preuve à ce jour." in page
    assert 'rel="prev" href="/plan/2024-2026/3.2/objectif-1"' in page
    assert 'rel="next" href="/plan/2024-2026/3.2/objectif-3"' in page
    objectif = Objectif.objects.du(plan_m2a.territoire).get(fiche__code="3.2", code="2")
    assert f'href="/plan/2024-2026/document/#l{objectif.lignes_debut}"' in page


def test_a_sub_objectif_knows_its_parent(plan_m2a: Convention) -> None:
    page = lire("/plan/2024-2026/T1/objectif-1.1")

    assert 'href="/plan/2024-2026/T1/objectif-1">Objectif 1</a>' in page


def test_the_document_keeps_every_line_as_it_was_given(plan_m2a: Convention) -> None:
    page = lire("/plan/2024-2026/document/")
    assert plan_m2a.document is not None

    assert page.count('<tr id="l') == 354
    ligne_86 = page[page.index('id="l86"') : page.index('id="l87"')]
    assert "Identifier et structurer |&#x27;offre existante pour chaque tranche d’age" in ligne_86
    assert page.count("<del>") == len(plan_m2a.document.reparations)


def test_a_declared_state_moves_the_declared_thread(plan_m2a: Convention, awa: Personne) -> None:
    fiche = Fiche.objects.du(plan_m2a.territoire).select_related("convention__territoire").get(code="3.2")
    objectif = fiche.objectifs.get(code="1")
    objectif.fiche = fiche
    modifier_objectif(objectif, version=1, valeurs={"etat": "fait"}, par=awa, le=INSTANT)
    modifier_fiche(fiche, version=1, valeurs={"etat": "en_cours"}, par=awa, le=INSTANT)

    plan, page = lire("/plan/"), lire("/plan/3.2")

    assert plan.count("<span>1 sur 3</span>") == 1
    assert page.count("<span>1 sur 3</span>") == 1
    assert '<path d="M0 3h31.7" stroke-dasharray="31.7 1.6" />' in page
    assert "En cours, le 25 novembre 2026" in page
    assert "1 : en cours" in plan


def test_the_history_of_a_fiche_is_one_timeline_the_newest_first(plan_m2a: Convention, awa: Personne) -> None:
    fiche = Fiche.objects.du(plan_m2a.territoire).select_related("convention__territoire").get(code="3.2")
    objectif = fiche.objectifs.get(code="1")
    objectif.fiche = fiche
    indicateur = Indicateur.base.create(
        fiche=fiche, code="3.2z", libelle="Un nombre", unite="lieux", sens="hausse", definition={}
    )
    modifier_objectif(objectif, version=1, valeurs={"etat": "fait"}, par=awa, le=INSTANT)
    journaliser("cible posée", indicateur, le=INSTANT, par=awa)
    modifier_fiche(fiche, version=1, valeurs={"etat": "en_cours"}, par=awa, le=INSTANT)
    autre = Fiche.objects.du(plan_m2a.territoire).select_related("convention__territoire").get(code="3.3")
    modifier_fiche(autre, version=1, valeurs={"etat": "bloquee"}, par=awa, le=INSTANT)

    page = plier(lire("/plan/2024-2026/3.2/histoire/"))

    ordre = ["fiche modifiee", "cible posee", "objectif 1 modifie", "fiche lue dans le document"]
    positions = [page.index(acte) for acte in ordre]
    assert positions == sorted(positions)
    assert "bloquee" not in page
    assert "par awa e." in page


def make_plan(territoire: Territoire, *, fiches: int) -> Convention:
    convention = make_convention(territoire)
    for n in range(1, fiches + 1):
        orientation = make_orientation(make_axe(convention, numero=n))
        fiche = make_fiche(convention, code=f"{n}.1", orientation=orientation, ordre=n)
        for m in range(1, fiches + 1):
            make_objectif(fiche, code=str(m), ordre=m)
    return convention


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_plan_costs_as_many_queries_for_one_fiche_as_for_three(
    m2a: Territoire, nombre: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_plan(m2a, fiches=nombre)

    with django_assert_num_queries(10):
        lire("/plan/")


@pytest.mark.parametrize("nombre", [1, 3])
def test_a_fiche_costs_as_many_queries_for_one_objectif_as_for_three(
    m2a: Territoire, nombre: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_plan(m2a, fiches=nombre)

    with django_assert_num_queries(10):
        lire("/plan/2024-2026/1.1/")


def test_a_territory_without_a_plan_says_so(m2a: Territoire) -> None:
    assert "Le plan n’est pas encore publié" in lire("/plan/")
    assert Client().get("/plan/3.2").status_code == 404


def test_an_instance_without_a_territory_says_so(db: None) -> None:
    assert "Le plan n’est pas encore publié" in lire("/plan/")


def test_the_convention_in_force_is_the_one_whose_period_holds_the_day(m2a: Territoire) -> None:
    ancienne = make_convention(m2a, periode="2020-2023", debut=date(2020, 1, 1), fin=date(2023, 12, 31))
    nouvelle = make_convention(m2a)

    assert convention_en_vigueur(m2a, le=date(2023, 12, 31)) == ancienne
    assert convention_en_vigueur(m2a, le=date(2024, 1, 1)) == nouvelle
    assert convention_en_vigueur(m2a, le=date(2027, 1, 1)) is None
    assert convention_a_montrer(m2a, le=date(2027, 1, 1)) == nouvelle
    assert convention_a_montrer(m2a, le=date(2019, 1, 1)) == ancienne


def test_the_real_convention_is_shown_before_an_example(m2a: Territoire) -> None:
    make_convention(m2a, periode="2025-2027", debut=date(2025, 1, 1), fin=date(2027, 12, 31), exemple=True)
    reelle = make_convention(m2a)

    assert convention_en_vigueur(m2a, le=date(2026, 11, 25)) == reelle


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("depart", "actuelle", "visee", "sens", "part"),
    [
        (4, 7, 8, "hausse", 75),
        (30, 29, 28, "baisse", 50),
        (30, 31, 28, "baisse", 0),
        (4, 9, 8, "hausse", 100),
        (30, 28.01, 28, "baisse", 99),
        (8, 8, 8, "hausse", 100),
        (8, 7, 8, "hausse", 0),
    ],
)
def test_the_share_of_the_way(depart: float, actuelle: float, visee: float, sens: str, part: int) -> None:
    assert part_du_chemin(depart, actuelle, visee, sens=sens) == part


def test_the_measured_thread_is_that_of_the_least_advanced_indicator(m2a: Territoire) -> None:
    fiche = make_fiche(make_convention(m2a))
    for code, visee in (("a", 8.0), ("b", 12.0), ("c", None)):
        indicateur = Indicateur.base.create(
            fiche=fiche, code=code, libelle=code, unite="lieux", sens="hausse", definition={},
            reference_le=date(2024, 4, 1),
        )  # fmt: skip
        for pour_le, valeur in ((date(2024, 4, 1), 4.0), (date(2025, 1, 1), 5.0), (date(2026, 11, 1), 6.0)):
            Valeur.base.create(
                indicateur=indicateur,
                pour_le=pour_le,
                calculee_le=INSTANT,
                valeur=valeur,
                recette={},
                empreinte="",
            )
        if visee:
            Cible.base.create(indicateur=indicateur, le=date(2026, 12, 31), valeur=visee, posee_le=INSTANT)

    fil = fils_mesures(fiche.convention, le=date(2026, 11, 25))[fiche.pk]
    plus_tot = fils_mesures(fiche.convention, le=date(2025, 6, 1))[fiche.pk]

    assert (fil.part, fil.mot, fil.indicateurs) == (25, "25\u00a0%", 3)
    assert plus_tot.part == 12


def test_no_stored_value_is_an_unknown_measure(m2a: Territoire) -> None:
    fiche = make_fiche(make_convention(m2a))
    Indicateur.base.create(fiche=fiche, code="a", libelle="a", unite="lieux", sens="hausse", definition={})

    assert fils_mesures(fiche.convention, le=date(2026, 11, 25))[fiche.pk].mot == "inconnu"
    assert fils_mesures(make_convention(m2a, periode="2030-2032"), le=date(2026, 11, 25)) == {}


def test_the_plan_weighs_less_than_a_page_may(plan_m2a: Convention) -> None:
    assert len(Client().get("/plan/").content) < 40_000


def test_no_template_writes_what_the_security_policy_refuses(plan_m2a: Convention) -> None:
    for adresse in ("/plan/", "/plan/3.2", "/plan/2024-2026/3.2/objectif-1", "/plan/2024-2026/document/"):
        page = lire(adresse)
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=", page), adresse


def test_the_names_of_the_routes_are_stable() -> None:
    assert reverse("convention:plan") == "/plan/"
    assert reverse("convention:fiche_en_vigueur", args=["3.2"]) == "/plan/3.2"
    assert reverse("convention:fiche", args=["2024-2026", "T1"]) == "/plan/2024-2026/T1/"
    assert (
        reverse("convention:objectif", args=["2024-2026", "2.1", "1.1"]) == "/plan/2024-2026/2.1/objectif-1.1"
    )
    assert (
        reverse("convention:fiche_version", args=["2024-2026", "3.2", 1]) == "/plan/2024-2026/3.2/version-1"
    )


def test_the_models_have_no_change_without_a_migration(db: None) -> None:
    call_command("makemigrations", "convention", "--check", "--dry-run", verbosity=0)
