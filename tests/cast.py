"""The named cast: one for each role, and those who must not see."""

from accounts.models import User
from accounts.permissions import Role
from tests.factories import DistrictFactory, FacilityFactory, TownFactory, UserFactory


def miaohang(district):
    return TownFactory(district=district, code="310113112", name="庙行镇")


def youyi(district):
    """The town next door."""
    return TownFactory(district=district, code="310113003", name="友谊路街道")


def admin(district):
    return UserFactory(username="admin", role=Role.ADMIN, district=district, is_staff=True)


def staff(district):
    return UserFactory(username="staff", name="养老服务科", role=Role.STAFF, district=district)


def leader(district):
    return UserFactory(username="leader", role=Role.LEADER, district=district)


def official(miaohang):
    """Reports for 庙行镇."""
    return UserFactory(
        username="official", name="庙行经办人", role=Role.TOWN, district=miaohang.district, town=miaohang
    )


def neighbour(youyi):
    """Reports for 友谊路街道 and must see nothing of 庙行镇."""
    return UserFactory(username="neighbour", name="友谊经办人", role=Role.TOWN, district=youyi.district, town=youyi)


def facility_user(miaohang):
    home = FacilityFactory(town=miaohang, name="庙行养老院")
    return UserFactory(username="facility", role=Role.FACILITY, district=miaohang.district, facility=home)


def director_next_door(miaohang):
    """Keeps another home of 庙行镇 and must see nothing of the first one's."""
    home = FacilityFactory(town=miaohang, name="庙行乐龄院")
    return UserFactory(username="next-door", role=Role.FACILITY, district=miaohang.district, facility=home)


def city_user(district):
    """Reads Baoshan for the city."""
    user = UserFactory(username="city", role=Role.CITY, district=None)
    user.districts.add(district)
    return user


def stranger():
    """Staff of another district."""
    return UserFactory(username="stranger", role=Role.STAFF, district=DistrictFactory(code="310105", name="长宁区"))


def everybody(district) -> dict[str, User | None]:
    """All of them by name; the visitor is nobody."""
    of_district = {one.__name__: one(district) for one in (admin, staff, leader, city_user)}
    town, next_door = miaohang(district), youyi(district)
    of_towns = {"official": official(town), "neighbour": neighbour(next_door), "facility_user": facility_user(town)}
    of_towns["director_next_door"] = director_next_door(town)
    return {**of_district, **of_towns, "stranger": stranger(), "visitor": None}
