"""The forms of the directory: what each asks, in French; the rules of the fields are in `champs.py`."""

from typing import Any

from django import forms
from django.conf import settings

from maillage.annuaire.champs_saisie import DATE_FRANCAISE, FORMATS_DATE, CommuneField
from maillage.annuaire.familles import familles_par_rubrique
from maillage.annuaire.sources_connues import sources_connues


def choix_familles() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """By need: sixty names in one list would have to be read to the end."""
    groupes = [
        (besoin, [(famille.slug, famille.libelle) for famille in groupe])
        for besoin, groupe in familles_par_rubrique()
    ]
    return [("", "Choisissez"), *groupes]


def choix_sources() -> list[tuple[str, str]]:
    return [("", "Choisissez"), *((slug, source.nom) for slug, source in sources_connues().items())]


class StructureForm(forms.Form):
    """A record that no file describes."""

    famille = forms.ChoiceField(
        label="Famille de service",
        choices=choix_familles,
        error_messages={"required": "Choisissez la famille du service."},
    )
    nom = forms.CharField(
        label="Nom",
        max_length=150,
        error_messages={"required": "Écrivez le nom, tel qu’il est affiché sur la porte."},
    )
    commune = CommuneField(label="Commune", help_text="Son nom, son code postal ou son code INSEE.")
    adresse = forms.CharField(label="Adresse", help_text="Numéro et rue.", max_length=300, required=False)
    code_postal = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        strip=True,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    telephone = forms.CharField(label="Téléphone", max_length=60, required=False)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Écrivez une adresse comme accueil@exemple.fr."},
    )
    ouvert_le = forms.DateField(
        label="Date d’ouverture ou de label",
        help_text="Le premier jour où le service existe. Les indicateurs le comptent à partir de ce jour.",
        input_formats=FORMATS_DATE,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DATE_FRANCAISE},
    )
    horaires_accueil = forms.CharField(
        label="Horaires",
        help_text="Avec vos mots : « mardi et jeudi, 9 h – 12 h ».",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def autres_champs(self) -> dict[str, Any]:
        """What is known beside the name, the place and the date; a blank field is unknown."""
        champs = ("adresse", "code_postal", "telephone", "courriel", "horaires_accueil")
        return {champ: self.cleaned_data[champ] for champ in champs if self.cleaned_data[champ]}


class FermetureForm(forms.Form):
    ferme_le = forms.DateField(
        label="Premier jour de fermeture",
        help_text="À partir de ce jour, la fiche n’apparaît plus dans la recherche. Le passé ne change pas.",
        input_formats=FORMATS_DATE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": DATE_FRANCAISE, "invalid": DATE_FRANCAISE},
    )
    motif = forms.CharField(
        label="Pourquoi, et comment vous le savez",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites pourquoi : la raison reste lisible dans l’histoire."},
    )
    confirme = forms.BooleanField(
        label="Je confirme cette fermeture",
        error_messages={
            "required": "Cochez la case pour confirmer : les familles ne verront plus cette fiche."
        },
    )


class MotifForm(forms.Form):
    motif = forms.CharField(max_length=500, required=False)


class ImportForm(forms.Form):
    """A file of one source."""

    source = forms.ChoiceField(
        label="Source",
        choices=choix_sources,
        error_messages={"required": "Choisissez la source du fichier."},
    )
    fichier = forms.FileField(
        label="Fichier",
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : choisissez celui de la source.",
        },
    )
    edition_le = forms.DateField(
        label="Date à laquelle ce fichier dit vrai",
        help_text="Elle sert à savoir depuis quand une fiche existe. Inutile pour un fichier livré avec Maillage.",
        input_formats=FORMATS_DATE,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DATE_FRANCAISE},
    )
    plus_ancienne = forms.BooleanField(
        label="Charger même si l’édition est plus ancienne que celle de l’annuaire", required=False
    )

    def __init__(self, *args: Any, trop_gros: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limite = f"{settings.TAILLE_MAX_ENVOI // 1024**2} Mo"
        self.fields["fichier"].help_text = f"{limite} au plus."
        if trop_gros:
            self.fields["fichier"].error_messages["required"] = (
                f"Ce fichier dépasse {limite}. Découpez-le, ou chargez-le en ligne de commande : "
                "maillage import_source."
            )
