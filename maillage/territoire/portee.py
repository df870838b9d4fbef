"""Which territory this request is about; called by the middleware chain and by the templates."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from maillage.territoire.models import Territoire


def territoire_pour(hote: str) -> Territoire | None:
    """The territory whose host name is asked for, else the instance's own, else none (nothing loaded yet)."""
    nom = hote.rsplit(":", 1)[0].lower()
    if nom:
        trouve = Territoire.objects.select_related("groupement").filter(hote__iexact=nom).first()
        if trouve:
            return trouve
    return Territoire.objects.select_related("groupement").filter(slug=settings.TERRITOIRE).first()


class TerritoireServi:
    """Set `request.territoire`, found when it is first asked for; public files cost no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.territoire = SimpleLazyObject(lambda: territoire_pour(request.get_host()))  # type: ignore[attr-defined]
        return self.get_response(request)


def territoire_servi(request: HttpRequest) -> dict[str, object]:
    """Context of every template."""
    return {"territoire": getattr(request, "territoire", None)}
