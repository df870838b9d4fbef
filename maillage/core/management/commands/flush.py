"""Django's `flush`, called by the tests after a real transaction; the journal's guard is lifted for it alone."""

from typing import Any

from django.core.management.commands.flush import Command as FlushDjango
from django.db import connection

from maillage.core.gardes import tables_gardees
from maillage.core.journal import garde_levee


class Command(FlushDjango):
    def handle(self, *args: Any, **options: Any) -> None:
        with garde_levee("essais"):
            if connection.vendor == "sqlite":
                # Row by row, the guard's own may go first: empty what it guards while it can still be read.
                with connection.cursor() as curseur:
                    for table in tables_gardees(connection):
                        curseur.execute(f"DELETE FROM {table}")
            super().handle(*args, **options)
