"""The forms of the recensement: what was found, the settings of the territory, the holder of a competence."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.annuaire.familles import familles
from maillage.diagnostic.cycle import DIRE, LIBELLES, PARTIEL, RECENSE, ZERO
from maillage.diagnostic.models import Competence
from maillage.diagnostic.recensement import PREMIER_JOUR
from maillage.diagnostic.reglages import Reglages
from maillage.diagnostic.sujets import NOMS
from maillage.territoire.models import Commune

DUREE_MAX = 120
PRECISIONS = {
    ZERO: "vous avez vérifié qu’il n’y en a aucun",
    RECENSE: "tous ceux qui existent sont dans le répertoire",
    PARTIEL: "il en manque peut-être",
}


def champ_jour(label: str, *, aide: str = "", required: bool = True) -> forms.DateField:
    """A day, typed or picked; browsers send it in the ISO form."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=aide,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Écrivez une date, par exemple 01/04/2026.",
            "required": "Choisissez une date.",
        },
    )


class ConstatForm(forms.Form):
    """What was found, on which day, from whom; which cells it is about comes beside (`filtre.lire_cles`)."""

    etat = forms.ChoiceField(
        label="Ce que vous savez",
        choices=[(etat, f"{LIBELLES[etat].capitalize()} : {dit}") for etat, dit in PRECISIONS.items()],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choisissez : zéro confirmé, recensé, ou recensé en partie.",
            "invalid_choice": "Choisissez : zéro confirmé, recensé, ou recensé en partie.",
        },
    )
    le = champ_jour("Vrai à quelle date")
    aupres_de = forms.CharField(
        label="Qui l’a dit", max_length=160, required=False, help_text="Par exemple : la mairie, la Caf."
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, aujourd_hui: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aujourd_hui = aujourd_hui
        self.initial.setdefault("le", aujourd_hui)

    def clean_le(self) -> date:
        le: date = self.cleaned_data["le"]
        if le > self.aujourd_hui:
            raise ValidationError(
                "Ce jour n’est pas encore passé. Choisissez aujourd’hui ou un jour d’avant."
            )
        if le < PREMIER_JOUR:
            raise ValidationError("Choisissez un jour après le 1er janvier 2000.")
        return le


BOUTONS = [(etat, LIBELLES[etat].capitalize()) for etat in (ZERO, RECENSE, PARTIEL) if etat in DIRE]


class ReglagesForm(forms.Form):
    """Threshold in percent, months before a census is to be redone, and the families that want another duration."""

    seuil = forms.IntegerField(
        label="Part des communes recensées qu’il faut pour donner un total (en %)",
        min_value=1,
        max_value=100,
        help_text="En dessous, la page dit pourquoi il n’y a pas de chiffre.",
        error_messages={
            "required": "Écrivez un pourcentage entre 1 et 100.",
            "invalid": "Écrivez un nombre entier, par exemple 100.",
            "min_value": "Écrivez un pourcentage entre 1 et 100.",
            "max_value": "Écrivez un pourcentage entre 1 et 100.",
        },
    )
    duree_mois = forms.IntegerField(
        label="Un recensement est à refaire au bout de (mois)",
        min_value=1,
        max_value=DUREE_MAX,
        error_messages={
            "required": "Écrivez un nombre de mois, par exemple 12.",
            "invalid": "Écrivez un nombre entier, par exemple 12.",
            "min_value": "Écrivez un nombre de mois entre 1 et 120.",
            "max_value": "Écrivez un nombre de mois entre 1 et 120.",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, reglages: Reglages, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            "seuil": round(reglages.seuil * 100),
            "duree_mois": reglages.duree_mois,
            "version": reglages.version,
        } | {f"duree_{slug}": mois for slug, mois in reglages.durees.items()}
        for slug, famille in familles().items():
            self.fields[f"duree_{slug}"] = forms.IntegerField(
                label=f"{famille.libelle} (mois)",
                required=False,
                min_value=1,
                max_value=DUREE_MAX,
                error_messages={
                    "invalid": f"{famille.libelle} : écrivez un nombre entier, par exemple 24.",
                    "min_value": f"{famille.libelle} : écrivez un nombre de mois entre 1 et 120.",
                    "max_value": f"{famille.libelle} : écrivez un nombre de mois entre 1 et 120.",
                },
            )

    @property
    def generaux(self) -> list[forms.BoundField]:
        return [self["seuil"], self["duree_mois"]]

    @property
    def par_famille(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.fields if nom.startswith("duree_") and nom != "duree_mois"]

    def durees(self) -> dict[str, int]:
        """{family: months} of those that were written."""
        return {
            nom.removeprefix("duree_"): valeur
            for nom, valeur in self.cleaned_data.items()
            if nom.startswith("duree_") and nom != "duree_mois" and valeur
        }


class CompetenceForm(forms.Form):
    """Who holds a subject since a day; no commune chosen: in the whole territory."""

    sujet = forms.ChoiceField(
        label="Sujet", choices=list(NOMS.items()), error_messages={"required": "Choisissez un sujet."}
    )
    communes = forms.MultipleChoiceField(
        label="Dans quelles communes",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Aucune choisie : tout le territoire.",
        error_messages={"invalid_choice": "Une des communes n’est pas de ce territoire."},
    )
    titulaire = forms.ChoiceField(
        label="Qui en est chargé",
        choices=[(slug, nom.capitalize()) for slug, nom in Competence.TITULAIRES],
        widget=forms.RadioSelect,
        error_messages={"required": "Dites qui en est chargé."},
    )
    nom = forms.CharField(
        label="Son nom",
        max_length=160,
        required=False,
        help_text="Pour un syndicat ou un autre organisme.",
    )
    depuis = champ_jour("Depuis quand")
    source = forms.CharField(
        label="D’où vient l’information",
        max_length=300,
        help_text="Par exemple : délibération du 12 décembre 2019.",
        error_messages={"required": "Dites d’où vient l’information : une délibération, des statuts."},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, communes: list[Commune], aujourd_hui: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.aujourd_hui = aujourd_hui
        choix = [(commune.code, commune.nom) for commune in communes]
        self.fields["communes"].choices = choix  # type: ignore[attr-defined]

    def clean_depuis(self) -> date:
        depuis: date = self.cleaned_data["depuis"]
        if depuis > self.aujourd_hui:
            raise ValidationError(
                "Cette date n’est pas encore passée. Notez la compétence quand elle sera transférée."
            )
        return depuis

    def clean(self) -> dict[str, Any]:
        valeurs = super().clean() or {}
        if valeurs.get("titulaire") in {"syndicat", "autre"} and not valeurs.get("nom"):
            self.add_error("nom", "Écrivez le nom du syndicat ou de l’organisme.")
        return valeurs
