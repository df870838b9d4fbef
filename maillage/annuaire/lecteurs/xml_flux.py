"""Read XML piece by piece, without document types, entities or anything fetched; called by the readers of workbooks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn
from xml.parsers import expat

from maillage.annuaire.lecteurs.anomalies import FichierIllisible, raccourcir

PROFONDEUR_MAX = 60
JETON_MAX = 1_000_000
Ouvrir = Callable[[str, dict[str, str]], None]
Fermer = Callable[[str], None]
Texte = Callable[[str], None]


def analyser(
    blocs: Iterable[bytes], *, partie: str, ouvrir: Ouvrir, fermer: Fermer, texte: Texte
) -> Iterator[None]:
    """Give names without their namespace to the three callbacks; yields after each piece: memory stays bounded."""
    analyseur = _analyseur(ouvrir, fermer, texte, partie)
    debut = lus = 0
    try:
        for bloc in blocs:
            analyseur.Parse(bloc, False)  # noqa: FBT003
            lus += len(bloc)
            place = analyseur.CurrentByteIndex
            # Each piece would be read again with all those before it.
            if place == debut and lus - place > JETON_MAX:
                raise FichierIllisible(
                    f"La partie « {raccourcir(partie)} » de ce classeur contient un morceau de plus d’un million "
                    "de caractères.",
                    remede="Enregistrez la feuille en CSV (UTF-8).",
                )
            debut = place
            yield
        analyseur.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as faute:
        raise FichierIllisible(
            f"La partie « {raccourcir(partie)} » de ce classeur n’est pas du XML correct "
            f"(ligne {faute.lineno}, {faute.offset + 1}e caractère).",
            remede="Ouvrez le classeur dans votre tableur et enregistrez-le de nouveau, ou en CSV (UTF-8).",
        ) from faute
    yield


def lire(blocs: Iterable[bytes], *, partie: str, ouvrir: Ouvrir) -> None:
    """A small part whose attributes alone matter."""
    for _ in analyser(blocs, partie=partie, ouvrir=ouvrir, fermer=lambda nom: None, texte=lambda texte: None):
        pass


def _analyseur(ouvrir: Ouvrir, fermer: Fermer, texte: Texte, partie: str) -> expat.XMLParserType:
    analyseur = expat.ParserCreate(namespace_separator="}")
    profondeur = 0

    def au_debut(nom: str, attributs: dict[str, str]) -> None:
        nonlocal profondeur
        profondeur += 1
        if profondeur > PROFONDEUR_MAX:
            raise FichierIllisible(
                f"La partie « {raccourcir(partie)} » de ce classeur est emboîtée trop profondément.",
                remede="Enregistrez la feuille en CSV (UTF-8).",
            )
        propres = {cle.rpartition("}")[2]: valeur for cle, valeur in attributs.items()} if attributs else {}
        ouvrir(nom.rpartition("}")[2], propres)

    def a_la_fin(nom: str) -> None:
        nonlocal profondeur
        profondeur -= 1
        fermer(nom.rpartition("}")[2])

    def refuser(*_: Any) -> NoReturn:
        # Every entity trick (bombs, files of this machine, addresses elsewhere) needs a document type.
        raise FichierIllisible(
            f"La partie « {raccourcir(partie)} » de ce classeur définit des entités XML : elle n’est pas lue.",
            remede="Ouvrez le classeur dans votre tableur et enregistrez-le de nouveau, ou en CSV (UTF-8).",
        )

    analyseur.StartElementHandler = au_debut
    analyseur.EndElementHandler = a_la_fin
    analyseur.CharacterDataHandler = texte
    analyseur.StartDoctypeDeclHandler = refuser
    analyseur.EntityDeclHandler = refuser
    analyseur.ExternalEntityRefHandler = refuser
    return analyseur
