"""An assessment from draft to final: what each step stores, refuses and never changes again."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import translation

from scoring import assessments
from scoring.appealing import appeal, rule
from scoring.assessments import AssessmentError, StillWaiting, discard, finalise, freeze, live, publish
from scoring.grading import Band
from scoring.models import Assessment, AssessmentAct, FinalResult, Mark, Result, ResultLine, Ties
from tasks.models import Notification
from tasks.models.report import LedgerError
from tests.factories import CriterionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

# 庙行镇 5/10×60 + 30 = 60; 友谊路街道 60 + 15 = 75; 高境镇 8/10×60 + 21 = 69.
AS_FROZEN = [("友谊路街道", "75.00", 1, "合格"), ("高境镇", "69.00", 2, "合格"), ("庙行镇", "60.00", 3, "合格")]


class TestDraft:
    def test_follows_the_ledger_until_it_is_frozen(self, plan):
        draft = plan.draft()
        before = [(row.town.name, row.score.total, row.rank) for row in live(draft)]
        plan.reports(plan.miaohang, 10)

        assert before == [("庙行镇", Decimal(60), 3), ("友谊路街道", Decimal(75), 1), ("高境镇", Decimal(69), 2)]
        assert [(row.score.total, row.rank) for row in live(draft)] == [(90, 1), (75, 2), (69, 3)]
        assert Result.objects.count() == 0

    def test_takes_the_rubric_in_force_and_its_policy(self, plan):
        plan.rubric.no_target = "full"
        plan.rubric.save()

        draft = plan.draft()

        assert (draft.rubric, draft.no_target, draft.state) == (plan.rubric, "full", "draft")

    def test_the_same_sent_twice_is_one(self, plan):
        assert plan.draft() == plan.draft()

    def test_a_spent_key_with_other_content_is_refused(self, plan):
        plan.draft()
        with pytest.raises(AssessmentError, match="已提交过"):
            plan.draft(title="另一次")

    def test_needs_a_rubric_in_force(self, plan):
        plan.rubric.state = "retired"
        plan.rubric.save()
        with pytest.raises(AssessmentError, match="没有执行中的评分细则"):
            plan.draft()

    @pytest.mark.parametrize("lowest", ["0.01", "-1"])
    def test_needs_bands_that_every_total_has_one_of(self, plan, lowest):
        with pytest.raises(AssessmentError, match="末等从 0 分起"):
            plan.draft(bands=[Band("优秀", Decimal(90)), Band("其他", Decimal(lowest))])

    @pytest.mark.parametrize(("day", "right"), [("2023-12-31", False), ("2024-01-01", True), ("2025-12-31", True)])
    def test_its_day_is_of_the_programmes_year_or_the_next(self, plan, day, right):
        if right:
            assert str(plan.draft(as_of=dt.date.fromisoformat(day)).as_of) == day
        else:
            with pytest.raises(AssessmentError, match=f"应在 2024 年或次年，现为 {day}。"):
                plan.draft(as_of=dt.date.fromisoformat(day))

    def test_nor_is_it_of_a_later_one(self, plan):
        with pytest.raises(AssessmentError, match="应在 2024 年或次年"):
            plan.draft(as_of=dt.date(2026, 1, 1))

    @pytest.mark.parametrize("said", [{"period": None}, {"kind": "annual"}, {"title": " "}, {"appeal_days": 0}])
    def test_the_database_itself_refuses_what_makes_no_sense(self, plan, said):
        with pytest.raises(IntegrityError):
            plan.draft(**said)


class TestFreeze:
    def test_stores_totals_ranks_and_grades(self, plan, places):
        assert places(plan.frozen().results.all()) == AS_FROZEN

    def test_stores_each_line_with_what_it_was_made_from(self, plan):
        report = plan.reports(plan.miaohang, 6)
        line = plan.line(plan.frozen(), plan.miaohang)

        assert (line.points, line.weight, line.status, line.pending, line.rule) == (
            36,
            60,
            "computed",
            False,
            plan.by_beds.rule,
        )
        assert line.explanation == "完成 6张 ÷ 目标 10张 × 权重 60.00 = 36.00"
        assert line.inputs["figures"][""] == {
            "name": "床位",
            "unit": "张",
            "value": "6",
            "target": "10",
            "comparator": "ge",
            "text_target": "",
            "indicator": "01",
            "report": {"id": report.pk, "period": "2024Q3", "revision": 2, "as_at": "2024-09-30"},
        }

    def test_stores_each_mark(self, plan):
        line = plan.line(plan.frozen(), plan.miaohang, "1.2")
        mark = Mark.objects.get(town=plan.miaohang)

        said = {"reason": "检查", "document": "记录", "given_on": "2024-09-30"}
        about = {
            "mark": mark.pk,
            "points": "30",
            "by": "养老服务科",
            "level": "",
            "matter": "",
            "facility": "",
            "files": [],
        }
        assert line.inputs["awards"] == [
            {
                "points": "30",
                "reason": "检查",
                "source": "记录",
                "grade": "",
                "given_on": "2024-09-30",
                "marks": [said | about],
            }
        ]

    def test_says_who_when_and_as_known_on_which_day(self, plan, october):
        act = plan.frozen().acts.get()

        assert (act.kind, act.by, act.at, act.known_on, act.reason) == (
            "frozen",
            plan.staff,
            october,
            dt.date(2024, 10, 15),
            "",
        )

    def test_what_was_accepted_later_changes_nothing(self, plan, places):
        assessment = plan.frozen()
        plan.reports(plan.miaohang, 10)

        assert places(assessment.results.all()) == AS_FROZEN

    @pytest.mark.parametrize("model", [Assessment, AssessmentAct, Result, ResultLine])
    @pytest.mark.parametrize("change", ["save", "delete"])
    def test_nothing_of_it_can_be_changed(self, plan, model, change):
        plan.frozen()
        with pytest.raises(LedgerError):
            getattr(model.objects.first(), change)()

    def test_happens_once(self, plan):
        assessment = plan.frozen()
        with pytest.raises(AssessmentError, match="考核已冻结，不能冻结"):
            freeze(assessment=assessment, by=plan.staff)
        assert Result.objects.count() == 3

    def test_a_line_that_waits_blocks_it_and_is_named_with_its_towns(self, plan):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        with pytest.raises(StillWaiting, match="测评（庙行镇、友谊路街道、高境镇）") as blocked:
            plan.frozen()

        assert blocked.value.lines == [("测评", ["庙行镇", "友谊路街道", "高境镇"])]
        assert (Result.objects.count(), AssessmentAct.objects.count()) == (0, 0)

    def test_unless_the_bureau_says_why(self, plan):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        act = freeze(assessment=plan.draft(), by=plan.staff, reason=" 测评推迟到下季度 ")

        assert act.reason == "测评推迟到下季度"
        assert plan.line(plan.draft(), plan.youyi, "1.3").status == "awaiting"

    def test_a_blank_reason_is_none(self, plan):
        CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
        with pytest.raises(StillWaiting):
            freeze(assessment=plan.draft(), by=plan.staff, reason=" \n")

    def test_waits_for_its_day_which_counts(self, plan):
        today = dt.date(2024, 10, 15)
        with pytest.raises(AssessmentError, match="2024-10-16 还没有到"):
            freeze(assessment=plan.draft(key="b", as_of=today + dt.timedelta(days=1)), by=plan.staff)
        assert freeze(assessment=plan.draft(key="c", as_of=today), by=plan.staff).kind == "frozen"

    def test_writes_the_portals_own_language_whoever_freezes(self, plan):
        with translation.override("en"):
            line = plan.line(plan.frozen(), plan.miaohang, "2.1")
        assert line.explanation == "无扣分"


class TestPlaces:
    def test_equal_totals_share_a_rank(self, plan):
        plan.marks(plan.gaojing, 27)  # 48 + 27 = 75, as 友谊路街道
        ranks = dict(plan.frozen().results.values_list("name", "rank"))

        assert ranks == {"高境镇": 1, "友谊路街道": 1, "庙行镇": 3}

    def test_unless_the_rule_is_to_compare_sections(self, plan):
        plan.marks(plan.gaojing, 30)  # 48 + 30 - 3 = 75: as much, but more for its work
        plan.marks(plan.gaojing, 3, plan.loss)
        ranks = dict(plan.frozen(ties=Ties.BY_SECTIONS).results.values_list("name", "rank"))

        assert ranks == {"高境镇": 1, "友谊路街道": 2, "庙行镇": 3}

    def test_a_band_includes_its_lower_number(self, plan):
        bands = [Band("优秀", Decimal(75)), Band("良好", Decimal("60.01")), Band("合格", Decimal(0))]
        grades = dict(plan.frozen(bands=bands).results.values_list("name", "grade"))

        assert grades == {"友谊路街道": "优秀", "高境镇": "良好", "庙行镇": "合格"}


class TestPublish:
    def test_says_what_towns_see_and_until_when_they_may_appeal(self, plan):
        act = assessments.act_of(plan.published("own_rank"), "published")
        assert (act.visibility, act.appeal_until) == ("own_rank", dt.date(2024, 10, 22))

    def test_takes_the_assessments_own_number_of_days(self, plan):
        act = assessments.act_of(plan.published(appeal_days=3), "published")
        assert act.appeal_until == dt.date(2024, 10, 18)

    def test_follows_freezing(self, plan):
        with pytest.raises(AssessmentError, match="考核草案，不能公布"):
            publish(assessment=plan.draft(), visibility="full", by=plan.staff)

    def test_tells_the_towns(self, plan, official, neighbour, leader):
        assessment = plan.published()
        told = Notification.objects.filter(kind="assessment").order_by("user__username")

        assert [(one.user, one.url) for one in told] == [
            (neighbour, f"/p/plan/scores/assessments/{assessment.pk}/"),
            (official, f"/p/plan/scores/assessments/{assessment.pk}/"),
        ]

    def test_not_those_of_another_district(self, plan, stranger):
        elsewhere = UserFactory(username="elsewhere", district=stranger.district)
        plan.published()
        assert Notification.objects.filter(user__in=[stranger, elsewhere]).count() == 0


class TestDiscard:
    @pytest.mark.parametrize("stage", ["draft", "frozen"])
    def test_gives_up_what_is_not_published_with_a_reason(self, plan, stage):
        assessment = getattr(plan, stage)()
        discard(assessment=assessment, reason=" 日期错误 ", by=plan.staff)

        assert plan.again(assessment).state == "discarded"
        assert assessments.act_of(assessment, "discarded").reason == "日期错误"

    def test_needs_the_reason(self, plan):
        with pytest.raises(AssessmentError, match="必须填写原因"):
            discard(assessment=plan.draft(), reason=" ", by=plan.staff)

    def test_never_what_was_published(self, plan):
        with pytest.raises(AssessmentError, match="考核已公布，不能作废"):
            discard(assessment=plan.published(), reason="错误", by=plan.staff)


class TestFinalise:
    @pytest.fixture
    def appealed(self, plan, official):
        assessment = plan.published()
        line = plan.line(assessment, plan.miaohang)
        return assessment, appeal(line=line, words="少计 5 张", by=official, key="k")

    def test_waits_for_the_last_day_to_appeal_to_be_over(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(dt.datetime(2024, 10, 22, 15, 59, tzinfo=dt.UTC))  # a minute before midnight here
        with pytest.raises(AssessmentError, match="申诉期到 2024-10-22（含当日）为止"):
            finalise(assessment=assessment, by=plan.staff)
        time_machine.move_to(dt.datetime(2024, 10, 22, 16, 0, tzinfo=dt.UTC))
        assert finalise(assessment=assessment, by=plan.staff).kind == "final"

    def test_waits_for_every_ruling(self, plan, appealed, time_machine):
        time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
        with pytest.raises(AssessmentError, match="还有申诉没有裁定：庙行镇 床位建设"):
            finalise(assessment=appealed[0], by=plan.staff)

    def test_places_the_towns_anew_by_what_was_ruled(self, plan, appealed, time_machine, places):
        assessment, lodged = appealed
        rule(appeal=lodged, upheld=True, points=Decimal(45), reason="补验收单", by=plan.staff)
        time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
        finalise(assessment=assessment, by=plan.staff)

        finals = FinalResult.objects.select_related("result")
        assert [(one.result.name, str(one.total), one.rank, one.grade) for one in finals] == [
            ("友谊路街道", "75.00", 1, "合格"),
            ("庙行镇", "75.00", 1, "合格"),
            ("高境镇", "69.00", 3, "合格"),
        ]
        assert places(assessment.results.all()) == AS_FROZEN

    def test_without_rulings_all_stays(self, plan, time_machine):
        assessment = plan.published()
        time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
        finalise(assessment=assessment, by=plan.staff)

        assert [
            (one.result.name, str(one.total), one.rank, one.grade) for one in FinalResult.objects.all()
        ] == AS_FROZEN

    def test_tells_the_towns(self, plan, official, time_machine):
        assessment = plan.published()
        time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
        finalise(assessment=assessment, by=plan.staff)

        facts = [one.facts for one in Notification.objects.filter(user=official, kind="assessment").order_by("pk")]
        assert facts == [
            {"act": "published", "title": "第三季度通报", "until": "2024-10-22"},
            {"act": "final", "title": "第三季度通报"},
        ]
