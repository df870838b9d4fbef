"""Objects of the national schema (data·inclusion v1): a structure, or a service when `structure_id` is there.

msgspec checks a sound object at once; a refused one is then checked field by field, to report every error.
"""

import json
import re
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from maillage.annuaire.lecteurs.anomalies import Anomalie, raccourcir
from maillage.annuaire.lecteurs.lieux import Referentiel, is_en_france

VERSION = 1
Nom = Annotated[str, Meta(min_length=3, max_length=150)]
Identifiant = Annotated[str, Meta(min_length=4, max_length=150, pattern=r"^[\w-]+--\S+$")]
Lien = Annotated[str, Meta(min_length=1, max_length=2083, pattern=r"^https?://\S+$")]
Presentation = Annotated[str, Meta(min_length=5, max_length=10_000)]
Insee = Annotated[str, Meta(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
Postal = Annotated[str, Meta(pattern=r"^[0-9]{5}$")]
Courriel = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]
Telephone = Annotated[str, Meta(max_length=60)]
Degres = Annotated[float, Meta(ge=-180, le=180)]
Mots = list[Annotated[str, Meta(max_length=200)]]


class Commun(Struct, kw_only=True):
    id: Identifiant
    source: Annotated[str, Meta(min_length=1, max_length=60)]
    nom: Nom
    date_maj: date
    lien_source: Lien | None = None
    telephone: Telephone | None = None
    courriel: Courriel | None = None
    horaires_accueil: Annotated[str, Meta(max_length=2_000)] | None = None
    adresse: Annotated[str, Meta(max_length=500)] | None = None
    complement_adresse: Annotated[str, Meta(max_length=500)] | None = None
    code_insee: Insee | None = None
    code_postal: Postal | None = None
    commune: Annotated[str, Meta(max_length=80)] | None = None
    latitude: Degres | None = None
    longitude: Degres | None = None
    # Beyond the national schema, which may be missing or null there: columns of ours.
    ouvert_le: date | None = None
    ouvert_le_origine: Annotated[str, Meta(max_length=12)] = ""
    extra: dict[str, Any] | None = None


class StructureLue(Commun, kw_only=True):
    description: Presentation | None = None
    siret: Annotated[str, Meta(pattern=r"^[0-9]{14}$")] | None = None
    site_web: Lien | None = None
    accessibilite_lieu: Lien | None = None
    reseaux_porteurs: Mots | None = None
    itinerant: bool | None = None


class ServiceLu(Commun, kw_only=True):
    structure_id: Identifiant
    description: Presentation
    type: Annotated[str, Meta(max_length=40)] | None = None
    thematiques: Mots | None = None
    frais: Annotated[str, Meta(max_length=20)] | None = None
    frais_precisions: str | None = None
    publics: Mots | None = None
    publics_precisions: str | None = None
    conditions_acces: str | None = None
    modes_accueil: Mots | None = None
    zone_eligibilite: Mots | None = None
    contact_nom_prenom: Annotated[str, Meta(max_length=160)] | None = None
    lien_mobilisation: Lien | None = None
    modes_mobilisation: Mots | None = None
    mobilisable_par: Mots | None = None
    mobilisation_precisions: str | None = None
    volume_horaire_hebdomadaire: Annotated[float, Meta(ge=0)] | None = None
    nombre_semaines: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    famille: Annotated[str, Meta(max_length=40)] = ""
    sur_rendez_vous: bool | None = None


_STRUCTURE = msgspec.json.Decoder(StructureLue)
_SERVICE = msgspec.json.Decoder(ServiceLu)
_IDENTITE = re.compile(rb'"id"\s*:\s*"([^"\\]{1,150})"')
CHAMPS = {
    modele: {f.name: f.type for f in msgspec.structs.fields(modele)} for modele in (StructureLue, ServiceLu)
}
HORS_SCHEMA = frozenset(
    {"ouvert_le", "ouvert_le_origine", "extra", "itinerant", "famille", "sur_rendez_vous"}
)
_NOMBRES_DE_CHAMPS = {modele: len(champs.keys() - HORS_SCHEMA) for modele, champs in CHAMPS.items()}
REMEDES = {
    "id": "Écrivez source--identifiant, comme dora--17.",
    "code_insee": "Écrivez les cinq caractères du code de la commune (68224, 2A004).",
    "nom": "Entre 3 et 150 caractères.",
    "description": "Entre 5 et 10 000 caractères.",
    "date_maj": "Écrivez la date aaaa-mm-jj.",
}


def genre_de(octets: bytes) -> str:
    return "service" if b'"structure_id"' in octets else "structure"


def identifiant(octets: bytes) -> str:
    """The id of an object whose other values were refused, "" when it cannot be told."""
    trouve = _IDENTITE.search(octets)
    return trouve[1].decode("utf-8", "replace") if trouve else ""


def lire(
    numero: int, octets: bytes, referentiel: Referentiel
) -> tuple[StructureLue | ServiceLu | None, str | None, list[Anomalie]]:
    """(the object, the code of its commune of today, what is wrong); no object when it is refused."""
    is_service = genre_de(octets) == "service"
    modele: type[StructureLue] | type[ServiceLu] = ServiceLu if is_service else StructureLue
    try:
        lu: StructureLue | ServiceLu = (_SERVICE if is_service else _STRUCTURE).decode(octets)
        if b"\\u0000" in octets:
            return None, None, [_refus(numero, "", "", "Un caractère nul s’y trouve.")]
        # The keys of a sound machine-made object can be counted; anything else is looked at closely.
        if octets.count(b'":') != _NOMBRES_DE_CHAMPS[modele] and (doubles := _cles_repetees(octets)):
            return None, None, [_refus(numero, doubles[0], "", "Cette clé est présente deux fois.")]
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as erreur:
        return None, None, _toutes_les_erreurs(numero, octets, modele, erreur)
    return _situer(numero, lu, referentiel)


def _situer(
    numero: int, lu: StructureLue | ServiceLu, referentiel: Referentiel
) -> tuple[StructureLue | ServiceLu | None, str | None, list[Anomalie]]:
    anomalies: list[Anomalie] = []
    if (lu.latitude is None) != (lu.longitude is None):
        anomalies.append(
            _refus(numero, "latitude", lu.latitude, "Une seule des deux coordonnées est donnée.")
        )
    elif lu.latitude is not None and lu.longitude is not None and not is_en_france(lu.latitude, lu.longitude):
        point = f"{lu.latitude}, {lu.longitude}"
        inverse = is_en_france(lu.longitude, lu.latitude)
        suite = " : elles semblent inversées." if inverse else "."
        anomalies.append(
            _refus(numero, "latitude", point, f"Les coordonnées {point} ne sont pas en France{suite}")
        )
    officielle = None
    if lu.code_insee is not None:
        rattachement = referentiel.rattacher(lu.code_insee, code_postal=lu.code_postal, nom=lu.commune)
        officielle = rattachement.officielle.code if rattachement.officielle else None
        if officielle is None:
            message = f"Commune inconnue : {lu.code_insee}."
            anomalies.append(_refus(numero, "code_insee", lu.code_insee, message))
        elif rattachement.avis:
            anomalies.append(
                Anomalie(numero, "code_insee", lu.code_insee, rattachement.avis, remede="", refus=False)
            )
    return (None if any(a.refus for a in anomalies) else lu), officielle, anomalies


def _toutes_les_erreurs(
    numero: int, octets: bytes, modele: type[StructureLue] | type[ServiceLu], erreur: Exception
) -> list[Anomalie]:
    """Field by field when the object can be opened at all; else where the JSON breaks."""
    try:
        valeurs = msgspec.json.decode(octets)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as faute:
        return [_refus(numero, "", octets[:80].decode("utf-8", "replace"), _faute_json(faute))]
    if not isinstance(valeurs, dict):
        return [_refus(numero, "", valeurs, "Un objet JSON est attendu.")]
    anomalies = []
    for champ, genre in CHAMPS[modele].items():
        if champ not in valeurs:
            if champ in ("id", "source", "nom", "date_maj", "structure_id") or (
                champ == "description" and modele is ServiceLu
            ):
                anomalies.append(_refus(numero, champ, "", "Cette valeur manque."))
            continue
        try:
            msgspec.convert(valeurs[champ], genre)
        except msgspec.ValidationError as faute:
            anomalies.append(_refus(numero, champ, valeurs[champ], _en_francais(str(faute))))
    return anomalies or [_refus(numero, "", "", _en_francais(str(erreur)))]


def _refus(numero: int, colonne: str, valeur: Any, message: str) -> Anomalie:
    remede = REMEDES.get(colonne, "Corrigez cette valeur à la source, ou retirez-la.")
    montree = valeur if isinstance(valeur, str) else json.dumps(valeur, ensure_ascii=False, default=str)
    return Anomalie(numero, colonne, raccourcir(montree), message, remede=remede, refus=True)


def _faute_json(faute: Exception) -> str:
    if isinstance(faute, RecursionError):
        return "Le JSON est emboîté trop profondément."
    position = re.search(r"\(byte (\d+)\)", str(faute))
    ou = f" au {position[1]}e octet de la ligne" if position else ""
    return f"Le JSON est mal formé{ou}."


_TRADUCTIONS = (
    (r"Expected `str` of length <= (\d+)", r"Texte trop long : \1 caractères au plus."),
    (r"Expected `str` of length >= (\d+)", r"Texte trop court : \1 caractères au moins."),
    (r"Expected `str` matching regex", "Forme inattendue."),
    (r"Expected `(?:float|int|number)(?: \| null)?` <= (\S+)", r"Nombre trop grand : \1 au plus."),
    (r"Expected `(?:float|int|number)(?: \| null)?` >= (\S+)", r"Nombre trop petit : \1 au moins."),
    (r"Invalid RFC3339|Expected `date", "Date illisible."),
    (r"Expected `array", "Une liste est attendue."),
    (r"Expected `(?:float|int)", "Un nombre est attendu."),
    (r"Expected `str", "Un texte est attendu."),
)


def _en_francais(message: str) -> str:
    for modele, phrase in _TRADUCTIONS:
        if trouve := re.search(modele, message):
            return trouve.expand(phrase) if "\\" in phrase else phrase
    return "Valeur inattendue."


def _cles_repetees(octets: bytes) -> list[str]:
    doubles: list[str] = []

    def relever(paires: list[tuple[str, Any]]) -> dict[str, Any]:
        vus: set[str] = set()
        for nom, _ in paires:
            if nom in vus:
                doubles.append(nom)
            vus.add(nom)
        return dict(paires)

    json.loads(octets, object_pairs_hook=relever)
    return doubles
