"""The register's pages cost the same number of queries for one facility, quarter and indicator as for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import FacilityFactory, IndicatorFactory, PeriodFactory, ProgrammeFactory, TownFactory
from tests.quality.cases import Q2, Q3, follows, sent, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGES = {
    "/facilities/": {"staff": 10, "official": 9},
    "/facilities/?export=csv": {"staff": 6, "official": 6},
    "/facilities/{home}/": {"staff": 15, "official": 15},
    "/facilities/{home}/?export=csv": {"staff": 11, "official": 11},
    "/facilities/{home}/figures/2024Q3/": {"staff": 11, "official": 11},
    "/facilities/review/": {"staff": 9},
    "/facilities/review/?export=csv": {"staff": 6},
    "/p/plan/indicators/01/facilities/": {"staff": 14, "official": 14},
    "/p/plan/indicators/01/facilities/?export=csv": {"staff": 11, "official": 11},
    "/p/plan/scope/": {"staff": 7, "official": 7},
    "/p/plan/scope/?export=csv": {"staff": 5, "official": 5},
    "/p/plan/targets/": {"staff": 14, "official": 14},
    "/p/plan/targets/?export=csv": {"staff": 11, "official": 11},
    "/p/plan/report/2024Q3/?town=310113112": {"staff": 23, "official": 23},
}


class World:
    """A home with figures that stand and figures that wait; `grow()` adds two more of everything."""

    def __init__(self, town, staff):
        self.staff, self.towns = staff, [town]
        self.programme = ProgrammeFactory(slug="plan", district=town.district)
        PeriodFactory(programme=self.programme, quarter=3)
        self.homes = []
        self._add()

    def grow(self):
        for _ in range(2):
            self.towns.append(TownFactory(district=self.programme.district))
            self._add()

    def _add(self):
        number = len(self.homes) + 1
        follows(IndicatorFactory(programme=self.programme, code=f"{number:02d}"), kinds=["nursing_home"])
        for town in self.towns:
            self.homes.append(home := FacilityFactory(town=town, kind="nursing_home"))
            for quarter in (Q2, Q3):
                stood(home, quarter, by=self.staff, beds=10, carers=number, certified_carers=1)
            sent(home, Q3, beds=11, carers=number)


@pytest.fixture
def world(miaohang, staff, official):
    return World(miaohang, staff)


@pytest.mark.parametrize(
    ("address", "who", "limit"),
    [(address, who, limit) for address, seen in PAGES.items() for who, limit in seen.items()],
)
def test_a_page_costs_the_same_for_one_and_for_three(world, request, sign_in, address, who, limit):
    client = sign_in(request.getfixturevalue(who))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address.format(home=world.homes[0].pk)).status_code == 200
        return len(captured)

    one = queries()
    world.grow()
    assert (one, queries()) == (limit, limit)
