"""A town's quarter as a workbook: what is owed and what stood last is locked, what is to be filled is open."""

import re
from decimal import Decimal
from itertools import groupby

from django.conf import settings
from django.utils.translation import override

from districts.models import Town
from tasks import entry
from tasks.exports.sheet import BODY, HEAD, TITLE, Sheet, Value
from tasks.models import Period
from tasks.offline.columns import (
    COLUMNS,
    FIELDS,
    HEADS,
    KEY,
    KEY_HEAD,
    SHEET,
    WIDTHS,
    code_of,
    fields_of,
    online_only,
    state_labels,
)
from tasks.offline.keys import seal
from tasks.sheet import sheet
from tasks.sheet_lines import SheetLine
from tasks.sheet_rows import SheetRow, sheet_row

OPEN = {"locked": False, "bg_color": "#FFF9DB"}
CLOSED = {"bg_color": "#F1F3F5"}
HELP = """填表说明：
1. 只填浅黄色单元格；其余单元格已锁定，请勿增删列，请勿改动隐藏的校验码。
2. 填写本年累计数，没有进展填 0；只需填写有变化的行。比率填分子和分母，任务选择状态并填写完成比例。
3. 填好后在平台本期填报页的“离线填报”处上传。可与佐证材料一起打包为 zip：材料以编号开头命名（如 08_合同.pdf），或放在以编号命名的文件夹里（如 08/合同.pdf、任务8/照片.jpg）。
4. 上传后内容填入平台的填报表，核对并提交后才报送。"""
ONLINE_ONLY = "{name}（本行请在平台填报页填写）"
_BARE_NUMBER = re.compile(r"(?=.{1,15}$)(?:0|[1-9]\d*)(?:\.\d*[1-9])?", re.ASCII)


def workbook(period: Period, town: Town) -> bytes:
    """The workbook (.xlsx) of one town and period."""
    with override(settings.LANGUAGE_CODE):
        title = f"{town.name} {period.name}填报表"
        rows = [(line, sheet_row(line, {})) for line in sheet(period, town)]
    table = Sheet(SHEET, WIDTHS, landscape=True)
    table.words(title, font=TITLE, across="center", lines=2)
    for paragraph in HELP.splitlines():
        table.words(paragraph)
    first = table.row
    table.line([*HEADS, *FIELDS.values(), KEY_HEAD], font=HEAD)
    table.repeat(first)
    for group, members in groupby(rows, key=lambda row: row[1].group):
        table.put(0, group, span=(1, KEY), font=HEAD, across="left", **CLOSED)
        table.advance(1)
        for line, row in members:
            _write_line(table, line, row, town)
    _protect(table, first)
    return table.content()


def _write_line(table: Sheet, line: SheetLine, row: SheetRow, town: Town) -> None:
    last = row.last if row.last == "—" else f"{row.last}{'%' if row.unit == '%' else ''}"
    name = ONLINE_ONLY.format(name=row.name) if online_only(line.subject) else row.name
    told = (code_of(line.subject), name, row.unit, row.target, last)
    for column, text in enumerate(told):
        table.put(column, text, across="left" if column == 1 else "center", font=BODY)
    fields = fields_of(line.subject)
    for name, column in COLUMNS.items():
        style = OPEN if name in fields else CLOSED
        value = _cell(name, line.typed.get(name, "")) if name in fields else ""
        table.put(column, value, across="left" if name == "words" else "center", **style)
        if name in fields:
            table.sheet.data_validation(table.row, column, table.row, column, _rule(name))
    table.put(KEY, seal(line, town), across="left")
    table.advance(max(table.lines(column, text) for column, text in enumerate(told)))


def _cell(name: str, typed: str) -> Value:
    """What was typed: a bare number as a number, a state in its word, else the very characters."""
    if name == "state":
        return state_labels().get(typed, typed)
    return Decimal(typed) if name != "words" and _BARE_NUMBER.fullmatch(typed) else typed


def _rule(name: str) -> dict:
    """What a spreadsheet checks while the cell is filled; the portal checks it all again."""
    if name == "state":
        return {"validate": "list", "source": list(state_labels().values()), "error_message": "请从列表中选择状态。"}
    if name == "words":
        limit = {"validate": "length", "criteria": "<=", "value": entry.MAX_WORDS}
        return limit | {"error_message": f"说明不超过 {entry.MAX_WORDS} 字。"}
    if name == "percent":
        limit = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        return limit | {"error_message": "请填写 0 至 100 之间的数字。"}
    return {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "请填写不小于 0 的数字。"}


def _protect(table: Sheet, head: int) -> None:
    """Locked without a password: against slips, not against people."""
    table.sheet.set_column(KEY, KEY, None, None, {"hidden": True})
    table.sheet.print_area(0, 0, table.row - 1, KEY - 1)
    table.sheet.freeze_panes(head + 1, 2)
    table.sheet.protect("", {"format_columns": True, "format_rows": True})
