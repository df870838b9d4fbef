"""Writing the index: batches applied whole, rebuilds beside, nothing left behind."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from maillage.recherche import schema
from maillage.recherche.document import Document
from maillage.recherche.index import Ecrivain, IndexAbsent, IndexOccupe, Lecteur, reconstruire, verifier
from maillage.recherche.requete import Requete
from tests.recherche.documents import INSTANCE, make_document, make_lecteur, numeros

pytestmark = pytest.mark.moteur_indifferent


@pytest.fixture(autouse=True)
def sans_delai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.recherche.lecteur.DELAI", 0.0)


def fichiers_orphelins(dossier: Path) -> set[str]:
    """What is on the disk in the version in use and that no segment needs."""
    chemin = dossier / (dossier / "courant").read_text().strip()
    meta = orjson.loads((chemin / "meta.json").read_bytes())
    segments = {s["segment_id"].replace("-", "") for s in meta["segments"]}
    connus = {"meta.json", ".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock"}
    return {f.name for f in chemin.iterdir() if f.name not in connus and f.name.split(".")[0] not in segments}


def test_a_batch_adds_replaces_hides_and_withdraws(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(n, "Mairie") for n in (1, 2, 3, 4)])

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer(
            [
                make_document(1, "École"),
                make_document(2, "Mairie", visible=False),
                make_document(5, "Mairie"),
                make_document(5, "Mairie annexe"),
            ],
            retires=[("structure", 3), ("structure", 99), ("service", 4)],
            dernier=17,
        )
        assert ecrivain.dernier() == 17

    assert (lecteur.dernier(), lecteur.compte()) == (17, 3)
    assert sorted(numeros(lecteur.chercher(Requete(texte="mairie")))) == [4, 5]
    assert numeros(lecteur.chercher(Requete(texte="ecole"))) == [1]


def test_the_same_batch_twice_changes_nothing(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        for _ in range(2):
            ecrivain.appliquer([make_document(1), make_document(2)], dernier=2)

    assert numeros(lecteur.chercher(Requete())) == [1, 2]
    assert verifier(tmp_path, instance=INSTANCE).compte == 2


def test_a_batch_that_breaks_half_way_leaves_no_trace(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    def casse() -> Iterator[Document]:
        yield make_document(2)
        raise RuntimeError("base fermée")

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        with pytest.raises(RuntimeError):
            ecrivain.appliquer(casse(), retires=[("structure", 1)], dernier=2)
        assert (ecrivain.dernier(), lecteur.dernier()) == (1, 1)
        ecrivain.appliquer([make_document(3)], dernier=3)

    assert numeros(lecteur.chercher(Requete())) == [1, 3]


def test_text_that_cannot_be_encoded_is_cleaned_rather_than_refused(tmp_path: Path) -> None:
    document = make_document(1, "Mai\u200brie\ud800 \0annexe", description="\udfff" * 5, id="x--\ud800")

    lecteur = make_lecteur(tmp_path, [document])

    assert numeros(lecteur.chercher(Requete(texte="mairie annexe"))) == [1]


def test_coordinates_out_of_this_world_count_as_none(tmp_path: Path) -> None:
    documents = [
        make_document(1, latitude=float("nan"), longitude=7.0, code_insee="68224"),
        make_document(2, latitude=4774.0, longitude=7.0, code_insee="68224"),
    ]
    lecteur = make_lecteur(tmp_path, documents)

    reponse = lecteur.chercher(Requete(latitude=47.7, longitude=7.3, code_insee="68224"))

    assert [(r.n, r.distance_km) for r in reponse.resultats] == [(1, None), (2, None)]


def test_only_one_writes_at_a_time(tmp_path: Path) -> None:
    make_lecteur(tmp_path, [make_document(1)])

    with Ecrivain(tmp_path, instance=INSTANCE):
        with pytest.raises(IndexOccupe), Ecrivain(tmp_path, instance=INSTANCE):
            pass
        with pytest.raises(IndexOccupe):
            reconstruire(tmp_path, instance=INSTANCE, documents=[], dernier=0)

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([make_document(2)], dernier=2)
    assert verifier(tmp_path, instance=INSTANCE).compte == 2


def test_what_a_killed_writer_left_does_not_stop_the_next_one(tmp_path: Path) -> None:
    dossier, jumeau = tmp_path / "index", tmp_path / "jumeau"
    lecteur = make_lecteur(dossier, [make_document(n) for n in range(5)])
    shutil.copytree(dossier, jumeau)
    with Ecrivain(jumeau, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([], retires=[("structure", 1)], dernier=2)
    version = (dossier / "courant").read_text().strip()
    restes = {f.name for f in (jumeau / version).iterdir()} - {f.name for f in (dossier / version).iterdir()}
    assert any(nom.endswith(".del") for nom in restes)

    # Killed after writing its files and before meta.json: the next commit wants the very same names.
    for nom in [*restes, ".tmpAbCdEf", f"{'c' * 32}.store"]:
        (dossier / version / nom).write_bytes(b"half")
    with Ecrivain(dossier, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([], retires=[("structure", 1)], dernier=2)

    assert fichiers_orphelins(dossier) == set()
    assert (lecteur.dernier(), numeros(lecteur.chercher(Requete()))) == (2, [0, 2, 3, 4])


def test_a_writer_outside_of_this_package_is_respected(tmp_path: Path) -> None:
    from tantivy import Index

    from maillage.recherche.texte import register_analyseurs

    make_lecteur(tmp_path, [make_document(1)])
    index = Index.open(str(tmp_path / (tmp_path / "courant").read_text().strip()))
    register_analyseurs(index)
    autre = index.writer(20_000_000, 1)

    with pytest.raises(IndexOccupe), Ecrivain(tmp_path, instance=INSTANCE):
        pass
    autre.wait_merging_threads()


def test_a_writer_whose_folder_disappears_says_so_and_a_rebuild_repairs(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        shutil.rmtree(tmp_path / (tmp_path / "courant").read_text().strip())
        with pytest.raises(IndexAbsent):
            ecrivain.appliquer([make_document(2)], dernier=2)
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(3)], dernier=3)

    assert numeros(lecteur.chercher(Requete())) == [3]


def test_a_record_of_an_unknown_kind_stops_its_batch(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain, pytest.raises(ValueError, match="genre inconnu"):
        ecrivain.appliquer([make_document(2), make_document(3, genre="personne")], dernier=2)

    assert (numeros(lecteur.chercher(Requete())), lecteur.dernier()) == ([1], 1)


def test_a_writer_that_is_closed_refuses_to_write(tmp_path: Path) -> None:
    make_lecteur(tmp_path, [])
    ecrivain = Ecrivain(tmp_path, instance=INSTANCE)

    with pytest.raises(IndexAbsent):
        ecrivain.dernier()
    with ecrivain:
        assert ecrivain.dernier() == 1
    with pytest.raises(IndexAbsent):
        ecrivain.appliquer([], dernier=2)


def test_the_writer_of_another_instance_is_refused(tmp_path: Path) -> None:
    make_lecteur(tmp_path, [make_document(1)])

    with pytest.raises(IndexAbsent), Ecrivain(tmp_path, instance="autre"):
        pass


def test_a_reader_keeps_answering_during_a_rebuild_then_sees_it(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1, "Mairie")])
    avant = lecteur.chercher(Requete(texte="mairie"))

    def documents() -> Iterator[Document]:
        for n in range(2, 50):
            assert numeros(lecteur.chercher(Requete(texte="mairie"))) == [1]
            yield make_document(n, "Mairie")

    reconstruire(tmp_path, instance=INSTANCE, documents=documents(), dernier=2)

    apres = lecteur.chercher(Requete(texte="mairie"))
    assert (avant.total, apres.total, lecteur.dernier()) == (1, 48, 2)


def test_the_new_index_is_seen_within_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.recherche.lecteur.DELAI", 0.5)
    lecteur = make_lecteur(tmp_path, [make_document(1)])
    assert lecteur.dernier() == 1

    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(2)], dernier=2)
    fin = time.monotonic() + 1
    while lecteur.dernier() != 2 and time.monotonic() < fin:
        time.sleep(0.01)

    assert lecteur.dernier() == 2
    assert numeros(lecteur.chercher(Requete())) == [2]


def test_a_rebuild_that_fails_changes_nothing(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(1)])
    avant = sorted(f.name for f in tmp_path.iterdir())

    def casse() -> Iterator[Document]:
        yield make_document(2)
        raise RuntimeError("base fermée")

    with pytest.raises(RuntimeError):
        reconstruire(tmp_path, instance=INSTANCE, documents=casse(), dernier=2)

    assert sorted(f.name for f in tmp_path.iterdir()) == avant
    assert numeros(lecteur.chercher(Requete())) == [1]


def test_rebuilds_leave_nothing_but_the_current_and_the_previous_version(tmp_path: Path) -> None:
    (tmp_path / f"v0-{'b' * 32}").mkdir()
    (tmp_path / "courant.0123.tmp").touch()
    (tmp_path / "notes.txt").touch()  # not ours: left alone
    noms = []

    for dernier in range(4):
        reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=dernier)
        noms.append((tmp_path / "courant").read_text().strip())

    assert {f.name for f in tmp_path.iterdir()} == {"courant", "ecriture.lock", "notes.txt", *noms[-2:]}
    assert fichiers_orphelins(tmp_path) == set()


def test_updates_do_not_bloat_the_index(tmp_path: Path) -> None:
    documents = [make_document(n, f"Lieu {n}", description=f"accueil numéro {n} " * 30) for n in range(1000)]
    make_lecteur(tmp_path, documents)
    neuf = sum(f.stat().st_size for f in tmp_path.rglob("*") if f.is_file())

    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        for tour in range(50):
            ecrivain.appliquer(documents[tour * 20 : tour * 20 + 20], dernier=tour + 2)

    assert verifier(tmp_path, instance=INSTANCE).compte == 1000
    assert fichiers_orphelins(tmp_path) == set()
    assert sum(f.stat().st_size for f in tmp_path.rglob("*") if f.is_file()) <= 2 * neuf


def test_a_change_of_the_fields_needs_a_new_version(tmp_path: Path) -> None:
    """Whoever changes the fields or their options raises VERSION in schema.py, then writes the new line here."""
    import hashlib

    make_lecteur(tmp_path, [])
    meta = next(tmp_path.glob("v*/meta.json"))
    champs = orjson.loads(meta.read_bytes())["schema"]

    empreinte = hashlib.sha256(orjson.dumps(champs, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    assert (schema.VERSION, empreinte) == (1, "7487935bbb0afe79")
    assert tuple(champ["name"] for champ in champs) == schema.CHAMPS


def test_many_threads_share_one_reader(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    lecteur = make_lecteur(tmp_path, [make_document(n, "Mairie") for n in range(30)])

    with ThreadPoolExecutor(8) as pool, Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        attendues = [pool.submit(lecteur.chercher, Requete(texte="mairie")) for _ in range(200)]
        for dernier in range(2, 6):
            ecrivain.appliquer([make_document(100 + dernier, "Mairie")], dernier=dernier)
        totaux = {attendue.result().total for attendue in attendues}

    assert totaux <= {30, 31, 32, 33, 34}
    assert lecteur.compte() == 34


def test_the_package_knows_no_django() -> None:
    import subprocess
    import sys

    code = (
        "import maillage.recherche.index, sys; print(any(m.split('.')[0] == 'django' for m in sys.modules))"
    )

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
    )


def test_a_reader_made_before_the_index_exists_works_once_it_does(tmp_path: Path) -> None:
    lecteur = Lecteur(tmp_path / "index", instance=INSTANCE)
    with pytest.raises(IndexAbsent):
        lecteur.chercher(Requete())

    reconstruire(tmp_path / "index", instance=INSTANCE, documents=[make_document(1)], dernier=1)

    assert numeros(lecteur.chercher(Requete())) == [1]
