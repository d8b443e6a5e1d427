"""The page of a programme's scope, and the page of its targets: what each reader sees and may do."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest

from quality.models import Scope, ScopeException
from quality.scoping import set_scope
from tasks.models import Target
from tests.factories import (
    FacilityFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    TaskFactory,
    accepted,
)
from tests.quality.cases import follows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
SCOPE, TARGETS = "/p/plan/scope/", "/p/plan/targets/?as_of=2024-09-30"


@pytest.fixture
def programme(district):
    return ProgrammeFactory(slug="plan", district=district)


@pytest.fixture
def home(programme, miaohang):
    return FacilityFactory(town=miaohang, name="庙行院", kind="nursing_home", registration="备1")


@pytest.fixture
def desk(admin, sign_in):
    return sign_in(admin)


def rows(client):
    return {row["facility"].name: row["included"] for row in client.get(SCOPE).context["rows"]}


class TestScopePage:
    def test_the_administrator_sets_the_rule(self, desk, home, miaohang):
        FacilityFactory(town=miaohang, name="庙行长照", kind="care_home", registration="备2")

        answer = desk.post(SCOPE, {"kinds": ["nursing_home"], "registered": "on", "words": "不含长照"}, follow=True)

        assert "养老院；仅计已登记或备案的机构" in answer.content.decode()
        assert rows(desk) == {"庙行长照": False, "庙行院": True}
        assert Scope.history.get().history_user.role == "admin"

    def test_an_unknown_kind_is_told(self, desk, programme):
        answer = desk.post(SCOPE, {"kinds": ["castle"]})

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["kinds"])

    def test_a_single_facility_is_left_out_with_a_reason(self, desk, home):
        answer = desk.post(SCOPE, {"facility": home.pk, "included": "0", "reason": "改建中"}, follow=True)

        assert "“庙行院”不再纳入实施范围。" in answer.content.decode()
        assert rows(desk) == {"庙行院": False}

    @pytest.mark.parametrize(
        ("reason", "told"),
        [(" ", "请填写纳入或不纳入“庙行院”的原因。"), ("字" * 201, "原因不超过 200 字，现有 201 字。")],
    )
    def test_without_a_fitting_reason_nothing_is_decided(self, desk, home, reason, told):
        answer = desk.post(SCOPE, {"facility": home.pk, "included": "0", "reason": reason}, follow=True)

        assert told in answer.content.decode()
        assert ScopeException.objects.count() == 0

    @pytest.mark.parametrize("key", ["0", "x", "999999"])
    def test_a_facility_that_is_not_there_is_not_found(self, desk, home, key):
        assert desk.post(SCOPE, {"facility": key, "included": "0", "reason": "改"}).status_code == 404

    def test_a_town_reads_its_own_facilities_and_decides_nothing(self, sign_in, official, home, youyi):
        FacilityFactory(town=youyi, name="友谊院")
        client = sign_in(official)

        assert rows(client) == {"庙行院": True}
        assert client.get(SCOPE).context["manage"] is False
        assert client.post(SCOPE, {"facility": home.pk, "included": "0", "reason": "改"}).status_code == 403

    def test_the_list_goes_out_as_a_file(self, desk, home):
        desk.post(SCOPE, {"facility": home.pk, "included": "0", "reason": "改建中"})

        lines = list(csv.reader(StringIO(desk.get(f"{SCOPE}?export=csv").content.decode("utf-8-sig"))))

        assert lines[1] == ["庙行镇", "庙行院", "养老院", "备1", "不纳入", "改建中"]

    def test_its_history_names_single_decisions_also_withdrawn_ones(self, desk, home):
        for included, reason in (("0", "改建中"), ("1", "建成")):
            desk.post(SCOPE, {"facility": home.pk, "included": included, "reason": reason})

        page = desk.get(f"/p/plan/history/scope/{Scope.objects.get().pk}/").content.decode()

        assert "不纳入：庙行院" in page
        assert "撤销单独决定：庙行院" in page

    def test_a_facilitys_page_says_whether_it_is_in(self, desk, home, programme, admin):
        set_scope(programme=programme, settings={"kinds": ["care_home"], "registered": False, "words": ""}, by=admin)

        assert desk.get(f"/facilities/{home.pk}/").context["scopes"] == [(programme.scope, False)]


class TestTargets:
    @pytest.fixture
    def beds(self, programme):
        """A target of the district alone, which a task carries out and facilities give."""
        indicator = IndicatorFactory(programme=programme, code="01", name="护理型床位", unit="张")
        task = TaskFactory(
            programme=programme, number=1, title="建设改造行动", category="六大行动", due_on=dt.date(2024, 12, 31)
        )
        task.indicators.add(indicator)
        follows(indicator)
        Target.objects.create(
            district=programme.district,
            indicator=indicator,
            revision=1,
            comparator="ge",
            value=Decimal(100),
            text="100",
        )
        return indicator

    def lines(self, client):
        """Each category with its tasks and targets, as they stand on the page."""
        return [
            (
                name,
                [(str(task.entry.task) if task.entry else "", [(one.owed, one.actual, one.own) for one in task.lines])],
            )
            for name, tasks in client.get(TARGETS).context["categories"]
            for task in tasks
        ]

    def test_a_districts_own_target_stands_under_its_task_with_the_way_to_its_facilities(
        self, beds, desk, programme, staff
    ):
        accepted(PeriodFactory(programme=programme, quarter=3), None, subject=beds, value=Decimal(80), by=staff)

        page = desk.get(TARGETS).content.decode()

        assert self.lines(desk) == [("六大行动", [("1. 建设改造行动", [("100", 80, None)])])]
        assert "/p/plan/indicators/01/facilities/?as_of=2024-09-30" in page

    def test_towns_targets_are_added_up(self, programme, desk, miaohang, youyi, staff):
        meals = IndicatorFactory(programme=programme, code="02", name="食堂")
        for town, count in ((miaohang, 2), (youyi, 3)):
            TargetFactory(indicator=meals, town=town, comparator="ge", value=Decimal(count), text=str(count))
        accepted(PeriodFactory(programme=programme, quarter=3), miaohang, subject=meals, value=Decimal(2), by=staff)

        assert self.lines(desk) == [("其他指标", [("", [("5", 2, None)])])]

    def test_a_target_in_words_has_no_light(self, beds, desk):
        Target.objects.create(
            district=beds.programme.district,
            indicator=beds,
            revision=2,
            comparator="text",
            text="不断提升",
            reason="改",
        )

        page = desk.get(TARGETS)

        (line,) = page.context["categories"][0][1][0].lines
        assert (line.owed, line.lights, line.in_words) == ("不断提升", [], True)
        assert "文字要求" in page.content.decode()

    def test_a_town_has_its_own_figure_beside_the_districts(
        self, beds, programme, miaohang, youyi, sign_in, official, staff
    ):
        period = PeriodFactory(programme=programme, quarter=3)
        for town, count in ((miaohang, 30), (youyi, 50), (None, 80)):
            accepted(period, town, subject=beds, value=Decimal(count), by=staff)

        assert self.lines(sign_in(official)) == [("六大行动", [("1. 建设改造行动", [("100", 80, 30)])])]

    def test_the_dashboard_of_a_plan_without_towns_targets_begins_with_them(self, beds, desk, programme, miaohang):
        assert 'id="targets"' in desk.get("/p/plan/").content.decode()
        TargetFactory(indicator=beds, town=miaohang, comparator="ge", value=Decimal(2), text="2")

        page = desk.get("/p/plan/").content.decode()

        assert ('id="targets"' in page, 'id="matrix"' in page) == (False, True)

    def test_it_goes_out_as_a_file(self, beds, desk):
        lines = list(csv.reader(StringIO(desk.get(f"{TARGETS}&export=csv").content.decode("utf-8-sig"))))

        assert lines[1] == ["六大行动", "1. 建设改造行动", "护理型床位", "张", "100", "", "严重滞后", "由机构数据汇总"]

    def test_an_empty_plan_says_so(self, programme, desk):
        assert "尚无任务和指标" in desk.get(TARGETS).content.decode()
