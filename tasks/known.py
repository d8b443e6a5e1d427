"""Figures that the portal holds already: apps to the right say what they know of a town, and the sheet does not ask again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from districts.models import Town
from tasks.models import Period


@dataclass(frozen=True)
class Known:
    """What an indicator's figure is, and in words where it comes from; a rate has its numerator and denominator."""

    value: Decimal
    source: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Provider = Callable[[Period, Town], Mapping[int, Known]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let an app say what it knows, by the indicators' primary keys; called once, from its AppConfig.ready()."""
    _providers.append(provider)


def known_values(period: Period, town: Town) -> dict[int, Known]:
    """All that is known of a town for a period; of two providers the first one's word stands."""
    found: dict[int, Known] = {}
    for provider in _providers:
        found = {**provider(period, town), **found}
    return found
