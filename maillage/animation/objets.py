"""What a point or a decision is about: its title and its address; called by the pages of meetings.

In: points, decisions. Out: `Objet`s by (type, uuid), in two queries however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from maillage.convention.ecarts import ecarts_de, titre_ecart
from maillage.convention.mesures.page import adresse_indicateur
from maillage.convention.models import Ecart, Fiche
from maillage.instances.models import Decision, Point
from maillage.territoire.models import Territoire

Cle = tuple[str, UUID]
FICHE, ECART = "convention.fiche", "convention.ecart"


@dataclass(frozen=True, slots=True)
class Objet:
    titre: str
    court: str
    adresse: str


def objets_de(lignes: Iterable[Point | Decision], territoire: Territoire) -> dict[Cle, Objet]:
    """The objects that these points and decisions name; one that is gone is left out."""
    cles = {(ligne.objet_type, ligne.objet_uuid) for ligne in lignes if ligne.objet_uuid}
    fiches = [uuid for genre, uuid in cles if genre == FICHE]
    ecarts = [uuid for genre, uuid in cles if genre == ECART]
    trouves: dict[Cle, Objet] = {}
    if fiches:
        lues = Fiche.objects.du(territoire).filter(uuid__in=fiches).select_related("convention")
        trouves |= {(FICHE, fiche.uuid): _fiche(fiche) for fiche in lues}
    if ecarts:
        trouves |= {(ECART, e.uuid): _ecart(e) for e in ecarts_de(territoire).filter(uuid__in=ecarts)}
    return trouves


def trouver_objet(nom: str, territoire: Territoire) -> Fiche | Ecart | None:
    """« convention.ecart:<uuid> », as a form sends it; None for nothing, 404 for what is not of this territory."""
    if not nom:
        return None
    genre, _, cle = nom.partition(":")
    try:
        uuid = UUID(cle)
    except ValueError as erreur:
        raise Http404 from erreur
    trouve: Fiche | Ecart | None = None
    if genre == FICHE:
        trouve = Fiche.objects.du(territoire).filter(uuid=uuid).select_related("convention").first()
    elif genre == ECART:
        trouve = ecarts_de(territoire).filter(uuid=uuid).first()
    if trouve is None:
        raise Http404
    return trouve


def nom_de_formulaire(objet: Fiche | Ecart) -> str:
    return f"{objet._meta.label_lower}:{objet.uuid}"


def _fiche(fiche: Fiche) -> Objet:
    adresse = reverse("convention:fiche", args=[fiche.convention.periode, fiche.code])
    return Objet(f"Fiche {fiche.code} : {fiche.titre}", f"Fiche {fiche.code}", adresse)


def _ecart(ecart: Ecart) -> Objet:
    court = f"Indicateur {ecart.indicateur.code}"
    return Objet(f"Écart {titre_ecart(ecart)}", court, adresse_indicateur(ecart.indicateur))
