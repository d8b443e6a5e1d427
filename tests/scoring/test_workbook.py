"""The workbook of an assessment: its formulas, worked out anew from the points of the lines, give what was stored."""

import re
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scoring.appealing import appeal, rule
from scoring.documents.results import results_of
from scoring.documents.sentences import vetoes
from scoring.documents.workbook import COUNTED, FIRST, LINES, PLACES, RULES, workbook
from scoring.facts import round_points
from scoring.models import CriterionLink
from tests.factories import CriterionFactory, CriterionLinkFactory, IndicatorFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

D = Decimal
AREA = r"(?:(\w+)!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?"
SECTION = re.compile(rf'=ROUND\(MIN\((?P<gain>.+),MAX\(({AREA}),0\)\)\+SUMIF\((?P<area>{AREA}),"<0"\),2\)')


class Book:
    """A workbook as a spreadsheet would work it out: only the few shapes of formulas that it has."""

    def __init__(self, content):
        self.formulas = load_workbook(BytesIO(content))
        self.saved = load_workbook(BytesIO(content), data_only=True)
        self.places = self.formulas[PLACES]

    def numbers(self, area):
        """The values of `逐项得分!B4:C4`."""
        sheet, *_rest = re.fullmatch(AREA, area).groups()
        first, _, last = area.split("!")[1].partition(":")
        cells = self.formulas[sheet][f"{first}:{last or first}"]
        return [D(str(cell.value)) for row in cells for cell in row]

    def section(self, formula):
        """Gains up to the weight, less losses; the gains scaled where the formula says so."""
        found = SECTION.fullmatch(formula)
        points = self.numbers(found["area"])
        gained, lost = (sum((one for one in points if (one > 0) == gain), D(0)) for gain in (True, False))
        weight = D(str(self.places[found[2].replace("$", "")].value))
        if found["gain"].startswith("IF("):
            counted = sum(self.numbers(re.search(rf"{COUNTED}![A-Z0-9:]+", found["gain"])[0]))
            gained = gained * weight / counted if counted else D(0)
        return round_points(min(gained, max(weight, D(0))) + lost)

    def worked_out(self):
        """Of each town: its sections and its total."""
        rows = {}
        for row in list(self.places.rows)[2:]:
            sections = [self.section(cell.value) for cell in row[2:-2]]
            first, last = re.search(r"SUM\(([A-Z]+)\d+:([A-Z]+)\d+\)", row[-2].value).groups()
            assert (first, last) == (row[2].column_letter, row[-3].column_letter)
            rows[row[1].value] = (sections, max(sum(sections), D(0)))
        return rows

    def stored(self):
        """The values that were saved beside the formulas."""
        rows = list(self.saved[PLACES].iter_rows(values_only=True))[2:]
        return {row[1]: ([D(str(one)) for one in row[2:-2]], D(str(row[-2])), row[0], row[-1]) for row in rows}


def book(assessment):
    return Book(workbook(results_of(assessment)))


def agrees(found):
    assert found.worked_out() == {town: row[:2] for town, row in found.stored().items()}


def test_formulas_give_the_stored_totals(plan):
    plan.marks(plan.miaohang, 4, plan.loss)
    found = book(plan.published())

    agrees(found)
    assert found.stored() == {
        "友谊路街道": ([75, 0], 75, 1, "合格"),
        "高境镇": ([69, 0], 69, 2, "合格"),
        "庙行镇": ([60, -4], 56, 3, "不合格"),
    }


def test_a_section_gives_no_more_than_its_weight(plan):
    plan.marks(plan.youyi, 35)
    found = book(plan.published())

    agrees(found)
    assert found.stored()["友谊路街道"][0] == [90, 0]


def test_losses_do_not_bring_a_total_below_0(plan):
    for town in plan.towns:
        plan.reports(town, 0)
        plan.marks(town, 0)
    plan.marks(plan.miaohang, 10, plan.loss)
    found = book(plan.published())

    agrees(found)
    assert found.stored()["庙行镇"][1] == 0


def test_what_was_ruled_is_what_is_added_up(plan, official):
    assessment = plan.published()
    lodged = appeal(line=plan.line(assessment, plan.miaohang), words="少计", by=official, key="k")
    rule(appeal=lodged, upheld=True, points=D("50.05"), reason="验收单", by=plan.staff)
    found = book(assessment)

    agrees(found)
    assert found.stored()["庙行镇"] == ([D("80.05"), 0], D("80.05"), 1, "良好")


def test_where_weights_are_left_out_the_gains_are_scaled_by_what_counts(plan):
    """高境镇 has no target for rooms: its weight of 25 leaves the section, and what is left is scaled to 90."""
    plan.rubric.no_target = "exclude"
    plan.rubric.save()
    rooms = IndicatorFactory(programme=plan.programme, code="02", name="房间", unit="间")
    line = CriterionFactory(
        section=plan.by_hand.section, key="1.3", title="房间", weight=D(25), order=9, rule=plan.by_beds.rule
    )
    CriterionLinkFactory(criterion=line, indicator=rooms)
    bonus = SectionFactory(rubric=plan.rubric, number=3, title="加分", weight=D(3))
    given = CriterionFactory(section=bonus, key="3.1", title="试点", weight=D(3), rule={"kind": "bonus"}, order=10)
    plan.marks(plan.miaohang, 2, given)
    found = book(plan.published())

    agrees(found)
    assert [cell.value for cell in found.formulas[COUNTED][FIRST + 1]][1:] == [60, 35, 0, 0, 3]
    assert found.stored()["庙行镇"][0] == [D("56.84"), 0, 2]
    assert CriterionLink.objects.count() == 2


@pytest.mark.parametrize(
    ("ties", "told"),
    [("shared", "SUMPRODUCT(1*($E$3:$E$5>E3))"), ("by_sections", "SUMPRODUCT(1*($E$3:$E$5=E3)*($C$3:$C$5>C3))")],
)
def test_ranks_are_formulas_by_the_rule_for_ties(plan, ties, told):
    found = book(plan.published(ties=ties))
    formula = found.places["A3"].value

    assert formula.startswith("=1+SUMPRODUCT(1*($E$3:$E$5>E3))")
    assert told in formula
    assert ("($D$3:$D$5>D3)" in formula) == (ties == "by_sections")


def test_grades_are_formulas_over_the_bands(plan):
    found = book(plan.published())

    assert found.places["F3"].value == (
        f"=IF(E3>={RULES}!$B$1,{RULES}!$A$1,IF(E3>={RULES}!$B$2,{RULES}!$A$2,IF(E3>={RULES}!$B$3,{RULES}!$A$3,{RULES}!$A$4)))"
    )
    assert [[cell.value for cell in row] for row in found.formulas[RULES]["A1:B4"]] == [
        ["优秀", 90],
        ["良好", 80],
        ["合格", 60],
        ["不合格", 0],
    ]


def test_it_says_by_which_rules_and_seal(plan):
    assessment = plan.published()
    told = dict(row for row in book(assessment).saved[RULES].iter_rows(min_row=6, values_only=True))
    sha256 = assessment.acts.get(kind="frozen").sha256

    assert told["数据截至"] == "2024年9月30日"
    assert (told["评分细则"], told["状态"], told["冻结校验码（SHA-256）"]) == ("第1版", "已公布", sha256)


def test_it_names_what_waited(plan):
    CriterionFactory(section=plan.by_hand.section, key="1.3", title="测评", order=9)
    told = dict(row for row in book(plan.frozen(reason="推迟")).saved[RULES].iter_rows(min_row=6, values_only=True))
    assert told["尚待填报或评定"] == "测评（友谊路街道、高境镇、庙行镇）"


def test_without_weights_left_out_there_is_no_such_sheet(plan):
    assert book(plan.published()).formulas.sheetnames == [PLACES, LINES, RULES]


def test_a_section_without_lines_gives_nothing(plan):
    SectionFactory(rubric=plan.rubric, number=3, title="空", weight=D(5))
    found = book(plan.published())

    assert [found.places[f"E{row}"].value for row in (3, 4, 5)] == ["=0"] * 3
    assert found.stored()["庙行镇"][0] == [60, 0, 0]


@pytest.mark.parametrize(
    ("effect", "section_points", "total", "told"),
    [("total", 5, 0, "总分计 0 分"), ("section", 0, 60, "本部分不得分"), ("grade", 5, 65, "不得评为最高等次")],
)
def test_what_a_veto_denies_is_denied_by_the_formulas_and_said(plan, effect, section_points, total, told):
    section = SectionFactory(rubric=plan.rubric, number=3, title="安全", weight=D(5))
    line = CriterionFactory(section=section, key="3.1", title="巡查记录", weight=D(5), order=8)
    rule = {"kind": "veto", "effect": effect}
    veto = CriterionFactory(section=section, key="3.2", title="重大事故", weight=D(0), order=9, rule=rule)
    for town in plan.towns:
        plan.marks(town, 5, line)
    plan.marks(plan.miaohang, 0, veto)
    results = results_of(plan.published())
    found = Book(workbook(results))

    assert [cell.value.startswith("=ROUND(MIN(0,") for cell in found.places["E3:E5"][-1]] == [effect == "section"]
    assert found.stored()["庙行镇"][:2] == ([60, 0, section_points], total)
    assert vetoes(results) == f"触发否决条款：庙行镇“重大事故”（{told}）。"
