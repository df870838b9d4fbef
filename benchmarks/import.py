"""Load a made-up national directory, to searchable, then change one percent of it; a plain ORM load beside it.

    .venv/bin/python benchmarks/import.py [--structures 100000 --services 200000] [--etat DOSSIER] [--croissance 1,3,10]

The communes are real and drawn by their population; names, texts and addresses are made up by a fixed draw, so two
runs load the same file. The rows are made by a child process, so that the memory told is the one of the import.
Each step gives its seconds and its processor seconds, children included: the second depends less on what else runs.
`--croissance` loads again, in new states, so many times the rows. The state folder is new and removed afterwards.
The last line is JSON.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

VOIES = ("rue", "avenue", "place", "allée", "boulevard", "chemin", "impasse", "quai")
NOMS = (
    "de la Paix",
    "Victor-Hugo",
    "des Tilleuls",
    "de la République",
    "Jean-Jaurès",
    "du Moulin",
    "des Écoles",
)
GENRES = (
    "Centre social", "Association", "Mission locale", "Maison de quartier", "Épicerie solidaire", "Crèche",
    "Point d’accès au droit", "Espace numérique", "Régie de quartier", "Secours", "Foyer", "Atelier",
)  # fmt: skip
QUALITES = (
    "Soleil",
    "Horizon",
    "Passerelle",
    "Tournesol",
    "Entraide",
    "Trait d’union",
    "Coup de pouce",
    "Relais",
)
ACTES = (
    "Accompagnement aux démarches", "Atelier de français", "Aide alimentaire", "Garde d’enfants",
    "Permanence juridique", "Aide à la mobilité", "Soutien à la parentalité", "Initiation au numérique",
)  # fmt: skip
THEMATIQUES = (
    "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    "lecture-ecriture-calcul--maitriser-le-francais",
    "equipement-et-alimentation--alimentation",
    "famille--garde-denfants",
    "numerique--maitriser-les-fondamentaux-du-numerique",
    "mobilite--acceder-a-un-vehicule",
)
PHRASES = (
    "Une équipe vous écoute et vous oriente vers les bons interlocuteurs.",
    "Les séances ont lieu chaque semaine, par petits groupes.",
    "L’inscription se fait sur place ou par téléphone.",
    "L’accueil est gratuit et ouvert à tous les habitants.",
    "Un professionnel vous aide à remplir vos papiers et à suivre vos demandes.",
)
EDITION_1, EDITION_2 = date(2026, 10, 1), date(2026, 11, 1)
ECHANTILLON_ORM = 5_000


@contextmanager
def chrono(temps: dict[str, float], nom: str) -> Iterator[None]:
    """Seconds, and processor seconds of this process and of the children it waited for."""
    debut, avant = time.perf_counter(), sum(os.times()[:4])
    yield
    temps[nom] = round(time.perf_counter() - debut, 2)
    temps[f"{nom}_processeur"] = round(sum(os.times()[:4]) - avant, 2)


def memoire_mo() -> int:
    """Peak of this process alone."""
    pics = (
        ligne.split()[1] for ligne in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in ligne
    )
    return int(next(pics, "0")) // 1024


def structures(
    combien: int, communes: list[tuple[Any, ...]], hasard: random.Random
) -> Iterator[dict[str, Any]]:
    poids = [population or 1 for *_, population in communes]
    tirees = hasard.choices(communes, weights=poids, k=combien)
    for n, (code, nom, longitude, latitude, postal, _) in enumerate(tirees):
        yield {
            "id": f"essai--{n}",
            "source": "essai",
            "nom": f"{hasard.choice(GENRES)} {hasard.choice(QUALITES)} {n % 977}",
            "date_maj": f"2026-0{hasard.randint(1, 9)}-1{hasard.randint(0, 9)}",
            "description": " ".join(hasard.sample(PHRASES, 3)),
            "siret": f"{hasard.randint(10**13, 10**14 - 1)}",
            "lien_source": f"https://exemple.fr/structures/{n}",
            "telephone": f"03 {hasard.randint(10, 99)} {hasard.randint(10, 99)} {n % 90 + 10} {n // 90 % 90 + 10}",
            "courriel": f"accueil-{n}@exemple.fr",
            "site_web": f"https://structure-{n}.exemple.fr",
            "horaires_accueil": "Mo-Fr 09:00-12:00,14:00-17:00; PH off",
            "accessibilite_lieu": None,
            "reseaux_porteurs": [],
            "adresse": f"{hasard.randint(1, 150)} {hasard.choice(VOIES)} {hasard.choice(NOMS)}",
            "complement_adresse": None,
            "code_insee": code,
            "code_postal": postal,
            "commune": nom,
            "latitude": round(latitude + hasard.gauss(0, 0.01), 6),
            "longitude": round(longitude + hasard.gauss(0, 0.01), 6),
        }


def services(combien: int, meres: list[dict[str, Any]], hasard: random.Random) -> Iterator[dict[str, Any]]:
    for n in range(combien):
        mere = meres[hasard.randrange(len(meres))]
        yield {
            "id": f"essai--service-{n}",
            "structure_id": mere["id"],
            "source": "essai",
            "nom": f"{hasard.choice(ACTES)} {n % 773}",
            "date_maj": "2026-09-15",
            "description": " ".join(hasard.sample(PHRASES, 4)),
            "lien_source": f"https://exemple.fr/services/{n}",
            "type": "accompagnement",
            "thematiques": hasard.sample(THEMATIQUES, 2),
            "frais": "gratuit",
            "frais_precisions": None,
            "publics": ["tous-publics"],
            "publics_precisions": None,
            "conditions_acces": None,
            "telephone": mere["telephone"] if n % 3 else None,
            "courriel": None,
            "contact_nom_prenom": None,
            "modes_accueil": ["en-presentiel"],
            "zone_eligibilite": [mere["code_insee"]],
            "lien_mobilisation": None,
            "modes_mobilisation": ["telephoner", "se-presenter"],
            "mobilisable_par": ["usagers", "professionnels"],
            "mobilisation_precisions": None,
            "horaires_accueil": None,
            "volume_horaire_hebdomadaire": None,
            "nombre_semaines": None,
            # One service in ten is given elsewhere than at its structure's address.
            **{c: mere[c] for c in ("commune", "code_postal", "code_insee", "complement_adresse")},
            "adresse": f"{n % 90 + 1} rue d’à côté" if n % 10 == 0 else mere["adresse"],
            "latitude": mere["latitude"],
            "longitude": mere["longitude"],
        }


def fabriquer(dossier: Path, nombre_structures: int, nombre_services: int) -> None:
    """In the child: the file, the same with one percent changed, and the rows of the ORM's sample."""
    import orjson

    communes = [tuple(commune) for commune in orjson.loads((dossier / "communes.json").read_bytes())]
    hasard = random.Random(68)
    meres = list(structures(nombre_structures, communes, hasard))
    filles = list(services(nombre_services, meres, hasard))
    ecrire(dossier / "national.ndjson", meres + filles)
    part = ECHANTILLON_ORM / (len(meres) + len(filles))
    echantillon = meres[: round(len(meres) * part)]
    ids = {mere["id"] for mere in echantillon}
    leurs = [fille for fille in filles if fille["structure_id"] in ids]
    (dossier / "echantillon.json").write_bytes(orjson.dumps([echantillon, leurs]))
    changees = meres[::100] + filles[::100]
    for objet in changees:
        objet["telephone"] = "09 99 99 99 99"
        objet["description"] = "Texte changé depuis. " + objet["description"]
    ecrire(dossier / "change.ndjson", meres + filles)


def ecrire(fichier: Path, objets: list[dict[str, Any]]) -> None:
    import orjson

    with fichier.open("wb") as flux:
        flux.writelines(orjson.dumps(objet) + b"\n" for objet in objets)


def charger(
    fichier: Path, edition: date, temps: dict[str, float], indexer: Callable[[], Any], nom: str
) -> Any:
    from django.utils import timezone

    from maillage.annuaire.import_source import executer, preparer

    with chrono(temps, f"{nom}_lire_et_comparer"):
        prepare = preparer(
            "data-inclusion",
            fichier,
            nom=fichier.name,
            par=None,
            le=timezone.now(),
            edition_le=edition,
            taille_max=4 * 1024**3,
        )
    if prepare.etat != "prepare" or prepare.rapport["refuses"]:
        sys.exit(f"refused: {prepare.rapport['illisible'] or prepare.rapport['refus'][:3]}")
    with chrono(temps, f"{nom}_ecrire"):
        fini = executer(prepare, le=timezone.now(), retraits_confirmes=True)
    with chrono(temps, f"{nom}_indexer"):
        indexer()
    etapes = ("lire_et_comparer", "ecrire", "indexer")
    for mesure in ("", "_processeur"):
        temps[f"{nom}_total{mesure}"] = round(sum(temps[f"{nom}_{etape}{mesure}"] for etape in etapes), 2)
    return fini


def rival_orm(meres: list[dict[str, Any]], filles: list[dict[str, Any]], temps: dict[str, float]) -> None:
    """The load most projects write: objects and bulk_create, without validation, raw row, journal or index."""
    from django.db import transaction
    from django.utils import timezone

    from maillage.annuaire.apports import CHAMPS_SERVICE, CHAMPS_STRUCTURE
    from maillage.annuaire.models import Service, Source, Structure

    source = Source.objects.create(slug="rival", nom="rival")
    communs = {"source_ref": source, "created_at": timezone.now(), "updated_at": timezone.now()}

    def valeurs(objet: dict[str, Any], champs: tuple[str, ...]) -> dict[str, Any]:
        return {c: objet[c] for c in champs if c in objet} | {"id": f"rival-{objet['id']}", "source": "rival"}

    combien = len(meres) + len(filles)
    with chrono(temps, "brut"), transaction.atomic():
        creees = Structure.objects.bulk_create(
            [Structure(**valeurs(mere, CHAMPS_STRUCTURE), **communs) for mere in meres], batch_size=2_000
        )
        par_id = {structure.id.removeprefix("rival-"): structure for structure in creees}
        Service.objects.bulk_create(
            [
                Service(**valeurs(f, CHAMPS_SERVICE), structure_ref=par_id[f["structure_id"]], **communs)
                for f in filles
            ],
            batch_size=2_000,
        )
    temps["orm_bulk_create_echantillon"] = temps.pop("brut")
    temps["orm_bulk_create_echantillon_processeur"] = temps.pop("brut_processeur")
    temps["orm_lignes_echantillon"] = combien
    quelques = meres[:500]
    with chrono(temps, "brut"), transaction.atomic():
        for mere in quelques:
            valeurs_mere = valeurs(mere, CHAMPS_STRUCTURE) | communs
            Structure.objects.update_or_create(id=valeurs_mere.pop("id"), defaults=valeurs_mere)
    temps.pop("brut_processeur")
    temps["orm_update_or_create_par_ligne_ms"] = round(1000 * temps.pop("brut") / len(quelques), 3)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--structures", type=int, default=100_000)
    options.add_argument("--services", type=int, default=200_000)
    options.add_argument("--etat", type=Path, help="state folder to keep; by default a temporary one")
    options.add_argument(
        "--croissance", help="times the rows, as 1,3,10: each in a new state and a new process"
    )
    options.add_argument("--fabriquer", type=Path, help=argparse.SUPPRESS)
    choix = options.parse_args()
    if choix.fabriquer:
        fabriquer(choix.fabriquer, choix.structures, choix.services)
        return
    if choix.croissance:
        grandir([int(fois) for fois in choix.croissance.split(",")], choix.structures, choix.services)
        return
    etat = choix.etat or Path(tempfile.mkdtemp(prefix="maillage-mesure-"))
    os.environ |= {"MAILLAGE_ETAT": str(etat), "DJANGO_SETTINGS_MODULE": "maillage.config.settings"}
    os.environ.pop("MAILLAGE_DATABASE_URL", None)
    try:
        mesurer(choix.structures, choix.services, etat)
    finally:
        if not choix.etat:
            shutil.rmtree(etat, ignore_errors=True)


def moi(nombre_structures: int, nombre_services: int, *suite: str) -> list[str]:
    tailles = ["--structures", str(nombre_structures), "--services", str(nombre_services)]
    return [sys.executable, __file__, *tailles, *suite]


def grandir(fois: list[int], nombre_structures: int, nombre_services: int) -> None:
    """What each size costs, side by side."""
    resultats = {}
    for n in fois:
        commande = moi(n * nombre_structures, n * nombre_services)
        sortie = subprocess.run(commande, capture_output=True, text=True, check=True).stdout
        resultat = resultats[f"{n}x"] = json.loads(sortie.splitlines()[-1])
        secondes = resultat["secondes"]
        print(
            f"{n}x: full {secondes['plein_total']} s, 1 % {secondes['un_pour_cent_total']} s, "
            f"{resultat['memoire_mo']} MB",
            flush=True,
        )
    print(json.dumps({"croissance": resultats}, ensure_ascii=False))


def mesurer(nombre_structures: int, nombre_services: int, etat: Path) -> None:
    import django
    import orjson

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from maillage.annuaire.indexing import appliquer_outbox, controler, reindexer
    from maillage.annuaire.models import Service, Structure
    from maillage.territoire.models import Commune

    call_command("migrate", verbosity=0)
    call_command("charge_territoire", verbosity=0)
    communes = [
        (*valeurs, postal, population)
        for *valeurs, postal, population in Commune.objects.filter(
            type="actuelle", latitude__isnull=False, codes_postaux__isnull=False
        )
        .order_by("code", "codes_postaux__code")
        .values_list("code", "nom", "longitude", "latitude", "codes_postaux__code", "population")
    ]
    (etat / "communes.json").write_bytes(orjson.dumps(communes))
    del communes
    subprocess.run(moi(nombre_structures, nombre_services, "--fabriquer", str(etat)), check=True)
    fichier = etat / "national.ndjson"
    print(
        f"{nombre_structures} structures, {nombre_services} services, {fichier.stat().st_size / 1e6:.0f} Mo"
    )

    temps: dict[str, float] = {}
    le = timezone.now
    premier = charger(fichier, EDITION_1, temps, lambda: reindexer(le=le()), "plein")
    comptes = (Structure.objects.count(), Service.objects.count(), controler().compte)
    print(f"loaded and searchable: {comptes[0]} structures, {comptes[1]} services, {comptes[2]} documents")
    changees = len(range(0, nombre_structures, 100)) + len(range(0, nombre_services, 100))
    change = etat / "change.ndjson"
    second = charger(change, EDITION_2, temps, lambda: appliquer_outbox(le=le()), "un_pour_cent")
    assert premier.rapport["nouveaux"] == nombre_structures + nombre_services
    assert second.rapport["modifies"] == changees, second.rapport
    memoire = memoire_mo()
    rival_orm(*orjson.loads((etat / "echantillon.json").read_bytes()), temps)
    total = nombre_structures + nombre_services
    resultat = {
        "structures": nombre_structures,
        "services": nombre_services,
        "changees": changees,
        "secondes": temps,
        "orm_bulk_create_rapporte_au_total_s": round(
            temps["orm_bulk_create_echantillon"] * total / temps["orm_lignes_echantillon"], 1
        ),
        "orm_update_or_create_rapporte_au_total_s": round(
            temps["orm_update_or_create_par_ligne_ms"] * total / 1000, 1
        ),
        "memoire_mo": {
            "import_et_index": memoire,
            "lecture": premier.rapport["memoire_mo"],
        },
        "base_mo": (etat / "maillage.sqlite3").stat().st_size // 10**6,
        "index_mo": sum(f.stat().st_size for f in (etat / "index").rglob("*") if f.is_file()) // 10**6,
        "cible_s": {"plein": 20, "un_pour_cent": 2},
    }
    for nom, secondes in temps.items():
        print(f"{nom}: {secondes}")
    print(json.dumps(resultat, ensure_ascii=False))


if __name__ == "__main__":
    main()
