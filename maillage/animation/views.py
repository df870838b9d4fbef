"""The pages of meetings: their list, one meeting and what is done in it, its decisions, the écarts."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from maillage.animation.decisions import changer_decision, prendre_decision
from maillage.animation.forms import DecisionForm, PointForm, ReunionForm
from maillage.animation.objets import trouver_objet
from maillage.animation.pages import afficher_reunion
from maillage.comptes.droits import COORDINATION
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.convention.ecarts import constater, ecarts_de, mettre_a_l_ordre_du_jour, titre_ecart
from maillage.convention.en_vigueur import convention_a_montrer
from maillage.convention.gel import geler
from maillage.convention.models import Convention, Ecart
from maillage.core.erreurs import RegleMetier
from maillage.instances.cycle import passer
from maillage.instances.models import Reunion
from maillage.instances.permissions import get_decision_for, get_reunion_for
from maillage.instances.seances import inscrire_point, preparer_reunion
from maillage.territoire.models import Territoire

PAR_PAGE = 20


def reunions(request: HttpRequest) -> HttpResponse:
    toutes = Reunion.objects.du(_ici(request)).select_related("instance").order_by("-le", "-pk")
    page = Paginator(toutes, PAR_PAGE).get_page(request.GET.get("page"))
    contexte = _commun(request) | {"page": page}
    return render(request, "animation/reunions.html", contexte)


def reunion_creer(request: HttpRequest) -> HttpResponse:
    form = ReunionForm(request.POST or None, initial={"date_reunion": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        creee = preparer_reunion(_ici(request), par=_moi(request), le=timezone.now(), **form.cleaned_data)
        messages.success(request, "La réunion est prête. Préparez son ordre du jour.")
        return redirect("animation:reunion", creee.uuid)
    return _formulaire(request, "animation/reunion_creer.html", form, {})


def reunion(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _page_reunion(request, get_reunion_for(roles_de(request), _ici(request), uuid))


def _page_reunion(request: HttpRequest, lue: Reunion, form: PointForm | None = None) -> HttpResponse:
    convention = _convention(lue)
    contexte = _commun(request) | {
        "reunion": lue,
        "affichee": afficher_reunion(lue),
        "convention": convention,
        "form": form or PointForm(convention=convention),
        "aujourd_hui": timezone.localdate(),
    }
    return render(request, "animation/reunion.html", contexte, status=422 if form else 200)


def reunion_etat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    lue = get_reunion_for(roles_de(request), _ici(request), uuid, agir=True)
    version = request.POST.get("version", "")
    lue = passer(
        lue,
        etat=request.POST.get("etat", ""),
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        par=_moi(request),
        le=timezone.now(),
    )
    messages.success(request, f"La réunion est maintenant {lue.get_etat_display()}.")
    return redirect("animation:reunion", uuid)


def geler_valeurs(request: HttpRequest, uuid: UUID) -> HttpResponse:
    lue = get_reunion_for(roles_de(request), _ici(request), uuid, agir=True)
    convention = _convention(lue)
    if convention is None:
        raise RegleMetier("Aucune convention n’est encore chargée : il n’y a rien à figer.")
    gel = geler(convention, reunion=lue, par=_moi(request), le=timezone.now())
    vus = constater(gel, le=timezone.now())
    suite = f"Écarts vus : {len(vus)}." if vus else "Aucun écart à une cible."
    messages.success(request, f"Les valeurs sont figées et ne bougeront plus. {suite}")
    return redirect("animation:reunion", uuid)


def point_ajouter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An écart put on the agenda in one click (`ecart`), or a point that a person words."""
    lue = get_reunion_for(roles_de(request), _ici(request), uuid, agir=True)
    if "ecart" in request.POST:
        ecart = trouver_objet(request.POST["ecart"], _ici(request))
        if not isinstance(ecart, Ecart):
            raise Http404
        mettre_a_l_ordre_du_jour(ecart, reunion=lue, par=_moi(request), le=timezone.now())
        messages.success(request, "L’écart est à l’ordre du jour.")
        return redirect("animation:reunion", uuid)
    form = PointForm(request.POST, convention=_convention(lue))
    if not form.is_valid():
        return _page_reunion(request, lue, form)
    objet = trouver_objet(form.cleaned_data["objet"], _ici(request))
    inscrire_point(lue, titre=form.cleaned_data["titre"], objet=objet, par=_moi(request), le=timezone.now())
    messages.success(request, "Le point est à l’ordre du jour.")
    return redirect("animation:reunion", uuid)


def decider(request: HttpRequest, uuid: UUID) -> HttpResponse:
    lue = get_reunion_for(roles_de(request), _ici(request), uuid, agir=True)
    form = DecisionForm(
        request.POST or None,
        territoire=_ici(request),
        convention=_convention(lue),
        initial={"objet": request.GET.get("objet", ""), "texte": ""},
    )
    if request.method == "POST" and form.is_valid():
        valeurs = form.cleaned_data
        objet = trouver_objet(valeurs.pop("objet"), _ici(request))
        prise = prendre_decision(lue, objet=objet, par=_moi(request), le=timezone.now(), **valeurs)
        messages.success(
            request,
            f"La décision n° {prise.numero} est écrite. Elle se modifie tant que la réunion est ouverte.",
        )
        return redirect("animation:reunion", uuid)
    return _formulaire(request, "animation/decider.html", form, {"reunion": lue})


def decision_modifier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    decision = get_decision_for(roles_de(request), _ici(request), uuid, agir=True)
    form = DecisionForm(request.POST or None, territoire=_ici(request), convention=None, decision=decision)
    if request.method == "POST" and form.is_valid():
        nom = f"{decision.objet_type}:{decision.objet_uuid}" if decision.objet_uuid else ""
        objet = trouver_objet(nom, _ici(request))
        changer_decision(decision, objet=objet, par=_moi(request), le=timezone.now(), **form.cleaned_data)
        messages.success(request, f"La décision n° {decision.numero} est enregistrée.")
        return redirect("animation:reunion", decision.reunion.uuid)
    contexte = {"reunion": decision.reunion, "decision": decision}
    return _formulaire(request, "animation/decision_modifier.html", form, contexte)


def ecarts(request: HttpRequest) -> HttpResponse:
    """All écarts, those that wait first; each may be put on the agenda of a meeting to come."""
    page = Paginator(ecarts_de(_ici(request)), PAR_PAGE).get_page(request.GET.get("page"))
    attendent = any(ecart.decision_id is None for ecart in page)
    ouvertes = Reunion.objects.du(_ici(request)).filter(etat__in=["preparee", "en_seance"]).order_by("le")
    contexte = _commun(request) | {
        "page": page,
        "lignes": [(ecart, titre_ecart(ecart)) for ecart in page],
        "prochaine": ouvertes.first() if attendent else None,
    }
    return render(request, "animation/ecarts.html", contexte)


def _formulaire(request: HttpRequest, page: str, form: Any, contexte: dict[str, Any]) -> HttpResponse:
    contexte = _commun(request) | contexte | {"form": form}
    return render(request, page, contexte, status=422 if form.errors else 200)


def _commun(request: HttpRequest) -> dict[str, Any]:
    return {"rubrique": "pro", "coordonne": bool(roles_de(request) & COORDINATION)}


def _convention(reunion: Reunion) -> Convention | None:
    """The convention that a meeting is about: the one of its day."""
    return convention_a_montrer(reunion.instance.territoire, le=reunion.le)


def _ici(request: HttpRequest) -> Territoire:
    territoire = request.territoire  # type: ignore[attr-defined]
    if not territoire:
        raise Http404("Aucun territoire n’est encore chargé.")
    return cast("Territoire", territoire)


def _moi(request: HttpRequest) -> Personne:
    return cast("Personne", request.user)
