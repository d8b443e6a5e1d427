"""The register's pages: what is listed, filtered and saved, and one facility with its quarters and its history."""

import csv
import datetime as dt
from io import StringIO

import pytest
from django.urls import reverse

from districts.models import Facility
from quality.reporting import return_
from tests.factories import FacilityFactory, TownFactory
from tests.quality.cases import Q2, Q3, sent, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST = "/facilities/"
FORM = {
    "name": "颐和养老院",
    "kind": "nursing_home",
    "operation": "contracted",
    "director": "王院长",
    "phone": "021-5678",
    "address": "场北路1号",
    "registration": "沪宝民养第1号",
    "opened_on": "2010-05-01",
    "closed_on": "",
}


@pytest.fixture
def home(miaohang):
    return FacilityFactory(
        town=miaohang,
        name="乐汇养老院",
        kind="nursing_home",
        operation="public",
        director="李院长",
        address="场北路2号",
    )


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


def rows(client, address):
    return list(csv.reader(StringIO(client.get(address).content.decode("utf-8-sig"))))


def names(response):
    return [facility.name for facility, _status, _standing in response.context["rows"]]


class TestList:
    def test_it_says_where_each_stands_with_the_last_quarter(self, client, home, miaohang):
        others = [FacilityFactory(town=miaohang, name=name) for name in ("丁院", "丙院")]
        FacilityFactory(town=miaohang, name="新院", opened_on=dt.date(2024, 10, 8))
        stood(home, beds=1)
        sent(others[0], beds=1)

        found = {facility.name: standing.label for facility, _status, standing in client.get(LIST).context["rows"]}

        assert found == {"乐汇养老院": "已通过", "丁院": "待审核", "丙院": "未填报", "新院": "不必填报"}

    def test_the_quarter_shown_is_the_last_one_reported_unless_another_is_asked_for(self, client, home):
        assert client.get(LIST).context["quarter"] == Q3
        stood(home, Q2, beds=1)
        assert client.get(LIST).context["quarter"] == Q2
        assert client.get(LIST, {"quarter": "2024Q3"}).context["quarter"] == Q3
        assert client.get(LIST, {"quarter": "2031Q3"}).context["quarter"] == Q2

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["乐汇养老院", "乙照护", "丙院"]),
            ({"q": "乐汇"}, ["乐汇养老院"]),
            ({"q": "场北路"}, ["乐汇养老院"]),
            ({"kind": "care_home"}, ["乙照护"]),
            ({"operation": "public"}, ["乐汇养老院"]),
            ({"status": "closed"}, ["乙照护"]),
            ({"status": "not_open"}, ["丙院"]),
            ({"status": "open"}, ["乐汇养老院"]),
            ({"town": "310113003"}, ["丙院"]),
            ({"kind": "castle"}, ["乐汇养老院", "乙照护", "丙院"]),
            ({"q": "无"}, []),
        ],
    )
    def test_filters_narrow_it(self, client, home, miaohang, youyi, asked, found):
        FacilityFactory(town=miaohang, name="乙照护", kind="care_home", closed_on=dt.date(2024, 10, 15))
        FacilityFactory(town=youyi, name="丙院", opened_on=dt.date(2024, 10, 16))

        assert sorted(names(client.get(LIST, asked))) == sorted(found)

    def test_its_file_has_the_same_rows_with_all_that_is_known(self, client, home):
        FacilityFactory(town=home.town, name="丁院")

        table = rows(client, f"{LIST}?q=乐汇&export=csv")

        assert table == [
            [
                *("街镇", "名称", "类别", "建设与运营方式", "状态", "负责人", "联系电话", "地址", "登记或备案编号"),
                *("开业日期", "停业日期", "2024年第三季度数据"),
            ],
            ["庙行镇", "乐汇养老院", "养老院", "公建公营", "运营中", "李院长", "", "场北路2号", "", "", "", "未填报"],
        ]

    def test_an_empty_register_says_what_to_do(self, client, sign_in, leader):
        assert "登记机构" in client.get(LIST).content.decode()
        page = sign_in(leader).get(LIST).content.decode()
        assert ("尚未登记机构" in page, "/facilities/new/" in page) == (True, False)

    def test_the_administrator_is_led_to_the_import(self, sign_in, admin, staff):
        address = reverse("admin:districts_facility_import")

        assert [address in sign_in(user).get(LIST).content.decode() for user in (admin, staff)] == [True, False]

    def test_each_sees_their_own(self, home, youyi, official, neighbour, leader, sign_in):
        FacilityFactory(town=youyi, name="丙院")

        seen = [names(sign_in(user).get(LIST)) for user in (official, neighbour, leader)]

        assert [sorted(one) for one in seen] == [["乐汇养老院"], ["丙院"], ["丙院", "乐汇养老院"]]

    def test_the_bureau_is_led_to_what_waits(self, client, home, official, sign_in):
        sent(home, beds=1)

        assert "待审核数据 1 份" in client.get(LIST).content.decode()
        assert "待审核数据" not in sign_in(official).get(LIST).content.decode()


class TestRegister:
    def test_a_facility_is_entered_and_its_history_says_by_whom(self, client, staff, miaohang):
        answer = client.post("/facilities/new/", FORM | {"town": miaohang.pk}, follow=True)

        home = Facility.objects.get()
        assert (home.town, home.name, home.operation, home.opened_on) == (
            miaohang,
            "颐和养老院",
            "contracted",
            dt.date(2010, 5, 1),
        )
        assert answer.redirect_chain == [(f"/facilities/{home.pk}/", 302)]
        assert "“颐和养老院”已保存。" in answer.content.decode()
        assert home.history.get().history_user == staff

    def test_a_town_keeps_its_own_and_puts_none_into_another(self, sign_in, official, home, youyi):
        client = sign_in(official)

        refused = client.post("/facilities/new/", FORM | {"town": youyi.pk})
        client.post(f"/facilities/{home.pk}/edit/", FORM | {"town": home.town_id, "closed_on": "2024-10-01"})

        home.refresh_from_db()
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["town"])
        assert (home.name, home.status.label) == ("颐和养老院", "已停业")

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"kind": ""}, ["kind"]),
            ({"closed_on": "2010-04-30"}, ["__all__"]),
            ({"opened_on": "昨天"}, ["opened_on"]),
            ({"name": "乐汇养老院"}, ["__all__"]),
            ({"phone": "1" * 51}, ["phone"]),
        ],
    )
    def test_what_is_wrong_is_told(self, client, home, typed, errors):
        answer = client.post("/facilities/new/", FORM | {"town": home.town_id} | typed)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, errors)

    def test_only_who_keeps_the_register_is_offered_the_form(self, home, request, sign_in, facility_user):
        address = f"/facilities/{home.pk}/"
        for who, offered in (("staff", True), ("official", True), ("leader", False)):
            page = sign_in(request.getfixturevalue(who)).get(address).content.decode()
            assert (f"{address}edit/" in page) is offered
        own = sign_in(facility_user).get(f"/facilities/{facility_user.facility_id}/").content.decode()
        assert "修改登记" not in own


class TestPage:
    def test_it_shows_accepted_figures_by_quarter_and_what_is_owed(self, client, home):
        stood(home, Q2, beds=90, residents=70)
        stood(home, Q3, beds=100)
        sent(home, Q3, beds=110)

        context = client.get(f"/facilities/{home.pk}/").context

        assert [(str(c.quarter), c.standing.label, c.owed) for c in context["columns"]] == [
            ("2024Q4", "未填报", True),
            ("2024Q3", "待审核", False),
            ("2024Q2", "已通过", False),
        ]
        assert [(measure, values) for measure, values in context["rows"]] == [
            ("beds", [100, 90]),
            ("residents", [None, 70]),
        ]

    def test_its_figures_go_out_as_a_file(self, client, home):
        stood(home, Q3, beds=100)

        assert rows(client, f"/facilities/{home.pk}/?export=csv") == [
            ["项目", "单位", "2024年第三季度"],
            ["核定床位", "张", "100"],
        ]

    def test_its_history_tells_the_register_and_the_reports(self, client, home, staff):
        return_(reports=[sent(home, beds=100, words="说明")], by=staff, reason="与名册不符")

        table = rows(client, f"/facilities/{home.pk}/?export=csv&list=history")

        assert {(row[2], row[6]) for row in table[1:]} == {
            ("退回 2024年第三季度数据 第1版", "与名册不符"),
            ("街镇代填 2024年第三季度数据 第1版", "说明"),
            ("建立", ""),
        }

    def test_a_return_stands_on_top_until_it_is_corrected(self, client, home, staff):
        return_(reports=[sent(home, beds=100)], by=staff, reason="与名册不符")
        assert "2024年第三季度数据已退回：与名册不符" in client.get(f"/facilities/{home.pk}/").content.decode()

        sent(home, beds=90)
        assert "数据已退回" not in client.get(f"/facilities/{home.pk}/").content.decode()

    def test_a_closed_facility_owes_nothing(self, client, home):
        Facility.objects.update(closed_on=dt.date(2024, 1, 1))

        assert "没有需要填报的季度" in client.get(f"/facilities/{home.pk}/").content.decode()

    def test_a_name_that_would_be_a_tag_is_text(self, client):
        home = FacilityFactory(town=TownFactory(), name="<b>院</b>")

        assert "&lt;b&gt;院" in client.get(f"/facilities/{home.pk}/").content.decode()
