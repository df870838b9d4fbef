"""Write the index: apply batches of changes, or build it anew beside the old one; called by the worker, `reindex`."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from tantivy import Index, IndexWriter

from maillage.recherche.document import Document, make_cle
from maillage.recherche.dossier import (
    Controle,
    clean_dossier,
    clean_version,
    fsync_contenu,
    make_nom_version,
    read_pointeur,
    remove_dossier,
    verrou,
    write_pointeur,
)
from maillage.recherche.ouverture import ouvrir
from maillage.recherche.pannes import Etat, IndexAbsent, IndexOccupe, pannes
from maillage.recherche.schema import CLE_ETAT, make_entree, make_etat, make_schema
from maillage.recherche.texte import register_analyseurs

MEMOIRE = 50_000_000
MEMOIRE_CONSTRUCTION = 100_000_000


class Ecrivain:
    """Entering it raises IndexOccupe when another process writes, IndexAbsent when the index must be rebuilt."""

    def __init__(self, dossier: Path, *, instance: str) -> None:
        self._dossier = dossier
        self._instance = instance
        self._pile = ExitStack()
        self._writer: IndexWriter | None = None
        self._chemin: Path | None = None
        self._dernier: int | None = None
        self._sur_disque: frozenset[str] = frozenset()

    def __enter__(self) -> Self:
        with pannes():
            self._pile.enter_context(verrou(self._dossier))
        try:
            ouvert = ouvrir(self._dossier, instance=self._instance, controle=Controle())
            self._writer = make_writer(ouvert.index, memoire=MEMOIRE)
            with pannes():
                clean_version(ouvert.chemin)
        except BaseException:
            self._writer = None
            self._pile.close()
            raise
        self._chemin, self._dernier = ouvert.chemin, ouvert.dernier
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        writer, self._writer, self._dernier = self._writer, None, None
        try:
            if writer is not None and self._chemin is not None:
                with pannes():
                    writer.wait_merging_threads()
                    fsync_contenu(self._chemin, sauf=self._sur_disque)
        except IndexAbsent:
            if exc is None:
                raise
        finally:
            self._pile.close()

    def dernier(self) -> int:
        """The number of the last change applied: the worker goes on from the next one."""
        if self._dernier is None:
            raise IndexAbsent(Etat.ABSENT, "l’index n’est pas ouvert en écriture")
        return self._dernier

    def appliquer(
        self, documents: Iterable[Document], *, retires: Iterable[tuple[str, int]] = (), dernier: int
    ) -> None:
        """All or nothing, on the disk when it returns; applying the same batch again changes nothing."""
        writer, chemin = self._writer, self._chemin
        if writer is None or chemin is None:
            raise IndexAbsent(Etat.ABSENT, "l’index n’est pas ouvert en écriture")
        try:
            self._ecrire(writer, documents, retires=retires)
            with pannes():
                writer.delete_documents_by_term("cle", CLE_ETAT)
                writer.add_document(make_etat(instance=self._instance, dernier=dernier))
                writer.commit()
                self._sur_disque = fsync_contenu(chemin, sauf=self._sur_disque)
        except IndexAbsent:
            self._writer, self._dernier = None, None  # broken for good: open another one
            raise
        except BaseException:
            self._annuler(writer)
            raise
        self._dernier = dernier

    def _annuler(self, writer: IndexWriter) -> None:
        """Forget the half batch; a writer that cannot is dropped, and what stopped the batch is what gets told."""
        try:
            with pannes():
                writer.rollback()
        except IndexAbsent:
            self._writer, self._dernier = None, None

    def _ecrire(
        self, writer: IndexWriter, documents: Iterable[Document], *, retires: Iterable[tuple[str, int]]
    ) -> None:
        for genre, n in retires:
            cle = make_cle(genre, n)
            with pannes():
                writer.delete_documents_by_term("cle", cle)
        for document in documents:
            entree = make_entree(document) if document.visible else None
            with pannes():
                writer.delete_documents_by_term("cle", document.cle)
                if entree is not None:
                    writer.add_document(entree)


def make_writer(index: Index, *, memoire: int) -> IndexWriter:
    # One thread: adding from Python is the bottleneck, and fewer segments are faster to search.
    try:
        with pannes():
            return index.writer(memoire, 1)
    except IndexAbsent as refus:
        if "LockBusy" in refus.detail:
            raise IndexOccupe(refus.detail) from refus
        raise


def reconstruire(dossier: Path, *, instance: str, documents: Iterable[Document], dernier: int) -> None:
    """Build a whole index in a new folder, then switch to it at once; readers follow by themselves.

    Each document comes once. The folder in use before is kept until the next rebuild, for readers still on it.
    """
    dossier.mkdir(parents=True, exist_ok=True)
    with verrou(dossier):
        precedent = _read_precedent(dossier)
        nom = make_nom_version()
        try:
            _construire(dossier / nom, instance=instance, documents=documents, dernier=dernier)
        except BaseException:
            remove_dossier(dossier / nom)
            raise
        write_pointeur(dossier, nom)
        clean_dossier(dossier, garder=frozenset({nom, precedent}))


def _read_precedent(dossier: Path) -> str:
    try:
        with pannes():
            return read_pointeur(dossier).name
    except IndexAbsent:
        return ""


def _construire(chemin: Path, *, instance: str, documents: Iterable[Document], dernier: int) -> None:
    chemin.mkdir()
    with pannes():
        index = Index(make_schema(), str(chemin), reuse=False)
        register_analyseurs(index)
    writer = make_writer(index, memoire=MEMOIRE_CONSTRUCTION)
    try:
        for document in documents:
            if document.visible:
                entree = make_entree(document)
                with pannes():
                    writer.add_document(entree)
        with pannes():
            writer.add_document(make_etat(instance=instance, dernier=dernier))
            writer.commit()
    finally:
        # Also when the build stops: its threads must not write in a folder that is being removed.
        with pannes():
            writer.wait_merging_threads()
    with pannes():
        fsync_contenu(chemin)
