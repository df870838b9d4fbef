"""Say what was found in cells of the recensement, confirm a zero, undo; called by the board and by the page of a cell.

Each gesture writes its acts together (one `lot`) and one line of the journal a family, in one transaction.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from maillage.annuaire.familles import familles
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.texte import sans_signes_caches
from maillage.core.verrou import serialiser
from maillage.diagnostic.cycle import LIBELLES, ZERO, exiger_suite
from maillage.diagnostic.etats import ajouter_mois
from maillage.diagnostic.models import ANNULATION, Recensement
from maillage.diagnostic.mots import a_commune, enumerer
from maillage.diagnostic.offre import Cle
from maillage.diagnostic.tableau import Cellule, Tableau, etat_recensement
from maillage.territoire.models import Territoire

# One gesture stays readable in the journal, and short for whoever waits behind it.
CELLULES_MAX = 500
PREMIER_JOUR = date(2000, 1, 1)


def noter_recensement(
    territoire: Territoire,
    cellules: Collection[Cle],
    *,
    etat: str,
    le: date,
    par: Personne,
    maintenant: datetime,
    aupres_de: str = "",
    note: str = "",
    expire_le: date | None = None,
) -> list[Recensement]:
    """One act a cell; all or none. A zero is refused where a real service of the family is known that day."""
    _exiger_jours(le, expire_le, maintenant)
    with transaction.atomic():
        serialiser()
        tableau = etat_recensement(
            territoire, familles={f for f, _ in cellules}, communes={c for _, c in cellules}, le=le
        )
        lues = _lire_cellules(tableau, cellules)
        for cellule in lues:
            exiger_suite(cellule.constat.etat, etat)
        if etat == ZERO:
            _exiger_aucun_service(lues)
        lot = uuid4()
        ecrits = [
            Recensement(
                lot=lot,
                territoire=territoire,
                commune=cellule.commune,
                famille=cellule.famille.slug,
                etat=etat,
                le=le,
                expire_le=expire_le or ajouter_mois(le, tableau.reglages.duree(cellule.famille.slug)),
                aupres_de=sans_signes_caches(aupres_de).strip(),
                note=sans_signes_caches(note).strip(),
                par=par,
                note_le=maintenant,
            )
            for cellule in lues
        ]
        actes = Recensement.base.bulk_create(ecrits)
        avant = {(c.famille.slug, c.commune.nom): c.constat.libelle for c in lues}
        apres = dict.fromkeys(avant, LIBELLES[etat])
        _raconter(territoire, "noter un recensement", avant, apres, par=par, le=maintenant, motif=note)
    return actes


def confirmer_zero(
    territoire: Territoire,
    famille: str,
    communes: Iterable[str],
    *,
    le: date,
    par: Personne,
    maintenant: datetime,
    aupres_de: str = "",
    note: str = "",
) -> list[Recensement]:
    """« There is none here »: one act, undone by `annuler`."""
    return noter_recensement(
        territoire,
        [(famille, code) for code in communes],
        etat=ZERO,
        le=le,
        par=par,
        maintenant=maintenant,
        aupres_de=aupres_de,
        note=note,
    )


def annuler(territoire: Territoire, lot: UUID, *, par: Personne, maintenant: datetime) -> list[Recensement]:
    """Undo a gesture, by acts of its own; each cell goes back to what was known without it."""
    with transaction.atomic():
        serialiser()
        actes = actes_du_lot(territoire, lot)
        if not actes:
            raise RegleMetier("Ce geste est déjà annulé, ou n’a jamais été fait. Rien n’a changé.")
        cles = {(acte.famille, acte.commune_id) for acte in actes}
        le = timezone.localdate(maintenant)
        avant = _etats(territoire, cles, le)
        annulations = Recensement.base.bulk_create(
            [_annulation(acte, par=par, maintenant=maintenant) for acte in actes]
        )
        apres = _etats(territoire, cles, le)
        _raconter(territoire, "annuler un recensement", avant, apres, par=par, le=maintenant)
    return annulations


def actes_du_lot(territoire: Territoire, lot: UUID) -> list[Recensement]:
    """The acts of a gesture that still stand."""
    actes = Recensement.objects.du(territoire).filter(lot=lot, annulation__isnull=True)
    return list(actes.exclude(etat=ANNULATION).select_related("commune", "par").order_by("pk"))


def histoire_de(territoire: Territoire, famille: str, code: str) -> list[Recensement]:
    """Every act on one cell, the newest first; those undone say by whom."""
    actes = Recensement.objects.du(territoire).filter(famille=famille, commune=code)
    return list(
        actes.exclude(etat=ANNULATION).select_related("par", "annulation__par").order_by("-le", "-pk")
    )


def _annulation(acte: Recensement, *, par: Personne, maintenant: datetime) -> Recensement:
    return Recensement(
        territoire_id=acte.territoire_id,
        commune_id=acte.commune_id,
        famille=acte.famille,
        etat=ANNULATION,
        le=acte.le,
        expire_le=acte.expire_le,
        annule=acte,
        par=par,
        note_le=maintenant,
    )


def _exiger_jours(le: date, expire_le: date | None, maintenant: datetime) -> None:
    if le > timezone.localdate(maintenant):
        raise RegleMetier("Ce jour n’est pas encore passé. Choisissez aujourd’hui ou un jour d’avant.")
    if le < PREMIER_JOUR:
        raise RegleMetier("Choisissez un jour après le 1er janvier 2000.")
    if expire_le is not None and expire_le <= le:
        raise RegleMetier("La date où refaire le recensement doit suivre celle du recensement.")


def _lire_cellules(tableau: Tableau, cellules: Collection[Cle]) -> list[Cellule]:
    """The cells asked for, in the order of the board; a family or a commune that is not of here is refused."""
    voulues = set(cellules)
    if not voulues:
        raise RegleMetier("Choisissez au moins une commune : rien n’était coché.")
    if len(voulues) > CELLULES_MAX:
        raise RegleMetier(f"Choisissez au plus {CELLULES_MAX} cases à la fois.")
    inconnues = sorted(famille for famille, _ in voulues if famille not in familles())
    if inconnues:
        raise RegleMetier(f"Famille de service inconnue : « {inconnues[0]} ».")
    if any(cle not in tableau.par_cle for cle in voulues):
        raise RegleMetier("Une des communes n’est pas de ce territoire.")
    return [c for c in tableau.cellules if (c.famille.slug, c.commune.code) in voulues]


def _exiger_aucun_service(cellules: list[Cellule]) -> None:
    """Which records say the contrary, and what to do about them."""
    pourvues = [cellule for cellule in cellules if cellule.services]
    if not pourvues:
        return
    dites = [
        f"« {cellule.services[0].nom} » {a_commune(cellule.commune.nom)} ({cellule.famille.libelle})"
        for cellule in pourvues[:3]
    ]
    suite = f", et {len(pourvues) - 3} autres" if len(pourvues) > 3 else ""
    verbe = "est" if len(pourvues) == 1 else "sont"
    raise RegleMetier(
        f"Zéro impossible : {enumerer(dites)}{suite} {verbe} dans le répertoire. "
        "Si ce lieu n’existe plus, notez sa fermeture sur sa fiche. Sinon, choisissez « recensé »."
    )


def _etats(territoire: Territoire, cles: set[Cle], le: date) -> dict[tuple[str, str], str]:
    tableau = etat_recensement(
        territoire, familles={f for f, _ in cles}, communes={c for _, c in cles}, le=le
    )
    return {
        (c.famille.slug, c.commune.nom): c.constat.libelle
        for c in tableau.cellules
        if (c.famille.slug, c.commune.code) in cles
    }


def objet_du_journal(territoire: Territoire, famille: str) -> tuple[str, str]:
    """How the journal names the recensement of one family in one territory."""
    return Recensement._meta.label_lower, f"{territoire.pk}/{famille}"


def _raconter(
    territoire: Territoire,
    acte: str,
    avant: dict[tuple[str, str], str],
    apres: dict[tuple[str, str], str],
    *,
    par: Personne,
    le: datetime,
    motif: str = "",
) -> None:
    for famille in dict.fromkeys(famille for famille, _ in avant):
        champs = {nom: [avant[f, nom], apres.get((f, nom), "")] for f, nom in avant if f == famille}
        journaliser(
            acte, objet_du_journal(territoire, famille), le=le, par=par, champs=champs, motif=motif.strip()
        )
