"""Filters that every template has."""

from django import template

from tasks import formats

register = template.Library()
register.filter("number", formats.number)
register.filter("points", formats.points)
