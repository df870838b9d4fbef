"""Open the zip of a workbook without trusting it; called by the readers of XLSX and ODS files.

Nothing is ever written to the disk: members are read as streams, and what comes out is counted, not what is announced.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir

MEMBRES_MAX = 1_000
MEMBRE_MAX = 100 * 1024 * 1024
BLOC = 1 << 16
METHODES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHIFFRE = 0x1
_LIEN = 0o120000
_GENRE = 0o170000
_DISQUE = re.compile(r"^[A-Za-z]:")
_TAILLE_ENTETE = 30


@contextmanager
def ouvrir(fichier: Path) -> Iterator[zipfile.ZipFile]:
    """A zip whose table of contents is sound; raises FichierIllisible, naming the member that is not."""
    try:
        archive = zipfile.ZipFile(fichier)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as faute:
        raise _abime("sa table des matières est illisible") from faute
    with archive:
        _check(archive)
        yield archive


def blocs(archive: zipfile.ZipFile, membre: str, *, limite: int = MEMBRE_MAX) -> Iterator[bytes]:
    """The bytes of a member as they come out, stopped at the limit whatever the header says."""
    sortis = 0
    try:
        with archive.open(membre) as flux:
            while bloc := flux.read(BLOC):
                sortis += len(bloc)
                if sortis > limite:
                    raise FichierIllisible(
                        f"Une fois décompressée, la partie « {raccourcir(membre)} » de ce classeur dépasse "
                        f"{limite // 1024 // 1024} Mo.",
                        remede="Ne gardez que la feuille et les colonnes utiles, ou enregistrez-la en CSV (UTF-8).",
                    )
                yield bloc
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as faute:
        raise _abime(
            f"la partie « {raccourcir(membre)} » n’a pas la taille ou le contenu annoncés"
        ) from faute


def _check(archive: zipfile.ZipFile) -> None:
    membres = archive.infolist()
    if len(membres) > MEMBRES_MAX:
        raise FichierIllisible(
            f"Ce classeur contient {len(membres)} parties, {MEMBRES_MAX} au plus.",
            remede="Enregistrez la feuille utile en CSV (UTF-8), ou dans un classeur neuf.",
        )
    for membre in membres:
        _check_membre(membre)
    if len({membre.filename for membre in membres}) < len(membres):
        raise _abime("deux de ses parties portent le même nom")
    _check_places(membres)


def _check_membre(membre: zipfile.ZipInfo) -> None:
    nom = membre.filename.replace("\\", "/")
    if nom.startswith("/") or _DISQUE.match(nom) or ".." in nom.split("/") or "\x00" in nom:
        raise _douteux(membre, "a un nom qui sort du classeur")
    if (membre.external_attr >> 16) & _GENRE == _LIEN:
        raise _douteux(membre, "est un lien vers un autre fichier")
    if membre.flag_bits & _CHIFFRE:
        raise FichierIllisible(
            "Ce classeur est protégé par un mot de passe.",
            remede="Enregistrez-le sans mot de passe, ou en CSV (UTF-8).",
        )
    if membre.compress_type not in METHODES:
        raise _douteux(membre, "est comprimée d’une manière inhabituelle")


def _check_places(membres: list[zipfile.ZipInfo]) -> None:
    """Members that lie over one another hold gigabytes in kilobytes."""
    fin = 0
    for membre in sorted(membres, key=lambda m: m.header_offset):
        if membre.header_offset < fin:
            raise _douteux(membre, "est rangée par-dessus une autre")
        fin = membre.header_offset + _TAILLE_ENTETE + membre.compress_size


def _douteux(membre: zipfile.ZipInfo, quoi: str) -> FichierIllisible:
    return FichierIllisible(
        f"Ce classeur n’est pas lu : sa partie « {raccourcir(membre.filename)} » {quoi}.",
        remede="Ouvrez-le dans un tableur et enregistrez-le de nouveau, ou en CSV (UTF-8).",
        valeur=membre.filename,
    )


def _abime(pourquoi: str) -> FichierIllisible:
    return FichierIllisible(
        f"Ce fichier commence comme un classeur ou une archive, mais il est abîmé : {pourquoi}.",
        remede="Ouvrez-le dans votre tableur et enregistrez-le de nouveau, ou en CSV (UTF-8).",
    )
