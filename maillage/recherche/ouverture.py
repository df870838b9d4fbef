"""Open the index that the pointer names, check that it is ours, read how far it goes; called by reader and writer."""

from dataclasses import dataclass
from pathlib import Path

from tantivy import Index, Query, Schema, Searcher

from maillage.recherche.dossier import META, Controle, read_marque, read_pointeur
from maillage.recherche.pannes import Etat, IndexAbsent, pannes
from maillage.recherche.schema import CLE_ETAT, VERSION, read_etat
from maillage.recherche.texte import register_analyseurs

ESSAIS = 3


@dataclass(frozen=True, slots=True)
class Ouvert:
    chemin: Path
    index: Index
    schema: Schema
    searcher: Searcher
    dernier: int

    @property
    def compte(self) -> int:
        return self.searcher.num_docs - 1  # without the state document


def ouvrir(dossier: Path, *, instance: str, controle: Controle) -> Ouvert:
    """Tried again when a writer or a rebuild went by between two reads."""
    for essai in range(1, ESSAIS + 1):
        try:
            with pannes():
                chemin = read_pointeur(dossier)
                avant = read_marque(chemin / META)
                controle.check(chemin)
                index = Index.open(str(chemin))
                register_analyseurs(index)
                index.config_reader("manual")
                return _lire(chemin, index, instance=instance)
        except IndexAbsent:
            if essai == ESSAIS or not _has_bouge(dossier, chemin, avant):
                raise
    raise AssertionError("unreachable")


def rouvrir(ouvert: Ouvert, *, instance: str, controle: Controle) -> Ouvert:
    """The same folder after a commit."""
    with pannes():
        controle.check(ouvert.chemin)
        ouvert.index.reload()
        return _lire(ouvert.chemin, ouvert.index, instance=instance)


def _lire(chemin: Path, index: Index, *, instance: str) -> Ouvert:
    schema, searcher = index.schema, index.searcher()
    trouves = searcher.search(Query.term_query(schema, "cle", CLE_ETAT), limit=2).hits
    if len(trouves) != 1:
        raise IndexAbsent(Etat.ABIME, "index sans état")
    octets = searcher.doc(trouves[0][1]).get_first("etat")
    if not isinstance(octets, bytes):
        raise IndexAbsent(Etat.ABIME, "index sans état")
    version, proprietaire, dernier = read_etat(octets)
    if version != VERSION:
        raise IndexAbsent(Etat.ANCIEN_SCHEMA, f"schéma {version}")
    if proprietaire != instance:
        raise IndexAbsent(Etat.AUTRE_INSTANCE, proprietaire)
    return Ouvert(chemin=chemin, index=index, schema=schema, searcher=searcher, dernier=dernier)
