"""The rubric of a programme that is rolled forward."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from django.utils import timezone

from scoring.line_settings import FEWEST, SettingError, Several, lines_by_people, may_assess, set_line, settings_of
from scoring.models import Rubric
from tasks import rolling
from tasks.models import Indicator, Programme


def carry_rubric(
    source: Programme, programme: Programme, indicators: Mapping[int, Indicator], copied: Callable
) -> None:
    """The source's rubric in force as the new programme's first version, its lines linked with the new indicators."""
    rubric = Rubric.objects.filter(programme=source).in_force().first()
    if rubric is None:
        return
    twin = copied(rubric, programme=programme, version=1, created_at=timezone.now(), in_force_at=None)
    for section in rubric.sections.prefetch_related("criteria__links"):
        new_section = copied(section, rubric=twin)
        for criterion in section.criteria.all():
            new_criterion = copied(criterion, section=new_section)
            for link in criterion.links.all():
                copied(link, criterion=new_criterion, indicator=indicators[link.indicator_id])
    carry_settings(source, programme)


def carry_settings(source: Programme, programme: Programme) -> None:
    """How people give points on the lines, with the assessors who still may; what no longer fits the line is left out."""
    lines = {line.title: line for line in lines_by_people(programme)}
    people = set(may_assess(programme))
    for setting in settings_of(source):
        assessors = [one.user for one in setting.assessors.all() if one.user in people]
        several = setting.several if len(assessors) >= FEWEST else Several.LATEST
        said = {"category": setting.category, "levels": list(setting.points.items())}
        if line := lines.get(setting.title):
            with suppress(SettingError):
                set_line(line=line, by=None, several=several, assessors=assessors, **said)


def register_rolling() -> None:
    rolling.register(carry_rubric)
