"""Which column of a table gives which field of a record, and what its rows become; knows no Django.

Read from the `[tableau]` part of a source's TOML, or from the description that a person saved on the screen of columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Fields of a structure that a column can give, then those of a service alone, each with its name on the screens.
LIEU = {
    "adresse": "Adresse (numéro et voie)",
    "adresse_entiere": "Adresse entière (voie, code postal et commune)",
    "complement_adresse": "Complément d’adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "code_insee": "Code INSEE de la commune",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "point": "Latitude et longitude dans une seule case",
}
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
HORAIRES = {f"h_{jour}": f"Horaires du {jour}" for jour in JOURS}
STRUCTURE = {
    "identifiant": "Identifiant dans la source",
    "nom": "Nom",
    **LIEU,
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site internet",
    "siret": "SIRET",
    "siren": "SIREN",
    "description": "Présentation",
    "horaires_accueil": "Horaires",
    **HORAIRES,
    "horaires_remarque": "Remarque sur les horaires",
    "itinerant": "Itinérant (oui ou non)",
    "accessibilite_lieu": "Lien sur l’accessibilité",
    "date_maj": "Mis à jour le",
    "ouvert_le": "Label ou agrément obtenu le",
    "lien_source": "Page de la fiche chez la source",
    "reseaux_porteurs": "Réseaux porteurs",
}
SERVICE = {
    "nom_service": "Nom du service",
    "famille": "Famille de service",
    "type": "Type de service",
    "thematiques": "Thématiques",
    "frais": "Frais",
    "frais_precisions": "Précisions sur les frais",
    "publics": "Publics",
    "publics_precisions": "Précisions sur les publics",
    "conditions_acces": "Conditions d’accès",
    "modes_accueil": "Modes d’accueil",
    "lien_mobilisation": "Lien pour prendre rendez-vous",
    "sur_rendez_vous": "Sur rendez-vous (oui ou non)",
}
CHAMPS = STRUCTURE | SERVICE
# What may stand in a list of values: a word of the file gives one value of ours, through `mots`.
LISTES = ("thematiques", "publics", "modes_accueil", "reseaux_porteurs")
OUI_NON = ("itinerant", "sur_rendez_vous")
CONSTANTES = {
    "structure": ("reseaux_porteurs", "itinerant"),
    "service": ("famille", "type", "thematiques", "frais", "publics", "modes_accueil", "sur_rendez_vous"),
}
COLONNES_PAR_CHAMP = 40
LONGUEUR_MAX = 200


class DescriptionInvalide(ValueError):
    """The description itself is wrong; the message, in French, is for who wrote it."""


@dataclass(frozen=True, slots=True)
class Correspondance:
    """`colonnes` and `extra`: for each field, the names under which a file may write it; the first present wins."""

    colonnes: Mapping[str, tuple[str, ...]]
    extra: Mapping[str, tuple[str, ...]]
    mots: Mapping[str, Mapping[str, Any]]  # field → word of the file → value of ours
    constantes: Mapping[str, Mapping[str, Any]]  # "structure", "service" → field → value
    garder: Mapping[str, tuple[str, ...]]  # name of `colonnes` or `extra` → the only values kept
    cle: tuple[str, ...]  # fields that name a row; none: a hash of its name, address and commune
    service: bool
    avertissements: tuple[str, ...]

    @property
    def toutes(self) -> Mapping[str, tuple[str, ...]]:
        return {**self.colonnes, **self.extra}


def correspondance_de(valeurs: Mapping[str, Any], *, cle: tuple[str, ...]) -> Correspondance:
    """Raises DescriptionInvalide, in French, for a description that could not be followed."""
    lue = Correspondance(
        colonnes={champ: _noms(champ, noms) for champ, noms in valeurs.get("colonnes", {}).items()},
        extra={champ: _noms(champ, noms) for champ, noms in valeurs.get("extra", {}).items()},
        mots=valeurs.get("mots", {}),
        constantes=valeurs.get("constantes", {}),
        garder={champ: tuple(gardees) for champ, gardees in valeurs.get("garder", {}).items()},
        cle=cle,
        service=bool(valeurs.get("service", False)),
        avertissements=tuple(valeurs.get("avertissements", ())),
    )
    _check(lue, valeurs)
    return lue


def en_valeurs(lue: Correspondance) -> dict[str, Any]:
    """As TOML and JSON keep it."""
    return {
        "service": lue.service,
        "avertissements": list(lue.avertissements),
        "colonnes": {champ: list(noms) for champ, noms in lue.colonnes.items()},
        "extra": {champ: list(noms) for champ, noms in lue.extra.items()},
        "mots": {champ: dict(mots) for champ, mots in lue.mots.items()},
        "constantes": {genre: dict(constantes) for genre, constantes in lue.constantes.items()},
        "garder": {champ: list(gardees) for champ, gardees in lue.garder.items()},
    }


def is_situee(colonnes: Mapping[str, Any]) -> bool:
    """Whether some column tells the commune of a row."""
    return bool(colonnes.keys() & {"code_insee", "adresse_entiere", "commune", "code_postal"})


def _noms(champ: str, noms: Any) -> tuple[str, ...]:
    lus = (noms,) if isinstance(noms, str) else tuple(noms)
    if not lus or len(lus) > COLONNES_PAR_CHAMP or not all(isinstance(n, str) and n.strip() for n in lus):
        raise DescriptionInvalide(f"Le champ « {champ} » doit nommer une colonne, ou plusieurs.")
    return lus


def _check(lue: Correspondance, valeurs: Mapping[str, Any]) -> None:
    connues = {"colonnes", "extra", "mots", "constantes", "garder", "service", "avertissements"}
    constantes = {
        f"{genre}.{champ}"
        for genre, valeurs_de in lue.constantes.items()
        for champ in set(valeurs_de) - set(CONSTANTES.get(genre, ()))
    }
    for fautifs, phrase in (
        (valeurs.keys() - connues, "Partie inconnue de la description"),
        (lue.colonnes.keys() - CHAMPS.keys(), "Champ inconnu (les autres colonnes vont dans « extra »)"),
        (lue.colonnes.keys() & lue.extra.keys(), "Nom pris deux fois"),
        (set() if lue.service else lue.colonnes.keys() & SERVICE.keys(), "Champ d’un service, sans service"),
        (set(lue.cle) - lue.toutes.keys(), "La clé cite un champ sans colonne"),
        (lue.garder.keys() - lue.toutes.keys(), "« garder » cite un champ sans colonne"),
        (constantes, "Constante refusée"),
    ):
        if fautifs:
            raise DescriptionInvalide(f"{phrase} : {', '.join(sorted(fautifs))}.")
    if "nom" not in lue.colonnes:
        raise DescriptionInvalide("Aucune colonne ne donne le nom : aucun nom n’est inventé.")
    if not is_situee(lue.colonnes):
        raise DescriptionInvalide("Aucune colonne ne dit la commune : aucun lieu n’est inventé.")
