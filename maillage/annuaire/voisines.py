"""The other records that may be the same offer, to be said wherever a record is shown or counted."""

from dataclasses import dataclass

from django.db.models import Q

from maillage.annuaire.models import Doublon


@dataclass(frozen=True, slots=True)
class Voisine:
    """Another record, at the same place or of the same name."""

    id: str
    nom: str
    confirmee: bool  # a person said that both are one offer


def voisines_de(structures: set[int]) -> dict[int, tuple[Voisine, ...]]:
    """For each structure, the visible records that may be the same offer; those a person told apart are left out."""
    trouves: dict[int, list[Voisine]] = {}
    doublons = (
        Doublon.objects.exclude(etat="distincts")
        .filter(Q(premiere__in=structures) | Q(seconde__in=structures))
        .filter(premiere__retire_le__isnull=True, seconde__retire_le__isnull=True)
        .select_related("premiere", "seconde")
        .order_by("pk")
    )
    for doublon in doublons:
        for une, autre in ((doublon.premiere, doublon.seconde), (doublon.seconde, doublon.premiere)):
            voisine = Voisine(id=autre.id, nom=autre.nom, confirmee=doublon.etat == "meme")
            trouves.setdefault(une.n, []).append(voisine)
    return {n: tuple(voisines) for n, voisines in trouves.items()}
