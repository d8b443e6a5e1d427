"""Links that a person confirms: what is suggested, what is written, and by whom."""

import tomllib

import pytest

from eldercare.demo import FIXTURES
from scoring.linking import confirm, criterion_rows, task_rows
from scoring.rules import Completion
from tasks.likeness import suggested
from tasks.models import Indicator, Task
from tests.factories import CriterionFactory, IndicatorFactory, ProgrammeFactory, TaskFactory

LINKS = tomllib.loads((FIXTURES / "baoshan-2024" / "links.toml").read_text("utf-8"))


def names(indicators):
    return [one.name for one in indicators]


def test_the_name_found_in_the_words_is_suggested():
    indicators = [Indicator(name="新增养老床位"), Indicator(name="新增社区长者食堂"), Indicator(name="培训人次")]

    assert names(suggested("年内新建养老床位900张", indicators)) == ["新增养老床位"]
    assert suggested("召开推进会", indicators) == []


def test_an_alias_suggests_its_indicator():
    assert names(suggested("新建助餐点", [Indicator(name="老年助餐场所", aliases=["助餐点"])])) == ["老年助餐场所"]


def test_most_links_that_people_confirmed_are_among_the_suggestions(db, baoshan):
    indicators = list(baoshan.indicators.all())
    rows = {row.subject.number: row for row in task_rows(baoshan, indicators)}

    confirmed = [(row.subject.number, one) for row in rows.values() for one in row.linked]
    found = [one in rows[number].suggested for number, one in confirmed]

    assert len(found) == sum(len(link["indicators"]) for link in LINKS["task"])
    assert sum(found) >= len(found) * 0.7


@pytest.fixture
def plan(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def beds(plan):
    return IndicatorFactory(programme=plan, name="新增养老床位")


@pytest.fixture
def task(plan):
    return TaskFactory(programme=plan, title="新建养老床位900张")


@pytest.fixture
def line(plan):
    rule = Completion().to_dict()
    return CriterionFactory(section__rubric__programme=plan, title="新建养老床位", rule=rule)


def test_a_suggestion_is_no_link(plan, beds, task, line):
    rows = [*task_rows(plan, [beds]), *criterion_rows(plan, [beds])]

    assert [(row.linked, row.suggested) for row in rows] == [([], [beds]), ([], [beds])]


def test_what_is_chosen_is_linked_and_what_is_not_is_no_longer(plan, beds, task, line):
    chosen = {f"task-{task.pk}": [beds.pk], f"line-{line.pk}-0": [beds.pk]}

    assert confirm(programme=plan, chosen=chosen) == 2
    assert (list(task.indicators.all()), [link.indicator for link in line.links.all()]) == ([beds], [beds])

    assert confirm(programme=plan, chosen=chosen) == 0
    assert confirm(programme=plan, chosen={}) == 2
    assert (task.indicators.count(), line.links.count()) == (0, 0)


def test_an_indicator_of_another_programme_is_refused_and_nothing_written(plan, beds, task, line):
    other = IndicatorFactory()

    with pytest.raises(ValueError, match="指标不在本方案中"):
        confirm(programme=plan, chosen={f"task-{task.pk}": [beds.pk], f"line-{line.pk}-0": [other.pk]})

    assert task.indicators.count() == 0


def test_an_administrator_confirms_on_the_page(plan, beds, task, line, admin, sign_in):
    desk = sign_in(admin)
    page = desk.get("/p/plan/links/").content.decode()

    answer = desk.post("/p/plan/links/", {f"task-{task.pk}": [beds.pk, ""]}, follow=True)

    assert page.count("（建议）") == 2
    assert "对应关系已保存，1 项有变化。" in answer.content.decode()
    assert list(Task.objects.get(pk=task.pk).indicators.all()) == [beds]
    assert Task.history.filter(id=task.pk).first().history_user in (admin, None)


def test_what_is_no_indicator_is_told(plan, beds, task, admin, sign_in):
    answer = sign_in(admin).post("/p/plan/links/", {f"task-{task.pk}": ["十"]}, follow=True)

    assert "“十”不是指标。" in answer.content.decode()
    assert task.indicators.count() == 0
