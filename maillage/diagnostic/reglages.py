"""How a territory reads its recensement: threshold of a total, age at which to do it again. Read by all the others."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from maillage.annuaire.familles import familles, libelle_famille
from maillage.comptes.models import Personne
from maillage.core.edition import enregistrer_si_version
from maillage.core.journal import difference, journaliser
from maillage.diagnostic.etats import DUREE_MOIS
from maillage.diagnostic.models import ReglageTerritoire
from maillage.territoire.models import Territoire

SEUIL = 1.0


@dataclass(frozen=True, slots=True)
class Reglages:
    seuil: float = SEUIL
    duree_mois: int = DUREE_MOIS
    durees: dict[str, int] = field(default_factory=dict)
    version: int = 0  # 0: never set

    @property
    def pour_cent(self) -> int:
        return round(self.seuil * 100)

    def duree(self, famille: str) -> int:
        return self.durees.get(famille, self.duree_mois)


def reglages_de(territoire: Territoire) -> Reglages:
    """What the territory chose, else the house's values; one query."""
    ligne = ReglageTerritoire.objects.du(territoire).first()
    if ligne is None:
        return Reglages()
    return Reglages(ligne.seuil, ligne.duree_mois, dict(ligne.durees), ligne.version)


def regler(
    territoire: Territoire,
    *,
    seuil: float,
    duree_mois: int,
    durees: dict[str, int],
    version: int,
    par: Personne,
    le: datetime,
) -> Reglages:
    """Write the settings if nobody changed them since they were shown; journalled when something moved."""
    connues = {slug: mois for slug, mois in durees.items() if slug in familles() and mois != duree_mois}
    apres = {"seuil": seuil, "duree_mois": duree_mois, "durees": connues}
    with transaction.atomic():
        ligne, _ = ReglageTerritoire.base.get_or_create(territoire=territoire)
        avant = {champ: getattr(ligne, champ) for champ in apres}
        ligne = enregistrer_si_version(ligne, version=version or 1, valeurs=apres)
        champs = difference(_en_clair(avant), _en_clair(apres))
        if champs:
            journaliser("régler le recensement", ligne, le=le, par=par, champs=champs)
    return reglages_de(territoire)


def _en_clair(valeurs: dict[str, object]) -> dict[str, object]:
    durees = valeurs["durees"]
    assert isinstance(durees, dict)  # noqa: S101 - built above
    return {
        "seuil": f"{round(float(str(valeurs['seuil'])) * 100)} %",
        "duree_mois": valeurs["duree_mois"],
        "durees": [f"{libelle_famille(slug)} : {mois} mois" for slug, mois in sorted(durees.items())],
    }
