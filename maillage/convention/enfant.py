"""Read a document in a process of its own, under limits; started by `import_plan.py`, text in on stdin, JSON out.

Nothing of Django is loaded here: a document that exhausts memory or time kills this process and nothing else.
"""

import resource
import sys

import msgspec

from maillage.convention.lecture.lire import lire_plan
from maillage.convention.lecture.plan import DocumentIllisible, PlanLu


class Demande(msgspec.Struct):
    """What the parent asks: the decoded text, its name, the repairs that a person refused."""

    texte: str
    nom: str
    refusees: list[str]


class Reponse(msgspec.Struct):
    """The plan, or the refusal written for the person who sent the document."""

    plan: PlanLu | None = None
    refus: str = ""


def limiter(memoire_mo: int, duree_s: int) -> None:
    """No more memory or computing time than given, no file written, no core dumped."""
    octets = memoire_mo * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (octets, octets))
    resource.setrlimit(resource.RLIMIT_CPU, (duree_s, duree_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def repondre(demande: Demande) -> Reponse:
    try:
        return Reponse(
            plan=lire_plan(demande.texte, nom_fichier=demande.nom, refusees=frozenset(demande.refusees))
        )
    except DocumentIllisible as refus:
        return Reponse(refus=str(refus))


def main() -> None:
    limiter(int(sys.argv[1]), int(sys.argv[2]))
    demande = msgspec.json.decode(sys.stdin.buffer.read(), type=Demande)
    sys.stdout.buffer.write(msgspec.json.encode(repondre(demande)))


if __name__ == "__main__":
    main()
