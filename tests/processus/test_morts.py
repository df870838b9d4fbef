"""SIGKILL at random moments of imports, corrections, indexing and rebuilding: nothing acknowledged is ever lost."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.instance import RACINE, InstanceEssai

pytestmark = [pytest.mark.processus, pytest.mark.timeout(1800)]
MORTS = int(os.environ.get("MAILLAGE_MORTS", "60"))
TEMOIN = 6


def tourner(nombre: int, graine: int, *options: str) -> dict[str, Any]:
    with InstanceEssai() as instance:
        fini = subprocess.run(
            [sys.executable, "tests/processus/harnais.py", str(nombre), str(graine), *options],
            env=instance.env,
            cwd=RACINE,
            capture_output=True,
            text=True,
        )
    assert fini.returncode == 0, fini.stderr[-4000:]
    bilan: dict[str, Any] = json.loads(fini.stdout.splitlines()[-1])
    print(
        f"morts brutales ({bilan['moteur']}) : {nombre - len(bilan['fautes'])} de {nombre}, "
        f"{bilan['acquits']} écritures acquittées, {bilan['secondes']} s"
    )
    return bilan


def test_nothing_acknowledged_is_lost_and_the_index_equals_the_database() -> None:
    bilan = tourner(MORTS, 20261125)

    assert bilan["fautes"] == []
    assert bilan["acquits"] > MORTS  # the writers did write, or nothing was tested


def test_the_same_harness_without_the_outbox_finds_the_index_wrong() -> None:
    bilan = tourner(TEMOIN, 7, "--sans-outbox")

    assert any("index" in faute or "carte" in faute for faute in bilan["fautes"])
