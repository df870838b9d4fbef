"""Loading France and creating a territory."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import orjson
import pytest
from django.core.management import CommandError, call_command

from maillage.core.erreurs import RegleMetier
from maillage.core.journal import histoire
from maillage.territoire.chargement import Bilan, charger_france, creer_territoire
from maillage.territoire.communes import commune_actuelle, communes_du_territoire
from maillage.territoire.composition import nom_lisible
from maillage.territoire.editions import edition_en_vigueur
from maillage.territoire.models import Appellation, Commune, Contour, Edition, Groupement

LE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
PLUS_TARD = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
M2A = "200066009"


@pytest.mark.django_db
def test_communes_parts_postcodes_and_outlines_are_loaded_with_their_editions(dossier) -> None:
    rapport = charger_france(le=LE, dossier=dossier())

    assert rapport.bilans == (
        Bilan("groupement", ajoutees=1, modifiees=0, inchangees=0, conservees=0),
        Bilan("commune", ajoutees=6, modifiees=0, inchangees=0, conservees=0),
        Bilan("appellation", ajoutees=2, modifiees=0, inchangees=0, conservees=0),
        Bilan("codepostal", ajoutees=7, modifiees=0, inchangees=0, conservees=0),
        Bilan("contour", ajoutees=1, modifiees=0, inchangees=0, conservees=0),
    )
    assert rapport.anomalies == ()
    mulhouse = Commune.objects.get(code="68224")
    assert (mulhouse.nom, mulhouse.cle, mulhouse.type, mulhouse.departement) == (
        "Mulhouse",
        "mulhouse",
        "actuelle",
        "68",
    )
    assert (mulhouse.groupement_id, mulhouse.population) == (M2A, 104978)
    assert (mulhouse.longitude, mulhouse.latitude) == (7.32526, 47.7489)
    assert mulhouse.edition == edition_en_vigueur("communes")
    assert list(mulhouse.codes_postaux.order_by("code").values_list("code", "edition__jeu")) == [
        ("68100", "codes-postaux"),
        ("68200", "codes-postaux"),
    ]
    assert mulhouse.contour.geometrie["coordinates"][0][1] == [7.4, 47.7]
    didenheim = Commune.objects.get(code="68070")
    assert (didenheim.type, didenheim.parente_id, didenheim.departement) == ("deleguee", "68056", "68")
    assert (didenheim.population, didenheim.groupement_id, didenheim.latitude) == (None, None, None)
    assert Commune.objects.get(code="75101").parente_id == "75056"
    assert sorted(Appellation.objects.values_list("code", "nom", "cle", "commune_id")) == [
        ("68056", "Brunstatt", "brunstatt", "68056"),
        ("68999", "", "", "68224"),
    ]


@pytest.mark.django_db
def test_the_same_files_twice_change_nothing(dossier) -> None:
    charger_france(le=LE, dossier=dossier())

    rapport = charger_france(le=PLUS_TARD, dossier=dossier())

    assert rapport.changements == 0
    assert [bilan.inchangees for bilan in rapport.bilans] == [1, 6, 2, 7, 1]
    assert Edition.objects.count() == 7
    assert set(Edition.objects.values_list("chargee_le", flat=True)) == {LE}


@pytest.mark.django_db
def test_a_new_edition_changes_what_it_changes_and_is_cited_by_what_it_confirms(dossier) -> None:
    charger_france(le=LE, dossier=dossier())
    ancienne = edition_en_vigueur("communes")

    rapport = charger_france(le=PLUS_TARD, dossier=dossier(("communes.csv", "14380", "14400")))

    bilan = rapport.bilans[1]
    assert (bilan.ajoutees, bilan.modifiees, bilan.inchangees) == (0, 1, 5)
    assert Commune.objects.get(code="68278").population == 14400
    nouvelle = edition_en_vigueur("communes")
    assert nouvelle != ancienne
    assert Commune.objects.get(code="68224").edition == nouvelle
    # Its file did not change, so the déléguée cites the same edition as before.
    assert Commune.objects.get(code="68070").edition.chargee_le == LE


@pytest.mark.django_db
def test_an_earlier_file_put_back_is_in_force_again(dossier) -> None:
    charger_france(le=LE, dossier=dossier())
    premiere = edition_en_vigueur("communes")
    charger_france(le=PLUS_TARD, dossier=dossier(("communes.csv", "14380", "14400")))

    charger_france(le=datetime(2027, 4, 1, tzinfo=UTC), dossier=dossier())

    assert edition_en_vigueur("communes") == premiere
    assert Commune.objects.get(code="68278").population == 14380
    assert Commune.objects.get(code="68224").edition == premiere


@pytest.mark.django_db
def test_a_commune_that_merged_leaves_the_territory_and_keeps_its_row(dossier) -> None:
    charger_france(le=LE, dossier=dossier())
    m2a = creer_territoire("m2a", siren=M2A, nom="Mulhouse Alsace Agglomération", sigle="m2A", le=LE)
    fusion = dossier(
        ("communes.csv", "68278,Rixheim,commune-actuelle,,68,68170,14380\n", ""),
        ("membres.csv", "200066009,68278\n", ""),
        ("rattachees.csv", "68999,,ancien-code,68224\n", "68278,,ancien-code,68224\n"),
    )

    rapport = charger_france(le=PLUS_TARD, dossier=fusion)

    rixheim = Commune.objects.get(code="68278")
    assert (rixheim.type, rixheim.parente_id, rixheim.groupement_id) == ("ancienne", "68224", None)
    assert (rixheim.nom, rixheim.population, rixheim.latitude) == ("Rixheim", None, 47.75)
    assert [c.code for c in communes_du_territoire(m2a)] == ["68056", "68224"]
    assert commune_actuelle("68278") == Commune.objects.get(code="68224")
    assert rapport.anomalies == ()
    assert charger_france(le=PLUS_TARD, dossier=fusion).changements == 0


@pytest.mark.django_db
def test_a_commune_that_vanishes_without_a_word_is_kept_and_reported(dossier) -> None:
    charger_france(le=LE, dossier=dossier())

    rapport = charger_france(
        le=PLUS_TARD,
        dossier=dossier(("communes.csv", "68278,Rixheim,commune-actuelle,,68,68170,14380\n", "")),
    )

    assert [str(a) for a in rapport.anomalies] == [
        "communes.csv, ligne 0 : La commune 68278 (Rixheim) n’y est plus : gardée."
    ]
    assert rapport.bilans[1].conservees == 1
    rixheim = Commune.objects.get(code="68278")
    assert (rixheim.type, rixheim.edition.chargee_le) == ("actuelle", LE)


@pytest.mark.django_db
def test_what_cannot_be_read_is_left_unknown_and_said_with_its_line(dossier) -> None:
    rapport = charger_france(
        le=LE,
        dossier=dossier(
            ("communes.csv", "14380", "14 380 env."),
            ("communes.csv", "75101,Paris 1er Arrondissement,arr", "75101,Paris 1er Arrondissement,barr"),
            ("centres.csv", "7.41,47.75", "741,nan"),
            ("membres.csv", "200066009,68056", "999999999,68056"),
            (
                "rattachees.csv",
                "68070,Didenheim,commune-deleguee,68056",
                "68070,Didenheim,commune-deleguee,68",
            ),
            ("contours.geojson", "68224", "68225"),
        ),
    )

    assert [str(a) for a in rapport.anomalies] == [
        "membres.csv, ligne 2 : Groupement inconnu : 999999999 (commune 68056).",
        "centres.csv, ligne 4 : Longitude illisible : « 741 », laissée inconnue.",
        "centres.csv, ligne 4 : Latitude illisible : « nan », laissée inconnue.",
        "communes.csv, ligne 4 : Population illisible : « 14 380 env. », laissée inconnue.",
        "communes.csv, ligne 6 : Ligne laissée de côté : type « barrondissement-municipal », code « 75101 », "
        "nom « Paris 1er Arrondissement ».",
        "rattachees.csv, ligne 3 : Commune de rattachement inconnue : 68 (pour 68070 Didenheim).",
        "contours.geojson, ligne 1 : Contour d’une commune inconnue : 68225.",
    ]
    rixheim = Commune.objects.get(code="68278")
    assert (rixheim.population, rixheim.longitude, rixheim.latitude) == (None, None, None)
    assert Commune.objects.get(code="68056").groupement is None
    assert not Commune.objects.filter(code__in=["75101", "68070"]).exists()
    assert not Contour.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fichier", "avant", "apres", "refus"),
    [
        ("communes.csv", "population\n", "habitants\n", "communes.csv n’a pas de colonne population."),
        ("editions.toml", "[contours]", "[contour]", "editions.toml ne décrit pas : contours. Ajoutez-les."),
        ("editions.toml", '"epci.csv"', '"absent.csv"', "n’existe pas"),
        ("editions.toml", "le = 2026-03-09", 'le = "mars"', "s’écrit comme une date"),
        ("editions.toml", 'licence = "Licence Ouverte"\n', "", "il manque licence"),
        ("editions.toml", "[groupements]", "[groupements", "est illisible"),
        ("contours.geojson", '"features"', '"entites"', "n’est pas une collection GeoJSON"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused_and_nothing_is_written(
    dossier, fichier: str, avant: str, apres: str, refus: str
) -> None:
    chemin = dossier((fichier, avant, apres))

    with pytest.raises(RegleMetier, match=refus.replace("(", r"\(")):
        charger_france(le=LE, dossier=chemin)

    assert not Edition.objects.exists()
    assert not Commune.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_text_is_refused(dossier) -> None:
    chemin = dossier()
    (chemin / "epci.csv").write_bytes(
        "siren,nom,type,population_municipale\n1,Agglomération,CA,1\n".encode("cp1252")
    )

    with pytest.raises(RegleMetier, match=r"epci\.csv n’est pas un fichier CSV en UTF-8"):
        charger_france(le=LE, dossier=chemin)


def test_a_folder_without_editions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RegleMetier, match=r"n’a pas de fichier editions\.toml"):
        charger_france(le=LE, dossier=tmp_path)


@pytest.mark.django_db
def test_a_territory_is_created_once_and_its_history_says_so(dossier) -> None:
    charger_france(le=LE, dossier=dossier())
    identite = {"siren": M2A, "nom": "Mulhouse Alsace Agglomération", "sigle": "m2A"}

    premiere = creer_territoire("m2a", **identite, le=LE)
    seconde = creer_territoire("m2a", **identite, le=PLUS_TARD)
    creer_territoire("m2a", **(identite | {"sigle": "M2A"}), le=PLUS_TARD)

    assert premiere == seconde
    assert [c.code for c in communes_du_territoire(premiere)] == ["68056", "68224", "68278"]
    assert [(acte.acte, acte.contenu.champs) for acte in histoire(premiere)] == [
        ("modifier", {"sigle": ["m2A", "M2A"]}),
        ("creer", {"groupement_id": [None, M2A], "nom": [None, identite["nom"]], "sigle": [None, "m2A"]}),
    ]


@pytest.mark.django_db
def test_a_territory_needs_a_known_grouping_that_no_other_serves(dossier) -> None:
    charger_france(le=LE, dossier=dossier())
    creer_territoire("m2a", siren=M2A, nom="m2A", sigle="", le=LE)

    with pytest.raises(RegleMetier, match="Aucun groupement n’a le SIREN 999999999"):
        creer_territoire("ailleurs", siren="999999999", nom="Ailleurs", sigle="", le=LE)
    with pytest.raises(RegleMetier, match="déjà servi par le territoire « m2a »"):
        creer_territoire("ailleurs", siren=M2A, nom="Ailleurs", sigle="", le=LE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "attendu"), [("68224", "68224"), ("68070", "68056"), ("68999", "68224"), ("00000", None)]
)
def test_any_code_leads_to_the_commune_of_today(dossier, code: str, attendu: str | None) -> None:
    charger_france(le=LE, dossier=dossier())

    commune = commune_actuelle(code)

    assert (commune.code if commune else None) == attendu


@pytest.mark.django_db
def test_the_command_loads_and_creates_the_territory_and_prints_the_report(dossier) -> None:
    sortie = StringIO()

    call_command("charge_territoire", dossier=dossier(), territoire="m2a", json=True, stdout=sortie)

    rapport = orjson.loads(sortie.getvalue())
    assert rapport["bilans"][1] == {
        "table": "commune",
        "ajoutees": 6,
        "modifiees": 0,
        "inchangees": 0,
        "conservees": 0,
    }
    assert [edition["jeu"] for edition in rapport["editions"]][:2] == ["groupements", "communes"]
    assert Groupement.objects.get(siren=M2A).territoire.sigle == "m2A"


@pytest.mark.django_db
def test_the_command_says_in_french_what_it_lacks(dossier) -> None:
    with pytest.raises(CommandError, match="donnez --siren et --nom"):
        call_command("charge_territoire", dossier=dossier(), territoire="inconnu", stdout=StringIO())


@pytest.mark.django_db
def test_the_command_prints_a_line_per_table(dossier) -> None:
    sortie = StringIO()

    call_command("charge_territoire", dossier=dossier(), stdout=sortie)

    assert sortie.getvalue().splitlines()[1] == (
        "Communes : ajouts 6, changements 0, inchangés 0, gardés d’une édition plus ancienne 0"
    )


@pytest.mark.django_db
def test_hamlets_are_added_but_for_those_already_known(dossier) -> None:
    chemin = dossier()
    with (chemin / "editions.toml").open("a", encoding="utf-8") as flux:
        flux.write(
            '\n[lieux-dits]\nfichier = "lieux-dits.csv"\nmillesime = "non dit par la source"\n'
            'producteur = "La Poste"\nlicence = "ODbL 1.0"\nle = 2021-05-31\nprovenance = "essai"\n'
        )
    (chemin / "lieux-dits.csv").write_text(
        "code_insee,ligne_5\n68224,BOURTZWILLER\n68056,DIDENHEIM\n68056,BRUNSTATT\n99999,NULLE PART\n"
    )

    rapport = charger_france(le=LE, dossier=chemin)

    assert list(
        Appellation.objects.filter(edition__jeu="lieux-dits").values_list("code", "nom", "commune_id")
    ) == [("68224", "Bourtzwiller", "68224")]
    assert [str(a) for a in rapport.anomalies] == [
        "lieux-dits.csv, ligne 5 : Commune inconnue ou nom vide : « 99999 », « NULLE PART »."
    ]


@pytest.mark.moteur_indifferent
@pytest.mark.parametrize(
    ("capitales", "attendu"),
    [
        ("KEMBS LOECHLE", "Kembs Loechle"),
        ("LES TROIS EPIS", "Les Trois Epis"),
        ("ASPACH LE HAUT", "Aspach le Haut"),
    ],
)
def test_a_name_in_capitals_becomes_readable(capitales: str, attendu: str) -> None:
    assert nom_lisible(capitales) == attendu
