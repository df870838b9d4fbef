"""One real address of the sample for each public page, and the states that an address alone does not give."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.urls import resolve

from maillage.comptes.droits import DROITS, TOUS

FICHE = "/plan/2024-2026/3.2/"
RETIREE = "france-services--1"
FERMEE = "france-services--2"

# Name of the picture: address. The order is the one of a visit.
PUBLIQUES: dict[str, str] = {
    "accueil": "/",
    "resultats": "/recherche?q=france+services&lieu=Wittenheim",
    "resultats-sans-lieu": "/recherche?q=mairie",
    "resultats-page-2": "/recherche?q=mairie&page=2",
    "resultats-aucun": "/recherche?q=patinoire&lieu=Wittenheim",
    "resultats-vides": "/recherche",
    "lieu-inconnu": "/recherche?q=mairie&lieu=Xyzzyville",
    "lieu-approche": "/recherche?q=mairie&lieu=brunstat",
    "lieu-homonyme": "/recherche?q=mairie&lieu=Saint-Martin",
    "structure": "/structure/france-services--1802",
    "service": "/service/mairies--68278",
    "service-france-services": "/service/france-services--1943",
    "fermee": f"/structure/{FERMEE}",
    "retiree": f"/structure/{RETIREE}",
    "plan": "/plan/",
    "periode": "/plan/2024-2026/",
    "fiche": FICHE,
    "fiche-en-vigueur": "/plan/3.2",
    "fiche-sans-mesure": "/plan/2024-2026/1.1/",
    "objectif": f"{FICHE}objectif-1",
    "indicateur": f"{FICHE}indicateur-3.2b",
    "indicateur-avant": f"{FICHE}indicateur-3.2b?le=2024-04-01",
    "indicateur-distance": f"{FICHE}indicateur-3.2a",
    "version": f"{FICHE}version-1",
    "histoire": f"{FICHE}histoire/",
    "document": "/plan/2024-2026/document/",
    "territoire": "/territoire/",
    "commune": "/territoire/68376/",
    "aide": "/aide",
    "accessibilite": "/accessibilite",
    "donnees": "/vos-donnees",
    "mentions": "/mentions-legales",
    "connexion": "/compte/connexion/",
    "code": "/compte/code/",
    "oubli": "/compte/mot-de-passe/oublie/",
    "oubli-envoye": "/compte/mot-de-passe/oublie/envoye/",
    "oubli-lien-perime": "/compte/mot-de-passe/oublie/1-perime/",
    "oubli-fait": "/compte/mot-de-passe/oublie/fait/",
    "comptes": "/compte/ouvrir/",
    "suspendu": "/compte/suspendu/",
    "erreur-400": "/recherche?q=%ff",
    "erreur-404": "/nulle-part",
    "erreur-410": "/service/france-services--1",
    "erreur-414": f"/recherche?q={'x' * 8001}",
}
# Reached by a form (the code page), or not a page: files, health, robots, icon.
SANS_ADRESSE = {
    "annuaire:exporter",
    "portail:sante",
    "portail:robots",
    "portail:icone",
    "account_confirm_login_code",
    "account_logout",
}


def routes_montrees(adresses: Iterable[str]) -> set[str]:
    return {resolve(urlsplit(adresse).path).view_name for adresse in adresses}


def routes_a_lire(*, publiques: bool) -> set[str]:
    """The routes of the table of rights that are read without an account, or the others."""
    return {route for route, droit in DROITS.items() if droit.lire and (droit.lire == TOUS) == publiques}
