"""What a reading of a convention's document gives: built by `lire.py`, used by the import and by `json_plan.py`."""

from dataclasses import dataclass

Lignes = tuple[int, int]  # first and last line of the source, 1-based, both included


class DocumentIllisible(Exception):
    """The document can't be read; the message is written for the person who sent it, with the remedy."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the source and where it stands; `marque` is the bullet that the source prints before it."""

    texte: str
    lignes: Lignes
    marque: str | None = None


@dataclass(frozen=True, slots=True)
class Objectif:
    code: str
    texte: str
    lignes: Lignes
    marque: str | None = None
    sous_objectifs: tuple["Objectif", ...] = ()


@dataclass(frozen=True, slots=True)
class Champ:
    """A labelled field of a fiche: `nom` is its meaning ("pilote"), `libelle` what the source prints."""

    nom: str
    libelle: str
    lignes: Lignes
    valeurs: tuple[Passage, ...]
    en_liste: bool = False


@dataclass(frozen=True, slots=True)
class Fiche:
    code: str | None
    libelle: str | None
    titre: str
    lignes: Lignes
    transversale: bool = False
    objectifs: tuple[Objectif, ...] = ()
    champs: tuple[Champ, ...] = ()
    champs_absents: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Orientation:
    ordre: int
    libelle: str | None
    titre: str | None
    lignes: Lignes | None
    fiches: tuple[Fiche, ...] = ()


@dataclass(frozen=True, slots=True)
class Axe:
    numero: int | None
    libelle: str | None
    titre: str | None
    lignes: Lignes | None
    constat: Passage | None = None
    orientations: tuple[Orientation, ...] = ()


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the calendar. `titre` is what the source prints; `titre_deduit` is a guess and says so."""

    ordre: int
    cle: str
    titre: str | None
    titre_deduit: str | None
    moyens: str | None
    periode: str | None
    debut: str | None
    fin: str | None
    lignes: Lignes
    douteuse: bool = False


@dataclass(frozen=True, slots=True)
class Calendrier:
    titre: str
    lignes: Lignes
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True)
class Presentation:
    titre: str
    lignes: Lignes
    introduction: Passage | None = None
    annonce_diagnostic: Passage | None = None
    diagnostic: tuple[Passage, ...] = ()
    annonce_fiches: Passage | None = None
    champs_annonces: tuple[Passage, ...] = ()
    autres: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class MiseEnOeuvre:
    titre: str
    lignes: Lignes
    duree_ans: int | None = None
    texte: Passage | None = None


@dataclass(frozen=True, slots=True)
class Periode:
    debut: str | None = None
    fin: str | None = None
    duree_ans: int | None = None


@dataclass(frozen=True, slots=True)
class Reparation:
    """One OCR repair. `id` stays the same from one reading to the next, so that it can be refused.

    `avant` and `apres` are the whole word, for people; `avant` begins at column `place`.
    What is replaced is `debut:fin`.
    """

    id: str
    ligne: int
    debut: int
    fin: int
    avant: str
    apres: str
    regle: str
    contexte: str
    remplacement: str
    place: int
    appliquee: bool = True


@dataclass(frozen=True, slots=True)
class Doute:
    lignes: Lignes
    sujet: str
    message: str


@dataclass(frozen=True, slots=True)
class LigneEcartee:
    ligne: int
    texte: str
    motif: str


@dataclass(frozen=True, slots=True)
class PlanLu:
    fichier: str
    nombre_lignes: int
    territoire: str | None = None
    instrument: str | None = None
    periode: Periode = Periode()
    presentation: Presentation | None = None
    calendrier: Calendrier | None = None
    mise_en_oeuvre: MiseEnOeuvre | None = None
    axes: tuple[Axe, ...] = ()
    fiches_transversales: tuple[Fiche, ...] = ()
    champs_annonces: tuple[str, ...] = ()
    reparations: tuple[Reparation, ...] = ()
    doutes: tuple[Doute, ...] = ()
    ecartees: tuple[LigneEcartee, ...] = ()

    @property
    def fiches(self) -> tuple[Fiche, ...]:
        """Every fiche, in the order of the source: those of the axes, then the transversal ones."""
        dans_axes = tuple(f for axe in self.axes for o in axe.orientations for f in o.fiches)
        return dans_axes + self.fiches_transversales
