"""The app « Animation »."""

from django.apps import AppConfig


class AnimationConfig(AppConfig):
    name = "maillage.animation"
    label = "animation"
    verbose_name = "Animation"
