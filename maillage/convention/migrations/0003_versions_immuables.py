"""A version of a fiche refuses UPDATE and DELETE, on both engines, like the journal it is read with."""

from django.db import migrations

from maillage.core import gardes

TABLES = {"convention_version": "Une version ne se modifie pas."}


def poser(apps: object, schema_editor: object) -> None:
    gardes.poser(schema_editor.connection, TABLES)


def retirer(apps: object, schema_editor: object) -> None:
    gardes.retirer(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("convention", "0002_champs_du_document"), ("core", "0002_garde_du_journal")]
    operations = [migrations.RunPython(poser, retirer)]
