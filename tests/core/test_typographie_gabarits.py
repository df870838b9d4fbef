"""French punctuation in the templates: a sign never starts a line, a quotation mark never ends one."""

import re
from pathlib import Path

import pytest

import maillage

pytestmark = pytest.mark.moteur_indifferent
RACINE = Path(maillage.__file__).parent
# Template tags, variables, comments, and HTML tags with whatever their quoted values hold.
BALISE = re.compile(
    r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<(?:\"[^\"]*\"|'[^']*'|\{%.*?%\}|\{\{.*?\}\}|[^>\"'{]|\{)*>", re.DOTALL
)
# An ordinary space before one of these signs, or after an opening quotation mark.
FAUTE = re.compile(r"[^\S\n\u00a0\u202f]+[;:!?»](?=[\s<{]|$)|«[^\S\u00a0\u202f]")
EXEMPLES = {
    "<p>Où ?</p>": 1,
    "<p>Où\u202f?</p>": 0,
    "<p>« mot\u00a0»</p>": 1,
    "<p>{{ nom }} : {{ valeur }}</p>": 1,
    '<p class="a : b">oui</p>': 0,
    "{% url 'a' as b %}<a href=\"{{ b }}?q=x\">oui</a>": 0,
}


def fautes(gabarit: str) -> list[str]:
    texte = BALISE.sub("\u2060", gabarit)
    return [texte[max(m.start() - 20, 0) : m.end() + 5] for m in FAUTE.finditer(texte.replace("\u2060", "{"))]


@pytest.mark.parametrize("gabarit", EXEMPLES)
def test_the_check_sees_a_space_that_would_break(gabarit: str) -> None:
    assert len(fautes(gabarit)) == EXEMPLES[gabarit]


@pytest.mark.parametrize(
    "chemin", sorted(RACINE.glob("*/templates/**/*.html")), ids=lambda chemin: str(chemin.relative_to(RACINE))
)
def test_no_sign_is_left_alone_on_its_line(chemin: Path) -> None:
    assert fautes(chemin.read_text(encoding="utf-8")) == []
