"""Bring one source's file into the directory; called by the command and by the upload page.

`preparer` copies, reads and compares, and changes no record; `executer` writes what was prepared, batch by batch.
A kill at any moment leaves whole batches and a cursor: `reprendre_interrompus` finishes the import at the next start.
"""

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from maillage.annuaire.doublons import chercher_doublons, noter_doublons
from maillage.annuaire.import_comparaison import absentes, comparer, connues_de, lots
from maillage.annuaire.import_ecriture import en_nombre, par_lots
from maillage.annuaire.import_lecture import is_entiere, lire, relire
from maillage.annuaire.import_lots import Contexte, ecrire_lot, retirer_lot
from maillage.annuaire.import_rapport import Rapport, rapport_de
from maillage.annuaire.lecteurs.description import SourceDecrite
from maillage.annuaire.lecteurs.trouvailles import Absentes
from maillage.annuaire.models import Apport, Import, Source
from maillage.annuaire.sources_connues import find_source, sources_connues
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.verrou import serialiser

LOT = 2_000
BLOC = 1 << 20


class FichierTropGros(RegleMetier):
    """The file passes the limit; what was copied of it is already deleted."""


class ImportOccupe(RegleMetier):
    """Another process is writing an import of this source."""

    statut = 409


def source_decrite(slug: str) -> SourceDecrite:
    decrite = find_source(slug)
    if decrite is None:
        connues = ", ".join(f"« {nom} »" for nom in sources_connues())
        raise RegleMetier(f"Source inconnue : « {slug} ». Sources décrites : {connues}.")
    return decrite


def declarer_source(decrite: SourceDecrite) -> Source:
    """The row of a described source, made or refreshed; what was loaded (edition) is left alone."""
    return Source.objects.update_or_create(
        slug=decrite.slug,
        defaults={
            "nom": decrite.nom,
            "producteur": decrite.producteur,
            "licence": decrite.licence,
            "provenance": decrite.provenance,
            "familles": list(decrite.familles),
            "departements_complets": list(decrite.departements_complets),
            "rang": decrite.rang,
        },
    )[0]


# What an edition is called when the file does not say which day it is of.
RECUE_LE = "reçue le"


def preparer(
    source_slug: str,
    fichier: Path,
    *,
    nom: str,
    par: Personne | None,
    le: datetime,
    edition_le: date | None = None,
    a_defaut: date | None = None,
    plus_ancienne: bool = False,
    taille_max: int | None = None,
) -> Import:
    """Copy, read in a child, compare: an Import `prepare`, or `refuse` when the file cannot be read, with its report.

    Raises RegleMetier for an unknown source, a file over `taille_max` bytes, an edition that nobody dated, or one
    older than the edition loaded (`plus_ancienne` lets it through). `a_defaut` is the day to take when neither the
    person nor the source says which day the file is of: the day it was received, and the report says so.
    """
    decrite = source_decrite(source_slug)
    source = declarer_source(decrite)
    edition, edition_le = _edition(decrite, nom, edition_le, a_defaut=a_defaut)
    _check_edition(source, edition_le, plus_ancienne=plus_ancienne)
    jeton = uuid4()
    copie, empreinte, taille = _copier(fichier, f"{jeton}", taille_max or settings.TAILLE_MAX_ENVOI)
    import_ = Import(
        uuid=jeton,
        source_ref=source,
        fichier=nom[:255],
        chemin=str(copie),
        empreinte=empreinte,
        taille=taille,
        edition=edition,
        edition_le=edition_le,
        par=par,
        cree_le=le,
    )
    rapport = _comparer(import_)
    import_.etat = "refuse" if rapport.illisible else "prepare"
    import_.fini_le = le if rapport.illisible else None
    import_.rapport = rapport.en_json()
    import_.save()
    if rapport.illisible:
        _oublier(import_)
    return import_


def executer(import_: Import, *, le: datetime, retraits_confirmes: bool = False) -> Import:
    """Write what was prepared; a finished import is given back as it is. Raises RegleMetier when it must wait."""
    with _seul(import_):
        import_ = Import.objects.select_related("source_ref", "par").get(pk=import_.pk)
        if import_.etat == "termine":
            return import_
        if import_.etat not in ("prepare", "en_cours"):
            raise RegleMetier(f"Cet import est {import_.get_etat_display()} : envoyez de nouveau le fichier.")
        if import_.etat == "prepare":
            _commencer(import_, retraits_confirmes=retraits_confirmes)
        elif not is_entiere(_sortie(import_)):
            _relire_de_zero(import_, le=le)
        with en_nombre():
            _ecrire(import_, le=le)
        _finir(import_, le=le)
    return import_


def abandonner(import_: Import, *, par: Personne | None, le: datetime) -> Import:
    """Forget a prepared import; one that has begun must be finished, half of it would be no edition at all."""
    if not Import.objects.filter(pk=import_.pk, etat="prepare").update(etat="abandonne", fini_le=le, par=par):
        raise RegleMetier("Cet import n’attend plus de confirmation : il ne s’abandonne pas.")
    _oublier(import_)
    return Import.objects.get(pk=import_.pk)


def oublier_apercu(import_: Import) -> None:
    """Leave nothing of a look: neither the copy of the file nor the row."""
    _oublier(import_)
    Import.objects.filter(pk=import_.pk, etat__in=("prepare", "refuse")).delete()


def reprendre_interrompus(le: datetime) -> list[Import]:
    """Finish the imports that a stop of the machine cut; called when a process starts."""
    _nettoyer_envois()
    repris = []
    for import_ in Import.objects.filter(etat="en_cours").order_by("pk"):
        try:
            repris.append(executer(import_, le=le))
        except ImportOccupe:  # not cut at all: another process is at it
            continue
    return repris


def _nettoyer_envois() -> None:
    """Delete the copies that no waiting import names: a reading that was killed leaves one behind."""
    if not settings.DOSSIER_ENVOIS.exists():
        return
    attendus = {
        Path(chemin).stem
        for chemin in Import.objects.filter(etat__in=("prepare", "en_cours")).values_list("chemin", flat=True)
    }
    limite = time.time() - 86_400
    for copie in settings.DOSSIER_ENVOIS.iterdir():
        ancienne = copie.suffix in (".fichier", ".lignes") and copie.stat().st_mtime < limite
        if ancienne and copie.stem not in attendus:
            copie.unlink(missing_ok=True)


def _edition(
    decrite: SourceDecrite, nom: str, edition_le: date | None, *, a_defaut: date | None
) -> tuple[str, date]:
    if edition_le is not None:
        return f"{edition_le:%d/%m/%Y}", edition_le
    connue = decrite.edition_de(Path(nom).name)
    if connue is None and a_defaut is not None:
        return f"{RECUE_LE} {a_defaut:%d/%m/%Y}", a_defaut
    if connue is None:
        raise RegleMetier(
            f"À quelle date ce fichier dit-il vrai ? Donnez la date de l’édition (option --edition AAAA-MM-JJ) : "
            f"elle sert à savoir depuis quand une fiche existe. Fichier : {nom}."
        )
    return connue.nom, connue.le


def _check_edition(source: Source, edition_le: date, *, plus_ancienne: bool) -> None:
    if source.edition_le and edition_le < source.edition_le and not plus_ancienne:
        raise RegleMetier(
            f"Ce fichier est du {edition_le:%d/%m/%Y}, plus ancien que l’édition chargée "
            f"({source.edition_le:%d/%m/%Y}). Demandez-le expressément (option --plus-ancienne) si c’est voulu."
        )


def _copier(fichier: Path, jeton: str, taille_max: int) -> tuple[Path, str, int]:
    """Keep a copy in the state folder, stopped as soon as it passes the limit; the disk is then freed."""
    settings.DOSSIER_ENVOIS.mkdir(parents=True, exist_ok=True)
    copie = settings.DOSSIER_ENVOIS / f"{jeton}.fichier"
    resume, taille = hashlib.sha256(), 0
    try:
        with fichier.open("rb") as lu, copie.open("xb") as ecrit:
            while bloc := lu.read(BLOC):
                taille += len(bloc)
                if taille > taille_max:
                    raise FichierTropGros(
                        f"Le fichier dépasse {taille_max // 1024 // 1024} Mo. Découpez-le, ou relevez la limite "
                        "(option --taille-max, réglage MAILLAGE_TAILLE_MAX_MO)."
                    )
                resume.update(bloc)
                ecrit.write(bloc)
    except BaseException:
        copie.unlink(missing_ok=True)
        raise
    return copie, resume.hexdigest(), taille


def _comparer(import_: Import) -> Rapport:
    source = import_.source_ref
    connues = connues_de(source)
    dernier = Import.objects.filter(source_ref=source, etat="termine").order_by("-pk").first()
    rapport = Rapport(
        base=dernier.pk if dernier else None,
        deja_charge=bool(dernier and dernier.empreinte == import_.empreinte),
    )
    fin = lire(
        source_decrite(source.slug),
        Path(import_.chemin),
        sortie=_sortie(import_),
        connues=connues.manifeste,
    )
    if fin.illisible:
        rapport.illisible = fin.illisible
        return rapport
    compte = fin.compte
    rapport.lues, rapport.repetees, rapport.ecartees = compte["lues"], compte["repetees"], compte["ecartees"]
    rapport.encodage, rapport.separateur = compte["encodage"], compte["separateur"]
    rapport.memoire_mo = compte["memoire_mo"]
    rapport.laissees, rapport.structures_d_abord = compte["laissees"], compte["structures_d_abord"]
    rapport.noter_avis(compte["avis"])
    return comparer(source, _sortie(import_), connues, rapport)


def _commencer(import_: Import, *, retraits_confirmes: bool) -> None:
    """Take the source's single place; compare again if another import of the source ended meanwhile."""
    rapport = rapport_de(import_.rapport)
    dernier = Import.objects.filter(source_ref=import_.source_ref, etat="termine").order_by("-pk").first()
    if rapport.base != (dernier.pk if dernier else None) or not is_entiere(_sortie(import_)):
        _exiger_copie(import_, le=import_.cree_le)
        rapport = _comparer(import_)
        import_.rapport = rapport.en_json()
    if rapport.demande_confirmation and not retraits_confirmes:
        import_.save(update_fields=["rapport"])
        raise RegleMetier(
            f"{rapport.retires} fiches sur {rapport.actives_avant} seraient retirées, plus de "
            f"{settings.SEUIL_RETRAITS:.0%} de la source. Vérifiez que le fichier est complet, "
            "puis confirmez les retraits."
        )
    import_.etat, import_.retraits_confirmes = "en_cours", retraits_confirmes
    try:
        with transaction.atomic():
            import_.save(update_fields=["etat", "retraits_confirmes", "rapport"])
    except IntegrityError as refus:
        raise RegleMetier(
            "Un autre import de cette source est en cours. Attendez qu’il se termine, puis recommencez."
        ) from refus


def _ecrire(import_: Import, *, le: datetime) -> None:
    """The batches not yet written, then the withdrawals; each in one transaction that moves the cursor."""
    source = import_.source_ref
    contexte = Contexte(import_=import_, source=source, edition_le=_le_de(import_), le=le)
    rapport = rapport_de(import_.rapport)
    laissees = frozenset(rapport.laissees)
    a_ecrire = lots(_sortie(import_), laissees, taille=LOT, structures_d_abord=rapport.structures_d_abord)
    for rang, lot in enumerate(a_ecrire):
        if rang < import_.curseur:
            continue
        with transaction.atomic():
            serialiser()
            _avancer(import_)
            ecrire_lot(contexte, lot)
        import_.curseur += 1
    for cles in par_lots(_a_retirer(import_, laissees) if rapport.retires else [], LOT):
        with transaction.atomic():
            serialiser()
            retirer_lot(contexte, cles, edition_precedente=source.edition_le)


def _avancer(import_: Import) -> None:
    if not Import.objects.filter(pk=import_.pk, curseur=import_.curseur, etat="en_cours").update(
        curseur=F("curseur") + 1
    ):
        raise RegleMetier("Cet import est déjà mené par un autre processus.")


def _a_retirer(import_: Import, laissees: frozenset[str]) -> list[str]:
    """Rows that the source showed and that this file lacks; the rows written since bear the file's hashes."""
    vues, empreintes = set(laissees), set()
    for trouvaille in relire(_sortie(import_)):
        if isinstance(trouvaille, Absentes):
            empreintes.update(trouvaille.empreintes)
        else:
            vues.add(trouvaille.cle)
    return absentes(import_.source_ref, _sortie(import_), vues, empreintes)


def _finir(import_: Import, *, le: datetime) -> None:
    source, edition_le = import_.source_ref, _le_de(import_)
    rapport = rapport_de(import_.rapport)
    touchees = Apport.objects.filter(dernier_import=import_, structure__isnull=False)
    doublons = chercher_doublons(touchees.values_list("structure_id", flat=True))
    with transaction.atomic():
        serialiser()
        rapport.doublons = noter_doublons(doublons, le=le)
        Source.objects.filter(pk=source.pk).update(edition=import_.edition, edition_le=edition_le)
        import_.etat, import_.fini_le, import_.rapport = "termine", le, rapport.en_json()
        import_.save(update_fields=["etat", "fini_le", "rapport"])
        comptes = ("nouveaux", "modifies", "inchanges", "revenus", "retires", "refuses")
        champs = {nom: [None, getattr(rapport, nom)] for nom in comptes}
        journaliser(
            "importer",
            import_,
            le=le,
            par=import_.par,
            champs=champs
            | {"edition": [source.edition, import_.edition], "fichier": [None, import_.empreinte]},
        )
    _oublier(import_)


def _le_de(import_: Import) -> date:
    if import_.edition_le is None:
        raise ValueError(f"import {import_.pk} has no edition date")
    return import_.edition_le


def _sortie(import_: Import) -> Path:
    return Path(import_.chemin).with_suffix(".lignes")


def _relire_de_zero(import_: Import, *, le: datetime) -> None:
    """The findings were lost with the machine: read the copy again. Rows already written are then known rows."""
    _exiger_copie(import_, le=le)
    import_.rapport, import_.curseur = _comparer(import_).en_json(), 0
    import_.save(update_fields=["rapport", "curseur"])


def _exiger_copie(import_: Import, *, le: datetime) -> None:
    if Path(import_.chemin).exists():
        return
    Import.objects.filter(pk=import_.pk).update(etat="abandonne", fini_le=le)
    raise RegleMetier("La copie du fichier a disparu : envoyez de nouveau le fichier.")


def _oublier(import_: Import) -> None:
    """The working copies are not needed any more: the raw rows are in the database."""
    _sortie(import_).unlink(missing_ok=True)
    Path(import_.chemin).unlink(missing_ok=True)


@contextmanager
def _seul(import_: Import) -> Iterator[None]:
    """One process of this machine at a time on one source; the lock falls with its process."""
    settings.DOSSIER_ENVOIS.mkdir(parents=True, exist_ok=True)
    with (settings.DOSSIER_ENVOIS / f"{import_.source_ref.slug}.verrou").open("w") as verrou:
        try:
            fcntl.flock(verrou, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as refus:
            raise ImportOccupe(
                "Un import de cette source est déjà en cours. Attendez qu’il se termine, puis recommencez."
            ) from refus
        yield
