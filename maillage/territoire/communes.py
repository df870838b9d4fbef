"""Sets of communes that have a name in the trade; called by the indicators, the pages and the imports."""

from django.db.models import QuerySet

from maillage.territoire.models import Appellation, Commune, Territoire


def communes_du_territoire(territoire: Territoire) -> QuerySet[Commune]:
    """The communes of today of the territory's grouping, by name."""
    return Commune.objects.filter(groupement_id=territoire.groupement_id, type="actuelle")


def commune_actuelle(code_insee: str) -> Commune | None:
    """The commune of today that an INSEE code designates: itself, the one it is part of, or the one it merged into."""
    commune = Commune.objects.select_related("parente").filter(code=code_insee).first()
    if commune is not None:
        return commune.parente or commune
    ancienne = Appellation.objects.select_related("commune").filter(code=code_insee).first()
    return ancienne.commune if ancienne else None
