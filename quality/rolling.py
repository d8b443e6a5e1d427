"""The roll-ups of a programme that is rolled forward."""

from collections.abc import Callable, Mapping

from quality.models import RollUp
from tasks import rolling
from tasks.models import Indicator, Programme


def carry_roll_ups(
    source: Programme, programme: Programme, indicators: Mapping[int, Indicator], copied: Callable
) -> None:
    """Next year's indicators follow the same figures of the facilities."""
    for row in RollUp.objects.filter(indicator__programme=source):
        copied(row, indicator=indicators[row.indicator_id])


def register_rolling() -> None:
    rolling.register(carry_roll_ups)
