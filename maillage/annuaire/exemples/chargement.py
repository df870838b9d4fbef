"""Load the invented services of the sample, and take them out again; called by the sample and by `retire_exemples`.

They obey the rules of every record, come from a source of their own marked as an example, and are withdrawn, not
erased: loading them again puts them back.
"""

import math
import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.annuaire.champs import avec_commune, check_ensemble, nettoyer
from maillage.annuaire.corrections import annoncer_fiche
from maillage.annuaire.familles import familles
from maillage.annuaire.models import Contact, Fermeture, Lieu, Reconnaissance, Service, Source, Structure
from maillage.annuaire.saisie import retablir, retirer
from maillage.core.journal import journaliser
from maillage.territoire.models import Commune, Territoire

FICHIER = Path(__file__).with_name("exemples.toml")
SOURCE = "exemples"
MARQUE = "(exemple)"
MOTIF = "Fiche d’exemple, inventée."
DES_STRUCTURES = (
    "adresse",
    "code_postal",
    "telephone",
    "courriel",
    "itinerant",
)
DATES = ("ouvert_le", "verifie_le", "tarif_le", "places_le", "saturation_le", "du", "au")
ANNEXES: dict[str, type[Fermeture] | type[Contact] | type[Reconnaissance]] = {
    "fermetures": Fermeture,
    "contacts": Contact,
    "reconnaissances": Reconnaissance,
}
HORS_CHAMPS = frozenset({"cle", "chez", "famille", "commune", "lieux", *ANNEXES})
# Spread around the middle of their commune, so that a map shows them apart; nobody stands there.
ANGLE_D_OR = math.radians(137.5)
RAYON_DEGRES = 0.004


@cache
def exemples() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(FICHIER.read_text(encoding="utf-8"))["exemples"])


def charger_exemples(territoire: Territoire, *, le: datetime) -> int:
    """Add those of its communes that are not there yet, put back those that were withdrawn; gives how many."""
    communes = {
        commune.code: commune for commune in Commune.objects.filter(groupement=territoire.groupement_id)
    }
    source, avant = _source(), _visibles().count()
    for rang, dit in enumerate(exemples()):
        if dit["commune"] in communes:
            _charger_un(dit, communes[dit["commune"]], source=source, rang=rang, le=le)
    return _visibles().count() - avant


def _visibles() -> QuerySet[Any]:
    return Service.objects.visibles().filter(source=SOURCE)


def retirer_exemples(*, le: datetime) -> int:
    """Withdraw every invented structure with its services; their addresses then say so."""
    trouvees = Structure.objects.visibles().filter(source=SOURCE, exemple=True).order_by("n")
    for structure in trouvees:
        retirer(structure, motif="Les exemples sont retirés de cette instance.", par=None, le=le)
    return len(trouvees)


def _source() -> Source:
    return Source.objects.get_or_create(
        slug=SOURCE,
        defaults={
            "nom": "Exemples inventés",
            "producteur": "Maillage",
            "licence": "Sans objet : rien n’y est vrai",
            "exemple": True,
            "rang": 999,
        },
    )[0]


def _charger_un(dit: dict[str, Any], commune: Commune, *, source: Source, rang: int, le: datetime) -> None:
    deja = Service.objects.select_related("structure_ref").filter(id=f"{SOURCE}--{dit['cle']}").first()
    if deja is None:
        with transaction.atomic():
            _creer(dit, commune, source=source, rang=rang, le=le)
    elif deja.structure_ref.retire_le is not None:
        retablir(deja.structure_ref, motif=MOTIF, par=None, le=le)


def _creer(dit: dict[str, Any], commune: Commune, *, source: Source, rang: int, le: datetime) -> None:
    jour = timezone.localdate(le)
    champs = {champ: _date(champ, valeur, jour) for champ, valeur in dit.items() if champ not in HORS_CHAMPS}
    champs["nom"] = f"{dit['nom']} {MARQUE}"
    communs: dict[str, Any] = {
        "source": SOURCE,
        "source_ref": source,
        "exemple": True,
        "created_at": le,
        "updated_at": le,
        "ouvert_le_origine": "saisie" if champs.get("ouvert_le") else "",
    }
    structure = _structure(dit, champs, commune, rang=rang, communs=communs, le=le)
    famille = familles()[dit["famille"]]
    propres = nettoyer(Service, {"publics": list(famille.publics) or None} | _du_service(champs))
    check_ensemble(Service(), propres)
    service = Service.objects.create(
        id=f"{SOURCE}--{dit['cle']}",
        structure_ref=structure,
        famille=famille.slug,
        type=famille.type,
        thematiques=list(famille.thematiques),
        **propres,
        **communs,
    )
    _annexer(service, dit, jour=jour)
    journaliser("ajouter", service, le=le, champs={"id": [None, service.id]}, motif=MOTIF)
    annoncer_fiche(service, le=le)


def _structure(
    dit: dict[str, Any],
    champs: dict[str, Any],
    commune: Commune,
    *,
    rang: int,
    communs: dict[str, Any],
    le: datetime,
) -> Structure:
    if "chez" in dit:
        return Structure.objects.get(id=f"{SOURCE}--{dit['chez']}")
    latitude, longitude = _point(commune, rang)
    propres = nettoyer(
        Structure,
        {champ: champs[champ] for champ in ("nom", "ouvert_le", *DES_STRUCTURES) if champ in champs}
        | {"code_insee": commune.code, "latitude": latitude, "longitude": longitude},
    )
    propres = avec_commune(propres)
    check_ensemble(Structure(), propres)
    structure = Structure.objects.create(id=f"{SOURCE}--{dit['cle']}", **propres, **communs)
    journaliser("ajouter", structure, le=le, champs={"id": [None, structure.id]}, motif=MOTIF)
    return structure


def _du_service(champs: dict[str, Any]) -> dict[str, Any]:
    """The structure bears the address and the phone, its service all the rest and its own phone when it differs."""
    return {
        champ: valeur
        for champ, valeur in champs.items()
        if champ == "telephone" or champ not in DES_STRUCTURES
    }


def _annexer(service: Service, dit: dict[str, Any], *, jour: date) -> None:
    for nom, modele in ANNEXES.items():
        for valeurs in dit.get(nom, ()):
            dates = {champ: _date(champ, valeur, jour) for champ, valeur in valeurs.items()}
            annexe = modele(service=service, **dates)
            annexe.full_clean()
            annexe.save()
    for valeurs in dit.get("lieux", ()):
        reste = {champ: valeur for champ, valeur in valeurs.items() if champ != "commune"}
        lieu = Lieu(service=service, **avec_commune({"code_insee": valeurs["commune"]} | reste))
        lieu.full_clean()
        lieu.save()


def _date(champ: str, valeur: Any, jour: date) -> Any:
    """A whole number in the place of a date counts days from the day of the load."""
    return jour + timedelta(days=valeur) if champ in DATES and isinstance(valeur, int) else valeur


def _point(commune: Commune, rang: int) -> tuple[float | None, float | None]:
    if commune.latitude is None or commune.longitude is None:
        return None, None
    angle, rayon = rang * ANGLE_D_OR, RAYON_DEGRES * math.sqrt(1 + rang % 7)
    return (
        round(commune.latitude + rayon * math.sin(angle), 6),
        round(commune.longitude + rayon * math.cos(angle), 6),
    )
