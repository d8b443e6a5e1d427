"""Links from the rubric's lines to the table's columns, as a file confirms them."""

from decimal import Decimal

import pytest

from scoring.links import apply_criterion_links
from tasks.links import LinkError
from tests.factories import CriterionFactory, IndicatorFactory, ProgrammeFactory, RubricFactory, SectionFactory

pytestmark = pytest.mark.django_db

PER_UNIT = {"kind": "per_unit", "units": [{"part": "食堂", "points": "5"}, {"part": "助餐点", "points": "2"}]}


@pytest.fixture
def rubric():
    return RubricFactory(programme=ProgrammeFactory())


@pytest.fixture
def meals(rubric):
    section = SectionFactory(rubric=rubric)
    return CriterionFactory(section=section, title="新建“助餐”场所", rule=PER_UNIT, weight=Decimal(5))


@pytest.fixture
def columns(rubric):
    names = {"新增食堂": [], "新增助餐点": ["新增助餐场点（个）"]}
    return {n: IndicatorFactory(programme=rubric.programme, name=n, aliases=a) for n, a in names.items()}


def link(clause="新建“助餐”场所", indicators=(), **fields):
    return {"clause": clause, "indicators": list(indicators), **fields}


def stored(criterion):
    return set(criterion.links.values_list("part", "indicator__name"))


CANTEEN = {"name": "新增食堂", "part": "食堂"}
PLACE = {"name": "新增助餐场点（个）", "part": "助餐点"}


def test_each_part_of_a_rule_has_its_indicator_by_name_or_alias(rubric, meals, columns):
    apply_criterion_links(rubric, [link(indicators=[CANTEEN, PLACE])])

    assert stored(meals) == {("食堂", "新增食堂"), ("助餐点", "新增助餐点")}


def test_print_may_break_and_quote_a_clause_as_it_likes(rubric, meals, columns):
    apply_criterion_links(rubric, [link(clause="新建 助餐\n场所", indicators=[CANTEEN])])

    assert stored(meals) == {("食堂", "新增食堂")}


def test_applied_again_they_replace_what_was_there(rubric, meals, columns):
    apply_criterion_links(rubric, [link(indicators=[CANTEEN, PLACE], pending=True)])
    apply_criterion_links(rubric, [link(indicators=[PLACE])])

    meals.refresh_from_db()
    assert stored(meals) == {("助餐点", "新增助餐点")}
    assert meals.pending is False


def test_a_line_can_be_marked_as_to_be_announced(rubric, meals):
    apply_criterion_links(rubric, [link(pending=True)])

    meals.refresh_from_db()
    assert meals.pending is True


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (link(clause="没有的一项"), "评分项“没有的一项”不在评分细则中"),
        (link(indicators=[{"name": "没有的指标", "part": "食堂"}]), "指标“没有的指标”不在本方案中"),
        (link(indicators=[{"name": "新增食堂", "part": "菜场"}]), "评分项“新建“助餐”场所”没有“菜场”这一部分"),
    ],
)
def test_a_link_to_something_that_is_not_there_is_refused_by_name(rubric, meals, columns, wrong, words):
    with pytest.raises(LinkError, match=f"^{words}$"):
        apply_criterion_links(rubric, [wrong])
