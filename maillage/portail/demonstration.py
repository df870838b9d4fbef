"""Load the sample territory, Mulhouse Alsace Agglomération: public data, the convention's own text, sample accounts.

Called by `maillage demo` when the database is empty. No number here is invented: no target, no state,
no meeting; the invented services are marked everywhere and enter no count.
The accounts are examples, marked as such, with passwords that are printed: never run it on a public machine.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from maillage.annuaire import import_source
from maillage.annuaire.exemples.chargement import charger_exemples
from maillage.comptes.models import Attribution, Personne, Role
from maillage.convention import import_plan
from maillage.convention.mesures import calcul
from maillage.convention.models import Convention
from maillage.instances.models import Instance
from maillage.territoire.chargement import charger_france, creer_territoire
from maillage.territoire.chargement_calendrier import charger_calendrier
from maillage.territoire.models import Territoire

SIREN_M2A = "200066009"
EXEMPLES_ANNUAIRE = Path(import_source.__file__).parent / "donnees"
TEXTE_PLAN = Path(import_plan.__file__).parent / "exemples" / "plan-m2a.ocr.txt"
SOURCES = (
    ("france-services", "france-services-2024-08.csv"),
    ("mairies", "annuaire-mairies-67-68-90.csv"),
)
MOT_DE_PASSE = "exemple-maillage-2026"
COMPTES = (
    ("Awa", "Diallo", "coordination@exemple.fr", Role.COORDINATEUR),
    ("Bruno", "Keller", "pilote@exemple.fr", Role.PILOTE),
    ("Chloé", "Martin", "lecture@exemple.fr", Role.LECTEUR),
    ("Dilan", "Yilmaz", "repertoire@exemple.fr", Role.CONTRIBUTEUR),
    ("Elsa", "Weber", "administration@exemple.fr", Role.ADMINISTRATEUR),
)


def charger(*, le: datetime, dire: Callable[[str], None], exemples: bool = True) -> Territoire:
    """Load everything, in order, each step idempotent: stopped half-way, the next start finishes it."""
    dire("Communes, codes postaux et intercommunalités de France…")
    charger_france(le=le)
    territoire = creer_territoire(
        "m2a", siren=SIREN_M2A, nom="Mulhouse Alsace Agglomération", sigle="m2A", le=le
    )
    charger_calendrier(le=le)
    for source, fichier in SOURCES:
        dire(f"Répertoire : {fichier}…")
        importer(source, EXEMPLES_ANNUAIRE / fichier, le=le)
    dire("Plan d’action : le texte de la convention, tel quel…")
    convention = importer_le_plan(territoire, le=le)
    calcul.actualiser(convention, maintenant=le)
    Instance.objects.du(territoire).get_or_create(
        nom="Comité de pilotage", defaults={"territoire": territoire, "type": "copil"}
    )
    if exemples:
        dire("Services d’exemple, inventés et marqués partout…")
        charger_exemples(territoire, le=le)
    creer_comptes(territoire, depuis=le.date())
    return territoire


def importer(source: str, fichier: Path, *, le: datetime) -> None:
    prepare = import_source.preparer(source, fichier, nom=fichier.name, par=None, le=le)
    if prepare.etat == "prepare":
        import_source.executer(prepare, le=le)


def importer_le_plan(territoire: Territoire, *, le: datetime) -> Convention:
    existante = Convention.objects.du(territoire).first()
    if existante:
        return existante
    lecture = import_plan.lire_document(TEXTE_PLAN.read_bytes(), nom=TEXTE_PLAN.name)
    periode = import_plan.periode_du_plan(lecture.plan)
    if periode is None:
        raise RuntimeError(f"{TEXTE_PLAN.name} gives no period")
    debut, fin = periode
    return import_plan.importer_plan(
        lecture,
        territoire=territoire,
        periode=f"{debut.year}-{fin.year}",
        debut=debut,
        fin=fin,
        par=None,
        le=le,
    )


def creer_comptes(territoire: Territoire, *, depuis: date) -> None:
    for prenom, nom, email, role in COMPTES:
        if Personne.objects.filter(email=email).exists():
            continue
        personne = Personne.objects.create_user(email, MOT_DE_PASSE, prenom=prenom, nom=nom, exemple=True)
        Attribution.objects.create(
            personne=personne,
            role=role,
            territoire=None if role == Role.ADMINISTRATEUR else territoire,
            depuis=depuis,
        )
