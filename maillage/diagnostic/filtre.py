"""What a reader asks of the board, read from an address anybody may write; called by the views. Never refuses."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict

from maillage.annuaire.familles import familles
from maillage.diagnostic.cycle import LIBELLES
from maillage.diagnostic.offre import Cle
from maillage.diagnostic.tableau import Cellule

ETATS = {etat: libelle.capitalize() for etat, libelle in LIBELLES.items()} | {"a_refaire": "À refaire"}
VUES = frozenset({"tableau", "appels"})


@dataclass(frozen=True, slots=True)
class Filtre:
    famille: str = ""
    commune: str = ""
    etat: str = ""
    vue: str = ""

    @property
    def is_vide(self) -> bool:
        return not (self.famille or self.commune or self.etat)

    def adresse(self, *, lot: UUID | None = None, **autres: str) -> str:
        """The query string of this board, some of it changed."""
        autre = replace(self, **autres)
        parametres = {
            "famille": autre.famille,
            "commune": autre.commune,
            "etat": autre.etat,
            "vue": autre.vue,
            "lot": str(lot or ""),
        }
        return "?" + urlencode({nom: valeur for nom, valeur in parametres.items() if valeur})

    @property
    def requete(self) -> str:
        return self.adresse()

    def garde(self, cellule: Cellule) -> bool:
        return (
            self.famille in {"", cellule.famille.slug}
            and self.commune in {"", cellule.commune.code}
            and self.etat in {"", cellule.filtre}
        )


def lire_filtre(parametres: QueryDict, *, etat_sous: str = "etat") -> Filtre:
    """`etat_sous`: the parameter that holds the state; a form of the board uses `etat` for what was found."""
    famille, etat = parametres.get("famille", ""), parametres.get(etat_sous, "")
    vue = parametres.get("vue", "")
    return Filtre(
        famille=famille if famille in familles() else "",
        commune=parametres.get("commune", "")[:5],
        etat=etat if etat in ETATS else "",
        vue=vue if vue in VUES else "",
    )


def lire_lot(parametres: QueryDict) -> UUID | None:
    try:
        return UUID(parametres.get("lot", ""))
    except ValueError:
        return None


def lire_cles(valeurs: Iterable[str]) -> list[Cle]:
    """« mairie/68224 », as a checkbox sends it; what is not of that form is left out."""
    cles = (valeur.partition("/") for valeur in valeurs)
    return list(dict.fromkeys((famille, code) for famille, barre, code in cles if barre and famille and code))
