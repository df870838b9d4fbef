"""The life of a meeting, as a table, and the one function that walks it; called by the meeting page."""

from datetime import datetime

from django.db import transaction

from maillage.comptes.models import Personne
from maillage.core.edition import enregistrer_si_version
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.instances.models import Decision, Reunion

SUITES: dict[str, tuple[str, ...]] = {
    "preparee": ("en_seance", "annulee"),
    "en_seance": ("close",),
    "close": (),
    "annulee": (),
}
# States in which an agenda, then decisions, may be written.
ORDRE_DU_JOUR_OUVERT = frozenset({"preparee", "en_seance"})
DECISIONS_OUVERTES = frozenset({"en_seance"})


def passer(reunion: Reunion, *, etat: str, version: int, par: Personne, le: datetime) -> Reunion:
    """Bring a meeting to its next state, or refuse; a meeting closes when each of its decisions is settled."""
    with transaction.atomic():
        # Whoever writes a decision holds the same lock: none slips in between the check and the closing.
        reunion = verrouiller(reunion)
        if etat not in SUITES[reunion.etat] and version == reunion.version:
            raise RegleMetier(_refus(reunion, etat))
        if etat == "close":
            _exiger_tranchees(reunion)
        avant = reunion.etat
        reunion = enregistrer_si_version(reunion, version=version, valeurs={"etat": etat})
        journaliser("changer d’état", reunion, le=le, par=par, champs={"etat": [avant, etat]})
    return reunion


def verrouiller(reunion: Reunion) -> Reunion:
    """The meeting as it is now; whoever changes it, its agenda or its decisions waits for this transaction to end."""
    lignes = Reunion.objects.du(reunion.instance.territoire).select_related("instance__territoire")
    return lignes.select_for_update(of=("self",)).get(pk=reunion.pk)


def _refus(reunion: Reunion, etat: str) -> str:
    noms = dict(Reunion.ETATS)
    suites = ", ".join(f"« {noms[suite]} »" for suite in SUITES[reunion.etat])
    if not suites:
        return f"Cette réunion est {reunion.get_etat_display()} : elle ne change plus d’état."
    return (
        f"Une réunion {reunion.get_etat_display()} ne passe pas à « {noms.get(etat, 'inconnu')} » : "
        f"elle peut passer à {suites}."
    )


def _exiger_tranchees(reunion: Reunion) -> None:
    attendent = (
        Decision.objects.du(reunion.instance.territoire).filter(reunion=reunion, etat="proposee").count()
    )
    if attendent:
        pluriel = "décisions attendent" if attendent > 1 else "décision attend"
        raise RegleMetier(
            f"{attendent} {pluriel} encore : adoptez, ajournez ou rejetez avant de clore la réunion."
        )


def exiger_ordre_du_jour_ouvert(reunion: Reunion) -> None:
    if reunion.etat not in ORDRE_DU_JOUR_OUVERT:
        raise RegleMetier(
            f"Cette réunion est {reunion.get_etat_display()} : son ordre du jour ne change plus."
        )


def exiger_seance(reunion: Reunion) -> None:
    if reunion.etat in DECISIONS_OUVERTES:
        return
    if reunion.etat == "preparee":
        raise RegleMetier("La séance n’est pas ouverte. Ouvrez-la, puis écrivez la décision.")
    raise RegleMetier(f"Cette réunion est {reunion.get_etat_display()} : ses décisions ne changent plus.")
