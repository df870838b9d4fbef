"""The addresses of the calendar that coordinators keep, below /pilotage/calendrier/."""

from django.urls import URLPattern, URLResolver, path

from maillage.territoire import views

app_name = "territoire"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.calendrier, name="calendrier"),
    path("<str:code>/", views.vendredi_saint, name="vendredi_saint"),
]
