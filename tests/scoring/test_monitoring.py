"""External scores of facilities: recorded once a day, averaged in their town, corrected by new rows, imported all or nothing."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.line_settings import set_line
from scoring.marking import MarkingError, revoke
from scoring.models import Mark
from scoring.monitoring import record
from scoring.scores import Scores
from tasks.annexes.files import read_grids
from tasks.annexes.names import TownNames
from tasks.annexes.recognise import recognise
from tasks.board import Moment
from tasks.importing import Context, import_annex
from tests.factories import CriterionFactory, FacilityFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/plan/scores/monitoring/"
TODAY, AUGUST = dt.date(2024, 10, 15), dt.date(2024, 8, 1)
HEAD = ["街镇", "机构", "类别", "得分", "日期"]


@pytest.fixture
def lines(plan):
    """Two lines of 5 points: of homes and of canteens."""
    section = SectionFactory(rubric=plan.rubric, number=3, title="监测", weight=Decimal(10))
    titles = {"3.1": "养老机构服务质量监测情况", "3.2": "社区长者食堂服务质量监测情况"}
    rule = {"kind": "average"}
    return [
        CriterionFactory(section=section, key=key, title=title, weight=Decimal(5), rule=rule, order=9)
        for key, title in titles.items()
    ]


@pytest.fixture
def homes(plan):
    """Two of 庙行镇, one next door."""
    towns = (plan.miaohang, plan.miaohang, plan.youyi)
    return [FacilityFactory(town=town, name=name) for town, name in zip(towns, ("甲院", "乙院", "丙院"), strict=True)]


def scored(line, home, points, by, on=AUGUST, **fields):
    said = {"town": home.town, "document": "监测报告", "key": f"{home.pk}-{points}-{on}"} | fields
    return record(line=line, facility=home, score=Decimal(points), on=on, by=by, **said)


def score(plan, town, key="3.1", as_of=TODAY, known_on=None):
    (line,) = [c for c in Scores(plan.programme, Moment(as_of, known_on)).of(town).criteria if c.key == key]
    return str(line.points), line.status


class TestRecord:
    def test_a_towns_points_follow_the_mean_of_its_facilities(self, plan, lines, homes, staff):
        waiting = score(plan, plan.miaohang)
        for home, points in zip(homes, ("80", "85.5", "100"), strict=True):
            scored(lines[0], home, points, staff)

        assert waiting == ("0.00", "awaiting")
        assert score(plan, plan.miaohang) == ("4.14", "computed")  # 82.75 ÷ 100 × 5 = 4.1375
        assert score(plan, plan.youyi) == ("5.00", "computed")
        assert score(plan, plan.miaohang, "3.2") == ("0.00", "awaiting")

    @pytest.mark.parametrize("points", ["0", "100"])
    def test_nought_and_a_hundred_are_scores(self, lines, homes, staff, points):
        assert scored(lines[0], homes[0], points, staff).points == Decimal(points)

    @pytest.mark.parametrize("points", ["-0.01", "100.01"])
    def test_beyond_them_is_none(self, lines, homes, staff, points):
        with pytest.raises(MarkingError, match="监测得分应在 0 至 100 之间"):
            scored(lines[0], homes[0], points, staff)

    def test_a_day_has_one_score_of_a_place_on_a_line(self, lines, homes, staff):
        scored(lines[0], homes[0], "80", staff)

        with pytest.raises(MarkingError, match="甲院 2024-08-01 已有得分 80；需要更正时请先撤销。"):
            scored(lines[0], homes[0], "81", staff)
        scored(lines[0], homes[0], "81", staff, on=TODAY)
        scored(lines[1], homes[0], "81", staff, key="canteen")
        assert Mark.objects.filter(facility=homes[0]).count() == 3

    def test_once_taken_back_it_can_be_recorded_again(self, plan, lines, homes, staff):
        revoke(mark=scored(lines[0], homes[0], "80", staff), reason="录错", by=staff)
        scored(lines[0], homes[0], "90", staff)

        assert score(plan, plan.miaohang) == ("4.50", "computed")

    def test_the_same_form_sent_twice_is_written_once(self, lines, homes, staff):
        assert scored(lines[0], homes[0], "80", staff) == scored(lines[0], homes[0], "80", staff)

    def test_a_facility_belongs_to_its_town(self, plan, lines, homes, staff):
        with pytest.raises(MarkingError, match="“丙院”不在庙行镇。"):
            scored(lines[0], homes[2], "80", staff, town=plan.miaohang)

    def test_a_score_counts_from_its_day_and_is_known_from_its_writing(self, plan, lines, homes, staff):
        scored(lines[0], homes[0], "80", staff)

        days = [(dt.date(2024, 7, 31), None), (AUGUST, None), (TODAY, dt.date(2024, 10, 14)), (AUGUST, TODAY)]
        assert [score(plan, plan.miaohang, as_of=a, known_on=k)[0] for a, k in days] == ["0.00", "4.00", "0.00", "4.00"]


def table(*rows, head=HEAD):
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode()


@pytest.fixture
def imported(plan, staff):
    def imported(*rows, head=HEAD, **fields):
        context = Context(plan.programme, by=staff, **fields)
        return import_annex(table(*rows, head=head), context, name="监测.csv")

    return imported


def stands():
    marks = Mark.objects.filter(revokes=None, revocation=None, criterion__rule__kind="average").order_by("pk")
    names = ("criterion__key", "town__name", "facility__name", "points", "given_on", "document")
    return [
        (key, town, home, str(points), str(on), paper)
        for key, town, home, points, on, paper in marks.values_list(*names)
    ]


def told(outcome):
    return [(problem.cell, problem.code) for problem in outcome.errors]


class TestImport:
    def test_the_headers_tell_the_kind(self):
        grids = read_grids(table(["庙行镇", "甲院", "养老机构", 80, "2024-08-01"]), name="a.csv")

        assert list(recognise(grids, TownNames([]))) == ["monitoring"]

    def test_each_row_is_a_score_of_a_facility_or_a_town(self, lines, homes, imported):
        outcome = imported(
            ["庙行镇", "甲院", "养老机构", "80", "2024-08-01"],
            ["", "丙院", "养老机构", "85.5", "2024年8月2日"],
            ["高境", "", "长者食堂", "90", "2024/8/3"],
            ["合计", "", "", "", ""],
        )

        assert (outcome.as_json()["errors"], outcome.kind, outcome.created) == ([], "monitoring", 3)
        assert stands() == [
            ("3.1", "庙行镇", "甲院", "80.00", "2024-08-01", "监测得分表"),
            ("3.1", "友谊路街道", "丙院", "85.50", "2024-08-02", "监测得分表"),
            ("3.2", "高境镇", None, "90.00", "2024-08-03", "监测得分表"),
        ]

    def test_a_name_may_be_a_facilitys_or_a_towns(self, lines, homes, imported):
        head = ["机构/街镇", "类别", "得分", "次", "依据"]
        imported(
            ["乙院", "养老机构", "80", "三季度", "第三方报告"],
            ["庙行镇", "养老机构", "70", "上半年", "第三方报告"],
            head=head,
        )

        assert stands() == [
            ("3.1", "庙行镇", "乙院", "80.00", "2024-09-30", "第三方报告"),
            ("3.1", "庙行镇", None, "70.00", "2024-06-30", "第三方报告"),
        ]

    def test_every_error_is_told_at_once_by_its_cell_and_nothing_is_written(self, lines, homes, imported):
        outcome = imported(
            ["庙行镇", "甲院", "养老机构", "80", "2024-08-01"],
            ["庙行镇", "丁院", "养老机构", "80", "2024-08-01"],
            ["庙杭镇", "甲院", "养老机构", "80", "2024-08-01"],
            ["庙行镇", "甲院", "日间照护", "80", "2024-08-01"],
            ["庙行镇", "乙院", "服务质量", "80", "2024-08-01"],
            ["庙行镇", "乙院", "养老机构", "100.5", "2024-08-01"],
            ["庙行镇", "乙院", "养老机构", "良好", "2024-08-01"],
            ["庙行镇", "乙院", "养老机构", "80", "8月32日"],
            ["庙行镇", "乙院", "养老机构", "80", "2024-10-16"],
            ["庙行镇", "甲院", "养老机构", "81", "2024-08-01"],
            ["", "", "养老机构", "81", "2024-08-01"],
            ["庙杭镇", "甲院", "餐厅", "优", "某日"],
        )

        assert sorted(told(outcome), key=lambda one: int(one[0][1:])) == [
            ("B3", "unknown_facility"),
            ("A4", "unknown_town"),
            ("C5", "unknown_category"),
            ("C6", "ambiguous_category"),
            ("D7", "not_a_score"),
            ("D8", "not_a_number"),
            ("E9", "not_a_day"),
            ("E10", "future"),
            ("D11", "twice"),
            ("B12", "no_name"),
            ("D13", "not_a_number"),
            ("A13", "unknown_town"),
            ("C13", "unknown_category"),
            ("E13", "not_a_day"),
        ]
        assert stands() == []

    def test_a_facility_of_two_towns_needs_the_towns_column(self, plan, lines, homes, imported):
        FacilityFactory(town=plan.youyi, name="甲院")

        assert told(imported(["甲院", "养老机构", "80", "2024-08-01"], head=HEAD[1:])) == [("A2", "ambiguous_facility")]
        assert told(imported(["庙行镇", "甲院", "养老机构", "80", "2024-08-01"])) == []

    def test_a_facility_of_another_town_is_told_with_its_own(self, lines, homes, imported):
        (problem,) = imported(["友谊路街道", "甲院", "养老机构", "80", "2024-08-01"]).errors
        assert (problem.cell, str(problem.message)) == ("B2", "“甲院”在庙行镇，不在友谊路街道")

    def test_a_line_can_be_called_by_the_tables_own_word(self, lines, homes, staff, imported):
        set_line(line=lines[0], category="机构养老", by=staff)
        imported(["庙行镇", "甲院", "机构养老", "80", "2024-08-01"])

        assert [row[0] for row in stands()] == ["3.1"]

    def test_a_dash_is_no_score_and_is_told(self, lines, homes, imported):
        outcome = imported(["庙行镇", "甲院", "养老机构", "-", "2024-08-01"])

        assert [(one.cell, one.code) for one in outcome.warnings] == [("D2", "no_score")]
        assert stands() == []

    def test_the_same_table_again_changes_nothing_and_a_correction_is_a_new_row(self, lines, homes, imported):
        row = ["庙行镇", "甲院", "养老机构", "80", "2024-08-01"]
        imported(row)
        again = imported(row)
        corrected = imported([*row[:3], "88", row[4]], reason="复核", document="复核报告")

        assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
        assert (corrected.updated, corrected.needs_reason) == (1, True)
        assert stands() == [("3.1", "庙行镇", "甲院", "88.00", "2024-08-01", "复核报告")]
        assert Mark.objects.get(revokes__facility=homes[0]).reason == "复核"

    def test_the_command_imports_it(self, plan, lines, homes, tmp_path):
        file = tmp_path / "监测.csv"
        file.write_bytes(table(["庙行镇", "甲院", "养老机构", "80", "2024-08-01"]))
        call_command(
            "import_annex", file, programme="plan", kind="monitoring", document="报告1号", stdout=io.StringIO()
        )

        assert stands() == [("3.1", "庙行镇", "甲院", "80.00", "2024-08-01", "报告1号")]


class TestPage:
    def form(self, line, home, **fields):
        typed = {"facility": home.pk, "score": "８０", "on": "2024-08-01", "document": "监测报告", "key": "one"}
        return {"line": line.pk} | typed | fields

    def test_a_score_is_recorded_and_told(self, lines, homes, staff, sign_in):
        page = sign_in(staff).post(PAGE, self.form(lines[0], homes[0]), follow=True).content.decode()

        assert "已记录 甲院 监测得分 80。" in page
        assert Mark.objects.get(facility=homes[0]).town == homes[0].town

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"score": "101"}, {"__all__": ["监测得分应在 0 至 100 之间，现为 101。"]}),
            ({"score": "八十"}, {"score": ["“八十”不是分值：应为最多两位小数的数字，如 5 或 2.5。"]}),
            ({"facility": ""}, {"town": ["请选择机构或街镇。"]}),
            ({"on": "2024-10-16"}, {"on": ["日期 2024-10-16 还没有到。"]}),
        ],
    )
    def test_what_is_wrong_is_told(self, lines, homes, staff, sign_in, typed, errors):
        response = sign_in(staff).post(PAGE, self.form(lines[0], homes[0], **typed))

        assert response.status_code == 422
        assert {name: list(found) for name, found in response.context["form"].errors.items()} == errors

    def test_a_score_taken_back_leads_back_to_the_page(self, lines, homes, staff, sign_in):
        mark = scored(lines[0], homes[0], "80", staff)
        said = {"reason": "录错", "next": "monitoring"}

        assert sign_in(staff).post(f"/p/plan/scores/marks/{mark.pk}/revoke/", said).url == PAGE

    def test_the_means_and_the_scores_can_be_taken_away(self, lines, homes, leader, staff, sign_in):
        for home, points in zip(homes, ("80", "85.5", "100"), strict=True):
            scored(lines[0], home, points, staff)
        client = sign_in(leader)
        read = {name: client.get(f"{PAGE}?export=csv&list={name}") for name in ("means", "scores")}
        rows = {name: one.content.decode("utf-8-sig").splitlines()[1:] for name, one in read.items()}

        assert sorted(rows["means"]) == [
            "养老机构服务质量监测情况,友谊路街道,1,100",
            "养老机构服务质量监测情况,庙行镇,2,82.75",
        ]
        assert sorted(line.split(",")[1:4] for line in rows["scores"]) == [
            ["友谊路街道", "丙院", "100"],
            ["庙行镇", "乙院", "85.5"],
            ["庙行镇", "甲院", "80"],
        ]

    def test_it_costs_the_same_for_one_score_and_for_three(self, lines, homes, staff, sign_in):
        client, counts = sign_in(staff), []
        for some in (homes[:1], homes[1:]):
            for home in some:
                scored(lines[0], home, "80", staff)
            with CaptureQueriesContext(connection) as found:
                client.get(PAGE)
            counts.append(len(found))

        assert counts == [11, 11]
