"""Write one batch of an import: new records, changed ones, withdrawn ones; called by `import_source.executer`.

Each function runs in the transaction of its batch, with its journal and its outbox: a batch is whole or absent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.db.models import Q

from maillage.annuaire.apports import champs_de
from maillage.annuaire.champs import en_json
from maillage.annuaire.import_colonnes import COLONNES, COLONNES_LIEU, SANS_ADRESSE, adresse_de, colonnes_de
from maillage.annuaire.import_comparaison import anciens_de, difference_de
from maillage.annuaire.import_ecriture import (
    chercher,
    en_texte_json,
    inserer,
    inserer_colonnes,
    instant,
    modifier,
    reserver,
)
from maillage.annuaire.import_lecture import valeurs_de
from maillage.annuaire.lecteurs.trouvailles import LigneLue
from maillage.annuaire.models import Apport, Correction, Import, Lieu, Service, Source, Structure
from maillage.core.journal import journaliser, journaliser_lot
from maillage.core.outbox import annoncer

MODELES: dict[str, type[Structure] | type[Service]] = {"structure": Structure, "service": Service}
Touches = dict[str, set[int]]
Mere = tuple[int, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Contexte:
    """What every row of one import shares."""

    import_: Import
    source: Source
    edition_le: date
    le: datetime


def ecrire_lot(contexte: Contexte, lot: list[LigneLue]) -> None:
    """New rows are inserted, known ones updated where no person corrected, returning ones shown again."""
    anciens = anciens_de(contexte.source, lot)
    nouvelles = [ligne for ligne in lot if ligne.cle not in anciens] if anciens else lot
    creees = _creer(contexte, _sans_ids_pris(nouvelles))
    changees = _mettre_a_jour(
        contexte, [(ligne, anciens[ligne.cle]) for ligne in lot if ligne.cle in anciens]
    )
    _annoncer(changees, creees=creees, le=contexte.le)


def retirer_lot(contexte: Contexte, cles: Sequence[str], *, edition_precedente: date | None) -> None:
    """The source no longer shows these rows: their records leave the directory, unless another source shows them."""
    apports = list(Apport.objects.filter(source_ref=contexte.source, cle__in=cles, disparu_le__isnull=True))
    Apport.objects.filter(pk__in=[apport.pk for apport in apports]).update(
        disparu_le=contexte.edition_le,
        vu_au=edition_precedente or contexte.edition_le,
        dernier_import=contexte.import_,
    )
    touches: dict[str, set[int]] = {"structure": set(), "service": set()}
    motif = f"Absente de l’édition du {contexte.edition_le:%d/%m/%Y} : {contexte.source.nom}"[:200]
    for genre, modele in (("service", Service), ("structure", Structure)):
        cles_fiches = {cle for apport in apports if (cle := getattr(apport, f"{genre}_id"))}
        montrees = Q(apports__disparu_le__isnull=True)
        if genre == "structure":
            montrees |= Q(services__retire_le__isnull=True)
        encore = modele.objects.filter(montrees, pk__in=cles_fiches).values_list("pk", flat=True)
        fiches = modele.objects.filter(pk__in=cles_fiches - set(encore), retire_le__isnull=True)
        numeros = list(fiches.values_list("pk", flat=True))
        valeurs = {"retire_le": contexte.le, "retire_motif": motif, "updated_at": contexte.le}
        _appliquer(contexte, "retirer", genre, [(n, valeurs, {"retire_le": None}) for n in numeros])
        touches[genre].update(numeros)
    _annoncer(touches, creees={}, le=contexte.le)


def _sans_ids_pris(lignes: list[LigneLue]) -> list[LigneLue]:
    """Ids of another source were refused by the comparison; one taken since is left alone too."""
    pris: set[str] = set()
    for genre, modele in MODELES.items():
        ids = [ligne.id_national for ligne in lignes if ligne.genre == genre]
        pris.update([f"{genre} {id_}" for (id_,) in chercher(modele, "id", ids, ("id",))])
    return [ligne for ligne in lignes if ligne.cle not in pris] if pris else lignes


def _creer(contexte: Contexte, lignes: list[LigneLue]) -> Touches:
    """The numbers of the records made, by kind."""
    creees: Touches = {"structure": set(), "service": set()}
    if not lignes:
        return creees
    structures = _numeroter(Structure, [ligne for ligne in lignes if ligne.porte("structure")])
    _inserer_fiches(contexte, "structure", lignes, structures)
    meres = _meres(lignes, structures)
    services = _numeroter(
        Service, [ligne for ligne in lignes if ligne.porte("service") and ligne.cle in meres]
    )
    _inserer_fiches(contexte, "service", lignes, services, meres=meres)
    _creer_lieux([ligne for ligne in lignes if ligne.genre and ligne.cle in services], services, meres)
    _creer_apports(contexte, lignes, structures, services)
    creees["structure"].update(structures.values())
    creees["service"].update(services.values())
    _journaliser_lot(contexte, lignes, creees)
    return creees


def _numeroter(modele: type[Any], lignes: list[LigneLue]) -> dict[str, int]:
    """Key of the row -> number of the record to make."""
    numeros = reserver(modele, len(lignes)) if lignes else []
    return {ligne.cle: n for ligne, n in zip(lignes, numeros, strict=True)}


def _meres(lignes: list[LigneLue], structures: dict[str, int]) -> dict[str, Mere]:
    """The structure of each service: of its own row, or the one that the row names, with its address."""
    meres: dict[str, Mere] = {cle: (n, ()) for cle, n in structures.items()}
    nommees = {ligne.parent for ligne in lignes if ligne.parent}
    connues = {
        id_: (n, adresse)
        for n, id_, *adresse in chercher(Structure, "id", nommees, ("n", "id", *COLONNES_LIEU))
    }
    for ligne in lignes:
        if ligne.parent in connues:
            n, adresse = connues[ligne.parent]
            meres[ligne.cle] = n, tuple(adresse)
    return meres


def _inserer_fiches(
    contexte: Contexte,
    genre: str,
    lignes: list[LigneLue],
    numeros: dict[str, int],
    *,
    meres: dict[str, Mere] | None = None,
) -> None:
    """Rows of the national schema go straight to the columns; those of a table as their reader read them."""
    le = instant(contexte.le)
    communs: dict[str, Any] = {
        "source_ref_id": contexte.source.pk,
        "exemple": contexte.source.exemple,
        "created_at": le,
        "updated_at": le,
    }
    retenues = [ligne for ligne in lignes if ligne.cle in numeros]
    nationales = [ligne for ligne in retenues if ligne.genre]
    if nationales:
        lien = ("structure_ref_id",) if meres else ("commune_officielle_id",)
        inserer_colonnes(
            MODELES[genre],
            (*COLONNES[genre], "n", *lien),
            (
                (
                    *colonnes_de(genre, ligne.brut_json),
                    numeros[ligne.cle],
                    meres[ligne.cle][0] if meres else ligne.officielle,
                )
                for ligne in nationales
            ),
            communs=communs,
        )
    slug = contexte.source.slug
    inserer(
        MODELES[genre],
        (
            {
                **(valeurs_de(ligne, genre) or {}),
                **({"structure_ref_id": meres[ligne.cle][0]} if meres else {}),
                **communs,
                "n": numeros[ligne.cle],
                "id": f"{slug}--{ligne.cle}",
                "source": slug,
            }
            for ligne in retenues
            if not ligne.genre
        ),
    )


def _creer_lieux(lignes: list[LigneLue], services: dict[str, int], meres: dict[str, Mere]) -> None:
    """A service of the national schema that gives an address of its own has it as its main site."""
    adresses = {ligne.cle: adresse_de(ligne.brut_json) for ligne in lignes}
    situees = [
        ligne
        for ligne in lignes
        if adresses[ligne.cle] != meres[ligne.cle][1] and adresses[ligne.cle] != SANS_ADRESSE
    ]
    if not situees:
        return
    inserer_colonnes(
        Lieu,
        (*COLONNES_LIEU, "id", "service_id", "commune_officielle_id"),
        (
            (*adresses[ligne.cle], cle, services[ligne.cle], ligne.officielle)
            for ligne, cle in zip(situees, reserver(Lieu, len(situees)), strict=True)
        ),
        communs={"principal": True},
    )


def _creer_apports(
    contexte: Contexte, lignes: list[LigneLue], structures: dict[str, int], services: dict[str, int]
) -> None:
    retenues = [ligne for ligne in lignes if ligne.cle in structures or ligne.cle in services]
    if not retenues:
        return
    inserer_colonnes(
        Apport,
        ("id", "cle", "structure_id", "service_id", "brut", "valeurs", "empreinte"),
        (
            (
                cle,
                ligne.cle,
                structures.get(ligne.cle),
                services.get(ligne.cle),
                bytes(ligne.brut_json).decode(),
                None if ligne.genre else en_texte_json(_valeurs(ligne)),
                ligne.empreinte,
            )
            for ligne, cle in zip(retenues, reserver(Apport, len(retenues)), strict=True)
        ),
        communs={
            "source_ref_id": contexte.source.pk,
            "premier_import_id": contexte.import_.pk,
            "dernier_import_id": contexte.import_.pk,
            "vu_du": contexte.edition_le.isoformat(),
        },
    )


def _valeurs(ligne: LigneLue) -> dict[str, Any] | None:
    return None if ligne.genre else {"structure": ligne.structure, "service": ligne.service}


def _mettre_a_jour(contexte: Contexte, paires: list[tuple[LigneLue, Apport]]) -> Touches:
    """The numbers of the records changed, by kind."""
    touches: Touches = {"structure": set(), "service": set()}
    if not paires:
        return touches
    for genre, modele in MODELES.items():
        cibles = {
            cle: (ligne, apport)
            for ligne, apport in paires
            if (cle := getattr(apport, f"{genre}_id")) and ligne.porte(genre)
        }
        changees = _changements(genre, modele, cibles)
        _appliquer(contexte, "importer", genre, [(n, v, avant) for n, v, avant in changees])
        touches[genre].update(n for n, _, _ in changees)
    modifier(
        Apport,
        (
            (
                apport.pk,
                {
                    "brut": ligne.brut,
                    "valeurs": _valeurs(ligne),
                    "empreinte": ligne.empreinte,
                    "dernier_import_id": contexte.import_.pk,
                    "vu_au": None,
                    "disparu_le": None,
                },
            )
            for ligne, apport in paires
        ),
    )
    return touches


Changement = tuple[int, dict[str, Any], dict[str, Any]]


def _changements(
    genre: str,
    modele: type[Structure] | type[Service],
    cibles: dict[int, tuple[LigneLue, Apport]],
) -> list[Changement]:
    """(record, new values, old values) of the records that the rows really change; corrected fields are left."""
    corriges: dict[int, set[str]] = {}
    actives = Correction.objects.filter(**{f"{genre}__in": list(cibles)}, levee_le__isnull=True)
    for cle, champ in actives.values_list(f"{genre}_id", "champ"):
        corriges.setdefault(cle, set()).add(champ)
    changements: list[Changement] = []
    lues = modele.objects.filter(pk__in=list(cibles)).values(
        "n", "retire_le", "retire_motif", *champs_de(modele)
    )
    for fiche in lues:
        ligne, apport = cibles[fiche["n"]]
        laisses = corriges.get(fiche["n"], set())
        avant = {champ: en_json(valeur) for champ, valeur in fiche.items()}
        voulues = {
            c: v for c, v in (valeurs_de(ligne, genre) or {}).items() if c not in laisses and c in avant
        }
        champs = {champ: apres for champ, (_, apres) in difference_de(avant, voulues).items()}
        if apport.disparu_le and fiche["retire_le"] and "retire_le" not in laisses:
            champs |= {"retire_le": None, "retire_motif": ""}
        if champs:
            changements.append((fiche["n"], champs, {champ: avant[champ] for champ in champs}))
    return changements


def _appliquer(contexte: Contexte, acte: str, genre: str, changements: list[Changement]) -> None:
    """Write the values, move the version so that an open form sees it, and put each act in the object's history."""
    modele = MODELES[genre]
    versions = dict(modele.objects.filter(pk__in=[n for n, _, _ in changements]).values_list("pk", "version"))
    modifier(
        modele,
        (
            (n, valeurs | {"version": versions[n] + 1, "updated_at": contexte.le})
            for n, valeurs, _ in changements
        ),
    )
    journaliser_lot(
        acte,
        (
            (
                (modele._meta.label_lower, str(n)),
                {
                    champ: [avant.get(champ), en_json(valeur)]
                    for champ, valeur in valeurs.items()
                    if champ != "updated_at"
                },
            )
            for n, valeurs, avant in changements
        ),
        le=contexte.le,
        par=contexte.import_.par,
        motif=f"{contexte.source.nom}, édition du {contexte.edition_le:%d/%m/%Y}",
    )


def _journaliser_lot(contexte: Contexte, lignes: list[LigneLue], touches: dict[str, set[int]]) -> None:
    """First loads: one act for the batch, with the digest of its rows (a row each would cost more than the load)."""
    resume = blake2b(digest_size=16)
    for ligne in lignes:
        resume.update(bytes.fromhex(ligne.empreinte))
    champs: dict[str, list[Any]] = {
        "creations": [None, len(lignes)],
        "empreinte": [None, resume.hexdigest()],
    }
    for genre, numeros in touches.items():
        if numeros:
            champs[genre] = [None, [min(numeros), max(numeros)]]
    journaliser("importer_lot", contexte.import_, le=contexte.le, par=contexte.import_.par, champs=champs)


def _annoncer(changees: Touches, *, creees: Touches, le: datetime) -> None:
    # A structure's change reaches the services that inherit from it; a new one has none but the new ones.
    heritiers = Service.objects.filter(structure_ref__in=list(changees["structure"])).values_list(
        "n", flat=True
    )
    services = changees["service"].union(heritiers if changees["structure"] else ())
    annoncer("structure", changees["structure"] | creees.get("structure", set()), le=le)
    annoncer("service", services | creees.get("service", set()), le=le)
