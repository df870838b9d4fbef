"""Django's `flush`, which the tests call after a real transaction: the journal's guard is lifted for it, there alone."""

from typing import Any

from django.core.management.commands.flush import Command as FlushDjango

from maillage.core.journal import garde_levee


class Command(FlushDjango):
    def handle(self, *args: Any, **options: Any) -> None:
        with garde_levee("essais"):
            super().handle(*args, **options)
