"""The page, the link and the command of exports: who may, what of a search, how many at a time."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from maillage.annuaire import secours
from maillage.annuaire.exports import creneaux, formats, selection
from maillage.annuaire.exports.creneaux import Creneaux, Flux, TropDExports
from maillage.annuaire.indexing import reindexer
from maillage.annuaire.models import Structure
from maillage.territoire.models import Commune, Territoire
from tests.annuaire.exports_outils import make_annuaire
from tests.make import INSTANT, make_service, make_source, make_structure

pytestmark = pytest.mark.django_db
ENTETES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "ndjson": "application/x-ndjson",
}


@pytest.fixture
def annuaire(m2a: Territoire) -> Territoire:
    """Mulhouse and Rixheim are in the territory; Ajaccio, with its own structure, is not."""
    make_annuaire()
    Commune.objects.filter(departement="68").update(groupement=m2a.groupement)
    make_service(
        make_structure(
            "Crèche d’Ajaccio", id="dora--ajaccio", source_ref=make_source("dora"),
            commune_officielle=Commune.objects.get(code="2A004"),
        ),
        id="dora--service-ajaccio", famille="creche",
    )  # fmt: skip
    return m2a


def exporter(client: Client, forme: str = "csv", **parametres: str) -> Any:
    return client.get(reverse("annuaire:exporter", args=[forme]), parametres)


def ids(reponse: Any) -> list[str]:
    assert reponse.status_code == 200, reponse.content
    texte = reponse.getvalue().decode("utf-8-sig")
    return [ligne["id"] for ligne in csv.DictReader(io.StringIO(texte, newline=""), delimiter=";")]


@pytest.mark.parametrize("forme", ENTETES)
def test_anybody_downloads_a_file_without_a_cookie(client: Client, annuaire: Territoire, forme: str) -> None:
    reponse = exporter(client, forme)

    assert (reponse.status_code, reponse["Content-Type"]) == (200, ENTETES[forme])
    assert reponse.streaming
    assert reponse["Content-Disposition"].startswith('attachment; filename="annuaire-')
    assert reponse["Content-Disposition"].endswith(f'.{forme}"')
    assert reponse["X-Robots-Tag"] == "noindex"
    assert len(reponse.getvalue()) > 500
    assert not reponse.cookies


@pytest.mark.parametrize("forme", ["exe", "CSV", "csv.exe", ".."])
def test_another_format_does_not_exist(client: Client, annuaire: Territoire, forme: str) -> None:
    assert client.get(f"/annuaire/exporter.{forme}").status_code == 404


def test_nobody_writes_there(client: Client, annuaire: Territoire) -> None:
    assert client.post(reverse("annuaire:exporter", args=["csv"])).status_code == 405


@pytest.mark.parametrize("indexe", [True, False])
def test_a_search_leaves_with_the_answers_of_the_page_in_their_order(
    client: Client, annuaire: Territoire, indexe: bool
) -> None:
    if indexe:
        reindexer(le=INSTANT)

    assert ids(exporter(client, q="aide démarches")) == ["dora--service-1"]
    assert ids(exporter(client, lieu="Rixheim", rayon="2")) == ["dora--seule"]
    assert ids(exporter(client, lieu="Rixheim", rayon="10")) == ["dora--seule", "dora--service-1"]
    assert ids(exporter(client, famille="creche", partout="oui")) == ["dora--service-ajaccio"]
    assert ids(exporter(client, q="introuvable")) == []


def test_without_a_question_the_territory_leaves_and_everything_only_when_asked(
    client: Client, annuaire: Territoire
) -> None:
    assert sorted(ids(exporter(client))) == ["dora--service-1", "dora--seule"]
    assert sorted(ids(exporter(client, partout="oui"))) == [
        "dora--service-1",
        "dora--service-ajaccio",
        "dora--seule",
    ]


def test_the_national_file_of_a_search_holds_the_structure_of_each_service_first(
    client: Client, annuaire: Territoire
) -> None:
    reponse = exporter(client, "ndjson", q="aide démarches")

    objets = [json.loads(ligne) for ligne in reponse.getvalue().splitlines()]
    assert [objet["id"] for objet in objets] == ["dora--fs-1", "dora--service-1"]


def test_an_unknown_place_is_said_and_exports_nothing(client: Client, annuaire: Territoire) -> None:
    reponse = exporter(client, lieu="Zzyzx")

    assert reponse.status_code == 422
    assert "Lieu inconnu" in reponse.text


def test_an_example_of_a_search_stays_at_home_unless_asked_for(client: Client, annuaire: Territoire) -> None:
    exemple = make_structure(
        "Crèche inventée", source_ref=make_source("exemples", exemple=True), exemple=True,
        commune_officielle=Commune.objects.get(code="68224"),
    )  # fmt: skip
    reindexer(le=INSTANT)

    assert ids(exporter(client, q="inventée")) == []
    assert ids(exporter(client, q="inventée", exemples="oui")) == [exemple.id]


def test_a_record_that_closed_since_it_was_indexed_does_not_leave(
    client: Client, annuaire: Territoire
) -> None:
    reindexer(le=INSTANT)
    Structure.objects.filter(id="dora--seule").update(retire_le=INSTANT)

    assert ids(exporter(client, lieu="Rixheim", rayon="10")) == ["dora--service-1"]


def test_a_search_of_many_pages_leaves_whole_up_to_the_limit_and_says_when_it_was_cut(
    client: Client, annuaire: Territoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    mulhouse = Commune.objects.get(code="68224")
    for n in range(30):
        make_structure(f"Centre {n:02}", commune_officielle=mulhouse)
    reindexer(le=INSTANT)
    monkeypatch.setattr(selection, "TAILLE_MAX", 10)
    entier = ids(exporter(client, q="centre"))
    monkeypatch.setattr(selection, "REPONSES_MAX", 20)

    assert len(set(entier)) == len(entier) == 30
    assert ids(exporter(client, q="centre")) == entier[:20]
    coupee = exporter(client, "geojson", q="centre")
    assert coupee["Content-Disposition"].endswith('-incomplet.geojson"')
    assert "Les 20 premières réponses" in coupee.getvalue().decode()


def test_without_an_index_a_search_too_wide_is_refused_rather_than_cut(
    client: Client, annuaire: Territoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ids(exporter(client)) != []
    monkeypatch.setattr(secours, "PLAFOND", 1)

    reponse = exporter(client)

    assert (reponse.status_code, "serait incomplet" in reponse.text) == (422, True)


def test_a_workbook_too_long_to_prepare_is_refused_with_the_remedy(
    client: Client, annuaire: Territoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    petit = formats.Format("xlsx", "Classeur", "x/y", formats.FORMATS["xlsx"].ecrire, offres_max=1)
    monkeypatch.setitem(formats.FORMATS, "xlsx", petit)

    reponse = exporter(client, "xlsx")

    assert (reponse.status_code, "Prenez le format CSV" in reponse.text) == (422, True)


def test_a_head_prepares_no_file_and_takes_no_place(
    client: Client, annuaire: Territoire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creneaux, "CRENEAUX", Creneaux(0))

    reponse = client.head(reverse("annuaire:exporter", args=["csv"]))

    assert (reponse.status_code, reponse["Content-Type"]) == (200, ENTETES["csv"])


def test_more_exports_than_places_wait_and_a_finished_one_gives_its_place_back(
    client: Client, annuaire: Territoire
) -> None:
    ouvertes = [exporter(client) for _ in range(creneaux.SIMULTANES)]
    refusee = exporter(client)
    ouvertes.pop().getvalue()
    ensuite = exporter(client)

    assert (refusee.status_code, "recommencez" in refusee.text) == (429, True)
    assert ensuite.status_code == 200
    for reponse in (*ouvertes, ensuite):
        reponse.getvalue()
    assert creneaux.CRENEAUX._pris == {}


@pytest.mark.moteur_indifferent
def test_a_reader_who_leaves_before_the_first_byte_gives_the_place_back_and_stops_the_reading() -> None:
    places, arrete = Creneaux(1), []

    def octets() -> Any:
        try:
            yield b"debut"
            yield b"suite"
        finally:
            arrete.append(True)

    Flux(octets(), places).close()
    flux = Flux(octets(), places)
    assert next(iter(flux)) == b"debut"
    flux.close()

    assert arrete == [True]
    assert places.prendre()


@pytest.mark.moteur_indifferent
def test_a_place_that_a_dead_connection_kept_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Creneaux(1)
    Flux(iter([b""]), places)
    with pytest.raises(TropDExports):
        places.prendre()

    monkeypatch.setattr(creneaux, "OUBLI_S", -1.0)

    assert places.prendre()


@pytest.mark.parametrize(
    "parametres",
    [{"q": "\u202e=1+1"}, {"q": "(" * 500}, {"rayon": "-1"}, {"page": "9999"}, {"commune": "99999"}],
)
def test_odd_questions_give_a_file_or_a_sentence_never_an_error(
    client: Client, annuaire: Territoire, parametres: dict[str, str]
) -> None:
    reponse = exporter(client, **parametres)

    assert reponse.status_code in (200, 422)
    assert reponse.content if reponse.status_code == 422 else reponse.getvalue()


def test_the_command_writes_a_whole_file_or_none(annuaire: Territoire, tmp_path: Path) -> None:
    sortie = tmp_path / "annuaire.csv"

    call_command("export_annuaire", "csv", sortie=sortie)

    texte = sortie.read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(io.StringIO(texte, newline=""), delimiter=";"))) == 4
    assert [f.name for f in tmp_path.iterdir()] == ["annuaire.csv"]


def test_the_command_exports_a_search_to_its_output(annuaire: Territoire, capfdbinary: Any) -> None:
    call_command("export_annuaire", "ndjson", q="association", lieu="Rixheim", rayon=2)

    assert [json.loads(ligne)["id"] for ligne in capfdbinary.readouterr().out.splitlines()] == ["dora--seule"]


def test_the_command_refuses_an_unknown_place(annuaire: Territoire, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Lieu inconnu"):
        call_command("export_annuaire", "csv", lieu="Zzyzx", sortie=tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_writing_that_fails_leaves_the_old_file_as_it_was(
    annuaire: Territoire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sortie = tmp_path / "annuaire.csv"
    sortie.write_text("ancien")

    def tomber(*_: object) -> Any:
        yield b"debut"
        raise OSError("disk full")

    monkeypatch.setitem(formats.FORMATS, "csv", formats.Format("csv", "CSV", "text/csv", tomber))

    with pytest.raises(OSError, match="disk full"):
        call_command("export_annuaire", "csv", sortie=sortie)
    assert [(f.name, f.read_text()) for f in tmp_path.iterdir()] == [("annuaire.csv", "ancien")]
