"""What the nightly record shows on the pages: since when something is red, and what changed in the week."""

import datetime as dt

import pytest

from tasks.lights import Light
from tasks.models import LightChange
from tests.factories import IndicatorFactory, TargetFactory

pytestmark = pytest.mark.usefixtures("october")

TENTH = dt.date(2024, 10, 10)


@pytest.fixture
def beds(district, miaohang):
    """Ten beds are owed by 庙行镇, none is there: red since 10 October, as it was recorded."""
    indicator = IndicatorFactory(programme__district=district, programme__slug="plan", code="01", name="床位")
    TargetFactory(indicator=indicator, town=miaohang)
    LightChange.objects.create(
        district=district,
        programme=indicator.programme,
        indicator=indicator,
        town=miaohang,
        on=TENTH,
        before=Light.BEHIND,
        light=Light.FAR_BEHIND,
    )
    return indicator


@pytest.mark.parametrize("path", ["/p/plan/", "/p/plan/towns/310113112/", "/p/plan/indicators/01/"])
def test_red_says_since_when(beds, staff, sign_in, path):
    page = sign_in(staff).get(path).content.decode()

    assert "自10月10日起，已 5 天" in page


def test_the_dashboard_lists_the_changes_of_the_week(beds, staff, sign_in):
    page = sign_in(staff).get("/p/plan/").content.decode()

    week = page[page.index('id="changed"') :]
    assert week.index("2024-10-10") < week.index("床位") < week.index("滞后") < week.index("严重滞后")


def test_a_week_later_the_change_is_no_longer_listed(beds, staff, sign_in):
    page = sign_in(staff).get("/p/plan/?as_of=2024-10-17").content.decode()

    assert "这一周没有亮灯变化" in page


def test_a_change_recorded_later_makes_the_kept_dashboard_anew(beds, staff, sign_in, miaohang):
    desk = sign_in(staff)
    before = desk.get("/p/plan/").content.decode()
    LightChange.objects.create(
        district=beds.programme.district,
        programme=beds.programme,
        indicator=beds,
        town=miaohang,
        on=dt.date(2024, 10, 14),
        before=Light.FAR_BEHIND,
        light=Light.BEHIND,
    )

    after = desk.get("/p/plan/").content.decode()

    assert ("2024-10-14" in before[before.index('id="changed"') :], "2024-10-14" in after) == (False, True)
    assert "自10月10日起" not in after


def test_the_changes_of_the_week_export(beds, staff, sign_in):
    file = sign_in(staff).get("/p/plan/", {"export": "csv", "list": "changed"})

    lines = (
        b"".join(file).decode("utf-8-sig").splitlines()
        if file.streaming
        else file.content.decode("utf-8-sig").splitlines()
    )
    assert lines == ["日期,地区,指标,原亮灯,亮灯", "2024-10-10,庙行镇,床位,滞后,严重滞后"]
