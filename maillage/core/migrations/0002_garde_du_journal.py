"""The journal refuses UPDATE, DELETE and TRUNCATE, on both engines."""

from django.db import migrations

from maillage.core.journal import poser_gardes, retirer_gardes


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(poser_gardes, retirer_gardes)]
