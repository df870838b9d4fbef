"""Rows of the national list of France Services (ANCT, CSV): each is a structure and its service."""

from typing import Any

from maillage.annuaire.familles import familles
from maillage.annuaire.lecteurs.fiche import FicheLue
from maillage.annuaire.lecteurs.ligne import Ligne

# Raise it when the same row would give other values: the next import then reads every row again.
VERSION = 1
OBLIGATOIRES = ("id_fs", "lib_fs", "insee_com")
COLONNES = (
    *OBLIGATOIRES,
    "adresse",
    "complement_adresse",
    "code_postal",
    "lib_com",
    "latitude",
    "longitude",
    "mail",
    "telephone",
    "h_lundi",
    "h_mardi",
    "h_mercredi",
    "h_jeudi",
    "h_vendredi",
    "h_samedi",
    "prise_rdv",
    "commentaire",
    "type_fs",
    "format_fs",
    "groupe_fs",
    "labellisation_fs",
)
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
# « Multisites » says nothing of wheels: unknown.
ITINERANT = {"Bus_équivalent": True, "Itinérante": True, "Fixe": False, "Fixe_antenne(s)": False}
RENDEZ_VOUS = {"Oui": True, "Non": False}


def lire(ligne: Ligne) -> FicheLue:
    numero = ligne.texte("id_fs", longueur=40)
    if numero is None:
        ligne.refuser("id_fs", "L’identifiant manque.", "Écrivez le numéro de la France services.")
    nom = ligne.nom("lib_fs")
    courriel, autres = ligne.courriel("mail")
    ouvert_le = ligne.date_dans("labellisation_fs")
    vie = {
        "ouvert_le": ouvert_le.isoformat() if ouvert_le else None,
        "ouvert_le_origine": "label" if ouvert_le else "",
    }
    structure = {
        "nom": nom,
        "telephone": ligne.telephone("telephone"),
        "courriel": courriel,
        "horaires_accueil": _horaires(ligne),
        "itinerant": _mot(ligne, "format_fs", ITINERANT, muets=("Multisites",)),
        "reseaux_porteurs": ["france-service"],
        "extra": _extra(ligne, autres),
        **_lieu(ligne),
        **vie,
    }
    famille = familles()["france-services"]
    service = {
        "nom": nom,
        "famille": famille.slug,
        "type": famille.type,
        "thematiques": list(famille.thematiques),
        "modes_accueil": ["en-presentiel"],
        "sur_rendez_vous": _mot(ligne, "prise_rdv", RENDEZ_VOUS),
        **vie,
    }
    return FicheLue(cle=numero or "", structure=structure, service=service)


def _lieu(ligne: Ligne) -> dict[str, Any]:
    code = ligne.code_insee("insee_com")
    code_postal = ligne.code_postal("code_postal")
    commune = ligne.texte("lib_com", longueur=80)
    latitude, longitude = ligne.coordonnees("latitude", "longitude")
    ligne.check_postal("code_postal", code=code, code_postal=code_postal)
    return {
        "adresse": ligne.texte("adresse", longueur=500),
        "complement_adresse": ligne.texte("complement_adresse", longueur=500),
        "code_postal": code_postal,
        "commune": commune,
        "code_insee": code,
        "commune_officielle_id": ligne.officielle(
            "insee_com", code=code, code_postal=code_postal, nom=commune
        ),
        "latitude": latitude,
        "longitude": longitude,
    }


def _horaires(ligne: Ligne) -> str | None:
    """Days exactly as given, one a line, then the comment. An empty day is unknown, so it is not written at all."""
    lignes = [f"{jour} : {heures}" for jour in JOURS if (heures := ligne.texte(f"h_{jour}", longueur=200))]
    commentaire = ligne.texte("commentaire", longueur=2_000)
    if commentaire and any(c.isalnum() for c in commentaire):
        lignes.append(commentaire)
    return "\n".join(lignes) or None


def _mot(ligne: Ligne, colonne: str, mots: dict[str, bool], *, muets: tuple[str, ...] = ()) -> bool | None:
    texte = ligne.texte(colonne, longueur=60)
    if texte and texte not in mots and texte not in muets:
        ligne.avertir(colonne, f"« {texte} » n’est pas un mot connu ({', '.join(mots)}) : lu comme inconnu.")
    return mots.get(texte or "")


def _extra(ligne: Ligne, autres_courriels: list[str]) -> dict[str, Any]:
    extra: dict[str, Any] = {
        colonne: texte
        for colonne in ("type_fs", "format_fs", "groupe_fs")
        if (texte := ligne.texte(colonne, longueur=200))
    }
    return extra | ({"autres_courriels": autres_courriels} if autres_courriels else {})
