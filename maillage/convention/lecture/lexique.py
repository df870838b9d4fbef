"""What the reading knows of French: which words exist, how frequent they are, which ones are infinitives.

Used by the repairs and by the grammar of items. Frequencies come from pyspellchecker's French dictionary, read straight
from its compressed file (its own loader is ten times slower); words of the trade from `donnees/`.
"""

import gzip
import json
from collections import defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def words(texte: str) -> frozenset[str]:
    """Return the words of a list written as a sentence."""
    return frozenset(texte.split())


FREQUENCE_METIER = 400  # a word of the trade counts as a common word

_SANS_ACCENT = str.maketrans(
    {
        **dict(zip("àâäáãåçéèêëíìîïñóòôöõúùûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy", strict=True)),
        "œ": "oe",
        "æ": "ae",
        "’": "'",
    }
)
PREFIXES = sorted(
    words(
        "agro anti auto bi cyber co dé dés éco entre extra infra inter intra macro micro mono "
        "multi néo para péri pluri poly post pré pro psycho re ré sous socio sur télé tri ultra"
    )
)


@cache
def load_frequences() -> dict[str, int]:
    """Return word -> frequency; every word is in lower case."""
    frequences = dict(_read_dictionnaire())
    for mot in _read_liste("vocabulaire.txt") | _read_liste("verbes.txt"):
        frequences[mot.lower()] = max(FREQUENCE_METIER, frequences.get(mot.lower(), 0))
    return frequences


def _read_dictionnaire() -> dict[str, int]:
    paquet = find_spec("spellchecker")
    if paquet is None or not paquet.submodule_search_locations:
        raise RuntimeError("Le lexique français manque : installez Maillage avec son extra « plan ».")
    fichier = Path(paquet.submodule_search_locations[0]) / "resources" / "fr.json.gz"
    dictionnaire: dict[str, int] = json.loads(gzip.decompress(fichier.read_bytes()))
    return dictionnaire


@cache
def _read_liste(nom: str) -> frozenset[str]:
    texte = (Path(__file__).parent / "donnees" / nom).read_text(encoding="utf-8")
    return frozenset(
        mot for ligne in texte.splitlines() if not ligne.startswith("#") for mot in ligne.split()
    )


def fold(mot: str) -> str:
    """Return the word in lower case without accents."""
    return mot.lower().translate(_SANS_ACCENT)


@cache
def _index_sans_accent() -> dict[str, list[str]]:
    index: defaultdict[str, list[str]] = defaultdict(list)
    for mot in load_frequences():
        index[mot.translate(_SANS_ACCENT)].append(mot)
    return dict(index)


def get_homographes(plie: str) -> list[str]:
    """Return the words of the language that read `plie` once their accents are dropped."""
    return _index_sans_accent().get(plie, [])


def get_frequence(mot: str) -> int:
    return load_frequences().get(mot, 0)


@cache
def is_connu(mot: str) -> bool:
    """Tell whether this word (lower case) exists, as it is, hyphenated, or behind a common prefix."""
    if mot in load_frequences() or len(mot) < 2:
        return True
    if "-" in mot:
        return all(is_connu(part) for part in mot.split("-") if part)
    return any(
        mot.startswith(prefixe) and len(mot) - len(prefixe) >= 4 and mot[len(prefixe) :] in load_frequences()
        for prefixe in PREFIXES
    )


# Third group: a closed list, since "centre", "cadre", "titre", "offre" end like verbs.
_TROISIEME_GROUPE = words(
    "mettre prendre rendre vendre tendre fendre pendre répondre fondre correspondre perdre mordre tordre "
    "rompre suivre poursuivre vivre dire lire élire écrire décrire inscrire prescrire souscrire transcrire "
    "conduire produire réduire construire instruire introduire traduire séduire détruire déduire induire faire "
    "satisfaire plaire taire extraire distraire soustraire croire boire naître connaître paraître apparaître "
    "accroître croître battre combattre débattre vaincre convaincre joindre rejoindre atteindre peindre "
    "craindre contraindre plaindre restreindre éteindre étendre entendre attendre prétendre défendre dépendre "
    "descendre comprendre apprendre entreprendre surprendre résoudre conclure inclure exclure être nuire "
    "suffire rire sourire interdire permettre promettre transmettre admettre soumettre commettre omettre "
    "émettre voir savoir pouvoir devoir vouloir recevoir concevoir percevoir apercevoir prévoir pourvoir avoir "
    "valoir promouvoir émouvoir prévaloir décevoir entrevoir connaitre accroitre paraitre reconnaître "
    "reconnaitre"
)
_FAMILLES_EN_IR = ("tenir", "venir", "quérir", "mourir")
_NOMS_EN_ER_IR = words(
    "plaisir avenir loisir loisirs souvenir désir soupir saphir déjeuner dîner goûter souper panier pair fer "
    "mer hiver cancer enfer ver cher fier léger entier premier dernier particulier régulier singulier"
)
_TERMINAISONS_ER = ("ait", "ant", "ez", "era", "é", "ons")
_TERMINAISONS_IR = ("issant", "issait", "issent", "it", "ait", "ant", "ent")
# Verbs of administrations that no dictionary has yet: "prioriser", "conventionner", "visibiliser".
_VERBES_NOUVEAUX = ("iser", "ifier", "onner", "oyer", "uer", "iliser", "iller", "ailler")


@cache
def is_infinitif(mot: str) -> bool:
    """Tell whether this word (lower case) is the infinitive of a verb, by the forms that the language has of it."""
    dernier = mot.rsplit("-", 1)[-1]
    if dernier in _NOMS_EN_ER_IR or len(dernier) < 3:
        return False
    if dernier in _TROISIEME_GROUPE or mot in _read_liste("verbes.txt") or dernier.endswith(_FAMILLES_EN_IR):
        return True
    if dernier.endswith("er"):
        return _has_formes(dernier[:-2], _TERMINAISONS_ER) or _is_verbe_derive(dernier)
    if dernier.endswith("ir") and not dernier.endswith("oir"):
        return _has_formes(dernier[:-2], _TERMINAISONS_IR) or _is_verbe_derive(dernier)
    return _is_verbe_derive(dernier)


def _has_formes(radical: str, terminaisons: tuple[str, ...]) -> bool:
    if len(radical) < 2:
        return False
    frequences = load_frequences()
    radicaux = {radical, radical.removesuffix("g") + "ge" if radical.endswith("g") else radical}
    if radical.endswith("c"):
        radicaux.add(radical[:-1] + "ç")
    return sum(any(r + t in frequences for r in radicaux) for t in terminaisons) >= 3


def _is_verbe_derive(mot: str) -> bool:
    for prefixe in ("ré", "re", "r", "co", "dé", "sur", "pré", "auto", "inter"):
        reste = mot.removeprefix(prefixe)
        if reste != mot and len(reste) >= 5 and is_infinitif(reste):
            return True
    return mot not in load_frequences() and len(mot) >= 7 and mot.endswith(_VERBES_NOUVEAUX)
