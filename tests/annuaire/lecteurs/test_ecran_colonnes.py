"""The screen of columns: an unknown table is sent, matched, seen, saved and imported, without JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.annuaire.models import Import, Service, Source, Structure
from maillage.core.models import Acte
from tests.annuaire.outils_import import make_communes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("m2a")]
TABLEAU = (
    "Réf;Nom de la structure;Rue;CP;Ville;Tél.;Mail;Divers\n"
    "A1;Épicerie du coin;3 rue des Bois;68440;HABSHEIM;03 89 00 00 01;epicerie@exemple.fr;le mardi\n"
    "A2;Vestiaire solidaire;5 rue du Parc;68170;Rixheim;;;\n"
    "A3;;1 rue Vide;68170;Rixheim;;;\n"
)
SOURCE = {
    "nom": "Partenaires de Habsheim",
    "producteur": "Mairie de Habsheim",
    "licence": "à vérifier",
    "provenance": "",
    "edition_le": "2026-03-01",
    "service": "non",
    "famille": "",
    "identifiant": "0",
}
CHOIX = {
    "colonne_0": "identifiant",
    "colonne_1": "nom",
    "colonne_2": "adresse",
    "colonne_3": "code_postal",
    "colonne_4": "commune",
    "colonne_5": "telephone",
    "colonne_6": "courriel",
    "colonne_7": "extra",
}


@pytest.fixture(autouse=True)
def _etat(settings: Any, tmp_path: Path, m2a: Any) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"


@pytest.fixture(autouse=True)
def _communes(m2a: Any) -> None:
    make_communes()


def envoyer(client: Client, contenu: bytes, nom: str = "partenaires.csv") -> Any:
    return client.post("/annuaire/colonnes", {"fichier": SimpleUploadedFile(nom, contenu)})


def test_columns_are_guessed_by_names_and_synonyms(client_awa: Client) -> None:
    page = client_awa.get(envoyer(client_awa, TABLEAU.encode()).url)

    choisies = {champ.html_name: champ.value() for champ, _ in page.context["form"].par_colonne()}
    assert choisies == {
        "colonne_0": "identifiant",
        "colonne_1": "nom",
        "colonne_2": "adresse",
        "colonne_3": "code_postal",
        "colonne_4": "commune",
        "colonne_5": "telephone",
        "colonne_6": "courriel",
        "colonne_7": None,
    }
    assert page.context["form"]["identifiant"].value() == "0"
    assert "« Épicerie du coin »" in page.content.decode().replace("\u00a0", " ")


def test_the_first_records_are_shown_before_anything_is_saved(client_awa: Client) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url

    page = client_awa.post(adresse, SOURCE | CHOIX | {"voir": "1"})

    assert page.status_code == 200
    texte = page.content.decode()
    assert "3 rue des Bois" in texte
    assert "Le nom manque." in texte
    assert not Source.objects.filter(nom=SOURCE["nom"]).exists()
    assert Structure.objects.count() == 0


def test_a_matched_table_is_saved_then_confirmed_like_any_import(client_awa: Client, awa: Any) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url

    apercu = client_awa.post(adresse, SOURCE | CHOIX | {"enregistrer": "1"})

    import_ = Import.objects.get()
    assert apercu.url == f"/annuaire/imports/{import_.uuid}"
    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (2, 1)
    assert Structure.objects.count() == 0
    client_awa.post(f"{apercu.url}/confirmer")
    epicerie = Structure.objects.get(id="partenaires-de-habsheim--A1")
    assert (epicerie.nom, epicerie.commune_officielle_id, epicerie.extra) == (
        "Épicerie du coin",
        "68118",
        {"divers": "le mardi"},
    )
    assert Service.objects.count() == 0
    source = Source.objects.get(slug="partenaires-de-habsheim")
    assert (source.licence, source.description["cle"]) == ("à vérifier", ["identifiant"])
    assert Acte.objects.filter(acte="decrire", par_id=awa.pk).count() == 1


def test_a_saved_source_reads_its_next_file_from_the_ordinary_page(client_awa: Client) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url
    client_awa.post(client_awa.post(adresse, SOURCE | CHOIX | {"enregistrer": "1"}).url + "/confirmer")

    suite = client_awa.post(
        "/annuaire/imports/nouveau",
        {
            "source": "partenaires-de-habsheim",
            "edition_le": "2026-04-01",
            "fichier": SimpleUploadedFile(
                "avril.csv", TABLEAU.replace("3 rue des Bois", "4 rue des Bois").encode()
            ),
        },
    )

    import_ = Import.objects.latest("pk")
    assert suite.url == f"/annuaire/imports/{import_.uuid}"
    assert (import_.rapport["modifies"], import_.rapport["inchanges"]) == (1, 1)


def test_rows_that_are_services_by_nature_get_their_family(client_awa: Client) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url
    choix = SOURCE | CHOIX | {"service": "oui", "famille": "france-services", "enregistrer": "1"}

    client_awa.post(client_awa.post(adresse, choix).url + "/confirmer")

    assert set(Service.objects.values_list("nom", "famille")) == {
        ("Épicerie du coin", "france-services"),
        ("Vestiaire solidaire", "france-services"),
    }


@pytest.mark.parametrize(
    ("choix", "phrase"),
    [
        ({"colonne_1": ""}, "Aucune colonne ne donne le nom"),
        ({"colonne_3": "", "colonne_4": ""}, "Aucune colonne ne dit la commune"),
        ({"colonne_7": "nom"}, "La colonne « Nom de la structure » le donne déjà"),
        ({"colonne_7": "frais"}, "Ce champ est celui d’un service"),
        ({"licence": ""}, "Écrivez la licence"),
        ({"edition_le": ""}, "Donnez la date du fichier"),
        ({"nom": "…"}, "Écrivez un nom en lettres"),
        ({"nom": "Mairies"}, "La source « mairies » existe déjà"),
    ],
)
def test_a_wrong_matching_is_refused_in_words_and_keeps_what_was_chosen(
    client_awa: Client, choix: dict[str, str], phrase: str
) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url

    page = client_awa.post(adresse, SOURCE | CHOIX | choix | {"enregistrer": "1"})

    assert page.status_code == 422
    assert phrase in page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert page.context["form"]["colonne_2"].value() == "adresse"
    assert Source.objects.filter(description__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"%PDF-1.7 trois pages", "commence comme un PDF"),
        (b"PK\x03\x04abc", "il est abîmé"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "ancien document Office"),
        (b"nom,ville\n", "aucune ligne"),
        (b"[" * 50_000, "profond"),
        ((",".join(f"c{n}" for n in range(150)) + "\n" + "x," * 149 + "x\n").encode(), "150 colonnes"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_once_and_not_kept(
    client_awa: Client, contenu: bytes, phrase: str
) -> None:
    page = envoyer(client_awa, contenu, "tableau.xlsx")

    assert page.status_code == 422
    assert phrase in page.content.decode()
    assert not list(Path(settings.DOSSIER_ENVOIS).glob("*.fichier"))


def test_a_file_over_the_limit_is_stopped(client_awa: Client, settings: Any) -> None:
    settings.TAILLE_MAX_ENVOI = 1024 * 1024

    page = envoyer(client_awa, b"nom\n" + b"x" * 2_000_000)

    assert page.status_code == 422
    assert "dépasse 1 Mo" in page.content.decode()


def test_nobody_reaches_the_file_of_another_person(client_awa: Client, client_chloe: Client) -> None:
    adresse = envoyer(client_awa, TABLEAU.encode()).url

    assert client_awa.get(adresse[:-3] + "abc").status_code == 404
    assert client_awa.get("/annuaire/colonnes/n-importe-quoi").status_code == 404
    assert client_chloe.get(adresse).status_code in (403, 404)
    assert client_chloe.get("/annuaire/colonnes").status_code in (403, 404)
