"""The public pages of the territory: what is surveyed, and what is known in one commune."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from maillage.diagnostic.pages import page_commune, page_territoire
from maillage.territoire.communes import commune_actuelle


@login_not_required
def territoire(request: HttpRequest) -> HttpResponse:
    ici = request.territoire or None  # type: ignore[attr-defined]
    page = page_territoire(ici, le=timezone.localdate()) if ici else None
    return render(request, "diagnostic/territoire.html", {"page": page, "rubrique": "territoire"})


@login_not_required
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """A commune of the territory; the code of a part of one leads to the whole."""
    ici = request.territoire or None  # type: ignore[attr-defined]
    if not ici:
        raise Http404
    page = page_commune(ici, code, le=timezone.localdate())
    if page is None:
        actuelle = commune_actuelle(code)
        if actuelle is None or actuelle.code == code or actuelle.groupement_id != ici.groupement_id:
            raise Http404
        return redirect("diagnostic:commune", actuelle.code, permanent=True)
    return render(request, "diagnostic/commune.html", {"page": page, "rubrique": "territoire"})
