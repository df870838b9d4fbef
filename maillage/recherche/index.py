"""The door of the engine: read, write, rebuild, check. Other apps import this, `document` and `requete` only."""

from dataclasses import dataclass
from pathlib import Path

from maillage.recherche.dossier import Controle
from maillage.recherche.ecrivain import Ecrivain, reconstruire
from maillage.recherche.lecteur import Lecteur
from maillage.recherche.ouverture import ouvrir
from maillage.recherche.pannes import Etat, IndexAbsent, IndexOccupe

__all__ = [
    "Ecrivain",
    "Etat",
    "EtatIndex",
    "IndexAbsent",
    "IndexOccupe",
    "Lecteur",
    "reconstruire",
    "verifier",
]


@dataclass(frozen=True, slots=True)
class EtatIndex:
    etat: Etat
    dernier: int  # 0 when the index cannot be used
    compte: int
    detail: str

    @property
    def utilisable(self) -> bool:
        return self.etat is Etat.OK


def verifier(dossier: Path, *, instance: str) -> EtatIndex:
    """Open the index and compare every file with its checksum (about a second for 1 GB); never raises."""
    try:
        ouvert = ouvrir(dossier, instance=instance, controle=Controle())
    except IndexAbsent as refus:
        return EtatIndex(etat=refus.etat, dernier=0, compte=0, detail=refus.detail)
    return EtatIndex(etat=Etat.OK, dernier=ouvert.dernier, compte=ouvert.compte, detail="")
