"""What the page of a record says before one comes: each known fact in a sentence, each unknown one by its name.

Called by `fiche`; the facts come resolved from `heritage`, the sentences from `phrases`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from maillage.annuaire.familles import Famille
from maillage.annuaire.heritage import FicheResolue, Pratique
from maillage.annuaire.periode import a_montrer
from maillage.annuaire.phrases import (
    AccesDit,
    PlaceDite,
    Titre,
    acces_en_clair,
    ages_en_clair,
    gestion_en_clair,
    langues_en_clair,
    periode_en_clair,
    places_en_clair,
    prix_en_clair,
    publics_en_clair,
    reconnaissance_en_clair,
    saturation_en_clair,
)

# Where a family first asks whether there is room.
BESOINS_DE_PLACE = frozenset({"petite-enfance", "enfance"})
FAMILLES_DE_PLACE = frozenset({"hebergement", "hebergement-violences"})
# One comes there without a price in mind.
SANS_PRIX = frozenset({"mairie", "france-services"})


@dataclass(frozen=True, slots=True)
class Fait:
    nom: str
    dit: str


@dataclass(frozen=True, slots=True)
class Annonce:
    """A closing under way or to come."""

    texte: str
    en_cours: bool


@dataclass(frozen=True, slots=True)
class AvantDeVenir:
    faits: tuple[Fait, ...]
    papiers: tuple[str, ...] | None  # None: unknown; empty: nothing to bring
    acces: tuple[AccesDit, ...]  # empty: nobody spoke of any
    inconnus: tuple[str, ...]  # what a family would ask, and nobody knows yet
    place: PlaceDite | None
    annonces: tuple[Annonce, ...]
    titres: tuple[Titre, ...]
    gestion: str
    gratuit: bool
    ages: str

    @property
    def is_vide(self) -> bool:
        return not (self.faits or self.acces or self.inconnus or self.papiers is not None)

    @property
    def is_ferme(self) -> bool:
        return any(annonce.en_cours for annonce in self.annonces)


def dire(fiche: FicheResolue, pratique: Pratique, famille: Famille | None, *, le: date) -> AvantDeVenir:
    dits = {nom: dit for nom, dit in _dits(fiche, pratique, le=le) if dit}
    attendus = _attendus(fiche, famille)
    acces = acces_en_clair(pratique.acces) if pratique.acces else ()
    connus = {*dits, *(["papiers"] if pratique.papiers is not None else [])}
    connus |= {"acces"} if acces else set()
    return AvantDeVenir(
        faits=tuple(Fait(NOMS[nom], dit) for nom, dit in dits.items()),
        papiers=pratique.papiers,
        acces=acces,
        inconnus=tuple(_inconnu(nom, famille) for nom in attendus if nom not in connus),
        place=saturation_en_clair(fiche.saturation, fiche.saturation_le, le=le),
        annonces=tuple(
            Annonce(periode_en_clair(periode, le=le), periode.couvre(le))
            for periode in a_montrer(pratique.fermetures, le=le)
        ),
        titres=tuple(
            reconnaissance_en_clair(r.genre, r.nom, r.par, r.du, r.au, le=le)
            for r in pratique.reconnaissances
        ),
        gestion=gestion_en_clair(pratique.gestion, pratique.gestionnaire),
        gratuit=fiche.frais == "gratuit" and pratique.tarif is None,
        ages=ages_en_clair(pratique.age_min_mois, pratique.age_max_mois),
    )


NOMS = {
    "prix": "Prix",
    "ages": "Âge",
    "publics": "Pour qui",
    "conditions": "Conditions",
    "langues": "Langues parlées",
    "mobilisation": "Comment demander",
    "delai": "Délai",
    "places": "Places",
}
INCONNUS = {
    "prix": "le prix",
    "ages": "l’âge des enfants accueillis",
    "papiers": "les papiers à apporter",
    "langues": "les langues parlées",
    "acces": "l’accès des personnes handicapées",
    "place": "s’il reste de la place",
}


def _inconnu(nom: str, famille: Famille | None) -> str:
    """Its name; for an age, what is usual in the family helps to know whether to call."""
    if nom == "ages" and famille and famille.ages:
        return f"{INCONNUS[nom]} (d’habitude, {ages_en_clair(*famille.ages)})"
    return INCONNUS[nom]


def _dits(fiche: FicheResolue, pratique: Pratique, *, le: date) -> Iterator[tuple[str, str]]:
    """(fact, sentence), in the order in which they are asked."""
    yield (
        "prix",
        prix_en_clair(
            frais=fiche.frais,
            tarif=pratique.tarif,
            bas=pratique.tarif_min_centimes,
            haut=pratique.tarif_max_centimes,
            unite=pratique.tarif_unite,
            precisions=pratique.frais_precisions,
            vrai_le=pratique.tarif_le,
        ),
    )
    ages = ages_en_clair(pratique.age_min_mois, pratique.age_max_mois)
    yield "ages", f"{ages[:1].upper()}{ages[1:]}." if ages else ""
    yield "publics", publics_en_clair(pratique.publics, pratique.publics_precisions)
    yield "conditions", pratique.conditions_acces or ""
    yield "langues", langues_en_clair(pratique.langues)
    yield "mobilisation", pratique.mobilisation_precisions or ""
    yield "delai", pratique.delai or ""
    yield (
        "places",
        places_en_clair(pratique.places_total, pratique.places_disponibles, pratique.places_le, le=le),
    )


def _attendus(fiche: FicheResolue, famille: Famille | None) -> Iterator[str]:
    """What a family needs to know of this kind of service."""
    if fiche.genre == "structure":
        return
    if famille is None or famille.slug not in SANS_PRIX:
        yield "prix"
    if famille and famille.ages and famille.rubrique in BESOINS_DE_PLACE:
        yield "ages"
    yield from ("papiers", "langues", "acces")
    demande_place = famille and (famille.rubrique in BESOINS_DE_PLACE or famille.slug in FAMILLES_DE_PLACE)
    if demande_place and fiche.saturation is None:
        yield "place"
