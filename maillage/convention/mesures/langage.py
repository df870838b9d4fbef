"""The language of indicators: a versioned JSON tree read into dataclasses; called by `calcul` and by the library.

In: the tree stored in `Indicateur.definition`. Out: a `Definition`, or a refusal that points at the faulty place.
`{"schema": 1, "mesure": {"compter": {"communes": {"sans": {"famille": "france-services"}}}}}`
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maillage.annuaire.familles import familles as familles_connues
from maillage.core.erreurs import RegleMetier

SCHEMA = 1
TAMPON_KM = 50.0
KM_MAX = 200.0


@dataclass(frozen=True, slots=True)
class Toutes:
    """Every commune of the territory."""


@dataclass(frozen=True, slots=True)
class Sans:
    """Communes that hold no record of the family."""

    famille: str


@dataclass(frozen=True, slots=True)
class Avec:
    """Communes that hold at least one record of the family."""

    famille: str


@dataclass(frozen=True, slots=True)
class AuDela:
    """Communes whose centre is farther than `km` from the nearest record, inside the territory or out of it."""

    famille: str
    km: float
    tampon_km: float = TAMPON_KM


Condition = Toutes | Sans | Avec | AuDela


@dataclass(frozen=True, slots=True)
class CompterFiches:
    famille: str


@dataclass(frozen=True, slots=True)
class CompterCommunes:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants of the territory."""


@dataclass(frozen=True, slots=True)
class PopulationAuDela:
    """Inhabitants of the communes that `AuDela` keeps."""

    famille: str
    km: float
    tampon_km: float = TAMPON_KM


Simple = CompterFiches | CompterCommunes | Population | PopulationAuDela


@dataclass(frozen=True, slots=True)
class Part:
    """A hundred times one measure by another of the same unit."""

    numerateur: Simple
    denominateur: Simple


Definition = Simple | Part


def lire(arbre: object) -> Definition:
    """Read a stored tree; anything unknown, missing or out of bounds is refused, with its path."""
    racine = _objet(arbre, "definition", {"schema", "mesure"})
    schema = racine["schema"]
    if type(schema) is not int or schema != SCHEMA:
        raise _refus("definition.schema", f"ce numéro n’est pas connu, écrivez {SCHEMA}")
    return _mesure(racine["mesure"], "definition.mesure")


def _refus(chemin: str, pourquoi: str) -> RegleMetier:
    return RegleMetier(f"La définition de l’indicateur n’est pas lisible. À « {chemin} » : {pourquoi}.")


def _objet(arbre: object, chemin: str, cles: set[str], facultatives: frozenset[str] = frozenset()) -> dict:
    if not isinstance(arbre, dict):
        raise _refus(chemin, "un objet est attendu")
    if manquantes := sorted(cles - arbre.keys()):
        raise _refus(chemin, f"il manque « {manquantes[0]} »")
    if inconnues := sorted(str(c)[:40] for c in arbre.keys() - cles - facultatives):
        attendues = ", ".join(sorted(cles | facultatives)) or "rien"
        raise _refus(f"{chemin}.{inconnues[0]}", f"ce nom n’est pas connu ici (possible : {attendues})")
    return arbre


def _verbe(arbre: object, chemin: str, possibles: Mapping[str, object]) -> tuple[str, object, str]:
    """The single key of a node, what hangs from it, and the path there."""
    if not isinstance(arbre, dict) or len(arbre) != 1:
        raise _refus(chemin, "un seul verbe est attendu, parmi " + ", ".join(possibles))
    nom, suite = next(iter(arbre.items()))
    if nom not in possibles:
        raise _refus(
            chemin, f"le verbe « {str(nom)[:40]} » n’est pas connu (possible : {', '.join(possibles)})"
        )
    return nom, suite, f"{chemin}.{nom}"


def _mesure(arbre: object, chemin: str) -> Definition:
    nom, suite, ici = _verbe(arbre, chemin, {"part": None, **SIMPLES})
    if nom != "part":
        return SIMPLES[nom](suite, ici)
    objet = _objet(suite, ici, {"numerateur", "denominateur"})
    haut, bas = (_simple(objet[cote], f"{ici}.{cote}") for cote in ("numerateur", "denominateur"))
    if unite(haut) != unite(bas):
        raise _refus(ici, f"on ne divise pas des {unite(haut)} par des {unite(bas)}")
    return Part(haut, bas)


def _simple(arbre: object, chemin: str) -> Simple:
    nom, suite, ici = _verbe(arbre, chemin, SIMPLES)
    return SIMPLES[nom](suite, ici)


def _compter(arbre: object, chemin: str) -> Simple:
    nom, suite, ici = _verbe(arbre, chemin, {"fiches": None, "communes": None})
    if nom == "fiches":
        return CompterFiches(_famille(_objet(suite, ici, {"famille"}), ici))
    return CompterCommunes(_condition(suite, ici))


def _condition(arbre: object, chemin: str) -> Condition:
    nom, suite, ici = _verbe(arbre, chemin, CONDITIONS)
    return CONDITIONS[nom](suite, ici)


def _toutes(arbre: object, chemin: str) -> Condition:
    _objet(arbre, chemin, set())
    return Toutes()


def _population(arbre: object, chemin: str) -> Simple:
    _objet(arbre, chemin, set())
    return Population()


def _famille(objet: Mapping[str, object], chemin: str) -> str:
    famille = objet["famille"]
    if not isinstance(famille, str) or famille not in familles_connues():
        raise _refus(
            f"{chemin}.famille",
            f"cette famille n’est pas connue (possible : {', '.join(familles_connues())})",
        )
    return famille


def _au_dela(arbre: object, chemin: str) -> tuple[str, float, float]:
    objet = _objet(arbre, chemin, {"famille", "km"}, frozenset({"tampon_km"}))
    km = _distance(objet["km"], f"{chemin}.km")
    tampon = _distance(objet.get("tampon_km", max(TAMPON_KM, km)), f"{chemin}.tampon_km")
    if tampon < km:
        raise _refus(f"{chemin}.tampon_km", "on cherche au moins aussi loin que la distance demandée")
    return _famille(objet, chemin), km, tampon


def _distance(valeur: object, chemin: str) -> float:
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not 0 < valeur <= KM_MAX:
        raise _refus(chemin, f"un nombre de kilomètres est attendu, entre 0 et {KM_MAX:.0f}")
    return float(valeur)


SIMPLES: dict[str, Callable[[object, str], Simple]] = {
    "compter": _compter,
    "population": _population,
    "population_au_dela": lambda arbre, chemin: PopulationAuDela(*_au_dela(arbre, chemin)),
}
CONDITIONS: dict[str, Callable[[object, str], Condition]] = {
    "toutes": _toutes,
    "sans": lambda arbre, chemin: Sans(_famille(_objet(arbre, chemin, {"famille"}), chemin)),
    "avec": lambda arbre, chemin: Avec(_famille(_objet(arbre, chemin, {"famille"}), chemin)),
    "au_dela": lambda arbre, chemin: AuDela(*_au_dela(arbre, chemin)),
}


def unite(mesure: Simple) -> str:
    """What a simple measure counts."""
    if isinstance(mesure, CompterFiches):
        return "fiches"
    return "communes" if isinstance(mesure, CompterCommunes) else "habitants"


def parties(definition: Definition) -> tuple[Simple, ...]:
    """The simple measures of a definition, the numerator first."""
    if isinstance(definition, Part):
        return definition.numerateur, definition.denominateur
    return (definition,)


def critere(mesure: Simple) -> Condition | CompterFiches | PopulationAuDela | Population:
    """What decides: the condition of a count of communes, else the measure itself."""
    return mesure.condition if isinstance(mesure, CompterCommunes) else mesure


def familles(definition: Definition) -> tuple[str, ...]:
    """Families of records the definition reads, each once, in reading order."""
    noms = (getattr(critere(mesure), "famille", "") for mesure in parties(definition))
    return tuple(dict.fromkeys(nom for nom in noms if nom))


def voisinage_km(definition: Definition) -> tuple[float, float]:
    """How far beyond the territory the definition looks: (decisive distance, buffer); (0, 0) when it does not."""
    lointains = [c for m in parties(definition) if isinstance(c := critere(m), AuDela | PopulationAuDela)]
    return max((c.km for c in lointains), default=0.0), max((c.tampon_km for c in lointains), default=0.0)


def is_distance(definition: Definition) -> bool:
    return not math.isclose(voisinage_km(definition)[1], 0.0)


def is_par_commune(definition: Definition) -> bool:
    """True when communes or their inhabitants are counted: two records at one place then weigh as one."""
    return not any(isinstance(mesure, CompterFiches) for mesure in parties(definition))
