"""The public addresses of what is known of the territory, below /territoire/."""

from django.urls import URLPattern, URLResolver, path

from maillage.diagnostic import views_publiques

app_name = "diagnostic"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views_publiques.territoire, name="territoire"),
    path("<str:code>/", views_publiques.commune, name="commune"),
]
