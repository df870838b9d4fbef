"""The app « Portail »."""

from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "maillage.portail"
    label = "portail"
    verbose_name = "Portail"
