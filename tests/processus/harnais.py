"""Kill an instance at random moments, again and again, and ask each time: is every acknowledged write there, is every
import whole, does the index say what the database says?

Run as a program by `test_morts.py`, with an instance's environment: `harnais.py NOMBRE GRAINE [--sans-outbox]`.
Children are forked from this process, so that a cycle costs tenths of a second; an acknowledgement is a line synced to
a file after the write returned. Prints one JSON line: cycles, what was acknowledged, what was found wrong.
"""

import csv
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from maillage.annuaire import corrections, documents, import_source, indexing  # noqa: E402
from maillage.annuaire.models import Apport, Import, Structure  # noqa: E402
from maillage.comptes.models import Personne  # noqa: E402
from maillage.core import outbox  # noqa: E402
from maillage.core.erreurs import ConflitEdition  # noqa: E402
from maillage.core.journal import verifier_chaine  # noqa: E402
from maillage.portail.travailleur import Travailleur  # noqa: E402
from maillage.recherche.index import IndexAbsent, Lecteur  # noqa: E402
from maillage.recherche.requete import Requete  # noqa: E402
from tests.make import make_commune, make_personne, make_territoire  # noqa: E402

LIGNES = 400
PREMIERE_EDITION = date(2024, 8, 1)
REPRISE_S = 30
COLONNES = (
    "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,telephone,"
    "h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,prise_rdv,commentaire,type_fs,format_fs,groupe_fs,"
    "labellisation_fs"
).split(",")


def ecrire_edition(version: int) -> Path:
    """A France services file: 400 rows, of which a third change at each version and 5 % come and go."""
    fichier = settings.ETAT / f"edition-{version}.csv"
    with fichier.open("w", newline="") as sortie:
        ecrivain = csv.DictWriter(sortie, COLONNES)
        ecrivain.writeheader()
        for i in range(LIGNES):
            if (i + version) % 20 == 0:
                continue
            ecrivain.writerow(ligne(i, version))
    return fichier


def ligne(i: int, version: int) -> dict[str, str]:
    age = version - (version + i) % 3
    return dict.fromkeys(COLONNES, "") | {
        "id_fs": str(10_000 + i),
        "insee_dep": "68",
        "lib_fs": f"France services numéro {i} version {age}",
        "adresse": f"{i} rue de l’Essai",
        "insee_com": "68224",
        "code_postal": "68100",
        "lib_com": "Mulhouse",
        "latitude": f"{47.7 + i / 5000:.5f}",
        "longitude": f"{7.3 + i / 5000:.5f}",
        "telephone": "03 53 01 00 00",
        "prise_rdv": "Non",
        "type_fs": "Principal",
        "format_fs": "Fixe",
        "labellisation_fs": "Espace labellisé 01/09/2020",
    }


def preparer_base() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    make_territoire()
    make_commune("68224", "Mulhouse", codes_postaux=("68100",))
    make_personne("Awa", email="awa@exemple.fr")
    importer(0)


def importer(version: int) -> None:
    le = timezone.now()
    fichier = ecrire_edition(version)
    prepare = import_source.preparer(
        "france-services",
        fichier,
        nom=fichier.name,
        par=None,
        le=le,
        edition_le=PREMIERE_EDITION + timedelta(days=version),
    )
    if prepare.etat == "prepare":
        import_source.executer(prepare, le=le, retraits_confirmes=True)


def importer_sans_fin(acquits: Path, debut: int) -> None:
    """One edition after the other; each acknowledged once the import returned."""
    import_source.reprendre_interrompus(le=timezone.now())
    with acquits.open("a") as sortie:
        for version in count(debut + 1):
            importer(version)
            acquitter(sortie, {"import": version})


def corriger_sans_fin(acquits: Path) -> None:
    """Correct records one by one while imports go by; each acknowledged once it was saved."""
    personne = Personne.objects.get(email="awa@exemple.fr")
    with acquits.open("a") as sortie:
        while True:
            structure = Structure.objects.visibles().order_by("?")[0]
            telephone = f"03 53 {_suivant(acquits):06d}"
            try:
                corrections.corriger(
                    structure,
                    champs={"telephone": telephone},
                    version=structure.version,
                    par=personne,
                    motif="essai",
                    le=timezone.now(),
                )
            except ConflitEdition:  # the import saved it meanwhile: nothing was acknowledged
                continue
            acquitter(sortie, {"correction": structure.id, "telephone": telephone})


def _suivant(acquits: Path) -> int:
    """A number that only grows, over the kills too."""
    return acquits.stat().st_size


def acquitter(sortie: Any, acquit: dict[str, object]) -> None:
    sortie.write(json.dumps(acquit) + "\n")
    sortie.flush()
    os.fsync(sortie.fileno())


def indexer_sans_fin() -> None:
    travailleur = Travailleur()
    while True:
        travailleur.tour(le=timezone.now())
        time.sleep(0.05)


def reconstruire_sans_fin() -> None:
    while True:
        indexing.reindexer(le=timezone.now())


def enfant(acte: Callable[[], None]) -> int:
    """Fork, act, never come back: the parent keeps no connection open across the fork."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            acte()
            os._exit(0)
        except BaseException as erreur:  # a child must not run the parent's code
            print(f"enfant : {type(erreur).__name__} : {erreur}", file=sys.stderr, flush=True)
            os._exit(1)
    return pid


def tuer(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        os.waitpid(pid, 0)


def reprendre() -> None:
    """What the next start does by itself: finish imports, catch the index up. Bounded."""
    travailleur = Travailleur()
    fin = time.monotonic() + REPRISE_S
    while time.monotonic() < fin:
        travailleur.tour(le=timezone.now())
        if not Import.objects.filter(etat="en_cours").exists() and a_jour():
            return
        time.sleep(0.05)
    print("reprise trop longue", file=sys.stderr)
    os._exit(1)


def a_jour() -> bool:
    try:
        return (
            Lecteur(settings.DOSSIER_INDEX, instance=indexing.identite()).dernier()
            == outbox.dernier_changement()
        )
    except IndexAbsent:
        return False


def dans_un_enfant(acte: Callable[[], None]) -> bool:
    """The recovery too runs in a process of its own; true when it ended well."""
    return os.waitstatus_to_exitcode(os.waitpid(enfant(acte), 0)[1]) == 0


def fautes(acquits: Path) -> list[str]:
    """Every promise broken, in words; reads the database and the index afresh."""
    trouvees: list[str] = []
    if connection.vendor == "sqlite":
        with connection.cursor() as curseur:
            if curseur.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                trouvees.append("base abîmée")
    dits = [json.loads(texte) for texte in acquits.read_text().splitlines()]
    trouvees += _imports_entiers(max((d["import"] for d in dits if "import" in d), default=0))
    dernieres = {d["correction"]: d["telephone"] for d in dits if "correction" in d}
    tenues = dict(Structure.objects.filter(id__in=dernieres).values_list("id", "telephone"))
    # A correction made after the last acknowledgement may have replaced it: it is then newer, never older.
    trouvees += [f"correction perdue : {i}" for i, t in dernieres.items() if not _au_moins(tenues.get(i), t)]
    trouvees += verifier_chaine()
    return trouvees + _index_different()


def _au_moins(tenu: str | None, acquitte: str) -> bool:
    return tenu is not None and tenu.startswith("03 53 ") and tenu[-6:] >= acquitte[-6:]


def _imports_entiers(acquitte: int) -> list[str]:
    """The rows the source shows are those of one edition, whole, at least as recent as the last acknowledged."""
    versions = sorted(int(f.stem.split("-")[1]) for f in settings.ETAT.glob("edition-*.csv"))
    presents = {
        apport["cle"]: apport["brut"]["lib_fs"]
        for apport in Apport.objects.filter(
            disparu_le__isnull=True, structure__retire_le__isnull=True
        ).values("cle", "brut")
    }
    for version in versions:
        attendus = {
            str(10_000 + i): ligne(i, version)["lib_fs"] for i in range(LIGNES) if (i + version) % 20 != 0
        }
        if presents == attendus:
            return [] if version >= acquitte else [f"édition {version} en place, {acquitte} acquittée"]
    return ["demi-import : les lignes en place ne sont celles d’aucune édition"]


def _index_different() -> list[str]:
    lecteur = Lecteur(settings.DOSSIER_INDEX, instance=indexing.identite())
    attendus = 0
    for genre, modele in documents.MODELES.items():
        numeros = list(modele.objects.values_list("pk", flat=True))
        attendus += sum(d.visible for d in documents.documents(genre, numeros, le=timezone.localdate()))
    if lecteur.compte() != attendus:
        return [f"index : {lecteur.compte()} fiches, base : {attendus}"]
    cartes = {
        (d.genre, d.n): d.fiche
        for genre, modele in documents.MODELES.items()
        for d in documents.documents(
            genre, list(modele.objects.values_list("pk", flat=True)), le=timezone.localdate()
        )
        if d.visible
    }
    vues: dict[tuple[str, int], bytes] = {}
    page = 1
    while len(vues) < attendus:
        resultats = lecteur.chercher(Requete(taille=100, page=page)).resultats
        if not resultats:
            break
        vues |= {(r.genre, r.n): r.fiche for r in resultats}
        page += 1
    return [f"carte différente : {cle}" for cle in cartes if vues.get(cle) != cartes[cle]][:5]


def main(nombre: int, graine: int, *, sans_outbox: bool) -> dict[str, object]:
    hasard = random.Random(graine)
    preparer_base()
    acquits = Path(settings.ETAT) / "acquits.jsonl"
    acquits.touch()
    if sans_outbox:
        _couper_outbox()
    trouvees: list[str] = []
    for cycle in range(nombre):
        version = max(int(f.stem.split("-")[1]) for f in settings.ETAT.glob("edition-*.csv"))
        second = reconstruire_sans_fin if cycle % 3 == 2 else indexer_sans_fin
        pids = [
            enfant(lambda v=version: importer_sans_fin(acquits, v)),  # type: ignore[misc]
            enfant(lambda: corriger_sans_fin(acquits)),
            enfant(second),
        ]
        time.sleep(hasard.uniform(0.05, 1.6))
        tuer(pids)
        if not dans_un_enfant(reprendre):
            trouvees.append(f"cycle {cycle} : pas de reprise en {REPRISE_S} s")
        sortie = Path(settings.ETAT) / "fautes.json"
        sortie.unlink(missing_ok=True)
        dans_un_enfant(lambda s=sortie: s.write_text(json.dumps(fautes(acquits))) and None)  # type: ignore[misc]
        resultat = json.loads(sortie.read_text()) if sortie.exists() else ["vérification impossible"]
        trouvees += [f"cycle {cycle} : {faute}" for faute in resultat]
    nombre_acquits = len(acquits.read_text().splitlines())
    return {"cycles": nombre, "moteur": connection.vendor, "acquits": nombre_acquits, "fautes": trouvees}


def _couper_outbox() -> None:
    """The control: writers forget to announce what they changed, everywhere the function was imported."""
    muet = lambda *args, **kwargs: None  # noqa: E731
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("maillage.") and hasattr(module, "annoncer"):
            module.annoncer = muet


if __name__ == "__main__":
    debut = time.monotonic()
    bilan = main(int(sys.argv[1]), int(sys.argv[2]), sans_outbox="--sans-outbox" in sys.argv)
    bilan["secondes"] = round((timedelta(seconds=time.monotonic() - debut)).total_seconds(), 1)
    print(json.dumps(bilan, ensure_ascii=False))
