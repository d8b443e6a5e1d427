"""The pages of supervision sheets: the list on a day, one sheet and what is done with it, a new one."""

import datetime as dt
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote

import docx
import pytest
from openpyxl import load_workbook

from tasks.models import Supervision, SupervisionAct
from tasks.supervising import answer, close, issue, return_, sign
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LIST, NEW, PAGE = "/p/plan/supervision/", "/p/plan/supervision/new/", "/p/plan/supervision/1/"
INVALID = 422


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def put(programme, miaohang, staff):
    """`put(key="2")`: a sheet to 庙行镇 of 1 October, due on the 29th."""

    def put(**other):
        said = {"programme": programme, "town": miaohang, "matter": "床位滞后", "requirement": "请补齐", "key": "1"}
        return issue(**{**said, "due_on": dt.date(2024, 10, 29), "by": staff, "at": at(1)} | other)

    return put


def at(day):
    return dt.datetime(2024, 10, day, 9, tzinfo=dt.UTC)


def act(client, action, words="", seen=0, page=PAGE):
    return client.post(page, {"action": action, f"{action}-words": words, f"{action}-seen": seen})


def told(answer):
    """The messages of the page that follows."""
    return [str(message) for message in answer.context["messages"]]


def buttons(page):
    return [one["kind"].value for one in page.context["forms"]]


class TestList:
    @pytest.fixture
    def sheets(self, put, youyi, official, staff):
        """1 closed on the 8th, 2 (of the neighbour) overdue since the 5th, 3 signed for today."""
        first = put()
        close(sheet=first, words="指标已调整", by=staff, at=at(8))
        put(key="2", town=youyi, matter="餐点滞后", due_on=dt.date(2024, 10, 5))
        sign(sheet=put(key="3", matter="入户滞后", at=at(10)), by=official)

    @pytest.fixture
    def listed(self, sheets, request, sign_in):
        def listed(query="", who="staff"):
            page = sign_in(request.getfixturevalue(who)).get(f"{LIST}?{query}")
            return [(sheet.number, sheet.state.value, overdue) for sheet, overdue in page.context["rows"]]

        return listed

    def test_all_stand_as_they_stand_today(self, listed):
        assert listed() == [(3, "signed", 0), (2, "issued", 10), (1, "closed", 0)]

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("state=issued", [2]),
            ("state=signed", [3]),
            ("state=closed", [1]),
            ("state=answered", []),
            ("state=open", [3, 2]),
            ("state=overdue", [2]),
            ("town=310113112", [3, 1]),
            ("town=310113112&state=open", [3]),
            ("state=nonsense&town=1", [3, 2, 1]),
        ],
    )
    def test_it_is_narrowed(self, listed, query, numbers):
        assert [number for number, _state, _overdue in listed(query)] == numbers

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("as_of=2024-10-09", [(2, "issued", 4), (1, "closed", 0)]),
            ("as_of=2024-10-07", [(2, "issued", 2), (1, "issued", 0)]),
            ("known_on=2024-10-07", [(2, "issued", 10), (1, "issued", 0)]),
            ("as_of=2024-09-30", []),
        ],
    )
    def test_it_speaks_of_a_day(self, listed, query, rows):
        assert listed(query) == rows

    @pytest.mark.parametrize(
        ("who", "numbers"), [("official", [3, 1]), ("neighbour", [2]), ("leader", [3, 2, 1]), ("city_user", [3, 2, 1])]
    )
    def test_each_sees_their_own(self, listed, who, numbers):
        assert [number for number, _state, _overdue in listed(who=who)] == numbers

    def test_it_goes_out_as_shown(self, sheets, staff, sign_in):
        answer = sign_in(staff).get(f"{LIST}?state=open&export=xlsx")

        rows = list(load_workbook(BytesIO(answer.content)).active.values)
        head = (
            "编号",
            "街镇",
            "督办的指标或任务",
            "督办事项",
            "办理要求",
            "签发时间",
            "签发人",
            "办结期限",
            "状态",
            "逾期天数",
        )
        assert rows == [
            head,
            ("督〔2024〕3号", "庙行镇", "", "入户滞后", "请补齐", "2024-10-10 17:00", "养老服务科", "2024-10-29", "已签收，待答复", 0),
            ("督〔2024〕2号", "友谊路街道", "", "餐点滞后", "请补齐", "2024-10-01 17:00", "养老服务科", "2024-10-05", "待签收", 10),
        ]  # fmt: skip

    def test_nothing_there_and_nothing_found_are_told_apart(self, programme, put, staff, sign_in):
        client = sign_in(staff)
        assert "尚无督办单" in client.get(LIST).content.decode()
        put()

        assert "没有符合条件的督办单" in client.get(f"{LIST}?state=closed").content.decode()

    def test_it_costs_the_same_for_one_and_for_three(self, put, youyi, staff, sign_in, django_assert_num_queries):
        client = sign_in(staff)
        put()
        with django_assert_num_queries(9):
            client.get(LIST)
        put(key="2", town=youyi)
        put(key="3")

        with django_assert_num_queries(9):
            assert len(client.get(LIST).context["rows"]) == 3


class TestSheet:
    def test_the_town_signs_and_answers(self, put, official, sign_in):
        put()
        client = sign_in(official)
        assert buttons(client.get(PAGE)) == ["signed"]

        assert act(client, "signed").url == PAGE
        page = client.get(PAGE)
        assert (told(page), buttons(page)) == (["已签收督〔2024〕1号。"], ["answered"])

        assert act(client, "answered", "已开工", seen=1).url == PAGE
        assert buttons(client.get(PAGE)) == []
        acts = SupervisionAct.objects.values_list("kind", "words", "by__username")
        assert list(acts) == [("signed", "", "official"), ("answered", "已开工", "official")]

    def test_the_bureau_sends_back_and_closes(self, put, official, staff, sign_in):
        sheet = put()
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)
        client = sign_in(staff)
        assert buttons(client.get(PAGE)) == ["closed", "returned"]

        act(client, "returned", "没有日期", seen=2)
        assert buttons(client.get(PAGE)) == ["closed"]

        act(client, "closed", "指标已调整", seen=3)
        page = client.get(PAGE)
        assert (buttons(page), page.context["sheet"].state.label) == ([], "已办结")
        assert [event.what for event in page.context["events"]] == [
            "未经答复办结",
            "答复退回",
            "已答复",
            "已签收",
            "签发",
        ]

    @pytest.mark.parametrize(("who", "action"), [("staff", "signed"), ("admin", "answered"), ("official", "closed")])
    def test_another_s_part_is_denied(self, put, request, sign_in, who, action):
        put()

        assert act(sign_in(request.getfixturevalue(who)), action, "说明").status_code == 403
        assert not SupervisionAct.objects.exists()

    @pytest.mark.parametrize("who", ["leader", "city_user"])
    def test_readers_read(self, put, request, sign_in, who):
        put()
        client = sign_in(request.getfixturevalue(who))

        page = client.get(PAGE)

        assert (page.status_code, buttons(page), act(client, "closed", "好").status_code) == (200, [], 403)

    def test_what_nobody_can_do_is_told(self, put, staff, sign_in):
        put()

        page = act(sign_in(staff), "burnt")

        assert (page.status_code, told(page)) == (INVALID, ["请选择要办理的事项。"])

    def test_what_was_typed_stays_when_it_is_refused(self, put, official, sign_in):
        sign(sheet=put(), by=official)

        page = act(sign_in(official), "answered", "字" * 1001, seen=1)

        form = page.context["forms"][0]["form"]
        assert (page.status_code, form["words"].value()) == (INVALID, "字" * 1001)
        assert form.errors == {"words": ["确保该变量包含不超过 1000 字符 (目前字符数 1001)。"]}

    def test_who_comes_second_is_told_and_can_go_on(self, put, official, staff, sign_in):
        sheet = put()
        sign(sheet=sheet, by=official)
        client = sign_in(staff)
        answer(sheet=sheet, words="已开工", by=official)

        page = act(client, "closed", "不等了", seen=1)

        assert told(page) == ["打开本页以后已由 庙行经办人 于 2024-10-15 10:00 答复，请看过后再办理。"]
        form = page.context["forms"][0]["form"]
        assert (form["words"].value(), form["seen"].value()) == ("不等了", 2)

    def test_what_was_typed_for_an_act_that_is_over_is_not_lost(self, put, official, staff, sign_in):
        sheet = put()
        sign(sheet=sheet, by=official)
        close(sheet=sheet, words="指标已调整", by=staff)

        page = act(sign_in(official), "answered", "月底建成", seen=1)

        assert told(page) == ["打开本页以后已由 养老服务科 于 2024-10-15 10:00 办结，请看过后再办理。"]
        assert (buttons(page), page.context["left_over"]) == ([], "月底建成")

    def test_the_same_button_pressed_twice_is_one_act(self, put, official, sign_in):
        put()
        client = sign_in(official)

        assert [act(client, "signed").status_code for _time in range(2)] == [302, 302]
        assert SupervisionAct.objects.count() == 1

    @pytest.mark.parametrize(("due", "days"), [(15, 0), (14, 1)])
    def test_it_says_that_it_is_overdue(self, put, official, sign_in, due, days):
        put(due_on=dt.date(2024, 10, due))

        page = sign_in(official).get(PAGE)

        assert (page.context["overdue"], "逾期 1 天" in page.content.decode()) == (days, bool(days))

    def test_words_are_words(self, put, official, sign_in):
        put(matter="<b>床位</b>\n滞后")

        assert "&lt;b&gt;床位&lt;/b&gt;<br>滞后" in sign_in(official).get(PAGE).content.decode()

    @pytest.mark.parametrize("number", ["2", "0", "99999999999999999999"])
    def test_a_number_that_is_not_there_is_not_found(self, put, staff, sign_in, number):
        put()

        assert sign_in(staff).get(f"{LIST}{number}/").status_code == 404

    def test_it_costs_the_same_for_one_act_and_for_many(self, put, official, staff, sign_in, django_assert_num_queries):
        sheet = put()
        sign(sheet=sheet, by=official)
        client = sign_in(staff)
        with django_assert_num_queries(7):
            client.get(PAGE)
        for words in ("一", "二"):
            answer(sheet=sheet, words=words, by=official)
            return_(sheet=sheet, words=words, by=staff)

        with django_assert_num_queries(7):
            client.get(PAGE)

    def test_the_word_document_carries_its_number_and_town(self, put, official, sign_in):
        put()

        file = sign_in(official).get(f"{PAGE}sheet.docx")

        assert file["Content-Type"].endswith("wordprocessingml.document")
        assert quote("2024-1_庙行镇_督办单_2024-10-15.docx") in file["Content-Disposition"]
        assert docx.Document(BytesIO(file.content)).tables[0].rows[1].cells[1].text == "庙行镇"


class TestNew:
    @pytest.fixture
    def beds(self, programme, miaohang):
        beds = IndicatorFactory(programme=programme, code="01", name="新增养老床位")
        TargetFactory(indicator=beds, town=miaohang, value=Decimal(12))
        PeriodFactory(programme=programme, quarter=3)
        TaskFactory(programme=programme, number=8, title="探访关爱")
        return beds

    @pytest.fixture
    def form(self, miaohang):
        return {
            "town": miaohang.pk,
            "matter": "床位滞后",
            "requirement": "请补齐",
            "due_on": "2024-10-29",
            "key": "k",
        }

    @pytest.mark.parametrize(
        ("query", "begins"),
        [
            ("town=310113112&indicator=01", "“新增养老床位”截至 2024-10-15"),
            ("town=310113112&task=8", "“8. 探访关爱”截至 2024-10-15"),
            ("task=8", "“8. 探访关爱”截至 2024-10-15"),
            ("town=310113112&period=2024Q3", "2024年第三季度填报："),
            ("town=310113112", ""),
            ("", ""),
        ],
    )
    def test_it_begins_with_what_the_address_names(self, beds, miaohang, staff, sign_in, query, begins):
        form = sign_in(staff).get(f"{NEW}?{query}").context["form"]

        assert form["matter"].value()[: len(begins) or None] == begins
        assert form["town"].value() == (miaohang.pk if "town" in query else None)
        assert form["due_on"].value() == dt.date(2024, 10, 29)

    @pytest.mark.parametrize(
        "query",
        [
            "town=1",
            "town=310113112&indicator=99",
            "task=99",
            "task=八",
            "task=99999999999999999999",
            "town=310113112&period=2025Q1",
        ],
    )
    def test_what_is_not_there_is_not_found(self, beds, staff, sign_in, query):
        assert sign_in(staff).get(f"{NEW}?{query}").status_code == 404

    def test_a_town_of_another_district_is_not_there(self, beds, stranger, staff, sign_in, form):
        town = stranger.district.towns.create(code="310105001", name="华阳路街道")
        client = sign_in(staff)

        assert client.get(f"{NEW}?town=310105001").status_code == 404
        assert list(client.post(NEW, form | {"town": town.pk}).context["form"].errors) == ["town"]

    def test_it_is_issued_once_however_often_it_is_sent(self, beds, staff, sign_in, form):
        client = sign_in(staff)

        answers = [client.post(NEW, form | {"indicator": beds.pk}) for _time in range(2)]

        assert [answer.url for answer in answers] == [PAGE, PAGE]
        row = Supervision.objects.values_list(
            "number", "town__name", "indicator", "matter", "requirement", "by__username"
        )
        assert list(row) == [(1, "庙行镇", beds.pk, "床位滞后", "请补齐", "staff")]
        assert "已签发督〔2024〕1号，并通知 庙行镇。" in client.get(PAGE).content.decode()

    @pytest.mark.parametrize(
        ("typed", "faults"),
        [
            ({"town": ""}, {"town": ["这个字段是必填项。"]}),
            ({"matter": " "}, {"matter": ["这个字段是必填项。"]}),
            ({"requirement": ""}, {"requirement": ["这个字段是必填项。"]}),
            ({"due_on": "月底"}, {"due_on": ["输入一个有效的日期。"]}),
            ({"due_on": "2024-10-14"}, {"due_on": ["办结期限 2024-10-14 已经过去。"]}),
            ({"matter": "字" * 501}, {"matter": ["确保该变量包含不超过 500 字符 (目前字符数 501)。"]}),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_stays(self, beds, staff, sign_in, form, typed, faults):
        page = sign_in(staff).post(NEW, form | typed)

        assert (page.status_code, page.context["form"].errors) == (INVALID, faults)
        assert page.context["form"]["key"].value() == "k"
        assert not Supervision.objects.exists()

    def test_today_is_a_day(self, beds, staff, sign_in, form):
        assert sign_in(staff).post(NEW, form | {"due_on": "2024-10-15"}).url == PAGE

    def test_one_matter_is_one_line(self, beds, programme, staff, sign_in, form):
        both = {"indicator": beds.pk, "task": programme.tasks.get().pk}

        page = sign_in(staff).post(NEW, form | both)

        assert page.context["form"].errors == {"task": ["一份督办单只督办一件事：指标和任务只选一项，或都不选。"]}

    def test_a_second_sheet_on_the_same_matter_is_refused(self, beds, put, staff, sign_in, form):
        put(indicator=beds)

        page = sign_in(staff).post(NEW, form | {"indicator": beds.pk})

        told = ["督〔2024〕1号已就这一事项督办该街镇，尚未办结（待签收）。"]
        assert (page.status_code, page.context["form"].non_field_errors()) == (INVALID, told)


def test_the_completeness_page_leads_to_a_sheet_for_who_is_late(programme, miaohang, staff, sign_in):
    TargetFactory(indicator=IndicatorFactory(programme=programme), town=miaohang)
    PeriodFactory(programme=programme, quarter=3)
    PeriodFactory(programme=programme, quarter=4)

    page = sign_in(staff).get("/p/plan/completeness/").content.decode()

    assert page.count("supervision/new/?") == 1
    assert f"{NEW}?town=310113112&amp;period=2024Q3" in page
