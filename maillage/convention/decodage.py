"""Turn the bytes of a document into text, or refuse them in plain French; called by `import_plan.py`."""

import codecs

from maillage.convention.lecture.plan import DocumentIllisible

TAILLE_MAX = 5 * 1024 * 1024
COPIER_LE_TEXTE = "Ouvrez-le, copiez tout le texte, puis collez-le dans la page d’import."
# What the first bytes say of files that people take for text.
FORMATS = {
    b"%PDF": "Ce fichier est un PDF",
    b"PK\x03\x04": "Ce fichier est un document Word, LibreOffice ou une archive",
    b"\xd0\xcf\x11\xe0": "Ce fichier est un ancien document Word ou Excel",
    b"{\\rtf": "Ce fichier est un document RTF",
    b"\x89PNG": "Ce fichier est une image",
    b"\xff\xd8\xff": "Ce fichier est une image",
}
_BOM_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoder(octets: bytes) -> tuple[str, str]:
    """The text, its ends of line made one, and the encoding it was written in."""
    _check_format(octets)
    texte, encodage = _decoder(octets)
    if not texte.strip():
        raise DocumentIllisible("Le document est vide. Envoyez le texte de la convention, ou collez-le.")
    if "\x00" in texte:
        raise DocumentIllisible(f"Ce fichier n’est pas un texte. {COPIER_LE_TEXTE}")
    return texte.replace("\r\n", "\n").replace("\r", "\n"), encodage


def _check_format(octets: bytes) -> None:
    if len(octets) > TAILLE_MAX:
        raise DocumentIllisible(
            f"Le document pèse {en_mo(len(octets))} Mo ; la limite est de {en_mo(TAILLE_MAX)} Mo. "
            "Ne gardez que le plan d’actions, en texte seul."
        )
    for debut, phrase in FORMATS.items():
        if octets.startswith(debut):
            raise DocumentIllisible(f"{phrase}, pas un texte. {COPIER_LE_TEXTE}")


def en_mo(octets: int) -> str:
    return f"{octets / 1024 / 1024:.1f}".rstrip("0").rstrip(".").replace(".", ",")


def _decoder(octets: bytes) -> tuple[str, str]:
    if octets.startswith(_BOM_UTF16):
        return _essayer(octets, "utf-16"), "UTF-16"
    if b"\x00" in octets[:2000]:
        return _decoder_utf16_sans_marque(octets), "UTF-16"
    try:
        return octets.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _essayer(octets, "cp1252"), "Windows-1252"


def _decoder_utf16_sans_marque(octets: bytes) -> str:
    """UTF-16 without its mark: in French one byte of two is zero, always on the same side; anything else is binary."""
    extrait = octets[:2000]
    pairs, impairs = extrait[0::2].count(0), extrait[1::2].count(0)
    if impairs > 0.4 * len(extrait) and not pairs:
        return _essayer(octets, "utf-16-le")
    if pairs > 0.4 * len(extrait) and not impairs:
        return _essayer(octets, "utf-16-be")
    raise DocumentIllisible(f"Ce fichier n’est pas un texte. {COPIER_LE_TEXTE}")


def _essayer(octets: bytes, encodage: str) -> str:
    try:
        return octets.decode(encodage)
    except UnicodeDecodeError as faute:
        raise DocumentIllisible(
            f"Ce fichier n’est pas un texte, ou il est abîmé (octet {faute.start + 1}). {COPIER_LE_TEXTE}"
        ) from None
