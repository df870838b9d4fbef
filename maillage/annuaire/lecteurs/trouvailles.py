"""What the child finds in a file, one JSON array a line: written by `enfant`, read back by `import_lecture`.

A row already known is not written: only the known rows that the file lacks are, at its end.
"""

from typing import Any

import msgspec
from msgspec import Raw, Struct

Anomalies = list[dict[str, Any]]


class LigneLue(Struct, tag="l", array_like=True):
    """A sound new or changed row. `genre`, of a row in the national schema alone: its raw form is its values."""

    numero: int
    cle: str
    empreinte: str
    brut_json: Raw
    nom: str
    avis: Anomalies
    genre: str = ""
    officielle: str | None = None
    parent: str = ""  # id of the structure of a national service
    structure: dict[str, Any] | None = None
    service: dict[str, Any] | None = None

    @property
    def brut(self) -> dict[str, Any]:
        lu: dict[str, Any] = msgspec.json.decode(self.brut_json)
        return lu

    @property
    def id_national(self) -> str:
        return self.cle.removeprefix(f"{self.genre} ")

    def porte(self, genre: str) -> bool:
        """Whether the row speaks of a structure, of a service."""
        return self.genre == genre if self.genre else getattr(self, genre) is not None


class RefusLu(Struct, tag="r", array_like=True):
    """A refused row; no key when it could not be told."""

    cle: str
    anomalies: Anomalies


class Absentes(Struct, tag="a", array_like=True):
    """Hashes of known rows that the file does not show any more."""

    empreintes: list[str]


class Fin(Struct, tag="f", array_like=True):
    """How the reading ended: either counts, or why the file as a whole is refused."""

    illisible: dict[str, Any] | None
    compte: dict[str, Any]


DEBUT_FIN = b'["f",'
Trouvaille = LigneLue | RefusLu | Absentes | Fin
encoder = msgspec.json.Encoder().encode
decoder = msgspec.json.Decoder(Trouvaille).decode
