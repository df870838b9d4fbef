"""Read the text of a convention, as an OCR or an export gives it, into a plan; called by `convention.import_plan`.

In: the text and the file's name. Out: a `PlanLu` in which every element knows its source lines. Pure and deterministic.
"""

import re
from dataclasses import dataclass, replace

from maillage.convention.lecture.arbre import Arbre, make_arbre
from maillage.convention.lecture.blocs import Bloc, make_blocs, measure_largeur
from maillage.convention.lecture.bruit import find_bruit
from maillage.convention.lecture.champs import name_champ
from maillage.convention.lecture.debut import Debut, read_debut
from maillage.convention.lecture.lexique import fold
from maillage.convention.lecture.lignes import make_lignes, read_lignes
from maillage.convention.lecture.marques import Genre
from maillage.convention.lecture.periodes import find_annees
from maillage.convention.lecture.plan import (
    DocumentIllisible,
    Doute,
    LigneEcartee,
    Periode,
    PlanLu,
    Reparation,
)
from maillage.convention.lecture.reparations import (
    LONGUEUR_REPARABLE,
    apply_reparations,
    find_reparations,
    mark_refusees,
)
from maillage.convention.lecture.tableau import find_tableaux
from maillage.convention.lecture.typographie import set_typographie

EN_TETE_DE_TABLEAU = "en-tête de tableau"
_TABLEURS = (".csv", ".tsv", ".xlsx", ".ods", ".xls")
_BINAIRES = (".pdf", ".docx", ".odt", ".doc", ".png", ".jpg", ".zip")
# A name: "Pays de Brumelune", "Val d’Orvenne", or an acronym such as "m2A".
_NOM = r"(?P<nom>[A-ZÀ-Ý][^\s,.;:]*(?:[ -](?:de|du|des|d['’]|la|le|les|et|en|sur|[A-ZÀ-Ý])[^\s,.;:]*)*|[a-z]\d[A-Z])"
_TERRITOIRE = re.compile(
    r"(?i:convention territoriale globale|plan d['’]actions de la ctg)"
    r"(?:\s+\d{4}\s*[-–]\s*\d{4})?\s+(?:[–-]\s+)?(?:(?:du|de la|des|de)\s+|de l['’]|d['’])?" + _NOM
)
_INSTRUMENT = re.compile(r"\bconvention territoriale globale\b|\bCTG\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """The lines of the document: as printed, as the grammar reads them, as they are shown."""

    bruts: tuple[str, ...]
    repares: tuple[str, ...]
    rendus: tuple[str, ...]
    reparations: tuple[Reparation, ...]
    doutes: tuple[Doute, ...]


def lire_plan(texte: str, *, nom_fichier: str, refusees: frozenset[str] = frozenset()) -> PlanLu:
    """Return the plan that the text holds. `refusees`: ids of the repairs that a person does not want."""
    _check_format(nom_fichier)
    source = _repair(read_lignes(texte), refusees)
    ecartees = find_bruit(source.repares)
    lignes = make_lignes(source.repares, source.rendus, frozenset(e.ligne for e in ecartees))
    tete, corps = _split(make_blocs(lignes))
    debut = read_debut(tete)
    demandes = _read_champs_annonces(debut)
    arbre = make_arbre(corps, measure_largeur(list(lignes)), demandes)
    entetes = find_tableaux(list(lignes)).entetes
    hors = (*ecartees, *(LigneEcartee(numero, "", EN_TETE_DE_TABLEAU) for numero in entetes))
    plan = _make_plan(nom_fichier, source, debut, arbre, hors)
    doutes = (*plan.doutes, *_doubt_vide(plan), *_doubt_orphelines(tete, debut))
    return replace(
        plan, champs_annonces=demandes, doutes=tuple(sorted(doutes, key=lambda d: (d.lignes, d.sujet)))
    )


def _repair(bruts: tuple[str, ...], refusees: frozenset[str]) -> Source:
    trouvees, doutes = find_reparations(bruts)
    reparations = mark_refusees(trouvees, refusees)
    return Source(
        bruts=bruts,
        # The grammar reads the text with every repair, so that refusing one changes a word and no boundary.
        repares=apply_reparations(bruts, trouvees),
        rendus=apply_reparations(bruts, (r for r in reparations if r.appliquee)),
        reparations=reparations,
        doutes=(*doutes, *_doubt_longues(bruts)),
    )


def _make_plan(
    nom_fichier: str, source: Source, debut: Debut, arbre: Arbre, ecartees: tuple[LigneEcartee, ...]
) -> PlanLu:
    hors = frozenset(e.ligne for e in ecartees)
    nommee = any(_INSTRUMENT.search(rendu[:2000]) for rendu in source.rendus)
    return PlanLu(
        fichier=nom_fichier,
        nombre_lignes=len(source.bruts),
        territoire=_find_territoire(source.rendus),
        instrument="Convention territoriale globale (CTG)" if nommee else None,
        periode=_find_periode(debut, source.rendus),
        presentation=debut.presentation,
        calendrier=debut.calendrier,
        mise_en_oeuvre=debut.mise_en_oeuvre,
        axes=arbre.axes,
        fiches_transversales=arbre.transversales,
        reparations=tuple(r for r in source.reparations if r.ligne not in hors),
        doutes=(*debut.doutes, *arbre.doutes, *(d for d in source.doutes if d.lignes[0] not in hors)),
        ecartees=tuple(
            LigneEcartee(n, source.bruts[n - 1].strip(), m)
            for n, m in sorted((e.ligne, e.motif) for e in ecartees)
        ),
    )


def _check_format(nom_fichier: str) -> None:
    extension = "." + nom_fichier.lower().rpartition(".")[2]
    if extension in _TABLEURS:
        raise DocumentIllisible(
            "Ce document est un tableur : sa lecture n’est pas encore prise en charge. "
            "Enregistrez le plan en texte (.txt)."
        )
    if extension in _BINAIRES:
        raise DocumentIllisible(
            f"Un fichier {extension} ne se lit pas tel quel. "
            "Enregistrez-le en texte (.txt), ou passez-le par un OCR, puis renvoyez-le."
        )


def _split(blocs: list[Bloc]) -> tuple[list[Bloc], list[Bloc]]:
    """Return what stands before the plan's first heading, and the plan."""
    for place, bloc in enumerate(blocs):
        if bloc.genre in {Genre.AXE, Genre.FICHE, Genre.ORIENTATION}:
            return blocs[:place], blocs[place:]
    return blocs, []


def _read_champs_annonces(debut: Debut) -> tuple[str, ...]:
    """Return the fields that the presentation announces for each fiche: "Les moyens mobilisés" is "moyens"."""
    annonces = debut.presentation.champs_annonces if debut.presentation else ()
    noms: dict[str, None] = {}
    for annonce in annonces:
        mots = fold(annonce.texte).replace("’", "'").split()
        for longueur in range(min(len(mots), 6), 0, -1):
            nom = next(
                (
                    n
                    for d in range(len(mots) - longueur + 1)
                    if (n := name_champ(" ".join(mots[d : d + longueur])))
                ),
                None,
            )
            if nom:
                noms[nom] = None
                break
    return tuple(noms)


def _find_territoire(rendus: tuple[str, ...]) -> str | None:
    """Return the territory as the document names it; no name is looked up elsewhere."""
    for rendu in rendus:
        m = _TERRITOIRE.search(rendu[:2000])
        if m:
            return set_typographie(m["nom"])
    return None


def _find_periode(debut: Debut, rendus: tuple[str, ...]) -> Periode:
    duree = debut.mise_en_oeuvre.duree_ans if debut.mise_en_oeuvre else None
    phases = debut.calendrier.phases if debut.calendrier else ()
    for phase in phases:
        if phase.cle == "mise_en_oeuvre" and phase.debut and phase.fin:
            return Periode(phase.debut[:4], phase.fin[:4], duree)
    for rendu in rendus:
        annees = find_annees(rendu[:2000]) if _INSTRUMENT.search(rendu[:2000]) else None
        if annees:
            return Periode(*annees, duree)
    return Periode(duree_ans=duree)


def _doubt_longues(bruts: tuple[str, ...]) -> list[Doute]:
    message = f"Ligne de plus de {LONGUEUR_REPARABLE} caractères : lue sans réparation. Vérifiez ses retours."
    return [
        Doute((n, n), "ligne trop longue", message)
        for n, brut in enumerate(bruts, 1)
        if len(brut) > LONGUEUR_REPARABLE
    ]


def _doubt_vide(plan: PlanLu) -> list[Doute]:
    if plan.fiches:
        return []
    message = (
        "Aucune fiche n’a été reconnue. Un plan se lit à ses titres : « Axe 1 : … », « FA 1.1 : … », "
        "« Fiche action n° 1 ». "
        "Vérifiez que le document est bien le plan d’actions, et que ses titres sont en début de ligne."
    )
    return [Doute((1, max(1, plan.nombre_lignes)), "aucune fiche", message)]


def _doubt_orphelines(tete: list[Bloc], debut: Debut) -> list[Doute]:
    """Text before the plan that is neither presentation nor calendar: shown, never lost in silence."""
    doutes = []
    for bloc in tete:
        if bloc.numero not in debut.lus:
            message = f"« {bloc.render()[:160]} » précède le plan et n’entre dans aucune de ses parties."
            doutes.append(Doute(bloc.etendue, "texte non rattaché", message))
    return doutes
