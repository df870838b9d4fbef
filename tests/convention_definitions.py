"""Definitions that the tests of indicators share."""


def definition(mesure: object) -> dict[str, object]:
    return {"schema": 1, "mesure": mesure}


LOIN = {"population_au_dela": {"famille": "france-services", "km": 5}}
SANS = definition({"compter": {"communes": {"sans": {"famille": "france-services"}}}})
COMPTER = definition({"compter": {"fiches": {"famille": "france-services"}}})
HABITANTS_LOIN = definition(LOIN)
PART_LOIN = definition({"part": {"numerateur": LOIN, "denominateur": {"population": {}}}})
