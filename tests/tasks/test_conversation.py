"""What is said back and forth on a line stays together, oldest first."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.conversation import conversations, place_of
from tasks.models import Submission
from tasks.reporting import Entry, new_key, return_, submit
from tests.factories import IndicatorFactory, PeriodFactory, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


def at(day):
    return dt.datetime(2024, 10, day, 2, tzinfo=dt.UTC)


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


def test_words_and_reasons_follow_each_other(period, miaohang, beds, official, staff):
    first = reported(period, miaohang, subject=beds, value=Decimal(6), words="新增", by=official, at=at(1))
    return_(reports=first, by=staff, reason="数量不符", at=at(2))
    accepted(period, miaohang, subject=beds, value=Decimal(5), by=staff, at=at(3))

    turns = conversations(first)[place_of(first[0])]

    assert [(turn.who, turn.what, turn.words, turn.tone, turn.revision) for turn in turns] == [
        ("庙行经办人", "填报 第1版：6", "新增", "waiting", 1),
        ("养老服务科", "退回", "数量不符", "returned", 1),
        ("养老服务科", "填报 第2版：5", "", "waiting", 2),
        ("养老服务科", "通过（本人审核）", "", "accepted", 2),
    ]


def test_an_entry_on_behalf_says_so(period, miaohang, beds, staff):
    source = Submission.Source.ON_BEHALF
    entry = Entry(beds, value=Decimal(6))
    report = submit(period=period, town=miaohang, entries=[entry], by=staff, key=new_key(), source=source).reports.get()

    [turn] = conversations([report])[place_of(report)]

    assert (turn.who, turn.what) == ("养老服务科", "代填 第1版：6")


def test_each_line_has_its_own_however_they_cross(period, miaohang, youyi, beds):
    """Two towns and two periods: a line of one town and period is not mixed with those of the other pairs."""
    q4 = PeriodFactory(programme=period.programme, quarter=4)
    here = reported(period, miaohang, subject=beds, value=Decimal(1))
    there = reported(q4, youyi, subject=beds, value=Decimal(2))
    reported(q4, miaohang, subject=beds, value=Decimal(3))

    found = conversations([*here, *there])

    assert {place: [turn.what for turn in turns] for place, turns in found.items()} == {
        (period.pk, miaohang.pk, beds.pk): ["填报 第1版：1"],
        (q4.pk, youyi.pk, beds.pk): ["填报 第1版：2"],
    }


def test_no_report_no_conversation(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert conversations([]) == {}


@pytest.mark.parametrize("revisions", [1, 3])
def test_it_is_one_query_however_long(period, miaohang, beds, revisions, django_assert_num_queries):
    for value in range(revisions):
        [report] = accepted(period, miaohang, subject=beds, value=Decimal(value))

    with django_assert_num_queries(1):
        assert len(conversations([report])[place_of(report)]) == 2 * revisions
