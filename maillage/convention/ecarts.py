"""See which frozen values are off the path of their target, and follow what is done about it.

Called by the meeting page after a freeze. In: a `Gel`. Out: its écarts, graded; none where nobody set a target.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from maillage.comptes.models import Personne
from maillage.convention.mesures.calcul import en_clair, mesurer_plusieurs
from maillage.convention.mesures.cibles import attendu_le
from maillage.convention.models import Ecart, Gel, Valeur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.instances.models import Decision, Point, Reunion
from maillage.instances.seances import inscrire_point
from maillage.territoire.models import Territoire

# Share of the road between the start and what is expected that was not travelled. Under a tenth it is measurement
# noise; beyond half, the fiche is far from its promise.
SEUILS = ((0.5, "grave"), (0.25, "net"), (0.1, "leger"))


@dataclass(frozen=True, slots=True)
class Constat:
    """What was expected, what was measured, how far apart."""

    attendu: float
    observe: float
    gravite: str


def constater(gel: Gel, *, le: datetime) -> list[Ecart]:
    """Compare each frozen value with its target's path on the day of the meeting; the same call twice adds nothing."""
    ecarts = []
    with transaction.atomic():
        for valeur in gel.valeurs.select_related("indicateur__fiche__convention__territoire"):
            trouve = _attendu(valeur)
            if trouve is None or valeur.valeur is None:
                continue
            depart, attendu = trouve
            gravite = graver(valeur.indicateur.sens, depart=depart, attendu=attendu, observe=valeur.valeur)
            if gravite:
                vu = Constat(attendu=attendu, observe=valeur.valeur, gravite=gravite)
                ecarts.append(_inscrire(gel, valeur, vu, le=le))
    return ecarts


def graver(sens: str, *, depart: float | None, attendu: float, observe: float) -> str:
    """« leger », « net », « grave », or empty when the promise is kept or nearly so.

    The lack is measured against the road to travel; without a start, or when there was no road, against the promise.
    """
    manque = observe - attendu if sens == "baisse" else attendu - observe
    if manque <= 0:
        return ""
    route = abs(attendu - depart) if depart is not None else 0.0
    part = manque / (route or abs(attendu) or 1.0)
    return next((gravite for seuil, gravite in SEUILS if part >= seuil), "")


def _attendu(valeur: Valeur) -> tuple[float | None, float] | None:
    """(value before the convention, value expected on the day of the freeze); None without a target."""
    indicateur = valeur.indicateur
    cibles = [(cible.le, cible.valeur) for cible in indicateur.cibles.all()]
    if not cibles:
        return None
    reference = indicateur.reference_le
    depart = None
    if reference:
        depart = mesurer_plusieurs([(indicateur, reference)])[indicateur.pk, reference].valeur
    jalon = (reference, depart) if reference and depart is not None else None
    attendu = attendu_le(valeur.pour_le, depart=jalon, cibles=cibles)
    return None if attendu is None else (depart, attendu)


def _inscrire(gel: Gel, valeur: Valeur, vu: Constat, *, le: datetime) -> Ecart:
    indicateur = valeur.indicateur
    ecart, cree = Ecart.base.get_or_create(
        indicateur=indicateur, gel=gel, defaults={**asdict(vu), "vu_le": le}
    )
    if cree:
        champs = {
            f"{indicateur.code}, attendu": [None, attendu_en_clair(ecart)],
            f"{indicateur.code}, mesuré": [None, en_clair(vu.observe, indicateur)],
            "gravité": [None, ecart.get_gravite_display()],
        }
        journaliser("écart vu", indicateur.fiche, le=le, par=gel.par, champs=champs)
    return ecart


def titre_ecart(ecart: Ecart) -> str:
    """« 3.2b Communes sans… : 34 communes, on attendait 30,1 communes », as an agenda says it."""
    indicateur = ecart.indicateur
    return f"{indicateur} : {en_clair(ecart.observe, indicateur)}, on attendait {attendu_en_clair(ecart)}"


def attendu_en_clair(ecart: Ecart) -> str:
    """What the path expects falls between two counts: one more decimal than what is measured."""
    return en_clair(ecart.attendu, ecart.indicateur, decimales=ecart.indicateur.decimales + 1)


def mettre_a_l_ordre_du_jour(ecart: Ecart, *, reunion: Reunion, par: Personne, le: datetime) -> Point:
    """One act: the écart becomes a point of the agenda."""
    with transaction.atomic():
        point = inscrire_point(reunion, titre=titre_ecart(ecart), objet=ecart, par=par, le=le)
        motif = f"Écart {ecart.indicateur.code} : {reunion.titre}"
        journaliser("écart mis à l’ordre du jour", ecart.indicateur.fiche, le=le, par=par, motif=motif)
    return point


def repondre(ecart: Ecart, *, decision: Decision, par: Personne, le: datetime) -> Ecart:
    """The decision that answers the écart; a later one may replace it, and the history keeps both."""
    if decision.reunion.instance.territoire_id != ecart.indicateur.fiche.convention.territoire_id:
        raise RegleMetier("Cette décision est celle d’un autre territoire.")
    if decision.etat != "adoptee":
        raise RegleMetier("Seule une décision adoptée répond à un écart.")
    return _lier(ecart, decision, "une décision répond à l’écart", decision=decision, par=par, le=le)


def delier(ecart: Ecart, *, decision: Decision, par: Personne, le: datetime) -> Ecart:
    """The decision is no longer adopted: the écart waits again."""
    if ecart.decision_id != decision.uuid:
        return ecart
    return _lier(ecart, None, "l’écart attend une décision", decision=decision, par=par, le=le)


def _lier(
    ecart: Ecart, reponse: Decision | None, acte: str, *, decision: Decision, par: Personne, le: datetime
) -> Ecart:
    with transaction.atomic():
        ecart.decision = reponse
        ecart.save(update_fields=["decision"])
        journaliser(
            acte,
            ecart.indicateur.fiche,
            le=le,
            par=par,
            champs={"écart": [None, titre_ecart(ecart)], "décision": [None, decision.texte]},
            decision=decision.uuid,
        )
    return ecart


def ecarts_de(territoire: Territoire) -> QuerySet[Ecart]:
    """Every écart of a territory, those that wait for a decision first, then the latest."""
    return (
        Ecart.objects.du(territoire)
        .select_related("indicateur__fiche__convention", "gel__reunion", "decision__reunion__instance")
        .order_by(F("decision").desc(nulls_first=True), "-vu_le", "indicateur__code")
    )
