"""Planning, submitting, correcting and cancelling inspections, and what the facility's figures take over."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from quality.inspecting import cancel, correct, latest_results, plan, submit
from quality.inspection_rules import InspectionError, kinds_of, list_for, may_visit
from quality.models import Inspection, InspectionAnswer, InspectionKind, InspectionState
from quality.visiting import keep
from tasks.models import Notification
from tasks.models.report import LedgerError
from tasks.verifying import verify
from tests.factories import FacilityFactory, UserFactory
from tests.quality.inspections import DAY, a_list, inspected, planned, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="乐汇养老院")


def state(inspection):
    return Inspection.objects.standing().get(pk=inspection.pk).state


def refused(act, **fields):
    with pytest.raises(InspectionError) as error:
        act(**fields)
    return str(error.value)


class TestPlanning:
    def test_many_facilities_are_planned_at_once_in_the_quarter_of_the_day(self, home, miaohang, staff):
        a_list()
        homes = [home, FacilityFactory(town=miaohang)]

        made = plan(facilities=homes, kind="daily", planned_on=DAY, by=staff, key="one", team=[{"name": "王一"}])

        assert [(one.facility, one.period, one.team, state(one)) for one in made] == [
            (place, (2024, 4), [{"name": "王一"}], InspectionState.PLANNED) for place in homes
        ]

    def test_sent_twice_it_is_planned_once(self, home, staff):
        first = planned(home, by=staff, key="one")

        assert planned(home, by=staff, key="one") == first
        assert Inspection.objects.count() == 1

    def test_one_that_names_no_programme_counts_for_that_of_its_district_and_year(self, home, staff, baoshan):
        named, plain = planned(home, by=staff, programme=baoshan), planned(home, by=staff)
        planned(home, by=staff, planned_on=dt.date(2025, 1, 2))

        assert set(Inspection.objects.of_programme(baoshan)) == {named, plain}

    def test_a_form_that_is_changed_and_sent_again_is_not_taken_for_the_first(self, home, miaohang, staff):
        planned(home, by=staff, key="one")

        for changed in ({"facilities": [FacilityFactory(town=miaohang)]}, {"planned_on": DAY + dt.timedelta(days=1)}):
            said = {"facilities": [home], "kind": "daily", "planned_on": DAY, "by": staff, "key": "one"} | changed
            assert refused(plan, **said) == "这张表已提交过，没有重复登记；另登记一项请重新打开本页。"
        assert Inspection.objects.count() == 1

    def test_a_facility_that_is_closed_on_the_day_is_not_planned_nor_is_any_beside_it(self, home, miaohang, staff):
        a_list()
        gone = FacilityFactory(town=miaohang, name="旧院", closed_on=DAY)

        told = refused(plan, facilities=[home, gone], kind="daily", planned_on=DAY, by=staff, key="one")

        assert told == "旧院在 2024-10-14 不在运营中，不能安排检查。"
        assert not Inspection.objects.exists()

    def test_without_a_list_in_force_nothing_is_planned(self, home, staff):
        a_list(from_on=DAY + dt.timedelta(days=1))

        told = refused(plan, facilities=[home], kind="daily", planned_on=DAY, by=staff, key="one")

        assert told == "2024-10-14 没有施行中的“日常监测”检查项目表，请先导入。"

    def test_the_list_is_the_highest_version_in_force_and_the_districts_own_first(self, home):
        shared = a_list()
        assert list_for("daily", home, DAY) == shared
        own = a_list(district=home.town.district)
        a_list(district=home.town.district, version=7, from_on=DAY + dt.timedelta(days=1))
        assert list_for("daily", home, DAY) == own

    def test_a_facility_checks_itself_and_nobody_else_does(self, home, staff, facility_user):
        assert kinds_of(facility_user) == [InspectionKind.SELF_CHECK]
        assert InspectionKind.SELF_CHECK not in kinds_of(staff)
        told = refused(plan, facilities=[home], kind="self_check", planned_on=DAY, by=staff, key="one")
        assert told == "自查由机构办理，其他检查由区民政局和街镇办理。"

    def test_who_records_an_inspection(self, home, staff, leader, official, neighbour, facility_user):
        by_bureau, by_town = planned(home, by=staff), planned(home, by=official)
        a_list("self_check")
        own = planned(facility_user.facility, "self_check", by=facility_user)
        people = {"staff": staff, "leader": leader, "town": official, "next": neighbour, "home": facility_user}

        found = {
            name: [who for who, user in people.items() if may_visit(user, one)]
            for name, one in {"bureau": by_bureau, "town": by_town, "own": own}.items()
        }

        assert found == {"bureau": ["staff"], "town": ["staff", "town"], "own": ["home"]}


class TestSubmitting:
    def test_the_result_holds_points_grade_and_answers(self, home):
        a_list(items=[("服务提供", 10), ("服务安全", 10), ("服务安全", 5)])

        result = inspected(home, "met", ("not_met", "通道堵塞", "major"), "na", words="总体尚可")

        assert (result.points, result.attainable, result.percent) == (Decimal(10), Decimal(20), Decimal("50.00"))
        assert (result.grade, result.grade_name, result.words) == ("poor", "较差", "总体尚可")
        assert [(a.item.number, a.verdict, a.points, a.words, a.severity) for a in result.answers.all()] == [
            (1, "met", 10, "", ""),
            (2, "not_met", 0, "通道堵塞", "major"),
            (3, "na", 0, "", ""),
        ]

    def test_planned_then_visiting_then_submitted(self, home):
        inspection = planned(home)
        assert state(inspection) == InspectionState.PLANNED
        typed(inspection, "met")
        assert state(inspection) == InspectionState.VISITING
        typed(inspection, "met", "met")
        submit(inspection=inspection, visited_on=DAY, by=inspection.by, key="one")
        assert state(inspection) == InspectionState.SUBMITTED

    def test_a_key_of_another_inspection_is_spent(self, home):
        spent, inspection = inspected(home).key, planned(home)
        typed(inspection, "met", "met")

        told = refused(submit, inspection=inspection, visited_on=DAY, by=inspection.by, key=spent)

        assert told == "提交凭证已被使用，请刷新页面后重试。"

    def test_sent_twice_it_is_written_once(self, home):
        inspection = planned(home)
        typed(inspection, "met", "met")
        first = submit(inspection=inspection, visited_on=DAY, by=inspection.by, key="one")

        assert submit(inspection=inspection, visited_on=DAY, by=inspection.by, key="one") == first

    def test_a_second_person_is_told_who_was_first(self, home, staff, october):
        inspection = planned(home, by=staff)
        typed(inspection, "met", "met")
        submit(inspection=inspection, visited_on=DAY, by=staff, key="one")

        told = refused(submit, inspection=inspection, visited_on=DAY, by=staff, key="two")

        assert told == "养老服务科 已于 2024-10-15 10:00 提交本次检查；有误请更正。"

    def test_every_fault_is_told_at_once(self, home):
        a_list(items=[("甲", 10)] * 4)
        inspection = planned(home)
        typed(inspection, ("not_met", "", ""), "maybe")

        told = refused(submit, inspection=inspection, visited_on=DAY, by=inspection.by, key="one")

        assert told == (
            "还有 2 项没有结论：第 3、4 项。 第 1 项：不合格的请写明发现的问题。"
            " 第 2 项：结论应为合格、不合格或不适用，不是“maybe”。"
        )

    def test_a_long_list_of_missing_items_is_shortened(self, home):
        a_list(items=[("甲", 1)] * 12)
        inspection = planned(home)

        told = refused(submit, inspection=inspection, visited_on=DAY, by=inspection.by, key="one")

        assert told == "还有 12 项没有结论：第 1、2、3、4、5、6、7、8、9、10等 项。"

    def test_a_day_to_come_is_no_visit(self, home):
        inspection = planned(home)
        typed(inspection, "met", "met")

        told = refused(submit, inspection=inspection, visited_on=dt.date(2024, 10, 16), by=inspection.by, key="one")

        assert told == "检查日期 2024-10-16 还没有到。"

    def test_a_survey_says_how_many_answered(self, home):
        a_list("satisfaction", judged="score")
        inspection = planned(home, "satisfaction")
        typed(inspection, "9.5", "8")

        same = {"inspection": inspection, "visited_on": DAY, "by": inspection.by, "key": "one"}
        assert refused(submit, **same) == "请填写收回的答卷份数。"
        result = submit(**same, respondents=40)

        assert (result.respondents, result.percent, result.grade_name) == (40, Decimal("87.50"), "良好")

    def test_the_director_and_the_town_are_told(self, miaohang, staff, official, neighbour, facility_user):
        result = inspected(facility_user.facility, ("not_met", "通道堵塞", "ordinary"), "met", by=staff)

        told = Notification.objects.values_list("user__username", "kind", "facts", "url")

        facts = {"facility": "庙行养老院", "kind": "daily", "grade": "较差", "findings": 1}
        url = f"/inspections/{result.inspection_id}/"
        mine = sorted(row for row in told if row[1] == "inspection")
        assert mine == [("facility", "inspection", facts, url), ("official", "inspection", facts, url)]


class TestALedger:
    def test_what_was_submitted_is_never_changed(self, home):
        result = inspected(home)

        for row in (result, result.inspection, result.answers.first()):
            with pytest.raises(LedgerError):
                row.save()
            with pytest.raises(LedgerError):
                row.delete()
        told = refused(typed, inspection=result.inspection)
        assert told == "这次检查已提交，不能再改；有误请更正。"

    def test_it_stands_in_the_chain_with_its_answers(self, home):
        result = inspected(home)
        district = home.town.district
        assert (verify(district).intact, verify(district).number) == (True, 1)
        answer = result.answers.first()

        QuerySet(InspectionAnswer).filter(pk=answer.pk).update(words="改过")

        assert verify(district).broken.kind == "quality.inspectionresult"


class TestCorrecting:
    def test_a_correction_begins_with_the_same_answers_and_replaces_what_stood(self, home, staff):
        first = inspected(home, ("not_met", "通道堵塞", "major"), "met", by=staff).inspection

        again = correct(inspection=first, reason="误记", by=staff)
        typed_before = [line.typed for line in again.lines.order_by("item__number")]
        assert (state(first), again.reason) == (InspectionState.SUBMITTED, "误记")
        keep_all = {line.item_id: ({"verdict": "met"}, line.version) for line in again.lines.all()}
        keep(inspection=again, lines=keep_all, by=staff)
        result = submit(inspection=again, visited_on=DAY, by=staff, key="two")

        assert typed_before[0] == {"verdict": "not_met", "points": "", "words": "通道堵塞", "severity": "major"}
        assert (state(first), state(again)) == (InspectionState.REPLACED, InspectionState.SUBMITTED)
        assert result.grade == "excellent"
        assert latest_results(home, DAY)["monitoring"].inspection == again

    def test_asked_twice_it_is_begun_once(self, home, staff):
        first = inspected(home, by=staff).inspection

        assert correct(inspection=first, reason="误记", by=staff) == correct(inspection=first, reason="误记", by=staff)

    def test_a_reason_is_needed_and_something_to_correct(self, home, staff):
        inspection = planned(home, by=staff)

        assert refused(correct, inspection=inspection, reason="误记", by=staff) == "尚未提交，可直接修改，不必更正。"
        assert refused(correct, inspection=inspection, reason=" ", by=staff) == "请填写原因。"
        told = refused(correct, inspection=inspection, reason="长" * 501, by=staff)
        assert told == "原因不超过 500 字，现有 501 字。"


class TestCancelling:
    def test_a_plan_is_given_up_for_a_reason(self, home, staff):
        inspection = planned(home, by=staff)

        cancel(inspection=inspection, reason="机构停业", by=staff)

        assert state(inspection) == InspectionState.CANCELLED
        assert refused(cancel, inspection=inspection, reason="再次", by=staff) == "这次检查已取消：机构停业"

    def test_what_was_submitted_or_corrects_is_not_given_up(self, home, staff):
        first = inspected(home, by=staff).inspection
        again = correct(inspection=first, reason="误记", by=staff)

        assert refused(cancel, inspection=first, reason="不要", by=staff) == "这次检查已提交，不能再改；有误请更正。"
        told = refused(cancel, inspection=again, reason="不要", by=staff)
        assert told == "更正用的检查不能取消；原结果在更正提交前一直有效。"


class TestLatestResults:
    def test_of_each_kind_the_last_one_up_to_the_day(self, home):
        a_list(items=[("甲", 10)])
        a_list("safety")
        a_list("reassessment")
        inspected(home, ("not_met", "差", "ordinary"), visited_on=dt.date(2024, 7, 1))
        inspected(home, "met", visited_on=dt.date(2024, 9, 30))
        inspected(home, kind="safety", visited_on=dt.date(2024, 8, 1))
        inspected(home, ("not_met", "差", "major"), "met", kind="reassessment", visited_on=dt.date(2024, 9, 1))

        def told(day):
            return {name: one.grade for name, one in latest_results(home, day).items()}

        assert told(dt.date(2024, 9, 30)) == {"monitoring": "excellent", "safety": "poor"}
        assert told(dt.date(2024, 9, 29)) == {"monitoring": "poor", "safety": "poor"}
        assert told(dt.date(2024, 8, 1)) == {"monitoring": "poor", "safety": "excellent"}
        assert told(dt.date(2024, 6, 30)) == {}

    def test_a_plan_says_nothing(self, home):
        planned(home)

        assert latest_results(home, DAY) == {}


def test_who_sees_what(home, staff, leader, city_user, official, neighbour, facility_user, stranger):
    other = UserFactory(role="facility", district=home.town.district, facility=home)
    plans = {
        "bureau's": planned(home, by=staff),
        "town's": planned(home, by=official),
        "done": inspected(home, by=staff).inspection,
    }
    a_list("self_check")
    plans["own"] = planned(home, "self_check", by=other)
    people = {
        **{"staff": staff, "leader": leader, "city": city_user, "official": official, "director": other},
        **{"neighbour": neighbour, "next door": facility_user, "stranger": stranger},
    }

    found = {
        name: {title for title, one in plans.items() if Inspection.objects.visible_to(user).filter(pk=one.pk)}
        for name, user in people.items()
    }

    assert found == {
        **dict.fromkeys(("staff", "leader", "city"), frozenset(plans)),
        "official": {"town's", "done"},
        "director": {"done", "own"},
        **dict.fromkeys(("neighbour", "next door", "stranger"), frozenset()),
    }
