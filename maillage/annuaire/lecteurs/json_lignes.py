"""Read JSON objects one by one, from a file with one object a line or from one big array, in bounded memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from maillage.annuaire.lecteurs.anomalies import FichierIllisible

OBJET_MAX = 1_000_000
BLOC = 1 << 16
_BLANCS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class ObjetBrut:
    numero: int  # line where it begins
    octets: bytes


def objets(fichier: Path) -> Iterator[ObjetBrut]:
    """Raises FichierIllisible for what is neither form, with the line and the column where it stops."""
    with fichier.open("rb") as flux:
        tete = flux.read(BLOC).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not tete:
        raise FichierIllisible(
            "Le fichier est vide : aucune ligne.", remede="Vérifiez que l’export s’est bien terminé."
        )
    if tete.startswith(b"["):
        yield from _tableau(fichier)
    elif tete.startswith(b"{"):
        yield from _lignes(fichier)
    else:
        raise FichierIllisible(
            "Le fichier ne commence ni par « { » ni par « [ » : ce n’est pas du JSON.",
            remede="Envoyez un objet JSON par ligne (NDJSON) ou un tableau JSON.",
            ligne=1,
            valeur=tete[:60].decode("utf-8", "replace"),
        )


def _lignes(fichier: Path) -> Iterator[ObjetBrut]:
    numero = 0
    with fichier.open("rb") as flux:
        while ligne := flux.readline(OBJET_MAX + 1):
            numero += 1
            if len(ligne) > OBJET_MAX:
                raise _trop_long(numero)
            if numero == 1:
                ligne = ligne.removeprefix(b"\xef\xbb\xbf")
            if ligne := ligne.strip():
                yield ObjetBrut(numero, ligne)


def _tableau(fichier: Path) -> Iterator[ObjetBrut]:
    """Element after element: the text still to read never exceeds one element and one block."""
    decodeur = json.JSONDecoder()
    with fichier.open("r", encoding="utf-8-sig", newline="") as flux:
        tampon = Tampon(flux)
        tampon.sauter("[", attendu="« [ »")
        if tampon.voir() == "]":
            tampon.sauter("]", attendu="« ] »")
        else:
            while True:
                tampon.voir()
                numero = tampon.ligne
                yield ObjetBrut(numero, tampon.element(decodeur).encode("utf-8", "replace"))
                if tampon.voir() == "]":
                    tampon.sauter("]", attendu="« ] »")
                    break
                tampon.sauter(",", attendu="« , » ou « ] »")
                if tampon.voir() == "]":
                    raise tampon.erreur("Une virgule est suivie de la fin du tableau.")
        if tampon.voir():
            raise tampon.erreur("Du texte suit la fin du tableau.")


class Tampon:
    """What has been read and not yet used, with the line and column where it begins."""

    def __init__(self, flux: object) -> None:
        self._flux = flux
        self._texte = ""
        self.ligne = self._colonne = 1

    def voir(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            propre = self._texte.lstrip(_BLANCS)
            self._avancer(len(self._texte) - len(propre))
            if propre or not self._lire():
                return propre[:1]

    def sauter(self, attendu_car: str, *, attendu: str) -> None:
        if self.voir() != attendu_car:
            raise self.erreur(f"{attendu} attendu, « {self._texte[:1] or 'fin du fichier'} » lu.")
        self._avancer(1)

    def element(self, decodeur: json.JSONDecoder) -> str:
        while True:
            try:
                _, fin = decodeur.raw_decode(self._texte)
                # A number may go on in the next block.
                if fin < len(self._texte) or not self._lire():
                    texte = self._texte[:fin]
                    self._avancer(fin)
                    return texte
            except RecursionError:
                raise self.erreur("Le JSON est emboîté trop profondément.") from None
            except json.JSONDecodeError as erreur:
                if len(self._texte) > OBJET_MAX:
                    raise _trop_long(self.ligne) from None
                if not self._lire():
                    self._avancer(min(erreur.pos, len(self._texte)))
                    raise self.erreur("Le JSON est mal formé.") from None

    def erreur(self, message: str) -> FichierIllisible:
        return FichierIllisible(
            f"{message} (ligne {self.ligne}, {self._colonne}e caractère)",
            remede="Corrigez le fichier à cet endroit, ou exportez-le de nouveau.",
            ligne=self.ligne,
            valeur=self._texte[:60],
        )

    def _lire(self) -> bool:
        try:
            bloc = self._flux.read(max(BLOC, len(self._texte)))  # type: ignore[attr-defined]
        except UnicodeDecodeError as faute:
            raise FichierIllisible(
                f"Octet 0x{faute.object[faute.start]:02x} illisible après la ligne {self.ligne}.",
                remede="Enregistrez le fichier en « UTF-8 ».",
                ligne=self.ligne,
            ) from None
        self._texte += bloc
        return bool(bloc)

    def _avancer(self, combien: int) -> None:
        passe = self._texte[:combien]
        sauts = passe.count("\n")
        self._colonne = combien - passe.rfind("\n") if sauts else self._colonne + combien
        self.ligne += sauts
        self._texte = self._texte[combien:]


def _trop_long(numero: int) -> FichierIllisible:
    return FichierIllisible(
        f"L’objet de la ligne {numero} dépasse un million de caractères.",
        remede="Envoyez un objet JSON par fiche.",
        ligne=numero,
    )
