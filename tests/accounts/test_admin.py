"""The administration's lists cost the same however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TownFactory, UserFactory

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
