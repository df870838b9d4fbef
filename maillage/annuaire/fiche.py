"""Everything the page of one record shows, ready to print; called by the public views."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from maillage.annuaire.avant_de_venir import AvantDeVenir, dire
from maillage.annuaire.carte import code_commune, lien_telephone, nom_commune
from maillage.annuaire.champs import LIBELLES, libelle
from maillage.annuaire.contacts import ContactReserve, contacts_reserves
from maillage.annuaire.documents import is_ouvert, maj_le, ouverts
from maillage.annuaire.familles import Famille, familles
from maillage.annuaire.heritage import (
    ContactResolu,
    FicheResolue,
    avec_relations,
    resoudre,
    resoudre_pratique,
    resoudre_structure,
)
from maillage.annuaire.models import AncienId, Correction, Service, Structure
from maillage.annuaire.presentation import Fraicheur, age, fraicheur
from maillage.annuaire.voisines import Voisine, voisines_de

COORDONNEES_ITINERAIRE = "https://www.openstreetmap.org/directions"


SITE = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Corrige:
    """A field that a person changed, of the record or of the structure it inherits from."""

    champ: str
    libelle: str
    le: datetime


@dataclass(frozen=True, slots=True)
class PageFiche:
    fiche: FicheResolue
    famille: Famille | None
    appel: str
    commune: str
    fraicheur: Fraicheur
    ferme: bool
    pas_encore: bool
    services: tuple[
        FicheResolue, ...
    ]  # the open services of a structure; the others of a service's structure
    voisines: tuple[Voisine, ...]
    corriges: tuple[Corrige, ...]
    pratique: AvantDeVenir
    contacts: tuple[ContactResolu, ...]
    reserves: tuple[ContactReserve, ...]  # what this reader may see and the public may not
    fermee_le_jour: bool  # by a dated closing, today
    sensible: bool  # about violence: neutral title, quick exit
    site: str  # an address that may be followed
    age_source: str
    itineraire: str
    autour: str
    le: date

    @property
    def horaires_corriges(self) -> datetime | None:
        """When a person wrote the hours, if they are not the source's."""
        return next((c.le for c in self.corriges if c.champ == "horaires_accueil"), None)


# Fields that make one fact for a reader.
ENSEMBLES = {
    **dict.fromkeys(
        (
            "frais",
            "frais_precisions",
            "tarif",
            "tarif_min_centimes",
            "tarif_max_centimes",
            "tarif_unite",
            "tarif_le",
        ),
        "Prix",
    ),
    **dict.fromkeys(("age_min_mois", "age_max_mois"), "Âge"),
    **dict.fromkeys(("places_total", "places_disponibles", "places_le"), "Places"),
    **dict.fromkeys(("saturation", "saturation_le"), "Reste-t-il de la place ?"),
    **dict.fromkeys(("gestion", "gestionnaire"), "Gestion"),
}


def make_page_structure(
    structure: Structure, *, le: date, visibilites: frozenset[str] = frozenset()
) -> PageFiche:
    """`visibilites`: which contacts beyond the public ones this reader may see."""
    services = avec_relations(ouverts(Service, le=le).filter(structure_ref=structure)).order_by("nom", "pk")
    return _page(
        structure,
        resoudre_structure(structure),
        services=tuple(resoudre(service) for service in services),
        visibilites=visibilites,
        le=le,
    )


def make_page_service(service: Service, *, le: date, visibilites: frozenset[str] = frozenset()) -> PageFiche:
    autres = avec_relations(ouverts(Service, le=le).filter(structure_ref=service.structure_ref_id))
    return _page(
        service,
        resoudre(service),
        services=tuple(resoudre(autre) for autre in autres.exclude(pk=service.pk).order_by("nom", "pk")),
        visibilites=visibilites,
        le=le,
    )


def _page(
    objet: Structure | Service,
    fiche: FicheResolue,
    *,
    services: tuple[FicheResolue, ...],
    visibilites: frozenset[str],
    le: date,
) -> PageFiche:
    resolue = resoudre_pratique(objet)
    pratique = dire(fiche, resolue, familles().get(fiche.famille), le=le)
    return PageFiche(
        fiche=fiche,
        famille=familles().get(fiche.famille),
        appel=lien_telephone(fiche.telephone or ""),
        commune=nom_commune(fiche),
        fraicheur=fraicheur(fiche.source_nom, fiche.edition_le or maj_le(objet), fiche.verifie_le, le=le),
        ferme=not is_ouvert(objet, le=le),
        pas_encore=fiche.ouvert_le is not None and fiche.ouvert_le > le,
        services=services,
        voisines=voisines_de({fiche.structure_n}).get(fiche.structure_n, ()),
        corriges=_corriges(objet, fiche),
        pratique=pratique,
        contacts=resolue.contacts,
        reserves=contacts_reserves(objet, visibilites=visibilites),
        fermee_le_jour=pratique.is_ferme,
        sensible=_is_sensible(fiche, *services),
        site=fiche.site_web if fiche.site_web and SITE.match(fiche.site_web) else "",
        age_source=age(fiche.edition_le, le=le) if fiche.edition_le else "",
        itineraire=_itineraire(fiche),
        autour=_autour(fiche),
        le=le,
    )


def _is_sensible(*fiches: FicheResolue) -> bool:
    return any(famille.sensible for fiche in fiches if (famille := familles().get(fiche.famille)))


def _corriges(objet: Structure | Service, fiche: FicheResolue) -> tuple[Corrige, ...]:
    """Who changed them is told to the staff only."""
    actives = Correction.objects.filter(levee_le__isnull=True, champ__in=LIBELLES).order_by("champ", "pk")
    siennes = Q(structure=fiche.structure_n)
    if isinstance(objet, Service):
        siennes = Q(service=objet.n) | siennes & Q(champ__in=fiche.herites)
    corriges: dict[str, Corrige] = {}
    for c in actives.filter(siennes):  # a price has several fields: it is said once
        nom = ENSEMBLES.get(c.champ, libelle(c.champ))
        if nom not in corriges or corriges[nom].le < c.le:
            corriges[nom] = Corrige(c.champ, nom, c.le)
    return tuple(corriges.values())


def _itineraire(fiche: FicheResolue) -> str:
    if fiche.latitude is None or fiche.longitude is None or fiche.confidentiel:
        return ""
    return f"{COORDONNEES_ITINERAIRE}?to={fiche.latitude:.5f}%2C{fiche.longitude:.5f}"


def _autour(fiche: FicheResolue) -> str:
    """The search that finds what is near: same family, same commune."""
    famille = familles().get(fiche.famille)
    parametres = {
        "q": famille.libelle if famille else "",
        "lieu": nom_commune(fiche),
        "commune": code_commune(fiche),
    }
    trouves = {nom: valeur for nom, valeur in parametres.items() if valeur}
    return f"{reverse('annuaire:recherche')}?{urlencode(trouves)}"


def nouvelle_adresse(ancien: str) -> str:
    """Where a record that once bore this id stands now; "" when no record did."""
    alias = AncienId.objects.select_related("structure", "service").filter(ancien=ancien).first()
    if alias is None:
        return ""
    if alias.structure:
        return reverse("annuaire:structure", args=[alias.structure.id])
    return reverse("annuaire:service", args=[alias.service.id]) if alias.service else ""


@dataclass(frozen=True, slots=True)
class Suite:
    """After a withdrawal: since when, why, who may answer instead."""

    nom: str
    commune: str
    retire_le: datetime | None
    motif: str
    remplacante: str
    remplacante_adresse: str
    autour: str


def suite_d_un_retrait(objet: Structure | Service) -> Suite:
    structure = objet.structure_ref if isinstance(objet, Service) else objet
    fiche = resoudre(objet) if isinstance(objet, Service) else resoudre_structure(objet)
    autre = _remplacante(structure)
    retrait = objet if objet.retire_le else structure
    return Suite(
        nom=objet.nom,
        commune=nom_commune(fiche),
        retire_le=retrait.retire_le,
        motif=retrait.retire_motif,
        remplacante=autre.nom if autre else "",
        remplacante_adresse=reverse("annuaire:structure", args=[autre.id]) if autre else "",
        autour=_autour(fiche),
    )


def _remplacante(structure: Structure) -> Structure | None:
    """The visible record that a person judged to be the same offer."""
    for premiere, seconde in (("premiere", "seconde"), ("seconde", "premiere")):
        trouvee = (
            Structure.objects.visibles()
            .filter(**{f"doublons_{seconde}__etat": "meme", f"doublons_{seconde}__{premiere}": structure})
            .order_by("pk")
            .first()
        )
        if trouvee is not None:
            return trouvee
    return None
