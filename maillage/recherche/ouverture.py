"""Open the index that the pointer names, check that it is ours, read how far it goes; for reader and writer."""

from dataclasses import dataclass
from pathlib import Path

from tantivy import Index, Query, Schema, Searcher

from maillage.recherche.dossier import META, POINTEUR, Controle, Marque, read_marque, read_pointeur
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


Empreinte = tuple[Marque | None, Marque | None]


def read_empreinte(dossier: Path) -> Empreinte:
    """Changes with every commit and every rebuild."""
    pointeur = read_marque(dossier / POINTEUR)
    try:
        with pannes():
            return pointeur, read_marque(read_pointeur(dossier) / META)
    except IndexAbsent:
        return pointeur, None


def ouvrir(dossier: Path, *, instance: str, controle: Controle) -> Ouvert:
    """Tried again when a writer or a rebuild went by between two reads."""
    for _ in range(ESSAIS - 1):
        avant = read_empreinte(dossier)
        try:
            return _ouvrir(dossier, instance=instance, controle=controle)
        except IndexAbsent:
            if read_empreinte(dossier) == avant:
                raise
    return _ouvrir(dossier, instance=instance, controle=controle)


def _ouvrir(dossier: Path, *, instance: str, controle: Controle) -> Ouvert:
    with pannes():
        chemin = read_pointeur(dossier)
        controle.check(chemin)
        index = Index.open(str(chemin))
        register_analyseurs(index)
        index.config_reader("manual")
        return _lire(chemin, index, instance=instance)


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
