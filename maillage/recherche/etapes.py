"""A search from the words to the results, in the order it happens; called by the reader on one snapshot.

All words must be found. Failing that, mistyped words are corrected. Failing that, as many words as possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tantivy import Query

from maillage.recherche.classement import Liste, classer
from maillage.recherche.construction import au_moins, ou_identifiant
from maillage.recherche.correction import Vocabulaire, is_connu
from maillage.recherche.document import GENRES, make_cle
from maillage.recherche.explication import expliquer
from maillage.recherche.ouverture import Ouvert
from maillage.recherche.requete import Reponse, Requete, Resultat, decouper, normalise


@dataclass(frozen=True, slots=True)
class Tentative:
    texte: Query | None
    mots: tuple[str, ...]
    tous_les_mots: bool = True
    corrige: str = ""


AUCUN = Reponse(total=0, total_exact=True, resultats=(), corrige="")


def repondre(ouvert: Ouvert, vocabulaire: Vocabulaire, requete: Requete) -> Reponse:
    requete = normalise(requete)
    mots = decouper(requete.texte)
    if not mots and any(caractere.isalnum() for caractere in requete.texte):
        return AUCUN  # unreadable words are not "everything"
    for tentative in _tentatives(ouvert, vocabulaire, requete, mots):
        liste = classer(ouvert, requete, tentative.texte)
        if liste.total:
            return _reponse(ouvert, requete, tentative, liste)
    return AUCUN


def _tentatives(
    ouvert: Ouvert, vocabulaire: Vocabulaire, requete: Requete, mots: tuple[str, ...]
) -> Iterator[Tentative]:
    if not mots:
        yield Tentative(None, ())
        return
    tous = au_moins(ouvert.schema, mots, len(mots))
    yield Tentative(ou_identifiant(ouvert.schema, requete.texte, tous), mots)
    corriges = {mot: vocabulaire.corriger(mot) for mot in mots if not is_connu(ouvert.searcher, mot)}
    corrige = " ".join(filter(None, corriges.values()))
    mots = tuple(dict.fromkeys(corriges.get(mot) or mot for mot in mots))
    if corrige:
        yield Tentative(au_moins(ouvert.schema, mots, len(mots)), mots, corrige=corrige)
    connus = sum(bool(corriges.get(mot, mot)) for mot in mots)
    for minimum in range(min(connus, len(mots) - 1), 0, -1):
        yield Tentative(au_moins(ouvert.schema, mots, minimum), mots, tous_les_mots=False, corrige=corrige)


def _reponse(ouvert: Ouvert, requete: Requete, tentative: Tentative, liste: Liste) -> Reponse:
    searcher = ouvert.searcher
    adresses = [trouve.adresse for trouve in liste.trouves]
    numeros = [int(n or 0) for n in searcher.fast_field_values("n", adresses)]
    genres = [GENRES[int(genre or 0)] for genre in searcher.fast_field_values("genre", adresses)]
    raisons = expliquer(
        ouvert,
        requete,
        liste.trouves,
        cles=list(map(make_cle, genres, numeros)),
        mots=tentative.mots,
        tous_les_mots=tentative.tous_les_mots,
    )
    resultats = tuple(
        Resultat(
            n=n,
            genre=genre,
            distance_km=trouve.distance_km,
            score=trouve.score,
            fiche=searcher.doc(trouve.adresse).get_first("fiche") or b"",
            pourquoi=raison,
        )
        for n, genre, trouve, raison in zip(numeros, genres, liste.trouves, raisons, strict=True)
    )
    return Reponse(liste.total, liste.total_exact, resultats, tentative.corrige)
