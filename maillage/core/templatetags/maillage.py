"""The house's template tags, loaded in every template: icons, French typography, numbers, dates, form fields."""

import re
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, HiddenInput, RadioSelect
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from maillage.core.requete import identifiant

register = template.Library()
INSECABLE = "\u00a0"
FINE = "\u202f"
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_NOM_ICONE = re.compile(r"[a-z0-9-]+")
# In this order: thin space before `; ! ?`, full one before `:` and in quotes, then figures and their units.
_TYPO = (
    (re.compile(r" +([;!?])"), FINE + r"\1"),
    (re.compile(r" +([:»])"), INSECABLE + r"\1"),
    (re.compile(r"« +"), "«" + INSECABLE),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), FINE),
    (re.compile(r"(?<=\d) (?=(?:%|€|km|m|min|h|ans?|mois|jours?)(?!\w))"), INSECABLE),
    (re.compile(r"(?<=[\d\u00a0]h) (?=\d\d(?!\d))"), INSECABLE),
    (re.compile(r"(?<=\d|r) (?=(?:" + "|".join(MOIS) + r")(?!\w))"), INSECABLE),
)


@register.simple_tag
def icone(nom: str, classe: str = "i") -> SafeString:
    """`{% icone "clock" %}`: a drawing of icons.svg, hidden from screen readers; a word always goes with it."""
    if not _NOM_ICONE.fullmatch(nom):
        raise template.TemplateSyntaxError(f"{nom!r} is not the name of an icon")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classe,
        static("maillage/icons.svg"),
        nom,
    )


@register.filter(is_safe=True)
@stringfilter
def typo(texte: str) -> str:
    """French no-break spaces; nothing but spaces is touched."""
    for motif, remplacement in _TYPO:
        texte = motif.sub(remplacement, texte)
    return texte


@register.filter
def nombre(valeur: float | Decimal | None, decimales: int = 1) -> str:
    """« 1 234,5 »; an unknown value is written by the page (`|default:"inconnu"`), never as zero."""
    if valeur is None or valeur == "":
        return ""
    brut = f"{Decimal(str(valeur)):,.{decimales}f}"
    entier, _, fraction = brut.partition(".")
    fraction = fraction.rstrip("0")
    entier = entier.replace(",", FINE)
    if entier.lstrip("-").strip("0") == "" and not fraction:
        return "0"
    return f"{entier},{fraction}" if fraction else entier


def _date(valeur: date | datetime | str | None) -> date | None:
    if isinstance(valeur, str):
        try:
            valeur = datetime.fromisoformat(valeur)
        except ValueError:
            return None
    if isinstance(valeur, datetime):
        return timezone.localtime(valeur).date() if timezone.is_aware(valeur) else valeur.date()
    return valeur or None


@register.filter
def jour(valeur: date | datetime | str | None) -> str:
    """« 25 novembre 2026 », no break in it."""
    le = _date(valeur)
    if le is None:
        return ""
    quantieme = "1er" if le.day == 1 else str(le.day)
    return f"{quantieme}{INSECABLE}{MOIS[le.month - 1]}{INSECABLE}{le.year}"


@register.filter
def mois(valeur: date | datetime | str | None) -> str:
    """« novembre 2026 »."""
    le = _date(valeur)
    return f"{MOIS[le.month - 1]}{INSECABLE}{le.year}" if le else ""


@register.filter
def heure(valeur: datetime | None) -> str:
    """« 9 h 30 », in the time of the territory."""
    if valeur is None:
        return ""
    local = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
    return (
        f"{local.hour}{INSECABLE}h{INSECABLE}{local.minute:02}"
        if local.minute
        else f"{local.hour}{INSECABLE}h"
    )


@register.filter
def distance(kilometres: float | None) -> str:
    """Kilometres as people say them: « 350 m », « 1,2 km », « 18 km »."""
    if kilometres is None:
        return ""
    metres = round(kilometres * 1000 / 50) * 50
    if metres < 1000:
        return f"{max(metres, 50)}{INSECABLE}m"
    return f"{nombre(kilometres, 1 if kilometres < 10 else 0)}{INSECABLE}km"


@register.filter
def genre_champ(champ: BoundField) -> str:
    """Which markup a field needs: cache, case, choix or saisie."""
    widget = champ.field.widget
    if champ.is_hidden or isinstance(widget, HiddenInput):
        return "cache"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choix"
    return "case" if isinstance(widget, CheckboxInput) else "saisie"


@register.simple_tag
def saisie(champ: BoundField) -> SafeString:
    """The control of a field with the house's class; a placeholder is not a label, so it goes."""
    classes = f"input {champ.field.widget.attrs.get('class', '')}".strip()
    return champ.as_widget(attrs={"class": classes, "placeholder": False})


# The acts of the directory, whose journal keeps the verb alone.
ACTES = {
    "ajouter": "Fiche ajoutée",
    "corriger": "Fiche corrigée",
    "lever_correction": "Correction levée",
    "fermer": "Fermeture notée",
    "rouvrir": "Fiche rouverte",
    "retirer": "Fiche retirée",
    "retablir": "Fiche rétablie",
    "examiner_doublon": "Doublon examiné",
    "importer_lot": "Fichier importé",
    "ajouter_fermeture": "Jours de fermeture ajoutés",
    "modifier_fermeture": "Jours de fermeture corrigés",
    "retirer_fermeture": "Jours de fermeture retirés",
    "ajouter_contact": "Contact ajouté",
    "modifier_contact": "Contact corrigé",
    "retirer_contact": "Contact retiré",
    "ajouter_reconnaissance": "Agrément ou label ajouté",
    "modifier_reconnaissance": "Agrément ou label corrigé",
    "retirer_reconnaissance": "Agrément ou label retiré",
    "ajouter_lieu": "Lieu ajouté",
    "modifier_lieu": "Lieu corrigé",
    "retirer_lieu": "Lieu retiré",
    "noter_vendredi_saint": "Réponse sur le Vendredi saint",
}
# « indicateur.cible », but not the point of « 3.2b ».
POINT_ENTRE_MOTS = re.compile(r"(?<=[^\W\d])\.(?=[^\W\d])")


@register.filter
def acte_en_clair(code: str) -> str:
    """« fermer » as a reader says it: « Fermeture notée »; a sentence is left as it is."""
    dit = ACTES.get(code) or POINT_ENTRE_MOTS.sub(" : ", code.replace("_", " "))
    return dit[:1].upper() + dit[1:]


@register.filter
def valeur_en_clair(valeur: object) -> str:
    """A value of the journal: yes or no, « vide », a list with commas."""
    if valeur is None or valeur in ("", [], {}):
        return "vide"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(str(element) for element in valeur)
    return str(valeur)


@register.simple_tag
def numero_requete() -> str:
    """The number of this request, the one the log holds: what a person quotes on the phone."""
    return identifiant.get()


@register.simple_tag(takes_context=True)
def lien_page(context: template.Context, numero: int) -> str:
    """The present address with another page number; every other parameter is kept."""
    request = getattr(context, "request", None)
    parametres = request.GET.copy() if request else None
    if parametres is None:
        return f"?page={numero}"
    parametres["page"] = str(numero)
    return f"?{parametres.urlencode()}"


@register.simple_tag(takes_context=True)
def retour(context: template.Context) -> str:
    """The page the reader comes from if it is ours, else the home page."""
    request = getattr(context, "request", None)
    if request is None:
        return "/"
    venu = urlsplit(request.META.get("HTTP_REFERER", ""))
    ailleurs = venu.netloc != request.META.get("HTTP_HOST") or venu.path == request.path
    if ailleurs or not venu.path.startswith("/") or venu.path.startswith("//"):
        return "/"
    return venu.path + (f"?{venu.query}" if venu.query else "")
