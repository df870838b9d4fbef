"""Answer a search of the results page: the place, the records, or what helps when there are none.

The only door to the engine: without an index, the database answers (plainer, and the page says so), never an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

import msgspec
from django.core.paginator import Paginator

from maillage.annuaire import indexing, secours
from maillage.annuaire.carte import Carte, decoder, lien_telephone
from maillage.annuaire.demande import RAYONS, Demande
from maillage.annuaire.documents import ouverts
from maillage.annuaire.familles import familles_demandees
from maillage.annuaire.heritage import avec_relations, resoudre
from maillage.annuaire.lieu import Situation, situer
from maillage.annuaire.models import Service, Source
from maillage.annuaire.phrases import PlaceDite
from maillage.annuaire.presentation import (
    Fraicheur,
    de_commune,
    fraicheur,
    pourquoi_en_clair,
    sources_par_slug,
)
from maillage.annuaire.voisines import Voisine, voisines_de
from maillage.core.templatetags.maillage import nombre
from maillage.recherche.index import IndexAbsent
from maillage.recherche.requete import Reponse, Requete
from maillage.territoire.models import Territoire

# Ten answers keep the page under 20 KB.
TAILLE = 10


@dataclass(frozen=True, slots=True)
class Ligne:
    """One answer of the list."""

    carte: Carte
    km: float | None
    pourquoi: str
    fraicheur: Fraicheur
    voisines: tuple[Voisine, ...]
    fermeture: str  # the closing under way or near, as a sentence
    place: PlaceDite | None


@dataclass(frozen=True, slots=True)
class Piste:
    """A wider search that finds something: what it changes, where it is, how much it finds."""

    texte: str
    adresse: str
    total: int
    total_exact: bool


@dataclass(frozen=True, slots=True)
class Choix:
    texte: str
    adresse: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call when nothing was found."""

    nom: str
    telephone: str
    appel: str
    horaires: str


@dataclass(frozen=True, slots=True)
class Page:
    demande: Demande
    situation: Situation
    le: date
    lignes: tuple[Ligne, ...] = ()
    total: int = 0
    total_exact: bool = True
    exemples: int = 0  # of the total: invented records, which no number of the house counts
    pages: int = 1
    corrige: str = ""
    secours: bool = False
    pistes: tuple[Piste, ...] = ()
    contact: Contact | None = None
    sources: tuple[Source, ...] = ()

    @property
    def is_doublons(self) -> bool:
        """Whether two answers of this page may be one offer: the count says so."""
        return any(ligne.voisines for ligne in self.lignes)

    @property
    def titre(self) -> str:
        if self.situation.inconnu:
            return "Où cherchez-vous ?"
        if not self.total:
            return f"Rien {self._ou()} pour l’instant"
        environ = "" if self.total_exact else "Environ "
        return f"{environ}{nombre(self.total)} service{'s' * (self.total > 1)} {self._ou()}"

    def _ou(self) -> str:
        lieu = self.situation.lieu
        if lieu is None:
            return "en France"
        if self.situation.is_commune:
            laquelle = f" ({lieu.departement})" if self.situation.autres else ""
            return f"à moins de {self.demande.rayon} km {de_commune(lieu.nom)}{laquelle}"
        return f"dans {lieu.nom} et autour"

    @property
    def sous_titre(self) -> str:
        cherche = f"Nous avons cherché « {self.demande.texte} ». " if self.demande.texte else ""
        if self.situation.inconnu:
            texte = self.demande.texte
            return f"Vous cherchez « {texte} »." if texte else "Dites-nous où vous êtes."
        if not self.total:
            return cherche or "Nous avons cherché tous les services recensés."
        if self.exemples:
            pluriel = "s" * (self.exemples > 1)
            cherche += f"Dont {nombre(self.exemples)} exemple{pluriel} : des fiches inventées. "
        if self.situation.is_commune:
            return f"{cherche}Les plus proches d’abord."
        return f"{cherche}Dites où vous êtes pour voir les plus proches d’abord."

    @property
    def pagination(self) -> object:
        return Paginator(range(self.total), TAILLE).get_page(self.demande.page)

    @property
    def debut(self) -> int:
        """The rank of the first answer of this page."""
        return (self.demande.page - 1) * TAILLE + 1

    @property
    def choix(self) -> list[Choix]:
        """One link per other commune that was perhaps meant."""
        return [
            Choix(
                f"{autre.nom} ({autre.departement})",
                self.demande.adresse(lieu=autre.nom, commune=autre.code_insee),
            )
            for autre in self.situation.autres
        ]

    @property
    def sans_lieu(self) -> str:
        return self.demande.adresse(lieu="", commune="")


def chercher(demande: Demande, *, territoire: Territoire | None, le: date) -> Page:
    situation = situer(demande, territoire=territoire)
    if situation.inconnu:
        return Page(demande, situation, le)
    requete = requete_de(demande, situation)
    reponse, par_sql = repondre(requete, le=le)
    pages = max(ceil(reponse.total / TAILLE), 1)
    if demande.page > pages:  # an old link, or a number typed at random: the last page
        demande = replace(demande, page=pages)
        reponse, par_sql = repondre(replace(requete, page=pages), le=le)
    sources = sources_par_slug()
    vide = not reponse.total
    return Page(
        demande=demande,
        situation=situation,
        le=le,
        lignes=tuple(_lignes(reponse, situation, sources, le=le)),
        total=reponse.total,
        total_exact=reponse.total_exact,
        exemples=_exemples(requete, reponse, sources, le=le),
        pages=pages,
        corrige=reponse.corrige,
        secours=par_sql,
        pistes=tuple(_pistes(demande, situation, le=le)) if vide else (),
        contact=_mairie(situation, le=le) if vide else None,
        sources=_sources_reelles(sources) if vide else (),
    )


def repondre(requete: Requete, *, le: date) -> tuple[Reponse, bool]:
    """The engine's answer; the database's, with True, while the index cannot be used."""
    try:
        return indexing.lecteur().chercher(requete), False
    except IndexAbsent:
        return secours.chercher(requete, le=le), True


def _exemples(requete: Requete, reponse: Reponse, sources: dict[str, Source], *, le: date) -> int:
    """How many of the answers are invented; asked only where there are some."""
    if not reponse.total or not any(source.exemple for source in sources.values()):
        return 0
    reelles, _ = repondre(replace(requete, exemples=False, page=1, taille=1), le=le)
    return max(reponse.total - reelles.total, 0)


def requete_de(demande: Demande, situation: Situation) -> Requete:
    lieu = situation.lieu
    return Requete(
        texte=demande.texte,
        latitude=lieu.latitude if lieu else None,
        longitude=lieu.longitude if lieu else None,
        rayon_km=_rayon(demande, situation),
        code_insee=lieu.code if lieu else "",
        familles=familles_demandees(famille=demande.famille, besoin=demande.besoin),
        page=demande.page,
        taille=TAILLE,
    )


def _rayon(demande: Demande, situation: Situation) -> float:
    """The territory has a radius of its own; elsewhere the one that was chosen."""
    lieu = situation.lieu
    return lieu.rayon_km if lieu and lieu.rayon_km else float(demande.rayon)


def _lignes(
    reponse: Reponse, situation: Situation, sources: dict[str, Source], *, le: date
) -> Iterator[Ligne]:
    trouves = [(resultat, carte) for resultat in reponse.resultats if (carte := _carte(resultat.fiche))]
    voisines = voisines_de({carte.structure_n for _, carte in trouves})
    for resultat, carte in trouves:
        source = sources.get(carte.source)
        yield Ligne(
            carte=carte,
            # From the middle of a territory, a distance would tell nobody anything.
            km=resultat.distance_km if situation.is_commune else None,
            pourquoi=pourquoi_en_clair(resultat.pourquoi) if situation.is_commune else "",
            fraicheur=fraicheur(
                source.nom if source else carte.source,
                (source.edition_le if source else None) or carte.maj_le,
                carte.verifie_le,
                le=le,
            ),
            voisines=voisines.get(carte.structure_n, ()),
            fermeture=carte.fermeture(le=le),
            place=carte.place(le=le),
        )


def _carte(octets: bytes) -> Carte | None:
    """None for a card of another version of the house: the rebuild is on its way."""
    try:
        return decoder(octets)
    except msgspec.DecodeError:
        return None


def _pistes(demande: Demande, situation: Situation, *, le: date) -> Iterator[Piste]:
    """The nearest wider search that finds something, of each kind."""
    essais: list[tuple[str, Demande]] = []
    if situation.is_commune:
        essais += [(f"Chercher à {r} km", replace(demande, rayon=r)) for r in RAYONS if r > demande.rayon]
    elif situation.lieu:
        essais.append(("Chercher dans toute la France", replace(demande, partout=True)))
    for texte, essai in essais:
        piste = _piste(texte, essai, situation, le=le)
        if piste.total:
            yield piste
            break
    if demande.texte and situation.is_commune:
        piste = _piste(
            "Voir tout ce qui est recensé près de là", replace(demande, texte=""), situation, le=le
        )
        if piste.total:
            yield piste


def _piste(texte: str, demande: Demande, situation: Situation, *, le: date) -> Piste:
    demande = replace(demande, page=1)
    if demande.partout:
        situation = replace(situation, lieu=None)
    reponse, _ = repondre(requete_de(demande, situation), le=le)
    return Piste(texte, demande.adresse(), reponse.total, reponse.total_exact)


def _mairie(situation: Situation, *, le: date) -> Contact | None:
    """The town hall of the place: the one door that is always there."""
    if not situation.is_commune or situation.lieu is None:
        return None
    mairies = ouverts(Service, le=le).filter(
        famille="mairie", structure_ref__commune_officielle=situation.lieu.code
    )
    mairie = avec_relations(mairies).order_by("pk").first()
    if mairie is None:
        return None
    fiche = resoudre(mairie)
    telephone = fiche.telephone or ""
    return Contact(fiche.nom, telephone, lien_telephone(telephone), fiche.horaires_accueil or "")


def _sources_reelles(sources: dict[str, Source]) -> tuple[Source, ...]:
    """What was surveyed, to be said beside an empty answer: the rest is unknown, not absent."""
    return tuple(source for source in sources.values() if source.edition_le and not source.exemple)
