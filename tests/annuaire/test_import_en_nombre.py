"""The fast ways of an import give what the slow ones would: columns, duplicates, what the engine was set to."""

import random
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection

from maillage.annuaire import doublons, import_source
from maillage.annuaire.doublons import RAYON_M, chercher_doublons, noter_doublons
from maillage.annuaire.import_colonnes import COLONNES, DITS, adresse_de, colonnes_de
from maillage.annuaire.import_ecriture import agreger, chercher, en_nombre, inserer_colonnes
from maillage.annuaire.import_source import executer
from maillage.annuaire.models import Apport, Doublon, Lieu, Service, Source, Structure
from maillage.core.models import Acte
from tests.annuaire.outils_import import (
    AOUT,
    make_communes,
    octets_ndjson,
    preparer_octets,
    service_national,
    structure_nationale,
)
from tests.make import INSTANT, make_structure

pytestmark = pytest.mark.django_db
TEXTE = "Été « à l’Œuvre » : 100 % d’« accueil », l'autre\\ligne"
# Every field that a row may say, with a value that a careless copy would change.
STRUCTURE = structure_nationale(
    7,
    description=TEXTE,
    lien_source="https://exemple.fr/?a=1&b=%20",
    telephone="+33 3 89 00 00 00",
    courriel="a@exemple.fr",
    horaires_accueil="Mo-Fr 09:00-12:00",
    ouvert_le="2021-01-15",
    ouvert_le_origine="label",
    extra={"clé": ["é", None, {"a": 1.5}]},
    siret="01234567890123",
    complement_adresse="",
    site_web="https://exemple.fr/é",
    accessibilite_lieu="https://acceslibre.beta.gouv.fr/a",
    reseaux_porteurs=[],
    itinerant=False,
)
SERVICE = service_national(
    7,
    structure=7,
    description=TEXTE,
    lien_source=None,
    telephone="",
    courriel=None,
    horaires_accueil="PH off",
    ouvert_le=None,
    extra={},
    famille="france-services",
    type="accompagnement",
    thematiques=["a--b", "c«»--d"],
    frais="gratuit",
    frais_precisions="5 %",
    publics=["tous-publics"],
    publics_precisions="",
    conditions_acces=None,
    modes_accueil=["a-distance"],
    zone_eligibilite=None,
    contact_nom_prenom="D’Été Zoé",
    lien_mobilisation="https://exemple.fr",
    modes_mobilisation=[],
    mobilisable_par=["usagers"],
    mobilisation_precisions="…",
    volume_horaire_hebdomadaire=2,
    nombre_semaines=4,
    sur_rendez_vous=True,
)


@pytest.fixture(autouse=True)
def communes() -> None:
    make_communes()


def charger(tmp_path: Path, *objets: dict[str, Any], **options: Any) -> Any:
    prepare = preparer_octets(tmp_path, octets_ndjson(list(objets)), source="data-inclusion", **options)
    assert prepare.etat == "prepare", prepare.rapport["illisible"]
    return executer(prepare, le=INSTANT, retraits_confirmes=True)


def dits(fiche: Structure | Service, brut: dict[str, Any]) -> dict[str, Any]:
    lus = {champ: getattr(fiche, champ) for champ in brut if champ in DITS[fiche._meta.model_name or ""]}
    return {champ: v.isoformat() if isinstance(v, date) else v for champ, v in lus.items()}


@pytest.mark.parametrize(("genre", "brut"), [("structure", STRUCTURE), ("service", SERVICE)])
def test_the_sample_rows_say_every_field_that_a_row_may_say(genre: str, brut: dict[str, Any]) -> None:
    assert DITS[genre] <= brut.keys() | {"ouvert_le_origine"}
    assert set(COLONNES[genre]) == DITS[genre] | {"id", "source"}


@pytest.mark.parametrize("deja", [False, True], ids=["created", "updated"])
def test_each_value_of_a_national_row_is_in_its_column(tmp_path: Path, *, deja: bool) -> None:
    if deja:
        charger(tmp_path, structure_nationale(7), service_national(7, structure=7))

    charger(tmp_path, STRUCTURE, SERVICE, edition_le=AOUT)

    structure, service = Structure.objects.get(), Service.objects.get()
    assert dits(structure, STRUCTURE) == {c: v for c, v in STRUCTURE.items() if c in DITS["structure"]}
    assert dits(service, SERVICE) == {c: v for c, v in SERVICE.items() if c in DITS["service"]}
    assert (structure.id, structure.source, structure.commune_officielle_id) == ("dora--7", "dora", "68224")
    assert (service.id, service.structure_ref, service.version) == ("dora--service-7", structure, 1 + deja)
    assert [apport.brut for apport in Apport.objects.order_by("pk")] == [STRUCTURE, SERVICE]


def test_a_row_that_says_little_takes_the_defaults_of_the_model(tmp_path: Path) -> None:
    charger(tmp_path, structure_nationale(1), service_national(1, thematiques=None, extra=None))

    structure, service = Structure.objects.get(), Service.objects.get()
    assert (structure.extra, structure.reseaux_porteurs, structure.confidentiel) == ({}, None, False)
    assert (structure.version, structure.retire_motif, structure.ouvert_le_origine) == (1, "", "")
    assert (service.extra, service.thematiques, service.famille) == ({}, None, "")


def test_a_wrong_value_of_ours_is_refused_with_its_column(tmp_path: Path) -> None:
    import_ = charger(
        tmp_path, structure_nationale(1), structure_nationale(2, itinerant="peut-être", ouvert_le="demain")
    )

    assert {refus["colonne"] for refus in import_.rapport["refus"]} == {"itinerant", "ouvert_le"}
    assert [s.id for s in Structure.objects.all()] == ["dora--1"]


def test_lists_keep_the_text_of_the_file_and_numbers_their_kind() -> None:
    from msgspec import Raw

    brut = orjson.dumps(SERVICE | {"volume_horaire_hebdomadaire": 2, "latitude": 47, "longitude": 7.5})

    lues = dict(zip(COLONNES["service"], colonnes_de("service", Raw(brut)), strict=True))

    assert (lues["thematiques"], lues["zone_eligibilite"], lues["extra"]) == ('["a--b","c«»--d"]', None, "{}")
    assert isinstance(lues["volume_horaire_hebdomadaire"], float)
    assert set(adresse_de(Raw(brut))) == {None, 7.5, 47.0}


def test_one_percent_changed_writes_one_act_a_record_and_leaves_the_others(tmp_path: Path) -> None:
    charger(tmp_path, *map(structure_nationale, range(1, 101)))
    avant = dict(Structure.objects.values_list("id", "updated_at"))
    actes = Acte.objects.count()

    import_ = charger(
        tmp_path,
        structure_nationale(1, telephone="3646"),
        *map(structure_nationale, range(2, 101)),
        edition_le=AOUT,
    )

    assert (import_.rapport["modifies"], import_.rapport["inchanges"], import_.rapport["retires"]) == (
        1,
        99,
        0,
    )
    assert Acte.objects.count() == actes + 2  # the record, and the import itself
    assert Structure.objects.get(telephone="3646").version == 2
    assert sum(s.updated_at == avant[s.id] for s in Structure.objects.all()) == 100


def test_the_engine_is_given_back_as_it_was_even_after_a_failure() -> None:
    def reglages() -> list[Any]:
        if connection.vendor != "sqlite":
            return []
        with connection.cursor() as curseur:
            return [
                curseur.execute(f"PRAGMA {nom}").fetchone()[0] for nom in ("wal_autocheckpoint", "cache_size")
            ]

    avant = reglages()

    with en_nombre():
        pendant = reglages()
    with pytest.raises(ZeroDivisionError), en_nombre():
        raise ZeroDivisionError

    assert (pendant != avant) == (connection.vendor == "sqlite")
    assert reglages() == avant


def test_a_text_for_all_rows_is_never_read_as_sql() -> None:
    mechant = "l'heure %s; -- \" \\"
    source = Source.objects.create(slug="essai", nom="essai")
    communs = {
        "source_ref_id": source.pk, "source": "essai", "nom": mechant, "exemple": True, "created_at": "2026-01-01",
        "updated_at": "2026-01-01",
    }  # fmt: skip

    inserer_colonnes(Structure, ("n", "id"), [(901, "a"), (902, "b'%s")], communs=communs)

    assert {(s.nom, s.id, s.exemple) for s in Structure.objects.all()} == {
        (mechant, "a", True),
        (mechant, "b'%s", True),
    }


def test_many_values_are_looked_for_as_one_parameter() -> None:
    structure = make_structure(id="l'une % \" é")

    assert chercher(Structure, "id", ["l'une % \" é", "autre"], ("n", "nom")) == [
        (structure.n, structure.nom)
    ]
    assert chercher(Structure, "id", ["autre"], ("n",), source_ref_id=structure.source_ref_id) == []
    assert chercher(Structure, "id", [], ("n",)) == []


def test_texts_are_put_together_by_the_engine() -> None:
    make_structure(telephone="ab"), make_structure(telephone="cd")

    assert agreger(Structure.objects.all(), "telephone") in ("abcd", "cdab")
    assert agreger(Structure.objects.filter(pk=0), "telephone") == ""


@pytest.mark.parametrize("tout", [True, False], ids=["whole country", "around the new ones"])
@pytest.mark.parametrize("graine", range(4))
def test_neighbours_are_those_found_by_comparing_all(
    monkeypatch: pytest.MonkeyPatch, graine: int, *, tout: bool
) -> None:
    hasard = random.Random(graine)
    if tout:
        monkeypatch.setattr(doublons, "LOT", 3)  # also cuts the pairs in many batches
    structures = [
        make_structure(
            f"Accueil {hasard.randrange(3)}",
            latitude=47.7 + hasard.randrange(60) * 2e-5,
            longitude=7.3 + hasard.randrange(60) * 2e-5,
            telephone=f"038953000{hasard.randrange(3)}",
        )
        for _ in range(24)
    ]
    nouveaux = {s.n for s in structures if hasard.random() < 0.4}
    traits = doublons._traits({s.n for s in structures})
    attendues = {
        (a, b)
        for a, b in combinations(sorted(traits), 2)
        if (a in nouveaux or b in nouveaux)
        and doublons._distance(place(traits[a]), place(traits[b])) < RAYON_M
        and doublons._juger(traits[a], traits[b])
    }

    trouvees = chercher_doublons(nouveaux)

    assert len(attendues) > 5
    assert {(p.premiere, p.seconde) for p in trouvees} == attendues
    assert len(trouvees) == len(attendues)
    assert not Doublon.objects.exists()
    assert (noter_doublons(trouvees, le=INSTANT), noter_doublons(trouvees, le=INSTANT)) == (len(attendues), 0)


def place(trait: Any) -> tuple[float, float]:
    return trait.latitude, trait.longitude


def test_duplicates_are_looked_for_before_the_writing_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dehors: list[bool] = []
    entree = len(connection.savepoint_ids)

    def chercher_dehors(numeros: Any) -> list[Any]:
        dehors.append(len(connection.savepoint_ids) == entree)
        return chercher_doublons(numeros)

    monkeypatch.setattr(import_source, "chercher_doublons", chercher_dehors)

    charger(tmp_path, structure_nationale(1))

    assert dehors == [True]
    assert not Lieu.objects.exists()
