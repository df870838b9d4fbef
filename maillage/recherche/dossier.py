"""The folder of the index: one pointer, one sub-folder a version, one lock; called by reader and writer.

courant              the name of the sub-folder in use, replaced atomically
v<schema>-<uuid>/    a tantivy index
ecriture.lock        held by the only writer
"""

import fcntl
import os
import re
import shutil
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from maillage.recherche.pannes import Etat, IndexAbsent, IndexOccupe
from maillage.recherche.schema import CHAMPS, VERSION

POINTEUR = "courant"
VERROU = "ecriture.lock"
META = "meta.json"
META_MAX = 20_000_000
BLOC = 1 << 20

_NOM_VERSION = re.compile(r"v(\d{1,6})-[0-9a-f]{32}")
_SEGMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EXTENSIONS = ("term", "idx", "pos", "fast", "fieldnorm", "store")
# Files of segments, and the half-written ones of tantivy's atomic replacements.
_RESTE = re.compile(r"[0-9a-f]{32}\.[0-9a-z.]+|\.tmp.+")
# Tantivy ends each file with: JSON, length of that JSON, this number.
_PIED = struct.Struct("<II")
_PIED_MAGIQUE = 1337
_PIED_MAX = 10_000

Marque = tuple[int, int, int]


def make_nom_version() -> str:
    return f"v{VERSION}-{uuid4().hex}"


def read_pointeur(dossier: Path) -> Path:
    """The sub-folder in use, refused when the pointer is missing, unreadable or of another schema."""
    with (dossier / POINTEUR).open("rb") as fichier:
        nom = fichier.read(100).decode("ascii").strip()
    lu = _NOM_VERSION.fullmatch(nom)
    if lu is None:
        raise IndexAbsent(Etat.ABIME, "pointeur illisible")
    if int(lu[1]) != VERSION:
        raise IndexAbsent(Etat.ANCIEN_SCHEMA, nom)
    return dossier / nom


def write_pointeur(dossier: Path, nom: str) -> None:
    provisoire = dossier / f"{POINTEUR}.{uuid4().hex}.tmp"
    with provisoire.open("w", encoding="ascii") as fichier:
        fichier.write(nom + "\n")
        fichier.flush()
        os.fsync(fichier.fileno())
    pointeur = dossier / POINTEUR
    if pointeur.is_dir() and not pointeur.is_symlink():
        remove_dossier(pointeur)
    provisoire.replace(pointeur)
    fsync_dossier(dossier)


def read_marque(chemin: Path) -> Marque | None:
    """Changes whenever the file is replaced or rewritten; None when it is not there."""
    try:
        etat = chemin.stat()
    except OSError:
        return None
    return etat.st_mtime_ns, etat.st_ino, etat.st_size


def fsync_dossier(dossier: Path) -> None:
    _fsync(dossier)


def fsync_contenu(dossier: Path, *, sauf: frozenset[str] = frozenset()) -> frozenset[str]:
    """Bring files then the folder itself to the disk: tantivy renames meta.json after its last sync of the folder.

    Names in `sauf` are immutable files already on the disk; gives the names that now are.
    """
    noms = frozenset(f.name for f in dossier.iterdir())
    for nom in noms - sauf:
        if not nom.endswith(".lock"):
            try:
                _fsync(dossier / nom)
            except FileNotFoundError:  # removed by a merge meanwhile
                continue
    fsync_dossier(dossier)
    return frozenset(nom for nom in noms if not nom.endswith(".json"))


def _fsync(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


@contextmanager
def verrou(dossier: Path) -> Iterator[None]:
    """Held for as long as one may write; the system drops it with the process: a kill leaves nothing to clean."""
    chemin = dossier / VERROU
    if chemin.is_dir():
        remove_dossier(chemin)
    descripteur = os.open(chemin, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexOccupe("l’index est déjà en cours d’écriture") from None
        yield
    finally:
        os.close(descripteur)


def clean_dossier(dossier: Path, *, garder: frozenset[str]) -> None:
    """Remove other versions and half-written pointers; touch nothing that this package did not name."""
    for chemin in dossier.iterdir():
        if _NOM_VERSION.fullmatch(chemin.name) and chemin.name not in garder:
            remove_dossier(chemin)
        elif chemin.name.startswith(f"{POINTEUR}.") and chemin.suffix == ".tmp":
            chemin.unlink(missing_ok=True)
    fsync_dossier(dossier)


def clean_version(chemin: Path) -> None:
    """Remove what a killed writer left; only for who holds the lock and has not begun to write.

    Not only for the space: a forgotten deletion file bears the name that the next commit will want.
    """
    utiles = frozenset(_list_fichiers(read_meta(chemin)))
    for fichier in chemin.iterdir():
        if fichier.name not in utiles and _RESTE.fullmatch(fichier.name):
            fichier.unlink(missing_ok=True)


def remove_dossier(chemin: Path) -> None:
    """Also when the folder was left read-only, is a link, or is a plain file."""
    if chemin.is_symlink() or not chemin.is_dir():
        chemin.unlink(missing_ok=True)
        return
    for racine, _, _ in os.walk(chemin):
        Path(racine).chmod(stat.S_IRWXU)
    shutil.rmtree(chemin)


class Controle:
    """Checks the files of an index before tantivy maps them; remembers them, since segments never change."""

    def __init__(self) -> None:
        self._vus: frozenset[tuple[str, Marque]] = frozenset()

    def check(self, chemin: Path) -> None:
        vus = set()
        for nom in _list_fichiers(read_meta(chemin)):
            marque = read_marque(chemin / nom)
            if marque is None:
                raise IndexAbsent(Etat.ABIME, f"{nom} manque")
            if (nom, marque) not in self._vus:
                _check_fichier(chemin / nom, taille=marque[2])
            vus.add((nom, marque))
        self._vus = frozenset(vus)


def read_meta(chemin: Path) -> list[Any]:
    """The segments listed by meta.json, refused unless the fields are exactly ours."""
    with (chemin / META).open("rb") as fichier:
        octets = fichier.read(META_MAX)
    meta = orjson.loads(octets)
    if not isinstance(meta, dict) or not isinstance(meta.get("segments"), list):
        raise IndexAbsent(Etat.ABIME, "meta.json illisible")
    champs = meta.get("schema")
    if not isinstance(champs, list) or not all(isinstance(c, dict) for c in champs):
        raise IndexAbsent(Etat.ABIME, "meta.json sans champs")
    if tuple(c.get("name") for c in champs) != CHAMPS:
        raise IndexAbsent(Etat.ANCIEN_SCHEMA, "les champs ont changé")
    segments: list[Any] = meta["segments"]
    return segments


def _list_fichiers(segments: list[Any]) -> Iterator[str]:
    for segment in segments:
        identifiant = segment.get("segment_id") if isinstance(segment, dict) else None
        if not isinstance(identifiant, str) or not _SEGMENT.fullmatch(identifiant):
            raise IndexAbsent(Etat.ABIME, "segment sans nom")
        base = identifiant.replace("-", "")
        yield from (f"{base}.{extension}" for extension in _EXTENSIONS)
        if segment.get("deletes"):
            yield f"{base}.{int(segment['deletes']['opstamp'])}.del"


def _check_fichier(chemin: Path, *, taille: int) -> None:
    """Compare the file with the checksum that tantivy wrote at its end, and that it never reads by itself."""
    with chemin.open("rb") as fichier:
        fichier.seek(max(taille - _PIED.size, 0))
        fin = fichier.read(_PIED.size)
        longueur, magique = _PIED.unpack(fin) if len(fin) == _PIED.size else (0, 0)
        corps = taille - _PIED.size - longueur
        if magique != _PIED_MAGIQUE or not 0 < longueur < _PIED_MAX or corps < 0:
            raise IndexAbsent(Etat.ABIME, f"{chemin.name} est tronqué")
        fichier.seek(corps)
        attendu = orjson.loads(fichier.read(longueur)).get("crc")
        fichier.seek(0)
        somme, reste = 0, corps
        while reste > 0 and (bloc := fichier.read(min(BLOC, reste))):
            somme = zlib.crc32(bloc, somme)
            reste -= len(bloc)
    if somme != attendu:
        raise IndexAbsent(Etat.ABIME, f"{chemin.name} est altéré")
