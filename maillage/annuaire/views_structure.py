"""The staff pages about a structure as a whole: withdraw it, put it back, say who speaks for it."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.annuaire import adhesions, saisie
from maillage.annuaire.models import Structure
from maillage.annuaire.permissions import get_structure_for
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.core.erreurs import RegleMetier

REFUSE = 422


class RetraitForm(forms.Form):
    motif = forms.CharField(
        label="Pourquoi la retirer",
        help_text="Par exemple : saisie deux fois, n’a jamais existé.",
        max_length=200,
        error_messages={"required": "Dites pourquoi : la raison se lit à l’adresse de la fiche."},
    )
    confirme = forms.BooleanField(
        label="Je confirme ce retrait",
        error_messages={
            "required": "Cochez la case pour confirmer : la fiche ne sera plus montrée à personne."
        },
    )


class MembreForm(forms.Form):
    email = forms.EmailField(
        label="Adresse électronique de la personne",
        help_text="Elle a déjà un compte, avec le rôle « Structure du répertoire ».",
        error_messages={
            "required": "Écrivez l’adresse de la personne.",
            "invalid": "Écrivez une adresse complète, par exemple prenom.nom@association.fr.",
        },
    )


def structure_retirer(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    form = RetraitForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saisie.retirer(
                structure, motif=form.cleaned_data["motif"], par=_personne(request), le=timezone.now()
            )
        except RegleMetier as refus:
            form.add_error(None, str(refus))
        else:
            messages.success(request, "La fiche est retirée. Vous pouvez la rétablir ici à tout moment.")
            return redirect("annuaire:structure_histoire", structure.id)
    contexte = {"form": form, "structure": structure, "rubrique": "pro"}
    return render(request, "annuaire/retirer.html", contexte, status=REFUSE if form.errors else 200)


@require_POST
def structure_retablir(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    saisie.retablir(structure, motif="", par=_personne(request), le=timezone.now())
    messages.success(request, "La fiche est rétablie. La recherche la montrera dans quelques secondes.")
    return redirect("annuaire:structure", structure.id)


def structure_membres(request: HttpRequest, identifiant: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    form = MembreForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            adhesions.adherer(
                structure, email=form.cleaned_data["email"], par=_personne(request), le=timezone.now()
            )
        except RegleMetier as refus:
            form.add_error("email", str(refus))
        else:
            messages.success(request, "C’est noté. Cette personne peut corriger la fiche dès maintenant.")
            return redirect("annuaire:structure_membres", structure.id)
    contexte = {"form": form, "structure": structure, "membres": _membres(structure), "rubrique": "pro"}
    return render(request, "annuaire/membres.html", contexte, status=REFUSE if form.errors else 200)


@require_POST
def membre_retirer(request: HttpRequest, identifiant: str, pk: int) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    adhesion = structure.adhesions.select_related("personne").filter(pk=pk).first()
    if adhesion is None:
        raise Http404
    adhesions.quitter(adhesion, par=_personne(request), le=timezone.now())
    messages.success(request, "C’est noté. Cette personne ne peut plus corriger la fiche.")
    return redirect("annuaire:structure_membres", structure.id)


def _membres(structure: Structure) -> list[object]:
    return list(structure.adhesions.select_related("personne").order_by("personne__nom", "pk"))


def _personne(request: HttpRequest) -> Personne:
    return cast(Personne, request.user)
