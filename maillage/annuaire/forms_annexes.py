"""The forms of what a record may have several of: dated closures, sites, contacts, agreements and labels."""

from typing import Any

from django import forms

from maillage.annuaire.annexes import Annexe
from maillage.annuaire.champs_saisie import CommuneField, TexteField, champ_date
from maillage.annuaire.groupes import COMPOSES, ecrire_acces
from maillage.annuaire.models import Lieu
from maillage.annuaire.vocabulaire import MOTIFS_FERMETURE, RECONNAISSANCES, VISIBILITES


class AnnexeForm(forms.Form):
    """`valeurs()` is what `annexes.ajouter` and `modifier` want; the version is the record's."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)

    def valeurs(self) -> dict[str, Any]:
        return {champ: valeur for champ, valeur in self.cleaned_data.items() if champ != "version"}


class JoursFermesForm(AnnexeForm):
    du = champ_date(label="Premier jour de fermeture")
    au = champ_date(
        label="Dernier jour de fermeture",
        help_text="Laissez vide si la date de retour n’est pas connue.",
        required=False,
    )
    motif = forms.ChoiceField(
        label="Raison",
        choices=[
            ("", "Choisissez"),
            *((mot, f"{nom[:1].upper()}{nom[1:]}") for mot, nom in MOTIFS_FERMETURE),
        ],
        error_messages={"required": "Choisissez une raison."},
    )
    texte = forms.CharField(
        label="Précisions",
        help_text="Par exemple : une permanence reste ouverte à la mairie.",
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        dits = super().clean() or {}
        du, au = dits.get("du"), dits.get("au")
        if du and au and au < du:
            self.add_error("au", "Le dernier jour de fermeture ne peut pas précéder le premier.")
        return dits


class ContactForm(AnnexeForm):
    nom = forms.CharField(label="Nom", max_length=160, required=False)
    fonction = forms.CharField(
        label="Fonction", help_text="Par exemple : direction, accueil.", max_length=160, required=False
    )
    telephone = forms.CharField(label="Téléphone", max_length=60, required=False)
    courriel = forms.EmailField(
        label="Courriel",
        required=False,
        error_messages={"invalid": "Écrivez une adresse comme accueil@exemple.fr."},
    )
    precisions = forms.CharField(label="Précisions", max_length=300, required=False)
    visibilite = forms.ChoiceField(
        label="Qui voit ce contact ?",
        choices=VISIBILITES,
        initial="equipe",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites qui voit ce contact."},
    )


class ReconnaissanceForm(AnnexeForm):
    genre = forms.ChoiceField(
        label="Genre",
        choices=RECONNAISSANCES,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si c’est un agrément ou un label."},
    )
    nom = forms.CharField(
        label="Nom",
        help_text="Par exemple : centre social, crèche Avip.",
        max_length=160,
        error_messages={"required": "Écrivez le nom de l’agrément ou du label."},
    )
    par = forms.CharField(
        label="Donné par", help_text="Par exemple : la Caf du Haut-Rhin.", max_length=160, required=False
    )
    du = champ_date(label="Premier jour", required=False)
    au = champ_date(label="Dernier jour", help_text="Passé ce jour, la fiche dit « expiré ».", required=False)


class LieuForm(AnnexeForm):
    nom = forms.CharField(
        label="Nom du lieu", help_text="Par exemple : salle des fêtes.", max_length=150, required=False
    )
    commune = CommuneField(
        label="Commune", help_text="Son nom, son code postal ou son code INSEE.", max_length=120
    )
    adresse = forms.CharField(label="Adresse", help_text="Numéro et rue.", max_length=300, required=False)
    complement_adresse = forms.CharField(label="Complément d’adresse", max_length=300, required=False)
    code_postal = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        strip=True,
        error_messages={"invalid": "Un code postal a cinq chiffres."},
    )
    latitude = forms.FloatField(
        label="Latitude",
        required=False,
        error_messages={"invalid": "Écrivez un nombre de degrés, par exemple 47.8123."},
    )
    longitude = forms.FloatField(
        label="Longitude",
        required=False,
        error_messages={"invalid": "Écrivez un nombre de degrés, par exemple 7.3123."},
    )
    horaires_accueil = TexteField(
        label="Horaires de ce lieu", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    principal = forms.BooleanField(
        label="C’est le lieu principal",
        help_text="Il prend la place de l’adresse de la structure sur la fiche et sur la carte.",
        required=False,
    )
    confidentiel = forms.BooleanField(
        label="Adresse protégée", help_text="Seule la commune est montrée.", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(COMPOSES["acces"].fabriquer())
        self.order_fields([*(nom for nom in self.fields if nom != "version"), "version"])

    def valeurs(self) -> dict[str, Any]:
        dits = super().valeurs()
        commune = dits.pop("commune")
        acces = {nom: dits.pop(nom) for nom in list(dits) if nom.startswith("acces_")}
        vides = {
            nom: dits[nom] or None
            for nom in ("adresse", "complement_adresse", "code_postal", "horaires_accueil")
        }
        lieu = {"code_insee": commune.code, "commune": commune.nom}
        return dits | vides | lieu | {"acces_handicap": ecrire_acces(acces)}


FORMS: dict[str, type[AnnexeForm]] = {
    "fermeture": JoursFermesForm,
    "contact": ContactForm,
    "reconnaissance": ReconnaissanceForm,
    "lieu": LieuForm,
}


def initiales(annexe: Annexe) -> dict[str, Any]:
    """What the form shows of what is stored."""
    valeurs = {champ.name: getattr(annexe, champ.name) for champ in annexe._meta.concrete_fields}
    if isinstance(annexe, Lieu):
        return valeurs | {"commune": annexe.commune_officielle} | COMPOSES["acces"].lire(annexe)
    return valeurs
