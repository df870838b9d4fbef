"""The forms of the screen of columns: send a table, then say what each of its columns gives."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings

from maillage.annuaire.colonnes import decrite_a_l_ecran
from maillage.annuaire.forms import DATE_FRANCAISE, FORMATS_DATE, choix_familles
from maillage.annuaire.lecteurs.correspondance import (
    SERVICE,
    STRUCTURE,
    Correspondance,
    DescriptionInvalide,
    correspondance_de,
)
from maillage.annuaire.lecteurs.description import SourceDecrite
from maillage.core.texte import cle

EXTRA = "extra"
PREFIXE = "colonne_"
CHOIX = [
    ("", "Rien : elle n’est pas lue"),
    (EXTRA, "Une précision, gardée à part"),
    ("De la structure", list(STRUCTURE.items())),
    ("Du service", list(SERVICE.items())),
]
SOURCE = ("nom", "producteur", "licence", "provenance", "edition_le", "service", "famille", "identifiant")


class TableauForm(forms.Form):
    fichier = forms.FileField(
        label="Fichier",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez-en un autre.",
        },
    )

    def __init__(self, *args: Any, trop_gros: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limite = f"{settings.TAILLE_MAX_ENVOI // 1024**2} Mo"
        self.fields["fichier"].help_text = f"CSV, XLSX, ODS, JSON ou GeoJSON. {limite} au plus."
        if trop_gros:
            self.fields["fichier"].error_messages["required"] = f"Ce fichier dépasse {limite}. Découpez-le."


class ColonnesForm(forms.Form):
    """What the source is, then one choice a column; `correspondance` and `decrite` hold once the form is valid."""

    nom = forms.CharField(
        label="Nom de la source",
        max_length=160,
        help_text="Comme on le dit : « Structures du CCAS de Mulhouse ».",
        error_messages={"required": "Donnez un nom à cette source."},
    )
    producteur = forms.CharField(
        label="Qui publie ce fichier",
        max_length=160,
        error_messages={"required": "Écrivez qui publie ce fichier."},
    )
    licence = forms.CharField(
        label="Licence",
        max_length=120,
        help_text="Comme le producteur l’écrit : Licence Ouverte 2.0, ODbL… Sinon, écrivez « à vérifier ».",
        error_messages={"required": "Écrivez la licence, ou « à vérifier »."},
    )
    provenance = forms.CharField(
        label="D’où vient-il, et qu’y manque-t-il ?",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    edition_le = forms.DateField(
        label="Date à laquelle ce fichier dit vrai",
        input_formats=FORMATS_DATE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DATE_FRANCAISE, "required": "Donnez la date du fichier."},
    )
    service = forms.ChoiceField(
        label="Que décrit une ligne ?",
        choices=[
            ("non", "Une structure : rien ne dit quel service elle rend"),
            ("oui", "Une structure et le service qu’elle rend (une crèche, un guichet…)"),
        ],
    )
    famille = forms.ChoiceField(
        label="Famille de ces services",
        choices=choix_familles,
        required=False,
        help_text="La même pour toutes les lignes. Seulement si chaque ligne décrit un service.",
    )
    identifiant = forms.ChoiceField(
        label="Quelle colonne distingue chaque ligne ?",
        required=False,
        help_text="Un numéro propre à chaque fiche, le même d’un fichier à l’autre.",
    )

    def __init__(self, *args: Any, colonnes: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colonnes = colonnes
        self.correspondance: Correspondance | None = None
        self.decrite: SourceDecrite | None = None
        self.fields["identifiant"].choices = [  # type: ignore[attr-defined]
            ("", "Aucune : le nom, l’adresse et la commune"),
            *((str(rang), colonne["nom"]) for rang, colonne in enumerate(colonnes)),
        ]
        for rang, colonne in enumerate(colonnes):
            self.fields[f"{PREFIXE}{rang}"] = forms.ChoiceField(
                label=f"La colonne « {colonne['nom']} » donne", choices=CHOIX, required=False
            )

    def de_la_source(self) -> Iterator[forms.BoundField]:
        return (self[nom] for nom in SOURCE)

    def par_colonne(self) -> Iterator[tuple[forms.BoundField, dict[str, Any]]]:
        return ((self[f"{PREFIXE}{rang}"], colonne) for rang, colonne in enumerate(self.colonnes))

    def clean(self) -> dict[str, Any]:
        propres = super().clean() or {}
        slug = cle(propres.get("nom", "")).replace(" ", "-")[:50].strip("-")
        if propres.get("nom") and not slug:
            self.add_error("nom", "Écrivez un nom en lettres.")
        valeurs, cle_lignes = self._description(propres)
        if self.errors:
            return propres
        try:
            self.correspondance = correspondance_de(valeurs, cle=cle_lignes)
        except DescriptionInvalide as refus:
            self.add_error(None, str(refus))
            return propres
        self.decrite = decrite_a_l_ecran(
            slug=slug,
            nom=propres["nom"],
            producteur=propres["producteur"],
            licence=propres["licence"],
            provenance=propres["provenance"],
            correspondance=self.correspondance,
        )
        return propres

    def _description(self, propres: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The description as TOML would hold it; a field given twice is an error of its second column."""
        is_service = propres.get("service") == "oui"
        colonnes: dict[str, list[str]] = {}
        extra: dict[str, list[str]] = {}
        champ_de: dict[str, str] = {}
        for rang, colonne in enumerate(self.colonnes):
            champ = propres.get(f"{PREFIXE}{rang}", "")
            nom = colonne["nom"]
            if champ in colonnes:
                self.add_error(
                    f"{PREFIXE}{rang}",
                    f"La colonne « {colonnes[champ][0]} » le donne déjà : choisissez-en une.",
                )
            elif champ in SERVICE and not is_service:
                self.add_error(
                    f"{PREFIXE}{rang}", "Ce champ est celui d’un service : dites qu’une ligne en décrit un."
                )
            elif champ and champ != EXTRA:
                colonnes[champ] = [nom]
                champ_de[str(rang)] = champ
            elif champ == EXTRA or propres.get("identifiant") == str(rang):
                champ_de[str(rang)] = propre = _nom_extra(nom, {*colonnes, *extra})
                extra[propre] = [nom]
        constantes = (
            {"service": {"famille": propres["famille"]}} if is_service and propres.get("famille") else {}
        )
        cle_lignes = (champ_de[propres["identifiant"]],) if propres.get("identifiant") in champ_de else ()
        valeurs = {"colonnes": colonnes, "extra": extra, "service": is_service, "constantes": constantes}
        return valeurs, cle_lignes


def _nom_extra(nom: str, pris: set[str]) -> str:
    """A short name for a column that is kept aside, unlike those of our fields and of the other columns."""
    propre = cle(nom).replace(" ", "_")[:60] or "colonne"
    if propre in STRUCTURE or propre in SERVICE:
        propre = f"{propre}_source"
    libre, rang = propre, 2
    while libre in pris:
        libre, rang = f"{propre}_{rang}", rang + 1
    return libre


def depart(colonnes: list[dict[str, Any]], devinees: dict[str, str], cle_lignes: list[str]) -> dict[str, str]:
    """The choices shown first: what was guessed."""
    champs = {nom: champ for champ, nom in devinees.items()}
    rangs = {colonne["nom"]: str(rang) for rang, colonne in enumerate(colonnes)}
    initial = {f"{PREFIXE}{rangs[nom]}": champ for nom, champ in champs.items() if nom in rangs}
    identifiants = [rangs[devinees[champ]] for champ in cle_lignes if devinees.get(champ) in rangs]
    return initial | {"service": "non", "identifiant": identifiants[0] if identifiants else ""}
