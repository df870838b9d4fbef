"""Read a convention's text into a plan. Pure: no Django, no network, no clock; called by `convention.import_plan`."""

from maillage.convention.lecture.json_plan import vers_json
from maillage.convention.lecture.lire import lire_plan
from maillage.convention.lecture.plan import DocumentIllisible, PlanLu

__all__ = ["DocumentIllisible", "PlanLu", "lire_plan", "vers_json"]
