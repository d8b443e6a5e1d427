"""The pages of assessments: who sees what of it, what each form does, how many queries it takes."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from scoring.appealing import appeal, rule
from scoring.assessment_rows import rows_of, sight
from scoring.assessments import act_of, discard, finalise
from scoring.comparison import may_see_places
from scoring.models import Appeal, AppealRuling, Assessment, AssessmentAct, Result, Rubric
from tests.factories import CriterionFactory, TargetFactory, TownFactory, a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST = "/p/plan/scores/assessments/"
NOVEMBER = dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC)


def page(assessment, rest=""):
    return f"{LIST}{assessment.pk}/{rest}"


def text(response):
    return response.content.decode()


def sheet(response):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(response.getvalue())).active.rows]


class TestList:
    FORM = {
        "kind": "quarterly",
        "title": "",
        "as_of": "",
        "excellent": "90",
        "good": "80",
        "passed": "60",
        "ties": "shared",
        "appeal_days": "7",
        "key": "one",
    }

    def post(self, plan, sign_in, **said):
        return sign_in(plan.staff).post(LIST, self.FORM | {"period": plan.quarter.pk} | said)

    def test_begins_a_quarters_with_its_own_name_and_day(self, plan, sign_in):
        response = self.post(plan, sign_in)
        made = Assessment.objects.get()

        assert (response.status_code, response.url) == (302, page(made))
        assert (made.title, made.as_of, made.period) == ("2024年第三季度通报", dt.date(2024, 9, 30), plan.quarter)
        assert made.bands == [["优秀", "90"], ["良好", "80"], ["合格", "60"], ["不合格", "0"]]

    def test_begins_a_years_without_a_quarter(self, plan, sign_in):
        self.post(plan, sign_in, kind="annual", excellent="９５.5", appeal_days="10", ties="by_sections")
        made = Assessment.objects.get()

        assert (made.title, made.as_of, made.period) == ("2024年度考核", dt.date(2024, 12, 31), None)
        assert (made.bands[0], made.appeal_days, made.ties) == (["优秀", "95.5"], 10, "by_sections")

    @pytest.mark.parametrize(
        ("said", "field", "message"),
        [
            ({"period": ""}, "period", "季度通报须选择季度。"),
            ({"good": "90"}, "good", "应低于上一等次的 90。"),
            ({"passed": "80"}, "passed", "应低于上一等次的 80。"),
            ({"passed": "0"}, "passed", "应大于 0。"),
            ({"good": "八十"}, "good", "“八十”不是分值：应为最多两位小数的数字，如 5 或 2.5。"),
            ({"good": "80.001"}, "good", "“80.001”不是分值：应为最多两位小数的数字，如 5 或 2.5。"),
            ({"good": "1e9"}, "good", "“1e9”不是分值：应为最多两位小数的数字，如 5 或 2.5。"),
            ({"appeal_days": "0"}, "appeal_days", "确保该值大于或等于1。"),
            ({"appeal_days": "61"}, "appeal_days", "确保该值小于或等于60。"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, plan, sign_in, said, field, message):
        response = self.post(plan, sign_in, **said)

        assert response.status_code == 422
        assert response.context["form"].errors == {field: [message]}
        assert Assessment.objects.count() == 0

    def test_sent_twice_it_is_one(self, plan, sign_in):
        assert self.post(plan, sign_in).url == self.post(plan, sign_in).url

    def test_a_town_finds_what_is_published_and_no_form(self, plan, sign_in, official):
        plan.draft(key="b", title="草案")
        shown = plan.published()
        response = sign_in(official).get(LIST)

        assert (list(response.context["rows"]), response.context["form"]) == ([shown], None)

    @pytest.mark.parametrize(
        ("asked", "bureau", "town"),
        [
            ("", "已公布", "已公布"),
            ("?as_of=2024-10-17", "已公布", "已公布"),
            ("?as_of=2024-10-16", "草案", None),
            ("?known_on=2024-10-16", "草案", None),
            ("?as_of=2024-10-14", None, None),
        ],
    )
    def test_of_a_day_as_they_stood_then(self, plan, sign_in, official, time_machine, asked, bureau, town):
        plan.draft()
        time_machine.move_to(dt.datetime(2024, 10, 17, 2, tzinfo=dt.UTC))
        plan.published()
        time_machine.move_to(dt.datetime(2024, 10, 18, 2, tzinfo=dt.UTC))

        for user, state in ((plan.staff, bureau), (official, town)):
            rows = sign_in(user).get(LIST + asked).context["rows"]
            assert [one.state.label for one in rows] == ([state] if state else [])

    def test_leaves_as_a_file(self, plan, sign_in):
        plan.frozen()
        rows = sheet(sign_in(plan.staff).get(f"{LIST}?export=xlsx"))
        assert rows[1][:5] == ["第三季度通报", "季度通报", "2024-09-30", 1, "已冻结"]


class TestPage:
    def do(self, client, assessment, action, **said):
        fields = {f"{action}-{name}": value for name, value in said.items()}
        return client.post(page(assessment), {"action": action} | fields)

    def test_a_draft_names_what_waits(self, plan, sign_in):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        assert "测评：各街镇" in text(sign_in(plan.staff).get(page(plan.draft())))

    @pytest.mark.parametrize(("state", "told"), [("in_force", False), ("retired", True)])
    def test_a_draft_by_a_retired_rubric_says_so(self, plan, sign_in, state, told):
        draft = plan.draft()
        Rubric.objects.update(state=state)
        assert ("评分细则第 1 版已不再执行" in text(sign_in(plan.staff).get(page(draft)))) is told

    def test_a_frozen_one_names_it_as_well(self, plan, sign_in):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        draft, client = plan.draft(), sign_in(plan.staff)

        blocked = self.do(client, draft, "freeze", reason="")
        assert (blocked.status_code, plan.again(draft).state) == (422, "draft")
        assert "如仍要冻结，请填写原因：测评（庙行镇、友谊路街道、高境镇）" in text(blocked)
        assert self.do(client, draft, "freeze", reason="推迟").status_code == 302
        assert "测评：各街镇" in text(client.get(page(draft)))

    def test_goes_from_draft_to_final(self, plan, sign_in, time_machine):
        assessment, client = plan.draft(), sign_in(plan.staff)
        self.do(client, assessment, "freeze", reason="")
        self.do(client, assessment, "publish", visibility="bands")
        early = self.do(client, assessment, "finalise")
        time_machine.move_to(NOVEMBER)
        client = sign_in(plan.staff)
        self.do(client, assessment, "finalise")

        assert early.status_code == 422
        assert "申诉期到 2024-10-22（含当日）为止" in text(early)
        assert list(AssessmentAct.objects.values_list("kind", flat=True)) == ["frozen", "published", "final"]
        assert act_of(assessment, "published").visibility == "bands"

    def test_discards_with_a_reason(self, plan, sign_in):
        assessment, client = plan.draft(), sign_in(plan.staff)
        assert self.do(client, assessment, "discard", reason="").status_code == 422
        self.do(client, assessment, "discard", reason="重复")
        assert "没有结果" in text(client.get(page(assessment)))

    def test_a_form_of_another_state_is_refused_with_words(self, plan, sign_in):
        response = self.do(sign_in(plan.staff), plan.draft(), "publish", visibility="full")
        assert response.status_code == 422
        assert "考核状态已变，请核对后再操作。" in text(response)

    def test_says_what_has_changed_since(self, plan, sign_in, time_machine):
        assessment = plan.published()
        assert "没有变化" in text(sign_in(plan.staff).get(page(assessment)))
        time_machine.move_to(NOVEMBER)
        plan.reports(plan.miaohang, 8)
        shown = text(sign_in(plan.staff).get(page(assessment)))
        assert "总分 60.00 → 78.00，名次 3 → 1" in shown
        assert "床位建设 30.00 → 48.00" in shown

    def test_shows_totals_after_rulings_beside_the_frozen(self, plan, sign_in, official):
        assessment = plan.published()
        made = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
        rule(appeal=made, upheld=True, points=Decimal(45), reason="属实", by=plan.staff)
        rows = sign_in(plan.staff).get(page(assessment)).context["seen"].rows

        assert [(row.name, row.total, row.rank, row.frozen) for row in rows] == [
            ("友谊路街道", 75, 1, None),
            ("庙行镇", 75, 1, 60),
            ("高境镇", 69, 3, None),
        ]

    def test_the_frozen_text_has_the_hash_that_is_shown(self, plan, sign_in, leader):
        assessment = plan.frozen()
        document = sign_in(leader).get(page(assessment, "frozen.json")).content

        assert hashlib.sha256(document).hexdigest() == act_of(assessment, "frozen").sha256
        assert [one["name"] for one in json.loads(document)["results"]] == ["友谊路街道", "高境镇", "庙行镇"]

    def test_a_draft_has_no_frozen_text(self, plan, sign_in):
        assert sign_in(plan.staff).get(page(plan.draft(), "frozen.json")).status_code == 404

    def test_the_ranking_leaves_as_a_file(self, plan, sign_in):
        rows = sheet(sign_in(plan.staff).get(page(plan.frozen(), "?export=xlsx")))
        assert rows[:2] == [
            ["名次", "街镇", "总分", "等次", "可得分占比（%）", "工作完成", "扣分"],
            [1, "友谊路街道", 75, "合格", 83.3, 75, 0],
        ]


class TestWhatTownsSee:
    @pytest.mark.parametrize("stage", ["draft", "frozen"])
    def test_nothing_before_it_is_published(self, plan, sign_in, official, stage):
        assessment = getattr(plan, stage)()
        client = sign_in(official)
        addresses = [page(assessment), page(assessment, "towns/310113112/")]
        assert [client.get(address).status_code for address in addresses] == [404, 404]

    def test_the_lines_that_wait_in_their_own_town(self, plan, sign_in, official, neighbour):
        line = CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        plan.marks(plan.youyi, 2, line)
        assessment = plan.published(reason="测评推迟")

        shown = {user: sign_in(user).get(page(assessment)).context["waiting"] for user in (official, neighbour)}
        assert shown == {official: [("测评", ["庙行镇"])], neighbour: []}

    def test_nothing_of_one_that_was_discarded_when_frozen(self, plan, sign_in, official):
        assessment = plan.frozen()
        discard(assessment=assessment, reason="重做", by=plan.staff)
        assert sign_in(official).get(page(assessment)).status_code == 404

    def test_all_places_where_all_is_public(self, plan, sign_in, official):
        seen = sign_in(official).get(page(plan.published("full"))).context["seen"]
        assert [(row.name, row.rank) for row in seen.rows] == [("友谊路街道", 1), ("高境镇", 2), ("庙行镇", 3)]

    def test_only_its_own_where_only_that_is(self, plan, sign_in, official):
        response = sign_in(official).get(page(plan.published("own_rank")))
        assert [(row.name, row.rank) for row in response.context["seen"].rows] == [("庙行镇", 3)]
        assert "友谊路街道" not in text(response)

    def test_grades_without_ranks_where_only_they_are(self, plan, sign_in, official):
        assessment = plan.published("bands")
        response = sign_in(official).get(page(assessment))
        seen = response.context["seen"]

        assert ([row.name for row in seen.rows], seen.ranks) == (["庙行镇"], False)
        assert seen.bands == [("优秀", []), ("良好", []), ("合格", ["友谊路街道", "高境镇", "庙行镇"]), ("不合格", [])]
        assert "75.00" not in text(response)
        assert "名次" not in text(sign_in(official).get(page(assessment, "towns/310113112/")))
        assert sheet(sign_in(official).get(page(assessment, "?export=xlsx")))[1] == ["合格", "友谊路街道"]

    def test_within_a_grade_the_order_does_not_tell_the_ranks(self, plan, official):
        assessment = plan.published("bands")
        rows = rows_of(assessment)[0]
        upside_down = sight(official, assessment, rows[::-1], act_of(assessment, "published"))
        assert upside_down.bands[2] == ("合格", ["友谊路街道", "高境镇", "庙行镇"])

    @pytest.mark.parametrize(("last", "seen"), [("full", True), ("own_rank", False), ("bands", False)])
    def test_a_towns_live_place_where_the_last_publication_opened_all(self, plan, official, facility_user, last, seen):
        plan.published("bands" if seen else "full")
        plan.published(last, key="b", period=plan.half)
        assert (may_see_places(official, plan.programme), may_see_places(facility_user, plan.programme)) == (
            seen,
            False,
        )

    @pytest.mark.parametrize("visibility", ["full", "own_rank", "bands"])
    def test_never_the_lines_of_another(self, plan, sign_in, official, visibility):
        assessment = plan.published(visibility)
        assert sign_in(official).get(page(assessment, "towns/310113003/")).status_code == 404

    def test_nor_how_the_bureau_worked(self, plan, sign_in, official):
        assert sign_in(official).get(page(plan.published())).context["events"] == []

    def test_its_own_changes_since(self, plan, sign_in, official, neighbour, time_machine):
        assessment = plan.published()
        time_machine.move_to(NOVEMBER)
        plan.reports(plan.miaohang, 8)

        own = sign_in(official).get(page(assessment, "towns/310113112/"))
        other = sign_in(neighbour).get(page(assessment, "towns/310113003/"))
        assert "总分 60.00 → 78.00" in text(own)
        assert other.context["changed"] is None

    def test_its_life_from_the_publication_on(self, plan, sign_in, official, neighbour):
        assessment = plan.published()
        appeal(line=plan.line(assessment, plan.miaohang), words="庙行的话", by=official, key="k")
        address = f"/p/plan/history/assessment/{assessment.pk}/"

        assert "SHA-256" not in text(sign_in(official).get(address))
        assert "庙行的话" in text(sign_in(official).get(address))
        assert "庙行的话" not in text(sign_in(neighbour).get(address))
        assert "SHA-256" in text(sign_in(plan.staff).get(address))


class TestTownResult:
    @pytest.fixture
    def published(self, plan):
        return plan.published()

    def post(self, client, assessment, **said):
        form = {"line": "1.1", "words": "少计 5 张", "key": "k"}
        return client.post(page(assessment, "towns/310113112/"), form | said)

    def test_shows_each_line_with_what_it_was_made_from(self, published, sign_in, official):
        shown = text(sign_in(official).get(page(published, "towns/310113112/")))
        assert "完成 5张 ÷ 目标 10张 × 权重 60.00 = 30.00" in shown
        assert "（2024Q3第1版，数据日期 2024-09-30）" in shown
        assert "30：检查（记录）" in shown

    def test_a_line_leads_to_its_reports_as_known_when_it_was_frozen(self, plan, sign_in, official):
        found = sign_in(official).get(page(plan.published(), "towns/310113112/")).content.decode()
        assert "/p/plan/towns/310113112/?as_of=2024-09-30&amp;known_on=2024-10-15#line-1.1" in found

    def test_an_appeal_is_written_with_its_files(self, published, sign_in, official):
        response = self.post(sign_in(official), published, files=[a_file("一.pdf"), a_file("二.pdf")])
        made = Appeal.objects.get()

        assert response.status_code == 302
        assert (made.words, made.by, made.line.key) == ("少计 5 张", official, "1.1")
        assert [file.name for file in made.files.all()] == ["一.pdf", "二.pdf"]

    def test_a_form_sent_twice_is_one_appeal_and_no_error(self, published, sign_in, official):
        client = sign_in(official)
        codes = [self.post(client, published).status_code for _twice in range(2)]
        assert (codes, Appeal.objects.count()) == ([302, 302], 1)

    def test_an_old_form_for_another_line_is_told(self, published, sign_in, official):
        client = sign_in(official)
        self.post(client, published)
        response = self.post(client, published, line="1.2")
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["__all__"])

    def test_the_line_of_the_address_is_chosen(self, published, sign_in, official):
        shown = text(sign_in(official).get(page(published, "towns/310113112/?line=1.2")))
        assert '<option value="1.2" selected>日常巡查</option>' in shown

    def test_lines_without_anything_to_gain_are_not_offered(self, published, sign_in, official):
        form = sign_in(official).get(page(published, "towns/310113112/")).context["form"]
        assert [label for _key, label in form.fields["line"].choices][1:] == ["床位建设", "日常巡查"]

    @pytest.mark.parametrize(
        ("said", "field"), [({"line": "9.9"}, "line"), ({"words": " "}, "words"), ({"line": ""}, "line")]
    )
    def test_what_is_wrong_is_told_at_its_field(self, published, sign_in, official, said, field):
        response = self.post(sign_in(official), published, **said)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])

    def test_a_file_that_is_not_taken_is_told(self, published, sign_in, official):
        response = self.post(sign_in(official), published, files=[a_file("a.exe", b"MZ")])
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["files"])
        assert Appeal.objects.count() == 0

    def test_after_the_last_day_there_is_no_form_and_a_late_one_is_told(
        self, published, sign_in, official, time_machine
    ):
        time_machine.move_to(NOVEMBER)
        client = sign_in(official)
        assert client.get(page(published, "towns/310113112/")).context["form"] is None
        late = self.post(client, published)
        assert (late.status_code, Appeal.objects.count()) == (422, 0)
        assert "申诉期已于 2024-10-22 结束。" in text(late)

    def test_the_lines_leave_as_a_file(self, plan, published, sign_in, official):
        appeal(line=plan.line(published, plan.miaohang), words="少计", by=official, key="k")
        rows = sheet(sign_in(official).get(page(published, "towns/310113112/?export=xlsx")))
        assert [row[:4] + row[8:9] for row in rows[1:]] == [
            ["工作完成", "床位建设", 60, 30, "待裁定"],
            ["工作完成", "日常巡查", 35, 30, ""],
            ["扣分", "通报批评", -10, 0, ""],
        ]


class TestAppealPage:
    @pytest.fixture
    def lodged(self, plan, official):
        assessment = plan.published()
        line = plan.line(assessment, plan.miaohang)
        return appeal(line=line, words="少计 5 张", by=official, key="k", files=[a_file()])

    def address(self, lodged, rest=""):
        return page(lodged.line.result.assessment, f"appeals/{lodged.pk}/{rest}")

    def test_shows_the_words_and_the_file_to_the_town_and_the_bureau(self, lodged, sign_in, official, leader):
        for user in (official, leader):
            response = sign_in(user).get(self.address(lodged))
            assert ("少计 5 张" in text(response), response.context["form"]) == (True, None)
            file = sign_in(user).get(self.address(lodged, f"files/{lodged.files.get().pk}/"))
            assert file.getvalue() == b"%PDF-1.7 evidence"

    def test_is_not_there_for_the_neighbour(self, lodged, sign_in, neighbour):
        addresses = [self.address(lodged), self.address(lodged, f"files/{lodged.files.get().pk}/")]
        assert [sign_in(neighbour).get(address).status_code for address in addresses] == [404, 404]

    def test_the_bureau_rules(self, lodged, sign_in, staff):
        form = {"outcome": "upheld", "points": "45.5", "reason": "属实"}
        assert sign_in(staff).post(self.address(lodged), form).status_code == 302
        ruling = AppealRuling.objects.get()
        assert (ruling.outcome, ruling.points, ruling.reason, ruling.by) == ("upheld", Decimal("45.50"), "属实", staff)

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"outcome": "", "reason": "属实"}, "outcome"),
            ({"outcome": "refused", "reason": ""}, "reason"),
            ({"outcome": "refused", "points": "5", "reason": "不符"}, "points"),
            ({"outcome": "upheld", "reason": "属实"}, "__all__"),
            ({"outcome": "upheld", "points": "61", "reason": "属实"}, "__all__"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, lodged, sign_in, staff, form, field):
        response = sign_in(staff).post(self.address(lodged), form)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert AppealRuling.objects.count() == 0

    def test_a_second_ruling_is_refused_with_words(self, lodged, sign_in, staff):
        rule(appeal=lodged, upheld=False, reason="不符", by=staff)
        response = sign_in(staff).post(self.address(lodged), {"outcome": "refused", "reason": "再裁"})
        assert response.status_code == 422
        assert "该申诉已有裁定，不能更改。" in text(response)

    def test_a_file_of_another_appeal_is_not_there(self, lodged, plan, sign_in, official):
        line = plan.line(lodged.line.result.assessment, plan.miaohang, "1.2")
        other = appeal(line=line, words="另一项", by=official, key="o")
        assert sign_in(official).get(self.address(other, f"files/{lodged.files.get().pk}/")).status_code == 404

    def test_appeals_leave_as_a_file(self, lodged, sign_in, staff):
        rule(appeal=lodged, upheld=False, reason="不符", by=staff)
        rows = sheet(sign_in(staff).get(page(lodged.line.result.assessment, "?export=xlsx&list=appeals")))
        assert rows[1][:4] + rows[1][6:9] == ["庙行镇", "床位建设", 30, "少计 5 张", "不予支持", "", "不符"]


class TestQueries:
    """As many for three towns and three appeals as for four of each."""

    def grow(self, plan):
        town = TownFactory(district=plan.programme.district, code="310113113", name="淞南镇")
        TargetFactory(indicator=plan.beds, town=town)
        plan.reports(town, 4)
        plan.marks(town, 3)

    def count(self, client, address):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("who", ["staff", "official"])
    @pytest.mark.parametrize("rest", ["", "towns/310113112/"])
    def test_pages_do_not_grow_with_towns_and_appeals(self, plan, sign_in, official, who, rest, request):
        client = sign_in(request.getfixturevalue(who))
        small = plan.published()
        appeal(line=plan.line(small, plan.miaohang), words="少计", by=official, key="k")
        first = self.count(client, page(small, rest))
        self.grow(plan)
        large = plan.published(key="large", title="另一次", period=plan.half)
        for number, key in enumerate(("1.1", "1.2")):
            appeal(line=plan.line(large, plan.miaohang, key), words="少计", by=official, key=f"l{number}")

        assert self.count(client, page(large, rest)) == first

    def test_the_list_does_not_grow(self, plan, sign_in):
        client = sign_in(plan.staff)
        plan.draft()
        first = self.count(client, LIST)
        plan.draft(key="b")
        plan.published(key="c")
        assert self.count(client, LIST) == first

    def test_freezing_writes_in_as_many_statements_however_many_towns_there_are(self, plan):
        with CaptureQueriesContext(connection) as few:
            plan.frozen()
        self.grow(plan)
        with CaptureQueriesContext(connection) as more:
            plan.frozen(key="b", period=plan.half)
        assert len(more) <= len(few)
        assert Result.objects.count() == 7


def test_final_totals_stay_beside_the_frozen(plan, sign_in, official, time_machine):
    assessment = plan.published()
    made = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
    rule(appeal=made, upheld=True, points=Decimal(45), reason="属实", by=plan.staff)
    time_machine.move_to(NOVEMBER)
    finalise(assessment=assessment, by=plan.staff)

    shown = text(sign_in(official).get(page(assessment, "towns/310113112/")))
    assert "裁定由 30.00 分调整为 45.00 分" in shown
    assert "裁定前 60.00" in shown
