"""Make the calendar of a commune from what is in the database; called by the pages, the index and the exports."""

from collections.abc import Iterable

from maillage.territoire.calendrier import (
    ALSACE_MOSELLE,
    ZONE_DE,
    Calendrier,
    Intervalle,
    Periode,
    Reponse,
)
from maillage.territoire.models import Commune, FaitCommune, PeriodeScolaire, PublicationScolaire

SUJET = "vendredi-saint"


def calendrier_de(commune: Commune) -> Calendrier:
    return calendriers_des([commune])[commune.code]


def calendriers_des(communes: Iterable[Commune]) -> dict[str, Calendrier]:
    """One calendar a commune, by INSEE code, in three queries; a déléguée follows its commune."""
    communes = list(communes)
    faits = dict(
        FaitCommune.objects.filter(
            sujet=SUJET, commune__in={commune.parente_id or commune.code for commune in communes}
        ).values_list("commune_id", "reponse")
    )
    zones = {ZONE_DE.get(commune.departement, "") for commune in communes} - {""}
    periodes: dict[str, list[Periode]] = {}
    for ligne in PeriodeScolaire.objects.filter(zone__in=zones).order_by("debut"):
        periodes.setdefault(ligne.zone, []).append(Periode(ligne.nom, ligne.debut, ligne.fin))
    publies: dict[str, list[Intervalle]] = {}
    for zone, debut, fin in (
        PublicationScolaire.objects.filter(zone__in=zones)
        .order_by("debut")
        .values_list("zone", "debut", "fin")
    ):
        publies.setdefault(zone, []).append(Intervalle(debut, fin))
    scolaires = {zone: (tuple(periodes.get(zone, ())), tuple(publies.get(zone, ()))) for zone in zones}
    return {commune.code: _calendrier(commune, faits, scolaires) for commune in communes}


def _calendrier(
    commune: Commune,
    faits: dict[str, str],
    scolaires: dict[str, tuple[tuple[Periode, ...], tuple[Intervalle, ...]]],
) -> Calendrier:
    zone = ZONE_DE.get(commune.departement, "")
    periodes, publies = scolaires.get(zone, ((), ()))
    dite = faits.get(commune.parente_id or commune.code, Reponse.INCONNU)
    local = commune.departement in ALSACE_MOSELLE
    return Calendrier(
        departement=commune.departement,
        vendredi_saint=Reponse(dite) if local else Reponse.NON,
        zone=zone,
        periodes=periodes,
        publies=publies,
    )
