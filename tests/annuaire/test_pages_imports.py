"""The pages of sources, imports and duplicates: nothing is written before a person agrees."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.annuaire import import_differe, import_source
from maillage.annuaire.models import Doublon, Import, Source, Structure
from maillage.comptes.models import Role
from tests.conftest import connecter
from tests.make import INSTANT, make_commune, make_personne, make_source, make_structure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("m2a")]
ENTETE = (
    "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,"
    "telephone,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,prise_rdv,commentaire,type_fs,format_fs,"
    "groupe_fs,labellisation_fs"
)


@pytest.fixture(autouse=True)
def _envois(settings, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"


@pytest.fixture(autouse=True)
def _communes(m2a) -> None:
    make_commune("68376", "Wittenheim", codes_postaux=["68270"])
    make_commune("68154", "Illzach", codes_postaux=["68110"])


def ligne(numero: int, **champs: str) -> str:
    valeurs = {
        "id_fs": str(numero),
        "insee_dep": "68",
        "lib_fs": f"France services numéro {numero}",
        "adresse": f"{numero} rue du Bourg",
        "insee_com": "68376",
        "code_postal": "68270",
        "lib_com": "Wittenheim",
        "latitude": "47.80",
        "longitude": "7.33",
        "telephone": "03 89 00 00 01",
        "h_lundi": "09:00 - 12:00",
        "prise_rdv": "Non",
        "type_fs": "Principal",
        "format_fs": "Fixe",
        "labellisation_fs": "Espace labellisé 01/01/2020",
    } | champs
    return ",".join(valeurs.get(colonne, "") for colonne in ENTETE.split(","))


def fichier(*lignes: str, nom: str = "fs.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, "\n".join([ENTETE, *lignes, ""]).encode())


def envoyer(client: Client, *lignes: str, **champs: object):
    donnees = {"source": "france-services", "fichier": fichier(*lignes), "edition_le": "2026-09-01"}
    return client.post("/annuaire/imports/nouveau", donnees | champs)


def confirmer(client: Client, import_: Import, **champs: str):
    return client.post(f"/annuaire/imports/{import_.uuid}/confirmer", champs)


def test_a_sent_file_is_shown_before_anything_is_written(client_awa: Client):
    response = envoyer(
        client_awa, ligne(1), ligne(2, insee_com="99999", lib_com="Nulle", code_postal="99999")
    )

    import_ = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/annuaire/imports/{import_.uuid}")
    brut = client_awa.get(response["Location"]).content.decode()
    assert "Ce que ce fichier changerait" in brut
    assert "<dt>Nouvelles</dt><dd>1</dd>" in brut
    assert "<dt>Refusées</dt><dd>1</dd>" in brut
    assert "ligne 3, colonne " in brut
    assert "99999" in brut
    assert not Structure.objects.exists()


def test_an_agreed_import_is_written_and_says_what_changed(client_awa: Client):
    envoyer(client_awa, ligne(1), ligne(2, adresse="9 rue Haute", latitude="47.81"))

    response = confirmer(client_awa, Import.objects.get())

    assert response.status_code == 302
    assert Structure.objects.count() == 2
    brut = client_awa.get(response["Location"]).content.decode()
    assert "L’annuaire est à jour." in brut
    assert "Ce qui a changé" in brut


def test_the_same_file_again_says_that_it_changes_nothing(client_awa: Client):
    for _ in range(2):
        envoyer(client_awa, ligne(1))
        confirmer(client_awa, Import.objects.order_by("-pk")[0])

    brut = client_awa.get(f"/annuaire/imports/{Import.objects.order_by('-pk')[0].uuid}").content.decode()

    assert "Ce fichier est déjà chargé" in brut
    assert Structure.objects.count() == 1


def test_many_withdrawals_ask_for_a_ticked_box(client_awa: Client):
    envoyer(client_awa, *(ligne(n, latitude=f"47.8{n}") for n in range(1, 6)))
    confirmer(client_awa, Import.objects.get())
    envoyer(client_awa, ligne(1, latitude="47.81"), edition_le="2026-10-01")
    import_ = Import.objects.order_by("-pk")[0]

    page = client_awa.get(f"/annuaire/imports/{import_.uuid}").content.decode()
    confirmer(client_awa, import_)
    assert Structure.objects.visibles().count() == 5
    confirmer(client_awa, import_, retraits_confirmes="on")

    assert "4 fiches sur 5 seraient retirées (80\u00a0%)" in page.replace("80 %", "80\u00a0%")
    assert 'name="retraits_confirmes"' in page
    assert "France services numéro 2" in page
    assert Structure.objects.visibles().count() == 1


def test_an_abandoned_import_changes_nothing_and_cannot_be_confirmed(client_awa: Client):
    envoyer(client_awa, ligne(1))
    import_ = Import.objects.get()

    client_awa.post(f"/annuaire/imports/{import_.uuid}/abandonner")
    confirmer(client_awa, import_)

    assert Import.objects.get().etat == "abandonne"
    assert not Structure.objects.exists()


def test_a_large_import_is_left_to_the_worker(client_awa: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_differe, "LIGNES_MAX", 1)
    envoyer(client_awa, ligne(1), ligne(2, latitude="47.81"))
    import_ = Import.objects.get()

    confirmer(client_awa, import_)

    brut = client_awa.get(f"/annuaire/imports/{import_.uuid}").content.decode()
    assert "Écriture en cours : 0 lignes sur 2" in brut.replace("\u00a0", " ")
    assert not Structure.objects.exists()
    import_source.reprendre_interrompus(le=INSTANT)
    assert Structure.objects.count() == 2
    assert Import.objects.get().etat == "termine"


def test_a_large_import_with_many_withdrawals_waits_for_the_box_too(
    client_awa: Client, monkeypatch: pytest.MonkeyPatch
):
    envoyer(client_awa, *(ligne(n, latitude=f"47.8{n}") for n in range(1, 6)))
    confirmer(client_awa, Import.objects.get())
    monkeypatch.setattr(import_differe, "LIGNES_MAX", 0)
    envoyer(client_awa, ligne(1, latitude="47.81"), edition_le="2026-10-01")
    import_ = Import.objects.order_by("-pk")[0]

    confirmer(client_awa, import_)
    import_.refresh_from_db()
    assert import_.etat == "prepare"
    confirmer(client_awa, import_, retraits_confirmes="on")
    import_.refresh_from_db()
    assert (import_.etat, import_.retraits_confirmes) == ("en_cours", True)


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"source": ""}, "Choisissez la source du fichier."),
        ({"source": "inconnue"}, "source"),
        ({"fichier": ""}, "Choisissez un fichier."),
        ({"fichier": SimpleUploadedFile("vide.csv", b"")}, "Ce fichier est vide"),
        ({"edition_le": ""}, "À quelle date ce fichier dit-il vrai"),
        ({"edition_le": "hier"}, "Écrivez la date ainsi"),
    ],
)
def test_a_refused_upload_says_why(client_awa: Client, champs: dict[str, object], dit: str):
    response = envoyer(client_awa, ligne(1), **champs)

    assert response.status_code == 422
    assert dit in response.content.decode().replace("\u202f", " ")
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    "octets",
    [
        b"\x00" * 500,
        b"PK\x03\x04" + b"x" * 200,
        b"\xff\xfe" + "a;b\n".encode("utf-16-le"),
        b"(" * 100_000,
        b"id_fs\n",
    ],
    ids=["nul", "zip", "utf16", "one line", "header only"],
)
def test_a_hostile_file_gets_a_readable_refusal(client_awa: Client, octets: bytes):
    response = envoyer(client_awa, fichier=SimpleUploadedFile("fs.csv", octets))

    assert response.status_code in {302, 422}
    if response.status_code == 302:
        brut = client_awa.get(response["Location"]).content.decode()
        assert "Ce fichier n’a pas pu être lu" in brut
        assert "Que faire" in brut
    assert not Structure.objects.exists()


def test_a_file_over_the_limit_is_stopped_while_it_arrives(client_awa: Client, settings):
    settings.TAILLE_MAX_ENVOI = 200_000

    # Far over, the announced length is enough; a little over, or announced short, the handler counts.
    assert envoyer(client_awa, fichier=SimpleUploadedFile("fs.csv", b"x" * 3_000_000)).status_code == 413
    response = envoyer(client_awa, fichier=SimpleUploadedFile("fs.csv", b"x" * 400_000))

    assert response.status_code == 422
    assert "Ce fichier dépasse 0 Mo" in response.content.decode().replace("\u00a0", " ")
    assert not Import.objects.exists()


def test_an_upload_without_its_token_is_refused(awa):
    client = Client(enforce_csrf_checks=True)
    client.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert envoyer(client, ligne(1)).status_code == 403
    assert not Import.objects.exists()


def test_the_name_of_a_file_is_shown_as_text(client_awa: Client):
    response = envoyer(client_awa, fichier=fichier(ligne(1), nom="<script>alert(1)</script>.csv"))

    assert b"<script>alert" not in client_awa.get(response["Location"]).content


def test_the_sources_say_their_age_their_licence_and_what_they_hold(client_awa: Client):
    make_source("exemples", nom="Exemples", exemple=True, licence="Licence Ouverte 2.0")
    envoyer(client_awa, ligne(1))
    confirmer(client_awa, Import.objects.get())

    brut = client_awa.get("/annuaire/sources").content.decode()

    assert "1er\u00a0septembre\u00a02026" in brut
    assert '<td class="num">1</td>' in brut
    assert "Licence Ouverte 2.0" in brut
    assert "Annuaire de l’administration" in brut  # described, not loaded yet


def test_lists_of_imports_and_duplicates_cost_the_same_for_one_row_or_three(
    client_awa: Client, django_assert_num_queries
):
    source = make_source()
    structures = [make_structure(f"{i}", source_ref=source) for i in range(4)]

    def ajouter(n: int) -> None:
        Import.objects.create(
            source_ref=source,
            fichier="f.csv",
            chemin="f",
            empreinte="0" * 64,
            taille=1,
            etat="termine",
            cree_le=INSTANT,
            edition_le=date(2026, 9, 1),
        )
        Doublon.objects.create(
            premiere=structures[0], seconde=structures[n], motif="même lieu", signale_le=INSTANT
        )

    ajouter(1)
    for n in (2, 3, None):
        with django_assert_num_queries(7):
            client_awa.get("/annuaire/imports")
        with django_assert_num_queries(7):
            client_awa.get("/annuaire/doublons")
        with django_assert_num_queries(6):
            client_awa.get("/annuaire/sources")
        if n:
            ajouter(n)


def test_a_pair_is_decided_then_decided_otherwise(client_awa: Client, awa):
    une, autre = make_structure("Bus"), make_structure("Antenne")
    paire = Doublon.objects.create(premiere=une, seconde=autre, motif="même lieu", signale_le=INSTANT)

    assert "Bus et Antenne" in client_awa.get("/annuaire/doublons").content.decode()
    client_awa.post(f"/annuaire/doublons/{paire.pk}", {"etat": "meme"})
    paire.refresh_from_db()
    assert (paire.etat, paire.par) == ("meme", awa)
    assert "Rien à examiner" in client_awa.get("/annuaire/doublons").content.decode()
    assert (
        "une seule offre, comptée une fois"
        in client_awa.get("/annuaire/doublons?examines=oui").content.decode()
    )

    client_awa.post(f"/annuaire/doublons/{paire.pk}", {"etat": "signale"})
    paire.refresh_from_db()
    assert paire.etat == "signale"


def test_a_decision_that_does_not_exist_is_refused(client_awa: Client):
    paire = Doublon.objects.create(
        premiere=make_structure("A"), seconde=make_structure("B"), motif="même lieu", signale_le=INSTANT
    )

    response = client_awa.post(f"/annuaire/doublons/{paire.pk}", {"etat": "fusionner"})

    assert response.status_code == 422
    paire.refresh_from_db()
    assert paire.etat == "signale"


@pytest.mark.parametrize("role", [Role.PILOTE, Role.LECTEUR, Role.STRUCTURE])
def test_only_those_who_keep_the_directory_import(m2a, role: str):
    client = connecter(make_personne("Essai", role, m2a, email=f"{role}@exemple.fr"))
    source = Source.objects.create(slug="s", nom="s")
    import_ = Import.objects.create(
        source_ref=source, fichier="f", chemin="f", empreinte="0" * 64, taille=1, cree_le=INSTANT
    )

    for adresse in ("sources", "imports", "imports/nouveau", f"imports/{import_.uuid}", "doublons"):
        assert client.get(f"/annuaire/{adresse}").status_code == 403
    assert envoyer(client, ligne(1)).status_code == 403
    assert confirmer(client, import_).status_code == 403
    assert client.post(f"/annuaire/imports/{import_.uuid}/abandonner").status_code == 403
    import_.refresh_from_db()
    assert import_.etat == "prepare"
    assert not Path(settings.DOSSIER_ENVOIS).exists()


def test_an_unknown_import_and_an_unknown_pair_are_not_found(client_awa: Client):
    assert client_awa.get("/annuaire/imports/11111111-2222-3333-4444-555555555555").status_code == 404
    assert client_awa.get("/annuaire/imports/abc").status_code == 404
    assert client_awa.post("/annuaire/doublons/999999", {"etat": "meme"}).status_code == 404
