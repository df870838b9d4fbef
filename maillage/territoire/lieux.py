"""Find the commune a person means; called by the search page and by whatever asks for a place.

Text comes in; a commune, several, or none goes out, with one sentence in French whenever what was understood is not
what was typed. The served territory comes first, but an exact name far away wins over a likeness nearby. The place of
an address is its commune (`precision`): no street is located here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from maillage.territoire.geometrie import distance_km
from maillage.territoire.lectures import LECTURES, Reponse
from maillage.territoire.models import Territoire
from maillage.territoire.repertoire import repertoire
from maillage.territoire.saisie import LONGUEUR_MAX, cle_lieu, lire_saisie
from maillage.territoire.vue import Lieu, Vue, vue_depuis

AUTRES_MAX = 8


@dataclass(frozen=True, slots=True)
class LieuTrouve:
    """`lieu` is the best answer ("plusieurs" too), `autres` the next ones, `corrige` what to tell the person."""

    etat: Literal["trouve", "plusieurs", "inconnu", "vide"]
    lieu: Lieu | None = None
    autres: tuple[Lieu, ...] = ()
    corrige: str = ""
    precision: Literal["commune", ""] = ""


def chercher_lieu(texte: str, *, territoire: Territoire | None) -> LieuTrouve:
    """The commune meant by a name, a postcode, an INSEE code or the line of an address."""
    if not texte.strip():
        return LieuTrouve("vide")
    if len(texte) > LONGUEUR_MAX:
        return LieuTrouve("inconnu")
    saisie = lire_saisie(texte)
    if not saisie.mots:
        return LieuTrouve("inconnu")
    vue = _vue(territoire)
    for lecture in LECTURES:
        reponse = lecture(saisie, vue)
        if reponse is not None:
            return _conclure(reponse, vue)
    conseil = "Ajoutez la commune ou le code postal à l’adresse." if saisie.is_adresse else ""
    return LieuTrouve("inconnu", corrige=conseil)


def lieu_de_code(code_insee: str, *, territoire: Territoire | None) -> Lieu | None:
    """The commune of today that an INSEE code, even a former one, designates."""
    vue = _vue(territoire)
    commune = vue.places.par_code.get(code_insee.strip().upper())
    return None if commune is None else vue.lieu(commune)


def suggerer_lieux(prefixe: str, *, territoire: Territoire | None, limite: int = 8) -> tuple[Lieu, ...]:
    """Communes whose name, former name or postcode begins like this: the served territory, then near, then large."""
    debut = cle_lieu(prefixe[:LONGUEUR_MAX])
    if not debut or limite < 1:
        return ()
    vue = _vue(territoire)
    places = vue.places
    chiffres = debut.replace(" ", "")
    if chiffres.isdigit():
        codes = [code for code in places.par_code_postal if code.startswith(chiffres)]
        communes = {i for code in codes for i in places.par_code_postal[code]}
    else:
        communes = {n.commune for cle in places.commencant_par(debut) for n in places.par_cle[cle]}
    return tuple(vue.lieu(i) for i in vue.par_population(communes)[:limite])


def communes_proches(
    latitude: float, longitude: float, km: float, *, territoire: Territoire | None = None
) -> tuple[tuple[Lieu, float], ...]:
    """Communes whose centre is at most `km` away, with the distance in km, from near to far."""
    vue = _vue(territoire)
    distances = distance_km(latitude, longitude, vue.places.latitudes, vue.places.longitudes)
    proches = np.flatnonzero(distances <= km)  # NaN is never near
    ordre = proches[np.argsort(distances[proches], kind="stable")]
    return tuple((vue.lieu(int(i)), float(distances[i])) for i in ordre)


def _vue(territoire: Territoire | None) -> Vue:
    # Truth, not identity: a page's territory is lazy, and may be a lazy None.
    return vue_depuis(repertoire(), territoire.groupement_id if territoire else "")


def _conclure(reponse: Reponse, vue: Vue) -> LieuTrouve:
    if not reponse.communes:
        return LieuTrouve("inconnu", corrige=reponse.corrige)
    premiere, *autres = dict.fromkeys(reponse.communes)
    return LieuTrouve(
        etat="plusieurs" if autres else "trouve",
        lieu=vue.lieu(premiere),
        autres=tuple(vue.lieu(i) for i in autres[:AUTRES_MAX]),
        corrige=reponse.corrige,
        precision="commune",
    )
