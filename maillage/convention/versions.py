"""The versions of a fiche: its canonical content, its fingerprint, what changed, and the act that makes one.

Called by the import (version 1), by the page that validates a fiche, and by the pages that read or compare versions.
State and proof are not content: they say how the promise is kept, and change without a decision.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import transaction

from maillage.comptes.models import Personne
from maillage.convention.cycle import exiger_modifiable
from maillage.convention.mesures.phrase import phrase
from maillage.convention.models import Fiche, Objectif, Version
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.instances.models import Decision

Contenu = dict[str, Any]
SCHEMA = 1
# The fields of a fiche that a decision validates, with the words of the page.
CHAMPS_FICHE = {
    "titre": "titre",
    "etapes_prevues": "étapes",
    "moyens_mobilises": "moyens",
    "criteres_evaluation": "critères d’évaluation",
    "autres_champs": "autres champs",
}
CHAMPS_OBJECTIF = {"code": "numéro", "texte": "texte"}
CHAMPS_INDICATEUR = {
    "libelle": "libellé",
    "unite": "unité",
    "sens": "sens",
    "definition": "définition",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one node, before and after; `objet` and `champ` are written for the reader."""

    uuid: str
    objet: str
    champ: str
    avant: str
    apres: str


def contenu_canonique(fiche: Fiche) -> Contenu:
    """Everything of the fiche that a decision validates, in a fixed shape; texts as they stand."""
    return {
        "schema": SCHEMA,
        "fiche": {
            "uuid": str(fiche.uuid),
            "code": fiche.code,
            "etiquette": fiche.etiquette,
            "transversale": fiche.transversale,
            "lignes": [fiche.lignes_debut, fiche.lignes_fin],
            **{champ: getattr(fiche, champ) for champ in CHAMPS_FICHE},
        },
        "objectifs": [
            _objectif(objectif)
            for objectif in sorted(fiche.objectifs.select_related("parent"), key=lambda o: rang(o.code))
        ],
        "indicateurs": [
            {
                "uuid": str(indicateur.uuid),
                "code": indicateur.code,
                **{champ: getattr(indicateur, champ) for champ in CHAMPS_INDICATEUR},
                "cibles": {cible.le.isoformat(): cible.valeur for cible in indicateur.cibles.all()},
            }
            # Without a target an indicator only measures: there is no promise in it for a decision to validate.
            for indicateur in fiche.indicateurs.filter(cibles__isnull=False)
            .distinct()
            .prefetch_related("cibles")
        ],
    }


def rang(code: str) -> tuple[int, ...]:
    """« 10 » after « 2 », « 1.1 » right after « 1 »."""
    return tuple(int(partie) if partie.isdecimal() else 0 for partie in code.split("."))


def _objectif(objectif: Objectif) -> Contenu:
    return {
        "uuid": str(objectif.uuid),
        "code": objectif.code,
        "parent": str(objectif.parent.uuid) if objectif.parent else None,
        "ordre": objectif.ordre,
        "texte": objectif.texte,
        "lignes": [objectif.lignes_debut, objectif.lignes_fin],
    }


def empreinte_contenu(contenu: Contenu) -> str:
    """SHA-256 of the content, keys in order."""
    return hashlib.sha256(orjson.dumps(contenu, option=orjson.OPT_SORT_KEYS)).hexdigest()


def version_courante(fiche: Fiche) -> Version | None:
    """The latest version, with the decision that made it; None for a fiche that was never validated."""
    return fiche.versions.select_related("decision__reunion__instance").order_by("-numero").first()


def premiere_version(fiche: Fiche, *, par: Personne | None, le: datetime) -> Version:
    """Version 1, the document's own text; called by the import, inside its transaction."""
    contenu = contenu_canonique(fiche)
    return Version.objects.create(
        fiche=fiche, numero=1, contenu=contenu, empreinte=empreinte_contenu(contenu), par=par, le=le
    )


@transaction.atomic
def valider_fiche(
    fiche: Fiche, *, decision: Decision, motif: str, par: Personne | None, le: datetime
) -> Version:
    """Make version n+1 of a fiche, on an adopted decision of its territory; refuse if nothing changed."""
    convention = fiche.convention
    exiger_modifiable(convention)
    _exiger_decision(decision, fiche)
    # One validation at a time: the second sees the first one's version, and finds nothing left to validate.
    fiche = Fiche.objects.du(convention.territoire).select_for_update(of=("self",)).get(pk=fiche.pk)
    avant = version_courante(fiche)
    contenu = contenu_canonique(fiche)
    differences = comparer_contenus(avant.contenu if avant else None, contenu)
    if not differences:
        raise RegleMetier(
            "Rien n’a changé depuis la dernière version. Modifiez d’abord la fiche, puis validez-la."
        )
    version = Version.objects.create(
        fiche=fiche,
        numero=avant.numero + 1 if avant else 1,
        contenu=contenu,
        empreinte=empreinte_contenu(contenu),
        motif=motif,
        decision=decision,
        par=par,
        le=le,
    )
    champs = {f"{d.objet}, {d.champ}": [d.avant, d.apres] for d in differences}
    journaliser(
        f"version {version.numero} validée",
        fiche,
        le=le,
        par=par,
        champs=champs,
        motif=motif,
        decision=decision.uuid,
    )
    return version


def _exiger_decision(decision: Decision, fiche: Fiche) -> None:
    if decision.reunion.instance.territoire_id != fiche.convention.territoire_id:
        raise RegleMetier("Cette décision vient d’un autre territoire. Choisissez-en une du vôtre.")
    if decision.etat != "adoptee":
        raise RegleMetier(
            f"La décision n° {decision.numero} est {decision.get_etat_display()}. "
            "Une fiche se valide sur une décision adoptée."
        )


def changements_en_attente(fiche: Fiche, *, version: Version | None) -> tuple[Difference, ...]:
    """What the working copy says that its latest version doesn't."""
    return comparer_contenus(version.contenu if version else None, contenu_canonique(fiche))


def comparer(avant: Version, apres: Version) -> tuple[Difference, ...]:
    """Field by field, what the second version changes; nodes are matched by their uuid, never by their number."""
    return comparer_contenus(avant.contenu, apres.contenu)


def comparer_contenus(avant: Contenu | None, apres: Contenu) -> tuple[Difference, ...]:
    """The same, on canonical contents; without a « before », everything is new."""
    ancien = avant or {"fiche": {}, "objectifs": [], "indicateurs": []}
    return (
        *_differences_noeud("La fiche", ancien["fiche"], apres["fiche"], CHAMPS_FICHE),
        *_differences_liste("Objectif", ancien["objectifs"], apres["objectifs"], CHAMPS_OBJECTIF),
        *_differences_liste("Indicateur", ancien["indicateurs"], apres["indicateurs"], CHAMPS_INDICATEUR),
    )


def _differences_liste(
    nom: str, avant: list[Contenu], apres: list[Contenu], champs: dict[str, str]
) -> Iterator[Difference]:
    anciens = {noeud["uuid"]: noeud for noeud in avant}
    nouveaux = {noeud["uuid"]: noeud for noeud in apres}
    # The order of the newer version, then what it no longer holds.
    for uuid in [*nouveaux, *(uuid for uuid in anciens if uuid not in nouveaux)]:
        ancien, nouveau = anciens.get(uuid, {}), nouveaux.get(uuid, {})
        objet = f"{nom} {(nouveau or ancien)['code']}"
        yield from _differences_noeud(objet, ancien, nouveau, champs)
        yield from _differences_cibles(objet, uuid, ancien, nouveau)


def _differences_noeud(
    objet: str, avant: Contenu, apres: Contenu, champs: dict[str, str]
) -> Iterator[Difference]:
    uuid = (apres or avant)["uuid"]
    for champ, nom in champs.items():
        dire = _definition if champ == "definition" else en_texte
        ancien, nouveau = dire(avant.get(champ)), dire(apres.get(champ))
        if ancien != nouveau:
            yield Difference(uuid, objet, nom, ancien, nouveau)


def _definition(valeur: object) -> str:
    """The French sentence of an indicator's definition: nobody decides on a tree of braces."""
    if not valeur:
        return ""
    try:
        return phrase(valeur)
    except RegleMetier:  # of a schema this version no longer reads: shown as it is stored
        return en_texte(valeur)


def _differences_cibles(objet: str, uuid: str, avant: Contenu, apres: Contenu) -> Iterator[Difference]:
    anciennes, nouvelles = avant.get("cibles", {}), apres.get("cibles", {})
    for le in sorted({*anciennes, *nouvelles}):
        ancienne, nouvelle = en_texte(anciennes.get(le)), en_texte(nouvelles.get(le))
        if ancienne != nouvelle:
            jour = "/".join(reversed(le.split("-")))
            yield Difference(uuid, objet, f"cible au {jour}", ancienne, nouvelle)


def en_texte(valeur: object) -> str:
    """A value of a canonical content as a page prints it; nothing is an empty text."""
    if valeur is None or valeur in ("", [], {}):
        return ""
    if isinstance(valeur, str):
        return valeur
    if isinstance(valeur, float):
        return f"{valeur:g}".replace(".", ",")
    if isinstance(valeur, list) and all(isinstance(v, dict) and "libelle" in v for v in valeur):
        return "\n".join(f"{v['libelle']} : " + " ; ".join(t["texte"] for t in v["valeurs"]) for v in valeur)
    return orjson.dumps(valeur, option=orjson.OPT_SORT_KEYS).decode()
