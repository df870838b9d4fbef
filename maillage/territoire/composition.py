"""Turn the rows of the public files into the rows of our tables; called by the loader.

Every function gives `{key: (edition, values)}`, values in the order the loader names the columns.
"""

from collections.abc import Collection, Mapping
from typing import Any

from maillage.core.texte import cle
from maillage.territoire.fichiers import Anomalie, Description, Lecture, lire_contours, lire_csv
from maillage.territoire.models import Commune, Edition

Lignes = dict[Any, tuple[int, tuple[Any, ...]]]
Jeux = Mapping[str, Description]
Editions = Mapping[str, Edition]

TYPES = {
    "commune-actuelle": "actuelle",
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "deleguee",
    "commune-associee": "associee",
}
ANCIEN_CODE = "ancien-code"
MOTS_MENUS = frozenset({"au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "sous", "sur"})


def composer_groupements(jeux: Jeux, editions: Editions, anomalies: list[Anomalie]) -> Lignes:
    chemin = jeux["groupements"].chemin
    lecture = Lecture(chemin.name, anomalies)
    edition = editions["groupements"].pk
    lues = lire_csv(chemin, ("siren", "nom", "type", "population_municipale"))
    return {
        siren: (edition, (nom, nature, lecture.entier(ligne, population, "Population")))
        for ligne, (siren, nom, nature, population) in enumerate(lues, start=2)
    }


def composer_communes(
    jeux: Jeux,
    editions: Editions,
    anomalies: list[Anomalie],
    *,
    connues: Mapping[str, Commune],
    sirens: Collection[str],
) -> Lignes:
    """Communes of today and arrondissements, their parts, then what the database knows and the files merged away."""
    lignes = _communes_actuelles(jeux, editions, anomalies, sirens=sirens)
    anciennes = _communes_rattachees(jeux, editions, anomalies, lignes)
    edition = editions["communes-rattachees"].pk
    for code, commune in connues.items():
        if code in lignes:
            continue
        if code in anciennes:
            # It merged since the last edition: its name and centre stay true, its people are counted elsewhere.
            valeurs = (commune.nom, commune.cle, "ancienne", anciennes[code], commune.departement, None, None)
            lignes[code] = (edition, (*valeurs, commune.longitude, commune.latitude))
        else:
            fichier = jeux["communes"].chemin.name
            anomalies.append(
                Anomalie(fichier, 0, f"La commune {code} ({commune.nom}) n’y est plus : gardée.")
            )
    return lignes


def _communes_actuelles(
    jeux: Jeux, editions: Editions, anomalies: list[Anomalie], *, sirens: Collection[str]
) -> Lignes:
    chemin = jeux["communes"].chemin
    lecture = Lecture(chemin.name, anomalies)
    edition = editions["communes"].pk
    groupements = dict(_membres(jeux, anomalies, sirens=sirens))
    centres = _centres(jeux, anomalies)
    lignes: Lignes = {}
    colonnes = ("code_insee", "nom", "type", "commune_parent", "departement", "population")
    for ligne, (code, nom, nature, parente, departement, population) in enumerate(
        lire_csv(chemin, colonnes), start=2
    ):
        if nature not in TYPES or not code or not nom:
            lecture.signaler(
                ligne, f"Ligne laissée de côté : type « {nature} », code « {code} », nom « {nom} »."
            )
            continue
        habitants = lecture.entier(ligne, population, "Population")
        lieu = (departement, groupements.get(code), habitants, *centres.get(code, (None, None)))
        lignes[code] = (edition, (nom, cle(nom), TYPES[nature], parente or None, *lieu))
    return lignes


def _membres(jeux: Jeux, anomalies: list[Anomalie], *, sirens: Collection[str]) -> list[tuple[str, str]]:
    """(commune, grouping) pairs whose grouping is known."""
    chemin = jeux["communes-epci"].chemin
    lecture = Lecture(chemin.name, anomalies)
    paires = []
    for ligne, (siren, code) in enumerate(lire_csv(chemin, ("siren", "code_insee")), start=2):
        if siren in sirens:
            paires.append((code, siren))
        else:
            lecture.signaler(ligne, f"Groupement inconnu : {siren} (commune {code}).")
    return paires


def _centres(jeux: Jeux, anomalies: list[Anomalie]) -> dict[str, tuple[float | None, float | None]]:
    chemin = jeux["centres"].chemin
    lecture = Lecture(chemin.name, anomalies)
    return {
        code: (
            lecture.degres(ligne, longitude, "Longitude", borne=180),
            lecture.degres(ligne, latitude, "Latitude", borne=90),
        )
        for ligne, (code, longitude, latitude) in enumerate(
            lire_csv(chemin, ("code_insee", "longitude", "latitude")), start=2
        )
    }


def _communes_rattachees(
    jeux: Jeux, editions: Editions, anomalies: list[Anomalie], lignes: Lignes
) -> dict[str, str]:
    """Add the parts that have a code of their own to `lignes`; give {former code: commune of today} of the others."""
    chemin = jeux["communes-rattachees"].chemin
    lecture = Lecture(chemin.name, anomalies)
    edition = editions["communes-rattachees"].pk
    anciennes = {}
    for ligne, (code, nom, nature, parente) in enumerate(_rattachees(jeux), start=2):
        if parente not in lignes:
            lecture.signaler(ligne, f"Commune de rattachement inconnue : {parente} (pour {code} {nom}).")
        elif nature == ANCIEN_CODE:
            anciennes[code] = parente
        elif nature not in TYPES:
            lecture.signaler(ligne, f"Type inconnu : « {nature} » (pour {code} {nom}).")
        elif code not in lignes:
            departement = lignes[parente][1][4]
            valeurs = (nom, cle(nom), TYPES[nature], parente, departement, None, None, None, None)
            lignes[code] = (edition, valeurs)
    return anciennes


def _rattachees(jeux: Jeux) -> list[tuple[str, ...]]:
    return lire_csv(jeux["communes-rattachees"].chemin, ("code_insee", "nom", "type", "commune"))


def composer_appellations(
    jeux: Jeux, editions: Editions, anomalies: list[Anomalie], *, communes: Lignes, codes: Collection[str]
) -> Lignes:
    """Names borne under the code of the commune itself, and former codes without a row: what `Commune` cannot hold."""
    edition = editions["communes-rattachees"].pk
    lignes: Lignes = {}
    for code, nom, nature, parente in _rattachees(jeux):
        if parente not in communes:
            continue
        autre_nom = code == parente and nom != communes[parente][1][0]
        if autre_nom or (nature == ANCIEN_CODE and code not in codes):
            lignes[(code, nom, parente)] = (edition, (cle(nom),))
    if "lieux-dits" in jeux:
        _ajouter_lieux_dits(jeux, editions, anomalies, lignes, communes=communes)
    return lignes


def _ajouter_lieux_dits(
    jeux: Jeux, editions: Editions, anomalies: list[Anomalie], lignes: Lignes, *, communes: Lignes
) -> None:
    """Neighbourhoods and hamlets, but for those that the commune or one of its parts already bears the name of."""
    chemin = jeux["lieux-dits"].chemin
    lecture = Lecture(chemin.name, anomalies)
    edition = editions["lieux-dits"].pk
    deja = {(valeurs[3] or code, valeurs[1]) for code, (_, valeurs) in communes.items()}
    deja |= {(parente, valeurs[0]) for (_, _, parente), (_, valeurs) in lignes.items()}
    for ligne, (code, capitales) in enumerate(lire_csv(chemin, ("code_insee", "ligne_5")), start=2):
        if code not in communes or not capitales:
            lecture.signaler(ligne, f"Commune inconnue ou nom vide : « {code} », « {capitales} ».")
        elif (code, cle(capitales)) not in deja:
            lignes[(code, nom_lisible(capitales), code)] = (edition, (cle(capitales),))


def nom_lisible(capitales: str) -> str:
    """« KEMBS LOECHLE » gives « Kembs Loechle », « LES TROIS EPIS » « Les Trois Epis »; no accent is guessed."""
    mots = [mot if mot in MOTS_MENUS else mot.capitalize() for mot in capitales.lower().split()]
    return " ".join([*(mot.capitalize() for mot in mots[:1]), *mots[1:]])


def composer_codes_postaux(jeux: Jeux, editions: Editions) -> Lignes:
    edition = editions["codes-postaux"].pk
    return {
        (code_postal, code): (edition, ())
        for code, nature, codes in lire_csv(
            jeux["codes-postaux"].chemin, ("code_insee", "type", "codes_postaux")
        )
        if nature in TYPES
        for code_postal in codes.split()
    }


def composer_contours(
    jeux: Jeux, editions: Editions, anomalies: list[Anomalie], *, codes: Collection[str]
) -> Lignes:
    chemin = jeux["contours"].chemin
    lecture = Lecture(chemin.name, anomalies)
    edition = editions["contours"].pk
    lignes: Lignes = {}
    for numero, (code, geometrie) in enumerate(lire_contours(chemin), start=1):
        if code in codes:
            lignes[code] = (edition, (geometrie,))
        else:
            lecture.signaler(numero, f"Contour d’une commune inconnue : {code}.")
    return lignes
