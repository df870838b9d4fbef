"""Match the columns of an unknown table with our fields: keep the sent file, save the source, prepare its import.

Called by the screen of columns. The file waits a day at most in the state folder; its token names it, signed, so that
nobody reads the file of another person.
"""

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.db import transaction

from maillage.annuaire.import_apercu import apercu
from maillage.annuaire.import_source import preparer
from maillage.annuaire.lecteurs.correspondance import Correspondance
from maillage.annuaire.lecteurs.description import SourceDecrite
from maillage.annuaire.models import Import
from maillage.annuaire.sources_connues import enregistrer_source
from maillage.comptes.models import Personne
from maillage.core.journal import journaliser

SEL = "annuaire.colonnes"
DUREE_S = 86_400
COLONNES_MAX = 100
RANG = 60


@dataclass(frozen=True, slots=True)
class FichierDepose:
    """A sent file that waits for its columns to be matched."""

    chemin: Path
    nom: str
    jeton: str


def deposer(fichier: Path, *, nom: str, par: Personne) -> FichierDepose:
    """Keep a copy of the file; the caller has already stopped one over the limit."""
    settings.DOSSIER_ENVOIS.mkdir(parents=True, exist_ok=True)
    cle = uuid4()
    chemin = _chemin(cle)
    shutil.copyfile(fichier, chemin)
    jeton = signing.dumps([str(cle), nom[:200], par.pk], salt=SEL)
    return FichierDepose(chemin, nom[:200], jeton)


def retrouver(jeton: str, *, par: Personne) -> FichierDepose | None:
    """None for a token that is not this person's, is too old, or whose file is gone."""
    try:
        cle, nom, pk = signing.loads(jeton, salt=SEL, max_age=DUREE_S)
        chemin = _chemin(UUID(cle))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return FichierDepose(chemin, nom, jeton) if pk == par.pk and chemin.is_file() else None


def oublier(depose: FichierDepose) -> None:
    depose.chemin.unlink(missing_ok=True)


def enregistrer(
    depose: FichierDepose,
    *,
    decrite: SourceDecrite,
    edition_le: date,
    par: Personne,
    le: datetime,
) -> Import:
    """Save the source as described and prepare the import of the file. Raises RegleMetier before anything is saved."""
    apercu(depose.chemin, decrite.tableau)
    with transaction.atomic():
        source = enregistrer_source(decrite)
        journaliser("decrire", source, le=le, par=par, champs={"description": [None, source.description]})
    # Not in the transaction: reading a large file would keep every other writer waiting.
    import_ = preparer(decrite.slug, depose.chemin, nom=depose.nom, par=par, le=le, edition_le=edition_le)
    oublier(depose)
    return import_


def decrite_a_l_ecran(
    *, slug: str, nom: str, producteur: str, licence: str, provenance: str, correspondance: Correspondance
) -> SourceDecrite:
    return SourceDecrite(
        slug=slug,
        nom=nom,
        producteur=producteur,
        licence=licence,
        provenance=provenance,
        lecteur="tableau",
        cle=correspondance.cle,
        familles=(),
        departements_complets=(),
        rang=RANG,
        editions=(),
        tableau=correspondance,
    )


def _chemin(cle: UUID) -> Path:
    return settings.DOSSIER_ENVOIS / f"{cle}.fichier"
