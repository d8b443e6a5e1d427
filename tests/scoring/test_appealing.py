"""Appeals: one's own line, once, in time, with words; rulings: once, with a reason, upwards and within the weight."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from scoring.appealing import appeal, limits, rule
from scoring.assessments import AssessmentError, finalise
from scoring.assessors import todos
from scoring.models import Appeal, AppealFile, AppealRuling
from tasks.models import Notification
from tasks.models.report import LedgerError
from tests.factories import a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


def lodge(plan, assessment, by, **said):
    words = {"line": plan.line(assessment, plan.miaohang), "words": "少计 5 张", "key": "k"}
    return appeal(by=by, **words | said)


@pytest.fixture
def published(plan):
    return plan.published()


@pytest.fixture
def lodged(plan, published, official):
    return lodge(plan, published, official)


class TestAppeal:
    def test_says_who_when_what(self, lodged, official, october, district):
        assert (lodged.by, lodged.at, lodged.words, lodged.district) == (official, october, "少计 5 张", district)

    def test_keeps_its_files_by_their_hash(self, plan, published, official):
        made = lodge(plan, published, official, files=[a_file("验收单.pdf"), a_file("照片.jpg", b"\xff\xd8")])
        assert list(made.files.values_list("name", "size")) == [("验收单.pdf", 17), ("照片.jpg", 2)]
        assert made.files.first().sha256 == hashlib.sha256(b"%PDF-1.7 evidence").hexdigest()

    def test_a_file_that_is_not_taken_takes_back_the_appeal(self, plan, published, official):
        with pytest.raises(AssessmentError, match="类型不允许上传"):
            lodge(plan, published, official, files=[a_file("a.exe", b"MZ")])
        assert (Appeal.objects.count(), AppealFile.objects.count()) == (0, 0)

    def test_the_same_sent_twice_is_one(self, plan, published, official, lodged):
        assert lodge(plan, published, official) == lodged

    def test_a_spent_key_does_not_carry_another_line(self, plan, published, official, lodged):
        with pytest.raises(AssessmentError, match="这张表已提交过，没有重复申诉"):
            lodge(plan, published, official, line=plan.line(published, plan.miaohang, "1.2"))
        assert Appeal.objects.count() == 1

    def test_a_spent_key_does_not_carry_other_words(self, plan, published, official, lodged):
        with pytest.raises(AssessmentError, match="这张表已提交过，没有重复申诉"):
            lodge(plan, published, official, words="少计 6 张")

    def test_each_line_once(self, plan, published, official, lodged):
        with pytest.raises(AssessmentError, match="对“床位建设”已提出过申诉，每项只能申诉一次"):
            lodge(plan, published, official, key="other")

    def test_another_line_can_be_appealed_as_well(self, plan, published, official, lodged):
        lodge(plan, published, official, line=plan.line(published, plan.miaohang, "1.2"), key="other")
        assert Appeal.objects.count() == 2

    def test_not_against_full_points(self, plan, published, official):
        with pytest.raises(AssessmentError, match="“通报批评”已得满分，不能再申诉"):
            lodge(plan, published, official, line=plan.line(published, plan.miaohang, "2.1"))

    @pytest.mark.parametrize("words", ["", " \n"])
    def test_needs_words(self, plan, published, official, words):
        with pytest.raises(AssessmentError, match="请填写申诉理由"):
            lodge(plan, published, official, words=words)

    def test_takes_two_thousand_characters_and_not_one_more(self, plan, published, official):
        with pytest.raises(AssessmentError, match="不超过 2000 字，现有 2001 字"):
            lodge(plan, published, official, words="字" * 2001)
        assert lodge(plan, published, official, words="字" * 2000).words == "字" * 2000

    @pytest.mark.parametrize("who", ["neighbour", "staff", "leader", "facility_user"])
    def test_is_the_towns_own(self, plan, published, who, request):
        with pytest.raises(AssessmentError, match="只能对本街镇的得分提出申诉"):
            lodge(plan, published, request.getfixturevalue(who))

    def test_the_last_day_counts_to_its_end(self, plan, published, official, time_machine):
        time_machine.move_to(dt.datetime(2024, 10, 22, 15, 59, 59, tzinfo=dt.UTC))
        assert lodge(plan, published, official).pk
        time_machine.move_to(dt.datetime(2024, 10, 22, 16, 0, tzinfo=dt.UTC))
        with pytest.raises(AssessmentError, match="申诉期已于 2024-10-22 结束"):
            lodge(plan, published, official, line=plan.line(published, plan.miaohang, "1.2"), key="late")

    def test_not_before_it_is_published(self, plan, official):
        with pytest.raises(AssessmentError, match="考核已冻结，不能提出申诉"):
            lodge(plan, plan.frozen(), official)

    def test_not_once_it_is_final(self, plan, published, official, time_machine):
        time_machine.move_to(dt.datetime(2024, 11, 1, tzinfo=dt.UTC))
        finalise(assessment=published, by=plan.staff)
        with pytest.raises(AssessmentError, match="考核已定稿，不能提出申诉"):
            lodge(plan, published, official)

    def test_tells_the_bureau(self, lodged, admin, plan, published, official):
        lodge(plan, published, official, line=plan.line(published, plan.miaohang, "1.2"), key="other")
        told = Notification.objects.filter(kind="appeal", user=admin).get(facts__criterion="日常巡查")
        assert (told.facts["act"], told.facts["town"]) == ("lodged", "庙行镇")
        assert Notification.objects.filter(kind="appeal", user=plan.staff).count() == 2

    @pytest.mark.parametrize("change", ["save", "delete"])
    def test_is_never_changed(self, lodged, change):
        with pytest.raises(LedgerError):
            getattr(lodged, change)()


def ruled(lodged, by, **said):
    words = {"upheld": True, "points": Decimal("45.50"), "reason": "补验收单"}
    return rule(appeal=lodged, by=by, **words | said)


def test_an_appeal_waits_on_the_bureaus_front_page_until_it_is_ruled_on(plan, lodged, staff, leader):
    before = [(todo.title, todo.detail, todo.url) for todo in todos(staff, plan.programme)]
    ruled(lodged, staff)

    assert before == [("裁定申诉：庙行镇 床位建设", "第三季度通报", lodged.get_absolute_url())]
    assert (list(todos(staff, plan.programme)), list(todos(leader, plan.programme))) == ([], [])


class TestRule:
    def test_upheld_says_the_points_instead(self, lodged, staff, october):
        ruling = ruled(lodged, staff)
        assert (ruling.outcome, ruling.points, ruling.reason) == ("upheld", Decimal("45.50"), "补验收单")
        assert (ruling.by, ruling.at) == (staff, october)

    def test_the_frozen_line_stays(self, plan, published, lodged, staff):
        ruled(lodged, staff)
        assert plan.line(published, plan.miaohang).points == 30

    def test_refused_adjusts_nothing(self, lodged, staff):
        ruling = ruled(lodged, staff, upheld=False, points=None)
        assert (ruling.outcome, ruling.points) == ("refused", None)

    @pytest.mark.parametrize("points", ["30", "29.99", "60.01", "45.555"])
    def test_the_points_are_above_the_frozen_ones_and_within_the_weight(self, lodged, staff, points):
        with pytest.raises(AssessmentError, match=r"调整后得分应高于原得分 30\.00、不超过 60\.00"):
            ruled(lodged, staff, points=Decimal(points))
        assert AppealRuling.objects.count() == 0

    @pytest.mark.parametrize("points", ["30.01", "60"])
    def test_both_ends_can_be_ruled(self, lodged, staff, points):
        assert ruled(lodged, staff, points=Decimal(points)).points == Decimal(points)

    def test_upheld_needs_points(self, lodged, staff):
        with pytest.raises(AssessmentError, match="请填写调整后得分"):
            ruled(lodged, staff, points=None)

    def test_a_penalty_can_be_taken_back_and_no_more(self, plan, official):
        plan.marks(plan.miaohang, 4, plan.loss)
        line = plan.line(plan.published(), plan.miaohang, "2.1")
        made = appeal(line=line, words="不属实", by=official, key="p")

        assert (line.points, limits(line)) == (-4, (-10, 0))
        with pytest.raises(AssessmentError, match=r"不超过 0\.00"):
            ruled(made, plan.staff, points=Decimal("0.01"))
        assert ruled(made, plan.staff, points=Decimal(0)).points == 0

    @pytest.mark.parametrize("reason", ["", " "])
    def test_needs_a_reason(self, lodged, staff, reason):
        with pytest.raises(AssessmentError, match="请填写裁定理由"):
            ruled(lodged, staff, reason=reason)

    def test_happens_once(self, lodged, staff):
        ruled(lodged, staff, upheld=False)
        with pytest.raises(AssessmentError, match="已有裁定"):
            ruled(lodged, staff)

    def test_tells_the_town(self, lodged, staff, official, neighbour):
        ruled(lodged, staff)
        told = Notification.objects.get(kind="appeal", user=official)
        assert (told.facts["act"], told.facts["criterion"]) == ("upheld", "床位建设")
        assert Notification.objects.filter(kind="appeal", user=neighbour).count() == 0

    @pytest.mark.parametrize("wrong", [{"outcome": "upheld"}, {"outcome": "refused", "points": 5}, {"reason": ""}])
    def test_the_database_itself_refuses_half_a_ruling(self, lodged, staff, wrong):
        said = {"outcome": "refused", "reason": "不符", "appeal": lodged, "by": staff, "district": lodged.district}
        with pytest.raises(IntegrityError), transaction.atomic():
            AppealRuling.objects.create(**said | wrong)
