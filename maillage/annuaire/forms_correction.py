"""The form that corrects one page of a record: every field with what its source says; only what changed is saved."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from maillage.annuaire.champs_saisie import champ_pour
from maillage.annuaire.corrections import Provenance
from maillage.annuaire.groupes import COMPOSES, ESSENTIEL, GROUPES, Groupe, champs_de_l_unite
from maillage.annuaire.models import Service, Structure

DATE_ISO = re.compile(r"\d{4}-\d\d-\d\d")


class CorrectionForm(forms.Form):
    """Every field of a group that a person may correct; only what changed becomes a correction."""

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
        self,
        objet: Structure | Service,
        provenances: Mapping[str, Provenance],
        data: Any = None,
        *,
        groupe: Groupe = GROUPES[ESSENTIEL],
    ) -> None:
        self.objet = objet
        self.unites = groupe.unites(objet)
        # {unit: its form fields}
        self.parties = {unite: self._fabriquer(unite) for unite in self.unites}
        super().__init__(data, initial=self._valeurs())
        for unite, champs in self.parties.items():
            self.fields.update(champs)
            dit = source_en_clair(self._provenance(unite, provenances))
            premier = next(iter(champs.values()))
            premier.help_text = " ".join(filter(None, (str(premier.help_text), dit)))
        self.order_fields([*self.champs_objet, "motif", "verifie", "version"])

    @property
    def champs_objet(self) -> list[str]:
        return [nom for champs in self.parties.values() for nom in champs]

    def _fabriquer(self, unite: str) -> dict[str, forms.Field]:
        if unite in COMPOSES:
            return COMPOSES[unite].fabriquer()
        return {unite: champ_pour(type(self.objet), unite)}

    def _provenance(self, unite: str, provenances: Mapping[str, Provenance]) -> Provenance | None:
        champs = champs_de_l_unite(unite)
        return next((provenances[champ] for champ in champs if champ in provenances), None)

    def _valeurs(self) -> dict[str, Any]:
        valeurs: dict[str, Any] = {"version": self.objet.version}
        for unite in self.unites:
            if unite in COMPOSES:
                valeurs |= COMPOSES[unite].lire(self.objet)
            else:
                valeurs[unite] = getattr(self.objet, unite)
        if isinstance(self.objet, Structure) and "code_insee" in valeurs:
            valeurs["code_insee"] = self.objet.commune_officielle
        return valeurs

    def corrections(self, *, le: date) -> dict[str, Any]:
        """The fields that were changed, as `corrections.corriger` wants them."""
        champs: dict[str, Any] = {}
        for unite, parties in self.parties.items():
            if not set(parties) & set(self.changed_data):
                continue
            if unite in COMPOSES:
                champs |= COMPOSES[unite].ecrire({nom: self.cleaned_data[nom] for nom in parties}, le)
            else:
                champs[unite] = self.cleaned_data[unite]
        commune = champs.get("code_insee")
        if commune is not None:
            champs |= {"code_insee": commune.code, "commune": commune.nom}
        elif "code_insee" in champs:
            champs |= {"code_insee": None, "commune": None}
        return champs | ({"verifie_le": le} if self.cleaned_data["verifie"] else {})


def source_en_clair(dit: Provenance | None) -> str:
    """What stands under a field: the source's value, beside the one that a person wrote."""
    if dit is None or not dit.decrit:
        return ""
    valeur = "ne dit rien" if dit.valeur_source in (None, "") else f"dit « {en_clair(dit.valeur_source)} »"
    edition = f", édition du {dit.edition_le:%d/%m/%Y}" if dit.edition_le else ""
    return f"« {dit.source_nom} »{edition}, {valeur}."


def en_clair(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(map(en_clair, valeur))
    texte = str(valeur)
    if DATE_ISO.fullmatch(texte):
        return "/".join(reversed(texte.split("-")))
    return texte
