"""The public pages of the plan: the plan, a fiche, each of its promises, its versions, its history, the document."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from maillage.convention.affichage import FicheAffichee, ObjectifAffiche, afficher_fiche, afficher_plan
from maillage.convention.cycle import etat_au
from maillage.convention.document import lire_lignes
from maillage.convention.en_vigueur import convention_a_montrer
from maillage.convention.fils import SANS_MESURE, fils_mesures
from maillage.convention.histoire import (
    dernieres_versions_decidees,
    histoire_fiche,
    histoire_objectif,
    raconter,
    titre_decision,
)
from maillage.convention.mesures.page import contexte_fiche
from maillage.convention.models import Convention, Fiche
from maillage.convention.permissions import (
    droits_sur,
    get_convention_for,
    get_fiche_for,
    get_objectif_for,
)
from maillage.convention.versions import changements_en_attente, comparer
from maillage.territoire.models import Territoire

ACTES_SUR_LA_FICHE = 5
ACTES_PAR_PAGE = 25
LIGNES_PAR_PAGE = 3000
DECISIONS_SUR_LE_PLAN = 3


def ici(request: HttpRequest) -> Territoire | None:
    """The territory that this request is about, or None on an instance that has none yet."""
    return getattr(request, "territoire", None) or None


@login_not_required
def plan(request: HttpRequest) -> HttpResponse:
    territoire = ici(request)
    convention = convention_a_montrer(territoire, le=timezone.localdate()) if territoire else None
    if convention is None:
        return render(request, "convention/plan_absent.html", {"rubrique": "plan"})
    return _page_plan(request, convention)


@login_not_required
def plan_periode(request: HttpRequest, periode: str) -> HttpResponse:
    return _page_plan(request, get_convention_for(request.user, ici(request), periode))


def _page_plan(request: HttpRequest, convention: Convention) -> HttpResponse:
    aujourd_hui = timezone.localdate()
    contexte = {
        "rubrique": "plan",
        "convention": convention,
        "plan": afficher_plan(convention, fils_mesures(convention, le=aujourd_hui)),
        "etat": dict(Convention.ETATS)[etat_au(convention, le=aujourd_hui)],
        "decidees": [
            (version, titre_decision(version.decision))
            for version in dernieres_versions_decidees(
                convention.territoire, convention.pk, nombre=DECISIONS_SUR_LE_PLAN
            )
            if version.decision
        ],
        "canonique": reverse("convention:plan_periode", args=[convention.periode]),
    }
    return render(request, "convention/plan.html", contexte)


@login_not_required
def fiche_en_vigueur(request: HttpRequest, code: str) -> HttpResponse:
    """`/plan/3.2`: the fiche of the convention in force, shown here, with its permanent address as canonical."""
    territoire = ici(request)
    convention = convention_a_montrer(territoire, le=timezone.localdate()) if territoire else None
    if convention is None:
        raise Http404("Aucun plan n’est encore publié.")
    return _page_fiche(request, get_fiche_for(request.user, territoire, convention.periode, code))


@login_not_required
def fiche(request: HttpRequest, periode: str, code: str) -> HttpResponse:
    return _page_fiche(request, get_fiche_for(request.user, ici(request), periode, code))


def _page_fiche(request: HttpRequest, fiche: Fiche) -> HttpResponse:
    affichee = afficher_fiche(fiche)
    droits = droits_sur(request.user, fiche)
    actes = histoire_fiche(fiche)[:ACTES_SUR_LA_FICHE]
    aujourd_hui = timezone.localdate()
    mesure = fils_mesures(fiche.convention, le=aujourd_hui).get(fiche.pk, SANS_MESURE)
    contexte = _commun(fiche) | {
        "affichee": affichee,
        "mesure": mesure,
        "decision": _decision(affichee),
        "droits": droits,
        "en_attente": changements_en_attente(fiche, version=affichee.version) if droits.modifier else (),
        "actes": raconter(actes, fiche.convention.territoire, brouillons=droits.modifier),
        "canonique": reverse("convention:fiche", args=[fiche.convention.periode, fiche.code]),
        **(contexte_fiche(fiche, le=aujourd_hui) if mesure.indicateurs else {}),
    }
    return render(request, "convention/fiche.html", contexte)


def _commun(fiche: Fiche) -> dict[str, Any]:
    return {"rubrique": "plan", "convention": fiche.convention, "fiche": fiche}


def _decision(affichee: FicheAffichee) -> str:
    version = affichee.version
    return titre_decision(version.decision) if version and version.decision else ""


@login_not_required
def objectif(request: HttpRequest, periode: str, code: str, numero: str) -> HttpResponse:
    objectif = get_objectif_for(request.user, ici(request), periode, code, numero)
    affichee = afficher_fiche(objectif.fiche)
    suite = [o for parent in affichee.objectifs for o in (parent, *parent.enfants)]
    rang = next(n for n, o in enumerate(suite) if o.code == numero)
    droits = droits_sur(request.user, objectif.fiche)
    territoire = objectif.fiche.convention.territoire
    contexte = _commun(objectif.fiche) | {
        "affichee": affichee,
        "objectif": suite[rang],
        "parent": _trouver(affichee, objectif.parent.code) if objectif.parent else None,
        "precedent": suite[rang - 1] if rang else None,
        "suivant": suite[rang + 1] if rang + 1 < len(suite) else None,
        "droits": droits,
        "actes": raconter(histoire_objectif(objectif), territoire, brouillons=droits.modifier),
        "canonique": reverse("convention:objectif", args=[periode, code, numero]),
    }
    return render(request, "convention/objectif.html", contexte)


def _trouver(affichee: FicheAffichee, code: str) -> ObjectifAffiche | None:
    return next((o for o in affichee.objectifs if o.code == code), None)


@login_not_required
def fiche_version(request: HttpRequest, periode: str, code: str, numero: int) -> HttpResponse:
    """One version, readable for ever, with what it changed."""
    fiche = get_fiche_for(request.user, ici(request), periode, code)
    versions = fiche.versions.select_related("decision__reunion__instance", "par")
    version = get_object_or_404(versions, numero=numero)
    precedente = versions.filter(numero__lt=numero).first()
    contexte = _commun(fiche) | {
        "version": version,
        "contenu": version.contenu,
        "decision": titre_decision(version.decision) if version.decision else "",
        "precedente": precedente,
        "differences": comparer(precedente, version) if precedente else (),
        "derniere": not versions.filter(numero__gt=numero).exists(),
        "droits": droits_sur(request.user, fiche),
        "canonique": reverse("convention:fiche_version", args=[periode, code, numero]),
    }
    return render(request, "convention/fiche_version.html", contexte)


@login_not_required
def fiche_histoire(request: HttpRequest, periode: str, code: str) -> HttpResponse:
    fiche = get_fiche_for(request.user, ici(request), periode, code)
    page = Paginator(histoire_fiche(fiche), ACTES_PAR_PAGE).get_page(request.GET.get("page"))
    droits = droits_sur(request.user, fiche)
    contexte = _commun(fiche) | {
        "page": page,
        "actes": raconter(page.object_list, fiche.convention.territoire, brouillons=droits.modifier),
        "versions": fiche.versions.select_related("decision__reunion__instance").defer("contenu"),
    }
    return render(request, "convention/fiche_histoire.html", contexte)


@login_not_required
def document(request: HttpRequest, periode: str) -> HttpResponse:
    """The text of the convention as it was given, line by line, and what was repaired in it."""
    convention = get_convention_for(request.user, ici(request), periode)
    if convention.document is None:
        raise Http404("Cette convention n’a pas de document.")
    page = Paginator(lire_lignes(convention.document), LIGNES_PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {"rubrique": "plan", "convention": convention, "document": convention.document, "page": page}
    return render(request, "convention/document.html", contexte)
