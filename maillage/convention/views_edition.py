"""The team's pages: edit a fiche, edit an objectif, bring a version back, validate a fiche on a decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.convention.edition import (
    NOMS_FICHE,
    NOMS_OBJECTIF,
    modifier_fiche,
    modifier_objectif,
    retablir_version,
)
from maillage.convention.forms import EditionForm, FicheForm, ObjectifForm, ValiderForm
from maillage.convention.models import Fiche, Objectif
from maillage.convention.permissions import droits_sur, get_fiche_for, get_objectif_for
from maillage.convention.versions import changements_en_attente, valider_fiche, version_courante
from maillage.convention.views_plan import ici
from maillage.core.erreurs import ConflitEdition


def fiche_modifier(request: HttpRequest, periode: str, code: str) -> HttpResponse:
    fiche = get_fiche_for(request.user, ici(request), periode, code, modifier=True)
    coordonne = droits_sur(request.user, fiche).valider
    territoire = fiche.convention.territoire
    form = FicheForm(request.POST or None, instance=fiche, territoire=territoire, coordonne=coordonne)
    if request.method == "POST" and form.is_valid():
        try:
            modifier_fiche(
                fiche,
                version=form.cleaned_data["depuis"],
                valeurs=form.valeurs(),
                par=request.user,  # type: ignore[arg-type]
                le=timezone.now(),
            )
        except ConflitEdition as conflit:
            recents = Fiche.objects.du(territoire).get(pk=fiche.pk)
            rouvrir = FicheForm(
                form.sur_la_ligne_recente(recents),
                instance=recents,
                territoire=territoire,
                coordonne=coordonne,
            )
            contexte = {
                "rubrique": "plan",
                "fiche": fiche,
                "form": rouvrir,
                "conflits": _comparer(conflit, NOMS_FICHE, form, recents),
            }
            return render(request, "convention/fiche_modifier.html", contexte, status=409)
        messages.success(
            request, f"La fiche {code} est enregistrée. L’historique garde ce qui était écrit avant."
        )
        return redirect("convention:fiche", periode, code)
    return render(
        request,
        "convention/fiche_modifier.html",
        {"rubrique": "plan", "fiche": fiche, "form": form},
        status=_statut(form),
    )


def objectif_modifier(request: HttpRequest, periode: str, code: str, numero: str) -> HttpResponse:
    objectif = get_objectif_for(request.user, ici(request), periode, code, numero, modifier=True)
    form = ObjectifForm(request.POST or None, instance=objectif)
    contexte: dict[str, Any] = {"rubrique": "plan", "fiche": objectif.fiche, "objectif": objectif}
    if request.method == "POST" and form.is_valid():
        try:
            modifier_objectif(
                objectif,
                version=form.cleaned_data["depuis"],
                valeurs=form.valeurs(),
                par=request.user,  # type: ignore[arg-type]
                le=timezone.now(),
            )
        except ConflitEdition as conflit:
            recents = Objectif.objects.du(objectif.fiche.convention.territoire).get(pk=objectif.pk)
            rouvrir = ObjectifForm(form.sur_la_ligne_recente(recents), instance=recents)
            contexte |= {"form": rouvrir, "conflits": _comparer(conflit, NOMS_OBJECTIF, form, recents)}
            return render(request, "convention/objectif_modifier.html", contexte, status=409)
        messages.success(
            request, f"L’objectif {numero} est enregistré. L’historique garde ce qui était écrit avant."
        )
        return redirect("convention:objectif", periode, code, numero)
    return render(
        request, "convention/objectif_modifier.html", contexte | {"form": form}, status=_statut(form)
    )


def _statut(form: Any) -> int:
    return 422 if form.errors else 200


def _comparer(
    conflit: ConflitEdition, noms: dict[str, str], form: EditionForm, recente: Fiche | Objectif
) -> list[dict[str, str]]:
    """The fields that both people changed: what is stored, what was typed."""
    return [
        {
            "nom": nom,
            "ancre": form[champ].id_for_label,
            "actuel": _montrer(form, champ, conflit.actuel.get(champ)),
            "saisi": _montrer(form, champ, conflit.saisi[champ]),
        }
        for champ, nom in noms.items()
        if champ in conflit.saisi
        and conflit.actuel.get(champ) != conflit.saisi[champ]
        and form.change_par_un_autre(champ, recente)
    ]


def _montrer(form: EditionForm, champ: str, valeur: object) -> str:
    if champ == "etat":
        return str(dict(form.fields[champ].choices).get(valeur, valeur))  # type: ignore[attr-defined]
    return str(valeur or "")


@require_POST
def fiche_retablir(request: HttpRequest, periode: str, code: str, numero: int) -> HttpResponse:
    fiche = get_fiche_for(request.user, ici(request), periode, code, valider=True)
    version = get_object_or_404(fiche.versions, numero=numero)
    retablir_version(fiche, version=version, par=request.user, le=timezone.now())  # type: ignore[arg-type]
    messages.success(
        request,
        f"Les textes de la version {numero} sont de retour dans la fiche. Ils paraîtront une fois validés.",
    )
    return redirect("convention:fiche", periode, code)


def fiche_valider(request: HttpRequest, periode: str, code: str) -> HttpResponse:
    """Make a new version: what changed, which decision, why."""
    fiche = get_fiche_for(request.user, ici(request), periode, code, valider=True)
    form = ValiderForm(request.POST or None, territoire=fiche.convention.territoire)
    if request.method == "POST" and form.is_valid():
        version = valider_fiche(
            fiche,
            decision=form.cleaned_data["decision"],
            motif=form.cleaned_data["motif"],
            par=request.user,  # type: ignore[arg-type]
            le=timezone.now(),
        )
        messages.success(
            request,
            f"La version {version.numero} de la fiche {code} est validée. La précédente reste lisible.",
        )
        return redirect("convention:fiche", periode, code)
    avant = version_courante(fiche)
    contexte = {
        "rubrique": "plan",
        "fiche": fiche,
        "form": form,
        "avant": avant,
        "differences": changements_en_attente(fiche, version=avant),
    }
    return render(request, "convention/fiche_valider.html", contexte, status=_statut(form))
