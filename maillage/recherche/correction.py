"""Replace mistyped words by words of the directory; called only when the words as typed find nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from tantivy import Searcher

from maillage.recherche.schema import CHAMPS_TEXTE
from maillage.recherche.texte import plier, termes

LETTRES_MIN = 4
LETTRES_DEUX_FAUTES = 8
MOTS_MAX = 100_000


def is_connu(searcher: Searcher, mot: str) -> bool:
    """Whether some record holds the word, in any field."""
    return any(searcher.doc_freq(champ, terme) for terme in termes(mot) for champ in CHAMPS_TEXTE)


@dataclass(frozen=True)
class Vocabulaire:
    """The words of one snapshot of the index, read at the first mistyped word and kept with it."""

    lire: Callable[[], list[tuple[str, int]]] = field(repr=False)

    @cached_property
    def _mots(self) -> tuple[list[tuple[str, int]], list[str]]:
        mots = [(mot, n) for mot, n in self.lire() if len(mot) >= LETTRES_MIN - 1 and mot.isalpha()]
        return mots, [plier(mot) for mot, _ in mots]

    def corriger(self, mot: str) -> str:
        """The closest word, at equality the same first letter, then the most used; "" when none is close."""
        cherche = plier(mot)
        if len(cherche) < LETTRES_MIN or not cherche.isalpha():
            return ""
        mots, plies = self._mots
        fautes = 2 if len(cherche) >= LETTRES_DEUX_FAUTES else 1
        proches = extract(cherche, plies, scorer=OSA.distance, score_cutoff=fautes, limit=None)
        if not proches:
            return ""
        _, _, choix = min(
            proches, key=lambda p: (p[1], p[0][:1] != cherche[:1], -mots[p[2]][1], mots[p[2]][0])
        )
        return mots[choix][0]


def read_vocabulaire(searcher: Searcher) -> Vocabulaire:
    return Vocabulaire(lambda: searcher.terms_with_prefix("mot", "", limit=MOTS_MAX))
