"""The papers of a frozen assessment: their words are counted from the stored rows, and nothing else is in them."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from scoring.appealing import appeal, rule
from scoring.assessments import discard, draft, finalise, freeze
from scoring.documents.bulletin import bulletin, notice
from scoring.documents.letters import letters_of
from scoring.documents.results import results_of
from scoring.documents.summary import summary
from scoring.models import Assessment
from tests.factories import CriterionFactory, ProgrammeFactory, RubricFactory, SectionFactory, TaskFactory, TownFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

D = Decimal
LIST = "/p/plan/scores/assessments/"
NOVEMBER = dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC)


def read(content):
    return docx.Document(BytesIO(content))


def text(content):
    """Its paragraphs that say something."""
    return [line.text for line in read(content).paragraphs if line.text]


def rows(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def after(lines, heading):
    """What stands under a heading, up to the next one."""
    at = next(number for number, line in enumerate(lines) if line.endswith(f"、{heading}"))
    end = next(
        (n for n, line in enumerate(lines[at + 1 :], at + 1) if line[1:2] == "、" or line.startswith("特此")), None
    )
    return lines[at + 1 : end]


class TestBulletin:
    def test_begins_as_a_letter_to_the_towns(self, plan):
        plan.programme.issuer, plan.programme.notice_title = "上海市宝山区民政局", "关于下达任务的通知"
        plan.programme.document_number = "宝民〔2024〕1号"
        plan.programme.save()

        assert text(bulletin(results_of(plan.published())))[:5] == [
            "上海市宝山区民政局文件",
            "〔2024〕　　号",
            "关于2024年第三季度养老服务重点任务考核情况的通报",
            "各街镇：",
            "根据《关于下达任务的通知》（宝民〔2024〕1号）及其考核评分细则，对各街镇截至2024年9月30日的工作完成情况进行了考核。"
            "数据以审核通过的填报为准，按评分细则逐项计算。现将有关情况通报如下：",
        ]

    def test_tells_totals_and_grades(self, plan):
        assert after(text(bulletin(results_of(plan.published()))), "总体情况") == [
            "本次考核共3个街镇，平均68.00分，中位数69.00分；最高为友谊路街道（75.00分），最低为庙行镇（60.00分），相差15.00分。",
            "按等次分，优秀0个；良好0个；合格3个（友谊路街道、高境镇、庙行镇）；不合格0个。",
            "各街镇总分",
        ]

    def test_tells_where_points_were_lost(self, plan):
        lines = text(bulletin(results_of(plan.published())))

        assert after(lines, "各部分得分情况") == [
            "（一）工作完成。权重90分，平均得68.00分，得分率75.6%；最高为友谊路街道（75.00分），最低为庙行镇（60.00分）。",
            "（二）扣分。没有街镇被扣分。",
        ]
        assert after(lines, "区分度与失分情况") == [
            "街镇间差距最大的评分项为“床位建设”（30.00至60.00分）、“日常巡查”（15.00至30.00分）。",
            "得分率最低的评分项依次为：“日常巡查”（权重35分，平均22.00分）；“床位建设”（权重60分，平均46.00分）。",
        ]

    def test_names_what_waited_and_why_it_went_on(self, plan):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", weight=D(5), order=9)
        assessment = plan.draft()
        freeze(assessment=assessment, by=plan.staff, reason="测评推迟")
        lines = after(text(bulletin(results_of(plan.again(assessment)))), "区分度与失分情况")

        assert lines[-1] == "以下评分项冻结时尚待填报或评定：“测评”（各街镇）。说明：测评推迟。"
        assert "测评" not in lines[1]

    def test_tells_who_was_late(self, plan):
        lines = text(bulletin(results_of(plan.published())))
        assert after(lines, "填报情况") == ["应填报街镇3个，逾期填报3个（庙行镇、友谊路街道、高境镇）；均已报全。"]

    def test_tells_of_losses_and_equal_totals(self, plan):
        plan.marks(plan.miaohang, 5, plan.loss)
        for town, more in ((plan.gaojing, 27), (plan.youyi, 15)):
            plan.marks(town, more)
        lines = text(bulletin(results_of(plan.published())))

        assert "（二）扣分。1个街镇被扣分（庙行镇），合计5.00分。" in lines
        assert after(lines, "总体情况")[0].endswith(
            "最高为友谊路街道、高境镇（75.00分），最低为庙行镇（55.00分），相差20.00分。"
        )

    def test_its_tables_hold_places_and_lines(self, plan):
        places, lines = read(bulletin(results_of(plan.published()))).tables

        assert rows(places) == [
            ["名次", "街镇", "工作完成\n90分", "扣分\n-10分", "总分", "等次"],
            ["1", "友谊路街道", "75.00", "0.00", "75.00", "合格"],
            ["2", "高境镇", "69.00", "0.00", "69.00", "合格"],
            ["3", "庙行镇", "60.00", "0.00", "60.00", "合格"],
        ]
        assert rows(lines)[1] == ["工作完成", "床位建设", "60", "46.00", "60.00", "30.00", "1"]

    def test_its_chart_is_a_picture(self, plan):
        paper = read(bulletin(results_of(plan.published())))
        (shape,) = paper.inline_shapes
        picture = paper.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]

        assert (picture.content_type, picture.blob[:4]) == ("image/png", b"\x89PNG")

    def test_has_no_date_and_no_appeals_before_it_is_published(self, plan):
        lines = text(bulletin(results_of(plan.frozen())))

        assert "　　　　年　　月　　日" in lines
        assert [line for line in lines if "申诉" in line] == []

    def test_is_chinese_for_every_reader(self, plan):
        results = results_of(plan.published())
        with translation.override("en"):
            assert text(bulletin(results)) == text(bulletin(results))
            assert "本次考核共3个街镇" in "".join(text(bulletin(results)))

    def test_made_up_data_is_said_on_every_page(self, plan):
        plan.programme.demo = True
        plan.programme.save()
        header = read(bulletin(results_of(plan.published()))).sections[0].header

        assert header.paragraphs[0].text == "演示数据，不是真实填报"

    def test_a_later_correction_changes_no_word(self, plan, time_machine):
        assessment = plan.published()
        before = text(bulletin(results_of(assessment)))
        time_machine.move_to(NOVEMBER, tick=False)
        plan.reports(plan.miaohang, 10)
        plan.marks(plan.gaojing, 1)

        assert text(bulletin(results_of(assessment))) == before


class TestRulings:
    @pytest.fixture
    def ruled(self, plan, official):
        """The line 床位建设 of 庙行镇 is ruled from 30 to 50: its total is 80 and it leads."""
        assessment = plan.published()
        lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
        rule(appeal=lodged, upheld=True, points=D(50), reason="验收单", by=plan.staff)
        return assessment

    def test_papers_tell_the_ruled_points_and_places(self, plan, ruled):
        paper = bulletin(results_of(ruled))

        assert after(text(paper), "申诉和裁定") == [
            "收到申诉1件，支持1件，不予支持0件。其中庙行镇“床位建设”由30.00分调整为50.00分。"
        ]
        assert rows(read(paper).tables[0])[1] == ["1", "庙行镇", "80.00", "0.00", "80.00", "良好"]

    def test_the_final_ones_are_told_from_what_is_stored(self, plan, ruled, time_machine):
        time_machine.move_to(NOVEMBER, tick=False)
        finalise(assessment=ruled, by=plan.staff)
        lines = text(bulletin(results_of(plan.again(ruled))))

        assert "最高为庙行镇（80.00分）" in after(lines, "总体情况")[0]
        assert "2024年11月1日" in lines

    def test_an_open_and_a_refused_appeal_are_counted(self, plan, official):
        assessment = plan.published()
        plain = {"words": "少计", "by": official}
        refused = appeal(line=plan.line(assessment, plan.miaohang), key="1", **plain)
        appeal(line=plan.line(assessment, plan.miaohang, "1.2"), key="2", **plain)
        rule(appeal=refused, upheld=False, reason="不属实", by=plan.staff)

        lines = text(bulletin(results_of(assessment)))
        assert after(lines, "申诉和裁定") == ["收到申诉2件，支持0件，不予支持1件，尚未裁定1件。"]


class TestYear:
    @pytest.fixture
    def year(self, plan):
        section = SectionFactory(rubric=plan.rubric, number=3, title="加分", weight=D(5))
        bonus = CriterionFactory(section=section, key="3.1", title="试点", weight=D(5), rule={"kind": "bonus"}, order=4)
        plan.marks(plan.gaojing, 2, bonus)
        plan.marks(plan.miaohang, 4, plan.loss)
        return plan.frozen(kind="annual", period=None, title="2024年度考核", as_of=dt.date(2024, 10, 1))

    def test_the_notice_tells_grades_and_what_was_added_and_taken(self, year):
        lines = text(notice(results_of(year)))

        assert lines[2] == "关于2024年度养老服务工作考核结果的通报"
        assert after(lines, "考核结果")[:2] == [
            "等次按总分确定：优秀90分及以上，良好80分及以上，合格60分及以上，其余为不合格。",
            "按等次分，优秀0个；良好0个；合格2个（友谊路街道、高境镇）；不合格1个（庙行镇）。",
        ]
        assert after(lines, "加分和扣分") == [
            "加分情况：“试点”：高境镇2.00分。",
            "扣分情况：“通报批评”：庙行镇4.00分。",
        ]
        assert "（三）加分。1个街镇获加分（高境镇），合计2.00分。" in lines

    def test_the_summary_tells_indicators_over_the_district(self, year):
        paper = read(summary(results_of(year)))

        assert rows(paper.tables[1]) == [
            ["指标", "全区目标", "全区实际", "完成率", "达标街镇"],
            ["床位", "30张", "23张", "76.7%", "1/3"],
        ]
        lines = [line.text for line in paper.paragraphs]
        assert after(lines, "指标完成情况") == ["分解到街镇的指标1项，所有街镇均完成目标的0项。"]
        assert after(lines, "任务完成情况") == ["本方案没有任务清单。"]
        assert "有街镇未完成目标的指标1项：床位（2个街镇）。" in lines

    def test_the_summary_lists_the_tasks_that_lag(self, plan, year):
        TaskFactory(
            programme=plan.programme, number=7, title="建设床位", category="实事项目", due_on=dt.date(2024, 9, 1)
        )
        paper = read(summary(results_of(year)))

        assert rows(paper.tables[3]) == [
            ["序号", "任务", "完成期限", "进度", "亮灯"],
            ["7", "建设床位", "2024年9月1日", "—", "逾期"],
        ]
        assert "全年共1项任务，已完成0项，完成率0%。其中：实事项目1项、完成0项。" in [
            line.text for line in paper.paragraphs
        ]

    def test_the_summary_is_as_known_when_it_was_frozen(self, plan, year, time_machine):
        before = rows(read(summary(results_of(year))).tables[1])
        time_machine.move_to(NOVEMBER, tick=False)
        plan.reports(plan.miaohang, 10)
        assert rows(read(summary(results_of(year))).tables[1]) == before


class TestWhichLetters:
    def test_follow_from_its_kind(self, plan):
        year = {"kind": "annual", "period": None, "as_of": dt.date(2024, 10, 1), "key": "b"}

        assert list(letters_of(plan.frozen())) == ["bulletin"]
        assert list(letters_of(plan.frozen(**year))) == ["notice", "summary"]

    def test_there_are_none_of_a_draft_and_of_a_discarded_one(self, plan):
        given_up = plan.frozen(key="b")
        discard(assessment=given_up, reason="数据有误", by=plan.staff)
        assert [letters_of(one) for one in (plan.draft(), plan.again(given_up))] == [{}, {}]


class TestViews:
    def get(self, client, assessment, rest):
        return client.get(f"{LIST}{assessment.pk}/{rest}")

    def test_the_bureau_downloads_the_bulletin(self, plan, sign_in):
        response = self.get(sign_in(plan.staff), plan.frozen(), "documents/bulletin.docx")

        assert (response.status_code, text(response.content)[3]) == (200, "各街镇：")
        assert "filename*=utf-8''" in response["Content-Disposition"]

    @pytest.mark.parametrize("rest", ["documents/bulletin.docx", "results.xlsx"])
    def test_a_draft_has_no_papers(self, plan, sign_in, rest):
        assert self.get(sign_in(plan.staff), plan.draft(), rest).status_code == 404

    @pytest.mark.parametrize(
        "rest", ["documents/bulletin.docx", "results.xlsx", "towns/310113112/sheet.docx", "towns/310113112/print/"]
    )
    def test_nor_has_one_that_was_discarded(self, plan, sign_in, rest):
        assessment = plan.frozen()
        discard(assessment=assessment, reason="数据有误", by=plan.staff)
        client = sign_in(plan.staff)

        assert self.get(client, assessment, rest).status_code == 404
        assert "sheet.docx" not in self.get(client, assessment, "towns/310113112/").content.decode()

    def test_nor_has_one_without_any_town(self, plan, sign_in, stranger):
        programme = ProgrammeFactory(slug="empty", district=stranger.district)
        SectionFactory(rubric=RubricFactory(programme=programme))
        facts = {"kind": "annual", "title": "年度", "as_of": dt.date(2024, 10, 1), "by": stranger, "key": "e"}
        assessment = draft(programme=programme, **facts)
        freeze(assessment=assessment, by=stranger)
        page = f"/p/empty/scores/assessments/{assessment.pk}/"
        found = [sign_in(stranger).get(f"{page}{rest}") for rest in ("", "documents/notice.docx", "results.xlsx")]

        assert [one.status_code for one in found] == [200, 404, 404]
        assert "notice.docx" not in found[0].content.decode()

    @pytest.mark.parametrize("letter", ["notice", "summary", "anything"])
    def test_a_quarter_has_no_paper_of_a_year(self, plan, sign_in, letter):
        assert self.get(sign_in(plan.staff), plan.frozen(), f"documents/{letter}.docx").status_code == 404

    def test_the_page_leads_to_them_where_they_may_be_had(self, plan, sign_in, official):
        assessment = plan.published()
        link = f"{LIST}{assessment.pk}/documents/bulletin.docx"
        shown = [link in self.get(sign_in(user), assessment, "").content.decode() for user in (plan.staff, official)]
        assert shown == [True, False]

    @pytest.mark.parametrize(("visibility", "told"), [("full", True), ("own_rank", True), ("bands", False)])
    def test_a_town_reads_its_rank_where_it_is_public(self, plan, sign_in, official, visibility, told):
        assessment = plan.published(visibility)
        sheet = self.get(sign_in(official), assessment, "towns/310113112/sheet.docx").content
        page = self.get(sign_in(official), assessment, "towns/310113112/print/").content.decode()

        assert ("第3名（共3个街镇）" in text(sheet)[1], "第 3 名，共 3 个街镇" in page) == (told, told)

    def test_its_sheet_tells_every_line_with_how_it_came_about(self, plan, sign_in, official):
        sheet = self.get(sign_in(official), plan.published(), "towns/310113112/sheet.docx").content

        assert rows(read(sheet).tables[0])[:2] == [
            ["考核内容", "评分项", "权重", "得分", "计算"],
            ["工作完成", "床位建设", "60", "30.00", "完成 5张 ÷ 目标 10张 × 权重 60.00 = 30.00"],
        ]

    def test_a_ruled_line_says_so(self, plan, sign_in, official):
        assessment = plan.published()
        lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
        rule(appeal=lodged, upheld=True, points=D(50), reason="验收单", by=plan.staff)
        sheet = self.get(sign_in(official), assessment, "towns/310113112/sheet.docx").content

        assert rows(read(sheet).tables[0])[1][3:] == [
            "50.00",
            "完成 5张 ÷ 目标 10张 × 权重 60.00 = 30.00；裁定由30.00分调整为50.00分",
        ]
        assert "裁定前总分60.00分。" in text(sheet)[2]

    @pytest.mark.parametrize(("make", "count"), [(bulletin, 16), (notice, 8), (summary, 15)])
    def test_a_letter_takes_as_many_queries_for_more_towns(self, plan, make, count):
        one = {} if make is bulletin else {"kind": "annual", "period": None, "as_of": dt.date(2024, 10, 1)}
        found = [self.queries(plan.frozen(**one), make)]
        discard(assessment=Assessment.objects.get(), reason="再算", by=plan.staff)
        for number in range(3):
            town = TownFactory(district=plan.programme.district, code=f"31011320{number}")
            plan.reports(town, 3)
            plan.marks(town, 5)
        assert [*found, self.queries(plan.frozen(key="b", **one), make)] == [count, count]

    def queries(self, assessment, make):
        with CaptureQueriesContext(connection) as found:
            make(results_of(assessment))
        return len(found)
