"""What a field of a record accepts from a person; called by corrections and by the entry of new records."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models

from maillage.annuaire.apports import CHAMPS_COMMUNS, CHAMPS_SERVICE, CHAMPS_STRUCTURE
from maillage.annuaire.lecteurs.lieux import is_en_france
from maillage.annuaire.models import AGE_MAX_MOIS, PRIX_MAX_CENTIMES, Service, Structure
from maillage.annuaire.valeurs import NETTOYAGES
from maillage.annuaire.vocabulaire import GESTION, SATURATIONS, TARIFS, UNITES
from maillage.core.erreurs import RegleMetier
from maillage.core.texte import sans_signes_caches
from maillage.territoire.models import Commune

# Derived from another field, or the import's own: nobody types them.
DERIVES = frozenset({"commune_officielle_id", "ouvert_le_origine", "extra"})
D_UNE_PERSONNE = ("ferme_le", "verifie_le")
# What no source says yet: a person's word alone, which a correction still notes.
PRATIQUES = ("langues", "acces_handicap", "gestion", "gestionnaire")
PRATIQUES_SERVICE = (
    *PRATIQUES,
    "papiers",
    "age_min_mois",
    "age_max_mois",
    "tarif",
    "tarif_min_centimes",
    "tarif_max_centimes",
    "tarif_unite",
    "tarif_le",
    "places_total",
    "places_disponibles",
    "places_le",
    "saturation",
    "saturation_le",
    "delai",
    "confidentiel",
)
CHOIX = {"gestion": GESTION, "tarif": TARIFS, "tarif_unite": UNITES, "saturation": SATURATIONS}
# Beyond, a slip of the keyboard: a record open since the year 202, or in 2204, would be counted, or not, for ever.
PREMIER_JOUR, DERNIER_JOUR = date(1800, 1, 1), date(2100, 12, 31)
CORRIGEABLES: dict[type[models.Model], frozenset[str]] = {
    Structure: frozenset((*CHAMPS_STRUCTURE, *D_UNE_PERSONNE, *PRATIQUES, "confidentiel")) - DERIVES,
    Service: frozenset((*CHAMPS_SERVICE, *D_UNE_PERSONNE, *PRATIQUES_SERVICE)) - DERIVES,
}
LIBELLES = {
    "nom": "Nom",
    "description": "Présentation",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site internet",
    "horaires_accueil": "Horaires",
    "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "code_insee": "Code INSEE",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "ouvert_le": "Date d’ouverture",
    "ferme_le": "Date de fermeture",
    "verifie_le": "Date de vérification",
    "itinerant": "Itinérant",
    "sur_rendez_vous": "Sur rendez-vous",
    "confidentiel": "Adresse protégée",
    "retire_le": "Retrait",
    "siret": "SIRET",
    "accessibilite_lieu": "Accessibilité",
    "frais": "Frais",
    "frais_precisions": "Précisions sur les frais",
    "publics_precisions": "Précisions sur les publics",
    "conditions_acces": "Conditions d’accès",
    "mobilisation_precisions": "Comment demander",
    "publics": "Publics",
    "langues": "Langues parlées",
    "acces_handicap": "Accès des personnes handicapées",
    "gestion": "Gestion",
    "gestionnaire": "Gestionnaire",
    "papiers": "Papiers à apporter",
    "age_min_mois": "Âge de début",
    "age_max_mois": "Âge de fin",
    "tarif": "Façon de compter le prix",
    "tarif_min_centimes": "Prix, ou prix le plus bas",
    "tarif_max_centimes": "Prix le plus haut",
    "tarif_unite": "Le prix vaut pour",
    "tarif_le": "Date du prix",
    "places_total": "Places en tout",
    "places_disponibles": "Places libres",
    "places_le": "Date du nombre de places",
    "saturation": "Reste-t-il de la place ?",
    "saturation_le": "Date de cette réponse",
    "delai": "Délai",
}
MOTS_LIBELLES = {champ: champ.replace("_", " ").capitalize() for champ in (*CHAMPS_COMMUNS, *CHAMPS_SERVICE)}


def libelle(champ: str) -> str:
    return LIBELLES.get(champ) or MOTS_LIBELLES.get(champ, champ)


def nettoyer(modele: type[models.Model], champs: dict[str, Any]) -> dict[str, Any]:
    """The values in the types of the model; raises RegleMetier with one French sentence per refused field."""
    propres: dict[str, Any] = {}
    refus: list[str] = []
    for champ, valeur in champs.items():
        if champ not in CORRIGEABLES[modele]:
            raise RegleMetier(f"Le champ « {libelle(champ)} » ne se corrige pas ici.")
        try:
            propres[champ] = _nettoyer_un(modele, champ, valeur)
        except ValidationError as erreur:
            refus.append(f"{libelle(champ)} : {' '.join(erreur.messages)}")
    if refus:
        raise RegleMetier("\n".join(refus))
    return propres


def avec_commune(propres: dict[str, Any]) -> dict[str, Any]:
    """When the INSEE code changes, the official commune and its name follow."""
    code = propres.get("code_insee")
    if not code:
        return propres | ({"commune_officielle_id": None} if "code_insee" in propres else {})
    commune = Commune.objects.select_related("parente").filter(code=code).first()
    if commune is None:
        raise RegleMetier(
            f"Code INSEE : aucune commune ne porte le code {code}. Choisissez-la dans la liste."
        )
    officielle = commune.parente or commune
    return {"commune": commune.nom} | propres | {"commune_officielle_id": officielle.code}


def check_ensemble(fiche: models.Model, propres: dict[str, Any]) -> None:
    """Rules between fields, on the record as it would become."""

    def futur(champ: str) -> Any:
        return propres[champ] if champ in propres else getattr(fiche, champ, None)

    ouvert, ferme = futur("ouvert_le"), futur("ferme_le")
    if ouvert and ferme and ferme < ouvert:
        raise RegleMetier(
            f"La fermeture ({ferme:%d/%m/%Y}) ne peut pas précéder l’ouverture ({ouvert:%d/%m/%Y})."
        )
    if isinstance(fiche, Service):
        check_ages(futur("age_min_mois"), futur("age_max_mois"))
        if any(champ.startswith(("tarif", "frais")) for champ in propres):
            check_prix(futur)
        if {"places_total", "places_disponibles", "places_le", "saturation", "saturation_le"} & set(propres):
            check_places(futur)
    if {"latitude", "longitude"} & set(propres):
        check_point(futur("latitude"), futur("longitude"))


def check_point(latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise RegleMetier("Donnez la latitude et la longitude ensemble, ou aucune des deux.")
    if latitude is None or longitude is None or is_en_france(latitude, longitude):
        return
    remede = " Elles semblent inversées." if is_en_france(longitude, latitude) else ""
    raise RegleMetier(f"Les coordonnées {latitude}, {longitude} ne sont pas en France.{remede}")


def check_ages(debut: int | None, fin: int | None) -> None:
    if fin is not None and debut is None:
        raise RegleMetier("Dites aussi l’âge de début : 0 pour la naissance.")
    if debut is not None and fin is not None and fin < debut:
        raise RegleMetier("L’âge de fin ne peut pas précéder l’âge de début.")
    if max(debut or 0, fin or 0) > AGE_MAX_MOIS:
        raise RegleMetier("Un âge va de 0 à 130 ans.")


def check_prix(futur: Callable[[str], Any]) -> None:
    """A free service has no price; an amount says how it counts and when it was true."""
    tarif, bas, haut = futur("tarif"), futur("tarif_min_centimes"), futur("tarif_max_centimes")
    if futur("frais") == "gratuit" and (tarif or bas is not None):
        raise RegleMetier("Ce service est dit gratuit : retirez le montant, ou dites-le payant.")
    if haut is not None and bas is None:
        raise RegleMetier("Dites aussi le prix le plus bas.")
    if bas is not None and haut is not None and haut < bas:
        raise RegleMetier("Le prix le plus haut ne peut pas être sous le prix le plus bas.")
    if max(bas or 0, haut or 0) > PRIX_MAX_CENTIMES:
        raise RegleMetier("Un prix va de 0 à 100 000 €.")
    if bas is not None and not tarif:
        raise RegleMetier(
            "Dites comment ce prix se compte : un seul prix, entre deux montants, selon les revenus."
        )
    if bas is not None and futur("tarif_le") is None:
        raise RegleMetier("Dites à quelle date ce prix est vrai.")
    if tarif == "unique" and haut is not None:
        raise RegleMetier("Un seul prix n’a pas de prix le plus haut.")
    if tarif in ("unique", "fourchette") and bas is None:
        raise RegleMetier("Écrivez le montant, ou laissez la façon de compter inconnue.")
    if tarif == "fourchette" and haut is None:
        raise RegleMetier("Dites aussi le prix le plus haut.")


def check_places(futur: Callable[[str], Any]) -> None:
    """A number of places, and whether there is room, are true at a date."""
    total, libres, saturation = futur("places_total"), futur("places_disponibles"), futur("saturation")
    if total is not None and libres is not None and libres > total:
        raise RegleMetier(f"{libres} places libres sur {total} : vérifiez les deux nombres.")
    if libres is not None and futur("places_le") is None:
        raise RegleMetier("Dites à quelle date ce nombre de places libres est vrai.")
    if saturation and futur("saturation_le") is None:
        raise RegleMetier("Dites à quelle date le service était complet, ou avait des places.")
    if (
        saturation in ("complet", "attente")
        and (libres or 0) > 0
        and futur("places_le") == futur("saturation_le")
    ):
        raise RegleMetier("Complet, mais des places libres le même jour : corrigez l’un des deux.")


def en_json(valeur: Any) -> Any:
    return valeur.isoformat() if isinstance(valeur, date) else valeur


def depuis_json(modele: type[models.Model], champ: str, valeur: Any) -> Any:
    """A value stored as JSON, in the type of the model's field."""
    field = modele._meta.get_field(champ)
    return field.to_python(valeur) if valeur is not None and isinstance(field, models.Field) else None


def _nettoyer_un(modele: type[models.Model], champ: str, valeur: Any) -> Any:
    field = modele._meta.get_field(champ)
    if isinstance(valeur, str):
        valeur = valeur.strip()
        if "\x00" in valeur:
            raise ValidationError("Un caractère interdit (nul) s’y trouve : retapez le texte.")
        valeur = sans_signes_caches(valeur)
    if valeur not in (None, "") and champ in NETTOYAGES:
        return NETTOYAGES[champ](valeur)
    if champ in CHOIX and valeur in (None, ""):
        return None
    if isinstance(field, models.CharField | models.TextField):
        return _nettoyer_texte(field, champ, valeur)
    if valeur in (None, ""):
        if not getattr(field, "null", False):
            raise ValidationError("Cette valeur est obligatoire.")
        return None
    propre = field.clean(valeur, None)  # type: ignore[union-attr]
    if type(propre) is date and not PREMIER_JOUR <= propre <= DERNIER_JOUR:
        annees = f"{PREMIER_JOUR.year} et {DERNIER_JOUR.year}"
        raise ValidationError(f"Le {propre:%d/%m/%Y} ne se peut pas. Choisissez un jour entre {annees}.")
    return propre


def _nettoyer_texte(field: Any, champ: str, valeur: Any) -> str | None:
    if valeur is None and field.null:
        return None
    if not valeur and (champ == "nom" or not field.null):
        raise ValidationError("Ce texte est obligatoire.")
    if not isinstance(valeur, str):
        raise ValidationError("Un texte est attendu.")
    if not valeur:
        return ""
    if field.max_length and len(valeur) > field.max_length:
        raise ValidationError(f"{len(valeur)} caractères, {field.max_length} au plus : raccourcissez-le.")
    if not any(caractere.isprintable() and not caractere.isspace() for caractere in valeur):
        raise ValidationError("Ce texte ne montre rien : écrivez-le ou laissez-le vide.")
    _check_forme(champ, valeur)
    if champ in CHOIX and valeur not in dict(CHOIX[champ]):
        raise ValidationError("Choisissez dans la liste.")
    return valeur


def _check_forme(champ: str, valeur: str) -> None:
    if champ == "courriel":
        validate_email(valeur)
    if champ in ("site_web", "lien_source", "lien_mobilisation"):
        URLValidator(schemes=["http", "https"])(valeur)
    if champ == "code_postal" and not (valeur.isascii() and valeur.isdigit() and len(valeur) == 5):
        raise ValidationError("Un code postal a cinq chiffres.")
