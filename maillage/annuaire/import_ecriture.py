"""Write many rows at once, as fast as the engine can; called by the batches of an import, in their transaction.

Values are given as JSON gives them (dates as text); only what the engine needs is converted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, models

Valeurs = dict[str, Any]


def reserver(modele: type[models.Model], combien: int) -> list[int]:
    """Fresh numbers for `combien` rows, growing; on SQLite the caller's transaction already has the write lock."""
    table, colonne = modele._meta.db_table, modele._meta.pk.column
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)::regclass) FROM generate_series(1, %s)",
                [table, colonne, combien],
            )
            return sorted(n for (n,) in curseur.fetchall())
        curseur.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        ligne = curseur.fetchone()
        debut = (ligne[0] if ligne else 0) + 1
        return list(range(debut, debut + combien))


def inserer(modele: type[models.Model], lignes: Iterable[Valeurs]) -> None:
    """Insert rows whose missing fields take the model's defaults; keys are attribute names (`source_ref_id`)."""
    champs = modele._meta.concrete_fields
    nus = [champ for champ in champs if not isinstance(champ, models.JSONField)]
    jsons = [champ for champ in champs if isinstance(champ, models.JSONField)]
    colonnes = [_cite(champ) for champ in (*nus, *jsons)]
    sql = (
        f"INSERT INTO {connection.ops.quote_name(modele._meta.db_table)} ({', '.join(colonnes)}) "  # noqa: S608
        f"VALUES ({', '.join(['%s'] * len(colonnes))})"
    )
    defauts = [(champ.attname, champ.get_default() if champ.has_default() else _vide(champ)) for champ in nus]
    defauts_json = [
        (champ.attname, _json(champ.get_default()) if champ.has_default() else None) for champ in jsons
    ]
    parametres = [
        (
            *(ligne.get(nom, defaut) for nom, defaut in defauts),
            *(_json(ligne[nom]) if nom in ligne else defaut for nom, defaut in defauts_json),
        )
        for ligne in lignes
    ]
    if parametres:
        with connection.cursor() as curseur:
            curseur.executemany(sql, parametres)


def modifier(modele: type[models.Model], lignes: Iterable[tuple[int, Valeurs]]) -> None:
    """Update rows by primary key; rows that change the same fields go together."""
    groupes: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for cle, valeurs in lignes:
        noms = tuple(sorted(valeurs))
        ecrites = (_pour_base(modele, nom, valeurs[nom]) for nom in noms)
        groupes.setdefault(noms, []).append((*ecrites, cle))
    table = connection.ops.quote_name(modele._meta.db_table)
    pk = _cite(modele._meta.pk)
    with connection.cursor() as curseur:
        for noms, parametres in groupes.items():
            affectations = ", ".join(f"{_colonne(modele, nom)} = %s" for nom in noms)
            curseur.executemany(f"UPDATE {table} SET {affectations} WHERE {pk} = %s", parametres)  # noqa: S608


def instant(le: datetime) -> Any:
    """An instant as the engine stores it (text on SQLite)."""
    return connection.ops.adapt_datetimefield_value(le)


def par_lots(elements: Sequence[Any], taille: int) -> Iterable[Sequence[Any]]:
    for debut in range(0, len(elements), taille):
        yield elements[debut : debut + taille]


def _vide(champ: "models.Field[Any, Any]") -> Any:
    return None if champ.null else ""


def _cite(champ: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(champ.column or champ.attname)


def _json(valeur: Any) -> str | None:
    return None if valeur is None else orjson.dumps(valeur).decode()


def _champ(modele: type[models.Model], nom: str) -> "models.Field[Any, Any]":
    return next(champ for champ in modele._meta.concrete_fields if champ.attname == nom)


def _colonne(modele: type[models.Model], nom: str) -> str:
    return _cite(_champ(modele, nom))


def _pour_base(modele: type[models.Model], nom: str, valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return instant(valeur)
    return _json(valeur) if isinstance(_champ(modele, nom), models.JSONField) else valeur
