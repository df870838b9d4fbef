"""The WSGI application; served by `maillage serve`."""

import logging
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings")
application = get_wsgi_application()


def _chauffer() -> None:
    """Read what the first request would wait for: the addresses and their pages, the directory of places."""
    from django.db import DatabaseError, connection  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415

    from maillage.territoire.lieux import chercher_lieu  # noqa: PLC0415

    get_resolver().url_patterns  # noqa: B018
    try:
        chercher_lieu("Mulhouse", territoire=None)
    except DatabaseError as erreur:  # no database yet: the first request will say so better
        logging.getLogger("maillage").warning("chauffe remise à plus tard : %s", erreur)
    finally:
        connection.close()


threading.Thread(target=_chauffer, daemon=True, name="chauffe").start()
