"""The app « Convention »."""

from django.apps import AppConfig


class ConventionConfig(AppConfig):
    name = "maillage.convention"
    label = "convention"
    verbose_name = "Convention"
