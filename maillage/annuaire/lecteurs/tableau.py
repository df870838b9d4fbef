"""Read a CSV row by row, in bounded memory: encoding, separator, header, then one `dict` per row.

Whatever the file holds, a reader gets rows of text whose columns are the expected names, or a refusal in French.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.encodage import detecter
from maillage.core.texte import cle

SEPARATEURS = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}
LIGNE_MAX = 1_000_000
CASE_MAX = 100_000
COLONNES_MAX = 500
_BORDS = " \t\u00a0\u202f\ufeff\u200b"


@dataclass(frozen=True, slots=True)
class LigneBrute:
    numero: int  # as an editor counts: 1 is the header
    valeurs: dict[str, str]
    empreinte: bytes
    fautes: tuple[Anomalie, ...] = ()  # cells that hold no value: an error, a formula without its result


@dataclass(slots=True)
class Tableau:
    """An open table; `avis` and `refus` fill while rows are read."""

    encodage: str
    separateur: str
    colonnes: list[str]
    avis: list[Anomalie] = field(default_factory=list)
    refus: list[Anomalie] = field(default_factory=list)


def ouvrir(fichier: Path, *, obligatoires: tuple[str, ...], connues: tuple[str, ...]) -> Tableau:
    """Understand the header; raises FichierIllisible, naming what is missing, when rows could not be read."""
    encodage = detecter(fichier)
    with _texte(fichier, encodage.nom) as flux:
        try:
            entete = _premiere_ligne(flux)
        except UnicodeError as erreur:
            raise _indecodable(erreur, 1) from erreur
    separateur = _separateur(entete, connues)
    noms = next(csv.reader([entete], delimiter=separateur))
    if len(noms) > COLONNES_MAX:
        raise FichierIllisible(
            f"{len(noms)} colonnes, {COLONNES_MAX} au plus.",
            remede="Ne gardez que les colonnes utiles.",
            ligne=1,
        )
    tableau = Tableau(
        encodage=encodage.nom, separateur=SEPARATEURS[separateur], colonnes=noms_attendus(noms, connues)
    )
    check_entete(tableau, noms, obligatoires=obligatoires, connues=connues)
    if encodage.devine:
        tableau.avis.append(
            _avis("", f"Le fichier n’est pas en UTF-8 : il est lu en {encodage.nom}. Vérifiez les accents.")
        )
    return tableau


def lignes(fichier: Path, tableau: Tableau, *, sel: bytes) -> Iterator[LigneBrute]:
    """The rows that have the right number of cells; the others go to `tableau.refus`. `sel` enters each hash."""
    separateur = next(s for s, nom in SEPARATEURS.items() if nom == tableau.separateur)
    graine = blake2b("\x1f".join([sel.hex(), *tableau.colonnes]).encode(), digest_size=16)
    attendues = len(tableau.colonnes)
    csv.field_size_limit(CASE_MAX)
    with _texte(fichier, tableau.encodage) as flux:
        lecteur = csv.reader(_bornees(flux), delimiter=separateur)
        debut = 0
        try:
            for cases in lecteur:
                numero, debut = debut + 1, lecteur.line_num
                if not any(case.strip(_BORDS) for case in cases) or numero == 1:
                    continue
                if len(cases) > attendues and not any(cases[attendues:]):
                    cases = cases[:attendues]  # noqa: PLW2901
                if len(cases) != attendues:
                    tableau.refus.append(_mal_coupee(numero, cases, attendues))
                    continue
                empreinte = graine.copy()
                empreinte.update("\x1f".join(cases).encode("utf-8", "surrogatepass"))
                yield LigneBrute(numero, dict(zip(tableau.colonnes, cases, strict=True)), empreinte.digest())
        except csv.Error as erreur:
            raise _csv_casse(erreur, debut + 1) from erreur
        except UnicodeError as erreur:
            raise _indecodable(erreur, debut + 1) from erreur


def _texte(fichier: Path, encodage: str) -> io.TextIOWrapper:
    # newline=None: CR, LF and CRLF all end a line.
    return fichier.open("r", encoding=encodage, newline=None)


def _premiere_ligne(flux: io.TextIOWrapper) -> str:
    for ligne in _bornees(flux):
        propre = ligne.strip("\n")
        if propre.strip(_BORDS):
            return propre
        raise FichierIllisible(
            "La première ligne est vide : elle doit porter le nom des colonnes.",
            remede="Supprimez les lignes vides du début.",
            ligne=1,
        )
    raise FichierIllisible(
        "Le fichier est vide : aucune ligne.", remede="Vérifiez que l’export s’est bien terminé."
    )


def _bornees(flux: io.TextIOWrapper) -> Iterator[str]:
    numero = 0
    while ligne := flux.readline(LIGNE_MAX + 1):
        numero += 1
        if len(ligne) > LIGNE_MAX:
            raise FichierIllisible(
                f"La ligne {numero} dépasse un million de caractères.",
                remede="Vérifiez que le fichier est bien un CSV, avec une fiche par ligne.",
                ligne=numero,
                valeur=ligne[:200],
            )
        if "\x00" in ligne:
            raise FichierIllisible(
                f"La ligne {numero} contient un caractère nul.",
                remede="Exportez de nouveau le fichier : celui-ci est abîmé.",
                ligne=numero,
                valeur=ligne[:200],
            )
        yield ligne


def _separateur(entete: str, connues: tuple[str, ...]) -> str:
    """The separator that shows the most expected names, then the most columns."""
    attendues = {cle(nom) for nom in connues}

    def merite(separateur: str) -> tuple[int, int]:
        noms = next(csv.reader([entete], delimiter=separateur))
        return sum(cle(nom) in attendues for nom in noms), len(noms)

    try:
        return max(SEPARATEURS, key=merite)
    except (csv.Error, StopIteration) as erreur:
        raise FichierIllisible(
            "La ligne des noms de colonnes est illisible.",
            remede="Vérifiez les guillemets de la première ligne.",
            ligne=1,
            valeur=entete,
        ) from erreur


def noms_attendus(lus: list[str], connues: tuple[str, ...]) -> list[str]:
    """Expected names letter for letter, even when the file writes them with blanks, capitals or other accents."""
    attendues = {cle(nom): nom for nom in connues}
    return [attendues.get(cle(nom), unicodedata.normalize("NFC", nom).strip(_BORDS)) for nom in lus]


def check_entete(
    tableau: Tableau, lus: list[str], *, obligatoires: tuple[str, ...], connues: tuple[str, ...]
) -> None:
    manquantes = [nom for nom in obligatoires if nom not in tableau.colonnes]
    if manquantes:
        raise FichierIllisible(
            f"Il manque {_colonnes(manquantes)}. Colonnes vues : {raccourcir(', '.join(tableau.colonnes), 300)}.",
            remede="Vérifiez que le fichier est bien celui de cette source et que sa première ligne "
            "porte le nom des colonnes.",
            ligne=1,
            colonne=manquantes[0],
        )
    for nom, compte in Counter(tableau.colonnes).items():
        if compte > 1 and (nom in connues or not nom):
            raise FichierIllisible(
                f"La colonne « {nom} » est présente {compte} fois.",
                remede="Supprimez ou renommez la colonne en trop.",
                ligne=1,
                colonne=nom,
            )
        if compte > 1:
            tableau.avis.append(
                _avis(nom, f"La colonne « {nom} » est présente {compte} fois : elle n’est pas lue.")
            )
    for lu, nom in zip(lus, tableau.colonnes, strict=True):
        if lu != nom:
            tableau.avis.append(_avis(nom, f"La colonne « {raccourcir(lu)} » est lue comme « {nom} »."))
    absentes = [nom for nom in connues if nom not in tableau.colonnes]
    if absentes:
        tableau.avis.append(
            _avis(absentes[0], f"Il manque {_colonnes(absentes)} : ces valeurs restent inconnues.")
        )


def _colonnes(noms: list[str]) -> str:
    cites = ", ".join(f"« {nom} »" for nom in noms)
    return f"la colonne {cites}" if len(noms) == 1 else f"les colonnes {cites}"


def _avis(colonne: str, message: str) -> Anomalie:
    return Anomalie(ligne=1, colonne=colonne, valeur="", message=message, remede="", refus=False)


def _mal_coupee(numero: int, cases: list[str], attendues: int) -> Anomalie:
    return Anomalie(
        ligne=numero,
        colonne="",
        valeur=raccourcir(" | ".join(cases[:8])),
        message=f"{len(cases)} cases au lieu de {attendues}.",
        remede="Un séparateur en trop ou en moins, ou un guillemet oublié : corrigez cette ligne.",
        refus=True,
    )


def _csv_casse(erreur: csv.Error, numero: int) -> FichierIllisible:
    if "field larger" in str(erreur):
        message = f"Un guillemet ouvert ligne {numero} n’est jamais refermé, ou une case dépasse {CASE_MAX} caractères."
    else:
        message = f"La ligne {numero} n’est pas du CSV."
    return FichierIllisible(message, remede="Corrigez les guillemets de cette ligne.", ligne=numero)


def _indecodable(erreur: UnicodeError, numero: int) -> FichierIllisible:
    return FichierIllisible(
        f"Le texte devient illisible vers la ligne {numero}.",
        remede="Enregistrez de nouveau le fichier en « UTF-8 ».",
        ligne=numero,
    )
