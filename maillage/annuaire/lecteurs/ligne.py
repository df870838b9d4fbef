"""One row of a file while it is read: each method takes a column, gives a clean value, and notes what is wrong.

A wrong cell never stops the others: a refused row lists all its errors.
"""

import re
import unicodedata
from datetime import date

from maillage.annuaire.lecteurs.anomalies import Anomalie, raccourcir
from maillage.annuaire.lecteurs.lieux import Referentiel, is_en_france

_NOMBRE = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,25})?")
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_COURRIEL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}")
_DATE_FR = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_INVISIBLES = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_BLANCS = re.compile(r"[^\S\n]+")
LONGUEUR_NOM = 150


class Ligne:
    def __init__(self, numero: int, brut: dict[str, str], referentiel: Referentiel) -> None:
        self.numero = numero
        self.brut = brut
        self.referentiel = referentiel
        self.anomalies: list[Anomalie] = []

    @property
    def refusee(self) -> bool:
        return any(anomalie.refus for anomalie in self.anomalies)

    def refuser(self, colonne: str, message: str, remede: str) -> None:
        self._noter(colonne, message, remede, refus=True)

    def avertir(self, colonne: str, message: str, remede: str = "") -> None:
        self._noter(colonne, message, remede, refus=False)

    def texte(self, colonne: str, *, longueur: int = 5_000) -> str | None:
        """The cell without its outer blanks and invisible characters; None when nothing is left."""
        valeur = unicodedata.normalize("NFC", self.brut.get(colonne) or "")
        lignes = (_BLANCS.sub(" ", morceau).strip() for morceau in valeur.translate(_INVISIBLES).split("\n"))
        propre = "\n".join(filter(None, lignes))
        if any(unicodedata.category(c) == "Cc" and c != "\n" for c in propre):
            self.refuser(
                colonne,
                "La case contient un caractère de contrôle invisible.",
                "Retapez le texte de cette case.",
            )
            return None
        if len(propre) > longueur:
            self.refuser(
                colonne,
                f"{len(propre)} caractères, {longueur} au plus.",
                "Raccourcissez le texte de cette case.",
            )
            return None
        return propre or None

    def nom(self, colonne: str) -> str | None:
        propre = self.texte(colonne, longueur=LONGUEUR_NOM)
        if propre is None and not self.refus_sur(colonne):
            self.refuser(colonne, "Le nom manque.", "Écrivez le nom : aucun nom n’est inventé.")
        return propre.replace("\n", " ") if propre else None

    def code_insee(self, colonne: str) -> str | None:
        code = (self.texte(colonne, longueur=20) or "").upper()
        if code.isascii() and code.isdigit() and len(code) == 4:
            self.avertir(colonne, f"Code INSEE {code} : le zéro de tête, perdu par un tableur, est remis.")
            code = f"0{code}"
        if _INSEE.fullmatch(code):
            return code
        if not self.refus_sur(colonne):
            message = f"Code INSEE illisible : « {raccourcir(code)} »." if code else "Le code INSEE manque."
            self.refuser(
                colonne, message, "Écrivez les cinq caractères du code de la commune (68224, 2A004)."
            )
        return None

    def code_postal(self, colonne: str) -> str | None:
        code = self.texte(colonne, longueur=40)
        if code and code.isascii() and code.isdigit():
            if len(code) == 4:
                self.avertir(
                    colonne, f"Code postal {code} : le zéro de tête, perdu par un tableur, est remis."
                )
                code = f"0{code}"
            if len(code) == 5:
                return code
        if code:
            self.avertir(
                colonne,
                f"Code postal illisible : « {raccourcir(code)} ». Il n’est pas repris.",
                "Un code postal a cinq chiffres.",
            )
        return None

    def officielle(
        self, colonne: str, *, code: str | None, code_postal: str | None, nom: str | None
    ) -> str | None:
        """Code of the commune of today; a row that belongs to no commune is refused, no place is invented."""
        if code is None:
            return None
        rattachement = self.referentiel.rattacher(code, code_postal=code_postal, nom=nom)
        if rattachement.officielle is None:
            self.refuser(
                colonne,
                f"Commune inconnue : {code}.",
                "Vérifiez le code INSEE, ou chargez l’édition des communes où il existe.",
            )
            return None
        if rattachement.avis:
            self.avertir(colonne, rattachement.avis)
        return rattachement.officielle.code

    def check_postal(self, colonne: str, *, code: str | None, code_postal: str | None) -> None:
        attendus = self.referentiel.codes_postaux(code or "")
        if code_postal and attendus and code_postal not in attendus:
            self.avertir(
                colonne,
                f"Le code postal {code_postal} n’est pas celui de la commune {self.referentiel.nom(code or '')} "
                f"({', '.join(attendus)}). Il est gardé tel quel ; la commune vient du code INSEE.",
            )

    def nombre(self, colonne: str) -> float | None:
        """A plain decimal number in ASCII digits; NaN, infinities, exponents and a negative zero are refused."""
        texte = self.texte(colonne, longueur=200)
        if texte is None:
            return None
        if not _NOMBRE.fullmatch(texte) or (texte[0] == "-" and not float(texte.replace(",", "."))):
            self.refuser(
                colonne,
                f"Nombre illisible : « {raccourcir(texte)} ».",
                "Écrivez un nombre en chiffres, comme 47.7559, ou laissez la case vide.",
            )
            return None
        if "," in texte:
            self.avertir(colonne, f"« {texte} » : la virgule est lue comme un point décimal.")
        return float(texte.replace(",", "."))

    def coordonnees(self, latitude: str, longitude: str) -> tuple[float | None, float | None]:
        """(latitude, longitude), put right when they are swapped; (None, None) when there is no usable point."""
        lat, lon = self.nombre(latitude), self.nombre(longitude)
        if lat is None and lon is None:
            return None, None
        if lat is None or lon is None:
            vide = latitude if lat is None else longitude
            if not self.refus_sur(vide):
                self.avertir(vide, "Une seule des deux coordonnées est donnée : aucune n’est reprise.")
            return None, None
        if is_en_france(lat, lon):
            return lat, lon
        if lat == 0 and lon == 0:
            self.avertir(latitude, "Coordonnées 0, 0 : lues comme inconnues.")
            return None, None
        if is_en_france(lon, lat):
            self.avertir(latitude, f"Latitude et longitude inversées ({lat}, {lon}) : remises dans l’ordre.")
            return lon, lat
        self.refuser(
            latitude,
            f"Les coordonnées {lat}, {lon} ne sont pas en France.",
            "Corrigez la latitude et la longitude (degrés, WGS 84), ou videz les deux cases.",
        )
        return None, None

    def courriel(self, colonne: str) -> tuple[str | None, list[str]]:
        """(the first address, the others); what is not an address is not taken over, and said."""
        texte = self.texte(colonne, longueur=500)
        if texte is None:
            return None, []
        adresses = [a for a in re.split(r"[\s,;]+", texte) if _COURRIEL.fullmatch(a) and len(a) <= 254]
        if not adresses:
            self.avertir(
                colonne,
                f"Adresse électronique illisible : « {raccourcir(texte)} ». Elle n’est pas reprise.",
                "Écrivez une adresse comme accueil@exemple.fr.",
            )
            return None, []
        if len(adresses) > 1:
            self.avertir(
                colonne, f"Plusieurs adresses électroniques : {adresses[0]} est prise, les autres gardées."
            )
        return adresses[0], adresses[1:]

    def telephone(self, colonne: str) -> str | None:
        """As the source writes it: a number is dialled by people, its spelling is theirs."""
        texte = self.texte(colonne, longueur=60)
        if texte and not any(c in "0123456789" for c in texte):
            self.avertir(colonne, f"« {raccourcir(texte)} » n’est pas un numéro : il n’est pas repris.")
            return None
        return texte

    def lien(self, colonne: str) -> str | None:
        texte = self.texte(colonne, longueur=2083)
        if texte and not (texte.startswith(("http://", "https://")) and " " not in texte):
            self.avertir(
                colonne,
                f"Adresse internet illisible : « {raccourcir(texte)} ». Elle n’est pas reprise.",
                "Écrivez-la en entier, avec https://.",
            )
            return None
        return texte

    def date_dans(self, colonne: str) -> date | None:
        """The day written jj/mm/aaaa somewhere in the cell."""
        texte = self.texte(colonne, longueur=200)
        if texte is None:
            return None
        trouvee = _DATE_FR.search(texte)
        try:
            if trouvee:
                return date(int(trouvee[3]), int(trouvee[2]), int(trouvee[1]))
        except ValueError:
            pass  # the 31st of February
        self.avertir(
            colonne,
            f"Date illisible : « {raccourcir(texte)} ». Elle n’est pas reprise.",
            "Écrivez la date jj/mm/aaaa.",
        )
        return None

    def refus_sur(self, colonne: str) -> bool:
        return any(anomalie.refus and anomalie.colonne == colonne for anomalie in self.anomalies)

    def _noter(self, colonne: str, message: str, remede: str, *, refus: bool) -> None:
        self.anomalies.append(
            Anomalie(
                ligne=self.numero,
                colonne=colonne,
                valeur=raccourcir(self.brut.get(colonne) or ""),
                message=message,
                remede=remede,
                refus=refus,
            )
        )
