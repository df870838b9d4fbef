"""Write one batch of an import: new records, changed ones, withdrawn ones; called by `import_source.executer`.

Each function runs in the transaction of its batch, with its journal and its outbox: a batch is whole or absent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.db.models import Q

from maillage.annuaire.apports import champs_de
from maillage.annuaire.champs import en_json
from maillage.annuaire.import_comparaison import difference_de
from maillage.annuaire.import_ecriture import inserer, instant, modifier, reserver
from maillage.annuaire.import_lecture import LigneLue
from maillage.annuaire.models import Apport, Correction, Import, Lieu, Service, Source, Structure
from maillage.core.journal import journaliser
from maillage.core.outbox import annoncer

MODELES: dict[str, type[Structure] | type[Service]] = {"structure": Structure, "service": Service}
CHAMPS_LIEU = (
    "commune",
    "code_postal",
    "code_insee",
    "adresse",
    "complement_adresse",
    "longitude",
    "latitude",
)


@dataclass(frozen=True, slots=True)
class Contexte:
    """What every row of one import shares."""

    import_: Import
    source: Source
    edition_le: date
    le: datetime


def ecrire_lot(contexte: Contexte, lot: list[LigneLue]) -> None:
    """New rows are inserted, known ones updated where no person corrected, returning ones shown again."""
    anciens = {
        apport.cle: apport
        for apport in Apport.objects.filter(source_ref=contexte.source, cle__in=[ligne.cle for ligne in lot])
    }
    nouvelles = [ligne for ligne in lot if ligne.cle not in anciens]
    touches: dict[str, set[int]] = {"structure": set(), "service": set()}
    _creer(contexte, _sans_ids_pris(nouvelles), touches)
    _mettre_a_jour(contexte, [(ligne, anciens[ligne.cle]) for ligne in lot if ligne.cle in anciens], touches)
    _annoncer(touches, le=contexte.le)


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
    _annoncer(touches, le=contexte.le)


def _sans_ids_pris(lignes: list[LigneLue]) -> list[LigneLue]:
    """Ids of another source were refused by the comparison; one taken since is left alone too."""
    pris: set[str] = set()
    for genre, modele in MODELES.items():
        ids = [ligne.brut["id"] for ligne in lignes if ligne.valeurs_nationales and getattr(ligne, genre)]
        pris |= set(modele.objects.filter(id__in=ids).values_list("id", flat=True)) if ids else set()
    return [ligne for ligne in lignes if not (ligne.valeurs_nationales and ligne.brut["id"] in pris)]


def _creer(contexte: Contexte, lignes: list[LigneLue], touches: dict[str, set[int]]) -> None:
    if not lignes:
        return
    structures = {
        ligne.cle: n
        for ligne, n in _numerotees(Structure, [ligne for ligne in lignes if ligne.structure is not None])
    }
    inserer(
        Structure,
        (
            _fiche(contexte, ligne, ligne.structure, n=structures[ligne.cle])
            for ligne in lignes
            if ligne.structure is not None
        ),
    )
    parents = _structures_parentes(lignes, structures)
    services = {
        ligne.cle: n
        for ligne, n in _numerotees(
            Service, [ligne for ligne in lignes if ligne.service is not None and ligne.cle in parents]
        )
    }
    inserer(
        Service,
        (
            _fiche(contexte, ligne, ligne.service, n=services[ligne.cle])
            | {"structure_ref_id": parents[ligne.cle]}
            for ligne in lignes
            if ligne.cle in services
        ),
    )
    _creer_lieux([ligne for ligne in lignes if ligne.cle in services], services, parents)
    _creer_apports(contexte, lignes, structures, services)
    touches["structure"].update(structures.values())
    touches["service"].update(services.values())
    _journaliser_lot(contexte, lignes, touches)


def _numerotees(modele: type[Any], lignes: list[LigneLue]) -> Iterable[tuple[LigneLue, int]]:
    return zip(lignes, reserver(modele, len(lignes)) if lignes else [], strict=True)


def _structures_parentes(lignes: list[LigneLue], structures: dict[str, int]) -> dict[str, int]:
    """Number of the structure of each service: of its own row, or the one that `structure_id` names."""
    parents = {ligne.cle: structures[ligne.cle] for ligne in lignes if ligne.cle in structures}
    ids = {
        ligne.cle: ligne.brut["structure_id"]
        for ligne in lignes
        if ligne.valeurs_nationales and ligne.service is not None
    }
    connues = dict(Structure.objects.filter(id__in=set(ids.values())).values_list("id", "n"))
    return parents | {cle: connues[id_] for cle, id_ in ids.items() if id_ in connues}


def _fiche(contexte: Contexte, ligne: LigneLue, valeurs: dict[str, Any] | None, *, n: int) -> dict[str, Any]:
    le = instant(contexte.le)
    slug = contexte.source.slug
    national = ligne.valeurs_nationales
    return {
        **(valeurs or {}),
        "n": n,
        "id": ligne.brut["id"] if national else f"{slug}--{ligne.cle}",
        "source": ligne.brut["source"] if national else slug,
        "source_ref_id": contexte.source.pk,
        "exemple": contexte.source.exemple,
        "created_at": le,
        "updated_at": le,
    }


def _creer_lieux(lignes: list[LigneLue], services: dict[str, int], parents: dict[str, int]) -> None:
    """A service of the national schema that gives an address of its own has it as its main site."""
    situees = [
        ligne
        for ligne in lignes
        if ligne.valeurs_nationales and any(ligne.brut.get(champ) is not None for champ in CHAMPS_LIEU)
    ]
    if not situees:
        return
    adresses = {
        n: valeurs
        for n, *valeurs in Structure.objects.filter(
            n__in={parents[ligne.cle] for ligne in situees}
        ).values_list("n", *CHAMPS_LIEU)
    }
    inserer(
        Lieu,
        (
            {champ: ligne.brut.get(champ) for champ in CHAMPS_LIEU}
            | {
                "id": cle,
                "service_id": services[ligne.cle],
                "principal": True,
                "commune_officielle_id": (ligne.service or {}).get("commune_officielle_id"),
            }
            for ligne, cle in _numerotees(
                Lieu,
                [
                    ligne
                    for ligne in situees
                    if adresses[parents[ligne.cle]] != [ligne.brut.get(champ) for champ in CHAMPS_LIEU]
                ],
            )
        ),
    )


def _creer_apports(
    contexte: Contexte, lignes: list[LigneLue], structures: dict[str, int], services: dict[str, int]
) -> None:
    retenues = [ligne for ligne in lignes if ligne.cle in structures or ligne.cle in services]
    inserer(
        Apport,
        (
            {
                "id": cle,
                "source_ref_id": contexte.source.pk,
                "cle": ligne.cle,
                "structure_id": structures.get(ligne.cle),
                "service_id": services.get(ligne.cle),
                "brut": ligne.brut,
                "valeurs": _valeurs(ligne),
                "empreinte": ligne.empreinte,
                "premier_import_id": contexte.import_.pk,
                "dernier_import_id": contexte.import_.pk,
                "vu_du": contexte.edition_le.isoformat(),
            }
            for ligne, cle in _numerotees(Apport, retenues)
        ),
    )


def _valeurs(ligne: LigneLue) -> dict[str, Any] | None:
    if ligne.valeurs_nationales:
        return None
    return {"structure": ligne.structure, "service": ligne.service}


def _mettre_a_jour(
    contexte: Contexte, paires: list[tuple[LigneLue, Apport]], touches: dict[str, set[int]]
) -> None:
    if not paires:
        return
    for genre, modele in MODELES.items():
        cibles = {
            cle: (ligne, apport)
            for ligne, apport in paires
            if (cle := getattr(apport, f"{genre}_id")) and getattr(ligne, genre) is not None
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
        voulues = {c: v for c, v in (getattr(ligne, genre) or {}).items() if c not in laisses and c in avant}
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
    for n, valeurs, avant in changements:
        champs = {
            champ: [avant.get(champ), en_json(valeur)]
            for champ, valeur in valeurs.items()
            if champ != "updated_at"
        }
        journaliser(
            acte,
            (modele._meta.label_lower, str(n)),
            le=contexte.le,
            par=contexte.import_.par,
            champs=champs,
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


def _annoncer(touches: dict[str, set[int]], *, le: datetime) -> None:
    services = touches["service"]
    # A structure's change reaches the services that inherit from it.
    heritiers = Service.objects.filter(structure_ref__in=list(touches["structure"])).values_list(
        "n", flat=True
    )
    annoncer("structure", touches["structure"], le=le)
    annoncer("service", services | set(heritiers), le=le)
