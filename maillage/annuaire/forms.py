"""The forms of the directory: what each asks, in French; the rules of the fields are in `champs.py`."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model

from maillage.annuaire.champs import libelle
from maillage.annuaire.corrections import Provenance
from maillage.annuaire.familles import familles
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.sources_connues import sources_connues
from maillage.core.texte import cle
from maillage.territoire.models import Commune

CHAMPS_STRUCTURE = (
    "nom",
    "telephone",
    "courriel",
    "site_web",
    "horaires_accueil",
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
)
CHAMPS_SERVICE = (
    "nom",
    "telephone",
    "courriel",
    "horaires_accueil",
    "sur_rendez_vous",
    "frais_precisions",
    "publics_precisions",
    "conditions_acces",
    "ouvert_le",
    "description",
)
LONGS = {"horaires_accueil", "description", "frais_precisions", "publics_precisions", "conditions_acces"}
DATE_FRANCAISE = "Écrivez la date ainsi : 24/12/2026."
FORMATS_DATE = ["%Y-%m-%d", "%d/%m/%Y"]
DATE_ISO = re.compile(r"\d{4}-\d\d-\d\d")
OUI_NON = [("", "Inconnu"), ("True", "Oui"), ("False", "Non")]
CHOIX_MAX = 8


def choix_familles() -> list[tuple[str, str]]:
    return [("", "Choisissez"), *((slug, famille.libelle) for slug, famille in familles().items())]


def choix_sources() -> list[tuple[str, str]]:
    return [("", "Choisissez"), *((slug, source.nom) for slug, source in sources_connues().items())]


class TexteField(forms.CharField):
    """A browser sends other line ends than were stored, and the form trims: neither is a change."""

    def to_python(self, value: Any) -> str | None:
        texte = super().to_python(value)
        return "\n".join(texte.splitlines()) if texte else texte

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class CommuneField(forms.CharField):
    """A commune by its name, its postcode or its INSEE code; several answers are listed with their codes."""

    default_error_messages = {"required": "Écrivez le nom de la commune."}

    def prepare_value(self, value: Any) -> Any:
        return f"{value.nom} ({value.code})" if isinstance(value, Commune) else value

    def clean(self, value: Any) -> Commune | None:
        texte = super().clean(value)
        return self._trouver(texte) if texte else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial) or "", data or ""))

    def _trouver(self, texte: str) -> Commune:
        code = texte.rpartition("(")[2].rstrip(") ") if texte.endswith(")") else texte.strip()
        trouvees = Commune.objects.filter(type="actuelle")
        exacte = trouvees.filter(code=code[:5]).first() if len(code) == 5 else None
        if exacte is not None:
            return exacte
        proches = list(trouvees.filter(cle=cle(texte)[:80])[: CHOIX_MAX + 1])
        if not proches:
            proches = list(trouvees.filter(codes_postaux__code=code[:5]).distinct()[: CHOIX_MAX + 1])
        if len(proches) == 1:
            return proches[0]
        if not proches:
            raise ValidationError("Cette commune n’existe pas. Écrivez son nom entier, ou son code INSEE.")
        choix = ", ".join(f"{commune.nom} ({commune.code})" for commune in proches[:CHOIX_MAX])
        raise ValidationError(f"Plusieurs communes répondent. Recopiez la bonne avec son code : {choix}.")


class CorrectionForm(forms.Form):
    """Every field a person may correct, what its source says under it; only what changed becomes a correction."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)
    motif = forms.CharField(
        label="Comment le savez-vous ?",
        help_text="Par exemple : appel du 12 mars, visite, courriel de la structure. Ces mots restent dans l’histoire.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Dites comment vous le savez : un appel, une visite, un courriel."},
    )
    verifie = forms.BooleanField(
        label="J’ai vérifié toute la fiche aujourd’hui",
        help_text="La fiche dira « Vérifié par une personne » à la date du jour.",
        required=False,
    )

    def __init__(
        self, objet: Structure | Service, provenances: Mapping[str, Provenance], data: Any = None
    ) -> None:
        self.objet = objet
        self.champs_objet = CHAMPS_SERVICE if isinstance(objet, Service) else CHAMPS_STRUCTURE
        super().__init__(data, initial=self._valeurs())
        for champ in self.champs_objet:
            self.fields[champ] = champ_pour(type(objet), champ)
            self.fields[champ].help_text = source_en_clair(provenances.get(champ))
        self.order_fields([*self.champs_objet, "motif", "verifie", "version"])

    def _valeurs(self) -> dict[str, Any]:
        valeurs = {champ: getattr(self.objet, champ) for champ in self.champs_objet}
        if isinstance(self.objet, Structure):
            valeurs["code_insee"] = self.objet.commune_officielle
        return valeurs | {"version": self.objet.version}

    def corrections(self, *, le: date) -> dict[str, Any]:
        """The fields that were changed, as `corrections.corriger` wants them."""
        champs = {
            champ: self.cleaned_data[champ] for champ in self.champs_objet if champ in self.changed_data
        }
        commune = champs.get("code_insee")
        if commune is not None:
            champs |= {"code_insee": commune.code, "commune": commune.nom}
        elif "code_insee" in champs:
            champs |= {"code_insee": None, "commune": None}
        return champs | ({"verifie_le": le} if self.cleaned_data["verifie"] else {})


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


def champ_pour(modele: type[Model], champ: str) -> forms.Field:
    """The form field of one field of a record; blank means unknown where nothing was said, none where it was."""
    if champ == "code_insee":
        return CommuneField(label="Commune", required=False, max_length=120)
    colonne: Any = modele._meta.get_field(champ)
    commun: dict[str, Any] = {"label": libelle(champ), "required": champ == "nom"}
    genre = colonne.get_internal_type()
    if genre == "BooleanField" and colonne.null:
        return forms.TypedChoiceField(
            **commun, choices=OUI_NON, coerce=lambda valeur: valeur == "True", empty_value=None
        )
    if genre == "BooleanField":
        return forms.BooleanField(**commun)
    if genre == "DateField":
        return forms.DateField(
            **commun,
            input_formats=FORMATS_DATE,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": DATE_FRANCAISE},
        )
    if genre == "FloatField":
        return forms.FloatField(
            **commun, error_messages={"invalid": "Écrivez un nombre de degrés, par exemple 47.8123."}
        )
    if champ in LONGS:
        return TexteField(**commun, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    return TexteField(**commun, max_length=colonne.max_length or 500)


def source_en_clair(dit: Provenance | None) -> str:
    """What stands under a field: the source's value, beside the one that a person wrote."""
    if dit is None:
        return ""
    valeur = "ne dit rien" if dit.valeur_source in (None, "") else f"dit « {en_clair(dit.valeur_source)} »"
    edition = f", édition du {dit.edition_le:%d/%m/%Y}" if dit.edition_le else ""
    return f"« {dit.source_nom} »{edition}, {valeur}."


def en_clair(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    texte = str(valeur)
    if DATE_ISO.fullmatch(texte):
        return "/".join(reversed(texte.split("-")))
    return texte
