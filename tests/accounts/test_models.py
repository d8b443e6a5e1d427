"""Which users a permission names."""

import pytest

from accounts.models import User
from accounts.permissions import Permission

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("admin", "staff", "leader", "official", "facility_user", "city_user")
@pytest.mark.parametrize(
    ("permission", "names"),
    [
        (Permission.MANAGE, {"admin"}),
        (Permission.REVIEW, {"admin", "staff"}),
        (Permission.REPORT, {"admin", "staff", "official"}),
        (Permission.SEE_DISTRICT, {"admin", "staff", "leader", "city"}),
    ],
)
def test_those_whose_role_gives_the_permission(permission, names):
    User.objects.create(username="root", is_superuser=True)  # without a role

    assert {user.username for user in User.objects.who_may(permission)} == names
