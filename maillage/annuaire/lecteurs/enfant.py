"""The child process that reads a stranger's file: limited memory and time, no database, no secret.

Called by `import_lecture.lire`: `python -m maillage.annuaire.lecteurs.enfant ORDRE.json`. Writes one `Trouvaille` a
line in the order's `sortie`, and last a `Fin`, without which the reading is worth nothing.
"""

import resource
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import msgspec

from maillage.annuaire.lecteurs import (
    apercu,
    data_inclusion,
    france_services,
    json_lignes,
    mairies,
    nationaux,
    tableau,
    tables,
)
from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible
from maillage.annuaire.lecteurs.correspondance import correspondance_de
from maillage.annuaire.lecteurs.decrit import LecteurDecrit
from maillage.annuaire.lecteurs.fiche import Ecartee
from maillage.annuaire.lecteurs.lieux import Referentiel
from maillage.annuaire.lecteurs.ligne import Ligne
from maillage.annuaire.lecteurs.trouvailles import Absentes, Fin, LigneLue, RefusLu, Trouvaille, encoder

TABLEAUX: dict[str, ModuleType] = {"france-services": france_services, "mairies": mairies}
LECTEURS = (*TABLEAUX, "data-inclusion", "tableau")
GENRES = ("structure", "service")
PAR_LIGNE = 5_000


class Ordre(msgspec.Struct):
    """What to read and where to write; a file, because it is given to another process."""

    lecteur: str
    fichier: str
    sortie: str
    connues: str  # file of the 16-byte hashes of the rows already loaded
    communes: str  # file of [code, nom, officielle, departement, [codes postaux]]
    memoire_mo: int
    duree_s: int
    # Of a described table: {"tableau": …, "cle": […]}, as `correspondance` reads it.
    description: dict[str, Any] | None = None


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
    genres: set[str] = field(default_factory=set)  # of the national schema, known rows too
    service_vu: bool = False
    structures_d_abord: bool = False  # some structure stands after a service


def main() -> int:
    ordre = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Ordre)
    _limiter(ordre)
    with Path(ordre.sortie).open("wb") as sortie:
        try:
            fin = _lire(ordre, sortie)
        except FichierIllisible as refus:
            fin = Fin(illisible=asdict(refus.anomalie), compte={})
        _ecrire(sortie, fin)
    return 0


def _ecrire(sortie: IO[bytes], trouvaille: Trouvaille) -> None:
    sortie.write(encoder(trouvaille) + b"\n")


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


def _lire(ordre: Ordre, sortie: IO[bytes]) -> Fin:
    connues = _connues(Path(ordre.connues))
    referentiel = Referentiel.depuis(Path(ordre.communes).read_bytes())
    if ordre.lecteur == "apercu":
        return Fin(illisible=None, compte=apercu.lire(Path(ordre.fichier), _decrit(ordre), referentiel))
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
    _ecrire_absentes(sortie, connues - compte.hashes)
    comptes = {
        "lues": compte.lues,
        "connues": compte.connues,
        "refusees": compte.refusees,
        "repetees": compte.repetees,
        "ecartees": dict(compte.ecartees),
        "laissees": sorted(compte.laissees),
        "genres": sorted(compte.genres) if ordre.lecteur == "data-inclusion" else None,
        "structures_d_abord": compte.structures_d_abord,
        "memoire_mo": _memoire_mo(),
    }
    return Fin(illisible=None, compte=entete | comptes)


def _ecrire_absentes(sortie: IO[bytes], absentes: frozenset[bytes]) -> None:
    empreintes = [empreinte.hex() for empreinte in absentes]
    for debut in range(0, len(empreintes), PAR_LIGNE):
        _ecrire(sortie, Absentes(empreintes[debut : debut + PAR_LIGNE]))


def _connues(fichier: Path) -> frozenset[bytes]:
    octets = fichier.read_bytes()
    return frozenset(octets[i : i + 16] for i in range(0, len(octets), 16))


def _lire_tableau(
    ordre: Ordre, sortie: IO[bytes], connues: frozenset[bytes], referentiel: Referentiel, compte: Compte
) -> dict[str, Any]:
    fichier, decrit = Path(ordre.fichier), _decrit(ordre)
    lecteur: ModuleType | LecteurDecrit
    if decrit is not None:
        lecteur, sel = decrit, decrit.sel
        ouverte = tables.ouvrir_decrite(fichier, decrit)
    else:
        lecteur = module = TABLEAUX[ordre.lecteur]
        sel = _sel(ordre.lecteur, module.VERSION)
        ouverte = tables.ouvrir(fichier, obligatoires=module.OBLIGATOIRES, connues=module.COLONNES)
    table = ouverte.tableau
    for brute in tables.lignes(fichier, ouverte, sel=sel):
        if trouvaille := _ligne(brute, lecteur, connues, referentiel, compte):
            _ecrire(sortie, trouvaille)
    return _entete(table, sortie, compte)


def _ligne(
    brute: tableau.LigneBrute,
    lecteur: ModuleType | LecteurDecrit,
    connues: frozenset[bytes],
    referentiel: Referentiel,
    compte: Compte,
) -> Trouvaille | None:
    compte.lues += 1
    if _deja_vue(brute.empreinte, compte):
        return None
    if brute.empreinte in connues:
        compte.connues += 1
        return None
    ligne = Ligne(brute.numero, brute.valeurs, referentiel)
    ligne.anomalies.extend(brute.fautes)
    fiche = lecteur.lire(ligne)
    if isinstance(fiche, Ecartee):
        compte.ecartees[fiche.motif] += 1
        return None
    if ligne.refusee:
        compte.refusees += 1
        return RefusLu(fiche.cle, [asdict(anomalie) for anomalie in ligne.anomalies])
    if double := _doublon_de_cle(fiche.cle, brute.numero, compte):
        return double
    return LigneLue(
        numero=brute.numero,
        cle=fiche.cle,
        empreinte=brute.empreinte.hex(),
        brut_json=msgspec.Raw(msgspec.json.encode(brute.valeurs)),
        nom=str((fiche.structure or fiche.service or {}).get("nom") or ""),
        avis=[asdict(anomalie) for anomalie in ligne.anomalies],
        structure=fiche.structure,
        service=fiche.service,
    )


def _lire_objets(
    ordre: Ordre, sortie: IO[bytes], connues: frozenset[bytes], referentiel: Referentiel, compte: Compte
) -> dict[str, Any]:
    sel = _sel(ordre.lecteur, data_inclusion.VERSION)
    lecture = nationaux.Lecture()
    for brut in nationaux.objets(Path(ordre.fichier), lecture):
        compte.lues += 1
        empreinte = blake2b(brut.octets, digest_size=16, key=sel).digest()
        if _deja_vue(empreinte, compte):
            continue
        connue = empreinte in connues
        compte.connues += connue
        if connue and len(compte.genres) == len(GENRES):
            continue
        genre = data_inclusion.genre_de(brut.octets)
        compte.genres.add(genre)
        if not connue:
            _ecrire(sortie, _objet(brut, genre, empreinte, referentiel, compte))
    return _entete(lecture, sortie, compte)


def _entete(lu: tableau.Tableau | nationaux.Lecture, sortie: IO[bytes], compte: Compte) -> dict[str, Any]:
    """How the file is written; the rows that were refused before they were rows are counted and written."""
    compte.lues += len(lu.refus)
    compte.refusees += len(lu.refus)
    for anomalie in lu.refus:
        _ecrire(sortie, RefusLu("", [asdict(anomalie)]))
    avis = [asdict(anomalie) for anomalie in lu.avis]
    return {"encodage": lu.encodage, "separateur": lu.separateur, "avis": avis}


def _decrit(ordre: Ordre) -> LecteurDecrit | None:
    if ordre.description is None:
        return None
    cle = tuple(ordre.description["cle"])
    return LecteurDecrit(correspondance_de(ordre.description["tableau"], cle=cle))


def _objet(
    brut: json_lignes.ObjetBrut, genre: str, empreinte: bytes, referentiel: Referentiel, compte: Compte
) -> Trouvaille:
    lu, officielle, anomalies = data_inclusion.lire(brut.numero, brut.octets, referentiel)
    if lu is None:
        compte.refusees += 1
        identifiant = data_inclusion.identifiant(brut.octets)
        cle = f"{genre} {identifiant}" if identifiant else ""
        return RefusLu(cle, [asdict(anomalie) for anomalie in anomalies])
    cle = f"{genre} {lu.id}"
    if double := _doublon_de_cle(cle, brut.numero, compte):
        return double
    compte.structures_d_abord |= compte.service_vu and genre == "structure"
    compte.service_vu |= genre == "service"
    return LigneLue(
        numero=brut.numero,
        cle=cle,
        empreinte=empreinte.hex(),
        brut_json=msgspec.Raw(brut.octets.replace(b"\n", b" ")),
        nom=lu.nom,
        avis=[asdict(anomalie) for anomalie in anomalies],
        genre=genre,
        officielle=officielle,
        parent=lu.structure_id if isinstance(lu, data_inclusion.ServiceLu) else "",
    )


def _deja_vue(empreinte: bytes, compte: Compte) -> bool:
    """The very same row twice: the second says nothing more."""
    if empreinte in compte.hashes:
        compte.repetees += 1
        return True
    compte.hashes.add(empreinte)
    return False


def _doublon_de_cle(cle: str, numero: int, compte: Compte) -> RefusLu | None:
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
    return RefusLu(cle, [asdict(Anomalie(numero, "", cle, message, remede=remede, refus=True))])


def _sel(lecteur: str, version: int) -> bytes:
    return f"{lecteur}/{version}".encode()


if __name__ == "__main__":
    sys.exit(main())
