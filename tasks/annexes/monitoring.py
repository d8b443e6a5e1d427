"""Reading a table of monitoring scores: whose, of which category, how many points, on which day."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.annexes.grid import Cell, Grid
from tasks.annexes.names import is_note, is_total, join_lines
from tasks.annexes.problems import Problem, error
from tasks.annexes.rows import rows_under, uncomputed
from tasks.annexes.words import text as _

HEADS = {
    "name": frozenset(
        {
            "机构",
            "机构名称",
            "设施",
            "设施名称",
            "机构/街镇",
            "机构或街镇",
            "被监测单位",
            "监测对象",
            "单位名称",
            "名称",
        }
    ),
    "town": frozenset({"街镇", "街道", "所属街镇", "所在街镇", "街镇名称"}),
    "category": frozenset({"类别", "监测类别", "设施类别", "机构类别", "类型", "监测类型"}),
    "score": frozenset({"得分", "监测得分", "评分", "分数", "总分", "得分(百分制)", "监测分数"}),
    "day": frozenset({"日期", "监测日期", "检查日期", "监测时间", "日期/次"}),
    "round": frozenset({"次", "次数", "批次", "监测批次", "轮次", "季度"}),
    "document": frozenset({"依据", "依据文件", "监测报告", "报告名称", "文号"}),
}
NEEDED = frozenset({"category", "score"})


@dataclass(frozen=True)
class ScoreRow:
    """One score as printed; `cells` has the cell of each field that the table has."""

    cells: dict[str, Cell]

    def text(self, name: str) -> str:
        """The words of a field, without line breaks; empty where the table does not have it."""
        return join_lines(self.cells[name].text) if name in self.cells else ""


@dataclass
class ScoreTable:
    rows: list[ScoreRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_scores(grids: Sequence[Grid]) -> ScoreTable:
    """Read every row below a header of every sheet, and all problems; empty rows, totals and remarks are left out."""
    table = ScoreTable()
    for grid in grids:
        for cells in rows_under(grid, HEADS, NEEDED):
            row = ScoreRow(cells)
            name = row.text("name") or row.text("town")
            if is_total(name) or is_note(name) or not any(row.text(field) for field in ("name", "category", "score")):
                continue
            wrong = uncomputed(cells.values())
            table.problems += wrong
            if not wrong and not name:
                place = cells.get("name", cells.get("town", cells["score"]))
                table.problems.append(error(place, "no_name", _("此处应填写机构或街镇名称")))
            elif not wrong:
                table.rows.append(row)
    return table
