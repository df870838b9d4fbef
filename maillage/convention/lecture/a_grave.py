"""Say whether a lone "a" is the verb avoir or the preposition à that the OCR stripped; called by `reparations.py`.

The two neighbours decide ("grâce a", "a intégrer", "qui a"); when they can't, the document does: a text
in which no "à" is left has lost them all.
"""

import re
from dataclasses import dataclass

from maillage.convention.lecture.lexique import fold, get_frequence, is_connu, is_infinitif, words

_SUJETS = words(
    "il elle on qui ce ça cela ceci celui celle celui-ci celle-ci y ne n' lui nous vous se quoi chacun chacune "
    "aucun"
)
_REGISSENT_A = words(
    "grâce grace quant face jusqu suite accès acces accés recours recourir contribuer participer répondre "
    "aider inciter encourager réponse adapté adaptée adaptés adaptées lié liée liés liées dû due dus dues "
    "destiné destinée destinés destinées soutien aide aides rapport conformément conforme relatif relative "
    "relatifs relatives propre propres sensibiliser former aller mise mettre formation éligible éligibles "
    "nécessaire nécessaires apte aptes favorable proposer veiller procéder associer ouvrir ouvert ouverte "
    "ouverts retour préparer inviter amener viser commencer continuer réussir chercher parvenir tendre "
    "intégrer participation contribution"
)
_ADVERBES = words(
    "donc ainsi également aussi toujours jamais déjà encore souvent récemment fortement largement notamment "
    "bien peu beaucoup"
)
_LOCUTIONS_VERBALES = words("pour besoin lieu droit tort faim peur envie été eu trait cours")
_PARTICIPES = words(
    "été eu fait pu dû su mis pris permis appris compris entrepris reçu obtenu retenu vu voulu connu prévu "
    "tenu lu vécu conduit produit écrit inscrit construit ouvert offert souhaité choisi réuni défini établi "
    "accueilli servi fini réussi réduit démontré entraîné dit"
)
_APRES_VERBE = frozenset({"le", "les", "un", "une", "des", "du"})
_TETE_DE_PHRASE = words("le la les l’ l' ce cet cette ces chaque notre son sa leur aucun aucune")
_MOIS = words("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre")
_NOMBRE = re.compile(r"^\d")


@dataclass(frozen=True, slots=True)
class Voisins:
    """The words around the "a": two before, two after, in lower case, empty at the ends of a text."""

    avant: str
    avant_avant: str
    apres: str
    apres_apres: str
    ouvre: bool  # the word two before opens a sentence


def is_preposition(voisins: Voisins, *, perdus: bool) -> bool:
    """Tell whether the "a" should be "à". `perdus`: the document has (nearly) no "à" left."""
    if _is_verbe(voisins):
        return False
    if _is_sure(voisins):
        return True
    return perdus and not _is_sujet_nominal(voisins)


def _is_verbe(voisins: Voisins) -> bool:
    apres = voisins.apres
    if voisins.avant.rstrip("’'") in _SUJETS or apres in _LOCUTIONS_VERBALES:
        return True
    if apres in _ADVERBES:
        apres = voisins.apres_apres
    if apres in {"le", "les"} and not is_infinitif(voisins.apres_apres):
        return True
    return _is_participe(apres)


def _is_participe(mot: str) -> bool:
    if mot in _PARTICIPES:
        return True
    if not mot.endswith("é"):
        return False
    # "qualité", "proximité" end alike: a participle has its infinitive, and more often a verb than a noun.
    return is_infinitif(mot[:-1] + "er") and get_frequence(mot[:-1] + "er") * 8 > get_frequence(mot)


def _is_sure(voisins: Voisins) -> bool:
    if is_infinitif(voisins.apres) or voisins.avant in _REGISSENT_A:
        return True
    if _NOMBRE.match(voisins.apres) and (_NOMBRE.match(voisins.avant) or fold(voisins.avant) in _MOIS):
        return True
    if fold(voisins.apres) in _MOIS:
        return True
    return voisins.apres in {"travers", "partir", "destination", "domicile", "disposition", "vocation"} and (
        voisins.apres_apres not in {"a", "à"}
    )


def _is_sujet_nominal(voisins: Voisins) -> bool:
    """ "La commune a un…" at the head of a sentence: the noun is a subject, the "a" its verb."""
    return (
        voisins.ouvre
        and voisins.avant_avant in _TETE_DE_PHRASE
        and voisins.apres in _APRES_VERBE
        and is_connu(voisins.avant)
    )
