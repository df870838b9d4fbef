"""A person's word wins, the source's stays readable beside it, and everything can be undone."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.corrections import corriger, lever, provenance
from maillage.annuaire.models import Correction, Service, Structure
from maillage.annuaire.saisie import ajouter_structure, fermer, retablir, retirer, rouvrir
from maillage.comptes.models import Personne
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import histoire
from maillage.core.models import Changement
from maillage.territoire.models import Commune
from tests.annuaire.outils_import import AOUT, charger, ligne_fs, make_communes
from tests.make import INSTANT, make_service, make_structure

pytestmark = pytest.mark.django_db


@pytest.fixture
def bus(db: None, settings: Any, tmp_path: Path) -> Structure:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()
    charger(tmp_path, [ligne_fs()])
    return Structure.objects.get()


def corriger_simplement(objet: Any, par: Personne, **champs: Any) -> Any:
    return corriger(objet, champs=champs, version=objet.version, par=par, motif="vu sur place", le=INSTANT)


def test_a_correction_keeps_the_value_of_the_source_beside_it(bus: Structure, awa: Personne) -> None:
    apres = corriger_simplement(bus, awa, telephone=" 03 89 11 11 11 ")

    assert (apres.telephone, apres.version) == ("03 89 11 11 11", 2)
    correction = Correction.objects.get()
    assert (correction.champ, correction.valeur, correction.valeur_source, correction.par) == (
        "telephone",
        "03 89 11 11 11",
        "03 89 45 90 02",
        awa,
    )
    dit = provenance(apres)["telephone"]
    assert (dit.source, dit.valeur_source, dit.correction) == (
        "france-services",
        "03 89 45 90 02",
        correction,
    )
    assert provenance(apres)["courriel"].correction is None


def test_only_what_differs_is_corrected(bus: Structure, awa: Personne) -> None:
    apres = corriger_simplement(bus, awa, telephone=bus.telephone, nom="Bus du quartier")

    assert [c.champ for c in Correction.objects.all()] == ["nom"]
    assert histoire(apres).get().contenu.champs == {"nom": [bus.nom, "Bus du quartier"]}


def test_saving_without_a_change_writes_nothing(bus: Structure, awa: Personne) -> None:
    apres = corriger_simplement(bus, awa, nom=bus.nom)

    assert apres.version == 1
    assert not histoire(bus).exists()


def test_a_change_of_a_structure_is_announced_for_its_services_too(bus: Structure, awa: Personne) -> None:
    Changement.objects.all().delete()

    corriger_simplement(bus, awa, telephone="03 89 11 11 11")

    assert [(c.genre, c.debut) for c in Changement.objects.order_by("n")] == [
        ("structure", bus.n),
        ("service", bus.services.get().n),
    ]


def test_the_second_of_two_editors_is_shown_both_texts(
    bus: Structure, awa: Personne, bruno: Personne
) -> None:
    corriger_simplement(bus, awa, nom="Nom d’Awa")

    with pytest.raises(ConflitEdition) as refus:
        corriger_simplement(bus, bruno, nom="Nom de Bruno")

    assert (refus.value.actuel, refus.value.saisi) == ({"nom": "Nom d’Awa"}, {"nom": "Nom de Bruno"})
    assert Structure.objects.get().nom == "Nom d’Awa"


def test_an_import_that_changed_the_record_makes_an_open_form_stale(
    bus: Structure, awa: Personne, tmp_path: Path
) -> None:
    charger(tmp_path, [ligne_fs(telephone="03 89 00 00 00")], edition_le=AOUT)

    with pytest.raises(ConflitEdition):
        corriger_simplement(bus, awa, nom="Nom d’Awa")


def test_coming_back_to_the_value_of_the_source_leaves_no_correction(bus: Structure, awa: Personne) -> None:
    une = corriger_simplement(bus, awa, telephone="03 89 11 11 11")

    corriger_simplement(une, awa, telephone="03 89 45 90 02")

    assert Correction.objects.filter(levee_le__isnull=True).count() == 0


def test_a_second_correction_of_a_field_replaces_the_first(bus: Structure, awa: Personne) -> None:
    une = corriger_simplement(bus, awa, telephone="03 89 11 11 11")

    corriger_simplement(une, awa, telephone="03 89 22 22 22")

    active = Correction.objects.get(levee_le__isnull=True)
    assert (active.valeur, active.valeur_source) == ("03 89 22 22 22", "03 89 45 90 02")


def test_lifting_gives_the_word_back_to_the_source_of_today(
    bus: Structure, awa: Personne, tmp_path: Path
) -> None:
    corriger_simplement(bus, awa, telephone="03 89 11 11 11")
    charger(tmp_path, [ligne_fs(telephone="03 89 33 33 33")], edition_le=AOUT)

    apres = lever(Correction.objects.get(), par=awa, le=INSTANT)

    assert apres.telephone == "03 89 33 33 33"
    assert [acte.acte for acte in histoire(apres)] == ["lever_correction", "corriger"]
    with pytest.raises(RegleMetier, match="déjà levée"):
        lever(Correction.objects.get(), par=awa, le=INSTANT)


def test_lifting_the_opening_date_gives_back_the_label(bus: Structure, awa: Personne) -> None:
    corrigee = corriger_simplement(bus, awa, ouvert_le="2022-05-01")
    assert (corrigee.ouvert_le, corrigee.ouvert_le_origine) == (date(2022, 5, 1), "saisie")

    apres = lever(Correction.objects.get(champ="ouvert_le"), par=awa, le=INSTANT)

    assert (apres.ouvert_le, apres.ouvert_le_origine) == (date(2021, 1, 15), "label")


def test_an_explicit_none_is_kept_and_not_filled_by_the_source(
    bus: Structure, awa: Personne, tmp_path: Path
) -> None:
    corriger_simplement(bus, awa, telephone="")

    charger(tmp_path, [ligne_fs(telephone="03 89 00 00 00")], edition_le=AOUT)

    assert Structure.objects.get().telephone == ""


def test_another_commune_moves_the_official_one_and_can_be_undone(bus: Structure, awa: Personne) -> None:
    apres = corriger_simplement(bus, awa, code_insee="68118")
    assert (apres.commune, apres.commune_officielle_id) == ("Habsheim", "68118")

    retour = lever(Correction.objects.get(champ="code_insee"), par=awa, le=INSTANT)

    assert (retour.code_insee, retour.commune, retour.commune_officielle_id) == (
        "68224",
        "Mulhouse",
        "68224",
    )
    assert Correction.objects.filter(levee_le__isnull=True).count() == 0


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"nom": "  "}, "obligatoire"),
        ({"nom": None}, "obligatoire"),
        ({"nom": "x" * 151}, "151 caractères, 150 au plus"),
        ({"nom": "\u200b\u200b"}, "ne montre rien"),
        ({"nom": "a\x00b"}, "nul"),
        ({"courriel": "pas une adresse"}, "Courriel"),
        ({"site_web": "javascript:alert(1)"}, "Site internet"),
        ({"code_postal": "٦٨١٠٠"}, "cinq chiffres"),
        ({"code_insee": "99999"}, "aucune commune"),
        ({"ferme_le": "2020-01-01"}, "ne peut pas précéder l’ouverture"),
        ({"ouvert_le": "31/02/2024"}, "Date d’ouverture"),
        ({"latitude": 7.34, "longitude": 47.75}, "inversées"),
        ({"latitude": 0.0, "longitude": 0.0}, "pas en France"),
        ({"latitude": "nan"}, "Latitude|pas en France"),
        ({"latitude": None}, "ensemble"),
        ({"version": 7}, "ne se corrige pas"),
        ({"retire_le": "2024-01-01"}, "ne se corrige pas"),
        ({"source": "moi"}, "ne se corrige pas"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_french(
    bus: Structure, awa: Personne, champs: dict[str, Any], message: str
) -> None:
    with pytest.raises(RegleMetier, match=message):
        corriger_simplement(bus, awa, **champs)

    assert Structure.objects.get().version == 1
    assert Correction.objects.count() == 0


def test_all_refused_fields_are_said_at_once(bus: Structure, awa: Personne) -> None:
    with pytest.raises(RegleMetier) as refus:
        corriger_simplement(bus, awa, nom="", courriel="x", code_postal="1")

    assert len(str(refus.value).splitlines()) == 3


def test_a_record_entered_by_hand_needs_no_correction_beside_it(awa: Personne) -> None:
    make_communes()
    structure = ajouter_structure(
        famille="france-services",
        nom="France services d’Habsheim",
        commune=Commune.objects.get(code="68118"),
        ouvert_le=date(2026, 11, 1),
        par=awa,
        le=INSTANT,
    )

    apres = corriger_simplement(structure, awa, telephone="03 89 00 00 00")

    assert apres.telephone == "03 89 00 00 00"
    assert Correction.objects.count() == 0
    assert provenance(apres)["telephone"].source == "saisie"


def test_adding_makes_a_structure_and_the_service_of_its_family(awa: Personne) -> None:
    make_communes()

    structure = ajouter_structure(
        famille="france-services",
        nom="France services d’Habsheim",
        commune=Commune.objects.get(code="68118"),
        ouvert_le=date(2026, 11, 1),
        champs={"latitude": 47.73, "longitude": 7.42, "telephone": "03 89 00 00 00"},
        par=awa,
        le=INSTANT,
    )

    service = structure.services.get()
    assert structure.id.startswith("saisie--")
    assert (structure.commune, structure.commune_officielle_id, structure.latitude) == (
        "Habsheim",
        "68118",
        47.73,
    )
    assert (service.famille, service.ouvert_le, service.exemple) == (
        "france-services",
        date(2026, 11, 1),
        False,
    )
    assert [acte.acte for acte in histoire(structure)] == ["ajouter"]
    assert {c.genre for c in Changement.objects.all()} == {"structure", "service"}


def test_adding_refuses_an_unknown_family_and_names_those_that_exist(awa: Personne) -> None:
    make_communes()

    with pytest.raises(RegleMetier, match="« France services », « Mairie »"):
        ajouter_structure(
            famille="boulangerie",
            nom="Chez Paul",
            commune=Commune.objects.get(code="68118"),
            ouvert_le=None,
            par=awa,
            le=INSTANT,
        )


def test_closing_and_reopening_carry_the_services_that_follow(awa: Personne) -> None:
    structure = make_structure(ouvert_le=date(2020, 1, 1))
    suit = make_service(structure)
    deja = make_service(structure, ferme_le=date(2023, 1, 1))

    fermee = fermer(structure, ferme_le=date(2026, 11, 25), motif="déménagement", par=awa, le=INSTANT)
    assert [s.ferme_le for s in Service.objects.order_by("n")] == [date(2026, 11, 25), date(2023, 1, 1)]
    rouverte = rouvrir(fermee, motif="erreur", par=awa, le=INSTANT)

    assert rouverte.ferme_le is None
    assert [s.ferme_le for s in Service.objects.order_by("n")] == [None, date(2023, 1, 1)]
    assert [a.acte for a in histoire(suit)] == ["rouvrir", "fermer"]
    assert list(histoire(deja)) == []


def test_a_closing_before_the_opening_is_refused(awa: Personne) -> None:
    structure = make_structure(ouvert_le=date(2020, 1, 1))

    with pytest.raises(RegleMetier, match="ne peut pas précéder"):
        fermer(structure, ferme_le=date(2019, 12, 31), motif="", par=awa, le=INSTANT)


def test_closing_twice_is_refused(awa: Personne) -> None:
    structure = fermer(make_structure(), ferme_le=date(2026, 1, 1), motif="", par=awa, le=INSTANT)

    with pytest.raises(RegleMetier, match="déjà fermée depuis le 01/01/2026"):
        fermer(structure, ferme_le=date(2026, 2, 1), motif="", par=awa, le=INSTANT)


def test_a_withdrawal_wants_a_reason_and_can_be_undone(bus: Structure, awa: Personne) -> None:
    with pytest.raises(RegleMetier, match="Dites pourquoi"):
        retirer(bus, motif=" ", par=awa, le=INSTANT)

    retiree = retirer(bus, motif="n’existe pas", par=awa, le=INSTANT)
    assert (retiree.retire_le, retiree.retire_motif) == (INSTANT, "n’existe pas")
    assert bus.services.get().retire_le == INSTANT
    retablie = retablir(retiree, motif="si", par=awa, le=INSTANT + timedelta(hours=1))

    assert retablie.retire_le is None
    assert bus.services.get().retire_le is None
    assert Correction.objects.filter(levee_le__isnull=True).count() == 0
