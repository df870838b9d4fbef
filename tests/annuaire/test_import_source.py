"""What an import promises: nothing written before it is asked, nothing lost, nothing overwritten."""

import fcntl
import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from maillage.annuaire import import_source
from maillage.annuaire.corrections import corriger
from maillage.annuaire.import_comparaison import lots
from maillage.annuaire.import_lots import Contexte, ecrire_lot
from maillage.annuaire.import_rapport import phrases, rapport_de
from maillage.annuaire.import_source import (
    FichierTropGros,
    ImportOccupe,
    abandonner,
    executer,
    preparer,
    reprendre_interrompus,
)
from maillage.annuaire.models import Apport, Correction, Import, Lieu, Service, Source, Structure
from maillage.annuaire.saisie import retirer
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire, verifier_chaine
from maillage.core.models import Acte, Changement
from tests.annuaire.outils_import import (
    AOUT,
    JUIN,
    charger,
    ligne_fs,
    make_communes,
    octets_csv,
    octets_ndjson,
    preparer_octets,
    service_national,
    structure_nationale,
)
from tests.make import INSTANT

pytestmark = pytest.mark.django_db
PLUS_TARD = INSTANT + timedelta(days=1)


@pytest.fixture(autouse=True)
def communes(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()


def lignes_fs(*ids: str) -> list[dict[str, str]]:
    return [ligne_fs(id_fs, lib_fs=f"France services {id_fs}") for id_fs in ids]


def etat() -> dict[str, list[Any]]:
    """All that an import may change, to compare two states of the directory."""
    return {
        "structures": list(Structure.objects.order_by("id").values_list("id", "nom", "version", "retire_le")),
        "services": list(Service.objects.order_by("id").values_list("id", "nom", "version", "retire_le")),
        "apports": list(
            Apport.objects.order_by("cle").values_list("cle", "empreinte", "vu_du", "disparu_le")
        ),
        "actes": list(Acte.objects.values_list("acte", "objet_id").order_by("pk")),
        "changements": list(Changement.objects.values_list("genre", "debut", "fin").order_by("n")),
    }


def test_a_row_becomes_a_structure_and_its_service(tmp_path: Path) -> None:
    import_ = charger(tmp_path, [ligne_fs()])

    structure = Structure.objects.get()
    service = Service.objects.get()
    assert (structure.id, structure.commune_officielle_id, structure.itinerant) == (
        "france-services--1802",
        "68224",
        True,
    )
    assert (structure.ouvert_le.isoformat(), structure.ouvert_le_origine) == ("2021-01-15", "label")
    assert (service.famille, service.structure_ref, service.sur_rendez_vous) == (
        "france-services",
        structure,
        False,
    )
    assert (import_.etat, import_.curseur, import_.source_ref.edition_le) == ("termine", 1, None)
    assert Source.objects.get(slug="france-services").edition_le == JUIN


def test_an_empty_day_is_not_written_as_closed(tmp_path: Path) -> None:
    charger(tmp_path, [ligne_fs(commentaire="Un lundi sur deux")])

    assert Structure.objects.get().horaires_accueil == (
        "lundi : 09:00 - 12:00 / 14:00 - 17:00\nUn lundi sur deux"
    )


def test_the_raw_row_is_kept_with_its_edition(tmp_path: Path) -> None:
    import_ = charger(tmp_path, [ligne_fs()])

    apport = Apport.objects.get()
    assert apport.brut == ligne_fs()
    assert (apport.vu_du, apport.vu_au, apport.premier_import) == (JUIN, None, import_)


def test_a_batch_has_one_journal_row_and_outbox_ranges(tmp_path: Path) -> None:
    import_ = charger(tmp_path, lignes_fs("1", "2", "3"))

    lot, fin = Acte.objects.order_by("pk")
    assert (lot.acte, lot.objet_id, lot.contenu.champs["creations"]) == (
        "importer_lot",
        str(import_.pk),
        [None, 3],
    )
    assert (fin.acte, fin.contenu.champs["nouveaux"]) == ("importer", [None, 3])
    assert [(c.genre, c.fin - c.debut) for c in Changement.objects.order_by("n")] == [
        ("structure", 2),
        ("service", 2),
    ]
    assert verifier_chaine() == []


def test_preparing_writes_no_record(tmp_path: Path) -> None:
    avant = etat()

    import_ = preparer_octets(tmp_path, octets_csv(lignes_fs("1", "2")))

    assert etat() == avant
    assert (import_.etat, import_.rapport["nouveaux"]) == ("prepare", 2)
    assert [e["nom"] for e in import_.rapport["exemples_nouveaux"]] == [
        "France services 1",
        "France services 2",
    ]


def test_the_same_file_twice_changes_nothing_and_says_so(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1", "2"))
    avant = etat()

    second = charger(tmp_path, lignes_fs("1", "2"))

    apres = etat()
    assert {cle: apres[cle] for cle in apres if cle != "actes"} == {
        cle: avant[cle] for cle in avant if cle != "actes"
    }
    assert (second.rapport["inchanges"], second.rapport["nouveaux"]) == (2, 0)
    assert "Ce fichier est déjà chargé : il ne change rien." in phrases(
        rapport_de(second.rapport), fichier="f"
    )


def test_executing_twice_is_a_no_op(tmp_path: Path) -> None:
    import_ = charger(tmp_path, lignes_fs("1"))
    avant = etat()

    assert executer(import_, le=PLUS_TARD).etat == "termine"
    assert etat() == avant


def test_two_at_once_the_second_is_told_kindly(tmp_path: Path) -> None:
    import_ = preparer_octets(tmp_path, octets_csv(lignes_fs("1")))

    with (settings.DOSSIER_ENVOIS / "france-services.verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        with pytest.raises(ImportOccupe, match="déjà en cours"):
            executer(import_, le=INSTANT)
    assert Structure.objects.count() == 0


def test_another_import_under_way_elsewhere_is_refused_by_the_database(tmp_path: Path) -> None:
    premier = preparer_octets(tmp_path, octets_csv(lignes_fs("1")))
    second = preparer_octets(tmp_path, octets_csv(lignes_fs("2")))
    Import.objects.filter(pk=premier.pk).update(etat="en_cours")

    with pytest.raises(RegleMetier, match="Un autre import de cette source est en cours"):
        executer(second, le=INSTANT)


def test_an_import_prepared_before_another_ended_is_compared_again(tmp_path: Path) -> None:
    tardif = preparer_octets(tmp_path, octets_csv(lignes_fs("1", "2")))
    charger(tmp_path, lignes_fs("1"))

    fini = executer(tardif, le=INSTANT)

    assert (fini.rapport["nouveaux"], fini.rapport["inchanges"]) == (1, 1)
    assert Structure.objects.count() == 2


def test_a_changed_row_changes_its_fields_only_and_has_its_history(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1", "2"))

    autre = lignes_fs("1", "2")
    autre[0] |= {"telephone": "03 89 00 00 00"}
    import_ = charger(tmp_path, autre, edition_le=AOUT)

    changee = Structure.objects.get(id="france-services--1")
    assert (changee.telephone, changee.version) == ("03 89 00 00 00", 2)
    assert Structure.objects.get(id="france-services--2").version == 1
    assert (import_.rapport["modifies"], import_.rapport["inchanges"]) == (1, 1)
    assert import_.rapport["exemples_modifies"][0]["champs"] == {
        "Téléphone": ["03 89 45 90 02", "03 89 00 00 00"]
    }
    acte = histoire(changee).get()
    assert acte.contenu.champs["telephone"] == ["03 89 45 90 02", "03 89 00 00 00"]
    assert "édition du 01/08/2024" in acte.motif


def test_a_correction_survives_the_next_import(tmp_path: Path, awa: Personne) -> None:
    charger(tmp_path, [ligne_fs()])
    structure = Structure.objects.get()
    corriger(
        structure,
        champs={"telephone": "03 89 11 11 11"},
        version=structure.version,
        par=awa,
        motif="appelée ce matin",
        le=INSTANT,
    )

    import_ = charger(tmp_path, [ligne_fs(telephone="03 89 22 22 22", lib_fs="Nouveau nom")], edition_le=AOUT)

    apres = Structure.objects.get()
    assert (apres.telephone, apres.nom) == ("03 89 11 11 11", "Nouveau nom")
    assert import_.rapport["corrections_gardees"] == [
        {
            "cle": "1802",
            "nom": "Nouveau nom",
            "champ": "Téléphone",
            "valeur": "03 89 11 11 11",
            "valeur_source": "03 89 22 22 22",
        }
    ]


def test_a_row_that_is_gone_withdraws_its_record(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs(*"123456"))

    import_ = charger(tmp_path, lignes_fs(*"12345"), edition_le=AOUT, confirmes=False)

    partie = Structure.objects.get(id="france-services--6")
    assert partie.retire_le == INSTANT
    assert "Absente de l’édition du 01/08/2024" in partie.retire_motif
    assert partie.services.get().retire_le == INSTANT
    apport = Apport.objects.get(cle="6")
    assert (apport.vu_du, apport.vu_au, apport.disparu_le) == (JUIN, JUIN, AOUT)
    assert import_.rapport["retires"] == 1
    assert [acte.acte for acte in histoire(partie)] == ["retirer"]


def test_more_than_a_fifth_withdrawn_asks_first(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs(*"1234"))
    prepare = preparer_octets(tmp_path, octets_csv(lignes_fs(*"123")), edition_le=AOUT)
    avant = etat()

    with pytest.raises(RegleMetier, match="1 fiches sur 4 seraient retirées"):
        executer(prepare, le=INSTANT)

    assert prepare.rapport["demande_confirmation"] is True
    assert etat() == avant
    assert executer(prepare, le=INSTANT, retraits_confirmes=True).etat == "termine"
    assert Structure.objects.visibles().count() == 3


def test_exactly_a_fifth_withdrawn_does_not_ask(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs(*"12345"))

    prepare = preparer_octets(tmp_path, octets_csv(lignes_fs(*"1234")), edition_le=AOUT)

    assert prepare.rapport["demande_confirmation"] is False


def test_a_withdrawn_record_that_comes_back_is_revived(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1", "2"))
    charger(tmp_path, lignes_fs("1"), edition_le=AOUT)

    import_ = charger(tmp_path, lignes_fs("1", "2"), edition_le=AOUT + timedelta(days=30))

    revenue = Structure.objects.get(id="france-services--2")
    assert (revenue.retire_le, revenue.retire_motif) == (None, "")
    assert revenue.services.get().retire_le is None
    assert (import_.rapport["revenus"], import_.rapport["nouveaux"]) == (1, 0)
    assert Apport.objects.get(cle="2").disparu_le is None
    assert Structure.objects.count() == 2


def test_what_a_person_withdrew_is_not_revived_by_a_file(tmp_path: Path, awa: Personne) -> None:
    charger(tmp_path, lignes_fs("1", "2"))
    retirer(Structure.objects.get(id="france-services--2"), motif="n’a jamais ouvert", par=awa, le=INSTANT)

    autre = lignes_fs("1", "2")
    autre[1] |= {"telephone": "03 89 00 00 00"}
    charger(tmp_path, autre, edition_le=AOUT)

    retiree = Structure.objects.get(id="france-services--2")
    assert (retiree.retire_le, retiree.telephone) == (INSTANT, "03 89 00 00 00")


def test_an_older_edition_is_refused_unless_asked(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1"), edition_le=AOUT)

    with pytest.raises(RegleMetier, match="plus ancien que l’édition chargée"):
        preparer_octets(tmp_path, octets_csv(lignes_fs("1")), edition_le=JUIN)
    accepte = preparer_octets(tmp_path, octets_csv(lignes_fs("1")), edition_le=JUIN, plus_ancienne=True)
    assert accepte.etat == "prepare"


def test_a_file_without_a_date_is_asked_for_one(tmp_path: Path) -> None:
    fichier = tmp_path / "inconnu.csv"
    fichier.write_bytes(octets_csv(lignes_fs("1")))

    with pytest.raises(RegleMetier, match="À quelle date"):
        preparer("france-services", fichier, nom="inconnu.csv", par=None, le=INSTANT)


def test_a_refused_row_lists_all_its_errors_and_the_others_go_in(tmp_path: Path) -> None:
    mauvaise = ligne_fs("2", lib_fs=" ", insee_com="Mulh.", latitude="nan", longitude="7,3")

    import_ = charger(tmp_path, [ligne_fs("1"), mauvaise])

    assert [s.id for s in Structure.objects.all()] == ["france-services--1"]
    assert import_.rapport["refuses"] == 1
    refus = [(r["ligne"], r["colonne"], r["valeur"]) for r in import_.rapport["refus"]]
    assert sorted(refus) == [(3, "insee_com", "Mulh."), (3, "latitude", "nan"), (3, "lib_fs", " ")]
    assert all(r["message"] and r["remede"] for r in import_.rapport["refus"])


def test_a_row_that_became_wrong_leaves_the_record_as_it_was(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1", "2"))

    autre = lignes_fs("1", "2")
    autre[1] |= {"insee_com": "99999", "lib_com": "Nulle-Part", "code_postal": "99990"}
    import_ = charger(tmp_path, autre, edition_le=AOUT)

    assert Structure.objects.visibles().count() == 2
    assert (import_.rapport["refuses"], import_.rapport["retires"]) == (1, 0)
    assert import_.rapport["refus"][0]["message"] == "Commune inconnue : 99999."


def test_two_rows_under_one_key_are_both_refused_and_named(tmp_path: Path) -> None:
    import_ = charger(tmp_path, [ligne_fs("7"), ligne_fs("8"), ligne_fs("7", lib_fs="Autre nom")])

    assert [s.id for s in Structure.objects.all()] == ["france-services--8"]
    assert (import_.rapport["refuses"], import_.rapport["nouveaux"], import_.rapport["inchanges"]) == (
        2,
        1,
        0,
    )
    assert "Les lignes 2 et 4 portent la même clé « 7 »" in import_.rapport["refus"][0]["message"]


def test_a_loaded_row_and_a_new_one_under_its_key_are_both_left(tmp_path: Path) -> None:
    charger(tmp_path, [ligne_fs("7")])

    import_ = charger(tmp_path, [ligne_fs("7"), ligne_fs("7", lib_fs="Autre nom")], edition_le=AOUT)

    assert Structure.objects.get().nom == ligne_fs()["lib_fs"]
    assert (import_.rapport["refuses"], import_.rapport["modifies"], import_.rapport["inchanges"]) == (
        2,
        0,
        0,
    )


def test_a_repeated_row_is_read_once(tmp_path: Path) -> None:
    import_ = charger(tmp_path, [ligne_fs("7"), ligne_fs("7")])

    assert Structure.objects.count() == 1
    assert (import_.rapport["repetees"], import_.rapport["refuses"]) == (1, 0)


@pytest.mark.parametrize("lots_ecrits", [0, 1, 2, 3])
def test_a_stop_between_two_batches_is_finished_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lots_ecrits: int
) -> None:
    monkeypatch.setattr(import_source, "LOT", 2)
    import_ = preparer_octets(tmp_path, octets_csv(lignes_fs(*"12345")))
    Import.objects.filter(pk=import_.pk).update(etat="en_cours", curseur=lots_ecrits)
    contexte = Contexte(import_=import_, source=import_.source_ref, edition_le=JUIN, le=INSTANT)
    tous = list(
        lots(Path(import_.chemin).with_suffix(".lignes"), frozenset(), taille=2, structures_d_abord=False)
    )
    for lot in tous[:lots_ecrits]:
        ecrire_un_lot(contexte, lot)

    repris = reprendre_interrompus(PLUS_TARD)

    assert [i.etat for i in repris] == ["termine"]
    assert [s.id for s in Structure.objects.order_by("id")] == [f"france-services--{n}" for n in "12345"]
    assert Apport.objects.count() == Service.objects.count() == 5
    assert reprendre_interrompus(PLUS_TARD) == []


def ecrire_un_lot(contexte: Contexte, lot: list[Any]) -> None:
    from django.db import transaction

    with transaction.atomic():
        ecrire_lot(contexte, lot)


def test_a_resumed_import_that_lost_its_findings_reads_its_copy_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_source, "LOT", 2)
    import_ = preparer_octets(tmp_path, octets_csv(lignes_fs(*"12345")))
    Import.objects.filter(pk=import_.pk).update(etat="en_cours", curseur=1)
    contexte = Contexte(import_=import_, source=import_.source_ref, edition_le=JUIN, le=INSTANT)
    sortie = Path(import_.chemin).with_suffix(".lignes")
    ecrire_un_lot(contexte, next(lots(sortie, frozenset(), taille=2, structures_d_abord=False)))
    sortie.write_bytes(sortie.read_bytes()[:200])

    (repris,) = reprendre_interrompus(PLUS_TARD)

    assert repris.etat == "termine"
    assert Structure.objects.count() == 5


def test_an_import_whose_copy_is_lost_is_given_up_and_says_so(tmp_path: Path) -> None:
    import_ = preparer_octets(tmp_path, octets_csv(lignes_fs("1")))
    Path(import_.chemin).unlink()
    Path(import_.chemin).with_suffix(".lignes").unlink()

    with pytest.raises(RegleMetier, match="envoyez de nouveau le fichier"):
        executer(import_, le=INSTANT)
    assert Import.objects.get(pk=import_.pk).etat == "abandonne"


def test_a_finished_or_abandoned_import_leaves_no_copy_on_the_disk(tmp_path: Path, awa: Personne) -> None:
    charger(tmp_path, lignes_fs("1"))
    prepare = preparer_octets(tmp_path, octets_csv(lignes_fs("2")))
    abandonner(prepare, par=awa, le=INSTANT)

    assert [p.suffix for p in settings.DOSSIER_ENVOIS.iterdir() if p.suffix != ".verrou"] == []
    with pytest.raises(RegleMetier, match="abandonné"):
        executer(prepare, le=INSTANT)


def test_a_file_over_the_limit_is_stopped_and_the_disk_freed(tmp_path: Path) -> None:
    with pytest.raises(FichierTropGros, match="dépasse 1 Mo"):
        preparer_octets(tmp_path, b"x" * 3_000_000, taille_max=1024 * 1024)

    assert not list(settings.DOSSIER_ENVOIS.glob("*.fichier"))
    assert Import.objects.count() == 0


def test_a_deleguee_counts_for_its_commune_of_today(tmp_path: Path) -> None:
    charger(tmp_path, [ligne_fs(insee_com="68070", lib_com="Didenheim", code_postal="68350")])

    structure = Structure.objects.get()
    assert (structure.code_insee, structure.commune, structure.commune_officielle_id) == (
        "68070",
        "Didenheim",
        "68224",
    )


def test_national_structures_and_services_become_records_with_their_own_ids(tmp_path: Path) -> None:
    octets = octets_ndjson(
        [
            service_national(1, adresse="9 rue d’Ailleurs", code_insee="68118", commune="Habsheim"),
            structure_nationale(1),
            service_national(2),
        ]
    )

    executer(preparer_octets(tmp_path, octets, source="data-inclusion"), le=INSTANT)

    structure = Structure.objects.get(id="dora--1")
    assert (structure.source, structure.source_ref.slug) == ("dora", "data-inclusion")
    assert [s.id for s in structure.services.order_by("id")] == ["dora--service-1", "dora--service-2"]
    lieu = Lieu.objects.get()
    assert (lieu.service.id, lieu.commune_officielle_id, lieu.principal) == (
        "dora--service-1",
        "68118",
        True,
    )


def test_a_service_without_its_structure_is_refused_with_the_remedy(tmp_path: Path) -> None:
    octets = octets_ndjson([structure_nationale(1), service_national(1, structure=9)])

    import_ = executer(preparer_octets(tmp_path, octets, source="data-inclusion"), le=INSTANT)

    assert (import_.rapport["nouveaux"], import_.rapport["refuses"]) == (1, 1)
    assert import_.rapport["refus"][0]["colonne"] == "structure_id"
    assert Service.objects.count() == 0


def test_a_file_of_structures_alone_says_nothing_of_the_services(tmp_path: Path) -> None:
    octets = octets_ndjson([structure_nationale(1), service_national(1)])
    executer(preparer_octets(tmp_path, octets, source="data-inclusion"), le=INSTANT)

    seules = preparer_octets(
        tmp_path, octets_ndjson([structure_nationale(1)]), source="data-inclusion", edition_le=AOUT
    )

    assert seules.rapport["retires"] == 0


def test_an_id_of_another_source_is_never_overwritten(tmp_path: Path) -> None:
    charger(tmp_path, [ligne_fs("1")])
    octets = octets_ndjson([structure_nationale(1, id="france-services--1", nom="Prise de nom")])

    import_ = executer(preparer_octets(tmp_path, octets, source="data-inclusion"), le=INSTANT)

    assert Structure.objects.get().nom == ligne_fs()["lib_fs"]
    assert "déjà celui d’une fiche de la source" in import_.rapport["refus"][0]["message"]


def commande(*arguments: str) -> tuple[int, str]:
    sortie = StringIO()
    try:
        call_command("import_source", *arguments, stdout=sortie)
    except SystemExit as fin:
        return int(fin.code or 0), sortie.getvalue()
    except CommandError as refus:
        return refus.returncode, str(refus)
    raise AssertionError("the command ends by its exit code")


def test_the_command_prints_the_report_of_the_page(tmp_path: Path) -> None:
    fichier = tmp_path / "fs.csv"
    fichier.write_bytes(octets_csv([*lignes_fs("1"), ligne_fs("2", insee_com="abc")]))

    code, texte = commande("france-services", str(fichier), "--edition", "2024-06-01")

    assert code == 0
    assert "1 nouvelle, 0 modifiée, 0 inchangée, 0 revenue, 0 retirée, 1 refusée" in texte
    assert "ligne 3, colonne insee_com (« abc ») : Code INSEE illisible" in texte
    assert texte.splitlines()[-1] == "État : terminé."


def test_a_dry_run_writes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    fichier = tmp_path / "fs.csv"
    fichier.write_bytes(octets_csv(lignes_fs("1")))

    code, texte = commande("france-services", str(fichier), "--edition", "2024-06-01", "--dry-run", "--json")

    assert code == 0
    assert json.loads(texte)["nouveaux"] == 1
    assert Structure.objects.count() == 0
    assert Import.objects.count() == 0
    assert not list(settings.DOSSIER_ENVOIS.glob("*.fichier"))


def test_a_file_that_nobody_dated_is_of_the_day_it_was_received_and_the_report_says_so(
    tmp_path: Path,
) -> None:
    fichier = tmp_path / "sans-date.csv"
    fichier.write_bytes(octets_csv(lignes_fs("1")))

    code, texte = commande("france-services", str(fichier))

    aujourdhui = timezone.localdate()
    assert code == 0
    assert "sa date de réception est retenue" in texte
    assert Source.objects.get().edition_le == aujourdhui
    assert Source.objects.get().edition == f"reçue le {aujourdhui:%d/%m/%Y}"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert commande("france-services", str(tmp_path)) == (2, f"Ce n’est pas un fichier : {tmp_path}")


def test_the_command_waits_for_a_yes_before_many_withdrawals(tmp_path: Path) -> None:
    charger(tmp_path, lignes_fs("1", "2"))
    fichier = tmp_path / "fs.csv"
    fichier.write_bytes(octets_csv(lignes_fs("1")))

    code, texte = commande("france-services", str(fichier), "--edition", "2024-08-01")
    assert code == 3
    assert "1 fiches sur 2 (50 %) seraient retirées" in texte
    assert Structure.objects.visibles().count() == 2

    code, _ = commande("france-services", str(fichier), "--edition", "2024-08-01", "--oui")
    assert code == 0
    assert Structure.objects.visibles().count() == 1


def test_the_command_says_what_it_saw_of_an_unknown_file(tmp_path: Path) -> None:
    fichier = tmp_path / "fs.csv"
    fichier.write_bytes(b"nom;ville\nA;B\n")

    code, texte = commande("france-services", str(fichier), "--edition", "2024-06-01")

    assert code == 2
    assert "Il manque les colonnes « id_fs », « lib_fs », « insee_com »" in texte
    assert "Colonnes vues : nom, ville" in texte


def test_the_command_refuses_an_unknown_source(tmp_path: Path) -> None:
    fichier = tmp_path / "fs.csv"
    fichier.write_bytes(b"x")

    assert commande("inconnue", str(fichier))[0] == 2
    assert commande("france-services", str(tmp_path / "absent.csv"))[0] == 2


def test_a_correction_is_not_created_by_an_import(tmp_path: Path) -> None:
    charger(tmp_path, [ligne_fs()])
    charger(tmp_path, [ligne_fs(telephone="")], edition_le=AOUT)

    assert Correction.objects.count() == 0
    assert Structure.objects.get().telephone is None
