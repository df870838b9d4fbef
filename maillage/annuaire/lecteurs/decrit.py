"""Read the rows of a table that a description explains; called by the child process, like the readers by hand."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

import msgspec

from maillage.annuaire.familles import familles
from maillage.annuaire.lecteurs.anomalies import raccourcir
from maillage.annuaire.lecteurs.correspondance import HORAIRES, JOURS, Correspondance
from maillage.annuaire.lecteurs.fiche import Ecartee, FicheLue
from maillage.annuaire.lecteurs.liaison import Liaison
from maillage.annuaire.lecteurs.ligne import Ligne
from maillage.annuaire.lecteurs.place import lire_lieu
from maillage.core.texte import cle

VERSION = 1
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
_OUI = frozenset(("oui", "o", "vrai", "true", "1", "x", "yes"))
_NON = frozenset(("non", "n", "faux", "false", "0", "no"))
_SEPARATEURS = re.compile(r"\s*[;|]\s*")
LONGUEUR_CLE = 140


class LecteurDecrit:
    """`liee` must be bound to the columns of the file before a row is read."""

    def __init__(self, correspondance: Correspondance) -> None:
        self.correspondance = correspondance
        self.liee = Liaison(correspondance)
        self._mots = {
            champ: {cle(mot): valeur for mot, valeur in mots.items()}
            for champ, mots in correspondance.mots.items()
        }

    @property
    def sel(self) -> bytes:
        """The same row under another description gives other values: it is then read again."""
        description = msgspec.json.encode([VERSION, self.correspondance], order="deterministic")
        return blake2b(description, digest_size=16).digest()

    def lire(self, ligne: Ligne) -> FicheLue | Ecartee:
        if motif := self._ecartee(ligne):
            return Ecartee(motif)
        lieu = lire_lieu(self.liee, ligne)
        structure = {
            "nom": self._nom(ligne, "nom"),
            **self._simples(ligne),
            **self._horaires(ligne),
            **self._vie(ligne),
            "extra": self._extra(ligne),
            **lieu,
            **self._constantes("structure"),
        }
        if self.liee.a("itinerant"):
            structure["itinerant"] = self._oui_non(ligne, "itinerant")
        if self.liee.a("reseaux_porteurs"):
            structure["reseaux_porteurs"] = self._liste(ligne, "reseaux_porteurs") or None
        service = self._service(ligne, structure) if self.correspondance.service else None
        return FicheLue(cle=self._cle(ligne, structure), structure=structure, service=service)

    def _nom(self, ligne: Ligne, champ: str) -> str | None:
        colonne = self.liee.colonnes[champ]
        nom = ligne.nom(colonne)
        if nom and not any(c.isalnum() for c in nom):
            ligne.refuser(colonne, "Le nom ne contient ni lettre ni chiffre.", "Écrivez le nom.")
        return nom

    def _ecartee(self, ligne: Ligne) -> str:
        for champ, gardees in self.correspondance.garder.items():
            lu = self.liee.texte(ligne, champ, longueur=LONGUEUR_CLE) or ""
            if self.liee.a(champ) and cle(lu) not in {cle(gardee) for gardee in gardees}:
                return f"{self.liee.colonnes[champ]} = {raccourcir(lu) or 'vide'}"
        return ""

    def _simples(self, ligne: Ligne) -> dict[str, Any]:
        """The fields that take a cell as it is, each checked by its own rule; only those the file has."""
        valeurs: dict[str, Any] = {}
        if self.liee.a("telephone"):
            valeurs["telephone"] = ligne.telephone(self.liee.colonnes["telephone"])
        if self.liee.a("courriel"):
            valeurs["courriel"] = ligne.courriel(self.liee.colonnes["courriel"])[0]
        for champ in ("site_web", "lien_source", "accessibilite_lieu"):
            if self.liee.a(champ):
                valeurs[champ] = ligne.lien(self.liee.colonnes[champ])
        if self.liee.a("siret"):
            valeurs["siret"] = self._siret(ligne)
        if self.liee.a("description"):
            valeurs["description"] = self.liee.texte(ligne, "description", longueur=10_000)
        return valeurs

    def _siret(self, ligne: Ligne) -> str | None:
        """14 digits; zeros alone are how a file says that it does not know."""
        lu = re.sub(r"[\s.]", "", self.liee.texte(ligne, "siret", longueur=40) or "")
        if not lu.strip("0"):
            return None
        if lu.isascii() and lu.isdigit() and len(lu) == 14:
            return lu
        ligne.avertir(
            self.liee.colonnes["siret"],
            f"SIRET illisible : « {raccourcir(lu)} ». Il n’est pas repris.",
            "Un SIRET a quatorze chiffres.",
        )
        return None

    def _vie(self, ligne: Ligne) -> dict[str, Any]:
        valeurs: dict[str, Any] = {}
        if self.liee.a("date_maj"):
            valeurs["date_maj"] = self._jour(ligne, "date_maj")
        if self.liee.a("ouvert_le"):
            jour = self._jour(ligne, "ouvert_le")
            valeurs |= {"ouvert_le": jour, "ouvert_le_origine": "label" if jour else ""}
        return valeurs

    def _jour(self, ligne: Ligne, champ: str) -> str | None:
        texte = self.liee.texte(ligne, champ, longueur=LONGUEUR_CLE)
        if texte and (iso := _ISO.fullmatch(texte)):
            try:
                return date.fromisoformat(iso[1]).isoformat()
            except ValueError:
                pass  # the 31st of February: said below
        jour = ligne.date_dans(self.liee.colonnes[champ])
        return jour.isoformat() if jour else None

    def _horaires(self, ligne: Ligne) -> dict[str, Any]:
        """As given; the days one a line. An empty day is unknown, so it is not written at all."""
        if not self.liee.colonnes.keys() & {"horaires_accueil", "horaires_remarque", *HORAIRES}:
            return {}
        lignes = [self.liee.texte(ligne, "horaires_accueil", longueur=2_000)]
        for champ, jour in zip(HORAIRES, JOURS, strict=True):
            heures = self.liee.texte(ligne, champ, longueur=200)
            lignes.append(f"{jour} : {heures}" if heures else None)
        remarque = self.liee.texte(ligne, "horaires_remarque", longueur=2_000)
        lignes.append(remarque if remarque and any(c.isalnum() for c in remarque) else None)
        return {"horaires_accueil": "\n".join(filter(None, lignes)) or None}

    def _extra(self, ligne: Ligne) -> dict[str, Any]:
        noms = (*self.correspondance.extra, *(["siren"] if self.liee.a("siren") else []))
        return {nom: texte for nom in noms if (texte := self.liee.texte(ligne, nom, longueur=2_000))}

    def _service(self, ligne: Ligne, structure: Mapping[str, Any]) -> dict[str, Any]:
        constantes = self._constantes("service")
        slug = self._mot(ligne, "famille") if self.liee.a("famille") else constantes.get("famille", "")
        famille = familles().get(slug or "")
        service: dict[str, Any] = {
            "nom": (self._nom(ligne, "nom_service") if self.liee.a("nom_service") else None)
            or structure["nom"],
            "famille": slug or "",
        }
        if famille:
            service |= {"type": famille.type or None, "thematiques": list(famille.thematiques)}
        service |= {champ: valeur for champ, valeur in constantes.items() if champ != "famille"}
        for champ in ("description", "date_maj", "ouvert_le", "ouvert_le_origine"):
            if champ in structure:
                service[champ] = structure[champ]
        return service | self._du_service(ligne)

    def _du_service(self, ligne: Ligne) -> dict[str, Any]:
        valeurs: dict[str, Any] = {}
        for champ in ("type", "frais"):
            if self.liee.a(champ):
                valeurs[champ] = self._mot(ligne, champ)
        if self.liee.a("publics"):
            valeurs["publics"] = self._publics(ligne)
        for champ in ("thematiques", "modes_accueil"):
            if self.liee.a(champ):
                valeurs[champ] = self._liste(ligne, champ) or None
        for champ in ("frais_precisions", "publics_precisions", "conditions_acces"):
            if self.liee.a(champ):
                valeurs[champ] = self.liee.texte(ligne, champ)
        if self.liee.a("lien_mobilisation"):
            valeurs["lien_mobilisation"] = ligne.lien(self.liee.colonnes["lien_mobilisation"])
        if self.liee.a("sur_rendez_vous"):
            valeurs["sur_rendez_vous"] = self._oui_non(ligne, "sur_rendez_vous")
        return valeurs

    def _mot(self, ligne: Ligne, champ: str) -> str | None:
        """One word of ours. Free and paid at once is neither: two words that disagree are read as unknown."""
        lus = self._traduits(ligne, champ)
        return lus[0] or None if len(set(lus)) == 1 else None

    def _publics(self, ligne: Ligne) -> list[str] | None:
        """Every public that is welcome, or unknown: a list that leaves some out would turn them away."""
        lus = self._traduits(ligne, "publics")
        return list(dict.fromkeys(lus)) if lus and all(lus) else None

    def _liste(self, ligne: Ligne, champ: str) -> list[str]:
        return list(dict.fromkeys(filter(None, self._traduits(ligne, champ))))

    def _traduits(self, ligne: Ligne, champ: str) -> list[str]:
        """Each word of the cell in ours, "" for a word that was explained as saying nothing; an unknown one is said."""
        lus = [mot for mot in _SEPARATEURS.split(self.liee.texte(ligne, champ) or "") if mot]
        mots = self._mots.get(champ)
        if mots is None:
            return lus
        connus = set(mots.values())
        traduits = [mots.get(cle(mot), mot if mot in connus else None) for mot in lus]
        for mot, traduit in zip(lus, traduits, strict=True):
            if traduit is None:
                self._dire_inconnu(ligne, champ, mot)
        return [mot or "" for mot in traduits]

    def _dire_inconnu(self, ligne: Ligne, champ: str, mot: str) -> None:
        ligne.avertir(
            self.liee.colonnes[champ],
            f"Mot sans équivalent : « {raccourcir(mot)} ». Il n’est pas repris.",
            "Ajoutez-le aux mots de la description de la source.",
        )

    def _oui_non(self, ligne: Ligne, champ: str) -> bool | None:
        lu = self.liee.texte(ligne, champ, longueur=LONGUEUR_CLE)
        if lu is None:
            return None
        mots = self._mots.get(champ, {})
        if cle(lu) in mots:
            valeur = mots[cle(lu)]
            return valeur if isinstance(valeur, bool) else None
        if cle(lu) in _OUI or cle(lu) in _NON:
            return cle(lu) in _OUI
        ligne.avertir(
            self.liee.colonnes[champ],
            f"« {raccourcir(lu)} » n’est ni oui ni non : lu comme inconnu.",
            "Écrivez oui ou non.",
        )
        return None

    def _constantes(self, genre: str) -> dict[str, Any]:
        return dict(self.correspondance.constantes.get(genre, {}))

    def _cle(self, ligne: Ligne, structure: Mapping[str, Any]) -> str:
        if not self.correspondance.cle:
            quoi = (structure["nom"], structure.get("adresse"), structure["commune_officielle_id"])
            resume = blake2b("\x1f".join(cle(v or "") for v in quoi).encode(), digest_size=12)
            return f"{cle(structure['nom'] or '').replace(' ', '-')[:60]}-{resume.hexdigest()}"
        morceaux = []
        for champ in self.correspondance.cle:
            colonne = self.liee.colonnes[champ]
            morceau = ligne.texte(colonne, longueur=LONGUEUR_CLE // len(self.correspondance.cle))
            if morceau is None and not ligne.refus_sur(colonne):
                ligne.refuser(colonne, "L’identifiant manque.", "Écrivez l’identifiant de cette ligne.")
            morceaux.append((morceau or "").replace("\n", " "))
        return "-".join(morceaux)
