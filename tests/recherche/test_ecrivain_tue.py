"""A writer killed at any moment leaves an index that opens, and that holds exactly what it says it holds."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from maillage.recherche.index import Ecrivain, Etat, Lecteur, reconstruire, verifier
from maillage.recherche.requete import Requete
from tests.recherche.documents import INSTANCE, make_document, numeros

pytestmark = [pytest.mark.moteur_indifferent, pytest.mark.processus]

ENFANT = """
import sys
from pathlib import Path
from maillage.recherche.index import Ecrivain
from tests.recherche.documents import INSTANCE, make_document
with Ecrivain(Path(sys.argv[1]), instance=INSTANCE) as ecrivain:
    n = ecrivain.dernier()
    while True:
        n += 1
        print("essai", n, flush=True)
        ecrivain.appliquer([make_document(n, "Mairie")], dernier=n)
        print("fait", n, flush=True)
"""


def ecrire_puis_tuer(dossier: Path, *, apres: float) -> tuple[int, int]:
    """The last change tried and the last one acknowledged."""
    enfant = subprocess.Popen(
        [sys.executable, "-c", ENFANT, str(dossier)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert enfant.stdout is not None
    premiere = enfant.stdout.readline()
    time.sleep(apres)
    enfant.kill()
    lignes = [premiere, *enfant.stdout.read().splitlines(keepends=True)]
    enfant.wait()
    enfant.stdout.close()
    entieres = [ligne.split() for ligne in lignes if ligne.endswith("\n")]
    essais = [int(n) for mot, n in entieres if mot == "essai"]
    faits = [int(n) for mot, n in entieres if mot == "fait"]
    return essais[-1], faits[-1] if faits else 0


def test_a_killed_writer_leaves_what_it_acknowledged(tmp_path: Path) -> None:
    reconstruire(tmp_path, instance=INSTANCE, documents=[], dernier=0)
    ouvert_avant = Lecteur(tmp_path, instance=INSTANCE)
    assert ouvert_avant.compte() == 0
    hasard = random.Random()
    acquis = 0

    for _ in range(6):
        essaye, fait = ecrire_puis_tuer(tmp_path, apres=hasard.uniform(0, 0.3))
        acquis = max(acquis, fait)

        etat = verifier(tmp_path, instance=INSTANCE)
        assert etat.etat is Etat.OK
        assert acquis <= etat.dernier <= essaye
        assert etat.compte == etat.dernier
        reponse = Lecteur(tmp_path, instance=INSTANCE).chercher(Requete(texte="mairie", taille=100))
        assert (reponse.total, numeros(reponse)[:3]) == (etat.dernier, [1, 2, 3][: etat.dernier])

    assert acquis > 0
    time.sleep(0.5)
    assert ouvert_avant.dernier() == etat.dernier


def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(1)], dernier=1)
    code = """
import sys, time
from pathlib import Path
from maillage.recherche.index import reconstruire
from tests.recherche.documents import INSTANCE, make_document
def documents():
    yield make_document(2)
    print("en cours", flush=True)
    time.sleep(60)
reconstruire(Path(sys.argv[1]), instance=INSTANCE, documents=documents(), dernier=2)
"""
    enfant = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert enfant.stdout is not None
    enfant.stdout.readline()

    enfant.kill()
    enfant.wait()
    enfant.stdout.close()

    assert verifier(tmp_path, instance=INSTANCE).dernier == 1
    assert len(list(tmp_path.glob("v*"))) == 2
    with Ecrivain(tmp_path, instance=INSTANCE) as ecrivain:
        ecrivain.appliquer([make_document(3)], dernier=3)
    ancien = (tmp_path / "courant").read_text().strip()
    reconstruire(tmp_path, instance=INSTANCE, documents=[make_document(4)], dernier=4)
    nouveau = (tmp_path / "courant").read_text().strip()
    assert {f.name for f in tmp_path.glob("v*")} == {ancien, nouveau}
