"""Tables in the official layout: what is written is what the notice printed, and reading it again changes nothing."""

import json
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from eldercare.demo import FIXTURES, load_programme
from tasks.annexes.cells import read_number
from tasks.annexes.files import read_grids
from tasks.exports.annexes import ExportError, export_annex
from tasks.exports.layouts import Block, allocation
from tasks.exports.sheet import Percent, Sheet, Sum, plain
from tasks.importing import Context, import_annex
from tasks.models import Indicator, Period, Report, Target
from tests.factories import ProgrammeFactory, TownFactory, accepted

pytestmark = pytest.mark.django_db
ALL_SAME = {"created": 0, "updated": 0, "errors": [], "applied": True}


@pytest.fixture
def third_quarter(baoshan):
    return Period.objects.get(programme=baoshan, label="2024Q3")


def imported(content, programme, kind, period=None):
    outcome = import_annex(content, Context(programme, period=period), kind=kind).as_json()
    return {name: outcome[name] for name in ALL_SAME}


def opened(content, **how):
    return load_workbook(BytesIO(content), **how).active


def targets_of(programme):
    rows = Target.objects.filter(indicator__programme=programme).values_list(
        "indicator__name", "town__name", "revision", "comparator", "value", "text"
    )
    return set(rows)


@pytest.mark.parametrize("kind", ["tasks", "allocation", "rubric"])
def test_the_2024_tables_come_back_unchanged(baoshan, kind):
    assert imported(export_annex(baoshan, kind), baoshan, kind) == ALL_SAME


@pytest.mark.parametrize("kind", ["tasks", "allocation"])
def test_the_2023_tables_come_back_unchanged(db, kind):
    changning = load_programme(FIXTURES / "changning-2023")

    assert imported(export_annex(changning, kind), changning, kind) == ALL_SAME


@pytest.mark.parametrize("kind", ["tasks", "allocation", "rubric"])
def test_a_table_is_recognised_without_being_told_what_it_is(baoshan, kind):
    assert import_annex(export_annex(baoshan, kind), Context(baoshan), dry_run=True).kind == kind


def test_progress_comes_back_unchanged(baoshan, third_quarter, october):
    beds = baoshan.indicators.get(name="新增养老床位")
    certified = baoshan.indicators.get(name="养老护理员技能等级持证率")
    figures = [("67"), ("0"), ("12.5")]
    for town, figure in zip(baoshan.district.towns.all(), figures, strict=False):
        accepted(third_quarter, town, subject=beds, value=Decimal(figure))
    numbers = {"value": Decimal("86.2068965517"), "numerator": Decimal(50), "denominator": Decimal(58)}
    accepted(third_quarter, baoshan.district.towns.first(), subject=certified, **numbers)

    content = export_annex(baoshan, "progress", third_quarter)

    assert imported(content, baoshan, "progress", third_quarter) == ALL_SAME
    assert Report.objects.count() == 4


def test_progress_of_the_whole_district_comes_back_unchanged(db, october):
    changning = load_programme(FIXTURES / "changning-2023")
    period = changning.periods.get(label="2023Q4")
    beds = changning.indicators.get(name="新增或改造护理型床位")
    accepted(period, None, subject=beds, value=Decimal(1393))

    content = export_annex(changning, "progress", period)

    assert imported(content, changning, "progress", period) == ALL_SAME


def test_the_allocation_looks_as_the_notice_printed_it(baoshan):
    ours, printed = (
        opened(export_annex(baoshan, "allocation"), data_only=True),
        load_workbook(FIXTURES / "baoshan-2024" / "annex2_allocation.xlsx").active,
    )

    towns = [*range(5, 17), *range(20, 32)]
    assert [_row(ours, row) for row in towns] == [_row(printed, row) for row in towns]
    assert _row(ours, 17) == _row(printed, 17)  # the cells of the formulas hold their sums
    assert [ours.cell(row, 1).value for row in (33, 34)] == [printed.cell(row, 1).value for row in (33, 34)]
    assert _merged(ours) == _merged(printed)
    assert (ours["A1"].value, ours["B3"].value) == ("附件2", "政府民心工程和实事项目")
    assert (ours.page_setup.orientation, ours.page_setup.paperSize) == ("landscape", 9)
    assert [line.id for line in ours.row_breaks.brk] == [17]


def _row(sheet, row):
    return [_comparable(cell.value) for cell in sheet[row]]


def _comparable(value):
    return value.replace(" ", "") if isinstance(value, str) else value


def _merged(sheet):
    return {str(area) for area in sheet.merged_cells.ranges}


def test_totals_of_counts_are_live_and_of_rates_are_words(baoshan):
    sheet = opened(export_annex(baoshan, "allocation"))

    assert [cell.value for cell in sheet[17]][:3] == ["合计", "=SUM(B5:B16)", "=SUM(C5:C16)"]
    # A rate that all towns owe alike; a count whose cells print their own unit adds up to nothing that can be told.
    assert [sheet[32][column].value for column in (1, 2, 5, 7)] == ["85%以上", "15%以上", "60%以上", "-"]


def test_a_changed_target_goes_out_as_it_stands_now(baoshan):
    beds = baoshan.indicators.get(name="新增养老床位")
    town = baoshan.district.towns.get(name="大场镇")
    first = Target.objects.get(indicator=beds, town=town)
    changed = {"district": first.district, "indicator": beds, "town": town, "revision": 2, "comparator": "ge"}
    Target.objects.create(**changed, value=Decimal("910.5"), text="910.5")

    sheet = opened(export_annex(baoshan, "allocation"), data_only=True)

    assert sheet["B8"].value == 910.5
    assert sheet["B17"].value == 948 - first.value + Decimal("910.5")


def test_a_target_that_was_taken_away_is_a_dash(baoshan):
    beds = baoshan.indicators.get(name="新增养老床位")
    town = baoshan.district.towns.get(name="大场镇")
    Target.objects.create(
        district=town.district, indicator=beds, town=town, revision=2, comparator=Target.Comparator.NONE
    )

    content = export_annex(baoshan, "allocation")

    assert opened(content)["B8"].value == "-"
    assert imported(content, baoshan, "allocation") == ALL_SAME


def test_the_rubric_prints_weights_notes_and_merged_sections(baoshan):
    sheet = opened(export_annex(baoshan, "rubric"))
    printed = load_workbook(FIXTURES / "baoshan-2024" / "annex3_rubric.xlsx").active

    assert _merged(sheet) == _merged(printed)
    assert (sheet["B5"].value, sheet["D5"].value) == ("基础工作\n（15分）", 5)
    assert sheet["A28"].value == printed["A28"].value


def test_an_indicator_of_the_rubric_has_no_column_in_the_allocation_but_one_in_progress(
    baoshan, third_quarter, october
):
    own = baoshan.indicators.get(aggregation=Indicator.Aggregation.LATEST, name__contains="每千人")
    accepted(third_quarter, baoshan.district.towns.first(), subject=own, value=Decimal(36))

    def heads(*args):
        return {cell.value for row in opened(export_annex(baoshan, *args)).iter_rows() for cell in row}

    assert f"{own.name}\n（{own.unit}）" not in heads("allocation")
    assert f"{own.name}\n（{own.unit}）" in heads("progress", third_quarter)


@pytest.mark.parametrize("kind", ["tasks", "allocation", "rubric"])
def test_an_empty_programme_has_nothing_to_write(db, kind):
    with pytest.raises(ExportError, match="没有可导出的内容"):
        export_annex(ProgrammeFactory(), kind)


def test_a_quarter_without_accepted_figures_has_nothing_to_write(baoshan, third_quarter):
    with pytest.raises(ExportError, match="2024年第三季度还没有审核通过的数据"):
        export_annex(baoshan, "progress", third_quarter)


@given(st.decimals(min_value=0, max_value="9999999999", places=4).filter(lambda n: len(n.as_tuple().digits) <= 15))
def test_every_figure_is_read_back_exactly(value):
    sheet = Sheet("表", [10, 10, 10])
    sheet.line([value, Percent(value), plain(value)])
    (grid,) = read_grids(sheet.content())

    assert [read_number(grid.at(1, column)).value for column in (1, 2, 3)] == [value, value, value]


def test_text_that_looks_like_a_formula_stays_text():
    block = Block("=1+1", ["=cmd|' /C calc'!A0"], [["@城", Sum(Decimal(0), 0)]])

    sheet = opened(allocation("表", "+1", "-1", [block]).content())

    assert [sheet[ref].data_type for ref in ("A1", "A2", "B3", "B4")] == ["s", "s", "s", "s"]


@pytest.fixture
def told(tmp_path):
    """Run the command: the exit code, its JSON, and the file."""
    file = tmp_path / "out.xlsx"

    def run(*args):
        out, code = StringIO(), 0
        try:
            call_command("export_annex", *args, str(file), "--json", stdout=out, stderr=StringIO())
        except SystemExit as stopped:
            code = stopped.code
        return code, json.loads(out.getvalue()), file

    return run


def test_the_command_writes_the_file_and_says_what(told, baoshan):
    code, answer, file = told("baoshan-2024", "--kind", "tasks")

    assert (code, answer) == (0, {"programme": "baoshan-2024", "kind": "tasks", "file": str(file), "errors": []})
    assert imported(file.read_bytes(), baoshan, "tasks") == ALL_SAME


def test_the_command_tells_that_there_is_nothing_and_writes_nothing(told, baoshan):
    code, answer, file = told("baoshan-2024", "--kind", "progress", "--quarter", "2024Q1")

    message = "2024年第一季度还没有审核通过的数据，没有可导出的内容"
    assert (code, answer["errors"]) == (1, [{"code": "nothing", "message": message}])
    assert not file.exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nowhere", "--kind", "tasks"), "没有年度方案 nowhere"),
        (("baoshan-2024", "--kind", "progress"), "--quarter"),
        (("baoshan-2024", "--kind", "progress", "--quarter", "2031Q1"), "没有填报期 2031Q1"),
        (("baoshan-2024", "--kind", "plans"), "plans"),
    ],
)
def test_the_command_refuses_wrong_usage(baoshan, tmp_path, args, message):
    with pytest.raises(CommandError, match=message) as refused:
        call_command("export_annex", *args, str(tmp_path / "out.xlsx"))
    assert refused.value.returncode in (1, 2)  # argparse itself ends with 2 on the command line


def test_a_place_that_cannot_be_written_is_wrong_usage(baoshan, tmp_path):
    with pytest.raises(CommandError, match="无法写入") as refused:
        call_command("export_annex", "baoshan-2024", "--kind", "tasks", str(tmp_path / "missing" / "out.xlsx"))
    assert refused.value.returncode == 2


CELLS = [
    *("85%以上", "≥85%", "不低于2000人/年", "不超过3", "1,000", "应补尽补", "4-5家", "３张", "-", "0", "12.50", "100%"),
    *(6, 0.5, 1234567.25, None),
]


def test_every_shape_of_cell_and_group_comes_back_unchanged(db):
    programme = ProgrammeFactory(title="=方案")
    towns = [TownFactory(district=programme.district) for _n in range(3)]
    rows = [[town.name, *CELLS[n:], *CELLS[:n]] for n, town in enumerate(towns)]
    names = [f"甲{n}（张）" if n % 2 else f"“乙{n}”率" for n in range(len(CELLS))]
    half = len(CELLS) // 2
    blocks = [
        Block("第一组", names[:half], [["" if cell is None else cell for cell in row[: half + 1]] for row in rows]),
        Block("第二组", names[half:], [[row[0], *("" if c is None else c for c in row[half + 1 :])] for row in rows]),
    ]
    first = import_annex(allocation("表", "", "题", blocks).content(), Context(programme), kind="allocation")
    assert (first.errors, first.applied) == ([], True)
    before = targets_of(programme)

    again = export_annex(programme, "allocation")

    assert imported(again, programme, "allocation") == ALL_SAME
    assert targets_of(programme) == before
