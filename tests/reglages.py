"""Settings of the tests: the real ones, with a state folder of their own and a database that may lose power."""

import atexit
import os
import shutil
import tempfile

if "MAILLAGE_ETAT_ESSAIS" not in os.environ:
    # Each worker of the run, and each run, has a state folder of its own.
    os.environ["MAILLAGE_ETAT"] = _etat = tempfile.mkdtemp(prefix="maillage-essais-")
    _pid = os.getpid()
    atexit.register(lambda: os.getpid() == _pid and shutil.rmtree(_etat, ignore_errors=True))

from maillage.config.settings import *  # noqa: F403
from maillage.config.settings import DATABASES, ETAT

ESSAIS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
(ETAT / "statique").mkdir(exist_ok=True)
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LOGGING = {"version": 1, "disable_existing_loggers": False}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the live server's threads and the child processes share it.
    DATABASES["default"]["TEST"] = {"NAME": str(ETAT / "essais.sqlite3")}
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;",
    }
else:
    # Several runs side by side on one server, each with its own database.
    _suffixe = os.environ.get("MAILLAGE_TEST_SUFFIXE", "")
    DATABASES["default"]["TEST"] = {"NAME": f"essais_maillage_{_suffixe or os.getpid()}"}
