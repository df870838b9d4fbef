"""All the places of France in memory, for the finder; built once per process from the database, kept until reloaded.

A lookup costs one query, which asks whether an edition was loaded since. Nothing here changes after it is built, so
threads share it.
"""

import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.territoire.models import Appellation, CodePostal, Commune, Edition
from maillage.territoire.saisie import cle_lieu

LOT = 5000
AUCUNE = np.empty(0, dtype=np.intp)
Empreinte = tuple[tuple[int, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Nom:
    """A name that leads to a commune of today; `ancien` is its spelling when it is not the commune's own."""

    commune: int
    ancien: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Repertoire:
    """Columns of the communes of today, by position, and the ways that lead to a position."""

    codes: list[str]
    noms: list[str]
    departements: list[str]
    groupements: list[str]
    populations: NDArray[np.int32]  # -1 where unknown
    latitudes: NDArray[np.float64]  # NaN where unknown
    longitudes: NDArray[np.float64]
    codes_postaux: list[tuple[str, ...]]
    par_code: dict[str, int]
    par_code_postal: dict[str, tuple[int, ...]]
    par_cle: dict[str, tuple[Nom, ...]]
    cles: list[str]  # sorted
    par_groupement: dict[str, NDArray[np.intp]]

    def commencant_par(self, debut: str, *, au_plus: int = 5000) -> list[str]:
        """Keys that begin with these letters."""
        place = bisect_left(self.cles, debut)
        trouvees = []
        for cle in self.cles[place : place + au_plus]:
            if not cle.startswith(debut):
                break
            trouvees.append(cle)
        return trouvees

    def communes_de(self, siren: str) -> NDArray[np.intp]:
        """Positions of the communes of one grouping."""
        return self.par_groupement.get(siren, AUCUNE)


_verrou = threading.Lock()
_courant: tuple[Empreinte, Repertoire] | None = None


def repertoire() -> Repertoire:
    """The places as the database has them now."""
    global _courant  # noqa: PLW0603
    empreinte = _empreinte()
    courant = _courant
    if courant is not None and courant[0] == empreinte:
        return courant[1]
    with _verrou:
        if _courant is None or _courant[0] != empreinte:
            _courant = (empreinte, construire())
        return _courant[1]


def _empreinte() -> Empreinte:
    return tuple(Edition.objects.order_by("pk").values_list("pk", "empreinte", "chargee_le"))


def construire() -> Repertoire:
    """Three queries: communes, postcodes, other names."""
    codes_postaux: dict[str, list[str]] = defaultdict(list)
    paires = CodePostal.objects.order_by("code").values_list("commune_id", "code")
    for code, code_postal in paires.iterator(LOT):
        codes_postaux[code].append(code_postal)
    champs = ("code", "nom", "type", "parente_id", "departement", "groupement_id", "population", "latitude")
    rangees = list(Commune.objects.order_by("code").values_list(*champs, "longitude"))
    actuelles = [rangee for rangee in rangees if rangee[2] == "actuelle"]
    par_code = {rangee[0]: i for i, rangee in enumerate(actuelles)}
    autres = [(rangee[0], rangee[1], rangee[3]) for rangee in rangees if rangee[2] != "actuelle"]
    autres += Appellation.objects.values_list("code", "nom", "commune_id")
    par_cle = _noms(actuelles, autres, par_code)
    for code, _, parente in autres:
        if parente in par_code:
            par_code.setdefault(code, par_code[parente])
    uniques: dict[Any, Any] = {}

    def partager(valeur: Any) -> Any:
        """Most communes share their département, grouping and postcodes with others: one copy in memory."""
        return uniques.setdefault(valeur, valeur)

    return Repertoire(
        codes=[rangee[0] for rangee in actuelles],
        noms=[rangee[1] for rangee in actuelles],
        departements=[partager(rangee[4]) for rangee in actuelles],
        groupements=[partager(rangee[5] or "") for rangee in actuelles],
        populations=np.array([-1 if r[6] is None else r[6] for r in actuelles], dtype=np.int32),
        latitudes=np.array([rangee[7] for rangee in actuelles], dtype=np.float64),
        longitudes=np.array([rangee[8] for rangee in actuelles], dtype=np.float64),
        codes_postaux=[partager(tuple(codes_postaux.get(rangee[0], ()))) for rangee in actuelles],
        par_code=par_code,
        par_code_postal=_par_code_postal(codes_postaux, par_code),
        par_cle=par_cle,
        cles=sorted(par_cle),
        par_groupement=_par_groupement(actuelles),
    )


def _par_groupement(actuelles: list[tuple]) -> dict[str, NDArray[np.intp]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for i, rangee in enumerate(actuelles):
        if rangee[5]:
            positions[rangee[5]].append(i)
    return {siren: np.array(communes, dtype=np.intp) for siren, communes in positions.items()}


def _noms(
    actuelles: list[tuple], autres: list[tuple[str, str, str | None]], par_code: dict[str, int]
) -> dict[str, tuple[Nom, ...]]:
    """Own names first; another name of a commune is left out where the commune bears it itself."""
    noms: dict[str, tuple[Nom, ...]] = {}
    for i, rangee in enumerate(actuelles):
        cle = cle_lieu(rangee[1])
        noms[cle] = (*noms.get(cle, ()), Nom(i))
    for _, nom, parente in autres:
        cle = cle_lieu(nom)
        if not cle or parente not in par_code:
            continue
        deja = noms.get(cle, ())
        if all(autre.commune != par_code[parente] for autre in deja):
            noms[cle] = (*deja, Nom(par_code[parente], ancien=nom))
    return noms


def _par_code_postal(
    codes_postaux: dict[str, list[str]], par_code: dict[str, int]
) -> dict[str, tuple[int, ...]]:
    """Communes of today under each postcode; an arrondissement's postcode leads to its commune."""
    positions: dict[str, set[int]] = defaultdict(set)
    for code, codes in codes_postaux.items():
        if code in par_code:
            for code_postal in codes:
                positions[code_postal].add(par_code[code])
    return {code_postal: tuple(sorted(communes)) for code_postal, communes in positions.items()}
