"""The addresses of the recensement, below /pilotage/recensement/."""

from django.urls import URLPattern, URLResolver, path

from maillage.diagnostic import views

app_name = "recensement"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.tableau, name="tableau"),
    path("tableau.csv", views.tableau_csv, name="tableau_csv"),
    path("noter/", views.noter, name="noter"),
    path("reglages/", views.reglages, name="reglages"),
    path("competences/", views.competences, name="competences"),
    path("competences/<uuid:uuid>/retirer/", views.competence_retirer, name="competence_retirer"),
    path("lots/<uuid:lot>/annuler/", views.lot_annuler, name="lot_annuler"),
    path("cellule/<slug:famille>/<str:code>/", views.cellule, name="cellule"),
]
