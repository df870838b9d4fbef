"""Django's `flush`, called by the tests after a real transaction; the journal's guard is lifted for it alone."""

from typing import Any

from django.core.management.commands.flush import Command as FlushDjango
from django.db import connection

from maillage.core.journal import garde_levee
from maillage.core.models import Acte, ActeContenu


class Command(FlushDjango):
    def handle(self, *args: Any, **options: Any) -> None:
        with garde_levee("essais"):
            if connection.vendor == "sqlite":
                # Row by row, the guard's own may go first: empty the journal while it can still be read.
                ActeContenu.objects.all().delete()
                Acte.objects.all().delete()
            super().handle(*args, **options)
