"""Score the reader of plans on a folder: each document beside its `.expected.json`; ends with one line of JSON.

Two kinds of answer are known: `maillage-plan-expected/1` (every element with its source lines) and the lite one
(texts only). An element counts when its lines are exactly those expected (lite: its folded text); its text is then
compared at three levels. What the reader gives and nobody expects counts as noise.

    python benchmarks/lecture_plan.py FOLDER
"""

import json
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(RACINE))

from maillage.convention.lecture import DocumentIllisible, lire_plan, vers_json  # noqa: E402

Json = dict[str, Any]
NIVEAUX = ("strict", "normalised", "folded")
SORTES = ("axes", "orientations", "fiches", "items", "sub_items", "fields", "front")


@dataclass(frozen=True)
class Element:
    sorte: str
    ou: tuple[Any, ...]  # the element's lines, or its folded text when the answer has no lines
    texte: str | None


@dataclass
class Score:
    document: str
    trouves: Counter[str] = field(default_factory=Counter)
    attendus: Counter[str] = field(default_factory=Counter)
    textes: Counter[str] = field(default_factory=Counter)
    compares: int = 0
    bruit: Counter[str] = field(default_factory=Counter)
    secondes: float = 0.0
    refus: str | None = None
    manques: list[str] = field(default_factory=list)


def normalise(texte: str, niveau: str) -> str:
    texte = unicodedata.normalize("NFC", texte)
    if niveau == "strict":
        return texte
    texte = texte.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    texte = re.sub(r"\s+", " ", re.sub(r"\.{3,}", "…", texte)).strip()
    if niveau == "normalised":
        return texte
    texte = texte.replace("œ", "oe").replace("Œ", "OE")
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c)).lower()


def list_elements(plan: Json, *, avec_lignes: bool) -> list[Element]:
    elements = list(_list_axes(plan, avec_lignes=avec_lignes))
    return elements + list(_list_front(plan)) if avec_lignes else elements


def _list_axes(plan: Json, *, avec_lignes: bool) -> Iterator[Element]:
    for axe in plan["axes"]:
        yield _make("axes", axe, axe.get("title"), avec_lignes=avec_lignes)
        for orientation in axe["orientations"]:
            if orientation.get("title"):
                yield _make("orientations", orientation, orientation["title"], avec_lignes=avec_lignes)
            for fiche in orientation["fiches"]:
                yield from _list_fiche(fiche, avec_lignes=avec_lignes)
    for fiche in plan.get("transversal_fiches", []):
        yield from _list_fiche(fiche, avec_lignes=avec_lignes)


def _list_fiche(fiche: Json, *, avec_lignes: bool) -> Iterator[Element]:
    code = fiche.get("code")
    yield _make("fiches", fiche, fiche["title"], avec_lignes=avec_lignes, de=code)
    for item in fiche["items"]:
        lu = {"text": item} if isinstance(item, str) else item
        yield _make("items", lu, lu["text"], avec_lignes=avec_lignes, de=code)
        for sous in lu.get("sub_items", []):
            yield _make("sub_items", sous, sous["text"], avec_lignes=avec_lignes, de=code)
    if not avec_lignes:
        for nom, valeur in (fiche.get("fields") or {}).items():
            for texte in valeur if isinstance(valeur, list) else [valeur]:
                yield _make("fields", {}, texte or "", avec_lignes=False, de=(fiche["title"], nom))


def _list_front(plan: Json) -> Iterator[Element]:
    """Presentation, calendar, carrying out: their texts and lines."""
    presentation = plan.get("presentation") or {}
    for nom in ("intro", "diagnosis_lead", "fiche_lead"):
        if presentation.get(nom):
            yield _make("front", presentation[nom], presentation[nom]["text"], avec_lignes=True, de=nom)
    for nom in ("diagnosis_items", "fiche_fields"):
        for passage in presentation.get(nom, []):
            yield _make("front", passage, passage["text"], avec_lignes=True, de=nom)
    for phase in (plan.get("calendar") or {}).get("phases", []):
        texte = " | ".join(
            str(phase.get(k)) for k in ("key", "title", "means", "period_text", "start", "end")
        )
        yield _make("front", phase, texte, avec_lignes=True, de="phase")
    mise = plan.get("implementation") or {}
    if mise.get("text"):
        yield _make("front", mise["text"], mise["text"]["text"], avec_lignes=True, de="implementation")


def _make(sorte: str, element: Json, texte: str | None, *, avec_lignes: bool, de: Any = None) -> Element:
    ou = (
        tuple(element["lines"])
        if avec_lignes and element.get("lines")
        else (normalise(texte or "", "folded"),)
    )
    return Element(sorte, (de, *ou), texte)


def score(document: Path, attendu: Json) -> Score:
    note = Score(document.name)
    debut = time.perf_counter()
    try:
        lu = vers_json(lire_plan(document.read_bytes().decode("utf-8"), nom_fichier=document.name))
    except DocumentIllisible as refus:
        note.refus = str(refus)
    note.secondes = time.perf_counter() - debut
    avec_lignes = attendu["format"] == "maillage-plan-expected/1"
    attendus = list_elements(attendu, avec_lignes=avec_lignes)
    note.attendus = Counter(e.sorte for e in attendus)
    if note.refus is None:
        _compare(note, attendus, list_elements(lu, avec_lignes=avec_lignes))
    return note


def _compare(note: Score, attendus: list[Element], lus: list[Element]) -> None:
    libres: dict[tuple[str, tuple[Any, ...]], list[Element]] = {}
    for element in lus:
        libres.setdefault((element.sorte, element.ou), []).append(element)
    for element in attendus:
        note.compares += 1
        pareils = libres.get((element.sorte, element.ou))
        if not pareils:
            note.manques.append(f"{element.sorte} {element.ou} introuvable : {(element.texte or '')[:90]}")
            continue
        trouve = pareils.pop()
        note.trouves[element.sorte] += 1
        for niveau in NIVEAUX:
            note.textes[niveau] += normalise(element.texte or "", niveau) == normalise(
                trouve.texte or "", niveau
            )
        if normalise(element.texte or "", "normalised") != normalise(trouve.texte or "", "normalised"):
            note.manques.append(
                f"texte {element.ou}\n    attendu {element.texte!r}\n    lu      {trouve.texte!r}"
            )
    note.bruit = Counter(sorte for (sorte, _), restes in libres.items() for _ in restes)


def measure_a_froid(document: Path) -> float:
    """Time of a new process: start, imports, dictionary, reading, JSON."""
    programme = (
        "import sys, json; from pathlib import Path; from maillage.convention.lecture import lire_plan, vers_json; "
        "p = Path(sys.argv[1]); json.dumps(vers_json(lire_plan(p.read_text(encoding='utf-8'), nom_fichier=p.name)))"
    )
    debut = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", programme, str(document)], check=False, capture_output=True, cwd=RACINE
    )
    return time.perf_counter() - debut


def print_score(note: Score, a_froid: float) -> Json:
    print(f"\n{note.document}")
    if note.refus:
        print(f"  non pris en charge : {note.refus}")
        return {"document": note.document, "refused": True}
    for sorte in SORTES:
        if note.attendus[sorte] or note.bruit[sorte]:
            print(
                f"  {sorte:<13}{note.trouves[sorte]:>4} / {note.attendus[sorte]:<4} bruit {note.bruit[sorte]}"
            )
    parts = {niveau: round(100 * note.textes[niveau] / max(1, note.compares), 2) for niveau in NIVEAUX}
    print("  textes égaux  " + "  ".join(f"{niveau} {part} %" for niveau, part in parts.items()))
    print(f"  {note.secondes:.2f} s ici, {a_froid:.2f} s à froid")
    for manque in note.manques[:12]:
        print(f"    {manque}")
    return {
        "document": note.document,
        "found": {
            sorte: [note.trouves[sorte], note.attendus[sorte]] for sorte in SORTES if note.attendus[sorte]
        },
        "noise": sum(note.bruit.values()),
        "texts_percent": parts,
        "seconds": round(note.secondes, 3),
        "cold_seconds": round(a_froid, 3),
    }


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("usage : python benchmarks/lecture_plan.py DOSSIER", file=sys.stderr)
        return 2
    figures = []
    for reponse in sorted(Path(sys.argv[1]).glob("*.expected.json")):
        attendu = json.loads(reponse.read_text(encoding="utf-8"))
        source = attendu["source"]["file"] if isinstance(attendu["source"], dict) else attendu["source"]
        document = reponse.with_name(source)
        figures.append(print_score(score(document, attendu), measure_a_froid(document)))
    print()
    print(json.dumps({"benchmark": "lecture_plan", "documents": figures}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
