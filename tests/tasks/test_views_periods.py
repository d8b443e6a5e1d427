"""The pages of periods and of completeness: who may do what there, and what they say."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.models import PeriodAct, Reminder
from tasks.periods import close, extend
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST, PAGE, WHO = "/p/plan/periods/", "/p/plan/periods/2024Q3/", "/p/plan/completeness/"
LONGER = dt.date(2024, 10, 20)


@pytest.fixture
def period(district):
    """2024Q3 of a plan, due on 10 October; the fourth quarter has opened."""
    programme = ProgrammeFactory(district=district, slug="plan")
    PeriodFactory(programme=programme, quarter=4)
    return PeriodFactory(programme=programme, quarter=3)


@pytest.fixture
def beds(period, miaohang, youyi):
    beds = IndicatorFactory(programme=period.programme, code="01", name="新增养老床位")
    for town in (miaohang, youyi):
        TargetFactory(indicator=beds, town=town)
    return beds


def act(client, action, **typed):
    return client.post(PAGE, {"action": action} | {f"{action}-{name}": value for name, value in typed.items()})


def words(page):
    return " ".join(page.content.decode().split())


class TestPeriods:
    def test_the_list_has_each_state_and_who_has_longer(self, period, miaohang, staff, sign_in):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        page = sign_in(staff).get(LIST)

        rows = page.context["rows"]
        assert [(row["period"].label, row["term"].state) for row in rows] == [("2024Q3", "late"), ("2024Q4", "open")]
        assert [(str(town), term.due_on, term.state) for town, term in rows[0]["extended"]] == [
            ("庙行镇", LONGER, "extended")
        ]
        assert [event.what for event in page.context["events"]] == ["2024年第三季度 庙行镇 延期至 2024-10-20"]

    def test_the_list_speaks_of_a_day(self, period, miaohang, staff, sign_in):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)

        rows = sign_in(staff).get(f"{LIST}?as_of=2024-10-10&known_on=2024-10-14").context["rows"]

        assert (rows[0]["term"].state, rows[0]["extended"]) == ("open", [])

    def test_both_lists_go_out(self, period, miaohang, staff, sign_in):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
        client = sign_in(staff)

        periods, acts = (client.get(f"{LIST}?export=csv&list={name}").content.decode() for name in ("periods", "acts"))

        assert "2024年第三季度,按季,2024-07-01,2024-10-10,,已逾期，可补报,庙行镇 2024-10-20" in periods
        assert "2024-10-15 10:00,2024年第三季度,延期,庙行镇,2024-10-20,台风,养老服务科" in acts

    def test_staff_extend(self, period, miaohang, staff, sign_in):
        answer = act(sign_in(staff), "extend", town=miaohang.pk, due_on="2024-10-20", reason="台风")

        assert answer.url == PAGE
        assert PeriodAct.objects.values_list("kind", "town__name", "due_on", "reason", "by__username").get() == (
            "extended",
            "庙行镇",
            LONGER,
            "台风",
            "staff",
        )

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"due_on": "2024-10-10"}, {"__all__": ["延期日 2024-10-10 应晚于本期截止日 2024-10-10。"]}),
            ({"due_on": "下周"}, {"due_on": ["输入一个有效的日期。"]}),
            ({"town": "0"}, {"town": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
            ({"reason": " "}, {"reason": ["这个字段是必填项。"]}),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(self, period, miaohang, staff, sign_in, typed, told):
        form = {"town": miaohang.pk, "due_on": "2024-10-20", "reason": "台风"} | typed

        answer = act(sign_in(staff), "extend", **form)

        assert (answer.status_code, answer.context["forms"]["extend"].errors) == (422, told)
        assert answer.context["forms"]["extend"]["due_on"].value() == form["due_on"]

    def test_a_town_of_another_district_cannot_be_chosen(self, period, stranger, staff, sign_in):
        town = stranger.district.towns.create(code="310105001", name="华阳路街道")

        answer = act(sign_in(staff), "extend", town=town.pk, due_on="2024-10-20", reason="台风")

        assert list(answer.context["forms"]["extend"].errors) == ["town"]

    def test_staff_close_and_open_again(self, period, staff, sign_in):
        client = sign_in(staff)
        assert set(client.get(PAGE).context["forms"]) == {"extend", "close"}

        act(client, "close", reason="已上报")
        page = client.get(PAGE)

        assert (page.context["row"]["term"].state, set(page.context["forms"])) == ("closed", {"extend", "reopen"})
        act(client, "reopen", reason="漏报")
        assert [event.what for event in client.get(PAGE).context["events"]] == [
            "2024年第三季度 重新开放",
            "2024年第三季度 关闭",
        ]

    def test_what_somebody_else_did_meanwhile_is_told(self, period, staff, sign_in):
        close(period=period, reason="已上报", by=staff)

        answer = act(sign_in(staff), "close", reason="再关")

        assert answer.status_code == 422
        assert "本期状态已变，请核对后再操作。" in words(answer)

    def test_only_an_administrator_changes_days(self, period, admin, staff, sign_in):
        days = {"opens_on": "2024-10-01", "due_on": "2024-10-20", "closes_on": "", "reason": "国庆假期"}

        assert act(sign_in(staff), "dates", **days).status_code == 403
        assert act(sign_in(admin), "dates", **days).status_code == 302
        period.refresh_from_db()
        assert (period.opens_on, period.due_on, period.closes_on) == (dt.date(2024, 10, 1), LONGER, None)

    def test_days_in_disorder_are_told(self, period, admin, sign_in):
        answer = act(sign_in(admin), "dates", opens_on="2024-10-12", due_on="2024-10-11", closes_on="")

        told = {"__all__": ["截止日 2024-10-11 早于开放日 2024-10-12。"]}
        assert (answer.status_code, answer.context["forms"]["dates"].errors) == (422, told)

    def test_a_leader_reads_and_does_nothing(self, period, leader, sign_in):
        client = sign_in(leader)

        assert client.get(PAGE).context["forms"] == {}
        assert act(client, "close", reason="已上报").status_code == 403

    def test_a_period_that_is_not_there_is_not_found(self, period, staff, sign_in):
        assert sign_in(staff).get("/p/plan/periods/2024Q9/").status_code == 404


class TestSheet:
    SHEET = "/p/plan/report/2024Q3/"

    def test_a_town_with_longer_is_told_on_its_sheet(self, period, beds, miaohang, staff, official, sign_in):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
        close(period=period, reason="已上报", by=staff)

        page = sign_in(official).get(self.SHEET)

        assert page.context["is_open"]
        assert "本街镇延期至 2024-10-20（含当日）。" in words(page)

    def test_a_closed_sheet_says_who_closed_it_and_when(self, period, beds, miaohang, staff, neighbour, sign_in):
        extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
        close(period=period, reason="已上报", by=staff)

        page = sign_in(neighbour).get(self.SHEET)

        assert not page.context["is_open"]
        assert "2024年第三季度已由 养老服务科 于 2024-10-15 10:00 关闭：已上报。 只能查看。" in words(page)

    def test_past_the_due_day_it_is_told_that_this_is_late(self, period, beds, official, sign_in):
        told = "截止日已过，本期仍可补报，报送时记为逾期。"
        client = sign_in(official)
        assert told in words(client.get(self.SHEET))
        assert told not in words(client.get("/p/plan/report/2024Q4/"))

    def test_a_late_report_is_late_in_its_history(self, period, beds, miaohang, official, staff, sign_in):
        accepted(period, miaohang, subject=beds, value=Decimal(3), by=official)

        assert "逾期报送：截止日为 2024-10-10。" in words(sign_in(staff).get("/p/plan/indicators/01/"))


class TestCompleteness:
    def test_towns_and_periods_with_counts(self, period, beds, miaohang, official, staff, sign_in):
        accepted(period, miaohang, subject=beds, value=Decimal(3), by=official)

        page = sign_in(staff).get(WHO)

        cells = {str(town): [one["cell"].standing for one in row] for town, row in page.context["rows"]}
        assert cells == {"庙行镇": ["accepted", "not_started"], "友谊路街道": ["late", "not_started"]}
        assert [column["owing"] for column in page.context["columns"]] == [1, 2]
        assert "逾期报送 1 行" in words(page)

    def test_one_click_reminds_all_who_owe(self, period, beds, miaohang, official, staff, sign_in):
        reported(period, miaohang, subject=beds, value=Decimal(3), by=official)

        page = sign_in(staff).post(WHO, {"period": "2024Q3"}, follow=True)

        assert "已就2024年第三季度催办：友谊路街道。" in words(page)
        assert [(one.town.name, one.owed, one.by) for one in page.context["reminders"]] == [("友谊路街道", 1, staff)]
        assert "今日已催办" in words(page)

    def test_one_town_is_reminded_and_the_second_time_it_is_told(self, period, beds, miaohang, staff, sign_in):
        client = sign_in(staff)
        one = {"period": "2024Q3", "town": miaohang.code}

        client.post(WHO, one)
        page = client.post(WHO, one, follow=True)

        assert "今天已经催办过，每天至多一次：庙行镇。" in words(page)
        assert Reminder.objects.count() == 1

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ({}, "请选择要催办的填报期。"),
            ({"period": "2024Q9"}, "请选择要催办的填报期。"),
            ({"period": "2024Q3", "town": "310105001"}, "2024年第三季度没有可以催办的欠报。"),
        ],
    )
    def test_what_cannot_be_reminded_is_told(self, period, beds, staff, sign_in, form, told):
        assert told in words(sign_in(staff).post(WHO, form, follow=True))
        assert not Reminder.objects.exists()

    def test_a_leader_sees_it_and_reminds_nobody(self, period, beds, leader, sign_in):
        client = sign_in(leader)

        assert client.get(WHO).context["may_remind"] is False
        assert client.post(WHO, {"period": "2024Q3"}).status_code == 403

    def test_of_a_day_that_is_over_nobody_is_reminded(self, period, beds, staff, sign_in):
        page = sign_in(staff).get(f"{WHO}?as_of=2024-10-10")

        assert page.context["may_remind"] is False
        assert [one["cell"].standing for _town, row in page.context["rows"] for one in row[:1]] == ["not_started"] * 2

    def test_both_lists_go_out(self, period, beds, miaohang, official, staff, sign_in):
        reported(period, miaohang, subject=beds, value=Decimal(3), by=official)
        client = sign_in(staff)
        client.post(WHO, {"period": "2024Q3"})

        cells, reminders = (
            client.get(f"{WHO}?export=csv&list={name}").content.decode() for name in ("cells", "reminders")
        )

        assert "庙行镇,2024年第三季度,待审核,1,1,1,0,0,0,1,2024-10-10" in cells
        assert "友谊路街道,2024年第三季度,逾期,1,0,0,0,0,0,0,2024-10-10" in cells
        assert "2024-10-15 10:00,2024年第三季度,友谊路街道,1,养老服务科" in reminders

    def test_a_programme_without_periods_says_so(self, district, staff, sign_in):
        ProgrammeFactory(district=district, slug="plan")

        assert "尚无填报期或街镇" in words(sign_in(staff).get(WHO))
