"""`manage.py item_lists`: the placeholders for a database that has no lists."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.quality.inspections import a_list

pytestmark = pytest.mark.django_db


def said(*options):
    out = StringIO()
    call_command("item_lists", *options, stdout=out)
    return out.getvalue()


def test_what_is_missing_is_loaded_and_told():
    a_list("daily")

    told = json.loads(said("--json"))["lists"]

    assert {one["kind"]: one["items"] for one in told} == {
        **{"joint": 20, "platform": 15, "reassessment": 32, "safety": 32},
        **{"satisfaction": 10, "self_check": 20, "star": 64},
    }


def test_a_second_time_nothing_is_left_to_load():
    assert said().splitlines()[-1] == "导入 8 张。"
    assert said() == "导入 0 张。\n"
