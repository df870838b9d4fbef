"""Where a row stands: boxes of France, and the commune a row belongs to. Pure: the communes are handed over."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec
from rapidfuzz.distance import Levenshtein

from maillage.core.texte import cle

# (south, north, west, east): the mainland with Corsica, then each territory overseas, generously cut.
BOITES = (
    (41.2, 51.3, -5.6, 9.8),
    (14.2, 18.3, -63.4, -60.6),  # Martinique, Guadeloupe, Saint-Martin, Saint-Barthélemy
    (1.9, 6.1, -54.8, -51.3),  # Guyane
    (-21.6, -20.7, 55.0, 56.0),  # La Réunion
    (-13.3, -12.4, 44.8, 45.5),  # Mayotte
    (46.6, 47.3, -56.7, -56.0),  # Saint-Pierre-et-Miquelon
    (-23.5, -19.3, 158.0, 172.5),  # Nouvelle-Calédonie
    (-28.2, -7.6, -155.2, -134.2),  # Polynésie française
    (-14.6, -13.0, -178.5, -175.8),  # Wallis-et-Futuna
)

_CEDEX = re.compile(r" cedex( [0-9]+)?$")
_ABREGES = {"st": "saint", "ste": "sainte"}
_ARTICLES = frozenset(("le", "la", "les", "l"))


def is_en_france(latitude: float, longitude: float) -> bool:
    return any(sud <= latitude <= nord and ouest <= longitude <= est for sud, nord, ouest, est in BOITES)


@dataclass(frozen=True, slots=True)
class CommuneConnue:
    code: str
    nom: str
    officielle: str  # code of the commune of today
    departement: str
    codes_postaux: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rattachement:
    """The commune of today a row counts for; `avis` says, in French, when it was not the code that told."""

    officielle: CommuneConnue | None
    avis: str


class _Ecrites:
    """Communes that are decoded when they are looked at: a file without a new row needs none."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def __iter__(self) -> Iterator[CommuneConnue]:
        ecrites = msgspec.json.decode(self._octets, type=list[tuple[str, str, str, str, tuple[str, ...]]])
        return (CommuneConnue(*commune) for commune in ecrites)


class Referentiel:
    """The communes, by code, by postcode and by name; nothing is made of them before the first question."""

    def __init__(self, communes: Iterable[CommuneConnue]) -> None:
        self._communes = communes

    @classmethod
    def depuis(cls, octets: bytes) -> "Referentiel":
        """From the JSON arrays of its caller: [code, nom, officielle, departement, [codes postaux]]."""
        return cls(_Ecrites(octets))

    @cached_property
    def _par_code(self) -> dict[str, CommuneConnue]:
        return {commune.code: commune for commune in self._communes}

    @cached_property
    def _par_postal(self) -> dict[str, list[CommuneConnue]]:
        trouvees: dict[str, list[CommuneConnue]] = {}
        for commune in self._par_code.values():
            for code_postal in commune.codes_postaux:
                trouvees.setdefault(code_postal, []).append(commune)
        return trouvees

    @cached_property
    def _par_nom(self) -> dict[tuple[str, str], list[CommuneConnue]]:
        trouvees: dict[tuple[str, str], list[CommuneConnue]] = {}
        for commune in self._par_code.values():
            trouvees.setdefault((commune.departement, cle(commune.nom)), []).append(commune)
        return trouvees

    def codes_postaux(self, code: str) -> tuple[str, ...]:
        commune = self._par_code.get(code)
        return commune.codes_postaux if commune else ()

    def nom(self, code: str) -> str:
        commune = self._par_code.get(code)
        return commune.nom if commune else ""

    def rattacher(self, code: str, *, code_postal: str | None, nom: str | None) -> Rattachement:
        """By the code; a code of another edition, by the name and postcode; else no commune at all."""
        connue = self._par_code.get(code)
        if connue:
            return Rattachement(officielle=self._officielle(connue), avis="")
        trouvees = {self._officielle(c) for c in self._candidates(code, code_postal=code_postal, nom=nom)}
        trouvees.discard(None)
        if len(trouvees) != 1:
            return Rattachement(officielle=None, avis="")
        officielle = trouvees.pop()
        indice = "son nom et son code postal" if nom else "son code postal"
        return Rattachement(
            officielle=officielle,
            avis=f"Code INSEE {code} absent de l’édition des communes utilisée : rattachée à "
            f"{officielle.nom if officielle else ''} par {indice}.",
        )

    def _candidates(self, code: str, *, code_postal: str | None, nom: str | None) -> list[CommuneConnue]:
        au_code_postal = self._par_postal.get(code_postal or "", [])
        if nom:
            homonymes = [c for c in au_code_postal if cle(c.nom) == cle(nom)]
            if homonymes:
                return homonymes
            # The postcode of a merged commune often stays, alone, with the new one.
            if len({c.officielle for c in au_code_postal}) > 1:
                return self._par_nom.get((departement(code), cle(nom)), [])
        return au_code_postal

    def retrouver(self, *, nom: str | None, code_postal: str | None) -> Rattachement:
        """By the name and postcode of a row without a code; none when no commune, or more than one, could be meant."""
        propre = cle_commune(nom or "")
        au_code_postal = self._par_postal.get(code_postal or "", [])
        homonymes = [c for c in au_code_postal if cle(c.nom) == propre]
        if not homonymes and propre:
            ou = _departements(code_postal) if code_postal else self._departements
            homonymes = [c for code in ou for c in self._par_nom.get((code, propre), [])]
        if homonymes or not propre:
            return Rattachement(officielle=self._seule(homonymes or au_code_postal), avis="")
        # The postcode keeps near names near: « ST-DONAT-SUR-LHERBASSE », « Loriol » for Loriol-sur-Drôme.
        seule = self._seule([c for c in au_code_postal if _is_proche(propre, cle(c.nom))] or au_code_postal)
        avis = f"« {nom} », au code postal {code_postal}, est lu comme {seule.nom}." if seule else ""
        return Rattachement(officielle=seule, avis=avis)

    def _seule(self, communes: list[CommuneConnue]) -> CommuneConnue | None:
        trouvees = {self._officielle(c) for c in communes} - {None}
        return trouvees.pop() if len(trouvees) == 1 else None

    @cached_property
    def _departements(self) -> tuple[str, ...]:
        return tuple(sorted({code for code, _ in self._par_nom}))

    def _officielle(self, commune: CommuneConnue) -> CommuneConnue | None:
        return self._par_code.get(commune.officielle)


def departement(code: str) -> str:
    """« 68 » of 68224, « 971 » of 97101."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _departements(code_postal: str) -> tuple[str, ...]:
    """Those that a postcode can be of; Corsica's two share one."""
    return ("2A", "2B") if code_postal.startswith("20") else (departement(code_postal),)


def cle_commune(nom: str) -> str:
    """The key of a name as the post writes it: « ST LOUIS CEDEX 2 » gives that of Saint-Louis."""
    mots = _CEDEX.sub("", cle(nom)).split()
    return " ".join(_ABREGES.get(mot, mot) for mot in mots)


def _is_proche(lu: str, connu: str) -> bool:
    """One slip of the keyboard, blanks put elsewhere, or one name inside the other."""
    mots, connus = set(lu.split()) - _ARTICLES, set(connu.split()) - _ARTICLES
    if mots and connus and (mots <= connus or connus <= mots):
        return True
    a, b = lu.replace(" ", ""), connu.replace(" ", "")
    return a == b or (len(a) >= 6 and Levenshtein.distance(a, b, score_cutoff=1) <= 1)
