"""What the sources say of a record; called by corrections, imports and the pages that show provenance."""

from typing import Any

from django.db.models import F

from maillage.annuaire.models import Apport, Service, Structure

Fiche = Structure | Service
# What an import writes, hence what a source can say; the rest belongs to people (closing, withdrawal, check).
CHAMPS_COMMUNS = (
    "nom",
    "description",
    "lien_source",
    "date_maj",
    "telephone",
    "courriel",
    "horaires_accueil",
    "ouvert_le",
    "ouvert_le_origine",
    "extra",
)
CHAMPS_STRUCTURE = (
    *CHAMPS_COMMUNS,
    "siret",
    "commune",
    "code_postal",
    "code_insee",
    "commune_officielle_id",
    "adresse",
    "complement_adresse",
    "longitude",
    "latitude",
    "site_web",
    "accessibilite_lieu",
    "reseaux_porteurs",
    "itinerant",
)
CHAMPS_SERVICE = (
    *CHAMPS_COMMUNS,
    "famille",
    "type",
    "thematiques",
    "frais",
    "frais_precisions",
    "publics",
    "publics_precisions",
    "conditions_acces",
    "modes_accueil",
    "zone_eligibilite",
    "contact_nom_prenom",
    "lien_mobilisation",
    "modes_mobilisation",
    "mobilisable_par",
    "mobilisation_precisions",
    "volume_horaire_hebdomadaire",
    "nombre_semaines",
    "sur_rendez_vous",
)


def champs_de(fiche: Fiche | type) -> tuple[str, ...]:
    modele = fiche if isinstance(fiche, type) else type(fiche)
    return CHAMPS_SERVICE if issubclass(modele, Service) else CHAMPS_STRUCTURE


def apport_prefere(fiche: Fiche) -> Apport | None:
    """The row that has the word: of a source that still shows the record, the one of the lowest rank."""
    return (
        fiche.apports.select_related("source_ref")
        .order_by(F("disparu_le").desc(nulls_first=True), "source_ref__rang", "pk")
        .first()
    )


def valeurs_apport(apport: Apport, fiche: Fiche) -> dict[str, Any]:
    """The normalised values of one row for this record; a row in the national schema is its own normal form."""
    if apport.valeurs is None:
        return {champ: apport.brut.get(champ) for champ in champs_de(fiche)}
    genre = "service" if isinstance(fiche, Service) else "structure"
    return apport.valeurs.get(genre) or {}


def valeur_source(fiche: Fiche, champ: str) -> Any:
    """What the preferred source says of one field today; None when no source speaks of it."""
    apport = apport_prefere(fiche)
    return valeurs_apport(apport, fiche).get(champ) if apport else None
