"""What a district's group is told: a summary a day where there is something to tell, and reminders at once."""

import datetime as dt
from decimal import Decimal

import pytest
from django_tasks import default_task_backend

from tasks import robot
from tasks.board import Moment
from tasks.completeness import Completeness
from tasks.models import Delivery, LightChange, LightRun, Reminder
from tasks.nightly import record_lights
from tasks.reminding import remind
from tests.factories import DistrictFactory, IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)
YESTERDAY = dt.date(2024, 10, 14)  # the last day whose lights were looked at


@pytest.fixture
def group(district, settings):
    settings.SITE_URL = "https://portal.example.gov.cn"
    district.webhook_url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
    district.save()
    return district


@pytest.fixture
def period(group):
    return PeriodFactory(programme=ProgrammeFactory(district=group, slug="plan"), quarter=3)


@pytest.fixture
def beds(period, miaohang, youyi):
    """Both towns owe it; it was due on 10 October."""
    indicator = IndicatorFactory(programme=period.programme, name="新增养老床位")
    for town in (miaohang, youyi):
        TargetFactory(indicator=indicator, town=town)
    return indicator


@pytest.fixture
def asked():
    """What the worker was asked for in this test."""
    default_task_backend.clear()
    return default_task_backend.results


def turned(indicator, town, light, before="on_schedule", on=YESTERDAY):
    programme = indicator.programme
    LightChange.objects.create(
        district=programme.district,
        programme=programme,
        indicator=indicator,
        town=town,
        on=on,
        before=before,
        light=light,
    )


class TestSummary:
    def test_it_says_who_is_late_who_was_reminded_and_what_turned_red(self, beds, period, miaohang, official, staff):
        reported(period, miaohang, subject=beds, value=Decimal(5), by=official)
        yesterday = {"district": period.programme.district, "on": YESTERDAY}
        Reminder.objects.create(period=period, town=miaohang, owed=1, by=staff, **yesterday)
        turned(beds, miaohang, "overdue")

        assert robot.summarise(TODAY) == 1

        message = Delivery.objects.get()
        assert (message.channel, message.user, message.subject) == ("webhook", None, "宝山区 10月15日小结")
        assert message.body.split("\n") == [
            "**宝山区 10月15日小结**",
            "> 2024年第三季度逾期未报齐：友谊路街道（1 行）",
            "> 昨日催办 1 次",
            "> 昨日转为红灯 1 项：庙行镇 新增养老床位",
            "[打开平台](https://portal.example.gov.cn/)",
        ]

    def test_it_tells_of_the_lights_that_the_same_morning_s_look_found(self, beds, miaohang, youyi, official):
        """What was met until the 13th is no longer on the 14th, and the morning of the 15th tells of it."""
        for town in (miaohang, youyi):
            turned(beds, town, "on_schedule", before="", on=TODAY - dt.timedelta(days=2))
        LightRun.objects.create(
            district=beds.programme.district, programme=beds.programme, on=TODAY - dt.timedelta(days=2)
        )

        record_lights(TODAY)
        robot.summarise(TODAY)

        assert "> 昨日转为红灯 2 项：庙行镇 新增养老床位、友谊路街道 新增养老床位" in Delivery.objects.get().body

    def test_there_is_one_a_day(self, beds):
        assert [robot.summarise(TODAY), robot.summarise(TODAY)] == [1, 0]
        assert robot.summarise(TODAY + dt.timedelta(days=1)) == 1

    def test_where_there_is_nothing_to_tell_it_is_silent(self, group):
        assert robot.summarise(TODAY) == 0

    @pytest.mark.parametrize("url", ["", "http://qyapi.weixin.qq.com/x", "https://example.com/x"])
    def test_without_a_robot_nothing_is_put_in_the_outbox(self, beds, group, url):
        group.webhook_url = url
        group.save()

        assert robot.summarise(TODAY) == 0

    @pytest.mark.parametrize(
        ("before", "light", "count"),
        [
            ("on_schedule", "overdue", 1),
            ("behind", "far_behind", 1),
            ("", "overdue", 1),
            ("far_behind", "overdue", 0),
            ("overdue", "late", 0),
            ("on_schedule", "behind", 0),
        ],
    )
    def test_red_is_news_when_it_was_not_red_before(self, period, miaohang, before, light, count):
        turned(IndicatorFactory(programme=period.programme), miaohang, light, before)

        assert robot.summarise(TODAY) == count

    def test_another_districts_news_stay_there(self, beds, district):
        other = DistrictFactory(code="310105", name="长宁区", webhook_url=district.webhook_url)

        robot.summarise(TODAY)

        assert not Delivery.objects.filter(district=other).exists()


class TestReminders:
    def remind(self, period, staff):
        standing = Completeness(period.programme, Moment(as_of=TODAY))
        return remind(period=period, cells=standing.of_period(period), by=staff)

    def test_the_group_hears_of_them_at_once_in_one_message(self, beds, period, staff, asked):
        self.remind(period, staff)

        message = Delivery.objects.get()
        assert message.subject == "催办：2024年第三季度填报"
        assert message.body.split("\n") == [
            "**催办：2024年第三季度填报**",
            "尚未报齐：庙行镇（1 行）、友谊路街道（1 行）",
            "[打开平台](https://portal.example.gov.cn/p/plan/report/2024Q3/)",
        ]
        assert [task.args for task in asked] == [[message.pk]]

    def test_a_second_click_says_nothing_more(self, beds, period, staff):
        self.remind(period, staff)
        self.remind(period, staff)

        assert Delivery.objects.count() == 1

    def test_without_a_robot_the_towns_are_reminded_all_the_same(self, beds, period, group, staff):
        group.webhook_url = ""
        group.save()

        self.remind(period, staff)

        assert (Delivery.objects.count(), Reminder.objects.count()) == (0, 2)
