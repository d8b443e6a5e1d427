"""Who may decide what: once, the newest revision, and nobody their own."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.permissions import Role
from tasks.importing import Context, import_annex
from tasks.models import Decision, Report, Submission
from tasks.reporting import Entry, Refused, accept, log_task, return_, submit
from tests.factories import IndicatorFactory, PeriodFactory, TaskFactory, UserFactory, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


@pytest.fixture
def meals(period):
    return IndicatorFactory(programme=period.programme, name="新增助餐点")


@pytest.fixture
def colleague(district):
    return UserFactory(username="colleague", name="王科长", role=Role.STAFF, district=district)


def decide(outcome, reports, by):
    if outcome == "accepted":
        return accept(reports=reports, by=by)
    return return_(reports=reports, by=by, reason="数量不符")


def refusal(outcome, reports, by):
    with pytest.raises(Refused) as refused:
        decide(outcome, reports, by)
    return refused.value.problems


def on_behalf(period, town, subject, by, value=6):
    submission = submit(
        period=period,
        town=town,
        entries=[Entry(subject, value=Decimal(value))],
        by=by,
        key=f"behalf-{value}",
        source=Submission.Source.ON_BEHALF,
    )
    return list(submission.reports.all())


@pytest.mark.parametrize("outcome", ["accepted", "returned"])
def test_the_second_reviewer_is_told_who_decided_what_and_when(period, miaohang, beds, staff, colleague, outcome):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))
    accept(reports=report, by=colleague, at=dt.datetime(2024, 10, 15, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai")))

    assert refusal(outcome, report, staff) == {report[0].pk: "新增养老床位 已由 王科长 于 2024-10-15 09:05 通过。"}


def test_the_second_reviewer_is_told_the_reason_of_a_return(period, miaohang, beds, staff, colleague):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))
    return_(reports=report, by=colleague, reason="请附验收单")

    assert refusal("accepted", report, staff) == {
        report[0].pk: "新增养老床位 已由 王科长 于 2024-10-15 10:00 退回：请附验收单。"
    }


def test_a_newer_revision_is_told_with_its_value_and_by_whom(period, miaohang, beds, staff, official):
    old = reported(period, miaohang, subject=beds, value=Decimal(6), by=official)
    reported(period, miaohang, subject=beds, value=Decimal(7), by=official)

    assert refusal("accepted", old, staff) == {
        old[0].pk: "新增养老床位 已被新版本替代：庙行经办人 报送的第 2 版为 7，请核对新版。"
    }


def test_every_line_that_cannot_be_decided_is_named_and_none_is_decided(
    period, miaohang, youyi, beds, meals, staff, colleague
):
    free = reported(period, miaohang, subject=meals, value=Decimal(1))
    decided = reported(period, miaohang, subject=beds, value=Decimal(6))
    own = on_behalf(period, youyi, beds, staff)
    accept(reports=decided, by=colleague)

    problems = refusal("accepted", [*free, *decided, *own], staff)

    assert sorted(problems) == [decided[0].pk, own[0].pk]
    assert list(Report.objects.all().waiting().order_by("pk")) == [*free, *own]


def test_a_report_named_twice_is_decided_once(period, miaohang, beds, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    assert len(accept(reports=[report, report], by=staff)) == 1


@pytest.mark.parametrize("outcome", ["accepted", "returned"])
def test_nobody_decides_what_they_entered_themselves(period, miaohang, beds, staff, outcome):
    own = on_behalf(period, miaohang, beds, staff)

    assert refusal(outcome, own, staff) == {own[0].pk: "新增养老床位 由您本人填报，须由他人审核。"}
    assert not Decision.objects.exists()


@pytest.mark.parametrize("outcome", ["accepted", "returned"])
def test_a_colleague_decides_it_and_it_is_not_own(period, miaohang, beds, staff, colleague, outcome):
    own = on_behalf(period, miaohang, beds, staff)

    [decision] = decide(outcome, own, colleague)

    assert (decision.outcome, decision.by, decision.own) == (outcome, colleague, False)


@pytest.mark.parametrize("outcome", ["accepted", "returned"])
def test_a_district_that_allows_it_has_it_recorded(period, miaohang, beds, staff, district, outcome):
    district.reviews_own = True
    district.save()

    [decision] = decide(outcome, on_behalf(period, miaohang, beds, staff), staff)

    assert (decision.outcome, decision.own) == (outcome, True)


def test_a_correction_by_a_colleague_is_the_colleagues(period, miaohang, beds, staff, colleague):
    on_behalf(period, miaohang, beds, staff)
    correction = on_behalf(period, miaohang, beds, colleague, value=7)

    assert not accept(reports=correction, by=staff)[0].own


def test_what_nobody_is_known_to_have_sent_is_nobodys_own(period, miaohang, beds):
    report = reported(period, miaohang, subject=beds, value=Decimal(6), by=None)

    assert not accept(reports=report, by=None)[0].own


def test_the_bureaus_own_log_is_accepted_in_one_act_and_recorded_as_own(period, staff):
    entry = Entry(TaskFactory(programme=period.programme), state="in_progress", percent=Decimal(60))

    report = log_task(period=period, entry=entry, by=staff, key="log", seen=0)

    assert (report.decision.outcome, report.decision.own) == ("accepted", True)


def test_an_imported_progress_table_is_accepted_in_one_act(baoshan, staff, tmp_path):
    table = tmp_path / "progress.csv"
    table.write_text("街镇,新增养老床位（张）\n庙行镇,12\n", encoding="utf-8")

    context = Context(baoshan, period=baoshan.periods.get(label="2024Q3"), by=staff)

    assert import_annex(table, context).errors == []
    assert list(Decision.objects.values_list("outcome", "own")) == [("accepted", True)]


def test_two_decisions_are_told_apart_by_their_words(period, miaohang, beds, district, staff):
    district.reviews_own = True
    district.save()
    first = accept(reports=on_behalf(period, miaohang, beds, staff), by=staff)[0]
    second = return_(reports=reported(period, miaohang, subject=beds, value=Decimal(8)), by=staff, reason="不符")[0]

    assert (first.told, second.told) == ("通过（本人审核）", "退回")
