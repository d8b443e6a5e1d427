"""Counting facilities by their grades, which quarters count, weighted scores, and whom a programme is about."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from districts.models import Facility
from quality.models import FacilityReport, RollUp, Scope, ScopeException
from quality.parts import Part, Stated
from quality.quarters import Quarter
from quality.rollup import Rolled, roll_up
from quality.scoping import decide, scopes_of, set_scope
from tasks.models import Indicator
from tests.factories import FacilityFactory, IndicatorFactory, ProgrammeFactory
from tests.quality.cases import Q2, Q3, follows, stood

RATE, COUNT = Indicator(kind="rate"), Indicator(kind="count")
EXCELLENT = {"rule": "facilities", "numerator": "monitoring", "at_least": 4}


def part(values=None, *earlier):
    """A facility with what it states now and what it stated in the quarters before, the newest first."""
    before = tuple(Stated(FacilityReport(), one) for one in earlier)
    return Part(Facility(), None if values is None else FacilityReport(), values or {}, before)


def rolled(parts, indicator=RATE, **row):
    return Rolled(RollUp(indicator=indicator, **row), Q3, parts)


class TestFacilities:
    def test_a_share_is_those_that_reach_the_grade_of_all_in_scope(self):
        parts = [part({"monitoring": rank}) for rank in (4, 3, 4)] + [part(), part({"beds": 9})]

        found = rolled(parts, **EXCELLENT)

        assert (found.numerator, found.denominator, found.value) == (2, 5, 40)

    @pytest.mark.parametrize(("met", "reached"), [(14, False), (15, True)])
    def test_39_percent_of_38_facilities_are_15(self, met, reached):
        parts = [part({"monitoring": 4 if number < met else 3}) for number in range(38)]

        assert (rolled(parts, **EXCELLENT).value >= 39) is reached

    def test_a_count_has_no_denominator(self):
        parts = [part({"fire_safety": rank}) for rank in (2, 1, 0, 2)]

        found = rolled(parts, COUNT, rule="facilities", numerator="fire_safety", at_least=2)

        assert (found.known.value, found.known.denominator) == (2, None)

    def test_nothing_stated_is_not_zero(self):
        assert rolled([part(), part()], **EXCELLENT).known is None
        assert rolled([part({"monitoring": 1}), part()], **EXCELLENT).known.value == 0

    def test_without_a_measure_all_in_scope_are_counted(self):
        assert rolled([part(), part({"beds": 1})], COUNT, rule="facilities").value == 2
        assert rolled([], COUNT, rule="facilities").value is None

    def test_the_source_says_how_many_state_it(self):
        assert rolled([part({"monitoring": 4}), part()], **EXCELLENT).source == "1 家机构（应有 2 家） 2024年第三季度"


class TestReach:
    def value(self, reach, *parts):
        return rolled(list(parts), COUNT, reach=reach, **EXCELLENT).value

    @pytest.mark.parametrize(("reach", "value"), [("quarter", None), ("latest", 1), ("best", 1)])
    def test_a_result_of_before_stands_where_the_setting_says(self, reach, value):
        assert self.value(reach, part(None, {"monitoring": 4})) == value

    @pytest.mark.parametrize(("reach", "value"), [("quarter", 0), ("latest", 0), ("best", 1)])
    def test_an_excellent_result_of_before_keeps_counting_only_where_the_setting_says(self, reach, value):
        assert self.value(reach, part({"monitoring": 3}, {"monitoring": 4})) == value

    @pytest.mark.parametrize("reach", RollUp.Reach.values)
    def test_a_better_result_of_now_counts_everywhere(self, reach):
        assert self.value(reach, part({"monitoring": 4}, {"monitoring": 2})) == 1

    def test_of_several_quarters_the_latest_result_stands(self):
        assert self.value("latest", part(None, {"beds": 1}, {"monitoring": 3}, {"monitoring": 4})) == 0

    def test_each_facility_counts_once(self):
        assert self.value("best", part({"monitoring": 4}, {"monitoring": 4}, {"monitoring": 4})) == 1

    @pytest.mark.django_db
    def test_quarters_up_to_the_one_asked_for_are_looked_at(self, miaohang, october):
        home = FacilityFactory(town=miaohang)
        stood(home, Quarter(2023, 4), monitoring=4)
        stood(home, Q2, monitoring=3)
        row = follows(IndicatorFactory(programme__district=miaohang.district))
        RollUp.objects.filter(pk=row.pk).update(reach="best", **EXCELLENT)
        row = RollUp.objects.select_related("indicator").get()

        found = [
            roll_up([row], quarter, [miaohang])[row.indicator_id, miaohang.pk].value
            for quarter in (Quarter(2023, 3), Quarter(2023, 4), Q2, Q3)
        ]

        assert found == [None, 1, 1, 1]


class TestMean:
    ROW = {"rule": "mean", "numerator": "satisfaction", "denominator": "answers"}

    def test_scores_weigh_as_many_as_answered(self):
        found = rolled(
            [part({"satisfaction": 9000, "answers": 10}), part({"satisfaction": 6000, "answers": 30})], **self.ROW
        )

        assert (found.value, found.numerator, found.denominator) == (Decimal("67.5"), 27, 40)

    def test_a_score_without_answers_counts_for_nothing(self):
        assert rolled([part({"satisfaction": 9000})], **self.ROW).known is None


class TestScope:
    pytestmark = pytest.mark.django_db

    @pytest.fixture
    def programme(self, district):
        return ProgrammeFactory(district=district)

    @pytest.fixture
    def homes(self, miaohang):
        facts = [("院", "nursing_home", "备1"), ("未备案", "nursing_home", ""), ("长照", "care_home", "备2")]
        return [FacilityFactory(town=miaohang, name=n, kind=kind, registration=no) for n, kind, no in facts]

    def names(self, programme, miaohang):
        indicator = IndicatorFactory(programme=programme)
        row = RollUp.objects.create(indicator=indicator, rule="facilities")
        found = roll_up([row], Q3, [miaohang])[indicator.pk, miaohang.pk]
        return sorted(one.facility.name for one in found.parts)

    def test_a_programme_without_a_scope_is_about_all(self, programme, homes, miaohang):
        assert self.names(programme, miaohang) == ["未备案", "长照", "院"]

    @pytest.mark.parametrize(
        ("kinds", "registered", "names"),
        [
            (["nursing_home"], False, ["未备案", "院"]),
            (["nursing_home"], True, ["院"]),
            ([], True, ["长照", "院"]),
        ],
    )
    def test_the_rule_takes_kinds_and_registered_ones(
        self, programme, homes, miaohang, admin, kinds, registered, names
    ):
        set_scope(programme=programme, settings={"kinds": kinds, "registered": registered, "words": ""}, by=admin)

        assert self.names(programme, miaohang) == names

    def test_single_facilities_are_taken_in_and_left_out(self, programme, homes, miaohang, admin):
        settings = {"kinds": ["nursing_home"], "registered": True, "words": ""}
        set_scope(programme=programme, settings=settings, by=admin)

        decide(programme=programme, facility=homes[2], included=True, reason="试点", by=admin)
        decide(programme=programme, facility=homes[0], included=False, reason="改建中", by=admin)

        assert self.names(programme, miaohang) == ["长照"]
        assert [included for _scope, included in scopes_of(homes[2])] == [True]

    def test_what_the_rule_says_anyway_needs_no_exception(self, programme, homes, admin):
        decide(programme=programme, facility=homes[0], included=False, reason="改建中", by=admin)
        decide(programme=programme, facility=homes[0], included=True, reason="建成", by=admin)

        assert ScopeException.objects.count() == 0
        assert [one.history_type for one in ScopeException.history.all()] == ["-", "+"]

    def test_an_exception_has_a_reason_and_stands_once(self, programme, homes):
        scope = Scope.objects.create(programme=programme)

        with pytest.raises(IntegrityError):
            ScopeException.objects.create(scope=scope, facility=homes[0], included=False, reason="")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        {"rule": "sum", "numerator": ""},
        {"rule": "sum", "numerator": "beds", "at_least": 1},
        {"rule": "sum", "numerator": "beds", "reach": "best"},
        {"rule": "facilities", "numerator": "monitoring"},
        {"rule": "facilities", "at_least": 1},
        {"rule": "facilities", "numerator": "monitoring", "denominator": "beds", "at_least": 1},
        {"rule": "mean", "numerator": "satisfaction"},
    ],
)
def test_a_rule_has_what_it_needs(row):
    with pytest.raises(IntegrityError):
        RollUp.objects.create(indicator=IndicatorFactory(), **row)


@pytest.mark.django_db
@pytest.mark.parametrize(("measure", "value"), [("monitoring", 0), ("fire_safety", 3), ("satisfaction", 10001)])
def test_the_ledger_holds_no_unknown_grade(measure, value, miaohang, october):
    with pytest.raises(IntegrityError):
        stood(FacilityFactory(town=miaohang), **{measure: value})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (EXCELLENT | {"indicator": RATE}, "服务质量监测结果不低于优秀的机构家数 ÷ 应计机构家数"),
        ({"indicator": COUNT, "rule": "facilities"}, "机构家数"),
        ({"indicator": RATE, **TestMean.ROW}, "Σ 满意度得分 × 满意度调查有效问卷 ÷ Σ 满意度调查有效问卷"),
        (
            {"indicator": COUNT, "numerator": "beds", "reach": "latest"},
            "Σ 核定床位；本季度没有的，沿用以前最近一次的结果",
        ),
    ],
)
def test_a_roll_up_says_how_it_is_made(row, told):
    assert RollUp(**row).told == told
