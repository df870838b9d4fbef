"""Say in French how old and how sure a record is; called by the pages of the directory."""

from dataclasses import dataclass
from datetime import date

from maillage.annuaire.models import Source
from maillage.core.duree import age, mois_ecoules
from maillage.core.texte import plier

# Over six months, the age is said with a mark: what was true may no longer be.
MOIS_FRAIS = 6
# The engine's words for the fields where it found what was typed.
CORRESPOND = {
    "nom": "le nom",
    "nom de la structure": "la structure",
    "commune": "la commune",
    "mots proches": "un mot proche",
    "description": "la présentation",
}
# An h is aspirated in Alsace: « de Habsheim ».
VOYELLES = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Fraicheur:
    """« Vérifié par une personne le … » or « D’après … »; `ancienne` asks for a warning mark."""

    verifie: bool
    source: str
    le: date | None
    age: str
    ancienne: bool


def fraicheur(source: str, edition_le: date | None, verifie_le: date | None, *, le: date) -> Fraicheur:
    """The later of a person's check and of the source's edition has the word."""
    verifie = verifie_le is not None and (edition_le is None or verifie_le >= edition_le)
    jour = verifie_le if verifie else edition_le
    return Fraicheur(
        verifie=verifie,
        source=source,
        le=jour,
        age=age(jour, le=le) if jour else "",
        ancienne=jour is None or mois_ecoules(jour, le=le) >= MOIS_FRAIS,
    )


def sources_par_slug() -> dict[str, Source]:
    """All sources, by slug: there are a handful, one query serves a whole page."""
    return {source.slug: source for source in Source.objects.order_by("pk")}


def pourquoi_en_clair(raisons: str) -> str:
    """« le nom et la commune correspondent, à 1,2 km », from the engine's « nom, commune, à 1,2 km »."""
    parties = raisons.split(", ")
    champs = [CORRESPOND[partie] for partie in parties if partie in CORRESPOND]
    autres = [partie for partie in parties if partie and partie not in CORRESPOND]
    if champs:
        verbe = "correspondent" if len(champs) > 1 else "correspond"
        autres.insert(0, f"{' et '.join([', '.join(champs[:-1]), champs[-1]][len(champs) == 1 :])} {verbe}")
    return ", ".join(autres)


def de_commune(nom: str) -> str:
    """« de Wittenheim », « d’Illzach », « du Havre », « des Abymes », « de La Rochelle »."""
    if nom.startswith("Le "):
        return f"du {nom[3:]}"
    if nom.startswith("Les "):
        return f"des {nom[4:]}"
    return f"d’{nom}" if plier(nom[:1]) in VOYELLES else f"de {nom}"
