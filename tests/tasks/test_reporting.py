"""The ledger: written once, never changed, and what stands follows from it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from tasks.models import Decision, Report, Submission
from tasks.models.report import LedgerError
from tasks.reporting import Conflict, Entry, ReportingError, accept, log_task, return_, submit
from tests.factories import IndicatorFactory, PeriodFactory, TaskFactory, a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


@pytest.fixture
def task(period):
    return TaskFactory(programme=period.programme)


def send(period, town, by, key="first", **fields):
    seen = fields.pop("seen", None)
    return submit(period=period, town=town, entries=[Entry(**fields)], by=by, key=key, seen=seen)


@pytest.mark.parametrize("change", ["save", "delete"])
def test_a_report_is_never_changed(period, miaohang, beds, change):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    with pytest.raises(LedgerError):
        getattr(report, change)()


@pytest.mark.parametrize("model", [Submission, Report, Decision])
def test_rows_of_the_ledger_are_never_updated_or_deleted_together(period, miaohang, beds, model):
    accepted(period, miaohang, subject=beds, value=Decimal(6))

    with pytest.raises(LedgerError):
        model.objects.update(district=period.programme.district)
    with pytest.raises(LedgerError):
        model.objects.all().delete()
    assert model.objects.count() == 1


def test_what_a_report_is_about_cannot_be_deleted(period, miaohang, beds):
    reported(period, miaohang, subject=beds, value=Decimal(6))

    for subject in (beds, miaohang, period, period.programme):
        with pytest.raises(ProtectedError):
            subject.delete()


def test_ledger_rows_carry_their_district(period, miaohang, beds, district):
    report = accepted(period, miaohang, subject=beds, value=Decimal(6))[0]

    assert (report.district, report.submission.district, report.decision.district) == (district, district, district)


def test_a_correction_is_a_new_revision_of_the_line(period, miaohang, youyi, beds):
    for town, value in [(miaohang, 6), (miaohang, 7), (youyi, 1)]:
        reported(period, town, subject=beds, value=Decimal(value))

    rows = Report.objects.order_by("pk").values_list("town__code", "revision", "value")
    assert list(rows) == [("310113112", 1, 6), ("310113112", 2, 7), ("310113003", 1, 1)]


def test_the_same_key_is_written_once(period, miaohang, beds, official):
    first = send(period, miaohang, official, subject=beds, value=Decimal(6), seen={beds.pk: 0})
    again = send(period, miaohang, official, subject=beds, value=Decimal("6.0"), seen={beds.pk: 0})

    assert again == first
    assert Report.objects.count() == 1


def test_a_key_that_comes_back_with_other_content_is_told_what_it_wrote(period, miaohang, beds, official):
    send(period, miaohang, official, subject=beds, value=Decimal(6))

    with pytest.raises(Conflict) as told:
        send(period, miaohang, official, subject=beds, value=Decimal(7))

    assert [report.value for report in told.value.reports] == [6]
    assert Report.objects.count() == 1


def test_a_key_of_another_place_is_refused(period, miaohang, youyi, beds, official):
    send(period, miaohang, official, subject=beds, value=Decimal(6))

    with pytest.raises(ReportingError, match="提交凭证已被使用"):
        send(period, youyi, official, subject=beds, value=Decimal(6))


def test_a_form_older_than_the_ledger_writes_nothing_and_names_the_newer_report(period, miaohang, beds, task, official):
    send(period, miaohang, official, subject=beds, value=Decimal(6))
    entries = [Entry(beds, value=Decimal(8)), Entry(task, state="done", percent=Decimal(100))]

    with pytest.raises(Conflict) as told:
        submit(period=period, town=miaohang, entries=entries, by=official, key="k2", seen={beds.pk: 0, -task.pk: 0})

    assert [(report.subject, report.revision) for report in told.value.reports] == [(beds, 1)]
    assert (Report.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (dt.date(2024, 10, 16), None, "2024年第三季度尚未开放填报，2024-10-16 起开放。"),
        (dt.date(2024, 7, 1), dt.date(2024, 10, 14), "2024年第三季度的填报已于 2024-10-14 结束，现已关闭。"),
    ],
    ids=["not open yet", "closed"],
)
def test_a_period_that_is_not_open_takes_nothing(period, miaohang, beds, official, opens, closes, words):
    period.opens_on, period.due_on, period.closes_on = opens, max(opens, period.due_on), closes
    period.save()

    with pytest.raises(ReportingError, match=words):
        send(period, miaohang, official, subject=beds, value=Decimal(6))
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("opens", "closes"), [(15, None), (1, 15)], ids=["first day", "last day"])
def test_a_period_is_open_on_its_first_and_its_last_day(period, miaohang, beds, official, opens, closes):
    period.opens_on = period.due_on = dt.date(2024, 10, opens)
    period.closes_on = closes and dt.date(2024, 10, closes)
    period.save()

    assert send(period, miaohang, official, subject=beds, value=Decimal(6)).reports.count() == 1


@pytest.mark.parametrize(
    ("quarter", "stated", "expected"),
    [
        (3, None, (dt.date(2024, 9, 30), False)),
        (4, None, (dt.date(2024, 10, 15), False)),
        (3, dt.date(2024, 8, 20), (dt.date(2024, 8, 20), True)),
    ],
    ids=["the period has ended", "the period runs", "stated"],
)
def test_a_report_stands_for_the_stated_day_or_the_earlier_of_period_end_and_submission(
    beds, miaohang, quarter, stated, expected
):
    period = PeriodFactory(programme=beds.programme, quarter=quarter, label=f"Q{quarter}")

    report = reported(period, miaohang, subject=beds, value=Decimal(6), as_at=stated)[0]

    assert (report.as_at, report.as_at_stated) == expected


def test_accepting_writes_who_and_when(period, miaohang, beds, staff, october):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    accept(reports=[report], by=staff)

    decision = Decision.objects.get(report=report)
    assert (decision.outcome, decision.by, decision.at, decision.reason) == ("accepted", staff, october, "")


@pytest.mark.parametrize("second", ["accept", "return"])
def test_a_report_is_decided_once(period, miaohang, beds, staff, second):
    report = accepted(period, miaohang, subject=beds, value=Decimal(6), by=staff)[0]

    with pytest.raises(ReportingError, match="新增养老床位 已由 养老服务科 于 2024-10-15 10:00 通过（本人审核）。"):
        if second == "accept":
            accept(reports=[report], by=staff)
        else:
            return_(reports=[report], by=staff, reason="数量不符")
    assert Decision.objects.get().outcome == "accepted"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_return_needs_a_reason(period, miaohang, beds, staff, reason):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    with pytest.raises(ReportingError, match="退回必须填写原因"):
        return_(reports=[report], by=staff, reason=reason)
    assert not Decision.objects.exists()


def test_a_reason_longer_than_its_column_is_refused(period, miaohang, beds, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    with pytest.raises(ReportingError, match="退回原因不超过 500 字，现有 501 字"):
        return_(reports=[report], by=staff, reason="错" * 501)
    assert not Decision.objects.exists()


def test_the_database_refuses_a_return_without_reason(period, miaohang, beds, district):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]

    with pytest.raises(IntegrityError, match="decision_return_has_a_reason"):
        Decision.objects.create(report=report, district=district, outcome="returned")


def test_decisions_are_all_or_none(period, miaohang, youyi, beds, staff):
    decided = accepted(period, miaohang, subject=beds, value=Decimal(6))[0]
    waiting = reported(period, youyi, subject=beds, value=Decimal(6))[0]

    with pytest.raises(ReportingError):
        accept(reports=[waiting, decided], by=staff)
    assert list(Report.objects.all().waiting()) == [waiting]


def test_a_report_replaced_by_a_newer_one_is_not_decided(period, miaohang, beds, staff):
    old = reported(period, miaohang, subject=beds, value=Decimal(6))[0]
    new = reported(period, miaohang, subject=beds, value=Decimal(7))[0]

    with pytest.raises(ReportingError, match="已被新版本替代"):
        accept(reports=[old], by=staff)
    assert list(Report.objects.all().waiting()) == [new]


def test_a_returned_report_waits_for_its_correction(period, miaohang, beds, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]
    return_(reports=[report], by=staff, reason=" 数量不符 ")
    assert report.decision.reason == "数量不符"
    assert list(Report.objects.all().returned()) == [report]

    new = reported(period, miaohang, subject=beds, value=Decimal(5))[0]

    assert list(Report.objects.all().returned()) == []
    assert list(Report.objects.all().waiting()) == [new]


def test_logging_a_task_submits_and_accepts_for_the_district(period, task, staff):
    entry = Entry(task, state="in_progress", percent=Decimal(60), words="已开工")

    report = log_task(period=period, entry=entry, by=staff, key="log", seen=0, files=[a_file()])

    assert (report.town, report.percent, report.decision.outcome, report.decision.by) == (None, 60, "accepted", staff)
    assert [file.name for file in report.evidence.all()] == ["验收单.pdf"]


def test_logging_twice_with_one_key_writes_report_and_files_once(period, task, staff):
    entry = Entry(task, state="in_progress", percent=Decimal(60))

    for _ in range(2):
        report = log_task(period=period, entry=entry, by=staff, key="log", seen=0, files=[a_file()])

    assert (Report.objects.count(), Decision.objects.count(), report.evidence.count()) == (1, 1, 1)


def test_two_people_logging_from_the_same_page_both_keep_their_report(period, task, staff, admin):
    log_task(period=period, entry=Entry(task, state="blocked", percent=Decimal(5)), by=admin, key="a", seen=0)

    with pytest.raises(Conflict) as told:
        log_task(period=period, entry=Entry(task, state="done", percent=Decimal(100)), by=staff, key="b", seen=0)

    assert told.value.reports[0].submission.by == admin
    assert Report.objects.get().state == "blocked"


def _columns(**changed):
    figure = {"value": Decimal(6), "numerator": None, "denominator": None, "state": "", "percent": None}
    return figure | changed


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        (_columns(value=Decimal(-1)), "report_value_not_negative"),
        (_columns(value=None), "report_is_a_figure_or_a_state"),
        (_columns(state="done"), "report_is_a_figure_or_a_state"),
        (_columns(numerator=Decimal(1)), "report_numerator_with_denominator"),
        (_columns(numerator=Decimal(1), denominator=Decimal(0)), "report_numerator_with_denominator"),
    ],
)
def test_the_database_refuses_a_report_that_is_half_of_something(period, miaohang, beds, columns, constraint):
    submission = reported(period, miaohang, subject=beds, value=Decimal(6))[0].submission
    place = {"district": submission.district, "submission": submission, "period": period, "town": miaohang}

    with pytest.raises(IntegrityError, match=constraint):
        Report.objects.create(**place, indicator=beds, revision=2, as_at=period.ends_on, **columns)


def test_the_database_numbers_a_revision_once(period, miaohang, beds):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]
    place = {"district": report.district, "submission": report.submission, "period": period, "town": miaohang}

    with pytest.raises(IntegrityError):
        Report.objects.create(**place, indicator=beds, revision=1, as_at=period.ends_on, **_columns())
