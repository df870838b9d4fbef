"""Place an address: by the national address base when the network is allowed, else in the middle of its commune.

For an address without a point. A protected address must never be given to it: its text would leave the house. What a
person pins by hand is a correction of the record (`annuaire/corrections.py`), which no import and no geocoding moves.
"""

import json
import logging
import math
import re
import time
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address
from typing import IO, Any, Literal
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from maillage.core.texte import cle
from maillage.territoire.geometrie import distance_km
from maillage.territoire.models import Commune

journal = logging.getLogger("maillage.geocodage")
# The national geocoder (IGN, Base Adresse Nationale); a territory may run its own addok on the same machine.
BAN = "https://data.geopf.fr/geocodage/search"
DELAI_S = 5.0
TAILLE_MAX = 200_000
ADRESSE_MAX = 200
# Nothing of a commune lies farther from its centre (Maripasoula, the widest, is about 190 km long): coordinates that
# are swapped or another country's do.
LOIN_KM = 150.0
# Under it the words found are other words; above it the score proves nothing, only `type` tells how precise it is.
SCORE_MIN = 0.4
Precision = Literal["numero", "rue", "lieu-dit", "commune", "inconnue"]
PRECISIONS: dict[str, Precision] = {"housenumber": "numero", "street": "rue", "locality": "lieu-dit"}
_NUMERO = re.compile(r"\s*(\d{1,4})\s*(bis|ter|quater|[a-d]\b)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Position:
    """Where an address is, how surely, and who says so; no coordinates when even the commune has no centre."""

    latitude: float | None
    longitude: float | None
    precision: Precision
    source: str
    avis: str = ""  # why the answer of the address base was not taken


class ReponseRefusee(Exception):
    """The service answered something that cannot be trusted, or nothing; the text says what, in French."""


def geocoder(adresse: str, *, commune: Commune, reseau: bool, service: str = BAN) -> Position:
    """Never fails and never guesses: what is not surely in the commune is placed at its centre, and says so."""
    texte = " ".join(adresse.split())[:ADRESSE_MAX]
    if not reseau or not texte:
        return centre_de(commune)
    try:
        return _lire(_interroger(texte, commune, service), texte, commune)
    except ReponseRefusee as refus:
        # Neither the address nor the answer: a log holds no place where somebody lives.
        journal.warning("géocodage : %s", refus)
        return centre_de(commune, avis=str(refus))


def centre_de(commune: Commune, *, avis: str = "") -> Position:
    """The centre of the commune of today, which everybody can check."""
    if commune.latitude is None or commune.longitude is None:
        return Position(None, None, "inconnue", "centre de la commune inconnu", avis)
    return Position(commune.latitude, commune.longitude, "commune", f"centre de {commune.nom}", avis)


def _interroger(texte: str, commune: Commune, service: str) -> Any:
    """The answer's JSON; https only (or this very machine), no redirection, bounded in time and in size."""
    _check_service(service)
    question = {"q": f"{texte} {commune.nom}", "citycode": commune.code, "limit": 1, "autocomplete": 0}
    requete = Request(f"{service}?{urlencode(question)}", headers={"Accept": "application/json"})  # noqa: S310
    fin = time.monotonic() + DELAI_S
    try:
        with _ouvreur().open(requete, timeout=DELAI_S) as reponse:
            octets = _lire_borne(reponse, fin)
    except (URLError, HTTPException, OSError) as panne:
        raise ReponseRefusee(f"le service d’adresses ne répond pas ({type(panne).__name__})") from panne
    try:
        return json.loads(octets)
    except (ValueError, RecursionError) as faute:
        raise ReponseRefusee("le service d’adresses a répondu autre chose que du JSON") from faute


def _check_service(service: str) -> None:
    morceaux = urlsplit(service)
    if morceaux.scheme == "https" or (morceaux.scheme == "http" and _is_ici(morceaux.hostname or "")):
        return
    raise ReponseRefusee("l’adresse du service doit commencer par https://")


def _is_ici(hote: str) -> bool:
    try:
        return ip_address(hote).is_loopback
    except ValueError:
        return False


class _SansRedirection(HTTPRedirectHandler):
    """A redirection would be followed anywhere, http included: it is an error instead."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _ouvreur() -> OpenerDirector:
    return build_opener(_SansRedirection)


def _lire_borne(reponse: IO[bytes], fin: float) -> bytes:
    """Piece by piece: a server that drips, or never ends, is left."""
    octets = bytearray()
    while bloc := reponse.read1(16_384):  # type: ignore[attr-defined]
        octets += bloc
        if len(octets) > TAILLE_MAX:
            raise ReponseRefusee("le service d’adresses a répondu trop de texte")
        if time.monotonic() > fin:
            raise ReponseRefusee("le service d’adresses est trop lent")
    return bytes(octets)


def _lire(reponse: Any, texte: str, commune: Commune) -> Position:
    """The first answer, if it is in this commune; how precise it is comes from its `type`, never from its score."""
    try:
        entite = reponse["features"][0]
        proprietes = entite["properties"]
        genre, code, score = proprietes["type"], str(proprietes["citycode"]), float(proprietes["score"])
        longitude, latitude = (float(degres) for degres in entite["geometry"]["coordinates"][:2])
        numero = str(proprietes.get("housenumber") or "")
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise ReponseRefusee("le service d’adresses n’a rien trouvé") from None
    if code not in _codes(commune):
        raise ReponseRefusee("l’adresse trouvée est dans une autre commune")
    if not score >= SCORE_MIN:  # false for NaN
        raise ReponseRefusee("l’adresse trouvée ressemble trop peu à l’adresse cherchée")
    if genre not in PRECISIONS:
        return centre_de(commune)
    if not _is_plausible(latitude, longitude, commune):
        raise ReponseRefusee("l’adresse trouvée est trop loin du centre de la commune")
    precision = PRECISIONS[genre]
    if precision == "numero" and not _is_meme_numero(texte, numero):
        precision = "rue"
    return Position(latitude, longitude, precision, "Base Adresse Nationale")


def _codes(commune: Commune) -> set[str]:
    """Its INSEE code, and those of its arrondissements, which is how Paris, Lyon and Marseille are known there."""
    return {commune.code, *commune.parties.filter(type="arrondissement").values_list("code", flat=True)}


def _is_plausible(latitude: float, longitude: float, commune: Commune) -> bool:
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90):
        return False
    if commune.latitude is None or commune.longitude is None:
        return True
    return bool(distance_km(commune.latitude, commune.longitude, latitude, longitude) <= LOIN_KM)


def _is_meme_numero(texte: str, numero: str) -> bool:
    """« 12 bis » is not « 12 »: another number of the street only tells the street."""
    cherche, trouve = _NUMERO.match(texte), _NUMERO.match(numero)
    return bool(cherche and trouve and _cle_numero(cherche) == _cle_numero(trouve))


def _cle_numero(trouve: re.Match[str]) -> tuple[str, str]:
    return trouve[1].lstrip("0"), cle(trouve[2] or "")
