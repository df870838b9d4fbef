"""Find what the OCR damaged, line by line, and apply what was not refused; called by `lire.py`, pure.

Each repair is a span of one source line with what replaces it, why, and an `id` that depends on nothing else:
refusing one repair moves no other. Nothing is reworded: what is not a known confusion of an OCR is kept, or told as
a doubt.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from maillage.convention.lecture.contexte import Etat, Mot, is_en_tete, is_isole, repair_grammaire
from maillage.convention.lecture.lexique import get_frequence, is_connu
from maillage.convention.lecture.mots import propose_capitales, propose_mot
from maillage.convention.lecture.plan import Doute, Reparation
from maillage.convention.lecture.signes import ELISION, Trouvaille, find_signes

CESURE = "\u00ad"  # stands for the hyphen of a word cut at the end of a line; see typographie.assemble
_MOT = re.compile(r"[^\W\d_]+")
_ADRESSE = re.compile(r"\w@\w|https?:|www\.|/\w+/|\w\.(?:fr|com|org|eu|net)\b")
LONGUEUR_REPARABLE = 5_000  # no page has such lines: they are read as they are


def find_reparations(bruts: tuple[str, ...]) -> tuple[tuple[Reparation, ...], tuple[Doute, ...]]:
    """Return the repairs of the whole document, in reading order, and the doubts: what may be damaged but is kept."""
    bruts = tuple(brut if len(brut) <= LONGUEUR_REPARABLE else "" for brut in bruts)
    mots = [
        Mot(n, m.start(), m.end(), m.group()) for n, brut in enumerate(bruts, 1) for m in _MOT.finditer(brut)
    ]
    etat = _judge(bruts, mots)
    trouvailles = {numero: find_signes(brut) for numero, brut in enumerate(bruts, 1) if brut.strip()}
    doutes = _add_mots(bruts, mots, etat, trouvailles)
    _add_cesures(bruts, trouvailles)
    reparations = [
        _make_reparation(numero, bruts[numero - 1], trouvaille)
        for numero in sorted(trouvailles)
        for trouvaille in sorted(trouvailles[numero], key=lambda t: t.debut)
    ]
    return tuple(reparations), tuple(doutes)


def apply_reparations(bruts: tuple[str, ...], reparations: Iterable[Reparation]) -> tuple[str, ...]:
    """Return the lines with these repairs made."""
    lignes = list(bruts)
    for reparation in sorted(reparations, key=lambda r: (r.ligne, -r.debut)):
        ligne = lignes[reparation.ligne - 1]
        lignes[reparation.ligne - 1] = (
            ligne[: reparation.debut] + reparation.remplacement + ligne[reparation.fin :]
        )
    return tuple(lignes)


def mark_refusees(reparations: tuple[Reparation, ...], refusees: frozenset[str]) -> tuple[Reparation, ...]:
    return tuple(replace(r, appliquee=False) if r.id in refusees else r for r in reparations)


def _judge(bruts: tuple[str, ...], mots: list[Mot]) -> Etat:
    seuls = sum(1 for m in mots if m.texte == "a" and is_isole(bruts[m.ligne - 1], m))
    graves = sum(1 for m in mots if m.texte == "à")
    signes = sum(1 for brut in bruts for m in ELISION.finditer(brut) if m.group(1) in "I|1")
    for texte in {m.texte for m in mots if len(m.texte) > 3 and m.texte.islower()}:
        proposition = propose_mot(texte, en_tete=False, abime=False)
        signes += bool(proposition and proposition.sure and proposition.regle.startswith(("accent", "œ lu")))
    abime = signes >= 3
    return Etat(a_perdus=graves * 5 <= seuls and (seuls >= 5 or (abime and seuls >= 1)), abime=abime)


def _add_mots(
    bruts: tuple[str, ...], mots: list[Mot], etat: Etat, trouvailles: dict[int, list[Trouvaille]]
) -> list[Doute]:
    doutes: list[Doute] = []
    adresses = {n: _find_adresses(brut) for n, brut in enumerate(bruts, 1)}
    capitales = {n: _is_titre_capitales(brut) for n, brut in enumerate(bruts, 1)}
    for place, mot in enumerate(mots):
        deja = trouvailles[mot.ligne]
        pris = [(t.debut, t.fin) for t in deja] + adresses[mot.ligne]
        if any(debut < mot.fin and mot.debut < fin for debut, fin in pris):
            continue
        brut = bruts[mot.ligne - 1]
        trouvaille = repair_grammaire(mots, place, brut, etat)
        if trouvaille is None:
            trouvaille, doute = _repair_mot(mot, brut, etat, en_capitales=capitales[mot.ligne])
            doutes += [doute] if doute else []
        if trouvaille:
            deja.append(trouvaille)
    return doutes


def _find_adresses(brut: str) -> list[tuple[int, int]]:
    """Web and e-mail addresses are never words to repair."""
    if not _ADRESSE.search(brut):
        return []
    return [m.span() for m in re.finditer(r"\S+", brut) if _ADRESSE.search(m.group())]


def _repair_mot(
    mot: Mot, brut: str, etat: Etat, *, en_capitales: bool
) -> tuple[Trouvaille | None, Doute | None]:
    if en_capitales and mot.texte.isupper():
        proposition = propose_capitales(mot.texte)
    else:
        proposition = propose_mot(mot.texte, en_tete=is_en_tete(brut, mot.debut), abime=etat.abime)
    if proposition is None or proposition.mot == mot.texte:
        return None, None
    avant, apres = brut[mot.debut - 1 : mot.debut], brut[mot.fin : mot.fin + 1]
    if (
        avant == "-" or apres in {"-", "."} or (avant and avant in "’'")
    ) and not proposition.regle.startswith(("accent", "œ", "ligature", "lettre")):
        return None, None
    if (
        avant.isdigit()
        or apres.isdigit()
        or (avant == "-" and mot.texte[0].isupper() and not is_en_tete(brut, mot.debut - 1))
    ):
        return None, None
    if not proposition.sure:
        message = f"« {mot.texte} » pourrait se lire « {proposition.mot} » : laissé tel quel."
        return None, Doute((mot.ligne, mot.ligne), "orthographe", message)
    return Trouvaille(mot.debut, mot.fin, proposition.mot, proposition.regle), None


def _is_titre_capitales(brut: str) -> bool:
    longs = [m for m in _MOT.findall(brut) if len(m) >= 3]
    return len(longs) >= 3 and all(m.isupper() for m in longs)


def _add_cesures(bruts: tuple[str, ...], trouvailles: dict[int, list[Trouvaille]]) -> None:
    pleines = [n for n, brut in enumerate(bruts, 1) if brut.strip()]
    for numero, suivante in pairwise(pleines):
        fin = re.search(r"([^\W\d_]{2,})-\s*$", bruts[numero - 1])
        debut = re.match(r"\s*([^\W\d_]{2,})", bruts[suivante - 1])
        if not fin or not debut or not debut.group(1).islower():
            continue
        colle = (fin.group(1) + debut.group(1)).lower()
        if get_frequence(colle) or (is_connu(colle) and not is_connu(fin.group(1).lower())):
            trouvailles[numero].append(Trouvaille(fin.end(1), fin.end(1) + 1, CESURE, "césure"))


def _make_reparation(numero: int, brut: str, trouvaille: Trouvaille) -> Reparation:
    debut, fin = trouvaille.debut, trouvaille.fin
    while debut and not brut[debut - 1].isspace() and trouvaille.debut - debut < 40:
        debut -= 1
    while fin < len(brut) and not brut[fin].isspace() and fin - trouvaille.fin < 40:
        fin += 1
    apres = (
        brut[debut : trouvaille.debut]
        + trouvaille.remplacement.replace(CESURE, "")
        + brut[trouvaille.fin : fin]
    )
    lu = brut[trouvaille.debut : trouvaille.fin]
    cle = f"{numero}|{trouvaille.debut}|{lu}|{trouvaille.remplacement}|{trouvaille.regle}"
    return Reparation(
        id=hashlib.sha256(cle.encode()).hexdigest()[:12],
        ligne=numero,
        debut=trouvaille.debut,
        fin=trouvaille.fin,
        avant=brut[debut:fin],
        apres=apres,
        regle=trouvaille.regle,
        contexte=brut[max(0, trouvaille.debut - 40) : trouvaille.fin + 40].strip(),
        remplacement=trouvaille.remplacement,
        place=debut,
    )
