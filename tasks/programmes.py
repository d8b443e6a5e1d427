"""Setting up a programme: its district and towns, its quarters."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from districts.models import District, Town
from tasks.deadlines import quarter_end
from tasks.models import Period, Programme

DAYS_TO_REPORT = 10  # a quarter's report is due this many days after its end


@transaction.atomic
def create_programme(*, programme: Mapping, district: Mapping, towns: list[Mapping]) -> Programme:
    """Create a programme with its four quarters; its district and towns are made or brought up to date by code.

    The mappings have the fields of the models, as in a `programme.toml`. Raises IntegrityError for a slug that is taken.
    """
    home, _ = District.objects.update_or_create(code=district["code"], defaults={"name": district["name"]})
    for order, town in enumerate(towns, start=1):
        Town.objects.update_or_create(
            code=town["code"], defaults={"district": home, "name": town["name"], "order": order}
        )
    created = Programme.objects.create(district=home, **programme)
    add_quarters(created)
    return created


def add_quarters(programme: Programme) -> None:
    """The four quarters as periods, each open from its first day."""
    Period.objects.bulk_create([_quarter(programme, number) for number in range(1, 5)])


def _quarter(programme: Programme, number: int) -> Period:
    starts_on, ends_on = dt.date(programme.year, 3 * number - 2, 1), quarter_end(programme.year, number)
    return Period(
        programme=programme,
        label=f"{programme.year}Q{number}",
        starts_on=starts_on,
        ends_on=ends_on,
        opens_on=starts_on,
        due_on=ends_on + dt.timedelta(days=DAYS_TO_REPORT),
    )
