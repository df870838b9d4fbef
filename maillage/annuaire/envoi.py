"""Stop an upload as soon as it passes the limit, and give the sent file as a path; called by the import page."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class LimiteEnvoi(FileUploadHandler):
    """First of the handlers: counts what arrives, whatever the header says, and keeps nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recu = 0
        self.depasse = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.recu += len(raw_data)
        if self.recu > settings.TAILLE_MAX_ENVOI:
            self.depasse = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@contextmanager
def en_chemin(fichier: UploadedFile) -> Iterator[Path]:
    """The sent file on the disk; a small one, kept in memory, is written for the time of the reading."""
    if isinstance(fichier, TemporaryUploadedFile):
        yield Path(fichier.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="maillage-envoi-") as copie:
        for bloc in fichier.chunks():
            copie.write(bloc)
        copie.flush()
        yield Path(copie.name)
