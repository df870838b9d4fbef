"""Error pages: what happened, what to do next, and the number to quote."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def requete_refusee(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        limite = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        return render(request, "413.html", {"limite": limite}, status=413)
    return render(request, "400.html", status=400)


def acces_refuse(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"raison": str(exception or "")}, status=403)


def introuvable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def trop_de_demandes(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Windows slide: after ten minutes most limits have room again; one by the hour answers 429 once more."""
    reponse = render(request, "429.html", status=429)
    reponse["Retry-After"] = "600"
    return reponse


def panne(request: HttpRequest) -> HttpResponse:
    """Without request context: a page about a broken database asks the database nothing."""
    return HttpResponse(render_to_string("500.html"), status=500)


def jeton_perime(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_jeton.html", status=403)
