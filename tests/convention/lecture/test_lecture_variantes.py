"""Invented plans in the layouts met in practice: the grammar is of such documents, not of one file.

`plan-invente.txt` is a clean plan; here it is printed as an OCR would give it (wrapped, damaged, blank lines put in and
taken out, pages), so that the exact lines and texts to find are known.
"""

# ruff: noqa: RUF001 - confusable signs are what an OCR gives

import random
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from maillage.convention.lecture import PlanLu, lire_plan

pytestmark = pytest.mark.moteur_indifferent

DONNEES = Path(__file__).parent / "donnees"
ROMAINS = ("", "I", "II", "III", "IV")
Place = tuple[str, tuple[int, int]]


def damage(texte: str, alea: random.Random, force: float) -> str:
    """Damage a text as Tesseract damages French: l' read I', grave accents lost, œ read ce, capitals bare."""
    texte = re.sub(r"\b([ld])’", lambda m: ("I" if m[1] == "l" else "d") + alea.choice("'’'"), texte)
    for perdu in ("'", "|'", "|‘"):
        texte = re.sub(
            r"(?<=\s)I['’](?=[a-zéèêâ]{5})", lambda m, p=perdu: p if alea.random() < 0.04 else m[0], texte
        )
    texte = re.sub("œ", lambda _: alea.choice(["ce", "oe"]), texte)
    mots = []
    for mot in re.split(r"(\s+)", texte):
        abime = mot
        if alea.random() < force:
            abime = re.sub("[èê]", lambda _: alea.choice("ée"), abime)
            abime = abime.translate(str.maketrans("âçôÉÈÊÀ", "acoEEEA"))
        mots.append("a" if mot == "à" else re.sub(r"(?<=['’])É", "E", abime))
    return "".join(mots)


@dataclass
class Impression:
    """Prints the clean plan line by line and remembers where each element stands."""

    alea: random.Random
    force: float
    largeur: float
    en_tete: str | None
    lignes: list[str] = field(default_factory=list)
    attendus: dict[Place, str] = field(default_factory=dict)
    page: int = 0

    def put(
        self, sorte: str, texte: str, largeur: int, *, devant: str = "", vides: int = 1, coupe: float = 0.0
    ) -> None:
        self.lignes += [""] * vides
        imprime = devant + (damage(texte, self.alea, self.force) if self.force else texte)
        morceaux = textwrap.wrap(
            imprime, int(largeur * self.largeur), break_long_words=False, break_on_hyphens=False
        )
        debut = len(self.lignes) + 1
        with_blanks = self.alea.random() < coupe
        for rang, morceau in enumerate(morceaux):
            self.lignes += ["", morceau] if rang and with_blanks else [morceau]
        self.attendus[sorte, (debut, len(self.lignes))] = texte

    def turn_page(self) -> None:
        self.lignes += ["", "", ""]
        self.page += 1
        if self.en_tete:
            self.lignes += [self.en_tete, "", str(self.page), "", ""]


def print_plan(
    *, romain: bool, graine: int, force: float = 0.9, largeur: float = 1.0, en_tete: str | None = None
) -> Impression:
    alea = random.Random(graine)
    sortie = Impression(alea, force, largeur, en_tete)
    if en_tete:
        sortie.lignes += ["Sommaire", "Axe : faire vivre le partenariat ......... 3", "", ""]
    axe = fiche = rang = item = transversale = 0
    serre = False
    for ligne in (DONNEES / "plan-invente.txt").read_text(encoding="utf-8").splitlines():
        sorte, texte = ligne[0], ligne[2:]
        if sorte == "A":
            axe, fiche = axe + 1, 0
            sortie.turn_page()
            sortie.put(
                "axe", texte, 78, devant=f"AXE {ROMAINS[axe]} – " if romain else f"Axe {axe} : ", coupe=0.5
            )
        elif sorte == "O":
            if alea.random() < 0.3 and sortie.lignes[-1]:
                sortie.turn_page()
            sortie.put("orientation", texte, 62)
        elif sorte in "FT":
            fiche, rang, item, serre = fiche + 1, rang + 1, 0, alea.random() < 0.5
            transversale += sorte == "T"
            label = alea.choice([f"FA {axe}.{fiche} : ", f"FA.{axe}.{fiche} ", f"FA {axe}.{fiche}: "])
            label = f"Fiche action n° {rang} – " if romain else label
            sortie.put(
                "fiche",
                texte,
                84,
                devant=f"FA transversale {transversale} : " if sorte == "T" else label,
                coupe=0.2,
            )
        elif sorte == "-":
            item += 1
            sortie.put(
                "item",
                texte,
                96,
                devant="- " if romain else "",
                vides=int(not serre or item == 1),
                coupe=0.07,
            )
        else:
            sortie.put("sous", texte, 86, devant="o " if romain else "» ", vides=int(alea.random() > 0.7))
    return sortie


def list_lus(plan: PlanLu) -> dict[Place, str | None]:
    lus: dict[Place, str | None] = {("axe", axe.lignes or (0, 0)): axe.titre for axe in plan.axes}
    lus |= {("orientation", o.lignes or (0, 0)): o.titre for axe in plan.axes for o in axe.orientations}
    for fiche in plan.fiches:
        lus["fiche", fiche.lignes] = fiche.titre
        for objectif in fiche.objectifs:
            lus["item", objectif.lignes] = objectif.texte
            lus |= {("sous", sous.lignes): sous.texte for sous in objectif.sous_objectifs}
    return lus


def normalise(texte: str | None) -> str:
    return " ".join((texte or "").replace("’", "'").replace("\u00a0", " ").replace("...", "…").split())


@pytest.mark.parametrize("graine", range(4))
@pytest.mark.parametrize("en_tete", [None, "Convention territoriale globale de la vallée de la Lauze"])
@pytest.mark.parametrize("romain", [False, True], ids=["FA 1.1", "Fiche action n° 1"])
def test_a_damaged_plan_is_read_with_its_exact_lines_and_texts(
    *, romain: bool, en_tete: str | None, graine: int
) -> None:
    imprime = print_plan(romain=romain, graine=graine, en_tete=en_tete)

    plan = lire_plan("\n".join(imprime.lignes), nom_fichier="plan.txt")

    attendus = {place: normalise(texte) for place, texte in imprime.attendus.items()}
    assert {place: normalise(texte) for place, texte in list_lus(plan).items()} == attendus
    motifs = {e.motif for e in plan.ecartees}
    assert motifs == (
        {"en-tête ou pied de page répété", "numéro de page", "table des matières"} if en_tete else set()
    )


@pytest.mark.parametrize(("force", "largeur"), [(1.0, 0.8), (0.4, 1.3), (0.0, 1.0)])
def test_width_and_strength_of_the_damage_change_nothing(force: float, largeur: float) -> None:
    imprime = print_plan(romain=False, graine=11, force=force, largeur=largeur)

    plan = lire_plan("\n".join(imprime.lignes), nom_fichier="plan.txt")

    attendus = {place: normalise(texte) for place, texte in imprime.attendus.items()}
    assert {place: normalise(texte) for place, texte in list_lus(plan).items()} == attendus
    assert bool(plan.reparations) == bool(force)


NOMINAL = """\
AXE II – L'ENFANCE ET
LA JEUNESSE

Fiche action n° 3 : Des vacances pour tous

Mise en place d'un fonds d'aide au départ pour les familles dont le quotient est inférieur au
seuil
Création d'un séjour itinérant
Organisation de chantiers de jeunes avec les communes de Brumelune, de Valdor et de la
Combe

FICHE ACTION N°4
Une mobilité choisie

Objectifs :
• Ouvrir une navette ;
• prêter des vélos
    o aux apprentis
    o aux lycéens
Pilote : Service mobilités
Partenaires : Région, association
  Roue libre
Moyens humains
0,5 ETP
Modalités d'évaluation : bilan annuel
"""


def test_nominal_items_bullets_indentation_and_labelled_fields_are_read() -> None:
    plan = lire_plan(NOMINAL, nom_fichier="plan.txt")

    axe, (vacances, mobilite) = plan.axes[0], plan.fiches
    assert (axe.numero, axe.titre, axe.lignes) == (2, "L’ENFANCE ET LA JEUNESSE", (1, 2))
    assert [(o.code, o.lignes) for o in vacances.objectifs] == [
        ("3-1", (6, 7)),
        ("3-2", (8, 8)),
        ("3-3", (9, 10)),
    ]
    assert (mobilite.code, mobilite.titre, mobilite.lignes) == ("4", "Une mobilité choisie", (12, 13))
    assert [(o.texte, o.lignes, len(o.sous_objectifs)) for o in mobilite.objectifs] == [
        ("Ouvrir une navette\u00a0;", (16, 16), 0),
        ("prêter des vélos", (17, 17), 2),
    ]
    assert [(c.nom, [v.texte for v in c.valeurs], c.lignes) for c in mobilite.champs[1:]] == [
        ("pilote", ["Service mobilités"], (20, 20)),
        ("partenaires", ["Région, association Roue libre"], (21, 22)),
        ("moyens_humains", ["0,5 ETP"], (23, 24)),
        ("modalites_evaluation", ["bilan annuel"], (25, 25)),
    ]


@pytest.mark.parametrize(
    ("ligne", "code", "titre"),
    [
        ("FA l.1 : Créer un lieu", "1.1", "Créer un lieu"),
        ("FA1.2: Créer un lieu", "1.2", "Créer un lieu"),
        ("F.A. 2.3 - Créer un lieu", "2.3", "Créer un lieu"),
        ("Fiche-action 1.1.a : Créer un lieu", "1.1.a", "Créer un lieu"),
        ("Action 3 – Créer un lieu", "3", "Créer un lieu"),
        ("FA 2.2 : Garder : de nouveaux modes", "2.2", "Garder\u00a0: de nouveaux modes"),
        ("FA Transversale n°2 - Animer", "T2", "Animer"),
        ("FICHE ACTION N° 7 OUVRIR UN LAEP ITINÉRANT", "7", "Ouvrir un LAEP itinérant"),
    ],
)
def test_a_label_of_a_fiche_is_read_in_each_of_its_spellings(ligne: str, code: str, titre: str) -> None:
    plan = lire_plan(f"Axe1 : Vivre ensemble\n\n{ligne}\n\nRéunir les habitants\n", nom_fichier="plan.txt")

    assert [(f.code, f.titre, f.transversale) for f in plan.fiches] == [(code, titre, code.startswith("T"))]


@pytest.mark.parametrize(
    "phrase",
    ["Axe 1 et axe 2 partagent un but", "Actions 2024", "Action sociale", "L’axe 2 suit", "Fiche 2024"],
)
def test_a_sentence_that_only_mentions_an_axe_or_a_fiche_is_no_heading(phrase: str) -> None:
    plan = lire_plan(
        f"{phrase}\n\nAxe 3 : Vivre\n\nFA 3.1 : Créer\n\nOuvrir un lieu\n", nom_fichier="plan.txt"
    )

    assert ([axe.numero for axe in plan.axes], [f.code for f in plan.fiches]) == ([3], ["3.1"])
    assert [d.lignes for d in plan.doutes if d.sujet == "texte non rattaché"] == [(1, 1)]


def test_a_code_out_of_its_axe_or_given_twice_is_a_doubt() -> None:
    texte = "Axe 1 : A\n\nFA 1.1 : Créer\n\nOuvrir\n\nFA 1.1 : Lire\n\nOuvrir\n\nFA 2.4 : Dire\n\nOuvrir\n"

    plan = lire_plan(texte, nom_fichier="plan.txt")

    assert [(d.lignes, d.message) for d in plan.doutes if d.sujet == "code"] == [
        ((7, 7), "Le code 1.1 est donné à deux fiches."),
        ((11, 11), "La fiche 2.4 est placée sous l’axe 1."),
    ]


def test_an_open_bracket_does_not_swallow_the_next_item() -> None:
    texte = "Axe 1 : A\nFA 1.1 : B\n\nFinancer (bourses, prêts (sans intérêt)\n\nOuvrir un lieu\n"

    plan = lire_plan(texte, nom_fichier="plan.txt")

    assert [o.lignes for o in plan.fiches[0].objectifs] == [(4, 4), (6, 6)]


def test_a_closing_quote_at_the_head_of_a_line_is_no_bullet() -> None:
    texte = "Axe 1 : A\nFA 1.1 : B\n\nAccueillir les « invisibles\n» du territoire\n» Aller chez eux\n"

    plan = lire_plan(texte, nom_fichier="plan.txt")

    objectif = plan.fiches[0].objectifs[0]
    assert (objectif.texte, objectif.lignes) == (
        "Accueillir les «\u00a0invisibles\u00a0» du territoire",
        (4, 5),
    )
    assert [s.lignes for s in objectif.sous_objectifs] == [(6, 6)]
