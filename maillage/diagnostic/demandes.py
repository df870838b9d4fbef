"""What to ask whom next, the most people first; called by the board.

A call is one interlocutor: the mairie of a commune, or the body that holds the competence over several communes. A list
that has grown old is asked of nobody: its next edition is to be loaded.
"""

from dataclasses import dataclass

from maillage.annuaire.carte import lien_telephone
from maillage.annuaire.familles import Famille
from maillage.annuaire.heritage import FicheResolue
from maillage.diagnostic.competences import Titulaires
from maillage.diagnostic.cycle import NON_RECENSE, PARTIEL
from maillage.diagnostic.sujets import sujet_de
from maillage.diagnostic.tableau import Cellule, Tableau
from maillage.territoire.models import Commune

Cible = tuple[str, str]  # genre, then INSEE code or name


@dataclass(frozen=True, slots=True)
class Demande:
    """One call to make: to whom, about which families, for which communes, and why."""

    qui: str
    genre: str  # "mairie", "titulaire" (it holds the competence), "liste" (an edition to load)
    telephone: str
    appel: str
    familles: tuple[Famille, ...]
    communes: tuple[Commune, ...]
    population: int | None
    jamais: int  # cells nobody looked at
    partiels: int
    dementis: int
    anciens: int

    @property
    def pourquoi(self) -> str:
        """« 12 jamais recensés, 1 à refaire »."""
        dits = [
            (self.dementis, "zéro démenti par une fiche", "zéros démentis par une fiche"),
            (self.jamais, "jamais recensé", "jamais recensés"),
            (self.partiels, "recensé en partie", "recensés en partie"),
            (self.anciens, "à refaire", "à refaire"),
        ]
        return ", ".join(f"{n} {un if n == 1 else plusieurs}" for n, un, plusieurs in dits if n)


def demandes(tableau: Tableau, tenus: Titulaires, mairies: dict[str, FicheResolue]) -> list[Demande]:
    """Every call left to make. A family whose holder is unknown, or is the commune, is asked of the mairie."""
    groupes: dict[Cible, list[Cellule]] = {}
    for cellule in tableau.cellules:
        if cellule.constat.a_demander:
            groupes.setdefault(_qui(cellule, tenus), []).append(cellule)
    faites = [_demande(cible, cellules, mairies) for cible, cellules in groupes.items()]
    return sorted(faites, key=lambda d: (-(d.population or 0), d.qui))


def mairies_de(tableau: Tableau) -> dict[str, FicheResolue]:
    """The mairie of each commune, when the directory knows one."""
    return {
        cellule.commune.code: cellule.services[0]
        for cellule in tableau.cellules
        if cellule.famille.slug == "mairie" and cellule.services
    }


def _qui(cellule: Cellule, tenus: Titulaires) -> Cible:
    if cellule.constat.liste:
        return "liste", cellule.constat.liste
    sujet = sujet_de(cellule.famille)
    if sujet:
        titulaire = tenus.de(sujet, cellule.commune)
        if titulaire.connu and titulaire.titulaire != "commune":
            return "titulaire", titulaire.nom
    return "mairie", cellule.commune.code


def _demande(cible: Cible, cellules: list[Cellule], mairies: dict[str, FicheResolue]) -> Demande:
    genre, nom = cible
    communes = tuple({cellule.commune.code: cellule.commune for cellule in cellules}.values())
    habitants = [commune.population for commune in communes]
    mairie = mairies.get(nom) if genre == "mairie" else None
    if genre == "mairie":
        nom = mairie.nom if mairie else f"Mairie : {communes[0].nom}"
    telephone = (mairie.telephone if mairie else "") or ""
    constats = [cellule.constat for cellule in cellules]
    dementis = sum(constat.dementi for constat in constats)
    return Demande(
        qui=nom,
        genre=genre,
        telephone=telephone,
        appel=lien_telephone(telephone),
        familles=tuple({cellule.famille.slug: cellule.famille for cellule in cellules}.values()),
        communes=communes,
        population=None if None in habitants else sum(n or 0 for n in habitants),
        jamais=sum(constat.etat == NON_RECENSE for constat in constats),
        partiels=sum(constat.etat == PARTIEL for constat in constats) - dementis,
        dementis=dementis,
        anciens=sum(constat.couvert and constat.a_refaire for constat in constats),
    )
