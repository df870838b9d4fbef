"""Freeze the values of a convention at a meeting, and check later that no byte moved; called by the meeting page.

In: a convention, a meeting, a person, an instant. Out: a `Gel`, whose fingerprint covers every value it holds.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.mesures.calcul import (
    contenu_valeur,
    empreinte,
    empreinte_valeur,
    en_clair,
    enregistrer_valeur,
    indicateurs_de,
    mesurer_plusieurs,
)
from maillage.convention.models import Convention, Gel, Valeur
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.templatetags.maillage import jour
from maillage.instances.cycle import ORDRE_DU_JOUR_OUVERT, verrouiller
from maillage.instances.models import Reunion


def geler(convention: Convention, *, reunion: Reunion, par: Personne, le: datetime) -> Gel:
    """Record every indicator as of the day of the meeting and freeze the whole; refuses twice, and too early."""
    with transaction.atomic():
        reunion = verrouiller(reunion)
        _refuser(convention, reunion, le)
        indicateurs = list(indicateurs_de(convention))
        if not indicateurs:
            raise RegleMetier("Aucun indicateur n’est posé sur cette convention : il n’y a rien à figer.")
        mesures = mesurer_plusieurs([(indicateur, reunion.le) for indicateur in indicateurs])
        valeurs = [
            enregistrer_valeur(
                indicateur, mesures[indicateur.pk, reunion.le], pour_le=reunion.le, calculee_le=le
            )
            for indicateur in indicateurs
        ]
        gel = _inscrire(convention, reunion=reunion, valeurs=valeurs, par=par, le=le)
        for fiche_valeurs in _par_fiche(valeurs):
            _raconter(gel, fiche_valeurs)
    return gel


def _refuser(convention: Convention, reunion: Reunion, le: datetime) -> None:
    if reunion.instance.territoire_id != convention.territoire_id:
        raise RegleMetier("Cette réunion est celle d’un autre territoire.")
    if reunion.etat not in ORDRE_DU_JOUR_OUVERT:
        raise RegleMetier("Cette réunion n’est plus ouverte : ses valeurs ne peuvent plus être figées.")
    if reunion.le > timezone.localdate(le):
        raise RegleMetier(
            f"Cette réunion est prévue le {jour(reunion.le)} : les valeurs se figent ce jour-là."
        )
    if Gel.objects.du(convention.territoire).filter(convention=convention, reunion=reunion).exists():
        raise RegleMetier(
            "Les valeurs sont déjà figées pour cette réunion. Un gel ne se refait pas : ouvrez une autre réunion."
        )


def _inscrire(
    convention: Convention, *, reunion: Reunion, valeurs: list[Valeur], par: Personne, le: datetime
) -> Gel:
    gel = Gel(convention=convention, reunion=reunion, par=par, le=le)
    gel.empreinte = _empreinte(gel, valeurs)
    gel.save(force_insert=True)
    gel.valeurs.set(valeurs)
    resume = {v.indicateur.code: [None, en_clair(v.valeur, v.indicateur)] for v in valeurs}
    journaliser("geler", gel, le=le, par=par, champs=resume | {"empreinte": [None, gel.empreinte]})
    return gel


def _empreinte(gel: Gel, valeurs: list[Valeur]) -> str:
    """SHA-256 of who froze what, when, for which meeting, and of every value in full."""
    return empreinte(
        {
            "gel": str(gel.uuid),
            "convention": str(gel.convention.uuid),
            "reunion": str(gel.reunion.uuid),
            "le": gel.le.timestamp(),
            "par": str(gel.par.uuid),
            "valeurs": sorted(
                (contenu_valeur(valeur) for valeur in valeurs), key=lambda contenu: contenu["indicateur"]
            ),
        }
    )


def verifier_gel(gel: Gel) -> list[str]:
    """French sentences, one per value or freeze that no longer matches its fingerprint; empty when all is whole."""
    valeurs = list(gel.valeurs.select_related("indicateur"))
    nom = f"Gel du {jour(gel.le)} ({gel.reunion.titre})"
    fautes = [
        f"{nom} : la valeur de l’indicateur {valeur.indicateur.code} ne correspond plus à son empreinte."
        for valeur in valeurs
        if empreinte_valeur(valeur) != valeur.empreinte
    ]
    if _empreinte(gel, valeurs) != gel.empreinte:
        fautes.append(f"{nom} : l’ensemble des valeurs ne correspond plus à l’empreinte du gel.")
    return fautes


def _par_fiche(valeurs: list[Valeur]) -> list[list[Valeur]]:
    groupes: dict[int, list[Valeur]] = {}
    for valeur in valeurs:
        groupes.setdefault(valeur.indicateur.fiche_id, []).append(valeur)
    return list(groupes.values())


def _raconter(gel: Gel, valeurs: list[Valeur]) -> None:
    """The history of a fiche says what was frozen of it."""
    fiche = valeurs[0].indicateur.fiche
    champs = {v.indicateur.code: [None, en_clair(v.valeur, v.indicateur)] for v in valeurs}
    motif = f"{gel.reunion.titre}, {jour(gel.reunion.le)}"
    journaliser("valeurs figées", fiche, le=gel.le, par=gel.par, champs=champs, motif=motif)
