"""The roll-ups and the scope of a programme that is rolled forward."""

from collections.abc import Callable, Mapping

from quality.models import RollUp, Scope
from tasks import rolling
from tasks.models import Indicator, Programme


def carry_roll_ups(
    source: Programme, programme: Programme, indicators: Mapping[int, Indicator], copied: Callable
) -> None:
    """Next year's indicators follow the same figures of the facilities."""
    for row in RollUp.objects.filter(indicator__programme=source):
        copied(row, indicator=indicators[row.indicator_id])


def carry_scope(source: Programme, programme: Programme, _indicators: Mapping, copied: Callable) -> None:
    """Next year is about the same facilities; what was decided for single ones holds on."""
    for scope in Scope.objects.filter(programme=source).prefetch_related("exceptions"):
        exceptions = list(scope.exceptions.all())
        carried = copied(scope, programme=programme)
        for one in exceptions:
            copied(one, scope=carried)


def register_rolling() -> None:
    rolling.register(carry_roll_ups)
    rolling.register(carry_scope)
