"""Objects of the national schema, whatever the form of the file; called by the child process."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from maillage.annuaire.lecteurs import data_inclusion, json_flux, json_lignes, tables
from maillage.annuaire.lecteurs.anomalies import Anomalie
from maillage.annuaire.lecteurs.json_lignes import ObjetBrut
from maillage.annuaire.lecteurs.reconnaitre import Forme, reconnaitre
from maillage.annuaire.lecteurs.tableau import LigneBrute

OBLIGATOIRES = ("id", "source", "nom", "date_maj")
_MODELES = (data_inclusion.StructureLue, data_inclusion.ServiceLu)
_GENRES: dict[str, Any] = {
    champ: genre for modele in _MODELES for champ, genre in data_inclusion.CHAMPS[modele].items()
}
LISTES = frozenset(champ for champ, genre in _GENRES.items() if "list[" in str(genre))
NOMBRES = frozenset(champ for champ, genre in _GENRES.items() if "float" in str(genre) or "int" in str(genre))
BOOLEENS = frozenset(champ for champ, genre in _GENRES.items() if str(genre).startswith("bool"))
_NOMBRE = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_JOUR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*")
_ENTRE = re.compile(r"\s*[|;,]\s*")
_FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(slots=True)
class Lecture:
    """How the file is written, and what is said of it; `refus` fills while its objects are read."""

    encodage: str = "utf-8"
    separateur: str = ""
    avis: list[Anomalie] = field(default_factory=list)
    refus: list[Anomalie] = field(default_factory=list)


def objets(fichier: Path, lecture: Lecture) -> Iterator[ObjetBrut]:
    """Each structure and service as a JSON object; raises FichierIllisible for another kind of file."""
    forme = reconnaitre(fichier)
    if forme.nom in ("json-liste", "ndjson"):
        yield from json_lignes.objets(fichier)
    elif forme.nom == "json-objet":
        yield from _de_listes(fichier, forme)
    else:
        yield from _de_table(fichier, lecture)


def _de_listes(fichier: Path, forme: Forme) -> Iterator[ObjetBrut]:
    """{"structures": […], "services": […]}: every list of objects is read, whatever its name."""
    vu = False
    for element in json_flux.elements(fichier, forme):
        vu = True
        yield ObjetBrut(element.numero, element.octets)
    if not vu:
        raise json_flux.aucune_liste(forme)


def _de_table(fichier: Path, lecture: Lecture) -> Iterator[ObjetBrut]:
    table = tables.ouvrir(fichier, obligatoires=OBLIGATOIRES, connues=OBLIGATOIRES)
    lecture.encodage, lecture.separateur = table.tableau.encodage, table.tableau.separateur
    lecture.avis, lecture.refus = table.tableau.avis, table.tableau.refus
    for ligne in tables.lignes(fichier, table, sel=b""):
        yield ObjetBrut(ligne.numero, msgspec.json.encode(_objet(ligne)))


def _objet(ligne: LigneBrute) -> dict[str, Any]:
    """An empty cell says nothing; a cell without a value is kept as what it is, and refused with its column."""
    lu: dict[str, Any] = {}
    for colonne, texte in ligne.valeurs.items():
        champ = colonne.strip()
        if champ in _GENRES and (valeur := _valeur(champ, texte.strip())) is not None:
            lu[champ] = valeur
    lu |= {faute.colonne: {"erreur": faute.valeur} for faute in ligne.fautes if faute.colonne in _GENRES}
    return lu


def _valeur(champ: str, texte: str) -> Any:
    if texte.startswith("'") and texte[1:].startswith(_FORMULES):
        texte = texte[1:]  # the apostrophe that keeps a spreadsheet from computing
    if not texte or texte.lower() == "null":
        return None
    if champ in LISTES:
        return _liste(texte)
    if champ in NOMBRES and _NOMBRE.fullmatch(texte) and len(texte) < 40:
        return float(texte) if "." in texte else int(texte)
    if champ in BOOLEENS:
        return {"oui": True, "true": True, "non": False, "false": False}.get(texte.lower(), texte)
    if champ == "extra":
        return _json(texte)
    jour = _JOUR.fullmatch(texte) if champ in ("date_maj", "ouvert_le") else None
    return jour[1] if jour else texte


def _liste(texte: str) -> Any:
    """["a", "b"] as JSON, {a,b} as PostgreSQL, or words between bars, semicolons or commas."""
    if texte.startswith("["):
        return _json(texte)
    if texte.startswith("{") and texte.endswith("}"):
        texte = texte[1:-1]
    return [mot.strip('"') for mot in _ENTRE.split(texte) if mot.strip('"')]


def _json(texte: str) -> Any:
    try:
        return json.loads(texte)
    except (ValueError, RecursionError):
        return texte
