"""What an import would do or did, as the page and the command show it; kept as JSON in `Import.rapport`."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

# Enough to act on; the counts stay exact whatever the length of the lists.
MONTRES = 200
EXEMPLES = 20


@dataclass(slots=True)
class Rapport:
    """`refus` and `avis` hold {ligne, colonne, valeur, message, remede}; the lists are cut, the counts are not."""

    lues: int = 0
    nouveaux: int = 0
    modifies: int = 0
    inchanges: int = 0
    revenus: int = 0
    retires: int = 0
    refuses: int = 0
    repetees: int = 0
    ecartees: dict[str, int] = field(default_factory=dict)
    actives_avant: int = 0
    demande_confirmation: bool = False
    deja_charge: bool = False
    encodage: str = ""
    separateur: str = ""
    avis_nombre: int = 0
    refus: list[dict[str, Any]] = field(default_factory=list)
    avis: list[dict[str, Any]] = field(default_factory=list)
    avis_par_colonne: dict[str, int] = field(default_factory=dict)
    exemples_nouveaux: list[dict[str, Any]] = field(default_factory=list)
    exemples_modifies: list[dict[str, Any]] = field(default_factory=list)
    exemples_retires: list[dict[str, Any]] = field(default_factory=list)
    corrections_gardees: list[dict[str, Any]] = field(default_factory=list)
    corrections_gardees_nombre: int = 0
    doublons: int = 0
    illisible: dict[str, Any] | None = None
    memoire_mo: int = 0  # peak of the child that read the file
    # The import this one was compared with, and the keys it must leave alone.
    base: int | None = None
    laissees: list[str] = field(default_factory=list)
    structures_d_abord: bool = False

    def en_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def change_rien(self) -> bool:
        return not (self.nouveaux or self.modifies or self.revenus or self.retires)

    def noter_refus(self, anomalies: tuple[dict[str, Any], ...]) -> None:
        self.refuses += 1
        if len(self.refus) < MONTRES:
            self.refus.extend(a for a in anomalies if a["refus"])

    def noter_avis(self, avis: tuple[dict[str, Any], ...] | list[dict[str, Any]]) -> None:
        for anomalie in avis:
            self.avis_nombre += 1
            compte = Counter(self.avis_par_colonne)
            compte[anomalie["colonne"]] += 1
            self.avis_par_colonne = dict(compte)
            if len(self.avis) < MONTRES:
                self.avis.append(anomalie)


def rapport_de(valeurs: dict[str, Any]) -> Rapport:
    """The report kept in `Import.rapport`."""
    connus = Rapport.__dataclass_fields__
    return Rapport(**{nom: valeur for nom, valeur in valeurs.items() if nom in connus})


def phrases(rapport: Rapport, *, fichier: str) -> list[str]:
    """The report in French sentences: first what happens, then line by line what was refused."""
    if rapport.illisible:
        return [f"{fichier} : fichier refusé, rien n’a changé.", *anomalie_en_phrases(rapport.illisible)]
    lignes = [f"{fichier} : {_lignes(rapport.lues)} ({rapport.encodage}{_separateur(rapport)})"]
    if rapport.deja_charge and rapport.change_rien:
        lignes.append("Ce fichier est déjà chargé : il ne change rien.")
    lignes += [
        "  "
        + ", ".join(
            _compte(nombre, mot)
            for nombre, mot in (
                (rapport.nouveaux, "nouvelle"),
                (rapport.modifies, "modifiée"),
                (rapport.inchanges, "inchangée"),
                (rapport.revenus, "revenue"),
                (rapport.retires, "retirée"),
                (rapport.refuses, "refusée"),
            )
        )
    ]
    lignes += [f"  {_compte(nombre, 'écartée')} : {motif}" for motif, nombre in rapport.ecartees.items()]
    if rapport.repetees:
        lignes.append(f"  {_compte(rapport.repetees, 'ligne répétée')} à l’identique, lue une fois")
    if rapport.corrections_gardees_nombre:
        lignes.append(
            f"  {_compte(rapport.corrections_gardees_nombre, 'correction gardée')} malgré une autre valeur du fichier"
        )
    if rapport.doublons:
        lignes.append(f"  {_compte(rapport.doublons, 'doublon probable')} à examiner")
    if rapport.avis_nombre:
        lignes.append(f"  {_compte(rapport.avis_nombre, 'remarque')} sans refus")
    for refus in rapport.refus:
        lignes += anomalie_en_phrases(refus)
    if rapport.demande_confirmation:
        part = 100 * rapport.retires // rapport.actives_avant
        lignes.append(
            f"Attention : {rapport.retires} fiches sur {rapport.actives_avant} ({part} %) seraient retirées. "
            "Vérifiez que le fichier est complet, puis confirmez les retraits."
        )
    return lignes


def anomalie_en_phrases(anomalie: dict[str, Any]) -> list[str]:
    ou = f"ligne {anomalie['ligne']}" if anomalie["ligne"] else "fichier"
    colonne = f", colonne {anomalie['colonne']}" if anomalie["colonne"] else ""
    valeur = f" (« {anomalie['valeur']} »)" if anomalie["valeur"] else ""
    return [f"  {ou}{colonne}{valeur} : {anomalie['message']} {anomalie['remede']}".rstrip()]


def _compte(nombre: int, mots: str) -> str:
    """« 1 ligne répétée », « 2 lignes répétées »: each word takes its mark."""
    if nombre > 1:
        mots = " ".join(f"{mot}s" for mot in mots.split())
    return f"{nombre} {mots}"


def _lignes(nombre: int) -> str:
    return f"{nombre} ligne lue" if nombre == 1 else f"{nombre} lignes lues"


def _separateur(rapport: Rapport) -> str:
    return f", séparateur {rapport.separateur}" if rapport.separateur else ""
