"""Turn French text into search terms, alike when indexing and when searching; called by schema and query."""

import re
import unicodedata
from functools import lru_cache
from itertools import chain

from tantivy import Filter, Index, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYSE_FR = "fr"
ANALYSE_MOT = "mot"
# In bytes. The longest French word in use has 25 letters; longer tokens are base64, URLs or attacks.
MOT_MAX = 40

# Plain Latin text, the only kind that needs no character-by-character cleaning.
_A_NETTOYER = re.compile(
    r"[^\x20-\x7e\xa0-\xac\xae-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u2bff]"
)
_MOT_ACCENTUE = re.compile(r"\w*[À-ÖØ-öø-\u024f\u1e00-\u1eff]\w*")

# Compared after folding, so "à" is "a" and "où" is "ou". Dropped from questions only: names keep all their words.
_VIDES = (
    "a afin ai alors apres as au aucun aucune aujourd aussi autre autres aux avant avec avez avoir avons ayant",
    "bien bonjour bonsoir c ca car ce ceci cela celle celles celui ces cet cette ceux chaque",
    "cherche chercher cherchons chez ci comme comment concernant contre d dans de depuis des donc dont du",
    "elle elles en encore entre es est et etaient etais etait etant ete etes etre eu eux",
    "faire fais fait faut hui ici il ils j je jusqu l la le les leur leurs lorsqu lui",
    "m ma mais me meme merci mes moi mon n ne ni nos notre nous on ont or ou",
    "par parce pas pendant peu peut peuvent peux plus pour pourquoi pourrais pourrait pouvez",
    "pres proche proches puis puisqu qu quand que quel quelle quelles quelqu quelque quelques quels qui quoi",
    "s sa sans se serait ses si sommes son sont souhaite souhaiterais sous suis sur svp",
    "t ta te tes toi ton tous tout toute toutes tres trouver tu un une unes uns",
    "vers veut veux voici voila vos votre voudrais voudrait voulons vous y",
)
MOTS_VIDES = frozenset(" ".join(_VIDES).split())


class _Effacees(dict[int, str | None]):
    """Table for str.translate that decides each code point once: controls become spaces, invisible ones vanish."""

    def __missing__(self, point: int) -> str | None:
        categorie = unicodedata.category(chr(point))
        if categorie in {"Cf", "Mn", "Me"}:
            remplacement: str | None = None
        elif categorie in {"Cc", "Cs", "Zl", "Zp"}:
            remplacement = " "
        else:
            remplacement = chr(point)
        self[point] = remplacement
        return remplacement


_EFFACEES = _Effacees()


def nettoyer(texte: str) -> str:
    """Lower case, one spelling per letter, nothing invisible: zero-width and right-to-left marks, NUL, surrogates."""
    texte = unicodedata.normalize("NFKC", texte).lower()
    if _A_NETTOYER.search(texte):
        texte = unicodedata.normalize("NFKC", texte.translate(_EFFACEES))
        texte = texte.translate(_EFFACEES)
    return texte


def _base() -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(MOT_MAX)).filter(Filter.lowercase())
    )


_MOTS: TextAnalyzer = _base().build()
_PLIE: TextAnalyzer = _base().filter(Filter.ascii_fold()).build()
# The stemmer must see the accents ("aidé" and "aidée" meet only then), hence the fold after it.
_FR: TextAnalyzer = _base().filter(Filter.stemmer("french")).filter(Filter.ascii_fold()).build()


def register_analyseurs(index: Index) -> None:
    """Tantivy does not store its tokenizers: every opening of the index goes through here."""
    index.register_tokenizer(ANALYSE_FR, _FR)
    index.register_tokenizer(ANALYSE_MOT, _MOTS)


def decouper_mots(texte_nettoye: str) -> list[str]:
    return list(_MOTS.analyze(texte_nettoye))


@lru_cache(100_000)
def plier(mot: str) -> str:
    """The word as typed without accents."""
    return " ".join(_PLIE.analyze(mot))


@lru_cache(100_000)
def termes(mot: str) -> tuple[str, ...]:
    """The index terms a word may stand under: its stem, and the stem of its unaccented spelling."""
    return tuple(dict.fromkeys([*_FR.analyze(mot), *_FR.analyze(plier(mot))]))


def _variante(mot: str) -> str:
    plie = plier(mot)
    return plie if _FR.analyze(plie) != _FR.analyze(mot) else ""


@lru_cache(100_000)
def _variantes(morceau: str) -> tuple[str, ...]:
    """Of the words of a piece of text without blanks."""
    return tuple(filter(None, map(_variante, _MOT_ACCENTUE.findall(morceau))))


def preparer(texte: str) -> str:
    """The text to index: cleaned, followed by the unaccented spellings that stemming would otherwise miss."""
    propre = nettoyer(texte)
    if propre.isascii():
        return propre
    # Piece by piece: the pattern retries at each letter of a word without accents.
    accentues = (morceau for morceau in propre.split() if not morceau.isascii())
    variantes = dict.fromkeys(chain.from_iterable(map(_variantes, accentues)))
    return " ".join((propre, *variantes))


preparer_court = lru_cache(20_000)(preparer)
"""For texts that come back from record to record: communes, everyday words."""


def cle_de_tri(nom: str, n: int) -> str:
    """Alphabetical order without accents nor case, never two equal keys."""
    return f"{plier(nettoyer(nom)[:120])[:80]} {n:020d}"
