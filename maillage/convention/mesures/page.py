"""What the pages show of an indicator: start, freezes, today, target, chart and table, recipe; called by the views.

In: a fiche or an indicator, and the day. Out: frozen values, every number already written in French.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from maillage.convention.mesures.calcul import en_clair, mesurer_plusieurs
from maillage.convention.mesures.evaluation import Mesure
from maillage.convention.mesures.graphique import Graphique, Moment, tracer
from maillage.convention.mesures.phrase import phrase
from maillage.convention.mesures.recette import en_json
from maillage.convention.models import Cible, Fiche, Gel, Indicateur, Valeur
from maillage.core.templatetags.maillage import jour, nombre

GELS_SUR_LE_GRAPHIQUE = 3
PETITS_MOIS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


@dataclass(frozen=True, slots=True)
class LigneValeur:
    """One row of the table beside the chart; an empty `fige`: nothing was frozen then."""

    moment: str
    fige: str
    recalcule: str
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class IndicateurAffiche:
    code: str
    ancre: str
    libelle: str
    phrase: str
    valeur: str
    detail: str
    motif: str
    cible: str
    sans_cible: bool
    titre_graphique: str
    graphique: Graphique | None
    lignes: tuple[LigneValeur, ...]
    ecart_de_gel: bool
    sources: tuple[str, ...]
    adresse: str
    adresse_cible: str


def contexte_fiche(fiche: Fiche, *, le: date) -> dict[str, Any]:
    """`indicateurs`: those of a fiche, as of `le`, for `convention/_indicateurs.html`."""
    return {"indicateurs": afficher_indicateurs(fiche, le=le)}


def afficher_indicateurs(
    fiche: Fiche, *, le: date, seul: Indicateur | None = None
) -> tuple[IndicateurAffiche, ...]:
    """All the indicators of a fiche, or `seul` alone."""
    voulus = fiche.indicateurs.filter(pk=seul.pk) if seul else fiche.indicateurs.all()
    indicateurs = list(voulus.prefetch_related("cibles"))
    for indicateur in indicateurs:
        indicateur.fiche = fiche
    gels = gels_par_indicateur(indicateurs)
    jours = {ind.pk: _jours(ind, gels.get(ind.pk, []), le=le) for ind in indicateurs}
    mesures = mesurer_plusieurs([(ind, quand) for ind in indicateurs for quand in sorted(jours[ind.pk])])
    return tuple(
        _afficher(
            indicateur,
            gels.get(indicateur.pk, []),
            {quand: mesures[indicateur.pk, quand] for quand in jours[indicateur.pk]},
            le=le,
        )
        for indicateur in indicateurs
    )


def _jours(indicateur: Indicateur, gels: list[tuple[Gel, Valeur]], *, le: date) -> set[date]:
    """The days a chart shows: the start, those of the freezes, today."""
    jours = {le, *(gel.reunion.le for gel, _ in gels if gel.reunion.le <= le)}
    return jours | ({indicateur.reference_le} if indicateur.reference_le else set())


def gels_par_indicateur(indicateurs: Iterable[Indicateur]) -> dict[int, list[tuple[Gel, Valeur]]]:
    """Each freeze with the value it froze, the oldest meeting first; three queries for all."""
    valeurs = Valeur.base.filter(indicateur__in=list(indicateurs), gels__isnull=False)
    trouves: dict[int, list[tuple[Gel, Valeur]]] = {}
    for valeur in valeurs.prefetch_related("gels__reunion").defer("recette"):
        for gel in valeur.gels.all():
            trouves.setdefault(valeur.indicateur_id, []).append((gel, valeur))
    for paires in trouves.values():
        paires.sort(key=lambda paire: (paire[0].reunion.le, paire[0].pk))
    return trouves


def adresse_indicateur(indicateur: Indicateur, nom: str = "indicateur") -> str:
    """The page of an indicator, or another of its pages."""
    fiche = indicateur.fiche
    return reverse(f"convention:{nom}", args=[fiche.convention.periode, fiche.code, indicateur.code])


def _afficher(
    indicateur: Indicateur, gels: list[tuple[Gel, Valeur]], mesures: dict[date, Mesure], *, le: date
) -> IndicateurAffiche:
    mesure = mesures[le]
    cibles = list(indicateur.cibles.all())
    cible = cible_qui_vient(cibles, le=le)
    lignes = tuple(_lignes(indicateur, gels, mesures, le=le))
    return IndicateurAffiche(
        code=indicateur.code,
        ancre="indicateur-" + indicateur.code.replace(".", "-"),
        libelle=indicateur.libelle,
        phrase=phrase(indicateur.definition),
        valeur=en_clair(mesure.valeur, indicateur),
        detail=detail(mesure, indicateur),
        motif=mesure.motif,
        cible=texte_cibles(cibles, indicateur),
        sans_cible=not cibles,
        titre_graphique=_titre(indicateur, mesures, cible, le=le),
        graphique=_graphique(indicateur, gels, mesures, cible, le=le),
        lignes=lignes,
        ecart_de_gel=any(
            ligne.fige and ligne.recalcule and ligne.fige != ligne.recalcule for ligne in lignes
        ),
        sources=tuple(f"{source.nom}, {source.phrase}" for source in mesure.recette.sources),
        adresse=adresse_indicateur(indicateur),
        adresse_cible=adresse_indicateur(indicateur, "cible_poser"),
    )


def detail(mesure: Mesure, indicateur: Indicateur) -> str:
    """« 113 940 habitants sur 272 950 », « sur 39 communes »; empty when there is no number."""
    if mesure.valeur is None:
        return ""
    if mesure.denominateur is not None:
        return f"{nombre(mesure.numerateur, 0)} sur {nombre(mesure.denominateur, 0)}"
    total = len(mesure.recette.communes)
    return f"sur {total} communes" if indicateur.unite == "communes" and total else ""


def chiffre(valeur: float | None, indicateur: Indicateur) -> str:
    """The number alone, for a narrow column: « 34 », « 8,1 % »; « ? » when it can't be worked out."""
    if valeur is None:
        return "?"
    return nombre(valeur, indicateur.decimales) + ("\u00a0%" if indicateur.unite.startswith("%") else "")


def texte_cibles(cibles: list[Cible], indicateur: Indicateur) -> str:
    """Every promise with its date; a target that nobody set is said so, never invented."""
    if not cibles:
        return "Aucune cible n’a été posée."
    dits = [f"{en_clair(cible.valeur, indicateur)} au {jour(cible.le)}" for cible in cibles]
    return f"{'Cible' if len(dits) == 1 else 'Cibles'} : {' ; '.join(dits)}."


def cible_qui_vient(cibles: list[Cible], *, le: date) -> Cible | None:
    """The next target; once all are past, the last one."""
    return next((cible for cible in cibles if cible.le >= le), cibles[-1] if cibles else None)


def _lignes(
    indicateur: Indicateur, gels: list[tuple[Gel, Valeur]], mesures: dict[date, Mesure], *, le: date
) -> Iterable[LigneValeur]:
    adresse = adresse_indicateur(indicateur)
    depart = indicateur.reference_le
    if depart and depart in mesures:
        recalcule = chiffre(mesures[depart].valeur, indicateur)
        yield LigneValeur(
            f"Avant la convention, {_date_courte(depart)}",
            "",
            recalcule,
            f"{adresse}?le={depart.isoformat()}",
        )
    for gel, valeur in gels:
        mesure = mesures.get(gel.reunion.le)
        yield LigneValeur(
            f"{gel.reunion.titre}, {_date_courte(gel.reunion.le)}",
            chiffre(valeur.valeur, indicateur),
            chiffre(mesure.valeur, indicateur) if mesure else "",
            f"{adresse}?gel={gel.uuid}",
        )
    yield LigneValeur(
        f"Aujourd’hui, {_date_courte(le)}", "", chiffre(mesures[le].valeur, indicateur), adresse
    )


def _titre(indicateur: Indicateur, mesures: dict[date, Mesure], cible: Cible | None, *, le: date) -> str:
    """The chart in one sentence, for who does not see it."""
    depart = indicateur.reference_le
    debut = f"{en_clair(mesures[depart].valeur, indicateur)} le {jour(depart)}, " if depart in mesures else ""
    fin = f", cible {en_clair(cible.valeur, indicateur)}" if cible else ", sans cible"
    return f"{indicateur.libelle} : {debut}{en_clair(mesures[le].valeur, indicateur)} le {jour(le)}{fin}"


def _graphique(
    indicateur: Indicateur,
    gels: list[tuple[Gel, Valeur]],
    mesures: dict[date, Mesure],
    cible: Cible | None,
    *,
    le: date,
) -> Graphique | None:
    depart = indicateur.reference_le
    suite: list[tuple[str, str, float | None]] = []
    if depart and depart in mesures:
        suite.append(("depart", _court(depart), mesures[depart].valeur))
    suite += [("gel", _court(gel.reunion.le), v.valeur) for gel, v in gels[-GELS_SUR_LE_GRAPHIQUE:]]
    suite.append(("jour", "auj.", mesures[le].valeur))
    moments = tuple(
        Moment(genre, etiquette, valeur, nombre(valeur, indicateur.decimales))
        for genre, etiquette, valeur in suite
        if valeur is not None
    )
    if cible is None:
        return tracer(moments, cible=None)
    texte = f"Cible : {nombre(cible.valeur, indicateur.decimales)} ({_court(cible.le)})"
    return tracer(moments, cible=cible.valeur, cible_texte=texte)


def _date_courte(quand: date) -> str:
    """« 25 nov. 2026 », with spaces that break: the column is narrow."""
    return f"{'1er' if quand.day == 1 else quand.day} {PETITS_MOIS[quand.month - 1]} {quand.year}"


def _court(quand: date | None) -> str:
    """« avr. 24 »."""
    return f"{PETITS_MOIS[quand.month - 1]}\u00a0{quand:%y}" if quand else ""


@dataclass(frozen=True, slots=True)
class RecetteAffichee:
    """A value, live or frozen, with its recipe as it is stored: the page shows both the same way."""

    pour_le: date
    valeur: str
    detail: str
    numerateur: float | None
    denominateur: float | None
    motif: str
    recette: dict[str, Any]
    gel: Gel | None = None
    calculee_le: Any = None

    @property
    def communes_concernees(self) -> list[dict[str, Any]]:
        return [commune for commune in self.recette["communes"] if commune["concernee"]]

    @property
    def avec_distances(self) -> bool:
        return any(commune["distance_km"] is not None for commune in self.recette["communes"])


def recette_du_jour(indicateur: Indicateur, mesure: Mesure, *, le: date) -> RecetteAffichee:
    return RecetteAffichee(
        pour_le=le,
        valeur=en_clair(mesure.valeur, indicateur),
        detail=detail(mesure, indicateur),
        numerateur=mesure.numerateur,
        denominateur=mesure.denominateur,
        motif=mesure.motif,
        recette=en_json(mesure.recette),
    )


def recette_figee(indicateur: Indicateur, gel: Gel, valeur: Valeur) -> RecetteAffichee:
    """The value a meeting froze, with the recipe of that day."""
    return RecetteAffichee(
        pour_le=valeur.pour_le,
        valeur=en_clair(valeur.valeur, indicateur),
        detail="",
        numerateur=valeur.numerateur,
        denominateur=valeur.denominateur,
        motif=valeur.motif,
        recette=valeur.recette,
        gel=gel,
        calculee_le=valeur.calculee_le,
    )
