"""The page of an indicator that follows its facilities, its settings, and the entry sheet that it fills in."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest

from quality.models import RollUp
from tasks.models import Report
from tests.factories import FacilityFactory, IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, accepted
from tests.quality.cases import follows, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE, SETTINGS = "/p/plan/indicators/12/facilities/", "/p/plan/indicators/12/facilities/settings/"
RATE = {"numerator": "certified_carers", "denominator": "carers"}
AT = dt.datetime(2024, 10, 9, tzinfo=dt.UTC)


@pytest.fixture
def programme(district):
    programme = ProgrammeFactory(district=district, slug="plan")
    PeriodFactory(programme=programme, quarter=3)
    return programme


@pytest.fixture
def certified(programme):
    return IndicatorFactory(programme=programme, code="12", name="持证率", rate=True)


@pytest.fixture
def homes(miaohang, youyi):
    return [FacilityFactory(town=town, name=f"{town.name}院", kind="nursing_home") for town in (miaohang, youyi)]


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


@pytest.fixture
def rolled(certified, homes):
    """8 of 10 carers in 庙行镇, 30 of 30 next door."""
    follows(certified, **RATE)
    stood(homes[0], carers=10, certified_carers=8)
    stood(homes[1], carers=30, certified_carers=30)


def rows(client, address):
    return list(csv.reader(StringIO(client.get(address).content.decode("utf-8-sig"))))


class TestPage:
    def test_towns_stand_beside_what_they_reported_with_the_difference(self, client, rolled, certified, miaohang):
        figures = {"value": Decimal(85), "numerator": Decimal(17), "denominator": Decimal(20)}
        accepted(certified.programme.periods.get(), miaohang, subject=certified, at=AT, **figures)

        assert rows(client, f"{PAGE}?export=csv") == [
            ["街镇", "应计机构", "已计机构", "分子", "分母", "机构汇总", "已通过的填报", "相差"],
            ["庙行镇", "1", "1", "8", "10", "80", "85", "5"],
            ["友谊路街道", "1", "1", "30", "30", "100", "", ""],
            ["合计", "2", "2", "38", "40", "95", "", ""],
        ]

    def test_each_figure_leads_to_its_facilities(self, client, rolled, certified, homes):
        table = rows(client, f"{PAGE}?export=csv&list=facilities&town=310113112")
        page = client.get(f"{PAGE}?town=310113112").content.decode()

        assert [row[:6] for row in table] == [
            ["街镇", "名称", "类别", "持证护理员", "养老护理员", "计入"],
            ["庙行镇", "庙行镇院", "养老院", "8", "10", "已计入"],
        ]
        assert f"/facilities/{homes[0].pk}/figures/2024Q3/" in page
        assert "友谊路街道院" not in page

    def test_what_is_missing_is_said(self, client, certified, homes):
        follows(certified, **RATE)
        stood(homes[0], carers=10)

        assert [row[5] for row in rows(client, f"{PAGE}?export=csv&list=facilities")[1:]] == [
            "缺少所需项目",
            "没有通过的数据",
        ]

    @pytest.mark.parametrize(
        ("asked", "quarter"),
        [
            ("", "2024Q3"),
            ("?as_of=2024-09-30", "2024Q3"),
            ("?as_of=2024-09-29", "2024Q2"),
            ("?as_of=2024-12-31", "2024Q4"),
            ("?as_of=2026-03-31", "2024Q4"),  # the programme's last
            ("?as_of=0001-01-01", "2023Q4"),
        ],
    )
    def test_the_date_chooses_the_quarter(self, client, rolled, asked, quarter):
        assert str(client.get(f"{PAGE}{asked}").context["quarter"]) == quarter

    def test_as_known_before_the_acceptance_there_is_nothing(self, client, rolled):
        found = client.get(f"{PAGE}?known_on=2024-10-14").context["rows"]

        assert [row["rolled"].value for row in found] == [None, None, None]

    def test_a_town_sees_its_own(self, sign_in, official, rolled):
        page = sign_in(official).get(PAGE)

        assert [row["place"] for row in page.context["rows"]] == ["庙行镇"]
        assert "友谊" not in page.content.decode()
        assert sign_in(official).get(f"{PAGE}?town=310113003").status_code == 404

    def test_an_indicator_that_is_typed_says_so(self, client, certified, miaohang, admin, sign_in):
        assert "本指标由街镇填报，不由机构数据汇总" in client.get(PAGE).content.decode()
        assert (
            SETTINGS in client.get(PAGE).content.decode(),
            SETTINGS in sign_in(admin).get(PAGE).content.decode(),
        ) == (
            False,
            True,
        )

    def test_the_indicators_page_leads_there_where_it_follows(self, client, certified, homes):
        assert PAGE not in client.get("/p/plan/indicators/12/").content.decode()
        follows(certified, **RATE)
        assert PAGE in client.get("/p/plan/indicators/12/").content.decode()


class TestSettings:
    @pytest.fixture
    def desk(self, admin, sign_in):
        return sign_in(admin)

    def test_they_are_saved_and_told(self, desk, certified, miaohang):
        answer = desk.post(SETTINGS, RATE | {"kinds": ["nursing_home", "care_home"]}, follow=True)

        row = RollUp.objects.get()
        certified.refresh_from_db()
        assert (row.numerator, row.denominator, row.kinds) == (
            "certified_carers",
            "carers",
            ["nursing_home", "care_home"],
        )
        assert certified.source == "facilities"
        assert "“持证率”由机构数据汇总。" in answer.content.decode()

    def test_a_count_has_one_measure(self, desk, certified):
        type(certified).objects.update(kind="count")

        assert "denominator" not in desk.get(SETTINGS).context["form"].fields
        assert desk.post(SETTINGS, {"numerator": "beds", "denominator": "carers"}).status_code == 302
        assert RollUp.objects.get().denominator == ""

    def test_facilities_are_counted_from_a_grade_on(self, desk, certified):
        typed = {
            "rule": "facilities",
            "numerator": "monitoring",
            "at_least": "优秀",
            "reach": "best",
            "automatic": "on",
        }

        assert desk.post(SETTINGS, typed).status_code == 302
        row = RollUp.objects.get()
        assert (row.rule, row.at_least, row.reach, row.automatic) == ("facilities", 4, "best", True)
        assert desk.get(SETTINGS).context["form"]["at_least"].value() == "优秀"

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"rule": "facilities", "numerator": "monitoring", "at_least": "好"}, ["at_least"]),
            ({"rule": "facilities", "numerator": "monitoring"}, ["at_least"]),
            ({"rule": "facilities", "at_least": "1"}, ["at_least"]),
            ({"rule": "facilities", "numerator": "beds", "denominator": "carers", "at_least": "1"}, ["denominator"]),
            ({"rule": "mean", "numerator": "satisfaction"}, ["denominator"]),
            (RATE | {"at_least": "1"}, ["at_least"]),
            (RATE | {"reach": "best"}, ["reach"]),
        ],
    )
    def test_what_makes_no_rule_is_told(self, desk, certified, typed, errors):
        answer = desk.post(SETTINGS, typed)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, errors)
        assert not RollUp.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"numerator": "carers", "denominator": "carers"}, ["denominator"]),
            ({"numerator": "carers"}, ["denominator"]),
            ({"numerator": "castles", "denominator": "carers"}, ["numerator"]),
            (RATE | {"kinds": ["castle"]}, ["kinds"]),
        ],
    )
    def test_what_makes_no_rate_is_told(self, desk, certified, typed, errors):
        answer = desk.post(SETTINGS, typed)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, errors)
        assert RollUp.objects.count() == 0

    def test_it_is_taken_away(self, desk, certified):
        follows(certified, **RATE)

        answer = desk.post(SETTINGS, {"remove": "1"}, follow=True)

        certified.refresh_from_db()
        assert (certified.source, RollUp.objects.count()) == ("typed", 0)
        assert "“持证率”改由街镇填报。" in answer.content.decode()


class TestSheet:
    SHEET = "/p/plan/report/2024Q3/"

    def fields(self, certified, **typed):
        return {f"{certified.pk}.{name}": value for name, value in ({"version": 0, "seen": 0} | typed).items()}

    def test_the_line_arrives_filled_in_with_its_source(self, sign_in, official, rolled, certified, miaohang):
        TargetFactory(indicator=certified, town=miaohang)

        page = sign_in(official).get(self.SHEET).content.decode()

        assert "1 家机构 2024年第三季度" in page
        assert f'href="{PAGE}?as_of=2024-09-30"' in page
        assert f'name="{certified.pk}.numerator" value="8"' in page

    def test_left_as_it_is_it_is_reported_with_its_origin(self, sign_in, official, rolled, certified):
        form = self.fields(certified, numerator="8", denominator="10") | {"key": "k"}

        assert sign_in(official).post(self.SHEET, form).status_code == 302
        report = Report.objects.get()
        assert (report.value, report.numerator, report.origin) == (80, 8, "1 家机构 2024年第三季度")

    def test_another_value_needs_a_reason(self, sign_in, official, rolled, certified):
        form = self.fields(certified, numerator="9", denominator="10") | {"key": "k"}
        client = sign_in(official)

        refused = client.post(self.SHEET, form)
        version = {f"{certified.pk}.version": 1, f"{certified.pk}.reason": "一人证书刚到"}

        assert (refused.status_code, "请说明原因" in refused.content.decode()) == (422, True)
        assert client.post(self.SHEET, form | version).status_code == 302
        assert (Report.objects.get().origin, Report.objects.get().reason) == ("", "一人证书刚到")
