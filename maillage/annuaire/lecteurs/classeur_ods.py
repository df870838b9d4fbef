"""Read the rows of an ODS sheet as a stream, in bounded memory; called by `tables`."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from maillage.annuaire.lecteurs import archive, xml_flux
from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.classeur_xlsx import FUSIONS_MONTREES, nombre_lisible
from maillage.annuaire.lecteurs.rangee import COLONNES_MAX, Feuille, Rangee, nom_de

PARTIE = "content.xml"
# A filled row that a sheet repeats is a slip of the mouse, or a bomb.
REPETITIONS_MAX = 1_000
_REMEDE = "Corrigez cette case, ou effacez-la."


def rangees(fichier: zipfile.ZipFile, feuille: Feuille) -> Iterator[Rangee]:
    """The rows that hold something of the first visible sheet; `feuille` says its name and what was not read."""
    lecture = _Lecture()
    flux = archive.blocs(fichier, PARTIE)
    for _ in xml_flux.analyser(
        flux, partie=PARTIE, ouvrir=lecture.ouvrir, fermer=lecture.fermer, texte=lecture.texte
    ):
        yield from lecture.pretes
        lecture.pretes.clear()
    if not lecture.lue:
        raise FichierIllisible(
            "Ce classeur n’a aucune feuille visible.",
            remede="Affichez la feuille à lire, puis enregistrez le classeur.",
        )
    feuille.nom = lecture.lue
    for quoi, noms in (("feuilles cachées", lecture.cachees), ("autres feuilles", lecture.autres)):
        if noms:
            cites = ", ".join(f"« {raccourcir(nom, 31)} »" for nom in noms[:10])
            feuille.avis.append((f"Ces {quoi} ne sont pas lues : {cites}.", "Une feuille par fichier."))
    for case in lecture.fusions:
        feuille.avis.append(
            (
                f"La case {case} couvre ses voisines (cases fusionnées) : les autres sont lues vides.",
                "Défusionnez-les et répétez la valeur si elle vaut pour chaque ligne.",
            )
        )


@dataclass(slots=True)
class _Lecture:
    pretes: list[Rangee] = field(default_factory=list)
    lue: str = ""
    cachees: list[str] = field(default_factory=list)
    autres: list[str] = field(default_factory=list)
    fusions: list[str] = field(default_factory=list)
    styles_caches: set[str] = field(default_factory=set)
    style: str = ""
    actif: bool = False
    rangee: Rangee | None = None
    numero: int = 0
    repetee: int = 1
    colonne: int = 0
    case: dict[str, str] | None = None
    paragraphes: list[str] = field(default_factory=list)
    capte: bool = False
    muet: int = 0  # inside an annotation: what people noted beside the cell is not its text

    def ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "style":
            self.style = attributs.get("name", "")
        elif nom == "table-properties" and attributs.get("display") == "false":
            self.styles_caches.add(self.style)
        elif nom == "table":
            self._commencer_feuille(attributs)
        elif self.actif:
            self._dans_feuille(nom, attributs)

    def _dans_feuille(self, nom: str, attributs: dict[str, str]) -> None:
        if nom == "table-row":
            self.rangee, self.colonne = Rangee(self.numero + 1), 0
            self.repetee = _entier(attributs.get("number-rows-repeated"))
        elif nom in ("table-cell", "covered-table-cell") and self.rangee is not None:
            self.case, self.paragraphes = attributs, []
        elif nom == "annotation":
            self.muet += 1
        elif self.case is not None and not self.muet:
            if nom == "p":
                self.paragraphes.append("")
                self.capte = True
            elif nom == "s" and self.capte:
                self.paragraphes[-1] += " " * min(_entier(attributs.get("c")), 100)
            elif nom in ("tab", "line-break") and self.capte:
                self.paragraphes[-1] += " "

    def fermer(self, nom: str) -> None:
        if not self.actif:
            return
        if nom == "p":
            self.capte = False
        elif nom == "annotation":
            self.muet -= 1
        elif nom in ("table-cell", "covered-table-cell") and self.case is not None:
            self._finir_case(self.case)
            self.case = None
        elif nom == "table-row" and self.rangee is not None:
            self._finir_rangee(self.rangee)
            self.rangee = None
        elif nom == "table":
            self.actif = False

    def texte(self, lu: str) -> None:
        if self.capte and not self.muet:
            self.paragraphes[-1] += lu

    def _commencer_feuille(self, attributs: dict[str, str]) -> None:
        nom = attributs.get("name", "")
        if attributs.get("style-name", "") in self.styles_caches:
            self.cachees.append(nom)
        elif self.lue:
            self.autres.append(nom)
        else:
            self.lue, self.actif, self.numero = nom or "sans nom", True, 0

    def _finir_rangee(self, rangee: Rangee) -> None:
        if rangee.cases or rangee.fautes:
            if self.repetee > REPETITIONS_MAX:
                raise FichierIllisible(
                    f"La ligne {rangee.numero} est répétée {self.repetee} fois.",
                    remede="Effacez les lignes en trop sous le tableau.",
                    ligne=rangee.numero,
                )
            for rang in range(self.repetee):
                self.pretes.append(Rangee(rangee.numero + rang, rangee.cases, rangee.fautes))
        self.numero += self.repetee

    def _finir_case(self, attributs: dict[str, str]) -> None:
        rangee = self.rangee
        if rangee is None:
            return
        repetee = _entier(attributs.get("number-columns-repeated"))
        texte = _valeur(attributs, "\n".join(self.paragraphes))
        faute = _faute(attributs, texte)
        etendue = {attributs.get(f"number-{sens}-spanned", "1") for sens in ("columns", "rows")}
        if etendue != {"1"} and len(self.fusions) < FUSIONS_MONTREES:
            self.fusions.append(f"{nom_de(self.colonne)}{rangee.numero}")
        if texte or faute:
            for rang in range(self.colonne, self.colonne + min(repetee, COLONNES_MAX + 1)):
                if faute:
                    case = f"{nom_de(rang)}{rangee.numero}"
                    rangee.refuser(rang, faute[0], f"La case {case} contient {faute[1]}.", _REMEDE)
                else:
                    rangee.poser(rang, texte)
        self.colonne += repetee


def _valeur(attributs: dict[str, str], texte: str) -> str:
    """A date and a number by what they are; anything else by what is shown."""
    genre = attributs.get("value-type", "")
    if genre == "date":
        return attributs.get("date-value", texte).removesuffix("T00:00:00").replace("T", " ")
    if genre in ("float", "percentage", "currency"):
        return nombre_lisible(attributs.get("value", texte))
    if genre == "boolean":
        return "oui" if attributs.get("boolean-value") == "true" else "non"
    return texte or attributs.get("string-value", "")


def _faute(attributs: dict[str, str], texte: str) -> tuple[str, str] | None:
    """(what stands there, what it is) when the cell holds no value."""
    erreur = attributs.get("value-type") == "error" or texte.startswith(
        ("#REF!", "#N/A", "#NOM?", "#NAME?", "#DIV/0!")
    )
    if "formula" in attributs and (erreur or texte.startswith(("Err:", "#VALUE!", "#VALEUR!"))):
        return texte, f"l’erreur {raccourcir(texte)}"
    if erreur:
        return texte, f"l’erreur {raccourcir(texte)}"
    if "formula" in attributs and not texte and "value-type" not in attributs:
        return attributs["formula"], "une formule sans son résultat"
    return None


def _entier(texte: str | None) -> int:
    return int(texte) if texte and texte.isascii() and texte.isdigit() and 0 < len(texte) < 10 else 1
