"""The sites behind an indicator's figures, on its page and as a file."""

import pytest

from tasks import drafts
from tasks.reporting import accept
from tests.factories import FacilityFactory, IndicatorFactory, PeriodFactory, ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
URL = "/p/plan/indicators/01/"
QUERIES = 19


@pytest.fixture
def canteens(district):
    programme = ProgrammeFactory(slug="plan", district=district)
    return IndicatorFactory(programme=programme, code="01", by_sites=True)


@pytest.fixture
def report_sites(canteens, staff):
    """Submit a town's list for a quarter and accept it: `report_sites(miaohang, official, 3, "甲", "乙")`."""

    def report_sites(town, by, quarter, *names):
        period = canteens.programme.periods.filter(label=f"2024Q{quarter}").first()
        period = period or PeriodFactory(programme=canteens.programme, quarter=quarter)
        home = FacilityFactory(town=town)
        rows = [{"name": name, "address": "一路", "facility": home.name, "on": "2024-02-01"} for name in names]
        place = {"period": period, "town": town, "by": by}
        drafts.keep(**place, subject=canteens, typed={}, version=0, rows=rows)
        accept(reports=drafts.submit_sheet(**place, key=f"{town.pk}{quarter}", seen={}).reports.all(), by=staff)

    return report_sites


def names(response):
    return [site.name for site in response.context["sites"]]


def test_the_list_that_stands_is_shown(sign_in, staff, report_sites, miaohang, official):
    report_sites(miaohang, official, 2, "甲")
    report_sites(miaohang, official, 3, "甲", "乙")
    client = sign_in(staff)

    assert names(client.get(URL)) == ["甲", "乙"]
    assert names(client.get(f"{URL}?as_of=2024-06-30")) == ["甲"]
    assert names(client.get(f"{URL}?known_on=2024-10-14")) == []


def test_a_neighbour_sees_none_of_it(sign_in, neighbour, report_sites, miaohang, official):
    report_sites(miaohang, official, 3, "甲")

    page = sign_in(neighbour).get(URL)

    assert (names(page), "甲" in page.content.decode()) == ([], False)


def test_it_is_exported(sign_in, staff, report_sites, miaohang, official):
    report_sites(miaohang, official, 3, "=甲")

    lines = sign_in(staff).get(f"{URL}?export=csv&list=sites").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "街镇,填报期,序号,点位名称,地址,养老服务机构,日期"
    assert lines[1].startswith("庙行镇,2024Q3,1,'=甲,一路,第")
    assert lines[1].endswith("养老院,2024-02-01")


def test_the_page_costs_the_same_for_one_site_and_for_three(
    sign_in, staff, report_sites, miaohang, official, youyi, neighbour, django_assert_num_queries
):
    client = sign_in(staff)
    report_sites(miaohang, official, 3, "甲")
    with django_assert_num_queries(QUERIES):
        client.get(URL)
    report_sites(youyi, neighbour, 3, "乙", "丙")
    with django_assert_num_queries(QUERIES):
        client.get(URL)
