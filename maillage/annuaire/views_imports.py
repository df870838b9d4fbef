"""The staff pages of sources and imports: send a file, read what it would change, confirm, or give up."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from maillage.annuaire import import_source
from maillage.annuaire.envoi import LimiteEnvoi, en_chemin
from maillage.annuaire.forms import ImportForm
from maillage.annuaire.import_differe import confirmer
from maillage.annuaire.import_rapport import rapport_de
from maillage.annuaire.import_source import LOT as LIGNES_PAR_LOT
from maillage.annuaire.lecteurs.description import sources as sources_decrites
from maillage.annuaire.models import Doublon, Import, Source
from maillage.annuaire.permissions import get_import_for
from maillage.annuaire.presentation import age
from maillage.comptes.models import Personne
from maillage.comptes.roles import roles_de
from maillage.core.erreurs import RegleMetier

PAR_PAGE = 20
REFUSE = 422


def sources(request: HttpRequest) -> HttpResponse:
    le = timezone.localdate()
    visibles = Count("apports__structure", distinct=True, filter=Q(apports__disparu_le__isnull=True))
    chargees = Source.objects.annotate(structures=visibles).order_by("rang", "nom")
    lignes = [(source, age(source.edition_le, le=le) if source.edition_le else "") for source in chargees]
    absentes = [
        s for slug, s in sources_decrites().items() if slug not in {source.slug for source in chargees}
    ]
    contexte = {"lignes": lignes, "absentes": absentes, "rubrique": "pro"}
    return render(request, "annuaire/sources.html", contexte)


def imports(request: HttpRequest) -> HttpResponse:
    tous = Import.objects.select_related("source_ref", "par").order_by("-pk")
    page = Paginator(tous, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "annuaire/imports.html", {"page": page, "rubrique": "pro"})


@csrf_exempt
def import_nouveau(request: HttpRequest) -> HttpResponse:
    """The token is checked one step later, by `_recevoir`: reading it here would read the file without its limit."""
    limite = LimiteEnvoi(request)
    request.upload_handlers.insert(0, limite)
    return _recevoir(request, limite=limite)


@csrf_protect
def _recevoir(request: HttpRequest, *, limite: LimiteEnvoi) -> HttpResponse:
    form = ImportForm()
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, trop_gros=limite.depasse)
        if form.is_valid():
            try:
                return redirect("annuaire:import_detail", _preparer(request, form).uuid)
            except RegleMetier as refus:
                form.add_error(None, str(refus))
    contexte = {"form": form, "rubrique": "pro"}
    return render(request, "annuaire/import_nouveau.html", contexte, status=REFUSE if form.errors else 200)


def _preparer(request: HttpRequest, form: ImportForm) -> Import:
    fichier = form.cleaned_data["fichier"]
    with en_chemin(fichier) as chemin:
        return import_source.preparer(
            form.cleaned_data["source"],
            chemin,
            nom=fichier.name,
            par=cast(Personne, request.user),
            le=timezone.now(),
            edition_le=form.cleaned_data["edition_le"],
            plus_ancienne=form.cleaned_data["plus_ancienne"],
        )


def import_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    import_ = get_import_for(uuid, roles=roles_de(request))
    rapport = rapport_de(import_.rapport)
    contexte = {
        "import": import_,
        "rapport": rapport,
        "illisibles": [rapport.illisible],
        "part": 100 * rapport.retires // rapport.actives_avant if rapport.actives_avant else 0,
        "ecrites": min(import_.curseur * LIGNES_PAR_LOT, rapport.lues),
        "doublons": Doublon.objects.filter(etat="signale").count() if rapport.doublons else 0,
        "rubrique": "pro",
    }
    return render(request, "annuaire/import_detail.html", contexte)


@require_POST
def import_confirmer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    import_ = get_import_for(uuid, roles=roles_de(request))
    try:
        fait = confirmer(
            import_, le=timezone.now(), retraits_confirmes=request.POST.get("retraits_confirmes") == "on"
        )
    except RegleMetier as refus:
        messages.error(request, str(refus))
    else:
        dit = (
            "L’annuaire est à jour."
            if fait.etat == "termine"
            else "L’import a commencé, il continue sans vous."
        )
        messages.success(request, dit)
    return redirect("annuaire:import_detail", import_.uuid)


@require_POST
def import_abandonner(request: HttpRequest, uuid: UUID) -> HttpResponse:
    import_ = get_import_for(uuid, roles=roles_de(request))
    import_source.abandonner(import_, par=cast(Personne, request.user), le=timezone.now())
    messages.success(request, "L’import est abandonné : rien n’a changé.")
    return redirect("annuaire:imports")
