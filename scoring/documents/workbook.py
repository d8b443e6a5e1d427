"""The whole assessment as a workbook: the lines' points are numbers, and all that follows from them is a formula."""

from decimal import Decimal
from io import BytesIO

from django.conf import settings
from django.utils.translation import override
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_range_abs, xl_rowcol_to_cell

from scoring.documents.results import Results, TownResult
from scoring.facts import ZERO
from scoring.freezing import scored_again
from scoring.grading import grade
from scoring.loss_rules import SECTION, TOTAL
from scoring.models import NoTarget, Ties
from tasks.documents.letter import MADE_UP, day

CELL = {"font_name": "仿宋", "font_size": 11, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
HEAD = CELL | {"font_name": "黑体"}
POINTS = CELL | {"num_format": "0.00"}
PLACES, LINES, COUNTED, RULES = "得分排名", "逐项得分", "计入权重", "说明"
HIGH, HIGHER = 48, 96  # points of a head's row
FIRST = 3  # the first town's row on the sheets of lines, counted from 0: above it section, line and weight
PLACE_FIRST = 2  # the same on the sheet of places: above it the heads and the weights
PLACE_SECTION = 2  # its first column of a section


def workbook(results: Results) -> bytes:
    """Four sheets (the third only where weights are left out): places by formulas, lines, what counts, by which rules."""
    with override(settings.LANGUAGE_CODE):
        return _Book(results).content()


class _Book:
    def __init__(self, results: Results):
        self.results, self.file = results, BytesIO()
        self.book = Workbook(self.file, {"in_memory": True})
        self.formats = {name: self.book.add_format(style) for name, style in _STYLES.items()}
        self.scales = results.assessment.no_target == NoTarget.EXCLUDE
        self.lines = list(results.towns[0].stored.values()) if results.towns else []
        self.scored = [self._scored(town) for town in results.towns] if self.scales else []
        names = [PLACES, LINES, *([COUNTED] if self.scales else []), RULES]
        self.sheets = {name: self.book.add_worksheet(name) for name in names}

    def content(self) -> bytes:
        self._rules()
        self._grid(LINES, self._points)
        if self.scales:
            self._grid(COUNTED, self._weights)
        self._places()
        for sheet in self.sheets.values():
            sheet.set_paper(9)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
        self.book.close()
        return self.file.getvalue()

    def _scored(self, town: TownResult) -> dict:
        """Its lines by key, with points that are not rounded: where weights are left out a section is rounded, once."""
        ruled = {key: points for key, points in town.lines.items() if points != town.stored[key].points}
        lines = list(town.stored.values())
        return {one.key: one for one in scored_again(self.results.assessment, town.result, lines, ruled).criteria}

    def _points(self, number: int, town: TownResult, key: str) -> Decimal:
        return self.scored[number][key].result.points if self.scales else town.lines[key]

    def _weights(self, number: int, _town: TownResult, key: str) -> Decimal:
        scored = self.scored[number][key]
        return scored.weight if scored.counts else ZERO

    def _grid(self, name: str, value) -> None:
        """Towns × lines, the lines under their sections."""
        sheet = self.sheets[name]
        sheet.set_column(0, 0, 14, None)
        sheet.set_column(1, len(self.lines), 10)
        sheet.set_row(0, HIGH)
        sheet.set_row(1, HIGHER)
        for row, title in enumerate(("考核内容", "评分项", "权重")):
            sheet.write_string(row, 0, title, self.formats["head"])
        titles = {one["number"]: one["title"] for one in self.results.sections}
        for column, line in enumerate(self.lines, 1):
            sheet.write_string(0, column, titles[line.section], self.formats["head"])
            sheet.write_string(1, column, line.title, self.formats["head"])
            sheet.write_number(2, column, line.weight, self.formats["points"])
        for number, town in enumerate(self.results.towns):
            sheet.write_string(FIRST + number, 0, town.name, self.formats["cell"])
            for column, line in enumerate(self.lines, 1):
                sheet.write_number(FIRST + number, column, value(number, town, line.key), self.formats["points"])
        sheet.freeze_panes(FIRST, 1)
        sheet.repeat_rows(0, FIRST - 1)

    def _places(self) -> None:
        sheet, sections = self.sheets[PLACES], self.results.sections
        heads = ["名次", "街镇", *(one["title"] for one in sections), "总分", "等次"]
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, len(heads) - 1, 16)
        sheet.set_row(0, HIGH)
        for column, title in enumerate(heads):
            sheet.write_string(0, column, title, self.formats["head"])
            sheet.write_blank(1, column, None, self.formats["cell"])
        sheet.write_string(1, 1, "权重", self.formats["cell"])
        for column, one in enumerate(sections, PLACE_SECTION):
            sheet.write_number(1, column, Decimal(one["weight"]), self.formats["points"])
        for number, town in enumerate(self.results.towns):
            self._place(sheet, number, town)
        sheet.freeze_panes(PLACE_FIRST, 2)
        sheet.repeat_rows(0, PLACE_FIRST - 1)

    def _place(self, sheet, number: int, town: TownResult) -> None:
        row, total = PLACE_FIRST + number, PLACE_SECTION + len(town.sections)
        sheet.write_formula(row, 0, self._rank(row, total), self.formats["cell"], town.rank)
        sheet.write_string(row, 1, town.name, self.formats["cell"])
        denied = {(effect, line.section) for line, effect in town.vetoes}
        for at, one in enumerate(town.sections):
            formula = self._section(number, one["number"], PLACE_SECTION + at, (SECTION, one["number"]) in denied)
            sheet.write_formula(row, PLACE_SECTION + at, formula, self.formats["points"], float(one["points"]))
        parts = xl_range(row, PLACE_SECTION, row, total - 1)
        formula = "=0" if any(effect == TOTAL for effect, _number in denied) else f"=ROUND(MAX(0,SUM({parts})),2)"
        sheet.write_formula(row, total, formula, self.formats["points"], float(town.total))
        if grade(town.total, self.results.assessment.grading) == town.grade:
            sheet.write_formula(row, total + 1, self._grade(row, total), self.formats["cell"], town.grade)
        else:  # a line bars the town from a higher one
            sheet.write_string(row, total + 1, town.grade, self.formats["cell"])

    def _section(self, number: int, section: int, column: int, denied: bool) -> str:
        """Gains up to the section's weight, less the losses; gains scaled up where weights are left out, none if denied."""
        columns = [at for at, line in enumerate(self.lines, 1) if line.section == section]
        if not columns:
            return "=0"
        area = xl_range(FIRST + number, columns[0], FIRST + number, columns[-1])
        weight = xl_rowcol_to_cell(1, column, row_abs=True)
        gained = f'SUMIF({LINES}!{area},">0")'
        bonus = all(line.rule["kind"] == "bonus" for line in self.lines if line.section == section)
        if self.scales and not bonus:
            gained = f"IF(SUM({COUNTED}!{area})=0,0,{gained}*{weight}/SUM({COUNTED}!{area}))"
        gained = "0" if denied else gained
        return f'=ROUND(MIN({gained},MAX({weight},0))+SUMIF({LINES}!{area},"<0"),2)'

    def _rank(self, row: int, total: int) -> str:
        """How many stand higher, and one; equal totals are told apart by their sections where the assessment says so."""
        deciding = [total]
        if self.results.assessment.ties == Ties.BY_SECTIONS:
            deciding += range(PLACE_SECTION, total)
        last = PLACE_FIRST + len(self.results.towns) - 1
        terms = []  # 1* makes numbers of what is true: a spreadsheet adds up no truths
        for at, column in enumerate(deciding):
            equal = "".join(f"({_all(one, last)}={xl_rowcol_to_cell(row, one)})*" for one in deciding[:at])
            terms.append(f"SUMPRODUCT(1*{equal}({_all(column, last)}>{xl_rowcol_to_cell(row, column)}))")
        return "=1+" + "+".join(terms)

    def _grade(self, row: int, total: int) -> str:
        """The first band that the total reaches; the bands stand on the sheet of rules."""
        cell, bands = xl_rowcol_to_cell(row, total), self.results.assessment.grading
        formula = f"{RULES}!$A${len(bands)}"
        for number in range(len(bands) - 1, 0, -1):
            formula = f"IF({cell}>={RULES}!$B${number},{RULES}!$A${number},{formula})"
        return f"={formula}"

    def _rules(self) -> None:
        sheet, one = self.sheets[RULES], self.results.assessment
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 70)
        for row, band in enumerate(one.grading):
            sheet.write_string(row, 0, band.name, self.formats["cell"])
            sheet.write_number(row, 1, band.least, self.formats["points"])
        told = [
            ("考核", one.title),
            ("状态", str(one.state.label)),
            ("数据截至", day(one.as_of)),
            ("评分细则", f"第{one.rubric.version}版"),
            ("未分解指标的计分", one.get_no_target_display()),
            ("同分名次", one.get_ties_display()),
            ("冻结校验码（SHA-256）", self.results.acts["frozen"].sha256),
        ]
        told += [("尚待填报或评定", f"{title}（{'、'.join(towns)}）") for title, towns in self.results.waiting()]
        if one.programme.demo:
            told.append(("注意", MADE_UP))
        for row, pair in enumerate(told, len(one.grading) + 1):
            for column, words in enumerate(pair):
                sheet.write_string(row, column, words, self.formats["cell"])


_STYLES = {"cell": CELL, "head": HEAD, "points": POINTS}


def _all(column: int, last: int) -> str:
    return xl_range_abs(PLACE_FIRST, column, last, column)
