"""What a reader gives for one row: the values of a structure, of a service, or of both, in the national schema."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FicheLue:
    """`structure` and `service` hold only the fields the source speaks of. `cle` names the row inside its source."""

    cle: str
    structure: dict[str, Any] | None
    service: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Ecartee:
    """A sound row that describes no record; `motif` is counted in the report."""

    motif: str
