"""What the pages of the plan show, put together once: texts as last validated, states and proofs as of today.

Called by `views_plan.py`; gives frozen values to the templates, so that no page computes and no page forgets.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from maillage.convention.fils import SANS_MESURE, FilMesure
from maillage.convention.models import Axe, Convention, Fiche, Objectif, Orientation, Phase, Version
from maillage.convention.versions import rang

ETATS_OBJECTIF = dict(Objectif.ETATS)
ETATS_FICHE = dict(Fiche.ETATS)
# State -> what the tag looks like and which icon goes with the word.
ALLURES = {
    "": ("", "ask"),
    "a_venir": ("", "calendar"),
    "en_cours": ("ok", "clock"),
    "realisee": ("ok", "check"),
    "suspendue": ("warn", "alert"),
    "bloquee": ("bad", "alert"),
    "abandonnee": ("", "cross"),
    "pas_commence": ("", "calendar"),
    "fait": ("ok", "check"),
    "bloque": ("bad", "alert"),
    "abandonne": ("", "cross"),
}
ESPACE_ENTRE_SEGMENTS = 1.6
TEXTES = {
    "etapes": ("etapes_prevues", "Étapes", "les étapes"),
    "moyens": ("moyens_mobilises", "Moyens", "les moyens"),
    "criteres": ("criteres_evaluation", "Critères d’évaluation", "les critères d’évaluation"),
}


@dataclass(frozen=True, slots=True)
class Etat:
    """A declared state: word, shape, icon and date; silence is one."""

    code: str
    nom: str
    allure: str
    icone: str
    le: date | None = None

    @property
    def court(self) -> str:
        """The word that fits in a list."""
        return self.nom if self.code else "rien de dit"


@dataclass(frozen=True, slots=True)
class Fil:
    """The declared thread: how many objectifs are said to be done; `dits` is how many have a state at all."""

    faits: int
    dits: int
    total: int

    @property
    def trace(self) -> str:
        """How far the drawn line goes, on 100."""
        longueur = self.faits * 100 / self.total - ESPACE_ENTRE_SEGMENTS if self.total and self.faits else 0
        return f"{max(longueur, 0):.1f}"

    @property
    def segments(self) -> str:
        """One dash per objectif."""
        return f"{max(100 / max(self.total, 1) - ESPACE_ENTRE_SEGMENTS, 0.5):.1f} {ESPACE_ENTRE_SEGMENTS}"


@dataclass(frozen=True, slots=True)
class ObjectifAffiche:
    uuid: str
    code: str
    texte: str
    lignes: tuple[int, int] | None
    etat: Etat
    preuve: str
    texte_document: str
    enfants: tuple["ObjectifAffiche", ...] = ()

    @property
    def modifie(self) -> bool:
        """The text is no longer the document's own."""
        return self.texte != self.texte_document


@dataclass(frozen=True, slots=True)
class TexteAffiche:
    """One of the fiche's texts; when it is empty, `absence` says what the document said of it."""

    cle: str
    titre: str
    texte: str
    absence: str


@dataclass(frozen=True, slots=True)
class FicheAffichee:
    fiche: Fiche
    titre: str
    etat: Etat
    fil: Fil
    objectifs: tuple[ObjectifAffiche, ...]
    textes: tuple[TexteAffiche, ...]
    autres_champs: list[dict[str, Any]]
    version: Version | None
    versions: tuple[Version, ...]

    @property
    def lignes(self) -> tuple[int, int] | None:
        """First and last line of the document that the fiche comes from, its title included."""
        lignes = [o.lignes for parent in self.objectifs for o in (parent, *parent.enfants) if o.lignes]
        if self.fiche.lignes_debut is not None and self.fiche.lignes_fin is not None:
            lignes.append((self.fiche.lignes_debut, self.fiche.lignes_fin))
        return (min(a for a, _ in lignes), max(b for _, b in lignes)) if lignes else None

    @property
    def modifiee(self) -> bool:
        return any(o.modifie or any(e.modifie for e in o.enfants) for o in self.objectifs)


def etat_fiche(fiche: Fiche) -> Etat:
    return _etat(fiche.etat, ETATS_FICHE, fiche.etat_le)


def _etat(code: str, noms: dict[str, str], le: date | None) -> Etat:
    allure, icone = ALLURES[code]
    return Etat(code, noms.get(code, "rien n’a été déclaré"), allure, icone, le)


def fil_declare(objectifs: Iterable[Objectif]) -> Fil:
    """The thread of one fiche; sub-objectifs have their own state but are not counted twice with their parent."""
    etats = Counter(o.etat for o in objectifs if o.parent_id is None)
    total = etats.total()
    return Fil(faits=etats["fait"], dits=total - etats[""], total=total)


def afficher_fiche(fiche: Fiche) -> FicheAffichee:
    """A fiche as anyone reads it: the texts of its latest version, the states of today."""
    versions = tuple(fiche.versions.select_related("decision__reunion__instance", "par"))
    contenu = versions[0].contenu if versions else {"fiche": {}, "objectifs": []}
    origine = versions[-1].contenu if versions else {"objectifs": []}
    objectifs = list(fiche.objectifs.all())
    return FicheAffichee(
        fiche=fiche,
        titre=contenu["fiche"].get("titre", fiche.titre),
        etat=etat_fiche(fiche),
        fil=fil_declare(objectifs),
        objectifs=_objectifs(objectifs, contenu, origine),
        textes=_textes(fiche, contenu["fiche"]),
        autres_champs=contenu["fiche"].get("autres_champs", fiche.autres_champs),
        version=versions[0] if versions else None,
        versions=versions,
    )


def _objectifs(
    objectifs: list[Objectif], contenu: dict[str, Any], origine: dict[str, Any]
) -> tuple[ObjectifAffiche, ...]:
    valides = {o["uuid"]: o["texte"] for o in contenu["objectifs"]}
    premiers = {o["uuid"]: o["texte"] for o in origine["objectifs"]}

    def afficher(objectif: Objectif) -> ObjectifAffiche:
        uuid = str(objectif.uuid)
        texte = valides.get(uuid, objectif.texte)
        return ObjectifAffiche(
            uuid=uuid,
            code=objectif.code,
            texte=texte,
            lignes=_lignes(objectif),
            etat=_etat(objectif.etat, ETATS_OBJECTIF, objectif.etat_le),
            preuve=objectif.preuve,
            texte_document=premiers.get(uuid, texte),
            enfants=tuple(afficher(e) for e in tries if e.parent_id == objectif.pk),
        )

    tries = sorted(objectifs, key=lambda o: rang(o.code))
    return tuple(afficher(o) for o in tries if o.parent_id is None)


def _lignes(noeud: Objectif) -> tuple[int, int] | None:
    if noeud.lignes_debut is None or noeud.lignes_fin is None:
        return None
    return noeud.lignes_debut, noeud.lignes_fin


def _textes(fiche: Fiche, contenu: dict[str, Any]) -> tuple[TexteAffiche, ...]:
    document = fiche.convention.document
    annonces = {absent["champ"] for absent in document.absents} if document else set()
    textes = []
    for cle, (champ, titre, nom) in TEXTES.items():
        absence = (
            f"Le document annonce {nom} ; il ne les donne pas. À compléter."
            if cle in annonces
            else f"Le document ne dit rien sur {nom}. À compléter."
        )
        textes.append(TexteAffiche(cle, titre, contenu.get(champ, getattr(fiche, champ)), absence))
    return tuple(textes)


@dataclass(frozen=True, slots=True)
class LigneFiche:
    """One fiche in the list of the plan."""

    code: str
    titre: str
    etat: Etat
    fil: Fil
    mesure: FilMesure


@dataclass(frozen=True, slots=True)
class OrientationAffichee:
    titre: str
    fiches: tuple[LigneFiche, ...]


@dataclass(frozen=True, slots=True)
class AxeAffiche:
    numero: int
    titre: str
    constat: str
    orientations: tuple[OrientationAffichee, ...]


@dataclass(frozen=True, slots=True)
class PlanAffiche:
    """The whole plan: axes, fiches common to all axes, calendar, and how many fiches are in each state."""

    axes: tuple[AxeAffiche, ...]
    transversales: tuple[LigneFiche, ...]
    phases: tuple[Phase, ...]
    total: int
    etats: tuple[tuple[Etat, int], ...]
    objectifs: int
    sous_objectifs: int


def afficher_plan(convention: Convention, mesures: dict[int, FilMesure]) -> PlanAffiche:
    """The plan's page, in a number of queries that doesn't depend on how long the plan is."""
    territoire = convention.territoire
    fiches = list(Fiche.objects.du(territoire).filter(convention=convention))
    objectifs = list(
        Objectif.objects.du(territoire)
        .filter(fiche__convention=convention)
        .only("fiche_id", "parent_id", "etat")
    )
    par_fiche: dict[int, list[Objectif]] = {}
    for objectif in objectifs:
        par_fiche.setdefault(objectif.fiche_id, []).append(objectif)
    lignes = {f.pk: _ligne(f, par_fiche.get(f.pk, []), mesures.get(f.pk, SANS_MESURE)) for f in fiches}
    orientations = list(Orientation.objects.du(territoire).filter(axe__convention=convention))
    axes = tuple(
        AxeAffiche(axe.numero, axe.titre, axe.constat, _orientations(axe, orientations, fiches, lignes))
        for axe in Axe.objects.du(territoire).filter(convention=convention)
    )
    etats = Counter(ligne.etat.code for ligne in lignes.values())
    return PlanAffiche(
        axes=axes,
        transversales=tuple(lignes[f.pk] for f in fiches if f.orientation_id is None),
        phases=tuple(Phase.objects.du(territoire).filter(convention=convention)),
        total=len(fiches),
        etats=tuple(
            (_etat(code, ETATS_FICHE, None), etats[code]) for code in (*ETATS_FICHE, "") if etats[code]
        ),
        objectifs=sum(1 for o in objectifs if o.parent_id is None),
        sous_objectifs=sum(1 for o in objectifs if o.parent_id is not None),
    )


def _orientations(
    axe: Axe, orientations: list[Orientation], fiches: list[Fiche], lignes: dict[int, LigneFiche]
) -> tuple[OrientationAffichee, ...]:
    return tuple(
        OrientationAffichee(o.titre, tuple(lignes[f.pk] for f in fiches if f.orientation_id == o.pk))
        for o in orientations
        if o.axe_id == axe.pk
    )


def _ligne(fiche: Fiche, objectifs: list[Objectif], mesure: FilMesure) -> LigneFiche:
    return LigneFiche(fiche.code, fiche.titre, etat_fiche(fiche), fil_declare(objectifs), mesure)
