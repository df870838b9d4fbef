"""Plain makers: only what the database requires, the rest by keyword; nothing random."""

from datetime import UTC, date, datetime
from typing import Any

from maillage.annuaire.models import Service, Source, Structure
from maillage.comptes.models import Attribution, Personne, Role
from maillage.convention.models import Axe, Convention, Fiche, Objectif, Orientation
from maillage.core.texte import cle
from maillage.instances.models import Instance, Reunion
from maillage.territoire.models import CodePostal, Commune, Edition, Groupement, Territoire

INSTANT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_compteurs: dict[str, int] = {}


def suivant(nom: str) -> int:
    _compteurs[nom] = _compteurs.get(nom, 0) + 1
    return _compteurs[nom]


def make_edition(jeu: str = "communes", **champs: Any) -> Edition:
    defaut = {
        "millesime": "2026",
        "producteur": "Producteur",
        "licence": "Licence Ouverte 2.0",
        "empreinte": f"{suivant('edition'):064x}",
        "le": date(2026, 1, 1),
        "chargee_le": INSTANT,
    }
    return Edition.objects.create(jeu=jeu, **(defaut | champs))


def make_groupement(
    siren: str = "200066009", nom: str = "Mulhouse Alsace Agglomération", **champs: Any
) -> Groupement:
    trouve = Groupement.objects.filter(siren=siren).first()
    return trouve or Groupement.objects.create(
        siren=siren,
        nom=nom,
        nature="CA",
        edition=champs.pop("edition", None) or make_edition("groupements"),
        **champs,
    )


def make_commune(code: str = "68224", nom: str = "Mulhouse", **champs: Any) -> Commune:
    codes_postaux = champs.pop("codes_postaux", ())
    defaut = {
        "cle": cle(nom),
        "departement": code[:2],
        "population": 1000,
        "longitude": 7.34,
        "latitude": 47.75,
        "edition": champs.pop("edition", None) or make_edition(),
    }
    commune = Commune.objects.create(code=code, nom=nom, **(defaut | champs))
    for code_postal in codes_postaux:
        CodePostal.objects.create(code=code_postal, commune=commune, edition=commune.edition)
    return commune


def make_territoire(slug: str = "m2a", **champs: Any) -> Territoire:
    groupement = champs.pop("groupement", None) or make_groupement()
    return Territoire.objects.create(
        slug=slug, groupement=groupement, **({"nom": groupement.nom, "sigle": "m2A"} | champs)
    )


def make_personne(
    prenom: str = "Awa", role: str | None = None, territoire: Territoire | None = None, **champs: Any
) -> Personne:
    numero = suivant("personne")
    defaut = {
        "email": f"{prenom.lower()}{numero}@exemple.fr",
        "password": "motdepasse-d-essai",
        "nom": "Essai",
    }
    personne = Personne.objects.create_user(prenom=prenom, **(defaut | champs))
    if role:
        Attribution.objects.create(
            personne=personne,
            role=role,
            territoire=None if role == Role.ADMINISTRATEUR else territoire,
            depuis=date(2026, 1, 1),
        )
    return personne


def make_source(slug: str = "france-services", **champs: Any) -> Source:
    trouvee = Source.objects.filter(slug=slug).first()
    return trouvee or Source.objects.create(slug=slug, **({"nom": slug, "familles": [slug]} | champs))


def make_structure(nom: str = "France services d’essai", **champs: Any) -> Structure:
    source = champs.pop("source_ref", None) or make_source()
    commune = champs.get("commune_officielle")
    defaut: dict[str, Any] = {
        "id": f"{source.slug}--{suivant('structure')}",
        "source": source.slug,
        "created_at": INSTANT,
        "updated_at": INSTANT,
    }
    if commune is not None:
        defaut |= {
            "commune": commune.nom,
            "code_insee": commune.code,
            "longitude": commune.longitude,
            "latitude": commune.latitude,
        }
    return Structure.objects.create(source_ref=source, nom=nom, **(defaut | champs))


def make_service(
    structure: Structure | None = None, famille: str = "france-services", **champs: Any
) -> Service:
    structure = structure or make_structure()
    defaut: dict[str, Any] = {
        "id": f"{structure.source}--service-{suivant('service')}",
        "source": structure.source,
        "nom": structure.nom,
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "ouvert_le": structure.ouvert_le,
        "exemple": structure.exemple,
    }
    return Service.objects.create(
        structure_ref=structure, source_ref=structure.source_ref, famille=famille, **(defaut | champs)
    )


def make_convention(territoire: Territoire | None = None, **champs: Any) -> Convention:
    defaut = {
        "periode": "2024-2026",
        "titre": "Convention territoriale globale",
        "debut": date(2024, 1, 1),
        "fin": date(2026, 12, 31),
        "etat": "en_oeuvre",
    }
    return Convention.base.create(territoire=territoire or make_territoire(), **(defaut | champs))


def make_axe(convention: Convention | None = None, numero: int = 1, **champs: Any) -> Axe:
    return Axe.base.create(
        convention=convention or make_convention(),
        numero=numero,
        **({"ordre": numero, "titre": f"Axe {numero}"} | champs),
    )


def make_orientation(axe: Axe | None = None, **champs: Any) -> Orientation:
    return Orientation.base.create(
        axe=axe or make_axe(), **({"ordre": 1, "titre": "Une orientation"} | champs)
    )


def make_fiche(convention: Convention | None = None, code: str = "3.2", **champs: Any) -> Fiche:
    defaut = {"ordre": 1, "titre": "Développer l’accès aux services numériques"}
    return Fiche.base.create(convention=convention or make_convention(), code=code, **(defaut | champs))


def make_objectif(fiche: Fiche | None = None, code: str = "1", **champs: Any) -> Objectif:
    defaut = {"ordre": 1, "texte": "Identifier les besoins en couverture"}
    return Objectif.base.create(fiche=fiche or make_fiche(), code=code, **(defaut | champs))


def make_reunion(territoire: Territoire | None = None, **champs: Any) -> Reunion:
    instance = champs.pop("instance", None) or Instance.base.create(
        territoire=territoire or make_territoire(), type="copil", nom="Comité de pilotage"
    )
    return Reunion.base.create(
        instance=instance, **({"titre": "Comité de pilotage", "le": date(2026, 11, 25)} | champs)
    )
