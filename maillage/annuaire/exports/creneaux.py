"""A few exports at a time in one process: reading the whole directory must never slow a family's search.

Called by the page. Per process, as every limit on reads; what a dead connection forgot to give back comes back alone.
"""

import time
from collections.abc import Iterator
from threading import Lock

from maillage.core.erreurs import RegleMetier

SIMULTANES = 2
OUBLI_S = 900.0


class TropDExports(RegleMetier):
    """All the places are taken."""

    statut = 429


class Creneaux:
    def __init__(self, nombre: int) -> None:
        self._nombre = nombre
        self._pris: dict[int, float] = {}
        self._suivant = 0
        self._verrou = Lock()

    def prendre(self) -> int:
        """A place, to be given back; raises TropDExports when there is none."""
        with self._verrou:
            limite = time.monotonic() - OUBLI_S
            self._pris = {jeton: depuis for jeton, depuis in self._pris.items() if depuis > limite}
            if len(self._pris) >= self._nombre:
                raise TropDExports(
                    "D’autres exports sont en cours de préparation. Attendez une minute, puis recommencez."
                )
            self._suivant += 1
            self._pris[self._suivant] = time.monotonic()
            return self._suivant

    def rendre(self, jeton: int) -> None:
        with self._verrou:
            self._pris.pop(jeton, None)


CRENEAUX = Creneaux(SIMULTANES)


class Flux:
    """The bytes of one export. The server closes it at the end, or when the reader leaves: its place is then free."""

    def __init__(self, octets: Iterator[bytes], creneaux: Creneaux = CRENEAUX) -> None:
        self._octets = octets
        self._creneaux = creneaux
        self._jeton = creneaux.prendre()

    def __iter__(self) -> Iterator[bytes]:
        return self._octets

    def close(self) -> None:
        self._creneaux.rendre(self._jeton)
        fermer = getattr(self._octets, "close", None)
        if fermer is not None:
            fermer()
