"""Beside each red line of the dashboard and of a town's page: its supervision sheet, or the way to issue one."""

import datetime as dt
import re

import pytest

from tasks.supervising import close, issue, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

DASHBOARD, TOWN = "/p/baoshan-2024/", "/p/baoshan-2024/towns/310113112/"
NEW = (
    "/p/baoshan-2024/supervision/new/?indicator=08&amp;town=310113112"  # 新增家门口养老服务站 of 庙行镇: 10, none built
)


@pytest.fixture
def put(baoshan, miaohang, staff):
    stations = baoshan.indicators.get(code="08")
    said = {"programme": baoshan, "town": miaohang, "indicator": stations, "due_on": dt.date(2024, 10, 29)}
    return lambda: issue(**said, matter="滞后", requirement="补齐", by=staff, key="1")


def read(client, address, **query):
    return client.get(address, query).content.decode()


def states(page):
    """The sheets that the page leads to, with what is said of each."""
    found = re.findall(
        r'href="/p/baoshan-2024/supervision/(\d+)/">督〔2024〕\d号\s*<span class="state[^>]*>(.*?)<', page
    )
    return [(int(number), state) for number, state in found]


@pytest.mark.parametrize("address", [DASHBOARD, TOWN])
def test_a_red_line_leads_to_a_new_sheet_and_then_to_that(address, put, staff, official, sign_in):
    client = sign_in(staff)
    before = read(client, address)
    assert (NEW in before, states(before)) == (True, [])

    sheet = put()
    issued = read(client, address)
    assert (NEW in issued, states(issued)) == (False, [(1, "待签收")])

    sign(sheet=sheet, by=official)
    assert states(read(client, address)) == [(1, "已签收，待答复")]

    close(sheet=sheet, words="指标已调整", by=staff)
    closed = read(client, address)
    assert (NEW in closed, states(closed)) == (True, [])


@pytest.mark.parametrize("address", [DASHBOARD, TOWN])
def test_a_leader_sees_the_sheet_and_no_button(address, put, leader, sign_in):
    client = sign_in(leader)
    assert "supervision/new/" not in read(client, address)

    put()

    assert states(read(client, address)) == [(1, "待签收")]


def test_a_town_sees_its_own_sheet(put, official, sign_in):
    put()

    assert states(read(sign_in(official), TOWN)) == [(1, "待签收")]


@pytest.mark.parametrize("address", [DASHBOARD, TOWN])
def test_only_the_page_of_today_issues_sheets(address, put, staff, sign_in, time_machine):
    """The dashboard that was kept for the day before is not the one of the day itself."""
    client = sign_in(staff)
    assert "supervision/new/" not in read(client, address, as_of="2024-10-16")
    assert "supervision/new/" in read(client, address, as_of="2024-10-15")

    time_machine.move_to(dt.datetime(2024, 10, 16, 2, tzinfo=dt.UTC), tick=False)
    client = sign_in(staff)

    assert "supervision/new/" in read(client, address, as_of="2024-10-16")
    assert "supervision/new/" not in read(client, address, as_of="2024-10-15")


def test_a_red_task_of_the_district_leads_to_a_sheet_whose_town_is_chosen_there(baoshan, staff, sign_in):
    assert 'href="/p/baoshan-2024/supervision/new/?task=8"' in read(sign_in(staff), DASHBOARD)
