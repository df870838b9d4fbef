"""What the public pages of the territory show, in plain words; called by the public views.

Three answers are kept apart: what exists, what was looked for and does not exist, what nobody has surveyed yet.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from maillage.annuaire.carte import lien_telephone
from maillage.annuaire.familles import Famille
from maillage.annuaire.heritage import FicheResolue
from maillage.diagnostic.affichage import Avancement, avancements
from maillage.diagnostic.competences import Titulaire, titulaires
from maillage.diagnostic.demandes import mairies_de
from maillage.diagnostic.mots import phrase, qui_le_dit
from maillage.diagnostic.tableau import Cellule, Tableau, etat_recensement
from maillage.territoire.models import Commune, Territoire


@dataclass(frozen=True, slots=True)
class LigneCommune:
    commune: Commune
    recensees: int  # families


@dataclass(frozen=True, slots=True)
class PageTerritoire:
    le: date
    recensees: tuple[Avancement, ...]  # families surveyed somewhere
    pas_encore: tuple[Famille, ...]
    lignes: tuple[LigneCommune, ...]
    familles: int

    @property
    def vide(self) -> bool:
        return not self.lignes


@dataclass(frozen=True, slots=True)
class Reponse:
    """One family in the commune: what is said of it, the records known."""

    famille: Famille
    phrase: str
    services: tuple[FicheResolue, ...]
    complet: bool
    qui: str


@dataclass(frozen=True, slots=True)
class PageCommune:
    commune: Commune
    le: date
    existe: tuple[Reponse, ...]
    aucun: tuple[Reponse, ...]
    pas_encore: tuple[Reponse, ...]
    titulaires: tuple[Titulaire, ...]
    mairie: FicheResolue | None
    recherche: str
    familles: int

    @property
    def appel(self) -> str:
        return lien_telephone((self.mairie.telephone if self.mairie else "") or "")

    @property
    def recensees(self) -> int:
        return sum(reponse.complet for reponse in (*self.existe, *self.aucun))


def page_territoire(territoire: Territoire, *, le: date) -> PageTerritoire:
    lu = etat_recensement(territoire, le=le)
    faits = avancements(lu) if lu.communes else []
    return PageTerritoire(
        le=le,
        recensees=tuple(fait for fait in faits if fait.part.recensees),
        pas_encore=tuple(fait.famille for fait in faits if not fait.part.recensees),
        lignes=tuple(LigneCommune(commune, _recensees(lu, commune)) for commune in lu.communes),
        familles=len(lu.familles),
    )


def _recensees(lu: Tableau, commune: Commune) -> int:
    return sum(cellule.constat.couvert for cellule in lu.de_commune(commune.code))


def page_commune(territoire: Territoire, code: str, *, le: date) -> PageCommune | None:
    """None for a code that is not one of the territory's communes of today."""
    lu = etat_recensement(territoire, communes=[code], le=le)
    if not lu.communes:
        return None
    (commune,) = lu.communes
    cellules = lu.de_commune(code)
    return PageCommune(
        commune=commune,
        le=le,
        existe=tuple(_reponse(c) for c in cellules if c.services),
        aucun=tuple(_reponse(c) for c in cellules if not c.services and c.constat.couvert),
        pas_encore=tuple(_reponse(c) for c in cellules if not c.services and not c.constat.couvert),
        titulaires=titulaires(territoire, le).tous(commune),
        mairie=mairies_de(lu).get(code),
        recherche=f"{reverse('annuaire:recherche')}?{urlencode({'lieu': commune.nom, 'commune': code})}",
        familles=len(lu.familles),
    )


def _reponse(cellule: Cellule) -> Reponse:
    return Reponse(
        famille=cellule.famille,
        phrase=phrase(cellule.famille.libelle, cellule.commune.nom, cellule.constat, nombre=cellule.nombre),
        services=cellule.services,
        complet=cellule.constat.couvert,
        qui=qui_le_dit(cellule.constat),
    )
