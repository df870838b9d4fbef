"""Whatever bytes a reader is given, it gives rows or one refusal in French: never another exception (MAILLAGE_FUZZ)."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.annuaire.lecteurs import apercu, nationaux, tables
from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible
from maillage.annuaire.lecteurs.correspondance import correspondance_de
from maillage.annuaire.lecteurs.data_inclusion import lire as lire_objet
from maillage.annuaire.lecteurs.decrit import LecteurDecrit
from maillage.annuaire.lecteurs.description import sources
from maillage.annuaire.lecteurs.lieux import CommuneConnue, Referentiel
from maillage.annuaire.lecteurs.ligne import Ligne
from tests.hostile.classeurs import feuille, ods, xlsx

pytestmark = pytest.mark.moteur_indifferent
EXEMPLES = int(os.environ.get("MAILLAGE_FUZZ", "100"))
REFERENTIEL = Referentiel([CommuneConnue("68224", "Mulhouse", "68224", "68", ("68100", "68200"))])
COMPLET = correspondance_de(
    {
        "service": True,
        "colonnes": {
            champ: [champ]
            for champ in (
                *(
                    "identifiant",
                    "nom",
                    "adresse_entiere",
                    "code_postal",
                    "commune",
                    "code_insee",
                    "latitude",
                ),
                *("longitude", "telephone", "courriel", "site_web", "siret", "h_lundi", "horaires_accueil"),
                *("itinerant", "date_maj", "ouvert_le", "famille", "frais", "thematiques", "sur_rendez_vous"),
            )
        },
        "mots": {"frais": {"Gratuit": "gratuit"}},
    },
    cle=("identifiant",),
)
COLONNES = list(COMPLET.colonnes)
reglages = settings(max_examples=EXEMPLES, deadline=None, suppress_health_check=list(HealthCheck))
ETRANGES = (
    *(
        "68224",
        "2A004",
        "1e308",
        "NaN",
        "-0",
        "\u0663",
        "47,7",
        "48.1",
        "31/02/2024",
        "2024-02-31",
        "\u200b",
        "oui",
    ),
    *("=1+1", "1 rue A, 68100 Mulhouse", "\x1b[31m", "\U0001f600", "é", "e\u0301", "a@b.fr;c@d.fr", "0" * 14),
)
cases = st.one_of(st.text(max_size=60), st.sampled_from(ETRANGES))
rangees = st.lists(st.lists(cases, min_size=len(COLONNES), max_size=len(COLONNES)), min_size=1, max_size=4)
feuilles_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), cases),
    lambda dedans: (
        st.lists(dedans, max_size=3) | st.dictionaries(st.sampled_from(COLONNES), dedans, max_size=6)
    ),
    max_leaves=20,
)


def en_fichier(octets: bytes) -> Path:
    with tempfile.NamedTemporaryFile(prefix="maillage-fuzz-", delete=False) as fichier:
        fichier.write(octets)
    return Path(fichier.name)


def lire_table(octets: bytes) -> None:
    """As the child does, with a described table that uses every kind of field."""
    fichier = en_fichier(octets)
    try:
        lecteur = LecteurDecrit(COMPLET)
        table = tables.ouvrir_decrite(fichier, lecteur)
        for brute in tables.lignes(fichier, table, sel=b"essai"):
            ligne = Ligne(brute.numero, brute.valeurs, REFERENTIEL)
            lecteur.lire(ligne)
            assert_dites([*ligne.anomalies, *brute.fautes])
        assert_dites(table.tableau.refus)
    except FichierIllisible as refus:
        assert_dites([refus.anomalie])
    finally:
        fichier.unlink()


def assert_dites(anomalies: list[Anomalie]) -> None:
    for anomalie in anomalies:
        json.dumps(anomalie.message).encode()
        assert anomalie.message
        assert anomalie.remede or not anomalie.refus


def en_csv(lignes: list[list[str]]) -> bytes:
    return "\n".join(";".join(case.replace(";", ",") for case in ligne) for ligne in lignes).encode(
        "utf-8", "replace"
    )


def sans_interdits(lignes: list[list[str]]) -> list[list[str]]:
    """What no XML can hold is left out: the bytes themselves are tried apart."""
    return [["".join(c for c in case if c.isprintable()) for case in ligne] for ligne in lignes]


@given(st.binary(max_size=2_000))
@reglages
def test_fuzz_any_bytes(octets: bytes) -> None:
    lire_table(octets)


@given(rangees)
@reglages
def test_fuzz_csv(lignes: list[list[str]]) -> None:
    lire_table(en_csv([COLONNES, *lignes]))


@given(st.sampled_from([xlsx, ods]), rangees)
@reglages
def test_fuzz_cells_of_workbooks(ecrire: Any, lignes: list[list[str]]) -> None:
    lire_table(ecrire([COLONNES, *sans_interdits(lignes)]))


@given(st.sampled_from([xlsx(), ods(), xlsx(xml=feuille([COLONNES]))]), st.data())
@reglages
def test_fuzz_broken_workbooks(octets: bytes, donnees: Any) -> None:
    casse = bytearray(octets)
    for _ in range(donnees.draw(st.integers(1, 6))):
        casse[donnees.draw(st.integers(0, len(casse) - 1))] = donnees.draw(st.integers(0, 255))
    lire_table(bytes(casse[: donnees.draw(st.integers(1, len(casse)))]))


@given(st.text(alphabet='<>/&;"= crv1A2sheetDataow', max_size=300))
@reglages
def test_fuzz_xml_of_a_sheet(xml: str) -> None:
    lire_table(xlsx(xml=f"<worksheet><sheetData>{xml}</sheetData></worksheet>"))


@given(st.lists(feuilles_json, max_size=4), st.sampled_from(["liste", "lignes", "objet", "geojson"]))
@reglages
def test_fuzz_json(valeurs: list[Any], forme: str) -> None:
    lire_table(en_json(valeurs, forme))


def en_json(valeurs: list[Any], forme: str) -> bytes:
    if forme == "lignes":
        return "\n".join(json.dumps(valeur) for valeur in valeurs).encode()
    if forme == "geojson":
        traits = [{"type": "Feature", "properties": v, "geometry": v} for v in valeurs]
        return json.dumps({"type": "FeatureCollection", "features": traits}).encode()
    return json.dumps(valeurs if forme == "liste" else {"a": {"b": valeurs}, "c": valeurs}).encode()


@given(st.text(alphabet='{}[]:,"\\ntrue1e-. ', max_size=200))
@reglages
def test_fuzz_broken_json(texte: str) -> None:
    lire_table(texte.encode())
    lire_nationaux(texte.encode())


@given(st.lists(feuilles_json, max_size=3), st.sampled_from(["liste", "lignes", "objet", "geojson"]))
@reglages
def test_fuzz_national_objects(valeurs: list[Any], forme: str) -> None:
    lire_nationaux(en_json(valeurs, forme))


@given(rangees)
@reglages
def test_fuzz_national_tables(lignes: list[list[str]]) -> None:
    entete = [
        "id",
        "source",
        "nom",
        "date_maj",
        "structure_id",
        "thematiques",
        "latitude",
        "extra",
        "itinerant",
    ]
    lire_nationaux(en_csv([entete, *(ligne[: len(entete)] for ligne in lignes)]))


def lire_nationaux(octets: bytes) -> None:
    fichier = en_fichier(octets)
    try:
        for objet in nationaux.objets(fichier, nationaux.Lecture()):
            _, _, anomalies = lire_objet(objet.numero, objet.octets, REFERENTIEL)
            assert_dites(anomalies)
    except FichierIllisible as refus:
        assert_dites([refus.anomalie])
    finally:
        fichier.unlink()


@given(st.binary(max_size=600) | rangees.map(en_csv))
@reglages
def test_fuzz_guess(octets: bytes) -> None:
    fichier = en_fichier(octets)
    try:
        json.dumps(apercu.lire(fichier, None, REFERENTIEL)).encode()
    except FichierIllisible as refus:
        assert_dites([refus.anomalie])
    finally:
        fichier.unlink()


@given(st.sampled_from(sorted(slug for slug, source in sources().items() if source.tableau)), st.data())
@reglages
def test_fuzz_every_described_source(slug: str, donnees: Any) -> None:
    correspondance = sources()[slug].tableau
    assert correspondance is not None
    noms = list(dict.fromkeys(noms[0] for noms in correspondance.toutes.values()))
    ligne = Ligne(2, {nom: donnees.draw(cases) for nom in noms}, REFERENTIEL)
    lecteur = LecteurDecrit(correspondance)
    lecteur.liee.lier(noms)

    lecteur.lire(ligne)

    assert_dites(ligne.anomalies)
