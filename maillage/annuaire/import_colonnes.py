"""A raw row of the national schema, straight to the columns of its record; called by the batches of an import.

The child has checked each value: nothing is checked again here, lists stay the text that the file holds.
"""

from typing import Any

import msgspec
from django.db import models
from msgspec import Raw, Struct, structs

from maillage.annuaire.apports import CHAMPS_SERVICE, CHAMPS_STRUCTURE
from maillage.annuaire.lecteurs import data_inclusion
from maillage.annuaire.models import Lieu, Service, Structure

ADRESSE = ("commune", "code_postal", "code_insee", "adresse", "complement_adresse", "longitude", "latitude")
# What a row may say: the fields that the child checks, among those that a source may write.
DITS: dict[str, frozenset[str]] = {
    "structure": frozenset(data_inclusion.CHAMPS[data_inclusion.StructureLue]) & frozenset(CHAMPS_STRUCTURE),
    "service": frozenset(data_inclusion.CHAMPS[data_inclusion.ServiceLu]) & frozenset(CHAMPS_SERVICE),
}
_IDENTITE = frozenset({"id", "source"})
_NUL = Raw(b"null")
# As the file writes them: a day is text, a list or an object is its JSON.
_TYPES: "tuple[tuple[type[models.Field[Any, Any]], Any], ...]" = (
    (models.JSONField, Raw),
    (models.BooleanField, bool),
    (models.FloatField, float),
    (models.IntegerField, int),
    (models.Field, str),
)


def _lecteur(nom: str, modele: type[models.Model], voulus: frozenset[str]) -> type[Struct]:
    """A decoder's type with one field a column, JSON columns last, in the order of the model."""
    champs = [champ for champ in modele._meta.concrete_fields if champ.attname in voulus]
    champs.sort(key=lambda champ: isinstance(champ, models.JSONField))
    return msgspec.defstruct(nom, [_champ(champ) for champ in champs], kw_only=True)


def _champ(champ: "models.Field[Any, Any]") -> tuple[str, Any, Any]:
    genre = next(genre for classe, genre in _TYPES if isinstance(champ, classe))
    if genre is Raw:
        return champ.attname, Raw, _NUL
    return champ.attname, genre | None, None if champ.null else ""


_MODELES = {
    "structure": _lecteur("ColonnesStructure", Structure, DITS["structure"] | _IDENTITE),
    "service": _lecteur("ColonnesService", Service, DITS["service"] | _IDENTITE),
}
_DECODEURS = {genre: msgspec.json.Decoder(modele).decode for genre, modele in _MODELES.items()}
_LIEU = msgspec.json.Decoder(_lecteur("ColonnesLieu", Lieu, frozenset(ADRESSE)))
COLONNES = {genre: modele.__struct_fields__ for genre, modele in _MODELES.items()}
COLONNES_LIEU = _LIEU.type.__struct_fields__
SANS_ADRESSE = (None,) * len(COLONNES_LIEU)
_TEXTES = {
    genre: sum(champ.type is not Raw for champ in structs.fields(modele))
    for genre, modele in _MODELES.items()
}
# What JSON columns hold when the row says nothing: none, but an empty object where the column wants a value.
_ABSENTS = {
    genre: tuple(
        None if modele._meta.get_field(champ.name).null else "{}"
        for champ in structs.fields(_MODELES[genre])
        if champ.type is Raw
    )
    for genre, modele in (("structure", Structure), ("service", Service))
}


def colonnes_de(genre: str, brut: Raw) -> tuple[Any, ...]:
    """The values of `COLONNES[genre]`, lists and objects as JSON text."""
    valeurs = structs.astuple(_DECODEURS[genre](brut))
    textes = _TEXTES[genre]
    jsons = [bytes(valeur) for valeur in valeurs[textes:]]
    return (
        *valeurs[:textes],
        *[
            absent if valeur == b"null" else valeur.decode()
            for valeur, absent in zip(jsons, _ABSENTS[genre], strict=True)
        ],
    )


def adresse_de(brut: Raw) -> tuple[Any, ...]:
    """The values of `COLONNES_LIEU` that a service gives of its own."""
    return structs.astuple(_LIEU.decode(brut))
