"""Every knob of an instance, read from `MAILLAGE_*`, safe by default; documented in docs/exploitation.md."""

import secrets
from pathlib import Path

from maillage.config import env

BASE_DIR = Path(__file__).resolve().parent.parent
ETAT = env.chemin("MAILLAGE_ETAT", BASE_DIR.parent / "var")
ETAT.mkdir(parents=True, exist_ok=True)


def cle_secrete() -> str:
    """The instance's key: given, or made once and kept in the state folder, readable by its owner alone."""
    donnee = env.texte("MAILLAGE_CLE_SECRETE")
    if donnee:
        return donnee
    fichier = ETAT / "cle-secrete"
    if not fichier.exists():
        brouillon = fichier.with_suffix(f".{secrets.token_hex(4)}")
        brouillon.touch(mode=0o600)
        brouillon.write_text(secrets.token_urlsafe(50))
        try:
            fichier.hardlink_to(brouillon)  # two processes starting together keep one key
        except FileExistsError:
            pass
        finally:
            brouillon.unlink()
    return fichier.read_text().strip()


SECRET_KEY = cle_secrete()
SECRET_KEY_FALLBACKS = env.liste("MAILLAGE_CLES_ANCIENNES")
DEBUG = False
HTTPS = env.booleen("MAILLAGE_HTTPS", defaut=False)
ALLOWED_HOSTS = env.liste("MAILLAGE_HOTES", "127.0.0.1,localhost,[::1]")
ADRESSE_PUBLIQUE = env.texte("MAILLAGE_ADRESSE", "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [ADRESSE_PUBLIQUE] if HTTPS else []

INSTALLED_APPS = [
    "maillage.core",
    "maillage.territoire",
    "maillage.comptes",
    "maillage.annuaire",
    "maillage.diagnostic",
    "maillage.instances",
    "maillage.convention",
    "maillage.animation",
    "maillage.portail",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "maillage.core.requete.IdentifiantRequete",
    "maillage.core.entetes.EntetesSecurite",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "maillage.core.garde.RequeteSaine",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "maillage.territoire.portee.TerritoireServi",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "maillage.comptes.garde.TableDesDroits",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.core.erreurs.RefusEnClair",
]

ROOT_URLCONF = "maillage.config.urls"
WSGI_APPLICATION = "maillage.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.territoire.portee.territoire_servi",
            ],
            "builtins": ["maillage.core.templatetags.maillage"],
        },
    }
]

DATABASES = {"default": env.base_de_donnees("MAILLAGE_DATABASE_URL", etat=ETAT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The counters of sign-in attempts: in the database, so that the limit holds over every process (table by migration).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "comptes_compteurs"}
}

# --- who signs in -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "comptes.Personne"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portail:bureau"
ACCOUNT_ADAPTER = "maillage.comptes.adaptateur.AdaptateurComptes"
ACCOUNT_FORMS = {
    nom: f"maillage.comptes.forms_connexion.{formulaire}"
    for nom, formulaire in (
        ("login", "Connexion"),
        ("request_login_code", "DemandeCode"),
        ("confirm_login_code", "SaisieCode"),
        ("change_password", "MotDePasse"),
        ("set_password", "PremierMotDePasse"),
        ("reset_password", "Oubli"),
        ("reset_password_from_key", "NouveauMotDePasse"),
        ("reauthenticate", "Confirmation"),
    )
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are opened by an administrator, who checked the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.entier("MAILLAGE_MANDATAIRES", defaut=0, maximum=5)
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/h/key,30/h/ip",
    "request_login_code": "10/h/ip",
}

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-jeton" if HTTPS else "jeton"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "maillage.portail.erreurs.jeton_perime"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- what crosses the wire --------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# The proxy in front answers plain HTTP by a redirect; the health page must stay reachable on loopback.
SECURE_SSL_REDIRECT = False
TAILLE_MAX_ENVOI = env.entier("MAILLAGE_TAILLE_MAX_MO", defaut=50, minimum=1, maximum=2000) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- mail: nothing leaves a machine until it is asked to ---------------------------------------------
EMAIL_HOST = env.texte("MAILLAGE_SMTP_HOTE")
EMAIL_PORT = env.entier("MAILLAGE_SMTP_PORT", defaut=587, minimum=1, maximum=65535)
EMAIL_HOST_USER = env.texte("MAILLAGE_SMTP_COMPTE")
EMAIL_HOST_PASSWORD = env.texte("MAILLAGE_SMTP_MOT_DE_PASSE")
EMAIL_USE_TLS = env.booleen("MAILLAGE_SMTP_TLS", defaut=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.texte("MAILLAGE_EXPEDITEUR", "Maillage <ne-pas-repondre@localhost>")
EMAIL_FILE_PATH = str(ETAT / "courriels")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)

# --- language, time, files --------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = ETAT / "statique"
STATICFILES_DIRS: list[str] = []
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(ETAT / "fichiers")},
    },
    "staticfiles": {"BACKEND": "maillage.core.statique.StatiqueNomme"},
}
WHITENOISE_MAX_AGE = 3600

# --- the house's own ---------------------------------------------------------------------------------
TERRITOIRE = env.texte("MAILLAGE_TERRITOIRE", "m2a")
DOSSIER_INDEX = ETAT / "index"
DOSSIER_ENVOIS = ETAT / "envois"
DOSSIER_SAUVEGARDES = ETAT / "sauvegardes"
PROCESSUS_WEB = env.entier("MAILLAGE_PROCESSUS_WEB", defaut=2, minimum=1, maximum=64)
# A withdrawal of more than this share of a source's records waits for a person (docs/donnees.md).
SEUIL_RETRAITS = 0.20
IMPORT_MEMOIRE_MO = env.entier("MAILLAGE_IMPORT_MEMOIRE_MO", defaut=512, minimum=128, maximum=65536)
IMPORT_DUREE_S = env.entier("MAILLAGE_IMPORT_DUREE_S", defaut=600, minimum=5, maximum=86400)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "maillage.core.requete.FormatJson"}},
    "handlers": {"sortie": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["sortie"], "level": env.texte("MAILLAGE_JOURNAL_NIVEAU", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "WARNING"},
        # These two say the address or the host that was asked; the access line has the route, the status and the id.
        "django.security.csrf": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
