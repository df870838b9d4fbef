"""What becomes of typed text before it meets the index."""

import pytest

from maillage.recherche.requete import LONGUEUR_MAX, TERMES_MAX, decouper
from maillage.recherche.texte import nettoyer, preparer, termes

pytestmark = pytest.mark.moteur_indifferent


@pytest.mark.parametrize(
    ("texte", "mots"),
    [
        ("Crèche à Mulhouse", ("crèche", "mulhouse")),
        ("l’accès aux droits", ("accès", "droits")),
        ("l'accès: (droits", ("accès", "droits")),
        ('aide "alim', ("aide", "alim")),
        ("AND OR NOT +garde -enfant", ("and", "not", "garde", "enfant")),
        ("garde garde GARDE", ("garde",)),
        ("je cherche une place pour mon bébé svp", ("place", "bébé")),
        ("à vous", ("à", "vous")),
        ("", ()),
        ("  \t\n ", ()),
        ("???", ()),
        ("cre\u0300che", ("crèche",)),
        ("cr\u200bè\u00adche\ufeff", ("crèche",)),
        ("\u202ecrèche\u202c", ("crèche",)),
        ("crèche\0mairie", ("crèche", "mairie")),
        ("crèche\ud800mairie", ("crèche", "mairie")),
        ("ＣＲÈＣＨＥ", ("crèche",)),
        ("0-3 ans", ("0", "3", "ans")),
        ("مَرْكَز", ("مركز",)),
        ("Œuvre", ("œuvre",)),
        ("a" * 500, ()),
    ],
)
def test_text_is_cut_into_the_words_that_count(texte: str, mots: tuple[str, ...]) -> None:
    assert decouper(texte) == mots


def test_a_long_question_keeps_its_first_words() -> None:
    texte = " ".join(f"mot{rang}" for rang in range(1000))

    mots = decouper(texte)

    assert mots == tuple(f"mot{rang}" for rang in range(TERMES_MAX))


def test_a_character_that_expands_does_not_pass_the_limit() -> None:
    assert len(nettoyer("\ufdfa")) == 18

    assert sum(map(len, decouper("\ufdfa" * LONGUEUR_MAX))) <= LONGUEUR_MAX


def test_a_word_is_looked_for_with_and_without_its_accents() -> None:
    assert len(termes("financière")) == 2
    assert set(termes("financiere")) <= set(termes("financière"))
    assert set(termes("aidée")) & set(termes("aidé"))


def test_the_unaccented_spelling_is_indexed_only_where_it_differs() -> None:
    assert preparer("Crèche") == "crèche"
    assert preparer("Accès aux droits") == "accès aux droits acces"
    assert preparer("CAF du Haut-Rhin") == "caf du haut-rhin"
