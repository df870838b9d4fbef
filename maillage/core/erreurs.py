"""Refusals written for the user, and the one middleware that turns them into a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class RegleMetier(Exception):
    """A rule of the trade refuses the act; the text is the sentence shown, with the remedy."""

    statut = 422


class ConflitEdition(RegleMetier):
    """Somebody else saved first; nothing was overwritten. `actuel` holds the stored values, `saisi` the typed ones."""

    statut = 409

    def __init__(
        self, message: str, *, actuel: dict[str, object] | None = None, saisi: dict[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.actuel = actuel or {}
        self.saisi = saisi or {}


class RefusEnClair:
    """Show a RegleMetier as a readable page, with its status; every other exception goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RegleMetier):
            return None
        return render(request, "core/refus.html", {"refus": exception}, status=exception.statut)
