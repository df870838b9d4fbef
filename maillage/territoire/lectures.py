"""The ways of reading what a person typed as a place, from the surest to the loosest; called by the place finder.

Each takes the words and the view, and gives communes, the best first, or None when it does not apply.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from maillage.territoire.repertoire import Nom
from maillage.territoire.saisie import (
    LIAISONS,
    MOTS_DE_VOIE,
    Saisie,
    cle_lieu,
    noms_de_grands_territoires,
    noms_et_departements,
    variantes,
)
from maillage.territoire.vue import Vue

# A likeness costs its number of wrong letters, plus this when the commune is near, or far, from the territory.
COUT_CERCLE = (0.0, 0.5, 1.0)
ECART_DE_COUT = 0.5
TAILLE_NOM_MAX = 8


@dataclass(frozen=True, slots=True)
class Reponse:
    """Positions in the directory, and what to tell the person."""

    communes: tuple[int, ...]
    corrige: str = ""


def lire_code_seul(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« 68170 », else an INSEE code."""
    if len(saisie.mots) != 1 or not saisie.code:
        return None
    places = vue.places
    if saisie.code in places.par_code_postal:
        return Reponse(tuple(vue.par_population(places.par_code_postal[saisie.code])))
    commune = places.par_code.get(saisie.code)
    if commune is None:
        return None
    nature = "Code INSEE" if places.codes[commune] == saisie.code else "Ancien code INSEE"
    return Reponse((commune,), f"{nature}\u00a0: {vue.nom(commune)}.")


def lire_code_postal_et_nom(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« 12 rue de Bâle, 68100 Mulhouse », « Mulhouse 68200 »: the town stands after the postcode, else before it."""
    if len(saisie.mots) < 2 or not saisie.code:
        return None
    ville = " ".join(saisie.apres or saisie.avant)
    candidates = vue.places.par_code_postal.get(saisie.code)
    if candidates is None:
        # A CEDEX code: it still tells the département.
        return _reponse_nommee(f"{ville} {saisie.code[:2].lower()}", vue)
    nommees = _exactes(ville, vue)
    dites = [nom for nom in nommees if nom.commune in candidates]
    if dites:
        return Reponse((dites[0].commune,), _dire_adresse(saisie, vue, dites[0]))
    citee = _citee(saisie.cle, candidates, vue)
    if citee is not None:
        return Reponse((citee,), _dire_adresse(saisie, vue, Nom(citee)))
    toutes = vue.par_population(candidates)
    code_dit = f"Code postal {saisie.code}\u00a0: {_enumerer(toutes, vue)}."
    if nommees:
        return Reponse((*(nom.commune for nom in nommees), *toutes), code_dit)
    proches = _ressemblantes(ville, vue, parmi=candidates)
    if proches:
        return Reponse(_communes(proches), _dire_compris(proches[0], vue))
    return Reponse(tuple(toutes), code_dit)


def lire_nom(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Rixheim », « st louis », « Wittenheim (68) », « Brunstatt »."""
    return _reponse_nommee(saisie.cle, vue)


def lire_segments(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« 12 rue de Bâle, Mulhouse, France »: the last part between commas that is a name."""
    if len(saisie.segments) < 2:
        return None
    for segment in reversed(saisie.segments):
        reponse = _reponse_nommee(segment, vue)
        if reponse is not None:
            return _a_la_commune_pres(reponse, vue)
    return None


def lire_nom_a_la_fin(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« 12 rue de Bâle Mulhouse », « gare de Mulhouse »: the longest name at the end."""
    mots = saisie.mots
    for taille in range(min(len(mots) - 1, TAILLE_NOM_MAX), 0, -1):
        avant, fin = mots[:-taille], " ".join(mots[-taille:])
        # The town of « rue de Mulhouse » is any town.
        nomme_une_voie = avant[-1] in LIAISONS and any(mot in MOTS_DE_VOIE for mot in avant)
        if not nomme_une_voie and _is_nom_sur(fin, vue):
            return _situer(fin, vue)
    return None


def lire_mots_d_un_nom(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Steinbrunn », « Landau »: whole words that begin a name, or that end one in the territory."""
    if saisie.cle in LIAISONS:
        return None
    communes = [*_du_territoire_au_nom_plus_long(saisie.cle, vue), *_commencant_par(saisie.cle + " ", vue)]
    return _reponse_devinee(communes, vue)


def lire_ressemblance(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Rixeim », « Mulouse »; the name of a département is not a misspelt commune."""
    for nom, departement in noms_et_departements(saisie.cle):
        noms = _ressemblantes(nom, vue, departement=departement)
        if noms:
            return Reponse(_communes(noms), _dire_compris(noms[0], vue))
    return None


def lire_nom_au_debut(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Mulhouse centre »: the longest name at the start, unless a street is spoken of."""
    mots = saisie.mots
    if saisie.is_adresse:
        return None
    for taille in range(min(len(mots) - 1, TAILLE_NOM_MAX), 0, -1):
        debut = " ".join(mots[:taille])
        if _is_nom_sur(debut, vue):
            return _situer(debut, vue)
    return None


def lire_premieres_lettres(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Mulh »: around the territory; elsewhere more letters are wanted (« Bâle » is no French commune)."""
    if len(saisie.cle) < 3 or saisie.cle in LIAISONS:
        return None
    communes = _commencant_par(saisie.cle, vue)
    proches = {i for i in communes if vue.cercle(i) < 2}
    return _reponse_devinee(proches or (communes if len(saisie.cle) >= 5 else set()), vue)


def lire_grand_territoire(saisie: Saisie, vue: Vue) -> Reponse | None:
    """« Haut-Rhin »: no commune, and a sentence that asks for one."""
    nature = noms_de_grands_territoires().get(saisie.cle)
    if nature is None:
        return None
    article = "un" if nature == "département" else "une"
    return Reponse((), f"C’est {article} {nature}\u00a0: indiquez une commune ou un code postal.")


LECTURES: tuple[Callable[[Saisie, Vue], Reponse | None], ...] = (
    lire_code_seul,
    lire_code_postal_et_nom,
    lire_nom,
    lire_grand_territoire,
    lire_segments,
    lire_nom_a_la_fin,
    lire_mots_d_un_nom,
    lire_ressemblance,
    lire_nom_au_debut,
    lire_premieres_lettres,
)


# --- what the readings share -------------------------------------------------------------------------


def _exactes(nom: str, vue: Vue) -> list[Nom]:
    """Names spelt exactly so, or by a usual variant: the served territory, own names, then from near to far."""
    par_cle = vue.places.par_cle
    trouves = par_cle.get(nom) or next((par_cle[v] for v in variantes(nom) if v in par_cle), ())
    return sorted(
        trouves,
        key=lambda n: (
            not vue.dans_territoire(n.commune),
            bool(n.ancien),
            vue.km(n.commune),
            -vue.population(n.commune),
        ),
    )


def _reponse_nommee(texte: str, vue: Vue) -> Reponse | None:
    """The communes of an exact name, the best first, the others by population, then the territory's longer names."""
    for nom, departement in noms_et_departements(texte):
        noms = _exactes(nom, vue)
        if not noms:
            continue
        du_departement = [n for n in noms if vue.places.departements[n.commune] == departement]
        premier, *reste = du_departement or noms
        autres = sorted(reste, key=lambda n: -vue.population(n.commune))
        communes = [premier.commune, *(n.commune for n in autres)]
        if not departement and not vue.dans_territoire(premier.commune):
            # « Morschwiller », a village of Bas-Rhin, may well mean Morschwiller-le-Bas here.
            communes += _du_territoire_au_nom_plus_long(nom, vue)
        corrige = _dire_ancien(premier, vue)
        if departement and not du_departement:
            numero = vue.places.departements[premier.commune]
            corrige = f"{vue.nom(premier.commune)} est dans le département {numero}."
        return Reponse(tuple(communes), corrige)
    return None


def _is_nom_sur(nom: str, vue: Vue) -> bool:
    """Short names (« Y », « Bez ») stand in any sentence: inside a text they prove nothing."""
    return len(nom) >= 4 and nom in vue.places.par_cle


def _situer(nom: str, vue: Vue) -> Reponse | None:
    reponse = _reponse_nommee(nom, vue)
    return None if reponse is None else _a_la_commune_pres(reponse, vue)


def _du_territoire_au_nom_plus_long(nom: str, vue: Vue) -> list[int]:
    cles = {int(i): cle_lieu(vue.nom(int(i))) for i in vue.places.communes_de(vue.siren)}
    return [i for i, cle in cles.items() if cle.startswith(nom + " ") or cle.endswith(" " + nom)]


def _commencant_par(debut: str, vue: Vue) -> set[int]:
    places = vue.places
    return {n.commune for cle in places.commencant_par(debut) for n in places.par_cle[cle]}


def _reponse_devinee(communes: Collection[int], vue: Vue) -> Reponse | None:
    if not communes:
        return None
    ordre = vue.par_population(set(communes))
    return Reponse(tuple(ordre), _dire_compris(Nom(ordre[0]), vue))


def _ressemblantes(
    nom: str, vue: Vue, *, parmi: Collection[int] | None = None, departement: str = ""
) -> list[Nom]:
    """Names that differ by a few letters, those of the lowest cost; [] when none is near enough."""
    if not nom or nom.replace(" ", "").isdigit():
        return []
    places = vue.places
    # Among the few communes of a postcode, one more wrong letter is no risk.
    marge = 1 if parmi is not None else 0
    couts: dict[Nom, float] = {}
    plafond = _ecart_tolere(nom, cercle=0) + marge
    for cle, ecart, _ in process.extract(
        nom, places.cles, scorer=OSA.distance, score_cutoff=plafond, limit=None
    ):
        for n in places.par_cle[cle]:
            cercle = 0 if parmi is not None else vue.cercle(n.commune)
            ailleurs = departement and places.departements[n.commune] != departement
            ecartee = parmi is not None and n.commune not in parmi
            if not ailleurs and not ecartee and ecart <= _ecart_tolere(nom, cercle=cercle) + marge:
                couts[n] = float(ecart) + COUT_CERCLE[vue.cercle(n.commune)]
    meilleur = min(couts.values(), default=0.0)
    retenus = [n for n, cout in couts.items() if cout <= meilleur + ECART_DE_COUT]
    return sorted(retenus, key=lambda n: (couts[n], bool(n.ancien), -vue.population(n.commune), n.commune))


def _ecart_tolere(nom: str, *, cercle: int) -> int:
    """How many wrong letters still make a likeness: more in a long name, more near home."""
    longueur = len(nom)
    if longueur < 4:
        return 0
    if longueur < 6:
        return 1 if cercle < 2 else 0
    if longueur < 8:
        return 2 if cercle == 0 else 1
    return 2 if longueur < 14 else 3


def _citee(texte: str, communes: Iterable[int], vue: Vue) -> int | None:
    """The commune whose name stands in the text as whole words; the longest name when several do."""
    entoure = f" {texte} "
    citees = [i for i in communes if f" {cle_lieu(vue.nom(i))} " in entoure]
    return max(citees, key=lambda i: len(vue.nom(i)), default=None)


def _communes(noms: list[Nom]) -> tuple[int, ...]:
    return tuple(nom.commune for nom in noms)


# --- what the person is told; never with the words that were typed ------------------------------------


def _enumerer(communes: list[int], vue: Vue) -> str:
    noms = [vue.nom(i) for i in communes]
    if len(noms) > 3:
        return f"{', '.join(noms[:3])}…"
    return " et ".join(filter(None, [", ".join(noms[:-1]), noms[-1]]))


def _dire_ancien(nom: Nom, vue: Vue) -> str:
    return f"{nom.ancien} fait partie de la commune {vue.nom(nom.commune)}." if nom.ancien else ""


def _dire_compris(nom: Nom, vue: Vue) -> str:
    if nom.ancien:
        return f"Compris comme {nom.ancien}, qui fait partie de la commune {vue.nom(nom.commune)}."
    return f"Compris comme {vue.nom(nom.commune)}."


def _dire_adresse(saisie: Saisie, vue: Vue, nom: Nom) -> str:
    if nom.ancien:
        return _dire_ancien(nom, vue)
    return _situee(nom.commune, vue) if saisie.avant and saisie.apres else ""


def _a_la_commune_pres(reponse: Reponse, vue: Vue) -> Reponse:
    return Reponse(reponse.communes, reponse.corrige or _situee(reponse.communes[0], vue))


def _situee(commune: int, vue: Vue) -> str:
    return f"Lieu situé à la commune près\u00a0: {vue.nom(commune)}."
