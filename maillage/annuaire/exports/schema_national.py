"""Write a selection in the national schema, data·inclusion v1, one JSON object a line; called through `formats`.

Every line passes the schema's own validator. What the schema cannot hold is lost on the way:
- the family of service (its thématiques remain), the other sites of a service, the dates of opening and closing, the
  date of a check by a person, « sur rendez-vous », « itinérant », « adresse protégée », what is kept in `extra`;
- ages, amounts, places, waiting, papers to bring, languages, access by kind of disability, management, dated closures,
  labels and agreements, contacts;
- « none, explicitly » (an empty text) becomes « unknown », then inherits from the structure when it is read back;
- hours that are not in OpenStreetMap's syntax, e-mails, links, phones and codes that are not well formed;
- words that its vocabularies lack, « tous-publics » beside other publics (it stays alone), empty lists it refuses;
- a name under three characters is followed by its commune, a text too long is cut with « … »;
- a service without a description gets one made of its family and name, a record without a date its edition's;
- a record without a link to its source gets its page on this instance, where source, licence and edition are told;
- the name of a contact, which leaves by the command alone (`contacts=True`).
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils import timezone

from maillage.annuaire.exports.notice import Notice, lien_fiche
from maillage.annuaire.exports.selection import Ligne, Selection
from maillage.annuaire.exports.tables import MARQUE, par_blocs, tenir
from maillage.annuaire.familles import libelle_famille
from maillage.annuaire.models import Structure

COMMUNS = (
    "source",
    "id",
    "nom",
    "description",
    "lien_source",
    "date_maj",
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "longitude",
    "latitude",
    "telephone",
    "courriel",
    "horaires_accueil",
)
CHAMPS_STRUCTURE = (*COMMUNS, "siret", "site_web", "accessibilite_lieu", "reseaux_porteurs")
CHAMPS_SERVICE = (
    *COMMUNS,
    "structure_id",
    "type",
    "thematiques",
    "frais",
    "frais_precisions",
    "publics",
    "publics_precisions",
    "conditions_acces",
    "modes_accueil",
    "zone_eligibilite",
    "contact_nom_prenom",
    "lien_mobilisation",
    "modes_mobilisation",
    "mobilisable_par",
    "mobilisation_precisions",
    "volume_horaire_hebdomadaire",
    "nombre_semaines",
)
NOM_MIN, NOM_MAX = 3, 150
DESCRIPTION_MIN, TEXTE_MAX = 5, 10_000
LONGUEURS = {"adresse": 500, "complement_adresse": 500, "horaires_accueil": 2_000, "contact_nom_prenom": 160}
PREMIER_JOUR = date(2000, 1, 1)
# The schema refuses these lists when they are empty.
JAMAIS_VIDES = frozenset({"publics", "modes_mobilisation", "mobilisable_par", "zone_eligibilite"})
# Domains that no mail reaches (RFC 6761): the validator refuses them.
DOMAINES_RESERVES = (".arpa", ".invalid", ".local", ".localhost", ".onion", ".test")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOTE = rf"(?:{_LABEL}\.)+[a-z]{{2,63}}"
_LIEN = re.compile(rf"https?://{_HOTE}(?::([0-9]{{1,5}}))?(?:[/?#]\S*)?", re.IGNORECASE)
_COURRIEL = re.compile(rf"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@({_HOTE})", re.IGNORECASE)
_ZONE = re.compile(r"france|[0-9]{9}|[0-9][0-9AB][0-9]{3}|[0-9][0-9AB]|9[78][0-9]|99[0-5][0-9]{2}")
_FORMES = {
    "siret": re.compile(r"[0-9]{14}"),
    "code_postal": re.compile(r"[0-9]{5}"),
    "code_insee": re.compile(r"[0-9][0-9AB][0-9]{3}"),
}
_HEURE = r"[0-2]?[0-9]:[0-5][0-9]"
_OSM = re.compile(
    rf"(?:\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter|off|open|closed"
    rf"|unknown|days?|sunrise|sunset|dawn|dusk)\b|24/7|{_HEURE}\+?|[0-9]{{1,4}}|[-,;:/+()\[\] ]|\|\|)+"
)
_OSM_UTILE = re.compile(rf"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|off|closed)\b|24/7|{_HEURE}")
_COMMENTAIRE_OSM = re.compile(r'"[^"]*"')


def ecrire_ndjson(selection: Selection, notice: Notice, *, contacts: bool = False) -> Iterator[bytes]:
    """Structures first, then services: whoever reads line by line knows the structure of each service."""
    jour = timezone.localdate(notice.exporte_le)
    structures = (en_structure(ligne, le=jour) for ligne in selection.structures())
    services = (en_service(ligne, le=jour, contacts=contacts) for ligne in selection.services())
    yield from par_blocs(
        orjson.dumps(objet, option=orjson.OPT_APPEND_NEWLINE)
        for objets in (structures, services)
        for objet in objets
    )


def en_structure(ligne: Ligne, *, le: date) -> dict[str, Any]:
    return _objet(ligne, CHAMPS_STRUCTURE, le=le)


def en_service(ligne: Ligne, *, le: date, contacts: bool = False) -> dict[str, Any]:
    objet = _objet(ligne, CHAMPS_SERVICE, le=le)
    return objet if contacts else objet | {"contact_nom_prenom": None}


def _objet(ligne: Ligne, champs: tuple[str, ...], *, le: date) -> dict[str, Any]:
    objet = {champ: _propre(champ, _brut(ligne, champ)) for champ in champs}
    return objet | {
        "id": ligne.fiche.id,
        "nom": _nom(ligne),
        "description": _description(ligne, objet["description"]),
        "date_maj": _date_maj(ligne, le=le).isoformat(),
        "lien_source": objet["lien_source"] or lien_fiche(ligne.fiche.genre, ligne.fiche.id),
    }


def _brut(ligne: Ligne, champ: str) -> Any:
    """What can be inherited or hidden comes from the resolved record alone."""
    return getattr(ligne.fiche, champ) if hasattr(ligne.fiche, champ) else getattr(ligne.objet, champ)


def _propre(champ: str, valeur: Any) -> Any:
    """The value as the schema takes it; None for what it would refuse."""
    if valeur is None:
        return None
    return NETTOYAGES.get(champ, _texte)(champ, valeur)


def _texte(champ: str, valeur: Any) -> str | None:
    propre = str(valeur).replace("\x00", "").strip()
    return tenir(propre, LONGUEURS.get(champ, TEXTE_MAX)) or None


def _code(champ: str, valeur: Any) -> str | None:
    return valeur if _FORMES[champ].fullmatch(valeur) else None


def _lien(_: str, valeur: Any) -> str | None:
    trouve = _LIEN.fullmatch(_en_ascii(valeur)) if len(valeur) <= 2_083 else None
    return valeur if trouve and int(trouve[1] or 0) <= 65_535 else None


def _en_ascii(lien: str) -> str:
    """The host of an address as the network writes it; what cannot be written so stays, and is refused."""
    debut, separateur, suite = lien.partition("://")
    fin = min((suite.find(signe) for signe in "/?#:" if signe in suite), default=len(suite))
    try:
        return f"{debut}{separateur}{suite[:fin].encode('idna').decode()}{suite[fin:]}"
    except UnicodeError:
        return lien


def _courriel(_: str, valeur: Any) -> str | None:
    propre = valeur.strip()
    trouve = _COURRIEL.fullmatch(propre)
    if trouve is None or len(propre) > 254 or len(propre.partition("@")[0]) > 64:
        return None
    domaine = trouve[1].lower()
    # « xn-- » and its like are codes of other names, which only a registry can read.
    douteux = domaine.endswith(DOMAINES_RESERVES) or any(label[2:4] == "--" for label in domaine.split("."))
    return None if douteux else propre


def _horaires(champ: str, valeur: Any) -> str | None:
    """Hours in OpenStreetMap's syntax; a sentence is not one, and stays in the other formats."""
    propre = _texte(champ, valeur)
    nu = _COMMENTAIRE_OSM.sub(" ", propre or "")
    return propre if _OSM.fullmatch(nu) and _OSM_UTILE.search(nu) else None


def _mot(champ: str, valeur: Any) -> str | None:
    return valeur if valeur in vocabulaires()[champ] else None


def _mots(champ: str, valeur: Any) -> list[str] | None:
    connus = [mot for mot in dict.fromkeys(map(str, valeur)) if mot in vocabulaires()[champ]]
    if champ == "publics" and "tous-publics" in connus:
        connus = ["tous-publics"]
    # Words that were all unknown are not « none »; an empty list is, where the schema can say so.
    return connus if connus or not (valeur or champ in JAMAIS_VIDES) else None


def _zones(_: str, valeur: Any) -> list[str] | None:
    return [code for code in dict.fromkeys(map(str, valeur)) if _ZONE.fullmatch(code)] or None


def _nombre(champ: str, valeur: Any) -> float | int | None:
    minimum = {"volume_horaire_hebdomadaire": 0, "nombre_semaines": 1}.get(champ, -180)
    return valeur if minimum <= valeur <= 10_000 else None  # false for NaN


NETTOYAGES: dict[str, Callable[[str, Any], Any]] = {
    "siret": _code,
    "code_postal": _code,
    "code_insee": _code,
    "lien_source": _lien,
    "site_web": _lien,
    "accessibilite_lieu": _lien,
    "lien_mobilisation": _lien,
    "courriel": _courriel,
    "horaires_accueil": _horaires,
    "type": _mot,
    "frais": _mot,
    "thematiques": _mots,
    "publics": _mots,
    "modes_accueil": _mots,
    "modes_mobilisation": _mots,
    "mobilisable_par": _mots,
    "reseaux_porteurs": _mots,
    "zone_eligibilite": _zones,
    "longitude": _nombre,
    "latitude": _nombre,
    "volume_horaire_hebdomadaire": _nombre,
    "nombre_semaines": _nombre,
    "date_maj": lambda champ, valeur: valeur,
}


def _nom(ligne: Ligne) -> str:
    fiche = ligne.fiche
    nom = _texte("nom", f"{MARQUE if fiche.exemple else ''}{fiche.nom}") or ""
    if len(nom) < NOM_MIN:
        nom = f"{nom} ({fiche.commune_officielle_nom or fiche.commune or fiche.id})".strip()
    return tenir(nom, NOM_MAX)


def _description(ligne: Ligne, description: str | None) -> str | None:
    if description and len(description) >= DESCRIPTION_MIN:
        return description
    if isinstance(ligne.objet, Structure):
        return None
    famille = libelle_famille(ligne.fiche.famille) if ligne.fiche.famille else "Service"
    return tenir(f"{famille} : {_nom(ligne)}. La source ne donne pas de présentation.", TEXTE_MAX)


def _date_maj(ligne: Ligne, *, le: date) -> date:
    """Of the record, else of the edition that showed it, else of its last writing here; never tomorrow's."""
    dite = ligne.fiche.date_maj or ligne.fiche.edition_le or timezone.localdate(ligne.objet.updated_at)
    return min(max(dite, PREMIER_JOUR), le)


@cache
def vocabulaires() -> dict[str, frozenset[str]]:
    """The words of the schema, by field."""
    lus = orjson.loads(Path(__file__).with_name("vocabulaires.json").read_bytes())
    return {champ: frozenset(mots) for champ, mots in lus.items() if isinstance(mots, list)}
