"""A row of a sheet as the readers of workbooks give it, and the bounds of a sheet."""

from dataclasses import dataclass, field

from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir

COLONNES_MAX = 500
LIGNES_MAX = 200_000
CASE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Faute:
    """A cell that holds no value; `vu` is what stands there."""

    vu: str
    message: str
    remede: str


@dataclass(slots=True)
class Rangee:
    """Texts and faults by column, counted from 0; `numero` is the line that the spreadsheet shows."""

    numero: int
    cases: dict[int, str] = field(default_factory=dict)
    fautes: dict[int, Faute] = field(default_factory=dict)

    def poser(self, colonne: int, texte: str) -> None:
        if texte:
            check_place(self.numero, colonne, texte)
            self.cases[colonne] = texte

    def refuser(self, colonne: int, vu: str, message: str, remede: str) -> None:
        check_place(self.numero, colonne, vu)
        self.fautes[colonne] = Faute(raccourcir(vu), message, remede)


@dataclass(slots=True)
class Feuille:
    """Which sheet is read, and what is said of the rest; filled while the rows come."""

    nom: str = ""
    avis: list[tuple[str, str]] = field(default_factory=list)  # (message, remedy)


def nom_de(colonne: int) -> str:
    """A, B… Z, AA: the letters of a column counted from 0."""
    lettres = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        lettres = chr(65 + reste) + lettres
    return lettres


def check_place(numero: int, colonne: int, valeur: str) -> None:
    case = f"{nom_de(colonne)}{numero}"
    if colonne >= COLONNES_MAX or numero > LIGNES_MAX:
        raise FichierIllisible(
            f"La case {case} contient une valeur, loin du tableau : {COLONNES_MAX} colonnes et "
            f"{LIGNES_MAX} lignes au plus.",
            remede="Effacez cette case, ou découpez le tableau.",
            ligne=numero,
            colonne=nom_de(colonne),
            valeur=valeur,
        )
    if len(valeur) > CASE_MAX:
        raise FichierIllisible(
            f"La case {case} dépasse {CASE_MAX} caractères.",
            remede="Raccourcissez le texte de cette case.",
            ligne=numero,
            colonne=nom_de(colonne),
            valeur=valeur[:200],
        )
