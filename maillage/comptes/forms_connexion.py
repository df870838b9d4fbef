"""The forms of django-allauth, with our words when an answer is missing; named by the setting ACCOUNT_FORMS."""

from typing import Any

from allauth.account import forms as allauth
from django.forms import Field

MOTS = {
    "login": "Écrivez votre adresse électronique.",
    "email": "Écrivez votre adresse électronique.",
    "password": "Écrivez votre mot de passe.",
    "oldpassword": "Écrivez votre mot de passe actuel.",
    "password1": "Choisissez un mot de passe.",
    "password2": "Écrivez le mot de passe une seconde fois.",
    "code": "Écrivez le code reçu par courriel.",
}


class EnClair:
    """Say what to write, field by field, instead of « obligatoire »."""

    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in self.fields.keys() & MOTS.keys():
            self.fields[nom].error_messages["required"] = MOTS[nom]


class Connexion(EnClair, allauth.LoginForm):
    pass


class DemandeCode(EnClair, allauth.RequestLoginCodeForm):
    pass


class SaisieCode(EnClair, allauth.ConfirmLoginCodeForm):
    pass


class MotDePasse(EnClair, allauth.ChangePasswordForm):
    pass


class PremierMotDePasse(EnClair, allauth.SetPasswordForm):
    pass


class Oubli(EnClair, allauth.ResetPasswordForm):
    pass


class NouveauMotDePasse(EnClair, allauth.ResetPasswordKeyForm):
    pass


class Confirmation(EnClair, allauth.ReauthenticateForm):
    pass
