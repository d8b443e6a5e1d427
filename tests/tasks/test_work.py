"""What waits for each role, and what happened to a line."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accounts.permissions import Role
from tasks import drafts
from tasks.history import history
from tasks.imports import upload
from tasks.models import (
    LightChange,
    PeriodAct,
    Reminder,
    Report,
    Submission,
    Supervision,
    SupervisionAct,
)
from tasks.reporting import Entry, new_key, return_, submit
from tasks.work import todo, work_of
from tests.factories import (
    DistrictFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    TaskFactory,
    TownFactory,
    UserFactory,
    a_file,
    accepted,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    """Due on 10 October: five days ago."""
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位")


@pytest.fixture
def owed(beds, miaohang):
    """庙行镇 owes one line."""
    TargetFactory(indicator=beds, town=miaohang)
    return beds


DUE = dt.date(2024, 10, 18)


def day(number):
    return dt.date(2024, 10, number)


def morning(number):
    return dt.datetime(2024, 10, number, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def told(user, programme):
    return [(one.title, one.detail, one.tone, one.when) for one in todo(user, programme)]


def titles(user, programme):
    return [one.title for one in todo(user, programme)]


def keep(period, town, subject, by, **typed):
    drafts.keep(period=period, town=town, subject=subject, typed=typed, version=0, by=by)


class TestTown:
    def test_what_was_returned_comes_with_its_reason_and_leads_to_its_line(
        self, period, beds, miaohang, official, staff
    ):
        report = reported(period, miaohang, subject=beds, value=Decimal(6))
        return_(reports=report, by=staff, reason="数量不符")

        [one] = todo(official, period.programme)

        assert (one.title, one.detail, one.tone, one.due_on) == (
            "2024年第三季度：新增养老床位 被退回",
            "数量不符",
            "returned",
            day(10),
        )
        assert one.url == f"/p/{period.programme.slug}/report/2024Q3/#line-{beds.pk}"

    def test_what_was_corrected_is_not_there_any_more(self, period, beds, miaohang, official, staff):
        return_(reports=reported(period, miaohang, subject=beds, value=Decimal(6)), by=staff, reason="数量不符")
        reported(period, miaohang, subject=beds, value=Decimal(5))

        assert told(official, period.programme) == []

    def test_a_late_period_says_how_late_and_how_many_lines(self, period, owed, official):
        assert told(official, period.programme) == [("填报2024年第三季度进展", "还有 1 行未报", "late", "逾期 5 天")]

    @pytest.mark.parametrize(
        ("due", "tone", "when"),
        [
            (14, "late", "逾期 1 天"),
            (15, "waiting", "今天截止"),
            (16, "waiting", "2024-10-16 截止"),
        ],
    )
    def test_the_due_day_itself_is_on_time(self, period, owed, official, due, tone, when):
        period.due_on = day(due)
        period.save()

        assert [one[2:] for one in told(official, period.programme)] == [(tone, when)]

    def test_lines_that_are_typed_and_not_sent_are_told_even_when_nothing_is_owed(
        self, period, beds, miaohang, official
    ):
        keep(period, miaohang, beds, official, value="5")

        assert [one[1] for one in told(official, period.programme)] == ["1 行已填未提交"]

    def test_an_emptied_line_is_not_typed(self, period, beds, miaohang, official):
        keep(period, miaohang, beds, official, value="5")
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": ""}, version=1, by=official)

        assert told(official, period.programme) == []

    def test_owed_and_typed_lines_and_a_reminder_stand_together(self, period, owed, miaohang, official, staff):
        TaskFactory(programme=period.programme, town_wide=True)
        keep(period, miaohang, owed, official, value="5")
        place = {"district": miaohang.district, "period": period, "town": miaohang, "owed": 2, "by": staff}
        for number in (11, 12):
            Reminder.objects.create(**place, on=day(number))

        assert [one[1] for one in told(official, period.programme)] == [
            "还有 2 行未报，1 行已填未提交，2024-10-12 已催办"
        ]

    def test_an_extension_moves_the_due_day_of_its_town(self, period, owed, miaohang, official, staff):
        act = {"kind": PeriodAct.Kind.EXTENDED, "due_on": day(20), "reason": "台风", "by": staff}
        PeriodAct.objects.create(district=miaohang.district, period=period, town=miaohang, **act)

        assert told(official, period.programme) == [
            ("填报2024年第三季度进展", "还有 1 行未报，已延期", "waiting", "2024-10-20 截止")
        ]

    def test_a_target_taken_away_is_no_longer_owed(self, period, owed, miaohang, official):
        TargetFactory(indicator=owed, town=miaohang, revision=2, comparator="none", value=None)

        assert told(official, period.programme) == []

    def test_a_period_with_every_owed_line_reported_is_done(self, period, owed, miaohang, official):
        reported(period, miaohang, subject=owed, value=Decimal(5))

        assert told(official, period.programme) == []

    def test_a_period_that_is_closed_or_not_open_is_nothing_to_do(self, period, owed, miaohang, official, staff):
        return_(reports=reported(period, miaohang, subject=owed, value=Decimal(6)), by=staff, reason="数量不符")
        period.closes_on = day(14)
        period.save()
        PeriodFactory(programme=period.programme, quarter=4, opens_on=day(16))

        assert told(official, period.programme) == []

    def test_what_was_due_long_ago_is_one_line(self, period, owed, official):
        for quarter in (1, 2):
            PeriodFactory(programme=period.programme, quarter=quarter)

        assert told(official, period.programme) == [
            ("补报以前的填报期", "2024年第一季度、2024年第二季度共 2 行", "late", "逾期 188 天"),
            ("填报2024年第三季度进展", "还有 1 行未报", "late", "逾期 5 天"),
        ]

    def test_the_most_urgent_comes_first(self, period, owed, miaohang, official, staff):
        PeriodFactory(programme=period.programme, quarter=4)
        sheet(period.programme, miaohang, staff, due_on=day(12))
        meals = IndicatorFactory(programme=period.programme, name="新增助餐点")
        return_(reports=reported(period, miaohang, subject=meals, value=Decimal(6)), by=staff, reason="数量不符")

        assert titles(official, period.programme) == [
            "2024年第三季度：新增助餐点 被退回",
            "填报2024年第三季度进展",
            "签收督办单 督〔2024〕1号",
            "填报2024年第四季度进展",
        ]

    def test_a_neighbours_work_is_not_ones_own(self, period, owed, miaohang, neighbour, staff):
        return_(reports=reported(period, miaohang, subject=owed, value=Decimal(6)), by=staff, reason="数量不符")
        sheet(period.programme, miaohang, staff)

        assert told(neighbour, period.programme) == []


def sheet(programme, town, by, *acts, number=1, due_on=DUE):
    made = Supervision.objects.create(
        district=town.district,
        programme=programme,
        town=town,
        number=number,
        matter="床位进度滞后",
        requirement="月底前完成",
        due_on=due_on,
        key=f"sheet-{number}",
        by=by,
    )
    for hour, kind in enumerate(acts):
        at = morning(12) + dt.timedelta(hours=hour)
        SupervisionAct.objects.create(district=town.district, sheet=made, kind=kind, words="说明", at=at, by=by)
    return made


@pytest.mark.parametrize(
    ("acts", "town", "bureau"),
    [
        ([], ["签收督办单 督〔2024〕1号"], []),
        (["signed"], ["答复督办单 督〔2024〕1号"], []),
        (["signed", "answered"], [], ["办结督办单 督〔2024〕1号（庙行镇）"]),
        (["signed", "answered", "returned"], ["答复督办单 督〔2024〕1号"], []),
        (["signed", "answered", "closed"], [], []),
    ],
)
def test_a_supervision_sheet_waits_for_whose_turn_it_is(period, miaohang, official, staff, acts, town, bureau):
    sheet(period.programme, miaohang, staff, *acts)

    assert (titles(official, period.programme), titles(staff, period.programme)) == (town, bureau)


def test_a_supervision_sheet_leads_to_its_page_and_has_its_last_day(period, miaohang, official, staff):
    sheet(period.programme, miaohang, staff)

    [one] = todo(official, period.programme)

    assert (one.detail, one.url, one.due_on) == (
        "床位进度滞后",
        f"/p/{period.programme.slug}/supervision/1/",
        DUE,
    )


@pytest.mark.parametrize(
    ("due", "acts", "told_of"),
    [
        (15, [], False),
        (14, [], True),
        (14, ["signed"], True),
        (14, ["signed", "answered", "returned"], True),
        (14, ["signed", "answered"], False),
        (14, ["closed"], False),
    ],
)
def test_the_bureau_is_told_of_sheets_that_no_town_answered_in_time(period, miaohang, staff, due, acts, told_of):
    sheet(period.programme, miaohang, staff, *acts, due_on=day(due))

    found = [one for one in todo(staff, period.programme) if "逾期" in one.title]

    assert [(one.title, one.detail, one.when) for one in found] == (
        [("1 份督办单逾期未答复", "督〔2024〕1号 庙行镇", "逾期 1 天")] if told_of else []
    )


class TestBureau:
    def test_what_waits_is_told_by_town_the_longest_first(self, period, beds, miaohang, youyi, staff):
        reported(period, miaohang, subject=beds, value=Decimal(6), at=morning(15))
        reported(period, youyi, subject=beds, value=Decimal(6), at=morning(12))

        found = todo(staff, period.programme)

        assert [(one.title, one.detail, one.tone, one.when) for one in found] == [
            ("审核 友谊路街道 填报", "1 行待审核", "waiting", "已等 3 天"),
            ("审核 庙行镇 填报", "1 行待审核", "waiting", ""),
        ]
        assert found[0].url == f"/p/{period.programme.slug}/review/310113003/"

    def test_what_was_decided_waits_no_more(self, period, beds, miaohang, staff):
        accepted(period, miaohang, subject=beds, value=Decimal(6))

        assert told(staff, period.programme) == []

    def test_many_towns_are_told_as_the_five_longest_and_the_rest(self, period, beds, district, staff):
        for number in range(7):
            town = TownFactory(district=district)
            reported(period, town, subject=beds, value=Decimal(6), at=morning(number + 1))

        found = todo(staff, period.programme)

        assert len(found) == 6
        assert (found[-1].title, found[-1].detail, found[-1].when) == ("审核其余街镇的填报", "2 处共 2 行", "已等 9 天")

    def test_what_only_a_colleague_may_decide_is_the_colleagues(self, period, beds, miaohang, district, staff):
        colleague = UserFactory(username="colleague", role=Role.STAFF, district=district)
        entry, source = Entry(beds, value=Decimal(6)), Submission.Source.ON_BEHALF
        submit(period=period, town=miaohang, entries=[entry], by=staff, key=new_key(), source=source)

        assert titles(staff, period.programme) == []
        assert titles(colleague, period.programme) == ["审核 庙行镇 填报"]

    def test_towns_that_are_late_are_told_once_for_the_period(self, period, owed, youyi, staff):
        TargetFactory(indicator=owed, town=youyi)
        period.closes_on = day(20)
        period.save()

        [one] = todo(staff, period.programme)

        assert (one.title, one.detail, one.tone, one.when) == (
            "2024年第三季度填报未齐",
            "2 个街镇欠报 2 行，均已逾期，2024-10-20 关闭",
            "late",
            "逾期 5 天",
        )
        assert one.url == f"/p/{period.programme.slug}/completeness/"

    def test_a_town_whose_term_was_extended_is_not_late(self, period, owed, miaohang, youyi, staff):
        TargetFactory(indicator=owed, town=youyi)
        act = {"kind": PeriodAct.Kind.EXTENDED, "due_on": day(20), "reason": "台风", "by": staff}
        PeriodAct.objects.create(district=miaohang.district, period=period, town=miaohang, **act)

        assert [one.detail for one in todo(staff, period.programme)] == ["2 个街镇欠报 2 行，其中 1 个街镇逾期"]

    @pytest.mark.parametrize(("due", "expected"), [(22, 1), (23, 0)], ids=["in a week", "later"])
    def test_a_period_that_falls_due_is_told_a_week_before(self, period, owed, staff, due, expected):
        period.due_on = day(due)
        period.save()

        assert len(titles(staff, period.programme)) == expected

    @pytest.mark.parametrize(("due", "expected"), [(dt.date(2024, 9, 14), 1), (dt.date(2024, 9, 13), 0)])
    def test_a_period_that_was_due_long_ago_is_no_news(self, period, owed, staff, due, expected):
        period.due_on = due
        period.save()

        assert len(titles(staff, period.programme)) == expected

    def test_an_import_left_in_preview_waits_for_its_administrator(self, period, admin, staff):
        record = upload(programme=period.programme, file=a_file("表.csv", b"x"), kind="", period=None, by=admin)

        [one] = todo(admin, period.programme)

        assert (one.title, one.url) == (
            "确认或放弃导入：表.csv",
            f"/p/{period.programme.slug}/imports/{record.pk}/",
        )
        assert titles(staff, period.programme) == []

    def test_an_import_that_nobody_wanted_for_a_month_is_let_go(self, period, admin, time_machine):
        upload(programme=period.programme, file=a_file("表.csv", b"x"), kind="", period=None, by=admin)
        time_machine.move_to(morning(15) + dt.timedelta(days=31))

        assert titles(admin, period.programme) == []


class TestReaders:
    def test_a_leader_sees_towns_and_tasks_in_red_and_what_turned_red(self, period, owed, miaohang, leader):
        TaskFactory(programme=period.programme, number=1, title="新建食堂", due_on=day(1))
        where = {"district": miaohang.district, "programme": period.programme, "indicator": owed, "town": miaohang}
        LightChange.objects.create(**where, on=day(3), before="", light="far_behind")
        LightChange.objects.create(**where, on=day(9), before="behind", light="far_behind")

        assert told(leader, period.programme) == [
            ("2024年第三季度填报未齐", "1 个街镇欠报 1 行，均已逾期", "late", "逾期 5 天"),
            ("近 7 天新亮红灯 1 项", "庙行镇 新增养老床位", "late", ""),
            ("1 个街镇有指标亮红灯", "庙行镇 1 项", "late", ""),
            ("1. 新建食堂", "逾期：完成 0%，计划 100%", "late", "逾期 14 天"),
        ]

    @pytest.mark.parametrize(
        ("on", "before", "light"),
        [(8, "behind", "overdue"), (14, "overdue", "far_behind"), (14, "far_behind", "behind"), (14, "", "overdue")],
        ids=["a week ago", "red before", "better now", "first known"],
    )
    def test_what_did_not_turn_red_this_week_is_not_newly_red(self, period, beds, miaohang, leader, on, before, light):
        where = {"district": miaohang.district, "programme": period.programme, "indicator": beds, "town": miaohang}
        LightChange.objects.create(**where, on=day(on), before=before, light=light)

        assert told(leader, period.programme) == []

    def test_many_tasks_in_red_are_the_five_due_first_and_the_rest(self, period, leader):
        for number in range(1, 8):
            TaskFactory(programme=period.programme, number=number, due_on=day(number))

        found = todo(leader, period.programme)

        assert [one.due_on for one in found] == [*(day(number) for number in range(1, 6)), None]
        assert (found[-1].title, found[-1].detail) == ("其余亮红灯的任务", "2 项")

    def test_of_many_towns_in_red_the_five_worst_are_named(self, period, beds, district, leader):
        for number in range(6):
            TargetFactory(indicator=beds, town=TownFactory(district=district, name=f"{number}镇"))

        _owing, one = todo(leader, period.programme)

        assert (one.title, one.detail) == ("6 个街镇有指标亮红灯", "0镇 1 项；1镇 1 项；2镇 1 项；3镇 1 项；4镇 1 项…")

    def test_a_leader_has_no_decisions_to_take(self, period, beds, miaohang, leader):
        reported(period, miaohang, subject=beds, value=Decimal(6))

        assert told(leader, period.programme) == []

    def test_a_facility_has_nothing_to_do_yet(self, period, owed, facility_user):
        assert told(facility_user, period.programme) == []

    def test_the_city_reads_a_line_for_each_district(self, period, beds, miaohang, city_user):
        other = ProgrammeFactory(district=DistrictFactory(code="310105", name="长宁区"), slug="other")
        city_user.districts.add(other.district)
        reported(period, miaohang, subject=beds, value=Decimal(6))
        where = {"district": miaohang.district, "programme": period.programme, "indicator": beds, "town": miaohang}
        LightChange.objects.create(**where, on=day(3), before="", light="overdue")

        work = work_of(city_user, [period.programme, other])

        assert [(programme, one.title, one.detail, one.url) for programme, [one] in work] == [
            (period.programme, "宝山区", "1 项指标亮红灯，1 行待审核", f"/p/{period.programme.slug}/"),
            (other, "长宁区", "0 行待审核", "/p/other/"),
        ]

    def test_a_light_that_went_out_again_is_not_counted(self, period, beds, miaohang, city_user):
        other = ProgrammeFactory(district=DistrictFactory(code="310105", name="长宁区"), slug="other")
        where = {"district": miaohang.district, "programme": period.programme, "indicator": beds, "town": miaohang}
        LightChange.objects.create(**where, on=day(3), before="", light="overdue")
        LightChange.objects.create(**where, on=day(5), before="overdue", light="late")

        (_programme, [one]), _other = work_of(city_user, [period.programme, other])

        assert one.detail == "0 项指标亮红灯，0 行待审核"


def test_only_the_newest_programme_and_the_year_before_are_worked_on(period, owed, official):
    ProgrammeFactory(year=2026, slug="newer")

    assert work_of(official, [ProgrammeFactory(year=2026, slug="newest"), period.programme])[1][1] == []
    assert len(work_of(official, [period.programme])[0][1]) == 1


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
