"""Read the rows of a table that a description explains; called by the child process, like the readers by hand."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

import msgspec

from maillage.annuaire.familles import familles
from maillage.annuaire.lecteurs.anomalies import Anomalie, FichierIllisible, raccourcir
from maillage.annuaire.lecteurs.correspondance import (
    CHAMPS,
    HORAIRES,
    JOURS,
    Correspondance,
    is_situee,
)
from maillage.annuaire.lecteurs.fiche import Ecartee, FicheLue
from maillage.annuaire.lecteurs.ligne import Ligne
from maillage.core.texte import cle

VERSION = 1
# « 2 rue Étienne-Coutan, 44100 Nantes, France », « 6 RUE DE LA BOURSE⏎68100 MULHOUSE »
_ADRESSE = re.compile(
    r"(?P<voie>.*?)[\s,;–-]*\b(?P<code>[0-9]{5})\s+(?P<ville>[^,;\n0-9][^,;\n]*?)\s*(?:,\s*France)?\s*",
    re.DOTALL | re.IGNORECASE,
)
_CEDEX = re.compile(r"\s+cedex(\s+[0-9]+)?$", re.IGNORECASE)
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?")
_OUI = frozenset(("oui", "o", "vrai", "true", "1", "x", "yes"))
_NON = frozenset(("non", "n", "faux", "false", "0", "no"))
_SEPARATEURS = re.compile(r"\s*[;|]\s*")
LONGUEUR_CLE = 140


class LecteurDecrit:
    """Bound to the columns of one file: `colonnes` says which column gives each field."""

    def __init__(self, correspondance: Correspondance) -> None:
        self.correspondance = correspondance
        self.colonnes: dict[str, str] = {}
        self._mots = {
            champ: {cle(mot): valeur for mot, valeur in mots.items()}
            for champ, mots in correspondance.mots.items()
        }

    @property
    def sel(self) -> bytes:
        """The same row under another description gives other values: it is then read again."""
        description = msgspec.json.encode([VERSION, self.correspondance], order="deterministic")
        return blake2b(description, digest_size=16).digest()

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
                raise FichierIllisible(
                    f"La colonne « {raccourcir(colonne)} » est présente {compte} fois.",
                    remede="Supprimez ou renommez la colonne en trop.",
                    ligne=1,
                    colonne=colonne,
                )
        for champ in self.correspondance.cle:
            if champ not in self.colonnes:
                raise _manque(f"l’identifiant ({champ})", self._attendues(champ), vues)
        return self._avis(vues)

    def lire(self, ligne: Ligne) -> FicheLue | Ecartee:
        if motif := self._ecartee(ligne):
            return Ecartee(motif)
        lieu = self._lieu(ligne)
        structure = {
            "nom": self._nom(ligne, "nom"),
            **self._simples(ligne),
            "horaires_accueil": self._horaires(ligne),
            **self._vie(ligne),
            "extra": self._extra(ligne),
            **lieu,
            **self._constantes("structure"),
        }
        if self._a("itinerant"):
            structure["itinerant"] = self._oui_non(ligne, "itinerant")
        if self._a("reseaux_porteurs"):
            structure["reseaux_porteurs"] = self._liste(ligne, "reseaux_porteurs") or None
        service = self._service(ligne, structure) if self.correspondance.service else None
        return FicheLue(cle=self._cle(ligne, structure), structure=structure, service=service)

    def _a(self, champ: str) -> bool:
        return champ in self.colonnes

    def _texte(self, ligne: Ligne, champ: str, *, longueur: int = 5_000) -> str | None:
        return ligne.texte(self.colonnes[champ], longueur=longueur) if self._a(champ) else None

    def _nom(self, ligne: Ligne, champ: str) -> str | None:
        return ligne.nom(self.colonnes[champ])

    def _ecartee(self, ligne: Ligne) -> str:
        for champ, gardees in self.correspondance.garder.items():
            lu = self._texte(ligne, champ, longueur=LONGUEUR_CLE) or ""
            if self._a(champ) and cle(lu) not in {cle(gardee) for gardee in gardees}:
                return f"{self.colonnes[champ]} = {raccourcir(lu) or 'vide'}"
        return ""

    def _simples(self, ligne: Ligne) -> dict[str, Any]:
        """The fields that take a cell as it is, each checked by its own rule; only those the file has."""
        valeurs: dict[str, Any] = {}
        if self._a("telephone"):
            valeurs["telephone"] = ligne.telephone(self.colonnes["telephone"])
        if self._a("courriel"):
            valeurs["courriel"] = ligne.courriel(self.colonnes["courriel"])[0]
        for champ in ("site_web", "lien_source", "accessibilite_lieu"):
            if self._a(champ):
                valeurs[champ] = ligne.lien(self.colonnes[champ])
        if self._a("siret"):
            valeurs["siret"] = self._siret(ligne)
        if self._a("description"):
            valeurs["description"] = self._texte(ligne, "description", longueur=10_000)
        return valeurs

    def _siret(self, ligne: Ligne) -> str | None:
        """14 digits; zeros alone are how a file says that it does not know."""
        lu = re.sub(r"[\s.]", "", self._texte(ligne, "siret", longueur=40) or "")
        if not lu.strip("0"):
            return None
        if lu.isascii() and lu.isdigit() and len(lu) == 14:
            return lu
        ligne.avertir(
            self.colonnes["siret"],
            f"SIRET illisible : « {raccourcir(lu)} ». Il n’est pas repris.",
            "Un SIRET a quatorze chiffres.",
        )
        return None

    def _vie(self, ligne: Ligne) -> dict[str, Any]:
        valeurs: dict[str, Any] = {}
        if self._a("date_maj"):
            valeurs["date_maj"] = self._jour(ligne, "date_maj")
        if self._a("ouvert_le"):
            jour = self._jour(ligne, "ouvert_le")
            valeurs |= {"ouvert_le": jour, "ouvert_le_origine": "label" if jour else ""}
        return valeurs

    def _jour(self, ligne: Ligne, champ: str) -> str | None:
        texte = self._texte(ligne, champ, longueur=LONGUEUR_CLE)
        if texte and (iso := _ISO.fullmatch(texte)):
            try:
                return date.fromisoformat(iso[1]).isoformat()
            except ValueError:
                pass  # the 31st of February: said below
        jour = ligne.date_dans(self.colonnes[champ])
        return jour.isoformat() if jour else None

    def _horaires(self, ligne: Ligne) -> str | None:
        """As given; the days one a line. An empty day is unknown, so it is not written at all."""
        lignes = [self._texte(ligne, "horaires_accueil", longueur=2_000)]
        for champ, jour in zip(HORAIRES, JOURS, strict=True):
            heures = self._texte(ligne, champ, longueur=200)
            lignes.append(f"{jour} : {heures}" if heures else None)
        remarque = self._texte(ligne, "horaires_remarque", longueur=2_000)
        lignes.append(remarque if remarque and any(c.isalnum() for c in remarque) else None)
        return "\n".join(filter(None, lignes)) or None

    def _extra(self, ligne: Ligne) -> dict[str, Any]:
        noms = (*self.correspondance.extra, *(["siren"] if self._a("siren") else []))
        return {nom: texte for nom in noms if (texte := self._texte(ligne, nom, longueur=2_000))}

    def _lieu(self, ligne: Ligne) -> dict[str, Any]:
        code = self._code_insee(ligne)
        voie, code_postal, commune = self._adresse(ligne)
        if code:
            ligne.check_postal(self._colonne_postale(), code=code, code_postal=code_postal)
            officielle = ligne.officielle(
                self.colonnes["code_insee"], code=code, code_postal=code_postal, nom=commune
            )
        else:
            officielle = self._officielle(ligne, code_postal=code_postal, commune=commune)
        latitude, longitude = self._coordonnees(ligne)
        return {
            "adresse": voie,
            "complement_adresse": self._texte(ligne, "complement_adresse", longueur=500),
            "code_postal": code_postal,
            "commune": commune,
            "code_insee": code,
            "commune_officielle_id": officielle,
            "latitude": latitude,
            "longitude": longitude,
        }

    def _code_insee(self, ligne: Ligne) -> str | None:
        """A row whose code is empty can still be placed by its address, when the file gives one."""
        if not self._a("code_insee"):
            return None
        autre_moyen = self.colonnes.keys() & {"adresse_entiere", "commune", "code_postal"}
        if autre_moyen and self._texte(ligne, "code_insee", longueur=20) is None:
            return None
        return ligne.code_insee(self.colonnes["code_insee"])

    def _adresse(self, ligne: Ligne) -> tuple[str | None, str | None, str | None]:
        """(street, postcode, commune); columns of their own are preferred to what the whole address says."""
        code_postal = ligne.code_postal(self.colonnes["code_postal"]) if self._a("code_postal") else None
        commune = self._texte(ligne, "commune", longueur=80)
        voie = self._texte(ligne, "adresse", longueur=500)
        entiere = self._texte(ligne, "adresse_entiere", longueur=500)
        if entiere:
            lue = _ADRESSE.fullmatch(entiere)
            if lue is None:
                ligne.avertir(
                    self.colonnes["adresse_entiere"],
                    "L’adresse ne finit pas par un code postal et une commune.",
                )
                return voie or entiere, code_postal, commune
            voie = voie or lue["voie"].strip(" ,;-–\n") or None
            code_postal = code_postal or lue["code"]
            commune = commune or lue["ville"].strip()
        if commune:
            commune = _CEDEX.sub("", commune)
        return voie, code_postal, commune

    def _officielle(self, ligne: Ligne, *, code_postal: str | None, commune: str | None) -> str | None:
        colonne = self._colonne_lieu()
        if ligne.refus_sur(colonne):
            return None
        trouvee = ligne.referentiel.retrouver(nom=commune, code_postal=code_postal)
        if trouvee.officielle is None:
            vu = " ".join(filter(None, (code_postal, commune)))
            ligne.refuser(
                colonne,
                f"Commune introuvable : « {raccourcir(vu)} »." if vu else "La commune manque.",
                "Écrivez le nom de la commune et son code postal, ou son code INSEE.",
            )
            return None
        if trouvee.avis:
            ligne.avertir(colonne, trouvee.avis)
        return trouvee.officielle.code

    def _coordonnees(self, ligne: Ligne) -> tuple[float | None, float | None]:
        if self._a("point"):
            colonne = self.colonnes["point"]
            morceaux = re.split(r"\s*[,;]\s*|\s+", self._texte(ligne, "point", longueur=200) or "")
            if len(morceaux) == 2:
                ligne.brut = ligne.brut | {f"{colonne}/1": morceaux[0], f"{colonne}/2": morceaux[1]}
                return ligne.coordonnees(f"{colonne}/1", f"{colonne}/2")
            if morceaux != [""]:
                ligne.avertir(
                    colonne, "Deux nombres sont attendus, la latitude puis la longitude : non repris."
                )
            return None, None
        if self._a("latitude") and self._a("longitude"):
            return ligne.coordonnees(self.colonnes["latitude"], self.colonnes["longitude"])
        return None, None

    def _service(self, ligne: Ligne, structure: Mapping[str, Any]) -> dict[str, Any]:
        constantes = self._constantes("service")
        slug = self._mot(ligne, "famille") if self._a("famille") else constantes.get("famille", "")
        famille = familles().get(slug or "")
        service: dict[str, Any] = {
            "nom": (self._nom(ligne, "nom_service") if self._a("nom_service") else None) or structure["nom"],
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
            if self._a(champ):
                valeurs[champ] = self._mot(ligne, champ)
        for champ in ("thematiques", "publics", "modes_accueil"):
            if self._a(champ):
                valeurs[champ] = self._liste(ligne, champ) or None
        for champ in ("frais_precisions", "publics_precisions", "conditions_acces"):
            if self._a(champ):
                valeurs[champ] = self._texte(ligne, champ)
        if self._a("lien_mobilisation"):
            valeurs["lien_mobilisation"] = ligne.lien(self.colonnes["lien_mobilisation"])
        if self._a("sur_rendez_vous"):
            valeurs["sur_rendez_vous"] = self._oui_non(ligne, "sur_rendez_vous")
        return valeurs

    def _mot(self, ligne: Ligne, champ: str) -> str | None:
        """One word of ours. Free and paid at once is neither: two words that disagree are read as unknown."""
        lus = self._traduits(ligne, champ)
        if champ == "type":  # the file lists kinds by importance, the record has one
            return next(filter(None, lus), None)
        return lus[0] or None if len(set(lus)) == 1 else None

    def _liste(self, ligne: Ligne, champ: str) -> list[str]:
        return list(dict.fromkeys(filter(None, self._traduits(ligne, champ))))

    def _traduits(self, ligne: Ligne, champ: str) -> list[str]:
        """Each word of the cell in ours, "" for a word that was explained as saying nothing; an unknown one is said."""
        lus = [mot for mot in _SEPARATEURS.split(self._texte(ligne, champ) or "") if mot]
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
            self.colonnes[champ],
            f"Mot sans équivalent : « {raccourcir(mot)} ». Il n’est pas repris.",
            "Ajoutez-le aux mots de la description de la source.",
        )

    def _oui_non(self, ligne: Ligne, champ: str) -> bool | None:
        lu = self._texte(ligne, champ, longueur=LONGUEUR_CLE)
        if lu is None:
            return None
        mots = self._mots.get(champ, {})
        if cle(lu) in mots:
            valeur = mots[cle(lu)]
            return valeur if isinstance(valeur, bool) else None
        if cle(lu) in _OUI or cle(lu) in _NON:
            return cle(lu) in _OUI
        ligne.avertir(
            self.colonnes[champ],
            f"« {raccourcir(lu)} » n’est ni oui ni non : lu comme inconnu.",
            "Écrivez oui ou non.",
        )
        return None

    def _constantes(self, genre: str) -> dict[str, Any]:
        return dict(self.correspondance.constantes.get(genre, {}))

    def _cle(self, ligne: Ligne, structure: Mapping[str, Any]) -> str:
        if not self.correspondance.cle:
            quoi = (structure["nom"], structure["adresse"], structure["commune_officielle_id"])
            resume = blake2b("\x1f".join(cle(v or "") for v in quoi).encode(), digest_size=12)
            return f"{cle(structure['nom'] or '').replace(' ', '-')[:60]}-{resume.hexdigest()}"
        morceaux = []
        for champ in self.correspondance.cle:
            colonne = self.colonnes[champ]
            morceau = ligne.texte(colonne, longueur=LONGUEUR_CLE // len(self.correspondance.cle))
            if morceau is None and not ligne.refus_sur(colonne):
                ligne.refuser(colonne, "L’identifiant manque.", "Écrivez l’identifiant de cette ligne.")
            morceaux.append((morceau or "").replace("\n", " "))
        return "-".join(morceaux)

    def _colonne_lieu(self) -> str:
        noms = ("commune", "code_postal", "adresse_entiere", "code_insee")
        return next(self.colonnes[nom] for nom in noms if self._a(nom))

    def _colonne_postale(self) -> str:
        return (
            self.colonnes.get("code_postal")
            or self.colonnes.get("adresse_entiere")
            or self.colonnes["code_insee"]
        )

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
        if not self._a("code_insee"):
            phrases.append(
                "Ce fichier n’a pas de code INSEE : la commune est trouvée par son nom et son code postal."
            )
        absents = [CHAMPS.get(c, c) for c in self.correspondance.toutes if not self._a(c)]
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
