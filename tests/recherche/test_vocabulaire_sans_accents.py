"""The words of the national vocabulary are found when typed without accents, on any keyboard."""

import re
from pathlib import Path

import pytest
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from maillage.recherche.requete import Requete
from maillage.recherche.texte import MOTS_VIDES, nettoyer, plier
from tests.recherche.documents import make_document, make_lecteur, numeros

pytestmark = pytest.mark.moteur_indifferent

LIGNES = (Path(__file__).parent / "vocabulaire_data_inclusion.tsv").read_text(encoding="utf-8").splitlines()
LIBELLES = [ligne.split("\t")[2] for ligne in LIGNES if not ligne.startswith("#")]
THEMATIQUES = [
    ligne for ligne in LIGNES if ligne.startswith("thematiques\t") and "--" in ligne.split("\t")[1]
]


def mots_accentues(libelle: str) -> list[str]:
    mots = re.findall(r"\w+", nettoyer(libelle))
    return [mot for mot in mots if plier(mot) != mot and plier(mot) not in MOTS_VIDES]


def test_no_accented_word_of_the_vocabulary_is_missed_without_accents(tmp_path: Path) -> None:
    lecteur = make_lecteur(tmp_path, [make_document(n, libelle) for n, libelle in enumerate(LIBELLES)])
    mots = [(n, mot) for n, libelle in enumerate(LIBELLES) for mot in mots_accentues(libelle)]

    manques = [
        mot
        for n, mot in mots
        for ecrit in (mot, plier(mot), mot.upper())
        if n not in numeros(lecteur.chercher(Requete(texte=ecrit, taille=100)))
    ]

    assert len(THEMATIQUES) == 69
    assert len(set(mots)) > 128
    assert manques == []


def test_sources_written_without_accents_are_found_with_them(tmp_path: Path) -> None:
    documents = [make_document(n, plier_texte(libelle)) for n, libelle in enumerate(LIBELLES)]
    lecteur = make_lecteur(tmp_path, documents)

    manques = [
        mot
        for n, libelle in enumerate(LIBELLES)
        for mot in mots_accentues(libelle)
        if n not in numeros(lecteur.chercher(Requete(texte=mot, taille=100)))
    ]

    assert manques == []


def plier_texte(texte: str) -> str:
    return " ".join(plier(mot) for mot in re.findall(r"\w+", nettoyer(texte)))


def test_folding_after_the_stemmer_alone_would_miss_some() -> None:
    seul = (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.lowercase())
        .filter(Filter.stemmer("french"))
        .filter(Filter.ascii_fold())
        .build()
    )

    mots = {mot for libelle in LIBELLES for mot in mots_accentues(libelle)}

    assert sum(seul.analyze(mot) != seul.analyze(plier(mot)) for mot in mots) > 20
