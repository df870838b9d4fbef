"""Read every file of a folder as an instance would, twice, and print what each becomes; called by `make audit`.

`python tests/audit_fichiers.py DOSSIER` works in an instance of its own, removed at the end. Exits 1 when a known
source's file is refused, changes something the second time, or dies.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))

from maillage.annuaire.lecteurs.description import sources  # noqa: E402
from tests.instance import InstanceEssai  # noqa: E402

TABLES = {".csv", ".json", ".geojson", ".ndjson", ".xlsx", ".ods"}
IMPORTE, PAS_IMPORTABLE = 0, 2


@dataclass(frozen=True, slots=True)
class Verdict:
    fichier: str
    dit: str
    bon: bool


def verdicts(dossier: Path, instance: InstanceEssai) -> Iterator[Verdict]:
    connues = {edition.fichier: slug for slug, source in sources().items() for edition in source.editions}
    for fichier in sorted(dossier.iterdir()):
        if fichier.suffix.lower() in TABLES:
            slug = connues.get(fichier.name)
            yield _importer(instance, slug, fichier) if slug else _deviner(instance, fichier)


def _importer(instance: InstanceEssai, slug: str, fichier: Path) -> Verdict:
    # Two editions of a source may come in any order here.
    commande = ["import_source", slug, str(fichier), "--json", "--oui", "--plus-ancienne"]
    premier = _maillage(instance, *commande)
    if premier.returncode != IMPORTE:
        return Verdict(fichier.name, f"refusé ({slug}) : {_dernier_mot(premier)}", bon=False)
    second = _maillage(instance, *commande)
    if second.returncode != IMPORTE:
        return Verdict(fichier.name, f"second passage refusé ({slug}) : {_dernier_mot(second)}", bon=False)
    un, deux = json.loads(premier.stdout), json.loads(second.stdout)
    change = sum(deux[nom] for nom in ("nouveaux", "modifies", "revenus", "retires"))
    dit = (
        f"{slug}, {un['encodage']} : {un['lues']} lignes, {un['nouveaux']} nouvelles, {un['modifies']} modifiées, "
        f"{un['refuses']} refusées, {sum(un['ecartees'].values())} écartées, {un['avis_nombre']} remarques, "
        f"{un['memoire_mo']} Mo ; seconde fois : {change} changements"
    )
    refus = [
        f"    ligne {r['ligne']}, colonne {r['colonne'] or '–'} (« {r['valeur']} ») : {r['message']} {r['remede']}"
        for r in un["refus"][:5]
    ]
    return Verdict(fichier.name, "\n".join([dit, *refus]), bon=change == 0)


def _deviner(instance: InstanceEssai, fichier: Path) -> Verdict:
    fini = _maillage(instance, "import_source", "--deviner", str(fichier))
    if fini.returncode == IMPORTE:
        champs = [
            ligne.split(" = ")[0]
            for ligne in fini.stdout.split("[tableau.colonnes]")[1].split("\n\n")[0].splitlines()
            if ligne
        ]
        return Verdict(
            fichier.name, f"aucune source décrite ; se décrirait avec : {', '.join(champs)}", bon=True
        )
    return Verdict(fichier.name, _dernier_mot(fini), bon=fini.returncode == PAS_IMPORTABLE)


def _maillage(instance: InstanceEssai, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "maillage.config", *arguments],
        env=instance.env,
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )


def _dernier_mot(fini: "subprocess.CompletedProcess[str]") -> str:
    return ((fini.stderr.strip() or fini.stdout.strip()).splitlines() or ["rien"])[-1].removeprefix(
        "CommandError: "
    )


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("Usage : python tests/audit_fichiers.py DOSSIER")
        return 2
    os.environ.pop("MAILLAGE_DATABASE_URL", None)
    bons = total = 0
    with InstanceEssai() as instance:
        for preparation in (["migrate", "-v0"], ["charge_territoire", "--territoire", "m2a"]):
            if (fini := _maillage(instance, *preparation)).returncode:
                print(_dernier_mot(fini))
                return 1
        for verdict in verdicts(Path(sys.argv[1]), instance):
            total, bons = total + 1, bons + verdict.bon
            print(f"{'  ' if verdict.bon else '! '}{verdict.fichier} : {verdict.dit}")
    print(f"fichiers compris, sans changement la seconde fois : {bons} sur {total}")
    return 0 if bons == total else 1


if __name__ == "__main__":
    sys.exit(main())
