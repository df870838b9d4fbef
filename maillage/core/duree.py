"""How long ago a day was, as people say it; called wherever the age of a fact is shown. Pure."""

from datetime import date


def mois_ecoules(jour: date, *, le: date) -> int:
    """Whole months between two days; 0 for a day to come."""
    return max((le.year - jour.year) * 12 + le.month - jour.month - (le.day < jour.day), 0)


def age(jour: date, *, le: date) -> str:
    """« aujourd’hui », « il y a 3 jours », « il y a 14 mois », « il y a 2 ans »."""
    jours, mois = (le - jour).days, mois_ecoules(jour, le=le)
    if jours <= 0:
        return "aujourd’hui"
    if jours == 1:
        return "hier"
    if mois < 1:
        return f"il y a {jours} jours"
    if mois < 24:
        return f"il y a {mois} mois"
    return f"il y a {mois // 12} ans"
