"""A version of a fiche refuses UPDATE and DELETE, on both engines, like the journal it is read with."""

from django.db import migrations

REFUS = "Une version ne se modifie pas."
GESTES = ("update", "delete")


def _requetes(moteur: str) -> list[str]:
    if moteur == "sqlite":
        return [
            f"CREATE TRIGGER convention_version_{geste} BEFORE {geste} ON convention_version "
            "WHEN NOT COALESCE((SELECT levee FROM core_garde WHERE cle = 1), 0) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUS}'); END"
            for geste in GESTES
        ]
    fonction = (
        "CREATE OR REPLACE FUNCTION convention_garder_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF COALESCE((SELECT levee FROM core_garde WHERE cle = 1), false) THEN "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF; "
        f"END IF; RAISE EXCEPTION '{REFUS}'; END $$"
    )
    return [
        fonction,
        *(
            f"CREATE TRIGGER convention_version_{geste} BEFORE {geste} ON convention_version FOR EACH ROW "
            "EXECUTE FUNCTION convention_garder_version()"
            for geste in GESTES
        ),
    ]


def poser(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection
    with connection.cursor() as curseur:
        for requete in _requetes(connection.vendor):
            curseur.execute(requete)


def retirer(apps: object, schema_editor: object) -> None:
    connection = schema_editor.connection
    table = " ON convention_version" if connection.vendor == "postgresql" else ""
    with connection.cursor() as curseur:
        for geste in GESTES:
            curseur.execute(f"DROP TRIGGER IF EXISTS convention_version_{geste}{table}")
        if table:
            curseur.execute("DROP FUNCTION IF EXISTS convention_garder_version()")


class Migration(migrations.Migration):
    dependencies = [("convention", "0002_champs_du_document"), ("core", "0002_garde_du_journal")]
    operations = [migrations.RunPython(poser, retirer)]
