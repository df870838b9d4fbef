"""The coordination's pages: give a convention's document in, look at what was read in it, publish the plan."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from maillage.convention.document import lire_lignes
from maillage.convention.forms import DocumentForm, PublierForm
from maillage.convention.import_plan import (
    Lecture,
    deja_importe,
    garder_brouillon,
    importer_plan,
    lire_document,
    periode_du_plan,
    relire,
)
from maillage.convention.lecture.plan import DocumentIllisible
from maillage.convention.models import Convention, Document
from maillage.convention.permissions import get_document_for
from maillage.convention.views_plan import ici
from maillage.territoire.models import Territoire


def plan_importer(request: HttpRequest) -> HttpResponse:
    territoire = ici(request)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and territoire and form.is_valid():
        nom, octets = form.octets()
        try:
            lecture = lire_document(octets, nom=nom)
        except DocumentIllisible as refus:
            form.add_error("fichier" if request.FILES else "texte", str(refus))
        else:
            return _suite(request, lecture, territoire)
    contexte = {
        "rubrique": "plan",
        "form": form,
        "brouillons": Document.objects.du(territoire)
        .filter(conventions=None)
        .only("uuid", "nom", "depose_le")
        .order_by("-depose_le")[:10]
        if territoire
        else (),
    }
    return render(request, "convention/plan_importer.html", contexte, status=422 if form.errors else 200)


def _suite(request: HttpRequest, lecture: Lecture, territoire: Territoire) -> HttpResponse:
    """To the plan that this document already made, else to what was read in it."""
    deja = deja_importe(lecture, territoire=territoire)
    if deja is not None:
        messages.info(
            request, f"Ce document a déjà donné le plan {deja.periode}. Rien n’a été écrit une seconde fois."
        )
        return redirect("convention:plan_periode", deja.periode)
    with transaction.atomic():
        document = garder_brouillon(lecture, territoire=territoire, par=request.user, le=timezone.now())  # type: ignore[arg-type]
    return redirect("convention:plan_lecture", document.uuid)


def plan_lecture(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The source on one side, the plan on the other; refuse repairs, read again, publish."""
    document = get_document_for(request.user, ici(request), uuid)
    convention = Convention.objects.du(document.territoire).filter(document=document).first()
    if convention is not None:
        return redirect("convention:document", convention.periode)
    if request.method == "POST":
        return _relire_ou_publier(request, document)
    lecture = relire(document)
    return _page_lecture(request, document, lecture, _publier_form(lecture))


def _publier_form(lecture: Lecture) -> PublierForm:
    jours = periode_du_plan(lecture.plan)
    return PublierForm(initial={"debut": jours[0], "fin": jours[1]} if jours else None)


def _relire_ou_publier(request: HttpRequest, document: Document) -> HttpResponse:
    connues = {reparation["id"] for reparation in document.reparations}
    refusees = frozenset(request.POST.getlist("refusee")) & connues
    lecture = relire(document, refusees=refusees)
    with transaction.atomic():
        garder_brouillon(lecture, territoire=document.territoire, par=document.par, le=document.depose_le)
    if "publier" not in request.POST:
        messages.success(request, f"Relu. Réparations refusées : {len(refusees)}.")
        return redirect("convention:plan_lecture", document.uuid)
    form = PublierForm(request.POST)
    if not form.is_valid():
        document.refresh_from_db()
        return _page_lecture(request, document, lecture, form)
    convention = importer_plan(
        lecture,
        territoire=document.territoire,
        periode=form.periode(),
        debut=form.cleaned_data["debut"],
        fin=form.cleaned_data["fin"],
        par=request.user,  # type: ignore[arg-type]
        le=timezone.now(),
    )
    messages.success(
        request,
        f"Le plan {convention.periode} est publié. Chaque fiche a sa version 1 : le texte du document.",
    )
    return redirect("convention:plan_periode", convention.periode)


def _page_lecture(
    request: HttpRequest, document: Document, lecture: Lecture, form: PublierForm
) -> HttpResponse:
    plan = lecture.plan
    contexte = {
        "rubrique": "plan",
        "document": document,
        "plan": plan,
        "form": form,
        "lignes": lire_lignes(document),
        "objectifs": sum(len(fiche.objectifs) for fiche in plan.fiches),
        "sous_objectifs": sum(len(o.sous_objectifs) for fiche in plan.fiches for o in fiche.objectifs),
    }
    return render(request, "convention/plan_lecture.html", contexte, status=422 if form.errors else 200)
