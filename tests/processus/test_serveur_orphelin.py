"""The web server never outlives the command that started it."""

import contextlib
import os
import socket
import sys
import time

import pytest

from tests.instance import InstanceEssai

pytestmark = pytest.mark.moteur_indifferent


@pytest.mark.skipif(sys.platform != "linux", reason="the guard is Linux’s own")
def test_the_port_is_free_again_when_the_command_is_killed_without_a_word() -> None:
    with InstanceEssai() as instance:
        serveur = instance.servir()
        os.kill(serveur.pid, 9)
        serveur.wait(10)

        assert libre_avant(instance.port, delai=15)


def libre_avant(port: int, *, delai: float) -> bool:
    fin = time.monotonic() + delai
    while time.monotonic() < fin:
        with contextlib.suppress(OSError), socket.socket() as prise:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            prise.bind(("127.0.0.1", port))
            return True
        time.sleep(0.2)
    return False
