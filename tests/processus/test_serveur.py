"""The real server: what it writes down, who may read its files, and that it never outlives its command."""

import contextlib
import http.client
import json
import os
import socket
import sys
import time

import pytest

from tests.instance import InstanceEssai

pytestmark = [pytest.mark.processus, pytest.mark.moteur_indifferent]


@pytest.mark.skipif(sys.platform != "linux", reason="the guard is Linux’s own")
def test_the_port_is_free_again_when_the_command_is_killed_without_a_word() -> None:
    with InstanceEssai() as instance:
        serveur = instance.servir()
        os.kill(serveur.pid, 9)
        serveur.wait(10)

        assert libre_avant(instance.port, delai=15)


def test_what_a_stranger_types_stays_out_of_the_log_and_the_files_are_for_one_account() -> None:
    with InstanceEssai() as instance:
        serveur = instance.servir()
        statuts = [
            demander(instance, "GET", "/", hote="mechant.example"),
            demander(instance, "GET", "/recherche?q=motcherche&lieu=motcherche"),
            demander(instance, "POST", "/compte/mot-de-passe/oublie/3-motsecret/"),
        ]
        instance.arreter(serveur)
        lignes = [json.loads(ligne) for ligne in instance.sorties().splitlines() if ligne.startswith("{")]

        assert statuts == [400, 200, 403]
        assert {"portail:sante", "annuaire:recherche"} <= {ligne.get("route") for ligne in lignes}
        assert not [mot for mot in ("mechant", "motcherche", "motsecret") if mot in instance.sorties()]
        assert (instance.dossier / "maillage.sqlite3").stat().st_mode & 0o077 == 0


def demander(instance: InstanceEssai, methode: str, adresse: str, *, hote: str = "127.0.0.1") -> int:
    connexion = http.client.HTTPConnection("127.0.0.1", instance.port, timeout=20)
    connexion.request(methode, adresse, headers={"Host": hote})
    with contextlib.closing(connexion):
        return connexion.getresponse().status


def libre_avant(port: int, *, delai: float) -> bool:
    fin = time.monotonic() + delai
    while time.monotonic() < fin:
        with contextlib.suppress(OSError), socket.socket() as prise:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            prise.bind(("127.0.0.1", port))
            return True
        time.sleep(0.2)
    return False
