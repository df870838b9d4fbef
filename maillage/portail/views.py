"""The home page, the desk, the health page and the legal pages."""

from dataclasses import asdict
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import never_cache

from maillage.annuaire.models import Source
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.portail.bureau import compteurs, etat_du_plan, portes, prochaine_reunion
from maillage.portail.sante import ausculter
from maillage.territoire.models import Commune, Edition, Territoire

# What private people may not find by a search engine; the pages themselves are closed by the table of rights.
ROBOTS = "User-agent: *\nDisallow: /compte/\nDisallow: /bureau/\nDisallow: /pilotage/\nDisallow: /annuaire/\n"


@login_not_required
def accueil(request: HttpRequest) -> HttpResponse:
    territoire = _territoire(request)
    contexte = {
        "rubrique": "trouver",
        "communes": _communes(territoire),
        "sources": Source.objects.exclude(edition="").filter(exemple=False).order_by("nom"),
        "plan": etat_du_plan(territoire, le=timezone.localdate()),
    }
    return render(request, "portail/accueil.html", contexte)


def bureau(request: HttpRequest) -> HttpResponse:
    territoire, roles, le = _territoire(request), roles_de(request), timezone.localdate()
    plan = etat_du_plan(territoire, le=le) if roles else None
    contexte = {
        "rubrique": "pro",
        "personne": cast("Personne", request.user),
        "roles": roles,
        "plan": plan,
        "compteurs": compteurs(territoire, roles, plan) if territoire else [],
        "portes": portes(roles),
        "reunion": prochaine_reunion(territoire, roles, le=le) if territoire else None,
    }
    return render(request, "portail/bureau.html", contexte)


@never_cache
@login_not_required
def sante(request: HttpRequest) -> HttpResponse:
    constat = ausculter(le=timezone.now())
    corps = {"etat": constat.etat, "alertes": constat.alertes} | asdict(constat)
    return JsonResponse(corps, status=constat.statut, json_dumps_params={"ensure_ascii": False})


@login_not_required
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@login_not_required
def icone(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("maillage/logo.svg"))


@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/accessibilite.html")


@login_not_required
def donnees(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/donnees.html")


@login_not_required
def mentions(request: HttpRequest) -> HttpResponse:
    contexte = {
        "sources": Source.objects.exclude(edition="").filter(exemple=False).order_by("nom"),
        "editions": Edition.objects.order_by("jeu", "-le"),
    }
    return render(request, "portail/mentions.html", contexte)


@login_not_required
def aide(request: HttpRequest) -> HttpResponse:
    return render(request, "portail/aide.html")


def _territoire(request: HttpRequest) -> Territoire | None:
    return request.territoire or None  # type: ignore[attr-defined]


def _communes(territoire: Territoire | None) -> int:
    """0 when the communes are not loaded: the sentence then leaves them out."""
    if territoire is None:
        return 0
    return Commune.objects.filter(groupement=territoire.groupement_id, type="actuelle").count()
