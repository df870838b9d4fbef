"""Records that may be one offer: flag the pairs after an import, let a person decide, count honestly.

Nothing is merged here. A pair decided « une seule offre » counts once; a pair still to be examined counts twice,
and whoever shows the number says so (`CompteDistinct.a_examiner`).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from rapidfuzz.fuzz import token_set_ratio

from maillage.annuaire.models import Doublon, Service, Structure
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.texte import cle

RAYON_M = 60
NOMS_PROCHES = 85
# Words that say the kind of place, not which one.
MOTS_VIDES = frozenset(
    "france services service bus antenne itinerant mobile maison espace mairie deleguee annexe".split()  # noqa: SIM905
    + "de du des d la le les l et a au".split()  # noqa: SIM905
)
# A heap of records on one point (a commune's centre) is compared by name, phone or address, not two by two.
TAS = 30
METRES_PAR_DEGRE = 111_195
LOT = 20_000


@dataclass(frozen=True, slots=True)
class CompteDistinct:
    """`distincts` is the number to show; `a_examiner` pairs are still counted twice in it."""

    total: int
    distincts: int
    a_examiner: int


@dataclass(frozen=True, slots=True)
class _Trait:
    """What is compared of one structure."""

    n: int
    latitude: float | None
    longitude: float | None
    nom: str  # folded, without the words of its kind
    telephone: str
    commune: str
    adresse: str  # folded, with the commune's code
    familles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Paire:
    """Two structures that may be one, and what makes one think so."""

    premiere: int
    seconde: int
    motif: str
    distance_m: int | None


def signaler_doublons(numeros: Iterable[int], *, le: datetime) -> int:
    """Flag the pairs in which one of these structures stands; gives the number of pairs newly flagged."""
    return noter_doublons(chercher_doublons(numeros), le=le)


def chercher_doublons(numeros: Iterable[int]) -> list[Paire]:
    """Only reads, for seconds when a whole country is new: to be called outside any writing transaction."""
    nouveaux = set(numeros)
    trouvees: dict[tuple[int, int], Paire] = {}
    if not nouveaux:
        return []
    candidates = chain(_voisins(nouveaux), _sans_point(nouveaux))
    while lot := list(islice(candidates, LOT)):
        # Neighbours come together: what is compared is read for them alone.
        traits = _traits({n for paire in lot for n in paire})
        for a, b in lot:
            ordre = (min(a, b), max(a, b))
            if ordre in trouvees or a not in traits or b not in traits:
                continue
            if jugement := _juger(traits[a], traits[b]):
                trouvees[ordre] = Paire(*ordre, *jugement)
    return list(trouvees.values())


def noter_doublons(paires: list[Paire], *, le: datetime) -> int:
    """Flag the pairs that nobody flagged before; gives their number."""
    deja = set(Doublon.objects.values_list("premiere_id", "seconde_id")) if paires else set()
    nouvelles = [paire for paire in paires if (paire.premiere, paire.seconde) not in deja]
    Doublon.objects.bulk_create(
        (
            Doublon(
                premiere_id=paire.premiere,
                seconde_id=paire.seconde,
                motif=paire.motif,
                distance_m=paire.distance_m,
                signale_le=le,
            )
            for paire in nouvelles
        ),
        batch_size=1_000,
    )
    return len(nouvelles)


def examiner(doublon: Doublon, *, etat: str, par: Personne, le: datetime) -> Doublon:
    """A person decides what a pair is; the decision may be changed, and is in the history of both structures."""
    if etat not in dict(Doublon.ETATS):
        raise RegleMetier("Choisissez « deux offres distinctes » ou « une seule offre ».")
    with transaction.atomic():
        frais = Doublon.objects.select_for_update().get(pk=doublon.pk)
        if frais.etat == etat:
            return frais
        champs: dict[str, list[Any]] = {"etat": [frais.etat, etat]}
        for numero, autre in ((frais.premiere_id, frais.seconde_id), (frais.seconde_id, frais.premiere_id)):
            objet = (Structure._meta.label_lower, str(numero))
            journaliser("examiner_doublon", objet, le=le, par=par, champs=champs | {"avec": [None, autre]})
        frais.etat, frais.par, frais.examine_le = etat, par, le
        frais.save(update_fields=["etat", "par", "examine_le"])
    return frais


def compte_distinct(services: Iterable[Service] | QuerySet[Any]) -> CompteDistinct:
    """Count services without counting twice a pair that a person decided to be one offer."""
    structures = [service.structure_ref_id for service in services]
    groupes = _unies(set(structures))
    vus = {(groupes.get(n, n), rang) for n, rang in _rangs(structures)}
    return CompteDistinct(
        total=len(structures),
        distincts=len(vus),
        a_examiner=_paires(set(structures), etat="signale").count(),
    )


def _rangs(structures: list[int]) -> Iterator[tuple[int, int]]:
    """Two services of one structure stay two: the first of each structure is one offer, the second another."""
    compte: dict[int, int] = defaultdict(int)
    for n in structures:
        yield n, compte[n]
        compte[n] += 1


def _paires(structures: set[int], *, etat: str) -> QuerySet[Doublon]:
    paires = Doublon.objects.filter(etat=etat)
    if len(structures) < 5_000:
        return paires.filter(premiere__in=structures, seconde__in=structures)
    gardees = [
        cle_
        for cle_, a, b in paires.values_list("pk", "premiere_id", "seconde_id")
        if a in structures and b in structures
    ]
    return Doublon.objects.filter(pk__in=gardees)


def _unies(structures: set[int]) -> dict[int, int]:
    """Each structure of a « même offre » pair → the smallest number of its group."""
    chef: dict[int, int] = {}

    def racine(n: int) -> int:
        while chef.get(n, n) != n:
            n = chef[n]
        return n

    for a, b in _paires(structures, etat="meme").values_list("premiere_id", "seconde_id"):
        ra, rb = racine(a), racine(b)
        chef[max(ra, rb)] = min(ra, rb)
    return {n: racine(n) for n in structures}


def _visibles() -> QuerySet[Any]:
    return Structure.objects.visibles().reels().filter(ferme_le__isnull=True)


def _voisins(nouveaux: set[int]) -> Iterator[tuple[int, int]]:
    """Pairs less than 60 m apart, found on a grid of 60 m cells: each is compared with its eight neighbours.

    A pair of two new structures comes once; neighbours come one after the other.
    """
    points, grille = _grille(nouveaux)
    for case, numeros in grille.items():
        presents = [n for n in numeros if n in nouveaux]
        if not presents:
            continue
        dense = len(numeros) > TAS
        autour = [
            a for voisine in _autour(case) if len(a_cote := grille.get(voisine, ())) <= TAS for a in a_cote
        ]
        for n in presents:
            ici = points[n]
            for autre in autour:
                # Seen from the other side too, unless this cell is a heap.
                if autre == n or (autre < n and not dense and autre in nouveaux):
                    continue
                if _distance(ici, points[autre]) < RAYON_M:
                    yield n, autre
    yield from _dans_les_tas([tas for tas in grille.values() if len(tas) > TAS], nouveaux)


Case = tuple[int, int]
Point = tuple[float, float]


def _grille(nouveaux: set[int]) -> tuple[dict[int, Point], dict[Case, list[int]]]:
    """The points and the cells around the new structures; everything when they are many."""
    lus = _visibles().filter(latitude__isnull=False, longitude__isnull=False, confidentiel=False)
    points: dict[int, Point] = {}
    grille: dict[Case, list[int]] = defaultdict(list)
    utiles = None if len(nouveaux) > LOT else _cases_autour(lus, nouveaux)
    for n, latitude, longitude in (
        lus.order_by("latitude").values_list("n", "latitude", "longitude").iterator(LOT)
    ):
        case = _case(latitude, longitude)
        if utiles is None or case in utiles:
            points[n] = latitude, longitude
            grille[case].append(n)
    return points, grille


def _cases_autour(lus: QuerySet[Any], nouveaux: set[int]) -> set[Case]:
    liste = sorted(nouveaux)
    points = [
        point
        for debut in range(0, len(liste), 2_000)
        for point in lus.filter(pk__in=liste[debut : debut + 2_000]).values_list("latitude", "longitude")
    ]
    return {case for point in points for case in _autour(_case(*point))}


def _autour(case: Case) -> list[Case]:
    ligne, colonne = case
    return [(ligne + dl, colonne + dc) for dl in (-1, 0, 1) for dc in (-1, 0, 1)]


def _dans_les_tas(tas: list[list[int]], nouveaux: set[int]) -> Iterator[tuple[int, int]]:
    for numeros in tas:
        if nouveaux.isdisjoint(numeros):
            continue
        traits = _traits(set(numeros))
        yield from _par_valeur(traits.values(), nouveaux, lambda t: t.nom)
        yield from _par_valeur(traits.values(), nouveaux, lambda t: t.telephone)


def _sans_point(nouveaux: set[int]) -> Iterator[tuple[int, int]]:
    """A structure without a point is compared, in its commune, with those of its address and of its telephone."""
    sans = _visibles().filter(latitude__isnull=True)
    communes = set(sans.filter(adresse__gt="").values_list("code_insee", flat=True))
    liste = sorted(nouveaux)
    for debut in range(0, len(liste), 2_000):
        lot = liste[debut : debut + 2_000]
        communes.update(sans.filter(pk__in=lot).values_list("code_insee", flat=True))
    codes = sorted(code for code in communes if code)
    for debut in range(0, len(codes), 200):
        ici = _visibles().filter(code_insee__in=codes[debut : debut + 200])
        numeros = set(ici.values_list("n", flat=True))
        if numeros.isdisjoint(nouveaux):
            continue
        traits = _traits(numeros).values()
        yield from _par_valeur(traits, nouveaux, lambda t: t.adresse)
        yield from _par_valeur(
            traits, nouveaux, lambda t: f"{t.commune} {t.telephone}" if len(t.telephone) >= 9 else ""
        )


def _par_valeur(traits: Iterable[_Trait], nouveaux: set[int], valeur: Any) -> Iterator[tuple[int, int]]:
    groupes: dict[str, list[int]] = defaultdict(list)
    for trait in traits:
        if lue := valeur(trait):
            groupes[lue].append(trait.n)
    for numeros in groupes.values():
        if len(numeros) <= TAS:
            yield from (
                (a, b) for i, a in enumerate(numeros) for b in numeros[:i] if a in nouveaux or b in nouveaux
            )


def _traits(numeros: set[int]) -> dict[int, _Trait]:
    familles: dict[int, set[str]] = defaultdict(set)
    lignes: list[tuple[Any, ...]] = []
    liste = sorted(numeros)
    for debut in range(0, len(liste), 2_000):
        lot = liste[debut : debut + 2_000]
        for n, famille in (
            Service.objects.visibles()
            .filter(structure_ref__in=lot)
            .values_list("structure_ref_id", "famille")
        ):
            familles[n].add(famille)
        champs = ("n", "latitude", "longitude", "nom", "telephone", "adresse", "code_insee")
        lignes += Structure.objects.filter(pk__in=lot).values_list(*champs)
    return {
        n: _Trait(
            n=n,
            latitude=lat,
            longitude=lon,
            nom=" ".join(mot for mot in cle(nom).split() if mot not in MOTS_VIDES),
            telephone="".join(c for c in telephone or "" if c.isdigit())[-9:],
            commune=insee or "",
            adresse=f"{insee} {cle(adresse)}" if adresse and insee else "",
            familles=frozenset(familles[n]),
        )
        for n, lat, lon, nom, telephone, adresse, insee in lignes
    }


def _juger(a: _Trait, b: _Trait) -> tuple[str, int | None] | None:
    """(why, metres) when the pair deserves a person's look: same trade, same place, and one more sign."""
    if a.familles.isdisjoint(b.familles) and (a.familles or b.familles):
        return None
    indices = []
    if a.nom and b.nom and token_set_ratio(a.nom, b.nom, score_cutoff=NOMS_PROCHES):
        indices.append("noms proches")
    if len(a.telephone) >= 9 and a.telephone == b.telephone:
        indices.append("même téléphone")
    if a.adresse and a.adresse == b.adresse:
        indices.append("même adresse")
    if not indices:
        return None
    if a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return (", ".join(indices), None) if len(indices) > 1 else None
    metres = round(_distance((a.latitude, a.longitude), (b.latitude, b.longitude)))
    return f"à {metres} m, {', '.join(indices)}", metres


def _case(latitude: float, longitude: float) -> Case:
    cote = RAYON_M / METRES_PAR_DEGRE
    ligne = math.floor(latitude / cote)
    # One width for the whole band of latitude, so that neighbours have neighbouring columns.
    bande = math.cos(math.radians(math.floor(latitude)))
    return ligne, math.floor(longitude * max(bande, 0.1) / cote)


def _distance(a: Point, b: Point) -> float:
    largeur = (a[1] - b[1]) * math.cos(math.radians(a[0]))
    return math.hypot(a[0] - b[0], largeur) * METRES_PAR_DEGRE


def doublons_de(structure: Structure) -> QuerySet[Doublon]:
    """The pairs of one structure that are not settled as two offers, for its page."""
    return (
        Doublon.objects.filter(Q(premiere=structure) | Q(seconde=structure))
        .exclude(etat="distincts")
        .select_related("premiere", "seconde")
    )
