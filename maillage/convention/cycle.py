"""The stages of a convention, of a fiche and of an objectif: dicts you can read, and what walks them."""

from datetime import date

from maillage.convention.models import Convention
from maillage.core.erreurs import RegleMetier

# What a person may declare next. "" is silence: nothing was ever said.
SUITES_FICHE: dict[str, set[str]] = {
    "": {"a_venir", "en_cours", "realisee", "suspendue", "bloquee", "abandonnee"},
    "a_venir": {"en_cours", "realisee", "suspendue", "bloquee", "abandonnee"},
    "en_cours": {"a_venir", "realisee", "suspendue", "bloquee", "abandonnee"},
    "suspendue": {"en_cours", "bloquee", "abandonnee"},
    "bloquee": {"en_cours", "suspendue", "abandonnee"},
    "realisee": {"en_cours"},
    "abandonnee": {"en_cours"},
}
SUITES_OBJECTIF: dict[str, set[str]] = {
    "": {"pas_commence", "en_cours", "fait", "bloque", "abandonne"},
    "pas_commence": {"en_cours", "fait", "bloque", "abandonne"},
    "en_cours": {"pas_commence", "fait", "bloque", "abandonne"},
    "bloque": {"en_cours", "fait", "abandonne"},
    "fait": {"en_cours"},
    "abandonne": {"en_cours"},
}
# The evaluation opens six months before the end of the convention.
MOIS_EVALUATION = 6


def etat_au(convention: Convention, *, le: date) -> str:
    """The stage of a convention at a date; only its closing is written down by a person."""
    if convention.etat == "close":
        return "close"
    if le < convention.debut:
        return "preparation"
    reste = (convention.fin.year - le.year) * 12 + convention.fin.month - le.month
    return "evaluation" if reste < MOIS_EVALUATION else "en_oeuvre"


def exiger_modifiable(convention: Convention) -> None:
    """Refuse any change to the plan of a closed convention."""
    if convention.etat == "close":
        raise RegleMetier(
            f"La convention {convention.periode} est close : son plan ne se modifie plus. "
            "Il reste lisible, avec son histoire."
        )


def exiger_suite(avant: str, apres: str, *, suites: dict[str, set[str]], noms: dict[str, str]) -> None:
    """Refuse a step that the cycle doesn't have; staying where one is needs no permission."""
    if apres == avant or apres in suites.get(avant, set()):
        return
    if not apres:
        raise RegleMetier("Un état déclaré ne s’efface pas. Choisissez l’état d’aujourd’hui.")
    permis = ", ".join(f"« {noms[etat]} »" for etat in sorted(suites[avant]))
    raise RegleMetier(
        f"On ne passe pas de « {noms[avant]} » à « {noms[apres]} ». Choisissez d’abord : {permis}."
    )
