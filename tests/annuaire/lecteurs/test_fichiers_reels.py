"""Each described source on a few rows as its producer writes them: what every row becomes, field by field.

Rows of openly licensed files are real; those of the others (« à vérifier ») are invented in the same shape.
"""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.familles import familles
from maillage.annuaire.import_source import executer, preparer
from maillage.annuaire.lecteurs.description import sources
from maillage.annuaire.models import Import, Service, Structure
from maillage.core.erreurs import RegleMetier
from tests.annuaire.outils_import import make_communes
from tests.make import INSTANT, make_commune

pytestmark = pytest.mark.django_db
JUIN = date(2024, 6, 1)


@pytest.fixture(autouse=True)
def _etat(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()
    make_commune("74001", "Abondance", codes_postaux=["74360"])
    make_commune("26166", "Loriol-sur-Drôme", codes_postaux=["26270"])
    make_commune("68066", "Colmar", codes_postaux=["68000"])
    make_commune("44109", "Nantes", codes_postaux=["44000", "44100"])
    make_commune("69034", "Caluire-et-Cuire", codes_postaux=["69300"])


def charger(dossier: Path, source: str, contenu: str | bytes, **options: Any) -> Import:
    fichier = dossier / "fichier"
    fichier.write_bytes(contenu if isinstance(contenu, bytes) else contenu.encode())
    prepare = preparer(
        source, fichier, nom="fichier", par=None, le=INSTANT, edition_le=options.pop("le", JUIN), **options
    )
    assert prepare.etat == "prepare", prepare.rapport["illisible"]
    return executer(prepare, le=INSTANT, retraits_confirmes=True)


def messages(import_: Import) -> list[str]:
    return [avis["message"] for avis in import_.rapport["avis"]]


def en_csv(lignes: list[dict[str, str]]) -> str:
    tampon = io.StringIO()
    ecrivain = csv.DictWriter(tampon, list(lignes[0]), lineterminator="\n")
    ecrivain.writeheader()
    ecrivain.writerows(lignes)
    return tampon.getvalue()


# Licence Ouverte: La Mednum, Hinaura, 2022.
LIEUX_2022: list[dict[str, Any]] = [
    {
        "id": "0",
        "nom": "MAISON DE SERVICES AU PUBLIC D'ABONDANCE",
        "services": "Accéder à une connexion internet;Accéder à du matériel;Réaliser des démarches administratives "
        "avec un accompagnement",
        "pivot": "00000000000000",
        "commune": "ABONDANCE",
        "code_postal": "74360",
        "adresse": "PLACE DU CHAMP DE FOIRE",
        "latitude": 46.27947045,
        "longitude": 6.720031881096503,
        "publics_accueillis": "Familles/enfants;Seniors (+ 65 ans);Surdité",
        "conditions_acces": "Gratuit : Je peux accéder gratuitement au lieu et à ses services",
        "modalites_accompagnement": "Avec de l'aide : je suis accompagné seul dans l'usage du numérique",
        "horaires": "Tu-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00",
        "source": "Hinaura",
        "date_maj": "2021-05-05",
    },
    {
        "id": "24",
        "nom": "MJC",
        "services": "Accéder à du matériel",
        "pivot": "00000000000000",
        "commune": "Loriol",
        "code_postal": "26270",
        "adresse": "",
        "publics_accueillis": "Adultes;Seniors (+ 65 ans)",
        "latitude": 44.75,
        "longitude": 4.82,
        "conditions_acces": "Gratuit : Je peux accéder gratuitement au lieu et à ses services;Payant : L'accès au lieu "
        "et/ou à ses services est payant",
        "source": "Hinaura",
        "date_maj": "2021-05-05",
    },
]


def test_a_place_of_digital_help_is_a_structure_and_its_service(tmp_path: Path) -> None:
    import_ = charger(tmp_path, "mediation-numerique", json.dumps(LIEUX_2022))

    assert import_.rapport["nouveaux"] == 2
    service = Service.objects.select_related("structure_ref").get(id="mediation-numerique--0")
    structure = service.structure_ref
    assert (structure.commune, structure.commune_officielle_id, structure.code_insee) == (
        "ABONDANCE",
        "74001",
        None,
    )
    assert (structure.siret, structure.telephone) == (None, None)
    assert structure.horaires_accueil == "Tu-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00"
    assert (structure.latitude, structure.longitude) == (46.27947045, 6.720031881096503)
    assert structure.date_maj == date(2021, 5, 5)
    assert service.famille == "point-numerique"
    assert service.thematiques == [
        "numerique--acceder-a-une-connexion-internet",
        "numerique--acceder-a-des-services-en-ligne",
    ]
    assert service.publics == ["familles", "seniors", "personnes-en-situation-de-handicap"]
    assert service.frais == "gratuit"


def test_free_and_paid_at_once_is_unknown_and_a_short_name_is_found_by_its_postcode(tmp_path: Path) -> None:
    import_ = charger(tmp_path, "mediation-numerique", json.dumps(LIEUX_2022))

    service = Service.objects.select_related("structure_ref").get(id="mediation-numerique--24")
    assert service.frais is None
    assert (service.publics, service.publics_precisions) == (None, "Adultes;Seniors (+ 65 ans)")
    assert "est payant" in (service.frais_precisions or "")
    assert service.structure_ref.commune_officielle_id == "26166"
    assert "« Loriol », au code postal 26270, est lu comme Loriol-sur-Drôme." in messages(import_)


def test_new_names_of_columns_and_geojson_give_the_same_kind_of_record(tmp_path: Path) -> None:
    fiche = {
        "id": "essai-1",
        "pivot": "13001328900012",
        "nom": "Espace numérique",
        "commune": "Mulhouse",
        "code_postal": "68100",
        "code_insee": "68224",
        "adresse": "12 rue de la Paix",
        "courriels": "contact@exemple.fr",
        "services": "Aide aux démarches administratives|Loisirs et créations numériques|Réparer un poste à galène",
        "frais_a_charge": "Gratuit",
        "itinerance": "Fixe",
        "fiche_acces_libre": "https://acceslibre.beta.gouv.fr/essai",
        "dispositif_programmes_nationaux": "France services",
        "date_maj": "2024-01-31",
    }
    point = {"type": "Point", "coordinates": [7.34, 47.75]}
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": fiche, "geometry": point}],
    }

    import_ = charger(tmp_path, "mediation-numerique", json.dumps(collection))

    service = Service.objects.select_related("structure_ref").get()
    structure = service.structure_ref
    assert (structure.siret, structure.courriel, structure.itinerant) == (
        "13001328900012",
        "contact@exemple.fr",
        False,
    )
    assert (structure.latitude, structure.longitude) == (47.75, 7.34)
    assert structure.extra["labels"] == "France services"
    assert service.thematiques == ["numerique--acceder-a-des-services-en-ligne"]
    assert "Mot sans équivalent : « Réparer un poste à galène ». Il n’est pas repris." in messages(import_)


def test_a_table_gives_the_same_records_as_csv_json_lines_list_and_object(tmp_path: Path) -> None:
    lignes = [{cle: str(valeur) for cle, valeur in lieu.items()} for lieu in LIEUX_2022]
    noms = list(lignes[0])
    formes = [
        json.dumps(LIEUX_2022),
        "\n".join(json.dumps(lieu) for lieu in LIEUX_2022),
        json.dumps({"meta": {"total": 2}, "resultats": {"lieux": LIEUX_2022}}),
        json.dumps({"lieux": LIEUX_2022}, indent=2),
        en_csv([{nom: ligne.get(nom, "") for nom in noms} for ligne in lignes]),
    ]

    vues = set()
    for rang, forme in enumerate(formes):
        charger(tmp_path, "mediation-numerique", forme, le=date(2024, 1, 1 + rang))
        vues.add(
            tuple(
                Structure.objects.order_by("id").values_list(
                    "id", "nom", "commune_officielle_id", "latitude", "horaires_accueil"
                )
            )
        )

    assert len(vues) == 1
    assert Structure.objects.count() == 2


# Licence Ouverte: ministère de l’Éducation nationale, 2024.
COLLEGE = {
    "numero_uai": "0680111B",
    "appellation_officielle": "Collège Saint-Exupéry",
    "secteur_public_prive_libe": "Public",
    "adresse_uai": "11 rue du Languedoc",
    "code_postal_uai": "68090",
    "localite_acheminement_uai": "MULHOUSE CEDEX 1",
    "libelle_commune": "Mulhouse",
    "latitude": "47.75963911807598",
    "longitude": "7.363610295368171",
    "nature_uai_libe": "COLLEGE",
    "etat_etablissement_libe": "OUVERT",
    "code_commune": "68224",
    "date_ouverture": "1967-11-10",
}


def test_a_school_is_a_structure_and_a_closed_one_is_set_aside(tmp_path: Path) -> None:
    ferme = COLLEGE | {"numero_uai": "0680000Z", "etat_etablissement_libe": "FERME"}

    import_ = charger(tmp_path, "colleges", en_csv([COLLEGE, ferme]))

    assert import_.rapport["ecartees"] == {"etat_etablissement_libe = FERME": 1}
    structure = Structure.objects.get()
    assert (structure.id, structure.adresse, structure.commune_officielle_id) == (
        "colleges--0680111B",
        "11 rue du Languedoc",
        "68224",
    )
    assert structure.extra["secteur"] == "Public"
    assert Service.objects.count() == 0


def test_an_insertion_structure_is_keyed_by_siret_and_kind(tmp_path: Path) -> None:
    lignes = [
        {
            "kind": genre,
            "siret": "11111111100017",
            "naf": "8899B",
            "name": "Chantier du canal",
            "address": "1 quai du Canal",
            "post_code": "68170",
            "city": "RIXHEIM",
            "lon": "7.40",
            "lat": "47.75",
            "updated_at": "2020-12-18",
        }
        for genre in ("ACI", "EI")
    ]

    charger(tmp_path, "siae", en_csv(lignes))

    assert set(Structure.objects.values_list("id", "siret", "commune_officielle_id")) == {
        ("siae--11111111100017-ACI", "11111111100017", "68271"),
        ("siae--11111111100017-EI", "11111111100017", "68271"),
    }
    assert sorted(Structure.objects.values_list("reseaux_porteurs", flat=True)) == [["aci"], ["ei"]]


def test_an_agency_keeps_its_number_and_its_network(tmp_path: Path) -> None:
    ligne = {
        "kind": "FT",
        "name": "France Travail - ESSAI",
        "address_line_1": "1 rue de l’Essai",
        "address_line_2": "",
        "post_code": "68000",
        "city": "COLMAR",
        "lon": "7.35",
        "lat": "48.08",
        "code_safir": "68999",
    }

    charger(tmp_path, "agences-france-travail", en_csv([ligne]))

    structure = Structure.objects.get(id="agences-france-travail--68999")
    assert (structure.commune_officielle_id, structure.reseaux_porteurs) == ("68066", ["france-travail"])


# Licence Ouverte: ANCT, 2022 and 2023.
CONSEILLERS_2022 = {
    "raison_sociale": "FACE ALSACE MULHOUSE",
    "type": "privée",
    "siret": "40751453800021",
    "adresse": "6 RUE DE LA BOURSE\n68100 MULHOUSE",
    "insee_com": "68224",
    "commune_insee": "Mulhouse",
    "code_postal": "67000",
    "code_postal_bis": "68100",
    "nb_cnfs": "1",
    "france_services": "non",
    "latitude": "47.7445",
    "longitude": "7.3426",
}
CONSEILLERS_2023 = {
    "nom": "FACE ALSACE MULHOUSE",
    "Siret": "40751453800021",
    "Nb de conseillers attribués": "2",
    "Code postal": "68100",
    "Code commune Insee": "68224",
    "Label France Services": "oui",
}


def test_an_edition_that_does_not_speak_of_a_field_leaves_it(tmp_path: Path) -> None:
    charger(tmp_path, "conseillers-numeriques", en_csv([CONSEILLERS_2022]), le=date(2022, 6, 16))

    import_ = charger(tmp_path, "conseillers-numeriques", en_csv([CONSEILLERS_2023]), le=date(2023, 12, 31))

    assert import_.rapport["modifies"] == 1
    structure = Structure.objects.get()
    assert (structure.adresse, structure.code_postal, structure.latitude) == (
        "6 RUE DE LA BOURSE",
        "68100",
        47.7445,
    )
    assert structure.extra == {"postes": "2", "france_services": "oui"}
    assert structure.reseaux_porteurs == ["conseillers-numeriques"]


def test_an_association_is_a_name_and_a_commune_never_a_service(tmp_path: Path) -> None:
    # Licence Ouverte: ESS France, INSEE, 2025.
    lignes = [
        {
            "N°SIREN": "509006268",
            "Nom ou raison sociale de l'entreprise": "AGIR POUR LE PEROU",
            "Famille juridique de l'entreprise": "ASSOCIATIONS",
            "Libellé de la commune de l'établissement": "HABSHEIM",
            "Code postal": "68440",
        },
        {
            "N°SIREN": "999999999",
            "Nom ou raison sociale de l'entreprise": "AILLEURS",
            "Famille juridique de l'entreprise": "ASSOCIATIONS",
            "Libellé de la commune de l'établissement": "NULLE-PART",
            "Code postal": "99999",
        },
    ]

    import_ = charger(tmp_path, "associations-ess", en_csv(lignes))

    structure = Structure.objects.get()
    assert (structure.nom, structure.adresse, structure.commune_officielle_id) == (
        "AGIR POUR LE PEROU",
        None,
        "68118",
    )
    assert structure.extra == {"siren": "509006268", "famille_juridique": "ASSOCIATIONS"}
    assert Service.objects.count() == 0
    (refus,) = import_.rapport["refus"]
    assert refus["message"] == "Commune introuvable : « 99999 NULLE-PART »."


def creche(nom: str, rue: str, genre: str, places: str) -> dict[str, str]:
    return {
        "Type": genre,
        "Nom": nom,
        "Adresse": f"{rue}, 44100 Nantes, France",
        "Quartier": "Quartier d’essai",
        "Nb places": places,
        "_lat": "47.205357",
        "_lon": "-1.6074614",
    }


def test_a_nursery_is_a_service_of_its_family_with_its_places(tmp_path: Path) -> None:
    lignes = [
        creche("Les Essais", "2 rue du Test", "Municipale", "75"),
        creche("Micro-Essai", "4 rue du Test", "Micro-crèche", "10"),
        creche("MAM Essai", "6 rue du Test", "MAM", "12"),
    ]

    import_ = charger(tmp_path, "creches-nantes", en_csv(lignes))

    vues = Service.objects.values_list(
        "nom", "famille", "structure_ref__adresse", "structure_ref__commune_officielle_id"
    )
    assert set(vues) == {
        ("Les Essais", "eaje", "2 rue du Test", "44109"),
        ("Micro-Essai", "micro-creche", "4 rue du Test", "44109"),
        ("MAM Essai", "mam", "6 rue du Test", "44109"),
    }
    assert Structure.objects.get(nom="Les Essais").extra["places"] == "75"
    assert any(message.startswith("Ce fichier n’a pas d’identifiant") for message in messages(import_))


def test_without_an_identifier_a_row_is_known_by_its_name_address_and_commune(tmp_path: Path) -> None:
    ligne = creche("Les Essais", "2 rue du Test", "Municipale", "75")
    charger(tmp_path, "creches-nantes", en_csv([ligne]), le=date(2024, 1, 1))

    place = charger(tmp_path, "creches-nantes", en_csv([ligne | {"Nb places": "80"}]), le=date(2024, 2, 1))
    demenage = charger(
        tmp_path, "creches-nantes", en_csv([creche("Les Essais", "9 rue du Test", "Municipale", "80")])
    )

    assert (place.rapport["modifies"], place.rapport["nouveaux"]) == (1, 0)
    assert (demenage.rapport["nouveaux"], demenage.rapport["retires"]) == (1, 1)


def test_a_reduced_national_extract_says_what_it_costs(tmp_path: Path) -> None:
    # Licence Ouverte: data·inclusion, 2024.
    objet = {
        "longitude": 4.840949,
        "latitude": 45.795042,
        "types": ["accompagnement", "atelier"],
        "commune": "Caluire-et-Cuire",
        "adresse": "38 Rue François Peissel",
        "code_postal": "69300",
        "nom": "Accompagnement professionnel des femmes de plus de 45 ans",
        "presentation_resume": "Association qui accompagne les femmes de + de 45 ans.",
        "region": "69",
    }
    seul = objet | {"nom": "Point conseil budget", "types": ["accompagnement"]}
    anonyme = objet | {"nom": "."}

    import_ = charger(tmp_path, "data-inclusion-resume", json.dumps([objet, seul, anonyme], indent=1))

    assert set(Service.objects.values_list("nom", "type", "description")) == {
        (objet["nom"], None, objet["presentation_resume"]),
        ("Point conseil budget", "accompagnement", objet["presentation_resume"]),
    }
    assert [refus["message"] for refus in import_.rapport["refus"]] == [
        "Le nom ne contient ni lettre ni chiffre."
    ]
    assert any("chaque structure porte le nom de son service" in message for message in messages(import_))


def test_hours_of_the_first_years_are_kept_as_they_were_written(tmp_path: Path) -> None:
    proprietes = {
        "id": "FS-12",
        "nom_structure": "France services d’essai",
        "adresse_postale": "1 place du Test",
        "cp": "68440",
        "ville": "Habsheim",
        "insee": 68118,
        "lundi": "9H-12H / Après-midi sur RDV",
        "mardi": None,
        "tel": "03 89 00 00 01",
        "date_labellisation": "01/01/2020",
        "type_structure": "Bus itinérant",
    }
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": proprietes,
                "geometry": {"type": "Point", "coordinates": [7.42, 47.73]},
            }
        ],
    }

    charger(tmp_path, "france-services-anciennes", json.dumps(collection))

    service = Service.objects.select_related("structure_ref").get(famille="france-services")
    structure = service.structure_ref
    assert structure.horaires_accueil == "lundi : 9H-12H / Après-midi sur RDV"
    assert (structure.ouvert_le, structure.ouvert_le_origine) == (date(2020, 1, 1), "label")
    assert (structure.itinerant, structure.code_insee, structure.latitude) == (True, "68118", 47.73)


@pytest.mark.parametrize("source", sorted(sources()))
def test_every_described_source_names_known_families_and_its_licence(source: str) -> None:
    decrite = sources()[source]

    assert decrite.licence
    assert decrite.provenance
    if decrite.tableau:
        constante = decrite.tableau.constantes.get("service", {}).get("famille")
        mots = decrite.tableau.mots.get("famille", {}).values()
        assert {*mots, *filter(None, [constante])} <= set(familles())


def test_a_file_without_the_columns_of_its_source_says_what_it_saw(tmp_path: Path) -> None:
    fichier = tmp_path / "f.csv"
    fichier.write_text("a,b\n1,2\n")

    import_ = preparer("colleges", fichier, nom="f.csv", par=None, le=INSTANT, edition_le=JUIN)

    assert import_.etat == "refuse"
    assert import_.rapport["illisible"]["message"] == (
        "Aucune colonne ne donne le nom. Attendues : « appellation_officielle », « Nom_etablissement ». "
        "Colonnes vues : a, b."
    )


def test_an_unknown_source_lists_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(RegleMetier, match="« associations-ess »"):
        preparer("rien", tmp_path / "f", nom="f", par=None, le=INSTANT, edition_le=JUIN)
