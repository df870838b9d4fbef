"""The public export of the directory, of all or of one search, streamed."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from maillage.annuaire.demande import lire
from maillage.annuaire.exports.creneaux import Flux
from maillage.annuaire.exports.formats import FORMATS, Format
from maillage.annuaire.exports.notice import make_notice
from maillage.annuaire.exports.selection import Selection, selectionner
from maillage.core.erreurs import RegleMetier


@login_not_required
def exporter(request: HttpRequest, forme: str) -> HttpResponseBase:
    format_ = FORMATS.get(forme)
    if format_ is None:
        raise Http404
    le = timezone.now()
    selection = selectionner(
        lire(request.GET),
        territoire=request.territoire or None,  # type: ignore[attr-defined]
        exemples=request.GET.get("exemples") == "oui",
        le=timezone.localdate(le),
    )
    _check_taille(selection, format_)
    if request.method == "HEAD":
        return _avec_entetes(HttpResponse(content_type=format_.type_mime), format_, selection)
    flux = Flux(format_.ecrire(selection, make_notice(selection, le=le)))
    return _avec_entetes(StreamingHttpResponse(flux, content_type=format_.type_mime), format_, selection)


def _check_taille(selection: Selection, format_: Format) -> None:
    if format_.offres_max is not None and selection.compte() > format_.offres_max:
        raise RegleMetier(
            f"Plus de {format_.offres_max} fiches : un classeur serait trop long à préparer ici. Prenez le format CSV, "
            "ou affinez la recherche."
        )


def _avec_entetes(reponse: HttpResponseBase, format_: Format, selection: Selection) -> HttpResponseBase:
    suite = "-incomplet" if selection.tronquee else ""
    nom = f"annuaire-{selection.le.isoformat()}{suite}.{format_.extension}"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse["X-Robots-Tag"] = "noindex"
    return reponse
