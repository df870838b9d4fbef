"""A computed value and a freeze refuse UPDATE and DELETE: what a committee saw stays what it saw."""

from django.db import migrations

from maillage.core import gardes

TABLES = {
    "convention_valeur": "Une valeur calculée ne se modifie pas.",
    "convention_gel": "Un gel ne se modifie pas.",
    "convention_gel_valeurs": "Un gel ne se modifie pas.",
}


def poser(apps: object, schema_editor: object) -> None:
    gardes.poser(schema_editor.connection, TABLES)


def retirer(apps: object, schema_editor: object) -> None:
    gardes.retirer(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("convention", "0004_textes_sans_limite")]
    operations = [migrations.RunPython(poser, retirer)]
