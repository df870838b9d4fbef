"""What a person asks of the directory, read from an address anybody may write; called by the results page."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from maillage.core.texte import sans_signes_caches
from maillage.recherche.requete import LONGUEUR_MAX

RAYONS = (2, 5, 10, 20, 50)
RAYON_DEFAUT = 10
PAGE_MAX = 1_000
LIEU_MAX = 100


@dataclass(frozen=True, slots=True)
class Demande:
    texte: str = ""
    lieu: str = ""
    commune: str = ""  # INSEE code, when a homonym was chosen
    rayon: int = RAYON_DEFAUT
    besoin: str = ""  # a group of families
    famille: str = ""
    partout: bool = False  # beyond the territory served, when no place is given
    page: int = 1

    def adresse(self, **autres: object) -> str:
        """The query string of this search, some of it changed; back to its first page unless told."""
        autre = replace(self, **({"page": 1} | autres))  # type: ignore[arg-type]
        parametres = {
            "q": autre.texte,
            "lieu": autre.lieu,
            "commune": autre.commune,
            "rayon": autre.rayon if autre.rayon != RAYON_DEFAUT else "",
            "besoin": autre.besoin,
            "famille": autre.famille,
            "partout": "oui" if autre.partout else "",
            "page": autre.page if autre.page > 1 else "",
        }
        return "?" + urlencode({nom: valeur for nom, valeur in parametres.items() if valeur != ""})


def lire(parametres: QueryDict) -> Demande:
    """Never refuses: what is not understood takes its default value."""
    return Demande(
        texte=_texte(parametres.get("q"), LONGUEUR_MAX),
        lieu=_texte(parametres.get("lieu"), LIEU_MAX),
        commune=_texte(parametres.get("commune"), 5),
        rayon=_choix(parametres.get("rayon")),
        besoin=_texte(parametres.get("besoin"), 40),
        famille=_texte(parametres.get("famille"), 40),
        partout=parametres.get("partout") == "oui",
        page=min(max(_entier(parametres.get("page"), defaut=1), 1), PAGE_MAX),
    )


def _texte(valeur: str | None, longueur: int) -> str:
    return " ".join(sans_signes_caches((valeur or "")[: longueur * 4]).split())[:longueur]


def _choix(valeur: str | None) -> int:
    rayon = _entier(valeur, defaut=RAYON_DEFAUT)
    return rayon if rayon in RAYONS else RAYON_DEFAUT


def _entier(valeur: str | None, *, defaut: int) -> int:
    propre = (valeur or "").strip()
    if not (propre.isascii() and propre.isdigit()):
        return defaut
    return int(propre) if len(propre) <= 6 else PAGE_MAX
