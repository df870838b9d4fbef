"""The columns of the richer record come and go without touching a value that was there."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from maillage.annuaire.models import Lieu, Service, Structure
from tests.make import make_commune, make_service, make_structure

AVANT = [("annuaire", "0002_apport_par_fiche")]
APRES = [("annuaire", "0004_fermetures_contacts_reconnaissances")]


@pytest.mark.django_db(transaction=True)
def test_old_values_survive_the_migration_both_ways() -> None:
    structure = make_structure(
        "Ancienne", commune_officielle=make_commune(), telephone="3646", adresse="1 rue"
    )
    service = make_service(structure, frais="gratuit", contact_nom_prenom="Marie", publics=["familles"])
    Lieu.objects.create(service=service, principal=True, nom="Salle", adresse="2 rue")
    fins = MigrationExecutor(connection).loader.graph.leaf_nodes()

    try:
        MigrationExecutor(connection).migrate(AVANT)
        avant = valeurs()
        MigrationExecutor(connection).migrate(APRES)
        apres = valeurs()
    finally:
        MigrationExecutor(connection).migrate(fins)

    assert avant == apres
    assert len(avant) == 3
    relu = Service.objects.get()
    assert (relu.contact_nom_prenom, relu.frais, relu.langues, relu.tarif, relu.confidentiel) == (
        "Marie",
        "gratuit",
        None,
        None,
        None,
    )
    assert Structure.objects.get().telephone == "3646"


def valeurs() -> dict[str, list[tuple[object, ...]]]:
    """The columns of before, as they are in the tables now."""
    lues = {}
    etat = MigrationExecutor(connection).loader.project_state(AVANT).apps
    for nom in ("Structure", "Service", "Lieu"):
        colonnes = [champ.attname for champ in etat.get_model("annuaire", nom)._meta.concrete_fields]
        lues[nom] = list(etat.get_model("annuaire", nom)._default_manager.values_list(*colonnes))
    return lues
