"""Voiding a finding (作废): by the bureau, with a reason, where it was a mistake; what was voided counts nowhere."""

import datetime as dt

import pytest
from django.urls import reverse

from quality import inspecting, publicity
from quality.finding_rules import FindingError, next_acts
from quality.improvement import Said, write
from quality.models import Finding, FindingAct, FindingState, ImprovementPlan
from quality.plan_progress import progress_of
from quality.rectifying import void
from quality.year_facts import year_facts
from tasks.models import Notification
from tasks.reporting import new_key
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.findings import DUE, Case, a_finding, reread
from tests.quality.inspections import DAY, inspected, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
FAULT = ("not_met", "门锁损坏", "ordinary")


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院", director="李院长")


def corrected(inspection, *answers, by):
    """A submitted correction with other answers."""
    again = inspecting.correct(inspection=inspection, reason="记错", by=by)
    again.lines.all().delete()
    typed(again, *answers, by=by)
    inspecting.submit(inspection=again, visited_on=DAY, by=by, key=new_key())
    return again


def voided(finding, by, **said):
    return void(finding=finding, by=by, **({"words": "登记有误", "key": new_key()} | said))


def refused(finding, by, **said):
    with pytest.raises(FindingError) as error:
        voided(finding, by, **said)
    assert not FindingAct.objects.filter(kind="voided").exists()
    return str(error.value)


class TestWhen:
    def test_one_recorded_by_hand_is_voided_with_a_reason(self, home, staff):
        finding = a_finding(home, by=staff)
        told = refused(finding, staff, words=" ")
        act = voided(finding, staff)

        assert (told, act.words, reread(finding).state) == ("请填写作废原因。", "登记有误", FindingState.VOIDED)

    def test_one_of_an_inspection_only_after_its_correction(self, home, staff):
        inspected(home, FAULT, "met", by=staff)
        finding = Finding.objects.get()

        assert refused(finding, staff).startswith("这项问题来自检查，请先更正检查结果")
        corrected(finding.inspection, "met", "met", by=staff)
        voided(finding, staff)
        assert reread(finding).state == FindingState.VOIDED

    def test_a_correction_that_finds_it_still_leaves_it(self, home, staff):
        inspected(home, FAULT, "met", by=staff)
        finding = Finding.objects.get()
        corrected(finding.inspection, FAULT, "met", by=staff)

        assert refused(finding, staff) == "更正后的检查仍认定这项问题，不能作废。"

    def test_the_last_correction_counts(self, home, staff):
        inspected(home, FAULT, "met", by=staff)
        finding = Finding.objects.get()
        second = corrected(finding.inspection, "met", "met", by=staff)
        corrected(second, FAULT, "met", by=staff)

        assert refused(finding, staff) == "更正后的检查仍认定这项问题，不能作废。"

    def test_what_a_later_correction_finds_again_is_a_finding_of_its_own(self, home, staff):
        inspected(home, FAULT, "met", by=staff)
        finding = Finding.objects.get()
        second = corrected(finding.inspection, "met", "met", by=staff)
        voided(finding, staff)
        corrected(second, FAULT, "met", by=staff)

        again = Finding.objects.standing().in_force().get()
        assert (again.number, again.state, again.times) == (2, FindingState.FOUND, 1)

    def test_what_is_held_up_in_public_is_withdrawn_first(self, home, staff):
        finding, programme = a_finding(home, by=staff), ProgrammeFactory(district=home.town.district)
        said = {"kind": "criticised", "title": "通道堵塞", "words": "曝光", "published_on": dt.date(2024, 10, 10)}
        example = publicity.publish(
            programme=programme, facility=home, finding=finding, by=staff, key=new_key(), **said
        )

        assert refused(finding, staff) == "已据此发布“通道堵塞”，请先撤回再作废。"
        publicity.withdraw(example=example, reason="有误", by=staff)
        assert voided(finding, staff).kind == "voided"

    def test_a_voided_one_is_not_held_up_in_public(self, home, staff):
        finding, programme = a_finding(home, by=staff), ProgrammeFactory(district=home.town.district)
        voided(finding, staff)
        said = {
            "kind": "criticised",
            "title": "通道",
            "words": "曝光",
            "published_on": dt.date(2024, 10, 10),
            "key": "k",
        }

        with pytest.raises(publicity.ExampleError, match="隐患〔2024〕1号已作废，不能用于曝光。"):
            publicity.publish(programme=programme, facility=home, finding=finding, by=staff, **said)

    def test_a_closed_one_may_be_voided_and_a_voided_one_stays_so(self, home):
        case = Case(home).closed()
        voided(case.finding, case.people.staff)

        assert next_acts(reread(case.finding), list(case.finding.acts.all()), case.people.staff) == []
        with pytest.raises(FindingError, match="目前“已作废”"):
            voided(case.finding, case.people.second)


class TestWho:
    @pytest.mark.parametrize("who", ["official", "director"])
    def test_only_the_bureau(self, home, who):
        case = Case(home)

        assert refused(case.finding, getattr(case.people, who)).endswith("作废由区民政局办理。")

    def test_the_page_offers_it_to_the_bureau_alone(self, sign_in, home):
        case = Case(home)
        page = reverse("finding", args=[case.finding.pk])

        assert 'value="voided"' in sign_in(case.people.staff).get(page).content.decode()
        assert 'value="voided"' not in sign_in(case.people.official).get(page).content.decode()

    def test_the_facility_and_its_town_are_told(self, home):
        case = Case(home)
        voided(case.finding, case.people.staff)

        told = (
            Notification.objects.filter(facts__act="voided").order_by("user__name").values_list("user__name", flat=True)
        )
        assert list(told) == ["李院长", "镇经办人"]

    def test_the_bureau_is_told_what_a_correction_no_longer_finds(self, home, staff):
        inspected(home, FAULT, ("not_met", "无记录", "ordinary"), by=staff)
        corrected(Finding.objects.first().inspection, "met", FAULT, by=staff)

        notice = Notification.objects.get(user=staff, facts__act="unfounded")
        assert (notice.facts["lines"], notice.url) == (["内容1"], f"/findings/?facility={home.pk}")


class TestLeftOut:
    @pytest.fixture
    def case(self, home):
        return Case(home).assigned()

    def test_the_lists_leave_it_out_unless_asked(self, sign_in, case):
        client = sign_in(case.people.staff)
        voided(case.finding, case.people.staff)

        page = client.get("/findings/")
        assert (page.context["rows"], page.context["counts"].found, page.context["towns"]) == ([], 0, [])
        assert len(client.get("/findings/?state=voided").context["rows"]) == 1

    def test_it_is_neither_late_nor_waiting(self, case, time_machine):
        voided(case.finding, case.people.staff)
        time_machine.move_to("2024-12-01 10:00 +0800")

        standing = Finding.objects.standing()
        assert [*standing.open(), *standing.overdue(dt.date(2024, 12, 1))] == []
        assert reread(case.finding).days_overdue(dt.date(2024, 12, 1)) == 0

    def test_one_before_it_no_longer_makes_it_repeated(self, case, home):
        again = a_finding(home, by=case.people.staff)
        before = reread(again).times
        voided(case.finding, case.people.staff)

        assert (before, reread(again).times, again.occurrence) == (2, 1, 2)

    def test_the_annual_summary_counts_without_it(self, case, home):
        programme = ProgrammeFactory(district=home.town.district, year=2024)
        before = year_facts(programme, case.people.staff).findings.found
        voided(case.finding, case.people.staff)

        assert (before, year_facts(programme, case.people.staff).findings.found) == (1, 0)

    def test_a_measure_of_a_plan_goes_on_without_it(self, case, home):
        other = a_finding(home, by=case.people.staff, subject="用电")
        measure = Said("清理", "王主任", DUE, findings=[case.finding, other])
        said = {"words": "分析", "grade": "good", "star": None, "measures": [measure], "key": new_key()}
        plan = write(
            facility=home, programme=ProgrammeFactory(district=home.town.district), by=case.people.director, **said
        )
        voided(other, case.people.staff)

        (line,) = progress_of(ImprovementPlan.objects.filter(pk=plan.pk))[plan.pk].lines
        assert (line.findings, line.closed, line.done) == ([case.finding], 0, False)


def test_its_page_says_who_voided_it_and_why(sign_in, home):
    case = Case(home)
    client, page = sign_in(case.people.staff), reverse("finding", args=[case.finding.pk])
    said = {"voided-words": "录入时选错机构", "voided-seen": "0", "voided-key": new_key()}

    assert client.post(page, {"action": "voided"} | said).status_code == 302
    text = client.get(page).content.decode()
    assert "科员甲 于 2024-10-15 10:00 作废" in text
    assert text.count("录入时选错机构") == 2
