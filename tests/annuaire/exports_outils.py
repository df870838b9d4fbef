"""Records of every kind, and the national file written, judged and read back, for the tests of exports."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from data_inclusion.schema.v1.services import Service as ServiceNational
from data_inclusion.schema.v1.structures import Structure as StructureNationale
from django.db import connection

from maillage.annuaire.exports.notice import make_notice
from maillage.annuaire.exports.schema_national import ecrire_ndjson
from maillage.annuaire.exports.selection import tout
from maillage.annuaire.import_source import executer
from maillage.annuaire.models import (
    Adhesion,
    AncienId,
    Apport,
    Correction,
    Doublon,
    Import,
    Lieu,
    Service,
    Source,
    Structure,
)
from maillage.territoire.models import Commune
from tests.annuaire.outils_import import make_communes, preparer_octets
from tests.make import INSTANT, make_service, make_source, make_structure

JOUR = date(2026, 11, 25)

HOSTILES = [
    '=HYPERLINK("http://exemple.fr";"ici")',
    "+33 3 89 00 00 00",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\uff1d1+1",
    " =1+1",
    "\u202e=1+1",
    "\u202eRTL d’essai",
    "Crèche 👶🏽 « Les Lutins »; l’été\nligne 2",
]


def make_annuaire() -> tuple[Structure, Service, Structure]:
    """A France services with its service, and an association alone; Mulhouse and Rixheim."""
    make_communes()
    source = make_source(
        "dora",
        nom="Dora",
        producteur="GIP",
        licence="Licence Ouverte 2.0",
        edition="juin",
        edition_le=date(2024, 6, 1),
    )
    mulhouse = Commune.objects.get(code="68224")
    structure = make_structure(
        "France services Gluck",
        id="dora--fs-1",
        source_ref=source,
        commune_officielle=mulhouse,
        adresse="59 Allée Gluck",
        code_postal="68200",
        telephone="03 89 45 90 02",
        courriel="gluck@exemple.fr",
        site_web="https://exemple.fr/gluck?x=1",
        horaires_accueil="Mo-Fr 09:00-12:00; PH off",
        siret="13003013300016",
        reseaux_porteurs=["france-service"],
        date_maj=date(2024, 5, 2),
    )
    service = make_service(
        structure,
        id="dora--service-1",
        nom="Aide aux démarches",
        description="Une personne vous aide.",
        thematiques=["numerique--maitriser-les-fondamentaux-du-numerique"],
        date_maj=date(2024, 5, 3),
        ouvert_le=date(2021, 1, 15),
    )
    seule = make_structure(
        "Association seule",
        id="dora--seule",
        source_ref=source,
        commune_officielle=Commune.objects.get(code="68271"),
        description="Une association sans service.",
        date_maj=date(2024, 5, 4),
    )
    return structure, service, seule


def make_lieu(service: Service, **champs: Any) -> Lieu:
    return Lieu.objects.create(service=service, **({"principal": True} | champs))


def exporter(*, exemples: bool = False, contacts: bool = True) -> bytes:
    selection = tout(exemples=exemples, le=JOUR)
    notice = make_notice(selection, le=datetime(2026, 11, 25, 9, 0, tzinfo=UTC))
    return b"".join(ecrire_ndjson(selection, notice, contacts=contacts))


def objets(octets: bytes) -> list[dict[str, Any]]:
    return [json.loads(ligne) for ligne in octets.splitlines()]


def valider(objet: dict[str, Any]) -> None:
    """The schema's own judgement, and no field that it does not know."""
    modele = ServiceNational if "structure_id" in objet else StructureNationale
    modele.model_validate_json(json.dumps(objet))
    assert set(objet) == set(modele.model_fields)


def vider() -> None:
    """An instance that knows the communes and nothing of the directory."""
    tables = (Doublon, Correction, Adhesion, AncienId, Apport, Lieu, Service, Structure, Import, Source)
    with connection.cursor() as curseur:
        for modele in tables:
            curseur.execute(f"DELETE FROM {modele._meta.db_table}")


def reimporter(dossier: Path, octets: bytes) -> Import:
    vider()
    prepare = preparer_octets(dossier, octets, source="data-inclusion", edition_le=JOUR)
    assert prepare.etat == "prepare", prepare.rapport["illisible"]
    return executer(prepare, le=INSTANT)


def empreintes(octets: bytes) -> list[str]:
    return sorted(hashlib.sha256(ligne).hexdigest() for ligne in octets.splitlines())
