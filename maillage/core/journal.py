"""Write and read the append-only journal; called by every act that changes something, in the act's transaction."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet

from maillage.core.models import Acte, ActeContenu, Garde
from maillage.core.verrou import serialiser

Champs = dict[str, list[Any]]
ORIGINE = "0" * 64
LOT = 500
# The only reasons for which history may be touched. Reviewed like code: they are code.
MOTIFS_LEVEE = frozenset({"essais", "conservation"})


def _octets(valeur: object) -> bytes:
    return orjson.dumps(valeur, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str)


def _maillon(precedent: str, acte: Acte) -> str:
    """SHA-256 of the previous link and of everything this act says, in a fixed order."""
    entete = [
        precedent,
        acte.le.isoformat(),
        acte.par_id,
        acte.acte,
        acte.objet_type,
        acte.objet_id,
        acte.motif,
        str(acte.decision or ""),
        acte.empreinte,
    ]
    return hashlib.sha256(_octets(entete)).hexdigest()


def nom_objet(objet: models.Model) -> tuple[str, str]:
    """("annuaire.structure", "42"): how the journal names an object."""
    return objet._meta.label_lower, str(objet.pk)


def journaliser(
    acte: str,
    objet: models.Model | tuple[str, str],
    *,
    le: datetime,
    par: models.Model | None = None,
    champs: Champs | None = None,
    motif: str = "",
    decision: UUID | None = None,
) -> Acte:
    """Append one act. `champs` is `{field: [before, after]}`. Must run in the transaction of the change itself."""
    nom = objet if isinstance(objet, tuple) else nom_objet(objet)
    (ligne,) = journaliser_lot(acte, [(nom, champs or {})], le=le, par=par, motif=motif, decision=decision)
    return ligne


def journaliser_lot(
    acte: str,
    objets: Iterable[tuple[tuple[str, str], Champs]],
    *,
    le: datetime,
    par: models.Model | None = None,
    motif: str = "",
    decision: UUID | None = None,
) -> list[Acte]:
    """Append the same act on many objects, each with its own `champs`, in their order, as one link after the other."""
    serialiser()
    chaine = Acte.objects.order_by("-pk").values_list("chaine", flat=True).first() or ORIGINE
    lignes: list[Acte] = []
    contenus: list[Any] = []
    for (objet_type, objet_id), champs in objets:
        contenu = orjson.loads(_octets(champs))
        ligne = Acte(
            le=le,
            par_id=par.pk if par else None,
            acte=acte,
            objet_type=objet_type,
            objet_id=objet_id,
            motif=motif,
            decision=decision,
            empreinte=hashlib.sha256(_octets(contenu)).hexdigest(),
        )
        ligne.chaine = chaine = _maillon(chaine, ligne)
        lignes.append(ligne)
        contenus.append(contenu)
    Acte.objects.bulk_create(lignes, batch_size=LOT)
    ActeContenu.objects.bulk_create(
        (ActeContenu(acte=ligne, champs=contenu) for ligne, contenu in zip(lignes, contenus, strict=True)),
        batch_size=LOT,
    )
    return lignes


def histoire(objet: models.Model | tuple[str, str]) -> QuerySet[Acte]:
    """All acts on one object, the newest first, with their contents and their authors."""
    objet_type, objet_id = objet if isinstance(objet, tuple) else nom_objet(objet)
    return (
        Acte.objects.filter(objet_type=objet_type, objet_id=objet_id)
        .select_related("contenu", "par")
        .order_by("-pk")
    )


def difference(avant: dict[str, Any], apres: dict[str, Any]) -> Champs:
    """`{field: [before, after]}` of the fields whose value changed."""
    return {
        champ: [avant.get(champ), valeur] for champ, valeur in apres.items() if avant.get(champ) != valeur
    }


def verifier_chaine(actes: Iterable[Acte] | None = None) -> list[str]:
    """French sentences, one per broken link or altered content; an empty list when history is whole."""
    precedent, fautes = ORIGINE, []
    for ligne in actes or Acte.objects.select_related("contenu").order_by("pk").iterator(2000):
        contenu = getattr(ligne, "contenu", None)
        if (
            contenu is not None
            and contenu.champs is not None
            and hashlib.sha256(_octets(contenu.champs)).hexdigest() != ligne.empreinte
        ):
            fautes.append(f"Acte {ligne.pk} : le contenu ne correspond plus à son empreinte.")
        if _maillon(precedent, ligne) != ligne.chaine:
            fautes.append(f"Acte {ligne.pk} : le maillon est rompu.")
        precedent = ligne.chaine
    return fautes


@contextmanager
def garde_levee(motif: str) -> Iterator[None]:
    """The one bypass of the triggers: for the flush of tests and for retention, inside one transaction."""
    if motif not in MOTIFS_LEVEE:
        raise ValueError(f"{motif!r} is not a reason to lift the guard of the journal")
    if motif == "essais" and not getattr(settings, "ESSAIS", False):
        raise RuntimeError("the test flush is for tests")
    with transaction.atomic():
        Garde.objects.update_or_create(cle=1, defaults={"levee": True})
        yield
        Garde.objects.update_or_create(cle=1, defaults={"levee": False})


TABLES_GARDEES = {
    "core_acte": "Le journal ne se modifie pas.",
    "core_actecontenu": "Le journal ne se modifie pas.",
}
