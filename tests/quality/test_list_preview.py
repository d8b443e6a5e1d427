"""A new version of a list is looked at before it is stored: what would change, and what was seen is what is written."""

import datetime as dt

import pytest

from quality.list_preview import Change, changes, seal, unseal
from quality.models import HazardList, ItemList
from tests.factories import a_file
from tests.quality.findings import criteria
from tests.quality.inspections import a_list
from tests.quality.lists import confirmed

PAGE = "/findings/criteria/"
TABLE = "序号,类别,情形\n1,设施设备,情形1\n3,消防,通道堵塞\n"
ITEMS = "序号,分组,检查内容,分值\n1,服务提供,内容1,12\n"


class TestChanges:
    def test_lines_that_differ_in_the_new_order_those_that_go_last(self):
        assert changes({"1": "甲", "2": "乙", "3": "丙"}, {"4": "丁", "1": "甲", "2": "乙二"}) == [
            Change("4", "", "丁"),
            Change("2", "乙", "乙二"),
            Change("3", "丙", ""),
        ]

    def test_what_was_sealed_comes_back_and_nothing_else(self):
        sealed = seal([[1, "甲"]])

        assert (unseal(sealed), unseal(f"{sealed}x"), unseal("")) == ([[1, "甲"]], None, None)


@pytest.mark.django_db
@pytest.mark.usefixtures("october")
class TestPages:
    @pytest.fixture
    def client(self, sign_in, staff):
        return sign_in(staff)

    def form(self, text=TABLE, **more):
        said = {"version": "2024", "source": "民办发〔2024〕1号", "from_day": "2024-11-01", "placeholder": "on"}
        return said | {"file": a_file("标准.csv", text.encode())} | more

    def test_a_preview_shows_what_would_change_and_stores_nothing(self, client):
        criteria()
        preview = client.post(PAGE, self.form()).context["preview"]

        assert (str(preview["before"]), preview["count"], HazardList.objects.count()) == (
            "民办发〔2023〕13号 2023",
            2,
            1,
        )
        assert preview["changes"] == [
            Change("3", "", "消防 · 通道堵塞"),
            Change("2", "设施设备 · 情形2", ""),
        ]

    def test_what_was_seen_is_stored_for_the_district(self, client, district, staff):
        response = confirmed(client, PAGE, self.form())

        made = HazardList.objects.get()
        assert [str(message) for message in response.context["messages"]] == [
            "“民办发〔2024〕1号 2024”已导入，共 2 种情形。"
        ]
        assert (made.district, made.by, made.from_day, made.placeholder) == (
            district,
            staff,
            dt.date(2024, 11, 1),
            True,
        )
        assert list(made.criteria.values_list("number", "words")) == [(1, "情形1"), (3, "通道堵塞")]

    def test_what_another_stored_meanwhile_is_shown_first(self, client):
        said = dict(client.post(PAGE, self.form()).context["preview"]["said"])
        criteria(from_day=dt.date(2024, 1, 1))
        again = client.post(PAGE, said)

        assert (len(again.context["preview"]["changes"]), HazardList.objects.count()) == (2, 1)
        assert client.post(PAGE, dict(again.context["preview"]["said"])).status_code == 302

    def test_a_day_that_has_a_list_is_told_before_anything_is_confirmed(self, client, district):
        criteria("旧", dt.date(2024, 11, 1), district=district)
        response = client.post(PAGE, self.form())

        assert (response.status_code, response.context["preview"]) == (422, None)
        assert [one.message for one in response.context["form"].problems] == ["施行日期 2024-11-01 已有一张标准"]

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"file": ""}, "请选择文件。"),
            ({"file": "", "sealed": "WzFd:x:y"}, "请选择文件。"),
        ],
    )
    def test_without_a_table_nothing_is_read(self, client, said, told):
        response = client.post(PAGE, self.form(**said))

        assert (response.status_code, response.context["form"].errors["file"]) == (422, [told])

    def test_every_fault_stands_on_the_page_with_its_cell(self, client):
        response = client.post(PAGE, self.form("序号,类别,情形\n一,,甲\n"))

        assert [one.cell for one in response.context["form"].problems] == ["A2", "B2"]

    def test_its_file_can_be_imported_again(self, client):
        made = criteria()[0].list
        file = client.get(f"{PAGE}{made.pk}/?export=csv").content.decode("utf-8-sig")

        assert client.post(PAGE, self.form(file)).context["preview"]["changes"] == []

    def test_items_and_grades_that_change_are_shown(self, client, district):
        a_list("daily", [("服务提供", 10)], district=district)
        said = {"kind": "daily", "title": "新表", "from_on": "2024-11-01", "scale": "percent"}
        preview = client.post("/inspections/lists/", said | {"file": a_file("表.csv", ITEMS.encode())}).context[
            "preview"
        ]

        before, after = "服务提供 · 内容1 · 10 分 · 合格与否", "服务提供 · 内容1 · 12 分 · 合格与否"
        assert (preview["changes"], ItemList.objects.count()) == ([Change("1", before, after)], 1)

    def test_the_leader_reads_and_a_director_reads_the_criteria_alone(self, sign_in, leader, facility_user):
        address = f"{PAGE}{criteria()[0].list_id}/"

        assert [sign_in(leader).get(one).status_code for one in (PAGE, address)] == [200, 200]
        assert [sign_in(facility_user).get(one).status_code for one in (PAGE, address)] == [404, 200]
