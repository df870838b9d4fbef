"""The forms of an indicator: the day to work it out for, the target to set."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from maillage.convention.histoire import titre_decision
from maillage.convention.mesures.cibles import DERNIER_JOUR, plafond
from maillage.convention.models import Indicateur
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire

PREMIER_JOUR = date(2000, 1, 1)


def champ_date(label: str, *, aide: str = "", required: bool = True) -> forms.DateField:
    """A day, typed or picked; browsers send it in the ISO form."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=aide,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": "Écrivez une date, par exemple 01/04/2024.",
            "required": "Choisissez une date.",
        },
    )


class DateForm(forms.Form):
    """Which day to work the number out for; today when nothing is asked."""

    le = champ_date("Calculer au")

    def __init__(self, *args: Any, aujourd_hui: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["le"] = aujourd_hui
        self.aujourd_hui = aujourd_hui

    def clean_le(self) -> date:
        le: date = self.cleaned_data["le"]
        if le > self.aujourd_hui:
            raise ValidationError(
                "Cette date n’est pas encore passée. Choisissez aujourd’hui ou un jour d’avant."
            )
        if le < PREMIER_JOUR:
            raise ValidationError("Choisissez une date après le 1er janvier 2000.")
        return le

    def jour(self) -> date:
        """The day asked for; today while the form is refused."""
        if self.is_bound and self.is_valid():
            return cast("date", self.cleaned_data["le"])
        return self.aujourd_hui


class CibleForm(forms.Form):
    """A value promised for a date, and the decision that promised it if there is one."""

    valeur = forms.FloatField(
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": "Écrivez un nombre, par exemple 20.",
            "required": "Écrivez la valeur promise, par exemple 20.",
        },
    )
    pour_le = champ_date("À quelle date")
    decision = forms.ModelChoiceField(
        label="Décision qui la pose",
        required=False,
        queryset=Decision.base.none(),
        empty_label="Aucune décision",
        help_text="Seules les décisions adoptées sont proposées.",
    )

    def __init__(self, *args: Any, indicateur: Indicateur, territoire: Territoire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicateur = indicateur
        self.fields["valeur"].label = f"Valeur à atteindre ({indicateur.unite})"
        decision = self.fields["decision"]
        decision.queryset = (  # type: ignore[attr-defined]
            Decision.objects.du(territoire)
            .filter(etat="adoptee")
            .select_related("reunion__instance")
            .order_by("-reunion__le", "numero")
        )
        decision.label_from_instance = lambda d: f"{titre_decision(d)} : {d.texte[:80]}"  # type: ignore[attr-defined]

    def clean_valeur(self) -> float:
        valeur: float = self.cleaned_data["valeur"]
        au_plus = plafond(self.indicateur)
        if valeur < 0 or (au_plus is not None and valeur > au_plus):
            raise ValidationError(
                "Écrivez un nombre positif."
                if au_plus is None
                else f"Écrivez un nombre entre 0 et {au_plus}."
            )
        return valeur

    def clean_pour_le(self) -> date:
        pour_le: date = self.cleaned_data["pour_le"]
        depart = self.indicateur.reference_le
        if depart and pour_le <= depart:
            raise ValidationError(f"Choisissez une date après la valeur de départ, le {depart:%d/%m/%Y}.")
        if pour_le > DERNIER_JOUR:
            raise ValidationError(f"Choisissez une date avant le {DERNIER_JOUR:%d/%m/%Y}.")
        return pour_le
