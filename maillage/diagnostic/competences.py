"""Who holds a competence on a day, and how it is noted or taken back; called by the board, the pages, the edit page.

The rule: of the facts about a commune and about the whole territory, the latest « depuis » of that day decides; on one
day, the commune's own. « Inconnu » when nobody said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.templatetags.maillage import jour
from maillage.core.texte import sans_signes_caches
from maillage.diagnostic.models import Competence
from maillage.diagnostic.mots import depuis_quand
from maillage.diagnostic.sujets import NOMS
from maillage.territoire.communes import communes_du_territoire
from maillage.territoire.models import Commune, Territoire

INCONNU = "inconnu"


@dataclass(frozen=True, slots=True)
class Titulaire:
    """Who holds a subject in a commune; `titulaire` is "" when nobody said."""

    sujet: str
    titulaire: str = ""
    nom: str = INCONNU
    depuis: date | None = None
    source: str = ""
    note: str = ""

    @property
    def sujet_nom(self) -> str:
        return NOMS[self.sujet]

    @property
    def connu(self) -> bool:
        return bool(self.titulaire)

    @property
    def en_clair(self) -> str:
        """« m2A, depuis le 1er janvier 2020 », « inconnu »."""
        return f"{self.nom}, {depuis_quand(self.depuis)}" if self.connu else self.nom


@dataclass(frozen=True, slots=True)
class Titulaires:
    """Every holder of a territory on a day, read in one query."""

    territoire: Territoire
    faits: tuple[Competence, ...]

    def de(self, sujet: str, commune: Commune) -> Titulaire:
        for fait in self.faits:  # the one that decides comes first
            if fait.sujet == sujet and fait.commune_id in (None, commune.code):
                return Titulaire(
                    sujet=sujet,
                    titulaire=fait.titulaire,
                    nom=self._nom(fait, commune),
                    depuis=fait.depuis,
                    source=fait.source,
                    note=fait.note,
                )
        return Titulaire(sujet)

    def tous(self, commune: Commune) -> tuple[Titulaire, ...]:
        """One a subject, in the order of the subjects; the unknown too."""
        return tuple(self.de(sujet, commune) for sujet in NOMS)

    def _nom(self, fait: Competence, commune: Commune) -> str:
        if fait.titulaire == "commune":
            return f"la commune : {commune.nom}"
        if fait.titulaire == "epci":
            return fait.nom or self.territoire.nom
        return fait.nom


def titulaires(territoire: Territoire, le: date) -> Titulaires:
    faits = Competence.objects.du(territoire).filter(retire_le__isnull=True, depuis__lte=le)
    ranges = sorted(faits, key=lambda f: (f.depuis, f.commune_id is not None, f.pk), reverse=True)
    return Titulaires(territoire, tuple(ranges))


def noter_competence(
    territoire: Territoire,
    *,
    sujet: str,
    communes: Iterable[str],
    titulaire: str,
    nom: str,
    depuis: date,
    source: str,
    note: str,
    par: Personne,
    le: datetime,
) -> list[Competence]:
    """One fact a commune, or one for the whole territory when `communes` is empty; one fact a day at most."""
    if sujet not in NOMS:
        raise RegleMetier("Choisissez le sujet dans la liste.")
    if depuis > timezone.localdate(le):
        raise RegleMetier(
            "Cette date n’est pas encore passée. Notez la compétence quand elle sera transférée."
        )
    if titulaire in {"syndicat", "autre"} and not nom.strip():
        raise RegleMetier("Écrivez le nom du syndicat ou de l’organisme.")
    if not source.strip():
        raise RegleMetier("Dites d’où vient l’information : une délibération, des statuts, un arrêté.")
    valeurs = {
        "sujet": sujet,
        "titulaire": titulaire,
        "nom": sans_signes_caches(nom).strip(),
        "depuis": depuis,
        "source": sans_signes_caches(source).strip(),
        "note": sans_signes_caches(note).strip(),
    }
    with transaction.atomic():
        lieux: list[Commune | None] = [*_communes(territoire, set(communes))] or [None]
        return [_noter_une(territoire, lieu, valeurs, par=par, le=le) for lieu in lieux]


def _communes(territoire: Territoire, codes: set[str]) -> list[Commune]:
    trouvees = list(communes_du_territoire(territoire).filter(code__in=codes).order_by("cle"))
    if len(trouvees) != len(codes):
        raise RegleMetier("Une des communes n’est pas de ce territoire.")
    return trouvees


def _noter_une(
    territoire: Territoire,
    commune: Commune | None,
    valeurs: dict[str, object],
    *,
    par: Personne,
    le: datetime,
) -> Competence:
    try:
        with transaction.atomic():
            fait = Competence.base.create(
                territoire=territoire, commune=commune, par=par, note_le=le, **valeurs
            )
    except IntegrityError as erreur:
        ou = commune.nom if commune else "tout le territoire"
        raise RegleMetier(
            f"Un titulaire est déjà noté à cette date pour {ou}. Retirez-le d’abord s’il est faux."
        ) from erreur
    dits = {"commune": commune.nom if commune else "tout le territoire"} | valeurs
    champs = {cle: [None, str(valeur)] for cle, valeur in dits.items() if valeur}
    journaliser("noter une compétence", fait, le=le, par=par, champs=champs)
    return fait


def retirer_competence(territoire: Territoire, uuid: UUID, *, par: Personne, le: datetime) -> Competence:
    """A fact noted by mistake no longer decides; it stays readable in the journal."""
    with transaction.atomic():
        fait = Competence.objects.du(territoire).select_for_update().filter(uuid=uuid).first()
        if fait is None:
            raise Http404
        if fait.retire_le is not None:
            raise RegleMetier("Cette compétence est déjà retirée. Rien n’a changé.")
        fait.retire_le = le
        fait.save(update_fields=["retire_le"])
        champs = {"noté par erreur": [f"{fait.get_titulaire_display()}, {jour(fait.depuis)}", "retiré"]}
        journaliser("retirer une compétence", fait, le=le, par=par, champs=champs)
    return fait


def faits_notes(territoire: Territoire) -> list[Competence]:
    """What is noted, by subject, the latest first; for the edit page."""
    faits = Competence.objects.du(territoire).filter(retire_le__isnull=True).select_related("commune", "par")
    rangs = list(NOMS)
    return sorted(faits.order_by("-depuis", "-pk"), key=lambda fait: rangs.index(fait.sujet))
