"""The demo fills an empty database, deterministically, and shows every light and every rule."""

import datetime as dt
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from districts.models import Facility
from eldercare.demo import DemoError, make_demo
from eldercare.demo_homes import shares
from quality.measures import Measure
from quality.models import Event, EventAct, Example, FacilityDecision, FacilityReport, Finding, Inspection, PersonRecord
from scoring.models import Appeal, Assessment, Mark
from scoring.scores import Scores
from scoring.verifying import verify
from tasks.board import Board, Moment, task_entries
from tasks.lights import Light, is_met
from tasks.models import Decision, Programme, Report, Submission, Supervision

pytestmark = pytest.mark.django_db
COUNTS = {
    "新增或改造护理型床位": 1393,
    "护理型床位总数": 4171,
    "改造认知症床位": 90,
    "新增认知症照护单元": 7,
    "新增智慧养老院": 2,
    "实施对象养老机构": 38,
}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The whole demo, once for the module, in a transaction that is rolled back after it."""
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
    try:
        with django_db_blocker.unblock():
            make_demo(progress=True)
            programme = Programme.objects.get(slug="baoshan-2024")
        yield programme
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def boards(programme):
    """The board at the end of each quarter, as everything is known."""
    return [Board(programme, Moment(period.ends_on)) for period in programme.periods.all()]


def test_the_demo_has_an_account_for_each_role_and_each_town(demo):
    assert User.objects.filter(demo=True, role="town", district=demo.district).count() == 12
    assert {"admin", "staff", "leader", "facility-demo", "town-310113112"} <= set(
        User.objects.filter(demo=True).values_list("username", flat=True)
    )


@pytest.mark.parametrize("name", ["admin", "staff", "leader", "facility-demo", "town-310113003"])
def test_a_demo_account_signs_in_with_the_demo_password(demo, client, name):
    assert client.login(username=name, password=settings.DEMO_PASSWORD)


def test_everything_that_was_made_up_is_marked_as_such(demo):
    assert set(Programme.objects.values_list("demo", flat=True)) == {True}
    assert set(Submission.objects.values_list("source", flat=True)) == {"demo"}
    assert set(Mark.objects.values_list("document", flat=True)) == {"演示文件"}


def test_made_up_facilities_are_marked_and_their_figures_reach_the_towns(demo):
    homes = Facility.objects.filter(town__district=demo.district)
    lines = Report.objects.filter(indicator__roll_up__isnull=False, period__label="2024Q3")

    assert [home.name for home in homes if not home.name.endswith("（演示）")] == []
    assert set(FacilityReport.objects.values_list("source", flat=True)) == {"demo"}
    assert User.objects.get(username="facility-demo").facility.reports.count() == 4
    assert set(lines.exclude(origin="").values_list("town", flat=True)) == set(homes.values_list("town", flat=True))


class TestServiceQualityYear:
    """The notice of 2023: its figures come out of 38 synthetic homes."""

    @pytest.fixture
    def plan(self, demo):
        return Programme.objects.get(slug="changning-2023")

    def entries(self, plan, day):
        board = Board(plan, Moment(day))
        return {one.name: board.entry(one, None) for one in board.indicators}

    def test_every_count_of_the_notice_is_reached_exactly(self, plan):
        found = self.entries(plan, dt.date(2023, 12, 31))

        assert {name: (entry.actual, entry.light) for name, entry in found.items() if name in COUNTS} == {
            name: (count, Light.DONE) for name, count in COUNTS.items()
        }

    def test_39_percent_of_38_homes_are_15(self, plan):
        entry = self.entries(plan, dt.date(2023, 12, 31))["质量评定优秀占比"]

        assert (entry.standings[-1].numerator, entry.standings[-1].denominator) == (15, 38)
        assert (round(entry.actual, 2), entry.light) == (Decimal("39.47"), Light.DONE)
        assert is_met(Decimal(14) * 100 / 38, entry.owed.value, False) is False

    def test_the_other_rates_are_met_by_the_year_end_and_not_before(self, plan):
        names = ["质量评定良好及以上占比", "养老护理员等级证书持证率", "护理型床位占比"]
        summer, winter = (self.entries(plan, day) for day in (dt.date(2023, 6, 30), dt.date(2023, 12, 31)))

        assert [round(winter[name].actual, 2) for name in names] == [100, Decimal("76.44"), Decimal("62.72")]
        assert {summer[name].light for name in names} == {Light.BEHIND}
        assert {winter[name].light for name in names} == {Light.DONE}

    def test_what_the_notice_asks_in_words_is_counted_too(self, plan):
        found = self.entries(plan, dt.date(2023, 12, 31))
        words = {
            name: (entry.owed.text, round(entry.actual, 1)) for name, entry in found.items() if entry.owed.value is None
        }

        assert words == {
            "养老机构消防安全达标示范单位": ("完成一批", 9),
            "养老机构入住率": ("不断提升", Decimal("74.0")),
            "养老机构满意率": ("显著提升", Decimal("94.0")),
        }

    def test_the_towns_add_up_to_the_district(self, plan):
        board = Board(plan, Moment(dt.date(2023, 12, 31)))
        beds = plan.indicators.get(name="护理型床位总数")

        assert sum(board.entry(beds, town.pk).actual for town in plan.district.towns.all()) == 4171

    def test_38_homes_in_ten_towns_have_accounts_beside_the_bureau(self, plan):
        homes = Facility.objects.filter(town__district=plan.district)
        users = User.objects.filter(district=plan.district)

        assert (homes.count(), homes.values("town").distinct().count()) == (38, 10)
        assert [name for name in homes.values_list("name", flat=True) if not name.endswith("（演示）")] == []
        assert {"changning-staff", "changning-facility-demo", "town-310105001"} < {one.username for one in users}


def test_findings_of_2023_are_rectified_at_the_directors_home_and_closed_elsewhere(demo):
    home = User.objects.get(username="changning-facility-demo").facility
    found = Finding.objects.filter(inspection__programme__slug="changning-2023").standing()

    assert {one.state.value for one in found.filter(facility=home)} == {
        *("assigned", "rectifying", "submitted", "returned", "closed"),
    }
    assert {one.state.value for one in found.exclude(facility=home).filter(major=False)} == {"closed"}
    assert list(home.plans.standing().values_list("last_act", flat=True)) == ["town"]


def test_an_assessed_home_reports_the_star_level_that_it_was_given(demo):
    assessed = Inspection.objects.filter(kind="star").select_related("result", "facility")
    given = [(int(one.result.grade), one.facility.reports.first().values[Measure.STAR_LEVEL]) for one in assessed]

    assert [one for one in given if one[0] != one[1]] == []
    assert len(given) == 2


def test_the_year_of_2023_is_shown_and_says_that_it_is_made_up(demo):
    assert (EventAct.objects.count(), Event.objects.count(), Example.objects.in_force().count()) == (20, 21, 2)
    assert dict(PersonRecord.objects.values_list("kind").annotate(count=Count("pk")).order_by("kind")) == {
        "certificate": 57,
        "expert": 8,
        "manager": 8,
        "subsidy": 8,
        "training": 76,
    }
    words = [*EventAct.objects.values_list("words", flat=True), *Example.objects.values_list("words", flat=True)]
    assert {one[:6] for one in words} == {"【演示数据】"}


def test_shares_add_up():
    assert shares(10, [1, 1, 1]) == [4, 3, 3]
    assert [sum(shares(total, [7, 60, 239, 81])) for total in (0, 7, 90, 1393, 4171)] == [0, 7, 90, 1393, 4171]


def test_facility_figures_wait_and_come_back_too(demo):
    assert FacilityReport.objects.waiting().exists()
    assert set(FacilityDecision.objects.values_list("outcome", flat=True)) == {"accepted", "returned"}


def test_one_supervision_sheet_is_answered_and_says_that_it_is_made_up(demo):
    sheet = Supervision.objects.standing().get()

    assert (str(sheet), sheet.state, sheet.matter[:6]) == ("督〔2024〕1号", "answered", "【演示数据】")
    assert [act.words[:6] for act in sheet.acts.all()] == ["", "【演示数据】"]


def test_its_assessments_are_made_up_one_final_one_published_with_appeals_and_the_years_a_draft(demo):
    second, third, year = Assessment.objects.filter(programme=demo).standing().order_by("as_of")
    appeals = Appeal.objects.filter(line__result__assessment=third)

    assert [(one.title, one.state) for one in (second, third, year)] == [
        ("2024年第二季度通报（演示）", "final"),
        ("2024年第三季度通报（演示）", "published"),
        ("2024年度考核（演示）", "draft"),
    ]
    assert [timezone.localdate(one.at) for one in (second, third)] == [dt.date(2024, 7, 20), dt.date(2024, 10, 20)]
    assert [hasattr(one, "ruling") for one in appeals] == [True, False]
    assert {one.words[:6] for one in appeals} == {"【演示数据】"}
    assert set(third.results.values_list("grade", flat=True)) == {"优秀", "良好", "合格", "不合格"}
    assert [(found.intact, found.equal) for found in map(verify, (second, third))] == [(True, True)] * 2


def test_every_light_is_seen_at_some_quarters_end(demo):
    moments = [Moment(period.ends_on) for period in demo.periods.all()]
    towns = demo.district.towns.all()
    shown = {b.entry(i, town.pk).light for b in boards(demo) for i in b.indicators for town in towns}
    shown |= {entry.light for b, m in zip(boards(demo), moments, strict=True) for entry in task_entries(b.plan, m)}

    assert shown == set(Light)


def test_every_status_of_a_report_waits_somewhere(demo):
    assert Report.objects.filter(decision__isnull=True).exists()
    assert set(Decision.objects.values_list("outcome", flat=True)) == {"accepted", "returned"}


def test_the_scores_of_the_demo_are_uneven(demo):
    scores = Scores(demo, Moment(dt.date(2024, 12, 31)))
    totals = [row.score.total for row in scores.ranked(demo.district.towns.all())]

    assert len(totals) == 12
    assert len(set(totals)) > 6


def test_the_demo_is_made_in_an_empty_database_only(demo):
    with pytest.raises(DemoError, match="演示数据只能写入空库"):
        make_demo(progress=True)
