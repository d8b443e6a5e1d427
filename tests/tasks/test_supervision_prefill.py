"""What a new sheet begins with, and what stands beside a red line."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from tasks.board import Moment
from tasks.lights import Light
from tasks.models import LightChange, Reminder
from tasks.supervising import close, issue
from tasks.supervision_links import SheetLinks
from tasks.supervision_prefill import of_indicator, of_period, of_task
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, TaskFactory, accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def period(programme):
    """The third quarter, due five days ago."""
    return PeriodFactory(programme=programme, quarter=3)


@pytest.fixture
def beds(programme, miaohang):
    beds = IndicatorFactory(programme=programme, code="01", name="新增养老床位", unit="张")
    TargetFactory(indicator=beds, town=miaohang, value=Decimal(12), text="12张")
    return beds


class TestOfALine:
    def test_it_tells_since_when_and_how_far(self, programme, period, beds, miaohang, staff):
        task = TaskFactory(programme=programme, number=8, due_on=dt.date(2024, 9, 30), deadline_text="9月底前完成")
        task.indicators.add(beds)
        accepted(period, miaohang, subject=beds, value=Decimal("6.5"), at=dt.datetime(2024, 10, 2, tzinfo=dt.UTC))
        LightChange.objects.create(
            district=programme.district,
            programme=programme,
            indicator=beds,
            town=miaohang,
            on=dt.date(2024, 10, 1),
            before=Light.BEHIND,
            light=Light.OVERDUE,
        )

        assert of_indicator(programme, miaohang, beds, user=staff) == (
            "“新增养老床位”截至 2024-10-15 亮灯为“逾期”（自10月1日起，已 14 天）："
            "目标 12张，实际 6.5张，计划进度 100%，完成期限 2024-09-30（9月底前完成）。",
            "请查明原因，采取措施补齐进度，并书面答复原因、措施和完成时间。",
        )

    def test_without_record_task_or_report_it_says_what_is_known(self, programme, beds, miaohang, staff):
        assert of_indicator(programme, miaohang, beds, user=staff).matter == (
            "“新增养老床位”截至 2024-10-15 亮灯为“严重滞后”：目标 12张，实际 0张，计划进度 78.9%，完成期限 2024-12-31。"
        )

    def test_a_unit_is_not_said_twice_nor_left_out(self, programme, beds, youyi, staff):
        TargetFactory(indicator=beds, town=youyi, value=Decimal(3), text="3")

        assert "目标 3张，" in of_indicator(programme, youyi, beds, user=staff).matter

    def test_an_official_paper_is_chinese_for_every_reader(self, programme, beds, miaohang, staff):
        with translation.override("en"):
            told = of_indicator(programme, miaohang, beds, user=staff).matter

        assert told.startswith("“新增养老床位”截至 2024-10-15 亮灯为“严重滞后”：")

    def test_a_long_name_leaves_room_for_the_figures(self, programme, miaohang):
        task = TaskFactory(programme=programme, title="长" * 800)

        assert len(of_task(programme, miaohang, task).matter) < 200


class TestOfATask:
    @pytest.fixture
    def visits(self, programme):
        return TaskFactory(programme=programme, number=8, title="探访关爱", town_wide=True)

    def test_a_task_of_all_towns_tells_what_the_town_did(self, programme, period, visits, miaohang, youyi):
        accepted(period, miaohang, subject=visits, state="in_progress", percent=Decimal(20))

        words = [of_task(programme, town, visits).matter for town in (miaohang, youyi)]

        end = "，计划进度 78.9%，完成期限 2024-12-31（12月底前完成）。"
        assert words == [
            f"“8. 探访关爱”截至 2024-10-15 亮灯为“严重滞后”：完成 20%{end}",
            f"“8. 探访关爱”截至 2024-10-15 亮灯为“严重滞后”：完成 0%{end}",
        ]

    @pytest.mark.parametrize("town_wide", [True, False])
    def test_without_a_town_it_tells_what_the_district_did(self, programme, period, visits, miaohang, town_wide):
        visits.town_wide = town_wide
        accepted(period, None, subject=visits, state="in_progress", percent=Decimal(30))

        place = None if town_wide else miaohang
        assert "完成 30%，" in of_task(programme, place, visits).matter


class TestOfAPeriod:
    def test_it_tells_what_is_owed_and_how_often_it_was_reminded(self, programme, period, beds, miaohang, staff):
        for day in (12, 14):
            Reminder.objects.create(
                district=programme.district, period=period, town=miaohang, on=dt.date(2024, 10, day), owed=1, by=staff
            )

        assert of_period(programme, miaohang, period) == (
            "2024年第三季度填报：2024-10-10 截止，尚有 1 行未报。已催办 2 次。",
            "请尽快完成填报，并书面答复未按时填报的原因。",
        )

    def test_nobody_was_reminded(self, programme, period, beds, miaohang):
        told = of_period(programme, miaohang, period).matter

        assert told == "2024年第三季度填报：2024-10-10 截止，尚有 1 行未报。"


class TestLinks:
    @pytest.fixture
    def put(self, programme, beds, miaohang, staff):
        said = {"programme": programme, "town": miaohang, "indicator": beds, "due_on": TODAY, "by": staff}
        return lambda **other: issue(**{**said, "matter": "滞后", "requirement": "补齐", "key": "1"} | other)

    @pytest.mark.parametrize(
        ("light", "offered"),
        [
            (Light.OVERDUE, True),
            (Light.FAR_BEHIND, True),
            (Light.BEHIND, False),
            (Light.LATE, False),
            (Light.ON_SCHEDULE, False),
            (Light.DONE, False),
            (Light.NO_TARGET, False),
        ],
    )
    def test_a_red_line_can_be_supervised(self, programme, beds, miaohang, staff, light, offered):
        link = SheetLinks(programme, Moment(TODAY), user=staff).of(beds, miaohang, light)

        url = "/p/plan/supervision/new/?indicator=01&town=310113112"
        assert link == ((url, None) if offered else None)

    def test_a_task_of_the_district_leaves_the_town_open(self, programme, staff):
        task = TaskFactory(programme=programme, number=8)

        link = SheetLinks(programme, Moment(TODAY), user=staff).of(task, None, Light.OVERDUE)

        assert link.url == "/p/plan/supervision/new/?task=8"

    def test_the_open_sheet_stands_beside_its_line_whatever_the_light(self, programme, beds, put, miaohang, staff):
        sheet = put()

        links = SheetLinks(programme, Moment(TODAY), user=staff)

        assert links.of(beds, miaohang, Light.DONE) == ("/p/plan/supervision/1/", sheet)

    def test_a_closed_sheet_makes_room(self, programme, beds, put, miaohang, staff):
        close(sheet=put(), words="已补齐", by=staff)

        assert SheetLinks(programme, Moment(TODAY), user=staff).of(beds, miaohang, Light.OVERDUE).sheet is None

    def test_another_line_and_another_town_have_their_own(self, programme, beds, put, youyi, miaohang, leader):
        other = IndicatorFactory(programme=programme)
        put()

        links = SheetLinks(programme, Moment(TODAY), user=leader)

        assert (links.of(beds, youyi, Light.OVERDUE), links.of(other, miaohang, Light.OVERDUE)) == (None, None)

    @pytest.mark.parametrize("moment", [Moment(dt.date(2024, 10, 14)), Moment(TODAY, TODAY)])
    def test_a_page_of_another_day_offers_nothing(self, programme, beds, put, miaohang, staff, moment):
        assert SheetLinks(programme, moment, user=staff).of(beds, miaohang, Light.OVERDUE) is None

    def test_a_page_of_a_day_has_the_sheets_of_that_day(self, programme, beds, put, miaohang, leader):
        put()

        def link(day):
            return SheetLinks(programme, Moment(TODAY, day), user=leader).of(beds, miaohang, Light.OVERDUE)

        assert link(dt.date(2024, 10, 14)) is None
        assert link(TODAY).sheet.number == 1

    @pytest.mark.parametrize("who", ["leader", "official"])
    def test_who_only_reads_is_offered_nothing(self, programme, beds, miaohang, request, who):
        links = SheetLinks(programme, Moment(TODAY), user=request.getfixturevalue(who))

        assert links.of(beds, miaohang, Light.OVERDUE) is None

    def test_a_neighbour_does_not_see_the_sheet(self, programme, beds, put, miaohang, neighbour):
        put()

        assert SheetLinks(programme, Moment(TODAY), user=neighbour).of(beds, miaohang, Light.OVERDUE) is None
