"""The plan under 管理: what a new programme begins with, and what is changed on pages of its own instead."""

import pytest
from django.urls import reverse

from tasks.models import CheckRule, Programme
from tests.factories import IndicatorFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db

FORM = {"slug": "plan", "year": "2025", "title": "年度方案", "behind_threshold": "0.60"}


def test_a_new_programme_has_its_quarters_and_check_rules(admin, sign_in):
    answer = sign_in(admin).post(reverse("admin:tasks_programme_add"), FORM | {"district": admin.district_id})

    programme = Programme.objects.get()
    assert answer.status_code == 302
    assert list(programme.periods.values_list("label", flat=True)) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert CheckRule.objects.filter(programme=programme).count() == 5


def test_days_of_periods_are_changed_on_their_own_page(admin, sign_in):
    programme = ProgrammeFactory(district=admin.district)

    page = sign_in(admin).get(reverse("admin:tasks_programme_change", args=[programme.pk]))

    assert page.context["inline_admin_formsets"] == []


def test_the_frequency_is_set_where_the_months_are_made(admin, sign_in):
    indicator = IndicatorFactory(programme=ProgrammeFactory(district=admin.district))

    page = sign_in(admin).get(reverse("admin:tasks_indicator_change", args=[indicator.pk]))

    assert "frequency" not in page.context["adminform"].form.fields
