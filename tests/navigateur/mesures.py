"""What a page must hold wherever it is shown: nothing off its side, targets for a thumb, axe without a word."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Everything that axe judges by default, best practices included, and the size of targets (24 px, WCAG 2.2).
REGLAGES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}, "preload": False}
POUCE = 44
DEBORDS = """() => {
  const large = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= large) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(e => e.getBoundingClientRect().right > large + 1 && !e.closest('.scroll, .hidden'))
    .map(e => e.outerHTML.slice(0, 90)).slice(-3).concat(['scrollWidth ' + document.documentElement.scrollWidth]);
}"""
# A column of one letter or three: a word that has to be read downwards.
ETROITS = """() => [...document.body.querySelectorAll('p, li, dd, td, th, span, a, strong')]
  .filter(e => e.textContent.trim().length > 12 && !e.closest('.hidden') && e.offsetWidth > 1
               && e.offsetWidth < 3 * parseFloat(getComputedStyle(e).fontSize) && e.offsetHeight > 2 * e.offsetWidth)
  .map(e => e.outerHTML.slice(0, 90))"""
PETITES = """pouce => [...document.querySelectorAll(
    'main button, main .button, main .tile, main .choice, main select, main textarea, main input:not([type=hidden])')]
  .filter(e => !e.closest('.choice') || e.classList.contains('choice'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([e, r]) => r.width && (r.height < pouce || r.width < pouce))
  .map(([e, r]) => Math.round(r.width) + '×' + Math.round(r.height) + ' ' + e.outerHTML.slice(0, 90))"""


def verifier_axe_ici(page: Page) -> None:
    """As the page stands: its width, its colours."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    resultat: dict[str, Any] = page.evaluate("reglages => axe.run(reglages)", REGLAGES)
    fautes = [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in resultat["violations"]]
    assert fautes == [], page.url


def verifier_largeur(page: Page, largeur: int, *, texte_double: bool = False) -> None:
    """No sideways scroll, no column of letters; wide tables scroll in their own box."""
    page.set_viewport_size({"width": largeur, "height": 900})
    racine = "document.documentElement.style.fontSize"
    if texte_double:
        page.evaluate(f"{racine} = '212.5%'")
    debords = page.evaluate(DEBORDS)
    etroits = page.evaluate(ETROITS)
    if texte_double:
        page.evaluate(f"{racine} = ''")
    assert debords + etroits == [], f"{page.url} à {largeur} px"


def verifier_pouce(page: Page) -> None:
    """Buttons and fields under a thumb: 44 px each way."""
    assert page.evaluate(PETITES, POUCE) == [], page.url


def verifier_etats(page: Page) -> None:
    """A refused form says so first: in the title, once, then in a summary whose links lead to the fields."""
    titre = page.title()
    assert titre.count("Erreur") == (
        1 if page.locator(".errors").count() else min(titre.count("Erreur"), 1)
    ), titre
    if not page.locator(".errors").count():
        return
    assert titre.startswith("Erreur\u00a0: "), titre
    assert page.evaluate("document.activeElement.id") == "erreurs"
    mots = page.locator(".errors").inner_text()
    assert "obligatoire" not in mots, mots
    for lien in page.locator(".errors a").all():
        assert page.locator(lien.get_attribute("href") or "").count() == 1, mots
