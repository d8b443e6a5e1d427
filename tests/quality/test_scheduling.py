"""Phases and events: loaded once, recorded act by act; the calendar says the rest."""

import datetime as dt
import tomllib
from collections import Counter

import pytest
from django.db import IntegrityError

from eldercare.demo import FIXTURES
from quality.models import Event, EventAct, EventState, PeoplePlan, Phase
from quality.scheduling import ScheduleError, apply_schedule, next_kinds, record, standing
from quality.year_notices import remind, words
from tasks.models import Notification
from tasks.rolling import next_year, roll_forward
from tests.factories import ProgrammeFactory, TaskFactory, a_file
from tests.quality.years import DAY, a_phase, an_event, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def event(programme):
    return an_event(programme)


def state(event, on=DAY):
    return Event.objects.standing().get(pk=event.pk).state_on(on)


class TestFixture:
    @pytest.fixture
    def facts(self):
        return tomllib.loads((FIXTURES / "changning-2023" / "events.toml").read_text("utf-8"))

    @pytest.fixture
    def loaded(self, programme, facts):
        for number in range(1, 10):
            TaskFactory(programme=programme, number=number)
        apply_schedule(programme, facts)
        return programme

    def test_the_notice_s_three_phases_hold_their_events(self, loaded):
        phases = [(one.title, one.starts_on, one.ends_on, one.events.count()) for one in loaded.phases.all()]

        assert phases == [
            ("安排部署阶段", dt.date(2023, 4, 11), dt.date(2023, 4, 20), 2),
            ("组织实施阶段", dt.date(2023, 4, 11), dt.date(2023, 10, 31), 18),
            ("成果汇总阶段", dt.date(2023, 11, 1), dt.date(2023, 11, 10), 1),
        ]

    def test_every_month_of_the_notice_has_its_events(self, loaded):
        months = Counter(event.starts_on.month for event in standing(loaded))

        assert months == {4: 7, 5: 3, 6: 4, 7: 4, 10: 2, 11: 1}

    def test_the_words_are_the_notice_s_own(self, facts):
        notice = "".join((FIXTURES / "changning-2023" / "notice.txt").read_text("utf-8").split())
        words = [one["words"] for kind in ("phase", "event") for one in facts[kind]]
        said = [part for one in words for part in "".join(one.split()).rstrip("。").split("，")]

        assert [part for part in said if part not in notice] == []

    def test_what_is_there_is_left_as_it_is(self, loaded, facts):
        Event.objects.filter(title="业务培训").delete()
        loaded.phases.filter(number=1).update(title="另定")

        apply_schedule(loaded, facts)

        assert (Event.objects.count(), loaded.phases.first().title, PeoplePlan.objects.count()) == (21, "另定", 5)

    def test_the_notice_names_no_number_of_people(self, loaded):
        assert set(loaded.people_plans.values_list("target", flat=True)) == {None}


class TestState:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (dt.date(2024, 9, 30), EventState.TO_COME),
            (dt.date(2024, 10, 1), EventState.RUNNING),
            (dt.date(2024, 10, 10), EventState.RUNNING),
            (dt.date(2024, 10, 11), EventState.OVERDUE),
        ],
    )
    def test_the_calendar_says_where_it_stands(self, event, day, expected):
        assert state(event, day) == expected

    def test_what_was_recorded_last_stands(self, event, staff):
        held(event, by=staff)
        assert state(event, dt.date(2024, 12, 1)) == EventState.DONE

        record(event=event, kind="reopened", words="记错", by=staff, key="b")
        assert state(event, dt.date(2024, 12, 1)) == EventState.OVERDUE

        record(event=event, kind="dropped", words="合并举办", by=staff, key="c")
        assert state(event, dt.date(2024, 12, 1)) == EventState.DROPPED

    def test_what_may_follow(self):
        assert next_kinds(EventState.DONE) == next_kinds(EventState.DROPPED) == [EventAct.Kind.REOPENED]
        assert next_kinds(EventState.OVERDUE) == [EventAct.Kind.DONE, EventAct.Kind.DROPPED]


class TestRecord:
    def test_it_keeps_the_day_the_words_and_the_file(self, event, staff):
        act = held(event, by=staff, words=" 38家参加 ", files=[a_file("签到表.pdf")])

        assert (act.done_on, act.words, act.by, act.files.get().name) == (DAY, "38家参加", staff, "签到表.pdf")

    def test_the_same_form_sent_twice_is_written_once(self, event, staff):
        first = held(event, by=staff, key="k")

        assert held(event, by=staff, key="k") == first
        assert EventAct.objects.count() == 1

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"words": " "}, "请填写情况说明。"),
            ({"words": "字" * 1001}, "情况说明不超过 1000 字，现有 1001 字。"),
            ({"done_on": None}, "请填写完成日期。"),
            ({"done_on": dt.date(2024, 10, 16)}, "完成日期 2024-10-16 还没有到。"),
            ({"kind": "reopened"}, "“业务培训”当前为逾期，不能这样记录，请刷新页面。"),
        ],
    )
    def test_what_is_wrong_is_said(self, event, staff, fields, message):
        with pytest.raises(ScheduleError, match=message):
            held(event, by=staff, **fields)

        assert not EventAct.objects.exists()

    def test_a_program_is_not_taken(self, event, staff):
        with pytest.raises(ScheduleError, match="不允许上传"):
            held(event, by=staff, files=[a_file("a.exe", b"MZ")])

    def test_a_day_is_with_what_was_done_only(self, event, staff):
        said = {"event": event, "district": staff.district, "words": "甲", "by": staff}

        with pytest.raises(IntegrityError, match="event_act_done_on_a_day"):
            EventAct.objects.create(**said, kind="dropped", done_on=DAY, key="a")


def test_a_phase_does_not_end_before_it_starts(programme):
    with pytest.raises(IntegrityError, match="phase_ends_after_it_starts"):
        a_phase(programme, ends_on=dt.date(2024, 9, 30))


class TestReminders:
    def told(self, user):
        return [(one.facts["act"], one.facts["lines"]) for one in Notification.objects.filter(user=user).order_by("pk")]

    def test_the_bureau_is_told_once_before_and_once_after(self, event, staff):
        for day in (6, 7, 8, 11, 12):
            remind(dt.date(2024, 10, day))

        assert self.told(staff) == [("soon", ["业务培训"]), ("late", ["业务培训"])]

    def test_nobody_is_told_of_what_was_held(self, event, staff):
        held(event, by=staff)

        assert (remind(dt.date(2024, 10, 12)), self.told(staff)) == (0, [])


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"act": "soon", "day": "2024-10-10"}, "1 项工作安排将于10月10日到期"),
        ({"act": "late", "day": "2024-10-10"}, "1 项工作安排逾期未完成"),
        ({"act": "good", "facility": "庙行养老院"}, "庙行养老院被列为正面典型"),
        ({"act": "criticised", "facility": "庙行养老院"}, "庙行养老院的问题被曝光"),
        ({"act": "withdrawn", "facility": "庙行养老院"}, "庙行养老院的典型案例已撤回"),
        ({"act": "entered", "facility": "庙行养老院"}, "庙行养老院报送人员记录，待确认"),
        ({"act": "decided", "facility": "庙行养老院", "state": "paid"}, "庙行养老院人员记录已发放"),
    ],
)
def test_a_notice_says_what_happened(facts, title):
    assert words(facts | {"lines": ["甲"]}) == (title, "甲")


def test_phases_keep_their_history(programme):
    phase = a_phase(programme)
    phase.title = "另一阶段"
    phase.save()

    assert [one.title for one in Phase.history.filter(id=phase.pk)] == ["另一阶段", "组织实施阶段"]


class TestRolledForward:
    def rolled(self, programme, by, *, with_tasks):
        return roll_forward(source=programme, facts=next_year(programme), with_tasks=with_tasks, by=by)

    def test_next_year_has_the_same_calendar_with_nothing_recorded(self, programme, admin):
        task = TaskFactory(programme=programme, number=3)
        days = {"starts_on": dt.date(2024, 2, 29), "ends_on": dt.date(2024, 3, 31)}
        held(an_event(programme, title="2024年推进会", task=task, **days), by=admin)
        PeoplePlan.objects.create(programme=programme, kind="manager", target=5, words="选树")

        made = self.rolled(programme, admin, with_tasks=True)

        (event,) = standing(made)
        assert (event.title, event.starts_on, event.ends_on) == (
            "2025年推进会",
            dt.date(2025, 2, 28),
            dt.date(2025, 3, 31),
        )
        assert (event.task, event.state_on(dt.date(2025, 3, 1))) == (made.tasks.get(), EventState.RUNNING)
        assert [(one.starts_on, one.ends_on) for one in made.phases.all()] == [
            (dt.date(2025, 10, 1), dt.date(2025, 10, 31))
        ]
        assert made.people_plans.values("kind", "target", "words").get() == {
            "kind": "manager",
            "target": None,
            "words": "选树",
        }

    def test_without_the_list_an_event_has_no_task(self, programme, admin):
        an_event(programme, task=TaskFactory(programme=programme))

        (event,) = standing(self.rolled(programme, admin, with_tasks=False))
        assert event.task is None
