"""Create the indicators that the house ships, on the fiches they were written for; called when a plan is imported.

In: a convention. Out: the indicators created; those already there are left alone, whatever a person made of them.
The value « before the convention » is computed as of the first day of the phase where the plan was validated.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from maillage.convention.mesures import langage
from maillage.convention.models import Convention, Fiche, Indicateur
from maillage.core.texte import cle

DOSSIER = Path(__file__).with_name("bibliotheque")
_MOIS = re.compile(r"(\d{4})-(\d{2})")


def installer(convention: Convention) -> list[Indicateur]:
    """The indicators of the library, on the fiches of this convention; the same call twice changes nothing.

    Code and title must both be the library's: the fiche 3.2 of another convention speaks of something else.
    """
    fiches = {
        (fiche.code, cle(fiche.titre)): fiche
        for fiche in Fiche.objects.du(convention.territoire).filter(convention=convention)
    }
    reference_le = avant_la_convention(convention)
    crees = []
    with transaction.atomic():
        for visee, decrit in _decrits():
            fiche = fiches.get(visee)
            if fiche is None:
                continue
            indicateur, cree = Indicateur.base.get_or_create(
                fiche=fiche, code=decrit["code"], defaults=_valeurs(decrit) | {"reference_le": reference_le}
            )
            crees += [indicateur] if cree else []
    return crees


def avant_la_convention(convention: Convention) -> date:
    """The first day of the phase that validates the plan, as its document dates it; else the convention's first day."""
    for phase in convention.phases.all():
        trouve = _MOIS.fullmatch(phase.debut)
        if trouve and "validation" in phase.titre.lower():
            return date(int(trouve[1]), int(trouve[2]), 1)
    return convention.debut


def _decrits() -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for chemin in sorted(DOSSIER.glob("*.toml")):
        fichier = tomllib.loads(chemin.read_text("utf-8"))
        for decrit in fichier["indicateur"]:
            langage.lire(decrit["definition"])
            yield (fichier["fiche"], cle(fichier["titre"])), decrit


def _valeurs(decrit: dict[str, Any]) -> dict[str, Any]:
    return {cle: decrit[cle] for cle in ("libelle", "unite", "sens", "decimales", "definition")}
