"""Have a stranger's file read by a limited child process, and read back what it found; called by `import_source`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from maillage.annuaire.apports import CHAMPS_SERVICE, CHAMPS_STRUCTURE
from maillage.annuaire.lecteurs.description import SourceDecrite
from maillage.territoire.models import CodePostal, Commune

RACINE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class LigneLue:
    """A sound new or changed row. `valeurs_nationales`: the row already is in the national schema."""

    numero: int
    cle: str
    empreinte: str
    brut: dict[str, Any]
    structure: dict[str, Any] | None
    service: dict[str, Any] | None
    valeurs_nationales: bool
    avis: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RefusLu:
    """A refused row; no key when it could not be told."""

    cle: str
    anomalies: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Fin:
    """How the reading ended: either counts, or why the file as a whole is refused."""

    illisible: dict[str, Any] | None
    compte: dict[str, Any]


def lire(source: SourceDecrite, fichier: Path, *, sortie: Path, connues: bytes) -> Fin:
    """Run the child on a copy of the file; whatever kills it becomes a sentence, never an exception."""
    with tempfile.TemporaryDirectory(prefix="maillage-lecture-") as nom:
        dossier = Path(nom)
        (dossier / "connues").write_bytes(connues)
        (dossier / "communes").write_bytes(_communes())
        ordre = {
            "lecteur": source.lecteur,
            "fichier": str(fichier),
            "sortie": str(sortie),
            "connues": str(dossier / "connues"),
            "communes": str(dossier / "communes"),
            "memoire_mo": settings.IMPORT_MEMOIRE_MO,
            "duree_s": settings.IMPORT_DUREE_S,
        }
        (dossier / "ordre.json").write_bytes(orjson.dumps(ordre))
        mort = _executer(dossier / "ordre.json")
    return mort or _fin(sortie)


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


def _fin(sortie: Path) -> Fin:
    """The last line; the file is not read whole for it."""
    with sortie.open("rb") as flux:
        flux.seek(0, 2)
        flux.seek(max(0, flux.tell() - 1_000_000))
        derniere = flux.read().rstrip(b"\n").rsplit(b"\n", 1)[-1]
    fin = orjson.loads(derniere)["fin"]
    return Fin(illisible=fin.get("illisible"), compte=fin)


def relire(sortie: Path) -> Iterator[str | LigneLue | RefusLu]:
    """The child's findings, in the order of the file: the hash of a known row, a row to write, a refused row."""
    with sortie.open("rb") as flux:
        for octets in flux:
            valeur = orjson.loads(octets)
            if isinstance(valeur, str):
                yield valeur
            elif "r" in valeur:
                yield RefusLu(cle=valeur["c"], anomalies=tuple(valeur["r"]))
            elif "fin" not in valeur:
                yield _ligne(valeur)


def _ligne(valeur: dict[str, Any]) -> LigneLue:
    structure, service = valeur.get("s"), valeur.get("v")
    if genre := valeur.get("g"):
        brut = valeur["b"]
        champs = CHAMPS_SERVICE if genre == "service" else CHAMPS_STRUCTURE
        valeurs = {champ: brut.get(champ) for champ in champs if champ in brut}
        if genre == "service":
            service = valeurs | {"commune_officielle_id": valeur.get("o")}
        else:
            structure = valeurs | {"commune_officielle_id": valeur.get("o")}
    return LigneLue(
        numero=valeur["l"],
        cle=valeur["c"],
        empreinte=valeur["h"],
        brut=valeur["b"],
        structure=structure,
        service=service,
        valeurs_nationales=bool(genre),
        avis=tuple(valeur["a"]),
    )


def _communes() -> bytes:
    postaux: dict[str, list[str]] = {}
    for code, commune in CodePostal.objects.values_list("code", "commune_id"):
        postaux.setdefault(commune, []).append(code)
    communes = Commune.objects.order_by().values_list("code", "nom", "parente_id", "departement")
    return orjson.dumps(
        [
            [code, nom, parente or code, departement, sorted(postaux.get(code, ()))]
            for code, nom, parente, departement in communes.iterator(10_000)
        ]
    )
