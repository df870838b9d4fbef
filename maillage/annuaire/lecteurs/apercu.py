"""Look at an unknown table: its columns, some cells of each, a guess; and with a description, its first records.

Called by the child process, for the command `--deviner` and for the screen of columns.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from maillage.annuaire.lecteurs import tables
from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.correspondance import SERVICE
from maillage.annuaire.lecteurs.decrit import LecteurDecrit
from maillage.annuaire.lecteurs.deviner import cle_devinee, deviner
from maillage.annuaire.lecteurs.fiche import Ecartee
from maillage.annuaire.lecteurs.lieux import Referentiel
from maillage.annuaire.lecteurs.ligne import Ligne

LIGNES_REGARDEES = 5_000
EXEMPLES = 40
FICHES = 8


def lire(fichier: Path, lecteur: LecteurDecrit | None, referentiel: Referentiel) -> dict[str, Any]:
    """Raises FichierIllisible for a file that is no table, or has no row."""
    table = tables.ouvrir(fichier, obligatoires=(), connues=())
    exemples: dict[str, list[str]] = {nom: [] for nom in table.tableau.colonnes if nom}
    vues: dict[str, set[str] | None] = {nom: set() for nom in exemples}
    regardees = 0
    for brute in tables.lignes(fichier, table, sel=b""):
        regardees += 1
        for nom in exemples:
            _regarder(nom, brute.valeurs.get(nom, ""), exemples, vues)
        if regardees == LIGNES_REGARDEES:
            break
    if not regardees:
        raise FichierIllisible(
            "Le fichier ne contient aucune ligne sous les noms de colonnes.",
            remede="Vérifiez que l’export s’est bien terminé.",
        )
    uniques = {nom for nom, valeurs in vues.items() if valeurs is not None}
    colonnes = deviner(exemples)
    return {
        "forme": table.forme.libelle,
        "encodage": table.tableau.encodage,
        "separateur": table.tableau.separateur,
        "lignes": regardees,
        "colonnes": [
            {"nom": nom, "exemples": [raccourcir(v, 50) for v in cases[:3]]}
            for nom, cases in exemples.items()
        ],
        "devinees": {champ: nom for champ, nom in colonnes.items() if champ not in SERVICE},
        "cle": cle_devinee(colonnes, uniques),
        "avis": [asdict(avis) for avis in table.tableau.avis[:20]],
        "fiches": _fiches(fichier, lecteur, referentiel) if lecteur else [],
    }


def _regarder(nom: str, texte: str, exemples: dict[str, list[str]], vues: dict[str, set[str] | None]) -> None:
    """Keep some cells of a column, and whether they are all there and all different."""
    propre = texte.strip()
    if propre and len(exemples[nom]) < EXEMPLES and propre not in exemples[nom]:
        exemples[nom].append(propre[:300])
    deja = vues[nom]
    if deja is not None:
        if not propre or propre in deja:
            vues[nom] = None
        else:
            deja.add(propre[:300])


def _fiches(fichier: Path, lecteur: LecteurDecrit, referentiel: Referentiel) -> list[dict[str, Any]]:
    """The first rows as records, with what is wrong in each; nothing is kept of them."""
    table = tables.ouvrir_decrite(fichier, lecteur)
    fiches = []
    for brute in tables.lignes(fichier, table, sel=b""):
        ligne = Ligne(brute.numero, brute.valeurs, referentiel)
        ligne.anomalies.extend(brute.fautes)
        fiche = lecteur.lire(ligne)
        if not isinstance(fiche, Ecartee):
            fiches.append(
                {
                    "numero": brute.numero,
                    "cle": fiche.cle,
                    "structure": fiche.structure,
                    "service": fiche.service,
                    "refusee": ligne.refusee,
                    "anomalies": [asdict(anomalie) for anomalie in ligne.anomalies],
                }
            )
        if len(fiches) == FICHES:
            break
    return fiches
