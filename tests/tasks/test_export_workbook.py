"""A town's quarter as a workbook: out, filled offline, and back; never a silent win, never half a workbook."""

from decimal import Decimal
from io import BytesIO
from random import Random

import pytest
from openpyxl import load_workbook

from tasks import drafts
from tasks.models import Draft, Evidence, Period, Report
from tasks.offline.reading import OfflineError
from tasks.offline.taking import take_file
from tests.factories import a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
SHEET = "/p/baoshan-2024/report/2024Q3/"
WORKBOOK = f"{SHEET}workbook.xlsx"
TAKE = f"{SHEET}workbook/"
COLUMN = {"value": "F", "numerator": "G", "denominator": "H", "state": "I", "percent": "J", "words": "K", "key": "L"}


@pytest.fixture
def period(baoshan):
    return Period.objects.get(programme=baoshan, label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.fixture
def rate(baoshan):
    return baoshan.indicators.get(name="养老护理员技能等级持证率")


@pytest.fixture
def task(baoshan):
    return baoshan.tasks.filter(town_wide=True).first()


@pytest.fixture
def client(sign_in, official):
    return sign_in(official)


class Book:
    """A downloaded workbook in the hands of an official."""

    def __init__(self, content):
        self.book = load_workbook(BytesIO(content))
        self.sheet = self.book["填报"]

    def ref(self, subject, name):
        code = getattr(subject, "code", None) or f"任务{subject.number}"
        row = next(row for row in range(1, self.sheet.max_row + 1) if self.sheet[f"A{row}"].value == code)
        return f"{COLUMN[name]}{row}"

    def cell(self, subject, name):
        return self.sheet[self.ref(subject, name)]

    def fill(self, subject, **values):
        for name, value in values.items():
            self.cell(subject, name).value = value
        return self

    def content(self):
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


def download(client, address=WORKBOOK):
    return Book(client.get(address).content)


def upload(client, book, address=TAKE, name="填报.xlsx"):
    content = book.content() if isinstance(book, Book) else book
    return client.post(address, {"file": a_file(name, content)})


def text(response):
    return response.content.decode()


def problems(response):
    assert response.status_code == 422
    return [(problem.cell, problem.message) for problem in response.context["offline"]["problems"]]


def typed(subject):
    draft = Draft.objects.filter(line=(getattr(subject, "code", None) and subject.pk) or -subject.pk).first()
    return {name: words for name, words in draft.typed.items() if words} if draft else None


class TestDownload:
    def test_it_has_the_lines_of_the_sheet_with_target_and_last_value(self, client, period, miaohang, beds, task):
        accepted(
            Period.objects.get(label="2024Q2", programme=period.programme), miaohang, subject=beds, value=Decimal(4)
        )

        sheet = download(client).sheet

        lines = [row for row in sheet.iter_rows(values_only=True) if row[11] and row[0] != "编号"]
        assert [row[0] for row in lines[:2]] == ["01", "02"]
        assert lines[0][:5] == ("01", "新增养老床位", "张", "—", "4")
        assert lines[-1][0].startswith("任务")
        assert len(lines) == len(drafts.sheet(period, miaohang))

    def test_only_what_may_be_filled_is_open(self, client, beds, rate, task):
        book = download(client)

        assert book.sheet.protection.sheet is True
        assert book.sheet.protection.password is None
        assert book.sheet.column_dimensions["L"].hidden is True
        open_cells = {
            subject: [name for name in COLUMN if not book.cell(subject, name).protection.locked]
            for subject in (beds, rate, task)
        }
        assert open_cells == {
            beds: ["value", "words"],
            rate: ["numerator", "denominator", "words"],
            task: ["state", "percent", "words"],
        }

    def test_the_cells_check_what_is_filled(self, client, beds, task):
        book = download(client)
        rules = {str(rule.sqref): rule for rule in book.sheet.data_validations.dataValidation}

        figure, state = rules[book.ref(beds, "value")], rules[book.ref(task, "state")]
        assert (figure.type, figure.operator, figure.formula1) == ("decimal", "greaterThanOrEqual", "0")
        assert state.formula1 == '"未启动,推进中,已完成,受阻"'

    def test_a_draft_is_in_it_as_typed(self, client, period, miaohang, official, beds):
        drafts.keep(
            period=period, town=miaohang, subject=beds, typed={"value": "6", "words": "=甲"}, version=0, by=official
        )

        book = download(client)

        assert (book.cell(beds, "value").value, book.cell(beds, "words").data_type) == (6, "s")

    def test_each_sees_own_towns_only(self, sign_in, client, neighbour, staff, facility_user, baoshan, miaohang, youyi):
        assert "友谊路街道" in download(sign_in(neighbour)).sheet["A1"].value
        assert "庙行镇" in download(sign_in(staff), f"{WORKBOOK}?town={miaohang.code}").sheet["A1"].value
        assert client.get(f"{WORKBOOK}?town={youyi.code}").status_code == 404
        assert sign_in(facility_user).get(WORKBOOK).status_code == 404

    def test_it_is_chinese_in_every_language(self, client, baoshan, task):
        client.cookies["django_language"] = "en"

        assert download(client).sheet["A1"].value == "庙行镇 2024年第三季度填报表"


class TestTaking:
    def test_what_was_filled_becomes_drafts_and_nothing_is_submitted(self, client, beds, rate, task):
        book = download(client).fill(beds, value=6, words="已验收").fill(rate, numerator=50, denominator=58)
        book.fill(task, state="推进中", percent=60.5)

        answer = upload(client, book)

        assert (answer.status_code, answer.url) == (302, SHEET)
        assert typed(beds) == {"value": "6", "words": "已验收"}
        assert typed(rate) == {"numerator": "50", "denominator": "58"}
        assert typed(task) == {"state": "in_progress", "percent": "60.5"}
        assert "已填入 3 行 6 格，佐证材料 0 份；请核对后提交。" in text(client.get(SHEET))
        assert not Report.objects.exists()

    def test_a_workbook_that_changes_nothing_writes_nothing(self, client, period, miaohang, official, beds):
        drafts.keep(
            period=period,
            town=miaohang,
            subject=beds,
            typed={"value": "6.50", "words": "甲\r\n乙 "},
            version=0,
            by=official,
        )

        upload(client, download(client))

        assert Draft.objects.get().version == 1
        assert "没有需要填入的内容：与平台现有内容一致。" in text(client.get(SHEET))

    def test_the_same_workbook_twice_is_taken_once(self, client, beds):
        book = download(client).fill(beds, value=6)
        upload(client, book)
        upload(client, book)

        assert (typed(beds), Draft.objects.get().version) == ({"value": "6"}, 1)

    def test_a_cell_that_was_emptied_is_empty(self, client, period, miaohang, official, beds):
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "6"}, version=0, by=official)

        upload(client, download(client).fill(beds, value=None))

        assert typed(beds) == {}

    def test_rows_may_be_sorted_and_left_out(self, client, beds, rate):
        book = download(client).fill(rate, numerator=50, denominator=58)
        for empty, moved in zip(
            book.sheet[book.cell(beds, "value").row], book.sheet[book.cell(rate, "value").row], strict=True
        ):
            empty.value, moved.value = moved.value, None

        upload(client, book)

        assert typed(rate) == {"numerator": "50", "denominator": "58"}

    def test_staff_takes_it_for_a_town(self, sign_in, staff, client, baoshan, miaohang, beds):
        book = download(client).fill(beds, value=6)

        answer = upload(sign_in(staff), book, f"{TAKE}?town={miaohang.code}")

        assert answer.url == f"{SHEET}?town={miaohang.code}"
        assert Draft.objects.get().by == staff

    def test_a_leader_may_not(self, sign_in, leader, client, miaohang, beds):
        book = download(client).fill(beds, value=6)

        assert upload(sign_in(leader), book, f"{TAKE}?town={miaohang.code}").status_code == 403
        assert not Draft.objects.exists()

    def test_a_closed_period_takes_nothing(self, client, period, october, beds):
        book = download(client).fill(beds, value=6)
        period.closes_on = october.date().replace(day=14)
        period.save()

        upload(client, book)

        assert not Draft.objects.exists()
        assert "2024年第三季度的填报已于 2024-10-14 结束，现已关闭。" in text(client.get(SHEET))

    def test_the_page_of_the_outcome_opened_again_is_the_sheet(self, client, baoshan, miaohang):
        assert client.get(TAKE).url == SHEET


class TestQuestions:
    @pytest.fixture
    def asked(self, client, period, miaohang, official, staff, beds):
        """The cell was empty at the download; then staff typed 5 on the page, and the workbook says 6."""
        book = download(client).fill(beds, value=6, words="验收")
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "5"}, version=0, by=staff)
        return upload(client, book)

    def answers(self, page, *choices):
        questions = page.context["offline"]["questions"]
        form = {name: [getattr(question, name) for question in questions] for name in ("key", "name", "mine")}
        return form | {f"choice-{n}": choice for n, choice in enumerate(choices, 1)} | {"answers": "1"}

    def test_a_cell_changed_on_both_sides_is_asked_and_the_others_are_taken(self, asked, beds):
        (question,) = asked.context["offline"]["questions"]

        assert (question.subject, question.label, question.mine, question.theirs, question.who) == (
            *("新增养老床位", "累计完成", "6", "5", "养老服务科"),
        )
        assert "有 1 格在下载后平台上也有改动，请选择以哪边为准。" in text(asked)
        assert typed(beds) == {"value": "5", "words": "验收"}

    @pytest.mark.parametrize(("choice", "value"), [("mine", "6"), ("theirs", "5")])
    def test_the_chosen_side_stands(self, asked, client, beds, choice, value):
        answer = client.post(TAKE, self.answers(asked, choice))

        assert (answer.status_code, typed(beds)) == (302, {"value": value, "words": "验收"})

    def test_what_changes_again_meanwhile_is_asked_again(self, asked, client, period, miaohang, staff, beds):
        version = Draft.objects.get().version
        drafts.keep(
            period=period, town=miaohang, subject=beds, typed={"value": "9", "words": "验收"}, version=version, by=staff
        )

        page = client.post(TAKE, self.answers(asked, "mine"))

        assert [question.theirs for question in page.context["offline"]["questions"]] == ["9"]
        assert typed(beds)["value"] == "9"

    def test_a_key_altered_by_hand_changes_nothing(self, asked, client, beds):
        client.post(TAKE, self.answers(asked, "mine") | {"key": ["x"]})

        assert typed(beds)["value"] == "5"

    def test_what_was_submitted_since_is_asked_about(self, client, period, miaohang, staff, beds, rate):
        book = download(client).fill(beds, value=6).fill(rate, numerator=50, denominator=58)
        reported(period, miaohang, subject=beds, value=Decimal("5.50"), by=staff)

        page = upload(client, book)

        assert [(q.mine, q.theirs, q.who) for q in page.context["offline"]["questions"]] == [("6", "5.5", "养老服务科")]
        assert (typed(beds), typed(rate)) == (None, {"numerator": "50", "denominator": "58"})
        client.post(TAKE, self.answers(page, "mine"))
        assert typed(beds) == {"value": "6"}

    def test_what_both_sides_changed_alike_is_no_question(self, client, period, miaohang, staff, beds):
        book = download(client).fill(beds, value=6)
        reported(period, miaohang, subject=beds, value=Decimal(6), by=staff)

        assert upload(client, book).status_code == 302
        assert typed(beds) is None

    def test_what_only_the_portal_changed_stands(self, client, period, miaohang, staff, beds, rate):
        book = download(client).fill(rate, numerator=50, denominator=58)
        drafts.keep(period=period, town=miaohang, subject=beds, typed={"value": "5"}, version=0, by=staff)

        assert upload(client, book).status_code == 302
        assert typed(beds) == {"value": "5"}

    def test_a_state_is_asked_in_its_word(self, client, period, miaohang, staff, task):
        book = download(client).fill(task, state="推进中", percent=60)
        drafts.keep(
            period=period, town=miaohang, subject=task, typed={"state": "done", "percent": "60"}, version=0, by=staff
        )

        (question,) = upload(client, book).context["offline"]["questions"]

        assert question.choices == [("mine", "推进中"), ("theirs", "已完成")]


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_changes(self, baoshan):
        yield
        assert not Draft.objects.exists()
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("8o", "“8o”不是数字，应填写如 12 或 12.5 的数字。"),
            (-1, "“-1”不能为负"),
            (1e30, "“1000000000000000000000000000000”数值过大：须小于 100 亿，且不超过 15 位有效数字"),
            (True, "“True”不是数字，应填写如 12 或 12.5 的数字。"),
            ("#REF!", "“#REF!”不是数字，应填写如 12 或 12.5 的数字。"),
        ],
    )
    def test_a_wrong_figure_is_told_with_its_cell_and_nothing_else_is_taken(self, client, beds, rate, value, message):
        book = download(client).fill(beds, value=value).fill(rate, numerator=50, denominator=58)

        page = upload(client, book)

        assert problems(page) == [(book.ref(beds, "value"), message)]
        assert "工作簿有 1 处需要修改，没有填入任何内容。" in text(page)

    def test_every_fault_is_told_at_once(self, client, beds, rate, task):
        book = download(client).fill(beds, value="多").fill(rate, numerator=50).fill(task, state="快了", percent=101)

        assert problems(upload(client, book)) == [
            (book.ref(beds, "value"), "“多”不是数字，应填写如 12 或 12.5 的数字。"),
            (book.ref(rate, "denominator"), "请填写数字，没有进展填 0。"),
            (book.ref(task, "state"), "请选择状态。"),
            (book.ref(task, "percent"), "完成比例应在 0 至 100 之间，现为 101。"),
        ]

    def test_a_formula_is_told_with_its_cell(self, client, beds):
        book = download(client).fill(beds, value="=1+5")

        ((_cell, message),) = problems(upload(client, book))

        assert book.ref(beds, "value") in (_cell or message)
        assert "公式" in message

    def test_another_towns_workbook_is_refused_once(self, client, sign_in, neighbour, beds):
        book = download(sign_in(neighbour)).fill(beds, value=6)

        assert problems(upload(client, book)) == [
            (
                next(c.coordinate for c in book.sheet["L"] if c.value and c.value != "校验码"),
                "这是另一街镇或另一填报期的工作簿（baoshan-2024 2024Q3 友谊路街道），本页是 baoshan-2024 2024Q3 庙行镇",
            )
        ]

    def test_another_quarters_workbook_is_refused(self, client, beds):
        book = download(client, "/p/baoshan-2024/report/2024Q4/workbook.xlsx").fill(beds, value=6)

        ((_cell, message),) = problems(upload(client, book))

        assert "（baoshan-2024 2024Q4 庙行镇）" in message

    def test_a_key_altered_by_hand_is_told_with_its_cell(self, client, beds):
        book = download(client).fill(beds, value=6)
        cell = book.cell(beds, "key")
        cell.value = cell.value[:-2]

        assert problems(upload(client, book)) == [(cell.coordinate, "校验码已被改动，请重新下载工作簿后填写")]

    def test_faults_of_the_shape_and_of_what_was_typed_are_told_together(self, client, beds, rate):
        book = download(client).fill(beds, value="多").fill(rate, key="x")

        assert [cell for cell, _message in problems(upload(client, book))] == [
            book.ref(rate, "key"),
            book.ref(beds, "value"),
        ]

    def test_a_row_of_ones_own_is_told(self, client, baoshan):
        book = download(client)
        row = book.sheet.max_row + 1
        book.sheet[f"F{row}"] = 6

        message = "这一行没有校验码，不知道填的是哪一项；请在下载的工作簿中填写"
        assert problems(upload(client, book)) == [(f"F{row}", message)]

    def test_a_row_that_is_there_twice_is_told(self, client, beds, rate):
        book = download(client).fill(beds, value=6)
        book.cell(rate, "key").value = book.cell(beds, "key").value

        assert problems(upload(client, book)) == [(book.ref(rate, "key"), "这一行重复出现，请删去一行")]

    def test_a_row_whose_cells_were_merged_is_told(self, client, beds):
        book = download(client)
        row = book.cell(beds, "value").row
        book.sheet.merge_cells(f"F{row}:G{row}")

        assert problems(upload(client, book)) == [(f"L{row}", "这一行的单元格被合并了，请重新下载工作簿后填写")]

    def test_a_cell_that_is_not_of_the_line_is_told(self, client, beds):
        book = download(client).fill(beds, value=6, percent=50)

        assert problems(upload(client, book)) == [(book.ref(beds, "percent"), "这一行不填此格，请清空")]

    @pytest.mark.parametrize("content", [b"%PDF-1.7", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0", b"a,b\n1,2"])
    def test_a_file_of_another_kind_is_one_clear_refusal(self, client, content):
        ((cell, message),) = problems(upload(client, content))

        assert cell == ""
        assert message

    def test_no_damage_is_a_fault_of_the_server(self, client, official, period, miaohang, beds):
        content, dice = download(client).fill(beds, value="8o").content(), Random(7)
        for _n in range(60):
            damaged = bytearray(content)
            for _flip in range(dice.randint(1, 5)):
                damaged[dice.randrange(len(damaged))] = dice.randrange(256)
            with pytest.raises(OfflineError):
                take_file(bytes(damaged), period=period, town=miaohang, by=official)

    def test_another_workbook_is_refused(self, client, baoshan):
        other = client.get("/p/baoshan-2024/indicators/?export=xlsx").content

        assert problems(upload(client, other)) == [("", "这不是从本页下载的填报工作簿（.xlsx），请重新下载后填写。")]

    def test_no_file_and_one_over_the_limit_are_told(self, client, settings):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024

        assert problems(client.post(TAKE)) == [("", "请选择填好的工作簿（.xlsx）或压缩包（.zip）。")]
        assert "超过 1 MB" in problems(upload(client, b"PK" + b"0" * 1024 * 1024))[0][1]


class TestLinesOfThePageOnly:
    """Increments and lists of sites are filled on the page: the workbook shows their lines locked, with a note."""

    @pytest.fixture(params=["by_increment", "by_sites"])
    def locked(self, beds, request):
        setattr(beds, request.param, True)
        beds.save()
        return beds

    def test_the_line_is_locked_and_says_where_it_is_filled(self, client, locked):
        book = download(client)

        assert [book.cell(locked, name).protection.locked for name in ("value", "words")] == [True, True]
        name = book.ref(locked, "value").replace("F", "B")
        assert book.sheet[name].value == "新增养老床位（本行请在平台填报页填写）"

    def test_what_is_typed_there_all_the_same_is_told(self, client, locked):
        book = download(client).fill(locked, value=6)

        told = [(book.ref(locked, "value"), "这一行不填此格，请清空")]
        assert problems(upload(client, book)) == told

    def test_the_other_lines_are_taken_and_the_draft_of_the_page_stays(
        self, client, locked, rate, period, miaohang, official
    ):
        typed_on_page = {"increment": "5", "base": "0", "words": "在网页上填"}
        drafts.keep(period=period, town=miaohang, subject=locked, typed=typed_on_page, version=0, by=official)

        upload(client, download(client).fill(rate, numerator=50, denominator=58))

        assert typed(rate) == {"numerator": "50", "denominator": "58"}
        assert typed(locked)["words"] == "在网页上填"
