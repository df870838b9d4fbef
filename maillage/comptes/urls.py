"""The addresses of accounts: django-allauth's own views under our French addresses, and « Personnes et rôles ».

Only these views of django-allauth are wired: no sign-up, no address management, no social account.
"""

from allauth.account import views as allauth
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path

from maillage.comptes import views

personnes: list[URLPattern | URLResolver] = [
    path("", views.personnes, name="personnes"),
    path("ajouter", views.personne_ajouter, name="personne_ajouter"),
    path("<uuid:uuid>", views.personne_modifier, name="personne_modifier"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("connexion/", allauth.login, name="account_login"),
    path("sortie/", login_not_required(allauth.logout), name="account_logout"),
    path("code/", allauth.request_login_code, name="account_request_login_code"),
    path("code/saisir/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("mot-de-passe/oublie/", allauth.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/oublie/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/oublie/fait/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("mot-de-passe/", allauth.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", allauth.password_set, name="account_set_password"),
    path("confirmer/", allauth.reauthenticate, name="account_reauthenticate"),
    # django-allauth sends people here; our pages say who opens accounts and who suspends them.
    path("ouvrir/", views.ouverture, name="account_signup"),
    path("suspendu/", views.suspendu, name="account_inactive"),
    path("personnes/", include((personnes, "comptes"))),
]
