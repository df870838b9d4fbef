"""The form of the coordinators' calendar page."""

from django import forms

from maillage.territoire.calendrier import Reponse
from maillage.territoire.models import FaitCommune

FORMATS_DATE = ["%Y-%m-%d", "%d/%m/%Y"]
DATE_FRANCAISE = "Écrivez la date ainsi : 24/12/2026."


class VendrediSaintForm(forms.Form):
    """Whether Good Friday is a holiday in one commune, who says it, and when it was learnt."""

    reponse = forms.ChoiceField(
        label="Le Vendredi saint est-il férié dans cette commune ?",
        help_text="Il l’est dans les communes qui ont un temple protestant ou une église mixte.",
        choices=FaitCommune.REPONSES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse.", "invalid_choice": "Choisissez une réponse."},
    )
    source = forms.CharField(
        label="Qui le dit ?",
        help_text="Par exemple : la mairie, par téléphone. Inutile si on ne sait pas.",
        max_length=300,
        required=False,
    )
    constate_le = forms.DateField(
        label="À quelle date ?",
        input_formats=FORMATS_DATE,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DATE_FRANCAISE},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

    def __init__(self, fait: FaitCommune | None, data: object = None) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]
            initial={
                "reponse": fait.reponse if fait else Reponse.INCONNU,
                "source": fait.source if fait else "",
                "constate_le": fait.constate_le if fait else None,
                "version": fait.version if fait else 0,
            },
        )
