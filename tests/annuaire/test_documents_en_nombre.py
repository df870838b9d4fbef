"""Documents built from many rows at once are those built from one record of the ORM, whatever the record holds."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import models

from maillage.annuaire.documents import documents, to_document, tous_les_documents, trouvables
from maillage.annuaire.heritage import avec_relations, resoudre, resoudre_structure
from maillage.annuaire.models import Fermeture, Lieu, Service, Structure
from maillage.annuaire.porteurs import lire_services
from tests.make import INSTANT, make_commune, make_service, make_source, make_structure

pytestmark = pytest.mark.django_db
JOUR = date(2026, 11, 25)
TEXTES = ("", "Épicerie « L’Étape »", "07 rue d’à côté", "0389530010", "a@exemple.fr", "été – Œuvre")
# Set by the draw itself, or not told by any document.
A_PART = {
    "n", "id", "source", "source_ref", "created_at", "commune_officielle", "structure_ref", "service", "principal",
    "version", "extra", "ouvert_le", "ferme_le", "retire_motif",
}  # fmt: skip


def tirage(champ: "models.Field[Any, Any]", hasard: random.Random) -> Any:
    """A value that the field can hold; one time in three, none where it may be missing."""
    if champ.null and hasard.random() < 0.35:
        return None
    if champ.choices:
        return hasard.choice([valeur for valeur, _ in champ.flatchoices])
    match champ:
        case models.BooleanField():
            return hasard.random() < 0.3
        case models.DateTimeField():
            return INSTANT - timedelta(days=hasard.randrange(4), seconds=hasard.randrange(86_400))
        case models.DateField():
            return JOUR + timedelta(days=hasard.randrange(-3, 4))
        case models.FloatField():
            return round(hasard.uniform(1, 50), 6)
        case models.IntegerField():
            return hasard.randrange(1, 90)
        case models.JSONField():
            return hasard.choice(([], ["a-distance"], ["en-presentiel", "a-distance"]))
    return hasard.choice(TEXTES)[: champ.max_length]


def valeurs(modele: type[models.Model], hasard: random.Random) -> dict[str, Any]:
    champs = [
        c for c in modele._meta.concrete_fields if c.name not in A_PART and c.name != modele._meta.pk.name
    ]
    tirees = {c.name: tirage(c, hasard) for c in champs}
    for nom in tirees:  # what the database refuses together
        if nom.startswith(("age_", "places_", "tarif")):
            tirees[nom] = None
    if tirees.get("saturation") is None or tirees["saturation_le"] is None:
        tirees |= {nom: None for nom in tirees if nom.startswith("saturation")}
    return tirees


def semer(hasard: random.Random) -> None:
    communes = [make_commune(), make_commune("68297", "Saint-Louis", latitude=47.58, longitude=7.56), None]
    sources = [make_source("une", edition_le=date(2026, 6, 1)), make_source("autre", edition_le=None)]
    for _ in range(40):
        structure = make_structure(
            source_ref=hasard.choice(sources),
            **valeurs(Structure, hasard) | {"nom": hasard.choice(TEXTES[1:])},
        )
        structure.commune_officielle = hasard.choice(communes)
        structure.save()
        for _ in range(hasard.randrange(3)):
            service = make_service(structure, **valeurs(Service, hasard) | {"nom": hasard.choice(TEXTES[1:])})
            for rang in range(hasard.choice((0, 0, 1, 3))):
                principal = rang == 1 or hasard.random() < 0.3
                libre = not Lieu.objects.filter(service=service, principal=True).exists()
                Lieu.objects.create(
                    service=service,
                    principal=principal and libre,
                    commune_officielle=hasard.choice(communes),
                    **valeurs(Lieu, hasard),
                )
    for porteur in (*Structure.objects.all()[:9], *Service.objects.all()[:9]):
        lien = {"service" if isinstance(porteur, Service) else "structure": porteur}
        du = JOUR + timedelta(days=hasard.randrange(-3, 4))
        Fermeture.objects.create(du=du, au=du + timedelta(days=2), motif="conges", **lien)


@pytest.mark.parametrize("graine", range(5))
def test_documents_read_in_number_are_those_of_the_orm(graine: int) -> None:
    semer(random.Random(graine))

    attendus = {
        genre: [
            to_document(fiche, le=JOUR, seule=genre == "service" or seule(fiche))
            for fiche in avec_relations(modele.objects.order_by("pk"))
        ]
        for genre, modele in (("structure", Structure), ("service", Service))
    }

    for genre, voulus in attendus.items():
        assert len(voulus) > 20
        assert list(documents(genre, [d.n for d in voulus], le=JOUR)) == voulus


def seule(structure: Structure) -> bool:
    ouverts = [
        service
        for service in structure.services.all()
        if service.retire_le is None and (service.ferme_le is None or service.ferme_le > JOUR)
    ]
    return not ouverts


def test_all_the_documents_are_those_that_can_be_found() -> None:
    semer(random.Random(68))

    trouves = {(document.genre, document.n) for document in tous_les_documents(le=JOUR)}

    assert trouves == {
        (genre, n)
        for genre in ("structure", "service")
        for n in trouvables(genre, le=JOUR).values_list("pk", flat=True)
    }
    assert all(document.visible for document in tous_les_documents(le=JOUR))


def test_a_light_service_resolves_to_the_very_values_of_its_model() -> None:
    semer(random.Random(7))

    legers = [resoudre(service) for service in lire_services(Service.objects.order_by("pk"))]

    assert legers == [resoudre(service) for service in avec_relations(Service.objects.order_by("pk"))]
    assert len({fiche.structure_n for fiche in legers}) > 10


def test_an_instant_of_writing_is_told_only_without_a_date_of_the_source() -> None:
    nuit = datetime.fromisoformat("2026-11-24T23:30:00+00:00")  # already the 25th in Paris
    structure = make_structure(date_maj=None, updated_at=nuit)

    (lu,) = documents("structure", [structure.n], le=JOUR)

    assert lu == to_document(structure, le=JOUR)
    assert b'"maj_le":"2026-11-25"' in lu.fiche
    assert resoudre_structure(structure).date_maj is None
