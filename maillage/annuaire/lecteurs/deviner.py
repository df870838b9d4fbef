"""Guess which column gives which field, by names and synonyms then by what the cells hold; knows no Django.

A guess is shown to a person before it serves. Edition, licence and producer are never guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from maillage.annuaire.lecteurs.correspondance import CHAMPS, HORAIRES, SERVICE, is_situee
from maillage.annuaire.lecteurs.lieux import is_en_france
from maillage.core.texte import cle

# Other names under which files write a field, without accents nor capitals; the field's own name goes without saying.
SYNONYMES: dict[str, tuple[str, ...]] = {
    "identifiant": (
        *("id", "identifiant", "id structure", "id fs", "numero uai", "uai", "code uai", "ref", "reference"),
        *("num", "numero", "n", "code structure", "identifiant structure", "code safir", "finess", "id lieu"),
    ),
    "nom": (
        *(
            "nom",
            "lib fs",
            "name",
            "raison sociale",
            "denomination",
            "denomination sociale",
            "libelle",
            "intitule",
        ),
        *("nom structure", "nom de la structure", "nom etablissement", "nom de l etablissement", "nom usage"),
        *(
            "appellation",
            "appellation officielle",
            "nom officiel",
            "nom lieu",
            "nom du lieu",
            "nom equipement",
        ),
        *(
            "nom association",
            "nom de l association",
            "nom organisme",
            "organisme",
            "structure",
            "etablissement",
        ),
        *(
            "nom ou raison sociale",
            "nom ou raison sociale de l entreprise",
            "titre",
            "association",
            "designation",
        ),
    ),
    "nom_service": ("nom service", "nom du service", "service", "intitule du service"),
    "adresse": (
        *(
            "adresse",
            "address",
            "address line 1",
            "adresse 1",
            "adresse ligne 1",
            "voie",
            "rue",
            "adresse uai",
        ),
        *("adresse postale", "adresse de la structure", "adresse structure", "numero et voie"),
    ),
    "complement_adresse": ("complement adresse", "complement d adresse", "adresse 2", "address line 2"),
    "adresse_entiere": ("adresse complete", "adresse entiere", "adresse postale complete"),
    "code_postal": ("code postal", "cp", "post code", "postcode", "code postal uai", "codepostal", "zip"),
    "commune": (
        *("commune", "ville", "city", "lib com", "libelle commune", "nom commune", "nom de la commune"),
        *("localite", "libelle de la commune", "libelle de la commune de l etablissement", "commune insee"),
    ),
    "code_insee": (
        *("code insee", "insee", "insee com", "code commune", "code commune insee", "com", "citycode"),
        *("code insee commune", "code insee de la commune", "codgeo", "depcom", "insee commune"),
    ),
    "latitude": ("latitude", "lat", "y wgs84", "geometrie latitude", "coord y"),
    "longitude": ("longitude", "lon", "lng", "long", "x wgs84", "geometrie longitude", "coord x"),
    "point": (
        "geo point",
        "geo point 2d",
        "coordonnees",
        "coordonnees gps",
        "position",
        "latlon",
        "geolocalisation",
    ),
    "telephone": ("telephone", "tel", "phone", "numero de telephone", "telephone 1", "no de telephone"),
    "courriel": ("courriel", "mail", "email", "e mail", "courriels", "adresse mail", "adresse electronique"),
    "site_web": ("site web", "site", "site internet", "url", "website", "web", "siteweb", "lien"),
    "siret": ("siret", "numero siret", "n siret", "no siret", "pivot"),
    "siren": ("siren", "numero siren", "n siren", "no siren"),
    "description": (
        "description",
        "presentation",
        "presentation resume",
        "presentation detail",
        "descriptif",
    ),
    "horaires_accueil": ("horaires", "horaires accueil", "horaires d ouverture", "opening hours", "horaire"),
    **{champ: (f"h {jour}", jour, f"horaires {jour}") for champ, jour in ((c, c[2:]) for c in HORAIRES)},
    "itinerant": ("itinerant", "itinerance"),
    "date_maj": ("date maj", "date de mise a jour", "mise a jour", "updated at", "maj", "date mise a jour"),
    "thematiques": ("thematiques", "thematique"),
    "publics": ("publics", "public", "publics accueillis"),
    "frais": ("frais", "tarif", "tarifs", "prix", "cout"),
    "conditions_acces": ("conditions acces", "conditions d acces"),
    "sur_rendez_vous": ("sur rendez vous", "prise rdv", "rdv"),
    "type": ("type de service",),
}
_CP = re.compile(r"[0-9]{4,5}")
_INSEE = re.compile(r"[0-9]?[0-9AB][0-9]{3}", re.IGNORECASE)
_SIRET = re.compile(r"[0-9]{14}")
_SIREN = re.compile(r"[0-9]{9}")
_COURRIEL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TELEPHONE = re.compile(r"(?:\+?[0-9][\s.\-()]*){9,14}")
_POINT = re.compile(r"-?[0-9]{1,2}\.[0-9]+\s*[,; ]\s*-?[0-9]{1,3}\.[0-9]+")
_ADRESSE_ENTIERE = re.compile(r".*\b[0-9]{5}\s+\D+", re.DOTALL)
_JOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{2}/[0-9]{2}/[0-9]{4}.*")
PART_PLAUSIBLE = 0.7

Exemples = Mapping[str, Sequence[str]]


def _degres(valeur: str, *, latitude: bool) -> bool:
    try:
        degres = float(valeur.replace(",", "."))
    except ValueError:
        return False
    return is_en_france(degres, 2.0) if latitude else -180 <= degres <= 180


def _texte(valeur: str) -> bool:
    return any(c.isalpha() for c in valeur)


PLAUSIBLES: dict[str, Callable[[str], bool]] = {
    "nom": _texte,
    "commune": _texte,
    "adresse": lambda v: _texte(v) and len(v) > 3,
    "code_postal": lambda v: bool(_CP.fullmatch(v.removesuffix(".0"))),
    "code_insee": lambda v: bool(_INSEE.fullmatch(v.removesuffix(".0"))),
    "latitude": lambda v: _degres(v, latitude=True),
    "longitude": lambda v: _degres(v, latitude=False),
    "point": lambda v: bool(_POINT.fullmatch(v)),
    "siret": lambda v: bool(_SIRET.fullmatch(re.sub(r"\s", "", v))),
    "siren": lambda v: bool(_SIREN.fullmatch(re.sub(r"\s", "", v))),
    "courriel": lambda v: bool(_COURRIEL.search(v)),
    "telephone": lambda v: bool(_TELEPHONE.search(v)),
    "site_web": lambda v: "." in v and " " not in v and "@" not in v,
    "date_maj": lambda v: bool(_JOUR.fullmatch(v)),
    "adresse_entiere": lambda v: bool(_ADRESSE_ENTIERE.fullmatch(v)),
}
# Cells that tell what they are whatever the name above them.
PAR_VALEURS = ("courriel", "siret", "point")


def deviner(exemples: Exemples) -> dict[str, str]:
    """Field → column, from the names of the columns and some cells of each; a column gives one field only."""
    trouvees: dict[str, str] = {}
    restantes = dict.fromkeys(exemples)
    for champ in CHAMPS:
        if champ in SERVICE and champ not in SYNONYMES:
            continue
        colonne = _par_nom(champ, list(restantes), exemples)
        if colonne is not None:
            trouvees[champ] = colonne
            del restantes[colonne]
    for champ in PAR_VALEURS:
        if champ not in trouvees:
            colonne = next((c for c in restantes if exemples[c] and _plausible(champ, exemples[c])), None)
            if colonne is not None:
                trouvees[champ] = colonne
                del restantes[colonne]
    return _ajuster(trouvees, exemples)


def pourquoi_pas(colonnes: Mapping[str, str], vues: Sequence[str]) -> str:
    """Why rows with these columns are no records, in French; "" when they are."""
    montrees = ", ".join(f"« {nom} »" for nom in vues[:12])
    if "nom" not in colonnes:
        return f"aucune colonne ne donne le nom, et aucun nom n’est inventé. Colonnes vues : {montrees}."
    if not is_situee(colonnes):
        return f"aucune colonne ne dit la commune, et aucun lieu n’est inventé. Colonnes vues : {montrees}."
    return ""


def cle_devinee(colonnes: Mapping[str, str], uniques: set[str]) -> list[str]:
    """The field that names a row: its values are all there and all different; none: []."""
    return next(([c] for c in ("identifiant", "siret", "siren") if colonnes.get(c) in uniques), [])


def _par_nom(champ: str, restantes: list[str], exemples: Exemples) -> str | None:
    for synonyme in (cle(champ), *SYNONYMES.get(champ, ())):
        for colonne in restantes:
            if cle(colonne) == synonyme and _plausible(champ, exemples[colonne]):
                return colonne
    return None


def _plausible(champ: str, valeurs: Sequence[str]) -> bool:
    """Empty cells say nothing against a name; cells of another kind do."""
    juge = PLAUSIBLES.get(champ)
    if juge is None or not valeurs:
        return True
    return sum(juge(valeur.strip()) for valeur in valeurs) >= PART_PLAUSIBLE * len(valeurs)


def _ajuster(trouvees: dict[str, str], exemples: Exemples) -> dict[str, str]:
    """An address that holds its postcode and commune is a whole one; two coordinates need no third cell."""
    adresse = trouvees.get("adresse")
    seule = adresse and "adresse_entiere" not in trouvees and exemples[adresse]
    if seule and _plausible("adresse_entiere", exemples[adresse or ""]):
        trouvees["adresse_entiere"] = trouvees.pop("adresse")
    if trouvees.keys() >= {"latitude", "longitude"}:
        trouvees.pop("point", None)
    return trouvees
