"""The rubric's pages: a version drafted, a line edited and tried, both versions compared, the new one in force."""

import re
from decimal import Decimal

import pytest

from scoring.models import Criterion, Rubric
from scoring.versions import begin
from tasks.models import Indicator
from tests.factories import CriterionFactory, TargetFactory, TownFactory, accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
D = Decimal
PAGE = "/p/plan/scores/rubric/"


@pytest.fixture
def desk(sign_in, admin):
    return sign_in(admin)


@pytest.fixture
def draft(plan, admin):
    plan.rubric.sections.filter(number=1).update(weight=95)
    return begin(programme=plan.programme, by=admin)


def line(draft, key="1.1"):
    return Criterion.objects.get(section__rubric=draft, key=key)


def typed(act, **words):
    base = {"act": act, "title": "床位建设", "clause": "床位建设", "weight": "60", "kind": "completion"}
    return base | {"all_or_nothing": "no", "part": ""} | words


def rows(page):
    found = page.context["preview"]
    return {town.name: (str(one.before.points), str(one.after.points)) for town, one in found}


class TestVersions:
    def test_a_draft_is_begun_once(self, plan, desk, admin):
        answer = desk.post(f"{PAGE}versions/")

        assert (answer.status_code, answer.url) == (302, f"{PAGE}2/")
        again = desk.post(f"{PAGE}versions/", follow=True).content.decode()
        assert "已有一份草案" in again
        assert "继续修改第 2 版草案" in again

    def test_staff_read_the_rubric_but_keep_no_versions(self, plan, sign_in, staff):
        assert "版本与修改" not in sign_in(staff).get(PAGE).content.decode()

    def test_a_version_in_force_is_shown_and_not_changed(self, plan, desk):
        page = desk.get(f"{PAGE}1/").content.decode()
        refused = desk.post(f"{PAGE}1/", {"act": "new-section", "new-title": "新", "new-weight": "5"}, follow=True)

        assert 'value="new-section"' not in page
        assert "第 1 版不是草案，不能修改。" in refused.content.decode()
        assert desk.get(f"{PAGE}1/lines/1.1/").status_code == 404

    def test_sections_are_added_changed_and_removed(self, draft, desk):
        desk.post(f"{PAGE}2/", {"act": "new-section", "new-title": "创新", "new-weight": "5"})
        desk.post(f"{PAGE}2/", {"act": "section", "number": "1", "title": "工作", "weight": "90"})

        assert list(draft.sections.values_list("title", "weight")) == [("工作", 90), ("扣分", -10), ("创新", 5)]
        assert "没有评分项。" in desk.get(f"{PAGE}2/").content.decode()

        desk.post(f"{PAGE}2/", {"act": "remove-section", "number": "3"})
        kept = desk.post(f"{PAGE}2/", {"act": "remove-section", "number": "1"}, follow=True)
        assert draft.sections.count() == 2
        assert "还有评分项" in kept.content.decode()

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ({"act": "section", "number": "9"}, "没有第“9”项考核内容。"),
            ({"act": "section", "number": "9" * 5000}, "没有第“9999999999”项考核内容。"),
            ({"act": "section", "number": "1", "title": "", "weight": "x"}, "权重：输入一个数字。"),
            ({"act": "magic"}, "没有这项操作。"),
        ],
    )
    def test_what_cannot_be_done_is_said(self, draft, desk, words, told):
        assert told in desk.post(f"{PAGE}2/", words, follow=True).content.decode()

    def test_a_wrong_new_section_stays_in_its_form(self, draft, desk):
        page = desk.post(f"{PAGE}2/", {"act": "new-section", "new-title": "", "new-weight": "5"})

        assert page.status_code == 422
        assert page.context["forms"]["section"].errors.keys() == {"title"}

    def test_terms_are_saved_and_a_draft_is_thrown_away(self, draft, desk):
        desk.post(f"{PAGE}2/", {"act": "terms", "terms-no_target": "full", "terms-full": "100", "terms-notes": "新"})
        draft.refresh_from_db()
        assert (draft.no_target, draft.full, draft.notes) == ("full", 100, "新")

        desk.post(f"{PAGE}2/", {"act": "discard"})
        assert [one.version for one in Rubric.objects.all()] == [1]


class TestALine:
    def test_shows_its_rule_in_boxes_and_what_each_town_gets(self, draft, desk):
        page = desk.get(f"{PAGE}2/lines/1.1/")

        assert page.context["rule"].kind == "completion"
        assert rows(page) == {
            name: (points, points)
            for name, points in (("友谊路街道", "60.00"), ("高境镇", "48.00"), ("庙行镇", "30.00"))
        }

    def test_is_tried_with_real_towns_and_nothing_is_saved(self, plan, draft, desk):
        before = line(draft).rule

        page = desk.post(
            f"{PAGE}2/lines/1.1/",
            typed(
                "try",
                kind="deduct",
                points="5",
                side="below",
                bound="",
                step="1",
                remainder="dropped",
                indicator=str(plan.beds.pk),
            ),
        )

        assert rows(page) == {
            "友谊路街道": ("60.00", "60.00"),
            "高境镇": ("48.00", "50.00"),
            "庙行镇": ("30.00", "35.00"),
        }
        assert line(draft).rule == before
        assert line(draft).history.count() == 1

    def test_a_new_line_is_tried_and_saved(self, plan, draft, desk):
        words = typed(
            "try",
            title="事故",
            clause="每发生1起事故扣2分，扣完为止",
            weight="5",
            kind="deduct",
            points="2",
            step="1",
            side="above",
            bound="0",
            remainder="dropped",
            indicator=str(plan.beds.pk),
        )
        page = desk.post(f"{PAGE}2/sections/1/", words)
        assert [(str(one.after.points), one.before) for _town, one in page.context["preview"]] == [("0.00", None)] * 3
        assert not Criterion.objects.filter(title="事故").exists()

        desk.post(f"{PAGE}2/sections/1/", words | {"act": "save"})

        saved = Criterion.objects.get(title="事故")
        assert (saved.key, saved.rule["kind"]) == ("1.3", "deduct")
        assert [(link.part, link.indicator) for link in saved.links.all()] == [("", plan.beds)]

    def test_a_pending_calculation_is_filled_in(self, plan, draft, desk):
        Criterion.objects.filter(pk=line(draft).pk).update(pending=True)

        answer = desk.post(f"{PAGE}2/lines/1.1/", typed("save", all_or_nothing="yes", indicator=str(plan.beds.pk)))

        assert (answer.status_code, answer.url) == (302, f"{PAGE}2/")
        assert (line(draft).pending, line(draft).rule["all_or_nothing"]) == (False, True)

    def test_the_clause_is_read_again_into_the_boxes(self, plan, draft, desk):
        clause = "床位（100张以内加2分；100-300张加3分；300张以上加5分）"
        words = typed("read", clause=clause, weight="5", indicator=str(plan.beds.pk))

        page = desk.post(f"{PAGE}2/lines/1.1/", words)

        form = page.context["rule"]
        assert (form.kind, len(form.rows), form.links) == ("bands", 3, (("", plan.beds),))

    def test_a_clause_that_is_not_understood_is_said(self, draft, desk):
        page = desk.post(f"{PAGE}2/lines/1.1/", typed("read", clause="领导重视程度")).content.decode()

        assert "未能读懂条文" in page

    def test_a_new_line_takes_its_title_from_the_clause(self, draft, desk):
        page = desk.post(f"{PAGE}2/sections/1/", typed("read", title="", clause="新建睦邻点（每家加1分）", weight="5"))

        assert page.context["form"]["title"].value() == "新建睦邻点"

    def test_an_indicator_that_only_the_clause_knows_is_made_with_the_line(self, draft, desk):
        clause = "每千人拥有养老床位数不低于35张"
        read = desk.post(f"{PAGE}2/sections/1/", typed("read", title="", clause=clause, weight="5")).context
        words = {name: read["form"][name].value() for name in ("title", "new_indicator", "new_unit")}
        assert words == {"title": clause, "new_indicator": "每千人拥有养老床位数", "new_unit": "张"}
        assert not Indicator.objects.filter(name="每千人拥有养老床位数").exists()

        boxes = {"kind": "threshold", "value": "35", "points": "5", "comparator": "ge", "part": "", "indicator": ""}
        desk.post(f"{PAGE}2/sections/1/", {"act": "save", "clause": clause, "weight": "5"} | words | boxes)

        saved = Criterion.objects.get(title=clause)
        assert [(link.part, link.indicator.name, link.indicator.unit) for link in saved.links.all()] == [
            ("", "每千人拥有养老床位数", "张")
        ]

    def test_a_new_indicator_needs_one_place_that_has_none(self, plan, draft, desk):
        page = desk.post(f"{PAGE}2/lines/1.1/", typed("save", new_indicator="床位", indicator=str(plan.beds.pk)))

        assert (page.status_code, list(page.context["form"].errors)) == (422, ["new_indicator"])

    def test_rows_come_and_go(self, draft, desk):
        words = typed("more", kind="graded", grade="优", points="5")

        assert len(desk.post(f"{PAGE}2/lines/1.1/", words).context["rule"].rows) == 2
        assert [
            row[0].value for row in desk.post(f"{PAGE}2/lines/1.1/", words | {"act": "less-0"}).context["rule"].rows
        ] == [""]

    def test_what_is_wrong_is_said_and_not_saved(self, draft, desk):
        page = desk.post(
            f"{PAGE}2/lines/1.1/", typed("save", kind="deduct", points="x", step="1", side="above", remainder="dropped")
        )

        assert page.status_code == 422
        assert "“x”不是数字" in page.content.decode()
        assert line(draft).rule["kind"] == "completion"

    def test_faults_of_the_line_are_shown_as_it_is_typed(self, draft, desk):
        page = desk.post(f"{PAGE}2/lines/1.1/", typed("try"))

        assert [fault.message for fault in page.context["faults"]] == ["“床位建设”没有对应的指标。"]

    def test_is_removed(self, draft, desk):
        desk.post(f"{PAGE}2/lines/1.2/", {"act": "remove"})

        assert [one.key for one in Criterion.objects.filter(section__rubric=draft)] == ["1.1", "2.1"]

    @pytest.mark.parametrize("towns", [1, 3])
    def test_trying_takes_as_many_queries_for_more_towns(self, plan, draft, desk, django_assert_num_queries, towns):
        for _more in range(towns - 1):
            town = TownFactory(district=plan.programme.district)
            TargetFactory(indicator=plan.beds, town=town)
            plan.reports(town, 3)
        desk.get(f"{PAGE}2/lines/1.1/")

        with django_assert_num_queries(35):
            desk.get(f"{PAGE}2/lines/1.1/")


class TestComparison:
    @pytest.fixture
    def changed(self, draft):
        Criterion.objects.filter(pk=line(draft).pk).update(rule={"kind": "completion", "all_or_nothing": True})

    def test_each_town_has_points_and_place_under_both(self, draft, changed, desk):
        page = desk.get(f"{PAGE}2/compare/")

        found = [
            (row.town.name, str(row.before.score.total), str(row.after.score.total), row.before.rank, row.after.rank)
            for row in page.context["rows"]
        ]
        assert found == [
            ("友谊路街道", "75.00", "75.00", 1, 1),
            ("庙行镇", "60.00", "30.00", 3, 2),
            ("高境镇", "69.00", "21.00", 2, 3),
        ]
        lines = [
            (title, [(town.name, str(one.change)) for town, one in towns]) for title, towns in page.context["lines"]
        ]
        assert lines == [("床位建设", [("庙行镇", "-30.00"), ("高境镇", "-48.00")])]

    def test_a_line_that_is_new_or_gone_is_compared_too(self, draft, desk):
        section = line(draft).section
        line(draft, "1.2").delete()
        CriterionFactory(section=section, key="1.3", title="创新", weight=D(35), order=9)

        page = desk.get(f"{PAGE}2/compare/")

        youyi = page.context["rows"][0]
        assert [(one.title, one.before is None, one.after is None) for one in youyi.lines] == [
            ("床位建设", False, False),
            ("创新", True, False),
            ("通报批评", False, False),
            ("日常巡查", False, True),
        ]

    def test_a_renamed_line_goes_on_from_the_one_of_its_number(self, draft, desk):
        Criterion.objects.filter(pk=line(draft).pk).update(title="床位")

        assert desk.get(f"{PAGE}2/compare/").context["lines"] == []

    def test_is_exported_line_by_line(self, draft, changed, desk):
        text = desk.get(f"{PAGE}2/compare/?export=csv").content.decode("utf-8-sig").splitlines()

        assert text[:3] == [
            "街镇,评分项,现行得分,新版得分,变化,现行名次,新版名次",
            "友谊路街道,总分,75,75,0,1,1",
            "友谊路街道,床位建设,60,60,0,,",
        ]
        assert len(text) == 1 + 3 * 4

    def test_the_draft_comes_into_force_with_a_reason(self, draft, changed, desk):
        assert desk.post(f"{PAGE}2/compare/", {"reason": ""}).status_code == 422
        answer = desk.post(f"{PAGE}2/compare/", {"reason": "办法已公布"}, follow=True)

        assert "第 2 版评分细则已执行。" in answer.content.decode()
        assert answer.context["rubric"].version == 2

    def test_the_draft_stays_while_something_is_wrong(self, draft, desk):
        draft.sections.filter(number=1).update(weight=1)

        assert "草案还有须改正的问题" in desk.get(f"{PAGE}2/compare/").content.decode()
        refused = desk.post(f"{PAGE}2/compare/", {"reason": "办法已公布"}, follow=True).content.decode()
        assert re.search("草案还有 2 处问题", refused)

    def test_a_first_rubric_has_nothing_to_be_compared_with(self, plan, draft, desk):
        Rubric.objects.filter(version=1).update(state="retired")

        assert [row.before for row in desk.get(f"{PAGE}2/compare/").context["rows"]] == [None] * 3

    @pytest.mark.parametrize("towns", [1, 3])
    def test_takes_as_many_queries_for_more_towns(self, plan, draft, desk, django_assert_num_queries, towns):
        for _more in range(towns - 1):
            town = TownFactory(district=plan.programme.district)
            TargetFactory(indicator=plan.beds, town=town)
            accepted(plan.quarter, town, subject=plan.beds, value=D(3), by=plan.staff)
        desk.get(f"{PAGE}2/compare/")

        with django_assert_num_queries(30):
            desk.get(f"{PAGE}2/compare/")
