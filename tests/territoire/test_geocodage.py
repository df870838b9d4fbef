"""Addresses are placed in their commune or not at all. The address base is played by a server of this machine."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from maillage.territoire import geocodage
from maillage.territoire.geocodage import Position, centre_de, geocoder
from maillage.territoire.models import Commune
from tests.make import make_commune

pytestmark = pytest.mark.django_db
CENTRE = Position(47.75, 7.34, "commune", "centre de Mulhouse")
Repondre = Callable[[BaseHTTPRequestHandler], None]


class Service:
    """`dire` plays one answer; `questions` are the queries that came."""

    def __init__(self) -> None:
        self.questions: list[dict[str, list[str]]] = []
        self.repondre: Repondre = lambda requete: requete.send_error(500)
        service = self

        class Requete(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.questions.append(parse_qs(urlsplit(self.path).query))
                service.repondre(self)

            def log_message(self, *args: object) -> None:
                pass

        self.serveur = ThreadingHTTPServer(("127.0.0.1", 0), Requete)
        self.serveur.daemon_threads = True
        self.adresse = f"http://127.0.0.1:{self.serveur.server_port}/search"
        threading.Thread(
            target=self.serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def dire(self, corps: bytes, *, statut: int = 200, **entetes: str) -> None:
        def repondre(requete: BaseHTTPRequestHandler) -> None:
            requete.send_response(statut)
            for nom, valeur in entetes.items():
                requete.send_header(nom, valeur)
            requete.send_header("Content-Length", str(len(corps)))
            requete.end_headers()
            requete.wfile.write(corps)

        self.repondre = repondre

    def trouver(self, **champs: Any) -> None:
        proprietes = {
            "type": "housenumber", "citycode": "68224", "score": 0.95, "housenumber": "59", "label": "59 Allée Gluck",
        }  # fmt: skip
        coordonnees = champs.pop("coordonnees", [7.3192, 47.7559])
        entite = {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": coordonnees},
            "properties": proprietes | champs,
        }
        self.dire(json.dumps({"type": "FeatureCollection", "features": [entite]}).encode())


@pytest.fixture
def service() -> Iterator[Service]:
    joue = Service()
    yield joue
    joue.serveur.shutdown()
    joue.serveur.server_close()


@pytest.fixture
def mulhouse() -> Commune:
    return make_commune()


def test_a_right_answer_gives_the_point_and_the_question_names_the_commune(
    service: Service, mulhouse: Commune
) -> None:
    service.trouver()

    position = geocoder("59  Allée\nGluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert position == Position(47.7559, 7.3192, "numero", "Base Adresse Nationale")
    assert service.questions == [
        {"q": ["59 Allée Gluck Mulhouse"], "citycode": ["68224"], "limit": ["1"], "autocomplete": ["0"]}
    ]


@pytest.mark.parametrize("adresse", ["59 Allée Gluck", "", "   "])
def test_without_the_network_nothing_is_asked(service: Service, mulhouse: Commune, adresse: str) -> None:
    service.trouver()

    assert geocoder(adresse, commune=mulhouse, reseau=False, service=service.adresse) == CENTRE
    assert geocoder(" ", commune=mulhouse, reseau=True, service=service.adresse) == CENTRE
    assert service.questions == []


@pytest.mark.parametrize(
    ("genre", "precision"), [("street", "rue"), ("locality", "lieu-dit"), ("housenumber", "numero")]
)
def test_the_type_says_how_precise_it_is_whatever_the_score(
    service: Service, mulhouse: Commune, genre: str, precision: str
) -> None:
    service.trouver(type=genre, score=0.41)

    assert (
        geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse).precision
        == precision
    )


@pytest.mark.parametrize("genre", ["municipality", "poi", "", None])
def test_a_commune_however_well_found_is_only_its_centre(
    service: Service, mulhouse: Commune, genre: Any
) -> None:
    service.trouver(type=genre, score=0.99, coordonnees=[7.0, 47.0])

    assert geocoder("Mulhouse", commune=mulhouse, reseau=True, service=service.adresse) == CENTRE


@pytest.mark.parametrize(
    ("adresse", "trouve", "precision"),
    [
        ("59 bis Allée Gluck", "59", "rue"),
        ("59 Allée Gluck", "59 bis", "rue"),
        ("59bis Allée Gluck", "59 bis", "numero"),
        ("12 Allée Gluck", "59", "rue"),
        ("Allée Gluck", "59", "rue"),
    ],
)
def test_another_number_of_the_street_only_tells_the_street(
    service: Service, mulhouse: Commune, adresse: str, trouve: str, precision: str
) -> None:
    service.trouver(housenumber=trouve)

    assert geocoder(adresse, commune=mulhouse, reseau=True, service=service.adresse).precision == precision


@pytest.mark.parametrize(
    ("champs", "avis"),
    [
        ({"citycode": "67482", "score": 1.0}, "dans une autre commune"),
        ({"citycode": None}, "dans une autre commune"),
        ({"score": 0.2}, "ressemble trop peu"),
        ({"score": float("nan")}, "ressemble trop peu"),
        ({"coordonnees": [47.7559, 7.3192]}, "trop loin"),
        ({"coordonnees": [float("inf"), 47.0]}, "trop loin"),
        ({"coordonnees": ["7,3", "47"]}, "rien trouvé"),
        ({"coordonnees": []}, "rien trouvé"),
        ({"score": {}}, "rien trouvé"),
    ],
)
def test_an_answer_that_cannot_be_here_is_the_centre_and_says_why(
    service: Service, mulhouse: Commune, champs: dict[str, Any], avis: str
) -> None:
    service.trouver(**champs)

    position = geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert (position.latitude, position.longitude, position.precision) == (47.75, 7.34, "commune")
    assert avis in position.avis


@pytest.mark.parametrize(
    ("corps", "avis"),
    [
        (b"", "autre chose que du JSON"),
        (b"<html>Maintenance</html>", "autre chose que du JSON"),
        (b"\xff\xfe\x00", "autre chose que du JSON"),
        (b"[" * 100_000, "autre chose que du JSON"),
        (b"null", "rien trouvé"),
        (b"[]", "rien trouvé"),
        (b'{"features": []}', "rien trouvé"),
        (b'{"features": [null]}', "rien trouvé"),
        (b'{"features": [{"properties": {}, "geometry": null}]}', "rien trouvé"),
        (b" " * (geocodage.TAILLE_MAX + 1), "trop de texte"),
    ],
    ids=lambda valeur: valeur[:24] if isinstance(valeur, bytes) else None,
)
def test_garbage_is_the_centre(service: Service, mulhouse: Commune, corps: bytes, avis: str) -> None:
    service.dire(corps)

    position = geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert (position.precision, avis in position.avis) == ("commune", True), position.avis


@pytest.mark.parametrize("statut", [302, 404, 429, 503])
def test_an_error_or_a_redirection_is_the_centre_and_is_not_followed(
    service: Service, mulhouse: Commune, statut: int
) -> None:
    service.dire(b"", statut=statut, Location=service.adresse)

    position = geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert "ne répond pas" in position.avis
    assert len(service.questions) == 1


@pytest.mark.parametrize("goutte", [b"", b" "])
def test_a_service_that_hangs_or_drips_is_left(
    service: Service, mulhouse: Commune, monkeypatch: pytest.MonkeyPatch, goutte: bytes
) -> None:
    monkeypatch.setattr(geocodage, "DELAI_S", 0.3)

    def goutter(requete: BaseHTTPRequestHandler) -> None:
        requete.send_response(200)
        requete.end_headers()
        for _ in range(30):
            time.sleep(0.1)
            try:
                requete.wfile.write(goutte)
                requete.wfile.flush()
            except OSError:
                return

    service.repondre = goutter
    debut = time.monotonic()

    position = geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert position.precision == "commune"
    assert position.avis
    assert time.monotonic() - debut < 2


@pytest.mark.parametrize(
    "adresse",
    [
        "http://exemple.fr/search",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://localhost.exemple.fr/",
        "",
    ],
)
def test_only_https_or_this_machine_is_asked(mulhouse: Commune, adresse: str) -> None:
    assert "https://" in geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=adresse).avis


def test_a_closed_port_is_the_centre(mulhouse: Commune) -> None:
    position = geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service="http://127.0.0.1:9/")

    assert (position.precision, "ne répond pas" in position.avis) == ("commune", True)


def test_an_arrondissement_is_its_city(service: Service) -> None:
    paris = make_commune("75056", "Paris", latitude=48.85, longitude=2.35)
    make_commune("75110", "Paris 10e", type="arrondissement", parente=paris)
    service.trouver(citycode="75110", coordonnees=[2.36, 48.87])

    assert geocoder("59 rue X", commune=paris, reseau=True, service=service.adresse).precision == "numero"


def test_a_commune_without_a_centre_has_no_place(mulhouse: Commune) -> None:
    sans = make_commune("97701", "Saint-Barthélemy", latitude=None, longitude=None)

    assert centre_de(sans) == Position(None, None, "inconnue", "centre de la commune inconnu")


def test_the_log_holds_no_address(
    service: Service, mulhouse: Commune, caplog: pytest.LogCaptureFixture
) -> None:
    service.dire(b"")

    with caplog.at_level(logging.DEBUG):
        geocoder("59 Allée Gluck", commune=mulhouse, reseau=True, service=service.adresse)

    assert "JSON" in caplog.text
    assert "Gluck" not in caplog.text
