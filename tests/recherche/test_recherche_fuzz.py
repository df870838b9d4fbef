"""Anything typed in the search box gets an answer. `MAILLAGE_FUZZ=10000` asks for more examples than the usual 200."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.recherche.index import Lecteur
from maillage.recherche.requete import LONGUEUR_MAX, TERMES_MAX, Requete, decouper
from tests.recherche.documents import make_document, make_lecteur, make_pres

pytestmark = pytest.mark.moteur_indifferent

EXEMPLES = int(os.environ.get("MAILLAGE_FUZZ", "200"))
reglage = settings(
    max_examples=EXEMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=EXEMPLES <= 200,
)

# Every code point, lone surrogates too; words of the index, alone, cut and misspelt; query syntax.
CARACTERES = st.characters(codec=None, categories=None)
MOTS = ["crèche", "creche", "mulhouse", "hebergemant", "la", "l'", "AND", "nom:", "İ", "ß"]
SIGNES = [
    "(",
    ")",
    '"',
    "+",
    "-",
    "--",
    "*",
    "~2",
    "^9",
    "[a TO z]",
    "\\",
    "\0",
    "\u200b",
    "\u202e",
    "\ud800",
]
# An Arabic ligature of 18 letters, a combining accent, a French ligature, a bold c, a joined emoji.
ETRANGES = ["\ufdfa", "e\u0301", "\ufb01", "\U0001d41c", "\U0001f469\u200d\U0001f467"]
MORCEAUX = st.sampled_from([*MOTS, *SIGNES, *ETRANGES])
TEXTES = st.one_of(
    st.text(CARACTERES, max_size=300),
    st.lists(MORCEAUX, max_size=40).map(" ".join),
    st.lists(MORCEAUX, max_size=40).map("".join),
    st.text(CARACTERES, min_size=1, max_size=3).map(lambda motif: motif * 2000),
)
NOMBRES = st.one_of(st.none(), st.floats(), st.floats(-180, 180))
REQUETES = st.builds(
    Requete,
    texte=TEXTES,
    latitude=NOMBRES,
    longitude=NOMBRES,
    rayon_km=st.floats(),
    code_insee=st.one_of(st.just(""), st.just("68224"), st.text(CARACTERES, max_size=6)),
    familles=st.lists(st.one_of(st.just("sante"), st.text(CARACTERES, max_size=6)), max_size=3).map(tuple),
    genres=st.lists(st.sampled_from(["structure", "service", "autre", ""]), max_size=2).map(tuple),
    exemples=st.booleans(),
    page=st.one_of(st.integers(), st.integers(0, 3)),
    taille=st.one_of(st.integers(), st.integers(0, 30)),
)


@pytest.fixture(scope="module")
def lecteur(tmp_path_factory: pytest.TempPathFactory) -> Lecteur:
    documents = [
        make_pres(1, "Crèche (familiale)", km=1, commune="Mulhouse", code_insee="68224"),
        make_document(2, "Hébergement d’urgence", partout=True, famille="sante"),
        make_document(3, "Straße İstanbul 👩‍👧 fi", genre="service", code_insee="68224", exemple=True),
    ]
    return make_lecteur(tmp_path_factory.mktemp("fuzz"), documents)


@given(TEXTES)
@reglage
def test_any_text_gives_a_few_clean_words(texte: str) -> None:
    mots = decouper(texte)

    assert len(mots) <= TERMES_MAX
    assert sum(map(len, mots)) <= LONGUEUR_MAX
    assert len(set(mots)) == len(mots)
    assert all(mot and not set(mot) & set('\0\u200b\u202e ()"') for mot in mots)
    assert decouper(" ".join(mots)) == mots


@given(requete=REQUETES)
@reglage
def test_any_question_gets_an_answer(lecteur: Lecteur, requete: Requete) -> None:
    reponse = lecteur.chercher(requete)

    assert len(reponse.resultats) <= min(max(requete.taille, 1), reponse.total)
    assert reponse.total <= 3
    assert all(resultat.fiche for resultat in reponse.resultats)
    assert not requete.genres or {r.genre for r in reponse.resultats} <= set(requete.genres)
