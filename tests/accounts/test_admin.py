"""The administration's lists cost the same however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import DistrictFactory, TownFactory, UserFactory

LISTS = ["accounts_user", "districts_town"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_many_questions_of_the_database_for_one_row_as_for_many(
    district, miaohang, admin, official, sign_in, name, django_assert_num_queries
):
    client, url = sign_in(admin), reverse(f"admin:{name}_changelist")
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    for _ in range(3):
        UserFactory(role="town", district=district, town=TownFactory(district=district))

    with django_assert_num_queries(len(before)):
        client.get(url)


def revised(town, name):
    """The town under another name; the addresses of its history and of the record that is the earlier name."""
    town.name = name
    town.save()
    first = town.history.earliest()
    args = [town.pk, first.pk]
    return [
        reverse("admin:districts_town_history", args=args[:1]),
        reverse("admin:districts_town_simple_history", args=args),
    ]


@pytest.mark.django_db
def test_a_record_s_history_is_shown_without_what_the_policy_refuses(miaohang, admin, sign_in):
    history, record = revised(miaohang, "新庙行镇")
    client = sign_in(admin)

    page = client.get(history).content.decode()

    assert "庙行镇 → 新庙行镇" in page
    assert "style=" not in page
    assert client.get(record).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_district_s_history_is_not_there_and_cannot_be_put_back(admin, sign_in, method):
    town = TownFactory(district=DistrictFactory(code="310105", name="长宁区"), name="新泾镇")
    client = sign_in(admin)

    for address in revised(town, "改名镇"):
        assert getattr(client, method)(address, {"name": "x"}).status_code == 404

    town.refresh_from_db()
    assert town.name == "改名镇"


@pytest.mark.django_db
def test_an_earlier_record_is_read_and_not_put_back(miaohang, admin, official, sign_in):
    _history, record = revised(miaohang, "新庙行镇")
    of_user = reverse("admin:accounts_user_simple_history", args=[official.pk, official.history.get().pk])
    client = sign_in(admin)

    assert client.post(record, {"name": "庙行镇"}).status_code == 403
    assert (client.get(of_user).status_code, client.post(of_user).status_code) == (200, 403)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["districts_district", "scoring_rubric", "tasks_task", "tasks_programme", "accounts_user"]
)
def test_every_kind_of_reference_data_shows_its_history(baoshan, district, sign_in, name):
    admin = UserFactory(role="admin", district=district, is_staff=True)
    row = {
        "districts_district": district,
        "scoring_rubric": baoshan.rubrics.get(),
        "tasks_task": baoshan.tasks.first(),
        "tasks_programme": baoshan,
        "accounts_user": admin,
    }[name]

    page = sign_in(admin).get(reverse(f"admin:{name}_history", args=[row.pk]))

    assert page.status_code == 200
    assert "style=" not in page.content.decode()
