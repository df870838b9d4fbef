"""Answer searches from the index: one reader a process, shared by its threads, made when the process starts."""

import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from maillage.recherche.correction import Vocabulaire, read_vocabulaire
from maillage.recherche.dossier import Controle
from maillage.recherche.etapes import repondre
from maillage.recherche.ouverture import Empreinte, Ouvert, ouvrir, read_empreinte, rouvrir
from maillage.recherche.pannes import Etat, IndexAbsent, pannes
from maillage.recherche.requete import Reponse, Requete

DELAI = 0.5
# A refused index is read again in full: not at every search, unless something moved.
DELAI_REFUS = 10.0


@dataclass(frozen=True, slots=True)
class Instantane:
    """What one search sees from its first to its last gesture."""

    ouvert: Ouvert
    vocabulaire: Vocabulaire


class Lecteur:
    """Making one never fails; its methods raise IndexAbsent until an index is there, then work by themselves.

    At most every half second, a look at the pointer and at meta.json tells whether something was committed.
    """

    def __init__(self, dossier: Path, *, instance: str) -> None:
        self._dossier = dossier
        self._instance = instance
        self._verrou = Lock()
        self._controle = Controle()
        self._instantane: Instantane | None = None
        self._refus = IndexAbsent(Etat.ABSENT, "jamais ouvert")
        self._empreinte: Empreinte | None = None
        self._prochain = 0.0
        self._reessai = 0.0

    def chercher(self, requete: Requete) -> Reponse:
        instantane = self._get()
        try:
            with pannes():
                return repondre(instantane.ouvert, instantane.vocabulaire, requete)
        except IndexAbsent:
            self._oublier(instantane)
            raise

    def dernier(self) -> int:
        """The number of the last change that the index holds."""
        return self._get().ouvert.dernier

    def compte(self) -> int:
        return self._get().ouvert.compte

    def _get(self) -> Instantane:
        # While one thread reads a new index, the others answer from the one they have.
        if time.monotonic() >= self._prochain and self._verrou.acquire(blocking=self._instantane is None):
            try:
                if time.monotonic() >= self._prochain:
                    self._rafraichir()
                    self._prochain = time.monotonic() + DELAI
            finally:
                self._verrou.release()
        instantane = self._instantane
        if instantane is None:
            raise IndexAbsent(self._refus.etat, self._refus.detail)
        return instantane

    def _rafraichir(self) -> None:
        empreinte = read_empreinte(self._dossier)
        if empreinte == self._empreinte and (self._instantane or time.monotonic() < self._reessai):
            return
        try:
            ouvert = self._ouvrir(empreinte)
        except IndexAbsent as refus:
            self._instantane, self._refus = None, refus
            self._reessai = time.monotonic() + DELAI_REFUS
        else:
            self._instantane = Instantane(ouvert, read_vocabulaire(ouvert.searcher))
        self._empreinte = empreinte

    def _ouvrir(self, empreinte: Empreinte) -> Ouvert:
        ancien, avant = self._instantane, self._empreinte
        if ancien is not None and avant is not None and avant[0] == empreinte[0]:
            try:
                return rouvrir(ancien.ouvert, instance=self._instance, controle=self._controle)
            except IndexAbsent:
                self._controle = Controle()
        return ouvrir(self._dossier, instance=self._instance, controle=self._controle)

    def _oublier(self, instantane: Instantane) -> None:
        """After a breakdown, the next search opens and checks everything again."""
        with self._verrou:
            if self._instantane is instantane:
                self._instantane, self._empreinte, self._prochain = None, None, 0.0
                self._controle = Controle()
