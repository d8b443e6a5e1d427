"""Figures of facilities: revisions, the same sent twice, who may decide, and what nobody may change."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection

from districts.models import Facility
from quality.models import FacilityDecision, FacilityFigure, FacilityReport
from quality.quarters import Quarter
from quality.reporting import FigureError, Newer, Refused, accept, refusal, return_, submit
from tasks.models import AuditEntry
from tasks.models.report import LedgerError
from tasks.verifying import verify
from tests.factories import FacilityFactory
from tests.quality.cases import Q2, Q3, sent, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(facility_user):
    return facility_user.facility


class TestSubmit:
    def test_figures_are_written_together_as_a_first_revision(self, home, facility_user):
        report = submit(
            facility=home, quarter=Q3, values={"beds": 100, "residents": 0}, words="说明", by=facility_user, key="k"
        )

        assert (report.period, report.revision, report.source, report.words) == (Q3, 1, "facility", "说明")
        assert (report.district, report.values) == (home.town.district, {"beds": 100, "residents": 0})

    @pytest.mark.parametrize(
        ("who", "source"), [("facility_user", "facility"), ("official", "town"), ("staff", "bureau")]
    )
    def test_it_says_on_whose_behalf(self, home, request, who, source):
        assert sent(home, by=request.getfixturevalue(who), beds=1).source == source

    def test_a_correction_is_a_new_revision_of_the_same_quarter_only(self, home):
        assert [sent(home, quarter, beds=1).revision for quarter in (Q3, Q3, Q2)] == [1, 2, 1]

    def test_the_same_key_is_written_once(self, home, official):
        first, again = (sent(home, by=official, key="k", beds=100) for _ in range(2))

        assert (first, FacilityReport.objects.count()) == (again, 1)

    @pytest.mark.parametrize("other", [{"beds": 101}, {"beds": 100, "quarter": Q2}, {"beds": 100, "words": "另"}])
    def test_a_key_that_says_something_else_is_refused(self, home, other):
        sent(home, key="k", beds=100)

        with pytest.raises(FigureError, match="提交凭证已被使用"):
            sent(home, other.pop("quarter", Q3), key="k", **other)

    def test_who_did_not_see_a_newer_revision_is_told_of_it(self, home, official):
        sent(home, by=official, beds=100)

        with pytest.raises(Newer, match="庙行经办人 已报送第 1 版"):
            submit(facility=home, quarter=Q3, values={"beds": 90}, by=official, key="k", seen=0)
        assert submit(facility=home, quarter=Q3, values={"beds": 90}, by=official, key="k", seen=1).revision == 2

    def test_nothing_is_no_report(self, home):
        with pytest.raises(FigureError, match="还没有填写任何数据"):
            sent(home)

    def test_words_are_not_cut(self, home):
        sent(home, beds=1, words="字" * 500)

        with pytest.raises(FigureError, match="说明不超过 500 字，现有 501 字"):
            sent(home, beds=1, words="字" * 501)

    def test_a_quarter_that_has_not_begun_takes_nothing(self, home):
        with pytest.raises(FigureError, match="2025年第一季度还没有开始"):
            sent(home, Quarter(2025, 1), beds=1)
        assert sent(home, Quarter(2024, 4), beds=1).revision == 1

    @pytest.mark.parametrize(
        ("opened_on", "closed_on", "told"),
        [
            (None, None, ""),
            (dt.date(2024, 9, 30), None, ""),
            (dt.date(2024, 10, 1), None, "院 2024-10-01 才开业，2024年第三季度不必填报。"),
            (None, dt.date(2024, 10, 1), ""),
            (None, dt.date(2024, 9, 30), "院 已于 2024-09-30 停业，2024年第三季度不必填报。"),
        ],
    )
    def test_only_what_is_open_on_the_last_day_reports(self, opened_on, closed_on, told):
        facility = Facility(name="院", opened_on=opened_on, closed_on=closed_on)

        assert refusal(facility, Q3, dt.date(2024, 10, 15)) == told


class TestDecide:
    def test_what_is_accepted_stands(self, home, staff):
        report = sent(home, beds=100)
        (decision,) = accept(reports=[report], by=staff)

        assert (decision.outcome, decision.by, decision.own) == ("accepted", staff, False)
        assert list(FacilityReport.objects.standing()) == [report]
        assert list(FacilityReport.objects.waiting()) == []

    def test_what_is_returned_does_not_and_says_why(self, home, staff):
        (decision,) = return_(reports=[sent(home, beds=100)], by=staff, reason=" 与名册不符 ")

        assert (decision.outcome, decision.reason) == ("returned", "与名册不符")
        assert list(FacilityReport.objects.standing()) == []

    @pytest.mark.parametrize(
        ("reason", "told"), [(" ", "退回必须填写原因"), ("字" * 501, "不超过 500 字，现有 501 字")]
    )
    def test_a_return_needs_a_reason_of_a_length(self, home, staff, reason, told):
        with pytest.raises(FigureError, match=told):
            return_(reports=[sent(home, beds=1)], by=staff, reason=reason)

    def test_what_was_accepted_before_stands_until_its_correction_is(self, home, staff):
        first, second = stood(home, beds=100), sent(home, beds=90)

        assert list(FacilityReport.objects.standing()) == [first]
        accept(reports=[second], by=staff)
        assert list(FacilityReport.objects.standing()) == [second]

    def test_what_stood_as_known_on_a_day(self, home):
        days = [dt.datetime(2024, 10, day, tzinfo=dt.UTC) for day in (2, 9)]
        first, second = (stood(home, at=at, beds=beds) for at, beds in zip(days, (100, 90), strict=True))

        known = [list(FacilityReport.objects.standing(dt.date(2024, 10, day))) for day in (1, 2, 8, 9)]

        assert known == [[], [first], [first], [second]]

    def test_nobody_decides_what_they_entered(self, home, staff, admin):
        report = sent(home, by=staff, beds=1)

        with pytest.raises(Refused, match="庙行养老院 2024Q3 由您本人填报，须由他人审核"):
            accept(reports=[report], by=staff)
        assert accept(reports=[report], by=admin)[0].own is False

    def test_unless_the_district_allows_it_and_then_it_is_recorded(self, home, staff):
        home.town.district.reviews_own = True
        home.town.district.save()

        assert accept(reports=[sent(home, by=staff, beds=1)], by=staff)[0].own is True

    def test_the_second_reviewer_is_told_of_the_first(self, home, staff, admin):
        report = sent(home, beds=1)
        return_(reports=[report], by=staff, reason="不符")

        with pytest.raises(Refused, match="已由 养老服务科 于 2024-10-15 10:00 退回：不符"):
            accept(reports=[report], by=admin)

    def test_a_replaced_revision_is_not_decided(self, home, staff):
        first, _second = sent(home, beds=1), sent(home, beds=2)

        with pytest.raises(Refused, match="第 1 版已被新版本替代"):
            accept(reports=[first], by=staff)

    def test_all_are_decided_or_none(self, home, staff):
        good, own = sent(home, beds=1), sent(FacilityFactory(town=home.town), by=staff, beds=1)

        with pytest.raises(Refused) as refused:
            accept(reports=[good, own], by=staff)
        assert (list(refused.value.problems), FacilityDecision.objects.count()) == ([own.pk], 0)


class TestLedger:
    def test_rows_are_never_changed_or_deleted(self, home):
        report = stood(home, beds=1)

        for row in (report, report.figures.get(), report.decision):
            with pytest.raises(LedgerError):
                row.save()
            with pytest.raises(LedgerError):
                row.delete()
        with pytest.raises(LedgerError):
            FacilityFigure.objects.update(value=2)

    def test_a_measure_stands_once_in_a_report(self, home):
        report = sent(home, beds=1)

        with pytest.raises(IntegrityError):
            FacilityFigure.objects.create(district=report.district, report=report, measure="beds", value=2)

    def test_a_return_without_reason_cannot_be_stored(self, home):
        report = sent(home, beds=1)

        with pytest.raises(IntegrityError):
            FacilityDecision.objects.create(district=report.district, report=report, outcome="returned")

    def test_a_figure_changed_behind_the_portals_back_is_found(self, home):
        report = stood(home, beds=100)
        district = report.district
        assert (AuditEntry.objects.get().kind, verify(district).intact) == ("quality.facilitydecision", True)

        with connection.cursor() as cursor:
            cursor.execute("UPDATE quality_facilityfigure SET value = 200 WHERE report_id = %s", [report.pk])

        assert not verify(district).intact
        assert "庙行养老院 2024Q3 r1" in str(verify(district).as_json())
