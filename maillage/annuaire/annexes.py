"""Add, change and remove what a record may have several of: sites, dated closures, contacts, agreements and labels.

Called by the staff pages and by the examples. Each act is one line of the record's own history, and moves its version.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from maillage.annuaire.champs import DERNIER_JOUR, PREMIER_JOUR, avec_commune, check_point, en_json, libelle
from maillage.annuaire.corrections import annoncer_fiche, rehausser
from maillage.annuaire.models import Contact, Fermeture, Lieu, Reconnaissance, Service, Structure
from maillage.annuaire.valeurs import nettoyer_acces
from maillage.comptes.models import Personne
from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.journal import journaliser
from maillage.core.texte import sans_signes_caches

Annexe = Fermeture | Contact | Reconnaissance | Lieu
MODELES: dict[str, type[Fermeture] | type[Contact] | type[Reconnaissance] | type[Lieu]] = {
    "fermeture": Fermeture,
    "contact": Contact,
    "reconnaissance": Reconnaissance,
    "lieu": Lieu,
}
CHAMPS = {
    "fermeture": ("du", "au", "motif", "texte"),
    "contact": ("nom", "fonction", "telephone", "courriel", "precisions", "visibilite"),
    "reconnaissance": ("genre", "nom", "par", "du", "au"),
    "lieu": (
        "nom",
        "principal",
        "adresse",
        "complement_adresse",
        "code_postal",
        "code_insee",
        "commune",
        "latitude",
        "longitude",
        "horaires_accueil",
        "acces_handicap",
        "confidentiel",
    ),
}
LIBELLES = {"du": "Premier jour", "au": "Dernier jour", "texte": "Précisions", "precisions": "Précisions"}
# The journal is for ever; a person's name and number are not: it tells that they changed, not what they are.
PERSONNELS = frozenset({"nom", "telephone", "courriel", "precisions"})
AUTRE_PERSONNE = (
    "Une autre personne a enregistré cette fiche pendant que vous écriviez. Rien n’est perdu : "
    "relisez ce qui est enregistré, puis enregistrez de nouveau."
)


def ajouter(
    objet: Structure | Service,
    genre: str,
    *,
    valeurs: dict[str, Any],
    version: int,
    par: Personne | None,
    le: datetime,
    motif: str = "",
) -> Annexe:
    """Raises RegleMetier on a value that cannot be, ConflitEdition when the record moved since `version` was read."""
    if genre == "lieu" and isinstance(objet, Structure):
        raise RegleMetier("Un lieu appartient à un service : ajoutez-le à la fiche du service.")
    with transaction.atomic():
        frais = _verrouiller(objet, version=version)
        annexe = MODELES[genre](**{"service" if isinstance(frais, Service) else "structure": frais})
        apres = _ecrire(annexe, genre, valeurs)
        champs = {champ: [None, valeur] for champ, valeur in apres.items() if valeur not in (None, "")}
        _tracer(f"ajouter_{genre}", frais, champs, par=par, motif=motif, le=le)
    return annexe


def modifier(
    annexe: Annexe,
    *,
    valeurs: dict[str, Any],
    version: int,
    par: Personne | None,
    le: datetime,
    motif: str = "",
) -> Annexe:
    genre = genre_de(annexe)
    with transaction.atomic():
        frais = _verrouiller(fiche_de(annexe), version=version)
        avant = _dit(annexe, genre)
        apres = _ecrire(annexe, genre, valeurs)
        champs = {champ: [avant[champ], valeur] for champ, valeur in apres.items() if avant[champ] != valeur}
        if champs:
            _tracer(f"modifier_{genre}", frais, champs, par=par, motif=motif, le=le)
    return annexe


def retirer(annexe: Annexe, *, par: Personne | None, le: datetime, motif: str = "") -> None:
    genre = genre_de(annexe)
    with transaction.atomic():
        fiche = fiche_de(annexe)
        avant = _dit(annexe, genre)
        annexe.delete()
        champs = {champ: [valeur, None] for champ, valeur in avant.items() if valeur not in (None, "")}
        _tracer(f"retirer_{genre}", fiche, champs, par=par, motif=motif, le=le)


def genre_de(annexe: Annexe) -> str:
    return next(genre for genre, modele in MODELES.items() if isinstance(annexe, modele))


def fiche_de(annexe: Annexe) -> Structure | Service:
    fiche = annexe.service or getattr(annexe, "structure", None)
    if fiche is None:  # the database refuses it
        raise ValueError("an annex of no record")
    return fiche


def _verrouiller(objet: Structure | Service, *, version: int) -> Structure | Service:
    frais = type(objet).objects.select_for_update().get(pk=objet.pk)
    if frais.version != version:
        raise ConflitEdition(AUTRE_PERSONNE, actuel={"version": frais.version}, saisi={"version": version})
    return frais


def _ecrire(annexe: Annexe, genre: str, valeurs: dict[str, Any]) -> dict[str, Any]:
    """Write the values that can be; gives what is now said, as the journal keeps it."""
    propres = {champ: _propre(valeur) for champ, valeur in valeurs.items() if champ in CHAMPS[genre]}
    if isinstance(annexe, Lieu):
        propres = _propre_lieu(annexe, propres)
    for champ, valeur in propres.items():
        setattr(annexe, champ, valeur)
    try:
        annexe.full_clean(validate_unique=False)
    except ValidationError as refus:
        raise RegleMetier("\n".join(_phrases(refus))) from None
    annexe.save()
    return _dit(annexe, genre)


def _propre(valeur: Any) -> Any:
    if isinstance(valeur, str):
        if "\x00" in valeur:
            raise RegleMetier("Un caractère interdit (nul) s’y trouve : retapez le texte.")
        return sans_signes_caches(valeur).strip()
    if type(valeur) is date and not PREMIER_JOUR <= valeur <= DERNIER_JOUR:
        raise RegleMetier(f"Le {valeur:%d/%m/%Y} ne se peut pas. Vérifiez l’année.")
    return valeur


def _propre_lieu(lieu: Lieu, propres: dict[str, Any]) -> dict[str, Any]:
    """The official commune follows its code; a new main site takes the place of the former."""
    propres = avec_commune(propres)
    if propres.get("acces_handicap"):
        try:
            propres["acces_handicap"] = nettoyer_acces(propres["acces_handicap"])
        except ValidationError as refus:
            raise RegleMetier(" ".join(refus.messages)) from None
    check_point(
        propres.get("latitude", lieu.latitude),
        propres.get("longitude", lieu.longitude),
    )
    if not propres.get("commune_officielle_id", lieu.commune_officielle_id):
        raise RegleMetier("Dites dans quelle commune est ce lieu.")
    if propres.get("principal"):
        lieu.service.lieux.exclude(pk=lieu.pk).filter(principal=True).update(principal=False)
    return propres


def _phrases(refus: ValidationError) -> list[str]:
    """« Nom : 200 caractères… »; the sentence of a constraint stands alone."""
    phrases: list[str] = []
    for champ, messages in refus.message_dict.items():
        nom = "" if champ == "__all__" else f"{LIBELLES.get(champ) or libelle(champ)} : "
        phrases += [f"{nom}{message}" for message in messages]
    return phrases


def _dit(annexe: Annexe, genre: str) -> dict[str, Any]:
    return {champ: en_json(getattr(annexe, champ)) for champ in CHAMPS[genre]}


def _sans_personne(champs: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Whether it was written, changed or taken away, not what it was."""
    return {
        champ: [avant and "écrit", apres and ("écrit autrement" if avant else "écrit")]
        if champ in PERSONNELS
        else [avant, apres]
        for champ, (avant, apres) in champs.items()
    }


def _tracer(
    acte: str,
    fiche: Structure | Service,
    champs: dict[str, list[Any]],
    *,
    par: Personne | None,
    motif: str,
    le: datetime,
) -> None:
    rehausser(fiche, le=le)
    if acte.endswith("_contact"):
        champs = _sans_personne(champs)
    journaliser(acte, fiche, le=le, par=par, champs=champs, motif=motif)
    annoncer_fiche(fiche, le=le)


def liste(fiche: Structure | Service, genre: str) -> list[models.Model]:
    """What the record has of one kind, in the order in which its page shows them."""
    modele: Any = MODELES[genre]
    cle = "service" if isinstance(fiche, Service) else "structure"
    trouvees = modele.objects.filter(**{cle: fiche})
    return list(trouvees.order_by("-principal", "pk") if genre == "lieu" else trouvees)
