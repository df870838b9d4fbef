"""A document becomes a plan once, whole, with the lines of each of its texts; a hostile one becomes a sentence."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from maillage.convention import import_plan as module
from maillage.convention.decodage import decoder
from maillage.convention.import_plan import Lecture, importer_plan, lire_document, periode_du_plan, relire
from maillage.convention.lecture.json_plan import vers_json
from maillage.convention.lecture.plan import DocumentIllisible
from maillage.convention.models import (
    Axe,
    Convention,
    Document,
    Fiche,
    Indicateur,
    Objectif,
    Orientation,
    Phase,
    Version,
)
from maillage.convention.versions import contenu_canonique, empreinte_contenu
from maillage.core.erreurs import RegleMetier
from maillage.core.models import Acte
from maillage.territoire.models import Territoire
from tests.make import INSTANT

EXEMPLE = Path(module.__file__).parent / "exemples" / "plan-m2a.ocr.txt"
COURT = """Axe 1 : Un axe

Une orientation

FA 1.1 : Une fiche

Créer un lieu
Former les agents
"""


def rien_n_est_ecrit() -> bool:
    return not any(m.base.exists() for m in (Document, Convention, Fiche)) and not Acte.objects.exists()


def test_the_real_plan_is_written_whole(plan_m2a: Convention) -> None:
    m2a = plan_m2a.territoire

    assert Axe.objects.du(m2a).count() == 3
    assert Orientation.objects.du(m2a).count() == 8
    assert Fiche.objects.du(m2a).count() == 15
    assert Objectif.objects.du(m2a).filter(parent=None).count() == 75
    assert Objectif.objects.du(m2a).exclude(parent=None).count() == 5
    assert Phase.objects.du(m2a).count() == 5
    assert list(Fiche.objects.du(m2a).values_list("code", flat=True)) == (
        "1.1 1.2 1.3 1.4 1.5 1.6 2.1 2.2 2.3 3.1 3.2 3.3 3.4 T1 T2".split()
    )
    assert plan_m2a.periode == "2024-2026"
    assert (plan_m2a.debut, plan_m2a.fin) == (date(2024, 1, 1), date(2026, 12, 31))


def test_every_text_keeps_its_words_and_its_lines(plan_m2a: Convention, lecture_m2a: Lecture) -> None:
    lus = [
        (fiche.code, o.texte, o.lignes)
        for fiche in lecture_m2a.plan.fiches
        for parent in fiche.objectifs
        for o in (parent, *parent.sous_objectifs)
    ]
    objectifs = Objectif.objects.du(plan_m2a.territoire).select_related("fiche")

    assert {(o.fiche.code, o.texte, (o.lignes_debut, o.lignes_fin)) for o in objectifs} == set(lus)
    assert objectifs.get(fiche__code="3.2", code="2").texte == (
        "Promouvoir les espaces France Services et les bornes numériques dans les zones non pourvues"
    )
    assert objectifs.get(fiche__code="2.1", code="1.1").parent.code == "1"


def test_an_unnamed_phase_stays_unnamed(plan_m2a: Convention) -> None:
    derniere = Phase.objects.du(plan_m2a.territoire).last()

    assert derniere is not None
    assert (derniere.titre, derniere.titre_deduit, derniere.douteuse) == ("", "Évaluation", True)


def test_each_fiche_gets_version_one_and_its_fingerprint(plan_m2a: Convention) -> None:
    versions = list(Version.objects.du(plan_m2a.territoire).select_related("fiche"))

    assert len(versions) == 15
    assert {v.numero for v in versions} == {1}
    assert all(v.decision is None for v in versions)
    assert all(empreinte_contenu(v.contenu) == v.empreinte for v in versions)
    assert all(contenu_canonique(v.fiche) == v.contenu for v in versions)


def test_the_indicators_written_for_this_plan_come_with_it(plan_m2a: Convention) -> None:
    indicateurs = Indicateur.objects.du(plan_m2a.territoire).order_by("code")

    assert [(i.fiche.code, i.code, i.reference_le) for i in indicateurs] == [
        ("3.2", "3.2a", date(2024, 4, 1)),
        ("3.2", "3.2b", date(2024, 4, 1)),
    ]


def test_the_journal_tells_the_import(plan_m2a: Convention) -> None:
    actes = Acte.objects.filter(objet_type="convention.convention")

    assert [(a.acte, a.objet_id) for a in actes] == [("plan importé", str(plan_m2a.pk))]
    assert Acte.objects.filter(objet_type="convention.fiche").count() == 15


def test_the_same_document_twice_makes_no_second_plan(plan_m2a: Convention, lecture_m2a: Lecture) -> None:
    actes = Acte.objects.count()

    encore = importer_plan(
        lecture_m2a,
        territoire=plan_m2a.territoire,
        periode="2024-2026",
        debut=plan_m2a.debut,
        fin=plan_m2a.fin,
        par=None,
        le=INSTANT,
    )

    assert encore == plan_m2a
    assert (Convention.base.count(), Document.base.count(), Fiche.base.count()) == (1, 1, 15)
    assert Acte.objects.count() == actes


def test_another_document_for_the_same_period_is_refused_kindly(plan_m2a: Convention) -> None:
    autre = lire_document(COURT.encode(), nom="autre.txt")

    with pytest.raises(RegleMetier, match="Un plan 2024-2026 existe déjà"):
        importer_plan(
            autre,
            territoire=plan_m2a.territoire,
            periode="2024-2026",
            debut=plan_m2a.debut,
            fin=plan_m2a.fin,
            par=None,
            le=INSTANT,
        )

    assert (Convention.base.count(), Document.base.count(), Fiche.base.count()) == (1, 1, 15)


def test_two_territories_may_bring_the_same_document(
    plan_m2a: Convention, ailleurs: Territoire, lecture_m2a: Lecture
) -> None:
    autre = importer_plan(
        lecture_m2a,
        territoire=ailleurs,
        periode="2024-2026",
        debut=plan_m2a.debut,
        fin=plan_m2a.fin,
        par=None,
        le=INSTANT,
    )

    assert autre.pk != plan_m2a.pk
    assert Fiche.objects.du(ailleurs).count() == 15


def test_a_document_without_a_fiche_is_refused(m2a: Territoire) -> None:
    lecture = lire_document(b"Bonjour, ceci est une lettre.\n", nom="lettre.txt")

    with pytest.raises(RegleMetier, match="Aucune fiche action"):
        importer_plan(
            lecture,
            territoire=m2a,
            periode="2024-2026",
            debut=date(2024, 1, 1),
            fin=date(2026, 12, 31),
            par=None,
            le=INSTANT,
        )

    assert rien_n_est_ecrit()


@pytest.mark.moteur_indifferent
def test_a_refused_repair_leaves_the_word_as_it_was(lecture_m2a: Lecture) -> None:
    reparation = next(r for r in lecture_m2a.plan.reparations if r.avant == "|'offre")

    refusee = lire_document(EXEMPLE.read_bytes(), nom="m2a.txt", refusees=frozenset({reparation.id}))

    assert "|'offre" in refusee.plan.fiches[0].objectifs[0].texte.replace("’", "'")
    assert [r.id for r in refusee.plan.reparations if not r.appliquee] == [reparation.id]
    assert len(refusee.plan.fiches) == 15


@pytest.mark.moteur_indifferent
def test_the_period_comes_from_the_document(lecture_m2a: Lecture) -> None:
    assert periode_du_plan(lecture_m2a.plan) == (date(2024, 1, 1), date(2026, 12, 31))
    assert periode_du_plan(lire_document(COURT.encode(), nom="court.txt").plan) is None


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("encodage", "annonce"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_usual_encodings_give_the_same_text(encodage: str, annonce: str) -> None:
    texte = "Axe 1 : L’été à Mulhouse\nFA 1.1 : Créer"

    assert decoder(texte.replace("\n", "\r\n").encode(encodage)) == (texte, annonce)


HOSTILES = {
    "vide": (b"", "Le document est vide"),
    "blanc": (b" \r\n\t\n", "Le document est vide"),
    "nul": (b"Axe 1 : un\x00axe", "n’est pas un texte"),
    "binaire": (bytes(range(256)) * 20, "n’est pas un texte"),
    "pdf": (b"%PDF-1.7\n", "est un PDF"),
    "word": (b"PK\x03\x04" + b"x" * 50, "document Word"),
    "trop gros": (b"a\n" * 3_200_000, "la limite est de 5 Mo"),
    "utf-16 abimé": (b"\xff\xfea\x00\x00\xd8", "n’est pas un texte"),
}


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize("cas", HOSTILES)
def test_a_hostile_document_is_refused_in_french(cas: str) -> None:
    octets, phrase = HOSTILES[cas]

    with pytest.raises(DocumentIllisible, match=phrase):
        lire_document(octets, nom="document.txt")


@pytest.mark.parametrize("cas", HOSTILES)
def test_the_page_refuses_it_too_and_writes_nothing(client_awa: Client, cas: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    octets, phrase = HOSTILES[cas]
    fichier = SimpleUploadedFile("document.txt", octets)

    reponse = client_awa.post(reverse("convention:plan_importer"), {"fichier": fichier, "texte": ""})

    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert phrase in page or (cas == "vide" and "est vide" in page)
    assert rien_n_est_ecrit()


@pytest.mark.moteur_indifferent
def test_a_document_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DUREE_MAX_S", 0)
    texte = "Axe 1 : un axe\n" + "FA 1.1 : une fiche\nCréer un lieu\n" * 20_000

    with pytest.raises(DocumentIllisible, match="a été arrêtée"):
        lire_document(texte.encode(), nom="long.txt")


@pytest.mark.moteur_indifferent
def test_a_document_that_takes_too_much_memory_is_stopped(settings: object) -> None:
    settings.IMPORT_MEMOIRE_MO = 40  # type: ignore[attr-defined]

    with pytest.raises(DocumentIllisible, match="trop de mémoire"):
        lire_document(COURT.encode(), nom="court.txt")


def test_the_command_prints_the_plan_as_json_and_writes_nothing(
    m2a: Territoire, lecture_m2a: Lecture
) -> None:
    sortie = StringIO()

    call_command("import_plan", str(EXEMPLE), "--json", "--dry-run", stdout=sortie)

    lu = json.loads(sortie.getvalue())
    assert lu == json.loads(json.dumps(vers_json(lecture_m2a.plan)))
    assert [lu["counts"][c] for c in ("axes", "orientations", "fiches", "items", "sub_items")] == [
        3,
        8,
        15,
        75,
        5,
    ]
    assert rien_n_est_ecrit()


def test_the_command_reports_in_french_and_writes(m2a: Territoire) -> None:
    sortie, annonces = StringIO(), StringIO()

    call_command("import_plan", str(EXEMPLE), stdout=sortie, stderr=annonces)
    call_command("import_plan", str(EXEMPLE), stdout=StringIO(), stderr=annonces)

    assert "3 axes, 8 orientations, 15 fiches, 75 objectifs, 5 sous-objectifs." in sortie.getvalue()
    assert "étapes : 15 fiches" in sortie.getvalue()
    assert "« 2026 » est seul dans le calendrier" in sortie.getvalue()
    assert annonces.getvalue().splitlines() == [
        "Le plan 2024-2026 est écrit : /plan/2024-2026/",
        "Ce document a déjà donné le plan 2024-2026. Rien n’a été écrit une seconde fois.",
    ]
    assert Convention.base.count() == 1


@pytest.mark.parametrize("contenu", [b"", None])
def test_the_command_leaves_with_code_two_when_unreadable(
    m2a: Territoire, tmp_path: Path, contenu: bytes | None
) -> None:
    chemin = tmp_path / "plan.txt"
    if contenu is not None:
        chemin.write_bytes(contenu)
    annonces = StringIO()

    with pytest.raises(SystemExit) as sortie:
        call_command("import_plan", str(chemin), stdout=StringIO(), stderr=annonces)

    assert sortie.value.code == 2
    assert annonces.getvalue().startswith(
        "Le document est vide" if contenu is not None else "Le fichier ne s’ouvre pas"
    )
    assert rien_n_est_ecrit()


def test_the_page_shows_what_was_read_then_publishes(client_awa: Client, m2a: Territoire) -> None:
    deposee = client_awa.post(
        reverse("convention:plan_importer"), {"texte": EXEMPLE.read_text(encoding="utf-8")}
    )
    document = Document.objects.du(m2a).get()
    lue = client_awa.get(deposee["Location"])
    page = lue.content.decode()

    assert deposee["Location"] == reverse("convention:plan_lecture", args=[document.uuid])
    assert "15 fiches, 75 objectifs, 5 sous-objectifs" in page
    assert page.count('name="refusee"') == len(document.reparations) > 100
    assert 'id="l86"' in page
    assert page.index("À vérifier d’abord") < page.index("Réparations de la numérisation")
    assert "« 2026 » est seul dans le calendrier" in page.replace("\u00a0", " ")
    assert not Convention.base.exists()

    publiee = client_awa.post(
        deposee["Location"], {"debut": "2024-01-01", "fin": "2026-12-31", "publier": "1"}
    )

    assert publiee["Location"] == "/plan/2024-2026/"
    assert Fiche.objects.du(m2a).count() == 15


def test_a_repair_refused_on_the_page_stays_refused_in_the_plan(client_awa: Client, m2a: Territoire) -> None:
    reponse = client_awa.post(
        reverse("convention:plan_importer"), {"texte": EXEMPLE.read_text(encoding="utf-8")}
    )
    document = Document.objects.du(m2a).get()
    identifiant = next(r["id"] for r in document.reparations if r["avant"] == "|'offre")

    client_awa.post(reponse["Location"], {"refusee": [identifiant, "inconnue"], "relire": "1"})
    document.refresh_from_db()
    page = client_awa.get(reponse["Location"]).content.decode()
    client_awa.post(
        reponse["Location"],
        {"refusee": [identifiant], "debut": "2024-01-01", "fin": "2026-12-31", "publier": "1"},
    )

    assert document.refusees == [identifiant]
    assert page.count(" checked>") == 1
    premier = Objectif.objects.du(m2a).get(fiche__code="1.1", code="1")
    assert "|" in premier.texte
    assert relire(document).plan.fiches[0].objectifs[0].texte == premier.texte


def test_the_page_asks_for_the_period_that_the_document_does_not_say(
    client_awa: Client, m2a: Territoire
) -> None:
    reponse = client_awa.post(reverse("convention:plan_importer"), {"texte": COURT})

    refusee = client_awa.post(reponse["Location"], {"debut": "", "fin": "", "publier": "1"})
    publiee = client_awa.post(
        reponse["Location"], {"debut": "2027-01-01", "fin": "2029-12-31", "publier": "1"}
    )

    assert refusee.status_code == 422
    assert publiee["Location"] == "/plan/2027-2029/"
    assert [f.titre for f in Fiche.objects.du(m2a)] == ["Une fiche"]


def test_the_same_text_given_again_leads_to_its_plan(client_awa: Client, plan_m2a: Convention) -> None:
    reponse = client_awa.post(
        reverse("convention:plan_importer"), {"texte": EXEMPLE.read_text(encoding="utf-8")}
    )

    assert reponse["Location"] == "/plan/2024-2026/"
    assert Document.base.count() == 1


def test_a_document_larger_than_any_plan_still_makes_pages(m2a: Territoire) -> None:
    titre = "Renforcer " + "la coopération des acteurs " * 20
    objectifs = "".join(f"- Créer le lieu numéro {n} pour les familles\n" for n in range(1, 1201))
    lecture = lire_document(f"Axe 1 : {titre}\n\nFA 1.1 : {titre}\n\n{objectifs}".encode(), nom="grand.txt")

    importer_plan(
        lecture,
        territoire=m2a,
        periode="2024-2026",
        debut=date(2024, 1, 1),
        fin=date(2026, 12, 31),
        par=None,
        le=INSTANT,
    )

    dernier = Objectif.objects.du(m2a).last()
    assert dernier is not None
    assert dernier.code == "1200"
    assert Client().get("/plan/").status_code == 200
    assert Client().get("/plan/1.1").status_code == 200
    assert Client().get("/plan/2024-2026/1.1/objectif-1200").status_code == 200


def test_a_stored_document_that_no_longer_reads_is_a_sentence_and_not_a_fault(
    client_awa: Client, m2a: Territoire, settings: object
) -> None:
    reponse = client_awa.post(reverse("convention:plan_importer"), {"texte": COURT})
    settings.IMPORT_MEMOIRE_MO = 40  # type: ignore[attr-defined]

    page = client_awa.get(reponse["Location"])

    assert page.status_code == 422
    assert "trop de mémoire" in page.content.decode()
