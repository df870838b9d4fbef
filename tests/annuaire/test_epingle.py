"""A place pinned by a person stays where she put it, whatever the next files say."""

from pathlib import Path
from typing import Any

import pytest

from maillage.annuaire.corrections import corriger, lever
from maillage.annuaire.forms_correction import CorrectionForm
from maillage.annuaire.heritage import resoudre_structure
from maillage.annuaire.models import Correction, Structure
from maillage.comptes.models import Personne
from maillage.core.erreurs import RegleMetier
from tests.annuaire.outils_import import AOUT, charger, ligne_fs, make_communes
from tests.make import INSTANT

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure(settings: Any, tmp_path: Path) -> Structure:
    settings.DOSSIER_ENVOIS = tmp_path / "envois"
    make_communes()
    charger(tmp_path, [ligne_fs()])
    return Structure.objects.get()


def epingler(structure: Structure, latitude: float, longitude: float, par: Personne) -> Structure:
    return corriger(
        structure,
        champs={"latitude": latitude, "longitude": longitude},
        version=structure.version,
        par=par,
        motif="épingle posée sur la carte",
        le=INSTANT,
    )


def point(structure: Structure) -> tuple[float | None, float | None]:
    fiche = resoudre_structure(Structure.objects.get(pk=structure.pk))
    return fiche.latitude, fiche.longitude


def test_a_pin_wins_over_the_next_edition_and_the_source_stays_readable(
    structure: Structure, awa: Personne, tmp_path: Path
) -> None:
    epingler(structure, 47.75, 7.33, awa)

    rapport = charger(
        tmp_path, [ligne_fs(latitude="47.76", longitude="7.31", telephone="03 89 00 00 00")], edition_le=AOUT
    ).rapport

    assert point(structure) == (47.75, 7.33)
    assert Structure.objects.get().telephone == "03 89 00 00 00"
    assert len(rapport["corrections_gardees"]) == 2
    assert dict(Correction.objects.filter(levee_le=None).values_list("champ", "valeur_source")) == {
        "latitude": 47.7559621,
        "longitude": 7.3192776,
    }


def test_taking_the_pin_off_gives_back_both_coordinates_of_the_source(
    structure: Structure, awa: Personne
) -> None:
    epingler(structure, 47.75, 7.33, awa)

    lever(Correction.objects.get(champ="latitude", levee_le=None), par=awa, le=INSTANT)

    assert point(structure) == (47.7559621, 7.3192776)
    assert not Correction.objects.filter(levee_le=None).exists()


def test_a_pin_outside_france_or_half_a_pin_is_refused(structure: Structure, awa: Personne) -> None:
    with pytest.raises(RegleMetier, match="inversées"):
        epingler(structure, 7.33, 47.75, awa)
    with pytest.raises(RegleMetier, match="ensemble"):
        corriger(structure, champs={"latitude": None}, version=1, par=awa, motif="essai", le=INSTANT)


def test_the_form_of_correction_asks_for_both_coordinates(structure: Structure) -> None:
    assert {"latitude", "longitude"} <= set(CorrectionForm(structure, {}).fields)


def test_a_pin_moved_along_one_axis_holds_on_both(
    structure: Structure, awa: Personne, tmp_path: Path
) -> None:
    epingler(structure, 47.75, structure.longitude or 0.0, awa)

    charger(tmp_path, [ligne_fs(latitude="47.76", longitude="7.31")], edition_le=AOUT)

    assert point(structure) == (47.75, 7.3192776)
