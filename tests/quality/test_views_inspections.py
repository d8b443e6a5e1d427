"""The pages of inspections: the list, planning, a result, its report, and the same number of queries for 1 and for 3."""

import csv
import datetime as dt
from io import BytesIO, StringIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.inspecting import correct, submit
from quality.models import Inspection, Inspector
from tests.factories import FacilityFactory, TownFactory, UserFactory
from tests.quality.inspections import a_draw, a_list, a_world, inspected, planned, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST = "/inspections/"


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="乐汇养老院")


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


def rows(client, address):
    return list(csv.reader(StringIO(client.get(address).content.decode("utf-8-sig"))))


def paragraphs(response):
    return [line.text for line in docx.Document(BytesIO(response.content)).paragraphs if line.text]


class TestList:
    @pytest.fixture
    def three(self, home, youyi, staff):
        inspected(home, by=staff, visited_on=dt.date(2024, 9, 1))
        planned(FacilityFactory(town=youyi, name="友谊院"), by=staff, planned_on=dt.date(2024, 7, 1))
        a_list("safety")
        typed(planned(home, "safety", by=staff), "met")

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["乐汇养老院", "乐汇养老院", "友谊院"]),
            ({"kind": "safety"}, ["乐汇养老院"]),
            ({"town": "310113003"}, ["友谊院"]),
            ({"quarter": "2024Q3"}, ["友谊院"]),
            ({"state": "submitted"}, ["乐汇养老院"]),
            ({"state": "planned"}, ["友谊院"]),
            ({"state": "visiting"}, ["乐汇养老院"]),
            ({"state": "cancelled"}, []),
            ({"state": "replaced"}, []),
            ({"kind": "castle", "quarter": "2024Q9"}, ["乐汇养老院", "乐汇养老院", "友谊院"]),
        ],
    )
    def test_filters_narrow_it(self, client, three, asked, found):
        assert [one.facility.name for one in client.get(LIST, asked).context["rows"]] == found

    def test_its_file_tells_what_each_came_to(self, client, three):
        table = rows(client, f"{LIST}?state=submitted&export=csv")

        assert table == [
            [
                *("街镇", "养老服务机构", "检查类别", "季度", "计划日期", "检查日期", "牵头部门", "检查人员", "状态"),
                *("得分", "适用项总分", "得分率（%）", "等级"),
            ],
            [
                *(
                    "庙行镇",
                    "乐汇养老院",
                    "日常监测",
                    "2024年第四季度",
                    "2024-10-14",
                    "2024-09-01",
                    "民政",
                    "",
                    "已提交",
                ),
                *("20", "20", "100", "优秀"),
            ],
        ]


class TestPlanning:
    def form(self, *homes, **more):
        said = {"kind": "daily", "planned_on": "2024-10-20", "department": "civil", "key": "abc"}
        return said | {"facilities": [home.pk for home in homes]} | more

    def test_many_are_planned_at_once_with_their_team(self, client, home, youyi, district):
        a_list()
        wang = Inspector.objects.create(district=district, name="王一", department="fire")

        response = client.post(f"{LIST}new/", self.form(home, FacilityFactory(town=youyi), inspectors=[wang.pk]))

        assert response.url == LIST
        assert [one.team for one in Inspection.objects.all()] == [[{"name": "王一", "department": "fire"}]] * 2

    def test_a_facilitys_page_leads_to_the_form_with_it_ticked(self, client, home):
        form = client.get(f"{LIST}new/?facility={home.pk}").context["form"]

        assert form["facilities"].value() == [home.pk]

    def test_what_cannot_be_planned_is_told_and_nothing_is_written(self, client, home):
        response = client.post(f"{LIST}new/", self.form(home))

        assert response.status_code == 422
        assert "2024-10-20 没有施行中的“日常监测”检查项目表，请先导入。" in response.content.decode()
        assert not Inspection.objects.exists()

    def test_a_facility_that_no_database_could_hold_is_no_choice(self, client, home):
        response = client.post(f"{LIST}new/", self.form(home) | {"facilities": ["9" * 30]})

        assert (response.status_code, list(response.context["form"].errors)) == (422, ["facilities"])

    def test_a_town_plans_for_its_own_facilities_only(self, official, sign_in, home, youyi):
        a_list()
        other = FacilityFactory(town=youyi)

        response = sign_in(official).post(f"{LIST}new/", self.form(home, other))

        assert (response.status_code, Inspection.objects.count()) == (422, 0)

    def test_a_director_begins_a_self_check_of_the_own_home(self, facility_user, sign_in):
        a_list("self_check")
        client = sign_in(facility_user)
        form = self.form(facility_user.facility, kind="self_check", planned_on="2024-10-15")

        made = Inspection.objects.get(pk=client.post(f"{LIST}new/", form).url.split("/")[2])

        assert (made.kind, made.facility) == ("self_check", facility_user.facility)
        assert client.get(f"{LIST}{made.pk}/visit/").status_code == 200

    def test_a_director_plans_no_other_kind(self, facility_user, sign_in):
        response = sign_in(facility_user).post(f"{LIST}new/", self.form(facility_user.facility))

        assert "kind" in response.context["form"].errors


class TestResult:
    def test_its_page_shows_grade_groups_findings_and_photos(self, client, home, staff):
        keys = a_world(home, staff)

        response = client.get(f"{LIST}{keys['inspection']}/")

        context = response.context
        assert [(part.name, part.points, part.attainable) for part in context["parts"]] == [
            ("服务提供", 0, 10),
            ("服务安全", 10, 10),
        ]
        assert [(row["answer"].words, len(row["photos"])) for row in context["findings"]] == [("通道堵塞", 1)]
        assert f'src="/inspections/{keys["inspection"]}/photos/{keys["photo"]}/"' in response.content.decode()

    def test_a_photo_is_a_download(self, client, home, staff):
        keys = a_world(home, staff)

        response = client.get(f"{LIST}{keys['inspection']}/photos/{keys['photo']}/")

        assert response["Content-Disposition"].startswith("attachment")
        assert response.getvalue() == b"%PDF-1.7 evidence"

    def test_its_file_has_every_item(self, client, home):
        result = inspected(home, ("not_met", "通道堵塞", "major"), "met")

        assert rows(client, f"{LIST}{result.inspection_id}/?export=csv") == [
            ["序号", "分组", "检查内容", "分值", "得分", "结论", "发现的问题", "程度"],
            ["1", "服务提供", "内容1", "10", "0", "不合格", "通道堵塞", "重大"],
            ["2", "服务安全", "内容2", "10", "10", "合格", "", ""],
        ]

    def test_cancelling_and_correcting_lead_on(self, client, home, staff):
        plan, done = planned(home, by=staff), inspected(home, by=staff).inspection

        cancelled = client.post(f"{LIST}{plan.pk}/", {"action": "cancel", "reason": "停业"})
        corrected = client.post(f"{LIST}{done.pk}/", {"action": "correct", "reason": "误记"})

        assert cancelled.url == f"{LIST}{plan.pk}/"
        assert corrected.url == f"{LIST}{done.replacement.pk}/visit/"

    def test_what_cannot_be_done_is_told(self, client, home, staff):
        plan = planned(home, by=staff)

        for form, told in (({"action": "cancel"}, "请填写原因。"), ({}, "请选择要办理的事项。")):
            response = client.post(f"{LIST}{plan.pk}/", form, follow=True)
            assert [str(message) for message in response.context["messages"]] == [told]


class TestDocument:
    def test_the_report_tells_the_facility_what_was_found(self, client, home, staff):
        keys = a_world(home, staff)

        response = client.get(f"{LIST}{keys['inspection']}/report.docx")

        told = paragraphs(response)
        tables = docx.Document(BytesIO(response.content)).tables
        assert told == [
            "日常监测结果报告",
            "乐汇养老院：",
            "2024年10月14日，按照项目表第1版，对你单位开展了2024年第四季度日常监测。",
            "一、检查结果",
            "得 10 分，适用项总分 20 分，得分率 50.00%，结果为“较差”。",
            "总体评价：评价",
            "二、发现的问题",
            "共发现问题 1 项，请逐项整改。",
            "宝山区民政局",
            "2024年10月15日",
        ]
        assert [[cell.text for cell in row.cells] for row in tables[0].rows] == [
            ["分组", "得分", "适用项总分", "得分率"],
            ["服务提供", "0", "10", "0.00%"],
            ["服务安全", "10", "10", "100.00%"],
        ]
        assert [cell.text for cell in tables[1].rows[1].cells] == ["1", "内容1", "通道堵塞", "重大", "0/10"]

    @pytest.mark.parametrize(("town", "issuer"), [("庙行镇", "庙行镇人民政府"), ("友谊路街道", "友谊路街道办事处")])
    def test_a_towns_own_inspection_is_signed_by_the_town(self, client, district, town, issuer):
        town = TownFactory(district=district, name=town)
        by = UserFactory(role="town", district=district, town=town)

        done = inspected(FacilityFactory(town=town), by=by).inspection

        assert paragraphs(client.get(f"{LIST}{done.pk}/report.docx"))[-2] == issuer

    def test_a_correction_says_so_and_a_self_check_is_the_homes_own(self, sign_in, facility_user, staff, client):
        a_list("self_check", placeholder=True, source="依据")
        home = facility_user.facility
        own = inspected(home, kind="self_check", by=facility_user).inspection
        again = correct(inspection=own, reason="误记", by=facility_user)
        submit(inspection=again, visited_on=dt.date(2024, 10, 14), by=facility_user, key="again")

        told = paragraphs(sign_in(facility_user).get(f"{LIST}{again.pk}/report.docx"))

        assert "本次检查未发现问题。" in told
        assert "本报告更正并替代此前的检查结果。更正原因：误记" in told
        assert told[2].endswith("自查。该表的检查内容为占位文本。")
        assert told[-2] == "庙行养老院"

    def test_without_a_result_there_is_no_report(self, client, home, staff):
        assert client.get(f"{LIST}{planned(home, by=staff).pk}/report.docx").status_code == 404


COSTS = {
    "/inspections/": {"staff": 8, "official": 8},
    "/inspections/?export=csv": {"staff": 5, "official": 5},
    "/inspections/new/": {"staff": 7, "official": 5},
    "/inspections/{done}/": {"staff": 8, "official": 8},
    "/inspections/{to_do}/visit/": {"staff": 8},
    "/inspections/lists/": {"staff": 6},
    "/inspections/inspectors/": {"staff": 6},
    "/inspections/draws/": {"staff": 6, "official": 6},
    "/inspections/draws/{draw}/": {"staff": 8, "official": 8},
}


@pytest.mark.parametrize("who", ["staff", "official"])
def test_a_page_costs_the_same_for_one_and_for_three(request, sign_in, miaohang, staff, who):
    home = FacilityFactory(town=miaohang)
    a_list("daily", items=[("甲", 10), ("乙", 10)])
    made = a_world(home, staff)
    keys = {"done": made["inspection"], "to_do": made["visit"], "draw": a_draw(home, staff).pk}
    typed(Inspection.objects.get(pk=keys["to_do"]), ("not_met", "坏", "major"))
    client = sign_in(request.getfixturevalue(who))
    limits = {address: costs[who] for address, costs in COSTS.items() if who in costs}

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address.format(**keys)).status_code == 200
        return len(captured)

    one = {address: queries(address) for address in limits}
    for number in range(2):
        a_world(FacilityFactory(town=miaohang), staff)
        a_list("daily", district=miaohang.district)
        Inspector.objects.create(district=miaohang.district, name=f"{number}", department="fire")
        typed(Inspection.objects.get(pk=keys["to_do"]), "met", "met")

    assert one == limits
    assert {address: queries(address) for address in limits} == limits


def test_a_file_of_another_inspection_is_not_found(client, home, staff):
    keys, other = a_world(home, staff), a_world(home, staff)

    assert client.get(f"{LIST}{keys['inspection']}/photos/{other['photo']}/").status_code == 404
