"""What inspections and certificates already say of a facility's quarter: filled in on its figures, not typed again."""

from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from districts.models import Facility
from quality.inspecting import Latest, latest_results
from quality.measures import Measure
from quality.people import LEVELS, certified
from quality.quarters import Quarter

OF_GRADES = {"monitoring": Measure.MONITORING, "star": Measure.STAR_LEVEL}


class Taken(NamedTuple):
    """A figure as it is held, and where it is from."""

    value: int
    source: str


def taken_over(facility: Facility, quarter: Quarter) -> dict[Measure, Taken]:
    """Grades and the survey of inspections within the quarter; one that names no grade of ours says nothing.

    Carers by level are taken over where any certificate is confirmed (2 queries).
    """
    found: dict[Measure, Taken] = {}
    if held := certified([facility], quarter):
        for measure in LEVELS.values():
            found[measure] = Taken(held[facility.pk, measure], _("取自已确认的证书记录"))
    for name, latest in latest_results(facility, quarter.ends_on).items():
        if latest.inspection.result.visited_on < quarter.starts_on:
            continue
        for measure, value in _figures(name, latest).items():
            told = {"kind": latest.inspection.get_kind_display(), "day": latest.inspection.result.visited_on}
            found[measure] = Taken(value, _("取自%(kind)s %(day)s") % told)
    return found


def _figures(name: str, latest: Latest) -> dict[Measure, int]:
    if measure := OF_GRADES.get(name):
        with translation.override(settings.LANGUAGE_CODE):  # an item list names its grades in one language
            ranks = [rank for rank, word in measure.grades.items() if str(word) == latest.name]
        return {measure: ranks[0]} if ranks else {}
    if name == "satisfaction" and latest.percent is not None and latest.respondents:
        return {Measure.ANSWERS: latest.respondents, Measure.SATISFACTION: round(latest.percent * 100)}
    return {}
