"""Bind a description to the columns that one file has; called by `tables` before the first row is read."""

from collections import Counter

from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.correspondance import CHAMPS, Correspondance, is_situee
from maillage.annuaire.lecteurs.ligne import Ligne
from maillage.core.texte import cle


class Liaison:
    """`colonnes` says which column of this file gives each field; a field without a column is not spoken of."""

    def __init__(self, correspondance: Correspondance) -> None:
        self.correspondance = correspondance
        self.colonnes: dict[str, str] = {}

    def lier(self, vues: list[str]) -> list[Anomalie]:
        """Choose the columns; raises FichierIllisible when the name, the place or the key cannot be told."""
        presentes = {cle(nom): nom for nom in reversed(vues)}
        self.colonnes = {
            champ: trouvee
            for champ, noms in self.correspondance.toutes.items()
            if (trouvee := next((presentes[c] for nom in noms if (c := cle(nom)) in presentes), None))
        }
        if "nom" not in self.colonnes:
            raise _manque("le nom", self._attendues("nom"), vues)
        if not is_situee(self.colonnes):
            raise _manque("la commune", self._attendues("code_insee", "commune", "code_postal"), vues)
        for colonne, compte in Counter(vues).items():
            if compte > 1 and colonne in self.colonnes.values():
                raise _double(colonne, compte)
        for champ in self.correspondance.cle:
            if champ not in self.colonnes:
                raise _manque(f"l’identifiant ({champ})", self._attendues(champ), vues)
        return self._avis(vues)

    def a(self, champ: str) -> bool:
        return champ in self.colonnes

    def texte(self, ligne: Ligne, champ: str, *, longueur: int = 5_000) -> str | None:
        return ligne.texte(self.colonnes[champ], longueur=longueur) if self.a(champ) else None

    def _attendues(self, *champs: str) -> list[str]:
        return [nom for champ in champs for nom in self.correspondance.toutes.get(champ, ())]

    def _avis(self, vues: list[str]) -> list[Anomalie]:
        phrases = list(self.correspondance.avertissements)
        if not self.correspondance.cle:
            phrases.append(
                "Ce fichier n’a pas d’identifiant : chaque fiche est reconnue à son nom, son adresse et sa commune. "
                "Si l’un des trois change, l’ancienne fiche est retirée et une nouvelle est créée ; deux lignes "
                "différentes qui les ont tous trois en commun sont refusées."
            )
        if not self.a("code_insee"):
            phrases.append(
                "Ce fichier n’a pas de code INSEE : la commune est trouvée par son nom et son code postal."
            )
        absents = [CHAMPS.get(c, c) for c in self.correspondance.toutes if not self.a(c)]
        if absents:
            phrases.append(
                f"Sans colonne dans ce fichier : {', '.join(absents)}. Ces valeurs restent inconnues."
            )
        laissees = [nom for nom in vues if nom not in self.colonnes.values()]
        if laissees:
            phrases.append(f"Colonnes non lues : {raccourcir(', '.join(laissees), 300)}.")
        return [Anomalie(0, "", "", phrase, remede="", refus=False) for phrase in phrases]


def _manque(quoi: str, attendues: list[str], vues: list[str]) -> FichierIllisible:
    cites = ", ".join(f"« {nom} »" for nom in attendues[:12]) or "aucune"
    return FichierIllisible(
        f"Aucune colonne ne donne {quoi}. Attendues : {cites}. Colonnes vues : {raccourcir(', '.join(vues), 300)}.",
        remede="Vérifiez que le fichier est bien celui de cette source, ou faites correspondre ses colonnes.",
        ligne=1,
        colonne=attendues[0] if attendues else "",
    )


def _double(colonne: str, compte: int) -> FichierIllisible:
    return FichierIllisible(
        f"La colonne « {raccourcir(colonne)} » est présente {compte} fois.",
        remede="Supprimez ou renommez la colonne en trop.",
        ligne=1,
        colonne=colonne,
    )
