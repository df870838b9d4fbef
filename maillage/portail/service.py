"""Run the web server and its worker together; called by `maillage serve` and `maillage demo`."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

from django.conf import settings
from django.core.management.base import CommandError

DELAI_ARRET_S = 20
REPRISE_S = 1.0
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def port_libre(hote: str, port: int) -> bool:
    famille = socket.AF_INET6 if ":" in hote else socket.AF_INET
    with socket.socket(famille, socket.SOCK_STREAM) as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            prise.bind((hote, port))
            return True
    return False


def commande_web(hote: str, port: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": hote,
        "--port": str(port),
        "--workers": str(settings.PROCESSUS_WEB),
        "--blocking-threads": "2",
        "--backpressure": "128",
        "--workers-kill-timeout": "5",
        "--log-level": "warning",
    }
    mots = [mot for paire in options.items() for mot in paire]
    drapeaux = ["--no-ws", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *mots, *drapeaux, "maillage.config.wsgi:application"]


def mourir_avec_le_parent() -> None:
    """Ask Linux to stop this child when its parent dies: killed without a word, the parent can't stop it itself.

    A web server left alone would keep the port, and serve an index that no worker follows.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def commande_worker() -> list[str]:
    return [sys.executable, "-m", "maillage.config", "worker", "--avec", str(os.getpid())]


class Service:
    """Two children: the web server, without which there is nothing, and the worker, started again if it dies."""

    def __init__(self, hote: str, port: int) -> None:
        if not port_libre(hote, port):
            raise CommandError(f"Le port {port} est déjà pris. Choisissez-en un autre : PORT=8001 make run")
        self.arret = False
        self.hote, self.port = hote, port

    def demander_arret(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self.arret = True

    def tourner(self) -> int:
        """Serve until a signal or until the web server ends; give back the web server's exit code."""
        signal.signal(signal.SIGTERM, self.demander_arret)
        signal.signal(signal.SIGINT, self.demander_arret)
        # No thread runs here yet: the call between fork and exec is safe.
        web = subprocess.Popen(
            commande_web(self.hote, self.port),
            start_new_session=True,
            preexec_fn=mourir_avec_le_parent,  # noqa: PLW1509
        )
        worker = subprocess.Popen(commande_worker(), start_new_session=True)
        try:
            while not self.arret and web.poll() is None:
                if worker.poll() is not None:
                    time.sleep(REPRISE_S)
                    worker = subprocess.Popen(commande_worker(), start_new_session=True)
                time.sleep(0.2)
        finally:
            for enfant in (web, worker):
                _terminer(enfant)
        return 0 if self.arret else (web.returncode or 1)


def _terminer(enfant: subprocess.Popen[bytes]) -> None:
    """Ask, wait, then insist: on this process alone, by its own id."""
    if enfant.poll() is not None:
        return
    enfant.terminate()
    try:
        enfant.wait(DELAI_ARRET_S)
    except subprocess.TimeoutExpired:
        enfant.kill()
        enfant.wait()
