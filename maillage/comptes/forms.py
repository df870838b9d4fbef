"""Forms of « Personnes et rôles »."""

from typing import Any

from django import forms

from maillage.comptes.models import Personne, Role
from maillage.territoire.models import Territoire


class IdentiteForm(forms.ModelForm):
    """Who the person is; the address is how she signs in."""

    email = forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        help_text="C’est son identifiant. Le code de connexion y est envoyé.",
        error_messages={
            "required": "Écrivez son adresse électronique.",
            "invalid": "Écrivez une adresse complète, par exemple nom@exemple.fr.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Personne
        fields = ["prenom", "nom", "email"]
        error_messages = {"nom": {"required": "Écrivez son nom."}}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


class PersonneForm(IdentiteForm):
    """A new account: one person, one role, one territory."""

    role = forms.ChoiceField(
        label="Rôle",
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un rôle."},
    )
    territoire = forms.ModelChoiceField(
        label="Territoire",
        queryset=Territoire.objects.order_by("nom"),
        required=False,
        help_text="Le rôle ne vaut que sur ce territoire. Un administrateur l’est partout.",
    )

    def clean(self) -> dict[str, Any]:
        lu = super().clean() or self.cleaned_data
        if lu.get("role") not in {None, Role.ADMINISTRATEUR} and not lu.get("territoire"):
            self.add_error("territoire", "Choisissez le territoire de ce rôle.")
        return lu


class RolesForm(IdentiteForm):
    """An account that exists: its identity and its roles on the territory served."""

    roles = forms.MultipleChoiceField(
        label="Rôles",
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Sans rôle, la personne se connecte mais n’ouvre aucune page.",
    )
