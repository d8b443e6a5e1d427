"""What was known by the end of a day in Shanghai, or by an exact moment."""

import datetime as dt

import pytest

from tasks.models import Decision
from tasks.models.known import known_by
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, TownFactory, accepted

pytestmark = pytest.mark.django_db

TEN_TO_MIDNIGHT = dt.datetime(2024, 10, 15, 15, 50, tzinfo=dt.UTC)  # 23:50 in Shanghai
TICK = dt.timedelta(microseconds=1)


@pytest.fixture
def decision(time_machine):
    """Accepted at ten minutes to midnight in Shanghai."""
    time_machine.move_to(TEN_TO_MIDNIGHT, tick=False)
    programme = ProgrammeFactory()
    indicator, town = IndicatorFactory(programme=programme), TownFactory(district=programme.district)
    TargetFactory(indicator=indicator, town=town)
    accepted(PeriodFactory(programme=programme, quarter=3), town, subject=indicator, value=5)
    return Decision.objects.get()


@pytest.mark.parametrize(
    ("known_on", "known"),
    [
        (None, True),
        (dt.date(2024, 10, 14), False),
        (dt.date(2024, 10, 15), True),
        (TEN_TO_MIDNIGHT - TICK, False),
        (TEN_TO_MIDNIGHT, True),
        (TEN_TO_MIDNIGHT + TICK, True),
        (dt.datetime(2024, 10, 15, 23, 49, tzinfo=dt.timezone(dt.timedelta(hours=8))), False),
    ],
)
def test_a_row_is_known_from_its_moment_on(decision, known_on, known):
    assert Decision.objects.filter(known_by(known_on)).exists() is known
    assert decision.report.period.reports.accepted(as_of=dt.date(2024, 12, 31), known_on=known_on).exists() is known
