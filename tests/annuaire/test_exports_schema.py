"""The national schema: every exported line is accepted by its validator, and read back it gives equal records."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from data_inclusion.schema import v1
from data_inclusion.schema.v1.services import Service as ServiceNational
from data_inclusion.schema.v1.structures import Structure as StructureNationale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.annuaire.exports import schema_national
from maillage.annuaire.exports.schema_national import (
    CHAMPS_SERVICE,
    CHAMPS_STRUCTURE,
    NETTOYAGES,
    vocabulaires,
)
from maillage.annuaire.models import Lieu, Service, Structure
from maillage.territoire.models import Commune
from tests.annuaire.exports_outils import (
    HOSTILES,
    empreintes,
    exporter,
    make_annuaire,
    make_lieu,
    objets,
    reimporter,
    valider,
)
from tests.annuaire.outils_import import make_communes
from tests.make import make_service, make_source, make_structure

pytestmark = pytest.mark.django_db
DONNEES = Path(__file__).parent / "donnees"
# Everything that the schema can hold, each at a value that it takes as it is.
STRUCTURE_PLEINE: dict[str, Any] = {
    "nom": "Centre social Le Tournesol",
    "description": "Un lieu ouvert à tous les habitants du quartier.",
    "lien_source": "https://dora.exemple.fr/structures/tournesol",
    "date_maj": date(2024, 5, 2),
    "siret": "13003013300016",
    "adresse": "12 rue de la Paix",
    "complement_adresse": "Bâtiment B",
    "code_postal": "68100",
    "longitude": 7.333333333333333,
    "latitude": 47.75,
    "telephone": "+33389450000",
    "courriel": "accueil@tournesol.exemple.fr",
    "site_web": "https://tournesol.exemple.fr/",
    "horaires_accueil": 'Mo-Fr 08:30-12:30; PH off "sauf urgence"',
    "accessibilite_lieu": "https://acceslibre.beta.gouv.fr/app/68/tournesol/",
    "reseaux_porteurs": ["caf", "france-service"],
}
SERVICE_PLEIN: dict[str, Any] = {
    "nom": "Atelier du mercredi",
    "description": "Apprendre à se servir d’un ordinateur.",
    "lien_source": "https://dora.exemple.fr/services/atelier",
    "date_maj": date(2024, 5, 3),
    "telephone": "+33389450001",
    "courriel": "atelier@tournesol.exemple.fr",
    "horaires_accueil": "We 14:00-16:00",
    "type": "atelier",
    "thematiques": ["numerique--maitriser-les-fondamentaux-du-numerique"],
    "frais": "payant",
    "frais_precisions": "2 € la séance",
    "publics": ["familles", "jeunes"],
    "publics_precisions": "À partir de 12 ans",
    "conditions_acces": "Venir avec une carte d’identité",
    "modes_accueil": ["en-presentiel"],
    "zone_eligibilite": ["68224", "68", "200066009", "2A", "france"],
    "contact_nom_prenom": "Camille Martin",
    "lien_mobilisation": "https://tournesol.exemple.fr/inscription",
    "modes_mobilisation": ["telephoner"],
    "mobilisable_par": ["usagers", "professionnels"],
    "mobilisation_precisions": "Appelez la veille",
    "volume_horaire_hebdomadaire": 2.5,
    "nombre_semaines": 30,
}
ADRESSE_LIEU = {
    "commune": "Rixheim",
    "code_postal": "68170",
    "code_insee": "68271",
    "adresse": "1 place de la Mairie",
    "complement_adresse": "Salle 3",
    "longitude": 7.4,
    "latitude": 47.76,
}


def make_plein() -> tuple[Structure, Service]:
    make_communes()
    source = make_source("dora", nom="Dora", edition_le=date(2024, 6, 1))
    structure = make_structure(
        source_ref=source,
        id="dora--tournesol",
        **(
            {"commune_officielle": Commune.objects.get(code="68224"), "commune": "Mulhouse"}
            | STRUCTURE_PLEINE
        ),
    )
    service = make_service(structure, id="dora--atelier", **SERVICE_PLEIN)
    make_lieu(service, commune_officielle=Commune.objects.get(code="68271"), **ADRESSE_LIEU)
    return structure, service


def valeurs(
    modele: type[Structure] | type[Service] | type[Lieu], champs: tuple[str, ...]
) -> list[dict[str, Any]]:
    return list(modele.objects.order_by("pk").values(*champs))


def test_the_file_is_the_golden_one() -> None:
    make_annuaire()

    assert exporter(contacts=False).decode() == (DONNEES / "export.ndjson").read_bytes().decode()


@pytest.mark.moteur_indifferent
def test_the_fields_and_the_words_are_those_of_the_schema() -> None:
    assert set(CHAMPS_STRUCTURE) == set(StructureNationale.model_fields)
    assert set(CHAMPS_SERVICE) == set(ServiceNational.model_fields)
    assert {champ: sorted(mots) for champ, mots in vocabulaires().items()} == {
        champ: sorted(mot.value for mot in mots)
        for champ, mots in {
            "type": v1.TypeService,
            "thematiques": v1.Thematique,
            "frais": v1.Frais,
            "publics": v1.Public,
            "modes_accueil": v1.ModeAccueil,
            "modes_mobilisation": v1.ModeMobilisation,
            "mobilisable_par": v1.PersonneMobilisatrice,
            "reseaux_porteurs": v1.ReseauPorteur,
        }.items()
    }


def test_every_field_of_the_schema_leaves_and_comes_back_equal(tmp_path: Path) -> None:
    make_plein()
    champs_structure = (*(c for c in CHAMPS_STRUCTURE), "commune_officielle_id")
    champs_service = tuple(c for c in CHAMPS_SERVICE if c not in {"structure_id", *ADRESSE_LIEU})
    champs_lieu = (*ADRESSE_LIEU, "principal", "commune_officielle_id")
    avant = [
        valeurs(Structure, champs_structure),
        valeurs(Service, (*champs_service, "structure_ref__id")),
        valeurs(Lieu, champs_lieu),
    ]
    octets = exporter()

    termine = reimporter(tmp_path, octets)

    assert termine.rapport["refuses"] == 0
    assert [
        valeurs(Structure, champs_structure),
        valeurs(Service, (*champs_service, "structure_ref__id")),
        valeurs(Lieu, champs_lieu),
    ] == avant
    assert all(None not in ligne.values() for table in avant for ligne in table)
    assert empreintes(exporter()) == empreintes(octets)


def test_poor_and_odd_records_read_back_give_the_very_same_lines(tmp_path: Path) -> None:
    make_pauvres()
    octets = exporter()
    for objet in objets(octets):
        valider(objet)

    termine = reimporter(tmp_path, octets)

    assert (termine.rapport["refuses"], termine.rapport["nouveaux"]) == (0, len(octets.splitlines()))
    assert empreintes(exporter()) == empreintes(octets)


def make_pauvres() -> None:
    """Nothing but a name; inherited, protected and moved addresses; hostile texts; words that no vocabulary has."""
    make_annuaire()
    source = make_source("pauvre", nom="Pauvre")
    make_structure("AB", source_ref=source, id="pauvre--2")
    make_service(make_structure("Nom finissant par un point.", source_ref=source), famille="")
    protegee = make_structure(
        "Foyer", source_ref=source, confidentiel=True, adresse="7 rue Cachée", code_postal="68200",
        commune_officielle=Commune.objects.get(code="68224"),
    )  # fmt: skip
    make_service(protegee)
    make_lieu(make_service(protegee), **ADRESSE_LIEU | {"confidentiel": True})
    for nom in HOSTILES:
        make_service(
            make_structure(nom, source_ref=source, description=nom * 2, adresse=nom, telephone=nom[:60])
        )
    make_service(
        make_structure(
            "Mots inconnus", source_ref=source, courriel="pas un courriel", site_web="javascript:alert(1)",
            horaires_accueil="lundi : 09:00 - 12:00\nmardi : sur rendez-vous", reseaux_porteurs=["inconnu"],
            siret="12", code_postal="6820", accessibilite_lieu="rampe à l’entrée", date_maj=date(2030, 1, 1),
        ),
        thematiques=["inconnue"], publics=["tous-publics", "familles"], frais="pass-numerique", type="inconnu",
        modes_accueil=[], modes_mobilisation=[], mobilisable_par=["voisins"], zone_eligibilite=["ailleurs", "68"],
        nombre_semaines=0, volume_horaire_hebdomadaire=-1.0, description="non", lien_mobilisation="http://",
        date_maj=date(1999, 1, 1),
    )  # fmt: skip


def test_what_the_schema_refuses_becomes_unknown_and_the_rest_stays() -> None:
    make_pauvres()

    service = next(o for o in objets(exporter()) if o["nom"] == "Mots inconnus" and "structure_id" in o)
    structure = next(o for o in objets(exporter()) if o["nom"] == "Mots inconnus" and "structure_id" not in o)

    assert {champ: structure[champ] for champ in ("courriel", "site_web", "horaires_accueil", "siret")} == {
        "courriel": None, "site_web": None, "horaires_accueil": None, "siret": None,
    }  # fmt: skip
    assert (structure["reseaux_porteurs"], structure["date_maj"]) == (None, "2026-11-25")
    assert (service["publics"], service["zone_eligibilite"], service["modes_accueil"]) == (
        ["tous-publics"],
        ["68"],
        [],
    )
    assert (service["thematiques"], service["frais"], service["nombre_semaines"]) == (None, None, None)
    assert (
        service["description"] == "France services : Mots inconnus. La source ne donne pas de présentation."
    )
    assert service["date_maj"] == "2000-01-01"


def test_a_protected_address_leaves_as_its_commune() -> None:
    make_pauvres()

    foyer = next(o for o in objets(exporter()) if o["nom"] == "Foyer")

    assert {champ: foyer[champ] for champ in (*ADRESSE_LIEU,)} == {
        "commune": "Mulhouse", "code_insee": "68224", "code_postal": None, "adresse": None,
        "complement_adresse": None, "longitude": None, "latitude": None,
    }  # fmt: skip
    assert b"Cach" not in exporter()
    assert b"place de la Mairie" not in exporter()


def test_an_example_bears_its_mark_in_its_name_and_leaves_only_when_asked() -> None:
    make_annuaire()
    make_service(
        make_structure("Crèche " + "é" * 143, source_ref=make_source("ex", exemple=True), exemple=True)
    )

    assert b"EXEMPLE" not in exporter()
    marques = [o["nom"] for o in objets(exporter(exemples=True)) if "[EXEMPLE]" in o["nom"]]
    assert [nom[:17] for nom in marques] == ["[EXEMPLE] Crèche "] * 2
    assert {len(nom) for nom in marques} == {150}
    for objet in objets(exporter(exemples=True)):
        valider(objet)


def test_the_name_of_a_contact_leaves_only_when_asked() -> None:
    make_plein()

    assert b"Camille" not in exporter(contacts=False)
    assert b"Camille" in exporter(contacts=True)


TEXTES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40),
    st.sampled_from(
        [*HOSTILES, "a" * 12_000, "https://é.fr/x", "http://1.2.3.4/", "https://a..b.fr", "a@b.test"]
    ),
)
LIENS = st.from_regex(r"https?://[^ ]{0,30}", fullmatch=True) | TEXTES
COURRIELS = (
    st.from_regex(r"[a-zA-Z0-9._+é-]{1,12}@[a-zA-Z0-9.-]{1,16}", fullmatch=True) | st.emails() | TEXTES
)


@pytest.mark.moteur_indifferent
@settings(max_examples=1_500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_whatever_makes_a_line_that_the_validator_refuses(data: st.DataObject) -> None:
    """Field by field, what the cleaning lets through is judged by the field of the schema."""
    champ = data.draw(
        st.sampled_from([c for c in CHAMPS_SERVICE if c not in ("id", "source", "structure_id")])
    )
    genre = {
        "lien_source": LIENS, "lien_mobilisation": LIENS, "courriel": COURRIELS,
        "longitude": st.floats(), "latitude": st.floats(), "volume_horaire_hebdomadaire": st.floats(),
        "nombre_semaines": st.integers(-5, 20_000),
        **{c: st.lists(st.sampled_from(sorted(vocabulaires()[c])) | st.text(max_size=5), max_size=4)
           for c in ("thematiques", "publics", "modes_accueil", "modes_mobilisation", "mobilisable_par")},
        "zone_eligibilite": st.lists(st.from_regex(r"[0-9AB]{1,9}|france", fullmatch=True) | TEXTES, max_size=4),
    }.get(champ, TEXTES)  # fmt: skip
    if champ in ("nom", "description", "date_maj"):
        return
    valeur = data.draw(genre)

    propre = schema_national._propre(champ, valeur)

    plein = {"source": "s", "structure_id": "s--1", "id": "s--2", "nom": "Nom", "description": "assez long"}
    ServiceNational.model_validate_json(json.dumps(plein | {"date_maj": "2024-01-01", champ: propre}))


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("champ", "valeur", "garde"),
    [
        ("courriel", "accueil@mulhouse-alsace.fr", True),
        ("courriel", "prenom.nom+ctg@caf68.caf.fr", True),
        ("courriel", "a..b@exemple.fr", False),
        ("courriel", "a@exemple.test", False),
        ("courriel", "a@xn--exmple-cva.fr", False),
        ("site_web", "https://www.mulhouse.fr/vie-quotidienne/?a=b#c", True),
        ("site_web", "https://été-mulhouse.fr/", True),
        ("site_web", "http://exemple.fr:8080/a b", False),
        ("site_web", "http://exemple.fr:99999/", False),
        ("site_web", "www.mulhouse.fr", False),
        ("horaires_accueil", "Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00; PH,SH off", True),
        ("horaires_accueil", "24/7", True),
        ("horaires_accueil", 'We[1,3] 14:00-16:00 "sur rendez-vous"', True),
        ("horaires_accueil", "2026 May 20-Jun 30 off", True),
        ("horaires_accueil", "lundi : 09:00 - 12:00", False),
        ("horaires_accueil", "Après-midi sur RDV", False),
        ("horaires_accueil", "12", False),
    ],
)
def test_a_well_formed_value_is_kept_as_it_is(champ: str, valeur: str, *, garde: bool) -> None:
    assert schema_national._propre(champ, valeur) == (valeur if garde else None)


@pytest.mark.moteur_indifferent
def test_every_cleaning_is_that_of_a_field() -> None:
    assert set(NETTOYAGES) <= {*CHAMPS_STRUCTURE, *CHAMPS_SERVICE}
