"""Say in a few French words why a record is in the results; called for the records of one page."""

from collections.abc import Iterator

from tantivy import Occur, Query

from maillage.recherche.classement import Cle, Trouve, cle_de
from maillage.recherche.construction import mot_dans
from maillage.recherche.ouverture import Ouvert
from maillage.recherche.requete import Requete

# The strong fields are all told; the weak ones only when no strong one matched.
CHAMPS_FORTS = {"nom": "nom", "structure": "nom de la structure", "commune": "commune"}
CHAMPS_FAIBLES = {"mots": "mots proches", "description": "description"}


def expliquer(
    ouvert: Ouvert,
    requete: Requete,
    trouves: list[Trouve],
    *,
    cles: list[str],
    mots: tuple[str, ...],
    tous_les_mots: bool,
) -> list[str]:
    """One reason a record, in the order of `trouves`; `cles` are their keys in the index."""
    if not trouves:
        return []
    par_champ = _champs_touches(ouvert, mots, cles)
    par_mot = [] if tous_les_mots else [_touches(ouvert, [mot_dans(ouvert.schema, m)], cles) for m in mots]
    partout = ouvert.searcher.fast_field_values("partout", [trouve.adresse for trouve in trouves])
    raisons = []
    for trouve, offert in zip(trouves, partout, strict=True):
        cle = cle_de(trouve.adresse)
        lieu = _dire_lieu(requete, trouve, partout=bool(offert))
        raisons.append(", ".join((*_dire_mots(cle, par_mot), *_dire_champs(cle, par_champ), *lieu)))
    return raisons


def _champs_touches(ouvert: Ouvert, mots: tuple[str, ...], cles: list[str]) -> dict[str, set[Cle]]:
    if not mots:
        return {}
    return {
        champ: _touches(ouvert, [mot_dans(ouvert.schema, mot, (champ,)) for mot in mots], cles)
        for champ in (*CHAMPS_FORTS, *CHAMPS_FAIBLES)
    }


def _touches(ouvert: Ouvert, requetes: list[Query], cles: list[str]) -> set[Cle]:
    """Among the records of the page, those that one of the queries finds."""
    page = Query.term_set_query(ouvert.schema, "cle", cles)
    une = Query.boolean_query([(Occur.Should, requete) for requete in requetes])
    les_deux = Query.boolean_query([(Occur.Must, page), (Occur.Must, une)])
    trouves = ouvert.searcher.search(les_deux, len(cles), count=False)
    return {cle_de(adresse) for _, adresse in trouves.hits}


def _dire_mots(cle: Cle, par_mot: list[set[Cle]]) -> Iterator[str]:
    nombre = sum(cle in touches for touches in par_mot)
    if 0 < nombre < len(par_mot):
        yield f"{nombre} mot{'s' if nombre > 1 else ''} sur {len(par_mot)}"


def _dire_champs(cle: Cle, par_champ: dict[str, set[Cle]]) -> list[str]:
    forts = [texte for champ, texte in CHAMPS_FORTS.items() if cle in par_champ.get(champ, ())]
    return forts or [texte for champ, texte in CHAMPS_FAIBLES.items() if cle in par_champ.get(champ, ())]


def _dire_lieu(requete: Requete, trouve: Trouve, *, partout: bool) -> Iterator[str]:
    if trouve.distance_km is not None:
        yield dire_distance(trouve.distance_km)
    elif partout:
        yield "partout en France"
    elif requete.code_insee:
        yield "dans la commune"


def dire_distance(km: float) -> str:
    if km < 0.1:
        return "à moins de 100\u00a0m"
    if km < 0.95:
        return f"à {round(km * 10) * 100}\u00a0m"
    if km < 9.95:
        return f"à {km:.1f}\u00a0km".replace(".", ",")
    return f"à {km:.0f}\u00a0km"
