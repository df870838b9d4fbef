"""The app « Instances »."""

from django.apps import AppConfig


class InstancesConfig(AppConfig):
    name = "maillage.instances"
    label = "instances"
    verbose_name = "Instances"
