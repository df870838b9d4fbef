"""Write many rows at once, as fast as the engine can; called by the batches of an import, in their transaction.

Values are given as JSON gives them (dates as text); only what the engine needs is converted.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, models

Valeurs = dict[str, Any]
PAGES_DE_JOURNAL = 16_000  # of 4 KB
MEMOIRE_KO = 96_000


@contextmanager
def en_nombre() -> Iterator[None]:
    """On SQLite, bring pages back to the file once for many batches, and keep more of the indexes in memory.

    Each commit is still on the disk when it returns: only the moment of copying the log into the file changes.
    """
    if connection.vendor != "sqlite":
        yield
        return
    voulus = {"wal_autocheckpoint": PAGES_DE_JOURNAL, "cache_size": -MEMOIRE_KO}
    with connection.cursor() as curseur:
        avant = {nom: curseur.execute(f"PRAGMA {nom}").fetchone()[0] for nom in voulus}
        for nom, valeur in voulus.items():
            curseur.execute(f"PRAGMA {nom} = {valeur}")
    try:
        yield
    finally:
        with connection.cursor() as curseur:
            for nom, valeur in avant.items():
                curseur.execute(f"PRAGMA {nom} = {valeur}")


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
        (champ.attname, en_texte_json(champ.get_default()) if champ.has_default() else None)
        for champ in jsons
    ]
    parametres = [
        (
            *(ligne.get(nom, defaut) for nom, defaut in defauts),
            *(en_texte_json(ligne[nom]) if nom in ligne else defaut for nom, defaut in defauts_json),
        )
        for ligne in lignes
    ]
    if parametres:
        with connection.cursor() as curseur:
            curseur.executemany(sql, parametres)


def inserer_colonnes(
    modele: type[models.Model],
    colonnes: Sequence[str],
    lignes: Iterable[tuple[Any, ...]],
    *,
    communs: Valeurs,
) -> None:
    """Insert rows given in the order of `colonnes` (attribute names), all with the values `communs`.

    JSON is given as text. A missing field takes the model's default; five times as fast as `inserer`.
    """
    fixes = communs | {
        champ.attname: champ.get_default() if champ.has_default() else _vide(champ)
        for champ in modele._meta.concrete_fields
        if champ.attname not in communs and champ.attname not in colonnes and not champ.null
    }
    noms = [_colonne(modele, nom) for nom in (*colonnes, *fixes)]
    table = f"{connection.ops.quote_name(modele._meta.db_table)} ({', '.join(noms)})"
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            fin = tuple(
                en_texte_json(valeur) if isinstance(valeur, dict) else valeur for valeur in fixes.values()
            )
            with curseur.copy(f"COPY {table} FROM STDIN") as copie:
                for ligne in lignes:
                    copie.write_row(ligne + fin)
            return
        valeurs = ", ".join([*["%s"] * len(colonnes), *map(_litteral, fixes.values())])
        curseur.executemany(f"INSERT INTO {table} VALUES ({valeurs})", list(lignes))  # noqa: S608


def chercher(
    modele: type[models.Model], champ: str, valeurs: Iterable[Any], colonnes: Sequence[str], **egaux: Any
) -> list[tuple[Any, ...]]:
    """The columns of the rows whose `champ` is among many values, given to the engine as one parameter."""
    liste = list(valeurs)
    if not liste:
        return []
    conditions = [f"{_colonne(modele, nom)} = %s" for nom in egaux]
    if connection.vendor == "postgresql":
        conditions.append(f"{_colonne(modele, champ)} = ANY(%s)")
        parametres = [*egaux.values(), liste]
    else:
        conditions.append(f"{_colonne(modele, champ)} IN (SELECT value FROM json_each(%s))")  # noqa: S608
        parametres = [*egaux.values(), orjson.dumps(liste).decode()]
    lues = ", ".join(_colonne(modele, nom) for nom in colonnes)
    table = connection.ops.quote_name(modele._meta.db_table)
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT {lues} FROM {table} WHERE {' AND '.join(conditions)}", parametres)  # noqa: S608
        trouvees: list[tuple[Any, ...]] = curseur.fetchall()
    return trouvees


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


def agreger(lignes: "models.QuerySet[Any, Any]", champ: str) -> str:
    """The texts of one column, one after the other, put together by the engine."""
    fonction = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    somme = models.Func(models.F(champ), models.Value(""), function=fonction, output_field=models.TextField())
    requete = lignes.order_by().annotate(ensemble=somme).values_list("ensemble")
    requete.query.group_by = None
    return requete[0][0] or ""


def instant(le: datetime) -> Any:
    """An instant as the engine stores it (text on SQLite)."""
    return connection.ops.adapt_datetimefield_value(le)


def par_lots(elements: Sequence[Any], taille: int) -> Iterable[Sequence[Any]]:
    for debut in range(0, len(elements), taille):
        yield elements[debut : debut + taille]


def en_texte_json(valeur: Any) -> str | None:
    return None if valeur is None else orjson.dumps(valeur).decode()


def _vide(champ: "models.Field[Any, Any]") -> Any:
    return None if champ.null else ""


def _cite(champ: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(champ.column or champ.attname)


def _champ(modele: type[models.Model], nom: str) -> "models.Field[Any, Any]":
    return next(champ for champ in modele._meta.concrete_fields if champ.attname == nom)


def _colonne(modele: type[models.Model], nom: str) -> str:
    return _cite(_champ(modele, nom))


def _pour_base(modele: type[models.Model], nom: str, valeur: Any) -> Any:
    if isinstance(valeur, datetime):
        return instant(valeur)
    return en_texte_json(valeur) if isinstance(_champ(modele, nom), models.JSONField) else valeur


def _litteral(valeur: Any) -> str:
    """A value of ours, never of a file, as SQLite reads it."""
    match valeur:
        case None:
            return "NULL"
        case int():
            return str(int(valeur))
        case dict():
            return _litteral(en_texte_json(valeur))
        case str():
            return "'" + valeur.replace("'", "''").replace("%", "%%") + "'"
    raise TypeError(f"no literal for {valeur!r}")
