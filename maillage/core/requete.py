"""Give each request an id and one JSON line in the log; holds no text typed by a person."""

import contextvars
import json
import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

identifiant: contextvars.ContextVar[str] = contextvars.ContextVar("identifiant", default="")
acces = logging.getLogger("maillage.acces")


class IdentifiantRequete:
    """Set `request.identifiant`, send it back in `X-Request-ID`, log method, route, status and duration.

    The log names the route and not the address: what families search for is nobody's business.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        jeton = identifiant.set(uuid.uuid4().hex[:16])
        debut = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identifiant.get()
            self._noter(request, response, debut)
            return response
        finally:
            identifiant.reset(jeton)

    def _noter(self, request: HttpRequest, response: HttpResponse, debut: float) -> None:
        trouvee = request.resolver_match
        acces.info(
            "requete",
            extra={
                "methode": request.method,
                "route": trouvee.view_name if trouvee else None,
                "statut": response.status_code,
                "ms": round((time.perf_counter() - debut) * 1000, 1),
            },
        )


CHAMPS_ACCES = ("methode", "route", "statut", "ms")


class FormatJson(logging.Formatter):
    """One JSON object per line: time, level, logger, message, request id, and the traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        ligne: dict[str, object] = {
            "le": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "niveau": record.levelname,
            "nom": record.name,
            "message": record.getMessage(),
            "requete": identifiant.get() or None,
        }
        ligne |= {champ: getattr(record, champ) for champ in CHAMPS_ACCES if hasattr(record, champ)}
        if record.exc_info:
            ligne["trace"] = self.formatException(record.exc_info)
        return json.dumps(ligne, ensure_ascii=False, default=str)
