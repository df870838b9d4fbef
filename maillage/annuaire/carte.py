"""The card of a record in a list of results: stored whole in the index, so that a page of results asks nothing more."""

from dataclasses import dataclass
from datetime import date

import msgspec

from maillage.annuaire.heritage import FicheResolue
from maillage.annuaire.periode import Periode, a_montrer
from maillage.annuaire.phrases import PlaceDite, periode_en_clair, saturation_en_clair

# Raise it when a field changes: an index whose cards have another shape is then built again.
VERSION = 2
# A card announces the closings of the next month; the page of the record, all of them.
JOURS_ANNONCE = 30
DEPART_TELEPHONE = "+0123456789"


@dataclass(frozen=True, slots=True)
class Carte:
    genre: str
    id: str
    nom: str
    structure: str  # "" for a structure, or when the service bears the same name
    famille: str
    adresse: str  # one line; the commune alone for a protected address
    commune: str
    code_insee: str
    telephone: str
    horaires: str
    sur_rendez_vous: bool | None
    itinerant: bool | None
    confidentiel: bool
    situee: bool  # False: placed in the middle of its commune
    exemple: bool
    source: str
    ouvert_le: date | None
    verifie_le: date | None
    maj_le: date | None  # for a source without editions: when the record was last written
    structure_n: int
    gratuit: bool
    saturation: str
    saturation_le: date | None
    fermetures: tuple[Periode, ...]  # not over when the card was written: the day it is shown decides

    @property
    def appel(self) -> str:
        return lien_telephone(self.telephone)

    def fermeture(self, *, le: date) -> str:
        """The closing under way, else the next one of the month, as a sentence."""
        proches = a_montrer(self.fermetures, le=le, jours=JOURS_ANNONCE)
        return periode_en_clair(proches[0], le=le) if proches else ""

    def place(self, *, le: date) -> PlaceDite | None:
        return saturation_en_clair(self.saturation, self.saturation_le, le=le)


def make_carte(fiche: FicheResolue, *, maj_le: date | None, fermetures: tuple[Periode, ...] = ()) -> Carte:
    return Carte(
        genre=fiche.genre,
        id=fiche.id,
        nom=fiche.nom,
        structure="" if fiche.structure_nom == fiche.nom else fiche.structure_nom,
        famille=fiche.famille,
        adresse=en_une_ligne(fiche),
        commune=nom_commune(fiche),
        code_insee=code_commune(fiche),
        telephone=fiche.telephone or "",
        horaires=fiche.horaires_accueil or "",
        sur_rendez_vous=fiche.sur_rendez_vous,
        itinerant=fiche.itinerant,
        confidentiel=fiche.confidentiel,
        situee=fiche.latitude is not None,
        exemple=fiche.exemple,
        source=fiche.source,
        ouvert_le=fiche.ouvert_le,
        verifie_le=fiche.verifie_le,
        maj_le=maj_le,
        structure_n=fiche.structure_n,
        gratuit=fiche.frais == "gratuit",
        saturation=fiche.saturation or "",
        saturation_le=fiche.saturation_le,
        fermetures=fermetures,
    )


def en_une_ligne(fiche: FicheResolue) -> str:
    """« 12 rue du Bourg, 68270 Wittenheim »."""
    ville = " ".join(filter(None, (fiche.code_postal, nom_commune(fiche))))
    return ", ".join(filter(None, (fiche.adresse, ville)))


def nom_commune(fiche: FicheResolue) -> str:
    """The commune as its source writes it, a déléguée by its own name; else its official name."""
    return fiche.commune or fiche.commune_officielle_nom or ""


def code_commune(fiche: FicheResolue) -> str:
    return fiche.commune_officielle_code or fiche.code_insee or ""


def lien_telephone(telephone: str) -> str:
    """What a phone dials, « +33389530010 »; "" when the text holds no number that can be dialled."""
    chiffres = "".join(c for c in telephone if c in DEPART_TELEPHONE)
    if "+" in chiffres[1:] or len(telephone) > 2 * len(chiffres):
        return ""  # several numbers, or words around: shown as given, not dialled
    if len(chiffres) == 10 and chiffres.startswith("0"):
        return f"+33{chiffres[1:]}"
    if chiffres.startswith("+") and 9 <= len(chiffres) <= 16:
        return chiffres
    return chiffres if len(chiffres) in {2, 3, 4, 6} else ""


_ECRIRE = msgspec.json.Encoder()
_LIRE = msgspec.json.Decoder(Carte)


def encoder(carte: Carte) -> bytes:
    return _ECRIRE.encode(carte)


def decoder(octets: bytes) -> Carte:
    """Raises msgspec.DecodeError for a card of another shape."""
    return _LIRE.decode(octets)
