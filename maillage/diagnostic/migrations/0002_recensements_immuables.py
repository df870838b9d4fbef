"""An act of the recensement refuses UPDATE and DELETE: it is undone by another act, which says who and when."""

from django.db import migrations

from maillage.core import gardes

TABLES = {"diagnostic_recensement": "Un recensement noté ne se modifie pas : il s’annule."}


def poser(apps: object, schema_editor: object) -> None:
    gardes.poser(schema_editor.connection, TABLES)


def retirer(apps: object, schema_editor: object) -> None:
    gardes.retirer(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("diagnostic", "0001_initial"), ("core", "0002_garde_du_journal")]
    operations = [migrations.RunPython(poser, retirer)]
