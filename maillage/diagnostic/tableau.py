"""The recensement of a territory on a day: every cell, its state, its services; called by the board and the pages.

In: a territory, families, communes, a day. Out: a `Tableau`, in the same seven queries whatever its size.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from maillage.annuaire.familles import Famille
from maillage.annuaire.familles import familles as toutes_les_familles
from maillage.annuaire.heritage import FicheResolue
from maillage.annuaire.models import Source
from maillage.diagnostic.etats import Constat, Liste, Parole, constater, paroles_au
from maillage.diagnostic.models import ANNULATION, Recensement
from maillage.diagnostic.mots import Etiquette, etiquette, qui_le_dit
from maillage.diagnostic.offre import Cle, offre
from maillage.diagnostic.reglages import Reglages, reglages_de
from maillage.territoire.communes import communes_du_territoire
from maillage.territoire.models import Commune, Territoire


@dataclass(frozen=True, slots=True)
class Cellule:
    """One family in one commune; an empty `services` is a zero only where the state says so."""

    famille: Famille
    commune: Commune
    constat: Constat
    services: tuple[FicheResolue, ...] = ()

    @property
    def cle(self) -> str:
        """How a form names the cell."""
        return f"{self.famille.slug}/{self.commune.code}"

    @property
    def etiquette(self) -> Etiquette:
        return etiquette(self.constat)

    @property
    def qui(self) -> str:
        return qui_le_dit(self.constat)

    @property
    def nombre(self) -> int:
        return len(self.services)

    @property
    def filtre(self) -> str:
        """The state asked for by a filter: an old census is looked for by its own name."""
        return "a_refaire" if self.constat.couvert and self.constat.a_refaire else self.constat.etat


@dataclass(frozen=True, slots=True)
class PartRecensee:
    """How much of the territory is surveyed for one family. Unknown populations make an unknown share."""

    famille: str
    communes: int
    recensees: int
    a_refaire: int
    population: int | None
    population_recensee: int | None
    seuil: float

    @property
    def part(self) -> float:
        return self.recensees / self.communes if self.communes else 0.0

    @property
    def part_population(self) -> float | None:
        if not self.population or self.population_recensee is None:
            return None
        return self.population_recensee / self.population

    @property
    def suffisante(self) -> bool:
        """Whether a total of this family may be given at all."""
        return self.communes > 0 and self.part >= self.seuil


@dataclass(frozen=True, slots=True)
class Tableau:
    le: date
    familles: tuple[Famille, ...]
    communes: tuple[Commune, ...]
    reglages: Reglages
    cellules: tuple[Cellule, ...]
    par_cle: dict[Cle, Cellule] = field(repr=False)

    def cellule(self, famille: str, code: str) -> Cellule:
        return self.par_cle[famille, code]

    def de_famille(self, slug: str) -> tuple[Cellule, ...]:
        return tuple(self.par_cle[slug, commune.code] for commune in self.communes)

    def de_commune(self, code: str) -> tuple[Cellule, ...]:
        return tuple(self.par_cle[famille.slug, code] for famille in self.familles)

    def part(self, slug: str) -> PartRecensee:
        cellules = self.de_famille(slug)
        return _part(slug, cellules, self.reglages.seuil)


def _part(slug: str, cellules: Collection[Cellule], seuil: float) -> PartRecensee:
    couvertes = [cellule for cellule in cellules if cellule.constat.couvert]
    return PartRecensee(
        famille=slug,
        communes=len(cellules),
        recensees=len(couvertes),
        a_refaire=sum(cellule.constat.a_refaire for cellule in couvertes),
        population=_habitants(cellules),
        population_recensee=_habitants(couvertes),
        seuil=seuil,
    )


def _habitants(cellules: Iterable[Cellule]) -> int | None:
    """None as soon as one is unknown: a part of a sum is no sum."""
    habitants = [cellule.commune.population for cellule in cellules]
    return None if None in habitants else sum(n for n in habitants if n is not None)


def etat_recensement(
    territoire: Territoire,
    *,
    familles: Collection[str] | None = None,
    communes: Collection[str] | None = None,
    le: date,
) -> Tableau:
    """Everything known on `le`; all families and all communes unless told. Unknown slugs and codes are left out."""
    retenues = tuple(f for slug, f in toutes_les_familles().items() if familles is None or slug in familles)
    officielles = communes_du_territoire(territoire).select_related("edition").order_by("cle")
    if communes is not None:
        officielles = officielles.filter(code__in=communes)
    lues = tuple(officielles)
    codes = {commune.code for commune in lues}
    slugs = {famille.slug for famille in retenues}
    listes = listes_completes()
    reglages = reglages_de(territoire)
    mots = paroles_au(paroles_de(territoire, familles=slugs, communes=codes), le)
    services = offre(communes=codes, familles=slugs, le=le)
    cellules = [
        Cellule(
            famille=famille,
            commune=commune,
            constat=constater(
                famille.slug,
                commune.departement,
                listes=listes,
                parole=mots.get((famille.slug, commune.code)),
                le=le,
                pourvue=(famille.slug, commune.code) in services,
                duree_mois=reglages.duree(famille.slug),
            ),
            services=services.get((famille.slug, commune.code), ()),
        )
        for famille in retenues
        for commune in lues
    ]
    return Tableau(
        le=le,
        familles=retenues,
        communes=lues,
        reglages=reglages,
        cellules=tuple(cellules),
        par_cle={(c.famille.slug, c.commune.code): c for c in cellules},
    )


def listes_completes() -> tuple[Liste, ...]:
    """The lists that are complete by nature somewhere and were loaded, whoever's territory it is."""
    return tuple(
        Liste(s.slug, s.nom, s.edition_le, frozenset(s.familles), frozenset(s.departements_complets))
        for s in Source.objects.filter(exemple=False, edition_le__isnull=False).order_by("slug")
    )


def paroles_de(
    territoire: Territoire, *, familles: Collection[str], communes: Collection[str] | None = None
) -> tuple[Parole, ...]:
    """Every word not undone, in one query."""
    actes = Recensement.objects.du(territoire).filter(famille__in=familles, annulation__isnull=True)
    if communes is not None:
        actes = actes.filter(commune__in=communes)
    dits = actes.exclude(etat=ANNULATION).select_related("par").order_by("le", "pk")
    return tuple(lire_parole(acte) for acte in dits)


def lire_parole(acte: Recensement) -> Parole:
    return Parole(
        n=acte.pk,
        lot=acte.lot,
        famille=acte.famille,
        commune=acte.commune_id,
        etat=acte.etat,
        le=acte.le,
        expire_le=acte.expire_le,
        par=acte.par.nom_court,
        aupres_de=acte.aupres_de,
        note=acte.note,
    )


def part_recensee(territoire: Territoire, famille: str, le: date) -> PartRecensee:
    """Share of communes and of inhabitants surveyed for one family, with the threshold of the territory."""
    return etat_recensement(territoire, familles=[famille], le=le).part(famille)


def est_couvert(famille: str, commune: Commune, le: date) -> bool:
    """Whether everything there is of a family in a commune is known; False for a commune that no territory serves."""
    cellule = cellule_de(famille, commune, le)
    return cellule is not None and cellule.constat.couvert


def cellule_de(famille: str, commune: Commune, le: date) -> Cellule | None:
    """The cell of a commune of today, of a part of one, or None outside every territory and vocabulary."""
    actuelle = commune.parente or commune
    territoire = Territoire.objects.filter(groupement=actuelle.groupement_id or "").first()
    if territoire is None or famille not in toutes_les_familles():
        return None
    tableau = etat_recensement(territoire, familles=[famille], communes=[actuelle.code], le=le)
    return tableau.par_cle.get((famille, actuelle.code))
