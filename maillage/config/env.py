"""Read typed settings from `MAILLAGE_*` variables; called by settings only. A wrong value is refused in French."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

VRAI = {"1", "oui", "true", "yes"}
FAUX = {"0", "non", "false", "no", ""}


def texte(nom: str, defaut: str = "") -> str:
    return os.environ.get(nom, defaut).strip()


def booleen(nom: str, *, defaut: bool) -> bool:
    valeur = os.environ.get(nom)
    if valeur is None:
        return defaut
    valeur = valeur.strip().lower()
    if valeur in VRAI:
        return True
    if valeur in FAUX:
        return False
    raise ImproperlyConfigured(f"{nom} vaut « {valeur} » : écrivez « oui » ou « non ».")


def entier(nom: str, *, defaut: int, minimum: int = 0, maximum: int = 2**31) -> int:
    valeur = os.environ.get(nom, "").strip()
    if not valeur:
        return defaut
    if not valeur.isascii() or not valeur.isdigit() or not minimum <= int(valeur) <= maximum:
        raise ImproperlyConfigured(
            f"{nom} vaut « {valeur} » : écrivez un nombre entier de {minimum} à {maximum}."
        )
    return int(valeur)


def liste(nom: str, defaut: str = "") -> list[str]:
    return [partie.strip() for partie in texte(nom, defaut).split(",") if partie.strip()]


def chemin(nom: str, defaut: Path) -> Path:
    valeur = texte(nom)
    return Path(valeur).expanduser().resolve() if valeur else defaut


SQLITE_OPTIONS: dict[str, object] = {
    # WAL + FULL: an acknowledged write survives the death of the process and of the machine.
    # IMMEDIATE: a transaction that will write takes its place at once instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-32000;"
        "PRAGMA mmap_size=134217728;PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;"
    ),
}


def base_de_donnees(nom: str, *, etat: Path) -> dict[str, object]:
    """Django's DATABASES entry for `postgresql://user:password@host:port/name` or `sqlite:///path`.

    `postgresql:///name` uses the local socket. Empty: the SQLite file of the state folder.
    """
    adresse = texte(nom)
    if not adresse:
        return sqlite(etat / "maillage.sqlite3")
    morceaux = urlsplit(adresse)
    if morceaux.scheme == "sqlite":
        return sqlite(Path(unquote(morceaux.path)))
    if morceaux.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{nom} commence par « {morceaux.scheme} » : attendu postgresql://… ou sqlite:///chemin."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(morceaux.path.lstrip("/")),
        "USER": unquote(morceaux.username or ""),
        "PASSWORD": unquote(morceaux.password or ""),
        "HOST": morceaux.hostname or "",
        "PORT": str(morceaux.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(morceaux.query)),
    }


def sqlite(fichier: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(fichier),
        "CONN_MAX_AGE": None,
        "OPTIONS": SQLITE_OPTIONS,
    }
