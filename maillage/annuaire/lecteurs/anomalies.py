"""What is wrong in a file, said to the person who sent it: where, what was read, what to do."""

from dataclasses import dataclass

LONGUEUR_VALEUR = 60


@dataclass(frozen=True, slots=True)
class Anomalie:
    """One cell, one line or (line 0) the whole file. `refus` keeps the line out; an `avis` only tells."""

    ligne: int
    colonne: str
    valeur: str
    message: str
    remede: str
    refus: bool


class FichierIllisible(Exception):
    """The file as a whole cannot be read; carries the anomaly to show."""

    def __init__(
        self, message: str, *, remede: str, ligne: int = 0, colonne: str = "", valeur: str = ""
    ) -> None:
        super().__init__(message)
        self.anomalie = Anomalie(
            ligne=ligne,
            colonne=colonne,
            valeur=raccourcir(valeur),
            message=message,
            remede=remede,
            refus=True,
        )


def raccourcir(valeur: object, longueur: int = LONGUEUR_VALEUR) -> str:
    """A value as it can be shown in a report: on one line, clipped, invisible characters made visible."""
    texte = valeur if isinstance(valeur, str) else repr(valeur)
    coupe = texte[: longueur + 1]
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in coupe)
    return visible if len(texte) <= longueur else f"{visible[:longueur]}…"
