"""The pages of findings: three lists of the same rows, what each may do, files, and what is typed is never lost."""

import csv
import datetime as dt
from io import BytesIO, StringIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from quality.models import Finding
from tests.factories import FacilityFactory, TownFactory, UserFactory, a_file
from tests.quality.findings import DUE, Case, a_finding, criteria, photo, reread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST = "/findings/"


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院", director="李院长")


@pytest.fixture
def case(home):
    return Case(home)


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


def rows(client, **asked):
    content = client.get(LIST, asked | {"export": "csv"}).content.decode("utf-8-sig")
    return list(csv.reader(StringIO(content)))


class TestThreeLists:
    def test_they_are_three_views_of_the_same_rows(self, client, case):
        case.closed()
        shown = {view: rows(client, view=view) for view in ("hazards", "rectification", "responsibility")}

        place = ["隐患〔2024〕1号", "庙行镇", "庙行养老院", "消防通道"]
        assert [found[1] for found in shown.values()] == [
            [*place, "通道堆放杂物", "一般", "日常发现", "2024-10-08", "1", "已销号", ""],
            [*place, "已清理通道", "2024-10-15", "2024-10-31", "验收合格", "2024-10-15", "已销号", ""],
            [*place, "王主任", "李院长", "科员甲", "2024-10-31", "科员甲", "已销号", ""],
        ]
        assert [len(found[0]) for found in shown.values()] == [11, 11, 11]

    def test_a_workbook_holds_the_same(self, client, case):
        content = client.get(LIST, {"export": "xlsx", "view": "responsibility"}).content

        sheet = load_workbook(BytesIO(content)).active
        assert [cell.value for cell in sheet[1]][:5] == ["编号", "街镇", "养老服务机构", "检查项目", "整改责任人"]
        assert sheet["A2"].value == "隐患〔2024〕1号"

    @pytest.mark.parametrize("view", ["hazards", "rectification", "responsibility"])
    def test_a_document_lies_on_its_side_and_repeats_its_head(self, client, case, view):
        case.closed()
        paper = docx.Document(BytesIO(client.get(f"{LIST}list.docx", {"view": view}).content))

        (table,) = paper.tables
        assert paper.sections[0].page_width > paper.sections[0].page_height
        assert (table.cell(0, 0).text, table.cell(1, 0).text) == ("编号", "隐患〔2024〕1号")
        assert table.rows[0]._tr.trPr.find(f"{{{table._tbl.nsmap['w']}}}tblHeader") is not None
        assert sum(column.width for column in table.columns) <= paper.sections[0].page_width

    @pytest.mark.parametrize(("asked", "place"), [("", "宝山区"), ("?town=310113112", "庙行镇")])
    def test_a_document_names_whose_list_it_is(self, client, case, asked, place):
        paper = docx.Document(BytesIO(client.get(f"/findings/list.docx{asked}").getvalue()))

        assert paper.paragraphs[0].text == f"{place}隐患清单"

    def test_a_document_without_findings_says_so(self, client, home):
        paper = docx.Document(BytesIO(client.get(f"{LIST}list.docx").content))

        assert paper.paragraphs[-1].text == "无。"

    def test_they_are_narrowed_and_counted(self, sign_in, staff, home, youyi, time_machine):
        Case(home, criterion=criteria()[0]).assigned(due_on=dt.date(2024, 10, 15))
        Case(FacilityFactory(town=youyi), subject="用电").closed()
        a_finding(home)
        time_machine.move_to(dt.datetime(2024, 10, 16, 2, tzinfo=dt.UTC))
        client = sign_in(staff)

        def found(**asked):
            return sorted(row.finding.number for row in client.get(LIST, asked).context["rows"])

        assert found() == found(state="nonsense", town="9", facility="x", view="y") == [1, 2, 3]
        states = ("found", "closed", "open", "overdue", "repeated")
        assert [found(state=state) for state in states] == [[3], [2], [1, 3], [1], [3]]
        assert [found(severity=one) for one in ("major", "ordinary")] == [[1], [2, 3]]
        assert (found(town=youyi.code), found(q="用电"), found(facility=home.pk)) == ([2], [2], [1, 3])
        context = client.get(LIST, {"state": "closed"}).context
        assert context["counts"] == (3, 1, 1, 1, 1)
        assert [counts for _code, _name, counts in context["towns"]] == [(2, 0, 1, 1, 1), (1, 1, 0, 0, 0)]
        assert client.get(LIST, {"facility": home.pk}).context["counts"] == (2, 0, 1, 1, 1)

    @pytest.mark.parametrize(("hour", "overdue"), [(15, 0), (16, 1)])
    def test_it_is_late_once_its_last_day_is_over(self, sign_in, staff, case, time_machine, hour, overdue):
        case.assigned()
        time_machine.move_to(dt.datetime(2024, 10, 31, hour, tzinfo=dt.UTC))  # 16:00 is midnight in Shanghai

        assert sign_in(staff).get(LIST).context["rows"][0].overdue == overdue

    def test_what_waits_for_its_check_is_not_late(self, sign_in, staff, case, time_machine):
        case.submitted()
        time_machine.move_to(dt.datetime(2024, 11, 2, 2, tzinfo=dt.UTC))
        context = sign_in(staff).get(LIST).context

        assert (context["rows"][0].overdue, context["counts"].overdue) == (0, 0)
        assert sign_in(staff).get(LIST, {"state": "overdue"}).context["rows"] == []

    @pytest.mark.parametrize(
        ("who", "places"), [("staff", ["town", "facility"]), ("official", ["facility"]), ("director", [])]
    )
    def test_nobody_chooses_among_one_place(self, sign_in, case, who, places):
        fields = sign_in(getattr(case.people, who)).get(LIST).context["filter"].fields

        assert [name for name in ("town", "facility") if name in fields] == places

    def test_each_sees_their_own(self, sign_in, case, official, neighbour, miaohang):
        other = UserFactory(role="facility", district=miaohang.district, facility=FacilityFactory(town=miaohang))
        seen = {who: len(sign_in(who).get(LIST).context["rows"]) for who in (case.people.director, official)}

        assert list(seen.values()) == [1, 1]
        assert [len(sign_in(who).get(LIST).context["rows"]) for who in (other, neighbour)] == [0, 0]


class TestAssigningSeveral:
    def post(self, client, *findings, **said):
        said = {"due_on": "2024-10-31", "responsible": "", "key": "k"} | said
        return client.post(LIST, {"finding": [one.pk for one in findings], **said}, follow=True)

    def told(self, response):
        return [str(message) for message in response.context["messages"]]

    def test_all_get_the_day_and_each_its_director(self, client, home, staff):
        found = [a_finding(home, by=staff), a_finding(home, by=staff, subject="用电")]

        assert self.told(self.post(client, *found)) == ["已交办 2 项。"]
        assert [(reread(one).responsible, reread(one).due_on) for one in found] == [("李院长", DUE)] * 2

    def test_sent_twice_they_are_assigned_once(self, client, home, staff):
        finding = a_finding(home, by=staff)
        for _ in range(2):
            self.post(client, finding)

        assert finding.acts.count() == 1

    def test_with_a_major_one_among_them_none_is(self, client, home, staff):
        found = [a_finding(home, by=staff), a_finding(home, by=staff, severity="major", subject="燃气")]

        (told,) = self.told(self.post(client, *found))
        assert told == "隐患〔2024〕2号判断为重大，请打开后选择判定标准再交办。"
        assert found[0].acts.count() == 0

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"due_on": ""}, "整改期限（含当日）: 这个字段是必填项。"),
            ({"due_on": "2024-10-01"}, "整改期限 2024-10-01 已经过去。"),
        ],
    )
    def test_what_is_wrong_is_said(self, client, home, staff, said, told):
        assert self.told(self.post(client, a_finding(home, by=staff), **said)) == [told]

    def test_nothing_ticked_is_said(self, client):
        assert self.told(self.post(client)) == ["请先勾选要交办的问题隐患。"]


class TestRecording:
    FORM = {"subject": "消防通道", "words": "堆物", "severity": "ordinary", "found_on": "2024-10-15", "key": "k"}

    def test_it_leads_to_the_finding(self, client, home):
        response = client.post(f"{LIST}new/", self.FORM | {"facility": home.pk, "files": [photo()]})

        finding = Finding.objects.get()
        assert (response.status_code, response.url) == (302, finding.get_absolute_url())
        assert finding.files.count() == 1

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, client, home):
        response = client.post(f"{LIST}new/", self.FORM | {"facility": home.pk, "found_on": "2024-10-16"})

        assert response.status_code == 422
        assert response.context["form"].non_field_errors() == ["发现日期 2024-10-16 还没有到。"]
        assert "堆物" in response.content.decode()

    def test_a_town_records_for_its_own_facilities(self, sign_in, official, home, youyi):
        other = FacilityFactory(town=youyi)
        client = sign_in(official)

        assert client.post(f"{LIST}new/", self.FORM | {"facility": other.pk}).status_code == 422
        assert client.post(f"{LIST}new/", self.FORM | {"facility": home.pk}).status_code == 302

    def test_the_address_may_name_the_facility(self, client, home):
        form = client.get(f"{LIST}new/", {"facility": home.pk}).context["form"]

        assert str(form["facility"].value()) == str(home.pk)


class TestOnePage:
    def post(self, client, case, action, **said):
        seen = case.finding.acts.count()
        form = {"action": action} | {
            f"{action}-{name}": value for name, value in ({"seen": seen, "key": "k"} | said).items()
        }
        return client.post(case.finding.get_absolute_url(), form)

    def test_it_offers_what_is_the_users_turn(self, sign_in, case):
        case.assigned()

        def offered(user):
            forms = sign_in(user).get(case.finding.get_absolute_url()).context["forms"]
            return [(form["kind"].value, form["folded"]) for form in forms]

        assert offered(case.people.director) == [("signed", False)]
        assert offered(case.people.staff) == [("extended", True), ("assigned", True), ("voided", True)]
        assert offered(case.people.official) == [
            ("signed", False),
            ("extended", True),
            ("assigned", True),
        ]

    def test_assigning_a_major_one_takes_a_criterion_in_force(self, client, home):
        old, now = criteria("2020", dt.date(2020, 1, 1)), criteria()
        case = Case(home, criterion=now[0])
        form = client.get(case.finding.get_absolute_url()).context["forms"][0]["form"]
        assert list(form.fields["criterion"].queryset) == now

        said = {"severity": "major", "responsible": "王主任", "due_on": "2024-10-31"}
        assert self.post(client, case, "assigned", criterion=old[0].pk, **said).status_code == 422
        assert self.post(client, case, "assigned", criterion=now[1].pk, **said).status_code == 302
        assert reread(case.finding).state == "assigned"

    def test_a_director_signs_and_submits_with_a_photo(self, sign_in, case):
        client = sign_in(case.assigned().people.director)

        assert self.post(client, case, "signed").status_code == 302
        assert self.post(client, case, "submitted", words="已清理", files=photo(), key="l").status_code == 302
        page = client.get(case.finding.get_absolute_url()).content.decode()
        assert f'src="/findings/{case.finding.pk}/files/' in page

    def test_a_refused_act_says_why_and_keeps_the_words(self, client, case):
        response = self.post(client, case.submitted(), "closed", words="")

        assert response.status_code == 422
        assert [str(message) for message in response.context["messages"]] == ["请填写验收意见。"]

    def test_who_was_slower_is_told_and_keeps_the_words(self, sign_in, case):
        case.submitted()
        slow = sign_in(case.people.second)
        seen = case.finding.acts.count()
        case.act("close", case.people.staff, words="合格")

        response = slow.post(
            case.finding.get_absolute_url(),
            {"action": "returned", "returned-words": "不合格", "returned-seen": seen, "returned-key": "k"},
        )
        assert response.context["left_over"] == "不合格"
        assert "打开本页以后已由 科员甲 于 2024-10-15 10:00 销号" in response.content.decode()

    def test_another_s_part_is_forbidden(self, sign_in, case):
        case.submitted()

        assert self.post(sign_in(case.people.director), case, "closed", words="好").status_code == 403

    def test_repeated_ones_lead_to_each_other(self, client, home, staff):
        first, again = a_finding(home, by=staff), a_finding(home, by=staff)

        page = client.get(again.get_absolute_url()).content.decode()
        assert f'href="{first.get_absolute_url()}"' in page
        assert "同一项目第 2 次发现" in page

    def test_a_file_too_large_is_named(self, sign_in, case, settings):
        settings.EVIDENCE_MAX_BYTES = 10
        client = sign_in(case.signed().people.director)

        response = self.post(client, case, "submitted", words="好", files=a_file("大.jpg", b"x" * 11))
        assert response.status_code == 422
        assert "“大.jpg”超过" in response.content.decode()

    def test_a_file_is_of_its_own_finding(self, client, case, home):
        case.submitted()
        file = case.finding.files.get()
        other = a_finding(home, subject="用电")

        response = client.get(f"/findings/{case.finding.pk}/files/{file.pk}/")
        assert b"".join(response.streaming_content) == b"\xff\xd8\xff\xe0 photo"
        assert client.get(f"/findings/{other.pk}/files/{file.pk}/").status_code == 404


QUERIES = {
    "/findings/": {"staff": 12, "official": 11},
    "/findings/?export=csv": {"staff": 6, "official": 6},
    "/findings/list.docx": {"staff": 6, "official": 6},
    "/findings/new/": {"staff": 5, "official": 5},
    "/findings/{finding}/": {"staff": 10, "official": 9},
}


def test_a_page_costs_the_same_for_one_and_for_three(sign_in, staff, official, home, district):
    case = Case(home).submitted()
    clients = {"staff": sign_in(staff), "official": sign_in(official)}

    def queries(address, who):
        with CaptureQueriesContext(connection) as captured:
            response = clients[who].get(address.format(finding=case.finding.pk))
            assert response.status_code == 200
        return len(captured)

    def counted():
        return {address: {who: queries(address, who) for who in seen} for address, seen in QUERIES.items()}

    one = counted()
    for _ in range(2):
        Case(FacilityFactory(town=TownFactory(district=district))).closed()
        Case(home, subject="消防通道").submitted()
        case.act("return_", case.people.staff, words="不够")
        case.act("submit", case.people.director, words="再改", files=[photo()])
    assert one == counted()
    assert one == QUERIES
