"""Rows of the mairies (annuaire de l'administration, DILA, CSV): each described mairie is a structure and a service."""

import re
from typing import Any

import msgspec

from maillage.annuaire.familles import familles
from maillage.annuaire.lecteurs.fiche import Ecartee, FicheLue
from maillage.annuaire.lecteurs.ligne import Ligne

VERSION = 1
OBLIGATOIRES = ("code_insee", "type", "nom", "mairie_adresse")
COLONNES = (
    *OBLIGATOIRES,
    "mairie_lon",
    "mairie_lat",
    "mairie_horaires",
    "mairie_email",
    "mairie_telephone",
    "mairie_site",
    "mairie_accessibilite",
)
MAIRIE = ("mairie_adresse", "mairie_lon", "mairie_lat", "mairie_email", "mairie_telephone", "mairie_site")
TYPES = {"COM": "Mairie", "COMD": "Mairie déléguée", "COMA": "Mairie annexe"}
_LIGNE_POSTALE = re.compile(r"([0-9]{5}) +(.+)")
_CEDEX = re.compile(r" +cedex( +[0-9]+)?$", re.IGNORECASE)
_ARTICLES = (("Les ", "des "), ("Le ", "du "), ("La ", "de La "), ("L’", "de L’"))
Plage = tuple[str, str]
_HORAIRES = msgspec.json.Decoder(list[tuple[str, str, list[Plage]]])


def lire(ligne: Ligne) -> FicheLue | Ecartee:
    if not any(ligne.brut.get(colonne, "").strip() for colonne in MAIRIE):
        return Ecartee("communes déléguées ou associées sans mairie décrite (ni adresse ni contact)")
    code = ligne.code_insee("code_insee")
    genre = ligne.texte("type", longueur=10) or ""
    if genre not in TYPES:
        ligne.refuser("type", f"Type de commune inconnu : « {genre} ».", f"Écrivez {', '.join(TYPES)}.")
    commune = ligne.nom("nom")
    nom = f"{TYPES.get(genre, 'Mairie')} {_de(commune)}" if commune else None
    courriel, autres = ligne.courriel("mairie_email")
    structure = {
        "nom": nom,
        "telephone": ligne.telephone("mairie_telephone"),
        "courriel": courriel,
        "site_web": ligne.lien("mairie_site"),
        "horaires_accueil": _horaires(ligne),
        "reseaux_porteurs": ["communes"],
        "itinerant": False,
        "extra": {"autres_courriels": autres} if autres else {},
        **_lieu(ligne, code=code, commune=commune),
    }
    famille = familles()["mairie"]
    service = {
        "nom": nom,
        "famille": famille.slug,
        "type": famille.type,
        "thematiques": list(famille.thematiques),
        "modes_accueil": ["en-presentiel"],
    }
    return FicheLue(
        cle=code or "" if genre == "COM" else f"{code}-{genre.lower()}", structure=structure, service=service
    )


def _de(commune: str) -> str:
    """« de Mulhouse », « d’Altkirch », « du Bonhomme »."""
    for article, fusion in _ARTICLES:
        if commune.startswith(article):
            return f"{fusion}{commune.removeprefix(article)}"
    elide = commune[0].upper() in "AEIOUÉÈÊÎŒ"
    return f"d’{commune}" if elide else f"de {commune}"


def _lieu(ligne: Ligne, *, code: str | None, commune: str | None) -> dict[str, Any]:
    """The last line of the address is « 68350 Brunstatt-Didenheim »; a déléguée counts for the commune of today."""
    lignes = (ligne.texte("mairie_adresse", longueur=500) or "").split("\n")
    postale = _LIGNE_POSTALE.fullmatch(lignes[-1])
    if postale:
        lignes.pop()
    elif lignes != [""]:
        ligne.avertir("mairie_adresse", "L’adresse ne finit pas par un code postal et une commune.")
    code_postal, ville = (postale[1], postale[2]) if postale else (None, commune)
    if ville and (cedex := _CEDEX.search(ville)):
        ville = ville[: cedex.start()]  # a sorting office of the post, not a place: its code is no commune's
    else:
        ligne.check_postal("mairie_adresse", code=code, code_postal=code_postal)
    latitude, longitude = ligne.coordonnees("mairie_lat", "mairie_lon")
    return {
        "adresse": lignes[0] if lignes and lignes[0] else None,
        "complement_adresse": "\n".join(lignes[1:]) or None,
        "code_postal": code_postal,
        "commune": ville,
        "code_insee": code,
        "commune_officielle_id": ligne.officielle(
            "code_insee", code=code, code_postal=code_postal, nom=ville
        ),
        "latitude": latitude,
        "longitude": longitude,
    }


def _horaires(ligne: Ligne) -> str | None:
    """The same hours, one day (or range of days) a line; what is not the expected JSON is kept as it came."""
    brut = ligne.texte("mairie_horaires", longueur=20_000)
    if brut is None:
        return None
    try:
        jours = _HORAIRES.decode(brut)
    except (msgspec.MsgspecError, RecursionError):
        ligne.avertir(
            "mairie_horaires",
            "Horaires illisibles : ils ne sont pas repris.",
            "Attendu : [[jour, jour, [[début, fin], …]], …].",
        )
        return None
    return "\n".join(_jour(*jour) for jour in jours) or None


def _jour(debut: str, fin: str, plages: list[Plage]) -> str:
    quand = debut if debut == fin else f"{debut} à {fin}"
    return f"{quand} : {' / '.join(f'{_heure(a)} - {_heure(b)}' for a, b in plages)}"


def _heure(texte: str) -> str:
    """« 08:00:00 » is written « 08:00 », as the other source does."""
    return texte.removesuffix(":00") if texte.count(":") == 2 else texte
