"""The table of the shared cache: limits on sign-in are counted for all the processes of the instance together."""

from django.core.management import call_command
from django.db import migrations

TABLE = "comptes_compteurs"


def creer(apps: object, schema_editor: object) -> None:
    call_command("createcachetable", TABLE, database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("comptes", "0001_initial")]
    operations = [
        migrations.RunPython(
            creer, migrations.RunPython.noop
        ),
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=f"DROP TABLE IF EXISTS {TABLE}"),
    ]
