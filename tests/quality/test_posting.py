"""Figures entered once: what facilities add up to reaches the town, the district and the score, and people are told."""

import datetime as dt
from decimal import Decimal

import pytest

from districts.models import Facility
from quality.models import RollUp
from quality.posting import follow_register
from quality.reporting import accept, return_
from quality.roll_ups import follow
from quality.scoping import decide
from scoring.models import CriterionLink
from scoring.scores import Scores
from tasks.board import Board, Moment
from tasks.lights import Light
from tasks.models import Notification, Report, Submission, Target
from tasks.notification_words import words
from tasks.work import work_of
from tests.factories import (
    CriterionFactory,
    FacilityFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    accepted,
)
from tests.quality.cases import Q2, Q3, sent, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
END = Moment(dt.date(2024, 9, 30))


@pytest.fixture
def programme(district):
    programme = ProgrammeFactory(slug="plan", district=district)
    for quarter in (2, 3):
        PeriodFactory(programme=programme, quarter=quarter)
    return programme


@pytest.fixture
def beds(programme, admin):
    indicator = IndicatorFactory(programme=programme, code="01", name="护理型床位")
    follow(indicator=indicator, settings={"numerator": "nursing_beds", "automatic": True}, by=admin)
    return indicator


@pytest.fixture
def home(facility_user):
    return facility_user.facility


def for_the_district(indicator, value="100"):
    return Target.objects.create(
        district=indicator.programme.district,
        indicator=indicator,
        revision=1,
        comparator="ge",
        value=Decimal(value),
        text=value,
    )


def actual(programme, indicator, town=None):
    return Board(programme, END).entry(indicator, town and town.pk).actual


class TestPosting:
    def test_accepted_figures_stand_for_the_town_and_the_district(self, programme, beds, home, youyi, staff):
        for_the_district(beds)
        stood(home, by=staff, beds=90, nursing_beds=60)
        stood(FacilityFactory(town=youyi), by=staff, beds=80, nursing_beds=40)

        assert [actual(programme, beds, town) for town in (home.town, youyi, None)] == [60, 40, 100]
        assert Board(programme, END).entry(beds, None).light == Light.DONE

    def test_the_ledger_says_from_which_facilities_and_who_accepted(self, beds, home, staff):
        stood(home, by=staff, beds=90, nursing_beds=60)

        report = Report.objects.get()
        assert (report.origin, report.submission.source) == ("1 家机构 2024年第三季度", Submission.Source.ROLLED)
        assert (report.decision.by, report.decision.outcome) == (staff, "accepted")

    def test_without_a_target_of_its_own_the_district_adds_up_its_towns(self, beds, home, staff):
        stood(home, by=staff, beds=90, nursing_beds=60)

        assert list(Report.objects.values_list("town", flat=True)) == [home.town_id]

    def test_what_waits_or_is_returned_reaches_nobody(self, beds, home, staff):
        return_(reports=[sent(home, beds=90, nursing_beds=60)], by=staff, reason="不符")
        sent(home, beds=90, nursing_beds=50)

        assert Report.objects.count() == 0

    def test_a_correction_is_a_new_revision_and_the_same_again_is_none(self, programme, beds, home, staff):
        for count in (60, 60, 55):
            stood(home, by=staff, beds=90, nursing_beds=count)

        assert list(Report.objects.order_by("revision").values_list("revision", "value")) == [(1, 60), (2, 55)]
        assert actual(programme, beds, home.town) == 55

    def test_a_late_quarter_changes_later_ones_that_look_back(self, programme, home, staff, admin):
        indicator = IndicatorFactory(programme=programme, name="示范")
        rule = {"rule": "facilities", "numerator": "fire_safety", "at_least": 2, "reach": "latest", "automatic": True}
        follow(indicator=indicator, settings=rule, by=admin)
        stood(home, Q3, by=staff, beds=9)
        stood(home, Q2, by=staff, fire_safety=2)

        found = Report.objects.order_by("period").values_list("period__label", "value")
        assert list(found) == [("2024Q2", 1), ("2024Q3", 1)]

    def test_what_people_entered_is_left_to_stand(self, programme, beds, home, staff, official):
        accepted(programme.periods.get(label="2024Q3"), home.town, subject=beds, value=Decimal(70), by=official)

        stood(home, by=staff, beds=90, nursing_beds=60)

        assert actual(programme, beds, home.town) == 70

    def test_what_is_not_automatic_waits_for_the_town(self, beds, home, staff):
        RollUp.objects.update(automatic=False)

        stood(home, by=staff, beds=90, nursing_beds=60)

        assert Report.objects.count() == 0

    def test_a_closed_period_takes_nothing_and_the_figures_are_accepted(self, programme, beds, home, staff):
        programme.periods.update(closes_on=dt.date(2024, 10, 1))

        report = stood(home, by=staff, beds=90, nursing_beds=60)

        assert (report.decision.outcome, Report.objects.count()) == ("accepted", 0)

    def test_another_years_programme_is_left_alone(self, programme, beds, home, staff):
        type(programme).objects.update(year=2025)

        stood(home, by=staff, beds=90, nursing_beds=60)

        assert Report.objects.count() == 0

    def test_what_was_known_on_a_day_can_be_asked_for(self, programme, beds, home, staff):
        for day, count in ((3, 60), (9, 50)):
            at = dt.datetime(2024, 10, day, 2, tzinfo=dt.UTC)
            stood(home, by=staff, at=at, beds=90, nursing_beds=count)

        known = [
            Board(programme, END._replace(known_on=dt.date(2024, 10, day))).entry(beds, home.town_id).actual
            for day in (2, 3, 9)
        ]
        assert known == [None, 60, 50]


class TestJourney:
    """A director types a figure once; the town's line, the district's page and the score show it, down to the facility."""

    @pytest.fixture
    def rate(self, programme, admin, miaohang):
        indicator = IndicatorFactory(programme=programme, code="12", name="持证率", rate=True)
        row = {"numerator": "certified_carers", "denominator": "carers", "automatic": True}
        follow(indicator=indicator, settings=row, by=admin)
        TargetFactory(indicator=indicator, town=miaohang, comparator="ge", value=Decimal(85), text="85%以上")
        criterion = CriterionFactory(
            section__rubric__programme=programme,
            weight=10,
            rule={"kind": "threshold", "conditions": [{"value": "85", "points": "10"}]},
        )
        CriterionLink.objects.create(criterion=criterion, indicator=indicator, part="")
        return indicator

    def test_one_entry_reaches_the_score(self, programme, rate, home, facility_user, staff, sign_in):
        levels = {"level_5": "12", "level_4": "4", "level_3": "1", "level_2": "0", "level_1": "0"}
        typed = {"carers": "20", **levels, "key": "k", "seen": "0"}
        sign_in(facility_user).post(f"/facilities/{home.pk}/figures/2024Q3/", typed)
        bureau = sign_in(staff)
        bureau.post("/facilities/review/", {"accept": home.reports.get().pk})

        moment = Moment(dt.date(2024, 10, 15))
        (ranked,) = Scores(programme, moment).ranked([home.town])
        assert Board(programme, moment).entry(rate, home.town_id).actual == 85
        assert ranked.score.total == 10
        assert "17 ÷ 20" in bureau.get("/p/plan/indicators/12/facilities/").content.decode()
        page = bureau.get(f"/p/plan/towns/{home.town.code}/").content.decode()
        assert f"/p/plan/indicators/12/facilities/?as_of=2024-09-30&amp;town={home.town.code}" in page


class TestTelling:
    def told(self, user):
        return [words(one).title for one in Notification.objects.filter(user=user)]

    def test_the_bureau_hears_of_what_waits(self, home, facility_user, staff):
        sent(home, by=facility_user, beds=90)

        assert self.told(staff) == ["庙行养老院报送2024年第三季度填报"]

    def test_the_director_hears_of_both_ends(self, home, facility_user, staff):
        return_(reports=[sent(home, by=facility_user, beds=90)], by=staff, reason="不符")
        accept(reports=[sent(home, by=facility_user, beds=80)], by=staff)

        assert sorted(self.told(facility_user)) == ["2024年第三季度填报已通过", "2024年第三季度填报被退回：庙行养老院"]

    def test_a_town_that_entered_for_it_hears_too_and_its_neighbour_does_not(
        self, home, facility_user, official, neighbour, staff
    ):
        return_(reports=[sent(home, by=official, beds=90)], by=staff, reason="不符")

        assert [len(self.told(one)) for one in (facility_user, official, neighbour)] == [1, 1, 0]

    def test_the_front_page_has_what_is_due_and_what_came_back(self, programme, home, facility_user, staff):
        stood(home, Q2, by=staff, beds=90)
        before = work_of(facility_user, [programme])
        return_(reports=[sent(home, by=facility_user, beds=90)], by=staff, reason="不符")
        after = work_of(facility_user, [programme])
        accept(reports=[sent(home, by=facility_user, beds=80)], by=staff)

        titles = [[todo.title for todo in work[0][1]] for work in (before, after, work_of(facility_user, [programme]))]
        assert titles == [["填报2024年第三季度机构数据"], ["2024年第三季度机构数据被退回"], []]
        assert before[0][1][0].due_on == dt.date(2024, 10, 10)

    def test_the_bureau_sees_how_many_wait(self, programme, home, facility_user, staff):
        sent(home, by=facility_user, beds=90)

        assert "审核 1 份机构数据" in [todo.title for todo in work_of(staff, [programme])[0][1]]


class TestReposting:
    def test_a_facility_left_out_of_scope_no_longer_counts(self, programme, beds, home, miaohang, staff, admin):
        stood(home, by=staff, beds=90, nursing_beds=60)
        other = FacilityFactory(town=miaohang)
        stood(other, by=staff, beds=90, nursing_beds=30)

        decide(programme=programme, facility=other, included=False, reason="改建中", by=admin)

        assert actual(programme, beds, miaohang) == 60
        assert Report.objects.order_by("revision").last().decision.by == admin

    def test_a_count_without_any_facility_left_is_nothing(self, programme, beds, home, miaohang, staff, admin):
        stood(home, by=staff, beds=90, nursing_beds=60)

        decide(programme=programme, facility=home, included=False, reason="改建中", by=admin)

        assert actual(programme, beds, miaohang) == 0

    def test_every_night_the_figures_follow_the_register(self, programme, beds, home, miaohang, staff):
        other = FacilityFactory(town=miaohang)
        for one, nursing in ((home, 60), (other, 30)):
            stood(one, by=staff, beds=90, nursing_beds=nursing)
        Facility.objects.filter(pk=other.pk).update(closed_on=dt.date(2024, 9, 1))

        assert [follow_register(dt.date(2024, 10, 16)) for _again in range(2)] == [1, 1]
        posted = Report.objects.filter(indicator=beds, town=miaohang).order_by("revision")
        assert list(posted.values_list("value", flat=True)) == [60, 90, 60]

    def test_a_quarter_before_the_last_stays_as_it_was_counted(self, programme, beds, home, staff, admin):
        for quarter in (Q2, Q3):
            stood(home, quarter, by=staff, beds=90, nursing_beds=60, added_nursing_beds=9)

        follow(indicator=beds, settings={"numerator": "added_nursing_beds", "automatic": True}, by=admin)

        found = Report.objects.order_by("period", "revision").values_list("period__label", "value")
        assert list(found) == [("2024Q2", 60), ("2024Q3", 60), ("2024Q3", 9)]
