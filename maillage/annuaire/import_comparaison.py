"""Say what a read file would change, without changing anything; called by `import_source.preparer`."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.annuaire.apports import champs_de
from maillage.annuaire.champs import libelle
from maillage.annuaire.import_lecture import LigneLue, RefusLu, relire
from maillage.annuaire.import_rapport import EXEMPLES, Rapport
from maillage.annuaire.models import Apport, Correction, Service, Source, Structure

LOT = 2_000


@dataclass(slots=True)
class Connues:
    """The rows that the source showed until now: hash → key, and the keys it once showed and no longer does."""

    actives: dict[str, str]
    disparues: frozenset[str]

    @property
    def manifeste(self) -> bytes:
        """The hashes one after the other, as the child reads them."""
        return bytes.fromhex("".join(self.actives))


@dataclass(slots=True)
class _Vues:
    """What the file holds, key by key, while it is compared."""

    inchangees: set[str] = field(default_factory=set)
    changees: set[str] = field(default_factory=set)
    refusees: set[str] = field(default_factory=set)  # the record they once gave stays as it was
    laissees: set[str] = field(
        default_factory=set
    )  # two rows under one key, or a service without its structure
    orphelines: dict[str, LigneLue] = field(default_factory=dict)


def connues_de(source: Source) -> Connues:
    """Read from an index that covers it: 300,000 rows take a third of a second."""
    lignes = Apport.objects.filter(source_ref=source)
    actives = lignes.filter(disparu_le__isnull=True).values_list("empreinte", "cle")
    disparues = lignes.filter(disparu_le__isnull=False).values_list("cle", flat=True)
    return Connues(actives=dict(actives.iterator(10_000)), disparues=frozenset(disparues))


def comparer(source: Source, sortie: Path, connues: Connues, rapport: Rapport) -> Rapport:
    """Fill the report with counts, examples, withdrawals and the corrections that resist.

    `rapport.laissees` comes with the keys that the child saw on two different rows.
    """
    vierge = copy.deepcopy(rapport)
    vues = _parcourir(source, sortie, connues, rapport)
    if doubles := vues.changees & vues.inchangees:
        # A row already loaded and a new one share a key: neither is trusted, so count again without them.
        vierge.laissees = sorted({*vierge.laissees, *doubles})
        for cle in sorted(doubles):
            vierge.noter_refus((_refus_cle_double(cle),))
        return comparer(source, sortie, connues, vierge)
    _refuser_orphelines(vues, rapport)
    _retraits(source, vues, connues, rapport)
    rapport.laissees = sorted(vues.laissees)
    rapport.inchanges = rapport.lues - rapport.repetees - _comptees(rapport)
    return rapport


def _parcourir(source: Source, sortie: Path, connues: Connues, rapport: Rapport) -> _Vues:
    vues = _Vues(laissees=set(rapport.laissees))
    actives = frozenset(connues.actives.values())
    lot: list[LigneLue] = []
    for element in relire(sortie):
        match element:
            case str():
                vues.inchangees.add(connues.actives[element])
            case RefusLu():
                vues.refusees.add(element.cle)
                rapport.noter_refus(element.anomalies)
                rapport.noter_avis([a for a in element.anomalies if not a["refus"]])
            case LigneLue() if element.cle in vues.laissees:
                rapport.refuses += 1  # the refusal of the other row names both
            case LigneLue():
                vues.changees.add(element.cle)
                lot.append(element)
                if len(lot) == LOT:
                    _comparer_lot(source, lot, vues, connues, actives, rapport)
                    lot = []
    _comparer_lot(source, lot, vues, connues, actives, rapport)
    return vues


def absentes(vues: set[str], connues: Connues) -> list[str]:
    """Keys to withdraw. A national file may hold structures alone: it then says nothing of the services."""
    genres = {cle.split(" ", 1)[0] for cle in vues if " " in cle}
    return [
        cle
        for cle in connues.actives.values()
        if cle not in vues and (" " not in cle or cle.split(" ", 1)[0] in genres)
    ]


def difference_de(avant: dict[str, Any], apres: dict[str, Any] | None) -> dict[str, list[Any]]:
    return {
        champ: [avant.get(champ), valeur]
        for champ, valeur in (apres or {}).items()
        if avant.get(champ) != valeur
    }


def _comptees(rapport: Rapport) -> int:
    return (
        rapport.nouveaux
        + rapport.modifies
        + rapport.revenus
        + rapport.refuses
        + sum(rapport.ecartees.values())
    )


def _comparer_lot(
    source: Source,
    lot: list[LigneLue],
    vues: _Vues,
    connues: Connues,
    actives: frozenset[str],
    rapport: Rapport,
) -> None:
    anciens = {
        apport.cle: apport
        for apport in Apport.objects.filter(
            source_ref=source, cle__in=[ligne.cle for ligne in lot if ligne.cle in actives]
        )
    }
    corrigees = _corrections(anciens.values())
    etrangers = _ids_d_autrui(source, lot)
    _chercher_orphelines(lot, vues)
    for ligne in lot:
        rapport.noter_avis(ligne.avis)
        if ligne.cle in etrangers:
            rapport.noter_refus((_refus_id_pris(ligne, etrangers[ligne.cle]),))
        elif ligne.cle in connues.disparues:
            rapport.revenus += 1
        elif ligne.cle in actives:
            _comparer_ligne(ligne, anciens[ligne.cle], corrigees, rapport)
        else:
            rapport.nouveaux += 1
            if len(rapport.exemples_nouveaux) < EXEMPLES:
                rapport.exemples_nouveaux.append({"cle": ligne.cle, "nom": _nom(ligne)})


def _chercher_orphelines(lot: list[LigneLue], vues: _Vues) -> None:
    """Services whose structure neither the file, so far, nor the directory knows."""
    parents = {
        ligne.cle: ligne.brut["structure_id"]
        for ligne in lot
        if ligne.structure is None and f"structure {ligne.brut['structure_id']}" not in vues.changees
    }
    connues = set(Structure.objects.filter(id__in=set(parents.values())).values_list("id", flat=True))
    vues.orphelines |= {ligne.cle: ligne for ligne in lot if parents.get(ligne.cle) not in {None, *connues}}


def _refuser_orphelines(vues: _Vues, rapport: Rapport) -> None:
    for cle, ligne in vues.orphelines.items():
        parent = ligne.brut["structure_id"]
        if f"structure {parent}" in vues.changees:
            continue
        rapport.nouveaux -= 1
        rapport.noter_refus((_refus_orpheline(ligne),))
        vues.laissees.add(cle)


def _comparer_ligne(
    ligne: LigneLue, ancien: Apport, corrigees: dict[tuple[str, int], dict[str, Any]], rapport: Rapport
) -> None:
    champs: dict[str, list[Any]] = {}
    for genre, cle, valeurs in (
        ("structure", ancien.structure_id, ligne.structure),
        ("service", ancien.service_id, ligne.service),
    ):
        change = difference_de(_valeurs_de(ancien, genre), valeurs)
        champs |= change
        for champ, valeur in corrigees.get((genre, cle or 0), {}).items():
            if champ in change:
                rapport.corrections_gardees_nombre += 1
                if len(rapport.corrections_gardees) < EXEMPLES:
                    rapport.corrections_gardees.append(
                        {
                            "cle": ligne.cle,
                            "nom": _nom(ligne),
                            "champ": libelle(champ),
                            "valeur": valeur,
                            "valeur_source": change[champ][1],
                        }
                    )
    if champs:
        rapport.modifies += 1
        if len(rapport.exemples_modifies) < EXEMPLES:
            lisibles = {libelle(champ): valeurs for champ, valeurs in champs.items()}
            rapport.exemples_modifies.append({"cle": ligne.cle, "nom": _nom(ligne), "champs": lisibles})


def _valeurs_de(apport: Apport, genre: str) -> dict[str, Any]:
    if apport.valeurs is not None:
        return apport.valeurs.get(genre) or {}
    modele = Service if genre == "service" else Structure
    return {champ: apport.brut.get(champ) for champ in champs_de(modele)}


def _corrections(apports: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """Active corrections of the records of these rows, by (kind, record)."""
    trouvees: dict[tuple[str, int], dict[str, Any]] = {}
    for genre in ("structure", "service"):
        cles = [cle for apport in apports if (cle := getattr(apport, f"{genre}_id"))]
        filtre = {f"{genre}__in": cles, "levee_le__isnull": True}
        for correction in Correction.objects.filter(**filtre):
            cle = (genre, getattr(correction, f"{genre}_id"))
            trouvees.setdefault(cle, {})[correction.champ] = correction.valeur
    return trouvees


def _ids_d_autrui(source: Source, lot: list[LigneLue]) -> dict[str, str]:
    """Rows whose national id already names a record of another source: never overwritten."""
    trouves: dict[str, str] = {}
    for genre, modele in (("structure", Structure), ("service", Service)):
        par_id = {
            ligne.brut["id"]: ligne.cle for ligne in lot if ligne.valeurs_nationales and getattr(ligne, genre)
        }
        pris = modele.objects.filter(id__in=par_id).exclude(source_ref=source)
        trouves |= {par_id[id_]: nom for id_, nom in pris.values_list("id", "source_ref__nom")}
    return trouves


def _refus_id_pris(ligne: LigneLue, source: str) -> dict[str, Any]:
    return {
        "ligne": ligne.numero,
        "colonne": "id",
        "valeur": ligne.brut["id"],
        "message": f"Cet identifiant est déjà celui d’une fiche de la source « {source} ».",
        "remede": "Chargez le fichier sous la source d’où il vient.",
        "refus": True,
    }


def _refus_orpheline(ligne: LigneLue) -> dict[str, Any]:
    return {
        "ligne": ligne.numero,
        "colonne": "structure_id",
        "valeur": ligne.brut["structure_id"],
        "message": "Aucune structure ne porte cet identifiant, ni dans le fichier ni dans le répertoire.",
        "remede": "Mettez la structure dans le même fichier, ou chargez-la d’abord.",
        "refus": True,
    }


def _refus_cle_double(cle: str) -> dict[str, Any]:
    return {
        "ligne": 0,
        "colonne": "",
        "valeur": cle,
        "message": f"Deux lignes différentes portent la clé « {cle} », dont l’une est déjà chargée.",
        "remede": "Gardez une seule des deux lignes, ou donnez-leur deux clés.",
        "refus": True,
    }


def _retraits(source: Source, vues: _Vues, connues: Connues, rapport: Rapport) -> None:
    montrees = vues.inchangees | vues.changees | vues.refusees | vues.laissees
    retires = absentes(montrees, connues)
    rapport.retires = len(retires)
    rapport.actives_avant = len(connues.actives)
    part = rapport.retires / rapport.actives_avant if rapport.actives_avant else 0
    rapport.demande_confirmation = part > settings.SEUIL_RETRAITS
    apports = Apport.objects.filter(source_ref=source, cle__in=retires[:EXEMPLES])
    rapport.exemples_retires = [
        {"cle": apport.cle, "nom": str(apport.service or apport.structure)}
        for apport in apports.select_related("structure", "service")
    ]


def _nom(ligne: LigneLue) -> str:
    return str((ligne.structure or ligne.service or {}).get("nom") or "")


def lots(
    sortie: Path, laissees: frozenset[str], *, taille: int = LOT, structures_d_abord: bool
) -> Iterator[list[LigneLue]]:
    """The rows to write, always cut in the same batches: an interrupted import goes on where it was."""
    lot: list[LigneLue] = []
    for ligne in _a_ecrire(sortie, structures_d_abord=structures_d_abord):
        if ligne.cle not in laissees:
            lot.append(ligne)
            if len(lot) == taille:
                yield lot
                lot = []
    if lot:
        yield lot


def _a_ecrire(sortie: Path, *, structures_d_abord: bool) -> Iterator[LigneLue]:
    """In the order of the file, unless a service stands before its structure: then in two passes."""
    lignes = (element for element in relire(sortie) if isinstance(element, LigneLue))
    if not structures_d_abord:
        yield from lignes
        return
    yield from (ligne for ligne in lignes if ligne.structure is not None)
    for element in relire(sortie):
        if isinstance(element, LigneLue) and element.structure is None:
            yield element
