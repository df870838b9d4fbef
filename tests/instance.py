"""A whole instance of its own for the tests that need real processes: state folder, database, commands, server."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
from psycopg import sql

RACINE = Path(__file__).resolve().parent.parent


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


class InstanceEssai:
    """Made on entry, removed on exit: processes first, each by its own id, then the database, then the folder."""

    def __init__(self) -> None:
        self.dossier = Path(tempfile.mkdtemp(prefix="maillage-instance-"))
        self.port = port_libre()
        self.processus: list[subprocess.Popen[bytes]] = []
        self.base_pg = ""
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("MAILLAGE_", "DJANGO_", "COV_"))}
        self.env |= {
            "MAILLAGE_ETAT": str(self.dossier),
            "MAILLAGE_ADRESSE": f"http://127.0.0.1:{self.port}",
            "DJANGO_SETTINGS_MODULE": "maillage.config.settings",
            "PYTHONPATH": str(RACINE),
        }

    def __enter__(self) -> "InstanceEssai":
        serveur = os.environ.get("MAILLAGE_DATABASE_URL", "")
        if serveur.startswith("postgres"):
            self.serveur_pg, self.base_pg = serveur, f"essais_instance_{uuid.uuid4().hex[:12]}"
            self._sql(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.base_pg)))
            self.env["MAILLAGE_DATABASE_URL"] = self._adresse_pg()
        return self

    def _adresse_pg(self) -> str:
        debut, _, fin = self.serveur_pg.partition("://")
        hote, _, reste = fin.partition("/")
        options = reste.partition("?")[2]
        return f"{debut}://{hote}/{self.base_pg}" + (f"?{options}" if options else "")

    def _sql(self, requete: sql.Composable) -> None:
        with psycopg.connect(self.serveur_pg, autocommit=True) as connexion:
            connexion.execute(requete)

    def __exit__(
        self, t: type[BaseException] | None, v: BaseException | None, tb: TracebackType | None
    ) -> None:
        for processus in self.processus:
            self.arreter(processus)
        if self.base_pg:
            self._sql(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.base_pg)))
        shutil.rmtree(self.dossier, ignore_errors=True)

    def commande(self, *mots: str, code: int | None = 0) -> str:
        """Run `maillage mots…` to its end and give what it printed; a different exit code is a failure."""
        fini = subprocess.run(
            [sys.executable, "-m", "maillage.config", *mots],
            env=self.env,
            cwd=RACINE,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert code is None or fini.returncode == code, (
            f"{mots} : {fini.returncode}\n{fini.stdout}\n{fini.stderr}"
        )
        return fini.stdout

    def lancer(self, *mots: str) -> subprocess.Popen[bytes]:
        """Start `maillage mots…` beside; its output goes to a file of the instance."""
        sortie = (self.dossier / f"sortie-{len(self.processus)}.log").open("wb")
        processus = subprocess.Popen(
            [sys.executable, "-m", "maillage.config", *mots],
            env=self.env,
            cwd=RACINE,
            stdout=sortie,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processus.append(processus)
        return processus

    def arreter(self, processus: subprocess.Popen[bytes]) -> int:
        if processus.poll() is None:
            processus.send_signal(signal.SIGTERM)
            try:
                processus.wait(30)
            except subprocess.TimeoutExpired:
                processus.kill()
                processus.wait()
        return processus.returncode

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def servir(self) -> subprocess.Popen[bytes]:
        processus = self.lancer("serve", "--port", str(self.port))
        self.attendre_sante(processus)
        return processus

    def attendre_sante(self, processus: subprocess.Popen[bytes], delai: float = 60) -> dict[str, Any]:
        """Wait until /sante says that everything is well, the worker and the index included."""
        fin, dernier = time.monotonic() + delai, ""
        while time.monotonic() < fin:
            if processus.poll() is not None:
                raise AssertionError(f"le serveur s’est arrêté :\n{self.sorties()}")
            try:
                with urllib.request.urlopen(f"{self.adresse}/sante", timeout=5) as reponse:
                    return json.load(reponse)
            except OSError as erreur:
                dernier = str(erreur)
            time.sleep(0.2)
        raise AssertionError(f"/sante n’est pas bonne après {delai} s : {dernier}\n{self.sorties()}")

    def sorties(self) -> str:
        return "\n".join(
            f.read_text(errors="replace")[-3000:] for f in sorted(self.dossier.glob("sortie-*.log"))
        )
