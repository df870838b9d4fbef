"""The addresses that belong to no single app: home, desk, health, legal pages."""

from django.urls import URLPattern, URLResolver, path

from maillage.portail import views

app_name = "portail"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.accueil, name="accueil"),
    path("bureau/", views.bureau, name="bureau"),
    path("sante", views.sante, name="sante"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.icone, name="icone"),
    path("accessibilite", views.accessibilite, name="accessibilite"),
    path("vos-donnees", views.donnees, name="donnees"),
    path("mentions-legales", views.mentions, name="mentions"),
    path("aide", views.aide, name="aide"),
]
