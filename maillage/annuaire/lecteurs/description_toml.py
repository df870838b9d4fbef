"""Write the description of a source as TOML, the way a person would; called by `import_source --deviner`."""

import re
from collections.abc import Mapping, Sequence

from maillage.core.texte import cle

_NU = re.compile(r"[A-Za-z0-9_-]+")


def en_toml(
    *,
    fichier: str,
    forme: str,
    colonnes: Mapping[str, str],
    cle_lignes: Sequence[str],
    restantes: Sequence[str],
) -> str:
    """A first description to complete: what only a person knows is left empty, with what to write there."""
    slug = cle(fichier.rpartition(".")[0] or fichier).replace(" ", "-")[:50] or "source"
    lignes = [
        f"# Première description, devinée d’après « {_sans_saut(fichier)} » ({forme}). Relisez chaque ligne.",
        f"slug = {_texte(slug)}",
        'nom = ""  # À REMPLIR : le nom de la source, comme on le dit',
        'producteur = ""  # À REMPLIR : qui publie ce fichier',
        'licence = ""  # À REMPLIR : sous quelle licence il est publié',
        'provenance = ""  # À REMPLIR : d’où il vient, ce qui y manque',
        'lecteur = "tableau"',
        f"cle = {_liste(cle_lignes)}"
        + (
            "" if cle_lignes else "  # aucune colonne sûre : le nom, l’adresse et la commune serviront de clé"
        ),
        "familles = []  # familles que cette source recense en entier",
        "departements_complets = []",
        "rang = 60",
        "",
        "# À REMPLIR : la date à laquelle le fichier dit vrai, ou donnez-la à chaque import (--edition).",
        "# [[editions]]",
        f"# fichier = {_texte(fichier)}",
        '# nom = ""',
        "# le = ",
        "",
        "[tableau]",
        "# true seulement si chaque ligne est un service par nature (une crèche, un guichet).",
        "service = false",
        "",
        "[tableau.colonnes]",
        *(f"{champ} = {_liste([colonne])}" for champ, colonne in colonnes.items()),
    ]
    if restantes:
        lignes += ["", "# Colonnes non reprises ; ôtez le dièse de celles à garder.", "# [tableau.extra]"]
        lignes += [f"# {_cle_extra(nom)} = {_liste([nom])}" for nom in restantes]
    return "\n".join(lignes) + "\n"


def _cle_extra(nom: str) -> str:
    propre = cle(nom).replace(" ", "_")
    return propre if _NU.fullmatch(propre) else _texte(propre)


def _liste(textes: Sequence[str]) -> str:
    return f"[{', '.join(_texte(texte) for texte in textes)}]"


def _texte(valeur: str) -> str:
    echappe = valeur.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in echappe) + '"'


def _sans_saut(texte: str) -> str:
    return "".join(c if c.isprintable() else " " for c in texte)
