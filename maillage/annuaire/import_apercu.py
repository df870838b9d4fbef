"""Look at a file before it has a source; called by the screen of columns and by `import_source --deviner`."""

from pathlib import Path
from typing import Any

from maillage.annuaire.import_lecture import regarder
from maillage.annuaire.lecteurs.correspondance import Correspondance, en_valeurs
from maillage.annuaire.lecteurs.description_toml import en_toml
from maillage.annuaire.lecteurs.deviner import pourquoi_pas
from maillage.core.erreurs import RegleMetier


class PasImportable(RegleMetier):
    """The file is a table, and its rows are no records."""


def apercu(fichier: Path, correspondance: Correspondance | None = None) -> dict[str, Any]:
    """What `lecteurs.apercu.lire` found. Raises RegleMetier, with the remedy, for a file that cannot be read."""
    description = None
    if correspondance is not None:
        description = {"cle": correspondance.cle, "tableau": en_valeurs(correspondance)}
    fin = regarder(fichier, description=description)
    if fin.illisible:
        raise RegleMetier(f"{fin.illisible['message']} {fin.illisible['remede']}".strip())
    return fin.compte


def description_devinee(fichier: Path, *, nom: str) -> str:
    """A first TOML. Raises RegleMetier when the file cannot be read, or gives neither name nor place."""
    vu = apercu(fichier)
    noms = [colonne["nom"] for colonne in vu["colonnes"]]
    if pourquoi := pourquoi_pas(vu["devinees"], noms):
        raise PasImportable(f"« {nom} » n’est pas importable, parce qu’{pourquoi}")
    prises = set(vu["devinees"].values())
    return en_toml(
        fichier=nom,
        forme=vu["forme"],
        colonnes=vu["devinees"],
        cle_lignes=[champ for champ in vu["cle"] if champ in vu["devinees"]],
        restantes=[colonne for colonne in noms if colonne not in prises],
    )
