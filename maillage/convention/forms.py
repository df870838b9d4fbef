"""The forms of the plan: give a document in, publish what was read, edit a fiche or an objectif, validate."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from maillage.comptes.models import Personne, Role
from maillage.convention.decodage import TAILLE_MAX, en_mo
from maillage.convention.histoire import titre_decision
from maillage.convention.models import Fiche, Objectif
from maillage.instances.models import Decision
from maillage.territoire.models import Territoire

PAS_DIT = "rien n’a été déclaré"
DATE_A_ECRIRE = {
    "required": "Écrivez la date, par exemple 01/01/2024.",
    "invalid": "Écrivez une date, par exemple 01/01/2024.",
}


class DocumentForm(forms.Form):
    """The text of the convention: one file, or the text pasted."""

    fichier = forms.FileField(
        label="Le fichier",
        required=False,
        help_text=f"Un fichier texte (.txt), {en_mo(TAILLE_MAX)} Mo au plus. Pas de PDF ni de document Word.",
        widget=forms.FileInput(attrs={"accept": ".txt,text/plain"}),
    )
    texte = forms.CharField(
        label="Ou le texte collé",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Copiez tout le document. Les défauts de numérisation seront montrés un par un.",
    )

    def clean_fichier(self) -> UploadedFile | None:
        fichier: UploadedFile | None = self.cleaned_data["fichier"]
        if fichier and (fichier.size or 0) > TAILLE_MAX:
            raise ValidationError(
                f"Le document pèse {en_mo(fichier.size or 0)} Mo ; la limite est de {en_mo(TAILLE_MAX)} Mo. "
                "Ne gardez que le plan d’actions, en texte seul."
            )
        return fichier

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if self.errors:
            return donnees
        if bool(donnees.get("fichier")) == bool((donnees.get("texte") or "").strip()):
            raise ValidationError(
                "Choisissez un fichier ou collez le texte, pas les deux."
                if donnees.get("fichier")
                else "Choisissez un fichier, ou collez le texte de la convention."
            )
        return donnees

    def octets(self) -> tuple[str, bytes]:
        """The name of the document and its bytes."""
        fichier = self.cleaned_data["fichier"]
        if fichier:
            return fichier.name, fichier.read()
        return "texte collé", self.cleaned_data["texte"].encode("utf-8")


class PublierForm(forms.Form):
    """The period, asked for or confirmed, before a document becomes a plan."""

    debut = forms.DateField(
        label="Premier jour de la convention",
        error_messages=DATE_A_ECRIRE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    fin = forms.DateField(
        label="Dernier jour",
        error_messages=DATE_A_ECRIRE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin <= debut:
            self.add_error("fin", "La convention doit finir après son début.")
        return donnees

    def periode(self) -> str:
        """« 2024-2026 »: the address of the plan."""
        return f"{self.cleaned_data['debut'].year}-{self.cleaned_data['fin'].year}"


def _fins_de_ligne(valeur: Any) -> Any:
    """Browsers send « CR LF »; texts are kept with « LF », or every save would change them."""
    return valeur.replace("\r\n", "\n") if isinstance(valeur, str) else valeur


class EditionForm(forms.ModelForm):
    """A form that remembers which version of the row it was opened on."""

    depuis = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["depuis"].initial = self.instance.version
        for champ in self.champs():
            self.fields[champ].show_hidden_initial = True
        if "etat" in self.fields:
            self.fields["etat"].choices = [("", PAS_DIT), *self.Meta.model.ETATS]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The act saves the row, after its version was checked: the form leaves its instance as it is stored."""

    def champs(self) -> list[str]:
        return [champ for champ in self.fields if champ != "depuis"]

    def initiaux(self) -> list[SafeString]:
        """What each field held when the form was opened, hidden: it tells what the person really changed."""
        return [self[champ].as_hidden(only_initial=True) for champ in self.champs()]

    def valeurs(self) -> dict[str, Any]:
        """The fields that the person changed, and no other: what somebody else wrote meanwhile stays."""
        return {c: _fins_de_ligne(self.cleaned_data[c]) for c in self.changed_data if c in self.champs()}

    def change_par_un_autre(self, champ: str, recente: Fiche | Objectif) -> bool:
        """Whether the row no longer holds what this form was opened on."""
        ouvert_sur = _fins_de_ligne(self.data.get(self[champ].html_initial_name, ""))
        return ouvert_sur != self._stocke(champ, recente)

    def _stocke(self, champ: str, ligne: Fiche | Objectif) -> str:
        valeur = self.fields[champ].prepare_value(getattr(ligne, champ))
        return "" if valeur is None else str(_fins_de_ligne(valeur))

    def sur_la_ligne_recente(self, recente: Fiche | Objectif) -> dict[str, Any]:
        """What was typed, standing on the row as it is now: the next save is a choice made knowingly."""
        donnees: dict[str, Any] = {"depuis": str(recente.version)}
        for champ in self.champs():
            stocke = self._stocke(champ, recente)
            donnees[self[champ].html_initial_name] = stocke
            donnees[champ] = self.data.get(champ, "") if champ in self.changed_data else stocke
        return donnees


class FicheForm(EditionForm):
    class Meta:
        model = Fiche
        fields = ["etat", "pilote", "etapes_prevues", "moyens_mobilises", "criteres_evaluation"]
        widgets = {
            champ: forms.Textarea(attrs={"rows": 6})
            for champ in ("etapes_prevues", "moyens_mobilises", "criteres_evaluation")
        }
        help_texts = {
            "etat": "Ce que l’équipe déclare. Le retard et les écarts, eux, se calculent.",
            "etapes_prevues": "Une étape par ligne.",
            "moyens_mobilises": "Un moyen par ligne.",
            "criteres_evaluation": "Un critère par ligne.",
        }

    def __init__(self, *args: Any, territoire: Territoire, coordonne: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if coordonne:
            self.fields["pilote"].queryset = pilotes_possibles(territoire)  # type: ignore[attr-defined]
            self.fields["pilote"].empty_label = "personne pour l’instant"  # type: ignore[attr-defined]
        else:
            del self.fields["pilote"]


def pilotes_possibles(territoire: Territoire) -> QuerySet[Personne]:
    """The people of this territory who may lead a fiche."""
    return (
        Personne.objects.filter(
            attributions__territoire=territoire, attributions__role__in=[Role.PILOTE, Role.COORDINATEUR]
        )
        .order_by("nom", "prenom")
        .distinct()
    )


class ObjectifForm(EditionForm):
    class Meta:
        model = Objectif
        fields = ["etat", "preuve", "texte"]
        widgets = {
            "preuve": forms.Textarea(attrs={"rows": 4}),
            "texte": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {"texte": "Texte de l’objectif"}
        error_messages = {
            "texte": {"required": "Un objectif a un texte. Écrivez-le, ou revenez sans enregistrer."}
        }
        help_texts = {
            "etat": "Ce que l’équipe déclare aujourd’hui.",
            "preuve": "Ce qui le montre : un lien, un document, une phrase datée.",
            "texte": "Le texte du document reste lisible. Le changement paraîtra une fois validé par une décision.",
        }


class ValiderForm(forms.Form):
    """Which adopted decision makes the new version, and why in one sentence."""

    decision = forms.ModelChoiceField(
        Decision.base.none(),
        to_field_name="uuid",
        label="La décision qui valide la fiche",
        empty_label="choisissez une décision adoptée",
        error_messages={"required": "Choisissez la décision qui valide la fiche."},
    )
    motif = forms.CharField(
        label="En une phrase, pourquoi",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, territoire: Territoire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["decision"]
        champ.queryset = (  # type: ignore[attr-defined]
            Decision.objects.du(territoire)
            .filter(etat="adoptee")
            .select_related("reunion__instance")
            .order_by("-reunion__le", "numero")
        )
        champ.label_from_instance = nom_decision  # type: ignore[attr-defined]


def nom_decision(decision: Decision) -> str:
    return f"{titre_decision(decision)} : {decision.texte[:90]}"
