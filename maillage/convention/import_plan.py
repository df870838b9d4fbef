"""Bring a convention's document in: bytes to a reading, a reading to a plan; called by the command and by the page."""

import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.convention.cycle import etat_au
from maillage.convention.decodage import decoder
from maillage.convention.enfant import Demande, Reponse
from maillage.convention.lecture.champs import NOMS_A_AFFICHER
from maillage.convention.lecture.plan import DocumentIllisible, PlanLu
from maillage.convention.mesures import bibliotheque
from maillage.convention.models import Convention, Document
from maillage.convention.plan_en_base import ecrire_noeuds
from maillage.convention.versions import premiere_version
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.verrou import serialiser
from maillage.territoire.models import Territoire

DUREE_MAX_S = 20
TITRE = "Convention territoriale globale"
_ANNEE = re.compile(r"(\d{4})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Lecture:
    """A document read and not yet written: its text, the fingerprint of its bytes, the plan it holds."""

    nom: str
    texte: str
    empreinte: str
    encodage: str
    plan: PlanLu
    refusees: frozenset[str]


def lire_document(octets: bytes, *, nom: str, refusees: frozenset[str] = frozenset()) -> Lecture:
    """Decode and read a document, in a limited child process; raise DocumentIllisible, in French, when it can't be."""
    texte, encodage = decoder(octets)
    plan = lire_texte(texte, nom=nom, refusees=refusees)
    return Lecture(nom, texte, hashlib.sha256(octets).hexdigest(), encodage, plan, refusees)


def relire(document: Document, *, refusees: frozenset[str] | None = None) -> Lecture:
    """Read a stored document again, with the repairs that were refused, or with others."""
    choisies = frozenset(document.refusees) if refusees is None else refusees
    try:
        plan = lire_texte(document.texte, nom=document.nom, refusees=choisies)
    except DocumentIllisible as refus:  # it was read once: the machine is short of time or memory today
        raise RegleMetier(str(refus)) from refus
    return Lecture(document.nom, document.texte, document.empreinte, "", plan, choisies)


def lire_texte(texte: str, *, nom: str, refusees: frozenset[str]) -> PlanLu:
    """The pure reader, in a process of its own: too long or too big kills the child, and says so."""
    demande = msgspec.json.encode(Demande(texte, nom, sorted(refusees)))
    commande = [sys.executable, "-m", Demande.__module__, str(settings.IMPORT_MEMOIRE_MO), str(DUREE_MAX_S)]
    try:
        enfant = subprocess.run(
            commande,
            input=demande,
            capture_output=True,
            timeout=DUREE_MAX_S * 2,
            cwd=settings.BASE_DIR.parent,
            env={"PYTHONPATH": str(settings.BASE_DIR.parent), "LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DocumentIllisible(TROP_LONG) from None
    if enfant.returncode:
        raise DocumentIllisible(TROP_LONG if enfant.returncode < 0 else TROP_LOURD)
    reponse = msgspec.json.decode(enfant.stdout, type=Reponse)
    if reponse.plan is None:
        raise DocumentIllisible(reponse.refus)
    return reponse.plan


TROP_LONG = (
    f"La lecture du document a été arrêtée : elle dépassait {DUREE_MAX_S} secondes. "
    "Ne gardez que le plan d’actions, sans les annexes, puis recommencez."
)
TROP_LOURD = (
    "La lecture du document s’est arrêtée : il demande trop de mémoire ou il est abîmé. "
    "Ne gardez que le plan d’actions, en texte seul, puis recommencez."
)


def periode_du_plan(plan: PlanLu) -> tuple[date, date] | None:
    """First and last day that the document gives to its plan, or None when it gives no period."""
    debut = _ANNEE.match(plan.periode.debut or "")
    fin = _ANNEE.match(plan.periode.fin or "")
    if debut is None or fin is None:
        return None
    return date(int(debut[1]), 1, 1), date(int(fin[1]), 12, 31)


def garder_brouillon(
    lecture: Lecture, *, territoire: Territoire, par: Personne | None, le: datetime
) -> Document:
    """Keep the document and what was found in it; the same bytes twice give the same row, brought up to date."""
    document, _ = Document.objects.du(territoire).get_or_create(
        empreinte=lecture.empreinte,
        defaults={
            "territoire": territoire,
            "nom": lecture.nom,
            "texte": lecture.texte,
            "depose_le": le,
            "par": par,
        },
    )
    if not Convention.objects.du(territoire).filter(document=document).exists():
        for champ, valeur in trouvailles(lecture).items():
            setattr(document, champ, valeur)
        document.save()
    return document


def trouvailles(lecture: Lecture) -> dict[str, Any]:
    """What the reading says beside the plan, in the shape of the document's columns."""
    plan = lecture.plan
    doutes = [msgspec.to_builtins(doute) for doute in plan.doutes]
    if lecture.encodage == "Windows-1252":
        doutes.append(
            {
                "lignes": [1, plan.nombre_lignes],
                "sujet": "encodage",
                "message": "Le document n’est pas en UTF-8 ; il a été lu comme du Windows-1252. Vérifiez les accents.",
            }
        )
    return {
        "reparations": [msgspec.to_builtins(reparation) for reparation in plan.reparations],
        "refusees": sorted(lecture.refusees),
        "doutes": doutes,
        "ecartees": [msgspec.to_builtins(ligne) for ligne in plan.ecartees],
        "absents": champs_absents(plan),
    }


def champs_absents(plan: PlanLu) -> list[dict[str, Any]]:
    """The fields that the document announces and that fiches don't have: which field, which fiches."""
    absents: dict[str, list[str]] = {}
    for fiche in plan.fiches:
        for champ in fiche.champs_absents:
            absents.setdefault(champ, []).append(fiche.code or fiche.titre)
    return [
        {"champ": champ, "nom": NOMS_A_AFFICHER.get(champ, champ), "fiches": fiches}
        for champ, fiches in absents.items()
    ]


@transaction.atomic
def importer_plan(
    lecture: Lecture,
    *,
    territoire: Territoire,
    periode: str,
    debut: date,
    fin: date,
    par: Personne | None,
    le: datetime,
) -> Convention:
    """Write the whole plan or nothing: document, nodes with their lines, version 1 of each fiche, indicators, journal.

    The same document again gives back the convention it already made. Another document for the same period is refused.
    """
    serialiser()
    _exiger_plan(lecture.plan, debut=debut, fin=fin)
    document = garder_brouillon(lecture, territoire=territoire, par=par, le=le)
    deja = Convention.objects.du(territoire).filter(document=document).first()
    if deja is not None:
        return deja
    if Convention.objects.du(territoire).filter(periode=periode).exists():
        raise RegleMetier(
            f"Un plan {periode} existe déjà, venu d’un autre document. Pour le changer, modifiez ses fiches "
            "et faites-les valider par une décision ; sinon, corrigez la période de ce document."
        )
    convention = Convention(
        territoire=territoire,
        periode=periode,
        titre=lecture.plan.instrument or TITRE,
        debut=debut,
        fin=fin,
        document=document,
        presentation=_presentation(lecture.plan),
    )
    convention.etat = etat_au(convention, le=timezone.localtime(le).date())
    convention.save()
    fiches = ecrire_noeuds(lecture.plan, convention)
    for fiche in fiches:
        premiere_version(fiche, par=par, le=le)
        journaliser("fiche lue dans le document", fiche, le=le, par=par)
    bibliotheque.installer(convention)
    journaliser("plan importé", convention, le=le, par=par, champs=_resume(lecture, fiches=len(fiches)))
    return convention


def deja_importe(lecture: Lecture, *, territoire: Territoire) -> Convention | None:
    """The convention that this very document already made, if any."""
    return Convention.objects.du(territoire).filter(document__empreinte=lecture.empreinte).first()


def _exiger_plan(plan: PlanLu, *, debut: date, fin: date) -> None:
    if not plan.fiches:
        raise RegleMetier(
            "Aucune fiche action n’a été reconnue dans ce document. Vérifiez qu’il contient bien le plan : "
            "des axes, puis des fiches avec un titre et des objectifs."
        )
    if fin <= debut:
        raise RegleMetier("La convention doit finir après son début.")


def _presentation(plan: PlanLu) -> dict[str, Any]:
    contenu: dict[str, Any] = msgspec.to_builtins(
        {
            "presentation": plan.presentation,
            "mise_en_oeuvre": plan.mise_en_oeuvre,
            "champs_annonces": plan.champs_annonces,
            "calendrier": {"titre": plan.calendrier.titre, "lignes": plan.calendrier.lignes}
            if plan.calendrier
            else None,
        }
    )
    return contenu


def _resume(lecture: Lecture, *, fiches: int) -> dict[str, list[Any]]:
    plan = lecture.plan
    return {
        "document": [None, lecture.empreinte],
        "fiches": [0, fiches],
        "objectifs": [0, sum(len(fiche.objectifs) for fiche in plan.fiches)],
        "réparations refusées": [0, len(lecture.refusees)],
    }
