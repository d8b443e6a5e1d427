"""A period's state for a town on each day, and what extending, closing, opening again and rescheduling do to it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import notification_words
from tasks.models import Notification, Period, PeriodAct, Report
from tasks.periods import (
    PeriodError,
    PeriodState,
    Term,
    close,
    extend,
    extensions,
    refusal,
    reopen,
    reschedule,
    term_of,
    with_due,
)
from tasks.reporting import Entry, ReportingError, new_key, return_, submit
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TaskFactory, reported

OPENS, DUE, LONGER, CLOSES = (dt.date(2024, 10, day) for day in (1, 10, 20, 15))
DAY = dt.timedelta(days=1)
Q3 = Period(opens_on=OPENS, due_on=DUE, closes_on=CLOSES)
TODAY = dt.date(2024, 10, 15)


@pytest.mark.parametrize(
    ("on", "extended_to", "state"),
    [
        (OPENS - DAY, None, "not_open"),
        (OPENS - DAY, LONGER, "not_open"),
        (OPENS, None, "open"),
        (DUE, None, "open"),
        (DUE + DAY, None, "late"),
        (CLOSES, None, "late"),
        (CLOSES + DAY, None, "closed"),
        (OPENS, LONGER, "extended"),
        (DUE + DAY, LONGER, "extended"),
        (CLOSES + DAY, LONGER, "extended"),
        (LONGER, LONGER, "extended"),
        (LONGER + DAY, LONGER, "closed"),
        (DUE + DAY * 2, DUE + DAY, "late"),
        (DUE, DUE - DAY, "open"),
    ],
)
def test_the_state_of_each_day(on, extended_to, state):
    assert Term(Q3, on, extended_to).state == PeriodState(state)


@given(st.dates(OPENS - DAY * 3, LONGER + DAY * 3), st.none() | st.dates(OPENS, LONGER))
def test_a_town_with_longer_is_never_worse_off(on, extended_to):
    longer, plain = Term(Q3, on, extended_to), Term(Q3, on)
    assert longer.due_on >= plain.due_on
    assert longer.state.takes_reports >= plain.state.takes_reports


def test_each_state_has_its_own_word_and_only_three_take_reports():
    assert len({state.label for state in PeriodState}) == len(PeriodState)
    assert [state for state in PeriodState if state.takes_reports] == ["open", "extended", "late"]


@pytest.fixture
def period(district):
    """2024Q3, due on 10 October, without a closing day."""
    return PeriodFactory(programme=ProgrammeFactory(district=district))


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


class TestExtending:
    def test_it_moves_the_due_day_of_one_town(self, period, miaohang, youyi, staff):
        act = extend(period=period, town=miaohang, due_on=LONGER, reason=" 台风 ", by=staff)

        assert (act.kind, act.town, act.due_on, act.reason, act.by) == ("extended", miaohang, LONGER, "台风", staff)
        assert term_of(period, miaohang) == Term(period, TODAY, LONGER)
        assert term_of(period, youyi) == Term(period, TODAY, None)
        period.refresh_from_db()
        assert period.due_on == DUE

    def test_of_several_the_latest_act_holds(self, period, miaohang, staff):
        for day in (20, 30, 16):
            extend(period=period, town=miaohang, due_on=LONGER.replace(day=day), reason="台风", by=staff)

        assert extensions([period]) == {(period.pk, miaohang.pk): dt.date(2024, 10, 16)}
        assert PeriodAct.objects.count() == 3

    def test_what_was_known_on_a_day_is_told(self, period, miaohang, staff, time_machine):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        assert extensions([period], known_on=TODAY - DAY) == {}
        assert extensions([period], known_on=TODAY) == {(period.pk, miaohang.pk): LONGER}

    @pytest.mark.parametrize(
        ("day", "reason", "told"),
        [
            (DUE, "台风", "延期日 2024-10-10 应晚于本期截止日 2024-10-10。"),
            (TODAY - DAY, "台风", "延期日 2024-10-14 已经过去。"),
            (LONGER, "  ", "请填写原因。"),
            (LONGER, "长" * 501, "原因不超过 500 字，现有 501 字。"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, period, miaohang, staff, day, reason, told):
        with pytest.raises(PeriodError) as error:
            extend(period=period, town=miaohang, due_on=day, reason=reason, by=staff)

        assert str(error.value) == told
        assert not PeriodAct.objects.exists()

    def test_the_same_day_twice_is_refused(self, period, miaohang, youyi, staff, official):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        with pytest.raises(PeriodError, match="庙行镇 已延期至 2024-10-20，不必重复操作。"):
            extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        extend(period=period, town=youyi, due_on=LONGER, reason="台风", by=staff)
        assert (PeriodAct.objects.count(), Notification.objects.count()) == (2, 1)

    def test_until_today_is_still_possible(self, period, miaohang, staff):
        assert extend(period=period, town=miaohang, due_on=TODAY, reason="台风", by=staff).due_on == TODAY

    def test_the_town_is_told_and_its_neighbour_is_not(self, period, miaohang, staff, official, neighbour):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        told = Notification.objects.get()
        assert (told.user, told.kind, told.facts) == (
            official,
            "extended",
            {"period": "2024Q3", "due_on": "2024-10-20", "reason": "台风"},
        )


class TestClosing:
    def test_a_closed_period_takes_no_more_today(self, period, miaohang, staff, beds):
        close(period=period, reason="数据已上报", by=staff)

        period.refresh_from_db()
        assert (term_of(period, miaohang).state, period.closes_on) == ("closed", TODAY - DAY)
        with pytest.raises(ReportingError) as error:
            reported(period, miaohang, subject=beds, value=Decimal(1))
        assert str(error.value) == "2024年第三季度已由 养老服务科 于 2024-10-15 10:00 关闭：数据已上报。"
        assert not Report.objects.exists()

    def test_a_sheet_that_was_open_before_is_refused_too(self, period, miaohang, staff, beds):
        opened = Period.objects.select_related("programme__district").get(pk=period.pk)
        close(period=period, reason="数据已上报", by=staff)

        with pytest.raises(ReportingError, match="关闭：数据已上报。"):
            reported(opened, miaohang, subject=beds, value=Decimal(1))

    def test_a_town_with_longer_reports_all_the_same(self, period, miaohang, youyi, staff, beds):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
        close(period=period, reason="数据已上报", by=staff)

        assert len(reported(period, miaohang, subject=beds, value=Decimal(1))) == 1
        with pytest.raises(ReportingError):
            reported(period, youyi, subject=beds, value=Decimal(1))

    def test_an_extension_that_is_over_is_told(self, period, miaohang, staff, time_machine):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
        close(period=period, reason="数据已上报", by=staff)

        assert refusal(period, miaohang, LONGER) == ""
        assert refusal(period, miaohang, LONGER + DAY) == (
            "2024年第三季度已由 养老服务科 于 2024-10-15 10:00 关闭：数据已上报。本街镇的延期已于 2024-10-20 到期。"
        )

    def test_opened_again_it_takes_late_reports(self, period, miaohang, staff, beds):
        close(period=period, reason="数据已上报", by=staff)
        reopen(period=period, reason="两镇漏报", by=staff)

        assert term_of(Period.objects.get(pk=period.pk), miaohang).state == "late"
        assert len(reported(period, miaohang, subject=beds, value=Decimal(1))) == 1
        acts = PeriodAct.objects.values_list("kind", "reason", "by__username")
        assert list(acts) == [("closed", "数据已上报", "staff"), ("reopened", "两镇漏报", "staff")]

    def test_a_period_that_closed_by_its_day_says_so(self, period, miaohang, staff):
        close(period=period, reason="数据已上报", by=staff)
        reopen(period=period, reason="两镇漏报", by=staff)
        reschedule(
            period=period, opens_on=period.opens_on, due_on=DUE, closes_on=TODAY - DAY, reason="已上报", by=staff
        )

        assert refusal(period, miaohang, TODAY) == "2024年第三季度的填报已于 2024-10-14 结束，现已关闭。"

    def test_one_that_was_closed_and_then_given_other_days_closed_by_its_day(self, period, miaohang, staff):
        close(period=period, reason="数据已上报", by=staff)
        reschedule(period=period, opens_on=period.opens_on, due_on=DUE, closes_on=LONGER, reason="补报", by=staff)

        assert refusal(period, miaohang, LONGER + DAY) == "2024年第三季度的填报已于 2024-10-20 结束，现已关闭。"

    def test_neither_is_done_twice(self, period, staff):
        with pytest.raises(PeriodError, match="2024年第三季度没有关闭，不必重新开放。"):
            reopen(period=period, reason="漏报", by=staff)
        close(period=period, reason="数据已上报", by=staff)
        with pytest.raises(PeriodError, match="已由 养老服务科 于 2024-10-15 10:00 关闭"):
            close(period=period, reason="再关一次", by=staff)
        assert PeriodAct.objects.count() == 1

    @pytest.mark.parametrize("verb", [close, reopen])
    def test_each_needs_a_reason(self, period, staff, verb):
        with pytest.raises(PeriodError, match="请填写原因。"):
            verb(period=period, reason=" ", by=staff)

    def test_the_towns_are_told_and_the_history_kept(self, period, staff, official, neighbour, leader):
        close(period=period, reason="数据已上报", by=staff)

        told = Notification.objects.order_by("user__username").values_list("user__username", "kind", "facts")
        facts = {"period": "2024Q3", "closed": True, "reason": "数据已上报"}
        assert list(told) == [("neighbour", "period", facts), ("official", "period", facts)]
        last = Period.history.filter(id=period.pk).latest()
        assert (last.closes_on, last.history_user, last.history_change_reason) == (TODAY - DAY, staff, "数据已上报")


class TestRescheduling:
    def test_the_days_are_changed_with_their_history_and_the_towns_told(self, period, admin, official):
        reschedule(period=period, opens_on=OPENS, due_on=LONGER, closes_on=LONGER, reason="国庆假期", by=admin)

        period.refresh_from_db()
        assert (period.opens_on, period.due_on, period.closes_on) == (OPENS, LONGER, LONGER)
        last = Period.history.filter(id=period.pk).latest()
        assert (last.history_user, last.history_change_reason) == (admin, "国庆假期")
        acts = PeriodAct.objects.values_list("kind", "reason", "by__username")
        assert list(acts) == [("rescheduled", "国庆假期", "admin")]
        assert notification_words.words(Notification.objects.get()) == (
            "2024年第三季度填报期日期有变",
            "10月20日截止，10月20日关闭。原因：国庆假期",
        )

    def test_once_it_is_open_a_reason_is_asked_for(self, period, admin):
        with pytest.raises(PeriodError, match="请填写原因。"):
            reschedule(period=period, opens_on=OPENS, due_on=DUE, closes_on=TODAY - DAY, by=admin)

        period.refresh_from_db()
        assert (period.closes_on, PeriodAct.objects.count()) == (None, 0)

    def test_before_it_opens_none_is_needed_and_nobody_is_told(self, period, admin, official, time_machine):
        time_machine.move_to(dt.datetime(2024, 6, 1, tzinfo=dt.UTC))

        reschedule(period=period, opens_on=OPENS, due_on=LONGER, closes_on=None, by=admin)

        assert Period.objects.get(pk=period.pk).due_on == LONGER
        assert (PeriodAct.objects.count(), Notification.objects.count()) == (0, 0)

    def test_the_same_days_again_change_nothing(self, period, admin):
        before = Period.history.count()

        reschedule(period=period, opens_on=period.opens_on, due_on=period.due_on, closes_on=None, by=admin)

        assert (Period.history.count(), PeriodAct.objects.count()) == (before, 0)

    @pytest.mark.parametrize(
        ("opens", "due", "closes", "told"),
        [
            (11, 10, None, "截止日 2024-10-10 早于开放日 2024-10-11。"),
            (1, 10, 9, "关闭日 2024-10-09 早于截止日 2024-10-10。"),
            (1, 9, None, "截止日不能由 2024-10-10 提前到已经过去的 2024-10-09：按时报送的会变成逾期。"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, period, admin, opens, due, closes, told):
        opens_on, due_on = OPENS.replace(day=opens), OPENS.replace(day=due)
        closes_on = closes and OPENS.replace(day=closes)

        with pytest.raises(PeriodError) as error:
            reschedule(period=period, opens_on=opens_on, due_on=due_on, closes_on=closes_on, by=admin)

        assert str(error.value) == told


class TestLateness:
    """The due day itself is on time, the day after is late; so it is for the day of an extension."""

    @pytest.mark.parametrize(
        ("day", "extended", "late"), [(10, False, False), (11, False, True), (15, True, False), (16, True, True)]
    )
    def test_by_the_day_of_the_submit(self, period, beds, miaohang, official, staff, day, extended, late, time_machine):
        if extended:
            extend(period=period, town=miaohang, due_on=TODAY, reason="台风", by=staff)
        sent = dt.datetime(2024, 10, day, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=8)))

        reported(period, miaohang, subject=beds, value=Decimal(1), by=official, at=sent)

        (report,) = with_due(Report.objects.all())
        assert (report.late, report.due_on) == (late, TODAY if extended else DUE)

    def test_another_towns_extension_excuses_nobody(self, period, beds, miaohang, youyi, official, staff):
        extend(period=period, town=youyi, due_on=LONGER, reason="台风", by=staff)
        reported(period, miaohang, subject=beds, value=Decimal(1), by=official)

        assert with_due(Report.objects.all()).get().late

    def test_a_correction_is_not_late_by_itself(self, period, beds, miaohang, official, staff):
        on_time = dt.datetime(2024, 10, 9, tzinfo=dt.UTC)
        first = reported(period, miaohang, subject=beds, value=Decimal(1), by=official, at=on_time)
        return_(reports=first, by=staff, reason="请核对")
        reported(period, miaohang, subject=beds, value=Decimal(2), by=official)

        assert [report.late for report in with_due(Report.objects.order_by("revision"))] == [False, False]

    def test_what_the_bureau_imports_or_logs_is_not_late(self, period, beds, miaohang, staff):
        task = TaskFactory(programme=period.programme)
        entries = [Entry(beds, value=Decimal(1))]
        submit(period=period, town=miaohang, entries=entries, by=staff, key=new_key(), source="imported")
        reported(period, None, subject=task, state="done", percent=Decimal(100), by=staff)

        assert [report.late for report in with_due(Report.objects.all())] == [False, False]
