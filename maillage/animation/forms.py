"""The forms of meetings: prepare one, put a point on its agenda, write a decision."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from maillage.animation.objets import nom_de_formulaire
from maillage.comptes.models import Personne
from maillage.convention.ecarts import ecarts_de, titre_ecart
from maillage.convention.forms_mesures import champ_date
from maillage.convention.models import Convention, Fiche
from maillage.instances.models import Decision, Instance
from maillage.territoire.models import Territoire


class ReunionForm(forms.Form):
    type_instance = forms.ChoiceField(
        label="Qui se réunit",
        choices=Instance.TYPES,
        widget=forms.RadioSelect,
        initial="copil",
        error_messages={"required": "Dites qui se réunit."},
    )
    titre = forms.CharField(
        label="Titre",
        max_length=160,
        help_text="Par exemple : Comité de pilotage de novembre.",
        error_messages={"required": "Donnez un titre à la réunion."},
    )
    date_reunion = champ_date("Date", aide="Les valeurs seront figées telles qu’elles étaient ce jour-là.")
    lieu = forms.CharField(label="Lieu", max_length=160, required=False)


class PointForm(forms.Form):
    """A free point, about a fiche or about nothing in particular."""

    titre = forms.CharField(
        label="Nouveau point",
        max_length=300,
        error_messages={"required": "Écrivez le titre du point."},
    )
    objet = forms.ChoiceField(label="Fiche concernée", required=False)

    def __init__(self, *args: Any, convention: Convention | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [("", "Aucune fiche"), *_choix_fiches(convention)]
        self.fields["objet"].choices = choix  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    """What the meeting decided, about what, who does it and by when."""

    texte = forms.CharField(
        label="La décision",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une phrase qui se comprend sans le compte rendu.",
        error_messages={"required": "Écrivez ce que la réunion a décidé."},
    )
    nature = forms.ChoiceField(label="Nature", choices=Decision.NATURES, initial="validation")
    objet = forms.ChoiceField(label="À propos de", required=False)
    responsable = forms.ModelChoiceField(
        label="Qui s’en charge",
        queryset=Personne.objects.none(),
        required=False,
        empty_label="Personne encore",
    )
    echeance = champ_date("Pour quand", required=False)
    etat = forms.ChoiceField(
        label="Où en est-elle", choices=Decision.ETATS, initial="adoptee", widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        territoire: Territoire,
        convention: Convention | None,
        decision: Decision | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsable"].queryset = equipe(territoire)  # type: ignore[attr-defined]
        if decision is None:
            objets = [("", "Rien en particulier"), *_choix_ecarts(territoire), *_choix_fiches(convention)]
            self.fields["objet"].choices = objets  # type: ignore[attr-defined]
            return
        # What a decision is about is said once; another subject is another decision.
        del self.fields["objet"]
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=decision.version, min_value=1
        )
        for champ in ("texte", "nature", "responsable", "echeance", "etat"):
            self.initial[champ] = getattr(decision, champ)


def equipe(territoire: Territoire) -> QuerySet[Personne]:
    """People who hold a role on the territory, or on the whole instance."""
    ici = Q(attributions__territoire=territoire) | Q(attributions__territoire__isnull=True)
    return (
        Personne.objects.filter(ici, is_active=True, attributions__isnull=False)
        .distinct()
        .order_by("nom", "prenom")
    )


def _choix_fiches(convention: Convention | None) -> list[tuple[str, str]]:
    if convention is None:
        return []
    fiches = Fiche.objects.du(convention.territoire).filter(convention=convention).order_by("code")
    return [(nom_de_formulaire(fiche), f"Fiche {fiche.code} : {fiche.titre}"[:120]) for fiche in fiches]


def _choix_ecarts(territoire: Territoire) -> list[tuple[str, str]]:
    attendent = ecarts_de(territoire).filter(decision__isnull=True)
    return [(nom_de_formulaire(ecart), f"Écart {titre_ecart(ecart)}"[:120]) for ecart in attendent]
