"""The criteria for major hazards: read from a table with every fault by its cell, and in force from their day on."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from quality.hazards import HazardError, add, load_shared, read
from quality.models import HazardCriterion, HazardList
from tests.quality.findings import criteria

OWN = {"version": "2024", "source": "区标准", "from_day": dt.date(2024, 1, 1)}
SHARED = settings.BASE_DIR / "fixtures" / "hazards"


@pytest.fixture
def table(tmp_path):
    """A table with these lines below its head."""

    def made(*lines, head="序号,类别,情形"):
        path = tmp_path / "标准.csv"
        path.write_text("\n".join([head, *lines]), "utf-8")
        return path

    return made


def faults(path):
    with pytest.raises(HazardError) as caught:
        read(path)
    return [(one.cell, one.message) for one in caught.value.problems]


class TestReading:
    def test_each_line_is_a_case(self, table):
        assert [(one.number, one.category, one.words) for one in read(table("1,设施,甲", "2,消防,乙"))] == [
            (1, "设施", "甲"),
            (2, "消防", "乙"),
        ]

    def test_every_fault_is_told_by_its_cell(self, table):
        assert faults(table("一,设施,甲", "2,,", "3,消防,乙", "3,消防,丙")) == [
            ("A2", "应为整数，不是“一”"),
            ("B3", "“类别”不能为空"),
            ("C3", "“情形”不能为空"),
            ("A5", "序号在 A4 已经用过"),
        ]

    def test_what_is_too_long_is_told(self, table):
        ((cell, _message),) = faults(table(f"1,设施,{'字' * 301}"))

        assert cell == "C2"

    def test_a_table_without_its_heads_is_told(self, table):
        assert faults(table("1,甲", head="序号,内容")) == [("A1", "缺少表头：类别、情形")]

    def test_an_empty_table_is_told(self, table):
        assert faults(table()) == [("A1", "表头下面没有情形")]

    def test_the_portals_own_has_five_classes_and_22_cases_marked_as_placeholders(self):
        found = read(SHARED / "2023.csv")

        assert (len(found), len({one.category for one in found})) == (22, 5)
        assert all("占位" in one.category and one.words.startswith("占位：") for one in found)


@pytest.mark.django_db
class TestStoring:
    def test_a_list_holds_from_its_day_until_the_next(self):
        old = criteria("2020", dt.date(2020, 1, 1))
        new = criteria("2023", dt.date(2023, 11, 1))

        def in_force(day):
            return list(HazardCriterion.objects.in_force(None, day))

        assert in_force(dt.date(2019, 12, 31)) == []
        assert in_force(dt.date(2023, 10, 31)) == old
        assert in_force(dt.date(2023, 11, 1)) == new

    def test_a_districts_own_comes_before_a_shared_one_and_is_its_alone(self, district, stranger):
        shared = criteria("2024", dt.date(2024, 6, 1))
        own = add(district=district, criteria=[HazardCriterion(number=1, category="消防", words="甲")], **OWN)

        def in_force(of):
            return list(HazardCriterion.objects.in_force(of, dt.date(2024, 10, 1)))

        assert (in_force(district), in_force(stranger.district)) == (list(own.criteria.all()), shared)

    def test_the_portals_own_comes_once(self):
        assert [one.placeholder for one in load_shared(SHARED)] == [True]
        assert load_shared(SHARED) == []
        assert HazardCriterion.objects.count() == 22

    def test_a_version_is_not_taken_twice(self, table):
        said = {"source": "依据", "from_day": dt.date(2024, 1, 1)}
        add(district=None, criteria=read(table("1,设施,甲")), version="2024", **said)

        with pytest.raises(HazardError) as caught:
            add(district=None, criteria=read(table("1,设施,甲")), version="2024", **said)
        assert caught.value.problems[0].message == "版本 2024 已有一张标准"

    def test_the_command_tells_what_it_stored(self, table):
        out = StringIO()
        said = ["--list-version", "2024", "--source", "依据", "--from", "2024-01-01", "--json"]
        call_command("import_hazards", str(table("1,设施,甲")), *said, stdout=out)

        assert json.loads(out.getvalue()) == {"version": "2024", "criteria": 1}
        assert HazardList.objects.get().from_day == dt.date(2024, 1, 1)

    def test_the_command_tells_every_fault_and_stores_nothing(self, table):
        out = StringIO()
        said = ["--list-version", "2024", "--source", "依据", "--from", "2024-01-01", "--json"]

        with pytest.raises(SystemExit) as end:
            call_command("import_hazards", str(table("1,,甲")), *said, stdout=out)
        assert end.value.code == 1
        assert [one["cell"] for one in json.loads(out.getvalue())["errors"]] == ["B2"]
        assert HazardList.objects.count() == 0
