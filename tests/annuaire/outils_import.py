"""Small files as sources write them, for the tests of import."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from maillage.annuaire.import_source import executer, preparer
from maillage.annuaire.models import Import
from maillage.core.texte import cle
from maillage.territoire.models import CodePostal, Commune
from tests.make import INSTANT, make_commune, make_edition

JUIN, AOUT = date(2024, 6, 1), date(2024, 8, 1)
COMMUNES = (
    ("68224", "Mulhouse", 47.75, 7.34, ("68100", "68200")),
    ("68118", "Habsheim", 47.73, 7.42, ("68440",)),
    ("68271", "Rixheim", 47.75, 7.40, ("68170",)),
    ("01033", "Valserhône", 46.11, 5.83, ("01200",)),
    ("2A004", "Ajaccio", 41.92, 8.74, ("20000",)),
)
LIGNE_FS = {
    "id_fs": "1802",
    "insee_dep": "68",
    "lib_fs": "Bus France services Lavoisier Brustlein",
    "adresse": "59 Allée Gluck",
    "complement_adresse": "",
    "insee_com": "68224",
    "code_postal": "68200",
    "lib_com": "Mulhouse",
    "latitude": "47.7559621",
    "longitude": "7.3192776",
    "mail": "lavoisier@france-services.gouv.fr",
    "telephone": "03 89 45 90 02",
    "h_lundi": "09:00 - 12:00 / 14:00 - 17:00",
    "h_mardi": "",
    "h_mercredi": "",
    "h_jeudi": "",
    "h_vendredi": "",
    "h_samedi": "",
    "prise_rdv": "Non",
    "commentaire": "",
    "type_fs": "Principal",
    "format_fs": "Bus_équivalent",
    "groupe_fs": "",
    "labellisation_fs": "Espace labellisé 15/01/2021",
}


def make_communes() -> None:
    edition = make_edition()
    for code, nom, latitude, longitude, postaux in COMMUNES:
        make_commune(
            code, nom, latitude=latitude, longitude=longitude, codes_postaux=postaux, edition=edition
        )
    Commune.objects.create(
        code="68070",
        nom="Didenheim",
        cle=cle("Didenheim"),
        type="deleguee",
        parente_id="68224",
        departement="68",
        edition=edition,
    )
    CodePostal.objects.create(code="68350", commune_id="68224", edition=edition)


def ligne_fs(id_fs: str = "1802", **champs: str) -> dict[str, str]:
    return LIGNE_FS | {"id_fs": id_fs} | champs


def octets_csv(lignes: list[dict[str, str]], *, separateur: str = ",") -> bytes:
    tampon = io.StringIO()
    ecrivain = csv.DictWriter(tampon, list(lignes[0]), delimiter=separateur, lineterminator="\n")
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return tampon.getvalue().encode()


def octets_ndjson(objets: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(objet, ensure_ascii=False).encode() + b"\n" for objet in objets)


def preparer_octets(
    dossier: Path, octets: bytes, *, source: str = "france-services", edition_le: date = JUIN, **options: Any
) -> Import:
    fichier = dossier / "fichier.csv"
    fichier.write_bytes(octets)
    return preparer(source, fichier, nom=fichier.name, par=None, le=INSTANT, edition_le=edition_le, **options)


def charger(
    dossier: Path, lignes: list[dict[str, str]], *, edition_le: date = JUIN, confirmes: bool = True
) -> Import:
    prepare = preparer_octets(dossier, octets_csv(lignes), edition_le=edition_le)
    assert prepare.etat == "prepare", prepare.rapport["illisible"]
    return executer(prepare, le=INSTANT, retraits_confirmes=confirmes)


def structure_nationale(numero: int = 1, **champs: Any) -> dict[str, Any]:
    return {
        "id": f"dora--{numero}",
        "source": "dora",
        "nom": f"Association numéro {numero}",
        "date_maj": "2024-05-02",
        "code_insee": "68224",
        "commune": "Mulhouse",
        "code_postal": "68100",
        "adresse": f"{numero} rue de la Paix",
        "latitude": 47.75,
        "longitude": 7.34,
    } | champs


def service_national(numero: int = 1, structure: int = 1, **champs: Any) -> dict[str, Any]:
    return {
        "id": f"dora--service-{numero}",
        "structure_id": f"dora--{structure}",
        "source": "dora",
        "nom": f"Atelier numéro {numero}",
        "description": "Apprendre à se servir d’un ordinateur.",
        "date_maj": "2024-05-02",
        "thematiques": ["numerique--maitriser-les-fondamentaux-du-numerique"],
    } | champs
