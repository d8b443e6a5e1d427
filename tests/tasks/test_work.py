"""What waits for each role, and what happened to a line."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks import drafts
from tasks.history import history
from tasks.models import Report
from tasks.reporting import return_
from tasks.work import todo
from tests.factories import IndicatorFactory, PeriodFactory, TargetFactory, TaskFactory, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    TaskFactory(programme=period.programme, town_wide=True)
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


def told(user, programme):
    return [(one.title, one.detail, one.tone, one.due_on) for one in todo(user, programme)]


def test_a_town_is_told_what_was_returned_and_what_is_missing(period, beds, miaohang, official, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))
    return_(reports=report, by=staff, reason="数量不符")
    drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "5"}, version=0, by=official)

    assert told(official, period.programme) == [
        ("2024年第三季度：新增养老床位 被退回", "数量不符", "returned", dt.date(2024, 10, 10)),
        ("填报2024年第三季度进展", "还有 1 行未报，1 行已填未提交", "draft", dt.date(2024, 10, 10)),
    ]


def test_only_lines_with_a_target_and_the_tasks_of_all_towns_are_owed(period, beds, miaohang, official):
    TargetFactory(indicator=beds, town=miaohang)
    IndicatorFactory(programme=period.programme, name="新增社区长者食堂")

    [(_title, detail, _tone, _due)] = told(official, period.programme)

    assert detail == "还有 2 行未报，0 行已填未提交"


def test_a_target_taken_away_is_no_longer_owed(period, beds, miaohang, official):
    TargetFactory(indicator=beds, town=miaohang)
    TargetFactory(indicator=beds, town=miaohang, revision=2, comparator="none", value=None)

    [(_title, detail, _tone, _due)] = told(official, period.programme)

    assert detail == "还有 1 行未报，0 行已填未提交"


def test_a_quarter_with_every_owed_line_reported_is_done(period, miaohang, official):
    task = TaskFactory(programme=period.programme, town_wide=True)
    reported(period, miaohang, subject=task, state="in_progress", percent=Decimal(40))

    assert told(official, period.programme) == []


def test_a_period_that_is_closed_or_not_open_is_nothing_to_do(period, beds, official):
    period.closes_on = dt.date(2024, 10, 14)
    period.save()
    PeriodFactory(programme=period.programme, quarter=4, opens_on=dt.date(2024, 10, 16))

    assert told(official, period.programme) == []


def test_the_bureau_is_told_what_waits_town_by_town(period, beds, miaohang, youyi, staff):
    reported(period, miaohang, subject=beds, value=Decimal(6))
    accepted(period, youyi, subject=beds, value=Decimal(6))

    assert told(staff, period.programme) == [("审核 庙行镇 2024Q3 填报", "1 行待审核", "waiting", None)]


@pytest.mark.parametrize("who", ["leader", "facility_user", "city_user"])
def test_who_only_reads_has_nothing_to_do(period, beds, miaohang, request, who):
    reported(period, miaohang, subject=beds, value=Decimal(6))

    assert told(request.getfixturevalue(who), period.programme) == []


def test_the_history_tells_every_revision_and_decision_the_newest_first(period, beds, miaohang, official, staff):
    def at(day):
        return dt.datetime(2024, 10, day, 2, tzinfo=dt.UTC)

    stated = dt.date(2024, 9, 20)
    first = reported(
        period, miaohang, subject=beds, value=Decimal(6), words="新增", as_at=stated, by=official, at=at(1)
    )
    return_(reports=first, by=staff, reason="数量不符", at=at(2))
    accepted(period, miaohang, subject=beds, value=Decimal(5), by=official, at=at(3))

    events = [(event.who, event.what, event.reason, event.tone) for event in history(Report.objects.all())]

    assert events[2:] == [
        (staff, "退回 2024Q3 庙行镇 第1版", "数量不符", "returned"),
        (official, "填报 2024Q3 庙行镇 第1版：6", "新增\n数据日期 2024-09-20。", "waiting"),
    ]
    assert sorted(what for _who, what, _reason, _tone in events[:2]) == [
        "填报 2024Q3 庙行镇 第2版：5",
        "通过（本人审核） 2024Q3 庙行镇 第2版",
    ]
