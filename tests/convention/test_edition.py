"""The team writes in the plan: nothing is lost when two people save, and the journal keeps what was there before."""

import threading
from datetime import date

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne
from maillage.convention.edition import modifier_fiche, modifier_objectif
from maillage.convention.models import Convention, Fiche, Objectif, Version
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire, verifier_chaine
from maillage.territoire.models import Territoire
from tests.make import INSTANT, make_convention, make_fiche, make_objectif


def make_fiche_de(territoire: Territoire, **champs: object) -> Fiche:
    return make_fiche(make_convention(territoire), **champs)


def saisie(fiche: Fiche, **champs: object) -> dict[str, object]:
    """What the form of this fiche posts when nothing else is changed."""
    textes = ("etat", "etapes_prevues", "moyens_mobilises", "criteres_evaluation")
    return {
        "depuis": fiche.version,
        "initial-pilote": fiche.pilote_id or "",
        **{f"initial-{champ}": getattr(fiche, champ) for champ in textes},
        "etat": fiche.etat,
        "pilote": fiche.pilote_id or "",
        "etapes_prevues": fiche.etapes_prevues,
        "moyens_mobilises": fiche.moyens_mobilises,
        "criteres_evaluation": fiche.criteres_evaluation,
        **champs,
    }


def test_a_save_changes_the_row_and_tells_the_journal(m2a: Territoire, awa: Personne) -> None:
    fiche = make_fiche_de(m2a)

    apres = modifier_fiche(
        fiche, version=1, valeurs={"etat": "en_cours", "moyens_mobilises": "0,5 ETP"}, par=awa, le=INSTANT
    )

    assert (apres.etat, apres.etat_le, apres.moyens_mobilises, apres.version) == (
        "en_cours",
        date(2026, 11, 25),
        "0,5 ETP",
        2,
    )
    acte = histoire(fiche).get()
    assert (acte.acte, acte.par) == ("fiche modifiée", awa)
    assert acte.contenu.champs == {"état": ["", "en cours"], "moyens": ["", "0,5 ETP"]}


def test_the_day_of_a_state_moves_only_with_the_state(m2a: Territoire, awa: Personne) -> None:
    objectif = make_objectif(make_fiche_de(m2a), etat="fait", etat_le=date(2025, 1, 2))

    apres = modifier_objectif(
        objectif, version=1, valeurs={"etat": "fait", "preuve": "Compte rendu"}, par=awa, le=INSTANT
    )

    assert (apres.preuve, apres.etat_le) == ("Compte rendu", date(2025, 1, 2))


def test_saving_nothing_new_writes_nothing(m2a: Territoire, awa: Personne) -> None:
    fiche = make_fiche_de(m2a, moyens_mobilises="0,5 ETP")

    apres = modifier_fiche(fiche, version=1, valeurs={"moyens_mobilises": "0,5 ETP"}, par=awa, le=INSTANT)

    assert apres.version == 1
    assert not histoire(fiche).exists()


def test_the_second_of_two_people_overwrites_nothing(m2a: Territoire, awa: Personne, bruno: Personne) -> None:
    fiche = make_fiche_de(m2a)
    vue_par_bruno = Fiche.objects.du(m2a).get(pk=fiche.pk)
    modifier_fiche(fiche, version=1, valeurs={"moyens_mobilises": "celui d’Awa"}, par=awa, le=INSTANT)

    with pytest.raises(ConflitEdition) as refus:
        modifier_fiche(
            vue_par_bruno,
            version=1,
            valeurs={"moyens_mobilises": "celui de Bruno"},
            par=bruno,
            le=INSTANT,
        )

    assert refus.value.actuel == {"moyens_mobilises": "celui d’Awa"}
    assert refus.value.saisi == {"moyens_mobilises": "celui de Bruno"}
    assert Fiche.objects.du(m2a).get().moyens_mobilises == "celui d’Awa"
    assert histoire(fiche).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_people_saving_at_once_one_wins_and_none_is_lost(m2a: Territoire, awa: Personne) -> None:
    fiche = make_fiche_de(m2a)
    issues: list[str] = []
    depart = threading.Barrier(6)

    def ecrire(n: int) -> None:
        try:
            vue = Fiche.objects.du(m2a).select_related("convention").get(pk=fiche.pk)
            depart.wait(timeout=20)
            modifier_fiche(vue, version=1, valeurs={"moyens_mobilises": f"n{n}"}, par=awa, le=INSTANT)
            issues.append(f"écrit n{n}")
        except ConflitEdition as refus:
            issues.append(f"gardé {refus.saisi['moyens_mobilises']}")
        finally:
            connections.close_all()

    fils = [threading.Thread(target=ecrire, args=(n,)) for n in range(6)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)

    connection.ensure_connection()
    apres = Fiche.objects.du(m2a).get(pk=fiche.pk)
    assert len(issues) == 6
    assert [i for i in issues if i.startswith("écrit")] == [f"écrit {apres.moyens_mobilises}"]
    assert {i.split()[1] for i in issues} == {f"n{n}" for n in range(6)}
    assert apres.version == 2
    assert histoire(fiche).count() == 1
    assert verifier_chaine() == []


def test_the_conflict_page_shows_both_texts_and_keeps_the_typed_one(
    client_awa: Client, m2a: Territoire
) -> None:
    fiche = make_fiche_de(m2a)
    adresse = reverse("convention:fiche_modifier", args=["2024-2026", "3.2"])
    client_awa.post(adresse, saisie(fiche, moyens_mobilises="Premier texte"))

    conflit = client_awa.post(adresse, saisie(fiche, moyens_mobilises="Second texte"))

    page = conflit.content.decode()
    assert conflit.status_code == 409
    assert "Premier texte" in page
    assert page.count("Second texte") == 2
    assert 'name="depuis" value="2"' in page
    assert Fiche.objects.du(m2a).get().moyens_mobilises == "Premier texte"

    client_awa.post(adresse, saisie(fiche, moyens_mobilises="Les deux", depuis=2))

    assert Fiche.objects.du(m2a).get().moyens_mobilises == "Les deux"
    assert [a.contenu.champs["moyens"] for a in histoire(fiche)] == [
        ["Premier texte", "Les deux"],
        ["", "Premier texte"],
    ]


def test_two_people_on_two_fields_both_keep_their_words(client_awa: Client, m2a: Territoire) -> None:
    fiche = make_fiche_de(m2a, etapes_prevues="ancienne étape")
    adresse = reverse("convention:fiche_modifier", args=["2024-2026", "3.2"])
    client_awa.post(adresse, saisie(fiche, etapes_prevues="nouvelle étape"))

    conflit = client_awa.post(adresse, saisie(fiche, moyens_mobilises="0,5 ETP"))
    page = conflit.content.decode()

    assert conflit.status_code == 409
    assert "les deux changements resteront" in page
    assert "ancienne étape" not in page
    recente = Fiche.objects.du(m2a).get()
    client_awa.post(adresse, saisie(recente, moyens_mobilises="0,5 ETP"))
    apres = Fiche.objects.du(m2a).get()
    assert (apres.etapes_prevues, apres.moyens_mobilises) == ("nouvelle étape", "0,5 ETP")


def test_the_form_tells_what_it_was_opened_on(client_awa: Client, m2a: Territoire) -> None:
    make_fiche_de(m2a, etapes_prevues="Étape A")

    page = client_awa.get(reverse("convention:fiche_modifier", args=["2024-2026", "3.2"])).content.decode()

    assert 'name="initial-etapes_prevues"' in page
    assert 'name="initial-pilote"' in page


def test_the_objectif_page_declares_a_state_and_a_proof(client_awa: Client, plan_m2a: Convention) -> None:
    adresse = reverse("convention:objectif_modifier", args=["2024-2026", "2.1", "1.1"])
    objectif = Objectif.objects.du(plan_m2a.territoire).get(fiche__code="2.1", code="1.1")

    reponse = client_awa.post(
        adresse,
        {
            "depuis": 1,
            "etat": "fait",
            "preuve": "Charte signée : https://exemple.fr/charte",
            "texte": objectif.texte,
        },
    )

    assert reponse["Location"] == "/plan/2024-2026/2.1/objectif-1.1"
    page = Client().get(reponse["Location"]).content.decode()
    assert "Fait, le" in page
    assert '<a href="https://exemple.fr/charte" rel="nofollow">' in page
    assert "Sans preuve" not in page


def test_the_second_person_on_an_objectif_loses_nothing(client_awa: Client, plan_m2a: Convention) -> None:
    adresse = reverse("convention:objectif_modifier", args=["2024-2026", "3.2", "1"])
    texte = Objectif.objects.du(plan_m2a.territoire).get(fiche__code="3.2", code="1").texte
    client_awa.post(adresse, {"depuis": 1, "etat": "en_cours", "preuve": "la première", "texte": texte})

    conflit = client_awa.post(adresse, {"depuis": 1, "etat": "fait", "preuve": "la seconde", "texte": texte})

    page = conflit.content.decode()
    assert conflit.status_code == 409
    assert "la première" in page
    assert page.count("la seconde") == 2
    assert "en cours" in page


def test_an_empty_objectif_text_is_refused_with_the_entries_kept(client_awa: Client, m2a: Territoire) -> None:
    make_objectif(make_fiche_de(m2a))
    adresse = reverse("convention:objectif_modifier", args=["2024-2026", "3.2", "1"])

    reponse = client_awa.post(adresse, {"depuis": 1, "etat": "fait", "preuve": "gardée", "texte": ""})

    assert reponse.status_code == 422
    assert "gardée" in reponse.content.decode()
    assert Objectif.objects.du(m2a).get().etat == ""


@pytest.mark.parametrize(
    ("avant", "apres", "phrase"),
    [
        ("realisee", "a_venir", "On ne passe pas de « réalisée » à « à venir »"),
        ("en_cours", "", "ne s’efface pas"),
    ],
)
def test_a_step_that_the_cycle_does_not_have_is_refused(
    m2a: Territoire, awa: Personne, avant: str, apres: str, phrase: str
) -> None:
    fiche = make_fiche_de(m2a, etat=avant)

    with pytest.raises(RegleMetier, match=phrase):
        modifier_fiche(fiche, version=1, valeurs={"etat": apres}, par=awa, le=INSTANT)

    assert Fiche.objects.du(m2a).get().etat == avant


def test_a_closed_convention_does_not_change(client_awa: Client, plan_m2a: Convention) -> None:
    Convention.objects.du(plan_m2a.territoire).update(etat="close")
    fiche = Fiche.objects.du(plan_m2a.territoire).get(code="3.2")

    reponse = client_awa.post(
        reverse("convention:fiche_modifier", args=["2024-2026", "3.2"]),
        saisie(fiche, moyens_mobilises="trop tard"),
    )

    assert reponse.status_code == 422
    assert "La convention 2024-2026 est close" in reponse.content.decode()
    assert Fiche.objects.du(plan_m2a.territoire).get(code="3.2").moyens_mobilises == ""


def test_an_old_version_brings_its_texts_back(
    client_awa: Client, plan_m2a: Convention, awa: Personne
) -> None:
    fiche = Fiche.objects.du(plan_m2a.territoire).select_related("convention").get(code="3.2")
    objectif = fiche.objectifs.get(code="1")
    objectif.fiche = fiche
    modifier_fiche(fiche, version=1, valeurs={"moyens_mobilises": "à oublier"}, par=awa, le=INSTANT)
    modifier_objectif(
        objectif, version=1, valeurs={"texte": "Autre texte", "etat": "fait"}, par=awa, le=INSTANT
    )

    reponse = client_awa.post(reverse("convention:fiche_retablir", args=["2024-2026", "3.2", 1]))

    apres = Fiche.objects.du(plan_m2a.territoire).get(code="3.2")
    assert reponse["Location"] == "/plan/2024-2026/3.2/"
    assert apres.moyens_mobilises == ""
    assert apres.objectifs.get(code="1").texte == "Identifier les besoins en couverture"
    assert apres.objectifs.get(code="1").etat == "fait"
    assert histoire(apres).first().acte == "version 1 rétablie"
    assert histoire(objectif).first().motif == "textes de la version 1 rétablis"
    assert Version.objects.du(plan_m2a.territoire).filter(fiche=apres).count() == 1


def test_bringing_back_the_present_texts_is_refused(client_awa: Client, plan_m2a: Convention) -> None:
    reponse = client_awa.post(reverse("convention:fiche_retablir", args=["2024-2026", "3.2", 1]))

    assert reponse.status_code == 422
    assert "déjà ceux de la fiche" in reponse.content.decode()
