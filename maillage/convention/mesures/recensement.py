"""How much of the territory a complete list covers; called by the evaluation and by the recipe. Pure.

A national list that is complete by nature (France services, mairies) is a census of its family, at its edition's
date, in the départements its description names. Below the threshold there is no number: absence of data is not
absence of service.
"""

from dataclasses import dataclass

from maillage.annuaire.familles import libelle_famille
from maillage.convention.mesures.donnees import Donnees

SEUIL = 1.0


@dataclass(frozen=True, slots=True)
class Couverture:
    """Communes of the territory that a complete list covers, and the lists that do."""

    communes: int
    recensees: int
    departements_absents: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def part(self) -> float:
        return self.recensees / self.communes if self.communes else 0.0


def couverture(famille: str, donnees: Donnees) -> Couverture:
    completes = [source for source in donnees.sources if famille in source.familles]
    couverts = {departement for source in completes for departement in source.departements}
    absentes = [c.departement for c in donnees.communes if c.departement not in couverts]
    return Couverture(
        communes=len(donnees.communes),
        recensees=len(donnees.communes) - len(absentes),
        departements_absents=tuple(sorted(set(absentes))),
        sources=tuple(source.slug for source in completes if source.departements),
    )


def motif_non_recense(famille: str, lue: Couverture) -> str:
    """The sentence that stands in place of the number; empty when the census is good enough."""
    if lue.part >= SEUIL:
        return ""
    manque = lue.communes - lue.recensees
    verbe = "communes sur {} ne sont pas" if manque > 1 else "commune sur {} n’est pas"
    combien = f"{manque} {verbe.format(lue.communes)}" if lue.recensees else "aucune commune n’est"
    return (
        f"Non calculable : {combien} dans une liste complète pour la famille « {libelle_famille(famille)} » "
        f"(département {', '.join(lue.departements_absents)}). Chargez cette liste pour avoir un chiffre."
    )


def voisins_absents(famille: str, donnees: Donnees, km: float) -> tuple[str, ...]:
    """Départements around, with a commune within `km` of one of ours, that no complete list covers."""
    couverts = {d for s in donnees.sources if famille in s.familles for d in s.departements}
    return tuple(
        sorted(d for d, distance in donnees.voisines.items() if distance <= km and d not in couverts)
    )
