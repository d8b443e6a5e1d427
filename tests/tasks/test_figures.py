"""What stands at a date, and what was known on one (design: "Two dates"), and the targets in force."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from tasks.figures import Owed, first_met, standing_figures, standing_states, targets_in_force
from tasks.lights import Met
from tasks.reporting import accept, return_
from tests.factories import IndicatorFactory, PeriodFactory, TargetFactory, TaskFactory, accepted, reported

pytestmark = pytest.mark.django_db
END = dt.date(2024, 12, 31)


def day(month, number, hour=10):
    return dt.datetime(2024, month, number, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def q2():
    return PeriodFactory(quarter=2)


@pytest.fixture
def q3(q2):
    return PeriodFactory(programme=q2.programme, quarter=3)


@pytest.fixture
def beds(q2):
    return IndicatorFactory(programme=q2.programme)


def standing(programme, **asked):
    """The values that stand for the only line, by the month that their period ends in."""
    lines = standing_figures(programme, **({"as_of": END} | asked))
    return {s.period_end.month: s.value for standings in lines.values() for s in standings}


def test_only_accepted_reports_stand(q2, q3, beds, miaohang, staff):
    reported(q2, miaohang, subject=beds, value=Decimal(5), at=day(7, 1))
    returned = reported(q3, miaohang, subject=beds, value=Decimal(6), at=day(10, 1))
    return_(reports=returned, by=staff, reason="不符")

    assert standing(q2.programme) == {}


def test_the_latest_accepted_revision_of_a_period_stands_and_a_newer_one_that_waits_does_not(q2, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(5), at=day(7, 1))
    accepted(q2, miaohang, subject=beds, value=Decimal(4), at=day(7, 2))
    reported(q2, miaohang, subject=beds, value=Decimal(9), at=day(7, 3))

    assert standing(q2.programme) == {6: 4}


def test_periods_follow_each_other_whatever_was_reported_first(q2, q3, beds, miaohang):
    accepted(q3, miaohang, subject=beds, value=Decimal(8), at=day(10, 1))
    accepted(q2, miaohang, subject=beds, value=Decimal(5), at=day(10, 2))

    assert list(standing(q2.programme).items()) == [(6, 5), (9, 8)]


@pytest.mark.parametrize(
    ("as_of", "stands"),
    [(dt.date(2024, 6, 29), {}), (dt.date(2024, 6, 30), {6: 5}), (dt.date(2024, 9, 30), {6: 5, 9: 8})],
)
def test_as_of_takes_what_stands_for_a_day_up_to_it(q2, q3, beds, miaohang, as_of, stands):
    accepted(q2, miaohang, subject=beds, value=Decimal(5), at=day(7, 5))
    accepted(q3, miaohang, subject=beds, value=Decimal(8), at=day(10, 5))

    assert standing(q2.programme, as_of=as_of) == stands


def test_as_of_goes_back_to_the_revision_that_stood_before_a_later_dated_one(q2, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(5), as_at=dt.date(2024, 5, 1), at=day(5, 2))
    accepted(q2, miaohang, subject=beds, value=Decimal(7), as_at=dt.date(2024, 6, 1), at=day(6, 2))

    assert standing(q2.programme, as_of=dt.date(2024, 5, 31)) == {6: 5}


@pytest.mark.parametrize(("known_on", "stands"), [(14, {}), (15, {6: 5}), (19, {6: 5}), (20, {6: 4})])
def test_known_on_takes_what_was_accepted_by_the_end_of_that_day_in_shanghai(
    q2, beds, miaohang, staff, known_on, stands
):
    first = reported(q2, miaohang, subject=beds, value=Decimal(5), at=day(7, 1))
    accept(reports=first, by=staff, at=day(7, 15, hour=0))
    second = reported(q2, miaohang, subject=beds, value=Decimal(4), at=day(7, 16))
    accept(reports=second, by=staff, at=day(7, 20, hour=23))

    assert standing(q2.programme, known_on=dt.date(2024, 7, known_on)) == stands


def test_a_rate_stands_exact_not_as_it_was_rounded_for_the_ledger(q2, miaohang):
    rate = IndicatorFactory(programme=q2.programme, rate=True)
    typed = {"value": Decimal("33.3333333333"), "numerator": Decimal(1), "denominator": Decimal(3)}
    accepted(q2, miaohang, subject=rate, **typed, at=day(7, 1))

    assert standing(q2.programme) == {6: Decimal(100) / 3}


def test_states_stand_like_figures_the_districts_own_without_a_town(q2, miaohang):
    task = TaskFactory(programme=q2.programme)
    accepted(q2, None, subject=task, state="in_progress", percent=Decimal(40), at=day(7, 1))
    accepted(q2, miaohang, subject=task, state="done", percent=Decimal(100), at=day(7, 1))

    found = standing_states(q2.programme, as_of=END)

    assert {line: (s[0].value, s[0].state) for line, s in found.items()} == {
        (task.pk, None): (40, "in_progress"),
        (task.pk, miaohang.pk): (100, "done"),
    }


def test_a_town_sees_its_own_figures_and_the_districts(q2, beds, miaohang, youyi, official, facility_user):
    for town in (miaohang, youyi, None):
        accepted(q2, town, subject=beds, value=Decimal(5), at=day(7, 1))

    def seen_by(user):
        return {town for _indicator, town in standing_figures(q2.programme, as_of=END, user=user)}

    assert seen_by(None) == {miaohang.pk, youyi.pk, None}
    assert seen_by(official) == {miaohang.pk, None}
    assert seen_by(facility_user) == {None}


def test_another_programmes_reports_are_not_this_ones(q2, beds, miaohang):
    other = PeriodFactory(quarter=2)
    accepted(other, miaohang, subject=IndicatorFactory(programme=other.programme), value=Decimal(1), at=day(7, 1))

    assert standing(q2.programme) == {}


def met_at(programme, target=Decimal(10), **asked):
    lines = standing_figures(programme, **({"as_of": END} | asked))
    (standings,) = lines.values()
    met = first_met(standings, target, False)
    return met and met.as_at


def test_a_target_is_first_met_by_the_first_report_that_reaches_it(q2, q3, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(10), at=day(6, 20))
    accepted(q3, miaohang, subject=beds, value=Decimal(12), at=day(9, 20))

    lines = standing_figures(q2.programme, as_of=END)

    assert first_met(lines[beds.pk, miaohang.pk], Decimal(10), False) == Met(
        dt.date(2024, 6, 20), False, dt.date(2024, 4, 1), dt.date(2024, 6, 30)
    )


def test_a_later_revision_does_not_move_the_day_on_which_the_target_was_first_met(q2, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(10), as_at=dt.date(2024, 5, 10), at=day(5, 12))
    accepted(q2, miaohang, subject=beds, value=Decimal(12), as_at=dt.date(2024, 6, 20), at=day(6, 22))

    assert met_at(q2.programme) == dt.date(2024, 5, 10)


def test_a_figure_that_was_corrected_downwards_met_nothing(q2, q3, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(10), at=day(6, 20))
    accepted(q2, miaohang, subject=beds, value=Decimal(8), at=day(6, 25))
    assert met_at(q2.programme) is None

    accepted(q3, miaohang, subject=beds, value=Decimal(10), at=day(9, 20))
    assert met_at(q2.programme) == dt.date(2024, 9, 20)


def test_what_was_not_known_yet_met_nothing(q2, beds, miaohang):
    accepted(q2, miaohang, subject=beds, value=Decimal(8), at=day(6, 20))
    accepted(q2, miaohang, subject=beds, value=Decimal(10), at=day(6, 25))

    assert met_at(q2.programme, known_on=dt.date(2024, 6, 24)) is None


@pytest.fixture
def revised(beds, miaohang):
    """A target of 10 in the plan, 12 since 1 August, taken away on 1 November."""
    place = {"indicator": beds, "town": miaohang}
    TargetFactory(**place, created_at=day(5, 7))
    TargetFactory(**place, revision=2, value=Decimal(12), created_at=day(8, 1))
    TargetFactory(**place, revision=3, comparator="none", value=None, created_at=day(11, 1))
    return beds.programme


@pytest.mark.parametrize(
    ("known_on", "value"),
    [
        (dt.date(2024, 1, 1), 10),  # the plan counts from the start of its year
        (dt.date(2024, 7, 31), 10),
        (dt.date(2024, 8, 1), 12),
        (dt.date(2024, 11, 1), None),
        (None, None),
    ],
)
def test_the_target_in_force_is_the_last_revision_known(revised, beds, miaohang, known_on, value):
    found = targets_in_force(revised, known_on=known_on)

    assert found == ({} if value is None else {(beds.pk, miaohang.pk): Owed("ge", Decimal(value), str(value))})


def test_a_town_sees_its_own_targets_and_the_districts(beds, miaohang, youyi, official, facility_user):
    for town in (miaohang, youyi, None):
        TargetFactory(indicator=beds, town=town)

    def seen_by(user):
        return {town for _indicator, town in targets_in_force(beds.programme, user=user)}

    assert (seen_by(None), seen_by(official)) == ({miaohang.pk, youyi.pk, None}, {miaohang.pk, None})
    assert seen_by(facility_user) == {None}


@pytest.mark.parametrize(
    "wrong", [{"value": None}, {"value": Decimal(-1)}, {"comparator": "text"}, {"comparator": "none"}]
)
def test_the_database_refuses_a_target_whose_value_does_not_fit_its_comparator(beds, miaohang, wrong):
    with pytest.raises(IntegrityError, match="target_value_matches_comparator"):
        TargetFactory(indicator=beds, town=miaohang, **wrong)


def test_the_database_numbers_a_targets_revision_once_for_the_district_too(beds):
    TargetFactory(indicator=beds, town=None)

    with pytest.raises(IntegrityError):
        TargetFactory(indicator=beds, town=None)
