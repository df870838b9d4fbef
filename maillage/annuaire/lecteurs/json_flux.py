"""Read the objects of any JSON file one by one, in bounded memory; called by `tables` and by the national reader."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maillage.annuaire.lecteurs import json_lignes
from maillage.annuaire.lecteurs.anomalies import FichierIllisible
from maillage.annuaire.lecteurs.json_lignes import Tampon
from maillage.annuaire.lecteurs.reconnaitre import Forme

PROFONDEUR_MAX = 4


@dataclass(frozen=True, slots=True)
class Element:
    """One object, still as text; `liste` is the path of the list that holds it ("" for the file itself)."""

    numero: int
    octets: bytes
    liste: str


def elements(fichier: Path, forme: Forme) -> Iterator[Element]:
    """The objects of a list, of lines, or of every list of objects inside one object."""
    if forme.nom in ("json-liste", "ndjson"):
        for objet in json_lignes.objets(fichier):
            yield Element(objet.numero, objet.octets, "")
        return
    decodeur = json.JSONDecoder()
    with fichier.open("r", encoding="utf-8-sig", newline="") as flux:
        tampon = Tampon(flux)
        yield from _objet(tampon, decodeur, "", 0)
        if tampon.voir():
            raise tampon.erreur("Du texte suit la fin de l’objet.")


def _objet(tampon: Tampon, decodeur: json.JSONDecoder, chemin: str, profondeur: int) -> Iterator[Element]:
    """The keys of one object; its lists and its objects are entered, its plain values passed over."""
    if profondeur > PROFONDEUR_MAX:
        raise tampon.erreur("Le JSON est emboîté trop profondément.")
    tampon.sauter("{", attendu="« { »")
    if tampon.voir() == "}":
        tampon.sauter("}", attendu="« } »")
        return
    while True:
        cle = _cle(tampon, decodeur)
        dedans = f"{chemin}.{cle}".strip(".")
        match tampon.voir():
            case "[":
                yield from _liste(tampon, decodeur, dedans)
            case "{":
                yield from _objet(tampon, decodeur, dedans, profondeur + 1)
            case _:
                tampon.element(decodeur)
        if tampon.voir() == "}":
            tampon.sauter("}", attendu="« } »")
            return
        tampon.sauter(",", attendu="« , » ou « } »")


def _cle(tampon: Tampon, decodeur: json.JSONDecoder) -> str:
    if tampon.voir() != '"':
        raise tampon.erreur("Le nom d’une valeur est attendu, entre guillemets.")
    cle: str = json.loads(tampon.element(decodeur))
    tampon.sauter(":", attendu="« : »")
    return cle[:100]


def _liste(tampon: Tampon, decodeur: json.JSONDecoder, chemin: str) -> Iterator[Element]:
    tampon.sauter("[", attendu="« [ »")
    if tampon.voir() == "]":
        tampon.sauter("]", attendu="« ] »")
        return
    while True:
        is_objet = tampon.voir() == "{"
        numero = tampon.ligne
        texte = tampon.element(decodeur)
        if is_objet:
            yield Element(numero, texte.encode("utf-8", "replace"), chemin)
        if tampon.voir() == "]":
            tampon.sauter("]", attendu="« ] »")
            return
        tampon.sauter(",", attendu="« , » ou « ] »")
        if tampon.voir() == "]":
            raise tampon.erreur("Une virgule est suivie de la fin de la liste.")


class ObjetRefuse(Exception):
    """One object cannot be read; the others can."""

    def __init__(self, message: str, *, colonne: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.colonne = colonne


def decoder(octets: bytes) -> dict[str, object]:
    """An object whose numbers stay as they are written; raises ObjetRefuse for what is no sound object."""
    try:
        valeur = json.loads(
            octets.decode("utf-8"),
            object_pairs_hook=_sans_double,
            parse_float=str,
            parse_int=str,
            parse_constant=_hors_json,
        )
    except RecursionError as faute:
        raise ObjetRefuse("Le JSON est emboîté trop profondément.") from faute
    except UnicodeDecodeError as faute:
        raise ObjetRefuse(f"Octet 0x{octets[faute.start]:02x} illisible.") from faute
    except json.JSONDecodeError as faute:
        raise ObjetRefuse(f"Le JSON est mal formé au {faute.pos + 1}e caractère de l’objet.") from faute
    if not isinstance(valeur, dict):
        raise ObjetRefuse("Un objet JSON est attendu.")
    return valeur


def _sans_double(paires: list[tuple[str, object]]) -> dict[str, object]:
    valeurs: dict[str, object] = {}
    for nom, valeur in paires:
        if nom in valeurs:
            raise ObjetRefuse("Cette clé est présente deux fois.", colonne=nom[:100])
        valeurs[nom] = valeur
    return valeurs


def _hors_json(constante: str) -> object:
    raise ObjetRefuse(f"{constante} n’est pas une valeur JSON.")


def aucune_liste(forme: Forme) -> FichierIllisible:
    return FichierIllisible(
        f"Ce fichier ({forme.libelle}) ne contient aucune liste de fiches.",
        remede="Envoyez une liste d’objets JSON, un objet par ligne, ou un objet qui contient une liste.",
    )
