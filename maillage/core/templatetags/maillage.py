"""The house's template tags, loaded in every template: icons, French typography, lines of facts."""

from django import template

register = template.Library()
