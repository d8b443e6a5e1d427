"""Of a quarter or a year one assessment stands: another one is told, needs a reason, and replaces it by name."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from scoring.appealing import appeal, rule
from scoring.assessments import AssessmentError, discard, finalise, freeze, publish
from scoring.documents.bulletin import bulletin
from scoring.documents.results import results_of
from scoring.models import AssessmentAct
from scoring.replacing import AlreadyAssessed, sealed_before
from scoring.trend import assessments_of
from tasks.models import Notification
from tasks.notification_words import words
from tests.scoring.test_documents import text as text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

AGAIN = {"key": "b", "title": "第三季度通报（更正）"}
PAGE = "/p/plan/scores/assessments/"
WHY = "高境镇床位数更正"


def states(plan, *assessments):
    return [plan.again(one).state for one in assessments]


class TestFreezing:
    @pytest.mark.parametrize("stage", ["frozen", "published"])
    def test_a_second_one_of_the_quarter_needs_a_reason(self, plan, stage):
        getattr(plan, stage)()
        with pytest.raises(AlreadyAssessed, match="同一季度或年度已有“第三季度通报”（已"):
            plan.frozen(**AGAIN)

    def test_what_is_not_public_is_replaced_at_once(self, plan):
        first, second = plan.frozen(), plan.frozen(reason=WHY, **AGAIN)

        act = AssessmentAct.objects.get(kind="replaced")
        assert states(plan, first, second) == ["replaced", "frozen"]
        assert (act.assessment, act.successor, act.reason, act.by) == (first, second, WHY, plan.staff)

    def test_what_is_public_stands_until_the_other_is(self, plan):
        first, second = plan.published(), plan.frozen(reason=WHY, **AGAIN)
        assert states(plan, first, second) == ["published", "frozen"]

        publish(assessment=second, visibility="full", by=plan.staff)
        assert states(plan, first, second) == ["replaced", "published"]

    def test_what_was_discarded_is_in_nobodys_way(self, plan):
        discard(assessment=plan.frozen(), reason="日期错误", by=plan.staff)
        assert plan.frozen(**AGAIN).state == "frozen"

    def test_nor_is_a_draft_or_another_quarter_or_the_year(self, plan):
        plan.draft()
        plan.published(key="c", kind="annual", period=None, as_of=dt.date(2024, 10, 1))
        assert sealed_before(plan.frozen(**AGAIN)) == []


class TestPublishing:
    def test_waits_for_the_rulings_on_what_it_replaces(self, plan, official):
        line = plan.line(plan.published(), plan.miaohang)
        lodged = appeal(line=line, words="少计", by=official, key="k")
        second = plan.frozen(reason=WHY, **AGAIN)

        with pytest.raises(AssessmentError, match="“第三季度通报”还有申诉没有裁定：庙行镇 床位建设"):
            publish(assessment=second, visibility="full", by=plan.staff)
        rule(appeal=lodged, upheld=False, reason="见更正", by=plan.staff)
        assert publish(assessment=second, visibility="full", by=plan.staff).kind == "published"

    def test_needs_the_reason_of_freezing_where_the_other_became_public_meanwhile(self, plan):
        first = plan.frozen()
        AssessmentAct.objects.create(
            assessment=first, kind="discarded", reason="误", district=first.district, by=plan.staff
        )
        second = plan.frozen(**AGAIN)
        AssessmentAct.objects.filter(kind="discarded")._raw_delete("default")

        with pytest.raises(AlreadyAssessed):
            publish(assessment=second, visibility="full", by=plan.staff)

    def test_the_towns_are_told_what_was_replaced(self, plan, official):
        plan.published()
        publish(assessment=plan.frozen(reason=WHY, **AGAIN), visibility="full", by=plan.staff)

        told = words(Notification.objects.filter(user=official, kind="assessment").latest("pk"))
        assert told.title == "第三季度通报（更正）已公布"
        assert told.detail == "更正并替代第三季度通报；对得分有异议的，可在10月22日前（含当日）逐项申诉"

    def test_what_was_replaced_can_be_appealed_no_more(self, plan, official):
        first = plan.published()
        publish(assessment=plan.frozen(reason=WHY, **AGAIN), visibility="full", by=plan.staff)

        with pytest.raises(AssessmentError, match="考核已被替代，不能提出申诉"):
            appeal(line=plan.line(first, plan.miaohang), words="少计", by=official, key="k")

    def test_the_database_itself_refuses_a_second_first_one(self, plan):
        first = plan.published()
        other = plan.draft(**AGAIN)
        same = first.acts.values("kind", "visibility", "appeal_until", "first_of", "district", "by").get(
            kind="published"
        )
        said = {f"{name}_id" if name in ("district", "by") else name: value for name, value in same.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            AssessmentAct.objects.create(assessment=other, **said)

    @pytest.mark.parametrize(
        "said", [{"kind": "replaced", "reason": "误"}, {"kind": "discarded", "reason": "误", "own": 1}]
    )
    def test_and_half_a_replacement(self, plan, said):
        one = plan.draft()
        successor = plan.draft(**AGAIN) if said.pop("own", None) else None
        with pytest.raises(IntegrityError), transaction.atomic():
            AssessmentAct.objects.create(
                assessment=one, district=one.district, successor=successor, by=plan.staff, **said
            )


class TestPages:
    @pytest.fixture
    def both(self, plan):
        first = plan.published()
        second = plan.frozen(reason=WHY, **AGAIN)
        publish(assessment=second, visibility="full", by=plan.staff)
        return first, second

    def page(self, client, one):
        return " ".join(client.get(f"{PAGE}{one.pk}/").content.decode().split())

    def test_both_are_named_on_their_pages(self, both, official, sign_in):
        client = sign_in(official)
        first, second = both

        assert f'href="{PAGE}{second.pk}/">第三季度通报（更正）</a>。原因：{WHY}' in self.page(client, first)
        assert f'本考核更正并替代 <a class="alert-link" href="{PAGE}{first.pk}/">第三季度通报</a>' in self.page(
            client, second
        )

    def test_a_towns_result_says_that_it_no_longer_stands(self, both, official, sign_in):
        page = sign_in(official).get(f"{PAGE}{both[0].pk}/towns/310113112/").content.decode()
        assert "被替代，不再有效" in page

    def test_its_life_says_so_to_the_town(self, both, official, sign_in):
        page = sign_in(official).get(f"/p/plan/history/assessment/{both[0].pk}/").content.decode()
        assert "由“第三季度通报（更正）”替代" in page

    def test_a_town_hears_nothing_of_one_that_was_never_public(self, plan, official, sign_in):
        plan.frozen()
        second = plan.frozen(reason=WHY, **AGAIN)
        publish(assessment=second, visibility="full", by=plan.staff)
        assert "本考核更正并替代" not in self.page(sign_in(official), second)

    def test_a_draft_names_what_stands_and_so_does_the_answer_to_making_it(self, plan, staff, sign_in):
        first = plan.published()
        typed = {"kind": "quarterly", "period": plan.quarter.pk, "ties": "shared", "appeal_days": "7", "key": "z"}
        bands = {"excellent": "90", "good": "80", "passed": "60"}
        page = sign_in(staff).post(PAGE, typed | bands, follow=True).content.decode()

        assert "同一季度或年度已有“第三季度通报”（已公布）；冻结另一次考核须填写更正原因" in page
        assert f'<a class="alert-link" href="{PAGE}{first.pk}/">第三季度通报</a>' in page

    def test_its_usual_name_says_that_it_corrects(self, plan, staff, sign_in):
        plan.published()
        typed = {"kind": "quarterly", "period": plan.quarter.pk, "ties": "shared", "appeal_days": "7", "key": "z"}
        bands = {"excellent": "90", "good": "80", "passed": "60"}
        page = sign_in(staff).post(PAGE, typed | bands, follow=True)
        assert page.context["assessment"].title == "2024年第三季度通报（更正）"

    def test_the_trend_has_only_what_stands(self, both, plan, staff):
        assert assessments_of(staff, plan.programme) == [both[1]]

    def test_the_bulletins_say_which_of_them_is_valid(self, both):
        first, second = (text_of(bulletin(results_of(one))) for one in both)

        assert f"本次结果更正并替代“第三季度通报”，原因：{WHY}。" in second
        assert "本次结果已于2024年10月15日由“第三季度通报（更正）”替代，不再有效。" in first


def test_one_that_is_final_can_be_corrected_too(plan, time_machine):
    first = plan.published()
    time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
    finalise(assessment=first, by=plan.staff)
    plan.marks(plan.gaojing, 27)
    second = plan.draft(**AGAIN)
    freeze(assessment=second, by=plan.staff, reason=WHY)
    publish(assessment=second, visibility="full", by=plan.staff)

    assert states(plan, first, second) == ["replaced", "published"]
    assert second.results.get(town=plan.gaojing).total == Decimal(75)
