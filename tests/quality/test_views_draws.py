"""The pages of joint draws, of item lists and of the inspectors' pool."""

import csv
from io import StringIO

import pytest

from quality.models import Department, Draw, Inspection, Inspector, ItemList
from tests.factories import FacilityFactory, a_file
from tests.quality.inspections import a_draw, a_list, typed
from tests.quality.lists import confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

DRAWS = "/inspections/draws/"
LISTS = "/inspections/lists/"
POOL = "/inspections/inspectors/"
TABLE = "序号,分组,检查内容,分值\n1,甲,护理,5\n2,甲,食品,5\n"


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="乐汇养老院", kind="nursing_home")


@pytest.fixture
def pool(district):
    a_list("joint", district=district)
    return [Inspector.objects.create(district=district, name="演示一", department=d) for d in Department.values]


def said(response):
    return [str(message) for message in response.context["messages"]]


def form(**more):
    return {"title": "联合检查", "planned_on": "2024-10-20", "count": 1, "per_department": 1, "key": "k"} | more


class TestDraws:
    def test_announced_drawn_repeated_published(self, client, home, pool, sign_in, neighbour):
        address = client.post(DRAWS, form(seed="第24119期 123")).url
        assert "尚未抽取。" in client.get(address).content.decode()

        assert said(client.post(address, {"action": "draw"}, follow=True)) == ["已抽取，并按结果安排了检查。"]
        assert sign_in(neighbour).get(address).status_code == 404
        again = client.get(f"{address}?repeat=1")
        client.post(address, {"action": "publish"})

        assert (again.context["again"], again.context["is_same"]) == (["乐汇养老院"], True)
        assert "用登记的种子和名库重做一遍，结果与记录完全一致：" in again.content.decode()
        assert sign_in(neighbour).get(address).status_code == 200

    def test_only_facilities_of_the_kind_that_are_open_on_the_day_are_in_the_pool(self, client, home, pool, miaohang):
        FacilityFactory(town=miaohang, kind="care_home")
        FacilityFactory(town=miaohang, kind="nursing_home", closed_on="2024-10-20")

        client.post(DRAWS, form(kind="nursing_home"))

        assert Draw.objects.get().facilities == [{"key": f"f{home.pk}", "name": "乐汇养老院", "town": "庙行镇"}]

    def test_pools_that_are_too_small_are_told(self, client, home, pool):
        response = client.post(DRAWS, form(count=2))

        assert response.status_code == 422
        assert response.context["form"].non_field_errors() == ["要抽取 2 家机构，机构库中只有 1 家。"]

    def test_publishing_comes_after_drawing(self, client, home, pool):
        client.post(DRAWS, form(), follow=True)
        address = Draw.objects.get().get_absolute_url()

        assert said(client.post(address, {"action": "publish"}, follow=True)) == ["尚未抽取，没有可公开的结果。"]
        assert said(client.post(address, {}, follow=True)) == ["请选择要办理的事项。"]

    def test_what_an_inspection_came_to_stands_beside_it_on_the_page_and_in_the_file(self, client, home, staff):
        draw = a_draw(home, staff)
        inspection = Inspection.objects.get(draw=draw)
        typed(inspection, "met", "met")
        client.post(f"/inspections/{inspection.pk}/visit/", {"visited_on": "2024-10-14", "key": "k"})

        table = list(csv.reader(StringIO(client.get(f"{DRAWS}{draw.pk}/?export=csv").content.decode("utf-8-sig"))))

        people = "演示一（民政）、演示一（卫健）、演示一（消防）、演示一（市场监管）"
        assert table == [
            ["顺序", "街镇", "养老服务机构", "检查人员", "状态", "结果"],
            ["1", "庙行镇", "乐汇养老院", people, "已提交", "优秀"],
        ]


class TestItemLists:
    def form(self, file, **more):
        said = {"kind": "daily", "title": "新表", "from_on": "2024-11-01", "scale": "percent", "file": file}
        return said | more

    def test_a_table_becomes_the_districts_next_version(self, client, district):
        a_list(district=district)

        response = confirmed(client, LISTS, self.form(a_file("表.csv", TABLE.encode())))

        made = ItemList.objects.latest("pk")
        assert (made.version, made.district, made.by.username) == (2, district, "staff")
        assert said(response) == ["“新表”第 2 版已导入，共 2 项。"]

    def test_every_fault_stands_on_the_page_with_its_cell(self, client):
        response = client.post(LISTS, self.form(a_file("表.csv", b"\xef\xbb\xbf" + TABLE.replace("5", "五").encode())))

        assert response.status_code == 422
        assert [(one.cell, one.message) for one in response.context["form"].problems] == [
            ("D2", "应为数，不是“五”"),
            ("D3", "应为数，不是“五”"),
        ]
        assert not ItemList.objects.exists()

    def test_its_file_can_be_imported_again(self, client, district):
        made = a_list(district=district, items=[("甲", 2.5)])

        file = client.get(f"{LISTS}{made.pk}/?export=csv").content
        confirmed(client, LISTS, self.form(a_file("表.csv", file)))

        again = ItemList.objects.latest("pk")
        same = ("number", "group", "words", "method", "points", "judged", "veto")
        assert list(again.items.values(*same)) == list(made.items.values(*same))

    def test_another_districts_list_is_not_found(self, client, stranger):
        own = a_list(district=stranger.district)

        assert client.get(f"{LISTS}{own.pk}/").status_code == 404


class TestInspectors:
    def test_one_is_added_once(self, client, district):
        same = {"name": "王一", "department": "fire", "card": "执法1"}

        assert client.post(POOL, same).url == POOL
        again = client.post(POOL, same)

        assert again.context["form"].errors == {"name": ["王一 已在检查人员库中。"]}
        assert Inspector.objects.get().district == district

    def test_one_goes_out_and_comes_back(self, client, district):
        one = Inspector.objects.create(district=district, name="王一", department="fire")

        told = [said(client.post(POOL, {"toggle": one.pk}, follow=True)) for _time in range(2)]

        assert told == [["王一 已停用，不再参加抽取。"], ["王一 已恢复在库。"]]
        assert one.history.count() == 3

    def test_another_districts_are_out_of_reach(self, client, stranger):
        one = Inspector.objects.create(district=stranger.district, name="李二", department="fire")

        assert client.post(POOL, {"toggle": one.pk}).status_code == 404
