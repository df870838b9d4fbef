"""Take apart what a person typed where a place is asked; called by the place finder. Text in, words out."""

import re
from dataclasses import dataclass
from functools import cache

from maillage.core.texte import cle
from maillage.territoire.fichiers import DONNEES, lire_csv

LONGUEUR_MAX = 200
ABREGES = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
MOTS_DE_VOIE = frozenset(
    {"allee", "avenue", "av", "boulevard", "bd", "chemin", "cite", "cours", "faubourg", "impasse", "passage"}
    | {"place", "pl", "quai", "route", "rte", "rue", "ruelle", "sentier", "square", "voie"}
)
LIAISONS = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "l", "la", "le", "les", "lieu", "pres", "vers"}
)
ARTICLES = ("le", "la", "les", "l")

_SUR = re.compile(r"\bs/\s*", re.IGNORECASE)
_SOUS = re.compile(r"\bss/\s*", re.IGNORECASE)
_CODE = re.compile(r"\d{5}|2[ab]\d{3}")
_DEPARTEMENT = re.compile(r"\d{2}|2[ab]|97\d|98\d")


@dataclass(frozen=True, slots=True)
class Saisie:
    """Folded words of the text; `avant` and `apres` are those on either side of the last five-figure code."""

    mots: tuple[str, ...]
    code: str
    avant: tuple[str, ...]
    apres: tuple[str, ...]
    segments: tuple[str, ...]

    @property
    def cle(self) -> str:
        return " ".join(self.mots)

    @property
    def is_adresse(self) -> bool:
        """A street, by one of its usual words, or a number before at least two words."""
        return any(mot in MOTS_DE_VOIE for mot in self.mots) or (
            len(self.mots) > 2 and self.mots[0].isdigit() and len(self.mots[0]) < 5
        )


def cle_lieu(texte: str) -> str:
    """`cle`, with « st » and « s/ » written in full: « St Louis » gives « saint louis »."""
    texte = _SUR.sub("sur ", _SOUS.sub("sous ", texte))
    return " ".join(ABREGES.get(mot, mot) for mot in cle(texte).split())


def lire_saisie(texte: str) -> Saisie:
    """The words of a text no longer than LONGUEUR_MAX."""
    mots = _sans_cedex(cle_lieu(texte).split())
    if "".join(mots).isdigit() and len("".join(mots)) == 5:
        mots = ["".join(mots)]  # « 68 170 »
    place = next((i for i in range(len(mots) - 1, -1, -1) if _CODE.fullmatch(mots[i])), None)
    segments = tuple(s for s in (cle_lieu(s) for s in re.split(r"[,;\n]", texte)) if s)
    if place is None:
        return Saisie(tuple(mots), "", (), (), segments)
    avant = mots[:place]
    if avant and avant[-1] in {"f", "fr"}:  # « F-68100 »
        avant.pop()
    return Saisie(tuple(mots), mots[place].upper(), tuple(avant), tuple(mots[place + 1 :]), segments)


def _sans_cedex(mots: list[str]) -> list[str]:
    gardes: list[str] = []
    for i, mot in enumerate(mots):
        numero = i and mots[i - 1] == "cedex" and mot.isdigit() and len(mot) <= 2
        if mot != "cedex" and not numero:
            gardes.append(mot)
    return gardes


def noms_et_departements(nom: str) -> list[tuple[str, str]]:
    """Readings of a folded name, the likeliest first: as it is, then with a département number at either end."""
    lectures = [(nom, "")]
    mots = nom.split()
    if len(mots) > 1:
        if _DEPARTEMENT.fullmatch(mots[-1]):
            lectures.append((" ".join(mots[:-1]), mots[-1].upper()))
        if _DEPARTEMENT.fullmatch(mots[0]):
            lectures.append((" ".join(mots[1:]), mots[0].upper()))
    return lectures


def variantes(nom: str) -> list[str]:
    """Other spellings of a folded name, the fullest first: « de la rochelle » is « la rochelle », then « rochelle ».

    An article may have been left out too: « havre » is « le havre ».
    """
    mots = nom.split()
    menus = 0
    while menus < len(mots) - 1 and mots[menus] in LIAISONS:
        menus += 1
    formes = [" ".join(mots[debut:]) for debut in range(1, menus + 1)]
    formes += [f"{article} {' '.join(mots[menus:])}" for article in ARTICLES]
    return [forme for forme in dict.fromkeys(formes) if forme != nom]


@cache
def noms_de_grands_territoires() -> dict[str, str]:
    """{folded name: "département" or "région"} of what is larger than a commune; a département before a région."""
    natures = {"departement": "département", "region": "région"}
    noms: dict[str, str] = {}
    for nom, nature in lire_csv(DONNEES / "departements.csv", ("nom", "type")):
        noms.setdefault(cle_lieu(nom), natures[nature])
    return noms
