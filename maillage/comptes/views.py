"""Pages of accounts: who opens them, and « Personnes et rôles » for the administrator."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from maillage.comptes.forms import PersonneForm, RolesForm
from maillage.comptes.models import Personne
from maillage.comptes.personnes import (
    IDENTITE,
    ajouter_personne,
    modifier_personne,
    reactiver,
    roles_tenus,
    suspendre,
)
from maillage.core.journal import histoire
from maillage.territoire.models import Territoire

PAR_PAGE = 50


@login_not_required
def ouverture(request: HttpRequest) -> HttpResponse:
    return render(request, "comptes/ouverture.html", {"rubrique": "pro"})


@login_not_required
def suspendu(request: HttpRequest) -> HttpResponse:
    return render(request, "comptes/suspendu.html", {"rubrique": "pro"})


def personnes(request: HttpRequest) -> HttpResponse:
    toutes = Personne.objects.prefetch_related("attributions__territoire").order_by("nom", "prenom", "pk")
    page = Paginator(toutes, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "comptes/personnes.html", {"page": page, "rubrique": "pro"})


def personne_ajouter(request: HttpRequest) -> HttpResponse:
    form = PersonneForm(request.POST or None, initial={"territoire": _territoire(request)})
    if request.method == "POST" and form.is_valid():
        personne = ajouter_personne(**form.cleaned_data, par=_moi(request), le=timezone.now())
        messages.success(
            request,
            f"Le compte de {personne} est ouvert. Aucun courriel n’est parti : donnez-lui l’adresse.",
        )
        return redirect("comptes:personne_modifier", personne.uuid)
    return render(request, "comptes/personne_ajouter.html", {"form": form, "rubrique": "pro"})


def personne_modifier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    personne = get_object_or_404(Personne, uuid=uuid)
    geste = request.POST.get("geste", "")
    if geste in {"suspendre", "reactiver"}:
        return _changer_acces(request, personne, geste)
    territoire = _territoire(request)
    form = RolesForm(
        request.POST or None,
        instance=Personne.objects.get(pk=personne.pk),
        initial={"roles": roles_tenus(personne, territoire)},
    )
    if request.method == "POST" and form.is_valid():
        change = modifier_personne(
            personne,
            identite={champ: form.cleaned_data[champ] for champ in IDENTITE},
            roles=form.cleaned_data["roles"],
            territoire=territoire,
            par=_moi(request),
            le=timezone.now(),
        )
        messages.success(request, f"Le compte de {personne} est à jour." if change else "Rien n’a changé.")
        return redirect("comptes:personne_modifier", personne.uuid)
    contexte = {
        "form": form,
        "personne": personne,
        "actes": histoire(personne)[:20],
        "rubrique": "pro",
        "soi": personne.pk == _moi(request).pk,
    }
    return render(request, "comptes/personne_modifier.html", contexte)


def _changer_acces(request: HttpRequest, personne: Personne, geste: str) -> HttpResponse:
    """Suspending asks once more; reactivating is the way back and asks nothing."""
    if geste == "reactiver":
        reactiver(personne, par=_moi(request), le=timezone.now())
        messages.success(request, f"{personne} peut de nouveau se connecter.")
    elif request.POST.get("confirmer") == "oui":
        suspendre(personne, par=_moi(request), le=timezone.now())
        messages.success(
            request, f"{personne} est sortie de l’espace pro. Pour annuler : « Rétablir l’accès », plus bas."
        )
    else:
        return render(request, "comptes/personne_suspendre.html", {"personne": personne, "rubrique": "pro"})
    return redirect("comptes:personne_modifier", personne.uuid)


def _moi(request: HttpRequest) -> Personne:
    return cast("Personne", request.user)


def _territoire(request: HttpRequest) -> Territoire | None:
    return request.territoire or None  # type: ignore[attr-defined]
