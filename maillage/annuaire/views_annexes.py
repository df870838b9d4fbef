"""The staff pages of what a record may have several of: add one, change it, take it away."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.annuaire import annexes
from maillage.annuaire.forms_annexes import FORMS, AnnexeForm, initiales
from maillage.annuaire.groupes import GROUPES
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.permissions import get_annexe_for, get_service_for, get_structure_for
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.core.erreurs import ConflitEdition, RegleMetier

REFUSE, CONFLIT = 422, 409
NOMS = {
    "fermeture": "des jours de fermeture",
    "contact": "un contact",
    "reconnaissance": "un agrément ou un label",
    "lieu": "un lieu",
}


def structure_annexe_ajouter(request: HttpRequest, identifiant: str, genre: str) -> HttpResponse:
    structure = get_structure_for(_personne(request), identifiant, roles=roles_de(request))
    if genre not in FORMS or genre == "lieu":
        raise Http404
    return _ajouter(request, structure, genre)


def service_annexe_ajouter(request: HttpRequest, identifiant: str, genre: str) -> HttpResponse:
    service = get_service_for(_personne(request), identifiant, roles=roles_de(request))
    if genre not in FORMS:
        raise Http404
    return _ajouter(request, service, genre)


def _ajouter(request: HttpRequest, fiche: Structure | Service, genre: str) -> HttpResponse:
    form = FORMS[genre](
        request.POST if request.method == "POST" else None, initial={"version": fiche.version}
    )
    statut = 200
    if request.method == "POST":
        statut = REFUSE
        if form.is_valid():
            try:
                annexes.ajouter(
                    fiche,
                    genre,
                    valeurs=form.valeurs(),
                    version=form.cleaned_data["version"],
                    par=_personne(request),
                    le=timezone.now(),
                )
            except ConflitEdition as refus:
                form, statut = _a_relire(request, fiche, genre, refus), CONFLIT
            except RegleMetier as refus:
                _refuser(form, refus)
            else:
                messages.success(request, "C’est ajouté. La recherche le montrera dans quelques secondes.")
                return _retour(fiche, genre)
    contexte = _contexte(fiche, genre, form) | {"titre": f"Ajouter {NOMS[genre]}"}
    return render(request, "annuaire/annexe.html", contexte, status=statut)


def annexe_modifier(request: HttpRequest, genre: str, pk: int) -> HttpResponse:
    annexe = get_annexe_for(_personne(request), genre, pk, roles=roles_de(request))
    fiche = annexes.fiche_de(annexe)
    depart = initiales(annexe) | {"version": fiche.version}
    form = FORMS[genre](request.POST if request.method == "POST" else None, initial=depart)
    statut = 200
    if request.method == "POST":
        statut = REFUSE
        if form.is_valid():
            try:
                annexes.modifier(
                    annexe,
                    valeurs=form.valeurs(),
                    version=form.cleaned_data["version"],
                    par=_personne(request),
                    le=timezone.now(),
                )
            except ConflitEdition as refus:
                form, statut = _a_relire(request, fiche, genre, refus), CONFLIT
            except RegleMetier as refus:
                _refuser(form, refus)
            else:
                messages.success(request, "C’est enregistré.")
                return _retour(fiche, genre)
    contexte = _contexte(fiche, genre, form) | {
        "titre": f"Corriger {NOMS[genre]}",
        "annexe": annexe,
        "enregistree": annexe if statut == CONFLIT else None,
    }
    return render(request, "annuaire/annexe.html", contexte, status=statut)


@require_POST
def annexe_retirer(request: HttpRequest, genre: str, pk: int) -> HttpResponse:
    annexe = get_annexe_for(_personne(request), genre, pk, roles=roles_de(request))
    fiche = annexes.fiche_de(annexe)
    annexes.retirer(annexe, par=_personne(request), le=timezone.now())
    messages.success(request, "C’est retiré. L’histoire de la fiche le garde.")
    return _retour(fiche, genre)


def _a_relire(
    request: HttpRequest, fiche: Structure | Service, genre: str, refus: ConflitEdition
) -> AnnexeForm:
    """What was typed, on the version that is stored now: saving again is then a choice."""
    fiche.refresh_from_db()
    donnees = request.POST.copy()
    donnees["version"] = str(fiche.version)
    form = FORMS[genre](donnees)
    form.add_error(None, str(refus))
    return form


def _contexte(fiche: Structure | Service, genre: str, form: AnnexeForm) -> dict[str, object]:
    return {
        "fiche": fiche,
        "porteur": "service" if isinstance(fiche, Service) else "structure",
        "genre": genre,
        "form": form,
        "groupe": _groupe(genre),
        "rubrique": "pro",
    }


def _retour(fiche: Structure | Service, genre: str) -> HttpResponse:
    porteur = "service" if isinstance(fiche, Service) else "structure"
    return redirect(f"annuaire:{porteur}_corriger_groupe", fiche.id, _groupe(genre))


def _groupe(genre: str) -> str:
    return next(groupe.slug for groupe in GROUPES.values() if groupe.annexe == genre)


def _refuser(form: AnnexeForm, refus: RegleMetier) -> None:
    for phrase in str(refus).splitlines():
        form.add_error(None, phrase)


def _personne(request: HttpRequest) -> Personne:
    return cast(Personne, request.user)
