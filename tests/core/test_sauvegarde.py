"""Backup and restore: every row and file comes back, a damaged archive is refused, nothing is overwritten."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import ConnectionHandler

from maillage.annuaire.models import Structure
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser, verifier_chaine
from maillage.core.models import Identite
from maillage.core.sauvegarde import empreinte_table, modeles, restaurer, sauvegarder, verifier
from maillage.portail.travailleur import Travailleur, seul
from tests.make import (
    INSTANT,
    make_commune,
    make_fiche,
    make_objectif,
    make_personne,
    make_reunion,
    make_service,
    make_structure,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _second_connection_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's test guard refuses aliases the settings do not name; a backup opens its own beside them."""
    creer = ConnectionHandler.create_connection

    def creer_libre(self: ConnectionHandler, alias: str) -> object:
        connexion = creer(self, alias)
        connexion.alias = "copie-libre" if alias == "copie" else alias
        return connexion

    monkeypatch.setattr(ConnectionHandler, "create_connection", creer_libre)


def remplir() -> None:
    from django.db import transaction

    fiche = make_fiche()
    make_objectif(fiche)
    make_reunion(fiche.convention.territoire)
    structure = make_structure(
        "Maison « de l’Été » ☀", commune_officielle=make_commune(), extra={"b": [1], "a": None}
    )
    make_service(structure, thematiques=["numerique--acceder"])
    with transaction.atomic():
        journaliser(
            "creer", structure, le=INSTANT, par=make_personne(), champs={"nom": [None, structure.nom]}
        )
    Identite.objects.get_or_create(cle=1)
    recu = settings.ETAT / "envois" / "essai.csv"
    recu.parent.mkdir(exist_ok=True)
    recu.write_bytes(b"a,b\n1,2\n")


def empreintes() -> dict[str, str]:
    return {m._meta.label: empreinte_table(m) for m in modeles() if m is not Identite}


def test_a_restored_instance_has_the_same_rows_and_files_and_a_new_identity(tmp_path: Path) -> None:
    remplir()
    avant, identite = empreintes(), Identite.objects.get().instance
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    call_command("flush", interactive=False, verbosity=0)
    (settings.ETAT / "envois" / "essai.csv").unlink()

    bilan = restaurer(archive)

    assert empreintes() == avant
    assert bilan.lignes["annuaire.Structure"] == 1
    assert (settings.ETAT / "envois" / "essai.csv").read_bytes() == b"a,b\n1,2\n"
    assert Identite.objects.get().instance != identite
    assert verifier_chaine() == []


def test_the_first_insert_after_a_restore_takes_a_free_number(tmp_path: Path) -> None:
    remplir()
    ancienne = Structure.objects.get()
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    call_command("flush", interactive=False, verbosity=0)
    restaurer(archive)

    nouvelle = make_structure("Une autre", source_ref=Structure.objects.get().source_ref)

    assert nouvelle.n > ancienne.n


def test_a_flipped_byte_never_changes_what_would_come_back(tmp_path: Path) -> None:
    remplir()
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    octets = archive.read_bytes()
    entete = octets.index(b"\0", 10) + 1  # what gzip says of the file's name is not content
    manifeste = verifier(archive)

    refus, changes = 0, []
    for place in range(entete, len(octets) - 8, max(1, len(octets) // 40)):
        abime = tmp_path / "abime.tar.gz"
        abime.write_bytes(octets[:place] + bytes([octets[place] ^ 0x10]) + octets[place + 1 :])
        try:
            # A few bits of a compressed stream carry nothing: flipped, every sum of the content is still right.
            if verifier(abime) != manifeste:
                changes.append(place)
        except RegleMetier:
            refus += 1

    assert changes == []
    assert refus >= 38


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    remplir()
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    archive.write_bytes(archive.read_bytes()[:-200])

    with pytest.raises(RegleMetier, match="abîmé"):
        verifier(archive)


def test_a_full_database_is_never_overwritten(tmp_path: Path) -> None:
    remplir()
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    avant = empreintes()

    with pytest.raises(RegleMetier, match="n’écrase rien"):
        restaurer(archive)

    assert empreintes() == avant


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maillage.core.sauvegarde.migrations_passees", lambda: ["core.9999_demain"])
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    monkeypatch.undo()

    with pytest.raises(RegleMetier, match=r"plus récente.*core\.9999_demain"):
        restaurer(archive)


def test_a_backup_of_a_newer_version_is_refused_before_the_base_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.core.sauvegarde.migrations_passees", lambda: ["core.9999_demain"])
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    monkeypatch.undo()
    avant = sorted(settings.ETAT.iterdir())

    with pytest.raises(CommandError, match="plus récente"):
        call_command("restore", archive, "--mettre-de-cote")

    assert sorted(settings.ETAT.iterdir()) == avant


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite’s base is a file that moves")
def test_a_base_in_service_is_not_moved_from_under_its_writers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = sauvegarder(tmp_path / "s.tar.gz", le=INSTANT).fichier
    base = tmp_path / "base.sqlite3"
    base.write_bytes(b"")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(base))

    with (
        seul(settings.ETAT / "worker.verrou", Travailleur()),
        pytest.raises(CommandError, match="Arrêtez-le"),
    ):
        call_command("restore", archive, "--mettre-de-cote")

    assert [f.name for f in tmp_path.iterdir() if "avant" in f.name] == []


def test_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Fichier introuvable"):
        call_command("restore", tmp_path / "absente.tar.gz")


def test_the_archive_name_appears_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remplir()

    def panne(*args: object, **kwargs: object) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr("maillage.core.sauvegarde._ajouter_fichier", panne)

    with pytest.raises(OSError, match="disque plein"):
        sauvegarder(tmp_path / "s.tar.gz", le=INSTANT)

    assert list(tmp_path.iterdir()) == []


def test_the_hash_of_a_table_changes_with_one_field() -> None:
    structure = make_structure()
    avant = empreinte_table(Structure)

    Structure.objects.filter(pk=structure.pk).update(telephone="03 53 01 00 00")

    assert empreinte_table(Structure) != avant
    assert len(avant) == len(hashlib.sha256().hexdigest())
