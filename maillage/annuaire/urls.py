"""Addresses of the directory. Ids may hold any sign, hence `path`; the longer addresses come first."""

from django.urls import URLPattern, URLResolver, path

from maillage.annuaire import (
    views,
    views_annexes,
    views_colonnes,
    views_doublons,
    views_exports,
    views_imports,
    views_saisie,
    views_structure,
)

app_name = "annuaire"
urlpatterns: list[URLPattern | URLResolver] = [
    path("recherche", views.recherche, name="recherche"),
    path("structure/ajouter", views_saisie.structure_ajouter, name="structure_ajouter"),
    path("structure/<path:identifiant>/histoire", views_saisie.structure_histoire, name="structure_histoire"),
    path(
        "structure/<path:identifiant>/corriger/<slug:groupe>",
        views_saisie.structure_corriger,
        name="structure_corriger_groupe",
    ),
    path(
        "structure/<path:identifiant>/ajouter/<slug:genre>",
        views_annexes.structure_annexe_ajouter,
        name="structure_annexe_ajouter",
    ),
    path("structure/<path:identifiant>/corriger", views_saisie.structure_corriger, name="structure_corriger"),
    path("structure/<path:identifiant>/fermer", views_saisie.structure_fermer, name="structure_fermer"),
    path("structure/<path:identifiant>/rouvrir", views_saisie.structure_rouvrir, name="structure_rouvrir"),
    path(
        "structure/<path:identifiant>/retablir", views_structure.structure_retablir, name="structure_retablir"
    ),
    path(
        "structure/<path:identifiant>/membres/<int:pk>/retirer",
        views_structure.membre_retirer,
        name="membre_retirer",
    ),
    path("structure/<path:identifiant>/retirer", views_structure.structure_retirer, name="structure_retirer"),
    path("structure/<path:identifiant>/membres", views_structure.structure_membres, name="structure_membres"),
    path("structure/<path:identifiant>", views.structure, name="structure"),
    path(
        "service/<path:identifiant>/corriger/<slug:groupe>",
        views_saisie.service_corriger,
        name="service_corriger_groupe",
    ),
    path(
        "service/<path:identifiant>/ajouter/<slug:genre>",
        views_annexes.service_annexe_ajouter,
        name="service_annexe_ajouter",
    ),
    path("service/<path:identifiant>/corriger", views_saisie.service_corriger, name="service_corriger"),
    path("service/<path:identifiant>", views.service, name="service"),
    path("annuaire/<slug:genre>/<int:pk>/corriger", views_annexes.annexe_modifier, name="annexe_modifier"),
    path("annuaire/<slug:genre>/<int:pk>/retirer", views_annexes.annexe_retirer, name="annexe_retirer"),
    path("annuaire/correction/<int:pk>/lever", views_saisie.correction_lever, name="correction_lever"),
    path("annuaire/exporter.<str:forme>", views_exports.exporter, name="exporter"),
    path("annuaire/sources", views_imports.sources, name="sources"),
    path("annuaire/colonnes", views_colonnes.colonnes, name="colonnes"),
    path("annuaire/colonnes/<str:jeton>", views_colonnes.colonnes_choisir, name="colonnes_choisir"),
    path("annuaire/imports", views_imports.imports, name="imports"),
    path("annuaire/imports/nouveau", views_imports.import_nouveau, name="import_nouveau"),
    path("annuaire/imports/<uuid:uuid>", views_imports.import_detail, name="import_detail"),
    path("annuaire/imports/<uuid:uuid>/confirmer", views_imports.import_confirmer, name="import_confirmer"),
    path(
        "annuaire/imports/<uuid:uuid>/abandonner", views_imports.import_abandonner, name="import_abandonner"
    ),
    path("annuaire/doublons", views_doublons.doublons, name="doublons"),
    path("annuaire/doublons/<int:pk>", views_doublons.doublon_examiner, name="doublon_examiner"),
]
