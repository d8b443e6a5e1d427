"""Who sees which places (design: "One rule for who sees what")."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import User
from accounts.permissions import Role
from districts.models import District, Facility, Town
from tests.factories import FacilityFactory, TownFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(miaohang, youyi, stranger):
    """Two towns of Baoshan and one of Changning, each with a facility."""
    for town in (miaohang, youyi, TownFactory(district=stranger.district, name="华阳路街道")):
        FacilityFactory(town=town, name=f"{town.name}养老院")


BAOSHAN = {"庙行镇", "友谊路街道"}


@pytest.mark.parametrize(
    ("who", "districts", "towns", "facilities"),
    [
        ("admin", {"宝山区"}, BAOSHAN, BAOSHAN),
        ("staff", {"宝山区"}, BAOSHAN, BAOSHAN),
        ("leader", {"宝山区"}, BAOSHAN, BAOSHAN),
        ("city_user", {"宝山区"}, BAOSHAN, BAOSHAN),
        ("official", {"宝山区"}, {"庙行镇"}, {"庙行镇"}),
        ("neighbour", {"宝山区"}, {"友谊路街道"}, {"友谊路街道"}),
        ("stranger", {"长宁区"}, {"华阳路街道"}, {"华阳路街道"}),
    ],
)
def test_each_sees_the_places_of_their_role(places, request, who, districts, towns, facilities):
    user = request.getfixturevalue(who)

    assert {place.name for place in District.objects.visible_to(user)} == districts
    assert {place.name for place in Town.objects.visible_to(user)} == towns
    assert {place.town.name for place in Facility.objects.visible_to(user)} == facilities


def test_a_facility_sees_itself_alone(places, facility_user):
    assert list(Facility.objects.visible_to(facility_user)) == [facility_user.facility]
    assert list(Town.objects.visible_to(facility_user)) == []


def test_a_user_without_a_role_sees_nothing(places):
    nobody = UserFactory(role="", district=None)

    assert not District.objects.visible_to(nobody).exists()
    assert not Facility.objects.visible_to(nobody).exists()


@pytest.mark.parametrize("role", [Role.TOWN, Role.FACILITY, Role.CITY, ""])
def test_the_database_refuses_a_role_in_the_wrong_place(district, role):
    with pytest.raises(IntegrityError, match="user_place_matches_role"):
        User.objects.create(username="x", role=role, district=district)


def test_a_town_is_named_once_in_its_district(miaohang):
    with pytest.raises(IntegrityError):
        Town.objects.create(district=miaohang.district, code="310113999", name="庙行镇")


OPENED, CLOSED = dt.date(2010, 5, 1), dt.date(2024, 5, 1)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (dt.date(2010, 4, 30), "not_open"),
        (dt.date(2010, 5, 1), "open"),
        (dt.date(2024, 4, 30), "open"),
        (dt.date(2024, 5, 1), "closed"),
    ],
)
def test_a_facility_is_open_from_its_first_day_to_the_day_before_it_closes(miaohang, day, status):
    home = Facility.objects.create(town=miaohang, name="甲院", opened_on=OPENED, closed_on=CLOSED)

    assert home.status_on(day) == status
    assert Facility.objects.open_on(day).exists() is (status == "open")


def test_a_facility_whose_days_are_not_known_is_open(miaohang):
    home = Facility.objects.create(town=miaohang, name="甲院")

    assert (home.status, Facility.objects.open_on(OPENED).get()) == ("open", home)


def test_the_database_refuses_a_facility_that_closes_before_it_opens(miaohang):
    with pytest.raises(IntegrityError):
        Facility.objects.create(town=miaohang, name="甲院", opened_on=CLOSED, closed_on=OPENED)


@pytest.mark.parametrize("url", ["", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"])
def test_a_group_robot_is_none_or_at_an_allowed_host(district, url):
    district.webhook_url = url

    district.full_clean()


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/x",
        "https://example.com/x",
        "https://qyapi.weixin.qq.com.example.com/x",
        "https://qyapi.weixin.qq.com@example.com/x",
        "https://127.0.0.1/x",
    ],
)
def test_a_robot_elsewhere_is_refused_with_where_it_may_be(district, url):
    district.webhook_url = url

    with pytest.raises(ValidationError) as refused:
        district.full_clean()

    assert refused.value.message_dict == {"webhook_url": ["地址须以 https:// 开头，主机须为：qyapi.weixin.qq.com。"]}
