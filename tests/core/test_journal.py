"""The journal: appended, chained, guarded."""

import pytest
from django.db import DatabaseError, connection, transaction

from maillage.core.journal import (
    difference,
    garde_levee,
    histoire,
    journaliser,
    journaliser_lot,
    verifier_chaine,
)
from maillage.core.models import Acte, ActeContenu
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
OBJET = ("essai.objet", "1")


def ecrire(valeur: str) -> Acte:
    return journaliser("corriger", OBJET, le=INSTANT, champs={"nom": ["avant", valeur]}, motif="essai")


def test_an_act_is_read_back_with_its_contents() -> None:
    ecrire("après")

    assert [(a.acte, a.contenu.champs) for a in histoire(OBJET)] == [
        ("corriger", {"nom": ["avant", "après"]})
    ]


def test_a_whole_chain_has_no_fault() -> None:
    for valeur in ("un", "deux", "trois"):
        ecrire(valeur)

    assert verifier_chaine() == []


@pytest.mark.parametrize("table", ["core_acte", "core_actecontenu"])
@pytest.mark.parametrize("geste", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_engine_refuses_to_rewrite_history(table: str, geste: str) -> None:
    ecrire("après")
    champ = "motif" if table == "core_acte" else "champs"
    requete = geste.format(table, champ, "'x'" if table == "core_acte" else "NULL")

    with (
        pytest.raises(DatabaseError, match="ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(requete)

    assert verifier_chaine() == []


def test_a_changed_byte_is_found_even_behind_the_guard() -> None:
    premier = ecrire("un")
    ecrire("deux")

    with garde_levee("essais"):
        ActeContenu.objects.filter(acte=premier).update(champs={"nom": ["avant", "faux"]})
        Acte.objects.filter(pk=premier.pk).update(motif="autre")

    assert verifier_chaine() == [
        f"Acte {premier.pk} : le contenu ne correspond plus à son empreinte.",
        f"Acte {premier.pk} : le maillon est rompu.",
    ]


def test_blanked_contents_keep_the_chain_whole() -> None:
    premier = ecrire("secret")
    ecrire("deux")

    with garde_levee("essais"):
        ActeContenu.objects.filter(acte=premier).update(champs=None)

    assert verifier_chaine() == []


def test_only_listed_reasons_lift_the_guard() -> None:
    with pytest.raises(ValueError, match="not a reason"), garde_levee("menage"):
        pass


def test_journal_outside_a_transaction_is_a_bug(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        ecrire("sans transaction")


def test_the_difference_names_only_what_changed() -> None:
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": [2, 3]}


def test_many_acts_at_once_make_the_same_chain_as_one_by_one() -> None:
    un_a_un = [
        journaliser("corriger", ("essai.objet", str(n)), le=INSTANT, champs={"nom": [None, n]}, motif="essai")
        for n in range(3)
    ]
    ensemble = journaliser_lot(
        "corriger",
        ((("essai.objet", str(n)), {"nom": [None, n]}) for n in range(3, 1_205)),
        le=INSTANT,
        motif="essai",
    )

    assert verifier_chaine() == []
    assert Acte.objects.count() == len(un_a_un) + 1_202
    assert [a.pk for a in ensemble] == sorted(a.pk for a in ensemble)
    (acte,) = histoire(("essai.objet", "1204"))
    assert (acte.acte, acte.motif, acte.contenu.champs) == ("corriger", "essai", {"nom": [None, 1204]})


def test_no_act_leaves_no_row() -> None:
    assert journaliser_lot("corriger", [], le=INSTANT) == []
    assert not Acte.objects.exists()
