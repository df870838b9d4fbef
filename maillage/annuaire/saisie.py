"""Enter a record by hand, close it, reopen it, withdraw it, put it back; called by the staff pages.

A record that no file describes has the source « saisie »: a person declares it, in her name, at a date.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from maillage.annuaire.champs import avec_commune, check_ensemble, en_json, nettoyer
from maillage.annuaire.corrections import annoncer_fiche, noter_correction, rehausser
from maillage.annuaire.doublons import signaler_doublons
from maillage.annuaire.familles import Famille, familles
from maillage.annuaire.models import Correction, Service, Source, Structure
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import journaliser
from maillage.core.texte import cle
from maillage.core.verrou import serialiser
from maillage.territoire.models import Commune

SOURCE_SAISIE = {
    "nom": "Saisie dans Maillage",
    "producteur": "Les personnes habilitées du territoire",
    "licence": "Licence Ouverte 2.0",
    "rang": 50,
}


def source_saisie() -> Source:
    return Source.objects.get_or_create(slug="saisie", defaults=SOURCE_SAISIE)[0]


def ajouter_structure(
    *,
    famille: str,
    nom: str,
    commune: Commune,
    ouvert_le: date | None,
    par: Personne,
    le: datetime,
    champs: dict[str, Any] | None = None,
    exemple: bool = False,
) -> Structure:
    """Declare a structure and the service of its family; `champs` holds what else is known of the structure."""
    decrite = _famille(famille)
    propres = nettoyer(Structure, {"nom": nom, "ouvert_le": ouvert_le, **(champs or {})})
    propres = avec_commune({"code_insee": commune.code} | propres)
    check_ensemble(Structure(), propres)
    origine = "saisie" if propres["ouvert_le"] else ""
    source, jeton = source_saisie(), uuid4()
    communs: dict[str, Any] = {
        "id": f"saisie--{jeton}",
        "source": source.slug,
        "source_ref": source,
        "ouvert_le_origine": origine,
        "exemple": exemple,
        "created_at": le,
        "updated_at": le,
    }
    with transaction.atomic():
        serialiser()
        _refuser_si_deja_la(propres, decrite)
        structure = Structure.objects.create(**propres, **communs)
        service = Service.objects.create(
            structure_ref=structure,
            nom=propres["nom"],
            ouvert_le=propres["ouvert_le"],
            famille=decrite.slug,
            type=decrite.type,
            thematiques=list(decrite.thematiques),
            publics=list(decrite.publics) or None,
            # What shelters people from violence is protected until a person says otherwise.
            confidentiel=True if decrite.protegee else None,
            **communs,
        )
        for fiche in (structure, service):
            dit = {champ: [None, en_json(valeur)] for champ, valeur in propres.items() if valeur is not None}
            journaliser("ajouter", fiche, le=le, par=par, champs=dit | {"id": [None, fiche.id]})
        annoncer_fiche(structure, le=le)
        # A national list may already know it, under a name of its own.
        signaler_doublons([structure.pk], le=le)
    return structure


def _refuser_si_deja_la(propres: dict[str, Any], famille: Famille) -> None:
    """The same service entered twice would be counted twice: a form sent again, or two people at it."""
    voisines = Structure.objects.filter(
        commune_officielle_id=propres["commune_officielle_id"],
        retire_le=None,
        ferme_le=None,
        services__famille=famille.slug,
    )
    if any(cle(voisine.nom) == cle(propres["nom"]) for voisine in voisines):
        raise RegleMetier(
            f"L’annuaire a déjà « {propres['nom']} » dans cette commune. Corrigez cette fiche, "
            "ou donnez à la nouvelle un nom qui l’en distingue."
        )


def fermer(structure: Structure, *, ferme_le: date, motif: str, par: Personne, le: datetime) -> Structure:
    """The structure and its open services stop on `ferme_le`, the first day without them. The past stays true."""
    if structure.ferme_le:
        raise RegleMetier(f"Cette structure est déjà fermée depuis le {structure.ferme_le:%d/%m/%Y}.")
    with transaction.atomic():
        for fiche in _avec_services(structure):
            if fiche.ferme_le is None:
                _ecrire(fiche, "fermer", {"ferme_le": ferme_le}, par=par, motif=motif, le=le)
        annoncer_fiche(structure, le=le)
    return Structure.objects.get(pk=structure.pk)


def rouvrir(structure: Structure, *, motif: str, par: Personne, le: datetime) -> Structure:
    """Undo a closing: of the structure, and of the services that closed with it, not before."""
    if not structure.ferme_le:
        raise RegleMetier("Cette structure n’est pas fermée.")
    with transaction.atomic():
        for fiche in _avec_services(structure):
            if fiche.ferme_le == structure.ferme_le:
                _ecrire(fiche, "rouvrir", {"ferme_le": None}, par=par, motif=motif, le=le)
        annoncer_fiche(structure, le=le)
    return Structure.objects.get(pk=structure.pk)


def retirer(structure: Structure, *, motif: str, par: Personne | None, le: datetime) -> Structure:
    """Take the record out of the directory (its address answers « retirée »); no import brings it back."""
    if not motif.strip():
        raise RegleMetier(
            "Dites pourquoi cette fiche est retirée : la raison reste lisible dans son histoire."
        )
    if structure.retire_le:
        raise RegleMetier("Cette fiche est déjà retirée.")
    with transaction.atomic():
        for fiche in _avec_services(structure):
            if fiche.retire_le is None:
                valeurs = {"retire_le": le, "retire_motif": motif.strip()[:200]}
                _ecrire(fiche, "retirer", valeurs, par=par, motif=motif, le=le)
                if par is not None:  # an example has no source to answer
                    noter_correction(fiche, "retire_le", le, par=par, motif=motif, le=le)
        annoncer_fiche(structure, le=le)
    return Structure.objects.get(pk=structure.pk)


def retablir(structure: Structure, *, motif: str, par: Personne | None, le: datetime) -> Structure:
    """Undo a withdrawal, of the structure and of the services withdrawn at the same instant."""
    if not structure.retire_le:
        raise RegleMetier("Cette fiche n’est pas retirée.")
    with transaction.atomic():
        for fiche in _avec_services(structure):
            if fiche.retire_le == structure.retire_le:
                _ecrire(
                    fiche, "retablir", {"retire_le": None, "retire_motif": ""}, par=par, motif=motif, le=le
                )
                actives = Correction.objects.filter(champ="retire_le", levee_le__isnull=True)
                genre = "service" if isinstance(fiche, Service) else "structure"
                actives.filter(**{genre: fiche}).update(levee_le=le)
        annoncer_fiche(structure, le=le)
    return Structure.objects.get(pk=structure.pk)


def _famille(slug: str) -> Famille:
    connue = familles().get(slug)
    if connue is None:
        noms = ", ".join(f"« {famille.libelle} »" for famille in familles().values())
        raise RegleMetier(f"Famille de service inconnue : « {slug} ». Choisissez parmi {noms}.")
    return connue


def _avec_services(structure: Structure) -> Iterable[Structure | Service]:
    return [
        Structure.objects.select_for_update().get(pk=structure.pk),
        *structure.services.select_for_update().order_by("n"),
    ]


def _ecrire(
    fiche: Structure | Service,
    acte: str,
    valeurs: dict[str, Any],
    *,
    par: Personne | None,
    motif: str,
    le: datetime,
) -> None:
    check_ensemble(fiche, valeurs)
    champs = {champ: [en_json(getattr(fiche, champ)), en_json(valeur)] for champ, valeur in valeurs.items()}
    rehausser(fiche, le=le, **valeurs)
    journaliser(acte, fiche, le=le, par=par, champs=champs, motif=motif)
