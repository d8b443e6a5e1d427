"""Towns, facilities and users as plain lists in the admin: in by natural key and within the district, out unharmed."""

import datetime as dt
import io

import pytest
from openpyxl import Workbook, load_workbook

from accounts.list_fields import Day
from accounts.models import User
from accounts.permissions import Role
from districts.models import Facility, Town
from tests.factories import DistrictFactory, FacilityFactory, TownFactory, a_file

pytestmark = pytest.mark.django_db

WORKBOOK, COMMAS = "0", "1"
TOWNS = "区划代码,统计代码,名称,顺序\n"
USERS = "用户名,姓名,电子邮箱,角色,区划代码,统计代码,养老服务机构,启用\n"
PAGES = {"town": "/admin/districts/town/", "facility": "/admin/districts/facility/", "user": "/admin/accounts/user/"}


@pytest.fixture
def client(admin, sign_in):
    return sign_in(admin)


def preview(client, kind, text, fmt=COMMAS):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(f"{PAGES[kind]}import/", {"import_file": a_file("名单", data), "format": fmt, "resource": "0"})


def bring(client, kind, text, fmt=COMMAS):
    """Preview and confirm."""
    form = preview(client, kind, text, fmt).context["confirm_form"]
    return client.post(f"{PAGES[kind]}process_import/", form.initial)


def faults(response):
    """Each row's number and what is wrong with it."""
    assert "confirm_form" not in response.context
    return [(row.number, row.error.messages) for row in response.context["result"].invalid_rows]


def export(client, kind, fmt):
    return client.post(f"{PAGES[kind]}export/", {"format": fmt, "resource": "0"}).content


def test_a_preview_writes_nothing_and_says_what_would_change(client, miaohang):
    response = preview(client, "town", f"{TOWNS},310113112,庙行新镇,3\n,310113003,友谊路街道,1\n")

    assert [row.import_type for row in response.context["result"].rows] == ["update", "new"]
    assert "<del>庙行镇</del> <ins>庙行新镇</ins>" in response.content.decode()
    assert list(Town.objects.values_list("name", flat=True)) == ["庙行镇"]


def test_confirmed_towns_are_made_and_renamed_by_code(client, admin, miaohang):
    bring(client, "town", f"{TOWNS},310113112,庙行新镇,3\n,310113003,友谊路街道,1\n")

    assert set(Town.objects.values_list("district", "code", "name", "order")) == {
        (admin.district_id, "310113112", "庙行新镇", 3),
        (admin.district_id, "310113003", "友谊路街道", 1),
    }
    assert miaohang.history.first().history_user == admin


def test_every_fault_of_every_row_is_told_at_once(client, miaohang):
    response = preview(
        client, "town", f"{TOWNS},310113112,庙行新镇,三\n,310113003,,1\n,310113004,新镇,1\n,310113004,新镇,1\n"
    )

    assert [number for number, _messages in faults(response)] == [1, 2, 4]
    assert "第 1 行数据：顺序：“三”不是整数。" in response.content.decode()
    first, second, third = (messages for _number, messages in faults(response))
    assert first == ["顺序：“三”不是整数。"]
    assert second[0].startswith("名称：")
    assert third == ["“310113004”在表中出现了两次。"]
    assert Town.objects.count() == 1


def test_another_district_is_out_of_reach(client):
    other = TownFactory(district=DistrictFactory(code="310105", name="长宁区"), code="310105001", name="华阳路街道")

    response = preview(client, "town", f"{TOWNS}310105,310105009,新街道,1\n,310105001,改名街道,1\n")

    (_, [district]), (_, [code]) = faults(response)
    assert district == "区划代码：没有“310105”，或不在您管理的范围内。"
    assert code.startswith("统计代码：")
    other.refresh_from_db()
    assert other.name == "华阳路街道"


def test_a_row_that_has_gone_wrong_since_its_preview_leaves_everything_unwritten(client, miaohang):
    form = preview(client, "town", f"{TOWNS},310113003,友谊路街道,1\n,310113004,新镇,2\n").context["confirm_form"]
    TownFactory(district=miaohang.district, code="310113999", name="新镇")

    page = client.post(f"{PAGES['town']}process_import/", form.initial, follow=True)

    assert "未写入任何内容" in page.content.decode()
    assert not Town.objects.filter(code__in=["310113003", "310113004"]).exists()


def test_an_upload_that_is_no_longer_kept_is_not_found(client):
    form = {"import_file_name": "0" * 32, "original_file_name": "名单", "format": COMMAS, "resource": "0"}

    assert client.post(f"{PAGES['town']}process_import/", form).status_code == 404


def test_a_file_in_the_code_page_of_chinese_excel_is_read(client):
    bring(client, "town", f"{TOWNS},310113003,友谊路街道,1\n".encode("gb18030"))

    assert Town.objects.get().name == "友谊路街道"


def test_blank_rows_below_a_workbook_s_list_are_no_rows(client):
    book = Workbook()
    for row in (["统计代码", "名称"], [310113003, " 友谊路街道 "], [None, None], [None, " "]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)

    result = preview(client, "town", out.getvalue(), WORKBOOK).context["result"]

    assert [row.import_type for row in result.rows] == ["new"]


def test_a_file_that_is_no_workbook_is_refused(client):
    response = preview(client, "town", b"MZ not a workbook", WORKBOOK)

    assert response.context["form"].errors.keys() == {"import_file"}


def test_facilities_are_known_by_town_and_name(client, miaohang, youyi):
    FacilityFactory(town=miaohang, name="乐汇养老院")

    bring(client, "facility", "统计代码,名称\n310113112,乐汇养老院\n310113003,乐汇养老院\n")

    assert set(Facility.objects.values_list("town__name", "name")) == {
        ("庙行镇", "乐汇养老院"),
        ("友谊路街道", "乐汇养老院"),
    }


def test_a_facility_in_no_known_town_is_a_fault(client, miaohang):
    assert faults(preview(client, "facility", "统计代码,名称\n310105001,乐汇养老院\n")) == [
        (1, ["统计代码：没有“310105001”，或不在您管理的范围内。"])
    ]


FACILITIES = "统计代码,名称,类别,建设与运营方式,负责人,开业日期,停业日期\n"


def test_a_facility_comes_with_all_that_is_known(client, miaohang):
    bring(client, "facility", f"{FACILITIES}310113112,乐汇养老院,养老院,公建民营,王院长,2010/5/1,\n")

    home = Facility.objects.get()
    assert (home.kind, home.operation, home.director) == ("nursing_home", "contracted", "王院长")
    assert (home.opened_on, home.closed_on) == (dt.date(2010, 5, 1), None)


def test_a_column_that_is_not_there_leaves_what_stands(client, miaohang):
    FacilityFactory(town=miaohang, name="乐汇养老院", kind="day_care", director="李院长")

    bring(client, "facility", "统计代码,名称,负责人\n310113112,乐汇养老院,王院长\n")

    home = Facility.objects.get()
    assert (home.kind, home.director) == ("day_care", "王院长")


@pytest.mark.parametrize("cell", ["2010-05-01", "2010/5/1", "2010.5.1", "2010年5月1日", "2010-05-01 00:00:00"])
def test_a_day_is_read_as_people_write_it(cell):
    assert Day().clean(cell) == dt.date(2010, 5, 1)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("310113112,乐汇养老院,医院,,,,", "类别：没有“医院”这一项。"),
        ("310113112,乐汇养老院,,国营,,,", "建设与运营方式：没有“国营”这一项。"),
        ("310113112,乐汇养老院,,,,去年,", "开业日期：“去年”不是日期，应如 2024-09-30。"),
        ("310113112,乐汇养老院,,,,2010-02-30,", "开业日期：“2010-02-30”不是日期，应如 2024-09-30。"),
        ("310113112,乐汇养老院,,,,2010-05-02,2010-05-01", "停业日期不能早于开业日期。"),
    ],
)
def test_each_fault_of_a_facility_is_told(client, miaohang, row, fault):
    [(_number, messages)] = faults(preview(client, "facility", f"{FACILITIES}{row}\n"))

    assert [message for message in messages if fault in message] != []


def test_new_users_have_their_place_and_no_password(client, miaohang):
    home = FacilityFactory(town=miaohang, name="乐汇养老院")

    bring(
        client,
        "user",
        f"{USERS}wang,王经办,,街镇工作人员,,310113112,,是\nlehui,,,facility,,310113112,乐汇养老院,是\n",
    )

    wang, lehui = User.objects.get(username="wang"), User.objects.get(username="lehui")
    assert (wang.name, wang.role, wang.district, wang.town) == ("王经办", Role.TOWN, miaohang.district, miaohang)
    assert (lehui.role, lehui.town, lehui.facility) == (Role.FACILITY, None, home)
    assert not wang.has_usable_password()
    assert not (wang.is_superuser or wang.is_staff)


def test_a_user_keeps_password_and_rights_when_updated(client, staff):
    staff.set_password("一个口令")
    staff.save()

    bring(client, "user", f"{USERS}staff,新姓名,,民政局工作人员,,,,否\n")

    staff.refresh_from_db()
    assert (staff.name, staff.is_active, staff.check_password("一个口令")) == ("新姓名", False, True)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("wang,,,镇长,,310113112,,是", "角色：没有角色“镇长”。"),
        ("wang,,,街镇工作人员,,310113112,,大概", "启用：应为“是”或“否”，不是“大概”。"),
        ("wang,,,街镇工作人员,,310105001,,是", "统计代码：没有“310105001”，或不在您管理的范围内。"),
        ("wang,,,养老机构,,310113112,无名院,是", "养老服务机构：没有“无名院”，或不在您管理的范围内。"),
    ],
)
def test_a_user_in_no_place_of_the_district_is_a_fault(client, miaohang, row, fault):
    [(_number, messages)] = faults(preview(client, "user", f"{USERS}{row}\n"))

    assert fault in messages


@pytest.mark.parametrize("column", ["is_superuser", "is_staff", "password"])
def test_no_column_gives_rights_or_a_password(client, column):
    bring(client, "user", f"用户名,角色,{column}\nwang,民政局工作人员,1\n")

    wang = User.objects.get(username="wang")
    assert (wang.is_superuser, wang.is_staff, wang.has_usable_password()) == (False, False, False)


def test_a_superuser_is_out_of_a_list_s_reach(client, admin):
    User.objects.create_superuser("root", password="x")
    User.objects.filter(username="root").update(district=admin.district, role=Role.ADMIN)

    [(_number, messages)] = faults(preview(client, "user", f"{USERS}root,改名,,区级管理员,,,,否\n"))

    assert messages[0].startswith("用户名：")
    assert User.objects.get(username="root").is_active


@pytest.mark.parametrize("fmt", [WORKBOOK, COMMAS])
@pytest.mark.parametrize("kind", PAGES)
def test_a_list_that_comes_back_changes_nothing(kind, fmt, client, official, facility_user, city_user):
    days = {"opened_on": dt.date(2010, 5, 1), "closed_on": dt.date(2024, 5, 1)}
    FacilityFactory(town=official.town, kind="day_care", operation="private", phone="021-5678", **days)
    result = preview(client, kind, export(client, kind, fmt), fmt).context["result"]

    assert {row.import_type for row in result.rows} == {"skip"}


@pytest.mark.parametrize("start", list("=+-@＝"))
def test_no_text_goes_out_as_a_formula_and_each_comes_back(client, miaohang, start):
    FacilityFactory(town=miaohang, name=f"{start}1+1")

    book = load_workbook(io.BytesIO(export(client, "facility", WORKBOOK)))
    cell = book.active["B2"]
    assert (cell.value, cell.data_type) == (f"'{start}1+1", "s")
    assert f"'{start}1+1" in export(client, "facility", COMMAS).decode("utf-8-sig")
    result = preview(client, "facility", export(client, "facility", COMMAS)).context["result"]
    assert [row.import_type for row in result.rows] == ["skip"]


def test_an_export_holds_the_own_district_only(client, miaohang):
    TownFactory(district=DistrictFactory(code="310105", name="长宁区"), code="310105001", name="华阳路街道")

    text = export(client, "town", COMMAS).decode("utf-8-sig")

    assert text.splitlines() == ["区划代码,统计代码,名称,顺序", f"310113,310113112,庙行镇,{miaohang.order}"]


@pytest.mark.parametrize("kind", PAGES)
def test_pages_keep_to_the_content_security_policy(kind, client, miaohang):
    for page in ("import/", "export/"):
        text = client.get(f"{PAGES[kind]}{page}").content.decode()
        assert [word for word in ("onchange=", "onclick=", " style=", "<style") if word in text] == []


@pytest.mark.parametrize("who", ["staff", "official", "leader"])
def test_nobody_else_brings_a_list_in_or_takes_one_out(who, request, sign_in):
    client = sign_in(request.getfixturevalue(who))

    assert {client.get(f"{page}{verb}/").status_code for page in PAGES.values() for verb in ("import", "export")} <= {
        302,
        404,
    }
