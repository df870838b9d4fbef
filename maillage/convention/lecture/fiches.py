"""Read one fiche from its heading and its blocks: objectifs, sub-objectifs, labelled fields. For `arbre.py`."""

import re

from maillage.convention.lecture.blocs import Bloc
from maillage.convention.lecture.champs import EQUIVALENTS
from maillage.convention.lecture.grammaire import is_capitales
from maillage.convention.lecture.lexique import is_connu
from maillage.convention.lecture.marques import Genre, Marque
from maillage.convention.lecture.plan import Champ, Fiche, Objectif, Passage
from maillage.convention.lecture.tableau import Rangee

_OBJECTIFS = ("objectifs", "actions")
_PUCES_EQUIVALENTES = {
    "–": "-",
    "—": "-",
    "·": "•",
    "●": "•",
    "▪": "•",
    "■": "•",
    "➢": "→",
    "➤": "→",
    "°": "o",
    "©": "•",
    "¢": "•",
    "e": "•",
}
_SIGLE = re.compile(r"\b(?:[A-Z]{2,}[A-Za-z]?|[a-z]\d[A-Z]|[A-Z][a-z]+[A-Z]\w*)\b")
_NOM_PROPRE = re.compile(
    r"(?<![.!?:] )(?<!^)\b[A-ZÀ-Ý][a-zà-ÿ]{2,}(?:\s(?:d[eu]s?\s(?:la\s)?)?(?:[A-ZÀ-Ý][a-zà-ÿ]+|\d{2,3}\b))*"
)


def make_fiche(
    titre: Bloc, marque: Marque | None, corps: list[Bloc], rang: int, demandes: tuple[str, ...]
) -> Fiche:
    """Return the fiche; `rang` names its objectifs when the document gives it no code."""
    if titre.rangee:
        return _make_fiche_de_rangee(titre, titre.rangee)
    entrees, champs = _split_champs(corps)
    code = _get_code(marque, rang)
    source = next(
        (blocs for nom in _OBJECTIFS for etiquette, blocs in champs if _name(etiquette) == nom and blocs),
        None,
    )
    objectifs = _make_objectifs(source if source is not None else entrees, code or f"F{rang}")
    lus = [_make_champ(etiquette, blocs) for etiquette, blocs in champs]
    if source is not None and entrees:
        lus.insert(0, _make_description(entrees))
    fiche = Fiche(
        code=code,
        libelle=(titre.libelle or None) if marque else None,
        titre=_lower_capitales(titre.render()),
        lignes=titre.etendue,
        transversale=bool(marque and marque.transversale),
        objectifs=objectifs,
        champs=tuple(lus),
        champs_absents=_find_absents(demandes, objectifs, lus),
    )
    return _with_mentions(fiche)


def _make_fiche_de_rangee(titre: Bloc, rangee: Rangee) -> Fiche:
    champs = tuple(
        Champ(
            nom,
            libelle,
            titre.etendue,
            tuple(Passage(valeur, titre.etendue) for valeur in valeurs),
            en_liste=len(valeurs) > 1,
        )
        for nom, libelle, valeurs in rangee.cellules
    )
    return _with_mentions(Fiche(rangee.code, None, rangee.titre, titre.etendue, champs=champs))


def _get_code(marque: Marque | None, rang: int) -> str | None:
    if marque is None or marque.genre is not Genre.FICHE:
        return None
    return f"T{rang}" if marque.code == "T" else marque.code


def _name(etiquette: Bloc) -> str:
    return etiquette.etiquette.nom if etiquette.etiquette else ""


def _split_champs(corps: list[Bloc]) -> tuple[list[Bloc], list[tuple[Bloc, list[Bloc]]]]:
    """Return what stands before any field, then each field with the blocks that it holds."""
    entrees: list[Bloc] = []
    champs: list[tuple[Bloc, list[Bloc]]] = []
    for bloc in corps:
        if bloc.genre is Genre.CHAMP:
            champs.append((bloc, [bloc] if bloc.corps else []))
        elif champs:
            champs[-1][1].append(bloc)
        else:
            entrees.append(bloc)
    return entrees, champs


def _make_champ(etiquette: Bloc, blocs: list[Bloc]) -> Champ:
    dernier = blocs[-1] if blocs else etiquette
    return Champ(
        nom=_name(etiquette),
        libelle=etiquette.etiquette.libelle if etiquette.etiquette else "",
        lignes=(etiquette.numero, dernier.etendue[1]),
        valeurs=tuple(bloc.as_passage() for bloc in blocs),
        en_liste=any(bloc.genre is Genre.PUCE for bloc in blocs),
    )


def _make_description(entrees: list[Bloc]) -> Champ:
    valeurs = tuple(bloc.as_passage() for bloc in entrees)
    return Champ("description", "", (entrees[0].numero, entrees[-1].etendue[1]), valeurs)


def _make_objectifs(blocs: list[Bloc], code: str) -> tuple[Objectif, ...]:
    """The first block sets the level: bullets under a sentence are its sub-objectifs, bullets alone are objectifs."""
    groupes: list[tuple[Bloc, list[Bloc]]] = []
    for bloc in blocs:
        if groupes and bloc.genre is Genre.PUCE and not _is_same_level(blocs[0], bloc):
            groupes[-1][1].append(bloc)
        else:
            groupes.append((bloc, []))
    return tuple(_make_objectif(bloc, sous, f"{code}-{rang}") for rang, (bloc, sous) in enumerate(groupes, 1))


def _is_same_level(premier: Bloc, bloc: Bloc) -> bool:
    if premier.genre is not Genre.PUCE or not premier.marque or not bloc.marque:
        return False
    return (
        _get_puce(premier.marque) == _get_puce(bloc.marque)
        and bloc.lignes[0].retrait <= premier.lignes[0].retrait + 1
    )


def _get_puce(marque: Marque) -> str:
    return "1)" if marque.libelle.endswith(")") else _PUCES_EQUIVALENTES.get(marque.libelle, marque.libelle)


def _make_objectif(bloc: Bloc, sous: list[Bloc], code: str) -> Objectif:
    lu = bloc.as_passage()
    enfants = tuple(_make_objectif(enfant, [], f"{code}.{rang}") for rang, enfant in enumerate(sous, 1))
    return Objectif(code, lu.texte, lu.lignes, lu.marque, enfants)


def _find_absents(
    demandes: tuple[str, ...], objectifs: tuple[Objectif, ...], champs: list[Champ]
) -> tuple[str, ...]:
    presents = {champ.nom for champ in champs if champ.valeurs} | ({"objectifs"} if objectifs else set())
    return tuple(nom for nom in demandes if not presents & EQUIVALENTS.get(nom, {nom}))


def _lower_capitales(titre: str) -> str:
    """A title printed in capitals is shown as a sentence; what French does not know (acronyms) keeps its capitals."""
    if not is_capitales(titre) or " " not in titre:
        return titre
    mots = re.sub(
        r"[^\W\d_]+", lambda m: m.group().lower() if is_connu(m.group().lower()) else m.group(), titre
    )
    return mots[:1].upper() + mots[1:]


def _with_mentions(fiche: Fiche) -> Fiche:
    """Names and acronyms that the fiche mentions, in reading order: what a reader may want explained."""
    passages: list[Passage | Objectif] = [
        *fiche.objectifs,
        *(s for o in fiche.objectifs for s in o.sous_objectifs),
    ]
    trouvees: dict[str, None] = {}
    for texte in (fiche.titre, *(p.texte for p in sorted(passages, key=lambda p: p.lignes))):
        lues = [
            (m.start(), m.group()) for motif in (_SIGLE, _NOM_PROPRE) for m in motif.finditer(texte[:5000])
        ]
        for _, mention in sorted(lues):
            trouvees[mention[:-1] if mention[:-1].isupper() and mention.endswith("s") else mention] = None
    return Fiche(
        fiche.code, fiche.libelle, fiche.titre, fiche.lignes, fiche.transversale, fiche.objectifs, fiche.champs,
        fiche.champs_absents, tuple(trouvees),
    )  # fmt: skip
