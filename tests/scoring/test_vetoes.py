"""A veto through a whole assessment: frozen, verified, written as a workbook, appealed against and lifted."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scoring.appealing import appeal, is_full, rule
from scoring.assessments import AssessmentError, ruled
from scoring.documents.results import results_of
from scoring.documents.workbook import PLACES, workbook
from scoring.facts import Award
from scoring.rules import Veto
from scoring.trial import read_awards, standing
from tests.factories import CriterionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
D = Decimal


@pytest.fixture
def vetoed(plan):
    """庙行镇 is vetoed: `vetoed(effect)` gives the published assessment."""

    def published(effect):
        line = CriterionFactory(
            section=plan.by_beds.section, key="1.3", title="事故", weight=D(0), order=9, rule=Veto(effect).to_dict()
        )
        plan.marks(plan.miaohang, 0, line)
        return plan.published()

    return published


def stored(assessment):
    return {one.name: (str(one.total), one.grade) for one in assessment.results.all()}


@pytest.mark.parametrize(
    ("effect", "total", "grade"),
    [("total", "0.00", "不合格"), ("section", "0.00", "不合格"), ("grade", "60.00", "合格")],
)
def test_is_frozen_with_what_it_denies(vetoed, effect, total, grade):
    assert stored(vetoed(effect))["庙行镇"] == (total, grade)


def test_bars_the_best_grade(plan, vetoed):
    plan.marks(plan.miaohang, 34)
    plan.reports(plan.miaohang, 10)

    assert stored(vetoed("grade"))["庙行镇"] == ("90.00", "良好")


@pytest.mark.parametrize(
    ("effect", "section", "total"), [("total", "MIN(SUMIF", "=0"), ("section", "MIN(0,", "=ROUND")]
)
def test_its_formulas_in_the_workbook_say_so(vetoed, effect, section, total):
    sheet = load_workbook(BytesIO(workbook(results_of(vetoed(effect)))))[PLACES]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "庙行镇")

    assert section in row[2]
    assert row[-2].startswith(total)


def test_can_be_appealed_against_and_is_lifted_by_a_ruling(plan, vetoed, official, staff):
    assessment = vetoed("total")
    line = plan.line(assessment, plan.miaohang, "1.3")
    assert [is_full(plan.line(assessment, town, "1.3")) for town in plan.towns] == [False, True, True]
    made = appeal(line=line, words="不属实", by=official, key="k")

    with pytest.raises(AssessmentError, match="调整后得分"):
        rule(appeal=made, upheld=True, points=D(1), reason="查明不属实", by=staff)
    rule(appeal=made, upheld=True, points=D(0), reason="查明不属实", by=staff)

    assert {row.town.name: str(row.score.total) for row in ruled(assessment)}["庙行镇"] == "60.00"


def test_is_tried_out_as_a_choice(plan):
    line = CriterionFactory(section=plan.by_beds.section, key="1.3", rule={"kind": "veto"})
    line.rule = Veto()

    assert standing(line, (Award(D(0), "事故"),)) == "已发生"
    assert read_awards("已发生", line) == (Award(D(0), "", grade="已发生"),)
    with pytest.raises(ValueError, match="没有等次“也许”，可选：已发生。"):
        read_awards("也许", line)
