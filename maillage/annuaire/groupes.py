"""The pages by which a record is corrected: a few fields each, saved apart; called by the correction form and pages."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from maillage.annuaire.champs_saisie import PrixField, champ_choix, champ_date, champ_pour, jour_ou_vide
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.vocabulaire import ACCES, FRAIS, HANDICAPS, TARIFS, UNITES

Fiche = Structure | Service
ESSENTIEL = "essentiel"


@dataclass(frozen=True, slots=True)
class Groupe:
    slug: str
    nom: str
    structure: tuple[str, ...]
    service: tuple[str, ...]
    annexe: str = ""  # what the record may have several of, listed on the same page

    def unites(self, fiche: Fiche) -> tuple[str, ...]:
        return self.service if isinstance(fiche, Service) else self.structure


GROUPES = {
    groupe.slug: groupe
    for groupe in (
        Groupe(
            ESSENTIEL,
            "L’essentiel",
            structure=(
                "nom",
                "telephone",
                "courriel",
                "site_web",
                "adresse",
                "complement_adresse",
                "code_postal",
                "code_insee",
                "latitude",
                "longitude",
                "confidentiel",
                "itinerant",
                "ouvert_le",
                "description",
            ),
            service=("nom", "telephone", "courriel", "confidentiel", "ouvert_le", "description"),
        ),
        Groupe(
            "horaires",
            "Horaires et fermetures",
            structure=("horaires_accueil",),
            service=("horaires_accueil", "sur_rendez_vous"),
            annexe="fermeture",
        ),
        Groupe(
            "pratique",
            "Pratique",
            structure=("langues", "gestion", "gestionnaire"),
            service=(
                "papiers",
                "langues",
                "mobilisation_precisions",
                "delai",
                "places",
                "place",
                "gestion",
                "gestionnaire",
            ),
        ),
        Groupe(
            "public",
            "Public et âges",
            structure=(),
            service=("age_min_mois", "age_max_mois", "publics", "publics_precisions", "conditions_acces"),
        ),
        Groupe("prix", "Prix", structure=(), service=("prix", "frais_precisions")),
        Groupe("acces", "Accès", structure=("acces", "accessibilite_lieu"), service=("acces",)),
        Groupe("lieux", "Lieux", structure=(), service=(), annexe="lieu"),
        Groupe("contacts", "Contacts", structure=(), service=(), annexe="contact"),
        Groupe("titres", "Agréments et labels", structure=(), service=(), annexe="reconnaissance"),
    )
}


def groupes_de(fiche: Fiche) -> list[Groupe]:
    """The pages of one record; a structure has neither price, nor ages, nor sites of its own."""
    return [
        groupe
        for groupe in GROUPES.values()
        if groupe.unites(fiche) or (groupe.annexe and (groupe.annexe != "lieu" or isinstance(fiche, Service)))
    ]


@dataclass(frozen=True, slots=True)
class Compose:
    """Several form fields that write several fields of the record together."""

    champs: tuple[str, ...]  # of the record
    fabriquer: Callable[[], dict[str, forms.Field]]
    lire: Callable[[Any], dict[str, Any]]
    ecrire: Callable[[dict[str, Any], date], dict[str, Any]]


# --- price ---------------------------------------------------------------------------------------------------------


def _fabriquer_prix() -> dict[str, forms.Field]:
    choix = [
        ("gratuit", "gratuit"),
        ("payant", "payant, montant inconnu"),
        *TARIFS,
    ]
    return {
        "prix": champ_choix(choix, label="Prix", required=False),
        "tarif_min": PrixField(
            label="Montant, ou montant le plus bas",
            help_text="En euros, par exemple 12,50.",
            max_length=20,
            required=False,
        ),
        "tarif_max": PrixField(label="Montant le plus haut", max_length=20, required=False),
        "tarif_unite": champ_choix(UNITES, label="Ce prix vaut", required=False),
        "tarif_le": champ_date(
            label="Date de ce prix", help_text="Sans date, celle d’aujourd’hui.", required=False
        ),
    }


def _lire_prix(fiche: Any) -> dict[str, Any]:
    return {
        "prix": fiche.tarif or (fiche.frais if fiche.frais in FRAIS else None),
        "tarif_min": fiche.tarif_min_centimes,
        "tarif_max": fiche.tarif_max_centimes,
        "tarif_unite": fiche.tarif_unite,
        "tarif_le": fiche.tarif_le,
    }


def _ecrire_prix(dits: dict[str, Any], le: date) -> dict[str, Any]:
    prix = dits["prix"]
    compte = prix in dict(TARIFS)
    montant = dits["tarif_min"] is not None or dits["tarif_max"] is not None
    return {
        "frais": "payant" if compte else prix,
        "tarif": prix if compte else None,
        # Left as typed beside « gratuit »: the rule then refuses both together, rather than forget one.
        "tarif_min_centimes": dits["tarif_min"],
        "tarif_max_centimes": dits["tarif_max"],
        "tarif_unite": dits["tarif_unite"] if montant else None,
        "tarif_le": jour_ou_vide(dits["tarif_le"], le=le, attendu=montant),
    }


# --- access --------------------------------------------------------------------------------------------------------


def _fabriquer_acces() -> dict[str, forms.Field]:
    champs: dict[str, forms.Field] = {}
    for handicap, nom in HANDICAPS.items():
        champs[f"acces_{handicap}"] = champ_choix(ACCES.items(), label=nom, required=False)
        champs[f"acces_{handicap}_note"] = forms.CharField(
            label=f"Précisions : {nom[:1].lower()}{nom[1:]}",
            help_text="Par exemple : une marche de 5 cm, boucle magnétique à l’accueil.",
            max_length=200,
            required=False,
        )
    return champs


def _lire_acces(porteur: Any) -> dict[str, Any]:
    valeurs: dict[str, Any] = {}
    for handicap in HANDICAPS:
        dit = (porteur.acces_handicap or {}).get(handicap) or {}
        valeurs[f"acces_{handicap}"] = dit.get("etat")
        valeurs[f"acces_{handicap}_note"] = dit.get("note", "")
    return valeurs


def ecrire_acces(dits: dict[str, Any]) -> dict[str, Any] | None:
    acces = {
        handicap: {"etat": dits[f"acces_{handicap}"], "note": dits[f"acces_{handicap}_note"]}
        for handicap in HANDICAPS
        if dits[f"acces_{handicap}"] or dits[f"acces_{handicap}_note"]
    }
    return acces or None


# --- places --------------------------------------------------------------------------------------------------------


def _fabriquer_places() -> dict[str, forms.Field]:
    champs = {
        champ: champ_pour(Service, champ) for champ in ("places_total", "places_disponibles", "places_le")
    }
    champs["places_le"].help_text = "Sans date, celle d’aujourd’hui."
    return champs


def _ecrire_places(dits: dict[str, Any], le: date) -> dict[str, Any]:
    donne = dits["places_total"] is not None or dits["places_disponibles"] is not None
    return {
        "places_total": dits["places_total"],
        "places_disponibles": dits["places_disponibles"],
        "places_le": jour_ou_vide(dits["places_le"], le=le, attendu=donne),
    }


def _fabriquer_place() -> dict[str, forms.Field]:
    champs = {champ: champ_pour(Service, champ) for champ in ("saturation", "saturation_le")}
    champs["saturation_le"].help_text = "Sans date, celle d’aujourd’hui. La fiche dit son âge."
    return champs


def _ecrire_place(dits: dict[str, Any], le: date) -> dict[str, Any]:
    return {
        "saturation": dits["saturation"],
        "saturation_le": jour_ou_vide(dits["saturation_le"], le=le, attendu=bool(dits["saturation"])),
    }


def _lire(*champs: str) -> Callable[[Any], dict[str, Any]]:
    return lambda fiche: {champ: getattr(fiche, champ) for champ in champs}


COMPOSES = {
    "prix": Compose(
        ("frais", "tarif", "tarif_min_centimes", "tarif_max_centimes", "tarif_unite", "tarif_le"),
        _fabriquer_prix,
        _lire_prix,
        _ecrire_prix,
    ),
    "acces": Compose(
        ("acces_handicap",),
        _fabriquer_acces,
        _lire_acces,
        lambda dits, le: {"acces_handicap": ecrire_acces(dits)},
    ),
    "places": Compose(
        ("places_total", "places_disponibles", "places_le"),
        _fabriquer_places,
        _lire("places_total", "places_disponibles", "places_le"),
        _ecrire_places,
    ),
    "place": Compose(
        ("saturation", "saturation_le"),
        _fabriquer_place,
        _lire("saturation", "saturation_le"),
        _ecrire_place,
    ),
}


def champs_de_l_unite(unite: str) -> Collection[str]:
    """The fields of the record that a unit of the form writes."""
    return COMPOSES[unite].champs if unite in COMPOSES else (unite,)
