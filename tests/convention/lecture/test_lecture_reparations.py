"""OCR repairs one by one: what is repaired, what is left alone, what is told as a doubt."""

# ruff: noqa: RUF001 - confusable signs are what an OCR gives

from pathlib import Path

import pytest

from maillage.convention.lecture.lignes import read_lignes
from maillage.convention.lecture.reparations import apply_reparations, find_reparations
from maillage.convention.lecture.typographie import assemble, set_typographie

pytestmark = pytest.mark.moteur_indifferent

DONNEES = Path(__file__).parent / "donnees"
# Three sentences whose OCR lost accents: what stands beside them is read as damaged too.
ABIME = "Les critéres d'enquéte sont connus auprés des éléves\nI'acces a I'école\nI'aide a domicile\n"


def repair(texte: str) -> list[str]:
    bruts = read_lignes(texte)
    return list(apply_reparations(bruts, find_reparations(bruts)[0]))


def repair_damaged(phrase: str) -> str:
    return repair(ABIME + phrase)[-1]


@pytest.mark.parametrize(
    ("lu", "vrai"),
    [
        ("l'offre d’accueil et I'animation", "l'offre d’accueil et l’animation"),
        ("structurer |'offre et |‘ouverture", "structurer l’offre et l’ouverture"),
        ('adapter a I"évolution du travail', "adapter à l’évolution du travail"),
        ("la détection et 'accompagnement", "la détection et l’accompagnement"),
        ("les critéres et les modéles", "les critères et les modèles"),
        ("des enquétes aupres des habitants", "des enquêtes auprès des habitants"),
        ("favoriser I’acceés aux droits", "favoriser l’accès aux droits"),
        ("Etablir réguliéerement un bilan", "Établir régulièrement un bilan"),
        ("la mise en ceuvre et la main-d'ceuvre", "la mise en œuvre et la main-d'œuvre"),
        ("le cceur du projet, la soeur", "le cœur du projet, la sœur"),
        ("apprendre la langue francaise", "apprendre la langue française"),
        ("Créerun lieu pour desfamilles", "Créer un lieu pour des familles"),
        ("l'aide dapprentissage et laccueil", "l'aide d’apprentissage et l’accueil"),
        ("(hotamment pour les jeunes)", "(notamment pour les jeunes)"),
        ("prévenir le cyberharcelement", "prévenir le cyberharcèlement"),
        ("ldentifier les besoins, Ies publics", "Identifier les besoins, les publics"),
        ("dés le plus jeune age, prés de la gare", "dès le plus jeune âge, près de la gare"),
        ("agir des la petite enfance", "agir dès la petite enfance"),
        ("inciter les foyers a allers dans les musées", "inciter les foyers à aller dans les musées"),
        ("une équipe formÃ©e Ã  lâ€™accueil", "une équipe formée à l’accueil"),
        ("A destination des familles", "À destination des familles"),
        ("la 3éme année", "la 3ème année"),
        ("LUTTER CONTRE LA PRECARITE DES FAMILLES", "LUTTER CONTRE LA PRÉCARITÉ DES FAMILLES"),
        ("le quartier de la Duchére", "le quartier de la Duchère"),
    ],
)
def test_a_damaged_phrase_is_repaired(lu: str, vrai: str) -> None:
    assert repair_damaged(lu) == vrai


@pytest.mark.parametrize(
    ("lu", "vrai"),
    [
        ("un projet qui a pour objectif de coordonner", "un projet qui a pour objectif de coordonner"),
        ("La commune a un relais", "La commune a un relais"),
        ("le nombre a baissé et il a fallu fermer", "le nombre a baissé et il a fallu fermer"),
        ("le service n'a pas de local et y a renoncé", "le service n'a pas de local et y a renoncé"),
        ("chacun a besoin de répit, ce qui a lieu ici", "chacun a besoin de répit, ce qui a lieu ici"),
        ("grace a un état des lieux", "grâce à un état des lieux"),
        ("liées a des actions, accés a tous", "liées à des actions, accès à tous"),
        ("de 11 a 17 ans, de mars a juin", "de 11 à 17 ans, de mars à juin"),
        (
            "aider les parents a accéder a certaines prestations",
            "aider les parents à accéder à certaines prestations",
        ),
        ("une crèche a vocation d'insertion", "une crèche à vocation d'insertion"),
    ],
)
def test_a_lone_a_is_the_verb_or_the_preposition_by_its_neighbours(lu: str, vrai: str) -> None:
    assert repair_damaged(lu) == vrai


def test_a_preposition_at_the_end_of_a_line_is_seen_with_the_next_line() -> None:
    assert repair(ABIME + "inciter les plus modestes a\naller au théâtre")[3:] == [
        "inciter les plus modestes à",
        "aller au théâtre",
    ]


@pytest.mark.parametrize(
    "juste",
    [
        "Les EHPADs, les EAJE, le LAEP et le CCAS de m2A, Grand AFSCO, Soliguide.",
        "Vaulx-en-Velin, Pfastatt, Kingersheim, Wittenheim et Illzach.",
        "Une pair-aidance extrascolaire, multipartenariale et sociodémographique.",
        "La qualité d’offre, les aides alimentaire, tour de tables, concertations intercommunaux.",
        "Écrire à contact@exemple.fr ou sur www.exemple.fr/evenements/ecoles/.",
        "Un email, un podcast et un tuto : « aller-vers », ‘projet’, 'action'.",
        "La cote et la côte, la tache et la tâche, le mur et le mûr.",
    ],
)
def test_names_acronyms_and_slips_of_the_authors_are_kept(juste: str) -> None:
    assert repair(juste) == [juste]


CLAIR = """\
La communauté de communes a confié à un cabinet l’analyse des besoins sociaux, dont les résultats ont été présentés
aux élus en septembre. Il y a peu de places d’accueil à l’est du territoire : la plus proche est à vingt kilomètres.
Où les familles vont-elles ? Certaines renoncent, d’autres s’organisent grâce à l’entraide ; la plupart l’ont dit.

Dès 2024, un référent a été nommé dans chaque commune. Celui-ci a pour mission d’orienter les parents, d’animer le
réseau et de préparer les réunions du comité technique. Le budget a augmenté de 3 %, ce qui a permis d’embaucher.

Le relais petite enfance accompagne les assistants maternels : formations, temps collectifs, prêt de matériel,
analyse de la pratique. La ludothèque itinérante, l’accueil de loisirs et l’espace de vie sociale complètent l’offre.
À terme, on vise une couverture de 60 places pour 100 enfants de moins de trois ans, au lieu de 48 aujourd’hui.

Les jeunes souhaitent des lieux où se retrouver après le collège, des transports le soir et un appui pour le permis.
Le Département, la Caf, la MSA et l’Éducation nationale cofinancent ces projets dans le cadre d’un appel commun.
L’évaluation portera sur l’atteinte des objectifs, l’adéquation des moyens, la pérennité des effets et la coopération.
"""


def test_a_clean_french_text_receives_no_repair_and_no_doubt() -> None:
    assert find_reparations(read_lignes(CLAIR)) == ((), ())


@pytest.mark.parametrize(
    "nom", ["layout-01-enjeux-puces.txt", "layout-02-fiche-champs.txt", "layout-03-tableau.txt"]
)
def test_a_clean_plan_receives_no_repair_and_no_doubt(nom: str) -> None:
    assert find_reparations(read_lignes((DONNEES / nom).read_text(encoding="utf-8"))) == ((), ())


def test_a_missing_accent_in_a_text_that_kept_its_own_is_a_doubt() -> None:
    reparations, doutes = find_reparations(
        read_lignes("La maitrise de l’énergie à l’école, où l’on élève des poules.")
    )

    assert reparations == ()
    assert [d.message for d in doutes] == ["« maitrise » pourrait se lire « maîtrise » : laissé tel quel."]


def test_a_word_cut_at_the_end_of_a_line_is_made_whole_and_a_compound_keeps_its_hyphen() -> None:
    assert (
        assemble(repair("les actions d’accompa-\ngnement des familles"))
        == "les actions d’accompagnement des familles"
    )
    assert assemble(repair("le principe de la pair-\naidance")) == "le principe de la pair-aidance"


@pytest.mark.parametrize(
    ("lu", "pose"),
    [
        ("l'offre d'accueil", "l’offre d’accueil"),
        ("handicap.... et santé...", "handicap… et santé…"),
        ("Objectif : créer ; ouvrir ?", "Objectif\u00a0: créer\u00a0; ouvrir\u00a0?"),
        ("« l'aller-vers »", "«\u00a0l’aller-vers\u00a0»"),
        ("à 12:30, http://exemple.fr", "à 12:30, http://exemple.fr"),
        ("  deux   espaces ", "deux espaces"),
        ("un dit 'projet' et un 'autre'", "un dit 'projet’ et un 'autre’"),
        ("l’ accueil et d 'autres", "l’accueil et d’autres"),
    ],
)
def test_typography_is_french_and_changes_no_word(lu: str, pose: str) -> None:
    assert set_typographie(lu) == pose
