"""The queue of records that may be one offer: a person tells them apart or together, and may change her mind."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from maillage.annuaire.doublons import examiner
from maillage.annuaire.models import Doublon
from maillage.annuaire.permissions import get_doublon_for
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de

PAR_PAGE = 10
DITS = {
    "distincts": "C’est noté : deux offres distinctes.",
    "meme": "C’est noté : une seule offre, comptée une fois.",
    "signale": "La décision est annulée : la paire est de nouveau à examiner.",
}


def doublons(request: HttpRequest) -> HttpResponse:
    examines = request.GET.get("examines") == "oui"
    paires = Doublon.objects.select_related(
        "premiere__source_ref", "seconde__source_ref", "premiere", "seconde", "par"
    )
    # Those of the territory first: the list is national.
    ici = Q(premiere__commune_officielle__groupement=_groupement(request))
    a_examiner = paires.filter(etat="signale").annotate(ailleurs=Case(When(ici, then=0), default=1))
    choisies = (
        paires.exclude(etat="signale").order_by("-examine_le", "pk")
        if examines
        else a_examiner.order_by("ailleurs", "pk")
    )
    contexte = {
        "page": Paginator(choisies, PAR_PAGE).get_page(request.GET.get("page")),
        "examines": examines,
        "rubrique": "pro",
    }
    return render(request, "annuaire/doublons.html", contexte)


def _groupement(request: HttpRequest) -> str:
    territoire = request.territoire  # type: ignore[attr-defined]
    return territoire.groupement_id if territoire else ""


@require_POST
def doublon_examiner(request: HttpRequest, pk: int) -> HttpResponse:
    doublon = get_doublon_for(pk, roles=roles_de(request))
    examine = examiner(
        doublon, etat=request.POST.get("etat", ""), par=cast(Personne, request.user), le=timezone.now()
    )
    messages.success(request, DITS[examine.etat])
    return redirect("annuaire:doublons")
