"""Where a row of a described table stands: its address, its commune of today, its point; called by `decrit`."""

import re
from typing import Any

from maillage.annuaire.lecteurs.anomalies import raccourcir
from maillage.annuaire.lecteurs.liaison import Liaison
from maillage.annuaire.lecteurs.ligne import Ligne

# « 2 rue Étienne-Coutan, 44100 Nantes, France », « 6 RUE DE LA BOURSE⏎68100 MULHOUSE »
_ADRESSE = re.compile(
    r"(?P<voie>.*?)[\s,;–-]*\b(?P<code>[0-9]{5})\s+(?P<ville>[^,;\n0-9][^,;\n]*?)\s*(?:,\s*France)?\s*",
    re.DOTALL | re.IGNORECASE,
)
# A file that has no column for a field does not speak of it: what another edition said stays.
DITS_PAR = {
    "adresse": {"adresse", "adresse_entiere"},
    "complement_adresse": {"complement_adresse"},
    "code_postal": {"code_postal", "adresse_entiere"},
    "commune": {"commune", "adresse_entiere"},
    "code_insee": {"code_insee"},
    "latitude": {"latitude", "point"},
    "longitude": {"longitude", "point"},
}
_CEDEX = re.compile(r"\s+cedex(\s+[0-9]+)?$", re.IGNORECASE)


def lire_lieu(liee: Liaison, ligne: Ligne) -> dict[str, Any]:
    code = _code_insee(liee, ligne)
    voie, code_postal, commune = _adresse(liee, ligne)
    if code:
        ligne.check_postal(_colonne_postale(liee), code=code, code_postal=code_postal)
        officielle = ligne.officielle(
            liee.colonnes["code_insee"], code=code, code_postal=code_postal, nom=commune
        )
    else:
        officielle = _officielle(liee, ligne, code_postal=code_postal, commune=commune)
    latitude, longitude = _coordonnees(liee, ligne)
    valeurs = {
        "adresse": voie,
        "complement_adresse": liee.texte(ligne, "complement_adresse", longueur=500),
        "code_postal": code_postal,
        "commune": commune,
        "code_insee": code,
        "latitude": latitude,
        "longitude": longitude,
    }
    dites = {champ for champ, sources in DITS_PAR.items() if liee.colonnes.keys() & sources}
    return {champ: valeur for champ, valeur in valeurs.items() if champ in dites} | {
        "commune_officielle_id": officielle
    }


def _code_insee(liee: Liaison, ligne: Ligne) -> str | None:
    """A row whose code is empty can still be placed by its address, when the file gives one."""
    if not liee.a("code_insee"):
        return None
    autre_moyen = liee.colonnes.keys() & {"adresse_entiere", "commune", "code_postal"}
    if autre_moyen and liee.texte(ligne, "code_insee", longueur=20) is None:
        return None
    return ligne.code_insee(liee.colonnes["code_insee"])


def _adresse(liee: Liaison, ligne: Ligne) -> tuple[str | None, str | None, str | None]:
    """(street, postcode, commune); columns of their own are preferred to what the whole address says."""
    code_postal = ligne.code_postal(liee.colonnes["code_postal"]) if liee.a("code_postal") else None
    commune = liee.texte(ligne, "commune", longueur=80)
    voie = liee.texte(ligne, "adresse", longueur=500)
    entiere = liee.texte(ligne, "adresse_entiere", longueur=500)
    if entiere:
        lue = _ADRESSE.fullmatch(entiere)
        if lue is None:
            ligne.avertir(
                liee.colonnes["adresse_entiere"],
                "L’adresse ne finit pas par un code postal et une commune.",
            )
            return voie or entiere, code_postal, commune
        voie = voie or lue["voie"].strip(" ,;-–\n") or None
        code_postal = code_postal or lue["code"]
        commune = commune or lue["ville"].strip()
    if commune:
        commune = _CEDEX.sub("", commune)
    return voie, code_postal, commune


def _officielle(liee: Liaison, ligne: Ligne, *, code_postal: str | None, commune: str | None) -> str | None:
    colonne = _colonne_lieu(liee)
    if ligne.refus_sur(colonne):
        return None
    trouvee = ligne.referentiel.retrouver(nom=commune, code_postal=code_postal)
    if trouvee.officielle is None:
        vu = " ".join(filter(None, (code_postal, commune)))
        ligne.refuser(
            colonne,
            f"Commune introuvable : « {raccourcir(vu)} »." if vu else "La commune manque.",
            "Écrivez le nom de la commune et son code postal, ou son code INSEE.",
        )
        return None
    if trouvee.avis:
        ligne.avertir(colonne, trouvee.avis)
    return trouvee.officielle.code


def _coordonnees(liee: Liaison, ligne: Ligne) -> tuple[float | None, float | None]:
    if liee.a("point"):
        colonne = liee.colonnes["point"]
        morceaux = re.split(r"\s*[,;]\s*|\s+", liee.texte(ligne, "point", longueur=200) or "")
        if len(morceaux) == 2:
            ligne.brut = ligne.brut | {f"{colonne}/1": morceaux[0], f"{colonne}/2": morceaux[1]}
            return ligne.coordonnees(f"{colonne}/1", f"{colonne}/2")
        if morceaux != [""]:
            ligne.avertir(colonne, "Deux nombres sont attendus, la latitude puis la longitude : non repris.")
        return None, None
    if liee.a("latitude") and liee.a("longitude"):
        return ligne.coordonnees(liee.colonnes["latitude"], liee.colonnes["longitude"])
    return None, None


def _colonne_lieu(liee: Liaison) -> str:
    noms = ("commune", "code_postal", "adresse_entiere", "code_insee")
    return next(liee.colonnes[nom] for nom in noms if liee.a(nom))


def _colonne_postale(liee: Liaison) -> str:
    return (
        liee.colonnes.get("code_postal")
        or liee.colonnes.get("adresse_entiere")
        or liee.colonnes["code_insee"]
    )
