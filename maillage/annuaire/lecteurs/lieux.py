"""Where a row stands: boxes of France, and the commune a row belongs to. Pure: the communes are handed over."""

from dataclasses import dataclass

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


class Referentiel:
    """The communes, by code, by postcode and by name."""

    def __init__(self, communes: list[CommuneConnue]) -> None:
        self._par_code = {commune.code: commune for commune in communes}
        self._par_postal: dict[str, list[CommuneConnue]] = {}
        self._par_nom: dict[tuple[str, str], list[CommuneConnue]] = {}
        for commune in communes:
            for code_postal in commune.codes_postaux:
                self._par_postal.setdefault(code_postal, []).append(commune)
            self._par_nom.setdefault((commune.departement, cle(commune.nom)), []).append(commune)

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

    def _officielle(self, commune: CommuneConnue) -> CommuneConnue | None:
        return self._par_code.get(commune.officielle)


def departement(code: str) -> str:
    """« 68 » of 68224, « 971 » of 97101."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]
