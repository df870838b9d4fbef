"""Whatever happens to the index's folder, readers and writers say so and a rebuild repairs it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from maillage.recherche.index import (
    Ecrivain,
    Etat,
    IndexAbsent,
    Lecteur,
    reconstruire,
    verifier,
)
from maillage.recherche.requete import Requete
from maillage.recherche.schema import VERSION
from tests.recherche.documents import INSTANCE, make_document, numeros

pytestmark = pytest.mark.moteur_indifferent

Dommage = Callable[[Path], None]


def courant(dossier: Path) -> Path:
    return dossier / (dossier / "courant").read_text().strip()


def segment(dossier: Path, extension: str) -> Path:
    return max(courant(dossier).glob(f"*.{extension}"), key=lambda f: f.stat().st_size)


def write_meta(dossier: Path, octets: bytes) -> None:
    (courant(dossier) / "meta.json").write_bytes(octets)


def change_meta(dossier: Path, **champs: object) -> None:
    meta = courant(dossier) / "meta.json"
    write_meta(dossier, orjson.dumps(orjson.loads(meta.read_bytes()) | champs))


def truncate(chemin: Path, part: float) -> None:
    os.truncate(chemin, int(chemin.stat().st_size * part))


def flip(chemin: Path, rang: int) -> None:
    octets = bytearray(chemin.read_bytes())
    octets[rang % len(octets)] ^= 0xFF
    chemin.write_bytes(octets)


def rename_version(dossier: Path, version: int) -> None:
    ancien = courant(dossier)
    nouveau = dossier / f"v{version}-{'0' * 32}"
    ancien.rename(nouveau)
    (dossier / "courant").write_text(nouveau.name)


def empty_folder(dossier: Path) -> None:
    shutil.rmtree(dossier)
    dossier.mkdir()


def empty_version(dossier: Path) -> None:
    for fichier in courant(dossier).iterdir():
        fichier.unlink()


def replace_version_by_file(dossier: Path) -> None:
    chemin = courant(dossier)
    shutil.rmtree(chemin)
    chemin.touch()


def replace_lock_by_folder(dossier: Path) -> None:
    (dossier / "courant").unlink()
    (dossier / "ecriture.lock").unlink()
    (dossier / "ecriture.lock").mkdir()


def write_pointeur(dossier: Path, octets: bytes) -> None:
    (dossier / "courant").write_bytes(octets)


def replace_pointeur_by_folder(dossier: Path) -> None:
    (dossier / "courant").unlink()
    (dossier / "courant").mkdir()
    (dossier / "courant" / "x").touch()


def make_index_of(dossier: Path, *, instance: str) -> None:
    shutil.rmtree(dossier)
    reconstruire(dossier, instance=instance, documents=[make_document(1)], dernier=9)


def remove_state(dossier: Path) -> None:
    """A tantivy index with our fields but without our state document."""
    from tantivy import Index

    from maillage.recherche.texte import register_analyseurs

    index = Index.open(str(courant(dossier)))
    register_analyseurs(index)
    writer = index.writer(20_000_000, 1)
    writer.delete_documents_by_term("cle", "etat:0")
    writer.commit()
    writer.wait_merging_threads()


def put_foreign_index(dossier: Path) -> None:
    """A healthy tantivy index of something else."""
    from tantivy import Index, SchemaBuilder

    builder = SchemaBuilder()
    builder.add_text_field("titre", stored=True)
    chemin = courant(dossier)
    shutil.rmtree(chemin)
    chemin.mkdir()
    writer = Index(builder.build(), str(chemin)).writer(20_000_000, 1)
    writer.commit()
    writer.wait_merging_threads()


def leave_read_only(dossier: Path) -> None:
    chemin = courant(dossier)
    for fichier in chemin.iterdir():
        fichier.chmod(0o400)
    (chemin / "meta.json").unlink()
    chemin.chmod(0o500)


DOMMAGES: dict[str, tuple[Dommage, set[Etat]]] = {
    "folder missing": (shutil.rmtree, {Etat.ABSENT}),
    "folder empty": (empty_folder, {Etat.ABSENT}),
    "version folder missing": (lambda d: shutil.rmtree(courant(d)), {Etat.ABSENT}),
    "version folder empty": (empty_version, {Etat.ABSENT}),
    "version folder is a file": (replace_version_by_file, {Etat.ABIME}),
    "pointer missing": (lambda d: (d / "courant").unlink(), {Etat.ABSENT}),
    "pointer empty": (lambda d: write_pointeur(d, b""), {Etat.ABIME}),
    "pointer garbage": (lambda d: write_pointeur(d, b"\xff\x00" * 300), {Etat.ABIME}),
    "pointer out of the folder": (lambda d: write_pointeur(d, b"../../etc"), {Etat.ABIME}),
    "pointer to nowhere": (lambda d: write_pointeur(d, f"v{VERSION}-{'a' * 32}".encode()), {Etat.ABSENT}),
    "pointer is a folder": (replace_pointeur_by_folder, {Etat.ABIME}),
    "older schema": (lambda d: rename_version(d, VERSION - 1), {Etat.ANCIEN_SCHEMA}),
    "newer schema": (lambda d: rename_version(d, VERSION + 1), {Etat.ANCIEN_SCHEMA}),
    "other instance": (lambda d: make_index_of(d, instance="autre"), {Etat.AUTRE_INSTANCE}),
    "meta missing": (lambda d: (courant(d) / "meta.json").unlink(), {Etat.ABSENT}),
    "meta empty": (lambda d: write_meta(d, b""), {Etat.ABIME}),
    "meta truncated": (lambda d: truncate(courant(d) / "meta.json", 0.5), {Etat.ABIME}),
    "meta garbage": (lambda d: write_meta(d, os.urandom(3000)), {Etat.ABIME}),
    "meta nested too deep": (lambda d: write_meta(d, b"[" * 100_000), {Etat.ABIME}),
    "meta of another shape": (lambda d: write_meta(d, b'["segments"]'), {Etat.ABIME}),
    "meta with strange segments": (lambda d: change_meta(d, segments=[{"segment_id": "../x"}]), {Etat.ABIME}),
    "meta with an unreadable segment": (lambda d: change_meta(d, segments=[7]), {Etat.ABIME}),
    "meta without segments": (lambda d: change_meta(d, segments=[]), {Etat.ABIME}),
    "meta with other fields": (lambda d: change_meta(d, schema=[]), {Etat.ANCIEN_SCHEMA}),
    "meta with strange fields": (lambda d: change_meta(d, schema=[1]), {Etat.ABIME}),
    "meta naming an unknown deletion": (
        lambda d: change_meta(
            d,
            segments=[
                s | {"deletes": {"num_deleted_docs": 1, "opstamp": 10**6}}
                for s in orjson.loads((courant(d) / "meta.json").read_bytes())["segments"]
            ],
        ),
        {Etat.ABIME},
    ),
    "state document missing": (remove_state, {Etat.ABIME}),
    "index of something else": (put_foreign_index, {Etat.ANCIEN_SCHEMA}),
    "read-only leftovers": (leave_read_only, {Etat.ABSENT}),
    "lock is a folder": (replace_lock_by_folder, {Etat.ABSENT}),
    **{
        f"{extension} file missing": (lambda d, e=extension: segment(d, e).unlink(), {Etat.ABIME})
        for extension in ("term", "idx", "pos", "fast", "fieldnorm", "store")
    },
    **{
        f"{extension} file truncated at {part}": (
            lambda d, e=extension, p=part: truncate(segment(d, e), p),
            {Etat.ABIME},
        )
        for extension in ("term", "idx", "fast", "store")
        for part in (0, 0.5, 0.99)
    },
    **{
        f"{extension} file with byte {rang} flipped": (
            lambda d, e=extension, r=rang: flip(segment(d, e), r),
            {Etat.ABIME},
        )
        for extension in ("term", "idx", "fast", "store", "fieldnorm")
        for rang in (0, 100, -1, -5)
    },
}


@pytest.mark.parametrize("nom", DOMMAGES)
def test_a_damage_is_said_and_repaired(tmp_path: Path, nom: str) -> None:
    dossier = tmp_path / "index"
    documents = [make_document(n, f"Mairie {n}", description="accueil " * n) for n in range(40)]
    reconstruire(dossier, instance=INSTANCE, documents=documents, dernier=3)
    abimer, etats = DOMMAGES[nom]

    abimer(dossier)

    lecteur = Lecteur(dossier, instance=INSTANCE)
    assert verifier(dossier, instance=INSTANCE).etat in etats
    for acte in (lambda: lecteur.chercher(Requete(texte="mairie")), lecteur.dernier, lecteur.compte):
        with pytest.raises(IndexAbsent) as refus:
            acte()
        assert refus.value.etat in etats
    with pytest.raises(IndexAbsent), Ecrivain(dossier, instance=INSTANCE):
        pass

    reconstruire(dossier, instance=INSTANCE, documents=documents, dernier=4)

    etat = verifier(dossier, instance=INSTANCE)
    assert etat.utilisable
    assert (etat.etat, etat.dernier, etat.compte, etat.detail) == (Etat.OK, 4, 40, "")
    assert Lecteur(dossier, instance=INSTANCE).chercher(Requete(texte="mairie")).total == 40
    with Ecrivain(dossier, instance=INSTANCE) as ecrivain:
        assert ecrivain.dernier() == 4


def test_there_are_at_least_twenty_damages() -> None:
    assert len(DOMMAGES) >= 20


def test_the_previous_meta_put_back_is_an_older_index_or_a_refused_one(tmp_path: Path) -> None:
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    meta = courant(tmp_path) / "meta.json"
    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([make_document(2)], dernier=2)
        ancienne = meta.read_bytes()
        ecrivain.appliquer([make_document(3)], dernier=3)

    meta.write_bytes(ancienne)

    etat = verifier(tmp_path, instance=INSTANCE)
    assert (etat.etat, etat.dernier, etat.compte) in {(Etat.OK, 2, 2), (Etat.ABIME, 0, 0)}


def test_a_whole_older_folder_put_back_says_how_far_it_goes(tmp_path: Path) -> None:
    dossier, copie = tmp_path / "index", tmp_path / "copie"
    reconstruire(dossier, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    shutil.copytree(dossier, copie)
    with Ecrivain(dossier, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([make_document(2)], dernier=2)

    shutil.rmtree(dossier)
    copie.rename(dossier)

    with Ecrivain(dossier, instance=INSTANCE) as ecrivain:
        assert ecrivain.dernier() == 1
        ecrivain.appliquer([make_document(2)], dernier=2)
    assert verifier(dossier, instance=INSTANCE).compte == 2


def test_a_reader_already_open_sees_the_damage_then_the_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.recherche.lecteur.DELAI", 0.0)
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    lecteur = Lecteur(tmp_path, instance=INSTANCE)
    assert lecteur.dernier() == 1

    write_meta(tmp_path, b"{")
    with pytest.raises(IndexAbsent):
        lecteur.chercher(Requete())
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(5)], dernier=2)

    assert lecteur.dernier() == 2
    assert numeros(lecteur.chercher(Requete())) == [5]


def test_a_panic_of_the_engine_is_an_absent_index_and_the_next_search_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tantivy import Query

    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    lecteur = Lecteur(tmp_path, instance=INSTANCE)
    with monkeypatch.context() as panne:
        # A limit of 0 really panics in tantivy; the query builder never lets it through.
        panne.setattr(
            "maillage.recherche.lecteur.repondre",
            lambda ouvert, *_: ouvert.searcher.search(Query.all_query(), 0),
        )
        with pytest.raises(IndexAbsent) as refus:
            lecteur.chercher(Requete())

    assert refus.value.etat is Etat.ABIME
    assert lecteur.chercher(Requete()).total == 1


def test_our_own_bugs_are_not_hidden_as_an_absent_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    lecteur = Lecteur(tmp_path, instance=INSTANCE)
    monkeypatch.setattr("maillage.recherche.lecteur.repondre", lambda *_: {}["rien"])

    with pytest.raises(KeyError):
        lecteur.chercher(Requete())


def test_a_refused_index_is_not_read_again_at_every_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.recherche.lecteur.DELAI", 0.0)
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    fichier = segment(tmp_path, "term")
    octets = fichier.read_bytes()
    flip(fichier, 0)
    lecteur = Lecteur(tmp_path, instance=INSTANCE)
    with pytest.raises(IndexAbsent):
        lecteur.compte()

    fichier.write_bytes(octets)  # repaired by hand: nothing else moved

    with pytest.raises(IndexAbsent):
        lecteur.compte()
    monkeypatch.setattr("maillage.recherche.lecteur.time.monotonic", lambda: float("inf"))
    assert lecteur.compte() == 1


def test_a_file_in_place_of_the_folder_is_never_deleted(tmp_path: Path) -> None:
    dossier = tmp_path / "base.sqlite3"
    dossier.write_text("precious")

    with pytest.raises(FileExistsError):
        reconstruire(dossier, instance=INSTANCE, documents=[], dernier=0)

    assert dossier.read_text() == "precious"
