"""Change a record by hand, and give the word back to its source; called by the correction pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from maillage.annuaire.apports import apport_prefere, champs_de, valeurs_apport
from maillage.annuaire.champs import (
    PRATIQUES_SERVICE,
    avec_commune,
    check_ensemble,
    depuis_json,
    en_json,
    libelle,
    nettoyer,
)
from maillage.annuaire.models import Correction, Service, Structure
from maillage.comptes.models import Personne
from maillage.core.edition import enregistrer_si_version
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import difference, journaliser
from maillage.core.outbox import annoncer

F_ = TypeVar("F_", Structure, Service)
POINT = ("latitude", "longitude")
# Fields that mean nothing without each other: the word goes back to the source for all of them together.
INSEPARABLES = (
    ("code_insee", "commune", "commune_officielle_id"),
    ("latitude", "longitude"),
    ("ouvert_le", "ouvert_le_origine"),
    ("age_min_mois", "age_max_mois"),
    ("frais", "tarif", "tarif_min_centimes", "tarif_max_centimes", "tarif_unite", "tarif_le"),
    ("places_total", "places_disponibles", "places_le"),
    ("saturation", "saturation_le"),
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says a field: its source, and the person who corrected it, if any."""

    source: str  # slug
    source_nom: str
    edition_le: date | None
    decrit: bool  # False: entered by hand, there is no other voice than the record's own
    valeur_source: Any  # as JSON: what the source says today; None when it says nothing
    correction: Correction | None


def corriger(
    objet: F_, *, champs: dict[str, Any], version: int, par: Personne, motif: str, le: datetime
) -> F_:
    """Write the fields that differ, keep the source's value beside each, and give back the fresh record.

    Raises RegleMetier on a value that cannot be, ConflitEdition when somebody saved since `version` was read.
    """
    propres = avec_commune(nettoyer(type(objet), champs))
    with transaction.atomic():
        frais = type(objet).objects.select_for_update().get(n=objet.n)
        changes = {champ: valeur for champ, valeur in propres.items() if getattr(frais, champ) != valeur}
        if not changes and frais.version == version:
            return frais
        _check_version(frais, version=version, saisi=propres)
        check_ensemble(frais, changes)
        if "ouvert_le" in changes:
            changes["ouvert_le_origine"] = "saisie" if changes["ouvert_le"] else ""
        nouveau = enregistrer_si_version(frais, version=version, valeurs=changes | {"updated_at": le})
        for champ, valeur in _avec_le_point(nouveau, changes).items():
            _noter(nouveau, champ, valeur, par=par, motif=motif, le=le)
        _tracer("corriger", frais, changes, par=par, motif=motif, le=le)
    return nouveau


def lever(correction: Correction, *, par: Personne, le: datetime) -> Structure | Service:
    """Undo a correction: the record says again what its source says today."""
    with transaction.atomic():
        active = Correction.objects.select_for_update().get(pk=correction.pk)
        if active.levee_le:
            raise RegleMetier("Cette correction est déjà levée : la source a de nouveau la parole.")
        modele = Structure if active.structure_id else Service
        cible: int = active.structure_id or active.service_id or 0
        objet = modele.objects.select_for_update().get(n=cible)
        if apport_prefere(objet) is None:
            raise RegleMetier(
                "Aucune source ne dit cette valeur : corrigez-la au lieu de lever la correction."
            )
        retour = _valeurs_de_la_source(objet, active.champ)
        check_ensemble(objet, retour)
        Correction.objects.filter(
            structure=active.structure_id, service=active.service_id, champ__in=retour, levee_le__isnull=True
        ).update(levee_le=le)
        nouveau = enregistrer_si_version(objet, version=objet.version, valeurs=retour | {"updated_at": le})
        _tracer(
            "lever_correction",
            objet,
            retour,
            par=par,
            motif=f"{libelle(active.champ)} : retour à la source",
            le=le,
        )
    return nouveau


def provenance(objet: Structure | Service) -> dict[str, Provenance]:
    """Where each field comes from. Derived: nothing is stored beside the fields."""
    apport = apport_prefere(objet)
    source = apport.source_ref if apport else objet.source_ref
    valeurs = valeurs_apport(apport, objet) if apport else {}
    actives = {c.champ: c for c in objet.corrections.filter(levee_le__isnull=True).select_related("par")}
    return {
        champ: Provenance(
            source=source.slug,
            source_nom=source.nom,
            edition_le=source.edition_le,
            decrit=apport is not None,
            valeur_source=valeurs.get(champ),
            correction=actives.get(champ),
        )
        for champ in dict.fromkeys((*champs_de(objet), *actives))
    }


def noter_correction(
    objet: Structure | Service, champ: str, valeur: Any, *, par: Personne, motif: str, le: datetime
) -> None:
    """Record that a person decided a field, for records that a source also describes; imports then leave it."""
    if apport_prefere(objet) is not None:
        _noter(objet, champ, valeur, par=par, motif=motif, le=le)


def _avec_le_point(objet: Structure | Service, changes: dict[str, Any]) -> dict[str, Any]:
    """A point is one value: who moved one coordinate has checked both, and the next file moves neither."""
    if not set(POINT) & set(changes):
        return changes
    return changes | {champ: getattr(objet, champ) for champ in POINT}


def _check_version(frais: Structure | Service, *, version: int, saisi: dict[str, Any]) -> None:
    if frais.version != version:
        raise ConflitEdition(
            "Une autre personne a enregistré cette fiche pendant que vous écriviez. Rien n’est perdu : "
            "comparez les deux textes ci-dessous, puis enregistrez.",
            actuel={champ: getattr(frais, champ) for champ in saisi},
            saisi=dict(saisi),
        )


def _noter(
    objet: Structure | Service, champ: str, valeur: Any, *, par: Personne, motif: str, le: datetime
) -> None:
    """Replace the active correction of the field; a person who comes back to the source's value leaves none."""
    apport = apport_prefere(objet)
    if apport is None:  # entered by a person: there is no other voice to remember
        return
    genre = "service" if isinstance(objet, Service) else "structure"
    Correction.objects.filter(**{genre: objet}, champ=champ, levee_le__isnull=True).update(levee_le=le)
    dit = valeurs_apport(apport, objet).get(champ)
    if champ in {*champs_de(objet), *PRATIQUES_SERVICE} and _dit_pareil(
        objet, champ, valeurs_apport(apport, objet)
    ):
        return
    Correction.objects.create(
        **{genre: objet},
        champ=champ,
        valeur=en_json(valeur),
        valeur_source=dit,
        motif=motif,
        par=par,
        le=le,
    )


def _dit_pareil(objet: Structure | Service, champ: str, source: dict[str, Any]) -> bool:
    """Whether the source says what the record now says, of a coordinate together with the other one."""
    champs = POINT if champ in POINT else (champ,)
    return all(source.get(nom) == en_json(getattr(objet, nom)) for nom in champs)


def _valeurs_de_la_source(objet: Structure | Service, champ: str) -> dict[str, Any]:
    """The field, with those that cannot go without it, as the source says them today."""
    apport = apport_prefere(objet)
    valeurs = valeurs_apport(apport, objet) if apport else {}
    groupe = next((groupe for groupe in INSEPARABLES if champ in groupe), (champ,))
    retour: dict[str, Any] = {}
    for nom in groupe:
        if nom == "commune_officielle_id":
            retour[nom] = valeurs.get(nom)
        elif nom == "ouvert_le_origine":
            retour[nom] = valeurs.get(nom) or ""
        elif nom == "confidentiel":
            retour[nom] = False if isinstance(objet, Structure) else None
        else:
            retour[nom] = depuis_json(type(objet), nom, valeurs.get(nom))
    return retour


def _tracer(
    acte: str,
    avant: Structure | Service,
    changes: dict[str, Any],
    *,
    par: Personne,
    motif: str,
    le: datetime,
) -> None:
    """Journal and outbox of one act; a structure's change also reaches the services that inherit from it."""
    anciennes = {champ: en_json(getattr(avant, champ)) for champ in changes}
    champs = difference(anciennes, {champ: en_json(valeur) for champ, valeur in changes.items()})
    journaliser(acte, avant, le=le, par=par, champs=champs, motif=motif)
    annoncer_fiche(avant, le=le)


def annoncer_fiche(fiche: Structure | Service, *, le: datetime) -> None:
    if isinstance(fiche, Structure):
        annoncer("structure", [fiche.n], le=le)
        annoncer("service", fiche.services.order_by().values_list("n", flat=True), le=le)
        return
    annoncer("service", [fiche.n], le=le)
    # A structure alone in the index disappears behind its first service.
    annoncer("structure", [fiche.structure_ref_id], le=le)


def rehausser(fiche: Structure | Service, *, le: datetime, **valeurs: Any) -> None:
    """Write without a typed version (an act on the whole record); the version still moves for other editors."""
    type(fiche).objects.filter(pk=fiche.pk).update(**valeurs, version=F("version") + 1, updated_at=le)
