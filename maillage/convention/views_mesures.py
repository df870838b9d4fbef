"""The pages of an indicator: how it is worked out on any day, what a meeting froze, the targets set for it."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.forms_mesures import CibleForm, DateForm
from maillage.convention.mesures.calcul import mesurer
from maillage.convention.mesures.cibles import poser_cible, retirer_cible
from maillage.convention.mesures.page import (
    RecetteAffichee,
    adresse_indicateur,
    afficher_indicateurs,
    gels_par_indicateur,
    recette_du_jour,
    recette_figee,
)
from maillage.convention.models import Cible, Fiche, Indicateur
from maillage.convention.permissions import droits_sur, get_fiche_for
from maillage.convention.views_plan import ici


@login_not_required
def indicateur(request: HttpRequest, periode: str, code: str, indicateur: str) -> HttpResponse:
    """How the number is made: `?le=` any day, `?gel=` what a meeting froze, `?exemples=oui` with the examples."""
    fiche = get_fiche_for(request.user, ici(request), periode, code)
    mesure = indicateur_de(fiche, indicateur)
    aujourd_hui = timezone.localdate()
    form = DateForm(request.GET if "le" in request.GET else None, aujourd_hui=aujourd_hui)
    exemples = request.GET.get("exemples") == "oui"
    contexte = {
        "rubrique": "plan",
        "fiche": fiche,
        "convention": fiche.convention,
        "indicateur": mesure,
        "affiche": afficher_indicateurs(fiche, le=aujourd_hui, seul=mesure)[0],
        "calcul": _recette(request, mesure, form.jour(), exemples=exemples),
        "form": form,
        "exemples": exemples,
        "aujourd_hui": aujourd_hui,
        "droits": droits_sur(request.user, fiche),
    }
    return render(request, "convention/indicateur.html", contexte, status=422 if form.errors else 200)


def _recette(request: HttpRequest, indicateur: Indicateur, le: date, *, exemples: bool) -> RecetteAffichee:
    """What a meeting froze when the address names a freeze, else the value worked out now."""
    demande = request.GET.get("gel")
    if demande:
        gels = gels_par_indicateur([indicateur]).get(indicateur.pk, [])
        for gel, valeur in gels:
            if str(gel.uuid) == demande:
                return recette_figee(indicateur, gel, valeur)
        raise Http404
    mesure = mesurer(indicateur, le=le, maintenant=timezone.now(), exemples=exemples)
    return recette_du_jour(indicateur, mesure, le=le)


def cible_poser(request: HttpRequest, periode: str, code: str, indicateur: str) -> HttpResponse:
    """Set the target of a date, or take one back; the coordination's."""
    fiche = get_fiche_for(request.user, ici(request), periode, code, valider=True)
    mesure = indicateur_de(fiche, indicateur)
    if request.method == "POST" and "retirer" in request.POST:
        return _retirer(request, mesure)
    form = CibleForm(request.POST or None, indicateur=mesure, territoire=fiche.convention.territoire)
    if request.method == "POST" and form.is_valid():
        poser_cible(mesure, par=cast("Personne", request.user), le=timezone.now(), **form.cleaned_data)
        messages.success(
            request, "La cible est posée. Elle est dans l’histoire de la fiche ; vous pouvez la retirer."
        )
        return redirect(adresse_indicateur(mesure, "cible_poser"))
    contexte: dict[str, Any] = {
        "rubrique": "plan",
        "fiche": fiche,
        "convention": fiche.convention,
        "indicateur": mesure,
        "cibles": mesure.cibles.select_related("par", "decision__reunion"),
        "adresse": adresse_indicateur(mesure),
        "form": form,
    }
    return render(request, "convention/indicateur_cible.html", contexte, status=422 if form.errors else 200)


def _retirer(request: HttpRequest, indicateur: Indicateur) -> HttpResponse:
    numero = request.POST.get("retirer", "")
    cible = get_object_or_404(
        Cible.base.filter(indicateur=indicateur), pk=numero if numero.isdecimal() else 0
    )
    cible.indicateur = indicateur
    retirer_cible(cible, par=cast("Personne", request.user), le=timezone.now())
    messages.success(request, "La cible est retirée. Son histoire reste lisible sur la fiche.")
    return redirect(adresse_indicateur(indicateur, "cible_poser"))


def indicateur_de(fiche: Fiche, nom: str) -> Indicateur:
    """The indicator of an address: its code, whose dots may be hyphens."""
    for indicateur in fiche.indicateurs.all():
        if nom in {indicateur.code, indicateur.code.replace(".", "-")}:
            indicateur.fiche = fiche
            return indicateur
    raise Http404
