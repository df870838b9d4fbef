"""One way to say that the index cannot be used, whatever tantivy or the disk did; callers then answer by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Etat(StrEnum):
    OK = "ok"
    ABSENT = "absent"
    ABIME = "abime"
    ANCIEN_SCHEMA = "ancien_schema"
    AUTRE_INSTANCE = "autre_instance"


class IndexAbsent(Exception):
    """The index is missing, damaged, of another schema or of another instance: answer by SQL, rebuild."""

    def __init__(self, etat: Etat, detail: str) -> None:
        super().__init__(f"{etat}: {detail}")
        self.etat = etat
        self.detail = detail


class IndexOccupe(Exception):
    """Another process is writing: only one writer at a time."""


@contextmanager
def pannes() -> Iterator[None]:
    """A Rust panic is a BaseException that `except Exception` lets through: here it becomes IndexAbsent."""
    try:
        yield
    except FileNotFoundError as erreur:
        raise IndexAbsent(Etat.ABSENT, str(erreur)) from erreur
    except (ValueError, OSError) as erreur:
        raise IndexAbsent(Etat.ABIME, str(erreur)) from erreur
    except BaseException as erreur:
        if type(erreur).__module__ != "pyo3_runtime":
            raise
        raise IndexAbsent(Etat.ABIME, str(erreur)) from erreur
