"""Read the shipped public files; called by the loader. A folder comes in, typed rows and anomalies go out."""

import csv
import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from maillage.core.erreurs import RegleMetier

DONNEES = Path(__file__).parent / "donnees"
# The data sets of an edition file, in the order of loading: a row comes after what it points at.
JEUX = (
    "groupements",
    "communes",
    "communes-rattachees",
    "communes-epci",
    "centres",
    "codes-postaux",
    "contours",
)
# Sets that a folder may lack: they cover only some départements.
JEUX_FACULTATIFS = ("lieux-dits",)
CHAMPS_EDITION = ("fichier", "millesime", "producteur", "licence", "le", "provenance")


@dataclass(frozen=True, slots=True)
class Anomalie:
    """A line that was left aside, wholly or in part, in words for the person who loads."""

    fichier: str
    ligne: int
    message: str

    def __str__(self) -> str:
        return f"{self.fichier}, ligne {self.ligne} : {self.message}"


@dataclass(frozen=True, slots=True)
class Description:
    """What the edition file says of one data set."""

    jeu: str
    chemin: Path
    millesime: str
    producteur: str
    licence: str
    le: date
    provenance: str
    empreinte: str


@dataclass(slots=True)
class Lecture:
    """Reads numbers out of one file's cells and gathers what could not be read."""

    fichier: str
    anomalies: list[Anomalie] = field(default_factory=list)

    def signaler(self, ligne: int, message: str) -> None:
        self.anomalies.append(Anomalie(self.fichier, ligne, message))

    def entier(self, ligne: int, valeur: str, quoi: str) -> int | None:
        if not valeur:
            return None
        if valeur.isascii() and valeur.isdigit():
            return int(valeur)
        self.signaler(ligne, f"{quoi} illisible : « {valeur} », laissée inconnue.")
        return None

    def degres(self, ligne: int, valeur: str, quoi: str, *, borne: float) -> float | None:
        if not valeur:
            return None
        try:
            nombre = float(valeur)
        except ValueError:
            nombre = float("nan")
        if -borne <= nombre <= borne:  # false for NaN
            return nombre
        self.signaler(ligne, f"{quoi} illisible : « {valeur} », laissée inconnue.")
        return None


def decrire_jeux(
    dossier: Path, *, jeux: tuple[str, ...] = JEUX, facultatifs: tuple[str, ...] = JEUX_FACULTATIFS
) -> dict[str, Description]:
    """The data sets of a folder by name, with the SHA-256 of each file; refuses an incomplete description."""
    try:
        donnees = tomllib.loads((dossier / "editions.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RegleMetier(
            f"Le dossier {dossier} n’a pas de fichier editions.toml : c’est lui qui dit d’où viennent les données."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as erreur:
        raise RegleMetier(f"{dossier / 'editions.toml'} est illisible : {erreur}.") from None
    manquants = [jeu for jeu in jeux if jeu not in donnees]
    if manquants:
        raise RegleMetier(f"editions.toml ne décrit pas : {', '.join(manquants)}. Ajoutez-les.")
    presents = (*jeux, *(jeu for jeu in facultatifs if jeu in donnees))
    return {jeu: _decrire(jeu, donnees[jeu], dossier) for jeu in presents}


def _decrire(jeu: str, champs: dict[str, Any], dossier: Path) -> Description:
    manquants = [champ for champ in CHAMPS_EDITION if not champs.get(champ)]
    if manquants:
        raise RegleMetier(f"editions.toml, [{jeu}] : il manque {', '.join(manquants)}.")
    if not isinstance(champs["le"], date):
        raise RegleMetier(f"editions.toml, [{jeu}] : « le » s’écrit comme une date, 2026-03-09.")
    chemin = dossier / champs["fichier"]
    if not chemin.is_file():
        raise RegleMetier(f"editions.toml, [{jeu}] : le fichier {chemin} n’existe pas.")
    return Description(
        jeu=jeu,
        chemin=chemin,
        millesime=champs["millesime"],
        producteur=champs["producteur"],
        licence=champs["licence"],
        le=champs["le"],
        provenance=champs["provenance"].strip(),
        empreinte=hashlib.sha256(chemin.read_bytes()).hexdigest(),
    )


def lire_csv(chemin: Path, colonnes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The rows of a UTF-8 CSV file, the wanted columns alone, in that order; row 0 is line 2 of the file."""
    try:
        with chemin.open(encoding="utf-8-sig", newline="") as flux:
            lignes = csv.reader(flux)
            entete = next(lignes, [])
            manquantes = [colonne for colonne in colonnes if colonne not in entete]
            if manquantes:
                raise RegleMetier(f"{chemin.name} n’a pas de colonne {', '.join(manquantes)}.")
            places = [entete.index(colonne) for colonne in colonnes]
            vides = [""] * len(entete)  # a short line is read as if its last cells were empty
            return [tuple((ligne + vides)[place].strip() for place in places) for ligne in lignes]
    except (UnicodeDecodeError, csv.Error) as erreur:
        raise RegleMetier(f"{chemin.name} n’est pas un fichier CSV en UTF-8 : {erreur}.") from None


def lire_contours(chemin: Path) -> list[tuple[str, dict[str, Any]]]:
    """(INSEE code, GeoJSON geometry) of each feature; refuses what is not a GeoJSON collection of areas."""
    try:
        entites = orjson.loads(chemin.read_bytes())["features"]
        paires = [(str(entite["properties"]["code"]), entite["geometry"]) for entite in entites]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise RegleMetier(
            f"{chemin.name} n’est pas une collection GeoJSON dont chaque entité a une propriété « code »."
        ) from None
    return [
        (code, geometrie)
        for code, geometrie in paires
        if isinstance(geometrie, dict) and geometrie.get("type") in {"Polygon", "MultiPolygon"}
    ]
