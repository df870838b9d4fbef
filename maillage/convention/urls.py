"""The addresses of the plan, below /plan/. What is read without an account also answers with the other last slash."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, register_converter

from maillage.convention import views_edition, views_import, views_mesures, views_plan
from maillage.convention.converters import Code, CodeIndicateur, Numero, Periode

register_converter(Periode, "periode")
register_converter(Code, "code")
register_converter(Numero, "numero")
register_converter(CodeIndicateur, "indicateur")

app_name = "convention"


def deux(route: str, vue: Callable[..., HttpResponse], nom: str) -> list[URLPattern]:
    """Two spellings of one address, with and without the last slash; the last declared is the one pages link to."""
    autre = route.removesuffix("/") if route.endswith("/") else f"{route}/"
    return [path(autre, vue, name=nom), path(route, vue, name=nom)]


FICHE = "<periode:periode>/<code:code>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views_plan.plan, name="plan"),
    path("importer/", views_import.plan_importer, name="plan_importer"),
    path("lecture/<uuid:uuid>/", views_import.plan_lecture, name="plan_lecture"),
    *deux("<code:code>", views_plan.fiche_en_vigueur, "fiche_en_vigueur"),
    *deux("<periode:periode>/", views_plan.plan_periode, "plan_periode"),
    path("<periode:periode>/document/", views_plan.document, name="document"),
    *deux(f"{FICHE}/", views_plan.fiche, "fiche"),
    path(f"{FICHE}/histoire/", views_plan.fiche_histoire, name="fiche_histoire"),
    path(f"{FICHE}/modifier/", views_edition.fiche_modifier, name="fiche_modifier"),
    path(f"{FICHE}/valider/", views_edition.fiche_valider, name="fiche_valider"),
    *deux(f"{FICHE}/version-<int:numero>", views_plan.fiche_version, "fiche_version"),
    path(f"{FICHE}/version-<int:numero>/retablir/", views_edition.fiche_retablir, name="fiche_retablir"),
    *deux(f"{FICHE}/objectif-<numero:numero>", views_plan.objectif, "objectif"),
    path(
        f"{FICHE}/objectif-<numero:numero>/modifier/",
        views_edition.objectif_modifier,
        name="objectif_modifier",
    ),
    *deux(f"{FICHE}/indicateur-<indicateur:indicateur>", views_mesures.indicateur, "indicateur"),
    path(f"{FICHE}/indicateur-<indicateur:indicateur>/cible/", views_mesures.cible_poser, name="cible_poser"),
]
