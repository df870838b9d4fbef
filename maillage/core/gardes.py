"""Make a table append-only in the engine itself; called by the migrations of the apps that hold proofs.

The triggers read the journal's own switch (`journal.garde_levee`): there is one bypass in the house, not several.
"""

from typing import Any

GESTES = ("update", "delete")
_LEVEE = "COALESCE((SELECT levee FROM core_garde WHERE cle = 1), {faux})"


def poser(connexion: Any, tables: dict[str, str]) -> None:
    """`{table: the French sentence of the refusal}`: UPDATE and DELETE are refused with it."""
    with connexion.cursor() as curseur:
        for table, refus in tables.items():
            for requete in _requetes(connexion.vendor, table, refus):
                curseur.execute(requete)


def retirer(connexion: Any, tables: dict[str, str]) -> None:
    postgresql = connexion.vendor == "postgresql"
    with connexion.cursor() as curseur:
        for table in tables:
            for geste in (*GESTES, "truncate"):
                curseur.execute(
                    f"DROP TRIGGER IF EXISTS {table}_{geste}" + (f" ON {table}" if postgresql else "")
                )
            if postgresql:
                curseur.execute(f"DROP FUNCTION IF EXISTS garder_{table}()")


def tables_gardees(connexion: Any) -> list[str]:
    """The tables that refuse to be emptied row by row, as SQLite knows them."""
    with connexion.cursor() as curseur:
        curseur.execute(
            "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%core_garde%'"
        )
        return sorted(nom for (nom,) in curseur.fetchall())


def _requetes(moteur: str, table: str, refus: str) -> list[str]:
    if moteur == "sqlite":
        return [
            f"CREATE TRIGGER {table}_{geste} BEFORE {geste} ON {table} WHEN NOT {_LEVEE.format(faux=0)} "
            f"BEGIN SELECT RAISE(ABORT, '{refus}'); END"
            for geste in GESTES
        ]
    return [
        f"CREATE OR REPLACE FUNCTION garder_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_LEVEE.format(faux='false')} THEN RETURN COALESCE(NEW, OLD); "
        f"END IF; RAISE EXCEPTION '{refus}'; END $$",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION garder_{table}()",
        *(
            f"CREATE TRIGGER {table}_{geste} BEFORE {geste} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION garder_{table}()"
            for geste in GESTES
        ),
    ]
