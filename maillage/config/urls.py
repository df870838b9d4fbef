"""All addresses. Each one has a row in the table of rights (`comptes/droits.py`), or the tests fail."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("maillage.portail.urls")),
    path("", include("maillage.annuaire.urls")),
    path("pilotage/calendrier/", include("maillage.territoire.urls")),
    path("plan/", include("maillage.convention.urls")),
    path("territoire/", include("maillage.diagnostic.urls_publiques")),
    path("pilotage/recensement/", include("maillage.diagnostic.urls")),
    path("pilotage/", include("maillage.animation.urls")),
    path("compte/", include("maillage.comptes.urls")),
]

handler400 = "maillage.portail.erreurs.requete_refusee"
handler403 = "maillage.portail.erreurs.acces_refuse"
handler404 = "maillage.portail.erreurs.introuvable"
handler429 = "maillage.portail.erreurs.trop_de_demandes"  # asked by django-allauth
handler500 = "maillage.portail.erreurs.panne"
