"""What the directory hands to the engine: one flat value per structure or service, built by the owning app."""

from dataclasses import dataclass

# The position in this tuple is the number stored in the index: add at the end, never reorder.
GENRES = ("structure", "service")


@dataclass(frozen=True, slots=True)
class Document:
    n: int  # database key
    genre: str  # one of GENRES
    id: str  # national id, "source--cle"
    nom: str
    structure_nom: str  # "" for a structure
    commune: str  # display name
    code_insee: str  # "" when unknown
    description: str
    famille: str  # slug of the family of service, "" when unknown
    mots: str  # everyday words that the record itself does not use
    latitude: float | None
    longitude: float | None
    partout: bool  # remote or nationwide: shown with any place
    exemple: bool
    visible: bool  # False: deleted from the index
    fiche: bytes  # the result card, given back as it is

    @property
    def cle(self) -> str:
        return make_cle(self.genre, self.n)


def make_cle(genre: str, n: int) -> str:
    if genre not in GENRES:
        raise ValueError(f"genre inconnu : {genre!r}")
    return f"{genre}:{n}"
