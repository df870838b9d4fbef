"""The public pages: results of a search, record of a structure, record of a service."""

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from maillage.annuaire.contacts import visibilites_de
from maillage.annuaire.demande import RAYONS, lire
from maillage.annuaire.familles import familles, familles_demandees, vocabulaire
from maillage.annuaire.fiche import (
    make_page_service,
    make_page_structure,
    nouvelle_adresse,
    suite_d_un_retrait,
)
from maillage.annuaire.models import Service, Structure
from maillage.annuaire.permissions import find_service, find_structure, peut_corriger
from maillage.annuaire.recherche import chercher
from maillage.comptes.droits import REPERTOIRE
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de


@login_not_required
def recherche(request: HttpRequest) -> HttpResponse:
    demande = lire(request.GET)
    page = chercher(
        demande,
        territoire=request.territoire or None,  # type: ignore[attr-defined]
        le=timezone.localdate(),
    )
    proposees = familles_demandees(famille="", besoin=demande.besoin) or familles_demandees(
        famille=demande.famille, besoin=""
    )
    contexte = {
        "page": page,
        "rayons": RAYONS,
        "besoins": vocabulaire().rubriques,
        "familles": [familles()[slug] for slug in proposees if slug in familles()],
        "rubrique": "trouver",
    }
    return render(request, "annuaire/recherche.html", contexte)


@login_not_required
def structure(request: HttpRequest, identifiant: str) -> HttpResponse:
    trouvee = find_structure(identifiant)
    if trouvee is None:
        return _deplacee(identifiant)
    if trouvee.retire_le:
        return _retiree(request, trouvee)
    corrigeable = _corrigeable(request, trouvee)
    vues = visibilites_de(roles_de(request), tient_la_fiche=corrigeable)
    page = make_page_structure(trouvee, le=timezone.localdate(), visibilites=vues)
    return _fiche(request, "annuaire/structure.html", page, trouvee, corrigeable=corrigeable)


@login_not_required
def service(request: HttpRequest, identifiant: str) -> HttpResponse:
    trouve = find_service(identifiant)
    if trouve is None:
        return _deplacee(identifiant)
    if trouve.retire_le or trouve.structure_ref.retire_le:
        return _retiree(request, trouve)
    corrigeable = _corrigeable(request, trouve.structure_ref)
    vues = visibilites_de(roles_de(request), tient_la_fiche=corrigeable)
    page = make_page_service(trouve, le=timezone.localdate(), visibilites=vues)
    return _fiche(request, "annuaire/service.html", page, trouve.structure_ref, corrigeable=corrigeable)


def _deplacee(identifiant: str) -> HttpResponse:
    """An id that a record once bore leads to it for good; any other is unknown."""
    adresse = nouvelle_adresse(identifiant)
    if not adresse:
        raise Http404
    return HttpResponsePermanentRedirect(adresse)


def _corrigeable(request: HttpRequest, organisme: Structure) -> bool:
    roles = roles_de(request)
    return bool(roles) and peut_corriger(cast(Personne, request.user), organisme, roles=roles)


def _fiche(
    request: HttpRequest, gabarit: str, page: object, organisme: Structure, *, corrigeable: bool
) -> HttpResponse:
    contexte = {
        "page": page,
        "rubrique": "trouver",
        "corrigeable": corrigeable,
        "gerable": bool(roles_de(request) & REPERTOIRE),
        "structure_fermee": organisme.ferme_le is not None,
    }
    return render(request, gabarit, contexte)


def _retiree(request: HttpRequest, fiche: Structure | Service) -> HttpResponse:
    """Gone, and what to do about it; what the record said is no longer shown."""
    contexte = {"suite": suite_d_un_retrait(fiche), "recherche": reverse("annuaire:recherche")}
    return render(request, "annuaire/retiree.html", contexte, status=410)
