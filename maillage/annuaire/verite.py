"""When a record was true; called by the indicators, the pages and the exports.

The rule, for a day D (a record is true on D when all four hold):
1. it had begun: `ouvert_le` (label, opening, a person's word) ≤ D; without it, the first edition that shows it ≤ D;
   without any source, the day it was entered;
2. it had not closed: `ferme_le` is the first day without the service, so D < `ferme_le`;
3. its source still showed it: when no source shows it any more, D < the edition from which it is missing;
4. nobody had withdrawn it: D < the day of `retire_le`. Past days stay true: a withdrawal never rewrites an old value.
A service ends with its structure: rules 2 and 4 also hold for the structure's dates.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from maillage.annuaire.models import Apport, Service, Structure

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class DatesConnues:
    """The span of a record and where each end comes from; None: not known, or not ended."""

    debut: date
    debut_origine: str  # "label", "saisie", "vu" (first edition that shows it), "inscription"
    fin: date | None
    fin_origine: str  # "", "fermeture", "source" (no longer shown), "retrait"


def vrais_le(queryset: QuerySet[Any], jour: date) -> QuerySet[Any]:
    """Keep the records that were true on `jour`; works on structures and on services."""
    apports = _apports(queryset.model)
    debut = Coalesce(
        F("ouvert_le"),
        Subquery(apports.values(_cle(queryset.model)).annotate(d=Min("vu_du")).values("d")),
        TruncDate("created_at", tzinfo=PARIS),
    )
    montre = Q(Exists(apports.filter(Q(disparu_le__isnull=True) | Q(disparu_le__gt=jour))))
    return (
        queryset.alias(vrai_debut=debut)
        .filter(montre | ~Exists(apports), vrai_debut__lte=jour)
        .filter(_pas_fini("", jour))
        .filter(_pas_fini("structure_ref__", jour) if queryset.model is Service else Q())
    )


def dates_connues(fiche: Structure | Service) -> DatesConnues:
    """The same rule for one record, with the origin of each date, for the page that explains it."""
    vu = fiche.apports.aggregate(du=Min("vu_du"), fin=Max("disparu_le"))
    montre = fiche.apports.filter(disparu_le__isnull=True).exists()
    if fiche.ouvert_le:
        debut, origine = fiche.ouvert_le, fiche.ouvert_le_origine or "saisie"
    elif vu["du"]:
        debut, origine = vu["du"], "vu"
    else:
        debut, origine = fiche.created_at.astimezone(PARIS).date(), "inscription"
    fins = [(fin, nom) for fin, nom in _fins(fiche) if fin]
    if vu["fin"] and not montre:
        fins.append((vu["fin"], "source"))
    fin, fin_origine = min(fins, default=(None, ""))
    return DatesConnues(debut=debut, debut_origine=origine, fin=fin, fin_origine=fin_origine)


def _cle(modele: type) -> str:
    return "service" if modele is Service else "structure"


def _apports(modele: type) -> QuerySet[Apport]:
    return Apport.objects.filter(**{_cle(modele): OuterRef("pk")}).order_by()


def _pas_fini(prefixe: str, jour: date) -> Q:
    ferme, retire = f"{prefixe}ferme_le", f"{prefixe}retire_le"
    return (Q(**{f"{ferme}__isnull": True}) | Q(**{f"{ferme}__gt": jour})) & (
        Q(**{f"{retire}__isnull": True}) | Q(**{f"{retire}__date__gt": jour})
    )


def _fins(fiche: Structure | Service) -> list[tuple[date | None, str]]:
    porteurs = [fiche, fiche.structure_ref] if isinstance(fiche, Service) else [fiche]
    fins: list[tuple[date | None, str]] = []
    for porteur in porteurs:
        fins.append((porteur.ferme_le, "fermeture"))
        fins.append((porteur.retire_le.astimezone(PARIS).date() if porteur.retire_le else None, "retrait"))
    return fins
