"""Say the practical facts of a record in plain French; called by the pages, the cards and the exports. Pure.

An unknown fact gives "": the page that needs it says that it is unknown, never that there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maillage.annuaire.periode import Periode
from maillage.annuaire.presentation import age, mois_ecoules
from maillage.annuaire.vocabulaire import (
    ACCES,
    HANDICAPS,
    LANGUES,
    MOTIFS_FERMETURE,
    PUBLICS,
    RECONNAISSANCES,
    UNITES,
)
from maillage.core.templatetags.maillage import jour, nombre

# Room in a service changes in a few weeks: past this age, the answer must be asked again.
MOIS_SATURATION = 3
INSECABLE = "\u00a0"


def periode_en_clair(periode: Periode, *, le: date) -> str:
    """« Fermé du 3 au 21 août 2026 : congés. », « Fermé depuis le 3 août 2026, sans date de retour : travaux. »."""
    motif = dict(MOTIFS_FERMETURE).get(periode.motif, "") if periode.motif != "autre" else ""
    raison = " ".join(filter(None, (motif and f"{motif}.", _phrase(periode.texte))))
    fin = f" : {raison}" if raison else "."
    if periode.au is None:
        quand = "Fermé depuis le" if periode.du <= le else "Fermera le"
        return f"{quand} {jour(periode.du)}, sans date de retour connue{fin}"
    verbe = "Fermé" if periode.couvre(le) or periode.passee(le) else "Fermera"
    if periode.au == periode.du:
        return f"{verbe} le {jour(periode.du)}{fin}"
    return f"{verbe} du {_debut(periode.du, periode.au)} au {jour(periode.au)}{fin}"


def _debut(du: date, au: date) -> str:
    """The first day, without what the last one repeats: « 3 », « 3 août », « 3 août 2026 »."""
    entier = jour(du).split(INSECABLE)
    garde = 3 if du.year != au.year else 2 if du.month != au.month else 1
    return INSECABLE.join(entier[:garde])


def ages_en_clair(debut: int | None, fin: int | None) -> str:
    """« de 2 mois et demi à 3 ans », « à partir de 16 ans », « à tout âge »."""
    if debut is None:
        return ""
    if fin is None:
        return "à tout âge" if debut == 0 else f"à partir de {age_en_clair(debut)}"
    if debut == fin:
        return f"à {age_en_clair(debut)}"
    if debut == 0:
        return f"de la naissance à {age_en_clair(fin)}"
    meme = debut % 12 == fin % 12 == 0
    return f"de {debut // 12 if meme else age_en_clair(debut)} à {age_en_clair(fin)}"


def age_en_clair(mois: int) -> str:
    annees, reste = divmod(mois, 12)
    if (mois < 24 and reste) or mois == 0:
        return f"{mois}{INSECABLE}mois"
    ans = f"{annees}{INSECABLE}an{'s' if annees > 1 else ''}"
    if not reste:
        return ans
    return f"{ans} et demi" if reste == 6 else f"{ans} et {reste}{INSECABLE}mois"


def accueille(debut: int | None, fin: int | None, *, mois: int) -> bool | None:
    """Whether somebody of so many months is welcome; a last age in whole years holds until the next birthday."""
    if debut is None:
        return None
    jusque = None if fin is None else fin + 11 if fin % 12 == 0 and fin else fin
    return debut <= mois and (jusque is None or mois <= jusque)


def prix_en_clair(
    *,
    frais: str | None,
    tarif: str | None,
    bas: int | None,
    haut: int | None,
    unite: str | None,
    precisions: str | None,
    vrai_le: date | None,
) -> str:
    """« Gratuit. », « 12,50 € la séance (prix au 1er septembre 2026). », « Selon vos revenus, de 1 à 3 €. »."""
    montant = _montant(bas, haut)
    par = dict(UNITES).get(unite or "", "")
    le = f" (prix au {jour(vrai_le)})" if vrai_le and montant else ""
    suite = " ".join(filter(None, (montant, par if montant else ""))) + le
    if tarif == "revenus":
        dit = f"Selon vos revenus, {suite}." if suite else "Selon vos revenus."
    elif suite:
        dit = f"{suite[:1].upper()}{suite[1:]}."
    else:
        dit = FRAIS_DITS.get(frais or "", "")
        if frais == "payant" and not precisions:
            dit = "Payant, prix à demander."
    return " ".join(filter(None, (dit, _phrase(precisions or ""))))


FRAIS_DITS = {"gratuit": "Gratuit.", "payant": "Payant.", "pass-numerique": "Pass numérique accepté."}


def _montant(bas: int | None, haut: int | None) -> str:
    if bas is None:
        return ""
    if haut is None or haut == bas:
        return _euros(bas)
    return f"de {_euros(bas)} à {_euros(haut)}"


def _euros(centimes: int) -> str:
    entiers, reste = divmod(centimes, 100)
    return f"{nombre(entiers, 0)}{f',{reste:02}' if reste else ''}{INSECABLE}€"


def langues_en_clair(langues: Sequence[tuple[str, str]] | None) -> str:
    """« Français, turc (le mardi), alsacien. »"""
    if langues is None:
        return ""
    if not langues:
        return "Français seulement."
    dites = [f"{LANGUES.get(code, code)}{f' ({note})' if note else ''}" for code, note in langues]
    texte = ", ".join(dites)
    return f"{texte[:1].upper()}{texte[1:]}."


@dataclass(frozen=True, slots=True)
class AccesDit:
    """What is known for one kind of disability; `mot` is « inconnu » when nobody said."""

    handicap: str
    mot: str
    note: str
    icone: str


def acces_en_clair(acces: dict[str, tuple[str, str]]) -> tuple[AccesDit, ...]:
    """One line for every kind of disability: an unknown one is said as unknown."""
    icones = {"oui": "check", "partiel": "alert", "non": "cross"}
    lignes = []
    for handicap, nom in HANDICAPS.items():
        etat, note = acces.get(handicap, ("", ""))
        lignes.append(AccesDit(nom, ACCES.get(etat, "inconnu"), note, icones.get(etat, "ask")))
    return tuple(lignes)


TOUS = "tous-publics"


def publics_en_clair(publics: Sequence[str] | None, precisions: str | None) -> str:
    dits = [PUBLICS.get(mot, mot.replace("-", " ")) for mot in publics or () if mot != TOUS]
    mots = ", ".join(dits)
    if TOUS in (publics or ()):
        mots = f"{PUBLICS[TOUS]}, en particulier : {mots}" if mots else PUBLICS[TOUS]
    dit = f"{mots[:1].upper()}{mots[1:]}." if mots else ""
    return " ".join(filter(None, (dit, _phrase(precisions or ""))))


def gestion_en_clair(gestion: str | None, gestionnaire: str | None) -> str:
    if gestion == "deleguee":
        return f"Déléguée à {gestionnaire}." if gestionnaire else "Déléguée à un gestionnaire."
    if gestion == "directe":
        return f"Gérée directement par {gestionnaire}." if gestionnaire else "Gérée directement."
    return f"{gestionnaire}." if gestionnaire else ""


@dataclass(frozen=True, slots=True)
class PlaceDite:
    """Whether there is room, how old the answer is, and whether it must be asked again."""

    texte: str
    classe: str
    icone: str
    vieux: bool


SATURATIONS_DITES = {
    "places": ("Il reste des places", "tag ok", "check"),
    "attente": ("Liste d’attente", "tag warn", "clock"),
    "complet": ("Complet", "tag warn", "cross"),
}


def saturation_en_clair(saturation: str | None, dite_le: date | None, *, le: date) -> PlaceDite | None:
    """« Complet, dit il y a 3 semaines »; past its time, the answer is said with its age and as one to ask again."""
    if saturation not in SATURATIONS_DITES or dite_le is None:
        return None
    mot, classe, icone = SATURATIONS_DITES[saturation]
    vieux = mois_ecoules(dite_le, le=le) >= MOIS_SATURATION
    texte = f"{mot} au {jour(dite_le)} ({age(dite_le, le=le)})"
    if vieux:
        return PlaceDite(f"{texte} : à redemander", "badge unknown", "ask", vieux)
    return PlaceDite(texte, classe, icone, vieux)


def places_en_clair(total: int | None, libres: int | None, au: date | None, *, le: date) -> str:
    """« 20 places, dont 3 libres au 4 novembre 2026 (il y a 21 jours). »"""
    date_dite = f" au {jour(au)} ({age(au, le=le)})" if au else ""
    if total is None and libres is None:
        return ""
    if libres is None:
        return f"{_places(total or 0)}{date_dite}."
    if total is None:
        pluriel = "s" if libres > 1 else ""
        return (
            f"{_places(libres)} libre{pluriel}{date_dite}." if libres else f"Aucune place libre{date_dite}."
        )
    libre = "aucune libre" if libres == 0 else f"{nombre(libres, 0)} libre{'s' if libres > 1 else ''}"
    return f"{_places(total)}, dont {libre}{date_dite}."


def _places(combien: int) -> str:
    return f"{nombre(combien, 0)} place{'s' if combien > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Titre:
    """An agreement or a label as it is said; `expire` asks for a mark."""

    texte: str
    expire: bool


def reconnaissance_en_clair(
    genre: str, nom: str, par: str, du: date | None, au: date | None, *, le: date
) -> Titre:
    """« Agrément « centre social », donné par la Caf, du 1er janvier 2024 au 31 décembre 2027. »"""
    quoi = f"{dict(RECONNAISSANCES).get(genre, genre)} « {nom} »"
    qui = f", donné par {par}" if par else ""
    if au is not None and au < le:
        return Titre(f"{quoi}{qui} : a expiré le {jour(au)}.", expire=True)
    if du is not None and du > le:
        return Titre(f"{quoi}{qui} : à partir du {jour(du)}.", expire=False)
    if du and au:
        return Titre(f"{quoi}{qui}, du {jour(du)} au {jour(au)}.", expire=False)
    if au:
        return Titre(f"{quoi}{qui}, jusqu’au {jour(au)}.", expire=False)
    depuis = f", depuis le {jour(du)}" if du else " (dates inconnues)"
    return Titre(f"{quoi}{qui}{depuis}.", expire=False)


def _phrase(texte: str) -> str:
    """A sentence that ends as one."""
    propre = texte.strip()
    return propre if not propre or propre[-1] in ".!?…" else f"{propre}."
