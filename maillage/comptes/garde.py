"""Apply the table of rights to every request, before the view; closed by default."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string

from maillage.comptes.droits import COMPTE, DROITS, TOUS, Roles
from maillage.comptes.roles import roles_de

journal = logging.getLogger("maillage.droits")
LECTURE = {"GET", "HEAD"}


class TableDesDroits:
    """403 for a route without a row or a role that is not in it, 405 for a method nobody has there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        droit = DROITS.get(route)
        if droit is None:
            journal.error("route sans ligne dans la table des droits : %s", route)
            raise PermissionDenied("Cette page n’est pas ouverte.")
        permis = _permis(droit.lire, droit.agir, request.method or "")
        if permis is None:
            methodes = [
                m for m, roles in (("GET", droit.lire), ("HEAD", droit.lire), ("POST", droit.agir)) if roles
            ]
            return HttpResponseNotAllowed(methodes, render_to_string("404.html", request=request))
        if permis == TOUS:
            return None
        if permis == COMPTE and request.user.is_authenticated:
            return None
        if not permis & roles_de(request):
            raise PermissionDenied(
                "Votre compte n’a pas ce rôle. Demandez à la coordination de la convention."
            )
        return None


def _permis(lire: Roles, agir: Roles, methode: str) -> Roles | None:
    """The roles allowed to use the method; None when the method is not there at all."""
    if methode in LECTURE:
        return lire or None
    if methode == "POST":
        return agir or None
    return None
