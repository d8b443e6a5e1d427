"""Reading item lists: the table's shape, every fault at once by its cell, versions and grades."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.conf import settings

from quality.grading import Bound
from quality.item_lists import Contents, ItemListError, add, load_shared, read
from quality.models import InspectionItem, InspectionKind, ItemList
from tests.quality.inspections import a_list

HEAD = "序号,分组,检查内容,检查方法,分值,评判方式,否决项"
FOLDER = settings.BASE_DIR / "fixtures" / "inspection-lists"
DAY = dt.date(2024, 6, 1)


def of(*rows, head=HEAD):
    return read("\n".join((head, *rows)).encode(), name="表.csv")


def problems(*rows, head=HEAD):
    with pytest.raises(ItemListError) as error:
        of(*rows, head=head)
    return [(one.cell, one.message) for one in error.value.problems]


def a_workbook(items, grades):
    book = openpyxl.Workbook()
    for name, rows in (("项目", items), ("等级", grades)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    file = BytesIO()
    book.save(file)
    return file.getvalue()


class TestReading:
    def test_each_row_is_an_item(self):
        found = of("1,服务提供,护理,查看,2.5,打分,", "2,服务安全,消防,,5,,是").items

        assert [(i.number, i.group, i.words, i.method, i.points, i.judged, i.veto) for i in found] == [
            (1, "服务提供", "护理", "查看", Decimal("2.5"), "score", False),
            (2, "服务安全", "消防", "", Decimal(5), "check", True),
        ]

    def test_the_order_of_columns_is_the_tables_own_and_some_may_be_missing(self):
        found = of("护理,甲,3,1", head="检查内容,分组,分值（分）,序号").items

        assert [(i.number, i.words, i.points, i.judged) for i in found] == [(1, "护理", Decimal(3), "check")]

    def test_words_above_the_heads_are_passed_over(self):
        assert len(of(HEAD, "1,甲,护理,,3,,", head="某区检查项目表").items) == 1

    def test_every_fault_is_told_at_once_by_its_cell(self):
        assert problems("一,甲,护理,,3,,", "2,,,,0,也许,对", "2,甲,食品,,三,,", f"4,甲,{'长' * 501},,1,,") == [
            ("A2", "应为整数，不是“一”"),
            ("E3", "分值应大于 0"),
            ("B3", "“分组”不能为空"),
            ("C3", "“检查内容”不能为空"),
            ("F3", "“也许”应为：合格与否、打分"),
            ("G3", "“对”应为：否、是"),
            ("E4", "应为数，不是“三”"),
            ("C5", "此处最多 500 个字，现有 501 个"),
        ]

    def test_all_points_together_are_what_a_result_can_hold(self):
        rows = [f"{number},甲,护理,,9999.9,," for number in range(1, 12)]

        assert len(of(*rows[:10]).items) == 10
        assert problems(*rows) == [("E12", "分值合计不能超过 99999")]

    def test_a_number_stands_once(self):
        assert problems("1,甲,护理,,3,,", "1,甲,食品,,3,,") == [("A3", "序号在 A2 已经用过")]

    @pytest.mark.parametrize(
        ("rows", "head", "told"),
        [
            (["1,2"], "a,b", ("A1", "没有找到表头，应有：序号、分组、检查内容、分值")),
            ([], HEAD, ("A1", "表头下面没有检查项目")),
        ],
    )
    def test_a_table_without_heads_or_items_is_told(self, rows, head, told):
        assert problems(*rows, head=head) == [told]

    def test_a_file_that_is_no_table_is_told(self):
        with pytest.raises(ItemListError) as error:
            read(b"", name="空.csv")
        assert [one.message for one in error.value.problems] == ["文件是空的，没有任何内容"]

    def test_a_workbook_brings_its_grades_on_a_sheet_of_their_own(self):
        items = [HEAD.split(","), [1, "甲", "护理", "", 3, "", ""]]
        grades = [["等级", "代码", "最低分", "各部分最低得分率"], ["五级", 5, 900, 90], ["一级", 1, 360, 40]]

        found = read(a_workbook(items, grades))

        assert len(found.items) == 1
        assert found.grades == [
            Bound("5", "五级", Decimal(900), Decimal(90)),
            Bound("1", "一级", Decimal(360), Decimal(40)),
        ]

    def test_faulty_grades_are_told_beside_faulty_items(self):
        items = [HEAD.split(","), [1, "甲", "护理", "", "三", "", ""]]
        grades = [["等级", "最低分"], ["优秀", 90], ["良好", 90], ["", 10], ["一般", "六十"]]

        with pytest.raises(ItemListError) as error:
            read(a_workbook(items, grades))

        assert [(one.sheet, one.cell, one.message) for one in error.value.problems] == [
            ("项目", "E2", "应为数，不是“三”"),
            ("等级", "A4", "“等级”不能为空"),
            ("等级", "B5", "应为数，不是“六十”"),
            ("等级", "A1", "等级的名称、代码和最低分都不能重复"),
        ]


@pytest.mark.django_db
class TestAdding:
    def test_a_districts_next_version_goes_on_with_the_grades_in_force(self, district):
        before = a_list(district=district, scale="points")
        contents = Contents([InspectionItem(number=1, group="甲", words="护理", points=3)], [])

        made = add(district=district, kind="daily", title="新表", contents=contents, from_on=DAY)

        assert (made.version, made.scale, made.items.count()) == (2, "points", 1)
        assert list(made.grades.values_list("code")) == list(before.grades.values_list("code"))
        assert ItemList.objects.in_force("daily", district, DAY) == made
        assert ItemList.objects.in_force("daily", district, DAY - dt.timedelta(days=1)) == before

    def test_without_grades_to_go_on_with_nothing_is_stored(self, district):
        with pytest.raises(ItemListError) as error:
            add(district=district, kind="daily", title="新表", contents=Contents([], []), from_on=DAY)

        assert [one.message for one in error.value.problems] == ["没有等级：请在工作簿中加一张“等级”表"]
        assert not ItemList.objects.exists()

    def test_lists_are_seen_by_their_district_and_shared_ones_by_all(self, district, staff, stranger):
        shared, own = a_list(), a_list(district=district)

        assert set(ItemList.objects.visible_to(staff)) == {shared, own}
        assert set(ItemList.objects.visible_to(stranger)) == {shared}


@pytest.mark.django_db
class TestTheSharedLists:
    @pytest.fixture
    def lists(self):
        return {one.kind: one for one in load_shared(FOLDER)}

    def test_the_daily_monitoring_has_90_items_in_three_groups_marked_as_placeholders(self, lists):
        items = list(lists["daily"].items.all())

        assert len(items) == 90
        assert list(dict.fromkeys(item.group for item in items)) == ["服务提供", "服务保障", "服务安全"]
        assert lists["daily"].placeholder
        assert all(item.words.startswith("（占位文本）") for item in items)

    def test_the_star_level_has_a_thousand_points_in_four_parts(self, lists):
        points = {}
        for item in lists["star"].items.all():
            points[item.group] = points.get(item.group, 0) + item.points

        assert points == {"环境": 120, "设施设备": 130, "运营管理": 150, "服务": 600}
        assert [(g.code, g.minimum, g.part_minimum) for g in lists["star"].grades.all()] == [
            *(("5", 900, 90), ("4", 780, 80), ("3", 570, 60), ("2", 450, 50), ("1", 360, 40))
        ]

    def test_every_kind_has_its_list_and_loading_again_adds_nothing(self, lists):
        assert sorted(lists) == sorted(InspectionKind.values)
        assert load_shared(FOLDER) == []
