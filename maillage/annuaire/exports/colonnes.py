"""The columns of the tables that people open (CSV, XLSX, GeoJSON): one list, one value per column; called by writers.

Names are the national schema's wherever it has one; the others are ours.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any

from maillage.annuaire.documents import maj_le
from maillage.annuaire.exports.notice import SANS_LICENCE, lien_fiche
from maillage.annuaire.exports.selection import Ligne
from maillage.annuaire.familles import libelle_famille
from maillage.annuaire.heritage import FicheResolue, LieuResolu

COLONNES = {
    "genre": "Genre (service ou structure)",
    "id": "Identifiant national",
    "nom": "Nom",
    "exemple": "Fiche inventée",
    "famille": "Famille de service",
    "famille_nom": "Nom de la famille",
    "structure_id": "Identifiant de la structure",
    "structure_nom": "Structure",
    "siret": "SIRET",
    "description": "Présentation",
    "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "code_insee": "Code INSEE",
    "commune_officielle_code": "Code INSEE de la commune d’aujourd’hui",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "adresse_protegee": "Adresse protégée (commune seule)",
    "autres_lieux": "Autres lieux",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site internet",
    "horaires_accueil": "Horaires, tels que la source les donne",
    "sur_rendez_vous": "Sur rendez-vous",
    "itinerant": "Itinérant",
    "accessibilite_lieu": "Accessibilité",
    "type": "Type de service",
    "thematiques": "Thématiques",
    "publics": "Publics",
    "publics_precisions": "Précisions sur les publics",
    "frais": "Frais",
    "frais_precisions": "Précisions sur les frais",
    "tarif": "Façon de compter le prix",
    "tarif_min_euros": "Prix, ou prix le plus bas, en euros",
    "tarif_max_euros": "Prix le plus haut, en euros",
    "tarif_unite": "Le prix vaut pour",
    "tarif_le": "Date du prix",
    "age_min_mois": "Âge de début, en mois",
    "age_max_mois": "Âge de fin, en mois",
    "places_total": "Places en tout",
    "places_disponibles": "Places libres",
    "places_le": "Date du nombre de places",
    "saturation": "Reste-t-il de la place",
    "saturation_le": "Date de cette réponse",
    "delai": "Délai",
    "papiers": "Papiers à apporter",
    "conditions_acces": "Conditions d’accès",
    "modes_accueil": "Modes d’accueil",
    "zone_eligibilite": "Zone d’éligibilité",
    "modes_mobilisation": "Modes de mobilisation",
    "mobilisable_par": "Mobilisable par",
    "mobilisation_precisions": "Précisions sur la mobilisation",
    "lien_mobilisation": "Lien de mobilisation",
    "reseaux_porteurs": "Réseaux porteurs",
    "ouvert_le": "Ouvert depuis le",
    "ferme_le": "Ferme le",
    "verifie_le": "Vérifié par une personne le",
    "date_maj": "Mis à jour le",
    "lien_source": "Page de la source",
    "lien": "Page sur ce site",
    "source": "Source",
    "source_nom": "Nom de la source",
    "source_licence": "Licence",
    "source_edition": "Édition de la source",
    "exporte_le": "Exporté le",
}
# A person's name leaves no public file (`contact_nom_prenom`).
DE_LA_FICHE = frozenset(champ.name for champ in fields(FicheResolue))


def valeurs_de(ligne: Ligne, *, exporte_le: date) -> dict[str, Any]:
    """The value of every column, in order, typed: None when it is unknown."""
    return {nom: _valeur(ligne, nom) for nom in COLONNES} | {"exporte_le": exporte_le}


def _valeur(ligne: Ligne, nom: str) -> Any:
    if nom in DERIVEES:
        return DERIVEES[nom](ligne)
    # What can be inherited or hidden is read from the resolved record alone.
    return getattr(ligne.fiche, nom) if nom in DE_LA_FICHE else getattr(ligne.objet, nom, None)


def _euros(ligne: Ligne, nom: str) -> float | None:
    centimes = getattr(ligne.objet, nom, None)
    return None if centimes is None else centimes / 100


def _autres_lieux(ligne: Ligne) -> str | None:
    return " ; ".join(_en_clair(lieu) for lieu in ligne.fiche.lieux if not lieu.principal) or None


def _en_clair(lieu: LieuResolu) -> str:
    """« Salle des fêtes, 3 rue du Bourg, 68270 Wittenheim »; the commune alone for a protected site."""
    ville = lieu.commune if lieu.confidentiel else " ".join(filter(None, (lieu.code_postal, lieu.commune)))
    morceaux = (ville,) if lieu.confidentiel else (lieu.nom, lieu.adresse, ville)
    return ", ".join(filter(None, morceaux))


DERIVEES: dict[str, Callable[[Ligne], Any]] = {
    "famille_nom": lambda ligne: libelle_famille(ligne.fiche.famille) if ligne.fiche.famille else None,
    "adresse_protegee": lambda ligne: ligne.fiche.confidentiel,
    "siret": lambda ligne: _structure(ligne).siret,
    "reseaux_porteurs": lambda ligne: _structure(ligne).reseaux_porteurs,
    "tarif_min_euros": lambda ligne: _euros(ligne, "tarif_min_centimes"),
    "tarif_max_euros": lambda ligne: _euros(ligne, "tarif_max_centimes"),
    "autres_lieux": _autres_lieux,
    "date_maj": lambda ligne: maj_le(ligne.objet),
    "lien": lambda ligne: lien_fiche(ligne.fiche.genre, ligne.fiche.id),
    "source_licence": lambda ligne: ligne.objet.source_ref.licence or SANS_LICENCE,
    "source_edition": lambda ligne: ligne.objet.source_ref.edition or None,
    "exporte_le": lambda ligne: None,
}


def _structure(ligne: Ligne) -> Any:
    return getattr(ligne.objet, "structure_ref", ligne.objet)
