"""One facility, one plan: versions, who writes and approves, what the last inspection showed, and how far it is."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from quality import improvement
from quality.improvement import PlanError, Said, decide, mark_done, write
from quality.models import ImprovementPlan, PlanAct
from quality.plan_analysis import analysis_of, last_inspection
from quality.plan_progress import progress_of
from tasks.audited import contents
from tasks.models import AuditEntry, Notification
from tasks.models.report import LedgerError
from tasks.reporting import new_key
from tests.factories import FacilityFactory, ProgrammeFactory, TaskFactory, UserFactory
from tests.quality.findings import Case, People, a_finding
from tests.quality.inspections import a_list, inspected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

DAY = dt.date(2024, 12, 31)
Kind = PlanAct.Kind


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院")


@pytest.fixture
def people(home):
    return People(home)


@pytest.fixture
def programme(district):
    return ProgrammeFactory(slug="plan", district=district)


@pytest.fixture
def written(home, programme, people):
    """Write a version: `written(said("甲"))`."""

    def write_one(*measures, **fields):
        said = {"words": "护理记录不全", "grade": "good", "star": 3, "by": people.director, "key": new_key()}
        return write(facility=home, programme=programme, measures=measures or [said_("培训护理员")], **(said | fields))

    return write_one


def said_(words, **fields):
    return Said(words, "王主任", DAY, **fields)


def standing(plan):
    return ImprovementPlan.objects.standing().select_related("facility__town", "programme").get(pk=plan.pk)


class TestWriting:
    def test_each_version_is_a_row_of_its_own(self, written):
        first, second = written(), written(said_("培训"), said_("换门"))

        assert (first.version, second.version) == (1, 2)
        assert [one.words for one in second.measures.all()] == ["培训", "换门"]
        assert list(ImprovementPlan.objects.latest()) == [second]

    def test_sent_twice_it_is_written_once(self, written):
        assert written(key="same") == written(key="same")
        assert ImprovementPlan.objects.count() == 1

    def test_a_key_is_not_used_for_something_else(self, written):
        written(key="same")

        with pytest.raises(PlanError, match="提交凭证已被使用"):
            written(key="same", words="另外的分析")

    def test_who_did_not_see_the_newest_version_is_told(self, written):
        written()

        with pytest.raises(PlanError) as error:
            written(seen=0)
        assert str(error.value) == "李院长 已报送第 1 版，请看过后再提交。"
        assert written(seen=1).version == 2

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"words": " "}, "请填写问题分析。"),
            ({"words": "字" * 2001}, "内容不超过 2000 字，现有 2001 字。"),
        ],
    )
    def test_what_is_missing_is_said(self, written, fields, told):
        with pytest.raises(PlanError) as error:
            written(**fields)
        assert str(error.value) == told

    def test_it_has_a_measure_and_none_twice(self, home, programme, people, written):
        said = {"words": "分析", "grade": "good", "star": None, "by": people.director, "key": "k"}

        with pytest.raises(PlanError, match="请至少填写一项措施"):
            write(facility=home, programme=programme, measures=[], **said)
        with pytest.raises(PlanError, match="有两项措施内容相同"):
            written(said_("甲"), said_("甲"))

    def test_a_measure_is_tied_to_own_findings_and_to_the_programmes_action(self, home, programme, miaohang, written):
        task, own = TaskFactory(programme=programme), a_finding(home)
        measure = written(said_("甲", task=task, findings=[own])).measures.get()

        assert (measure.task, list(measure.findings.all())) == (task, [own])
        with pytest.raises(PlanError, match="不属于本机构"):
            written(said_("甲", findings=[a_finding(FacilityFactory(town=miaohang))]))

    def test_the_programme_is_of_the_facilitys_district(self, home, people):
        elsewhere = ProgrammeFactory(district__code="310105", district__name="长宁区")

        with pytest.raises(PlanError, match="不属于机构所在的区"):
            write(
                facility=home, programme=elsewhere, words="分析", grade="good", star=None, measures=[said_("甲")],
                by=people.director, key="k",
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("who", "may"), [("official", True), ("neighbour", False), ("staff", False), ("leader", False)]
    )
    def test_the_facility_writes_or_its_town_for_it(self, written, who, may, request):
        by = request.getfixturevalue(who)
        if may:
            assert written(by=by).by == by
        else:
            with pytest.raises(PlanError, match="由机构（或街镇代办）报送"):
                written(by=by)


class TestAnalysis:
    def test_it_begins_with_the_last_inspection_group_by_group(self, home, written):
        a_list(items=[("服务提供", 10), ("服务安全", 10), ("服务安全", 5), ("服务保障", 10)])
        inspected(home, "met", ("not_met", "门坏", "ordinary"), ("not_met", "灯坏", "ordinary"), "na")
        plan = written()

        assert plan.inspection == home.inspections.get()
        assert plan.analysis == [
            {"group": "服务安全", "lost": "15", "of": "15"},
            {"group": "服务提供", "lost": "0", "of": "10"},
        ]

    def test_it_stays_as_it_was_when_the_version_was_written(self, home, written):
        plan = written()
        inspected(home)

        assert (ImprovementPlan.objects.get(pk=plan.pk).analysis, plan.inspection) == ([], None)
        assert written().inspection == home.inspections.get()

    def test_the_later_visit_counts_and_self_checks_do_not(self, home, people):
        later = inspected(home, visited_on=dt.date(2024, 10, 12)).inspection
        inspected(home, visited_on=dt.date(2024, 10, 11))
        inspected(home, kind="self_check", by=people.director)

        assert last_inspection(home) == later

    def test_without_an_inspection_there_is_none(self, home):
        assert (last_inspection(home), analysis_of(None)) == (None, [])


class TestApproving:
    def test_the_town_and_then_the_bureau(self, written, people):
        plan = written()
        states = [standing(plan).state.label]
        for kind, by in ((Kind.TOWN, people.official), (Kind.BUREAU, people.staff)):
            decide(plan=plan, kind=kind, by=by)
            states.append(standing(plan).state.label)

        assert states == ["待街镇审核", "街镇已审核，待区级批准", "已批准"]

    @pytest.mark.parametrize(
        ("kind", "who"),
        [(Kind.BUREAU, "staff"), (Kind.TOWN, "staff"), (Kind.BUREAU, "official"), (Kind.TOWN, "director")],
    )
    def test_nobody_is_first_whose_turn_it_is_not(self, written, people, kind, who):
        with pytest.raises(PlanError, match="先由街镇审核，再由区民政局批准"):
            decide(plan=written(), kind=kind, by=getattr(people, who))

    def test_a_neighbouring_town_does_not_approve(self, written, neighbour):
        assert improvement.next_acts(standing(written()), neighbour) == []

    def test_a_return_needs_a_reason_and_ends_the_version(self, written, people):
        plan = written()

        with pytest.raises(PlanError, match="退回必须填写原因"):
            decide(plan=plan, kind=Kind.RETURNED, by=people.official, words=" ")
        decide(plan=plan, kind=Kind.RETURNED, by=people.official, words="目标过低")
        with pytest.raises(PlanError, match="已退回"):
            decide(plan=plan, kind=Kind.TOWN, by=people.official)

    def test_said_twice_it_is_written_once(self, written, people):
        plan = written()

        assert decide(plan=plan, kind=Kind.TOWN, by=people.official) == decide(
            plan=plan, kind=Kind.TOWN, by=people.official
        )
        assert plan.acts.count() == 1

    def test_an_older_version_is_not_decided(self, written, people):
        first = written()
        written()

        with pytest.raises(PlanError, match="已有新版本"):
            decide(plan=first, kind=Kind.TOWN, by=people.official)

    def test_those_whose_turn_it_is_are_told(self, written, people):
        plan = written()
        decide(plan=plan, kind=Kind.TOWN, by=people.official)

        def told(user):
            return [one.facts["act"] for one in Notification.objects.filter(user=user, kind="plan").order_by("pk")]

        assert [told(getattr(people, who)) for who in ("official", "director", "staff")] == [[""], ["town"], ["town"]]


class TestProgress:
    def share(self, plan):
        progress = progress_of([plan])[plan.pk]
        return progress.done, progress.percent

    def test_it_follows_the_findings(self, home, written):
        first, second = Case(home), Case(home, subject="用电")
        plan = written(said_("甲", findings=[first.finding, second.finding]), said_("乙"), said_("丙"))
        shares = [self.share(plan)]
        first.closed()
        shares.append(self.share(plan))
        second.closed()

        assert [*shares, self.share(plan)] == [(0, 0), (0, 0), (1, 33)]

    def test_a_measure_without_findings_is_marked_done_with_words(self, written, people):
        plan = written(said_("甲"), said_("乙"))
        mark_done(measure=plan.measures.first(), words="已培训 20 人", by=people.director)

        assert self.share(plan) == (1, 50)

    def test_the_mark_holds_in_a_later_version_for_the_same_words(self, written, people):
        mark_done(measure=written(said_("甲")).measures.get(), words="已办", by=people.director)

        assert self.share(written(said_("甲"), said_("乙"))) == (1, 50)

    def test_a_measure_with_findings_is_not_marked(self, home, written, people):
        measure = written(said_("甲", findings=[a_finding(home)])).measures.get()

        with pytest.raises(PlanError, match="隐患全部销号后自动计为完成"):
            mark_done(measure=measure, words="已办", by=people.director)

    @pytest.mark.parametrize(("words", "told"), [(" ", "请填写完成情况"), ("字" * 501, "不超过 500 字，现有 501 字")])
    def test_a_mark_has_words(self, written, people, words, told):
        with pytest.raises(PlanError, match=told):
            mark_done(measure=written().measures.get(), words=words, by=people.director)

    def test_the_bureau_does_not_mark(self, written, people):
        with pytest.raises(PlanError, match="由机构（或街镇代办）填写"):
            mark_done(measure=written().measures.get(), words="已办", by=people.staff)

    def test_a_mark_is_written_once(self, written, people):
        measure = written().measures.get()
        first, second = (mark_done(measure=measure, words=words, by=people.director) for words in ("已办", "又办"))

        assert (first, second.words) == (second, "已办")


class TestLedger:
    def test_nothing_is_changed(self, written):
        for row in (plan := written(), plan.measures.get()):
            with pytest.raises(LedgerError):
                row.save()

    def test_it_stands_in_the_chain_with_its_measures(self, home, written, people):
        finding = a_finding(home)
        plan = written(said_("甲", findings=[finding]))
        act = decide(plan=plan, kind=Kind.TOWN, by=people.official)

        kinds = set(AuditEntry.objects.values_list("kind", "row"))
        assert {("quality.improvementplan", plan.pk), ("quality.planact", act.pk)} <= kinds
        (measure,) = contents("quality.improvementplan", [plan.pk])[plan.pk]["measures"]
        assert (measure["words"], measure["findings"]) == ("甲", [finding.pk])

    @pytest.mark.parametrize("fields", [{"star": 0}, {"star": 6}, {"words": ""}])
    def test_the_database_refuses_what_breaks_a_rule(self, home, programme, people, fields):
        row = {"district": programme.district, "programme": programme, "facility": home, "version": 1, "words": "分析"}

        with pytest.raises(IntegrityError), transaction.atomic():
            ImprovementPlan.objects.create(**(row | {"grade": "good", "by": people.director, "key": "k"} | fields))

    def test_a_version_is_approved_once_by_each(self, written, people):
        plan = written()
        act = {"district": plan.district, "plan": plan, "kind": "town"}
        PlanAct.objects.create(**act, by=people.official)

        with pytest.raises(IntegrityError), transaction.atomic():
            PlanAct.objects.create(**act, by=UserFactory(role="town", district=plan.district, town=plan.facility.town))

    def test_points_are_decimals(self, home):
        a_list(items=[("服务提供", Decimal("2.5"))])
        inspection = inspected(home, ("not_met", "坏", "ordinary")).inspection

        assert analysis_of(inspection) == [{"group": "服务提供", "lost": "2.5", "of": "2.5"}]
