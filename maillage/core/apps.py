"""The app « Socle »."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "maillage.core"
    label = "core"
    verbose_name = "Socle"
