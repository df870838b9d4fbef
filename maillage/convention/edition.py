"""Change a fiche, an objectif, or bring old texts back; called by `views_edition.py`. Each act saves, logs, or refuses.

Two people never overwrite each other: a save says which version of the row it started from.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.cycle import SUITES_FICHE, SUITES_OBJECTIF, exiger_modifiable, exiger_suite
from maillage.convention.models import Fiche, Objectif, Version
from maillage.convention.versions import CHAMPS_FICHE
from maillage.core.edition import enregistrer_si_version
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import Champs, difference, journaliser

NOMS_FICHE = {
    "etapes_prevues": "étapes",
    "moyens_mobilises": "moyens",
    "criteres_evaluation": "critères d’évaluation",
    "etat": "état",
    "pilote": "pilote",
}
NOMS_OBJECTIF = {"texte": "texte", "etat": "état", "preuve": "preuve"}
SILENCE = "rien n’a été déclaré"


@transaction.atomic
def modifier_fiche(
    fiche: Fiche, *, version: int, valeurs: dict[str, Any], par: Personne, le: datetime, motif: str = ""
) -> Fiche:
    """Save the fields of a fiche that changed. `version` is the row's when the person opened the form."""
    exiger_modifiable(fiche.convention)
    avant = {champ: getattr(fiche, champ) for champ in valeurs}
    if "etat" in valeurs:
        noms = {"": SILENCE, **dict(Fiche.ETATS)}
        exiger_suite(fiche.etat, valeurs["etat"], suites=SUITES_FICHE, noms=noms)
    if not difference(avant, valeurs) and version == fiche.version:
        return fiche
    ecrites = valeurs | _date_etat(avant, valeurs, le)
    fraiche = enregistrer_si_version(fiche, version=version, valeurs=ecrites)
    fraiche.convention = fiche.convention
    journaliser(
        "fiche modifiée",
        fraiche,
        le=le,
        par=par,
        motif=motif,
        champs=en_clair(difference(avant, valeurs), NOMS_FICHE, dict(Fiche.ETATS)),
    )
    return fraiche


@transaction.atomic
def modifier_objectif(
    objectif: Objectif, *, version: int, valeurs: dict[str, Any], par: Personne, le: datetime, motif: str = ""
) -> Objectif:
    """Save the text, the state or the proof of one objectif; « fait » wants its proof or says it has none."""
    exiger_modifiable(objectif.fiche.convention)
    avant = {champ: getattr(objectif, champ) for champ in valeurs}
    if "etat" in valeurs:
        noms = {"": SILENCE, **dict(Objectif.ETATS)}
        exiger_suite(objectif.etat, valeurs["etat"], suites=SUITES_OBJECTIF, noms=noms)
    if not difference(avant, valeurs) and version == objectif.version:
        return objectif
    ecrites = valeurs | _date_etat(avant, valeurs, le)
    frais = enregistrer_si_version(objectif, version=version, valeurs=ecrites)
    frais.fiche = objectif.fiche
    journaliser(
        f"objectif {objectif.code} modifié",
        frais,
        le=le,
        par=par,
        motif=motif,
        champs=en_clair(difference(avant, valeurs), NOMS_OBJECTIF, dict(Objectif.ETATS)),
    )
    return frais


@transaction.atomic
def retablir_version(fiche: Fiche, *, version: Version, par: Personne, le: datetime) -> Fiche:
    """Bring the texts of an old version back into the working copy; states, proofs and later versions stay."""
    exiger_modifiable(fiche.convention)
    territoire = fiche.convention.territoire
    fiche = (
        Fiche.objects.du(territoire)
        .select_for_update(of=("self",))
        .select_related("convention__territoire")
        .get(pk=fiche.pk)
    )
    textes = {c: v for c, v in version.contenu["fiche"].items() if c in CHAMPS_FICHE}
    champs = difference({champ: getattr(fiche, champ) for champ in textes}, textes)
    anciens = {o["uuid"]: o["texte"] for o in version.contenu["objectifs"]}
    changes = [o for o in fiche.objectifs.all() if anciens.get(str(o.uuid), o.texte) != o.texte]
    if not champs and not changes:
        raise RegleMetier(f"Les textes de la version {version.numero} sont déjà ceux de la fiche.")
    motif = f"textes de la version {version.numero} rétablis"
    for objectif in changes:
        objectif.fiche = fiche
        modifier_objectif(
            objectif,
            version=objectif.version,
            valeurs={"texte": anciens[str(objectif.uuid)]},
            par=par,
            le=le,
            motif=motif,
        )
    if champs:
        fiche = enregistrer_si_version(fiche, version=fiche.version, valeurs=textes)
    journaliser(
        f"version {version.numero} rétablie", fiche, le=le, par=par, champs=en_clair(champs, CHAMPS_FICHE, {})
    )
    return fiche


def _date_etat(avant: dict[str, Any], valeurs: dict[str, Any], le: datetime) -> dict[str, Any]:
    """The day a state was declared moves only with the state."""
    if valeurs.get("etat", avant.get("etat")) == avant.get("etat"):
        return {}
    return {"etat_le": timezone.localtime(le).date()}


def en_clair(champs: Champs, noms: dict[str, str], etats: dict[str, str]) -> Champs:
    """The same change in the words of the page: it goes in the journal, which people read."""
    return {
        noms.get(champ, champ): [etats.get(v, v) if isinstance(v, str) else _nom(v) for v in valeurs]
        for champ, valeurs in champs.items()
    }


def _nom(valeur: object) -> object:
    return valeur.nom_court if isinstance(valeur, Personne) else valeur
