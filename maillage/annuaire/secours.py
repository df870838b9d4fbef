"""Answer a search from the database while there is no index: bounded, plainer, and the page says so."""

import math
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

from maillage.annuaire.documents import MODELES, documents, trouvables
from maillage.recherche.document import Document
from maillage.recherche.requete import Reponse, Requete, Resultat, decouper

# A search must never hurt the database: no more records than this are read, whatever was asked.
PLAFOND = 300
KM_PAR_DEGRE = 111.195
POURQUOI = "mots trouvés dans la fiche"


def chercher(requete: Requete, *, le: date) -> Reponse:
    """Every word must be in the name, the structure's name, the commune or the description."""
    trouves = [
        (distance(document, requete), document)
        for genre in MODELES
        if not requete.genres or genre in requete.genres
        for document in _documents(genre, requete, le=le)
    ]
    gardes = [
        (km, document)
        for km, document in trouves
        if km is None or requete.latitude is None or km <= requete.rayon_km
    ]
    gardes.sort(key=lambda paire: (paire[0] is None, paire[0] or 0.0, paire[1].nom, paire[1].n))
    debut = (requete.page - 1) * requete.taille
    return Reponse(
        total=len(gardes),
        total_exact=len(trouves) < PLAFOND,
        resultats=tuple(_resultat(km, d, requete) for km, d in gardes[debut : debut + requete.taille]),
        corrige="",
    )


def _documents(genre: str, requete: Requete, *, le: date) -> list[Document]:
    trouves = trouvables(genre, le=le)
    if requete.familles:
        trouves = trouves.filter(famille__in=requete.familles) if genre == "service" else trouves.none()
    for mot in decouper(requete.texte):
        trouves = trouves.filter(_mot(genre, mot))
    numeros = _pres(genre, trouves, requete).order_by("pk").values_list("pk", flat=True)[:PLAFOND]
    return sorted(documents(genre, list(numeros), le=le), key=attrgetter("n"))


def _mot(genre: str, mot: str) -> Q:
    lieu = "structure_ref__" if genre == "service" else ""
    champs = {"nom", "description", f"{lieu}nom", f"{lieu}commune"}
    condition = Q()
    for champ in sorted(champs):
        condition |= Q(**{f"{champ}__icontains": mot})
    if genre == "service":
        condition |= Q(famille__icontains=mot)
    return condition


def _pres(genre: str, trouves: QuerySet[Any], requete: Requete) -> QuerySet[Any]:
    """The square around the circle, and the records of the commune that have no point."""
    lieu = "structure_ref__" if genre == "service" else ""
    dans_la_commune = Q(**{f"{lieu}code_insee": requete.code_insee}) if requete.code_insee else Q(pk__in=[])
    if requete.latitude is None or requete.longitude is None:
        return trouves.filter(dans_la_commune) if requete.code_insee else trouves
    haut = requete.rayon_km / KM_PAR_DEGRE
    large = haut / max(math.cos(math.radians(requete.latitude)), 0.01)
    carre = {
        f"{lieu}latitude__range": (requete.latitude - haut, requete.latitude + haut),
        f"{lieu}longitude__range": (requete.longitude - large, requete.longitude + large),
    }
    return trouves.filter(Q(**carre) | dans_la_commune)


def distance(document: Document, requete: Requete) -> float | None:
    """Kilometres between the place asked for and the record; None when either is unknown."""
    if None in (document.latitude, document.longitude, requete.latitude, requete.longitude):
        return None
    haut = (document.latitude - requete.latitude) * KM_PAR_DEGRE  # type: ignore[operator]
    large = (document.longitude - requete.longitude) * KM_PAR_DEGRE  # type: ignore[operator]
    return math.hypot(haut, large * math.cos(math.radians(requete.latitude or 0.0)))


def _resultat(km: float | None, document: Document, requete: Requete) -> Resultat:
    return Resultat(
        n=document.n,
        genre=document.genre,
        distance_km=km,
        score=0.0,
        fiche=document.fiche,
        pourquoi=POURQUOI if requete.texte else "",
    )
