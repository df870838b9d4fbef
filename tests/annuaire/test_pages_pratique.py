"""What a family reads before coming, the pages that correct it, and who may open them."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maillage.annuaire import indexing
from maillage.annuaire.groupes import GROUPES, groupes_de
from maillage.annuaire.models import (
    Apport,
    Contact,
    Correction,
    Fermeture,
    Import,
    Lieu,
    Reconnaissance,
    Service,
    Structure,
)
from maillage.comptes.models import Role
from maillage.core.models import Acte
from tests.conftest import connecter
from tests.make import INSTANT, make_commune, make_personne, make_service, make_source, make_structure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("m2a")]
EDITION = date(2026, 9, 1)


def texte(response: Any) -> str:
    brut = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(brut.replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.fixture
def service() -> Service:
    """A service that a source describes."""
    source = make_source("creches", nom="Liste des crèches", edition_le=EDITION)
    structure = make_structure(
        "Les Lutins", source_ref=source, commune_officielle=make_commune("68278", "Rixheim"), telephone="3646"
    )
    service = make_service(structure, "eaje")
    lot = Import.objects.create(
        source_ref=source,
        fichier="c.csv",
        chemin="c",
        empreinte="0" * 64,
        taille=1,
        etat="termine",
        cree_le=INSTANT,
    )
    Apport.objects.create(
        source_ref=source,
        cle="1",
        structure=structure,
        service=service,
        brut={},
        valeurs={"structure": {"nom": "Les Lutins"}, "service": {"nom": "Les Lutins"}},
        empreinte="0" * 32,
        premier_import=lot,
        dernier_import=lot,
        vu_du=EDITION,
        vu_au=EDITION,
    )
    return service


def complet(service: Service, le: date) -> None:
    Service.objects.filter(pk=service.pk).update(
        papiers=["Carnet de santé"],
        langues=[{"code": "fr", "note": ""}, {"code": "tr", "note": "le mardi"}],
        age_min_mois=2,
        age_max_mois=36,
        frais="payant",
        tarif="revenus",
        tarif_min_centimes=40,
        tarif_max_centimes=305,
        tarif_unite="heure",
        tarif_le=date(2026, 9, 1),
        places_total=20,
        saturation="complet",
        saturation_le=le - timedelta(days=21),
        delai="8 mois environ",
        gestion="deleguee",
        gestionnaire="Association des Lutins",
        acces_handicap={"moteur": {"etat": "oui", "note": "rampe côté cour"}},
    )
    Fermeture.objects.create(service=service, du=le, au=le + timedelta(days=2), motif="travaux")
    Reconnaissance.objects.create(
        service=service, genre="label", nom="Avip", du=date(2020, 1, 1), au=date(2023, 1, 1)
    )
    Contact.objects.create(
        service=service, fonction="accueil", telephone="03 53 01 00 02", visibilite="public"
    )
    Lieu.objects.create(service=service, nom="Salle B", commune="Rixheim", adresse="3 rue du Bois")


# --- the record ------------------------------------------------------------------------------------------------


def test_a_record_says_all_that_a_family_asks_in_plain_words(client: Client, service: Service):
    complet(service, timezone.localdate())

    lu = texte(client.get(f"/service/{service.id}"))

    for phrase in (
        "Fermé du",
        "Fermé en ce moment",
        "De 2 mois à 3 ans",
        "Complet au",
        "(il y a 21 jours)",
        "Ce qu’il faut apporter Carnet de santé",
        "Prix Selon vos revenus, de 0,40 € à 3,05 € de l’heure (prix au 1er septembre 2026).",
        "Langues parlées Français, turc (le mardi).",
        "Délai 8 mois environ",
        "Places 20 places.",
        "En fauteuil roulant ou avec des difficultés à marcher : oui . Rampe côté cour",
        "Sourd ou malentendant : inconnu",
        "Salle B 3 rue du Bois",
        "Accueil",
        "03 53 01 00 02",
        "Déléguée à Association des Lutins.",
        "Expiré Label « Avip » : a expiré le 1er janvier 2023.",
    ):
        assert phrase in lu, phrase
    assert "Pas encore connu" not in lu


def test_what_nobody_knows_is_said_where_a_family_needs_it(client: Client, service: Service):
    lu = texte(client.get(f"/service/{service.id}"))

    assert (
        "Pas encore connu Le prix, l’âge des enfants accueillis (d’habitude, de 2 mois à 3 ans), "
        "les papiers à apporter, les langues parlées, "
        "l’accès des personnes handicapées, s’il reste de la place. Demandez au téléphone."
    ) in lu
    assert "Gratuit" not in lu


def test_a_town_hall_is_not_asked_its_price(client: Client):
    lu = texte(client.get(f"/service/{make_service(make_structure('Mairie'), 'mairie').id}"))

    assert "Pas encore connu Les papiers à apporter, les langues parlées," in lu


def test_nothing_to_bring_is_not_unknown(client: Client, service: Service):
    Service.objects.filter(pk=service.pk).update(papiers=[])

    lu = texte(client.get(f"/service/{service.id}"))

    assert "Ce qu’il faut apporter Rien." in lu
    assert "les papiers à apporter" not in lu


def test_a_closure_that_is_over_is_no_longer_told(client: Client, service: Service):
    hier = timezone.localdate() - timedelta(days=1)
    Fermeture.objects.create(service=service, du=hier - timedelta(days=5), au=hier, motif="conges")

    assert "congés" not in texte(client.get(f"/service/{service.id}"))


def test_the_card_of_a_search_tells_the_closure_and_the_room(client: Client, service: Service):
    le = timezone.localdate()
    complet(service, le)
    indexing.reindexer(le=timezone.now())

    lu = texte(client.get("/recherche", {"q": "crèche", "lieu": "Rixheim"}))

    assert "Fermé du" in lu
    assert "travaux" in lu
    assert "Complet au" in lu


def test_a_page_about_violence_has_a_neutral_title_a_quick_exit_and_the_emergency_numbers(client: Client):
    service = make_service(make_structure("Solidarité femmes d’essai"), "violences")

    for adresse in (f"/service/{service.id}", f"/structure/{service.structure_ref.id}"):
        brut = client.get(adresse).text
        titre = re.search(r"<title>(.*?)</title>", brut, re.DOTALL)
        assert titre is not None
        assert titre[1].split("–")[0].strip() == "Un lieu pour parler"
        assert "Quitter cette page vite" in brut
        assert brut.index("Quitter cette page vite") < brut.index("<main")
        assert all(f'href="{lien}"' in brut for lien in ("tel:17", "sms:114", "tel:3919", "tel:119"))


def test_an_ordinary_page_has_none_of_it(client: Client, service: Service):
    assert "Quitter cette page vite" not in client.get(f"/service/{service.id}").text


def test_what_a_person_writes_is_shown_as_text(client: Client, service: Service):
    Service.objects.filter(pk=service.pk).update(
        papiers=["<script>alert(1)</script>"], delai="<b>vite</b>", gestionnaire="<i>x</i>"
    )

    brut = client.get(f"/service/{service.id}").text

    assert "<script>alert" not in brut
    assert "<b>vite" not in brut
    assert "<i>x" not in brut


# --- correction by groups --------------------------------------------------------------------------------------


def envoyer(client: Client, fiche: Any, groupe: str, **champs: object) -> Any:
    """What the browser sends from the page of one group: what it shows, some fields changed."""
    genre = "service" if isinstance(fiche, Service) else "structure"
    adresse = f"/{genre}/{fiche.id}/corriger" + (f"/{groupe}" if groupe != "essentiel" else "")
    form = client.get(adresse).context["form"]
    montre = {
        nom: "" if (valeur := form[nom].value()) is None else valeur
        for nom in form.champs_objet
        if form[nom].value() is not False and (nom != "publics" or form[nom].value())  # unchecked: not sent
    }
    return client.post(adresse, montre | {"version": form["version"].value(), "motif": "Appel"} | champs)


# {model field: (group, what is typed, what is stored)}
CAS: dict[str, tuple[str, dict[str, object], object]] = {
    "langues": (
        "pratique",
        {"langues": "Français\nturc : le mardi"},
        [{"code": "fr", "note": ""}, {"code": "tr", "note": "le mardi"}],
    ),
    "papiers": ("pratique", {"papiers": "Carnet de santé\r\n\r\nAvis d’impôt"}, ["Carnet de santé", "Avis d’impôt"]),
    "gestion": ("pratique", {"gestion": "deleguee"}, "deleguee"),
    "gestionnaire": ("pratique", {"gestionnaire": "Les Lutins"}, "Les Lutins"),
    "delai": ("pratique", {"delai": "sous 5 jours"}, "sous 5 jours"),
    "mobilisation_precisions": ("pratique", {"mobilisation_precisions": "Appelez"}, "Appelez"),
    "places_total": ("pratique", {"places_total": "20"}, 20),
    "places_disponibles": ("pratique", {"places_disponibles": "0"}, 0),
    "places_le": ("pratique", {"places_total": "20", "places_le": "2026-11-04"}, date(2026, 11, 4)),
    "saturation": ("pratique", {"saturation": "attente"}, "attente"),
    "saturation_le": ("pratique", {"saturation": "complet", "saturation_le": "04/11/2026"}, date(2026, 11, 4)),
    "age_min_mois": ("public", {"age_min_mois": "2 mois"}, 2),
    "age_max_mois": ("public", {"age_min_mois": "0 mois", "age_max_mois": "2 ans et demi"}, 30),
    "publics": ("public", {"publics": ["familles", "seniors"]}, ["familles", "seniors"]),
    "publics_precisions": ("public", {"publics_precisions": "Sans condition"}, "Sans condition"),
    "conditions_acces": ("public", {"conditions_acces": "Habiter Rixheim"}, "Habiter Rixheim"),
    "frais": ("prix", {"prix": "gratuit"}, "gratuit"),
    "frais_precisions": ("prix", {"frais_precisions": "Caution"}, "Caution"),
    "tarif": ("prix", {"prix": "revenus"}, "revenus"),
    "tarif_min_centimes": ("prix", {"prix": "unique", "tarif_min": "12,5"}, 1250),
    "tarif_max_centimes": ("prix", {"prix": "fourchette", "tarif_min": "2", "tarif_max": "3,05 €"}, 305),
    "tarif_unite": ("prix", {"prix": "unique", "tarif_min": "2", "tarif_unite": "repas"}, "repas"),
    "tarif_le": ("prix", {"prix": "unique", "tarif_min": "2", "tarif_le": "2026-09-01"}, date(2026, 9, 1)),
    "acces_handicap": (
        "acces",
        {"acces_moteur": "partiel", "acces_moteur_note": "une marche"},
        {"moteur": {"etat": "partiel", "note": "une marche"}},
    ),
    "horaires_accueil": ("horaires", {"horaires_accueil": "mardi, 9 h – 12 h"}, "mardi, 9 h – 12 h"),
    "sur_rendez_vous": ("horaires", {"sur_rendez_vous": "True"}, True),
    "confidentiel": ("essentiel", {"confidentiel": "True"}, True),
    "description": ("essentiel", {"description": "Une présentation."}, "Une présentation."),
}  # fmt: skip


@pytest.mark.parametrize("champ", CAS)
def test_each_field_is_corrected_alone_and_keeps_the_source_beside_it(
    client_awa: Client, service: Service, champ: str
):
    groupe, saisi, attendu = CAS[champ]

    response = envoyer(client_awa, service, groupe, **saisi)

    assert (response.status_code, response.headers.get("Location")) == (302, f"/service/{service.id}")
    service.refresh_from_db()
    assert getattr(service, champ) == attendu
    correction = Correction.objects.get(champ=champ)
    assert (correction.valeur_source, correction.service, correction.motif) == (None, service, "Appel")
    assert champ in Acte.objects.get().contenu.champs
    page = client_awa.get(
        response["Location"][: -len(service.id)] + f"{service.id}/corriger/{groupe}"
        if groupe != "essentiel"
        else f"/service/{service.id}/corriger"
    )
    assert "Rendre la parole à la source" in page.text


@pytest.mark.parametrize("champ", CAS)
def test_the_page_sent_back_untouched_corrects_nothing(client_awa: Client, service: Service, champ: str):
    groupe, saisi, attendu = CAS[champ]
    envoyer(client_awa, service, groupe, **saisi)
    version = Service.objects.get(pk=service.pk).version

    envoyer(client_awa, service, groupe)

    relu = Service.objects.get(pk=service.pk)
    assert (getattr(relu, champ), relu.version) == (attendu, version)
    assert Acte.objects.count() == 1


@pytest.mark.parametrize("champ", CAS)
def test_an_undone_correction_gives_the_word_back(client_awa: Client, service: Service, champ: str):
    groupe, saisi, _ = CAS[champ]
    avant = getattr(service, champ)
    envoyer(client_awa, service, groupe, **saisi)
    correction = Correction.objects.get(champ=champ)

    assert client_awa.post(f"/annuaire/correction/{correction.pk}/lever").status_code == 302

    assert getattr(Service.objects.get(pk=service.pk), champ) == avant


def test_every_field_of_a_page_is_tried_above():
    tries = {nom for groupe, saisi, _ in CAS.values() for nom in ((groupe, champ) for champ in saisi)} | {
        ("essentiel", nom) for nom in ("nom", "telephone", "courriel", "ouvert_le")
    }
    tries |= {
        ("acces", f"acces_{h}{suite}") for h in ("visuel", "auditif", "mental") for suite in ("", "_note")
    }
    pages = {
        (groupe.slug, unite)
        for groupe in GROUPES.values()
        for unite in groupe.service
        if unite not in ("prix", "acces", "places", "place")
    }

    assert pages <= tries


def test_saving_one_page_leaves_the_others_alone(client_awa: Client, service: Service):
    complet(service, date(2026, 11, 25))
    avant = Service.objects.filter(pk=service.pk).values().get()

    envoyer(
        client_awa, service, "prix", prix="gratuit", tarif_min="", tarif_max="", tarif_unite="", tarif_le=""
    )

    apres = Service.objects.filter(pk=service.pk).values().get()
    assert {nom for nom in avant if avant[nom] != apres[nom]} == {
        "frais",
        "tarif",
        "tarif_min_centimes",
        "tarif_max_centimes",
        "tarif_unite",
        "tarif_le",
        "version",
        "updated_at",
    }


def test_a_figure_without_a_date_takes_today_s(client_awa: Client, service: Service):
    envoyer(client_awa, service, "pratique", saturation="complet", places_disponibles="0")
    envoyer(client_awa, service, "prix", prix="unique", tarif_min="3")

    service.refresh_from_db()
    aujourd_hui = timezone.localdate()
    assert (service.saturation_le, service.places_le, service.tarif_le) == (aujourd_hui,) * 3


@pytest.mark.parametrize(
    ("groupe", "saisi", "dit"),
    [
        ("pratique", {"langues": "turk"}, "Vouliez-vous écrire « turc » ?"),
        ("pratique", {"langues": "klingon"}, "langue inconnue"),
        ("pratique", {"langues": "turc\nturc : le mardi"}, "écrit deux fois"),
        ("pratique", {"papiers": "\n".join(f"papier {i}" for i in range(21))}, "20 au plus"),
        ("pratique", {"papiers": "a" * 201}, "200 au plus"),
        ("pratique", {"places_total": "vingt"}, "Écrivez un nombre entier"),
        ("pratique", {"places_total": "-1"}, "0"),
        ("pratique", {"places_total": "3", "places_disponibles": "4"}, "4 places libres sur 3"),
        ("pratique", {"saturation": "plein"}, "plein"),
        ("pratique", {"saturation": "complet", "saturation_le": "demain"}, "Écrivez la date ainsi"),
        (
            "pratique",
            {"saturation": "complet", "places_disponibles": "3", "places_total": "9"},
            "Complet, mais des places libres",
        ),
        ("public", {"age_max_mois": "3 ans"}, "Dites aussi l’âge de début"),
        ("public", {"age_min_mois": "6 ans", "age_max_mois": "3 ans"}, "ne peut pas précéder l’âge de début"),
        ("public", {"age_min_mois": "dix"}, "Écrivez un âge ainsi"),
        ("public", {"age_min_mois": "131 ans"}, "0 à 130 ans"),
        ("public", {"publics": ["martiens"]}, "martiens"),
        ("prix", {"prix": "gratuit", "tarif_min": "3"}, "retirez le montant"),
        ("prix", {"prix": "unique"}, "Écrivez le montant"),
        ("prix", {"prix": "fourchette", "tarif_min": "3"}, "le prix le plus haut"),
        ("prix", {"prix": "fourchette", "tarif_min": "3", "tarif_max": "2"}, "sous le prix le plus bas"),
        ("prix", {"prix": "unique", "tarif_min": "trois"}, "par exemple 12,50"),
        ("prix", {"prix": "unique", "tarif_min": "999999"}, "0 à 100 000 €"),
        ("prix", {"tarif_min": "3"}, "Dites comment ce prix se compte"),
        ("acces", {"acces_moteur_note": "une marche"}, "répondez oui, en partie ou non"),
        ("acces", {"acces_moteur": "oui", "motif": ""}, "Dites comment vous le savez"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_remedy(
    client_awa: Client, service: Service, groupe: str, saisi: dict[str, object], dit: str
):
    response = envoyer(client_awa, service, groupe, **saisi)

    assert response.status_code == 422
    assert dit in texte(response)
    assert not Acte.objects.exists()


def test_a_structure_has_the_pages_that_are_its_own(client_awa: Client, service: Service):
    structure = service.structure_ref

    assert [groupe.slug for groupe in groupes_de(structure)] == [
        "essentiel",
        "horaires",
        "pratique",
        "acces",
        "contacts",
        "titres",
    ]
    for groupe in ("prix", "public", "lieux", "inconnu"):
        assert client_awa.get(f"/structure/{structure.id}/corriger/{groupe}").status_code == 404
    envoyer(client_awa, structure, "acces", acces_auditif="oui")
    assert Structure.objects.get(pk=structure.pk).acces_handicap == {"auditif": {"etat": "oui", "note": ""}}


def test_every_page_leads_to_the_others(client_awa: Client, service: Service):
    for groupe in groupes_de(service):
        suite = "" if groupe.slug == "essentiel" else f"/{groupe.slug}"
        response = client_awa.get(f"/service/{service.id}/corriger{suite}")
        assert response.status_code == 200
        assert response.text.count(f'href="/service/{service.id}/corriger') >= 9
        assert response.text.count('aria-current="page"') == 2  # the trail, and the part


def test_two_people_on_one_page_lose_nothing(client_awa: Client, service: Service):
    envoyer(client_awa, service, "pratique", delai="un mois")

    response = envoyer(client_awa, service, "pratique", delai="deux mois", version=1)

    assert response.status_code == 409
    assert "Ce qui est enregistré" in response.text
    service.refresh_from_db()
    assert service.delai == "un mois"


# --- what a record may have several of ---------------------------------------------------------------------------

ANNEXES: dict[str, tuple[dict[str, str], str]] = {
    "fermeture": ({"du": "2026-12-24", "au": "2026-12-31", "motif": "conges"}, "horaires"),
    "contact": ({"nom": "Marie", "telephone": "03 53 01 00 03", "visibilite": "equipe"}, "contacts"),
    "reconnaissance": ({"genre": "label", "nom": "Avip", "au": "2027-12-31"}, "titres"),
    "lieu": ({"nom": "Salle B", "commune": "Rixheim", "acces_moteur": "oui"}, "lieux"),
}


@pytest.mark.parametrize("genre", ANNEXES)
def test_one_is_added_corrected_then_taken_away_without_script(
    client_awa: Client, service: Service, genre: str
):
    saisi, groupe = ANNEXES[genre]
    page = f"/service/{service.id}/corriger/{groupe}"
    assert f'href="/service/{service.id}/ajouter/{genre}"' in client_awa.get(page).text

    ajout = client_awa.post(f"/service/{service.id}/ajouter/{genre}", saisi | {"version": "1"})
    assert ajout["Location"] == page
    pk = re.search(rf"/annuaire/{genre}/(\d+)/corriger", client_awa.get(page).text)
    assert pk is not None
    form = client_awa.get(f"/annuaire/{genre}/{pk[1]}/corriger").context["form"]
    montre = {nom: form[nom].value() for nom in form.fields if form[nom].value() not in (None, False)}
    assert montre["version"] == 2
    champ = "texte" if genre == "fermeture" else "nom"
    assert (
        client_awa.post(f"/annuaire/{genre}/{pk[1]}/corriger", montre | {champ: "Autre"})["Location"] == page
    )
    assert client_awa.post(f"/annuaire/{genre}/{pk[1]}/retirer")["Location"] == page
    assert "/retirer" not in client_awa.get(page).text
    assert Acte.objects.count() == 3
    assert client_awa.post(f"/annuaire/{genre}/{pk[1]}/retirer").status_code == 404


@pytest.mark.parametrize("genre", ANNEXES)
def test_a_stale_page_is_told_and_keeps_what_was_typed(client_awa: Client, service: Service, genre: str):
    saisi, _ = ANNEXES[genre]
    client_awa.post(f"/service/{service.id}/ajouter/{genre}", saisi | {"version": "1"})

    response = client_awa.post(f"/service/{service.id}/ajouter/{genre}", saisi | {"version": "1"})

    assert response.status_code == 409
    assert "Une autre personne a enregistré cette fiche" in response.text
    assert 'name="version" value="2"' in response.text
    assert Acte.objects.count() == 1


@pytest.mark.parametrize("genre", ANNEXES)
def test_a_structure_touches_its_own_and_no_other_s(m2a, service: Service, genre: str):
    saisi, groupe = ANNEXES[genre]
    gerante = make_personne("Gaëlle", Role.STRUCTURE, m2a, email="gaelle@exemple.fr")
    service.structure_ref.adhesions.create(personne=gerante, depuis=EDITION)
    autre = make_service(make_structure("Autre"), "rpe")
    sienne, etrangere = connecter(gerante), connecter(make_personne("Lise", Role.STRUCTURE, m2a))

    assert sienne.post(f"/service/{service.id}/ajouter/{genre}", saisi | {"version": "1"}).status_code == 302
    assert sienne.post(f"/service/{autre.id}/ajouter/{genre}", saisi | {"version": "1"}).status_code == 403
    pk = re.search(
        rf"/annuaire/{genre}/(\d+)/corriger", sienne.get(f"/service/{service.id}/corriger/{groupe}").text
    )
    assert pk is not None
    assert etrangere.get(f"/annuaire/{genre}/{pk[1]}/corriger").status_code == 404
    assert etrangere.post(f"/annuaire/{genre}/{pk[1]}/retirer").status_code == 404


def test_passers_by_readers_and_pilots_touch_nothing(
    client: Client, client_bruno, client_chloe, service: Service
):
    for visiteur in (client, client_bruno, client_chloe):
        for adresse in (f"/service/{service.id}/ajouter/fermeture", f"/service/{service.id}/corriger/prix"):
            assert visiteur.post(adresse, ANNEXES["fermeture"][0] | {"version": "1"}).status_code in {
                302,
                403,
            }

    assert not Acte.objects.exists()


@pytest.mark.parametrize("adresse", ["/annuaire/inconnu/1/corriger", "/annuaire/contact/999/corriger"])
def test_an_unknown_one_is_not_found(client_awa: Client, adresse: str):
    assert client_awa.get(adresse).status_code == 404


def test_a_structure_has_no_site(client_awa: Client, service: Service):
    assert client_awa.get(f"/structure/{service.structure_ref.id}/ajouter/lieu").status_code == 404
