"""Refuse, before any view, what no honest client sends: NUL, lone surrogates, endless addresses."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ADRESSE_MAX = 8_000


class RequeteSaine:
    """Answer 400 or 414 with a readable page; a NUL or bytes that are not UTF-8 would break PostgreSQL or a log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chaine = request.META.get("QUERY_STRING", "")
        if len(chaine) + len(request.path) > ADRESSE_MAX:
            return render(request, "414.html", status=414)
        if self._trop_lourde(request):
            return render(request, "413.html", {"limite": settings.TAILLE_MAX_ENVOI // 2**20}, status=413)
        if not (self._saine(chaine) and "\x00" not in request.path and self._encodable(request.path)):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def _trop_lourde(self, request: HttpRequest) -> bool:
        """Before a byte of the body is read; a file larger than the limit goes through the command."""
        annoncee = request.META.get("CONTENT_LENGTH") or "0"
        return not annoncee.isdigit() or int(annoncee) > settings.TAILLE_MAX_ENVOI + 1_000_000

    def _saine(self, chaine: str) -> bool:
        octets = unquote_to_bytes(chaine.replace("+", " "))
        try:
            octets.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return b"\x00" not in octets

    def _encodable(self, chemin: str) -> bool:
        try:
            chemin.encode("utf-8")
        except UnicodeEncodeError:
            return False
        return "\ufffd" not in chemin

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A NUL or a surrogate inside a form reaches the database as ValueError: it is the sender's fault."""
        if isinstance(exception, UnicodeEncodeError) or (
            isinstance(exception, ValueError) and "NUL" in str(exception)
        ):
            raise BadRequest("characters that no text holds") from exception
        return None
