"""The calendar of the territory, kept by its coordinators: public holidays, Good Friday commune by commune."""

from django.contrib import messages
from django.db.models import Max, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire
from maillage.territoire.calendrier import ALSACE_MOSELLE, Calendrier, Reponse
from maillage.territoire.calendrier_local import SUJET, calendrier_de
from maillage.territoire.communes import communes_du_territoire
from maillage.territoire.faits import noter_vendredi_saint
from maillage.territoire.forms import VendrediSaintForm
from maillage.territoire.models import Commune, FaitCommune, PublicationScolaire

REFUSE = 422


def calendrier(request: HttpRequest) -> HttpResponse:
    communes = list(_communes(request).prefetch_related(_faits()))
    le = timezone.localdate()
    local = any(commune.departement in ALSACE_MOSELLE for commune in communes)
    general = calendrier_de(communes[0]) if communes else Calendrier()
    contexte = {
        "annees": [(annee, _feries(general, annee, local=local)) for annee in (le.year, le.year + 1)],
        "communes": [
            (commune, _fait(commune)) for commune in communes if commune.departement in ALSACE_MOSELLE
        ],
        "publie": PublicationScolaire.objects.filter(zone=general.zone).aggregate(fin=Max("fin"))["fin"],
        "zone": general.zone,
        "rubrique": "pro",
    }
    return render(request, "territoire/calendrier.html", contexte)


def vendredi_saint(request: HttpRequest, code: str) -> HttpResponse:
    commune = get_object_or_404(_communes(request).prefetch_related(_faits()), code=code)
    if commune.departement not in ALSACE_MOSELLE:
        raise Http404
    fait = _fait(commune)
    form = VendrediSaintForm(fait, request.POST if request.method == "POST" else None)
    statut = 200
    if request.method == "POST":
        statut = _noter(request, commune, form)
        if statut == 200:
            messages.success(request, f"C’est noté pour {commune.nom}.")
            return redirect("territoire:calendrier")
    contexte = {
        "commune": commune,
        "fait": fait,
        "form": form,
        "actes": histoire(commune)[:20],
        "rubrique": "pro",
    }
    return render(request, "territoire/vendredi_saint.html", contexte, status=statut)


def _noter(request: HttpRequest, commune: Commune, form: VendrediSaintForm) -> int:
    """200 when the answer is written, else the status of the form, its errors being on it."""
    if not form.is_valid():
        return REFUSE
    try:
        noter_vendredi_saint(
            commune,
            reponse=Reponse(form.cleaned_data["reponse"]),
            source=form.cleaned_data["source"],
            constate_le=form.cleaned_data["constate_le"],
            version=form.cleaned_data["version"],
            par=request.user,  # type: ignore[arg-type]
            le=timezone.now(),
        )
    except ConflitEdition as conflit:
        form.add_error(None, str(conflit))
        # The newest answer is shown above the form: sending it again is a choice.
        donnees = request.POST.copy()
        donnees["version"] = str(_version(commune))
        form.data = donnees
        return conflit.statut
    except RegleMetier as refus:
        form.add_error(None, str(refus))
        return REFUSE
    return 200


def _communes(request: HttpRequest) -> QuerySet[Commune]:
    """Those of the territory served: a coordinator answers for no other."""
    territoire = request.territoire  # type: ignore[attr-defined]
    return communes_du_territoire(territoire) if territoire else Commune.objects.none()


def _faits() -> Prefetch:
    return Prefetch("faits", FaitCommune.objects.filter(sujet=SUJET).select_related("par"))


def _fait(commune: Commune) -> FaitCommune | None:
    return next(iter(commune.faits.all()), None)


def _version(commune: Commune) -> int:
    trouvee = (
        FaitCommune.objects.filter(commune=commune, sujet=SUJET).values_list("version", flat=True).first()
    )
    return trouvee or 0


def _feries(general: Calendrier, annee: int, *, local: bool) -> list[tuple[object, str]]:
    """The holidays of the territory as a whole: Good Friday is told commune by commune, below."""
    tous = Calendrier(
        departement=general.departement, vendredi_saint=Reponse.INCONNU if local else Reponse.NON
    )
    return [(ferie.jour, ferie.nom) for ferie in tous.feries(annee)]
