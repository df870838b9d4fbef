"""The child process that reads a stranger's file: limited memory and time, no database, no secret.

Called by `import_lecture.lire`: `python -m maillage.annuaire.lecteurs.enfant ORDRE.json`. Writes one JSON value a
line in the order's `sortie`: `"…"` the hash of a row already known, `{"l":…}` a new or changed row, `{"r":…}` a
refused one, and last `{"fin":…}`, without which the reading is worth nothing.
"""

import resource
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import msgspec

from maillage.annuaire.lecteurs import data_inclusion, france_services, json_lignes, mairies, tableau
from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible
from maillage.annuaire.lecteurs.fiche import Ecartee
from maillage.annuaire.lecteurs.lieux import CommuneConnue, Referentiel
from maillage.annuaire.lecteurs.ligne import Ligne

TABLEAUX: dict[str, ModuleType] = {"france-services": france_services, "mairies": mairies}
LECTEURS = (*TABLEAUX, "data-inclusion")
_ecrire = msgspec.json.Encoder().encode


class Ordre(msgspec.Struct):
    """What to read and where to write; a file, because it is given to another process."""

    lecteur: str
    fichier: str
    sortie: str
    connues: str  # file of the 16-byte hashes of the rows already loaded
    communes: str  # file of [code, nom, officielle, departement, [codes postaux]]
    memoire_mo: int
    duree_s: int


@dataclass(slots=True)
class Compte:
    """Goes to the report."""

    lues: int = 0
    connues: int = 0
    refusees: int = 0
    repetees: int = 0
    ecartees: Counter[str] = field(default_factory=Counter)
    vues: dict[str, int] = field(default_factory=dict)  # key -> line, of the rows that are not known
    hashes: set[bytes] = field(default_factory=set)
    laissees: set[str] = field(default_factory=set)  # keys on two different rows: neither can be trusted
    service_vu: bool = False
    structures_d_abord: bool = False  # some structure stands after a service


def main() -> int:
    ordre = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Ordre)
    _limiter(ordre)
    with Path(ordre.sortie).open("wb") as sortie:
        try:
            fin = _lire(ordre, sortie)
        except FichierIllisible as refus:
            fin = {"illisible": asdict(refus.anomalie)}
        sortie.write(_ecrire({"fin": fin}) + b"\n")
    return 0


def _limiter(ordre: Ordre) -> None:
    memoire = ordre.memoire_mo * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memoire, memoire))
    resource.setrlimit(resource.RLIMIT_CPU, (ordre.duree_s, ordre.duree_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _memoire_mo() -> int:
    """Peak of this process alone: getrusage would also count the parent it was started from."""
    etat = Path("/proc/self/status")
    if not etat.exists():
        return 0
    pics = (ligne.split()[1] for ligne in etat.read_text().splitlines() if ligne.startswith("VmHWM"))
    return int(next(pics, "0")) // 1024


def _lire(ordre: Ordre, sortie: IO[bytes]) -> dict[str, Any]:
    connues = _connues(Path(ordre.connues))
    communes = msgspec.json.decode(Path(ordre.communes).read_bytes(), type=list[_CommuneEcrite])
    referentiel = Referentiel([CommuneConnue(*commune) for commune in communes])
    compte = Compte()
    if ordre.lecteur == "data-inclusion":
        entete = _lire_objets(ordre, sortie, connues, referentiel, compte)
    else:
        entete = _lire_tableau(ordre, sortie, connues, referentiel, compte)
    if not compte.lues and not compte.refusees:
        raise FichierIllisible(
            "Le fichier ne contient aucune ligne sous les noms de colonnes.",
            remede="Vérifiez que l’export s’est bien terminé.",
        )
    return entete | {
        "lues": compte.lues,
        "connues": compte.connues,
        "refusees": compte.refusees,
        "repetees": compte.repetees,
        "ecartees": dict(compte.ecartees),
        "laissees": sorted(compte.laissees),
        "structures_d_abord": compte.structures_d_abord,
        "memoire_mo": _memoire_mo(),
    }


_CommuneEcrite = tuple[str, str, str, str, tuple[str, ...]]


def _connues(fichier: Path) -> frozenset[bytes]:
    octets = fichier.read_bytes()
    return frozenset(octets[i : i + 16] for i in range(0, len(octets), 16))


def _lire_tableau(
    ordre: Ordre, sortie: IO[bytes], connues: frozenset[bytes], referentiel: Referentiel, compte: Compte
) -> dict[str, Any]:
    lecteur = TABLEAUX[ordre.lecteur]
    fichier = Path(ordre.fichier)
    table = tableau.ouvrir(fichier, obligatoires=lecteur.OBLIGATOIRES, connues=lecteur.COLONNES)
    for brute in tableau.lignes(fichier, table, sel=_sel(ordre.lecteur, lecteur.VERSION)):
        for valeur in _ligne(brute, lecteur, connues, referentiel, compte):
            sortie.write(_ecrire(valeur) + b"\n")
    compte.lues += len(table.refus)
    compte.refusees += len(table.refus)
    for anomalie in table.refus:
        sortie.write(_ecrire({"r": [asdict(anomalie)], "c": ""}) + b"\n")
    return {
        "encodage": table.encodage,
        "separateur": table.separateur,
        "avis": [asdict(anomalie) for anomalie in table.avis],
    }


def _ligne(
    brute: tableau.LigneBrute,
    lecteur: ModuleType,
    connues: frozenset[bytes],
    referentiel: Referentiel,
    compte: Compte,
) -> Iterator[Any]:
    compte.lues += 1
    if _deja_vue(brute.empreinte, compte):
        return
    if brute.empreinte in connues:
        compte.connues += 1
        yield brute.empreinte.hex()
        return
    ligne = Ligne(brute.numero, brute.valeurs, referentiel)
    fiche = lecteur.lire(ligne)
    if isinstance(fiche, Ecartee):
        compte.ecartees[fiche.motif] += 1
        return
    if ligne.refusee:
        compte.refusees += 1
        yield {"r": [asdict(anomalie) for anomalie in ligne.anomalies], "c": fiche.cle}
        return
    if double := _doublon_de_cle(fiche.cle, brute.numero, compte):
        yield double
        return
    yield {
        "l": brute.numero,
        "c": fiche.cle,
        "h": brute.empreinte.hex(),
        "b": brute.valeurs,
        "s": fiche.structure,
        "v": fiche.service,
        "a": [asdict(anomalie) for anomalie in ligne.anomalies],
    }


def _lire_objets(
    ordre: Ordre, sortie: IO[bytes], connues: frozenset[bytes], referentiel: Referentiel, compte: Compte
) -> dict[str, Any]:
    sel = _sel(ordre.lecteur, data_inclusion.VERSION)
    for brut in json_lignes.objets(Path(ordre.fichier)):
        compte.lues += 1
        empreinte = blake2b(brut.octets, digest_size=16, key=sel).digest()
        if _deja_vue(empreinte, compte):
            continue
        if empreinte in connues:
            compte.connues += 1
            sortie.write(b'"%s"\n' % empreinte.hex().encode())
            continue
        for valeur in _objet(brut, empreinte, referentiel, compte):
            sortie.write(_ecrire(valeur) + b"\n")
    return {"encodage": "utf-8", "separateur": "", "avis": []}


def _objet(
    brut: json_lignes.ObjetBrut, empreinte: bytes, referentiel: Referentiel, compte: Compte
) -> Iterator[Any]:
    genre = data_inclusion.genre_de(brut.octets)
    lu, officielle, anomalies = data_inclusion.lire(brut.numero, brut.octets, referentiel)
    if lu is None:
        compte.refusees += 1
        identifiant = data_inclusion.identifiant(brut.octets)
        yield {
            "r": [asdict(anomalie) for anomalie in anomalies],
            "c": f"{genre} {identifiant}" if identifiant else "",
        }
        return
    cle = f"{genre} {lu.id}"
    if double := _doublon_de_cle(cle, brut.numero, compte):
        yield double
        return
    compte.structures_d_abord |= compte.service_vu and genre == "structure"
    compte.service_vu |= genre == "service"
    yield {
        "l": brut.numero,
        "c": cle,
        "h": empreinte.hex(),
        "b": msgspec.Raw(brut.octets.replace(b"\n", b" ")),
        "g": genre,
        "o": officielle,
        "a": [asdict(anomalie) for anomalie in anomalies],
    }


def _deja_vue(empreinte: bytes, compte: Compte) -> bool:
    """The very same row twice: the second says nothing more."""
    if empreinte in compte.hashes:
        compte.repetees += 1
        return True
    compte.hashes.add(empreinte)
    return False


def _doublon_de_cle(cle: str, numero: int, compte: Compte) -> dict[str, Any] | None:
    """Two different rows under one key: neither can be trusted, both lines are named."""
    premiere = compte.vues.setdefault(cle, numero)
    if premiere == numero:
        return None
    if cle not in compte.laissees:
        compte.laissees.add(cle)
        compte.refusees += 1
    compte.refusees += 1
    message = f"Les lignes {premiere} et {numero} portent la même clé « {cle} » avec des valeurs différentes."
    remede = "Gardez une seule des deux lignes, ou donnez-leur deux clés."
    return {"r": [asdict(Anomalie(numero, "", cle, message, remede=remede, refus=True))], "c": cle}


def _sel(lecteur: str, version: int) -> bytes:
    return f"{lecteur}/{version}".encode()


if __name__ == "__main__":
    sys.exit(main())
