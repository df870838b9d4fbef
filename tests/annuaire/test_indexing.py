"""The index follows the database: what changes is applied, what cannot be used is built again."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from maillage.annuaire import indexing
from maillage.annuaire.carte import lien_telephone
from maillage.annuaire.documents import documents, to_document, trouvables
from maillage.annuaire.models import Lieu, Service, Structure
from maillage.core.models import Changement, Identite
from maillage.core.outbox import annoncer
from maillage.recherche.index import Etat, IndexAbsent, Lecteur
from maillage.recherche.requete import Requete
from tests.make import INSTANT, make_commune, make_service, make_source, make_structure

pytestmark = pytest.mark.django_db
JOUR = date(2026, 11, 25)


def annonce(genre: str, *numeros: int, le: datetime = INSTANT) -> None:
    with transaction.atomic():
        annoncer(genre, numeros, le=le)


def trouves(texte: str = "") -> list[tuple[str, int]]:
    """Through a reader of its own: nothing is remembered from a search to the next."""
    lecteur = Lecteur(settings.DOSSIER_INDEX, instance=indexing.identite())
    return [(r.genre, r.n) for r in lecteur.chercher(Requete(texte=texte)).resultats]


def document(objet: Structure | Service):
    return next(documents("service" if isinstance(objet, Service) else "structure", [objet.n], le=JOUR))


# --- what a record becomes ---------------------------------------------------------------------------


def test_a_structure_shows_alone_only_without_a_visible_service():
    seule, mere = make_structure("Seule"), make_structure("Mère")
    fille = make_service(mere)

    assert document(seule).visible
    assert not document(mere).visible
    assert document(fille).visible

    Service.objects.filter(pk=fille.pk).update(retire_le=INSTANT)
    fille.refresh_from_db()
    assert document(mere).visible
    assert not document(fille).visible


def test_a_record_disappears_on_its_closing_day_not_before():
    structure = make_structure(ferme_le=date(2026, 11, 26))

    assert to_document(structure, le=date(2026, 11, 25)).visible
    assert not to_document(structure, le=date(2026, 11, 26)).visible


def test_a_service_ends_with_its_structure():
    service = make_service(make_structure(retire_le=INSTANT))

    assert not document(service).visible


def test_a_protected_address_leaves_only_the_middle_of_its_commune():
    commune = make_commune("68270", "Riedisheim", latitude=47.748, longitude=7.366)
    structure = make_structure(
        commune_officielle=commune,
        confidentiel=True,
        adresse="7 rue Secrète",
        latitude=47.7501,
        longitude=7.3702,
    )

    trouve = document(structure)

    assert (trouve.latitude, trouve.longitude) == (47.748, 7.366)
    assert b"Secr" not in trouve.fiche
    assert b"47.7501" not in trouve.fiche


def test_a_service_stands_where_its_main_site_stands():
    ici, ailleurs = make_commune(), make_commune("68297", "Saint-Louis", latitude=47.58, longitude=7.56)
    service = make_service(make_structure(commune_officielle=ici))
    Lieu.objects.create(
        service=service,
        principal=True,
        commune="Saint-Louis",
        code_insee="68297",
        commune_officielle=ailleurs,
        latitude=47.59,
        longitude=7.55,
    )

    trouve = document(service)

    assert (trouve.commune, trouve.code_insee, trouve.latitude) == ("Saint-Louis", "68297", 47.59)


def test_documents_of_a_batch_cost_the_same_queries_for_one_record_or_three(django_assert_num_queries):
    commune = make_commune()
    services = [make_service(make_structure(commune_officielle=commune)) for _ in range(3)]
    numeros = [service.n for service in services]

    with django_assert_num_queries(3):
        list(documents("service", numeros[:1], le=JOUR))
    with django_assert_num_queries(3):
        list(documents("service", numeros, le=JOUR))


@pytest.mark.parametrize(
    ("texte", "compose"),
    [
        ("03 89 53 00 10", "+33389530010"),
        ("03.89.53.00.10", "+33389530010"),
        ("+33 3 89 53 00 10", "+33389530010"),
        ("3646", "3646"),
        ("115", "115"),
        ("03 89 53 00 10 / 06 12 34 56 78", ""),
        ("demander Mme Muller", ""),
        ("", ""),
    ],
)
@pytest.mark.moteur_indifferent
def test_only_a_number_that_can_be_dialled_becomes_a_call(texte: str, compose: str):
    assert lien_telephone(texte) == compose


# --- the outbox ----------------------------------------------------------------------------------------


def test_changes_are_applied_in_order_up_to_the_last_number():
    indexing.reindexer(le=INSTANT)
    structure = make_structure("Maison des familles")
    annonce("structure", structure.n)

    nombre = indexing.appliquer_outbox(le=INSTANT)

    assert nombre == 1
    assert trouves("maison") == [("structure", structure.n)]
    assert indexing.controler().dernier == Changement.objects.get().n


def test_a_changed_structure_carries_its_services():
    structure = make_structure("Ancien nom")
    service = make_service(structure, nom="Permanence")
    indexing.reindexer(le=INSTANT)
    Structure.objects.filter(pk=structure.pk).update(nom="Pavillon bleu")
    annonce("structure", structure.n)

    indexing.appliquer_outbox(le=INSTANT)

    assert trouves("pavillon") == [("service", service.n)]


def test_a_first_service_takes_the_place_of_its_structure():
    structure = make_structure("Maison")
    indexing.reindexer(le=INSTANT)
    service = make_service(structure, nom="Maison")
    annonce("service", service.n)

    indexing.appliquer_outbox(le=INSTANT)

    assert trouves("maison") == [("service", service.n)]


def test_a_withdrawn_record_and_an_erased_one_leave_the_index():
    retiree, effacee, gardee = make_structure("Une"), make_structure("Deux"), make_structure("Trois")
    indexing.reindexer(le=INSTANT)
    numero = effacee.n
    Structure.objects.filter(pk=retiree.pk).update(retire_le=INSTANT)
    effacee.delete()
    annonce("structure", retiree.n, numero)

    indexing.appliquer_outbox(le=INSTANT)

    assert trouves() == [("structure", gardee.n)]


def test_applied_changes_are_forgotten_after_a_week_except_the_last():
    structure = make_structure()
    for jours in (9, 8, 8):
        annonce("structure", structure.n, le=INSTANT - timedelta(days=jours))
    indexing.reindexer(le=INSTANT)
    dernier = Changement.objects.order_by("-n").first()

    indexing.appliquer_outbox(le=INSTANT)

    assert list(Changement.objects.all()) == [dernier]


def test_changes_that_are_not_applied_are_kept():
    structure = make_structure()
    indexing.reindexer(le=INSTANT)
    annonce("structure", structure.n, le=INSTANT - timedelta(days=30))

    indexing._purger(0, le=INSTANT)

    assert Changement.objects.count() == 1


# --- the worker's look -----------------------------------------------------------------------------------


def test_the_worker_builds_a_missing_index_then_has_nothing_to_do():
    make_structure()

    assert indexing.passer(INSTANT) == indexing.Passage(1, reconstruit=True)
    assert indexing.passer(INSTANT) == indexing.Passage(0, reconstruit=False)


def test_a_damaged_index_is_built_again_at_the_next_control():
    structure = make_structure("Maison")
    indexing.passer(INSTANT)
    version = next(d for d in settings.DOSSIER_INDEX.iterdir() if d.is_dir())
    magasin = next(version.glob("*.store"))
    magasin.write_bytes(magasin.read_bytes()[:-40] + b"\x00" * 40)

    passage = indexing.passer(INSTANT + timedelta(seconds=16))

    assert passage == indexing.Passage(1, reconstruit=True)
    assert trouves("maison") == [("structure", structure.n)]


def test_an_index_of_another_instance_is_built_again():
    make_structure()
    indexing.reindexer(le=INSTANT)
    Identite.objects.update(instance="11111111-2222-3333-4444-555555555555")

    assert indexing.controler().etat is Etat.AUTRE_INSTANCE
    assert indexing.passer(INSTANT).reconstruit


def test_an_index_newer_than_the_database_is_built_again():
    structure = make_structure()
    annonce("structure", structure.n)
    annonce("structure", structure.n)
    indexing.reindexer(le=INSTANT)
    Changement.objects.order_by("-n").first().delete()

    with pytest.raises(IndexAbsent, match="plus récent"):
        indexing.appliquer_outbox(le=INSTANT)
    assert indexing.passer(INSTANT).reconstruit


def test_an_index_older_than_the_forgotten_changes_is_built_again():
    structure = make_structure()
    indexing.reindexer(le=INSTANT)
    for _ in range(3):
        annonce("structure", structure.n, le=INSTANT - timedelta(days=30))
    indexing._purger(Changement.objects.order_by("n")[1].n, le=INSTANT)

    with pytest.raises(IndexAbsent, match="plus ancien"):
        indexing.appliquer_outbox(le=INSTANT)
    assert indexing.passer(INSTANT).reconstruit


def test_a_number_that_a_failed_transaction_took_is_no_reason_to_rebuild():
    structure = make_structure("Maison")
    indexing.reindexer(le=INSTANT)
    Changement.objects.create(n=40, genre="structure", debut=structure.n, fin=structure.n, le=INSTANT)

    assert indexing.appliquer_outbox(le=INSTANT) == 1
    assert indexing.controler().dernier == 40


def test_a_record_leaves_the_index_on_the_day_it_closes_without_any_other_change():
    make_structure("Maison", ferme_le=date(2026, 11, 26))
    indexing.passer(INSTANT)
    assert len(trouves("maison")) == 1

    indexing.passer(INSTANT + timedelta(days=1))

    assert trouves("maison") == []


def test_what_can_be_found_is_what_the_index_holds():
    mere = make_structure("Mère")
    make_service(mere)
    make_structure("Seule")
    make_structure("Retirée", retire_le=INSTANT)
    make_structure("Fermée", ferme_le=date(2026, 1, 1))

    compte = indexing.reindexer(le=INSTANT)

    assert compte == 2
    assert sum(trouvables(genre, le=JOUR).count() for genre in ("structure", "service")) == 2
    assert indexing.controler().compte == 2


def test_a_wide_range_is_applied_in_several_commits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(indexing, "LOT", 3)
    monkeypatch.setattr(indexing, "PAR_COMMIT", 5)
    indexing.reindexer(le=INSTANT)
    source = make_source()
    structures = [make_structure(f"Maison {i}", source_ref=source) for i in range(12)]
    annonce("structure", *(s.n for s in structures))

    assert indexing.appliquer_outbox(le=INSTANT) == 12
    assert len(trouves("maison")) == 12
