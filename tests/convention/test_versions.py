"""A version never changes; a new one needs an adopted decision and something to validate; differences are exact."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from maillage.comptes.models import Personne
from maillage.convention.edition import modifier_fiche, modifier_objectif
from maillage.convention.models import Cible, Convention, Fiche, Indicateur, Version
from maillage.convention.versions import (
    Difference,
    changements_en_attente,
    comparer,
    comparer_contenus,
    contenu_canonique,
    empreinte_contenu,
    rang,
    valider_fiche,
    version_courante,
)
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire
from tests.make import INSTANT, make_convention, make_fiche, make_objectif, make_reunion


def make_decision_adoptee(territoire: Territoire, **champs: object) -> Decision:
    reunion = champs.pop("reunion", None) or make_reunion(territoire)
    defaut = {"numero": 2, "texte": "Ouvrir un lieu à Habsheim", "etat": "adoptee"}
    return Decision.base.create(reunion=reunion, **(defaut | champs))


@pytest.fixture
def fiche(plan_m2a: Convention) -> Fiche:
    return Fiche.objects.du(plan_m2a.territoire).select_related("convention__territoire").get(code="3.2")


def ecrire(fiche: Fiche, texte: str, par: Personne) -> Fiche:
    return modifier_fiche(
        fiche, version=fiche.version, valeurs={"etapes_prevues": texte}, par=par, le=INSTANT
    )


def test_a_decision_makes_the_next_version_and_is_cited(fiche: Fiche, awa: Personne, m2a: Territoire) -> None:
    decision = make_decision_adoptee(m2a)
    fiche = ecrire(fiche, "Ouvrir un lieu à Habsheim", awa)

    version = valider_fiche(fiche, decision=decision, motif="un écart de 2 communes", par=awa, le=INSTANT)

    assert (version.numero, version.decision, version.motif) == (2, decision, "un écart de 2 communes")
    assert version.contenu["fiche"]["etapes_prevues"] == "Ouvrir un lieu à Habsheim"
    assert empreinte_contenu(version.contenu) == version.empreinte
    acte = histoire(fiche).first()
    assert acte is not None
    assert (acte.acte, acte.decision, acte.motif) == (
        "version 2 validée",
        decision.uuid,
        "un écart de 2 communes",
    )
    assert acte.contenu.champs == {"La fiche, étapes": ["", "Ouvrir un lieu à Habsheim"]}
    assert version_courante(fiche) == version


def test_the_content_read_back_still_has_its_fingerprint(
    fiche: Fiche, awa: Personne, m2a: Territoire
) -> None:
    indicateur = Indicateur.base.get(fiche=fiche, code="3.2b")
    indicateur.definition = {"v": 1.0}
    indicateur.save()
    Cible.base.create(indicateur=indicateur, le="2026-12-31", valeur=30, posee_le=INSTANT)

    valider_fiche(fiche, decision=make_decision_adoptee(m2a), motif="", par=awa, le=INSTANT)

    relue = Version.objects.du(m2a).get(fiche=fiche, numero=2)
    assert empreinte_contenu(relue.contenu) == relue.empreinte
    assert contenu_canonique(fiche) == relue.contenu


def test_nothing_changed_makes_no_version(fiche: Fiche, awa: Personne, m2a: Territoire) -> None:
    decision = make_decision_adoptee(m2a)

    with pytest.raises(RegleMetier, match="Rien n’a changé"):
        valider_fiche(fiche, decision=decision, motif="", par=awa, le=INSTANT)

    assert fiche.versions.count() == 1


def test_a_state_and_a_proof_are_not_content(fiche: Fiche, awa: Personne) -> None:
    modifier_fiche(fiche, version=1, valeurs={"etat": "en_cours", "pilote": awa}, par=awa, le=INSTANT)
    objectif = fiche.objectifs.get(code="1")
    objectif.fiche = fiche
    modifier_objectif(objectif, version=1, valeurs={"etat": "fait", "preuve": "x"}, par=awa, le=INSTANT)

    assert changements_en_attente(fiche, version=version_courante(fiche)) == ()


@pytest.mark.parametrize("etat", ["proposee", "ajournee", "rejetee"])
def test_a_decision_that_was_not_adopted_validates_nothing(
    fiche: Fiche, awa: Personne, m2a: Territoire, etat: str
) -> None:
    decision = make_decision_adoptee(m2a, etat=etat)
    fiche = ecrire(fiche, "nouveau", awa)

    with pytest.raises(RegleMetier, match="décision adoptée"):
        valider_fiche(fiche, decision=decision, motif="", par=awa, le=INSTANT)

    assert fiche.versions.count() == 1


def test_a_decision_of_another_territory_validates_nothing(
    fiche: Fiche, awa: Personne, ailleurs: Territoire
) -> None:
    decision = make_decision_adoptee(ailleurs)
    fiche = ecrire(fiche, "nouveau", awa)

    with pytest.raises(RegleMetier, match="autre territoire"):
        valider_fiche(fiche, decision=decision, motif="", par=awa, le=INSTANT)


def test_a_version_refuses_to_change_or_to_go(fiche: Fiche) -> None:
    version = fiche.versions.get()

    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        Version.base.filter(pk=version.pk).update(motif="réécrit")
    with pytest.raises(DatabaseError, match="ne se modifie pas"), transaction.atomic():
        Version.base.filter(pk=version.pk).delete()

    assert fiche.versions.get().motif == ""


def test_the_difference_of_two_versions_is_exact(fiche: Fiche, awa: Personne, m2a: Territoire) -> None:
    objectif = fiche.objectifs.get(code="2")
    objectif.fiche = fiche
    fiche = ecrire(fiche, "Étape A", awa)
    modifier_objectif(objectif, version=1, valeurs={"texte": "Autre texte"}, par=awa, le=INSTANT)
    valider_fiche(fiche, decision=make_decision_adoptee(m2a), motif="", par=awa, le=INSTANT)
    v2, v1 = fiche.versions.all()

    assert comparer(v1, v2) == (
        Difference(str(fiche.uuid), "La fiche", "étapes", "", "Étape A"),
        Difference(
            str(objectif.uuid),
            "Objectif 2",
            "texte",
            "Promouvoir les espaces France Services et les bornes numériques dans les zones non pourvues",
            "Autre texte",
        ),
    )
    assert comparer(v1, v1) == ()


@pytest.mark.moteur_indifferent
def test_a_moved_target_is_one_difference_and_a_renumbered_node_stays_itself() -> None:
    avant = {
        "fiche": {"uuid": "f", "titre": "T"},
        "objectifs": [{"uuid": "o", "code": "1", "texte": "même"}],
        "indicateurs": [{"uuid": "i", "code": "3.2b", "cibles": {"2026-12-31": 30.0}}],
    }
    apres = {
        "fiche": {"uuid": "f", "titre": "T"},
        "objectifs": [
            {"uuid": "o", "code": "2", "texte": "même"},
            {"uuid": "p", "code": "1", "texte": "neuf"},
        ],
        "indicateurs": [{"uuid": "i", "code": "3.2b", "cibles": {"2026-12-31": 28.5}}],
    }

    assert comparer_contenus(avant, apres) == (
        Difference("o", "Objectif 2", "numéro", "1", "2"),
        Difference("p", "Objectif 1", "numéro", "", "1"),
        Difference("p", "Objectif 1", "texte", "", "neuf"),
        Difference("i", "Indicateur 3.2b", "cible au 31/12/2026", "30", "28,5"),
    )


@pytest.mark.moteur_indifferent
def test_ten_comes_after_two_and_a_child_after_its_parent() -> None:
    assert sorted(["10", "2", "1.1", "1", "1.10", "1.2"], key=rang) == ["1", "1.1", "1.2", "1.10", "2", "10"]


def test_the_page_validates_and_the_fiche_says_so(
    client_awa: Client, fiche: Fiche, awa: Personne, m2a: Territoire
) -> None:
    decision = make_decision_adoptee(m2a)
    make_decision_adoptee(m2a, reunion=decision.reunion, numero=3, etat="rejetee", texte="non retenue")
    ecrire(fiche, "Ouvrir un lieu à Habsheim", awa)
    adresse = reverse("convention:fiche_valider", args=["2024-2026", "3.2"])

    formulaire = client_awa.get(adresse).content.decode()
    client_awa.post(adresse, {"decision": str(decision.uuid), "motif": "un écart"})
    page = Client().get("/plan/3.2").content.decode().replace("\u00a0", " ")

    assert "Ouvrir un lieu à Habsheim" in formulaire
    assert "non retenue" not in formulaire
    assert "Version 2</a>, validée le" in page
    assert "par la décision n° 2 du COPIL du 25/11/2026." in page
    assert "Ouvrir un lieu à Habsheim" in page
    assert Client().get("/plan/2024-2026/3.2/version-1").status_code == 200


def test_the_page_of_another_territorys_decision_refuses_it(
    client_awa: Client, fiche: Fiche, awa: Personne, ailleurs: Territoire
) -> None:
    decision = make_decision_adoptee(ailleurs)
    ecrire(fiche, "nouveau", awa)

    reponse = client_awa.post(
        reverse("convention:fiche_valider", args=["2024-2026", "3.2"]), {"decision": str(decision.uuid)}
    )

    assert reponse.status_code == 422
    assert fiche.versions.count() == 1


def test_the_public_reads_the_validated_text_until_a_decision(
    client_awa: Client, fiche: Fiche, awa: Personne, m2a: Territoire
) -> None:
    objectif = fiche.objectifs.get(code="1")
    objectif.fiche = fiche
    modifier_objectif(objectif, version=1, valeurs={"texte": "Texte de travail"}, par=awa, le=INSTANT)

    publique = Client().get("/plan/3.2").content.decode()
    equipe = client_awa.get("/plan/3.2").content.decode()
    valider_fiche(fiche, decision=make_decision_adoptee(m2a), motif="", par=awa, le=INSTANT)
    apres = Client().get("/plan/2024-2026/3.2/objectif-1").content.decode()

    assert "Rien n’est reformulé." in publique
    assert "Texte de travail" not in publique
    assert "Objectif 1 modifié" in publique  # the journal tells the act, not its words
    assert "Texte de travail" in equipe
    assert "1 changement en attente d’une décision" in equipe
    assert '<p class="lead">Texte de travail</p>' in apres
    assert "Identifier les besoins en couverture" in apres
    assert "Rien n’est reformulé." not in apres


def test_two_validations_in_a_row_make_two_versions_in_order(
    fiche: Fiche, awa: Personne, m2a: Territoire
) -> None:
    decision = make_decision_adoptee(m2a)
    for texte in ("un", "deux"):
        fiche = ecrire(fiche, texte, awa)
        valider_fiche(fiche, decision=decision, motif=texte, par=awa, le=INSTANT)

    assert [(v.numero, v.contenu["fiche"]["etapes_prevues"]) for v in fiche.versions.all()] == [
        (3, "deux"),
        (2, "un"),
        (1, ""),
    ]


def test_a_fiche_without_a_version_gets_its_first(m2a: Territoire, awa: Personne) -> None:
    fiche = make_fiche(make_convention(m2a))
    make_objectif(fiche)

    version = valider_fiche(fiche, decision=make_decision_adoptee(m2a), motif="", par=awa, le=INSTANT)

    assert version.numero == 1
