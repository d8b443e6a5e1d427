"""Rolling up: Σ over the facilities that are open and accepted, Σ ÷ Σ for rates, and the facilities behind it."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.models import Facility
from quality.models import FacilityReport, RollUp
from quality.parts import Part
from quality.quarters import Quarter
from quality.rollup import Rolled, known_of_facilities, roll_up, together
from tasks.known import Known, known_values
from tests.factories import FacilityFactory, IndicatorFactory, PeriodFactory
from tests.quality.cases import Q2, Q3, follows, sent, stood

pytestmark = pytest.mark.usefixtures("october")
RATE = {"numerator": "certified_carers", "denominator": "carers"}


@pytest.fixture
def period(district):
    return PeriodFactory(quarter=3, programme__district=district)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="床位数")


@pytest.fixture
def certified(period):
    return IndicatorFactory(programme=period.programme, name="持证率", rate=True)


@pytest.fixture
def homes(miaohang):
    return [FacilityFactory(town=miaohang, name=name, kind="nursing_home") for name in ("甲院", "乙院")]


def rolled(row, town, quarter=Q3, known_on=None):
    return roll_up([row], quarter, [town], known_on)[row.indicator_id, town.pk]


@pytest.mark.django_db
class TestCounts:
    def test_a_count_is_the_sum_of_its_measure(self, homes, beds, miaohang):
        for home, count in zip(homes, (100, 20), strict=True):
            stood(home, beds=count, residents=7)

        assert rolled(follows(beds), miaohang).known == Known(Decimal(120), "2 家机构 2024年第三季度")

    def test_what_is_not_accepted_is_missed_by_name(self, homes, beds, miaohang):
        stood(homes[0], beds=100)
        sent(homes[1], beds=20)

        found = rolled(follows(beds), miaohang)

        assert found.known == Known(Decimal(100), "1 家机构（应有 2 家） 2024年第三季度")
        assert [(part.facility, part.report is None) for part in found.parts] == [(homes[1], True), (homes[0], False)]

    def test_without_any_nothing_is_known(self, homes, beds, miaohang):
        assert rolled(follows(beds), miaohang).known is None

    def test_a_measure_that_is_not_stated_does_not_count_and_zero_does(self, homes, beds, miaohang):
        stood(homes[0], residents=7)
        stood(homes[1], beds=0)

        found = rolled(follows(beds), miaohang)

        assert (found.value, [part.facility for part in found.counted]) == (0, [homes[1]])

    def test_another_quarter_and_another_town_stay_apart(self, homes, beds, miaohang, youyi):
        stood(homes[0], Q2, beds=100)
        stood(FacilityFactory(town=youyi), beds=50)

        assert rolled(follows(beds), miaohang).value is None

    def test_only_the_kinds_that_are_asked_for(self, homes, beds, miaohang):
        stood(homes[0], beds=100)
        stood(FacilityFactory(town=miaohang, kind="day_care"), beds=30)

        assert rolled(follows(beds, kinds=["day_care", "care_home"]), miaohang).value == 30

    @pytest.mark.parametrize(
        ("field", "day", "value"),
        [
            ("closed_on", dt.date(2024, 9, 30), 20),
            ("closed_on", dt.date(2024, 10, 1), 120),
            ("opened_on", dt.date(2024, 9, 30), 120),
            ("opened_on", dt.date(2024, 10, 1), 20),
        ],
    )
    def test_what_is_open_on_the_quarters_last_day_counts(self, homes, beds, miaohang, field, day, value):
        for home, count in zip(homes, (100, 20), strict=True):
            stood(home, beds=count)
        Facility.objects.filter(pk=homes[0].pk).update(**{field: day})

        assert rolled(follows(beds), miaohang).value == value

    def test_as_known_on_a_day(self, homes, beds, miaohang):
        for day, count in ((2, 100), (9, 90)):
            stood(homes[0], at=dt.datetime(2024, 10, day, tzinfo=dt.UTC), beds=count)
        row = follows(beds)

        known = [rolled(row, miaohang, known_on=dt.date(2024, 10, day)).value for day in (1, 2, 8, 9)]

        assert known == [None, 100, 100, 90]

    def test_it_takes_four_queries_however_many(
        self, homes, beds, certified, miaohang, youyi, django_assert_num_queries
    ):
        rows = [follows(beds), follows(certified, **RATE)]
        for home in [*homes, *(FacilityFactory(town=youyi) for _ in range(3))]:
            stood(home, beds=1, carers=2, certified_carers=1)

        with django_assert_num_queries(4):
            found = roll_up(rows, Q3, [miaohang, youyi])
            assert [one.value for one in found.values()] == [2, 3, 50, 50]


@pytest.mark.django_db
class TestRates:
    def test_a_rate_is_sum_over_sum_never_a_mean(self, homes, certified, miaohang):
        stood(homes[0], carers=10, certified_carers=10)
        stood(homes[1], carers=90, certified_carers=45)

        known = rolled(follows(certified, **RATE), miaohang).known

        assert (known.value, known.numerator, known.denominator) == (55, 55, 100)

    def test_a_facility_without_both_parts_is_in_neither_sum(self, homes, certified, miaohang):
        stood(homes[0], carers=10, certified_carers=9)
        stood(homes[1], carers=90)

        known = rolled(follows(certified, **RATE), miaohang).known

        assert (known.numerator, known.denominator) == (9, 10)

    def test_nothing_is_divided_by_nothing(self, homes, certified, miaohang):
        stood(homes[0], carers=0, certified_carers=0)

        assert rolled(follows(certified, **RATE), miaohang).known is None

    def test_ten_places_are_kept(self, homes, certified, miaohang):
        stood(homes[0], carers=3, certified_carers=1)

        assert rolled(follows(certified, **RATE), miaohang).value == Decimal("33.3333333333")

    def test_towns_add_up_by_their_parts(self, homes, certified, miaohang, youyi):
        stood(homes[0], carers=10, certified_carers=10)
        stood(FacilityFactory(town=youyi), carers=30, certified_carers=0)
        row = follows(certified, **RATE)

        assert together(roll_up([row], Q3, [miaohang, youyi]).values()).value == 25


PEOPLE = st.integers(0, 500).flatmap(lambda carers: st.tuples(st.just(carers), st.integers(0, carers)))


@given(st.lists(st.lists(PEOPLE, max_size=4), min_size=1, max_size=5))
def test_a_district_is_the_same_however_its_facilities_lie_in_towns(towns):
    row = RollUp(**RATE)
    values = [[{"carers": all_, "certified_carers": some} for all_, some in town] for town in towns]
    apart = [Rolled(row, Q3, [Part(Facility(), FacilityReport(), one) for one in town]) for town in values]
    at_once = Rolled(row, Q3, [part for one in apart for part in one.parts])

    found = together(apart)

    assert (found.numerator, found.denominator, found.value) == (at_once.numerator, at_once.denominator, at_once.value)
    assert found.value is None or 0 <= found.value <= 100


@pytest.mark.django_db
class TestKnown:
    def test_the_sheet_is_told_what_follows_facilities(self, homes, beds, period, miaohang):
        row = follows(beds)
        stood(homes[0], beds=100)

        assert known_values(period, miaohang) == {
            row.indicator_id: Known(Decimal(100), "1 家机构（应有 2 家） 2024年第三季度")
        }

    def test_an_indicator_that_is_typed_again_is_left_alone(self, homes, beds, period, miaohang):
        follows(beds)
        stood(homes[0], beds=100)
        type(beds).objects.update(source="typed")

        assert known_values(period, miaohang) == {}

    def test_another_programmes_roll_ups_do_not_mix_in(self, homes, period, miaohang):
        follows(IndicatorFactory())
        stood(homes[0], beds=100)

        assert known_of_facilities(period, miaohang) == {}

    @pytest.mark.parametrize(("month", "known"), [(8, False), (9, True)])
    def test_a_month_has_the_quarter_that_ends_with_it(self, homes, beds, miaohang, month, known):
        follows(beds)
        stood(homes[0], beds=100)
        first, last = dt.date(2024, month, 1), dt.date(2024, month, {8: 31, 9: 30}[month])
        period = PeriodFactory(programme=beds.programme, label=f"2024M{month:02d}", starts_on=first, ends_on=last)

        assert bool(known_of_facilities(period, miaohang)) is known

    def test_a_programme_without_roll_ups_costs_one_query(self, period, miaohang, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert known_of_facilities(period, miaohang) == {}

    def test_a_quarter_of_another_year_is_another_quarter(self, homes, beds, miaohang):
        stood(homes[0], Quarter(2023, 3), beds=100)

        assert rolled(follows(beds), miaohang).value is None
