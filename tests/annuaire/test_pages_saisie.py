"""The staff pages of one record, and who may open them."""

from datetime import date

import pytest
from django.test import Client

from maillage.annuaire.models import Adhesion, Apport, Correction, Import, Service, Structure
from maillage.comptes.models import Attribution, Personne, Role
from maillage.core.models import Acte, Changement
from tests.conftest import connecter
from tests.make import INSTANT, make_commune, make_personne, make_service, make_source, make_structure

pytestmark = pytest.mark.django_db
EDITION = date(2026, 9, 1)


@pytest.fixture
def structure(m2a) -> Structure:
    """A structure that a source describes."""
    source = make_source(nom="France services (ANCT)", edition_le=EDITION)
    trouvee = make_structure(
        "France services", commune_officielle=make_commune("68376", "Wittenheim"), telephone="03 89 00 00 01"
    )
    lot = Import.objects.create(
        source_ref=source,
        fichier="fs.csv",
        chemin="fs.csv",
        empreinte="0" * 64,
        taille=1,
        etat="termine",
        cree_le=INSTANT,
    )
    Apport.objects.create(
        source_ref=source,
        cle="1",
        structure=trouvee,
        brut={},
        valeurs={"structure": {"nom": "France services", "telephone": "03 89 00 00 01"}},
        empreinte="0" * 32,
        premier_import=lot,
        dernier_import=lot,
        vu_du=EDITION,
        vu_au=EDITION,
    )
    return trouvee


@pytest.fixture
def gerante(m2a, structure: Structure) -> Personne:
    """Speaks for the structure, and for no other."""
    personne = make_personne("Gaëlle", Role.STRUCTURE, m2a, email="gaelle@exemple.fr")
    Adhesion.objects.create(personne=personne, structure=structure, depuis=date(2026, 1, 1))
    return personne


def saisie(structure: Structure, **champs: object) -> dict[str, object]:
    """What the browser sends back from the untouched form, some fields changed."""
    depart = {
        "nom": structure.nom,
        "telephone": structure.telephone or "",
        "code_insee": "Wittenheim (68376)",
        "latitude": structure.latitude or "",
        "longitude": structure.longitude or "",
        "version": structure.version,
        "motif": "Appel du 12 mars",
    }
    return depart | champs


# --- correct -----------------------------------------------------------------------------------------------


def test_the_form_shows_the_source_beside_each_field(client_awa: Client, structure: Structure):
    response = client_awa.get(f"/structure/{structure.id}/corriger")

    brut = response.content.decode()
    assert response.status_code == 200
    assert 'value="03 89 00 00 01"' in brut
    assert (
        "«\u00a0France services (ANCT)\u00a0», édition du 01/09/2026, dit «\u00a003 89 00 00 01\u00a0»"
        in brut
    )


def test_a_corrected_field_wins_keeps_the_source_and_is_journaled(
    client_awa: Client, structure: Structure, awa: Personne
):
    response = client_awa.post(
        f"/structure/{structure.id}/corriger", saisie(structure, telephone="03 89 99 99 99")
    )

    assert (response.status_code, response["Location"]) == (302, f"/structure/{structure.id}")
    structure.refresh_from_db()
    assert structure.telephone == "03 89 99 99 99"
    correction = Correction.objects.get()
    assert (correction.champ, correction.valeur_source, correction.par) == (
        "telephone",
        "03 89 00 00 01",
        awa,
    )
    acte = Acte.objects.get()
    assert (acte.par, acte.motif) == (awa, "Appel du 12 mars")
    assert acte.contenu.champs == {"telephone": ["03 89 00 00 01", "03 89 99 99 99"]}
    assert Changement.objects.filter(genre="structure", debut=structure.n).exists()


def test_untouched_fields_are_not_corrections(client_awa: Client, structure: Structure):
    client_awa.post(f"/structure/{structure.id}/corriger", saisie(structure))

    assert not Correction.objects.exists()
    assert not Acte.objects.exists()


def test_line_ends_and_spaces_are_not_corrections(client_awa: Client, structure: Structure):
    Structure.objects.filter(pk=structure.pk).update(
        horaires_accueil="Lundi : 9h-12h\nMardi : 9h-12h ", adresse=" 12 rue du Bourg"
    )

    client_awa.post(
        f"/structure/{structure.id}/corriger",
        saisie(
            structure,
            telephone="03 89 99 99 99",
            horaires_accueil="Lundi : 9h-12h\r\nMardi : 9h-12h ",
            adresse="12 rue du Bourg",
        ),
    )

    assert [correction.champ for correction in Correction.objects.all()] == ["telephone"]


def test_two_people_who_save_lose_nothing(client_awa: Client, structure: Structure):
    premiere = saisie(structure, telephone="03 89 11 11 11")
    seconde = saisie(structure, telephone="03 89 22 22 22")
    client_awa.post(f"/structure/{structure.id}/corriger", premiere)

    response = client_awa.post(f"/structure/{structure.id}/corriger", seconde)

    brut = response.content.decode()
    assert response.status_code == 409
    assert 'value="03 89 22 22 22"' in brut
    assert "Ce qui est enregistré" in brut
    assert "03 89 11 11 11" in brut
    structure.refresh_from_db()
    assert structure.telephone == "03 89 11 11 11"
    # With both texts in sight, saving again is a choice.
    client_awa.post(f"/structure/{structure.id}/corriger", seconde | {"version": structure.version})
    structure.refresh_from_db()
    assert structure.telephone == "03 89 22 22 22"


def test_an_undone_correction_gives_the_word_back_to_the_source(client_awa: Client, structure: Structure):
    client_awa.post(f"/structure/{structure.id}/corriger", saisie(structure, telephone="03 89 99 99 99"))
    correction = Correction.objects.get()

    page = client_awa.get(f"/structure/{structure.id}/corriger").content.decode()
    response = client_awa.post(f"/annuaire/correction/{correction.pk}/lever")

    assert f'action="/annuaire/correction/{correction.pk}/lever"' in page
    assert response["Location"] == f"/structure/{structure.id}/corriger"
    structure.refresh_from_db()
    assert structure.telephone == "03 89 00 00 01"
    assert client_awa.post(f"/annuaire/correction/{correction.pk}/lever").status_code == 404


@pytest.mark.parametrize(
    ("champ", "valeur", "dit"),
    [
        ("nom", "", "Ce champ est obligatoire"),
        ("courriel", "pas une adresse", "Courriel"),
        ("site_web", "javascript:alert(1)", "Site internet"),
        ("code_postal", "68x", "Un code postal a cinq chiffres."),
        ("ouvert_le", "demain", "Écrivez la date ainsi"),
        ("latitude", "nord", "Écrivez un nombre de degrés"),
        ("latitude", "1e400", "Écrivez un nombre de degrés"),
        ("code_insee", "Nullepartville", "Cette commune n’existe pas"),
        ("motif", "", "Dites comment vous le savez"),
        ("version", "abc", "version"),
    ],
)
def test_a_refused_value_keeps_what_was_typed(
    client_awa: Client, structure: Structure, champ: str, valeur: str, dit: str
):
    donnees = saisie(structure, telephone="03 89 77 77 77") | {champ: valeur}

    response = client_awa.post(f"/structure/{structure.id}/corriger", donnees)

    brut = response.content.decode()
    assert response.status_code == 422
    assert dit in brut
    assert 'value="03 89 77 77 77"' in brut
    assert not Correction.objects.exists()


def test_a_checked_record_bears_the_day_of_the_check(client_awa: Client, structure: Structure):
    client_awa.post(f"/structure/{structure.id}/corriger", saisie(structure, verifie="on"))

    structure.refresh_from_db()
    assert structure.verifie_le is not None


def test_a_service_is_corrected_on_its_own_page(client_awa: Client, structure: Structure):
    service = make_service(structure)

    response = client_awa.post(
        f"/service/{service.id}/corriger",
        {"nom": service.nom, "telephone": "3646", "version": service.version, "motif": "Appel"},
    )

    assert response["Location"] == f"/service/{service.id}"
    service.refresh_from_db()
    assert service.telephone == "3646"


def test_hidden_fields_cannot_be_forged(client_awa: Client, structure: Structure):
    client_awa.post(
        f"/structure/{structure.id}/corriger",
        saisie(
            structure, source="autre", exemple="on", retire_motif="x", ferme_le="2026-01-01", id="autre--1"
        ),
    )

    relue = Structure.objects.get(pk=structure.pk)
    assert (relue.source, relue.exemple, relue.retire_motif, relue.ferme_le, relue.id) == (
        structure.source,
        False,
        "",
        None,
        structure.id,
    )


# --- who may -------------------------------------------------------------------------------------------------


def test_a_structure_corrects_its_own_record_and_no_other(gerante: Personne, structure: Structure):
    autre = make_structure("Autre")
    client = connecter(gerante)

    assert client.get(f"/structure/{structure.id}/corriger").status_code == 200
    assert client.get(f"/structure/{autre.id}/corriger").status_code == 403
    assert client.post(f"/structure/{autre.id}/corriger", saisie(autre, nom="Piraté")).status_code == 403
    autre.refresh_from_db()
    assert autre.nom == "Autre"


def test_a_structure_cannot_undo_the_correction_of_another(
    gerante: Personne, structure: Structure, awa: Personne
):
    autre = make_structure("Autre")
    correction = Correction.objects.create(
        structure=autre, champ="nom", valeur="Autre", valeur_source="A", par=awa, le=INSTANT
    )

    response = connecter(gerante).post(f"/annuaire/correction/{correction.pk}/lever")

    assert response.status_code == 404
    correction.refresh_from_db()
    assert correction.levee_le is None


@pytest.mark.parametrize(
    ("role", "statut"),
    [
        (Role.ADMINISTRATEUR, 200),
        (Role.COORDINATEUR, 200),
        (Role.CONTRIBUTEUR, 200),
        (Role.PILOTE, 403),
        (Role.LECTEUR, 403),
        (Role.STRUCTURE, 403),
    ],
)
def test_each_role_meets_the_table_of_rights(m2a, structure: Structure, role: str, statut: int):
    client = connecter(make_personne("Essai", role, m2a, email=f"{role}@exemple.fr"))

    assert client.get(f"/structure/{structure.id}/corriger").status_code == statut
    assert client.get(f"/structure/{structure.id}/fermer").status_code == statut
    assert client.get("/structure/ajouter").status_code == statut


def test_a_coordinator_of_elsewhere_and_a_passer_by_change_nothing(
    client: Client, client_denis: Client, structure: Structure
):
    donnees = saisie(structure, nom="Piraté")

    assert client_denis.post(f"/structure/{structure.id}/corriger", donnees).status_code == 403
    assert client.post(f"/structure/{structure.id}/corriger", donnees).status_code in {302, 403}
    structure.refresh_from_db()
    assert structure.nom == "France services"


def test_a_suspended_person_changes_nothing(awa: Personne, structure: Structure):
    client = connecter(awa)
    awa.is_active = False
    awa.save()

    client.post(f"/structure/{structure.id}/corriger", saisie(structure, nom="Piraté"))

    structure.refresh_from_db()
    assert structure.nom == "France services"


def test_a_form_without_its_token_is_refused(awa: Personne, structure: Structure):
    client = Client(enforce_csrf_checks=True)
    client.force_login(awa, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert (
        client.post(f"/structure/{structure.id}/corriger", saisie(structure, nom="Piraté")).status_code == 403
    )


# --- add, close, reopen ----------------------------------------------------------------------------------------


def test_a_record_is_added_by_hand_with_its_service(client_awa: Client, structure: Structure, awa: Personne):
    response = client_awa.post(
        "/structure/ajouter",
        {
            "famille": "france-services",
            "nom": "France services de Wittenheim",
            "commune": "wittenheim",
            "adresse": "1 place de la Mairie",
            "telephone": "03 89 00 00 09",
            "ouvert_le": "01/12/2026",
            "horaires_accueil": "mardi, 9 h – 12 h",
        },
    )

    ajoutee = Structure.objects.get(source="saisie")
    assert response["Location"] == f"/structure/{ajoutee.id}"
    assert (ajoutee.code_insee, ajoutee.ouvert_le, ajoutee.telephone, ajoutee.courriel) == (
        "68376",
        date(2026, 12, 1),
        "03 89 00 00 09",
        None,
    )
    assert [s.famille for s in ajoutee.services.all()] == ["france-services"]
    assert {acte.par for acte in Acte.objects.all()} == {awa}


def test_a_form_sent_twice_adds_one_record(client_awa: Client, structure: Structure):
    envoi = {"famille": "france-services", "nom": "Maison d’Été", "commune": "Wittenheim"}

    client_awa.post("/structure/ajouter", envoi)
    encore = client_awa.post("/structure/ajouter", envoi | {"nom": "MAISON D'ETE"})

    assert encore.status_code == 422
    assert "a déjà «\u202fMAISON" in encore.text.replace("\u00a0", "\u202f")
    assert Structure.objects.filter(source="saisie").count() == 1


def test_a_closed_record_leaves_its_name_to_another(client_awa: Client, structure: Structure):
    envoi = {
        "famille": "france-services",
        "nom": "Maison",
        "commune": "Wittenheim",
        "ouvert_le": "2026-01-01",
    }
    client_awa.post("/structure/ajouter", envoi)
    fermee = Structure.objects.get(source="saisie")
    client_awa.post(
        f"/structure/{fermee.id}/fermer", {"ferme_le": "2026-12-31", "motif": "Fin", "confirme": "on"}
    )

    assert client_awa.post("/structure/ajouter", envoi).status_code == 302
    assert Structure.objects.filter(source="saisie").count() == 2


@pytest.mark.parametrize("jour", ["0202-01-01", "9999-12-31"])
def test_a_date_that_cannot_be_is_refused(client_awa: Client, structure: Structure, jour: str):
    envoi = {"famille": "france-services", "nom": "Maison", "commune": "Wittenheim", "ouvert_le": jour}

    response = client_awa.post("/structure/ajouter", envoi)

    assert response.status_code == 422
    assert "Choisissez un jour entre 1800 et 2100." in response.text
    assert not Structure.objects.filter(source="saisie").exists()


def test_signs_that_turn_the_text_around_are_left_out_of_a_name(client_awa: Client, structure: Structure):
    envoi = {"famille": "france-services", "nom": "\u202eMaison\u2066 bleue", "commune": "Wittenheim"}

    client_awa.post("/structure/ajouter", envoi)

    assert Structure.objects.get(source="saisie").nom == "Maison bleue"


def test_a_homonym_must_be_told_apart(client_awa: Client, structure: Structure):
    for code in ("01001", "02002"):
        make_commune(code, "Bourg")

    response = client_awa.post(
        "/structure/ajouter", {"famille": "france-services", "nom": "Maison", "commune": "Bourg"}
    )

    assert response.status_code == 422
    assert "Bourg (01001), Bourg (02002)" in response.content.decode()
    client_awa.post(
        "/structure/ajouter", {"famille": "france-services", "nom": "Maison", "commune": "Bourg (02002)"}
    )
    assert Structure.objects.get(source="saisie").code_insee == "02002"


def test_a_closing_asks_for_a_confirmation_then_can_be_undone(client_awa: Client, structure: Structure):
    service = make_service(structure)
    adresse, donnees = f"/structure/{structure.id}/fermer", {"ferme_le": "2026-12-31", "motif": "Fin du bail"}

    assert client_awa.post(adresse, donnees).status_code == 422
    assert client_awa.post(adresse, donnees | {"confirme": "on"}).status_code == 302
    assert {Structure.objects.get(pk=structure.pk).ferme_le, Service.objects.get(pk=service.pk).ferme_le} == {
        date(2026, 12, 31)
    }
    assert client_awa.post(f"/structure/{structure.id}/rouvrir", {"motif": "Bail repris"}).status_code == 302
    assert Structure.objects.get(pk=structure.pk).ferme_le is None
    assert Service.objects.get(pk=service.pk).ferme_le is None


def test_a_closing_before_the_opening_is_refused_with_the_reason(client_awa: Client, structure: Structure):
    Structure.objects.filter(pk=structure.pk).update(ouvert_le=date(2026, 6, 1))

    response = client_awa.post(
        f"/structure/{structure.id}/fermer", {"ferme_le": "2026-01-01", "motif": "Erreur", "confirme": "on"}
    )

    assert response.status_code == 422
    assert "ne peut pas précéder l’ouverture" in response.content.decode()


def test_the_history_tells_who_changed_what_and_why(client_awa: Client, structure: Structure):
    client_awa.post(f"/structure/{structure.id}/corriger", saisie(structure, telephone="03 89 99 99 99"))

    brut = client_awa.get(f"/structure/{structure.id}/histoire").content.decode()

    assert "Appel du 12\u00a0mars" in brut
    assert "03 89 99 99 99" in brut
    assert "France services (ANCT)" in brut


def test_two_roles_of_one_person_add_up(gerante: Personne, m2a, structure: Structure):
    Attribution.objects.create(
        personne=gerante, role=Role.CONTRIBUTEUR, territoire=m2a, depuis=date(2026, 1, 1)
    )

    assert connecter(gerante).get(f"/structure/{make_structure('Autre').id}/corriger").status_code == 200


def test_a_record_entered_by_hand_is_not_told_that_its_source_says_nothing(client_awa: Client, m2a):
    saisie_main = make_structure("Maison", source_ref=make_source("saisie", nom="Saisie"), telephone="3646")

    assert "ne dit rien" not in client_awa.get(f"/structure/{saisie_main.id}/corriger").text
