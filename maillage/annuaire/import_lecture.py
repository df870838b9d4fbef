"""Have a stranger's file read by a limited child process, and read back what it found; called by `import_source`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from maillage.annuaire.import_colonnes import DITS
from maillage.annuaire.lecteurs.correspondance import en_valeurs
from maillage.annuaire.lecteurs.description import SourceDecrite
from maillage.annuaire.lecteurs.trouvailles import DEBUT_FIN, Absentes, Fin, LigneLue, RefusLu, decoder
from maillage.territoire.models import CodePostal, Commune

RACINE = Path(__file__).resolve().parents[2]


def lire(source: SourceDecrite, fichier: Path, *, sortie: Path, connues: bytes) -> Fin:
    """Run the child on a copy of the file; whatever kills it becomes a sentence, never an exception."""
    return _demander(
        source.lecteur, fichier, sortie=sortie, connues=connues, description=description_de(source)
    )


def regarder(fichier: Path, *, description: dict[str, Any] | None) -> Fin:
    """Have the child look at a file that has no source yet; nothing of it is kept."""
    with tempfile.TemporaryDirectory(prefix="maillage-apercu-") as nom:
        return _demander("apercu", fichier, sortie=Path(nom) / "sortie", connues=b"", description=description)


def _demander(
    lecteur: str, fichier: Path, *, sortie: Path, connues: bytes, description: dict[str, Any] | None
) -> Fin:
    with tempfile.TemporaryDirectory(prefix="maillage-lecture-") as nom:
        dossier = Path(nom)
        (dossier / "connues").write_bytes(connues)
        (dossier / "communes").write_bytes(_communes())
        ordre = {
            "lecteur": lecteur,
            "fichier": str(fichier.resolve()),
            "sortie": str(sortie),
            "connues": str(dossier / "connues"),
            "communes": str(dossier / "communes"),
            "memoire_mo": settings.IMPORT_MEMOIRE_MO,
            "duree_s": settings.IMPORT_DUREE_S,
            "description": description,
        }
        (dossier / "ordre.json").write_bytes(orjson.dumps(ordre))
        mort = _executer(dossier / "ordre.json")
    return mort or fin_de(sortie)


def description_de(source: SourceDecrite) -> dict[str, Any] | None:
    """What the child must know of a described table."""
    if source.tableau is None:
        return None
    return {"cle": source.cle, "tableau": en_valeurs(source.tableau)}


def _executer(ordre: Path) -> Fin | None:
    """None when the child ended well. Its environment holds no secret of ours."""
    try:
        fini = subprocess.run(
            [sys.executable, "-s", "-m", "maillage.annuaire.lecteurs.enfant", str(ordre)],
            env={"PYTHONPATH": str(RACINE), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=ordre.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=settings.IMPORT_DUREE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _illisible(
            f"La lecture a été arrêtée après {settings.IMPORT_DUREE_S} secondes.",
            "Découpez le fichier, ou relevez MAILLAGE_IMPORT_DUREE_S.",
        )
    if fini.returncode == 0:
        return None
    if fini.returncode in (-24, -9) or b"MemoryError" in fini.stderr:
        return _illisible(
            f"La lecture demande plus de {settings.IMPORT_MEMOIRE_MO} Mo de mémoire, ou trop de temps.",
            "Découpez le fichier, ou relevez MAILLAGE_IMPORT_MEMOIRE_MO.",
        )
    detail = fini.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return _illisible(
        f"La lecture du fichier s’est interrompue ({' '.join(detail)[:200] or fini.returncode}).",
        "Envoyez ce fichier à la personne qui administre l’instance : rien n’a été modifié.",
    )


def _illisible(message: str, remede: str) -> Fin:
    return Fin(
        illisible={
            "ligne": 0,
            "colonne": "",
            "valeur": "",
            "message": message,
            "remede": remede,
            "refus": True,
        },
        compte={},
    )


def fin_de(sortie: Path) -> Fin:
    """The last line; the file is not read whole for it."""
    derniere = decoder(_derniere_ligne(sortie))
    if not isinstance(derniere, Fin):
        raise ValueError(f"{sortie} has no end")
    return derniere


def is_entiere(sortie: Path) -> bool:
    """Whether what the child found is still there, up to its last line."""
    return sortie.exists() and _derniere_ligne(sortie).startswith(DEBUT_FIN)


def _derniere_ligne(sortie: Path) -> bytes:
    with sortie.open("rb") as flux:
        flux.seek(max(0, flux.seek(0, 2) - 1_000_000))
        return flux.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]


def relire(sortie: Path) -> Iterator[LigneLue | RefusLu | Absentes]:
    """The child's findings, in the order of the file."""
    with sortie.open("rb") as flux:
        for octets in flux:
            trouvaille = decoder(octets)
            if not isinstance(trouvaille, Fin):
                yield trouvaille


def valeurs_de(ligne: LigneLue, genre: str) -> dict[str, Any] | None:
    """The values that a row says of its structure, of its service; None when it says nothing of it."""
    if not ligne.porte(genre):
        return None
    if not ligne.genre:
        return ligne.service if genre == "service" else ligne.structure
    valeurs = {champ: valeur for champ, valeur in ligne.brut.items() if champ in DITS[genre]}
    if valeurs.get("extra", {}) is None:
        valeurs["extra"] = {}
    return valeurs | {"commune_officielle_id": ligne.officielle}


def _communes() -> bytes:
    postaux: dict[str, list[str]] = {}
    for code, commune in CodePostal.objects.order_by("code").values_list("code", "commune_id"):
        postaux.setdefault(commune, []).append(code)
    communes = Commune.objects.order_by().values_list("code", "nom", "parente_id", "departement")
    return orjson.dumps(
        [
            (code, nom, parente or code, departement, postaux.get(code, ()))
            for code, nom, parente, departement in communes
        ]
    )
