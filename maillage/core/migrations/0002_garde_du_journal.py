"""The journal refuses UPDATE, DELETE and TRUNCATE, on both engines."""

from django.db import migrations

from maillage.core import gardes
from maillage.core.journal import TABLES_GARDEES


def poser(apps: object, schema_editor: object) -> None:
    gardes.poser(schema_editor.connection, TABLES_GARDEES)


def retirer(apps: object, schema_editor: object) -> None:
    gardes.retirer(schema_editor.connection, TABLES_GARDEES)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(poser, retirer)]
