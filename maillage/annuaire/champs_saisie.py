"""The form fields of a record: what is typed in plain words, and the value it stands for; called by the forms.

« 2 ans et demi », « 12,50 », one language a line: no script, no special keyboard, readable at 320 px.
"""

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from maillage.annuaire.champs import CHOIX, libelle
from maillage.annuaire.phrases import age_en_clair
from maillage.annuaire.vocabulaire import LANGUES, PUBLICS
from maillage.core.texte import cle
from maillage.territoire.models import Commune

LONGS = {
    "horaires_accueil",
    "description",
    "frais_precisions",
    "publics_precisions",
    "conditions_acces",
    "mobilisation_precisions",
}
DATE_FRANCAISE = "Écrivez la date ainsi : 24/12/2026."
FORMATS_DATE = ["%Y-%m-%d", "%d/%m/%Y"]
OUI_NON = [("", "Inconnu"), ("True", "Oui"), ("False", "Non")]
CHOIX_MAX = 8
RIEN = frozenset({"rien", "aucun", "aucune"})
_AGE = re.compile(
    r"(?:(?P<ans>\d{1,3})\s*(?:ans?)?)?\s*(?:et\s+)?(?:(?P<demi>demie?)|(?P<mois>\d{1,4})\s*mois)?",
    re.IGNORECASE,
)
_PRIX = re.compile(r"(?P<euros>\d{1,6})(?:[.,](?P<centimes>\d{1,2}))?")


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


class ValeurField(forms.CharField):
    """A text that stands for a value: `lire` understands it, `ecrire` says it again the same way."""

    def lire(self, texte: str) -> Any:
        raise NotImplementedError

    def ecrire(self, valeur: Any) -> str:
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else self.ecrire(value)

    def clean(self, value: Any) -> Any:
        texte = super().clean(value)
        return self.lire(texte) if texte else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True  # refused: the form says why


class AgeField(ValeurField):
    """An age as people say it, kept in months: « 2 mois », « 3 ans », « 2 ans et demi »."""

    def lire(self, texte: str) -> int:
        trouve = _AGE.fullmatch(texte.strip())
        if trouve is None or not (trouve["ans"] or trouve["mois"]):
            raise ValidationError("Écrivez un âge ainsi : 2 mois, 3 ans, 2 ans et demi.")
        mois = int(trouve["ans"] or 0) * 12 + int(trouve["mois"] or 0)
        return mois + (6 if trouve["demi"] else 0)

    def ecrire(self, valeur: int) -> str:
        return age_en_clair(valeur).replace("\u00a0", " ")


class PrixField(ValeurField):
    """An amount in euros, kept in cents."""

    def lire(self, texte: str) -> int:
        trouve = _PRIX.fullmatch("".join(texte.replace("€", "").split()))
        if trouve is None:
            raise ValidationError("Écrivez un montant en euros, par exemple 12,50.")
        return int(trouve["euros"]) * 100 + int((trouve["centimes"] or "0").ljust(2, "0"))

    def ecrire(self, valeur: int) -> str:
        euros, centimes = divmod(valeur, 100)
        return f"{euros},{centimes:02}" if centimes else str(euros)


class LanguesField(ValeurField):
    """One language a line, with what to know of it: « turc : le mardi »."""

    widget = forms.Textarea(attrs={"rows": 4})

    def lire(self, texte: str) -> list[dict[str, str]]:
        par_nom = {cle(nom): code for code, nom in LANGUES.items()}
        par_nom |= {cle("langue des signes"): "fsl", cle("berbère"): "zgh", cle("LSF"): "fsl"}
        lues: list[dict[str, str]] = []
        for ligne in filter(str.strip, texte.splitlines()):
            nom, _, note = ligne.partition(":")
            code = par_nom.get(cle(nom))
            if code is None:
                raise ValidationError(_langue_inconnue(nom.strip(), par_nom))
            if any(langue["code"] == code for langue in lues):
                raise ValidationError(f"« {nom.strip()} » est écrit deux fois : gardez une seule ligne.")
            lues.append({"code": code, "note": " ".join(note.split())})
        return lues

    def ecrire(self, valeur: list[dict[str, str]]) -> str:
        lignes = ((LANGUES.get(dit["code"], dit["code"]), dit.get("note", "")) for dit in valeur)
        return "\n".join(f"{nom} : {note}" if note else nom for nom, note in lignes)


def _langue_inconnue(nom: str, par_nom: dict[str, str]) -> str:
    proches = get_close_matches(cle(nom), par_nom, n=1, cutoff=0.6)
    if proches:
        return f"« {nom[:40]} » : langue inconnue. Vouliez-vous écrire « {LANGUES[par_nom[proches[0]]]} » ?"
    return f"« {nom[:40]} » : langue inconnue. Écrivez son nom en français, une langue par ligne."


class ListeField(ValeurField):
    """One item a line; the word « rien » says that there is none, a blank that nobody knows."""

    widget = forms.Textarea(attrs={"rows": 4})

    def lire(self, texte: str) -> list[str]:
        lignes = [" ".join(ligne.split()) for ligne in texte.splitlines() if ligne.strip()]
        return [] if len(lignes) == 1 and cle(lignes[0]) in RIEN else lignes

    def ecrire(self, valeur: list[str]) -> str:
        return "\n".join(valeur) if valeur else "rien"


class PublicsField(forms.MultipleChoiceField):
    """None checked: unknown."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str] | None:
        return list(super().clean(value)) or None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(initial or [], data or []))


def champ_date(**options: Any) -> forms.DateField:
    return forms.DateField(
        input_formats=FORMATS_DATE,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": DATE_FRANCAISE, "required": DATE_FRANCAISE},
        **options,
    )


def champ_choix(choix: Iterable[tuple[str, str]], **options: Any) -> forms.TypedChoiceField:
    dits = [(mot, f"{nom[:1].upper()}{nom[1:]}") for mot, nom in choix]
    return forms.TypedChoiceField(choices=[("", "Inconnu"), *dits], empty_value=None, **options)


def champ_pour(modele: type[Model], champ: str) -> forms.Field:
    """The form field of one field of a record; blank means unknown where nothing was said, none where it was."""
    commun: dict[str, Any] = {"label": libelle(champ), "required": champ == "nom"}
    if champ in SPECIAUX or champ == "publics":
        return _special(champ, commun)
    if champ in CHOIX:
        return champ_choix(CHOIX[champ], **commun)
    colonne: Any = modele._meta.get_field(champ)
    genre = colonne.get_internal_type()
    if genre == "BooleanField":
        return _champ_booleen(champ, commun, inconnu_possible=colonne.null)
    if genre == "DateField":
        return champ_date(**commun)
    if genre == "FloatField":
        return forms.FloatField(
            **commun, error_messages={"invalid": "Écrivez un nombre de degrés, par exemple 47.8123."}
        )
    if genre.startswith("Positive"):
        nombre = {"invalid": "Écrivez un nombre entier, par exemple 20."}
        return forms.IntegerField(**commun, min_value=0, max_value=100_000, error_messages=nombre)
    if champ in LONGS:
        return TexteField(**commun, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    return TexteField(**commun, max_length=colonne.max_length or 500)


def _champ_booleen(champ: str, commun: dict[str, Any], *, inconnu_possible: bool) -> forms.Field:
    if not inconnu_possible:
        return forms.BooleanField(**commun)
    choix = PROTEGEE if champ == "confidentiel" else OUI_NON
    return forms.TypedChoiceField(
        **commun, choices=choix, coerce=lambda valeur: valeur == "True", empty_value=None
    )


def _special(champ: str, commun: dict[str, Any]) -> forms.Field:
    if champ == "publics":
        choix = [(mot, f"{nom[:1].upper()}{nom[1:]}") for mot, nom in PUBLICS.items()]
        return PublicsField(**commun, choices=choix)
    classe, aide, longueur = SPECIAUX[champ]
    return classe(**commun, help_text=aide, max_length=longueur)


# A service may protect an address, never lift the protection of its structure's.
PROTEGEE = [("", "Comme sa structure"), ("True", "Oui : seule la commune est montrée")]
SPECIAUX: dict[str, tuple[type[forms.CharField], str, int]] = {
    "code_insee": (CommuneField, "", 120),
    "langues": (
        LanguesField,
        "Une par ligne, le français aussi. Une précision suit deux points : « turc : le mardi ».",
        4000,
    ),
    "papiers": (ListeField, "Un par ligne. Écrivez « rien » s’il ne faut rien apporter.", 4000),
    "age_min_mois": (AgeField, "Par exemple : 2 mois, 3 ans. Écrivez 0 mois pour la naissance.", 30),
    "age_max_mois": (AgeField, "Le dernier âge accueilli. Laissez vide s’il n’y a pas de limite.", 30),
}


def jour_ou_vide(valeur: date | None, *, le: date, attendu: bool) -> date | None:
    """The date of a figure: the one typed, else today's for a figure just given, none without figure."""
    return (valeur or le) if attendu else None
