"""The shape of the index: which field holds what; called when a document is written or a folder checked."""

from typing import Any

import orjson
from tantivy import Document as Entree
from tantivy import Schema, SchemaBuilder

from maillage.recherche.document import GENRES, Document
from maillage.recherche.requete import is_point
from maillage.recherche.texte import ANALYSE_FR, ANALYSE_MOT, cle_de_tri, nettoyer, preparer, preparer_court

# Raise it with any change of this file or of the analysis in texte.py: older folders are then rebuilt.
VERSION = 1
CLE_ETAT = "etat:0"

CHAMPS_EXACTS = ("cle", "id", "famille", "insee", "insee_sans_point")
CHAMPS_TEXTE = ("nom", "structure", "commune", "mots", "description")


def make_schema() -> Schema:
    schema = SchemaBuilder()
    for champ in CHAMPS_EXACTS:
        schema.add_text_field(champ, tokenizer_name="raw", index_option="basic")
    for champ in CHAMPS_TEXTE:
        schema.add_text_field(champ, tokenizer_name=ANALYSE_FR, index_option="freq")
    schema.add_text_field("mot", tokenizer_name=ANALYSE_MOT, index_option="basic")
    schema.add_text_field("tri", tokenizer_name="raw", index_option="basic", fast=True)
    schema.add_unsigned_field("n", fast=True)
    schema.add_unsigned_field("genre", fast=True, indexed=True)
    schema.add_float_field("latitude", fast=True)
    schema.add_float_field("longitude", fast=True)
    schema.add_boolean_field("partout", fast=True, indexed=True)
    schema.add_boolean_field("exemple", indexed=True)
    schema.add_bytes_field("fiche", stored=True)
    schema.add_bytes_field("etat", stored=True)
    return schema.build()


CHAMPS = (
    *CHAMPS_EXACTS,
    *CHAMPS_TEXTE,
    "mot",
    "tri",
    "n",
    "genre",
    "latitude",
    "longitude",
    "partout",
    "exemple",
    "fiche",
    "etat",
)


def make_entree(document: Document) -> Entree:
    entree = Entree()
    entree.add_text("cle", document.cle)
    entree.add_text("id", nettoyer(document.id))
    for champ, valeur in (("famille", document.famille), ("insee", document.code_insee)):
        if valeur:
            entree.add_text(champ, valeur)
    _add_textes(entree, document)
    _add_lieu(entree, document)
    entree.add_unsigned("n", document.n)
    entree.add_unsigned("genre", GENRES.index(document.genre))
    entree.add_boolean("exemple", document.exemple)
    entree.add_bytes("fiche", document.fiche)
    return entree


def _add_textes(entree: Entree, document: Document) -> None:
    entree.add_text("nom", preparer(document.nom))
    for champ, valeur in (("structure", document.structure_nom), ("description", document.description)):
        if valeur:
            entree.add_text(champ, preparer(valeur))
    for champ, valeur in (("commune", document.commune), ("mots", document.mots)):
        if valeur:
            entree.add_text(champ, preparer_court(valeur))
    # Words as people write them, accents kept: what a mistyped word is corrected to.
    mots = f"{document.nom} {document.structure_nom} {document.commune} {document.mots}"
    entree.add_text("mot", nettoyer(mots))
    entree.add_text("tri", cle_de_tri(document.nom, document.n))


def _add_lieu(entree: Entree, document: Document) -> None:
    entree.add_boolean("partout", document.partout)
    latitude, longitude = document.latitude, document.longitude
    if latitude is not None and longitude is not None and is_point(latitude, longitude):
        entree.add_float("latitude", latitude)
        entree.add_float("longitude", longitude)
    elif document.code_insee:
        entree.add_text("insee_sans_point", document.code_insee)


def make_etat(*, instance: str, dernier: int) -> Entree:
    """The one document that says whose index this is and up to which change it goes."""
    entree = Entree()
    entree.add_text("cle", CLE_ETAT)
    entree.add_bytes("etat", orjson.dumps({"schema": VERSION, "instance": instance, "dernier": dernier}))
    return entree


def read_etat(octets: bytes) -> tuple[int, str, int]:
    """(schema, instance, dernier), or ValueError."""
    etat: Any = orjson.loads(octets)
    if not isinstance(etat, dict):
        raise ValueError("état illisible")
    match etat.get("schema"), etat.get("instance"), etat.get("dernier"):
        case int(schema), str(instance), int(dernier):
            return schema, instance, dernier
    raise ValueError("état illisible")
