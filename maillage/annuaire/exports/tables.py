"""Write a selection as CSV, as a workbook or as GeoJSON; called through `formats`. Bytes go out piece by piece."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter
from django.utils import timezone

from maillage.annuaire.exports.cellules import en_cellule, sans_formule
from maillage.annuaire.exports.colonnes import COLONNES, valeurs_de
from maillage.annuaire.exports.notice import Notice
from maillage.annuaire.exports.selection import Ligne, Selection

BLOC = 1 << 16
MARQUE = "[EXEMPLE] "
# What a cell and a sheet of this format can hold.
CELLULE_MAX = 32_767
RANGEES_MAX = 1_048_575
COUPE = "… (suite dans l’export CSV)"


def ecrire_csv(selection: Selection, notice: Notice) -> Iterator[bytes]:
    """Semicolons and a byte order mark: what a French spreadsheet opens without asking."""
    yield from par_blocs(_lignes_csv(selection, notice), debut=b"\xef\xbb\xbf")


def _lignes_csv(selection: Selection, notice: Notice) -> Iterator[bytes]:
    tampon = io.StringIO()
    ecrivain = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for cellules in _rangees(selection.offres(), notice):
        ecrivain.writerow([sans_formule(cellule) for cellule in cellules])
        yield tampon.getvalue().encode()
        tampon.seek(0)
        tampon.truncate()
    yield tampon.getvalue().encode()


def _rangees(lignes: Iterable[Ligne], notice: Notice) -> Iterator[list[str | int | float | None]]:
    jour = timezone.localdate(notice.exporte_le)
    for ligne in lignes:
        valeurs = _marquer(valeurs_de(ligne, exporte_le=jour))
        yield [en_cellule(valeur) for valeur in valeurs.values()]


def _marquer(valeurs: dict[str, Any]) -> dict[str, Any]:
    """An invented record says so in its very name, which no column can be hidden from."""
    return valeurs | {"nom": f"{MARQUE}{valeurs['nom']}"} if valeurs["exemple"] else valeurs


def ecrire_xlsx(selection: Selection, notice: Notice) -> Iterator[bytes]:
    """Cells of text are text, never formulas nor links. Rows go to the disk as they come: constant memory."""
    with tempfile.TemporaryDirectory(prefix="maillage-export-") as dossier:
        fichier = Path(dossier) / "annuaire.xlsx"
        _ecrire_classeur(fichier, selection, notice, dossier=dossier)
        with fichier.open("rb") as flux:
            while bloc := flux.read(BLOC):
                yield bloc


def _ecrire_classeur(fichier: Path, selection: Selection, notice: Notice, *, dossier: str) -> None:
    options = {
        "constant_memory": True,
        "tmpdir": dossier,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(fichier), options) as classeur:
        classeur.set_properties({"title": notice.titre, "created": notice.exporte_le.replace(tzinfo=None)})
        gras = classeur.add_format({"bold": True})
        feuille: Any = None
        for rang, cellules in enumerate(_rangees(selection.offres(), notice)):
            if rang % RANGEES_MAX == 0:
                feuille = _feuille(classeur, rang // RANGEES_MAX, gras)
            _ecrire_rangee(feuille, rang % RANGEES_MAX + 1, cellules)
        if feuille is None:
            _feuille(classeur, 0, gras)
        _ecrire_notice(classeur, notice, gras)


def _feuille(classeur: Any, numero: int, gras: Any) -> Any:
    feuille = classeur.add_worksheet("Annuaire" if not numero else f"Annuaire {numero + 1}")
    feuille.freeze_panes(1, 0)
    for colonne, libelle in enumerate(COLONNES.values()):
        feuille.write_string(0, colonne, libelle, gras)
    return feuille


def _ecrire_rangee(feuille: Any, rang: int, cellules: Iterable[str | int | float | None]) -> None:
    for colonne, cellule in enumerate(cellules):
        if isinstance(cellule, str):
            feuille.write_string(rang, colonne, tenir(cellule, CELLULE_MAX, coupe=COUPE))
        elif cellule is not None:
            feuille.write_number(rang, colonne, cellule)


def tenir(texte: str, longueur: int, *, coupe: str = "…") -> str:
    """The text, cut with a mark when it is too long."""
    return texte if len(texte) <= longueur else texte[: longueur - len(coupe)] + coupe


def _ecrire_notice(classeur: Any, notice: Notice, gras: Any) -> None:
    feuille = classeur.add_worksheet("Lisez-moi")
    rangees = [
        [notice.titre],
        ["Exporté le", timezone.localdate(notice.exporte_le).isoformat()],
        ["Depuis", notice.adresse],
        *([avis] for avis in notice.avis),
        [],
        ["Source", "Producteur", "Licence", "Édition", "Date de l’édition"],
        *(
            [c.nom, c.producteur, c.licence, c.edition, c.edition_le.isoformat() if c.edition_le else ""]
            for c in notice.citations
        ),
        [],
        ["Colonne", "Nom dans les autres formats"],
        *([libelle, nom] for nom, libelle in COLONNES.items()),
    ]
    for rang, cellules in enumerate(rangees):
        for colonne, texte in enumerate(cellules):
            # In constant memory a sheet is written in order, so the titles are told by their place.
            feuille.write_string(rang, colonne, texte, gras if rang == 0 else None)


def ecrire_geojson(selection: Selection, notice: Notice) -> Iterator[bytes]:
    """The offers that have a point of their own and may show it; the sources are in the member « mentions »."""
    yield from par_blocs(_entites(selection, notice))


def _entites(selection: Selection, notice: Notice) -> Iterator[bytes]:
    mentions = {
        "titre": notice.titre,
        "exporte_le": timezone.localdate(notice.exporte_le),
        "adresse": notice.adresse,
        "avis": notice.avis,
        "sources": notice.citations,
    }
    yield b'{"type":"FeatureCollection","mentions":' + orjson.dumps(mentions) + b',"features":['
    jour = timezone.localdate(notice.exporte_le)
    separateur = b"\n"
    for ligne in selection.offres():
        fiche = ligne.fiche
        if fiche.confidentiel or fiche.latitude is None or fiche.longitude is None:
            continue
        proprietes = _marquer(valeurs_de(ligne, exporte_le=jour))
        point = [proprietes.pop("longitude"), proprietes.pop("latitude")]
        entite = {
            "type": "Feature",
            "id": fiche.id,
            "geometry": {"type": "Point", "coordinates": point},
            "properties": proprietes,
        }
        yield separateur + orjson.dumps(entite)
        separateur = b",\n"
    yield b"\n]}\n"


def par_blocs(morceaux: Iterable[bytes], *, debut: bytes = b"") -> Iterator[bytes]:
    """Gather small pieces, so that the network carries few large ones."""
    tampon = bytearray(debut)
    for morceau in morceaux:
        tampon += morceau
        if len(tampon) >= BLOC:
            yield bytes(tampon)
            tampon.clear()
    if tampon:
        yield bytes(tampon)
