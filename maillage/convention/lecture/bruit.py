"""Find the lines without content: page numbers, running headers, contents, stray signs. Called by `lire.py`."""

import re
from collections import defaultdict

from maillage.convention.lecture.champs import find_etiquette
from maillage.convention.lecture.grammaire import starts_with_action
from maillage.convention.lecture.lexique import fold
from maillage.convention.lecture.marques import find_marque
from maillage.convention.lecture.plan import LigneEcartee

NUMERO_DE_PAGE = "numéro de page"
EN_TETE = "en-tête ou pied de page répété"
SOMMAIRE = "table des matières"
SIGNES = "signes sans texte"

_PAGE = re.compile(
    r"^\W*(?:(?:page|p\.)\s*\d{1,3}(?:\s*(?:/|sur)\s*\d{1,3})?|\d{1,3}\s*(?:/|sur)\s*\d{1,3}|[-–—(\[|]*\s*\d{1,3}\s*[-–—)\]|]*)\W*$",
    re.IGNORECASE,
)
_FINIT_EN_PAGE = re.compile(r"[–—|-]\s*(?:page|p\.)\s*\d{1,3}(?:\s*(?:/|sur)\s*\d{1,3})?\s*$", re.IGNORECASE)
_TITRE_SOMMAIRE = re.compile(r"^\W*(?:sommaire|table des matieres|tables des matieres)\W*$")
_POINTS_DE_CONDUITE = re.compile(r"(?:\.{4,}|(?:\. ){4,}|…{2,}|_{4,})\s*\d{1,3}\s*$")
_FINIT_EN_NUMERO = re.compile(r"[^\d\s/.,-]\s+\d{1,3}\s*$")


def find_bruit(lignes: tuple[str, ...]) -> tuple[LigneEcartee, ...]:
    """Return the lines to drop, each with the reason, in the order of the source."""
    motifs: dict[int, str] = {}
    _mark_sommaire(lignes, motifs)
    for numero, ligne in enumerate(lignes, 1):
        nue = ligne.strip()
        if not nue or numero in motifs:
            continue
        if len(nue) < 200 and (_FINIT_EN_PAGE.search(nue) or (_PAGE.match(nue) and _opens(lignes, numero))):
            motifs[numero] = NUMERO_DE_PAGE
        elif not any(c.isalnum() for c in nue) or _is_bavure(lignes, numero, nue):
            motifs[numero] = SIGNES
    _mark_en_tetes(lignes, motifs)
    return tuple(
        LigneEcartee(numero, lignes[numero - 1].strip(), motifs[numero]) for numero in sorted(motifs)
    )


def _mark_sommaire(lignes: tuple[str, ...], motifs: dict[int, str]) -> None:
    dedans, sans_numero = False, 0
    for numero, ligne in enumerate(lignes, 1):
        nue = ligne.strip()
        if not nue:
            continue
        if len(nue) < 40 and _TITRE_SOMMAIRE.match(fold(nue)):
            motifs[numero] = SOMMAIRE
            dedans, sans_numero = True, 0
        elif (len(nue) < 300 and _POINTS_DE_CONDUITE.search(nue)) or (
            dedans and len(nue) < 200 and _FINIT_EN_NUMERO.search(nue)
        ):
            motifs[numero] = SOMMAIRE
            sans_numero = 0
        elif dedans:
            # An entry may wrap; two lines without a page number are the text itself.
            suivante = next((s for s in lignes[numero : numero + 2] if s.strip()), "")
            dedans = sans_numero == 0 and bool(
                _FINIT_EN_NUMERO.search(suivante[:300]) or _POINTS_DE_CONDUITE.search(suivante[:300])
            )
            sans_numero += 1
            if dedans:
                motifs[numero] = SOMMAIRE


def _is_isolee(lignes: tuple[str, ...], numero: int) -> bool:
    avant = lignes[numero - 2].strip() if numero > 1 else ""
    apres = lignes[numero].strip() if numero < len(lignes) else ""
    return not avant or not apres


def _opens(lignes: tuple[str, ...], numero: int) -> bool:
    return numero == 1 or not lignes[numero - 2].strip()


def _is_bavure(lignes: tuple[str, ...], numero: int, nue: str) -> bool:
    """One or two letters alone between blank lines: what an OCR makes of a line or of a picture."""
    return (
        len(nue) <= 2
        and nue.isalpha()
        and nue.lower() not in {"à", "a", "et", "ou", "de", "en"}
        and _is_isolee(lignes, numero)
    )


def _mark_en_tetes(lignes: tuple[str, ...], motifs: dict[int, str]) -> None:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for numero, ligne in enumerate(lignes, 1):
        nue = ligne.strip()
        if (
            numero not in motifs
            and 4 <= len(nue) <= 120
            and _is_isolee(lignes, numero)
            and not nue.endswith(("…", ","))
        ):
            places[_make_cle(nue)].append(numero)
    for cle, numeros in places.items():
        if len(numeros) < 2 or len(cle) < 4:
            continue
        bords = sum(_is_at_edge(lignes, numero, motifs) for numero in numeros)
        if bords * 2 >= len(numeros) and (bords >= 2) and not _is_structure(lignes[numeros[0] - 1]):
            motifs.update(dict.fromkeys(numeros, EN_TETE))


def _make_cle(nue: str) -> str:
    return re.sub(r"[\W\d_]+", " ", fold(nue)).strip()


def _is_at_edge(lignes: tuple[str, ...], numero: int, motifs: dict[int, str]) -> bool:
    """Tell whether a page begins or ends here: the file's ends, a form feed, two blank lines, a page number nearby."""
    for pas in (-1, 1):
        vides, voisin = 0, numero + pas
        while 1 <= voisin <= len(lignes) and not lignes[voisin - 1].strip():
            vides += 1
            voisin += pas
        if not 1 <= voisin <= len(lignes) or vides >= 2 or motifs.get(voisin) == NUMERO_DE_PAGE:
            return True
    return "\f" in lignes[numero - 1]


def _is_structure(ligne: str) -> bool:
    nue = ligne.strip()
    return bool(find_marque(nue) or find_etiquette(nue)) or starts_with_action(nue)
