"""The template tags and the shared pieces of page."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory

from maillage.core.erreurs import ConflitEdition, RegleMetier
from maillage.core.templatetags.maillage import acte_en_clair, distance, heure, jour, mois, nombre, typo

pytestmark = pytest.mark.moteur_indifferent


@pytest.mark.parametrize(
    ("tape", "attendu"),
    [
        ("Où ? Ici !", "Où\u202f? Ici\u202f!"),
        ("« mot » : suite", "«\u00a0mot\u00a0»\u00a0: suite"),
        ("ouvert à 9 h 30", "ouvert à 9\u00a0h\u00a030"),
        ("le 25 novembre, le 1er mai", "le 25\u00a0novembre, le 1er\u00a0mai"),
        ("18 500 € et 12 %", "18\u202f500\u00a0€ et 12\u00a0%"),
        ("03 53 01 00 27", "03 53 01 00 27"),
        ("https://exemple.fr/a?b:c", "https://exemple.fr/a?b:c"),
    ],
)
def test_french_spaces_do_not_break(tape: str, attendu: str) -> None:
    assert typo(tape) == attendu


@pytest.mark.parametrize(
    ("code", "dit"),
    [
        ("fermer", "Fermeture notée"),
        ("cible_posée", "Cible posée"),
        ("plan.fiche", "Plan : fiche"),
        ("3.2b, cible au 31 décembre 2026", "3.2b, cible au 31 décembre 2026"),
        ("Indicateur 3.2a, unité", "Indicateur 3.2a, unité"),
    ],
)
def test_an_act_is_said_in_words_and_a_code_keeps_its_point(code: str, dit: str) -> None:
    assert acte_en_clair(code) == dit


def test_typography_does_not_open_a_way_for_html() -> None:
    page = Template("{{ texte|typo }}").render(Context({"texte": "<b> : </b>"}))

    assert page == "&lt;b&gt;\u00a0: &lt;/b&gt;"


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (1234.5, "1\u202f234,5"),
        (1000000, "1\u202f000\u202f000"),
        (0, "0"),
        (-2.25, "-2,2"),
        (None, ""),
        (3.04, "3"),
    ],
)
def test_numbers_are_french_and_the_unknown_is_never_zero(valeur: float | None, attendu: str) -> None:
    assert nombre(valeur) == attendu


def test_dates_are_french() -> None:
    assert jour(date(2026, 11, 25)) == "25\u00a0novembre\u00a02026"
    assert jour("2026-01-01") == "1er\u00a0janvier\u00a02026"
    assert jour(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "1er\u00a0janvier\u00a02027"
    assert jour("bientôt") == jour(None) == ""
    assert mois(date(2026, 8, 2)) == "août\u00a02026"
    assert heure(datetime(2026, 7, 1, 7, 5, tzinfo=UTC)) == "9\u00a0h\u00a005"


@pytest.mark.parametrize(
    ("km", "attendu"),
    [
        (0.0, "50\u00a0m"),
        (0.34, "350\u00a0m"),
        (0.99, "1\u00a0km"),
        (1.24, "1,2\u00a0km"),
        (18.4, "18\u00a0km"),
        (None, ""),
    ],
)
def test_distances_are_said_as_people_say_them(km: float | None, attendu: str) -> None:
    assert distance(km) == attendu


def test_an_icon_is_hidden_from_readers_and_cannot_carry_markup() -> None:
    page = Template('{% icone "clock" %}').render(Context())

    assert page == ('<svg class="i" aria-hidden="true"><use href="/static/maillage/icons.svg#clock"/></svg>')
    with pytest.raises(TemplateSyntaxError):
        Template("{% icone nom %}").render(Context({"nom": '"><script>'}))


class Formulaire(forms.Form):
    nom = forms.CharField(
        label="Nom de la structure",
        help_text="Comme sur la porte",
        error_messages={"required": "Écrivez le nom."},
    )
    etat = forms.ChoiceField(
        label="État", choices=[("a", "Ouvert"), ("b", "Fermé")], widget=forms.RadioSelect
    )
    accord = forms.BooleanField(label="J’ai vérifié", required=False)


def test_a_field_ties_its_label_its_help_and_its_error() -> None:
    form = Formulaire({"nom": "", "etat": "a"})

    page = render_to_string("core/champ.html", {"champ": form["nom"]})

    assert 'for="id_nom">Nom de la structure' in page
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in page
    assert 'id="id_nom_helptext"' in page
    assert 'id="id_nom_error"' in page
    assert 'aria-invalid="true"' in page
    assert "Écrivez le nom." in page


def test_choices_are_a_fieldset_and_a_box_keeps_its_words() -> None:
    form = Formulaire()

    choix = render_to_string("core/champ.html", {"champ": form["etat"]})
    case = render_to_string("core/champ.html", {"champ": form["accord"]})

    assert "<legend>État" in choix
    assert choix.count('type="radio"') == 2
    assert 'type="checkbox"' in case
    assert "J’ai vérifié" in case


def test_the_summary_of_errors_links_to_each_field() -> None:
    form = Formulaire({"nom": "", "etat": "z"})

    page = render_to_string("core/erreurs.html", {"form": form})

    assert "2 réponses sont à revoir" in page
    assert '<a href="#id_nom">Écrivez le nom.</a>' in page
    assert '<a href="#id_etat">' in page


def test_a_valid_form_shows_no_summary() -> None:
    assert (
        render_to_string("core/erreurs.html", {"form": Formulaire({"nom": "a", "etat": "a"})}).strip() == ""
    )


def test_pages_keep_the_question() -> None:
    request = RequestFactory().get("/recherche", {"q": "crèche & co", "page": "2"})
    page = Paginator(range(30), 10).page(2)

    html = Template('{% include "core/pages.html" with page=page only %}').render(
        RequestContext(request, {"page": page})
    )

    assert 'href="?q=cr%C3%A8che+%26+co&amp;page=1"' in html
    assert 'href="?q=cr%C3%A8che+%26+co&amp;page=3"' in html
    assert "Page 2 sur 3" in html


def test_a_refusal_says_the_rule_and_goes_back_only_to_our_pages() -> None:
    request = RequestFactory().post(
        "/plan/x", HTTP_HOST="testserver", HTTP_REFERER="http://testserver//ailleurs.fr/"
    )

    page = render_to_string(
        "core/refus.html", {"refus": RegleMetier("Une convention clôturée ne se modifie plus.")}, request
    )

    assert "Une convention clôturée ne se modifie plus." in page
    assert 'class="button" href="/"' in page
    assert "ailleurs.fr" not in page


def test_a_conflict_shows_both_texts_escaped() -> None:
    request = RequestFactory().post("/plan/x")
    refus = ConflitEdition(
        "Une autre personne a enregistré.", actuel={"texte": "Le leur"}, saisi={"texte": "<b>Le mien</b>"}
    )

    page = render_to_string("core/refus.html", {"refus": refus}, request)

    assert "Le leur" in page
    assert "&lt;b&gt;Le mien&lt;/b&gt;" in page
    assert "<b>Le mien" not in page
