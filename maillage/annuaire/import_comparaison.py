"""Say what a read file would change, without changing anything; called by `import_source.preparer`."""

import copy
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.annuaire.apports import champs_de
from maillage.annuaire.champs import libelle
from maillage.annuaire.import_ecriture import agreger, chercher, par_lots
from maillage.annuaire.import_lecture import fin_de, relire, valeurs_de
from maillage.annuaire.import_rapport import EXEMPLES, Rapport
from maillage.annuaire.lecteurs.trouvailles import LigneLue, RefusLu
from maillage.annuaire.models import Apport, Correction, Service, Source, Structure

LOT = 2_000


@dataclass(frozen=True, slots=True)
class Connues:
    """The rows that the source shows until now: how many, and their hashes one after the other, for the child."""

    nombre: int
    manifeste: bytes
    neuve: bool  # the source never showed any row


@dataclass(slots=True)
class _Vues:
    """What the file holds beyond the rows already known, key by key, while it is compared."""

    changees: set[str] = field(default_factory=set)
    anciennes: dict[str, str] = field(default_factory=dict)  # changed key -> hash of the row it replaces
    absentes: set[str] = field(default_factory=set)  # hashes of the known rows that the file lacks
    refusees: set[str] = field(default_factory=set)  # the record they once gave stays as it was
    laissees: set[str] = field(
        default_factory=set
    )  # two rows under one key, or a service without its structure
    orphelines: dict[str, LigneLue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Comparaison:
    """What does not change while one file is compared."""

    source: Source
    neuve: bool
    seule: bool  # no other source has any record: no id can be theirs
    rapport: Rapport


def connues_de(source: Source) -> Connues:
    """Read from an index that covers it, as one text: 300,000 rows take a tenth of a second."""
    lignes = Apport.objects.filter(source_ref=source)
    empreintes = agreger(lignes.filter(disparu_le__isnull=True), "empreinte")
    return Connues(
        nombre=len(empreintes) // 32,
        manifeste=bytes.fromhex(empreintes),
        neuve=not empreintes and not lignes.exists(),
    )


def comparer(source: Source, sortie: Path, connues: Connues, rapport: Rapport) -> Rapport:
    """Fill the report with counts, examples, withdrawals and the corrections that resist.

    `rapport.laissees` comes with the keys that the child saw on two different rows.
    """
    vierge = copy.deepcopy(rapport)
    vues = _parcourir(source, sortie, connues, rapport)
    doubles = {cle for cle, empreinte in vues.anciennes.items() if empreinte not in vues.absentes}
    if doubles:
        # A row already loaded and a new one share a key: neither is trusted, so count again without them.
        vierge.laissees = sorted({*vierge.laissees, *doubles})
        for cle in sorted(doubles):
            vierge.noter_refus((_refus_cle_double(cle),))
        return comparer(source, sortie, connues, vierge)
    _refuser_orphelines(vues, rapport)
    _retraits(source, sortie, vues, connues, rapport)
    rapport.laissees = sorted(vues.laissees)
    rapport.inchanges = rapport.lues - rapport.repetees - _comptees(rapport)
    return rapport


def _parcourir(source: Source, sortie: Path, connues: Connues, rapport: Rapport) -> _Vues:
    vues = _Vues(laissees=set(rapport.laissees))
    seule = not any(m.objects.exclude(source_ref=source).exists() for m in (Structure, Service))
    comparaison = _Comparaison(source, neuve=connues.neuve, seule=seule, rapport=rapport)
    lot: list[LigneLue] = []
    for trouvaille in relire(sortie):
        if isinstance(trouvaille, LigneLue):
            if trouvaille.cle in vues.laissees:
                rapport.refuses += 1  # the refusal of the other row names both
                continue
            lot.append(trouvaille)
            if len(lot) == LOT:
                _comparer_lot(comparaison, lot, vues)
                lot = []
        elif isinstance(trouvaille, RefusLu):
            vues.refusees.add(trouvaille.cle)
            rapport.noter_refus(tuple(trouvaille.anomalies))
            rapport.noter_avis([a for a in trouvaille.anomalies if not a["refus"]])
        else:
            vues.absentes.update(trouvaille.empreintes)
    _comparer_lot(comparaison, lot, vues)
    return vues


def absentes(
    source: Source, sortie: Path, montrees: Collection[str], empreintes: Collection[str]
) -> list[str]:
    """Keys to withdraw, among the rows of these hashes: those that the file does not show in another state.

    A national file may hold structures alone: it then says nothing of the services.
    """
    genres = fin_de(sortie).compte["genres"]
    trouvees = [
        cle
        for lot in par_lots(sorted(empreintes), 10 * LOT)
        for cle, disparu in chercher(Apport, "empreinte", lot, ("cle", "disparu_le"), source_ref_id=source.pk)
        if disparu is None and cle not in montrees
    ]
    return sorted(cle for cle in trouvees if genres is None or cle.split(" ", 1)[0] in genres)


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


def _comparer_lot(comparaison: _Comparaison, lot: list[LigneLue], vues: _Vues) -> None:
    source, rapport = comparaison.source, comparaison.rapport
    vues.changees.update([ligne.cle for ligne in lot])
    anciens = {} if comparaison.neuve else anciens_de(source, lot)
    corrigees = _corrections(anciens.values()) if anciens else {}
    etrangers = {} if comparaison.seule else _ids_d_autrui(source, lot)
    _chercher_orphelines(lot, vues)
    for ligne in lot:
        if ligne.avis:
            rapport.noter_avis(ligne.avis)
        if ligne.cle in etrangers:
            rapport.noter_refus((_refus_id_pris(ligne, etrangers[ligne.cle]),))
        elif (ancien := anciens.get(ligne.cle)) is None:
            rapport.nouveaux += 1
            if len(rapport.exemples_nouveaux) < EXEMPLES:
                rapport.exemples_nouveaux.append({"cle": ligne.cle, "nom": ligne.nom})
        elif ancien.disparu_le is not None:
            rapport.revenus += 1
        else:
            vues.anciennes[ligne.cle] = ancien.empreinte
            _comparer_ligne(ligne, ancien, corrigees, rapport)


def anciens_de(source: Source, lot: list[LigneLue]) -> dict[str, Apport]:
    """What the source said until now under the keys of a batch."""
    cles = [ligne.cle for ligne in lot]
    numeros = [n for (n,) in chercher(Apport, "cle", cles, ("id",), source_ref_id=source.pk)]
    return {apport.cle: apport for apport in Apport.objects.filter(pk__in=numeros)} if numeros else {}


def _chercher_orphelines(lot: list[LigneLue], vues: _Vues) -> None:
    """Services whose structure neither the file, so far, nor the directory knows."""
    parents = {
        ligne.cle: ligne.parent
        for ligne in lot
        if ligne.parent and f"structure {ligne.parent}" not in vues.changees
    }
    connues = {id_ for (id_,) in chercher(Structure, "id", set(parents.values()), ("id",))}
    vues.orphelines |= {ligne.cle: ligne for ligne in lot if parents.get(ligne.cle) not in {None, *connues}}


def _refuser_orphelines(vues: _Vues, rapport: Rapport) -> None:
    for cle, ligne in vues.orphelines.items():
        if f"structure {ligne.parent}" in vues.changees:
            continue
        rapport.nouveaux -= 1
        rapport.noter_refus((_refus_orpheline(ligne),))
        vues.laissees.add(cle)


def _comparer_ligne(
    ligne: LigneLue, ancien: Apport, corrigees: dict[tuple[str, int], dict[str, Any]], rapport: Rapport
) -> None:
    champs: dict[str, list[Any]] = {}
    for genre, cle, valeurs in (
        ("structure", ancien.structure_id, valeurs_de(ligne, "structure")),
        ("service", ancien.service_id, valeurs_de(ligne, "service")),
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
                            "nom": ligne.nom,
                            "champ": libelle(champ),
                            "valeur": valeur,
                            "valeur_source": change[champ][1],
                        }
                    )
    if champs:
        rapport.modifies += 1
        if len(rapport.exemples_modifies) < EXEMPLES:
            lisibles = {libelle(champ): valeurs for champ, valeurs in champs.items()}
            rapport.exemples_modifies.append({"cle": ligne.cle, "nom": ligne.nom, "champs": lisibles})


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
    trouves: dict[str, int] = {}
    for genre, modele in (("structure", Structure), ("service", Service)):
        par_id = {ligne.id_national: ligne.cle for ligne in lot if ligne.genre == genre}
        trouvees = chercher(modele, "id", par_id, ("id", "source_ref_id"))
        trouves |= {par_id[id_]: n for id_, n in trouvees if n != source.pk}
    noms = (
        dict(Source.objects.filter(pk__in=set(trouves.values())).values_list("pk", "nom")) if trouves else {}
    )
    return {cle: noms[n] for cle, n in trouves.items()}


def _refus_id_pris(ligne: LigneLue, source: str) -> dict[str, Any]:
    return {
        "ligne": ligne.numero,
        "colonne": "id",
        "valeur": ligne.id_national,
        "message": f"Cet identifiant est déjà celui d’une fiche de la source « {source} ».",
        "remede": "Chargez le fichier sous la source d’où il vient.",
        "refus": True,
    }


def _refus_orpheline(ligne: LigneLue) -> dict[str, Any]:
    return {
        "ligne": ligne.numero,
        "colonne": "structure_id",
        "valeur": ligne.parent,
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


def _retraits(source: Source, sortie: Path, vues: _Vues, connues: Connues, rapport: Rapport) -> None:
    montrees = vues.changees | vues.refusees | vues.laissees if vues.absentes else set()
    retires = absentes(source, sortie, montrees, vues.absentes)
    rapport.retires = len(retires)
    rapport.actives_avant = connues.nombre
    part = rapport.retires / rapport.actives_avant if rapport.actives_avant else 0
    rapport.demande_confirmation = part > settings.SEUIL_RETRAITS
    apports = Apport.objects.filter(source_ref=source, cle__in=retires[:EXEMPLES])
    rapport.exemples_retires = [
        {"cle": apport.cle, "nom": str(apport.service or apport.structure)}
        for apport in apports.select_related("structure", "service")
    ]


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
    yield from (ligne for ligne in lignes if ligne.porte("structure"))
    for element in relire(sortie):
        if isinstance(element, LigneLue) and not element.porte("structure"):
            yield element
