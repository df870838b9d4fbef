"""Find how a file is written (UTF-8, UTF-16, cp1252, Mac Roman), or say which byte cannot be read."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from maillage.annuaire.lecteurs.anomalies import FichierIllisible

MARQUES = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Accented letters, quotes and dashes of French, as each of the two old encodings writes them.
LETTRES_CP1252 = frozenset("àâçèéêëîïôöùûüÀÂÇÈÉÊÎÔÛœŒ’«»–°€".encode("cp1252"))
LETTRES_MAC = frozenset("àâçèéêëîïôöùûüÀÂÇÈÉÊÎÔÛœŒ’«»–°€".encode("mac_roman"))
ABSENTS_CP1252 = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
BLOC = 1 << 20
SIGNATURES = {
    b"PK\x03\x04": "un classeur ou une archive (XLSX, ODS, ZIP)",
    b"%PDF": "un PDF",
    b"\xd0\xcf\x11\xe0": "un ancien document Office (XLS, DOC)",
    b"\x1f\x8b": "un fichier compressé (gzip)",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
}


@dataclass(frozen=True, slots=True)
class Encodage:
    nom: str  # for Python
    devine: bool  # no mark nor proof: chosen by the letters it gives


def detecter(fichier: Path) -> Encodage:
    """Raises FichierIllisible for another kind of file, an empty one, or bytes that no encoding explains."""
    with fichier.open("rb") as flux:
        tete = flux.read(4096)
    if not tete:
        raise FichierIllisible(
            "Le fichier est vide : aucune ligne.", remede="Vérifiez que l’export s’est bien terminé."
        )
    for signature, quoi in SIGNATURES.items():
        if tete.startswith(signature):
            raise FichierIllisible(
                f"Ce fichier est {quoi}, pas un CSV.",
                remede="Ouvrez-le dans votre tableur et enregistrez-le en CSV (UTF-8).",
            )
    for marque, nom in MARQUES:
        if tete.startswith(marque):
            return Encodage(nom=nom, devine=False)
    if sans_marque := _utf16_sans_marque(tete):
        return Encodage(nom=sans_marque, devine=True)
    return _octets_simples(fichier)


def _utf16_sans_marque(tete: bytes) -> str:
    """Latin text in UTF-16 has a zero byte in every other place."""
    moitie = len(tete) // 2
    if moitie >= 8:
        if tete[1::2].count(0) > 0.6 * moitie and tete[0::2].count(0) < 0.1 * moitie:
            return "utf-16-le"
        if tete[0::2].count(0) > 0.6 * moitie and tete[1::2].count(0) < 0.1 * moitie:
            return "utf-16-be"
    return ""


def _octets_simples(fichier: Path) -> Encodage:
    """UTF-8 when every byte obeys it; else the old encoding whose French letters are there, if it explains all."""
    decodeur = codecs.getincrementaldecoder("utf-8")()
    lignes, multi = 1, 0
    fautif: tuple[int, int, int] | None = None  # line, byte of the line, value of the first bad byte
    compte: dict[int, int] = {}
    with fichier.open("rb") as flux:
        while bloc := flux.read(BLOC):
            if fautif is None:
                try:
                    texte = decodeur.decode(bloc)
                    multi += len(bloc) - len(texte)
                    lignes += bloc.count(b"\n")
                except UnicodeDecodeError as erreur:
                    debut = bloc[: erreur.start]
                    fautif = (
                        lignes + debut.count(b"\n"),
                        len(debut) - debut.rfind(b"\n"),
                        erreur.object[erreur.start],
                    )
                    multi += len(debut) - len(debut.decode("utf-8", "ignore"))
            _compter(bloc, compte)
    if fautif is None and decodeur.getstate()[0] == b"":
        return Encodage(nom="utf-8", devine=False)
    ligne, colonne, octet = fautif or (lignes, 1, decodeur.getstate()[0][0])
    if multi == 0 and (ancien := _ancien(compte)):
        return Encodage(nom=ancien, devine=True)
    raise FichierIllisible(
        f"Octet 0x{octet:02x} illisible, ligne {ligne}, {colonne}e octet de la ligne : "
        "le fichier mélange plusieurs encodages.",
        remede="Ouvrez le fichier, corrigez cette ligne et enregistrez tout en « UTF-8 ».",
        ligne=ligne,
    )


def _compter(bloc: bytes, compte: dict[int, int]) -> None:
    for octet in set(bloc):
        if octet >= 0x80:
            compte[octet] = compte.get(octet, 0) + bloc.count(octet)


def _ancien(compte: dict[int, int]) -> str:
    cp1252 = sum(n for octet, n in compte.items() if octet in LETTRES_CP1252)
    mac = sum(n for octet, n in compte.items() if octet in LETTRES_MAC)
    total = sum(compte.values())
    if cp1252 >= mac and cp1252 >= 0.5 * total and not ABSENTS_CP1252 & compte.keys():
        return "cp1252"
    return "mac_roman" if mac > cp1252 and mac >= 0.5 * total else ""
