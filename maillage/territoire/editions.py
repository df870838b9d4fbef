"""Record and find the editions of the public data sets; called by the loader and by whoever cites a figure."""

from datetime import datetime

from maillage.territoire.fichiers import Description
from maillage.territoire.models import Edition

CHAMPS = ("millesime", "producteur", "licence", "provenance", "le")


def edition_en_vigueur(jeu: str) -> Edition | None:
    """The edition of a data set that was loaded last, which its rows cite; None before the first load."""
    return Edition.objects.filter(jeu=jeu).order_by("-chargee_le", "-pk").first()


def enregistrer_edition(description: Description, *, le: datetime) -> Edition:
    """The edition of this very file: found by its digest, or created; it becomes the one in force."""
    edition, creee = Edition.objects.get_or_create(
        jeu=description.jeu,
        empreinte=description.empreinte,
        defaults={champ: getattr(description, champ) for champ in CHAMPS} | {"chargee_le": le},
    )
    if creee:
        return edition
    changes = [champ for champ in CHAMPS if getattr(edition, champ) != getattr(description, champ)]
    for champ in changes:
        setattr(edition, champ, getattr(description, champ))
    if edition != edition_en_vigueur(description.jeu):
        # An earlier file put back: it is in force again.
        edition.chargee_le = le
        changes.append("chargee_le")
    if changes:
        edition.save(update_fields=changes)
    return edition
