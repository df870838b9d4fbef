"""Reach a cell or a family of the recensement; called by every private view, never bypassed.

What a role may do with a route is in the table of rights; here, what is not of this territory does not exist.
"""

from datetime import date

from django.http import Http404

from maillage.annuaire.familles import familles
from maillage.comptes.droits import REPERTOIRE
from maillage.diagnostic.tableau import Cellule, etat_recensement
from maillage.territoire.models import Territoire

Roles = frozenset[str]


def peut_noter(roles: Roles) -> bool:
    """Who keeps the directory says what is surveyed."""
    return bool(roles & REPERTOIRE)


def get_cellule_for(territoire: Territoire, famille: str, code: str, *, le: date) -> Cellule:
    if famille not in familles():
        raise Http404
    trouvee = etat_recensement(territoire, familles=[famille], communes=[code], le=le).par_cle.get(
        (famille, code)
    )
    if trouvee is None:
        raise Http404
    return trouvee
