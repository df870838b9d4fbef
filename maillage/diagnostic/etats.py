"""What is known of one cell (family × commune) on a day; called by the board, the pages and the indicators. Pure.

In: the lists that are complete by nature, the last word of a person, whether a real service stands there. The rule:
1. the newer of the person's word and of the latest list of that day decides; on the same day, the person;
2. without either, a list of a later day stands for the past, and says so; a list that was never loaded says nothing;
3. a zero that a service of the directory contradicts is no longer a zero: the cell is known in part, to be asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from uuid import UUID

from maillage.diagnostic.cycle import COUVERTS, ICONES, LIBELLES, NON_RECENSE, PARTIEL, RECENSE, ZERO

DUREE_MOIS = 12
DERNIERS_JOURS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class ListeComplete(Protocol):
    """A source of the directory, as far as the recensement reads it."""

    @property
    def slug(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def edition_le(self) -> date | None: ...
    @property
    def familles(self) -> frozenset[str]: ...
    @property
    def departements(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Liste:
    slug: str
    nom: str
    edition_le: date | None
    familles: frozenset[str]
    departements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Parole:
    """What a person said of a cell, not undone since."""

    n: int
    lot: UUID
    famille: str
    commune: str
    etat: str
    le: date
    expire_le: date
    par: str = ""
    aupres_de: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Constat:
    """The state of a cell on a day, and who says so."""

    etat: str = NON_RECENSE
    le: date | None = None
    expire_le: date | None = None
    a_refaire: bool = False
    dementi: bool = False  # a zero that a service contradicts
    posterieur: bool = False  # known by a list of a later day only
    liste: str = ""  # the name of the list, when it is one
    parole: Parole | None = None

    @property
    def couvert(self) -> bool:
        """Whether a count may rest on this cell. An old census still counts: its age is said."""
        return self.etat in COUVERTS

    @property
    def libelle(self) -> str:
        return LIBELLES[self.etat]

    @property
    def icone(self) -> str:
        return ICONES[self.etat]

    @property
    def a_demander(self) -> bool:
        return not self.couvert or self.a_refaire


def constater(
    famille: str,
    departement: str,
    *,
    listes: Iterable[ListeComplete],
    parole: Parole | None,
    le: date,
    pourvue: bool,
    duree_mois: int = DUREE_MOIS,
) -> Constat:
    """The state of one cell on `le`; `pourvue`: a real service of the family stands there that day."""
    liste = _liste(famille, departement, listes, le)
    if parole is not None and _l_emporte(parole, liste, le):
        constat = Constat(
            etat=parole.etat,
            le=parole.le,
            expire_le=parole.expire_le,
            a_refaire=le >= parole.expire_le,
            parole=parole,
        )
        if constat.etat == ZERO and pourvue:
            return replace(constat, etat=PARTIEL, dementi=True)
        return constat
    return _d_apres(liste, le, duree_mois) if liste is not None else Constat()


def _liste(famille: str, departement: str, listes: Iterable[ListeComplete], le: date) -> ListeComplete | None:
    """The latest complete list of that day, else the first that came after; None when there is none."""
    dites = [
        (liste.edition_le, liste.slug, liste)
        for liste in listes
        if liste.edition_le is not None and famille in liste.familles and departement in liste.departements
    ]
    avant = [trouvee for trouvee in dites if trouvee[0] <= le]
    if avant:
        return max(avant, key=lambda trouvee: trouvee[:2])[2]
    return min(dites, key=lambda trouvee: trouvee[:2])[2] if dites else None


def _l_emporte(parole: Parole, liste: ListeComplete | None, le: date) -> bool:
    if liste is None or liste.edition_le is None or liste.edition_le > le:
        return True
    return parole.le >= liste.edition_le


def _d_apres(liste: ListeComplete, le: date, duree_mois: int) -> Constat:
    edition_le = liste.edition_le
    assert edition_le is not None  # noqa: S101 - `_liste` gives dated lists only
    expire_le = ajouter_mois(edition_le, duree_mois)
    return Constat(
        etat=RECENSE,
        le=edition_le,
        expire_le=expire_le,
        a_refaire=le >= expire_le,
        posterieur=edition_le > le,
        liste=liste.nom,
    )


def paroles_au(paroles: Iterable[Parole], le: date) -> dict[tuple[str, str], Parole]:
    """The last word on each cell, as of `le`: of two of the same day, the one written last."""
    gardees: dict[tuple[str, str], Parole] = {}
    for parole in sorted(paroles, key=lambda parole: (parole.le, parole.n)):
        if parole.le <= le:
            gardees[parole.famille, parole.commune] = parole
    return gardees


def ajouter_mois(jour: date, mois: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    rang = jour.month - 1 + mois
    annee, numero = jour.year + rang // 12, rang % 12 + 1
    dernier = DERNIERS_JOURS[numero - 1]
    if numero == 2 and not (annee % 4 == 0 and (annee % 100 != 0 or annee % 400 == 0)):
        dernier = 28
    return date(annee, numero, min(jour.day, dernier))
