"""How an indicator is reported: monthly ones have months of their own, and quarters do not ask for them again."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tasks import drafts
from tasks.board import Board, Moment
from tasks.figures import at_quarters, standing_figures
from tasks.indicator_settings import set_up
from tasks.models import Frequency, Indicator, Period
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

MONTHLY, QUARTERLY = {"frequency": Frequency.MONTH}, {"frequency": Frequency.QUARTER}


@pytest.fixture
def programme(district):
    programme = ProgrammeFactory(district=district, slug="plan")
    for quarter in (2, 3, 4):
        PeriodFactory(programme=programme, quarter=quarter)
    return programme


@pytest.fixture
def beds(programme):
    return IndicatorFactory(programme=programme, code="01", name="新增养老床位")


@pytest.fixture
def visits(programme):
    return IndicatorFactory(programme=programme, code="02", name="探访")


@pytest.fixture
def monthly(beds, admin):
    return set_up(indicator=beds, settings=MONTHLY, by=admin)


def period(programme, label):
    return Period.objects.select_related("programme__district").get(programme=programme, label=label)


def lines(programme, label, town):
    return [line.subject.name for line in drafts.sheet(period(programme, label), town)]


class TestMonths:
    def test_they_begin_with_the_month_that_runs(self, programme, monthly):
        months = programme.periods.months().values_list("label", "starts_on", "ends_on", "opens_on", "due_on")
        assert list(months) == [
            ("2024M10", *(dt.date(2024, 10, day) for day in (1, 31, 1)), dt.date(2024, 11, 5)),
            ("2024M11", *(dt.date(2024, 11, day) for day in (1, 30, 1)), dt.date(2024, 12, 5)),
            ("2024M12", *(dt.date(2024, 12, day) for day in (1, 31, 1)), dt.date(2025, 1, 5)),
        ]
        assert (monthly.frequency, monthly.monthly_from) == ("month", dt.date(2024, 10, 1))

    @pytest.mark.parametrize("year", [2023, 2025])
    def test_a_year_that_is_over_or_to_come_has_them_all(self, district, admin, year):
        beds = IndicatorFactory(programme=ProgrammeFactory(district=district, year=year))

        assert set_up(indicator=beds, settings=MONTHLY, by=admin).monthly_from == dt.date(year, 1, 1)
        assert beds.programme.periods.months().count() == 12

    def test_a_second_indicator_shares_them(self, programme, monthly, visits, admin):
        set_up(indicator=visits, settings=MONTHLY, by=admin)

        assert programme.periods.months().count() == 3

    def test_saving_other_settings_changes_no_month(self, programme, monthly, admin, time_machine):
        time_machine.move_to(dt.datetime(2024, 12, 2, tzinfo=dt.UTC))

        saved = set_up(indicator=monthly, settings=MONTHLY | {"evidence_required": True}, by=admin)

        assert (saved.evidence_required, saved.monthly_from) == (True, dt.date(2024, 10, 1))
        assert Indicator.history.filter(id=saved.pk).latest().history_user == admin

    def test_quarterly_again_quarters_ask_and_months_do_not(self, programme, monthly, admin):
        beds = set_up(indicator=monthly, settings=QUARTERLY, by=admin)

        asked = [one.label for one in programme.periods.all() if beds.is_asked_in(one)]
        assert asked == ["2024Q2", "2024Q3", "2024Q4"]


class TestAsked:
    def test_months_ask_from_then_on_and_quarters_that_were_over_as_before(self, programme, monthly):
        asked = [one.label for one in programme.periods.all() if monthly.is_asked_in(one)]
        assert asked == ["2024Q2", "2024Q3", "2024M10", "2024M11", "2024M12"]

    def test_the_sheets_show_what_is_asked(self, programme, monthly, visits, miaohang):
        assert lines(programme, "2024Q3", miaohang) == ["新增养老床位", "探访"]
        assert lines(programme, "2024Q4", miaohang) == ["探访"]
        assert lines(programme, "2024M10", miaohang) == ["新增养老床位"]

    def test_what_was_begun_in_the_quarter_stays_on_its_sheet(self, programme, beds, visits, miaohang, official, admin):
        reported(period(programme, "2024Q4"), miaohang, subject=beds, value=Decimal(3), by=official)

        set_up(indicator=beds, settings=MONTHLY, by=admin)

        assert lines(programme, "2024Q4", miaohang) == ["新增养老床位", "探访"]


class TestFigures:
    @pytest.fixture
    def months(self, programme, monthly, miaohang):
        """6 for the third quarter, 8 for October, 9 for November."""
        at = [dt.datetime(2024, *day, tzinfo=dt.UTC) for day in ((10, 9), (10, 31), (11, 30))]
        for label, value, when in zip(("2024Q3", "2024M10", "2024M11"), (6, 8, 9), at, strict=True):
            accepted(period(programme, label), miaohang, subject=monthly, value=Decimal(value), at=when)
        return monthly

    @pytest.mark.parametrize(
        ("as_of", "value"),
        [
            (dt.date(2024, 9, 30), 6),
            (dt.date(2024, 10, 30), 6),
            (dt.date(2024, 10, 31), 8),
            (dt.date(2024, 12, 31), 9),
        ],
    )
    def test_the_latest_day_stands(self, programme, months, miaohang, as_of, value):
        assert Board(programme, Moment(as_of)).entry(months, miaohang.pk).actual == value

    def test_a_quarters_end_takes_its_last_month(self, programme, months, miaohang):
        (standings,) = standing_figures(programme, as_of=dt.date(2024, 12, 31)).values()

        found = at_quarters(standings, programme.periods.quarters())

        assert [one and one.value for one in found] == [None, 6, 9]

    def test_a_later_day_in_the_quarter_stands_before_an_earlier_month(self, programme, monthly, miaohang):
        """The quarter was reported for 20 November, the month only for its own end before."""
        day = dt.date(2024, 11, 20)
        at = dt.datetime(2024, 11, 21, tzinfo=dt.UTC)
        accepted(period(programme, "2024M10"), miaohang, subject=monthly, value=Decimal(8), at=at)
        accepted(period(programme, "2024Q4"), miaohang, subject=monthly, value=Decimal(9), as_at=day, at=at)

        assert Board(programme, Moment(day)).entry(monthly, miaohang.pk).actual == 9
        assert Board(programme, Moment(dt.date(2024, 10, 31))).entry(monthly, miaohang.pk).actual == 8

    def test_a_quarter_and_its_last_month_are_two_periods(self, programme, monthly, miaohang):
        at = dt.datetime(2024, 12, 31, tzinfo=dt.UTC)
        accepted(period(programme, "2024Q4"), miaohang, subject=monthly, value=Decimal(7), at=at)
        accepted(period(programme, "2024M10"), miaohang, subject=monthly, value=Decimal(8), at=at)

        (standings,) = standing_figures(programme, as_of=dt.date(2024, 12, 31)).values()

        assert [(one.value, one.replaced) for one in standings] == [(8, ()), (7, ())]


class TestPage:
    PAGE = "/p/plan/indicators/01/settings/"
    FORM = {"frequency": "quarter", "source": "typed"}

    def test_settings_are_saved_and_told(self, beds, admin, sign_in):
        answer = sign_in(admin).post(self.PAGE, self.FORM | {"frequency": "month", "by_increment": "on"}, follow=True)

        beds.refresh_from_db()
        assert (beds.frequency, beds.by_increment, beds.by_sites) == ("month", True, False)
        assert answer.redirect_chain == [("/p/plan/indicators/01/", 302)]
        assert "“新增养老床位”的填报设置已保存。" in answer.content.decode()

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"by_increment": "on", "by_sites": "on"}, {"by_sites": ["按新增数与按点位清单填报只能选一种。"]}),
            ({"frequency": "year"}, {"frequency": ["选择一个有效的选项。 year 不在可用的选项中。"]}),
        ],
    )
    def test_what_makes_no_sense_is_told(self, beds, admin, sign_in, typed, errors):
        answer = sign_in(admin).post(self.PAGE, self.FORM | typed)

        assert (answer.status_code, answer.context["form"].errors) == (422, errors)

    def test_a_rate_has_no_increments(self, programme, admin, sign_in):
        IndicatorFactory(programme=programme, code="01", rate=True)

        answer = sign_in(admin).post(self.PAGE, self.FORM | {"by_increment": "on"})

        told = ["比率指标填写分子和分母，不能按新增数或点位清单填报。"]
        assert (answer.status_code, answer.context["form"].errors) == (422, {"by_increment": told})

    def test_only_an_administrator_is_led_there(self, beds, admin, staff, sign_in):
        pages = [sign_in(user).get("/p/plan/indicators/01/").content.decode() for user in (admin, staff)]
        assert [self.PAGE in page for page in pages] == [True, False]


class TestMonthSheet:
    def test_a_town_fills_a_month(self, programme, monthly, visits, miaohang, official, sign_in):
        TargetFactory(indicator=monthly, town=miaohang)
        client = sign_in(official)

        page = client.get("/p/plan/report/2024M10/")
        fields = {f"{monthly.pk}.value": "8", f"{monthly.pk}.version": "0", f"{monthly.pk}.seen": "0", "key": "one"}
        answer = client.post("/p/plan/report/2024M10/", fields)

        assert "2024年10月" in page.content.decode()
        assert "探访" not in page.content.decode()
        assert answer.status_code == 302
        assert [report.value for report in period(programme, "2024M10").reports.all()] == [8]

    def test_the_sheet_to_fill_now_is_the_quarters(self, programme, monthly, official, sign_in):
        assert sign_in(official).get("/p/plan/report/").url == "/p/plan/report/2024Q4/"

    def test_a_month_goes_out_as_a_workbook_of_its_own(self, programme, monthly, official, sign_in):
        answer = sign_in(official).get("/p/plan/report/2024M10/workbook.xlsx")

        sheet = load_workbook(BytesIO(answer.content)).active
        assert sheet["A1"].value == "庙行镇 2024年10月填报表"
