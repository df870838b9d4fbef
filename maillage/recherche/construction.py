"""Build tantivy queries by hand from words and filters: user text never reaches a query parser, which can crash."""

import math

from tantivy import FieldType, Occur, Query, Schema

from maillage.recherche.document import GENRES
from maillage.recherche.requete import Requete
from maillage.recherche.texte import nettoyer, termes

# What a word is worth where it is found: the name says what a place is, the description mentions much else.
POIDS = {"nom": 4.0, "structure": 4.0, "commune": 3.0, "mots": 1.0, "description": 1.0}
DEPARTAGE = 0.1
# Above any sum of twelve words: a pasted identifier comes first.
POIDS_IDENTIFIANT = 1000.0

KM_PAR_DEGRE = 111.195
RAYON_TERRE = 6371.0

Clause = tuple[Occur, Query]


def mot_dans(schema: Schema, mot: str, champs: tuple[str, ...] = tuple(POIDS)) -> Query:
    """One word in any of the fields; the best field counts, the others a little."""
    return Query.disjunction_max_query(
        [
            Query.boost_query(Query.term_query(schema, champ, terme, index_option="freq"), POIDS[champ])
            for champ in champs
            for terme in termes(mot)
        ],
        DEPARTAGE,
    )


def au_moins(schema: Schema, mots: tuple[str, ...], minimum: int) -> Query:
    if minimum >= len(mots):
        return Query.boolean_query([(Occur.Must, mot_dans(schema, mot)) for mot in mots])
    parties = [(Occur.Should, mot_dans(schema, mot)) for mot in mots]
    return Query.boolean_query(parties, minimum_number_should_match=minimum)


def ou_identifiant(schema: Schema, texte: str, requete: Query) -> Query:
    """Also finds the record whose national id was pasted."""
    identifiant = nettoyer(texte).strip()
    if "--" not in identifiant:
        return requete
    exact = Query.const_score_query(Query.term_query(schema, "id", identifiant), POIDS_IDENTIFIANT)
    return Query.disjunction_max_query([requete, exact])


def filtrer(schema: Schema, requete: Requete) -> list[Clause]:
    """The filters that are neither words nor a place."""
    clauses = [de_genre(schema, requete)] if requete.genres else []
    if requete.familles:
        clauses.append(sans_score(Query.term_set_query(schema, "famille", list(requete.familles))))
    if not requete.exemples:
        clauses.append(sans_score(Query.term_query(schema, "exemple", field_value=False)))
    return clauses


def de_genre(schema: Schema, requete: Requete) -> Clause:
    """The state document has no genre: this clause keeps it out where neither words nor a place do."""
    codes = [code for code, genre in enumerate(GENRES) if not requete.genres or genre in requete.genres]
    return sans_score(Query.term_set_query(schema, "genre", codes))


def carre(schema: Schema, latitude: float, longitude: float, rayon_km: float) -> Query:
    """The smallest box around the circle."""
    hauteur = rayon_km / KM_PAR_DEGRE
    rapport = math.sin(rayon_km / RAYON_TERRE) / max(math.cos(math.radians(latitude)), 1e-6)
    largeur = math.degrees(math.asin(rapport)) if rapport < 1 else 360.0
    # A thousandth more: the box must not cut what the circle keeps.
    return Query.boolean_query(
        [
            (Occur.Must, _entre(schema, "latitude", latitude, hauteur * 1.001)),
            (Occur.Must, _entre(schema, "longitude", longitude, largeur * 1.001)),
        ]
    )


def au_lieu(schema: Schema, requete: Requete) -> list[Clause]:
    """The circle, the records of the commune that have no point, those offered everywhere; [] without a place."""
    branches = []
    if requete.latitude is not None and requete.longitude is not None:
        branches.append(carre(schema, requete.latitude, requete.longitude, requete.rayon_km))
        if requete.code_insee:
            branches.append(Query.term_query(schema, "insee_sans_point", requete.code_insee))
    elif requete.code_insee:
        branches.append(Query.term_query(schema, "insee", requete.code_insee))
    if not branches:
        return []
    branches.append(Query.term_query(schema, "partout", field_value=True))
    return [sans_score(Query.boolean_query([(Occur.Should, branche) for branche in branches]))]


def _entre(schema: Schema, champ: str, centre: float, ecart: float) -> Query:
    return Query.range_query(schema, champ, FieldType.Float, centre - ecart, centre + ecart)


def sans_score(requete: Query) -> Clause:
    return Occur.Must, Query.const_score_query(requete, 0.0)
