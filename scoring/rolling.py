"""The rubric of a programme that is rolled forward."""

from collections.abc import Callable, Mapping

from django.utils import timezone

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


def register_rolling() -> None:
    rolling.register(carry_rubric)
