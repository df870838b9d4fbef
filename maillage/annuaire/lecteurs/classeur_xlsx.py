"""Read the rows of an XLSX sheet as a stream, in bounded memory; called by `tables`.

Only what is written is read: no formula is computed, no link followed, no macro opened. A cell that holds an error or a
formula without its result is named, never guessed.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maillage.annuaire.lecteurs import archive, xml_flux
from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.rangee import Feuille, Rangee, nom_de

CHAINES_MAX = 50 * 1024 * 1024
CHAINES_NOMBRE_MAX = 1_000_000
STYLES_MAX = 10 * 1024 * 1024
FUSIONS_MONTREES = 20
DATES_CONNUES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_REFERENCE = re.compile(r"([A-Z]{1,7})([1-9][0-9]{0,9})")
_HORS_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_REMEDE = "Corrigez cette case, ou effacez-la."
# The 29th of February 1900, which spreadsheets count and the calendar does not know.
JOUR_IMPOSSIBLE = 60


@dataclass(slots=True)
class _Classeur:
    """What the other parts of the workbook say of the sheet that is read."""

    feuille: str
    chaines: list[str]
    dates: frozenset[int]  # styles that show a number as a date
    depuis_1904: bool


def rangees(fichier: zipfile.ZipFile, feuille: Feuille) -> Iterator[Rangee]:
    """The rows that hold something of the first visible sheet; `feuille` says its name and what was not read."""
    classeur = _classeur(fichier, feuille)
    lecture = _Lecture(classeur)
    flux = archive.blocs(fichier, classeur.feuille)
    for _ in xml_flux.analyser(
        flux, partie=classeur.feuille, ouvrir=lecture.ouvrir, fermer=lecture.fermer, texte=lecture.texte
    ):
        yield from lecture.pretes
        lecture.pretes.clear()
    for plage in lecture.fusions[:FUSIONS_MONTREES]:
        feuille.avis.append(
            (
                f"Les cases {plage} sont fusionnées : seule la première porte la valeur, les autres sont lues vides.",
                "Défusionnez-les et répétez la valeur si elle vaut pour chaque ligne.",
            )
        )


def _classeur(fichier: zipfile.ZipFile, feuille: Feuille) -> _Classeur:
    noms = set(fichier.namelist())
    feuilles, depuis_1904 = _feuilles(fichier)
    liens = _liens(fichier, noms)
    visibles = [(nom, cle) for nom, cle, etat in feuilles if etat == "visible" and liens.get(cle) in noms]
    if not visibles:
        raise FichierIllisible(
            "Ce classeur n’a aucune feuille visible.",
            remede="Affichez la feuille à lire, puis enregistrez le classeur.",
        )
    feuille.nom = visibles[0][0]
    _dire_le_reste(feuille, feuilles, visibles, noms)
    return _Classeur(
        feuille=liens[visibles[0][1]],
        chaines=_chaines(fichier) if "xl/sharedStrings.xml" in noms else [],
        dates=_styles_de_date(fichier) if "xl/styles.xml" in noms else frozenset(),
        depuis_1904=depuis_1904,
    )


def _dire_le_reste(
    feuille: Feuille, feuilles: list[tuple[str, str, str]], visibles: list[tuple[str, str]], noms: set[str]
) -> None:
    cachees = [nom for nom, _, etat in feuilles if etat != "visible"]
    for quoi, lesquelles in (
        ("feuilles cachées", cachees),
        ("autres feuilles", [nom for nom, _ in visibles[1:]]),
    ):
        if lesquelles:
            cites = ", ".join(f"« {raccourcir(nom, 31)} »" for nom in lesquelles[:10])
            feuille.avis.append((f"Ces {quoi} ne sont pas lues : {cites}.", "Une feuille par fichier."))
    if any(nom.startswith("xl/externalLinks/") for nom in noms):
        feuille.avis.append(
            ("Ce classeur renvoie à d’autres fichiers : ces liens ne sont pas suivis.", "Collez les valeurs.")
        )
    if any(nom.endswith("vbaProject.bin") for nom in noms):
        feuille.avis.append(("Ce classeur contient des macros : elles ne sont ni lues ni lancées.", ""))


def _feuilles(fichier: zipfile.ZipFile) -> tuple[list[tuple[str, str, str]], bool]:
    """(name, key of its part, state) of each sheet, and whether dates count from 1904."""
    trouvees: list[tuple[str, str, str]] = []
    depuis_1904 = False

    def ouvrir(nom: str, attributs: dict[str, str]) -> None:
        nonlocal depuis_1904
        if nom == "sheet":
            trouvees.append(
                (
                    attributs.get("name", ""),
                    attributs.get("id", ""),
                    attributs.get("state", "visible"),
                )
            )
        elif nom == "workbookPr":
            depuis_1904 = attributs.get("date1904", "") in ("1", "true")

    partie = "xl/workbook.xml"
    xml_flux.lire(archive.blocs(fichier, partie, limite=STYLES_MAX), partie=partie, ouvrir=ouvrir)
    return trouvees, depuis_1904


def _liens(fichier: zipfile.ZipFile, noms: set[str]) -> dict[str, str]:
    """Key of a part → its name inside the zip; a part outside the zip is no part."""
    liens: dict[str, str] = {}

    def ouvrir(nom: str, attributs: dict[str, str]) -> None:
        if nom == "Relationship" and attributs.get("TargetMode") != "External":
            cible = attributs.get("Target", "")
            chemin = cible.lstrip("/") if cible.startswith("/") else f"xl/{cible.removeprefix('./')}"
            if chemin in noms and attributs.get("Type", "").endswith("/worksheet"):
                liens[attributs.get("Id", "")] = chemin

    partie = "xl/_rels/workbook.xml.rels"
    if partie in noms:
        xml_flux.lire(archive.blocs(fichier, partie, limite=STYLES_MAX), partie=partie, ouvrir=ouvrir)
    return liens


def _chaines(fichier: zipfile.ZipFile) -> list[str]:
    """The texts that cells point to."""
    partie = "xl/sharedStrings.xml"
    lecture = _Chaines()
    flux = archive.blocs(fichier, partie, limite=CHAINES_MAX)
    for _ in xml_flux.analyser(
        flux, partie=partie, ouvrir=lecture.ouvrir, fermer=lecture.fermer, texte=lecture.texte
    ):
        pass
    return lecture.chaines


@dataclass(slots=True)
class _Chaines:
    """Readings of ideograms (`rPh`) are not part of a text."""

    chaines: list[str] = field(default_factory=list)
    morceaux: list[str] = field(default_factory=list)
    dans_texte: bool = False
    dans_lecture: bool = False

    def ouvrir(self, nom: str, _attributs: dict[str, str]) -> None:
        if nom == "t":
            self.dans_texte = True
        elif nom == "rPh":
            self.dans_lecture = True
        elif nom == "si":
            self.morceaux.clear()

    def fermer(self, nom: str) -> None:
        if nom == "t":
            self.dans_texte = False
        elif nom == "rPh":
            self.dans_lecture = False
        elif nom == "si":
            self.chaines.append("".join(self.morceaux))
            if len(self.chaines) > CHAINES_NOMBRE_MAX:
                raise FichierIllisible(
                    f"Ce classeur contient plus de {CHAINES_NOMBRE_MAX} textes.",
                    remede="Découpez-le, ou enregistrez la feuille utile en CSV (UTF-8).",
                )

    def texte(self, lu: str) -> None:
        if self.dans_texte and not self.dans_lecture:
            self.morceaux.append(lu)


def _styles_de_date(fichier: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles whose format shows a date."""
    formats: dict[str, str] = {}
    dates: set[int] = set()
    dans_cellules, rang = False, 0

    def ouvrir(nom: str, attributs: dict[str, str]) -> None:
        nonlocal dans_cellules, rang
        if nom == "numFmt":
            formats[attributs.get("numFmtId", "")] = attributs.get("formatCode", "")
        elif nom in ("cellStyleXfs", "cellXfs"):
            dans_cellules = nom == "cellXfs"
        elif nom == "xf" and dans_cellules:
            numero = attributs.get("numFmtId", "")
            if _is_date(numero, formats.get(numero, "")):
                dates.add(rang)
            rang += 1

    partie = "xl/styles.xml"
    xml_flux.lire(archive.blocs(fichier, partie, limite=STYLES_MAX), partie=partie, ouvrir=ouvrir)
    return frozenset(dates)


def _is_date(numero: str, forme: str) -> bool:
    if forme:
        return any(lettre in _HORS_FORMAT.sub("", forme).lower() for lettre in "ydj")
    return numero.isascii() and numero.isdigit() and len(numero) < 4 and int(numero) in DATES_CONNUES


@dataclass(slots=True)
class _Lecture:
    """The sheet while it is read; `pretes` are the rows that are complete."""

    classeur: _Classeur
    pretes: list[Rangee] = field(default_factory=list)
    fusions: list[str] = field(default_factory=list)
    rangee: Rangee | None = None
    derniere: int = 0
    colonne: int = -1
    genre: str = ""
    style: str = ""
    formule: list[str] | None = None
    valeur: list[str] | None = None
    capte: list[str] | None = None

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "c":
            self._commencer_case(attributs)
        elif nom == "row":
            self._commencer_rangee(attributs)
        elif nom in ("v", "t"):
            if self.valeur is None:
                self.valeur = []
            self.capte = self.valeur
        elif nom == "f":
            self.formule = self.capte = []
        elif nom == "rPh":
            self.capte = None
        elif nom == "mergeCell" and len(self.fusions) < FUSIONS_MONTREES:
            self.fusions.append(raccourcir(attributs.get("ref", "")))

    def fermer(self, nom: str) -> None:
        if nom in ("v", "t", "f"):
            self.capte = None
        elif nom == "c":
            self._finir_case()
        elif nom == "row" and self.rangee is not None:
            if self.rangee.cases or self.rangee.fautes:
                self.pretes.append(self.rangee)
            self.rangee = None

    def texte(self, lu: str) -> None:
        if self.capte is not None:
            self.capte.append(lu)

    def _commencer_rangee(self, attributs: dict[str, str]) -> None:
        dit = attributs.get("r", "")
        numero = int(dit) if dit.isascii() and dit.isdigit() and len(dit) < 10 else self.derniere + 1
        self.rangee, self.derniere, self.colonne = Rangee(numero), numero, -1

    def _commencer_case(self, attributs: dict[str, str]) -> None:
        reference = attributs.get("r")
        self.colonne = self.colonne + 1 if reference is None else self._colonne(reference)
        self.genre, self.style = attributs.get("t", "n"), attributs.get("s", "0")
        self.formule = self.valeur = self.capte = None

    def _colonne(self, reference: str) -> int:
        lue = _REFERENCE.fullmatch(reference)
        if lue is None or self.rangee is None or int(lue[2]) != self.rangee.numero:
            raise FichierIllisible(
                f"Une case porte l’adresse « {raccourcir(reference)} », qui n’est pas à sa place.",
                remede="Ouvrez le classeur dans votre tableur et enregistrez-le de nouveau.",
                ligne=self.derniere,
                valeur=reference,
            )
        rang = 0
        for lettre in lue[1]:
            rang = rang * 26 + ord(lettre) - 64
        return rang - 1

    def _finir_case(self) -> None:
        if self.rangee is None:
            return
        case = f"{nom_de(self.colonne)}{self.rangee.numero}"
        valeur = "".join(self.valeur) if self.valeur is not None else ""
        if self.genre == "e":
            self.rangee.refuser(
                self.colonne, valeur, f"La case {case} contient l’erreur {raccourcir(valeur)}.", _REMEDE
            )
        elif self.formule is not None and not valeur:
            formule = "".join(self.formule)
            self.rangee.refuser(
                self.colonne,
                f"={formule}",
                f"La case {case} contient une formule sans son résultat.",
                "Ouvrez le classeur dans votre tableur, enregistrez-le, ou collez les valeurs.",
            )
        elif valeur:
            self._poser(self.rangee, case, valeur)

    def _poser(self, rangee: Rangee, case: str, valeur: str) -> None:
        if self.genre == "s":
            rang = int(valeur) if valeur.isascii() and valeur.isdigit() and len(valeur) < 10 else -1
            if not 0 <= rang < len(self.classeur.chaines):
                rangee.refuser(self.colonne, valeur, f"La case {case} renvoie à un texte absent.", _REMEDE)
                return
            rangee.poser(self.colonne, self.classeur.chaines[rang])
        elif self.genre == "b":
            rangee.poser(self.colonne, "oui" if valeur == "1" else "non")
        elif self.genre == "n":
            self._poser_nombre(rangee, case, valeur)
        else:  # inlineStr, the text of a formula, an ISO date
            rangee.poser(self.colonne, valeur)

    def _poser_nombre(self, rangee: Rangee, case: str, valeur: str) -> None:
        style = (
            int(self.style) if self.style.isascii() and self.style.isdigit() and len(self.style) < 7 else 0
        )
        if style not in self.classeur.dates:
            rangee.poser(self.colonne, nombre_lisible(valeur))
            return
        jour = jour_de(valeur, depuis_1904=self.classeur.depuis_1904)
        if jour is None:
            rangee.refuser(
                self.colonne, valeur, f"La case {case} contient une date qui n’existe pas.", _REMEDE
            )
        else:
            rangee.poser(self.colonne, jour)


def nombre_lisible(valeur: str) -> str:
    """« 68224.0 » gives 68224, 47.755999999999997 gives 47.756; what is no number is left to its column to judge."""
    try:
        nombre = float(valeur)
    except (ValueError, OverflowError):
        return valeur
    if nombre.is_integer() and abs(nombre) < 1e15 and len(valeur) < 40:
        return str(int(nombre))
    return repr(nombre)


def jour_de(valeur: str, *, depuis_1904: bool) -> str | None:
    """The ISO day (and hour) of a date kept as a number of days; None when there is no such day."""
    try:
        jours = float(valeur)
    except ValueError:
        return None
    if not 0 <= jours < 2_958_466 or (int(jours) == JOUR_IMPOSSIBLE and not depuis_1904):
        return None
    premier = (1904, 1, 1) if depuis_1904 else (1899, 12, 31 if jours < JOUR_IMPOSSIBLE else 30)
    try:
        instant = datetime(*premier) + timedelta(days=jours)  # noqa: DTZ001
    except OverflowError:
        return None
    instant = (instant + timedelta(milliseconds=500)).replace(microsecond=0)
    return instant.date().isoformat() if jours == int(jours) else instant.isoformat(" ")
