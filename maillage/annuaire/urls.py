"""Addresses of the directory. Ids may hold any sign, hence `path`; the longer addresses come first."""

from django.urls import URLPattern, URLResolver, path

from maillage.annuaire import views, views_saisie

app_name = "annuaire"
urlpatterns: list[URLPattern | URLResolver] = [
    path("recherche", views.recherche, name="recherche"),
    path("structure/ajouter", views_saisie.structure_ajouter, name="structure_ajouter"),
    path("structure/<path:identifiant>/histoire", views_saisie.structure_histoire, name="structure_histoire"),
    path("structure/<path:identifiant>/corriger", views_saisie.structure_corriger, name="structure_corriger"),
    path("structure/<path:identifiant>/fermer", views_saisie.structure_fermer, name="structure_fermer"),
    path("structure/<path:identifiant>/rouvrir", views_saisie.structure_rouvrir, name="structure_rouvrir"),
    path("structure/<path:identifiant>", views.structure, name="structure"),
    path("service/<path:identifiant>/corriger", views_saisie.service_corriger, name="service_corriger"),
    path("service/<path:identifiant>", views.service, name="service"),
    path("annuaire/correction/<int:pk>/lever", views_saisie.correction_lever, name="correction_lever"),
]
