"""The board as a CSV file, for a spreadsheet; called by the board's page. One list of columns."""

import csv
from collections.abc import Callable, Iterable
from io import StringIO

from maillage.diagnostic.competences import Titulaires
from maillage.diagnostic.sujets import sujet_de
from maillage.diagnostic.tableau import Cellule

# A spreadsheet would run a cell that begins so.
FORMULES = ("=", "+", "-", "@", "\t", "\r")
Colonne = Callable[[Cellule, Titulaires], object]

COLONNES: dict[str, Colonne] = {
    "famille": lambda c, t: c.famille.libelle,
    "code_insee": lambda c, t: c.commune.code,
    "commune": lambda c, t: c.commune.nom,
    "habitants": lambda c, t: "inconnu" if c.commune.population is None else c.commune.population,
    "etat": lambda c, t: c.constat.libelle,
    "a_refaire": lambda c, t: "oui" if c.constat.a_refaire else "non",
    "zero_dementi": lambda c, t: "oui" if c.constat.dementi else "non",
    "vrai_le": lambda c, t: c.constat.le.isoformat() if c.constat.le else "",
    "a_refaire_le": lambda c, t: c.constat.expire_le.isoformat() if c.constat.expire_le else "",
    "note_par": lambda c, t: c.constat.parole.par if c.constat.parole else "",
    "aupres_de": lambda c, t: c.constat.parole.aupres_de if c.constat.parole else "",
    "liste": lambda c, t: c.constat.liste,
    # Where nobody looked, no number: what is known may be a part of what there is.
    "services_connus": lambda c, t: c.nombre if c.nombre or c.constat.couvert else "",
    "titulaire": lambda c, t: t.de(sujet, c.commune).nom if (sujet := sujet_de(c.famille)) else "",
    "note": lambda c, t: c.constat.parole.note if c.constat.parole else "",
}


def en_csv(cellules: Iterable[Cellule], tenus: Titulaires) -> str:
    """Semicolons and a byte order mark, as French spreadsheets open them."""
    sortie = StringIO()
    ecrire = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrire.writerow(COLONNES)
    for cellule in cellules:
        ecrire.writerow([_sur(colonne(cellule, tenus)) for colonne in COLONNES.values()])
    return "\ufeff" + sortie.getvalue()


def _sur(valeur: object) -> object:
    return f"'{valeur}" if isinstance(valeur, str) and valeur.startswith(FORMULES) else valeur
