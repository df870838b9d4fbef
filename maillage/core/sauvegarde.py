"""Copy a living instance into one file, and bring it back on an empty one, whatever the engine.

Called by `maillage backup` and `maillage restore`. The archive (tar, gzip) holds one JSON line per row of each table,
the files received, and a manifest with the SHA-256 of everything. It is read from a snapshot: writers go on meanwhile.
The search index is not in it: it is made again from the database. The secret key is not either: keep it apart.
"""

import gzip
import hashlib
import io
import shutil
import sqlite3
import tarfile
import tempfile
import uuid
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.db.models.sql import InsertQuery

from maillage.core.erreurs import RegleMetier
from maillage.core.models import Identite

FORMAT = 1
ALIAS = "copie"
LOT = 2_000
# Not worth keeping: everybody signs in again, and the rest is written anew by the instance itself.
LAISSES = {"sessions.Session", "contenttypes.ContentType", "auth.Permission", "core.Battement", "core.Garde"}
DOSSIERS = ("envois", "fichiers")


@dataclass(frozen=True, slots=True)
class Bilan:
    """What was copied or brought back: rows by table, files, and where."""

    fichier: Path
    lignes: dict[str, int]
    fichiers: int

    @property
    def total(self) -> int:
        return sum(self.lignes.values())


def modeles() -> list[type[Model]]:
    """Every table with rows worth keeping, the join tables included, by label."""
    tous = apps.get_models(include_auto_created=True)
    return sorted(
        (m for m in tous if m._meta.managed and not m._meta.proxy and m._meta.label not in LAISSES),
        key=lambda m: m._meta.label,
    )


def migrations_passees() -> list[str]:
    return sorted(f"{app}.{nom}" for app, nom in MigrationRecorder(connection).applied_migrations())


def lignes(modele: type[Model], alias: str) -> Iterator[bytes]:
    """The rows of a table, in the order of their keys, one canonical JSON object each."""
    champs = [champ.attname for champ in modele._meta.concrete_fields]
    for rangee in modele._base_manager.using(alias).order_by("pk").values_list(*champs).iterator(LOT):
        yield orjson.dumps(
            dict(zip(champs, rangee, strict=True)), option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
        )


def empreinte_table(modele: type[Model], alias: str = DEFAULT_DB_ALIAS) -> str:
    """SHA-256 of every row of a table: two instances with the same rows give the same."""
    somme = hashlib.sha256()
    for ligne in lignes(modele, alias):
        somme.update(ligne + b"\n")
    return somme.hexdigest()


@contextmanager
def instantane() -> Iterator[str]:
    """A database alias that sees one moment of the living database, and blocks nobody."""
    if connection.vendor == "sqlite":
        with tempfile.TemporaryDirectory(dir=settings.ETAT) as dossier:
            copie = Path(dossier) / "copie.sqlite3"
            # VACUUM INTO, never a copy of the file: a live WAL database copied by hand is broken one time in five.
            with sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=30) as source:
                source.execute("VACUUM INTO ?", [str(copie)])
            source.close()
            with _alias({"NAME": str(copie)}) as alias:
                yield alias
        return
    with _alias({}) as alias, transaction.atomic(using=alias):
        with connections[alias].cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield alias


@contextmanager
def _alias(reglages: dict[str, object]) -> Iterator[str]:
    connections.settings[ALIAS] = {**connection.settings_dict, **reglages}
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def sauvegarder(destination: Path, *, le: datetime) -> Bilan:
    """Write the archive; it takes its name only when it is complete and was read back whole."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    brouillon = destination.with_name(f".{destination.name}.{uuid.uuid4().hex[:8]}")
    manifeste: dict[str, Any] = {
        "format": FORMAT,
        "le": le.isoformat(),
        "moteur": connection.vendor,
        "migrations": migrations_passees(),
        "membres": {},
    }
    comptes: dict[str, int] = {}
    try:
        with tarfile.open(brouillon, "w:gz", compresslevel=5) as archive, instantane() as alias:
            for modele in modeles():
                comptes[modele._meta.label] = _ajouter_table(archive, modele, alias, manifeste["membres"])
            fichiers = [_ajouter_fichier(archive, f, manifeste["membres"]) for f in _fichiers()]
            octets = orjson.dumps(manifeste, option=orjson.OPT_INDENT_2)
            _ajouter(archive, "manifeste.json", io.BytesIO(octets), len(octets))
        verifier(brouillon)
        brouillon.replace(destination)
    finally:
        brouillon.unlink(missing_ok=True)
    return Bilan(destination, comptes, len(fichiers))


def _fichiers() -> Iterable[Path]:
    for nom in DOSSIERS:
        dossier = settings.ETAT / nom
        yield from sorted(f for f in dossier.rglob("*") if f.is_file() and not f.is_symlink())


def _ajouter_table(archive: tarfile.TarFile, modele: type[Model], alias: str, membres: dict[str, Any]) -> int:
    somme, nombre = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=settings.ETAT) as tampon:
        for ligne in lignes(modele, alias):
            tampon.write(ligne + b"\n")
            somme.update(ligne + b"\n")
            nombre += 1
        taille = tampon.tell()
        tampon.seek(0)
        nom = f"tables/{modele._meta.label}.jsonl"
        _ajouter(archive, nom, tampon, taille)
    membres[nom] = {"sha256": somme.hexdigest(), "lignes": nombre}
    return nombre


def _ajouter_fichier(archive: tarfile.TarFile, fichier: Path, membres: dict[str, Any]) -> str:
    nom = f"etat/{fichier.relative_to(settings.ETAT)}"
    with fichier.open("rb") as flux:
        membres[nom] = {"sha256": hashlib.file_digest(flux, "sha256").hexdigest()}
        taille = flux.tell()
        flux.seek(0)
        _ajouter(archive, nom, flux, taille)
    return nom


def _ajouter(archive: tarfile.TarFile, nom: str, flux: Any, taille: int) -> None:
    entete = tarfile.TarInfo(nom)
    entete.size, entete.mode = taille, 0o600
    archive.addfile(entete, flux)


def verifier(fichier: Path) -> dict[str, Any]:
    """The manifest of an archive whose every byte is as it was written; RegleMetier otherwise."""
    sommes: dict[str, str] = {}
    octets = b"{}"
    try:
        with gzip.open(fichier) as decompresse, tarfile.open(fileobj=decompresse) as archive:
            for membre in archive:
                flux = archive.extractfile(membre)
                if flux is None or membre.name.startswith("/") or ".." in Path(membre.name).parts:
                    raise RegleMetier(f"La sauvegarde contient un élément inattendu : {membre.name[:80]}.")
                if membre.name == "manifeste.json":
                    octets = flux.read()
                else:
                    sommes[membre.name] = hashlib.file_digest(flux, "sha256").hexdigest()  # type: ignore[arg-type]
            # To the very end: gzip checks its sum there, beyond the last member.
            while decompresse.read(1 << 20):
                pass
        manifeste: dict[str, Any] = orjson.loads(octets)
        attendues = {nom: membre["sha256"] for nom, membre in manifeste["membres"].items()}
    except (OSError, EOFError, KeyError, ValueError, TypeError, zlib.error, tarfile.TarError) as erreur:
        raise RegleMetier(
            "Ce fichier n’est pas une sauvegarde complète de Maillage, ou il est abîmé. "
            "Prenez une autre sauvegarde."
        ) from erreur
    if sommes != attendues:
        raise RegleMetier("La sauvegarde est abîmée : son contenu ne correspond plus à ses empreintes.")
    return manifeste


def controler(fichier: Path) -> dict[str, Any]:
    """The manifest of an archive that is whole and that this version can read; asked before anything is moved."""
    manifeste = verifier(fichier)
    connues = {f"{app}.{nom}" for app, nom in MigrationLoader(None).disk_migrations}
    inconnues = sorted(set(manifeste["migrations"]) - connues)
    if manifeste["format"] > FORMAT or inconnues:
        raise RegleMetier(
            "Cette sauvegarde vient d’une version plus récente de Maillage. Installez cette version, "
            f"puis restaurez. Migrations inconnues ici : {', '.join(inconnues[:5]) or 'format plus récent'}."
        )
    return manifeste


def restaurer(fichier: Path) -> Bilan:
    """Bring an archive back into a migrated, empty database, in one transaction; it takes a new identity."""
    manifeste = controler(fichier)
    _refuser_si_pleine()
    par_label = {modele._meta.label: modele for modele in modeles()}
    comptes: dict[str, int] = {}
    with tarfile.open(fichier, "r:gz") as archive, transaction.atomic():
        for membre in archive:
            flux = archive.extractfile(membre)
            if membre.name.startswith("tables/") and flux is not None:
                label = membre.name.removeprefix("tables/").removesuffix(".jsonl")
                comptes[label] = _remplir(par_label[label], flux)
            elif membre.name.startswith("etat/") and flux is not None:
                _deposer(settings.ETAT / membre.name.removeprefix("etat/"), flux)
        Identite.objects.update_or_create(cle=1, defaults={"instance": uuid.uuid4()})
        with connection.cursor() as curseur:
            for requete in connection.ops.sequence_reset_sql(no_style(), list(par_label.values())):
                curseur.execute(requete)
    return Bilan(fichier, comptes, sum(nom.startswith("etat/") for nom in manifeste["membres"]))


def _refuser_si_pleine() -> None:
    pleines = [
        m._meta.verbose_name
        for m in modeles()
        if m is not Identite and m._base_manager.using(DEFAULT_DB_ALIAS).exists()
    ]
    if pleines:
        raise RegleMetier(
            "La base n’est pas vide : une restauration n’écrase rien. Mettez l’ancienne base de côté "
            "(« maillage restore FICHIER --mettre-de-cote » avec SQLite, une base neuve avec PostgreSQL)."
        )


def _remplir(modele: type[Model], flux: Any) -> int:
    champs = list(modele._meta.concrete_fields)
    nombre, lot = 0, []
    if modele is Identite:
        Identite.objects.all().delete()
    for ligne in flux:
        valeurs = orjson.loads(ligne)
        lot.append(
            modele(**{c.attname: c.to_python(valeurs[c.attname]) for c in champs if c.attname in valeurs})
        )
        if len(lot) == LOT:
            nombre += _inserer(modele, champs, lot)
            lot = []
    return nombre + _inserer(modele, champs, lot)


def _inserer(modele: type[Model], champs: list[Any], lot: list[Model]) -> int:
    """Insert rows as they were: `raw` keeps their own dates where `auto_now` would write today's."""
    largeur = max(1, connection.ops.bulk_batch_size([c.attname for c in champs], lot)) if lot else 1
    for debut in range(0, len(lot), largeur):
        requete = InsertQuery(modele)
        requete.insert_values(champs, lot[debut : debut + largeur], raw=True)
        requete.get_compiler(connection=connection).execute_sql()
    return len(lot)


def _deposer(destination: Path, flux: Any) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    with destination.open("wb") as sortie:
        shutil.copyfileobj(flux, sortie)
