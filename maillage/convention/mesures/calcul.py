"""Measure an indicator now or at a past date, and keep its series; called by the pages, the gel and the worker.

A value shown is computed when it is read. A value recorded (`Valeur`) is appended with its recipe, never overwritten.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from maillage.annuaire.models import Doublon, Source
from maillage.convention.mesures import langage
from maillage.convention.mesures.chargement import Fonds, charger, donnees_au
from maillage.convention.mesures.donnees import Donnees
from maillage.convention.mesures.evaluation import Mesure, evaluer
from maillage.convention.mesures.recette import en_json, substance
from maillage.convention.models import Convention, Indicateur, Valeur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.models import Acte
from maillage.core.outbox import dernier_changement
from maillage.core.templatetags.maillage import nombre
from maillage.territoire.models import Edition

Etat = tuple[Any, ...]


class Memoire:
    """The last few answers of this process, the oldest forgotten first."""

    def __init__(self, taille: int) -> None:
        self.taille = taille
        self._garde: OrderedDict[Any, Any] = OrderedDict()
        self._verrou = Lock()

    def lire(self, cle: Any) -> Any:
        with self._verrou:
            if cle in self._garde:
                self._garde.move_to_end(cle)
            return self._garde.get(cle)

    def poser(self, cle: Any, valeur: Any) -> None:
        with self._verrou:
            self._garde[cle] = valeur
            while len(self._garde) > self.taille:
                self._garde.popitem(last=False)

    def vider(self) -> None:
        with self._verrou:
            self._garde.clear()


FONDS, JOURS, MESURES = Memoire(8), Memoire(32), Memoire(256)


def vider_memoires() -> None:
    for memoire in (FONDS, JOURS, MESURES):
        memoire.vider()


def etat_des_donnees() -> Etat:
    """What changes whenever a value may: every memory is keyed by it. Five cheap queries, one per page."""
    paires = Doublon.objects.aggregate(
        n=Count("pk"), vues=Count("pk", filter=Q(examine_le__isnull=False)), maj=Max("examine_le")
    )
    sources = Source.objects.order_by("pk").values_list("slug", "edition_le", "edition", "exemple")
    edition = Edition.objects.aggregate(n=Max("pk"), le=Max("chargee_le"))
    return (
        # The outbox alone is not enough: it is emptied now and then, and its last number forgotten.
        Acte.objects.aggregate(n=Max("pk"))["n"],
        dernier_changement(),
        tuple(paires.values()),
        tuple(sources),
        tuple(edition.values()),
    )


def mesurer(indicateur: Indicateur, *, le: date, maintenant: datetime, exemples: bool = False) -> Mesure:
    """The value as of `le`, computed now from what the directory knows; refuses a day that has not come."""
    if le > timezone.localdate(maintenant):
        raise RegleMetier("Cette date n’est pas encore passée. Choisissez aujourd’hui ou un jour d’avant.")
    return mesurer_plusieurs([(indicateur, le)], exemples=exemples)[indicateur.pk, le]


def mesurer_plusieurs(
    demandes: Iterable[tuple[Indicateur, date]], *, exemples: bool = False
) -> dict[tuple[int, date], Mesure]:
    """Each indicator on each day asked, reading each thing once; the page of a fiche and the gel call it."""
    etat = etat_des_donnees()
    mesures = {}
    for indicateur, le in demandes:
        cle = (etat, indicateur.pk, indicateur.version, str(indicateur.definition), le, exemples)
        mesure = MESURES.lire(cle)
        if mesure is None:
            mesure = _evaluer(indicateur, etat, le=le, exemples=exemples)
            MESURES.poser(cle, mesure)
        mesures[indicateur.pk, le] = mesure
    return mesures


def _evaluer(indicateur: Indicateur, etat: Etat, *, le: date, exemples: bool) -> Mesure:
    definition = langage.lire(indicateur.definition)
    # At least the usual buffer, so that the indicators of one fiche share what they read.
    tampon = max(langage.TAMPON_KM, langage.voisinage_km(definition)[1])
    territoire = indicateur.fiche.convention.territoire
    cle = (etat, territoire.pk, langage.familles(definition), tampon)
    fonds: Fonds | None = FONDS.lire(cle)
    if fonds is None:
        fonds = charger(territoire, familles=langage.familles(definition), tampon_km=tampon)
        FONDS.poser(cle, fonds)
    donnees: Donnees | None = JOURS.lire((cle, le, exemples))
    if donnees is None:
        donnees = donnees_au(fonds, le=le, exemples=exemples)
        JOURS.poser((cle, le, exemples), donnees)
    return evaluer(indicateur.definition, donnees, le=le, exemples=exemples)


def enregistrer_valeur(
    indicateur: Indicateur, mesure: Mesure, *, pour_le: date, calculee_le: datetime
) -> Valeur:
    """Append a value with its recipe and its fingerprint; one that rests on examples is refused."""
    if mesure.recette.exemples:
        raise RegleMetier("Une valeur qui compte des fiches d’exemple ne s’enregistre pas.")
    valeur = Valeur(
        indicateur=indicateur,
        pour_le=pour_le,
        calculee_le=calculee_le,
        valeur=mesure.valeur,
        numerateur=mesure.numerateur,
        denominateur=mesure.denominateur,
        motif=mesure.motif,
        recette=en_json(mesure.recette),
    )
    valeur.empreinte = empreinte_valeur(valeur)
    valeur.save(force_insert=True)
    return valeur


def contenu_valeur(valeur: Valeur) -> dict[str, Any]:
    """All that a value says, in a form two engines write alike: the fingerprint covers it."""
    return {
        "indicateur": str(valeur.indicateur.uuid),
        "code": valeur.indicateur.code,
        "pour_le": valeur.pour_le.isoformat(),
        "calculee_le": valeur.calculee_le.astimezone(UTC).isoformat(),
        "valeur": _reel(valeur.valeur),
        "numerateur": _reel(valeur.numerateur),
        "denominateur": _reel(valeur.denominateur),
        "motif": valeur.motif,
        "recette": valeur.recette,
    }


def empreinte_valeur(valeur: Valeur) -> str:
    return empreinte(contenu_valeur(valeur))


def empreinte(contenu: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(orjson.dumps(contenu, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _reel(valeur: float | None) -> float | None:
    return None if valeur is None else float(valeur)


def actualiser(convention: Convention, *, maintenant: datetime) -> list[Valeur]:
    """Append the values that are no longer the last known, of today and of the start; called when records change."""
    aujourd_hui = timezone.localdate(maintenant)
    ajoutees = []
    with transaction.atomic():
        demandes = [
            (indicateur, le)
            for indicateur in indicateurs_de(convention)
            for le in (indicateur.reference_le, aujourd_hui)
            if le is not None
        ]
        mesures = mesurer_plusieurs(demandes)
        for indicateur, le in demandes:
            mesure = mesures[indicateur.pk, le]
            ajoutees += _actualiser_un(indicateur, mesure, le=le, maintenant=maintenant)
    return ajoutees


def _actualiser_un(indicateur: Indicateur, mesure: Mesure, *, le: date, maintenant: datetime) -> list[Valeur]:
    """One value appended, or none. The start has a series of its own: what is known of that day may change."""
    depart = le == indicateur.reference_le
    ici = Q(pour_le=indicateur.reference_le) if indicateur.reference_le else Q(pk__in=[])
    serie = indicateur.valeurs.filter(ici if depart else ~ici)
    derniere = serie.order_by("-pour_le", "-calculee_le", "-pk").first()
    if derniere is not None and not _differe(mesure, derniere):
        return []
    if derniere is not None and not depart and derniere.valeur != mesure.valeur:
        _raconter(indicateur, derniere, mesure, maintenant)
    return [enregistrer_valeur(indicateur, mesure, pour_le=le, calculee_le=maintenant)]


def indicateurs_de(convention: Convention) -> Iterable[Indicateur]:
    return (
        Indicateur.objects.du(convention.territoire)
        .filter(fiche__convention=convention)
        .select_related("fiche__convention__territoire")
        .order_by("fiche__code", "code")
    )


def _differe(mesure: Mesure, derniere: Valeur) -> bool:
    """Another number, or the same one made of other records, communes or editions."""
    if (mesure.valeur, mesure.motif) != (derniere.valeur, derniere.motif):
        return True
    return substance(en_json(mesure.recette)) != substance(derniere.recette)


def _raconter(indicateur: Indicateur, avant: Valeur, mesure: Mesure, maintenant: datetime) -> None:
    """The fiche's own history says that its number moved, and what moved it."""
    mouvements = _mouvements(indicateur, avant.recette["comptees"], mesure)
    journaliser(
        "indicateur changé",
        indicateur.fiche,
        le=maintenant,
        champs={indicateur.code: [en_clair(avant.valeur, indicateur), en_clair(mesure.valeur, indicateur)]},
        motif=f"Le répertoire a changé ({' ; '.join(mouvements)})." if mouvements else mesure.motif,
    )


def _mouvements(indicateur: Indicateur, avant: list[dict[str, Any]], mesure: Mesure) -> list[str]:
    """Records that came in or went out; of a distance, those that became or ceased to be the nearest of a commune."""
    plus, moins = "en plus", "en moins"
    if langage.is_distance(langage.lire(indicateur.definition)):
        plus, moins = "le plus proche désormais", "n’est plus le plus proche"
    noms_avant = {fiche["id"]: fiche["nom"] for fiche in avant}
    noms = {fiche.id: fiche.nom for fiche in mesure.recette.comptees}
    return [
        *(f"{plus} : {nom}" for cle, nom in noms.items() if cle not in noms_avant),
        *(f"{moins} : {nom}" for cle, nom in noms_avant.items() if cle not in noms),
    ]


def en_clair(valeur: float | None, indicateur: Indicateur, *, decimales: int | None = None) -> str:
    """« 34 communes », « 41,7 % des habitants »; an unknown value is never a zero."""
    if valeur is None:
        return "non calculable"
    unite = indicateur.unite
    if abs(valeur) < 2 and not unite.startswith("%"):
        unite = " ".join(mot.removesuffix("s") for mot in unite.split(" "))
    return f"{nombre(valeur, indicateur.decimales if decimales is None else decimales)}\u00a0{unite}"
