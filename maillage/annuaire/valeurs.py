"""The values of a record that are more than a word: what each may hold; called by `champs`, for people and examples.

Each function takes what was typed and gives what is stored; it raises ValidationError with one French sentence.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from maillage.annuaire.vocabulaire import ACCES, FRAIS, HANDICAPS, LANGUES, PUBLICS
from maillage.core.texte import sans_signes_caches

NOTE_MAX = 200
PAPIERS_MAX = 20
LANGUES_MAX = 20


def nettoyer_langues(valeur: Any) -> list[dict[str, str]]:
    """[{code, note}], each language once, in the order given; [] = French only."""
    if not isinstance(valeur, list) or not all(isinstance(langue, dict) for langue in valeur):
        raise ValidationError("Donnez une liste de langues.")
    propres: dict[str, dict[str, str]] = {}
    for langue in valeur:
        code = langue.get("code")
        if not isinstance(code, str) or code not in LANGUES:
            raise ValidationError(f"La langue « {str(code)[:40]} » n’est pas dans la liste.")
        if code in propres:
            raise ValidationError(f"La langue « {LANGUES[code]} » est donnée deux fois.")
        propres[code] = {"code": code, "note": _phrase(langue.get("note", ""))}
    if len(propres) > LANGUES_MAX:
        raise ValidationError(f"{len(propres)} langues, {LANGUES_MAX} au plus.")
    return list(propres.values())


def nettoyer_papiers(valeur: Any) -> list[str]:
    """What to bring, each once; [] = nothing."""
    if not isinstance(valeur, list):
        raise ValidationError("Donnez une liste, un papier par ligne.")
    propres = list(dict.fromkeys(filter(None, map(_phrase, valeur))))
    if len(propres) > PAPIERS_MAX:
        raise ValidationError(f"{len(propres)} papiers, {PAPIERS_MAX} au plus : regroupez-les.")
    return propres


def nettoyer_acces(valeur: Any) -> dict[str, dict[str, str]]:
    """{kind of disability: {etat, note}}; a kind that nobody spoke of is left out."""
    if not isinstance(valeur, dict):
        raise ValidationError("Dites l’accès pour chaque handicap.")
    propres: dict[str, dict[str, str]] = {}
    for handicap in HANDICAPS:
        dit = valeur.get(handicap)
        if dit in (None, ""):
            continue
        if not isinstance(dit, dict) or dit.get("etat") not in ACCES:
            raise ValidationError(f"« {HANDICAPS[handicap]} » : répondez oui, en partie ou non.")
        propres[handicap] = {"etat": dit["etat"], "note": _phrase(dit.get("note", ""))}
    inconnus = sorted(set(map(str, valeur)) - set(HANDICAPS))
    if inconnus:
        raise ValidationError(f"« {inconnus[0][:40]} » n’est pas dans la liste des handicaps.")
    return propres


def nettoyer_publics(valeur: Any) -> list[str]:
    if not isinstance(valeur, list):
        raise ValidationError("Donnez une liste de publics.")
    for mot in valeur:
        if not isinstance(mot, str) or mot not in PUBLICS:
            raise ValidationError(f"Le public « {str(mot)[:40]} » n’est pas dans la liste.")
    return list(dict.fromkeys(valeur))


def nettoyer_frais(valeur: Any) -> str:
    if valeur not in FRAIS:
        raise ValidationError("Dites « gratuit » ou « payant ».")
    return str(valeur)


def _phrase(texte: Any) -> str:
    """One line of text, as it will be shown."""
    if not isinstance(texte, str):
        raise ValidationError("Un texte est attendu.")
    if "\x00" in texte:
        raise ValidationError("Un caractère interdit (nul) s’y trouve : retapez le texte.")
    propre = " ".join(sans_signes_caches(texte).split())
    if len(propre) > NOTE_MAX:
        raise ValidationError(
            f"{len(propre)} caractères, {NOTE_MAX} au plus : raccourcissez « {propre[:30]}… »."
        )
    return propre


NETTOYAGES: dict[str, Callable[[Any], Any]] = {
    "langues": nettoyer_langues,
    "papiers": nettoyer_papiers,
    "acces_handicap": nettoyer_acces,
    "publics": nettoyer_publics,
    "frais": nettoyer_frais,
}
