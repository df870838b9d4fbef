"""The states of a cell of the recensement, and what a person may say next; read by the acts, the board and the pages.

A cell is one family of service in one commune. Nobody « sets » the first state: it is the absence of any word, and one
comes back to it by undoing. No other step is closed, because the world moves both ways; a zero wants that no real
service be known (`recensement.py`).
"""

from maillage.core.erreurs import RegleMetier

NON_RECENSE, PARTIEL, RECENSE, ZERO = "non_recense", "partiel", "recense", "zero_confirme"

LIBELLES = {
    NON_RECENSE: "non recensé",
    PARTIEL: "recensé en partie",
    RECENSE: "recensé",
    ZERO: "zéro confirmé",
}
ICONES = {NON_RECENSE: "ask", PARTIEL: "list", RECENSE: "check", ZERO: "cross"}
DIRE = frozenset({PARTIEL, RECENSE, ZERO})
SUITES: dict[str, frozenset[str]] = {
    NON_RECENSE: DIRE,
    PARTIEL: DIRE,
    RECENSE: DIRE,
    ZERO: DIRE,
}
# The states in which everything there is is known: what a count may rest on.
COUVERTS = frozenset({RECENSE, ZERO})


def exiger_suite(avant: str, apres: str) -> None:
    """Refuse a state that nobody may write."""
    if apres not in SUITES.get(avant, frozenset()):
        raise RegleMetier(
            "Choisissez : recensé en partie, recensé ou zéro confirmé. "
            "Pour revenir à « non recensé », annulez ce qui a été noté."
        )
