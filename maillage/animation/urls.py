"""The addresses of meetings, below /pilotage/."""

from django.urls import URLPattern, URLResolver, path

from maillage.animation import views

app_name = "animation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reunions/", views.reunions, name="reunions"),
    path("reunions/nouvelle/", views.reunion_creer, name="reunion_creer"),
    path("reunions/<uuid:uuid>/", views.reunion, name="reunion"),
    path("reunions/<uuid:uuid>/etat/", views.reunion_etat, name="reunion_etat"),
    path("reunions/<uuid:uuid>/geler/", views.geler_valeurs, name="geler"),
    path("reunions/<uuid:uuid>/points/", views.point_ajouter, name="point_ajouter"),
    path("reunions/<uuid:uuid>/decider/", views.decider, name="decider"),
    path("decisions/<uuid:uuid>/", views.decision_modifier, name="decision_modifier"),
    path("ecarts/", views.ecarts, name="ecarts"),
]
