"""One way to read rows, whatever the file is: CSV, XLSX, ODS, JSON or GeoJSON; called by the child process.

A row is a `dict` of texts under the names of the columns, with its line and the cells that hold no value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from maillage.annuaire.lecteurs import archive, classeur_ods, classeur_xlsx, json_flux, tableau
from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.decrit import LecteurDecrit
from maillage.annuaire.lecteurs.json_flux import Element, ObjetRefuse
from maillage.annuaire.lecteurs.rangee import Feuille, Rangee, nom_de
from maillage.annuaire.lecteurs.reconnaitre import Forme, reconnaitre
from maillage.annuaire.lecteurs.tableau import LigneBrute, Tableau, check_entete, noms_attendus

COLONNES_MAX = 500
LATITUDE, LONGITUDE = "geometrie.latitude", "geometrie.longitude"
MOTS_BOOLEENS = {True: "oui", False: "non", None: ""}


@dataclass(slots=True)
class Table:
    """An open table; `tableau` holds its columns, notices and refused rows, which fill while rows are read."""

    forme: Forme
    tableau: Tableau
    ordre: dict[int, str] = field(default_factory=dict)  # of a sheet: number of a column → its name
    entete: int = 0  # of a sheet: line of the names


def ouvrir(fichier: Path, *, obligatoires: tuple[str, ...], connues: tuple[str, ...]) -> Table:
    """Recognise the file and understand its columns; raises FichierIllisible when rows could not be read."""
    forme = reconnaitre(fichier)
    if forme.nom == "csv":
        return Table(forme, tableau.ouvrir(fichier, obligatoires=obligatoires, connues=connues))
    if forme.is_classeur:
        return _ouvrir_classeur(fichier, forme, obligatoires=obligatoires, connues=connues)
    return _ouvrir_json(fichier, forme, obligatoires=obligatoires, connues=connues)


def ouvrir_decrite(fichier: Path, lecteur: LecteurDecrit) -> Table:
    """Bind a description to the columns that the file has; raises FichierIllisible when rows could not be read."""
    table = ouvrir(fichier, obligatoires=(), connues=())
    table.tableau.avis.extend(lecteur.liee.lier(table.tableau.colonnes))
    return table


def lignes(fichier: Path, table: Table, *, sel: bytes) -> Iterator[LigneBrute]:
    """The sound rows; the others go to `table.tableau.refus`. `sel` enters each hash."""
    if table.forme.nom == "csv":
        yield from tableau.lignes(fichier, table.tableau, sel=sel)
    elif table.forme.is_classeur:
        yield from _lignes_classeur(fichier, table, sel=sel)
    else:
        yield from _lignes_json(fichier, table, sel=sel)


def _ouvrir_classeur(
    fichier: Path, forme: Forme, *, obligatoires: tuple[str, ...], connues: tuple[str, ...]
) -> Table:
    feuille = Feuille()
    premiere = next(_rangees(fichier, forme, feuille), None)
    if premiere is None:
        raise FichierIllisible(
            "La feuille lue est vide : aucune ligne.",
            remede="Mettez le tableau dans la première feuille du classeur.",
        )
    if premiere.fautes:
        colonne, faute = next(iter(premiere.fautes.items()))
        raise FichierIllisible(
            f"Le nom d’une colonne ne se lit pas. {faute.message}",
            remede=faute.remede,
            ligne=premiere.numero,
            colonne=nom_de(colonne),
            valeur=faute.vu,
        )
    lus = list(premiere.cases.values())
    noms = noms_attendus(lus, connues)
    nom_forme = (
        f"{forme.libelle}, feuille « {raccourcir(feuille.nom, 31)} »" if feuille.nom else forme.libelle
    )
    lu = Tableau(encodage=nom_forme, separateur="", colonnes=noms)
    check_entete(lu, lus, obligatoires=obligatoires, connues=connues)
    return Table(forme, lu, ordre=dict(zip(premiere.cases, noms, strict=True)), entete=premiere.numero)


def _rangees(fichier: Path, forme: Forme, feuille: Feuille) -> Iterator[Rangee]:
    lecteur = classeur_xlsx if forme.nom == "xlsx" else classeur_ods
    with archive.ouvrir(fichier) as ouverte:
        yield from lecteur.rangees(ouverte, feuille)


def _lignes_classeur(fichier: Path, table: Table, *, sel: bytes) -> Iterator[LigneBrute]:
    feuille, sans_nom = Feuille(), set[int]()
    noms = table.tableau.colonnes
    graine = _graine(sel, noms)
    for rangee in _rangees(fichier, table.forme, feuille):
        if rangee.numero <= table.entete:
            continue
        sans_nom |= (rangee.cases.keys() | rangee.fautes.keys()) - table.ordre.keys()
        valeurs = {nom: rangee.cases.get(colonne, "") for colonne, nom in table.ordre.items()}
        fautes = tuple(_fautes(rangee, table.ordre))
        if not fautes and not any(valeurs.values()):
            continue
        empreinte = graine.copy()
        empreinte.update("\x1f".join((*valeurs.values(), *(f.message for f in fautes))).encode())
        yield LigneBrute(rangee.numero, valeurs, empreinte.digest(), fautes)
    for message, remede in feuille.avis:
        table.tableau.avis.append(Anomalie(0, "", "", message, remede=remede, refus=False))
    for colonne in sorted(sans_nom)[:20]:
        message = f"La colonne {nom_de(colonne)} n’a pas de nom : elle n’est pas lue."
        table.tableau.avis.append(
            Anomalie(table.entete, nom_de(colonne), "", message, remede="", refus=False)
        )


def _fautes(rangee: Rangee, ordre: dict[int, str]) -> Iterator[Anomalie]:
    for colonne, faute in rangee.fautes.items():
        if colonne in ordre:
            yield Anomalie(
                rangee.numero, ordre[colonne], faute.vu, faute.message, remede=faute.remede, refus=True
            )


def _ouvrir_json(
    fichier: Path, forme: Forme, *, obligatoires: tuple[str, ...], connues: tuple[str, ...]
) -> Table:
    """A first reading for the names: an object leaves out what it does not know."""
    vus: dict[str, None] = {}
    listes: dict[str, None] = {}
    premier_refus: Anomalie | None = None
    for element in json_flux.elements(fichier, forme):
        listes.setdefault(element.liste)
        if element.liste == next(iter(listes)):
            try:
                vus |= dict.fromkeys(aplatir(json_flux.decoder(element.octets)))
            except ObjetRefuse as faute:
                premier_refus = premier_refus or _refus(element, faute)
        if len(vus) > COLONNES_MAX:
            raise FichierIllisible(
                f"Plus de {COLONNES_MAX} noms de valeurs différents.",
                remede="Ne gardez que les valeurs utiles.",
                ligne=element.numero,
            )
    if not listes:
        raise json_flux.aucune_liste(forme)
    if not vus and premier_refus:
        raise FichierIllisible(
            premier_refus.message,
            remede=premier_refus.remede,
            ligne=premier_refus.ligne,
            colonne=premier_refus.colonne,
            valeur=premier_refus.valeur,
        )
    lus = list(vus)
    lu = Tableau(encodage=forme.libelle, separateur="", colonnes=noms_attendus(lus, connues))
    check_entete(lu, lus, obligatoires=obligatoires, connues=connues)
    autres = [liste for liste in listes if liste != next(iter(listes))]
    if autres:
        cites = ", ".join(f"« {raccourcir(liste)} »" for liste in autres[:10])
        message = f"Ce fichier contient d’autres listes, qui ne sont pas lues : {cites}."
        lu.avis.append(Anomalie(0, "", "", message, remede="", refus=False))
    return Table(forme, lu)


def _lignes_json(fichier: Path, table: Table, *, sel: bytes) -> Iterator[LigneBrute]:
    # Under several spellings, one expected name: the columns were named in the order they were met.
    graine = _graine(sel, [])
    liste: str | None = None
    for element in json_flux.elements(fichier, table.forme):
        liste = element.liste if liste is None else liste
        if element.liste != liste:
            continue
        try:
            lu = aplatir(json_flux.decoder(element.octets))
        except ObjetRefuse as faute:
            table.tableau.refus.append(_refus(element, faute))
            continue
        if not any(lu.values()):
            continue
        noms = noms_attendus(list(lu), tuple(table.tableau.colonnes))
        valeurs = dict.fromkeys(table.tableau.colonnes, "") | dict(zip(noms, lu.values(), strict=True))
        empreinte = graine.copy()
        for nom in sorted(lu):
            empreinte.update(f"{nom}\x1f{lu[nom]}\x1e".encode())
        yield LigneBrute(element.numero, valeurs, empreinte.digest())


def _refus(element: Element, faute: ObjetRefuse) -> Anomalie:
    return Anomalie(
        element.numero,
        faute.colonne,
        raccourcir(element.octets[:200].decode("utf-8", "replace")),
        faute.message,
        remede="Corrigez cet objet, ou exportez de nouveau le fichier.",
        refus=True,
    )


def aplatir(objet: dict[str, object]) -> dict[str, str]:
    """Texts under plain names, `a.b` for a value inside another; a GeoJSON feature gives its properties and point."""
    if "geometry" in objet and isinstance(objet.get("properties"), dict):
        geometrie = objet["geometry"]
        objet = {**objet["properties"]}  # type: ignore[dict-item]
        if isinstance(geometrie, dict) and geometrie.get("type") == "Point":
            point = geometrie.get("coordinates")
            if isinstance(point, list) and len(point) >= 2:
                objet |= {LONGITUDE: point[0], LATITUDE: point[1]}
    plat: dict[str, str] = {}
    try:
        _aplatir(objet, "", plat)
    except RecursionError as faute:
        raise ObjetRefuse("Le JSON est emboîté trop profondément.") from faute
    for nom, texte in plat.items():
        if not _ecrivable(texte) or not _ecrivable(nom):
            raise ObjetRefuse("Un caractère impossible s’y trouve.", colonne=raccourcir(nom))
    return plat


def _aplatir(valeur: object, chemin: str, plat: dict[str, str]) -> None:
    if isinstance(valeur, dict):
        for nom, dedans in valeur.items():
            _aplatir(dedans, f"{chemin}.{nom}" if chemin else nom, plat)
    elif isinstance(valeur, list):
        plat[chemin] = ";".join(_en_texte(element) for element in valeur)
    else:
        plat[chemin] = _en_texte(valeur)


def _en_texte(valeur: object) -> str:
    if isinstance(valeur, str):
        return valeur
    if isinstance(valeur, dict):
        return ", ".join(f"{nom} : {_en_texte(dedans)}" for nom, dedans in valeur.items())
    if isinstance(valeur, list):
        return ", ".join(_en_texte(element) for element in valeur)
    return MOTS_BOOLEENS[bool(valeur) if valeur is not None else None]


def _ecrivable(texte: str) -> bool:
    """Neither half a character nor a NUL: no base keeps those."""
    try:
        texte.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in texte


def _graine(sel: bytes, noms: list[str]) -> "blake2b":
    return blake2b("\x1f".join([sel.hex(), *noms]).encode(), digest_size=16)
