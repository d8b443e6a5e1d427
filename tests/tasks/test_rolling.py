"""Next year's programme from this year's: what comes along, what begins anew, and what is refused."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from scoring.models import Criterion, CriterionLink, Rubric, Section
from tasks.indicator_settings import set_up
from tasks.models import CheckRule, Frequency, Indicator, Milestone, Period, Programme, Report, Target, Task
from tasks.rolling import next_year, roll_forward
from tasks.views.common import saved
from tests.factories import (
    CriterionFactory,
    CriterionLinkFactory,
    IndicatorFactory,
    MilestoneFactory,
    PeriodFactory,
    ProgrammeFactory,
    RubricFactory,
    SectionFactory,
    TargetFactory,
    TaskFactory,
    accepted,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/new/from/baoshan-2024/"
FACTS = {"title": "2025年方案", "slug": "baoshan-2025", "year": 2025}


@pytest.fixture
def source(district, miaohang):
    """A programme with one of everything, reported and accepted."""
    programme = ProgrammeFactory(district=district, slug="baoshan-2024", title="2024年方案", behind_threshold="0.50")
    beds = IndicatorFactory(
        programme=programme, code="01", name="新增养老床位", evidence_required=True, aliases=["床位"], printed_total=10
    )
    rate = IndicatorFactory(programme=programme, code="02", rate=True)
    TargetFactory(indicator=beds, town=miaohang)
    task = TaskFactory(programme=programme, number=8, due_on=dt.date(2024, 2, 29))
    task.indicators.add(beds)
    MilestoneFactory(task=task)
    accepted(PeriodFactory(programme=programme), miaohang, subject=beds, value=5)
    CheckRule.objects.create(programme=programme, kind="over_target", limit=130)
    CheckRule.objects.create(programme=programme, kind="jump", limit=5, indicator=beds)
    section = SectionFactory(rubric=RubricFactory(programme=programme, version=3, notes="按季公布"))
    rule = {"kind": "completion", "part": "床位"}
    criterion = CriterionFactory(section=section, key="1.1", rule=rule, pending=True)
    CriterionLinkFactory(criterion=criterion, indicator=beds, part="床位")
    CriterionLinkFactory(criterion=CriterionFactory(section=section, key="1.2"), indicator=rate)
    return programme


@pytest.fixture
def rolled(source, admin):
    return roll_forward(source=source, facts=FACTS, with_tasks=True, by=admin)


def test_the_programme_is_the_districts_with_new_periods_and_nothing_reported(source, rolled):
    assert (rolled.district, rolled.title, rolled.year, rolled.behind_threshold) == (
        source.district,
        "2025年方案",
        2025,
        source.behind_threshold,
    )
    assert list(rolled.periods.values_list("label", flat=True)) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert not Target.objects.filter(indicator__programme=rolled).exists()
    assert not Report.objects.filter(period__programme=rolled).exists()


def test_indicators_come_with_their_settings(source, rolled):
    names = [
        *("code", "name", "aliases", "unit", "kind", "direction", "aggregation", "order", "frequency", "source"),
        *("evidence_required", "by_increment", "by_sites"),
    ]
    assert list(rolled.indicators.values(*names)) == list(source.indicators.values(*names))
    assert list(rolled.indicators.values_list("printed_total", flat=True)) == [None, None]


def test_the_rubric_in_force_is_the_first_version_with_its_links(rolled):
    rubric = Rubric.objects.get(programme=rolled)
    assert (rubric.version, rubric.state, rubric.notes) == (1, "in_force", "按季公布")
    assert Section.objects.filter(rubric=rubric).count() == 1
    links = CriterionLink.objects.filter(criterion__section__rubric=rubric).order_by("criterion__key")
    assert [(link.criterion.key, link.indicator, link.part) for link in links] == [
        ("1.1", rolled.indicators.get(code="01"), "床位"),
        ("1.2", rolled.indicators.get(code="02"), ""),
    ]
    first = Criterion.objects.get(section__rubric=rubric, key="1.1")
    assert (first.rule, first.pending) == ({"kind": "completion", "part": "床位"}, True)


def test_only_the_rubric_in_force_comes_along(source, admin):
    Rubric.objects.filter(programme=source).update(state=Rubric.State.RETIRED)

    rolled = roll_forward(source=source, facts=FACTS, with_tasks=False, by=admin)

    assert not Rubric.objects.filter(programme=rolled).exists()


def test_check_rules_come_along_for_the_new_indicators(rolled):
    rules = CheckRule.objects.filter(programme=rolled).order_by("kind")
    assert [(rule.kind, rule.limit, rule.indicator and rule.indicator.code) for rule in rules] == [
        ("jump", 5, "01"),
        ("over_target", 130, None),
    ]
    assert rules[0].indicator.programme == rolled


def test_tasks_come_with_links_and_milestones_a_year_later(rolled):
    task = Task.objects.get(programme=rolled)
    assert (task.number, task.due_on) == (8, dt.date(2025, 2, 28))
    assert list(task.indicators.all()) == [rolled.indicators.get(code="01")]
    milestone = Milestone.objects.get(task=task)
    assert (milestone.starts_on, milestone.due_on) == (dt.date(2025, 7, 1), dt.date(2025, 9, 30))


def test_tasks_stay_behind_where_nobody_asks_for_them(source, admin):
    rolled = roll_forward(source=source, facts=FACTS, with_tasks=False, by=admin)

    assert not rolled.tasks.exists()


def test_the_source_is_left_as_it_was(source, rolled):
    assert source.indicators.count() == 2
    assert Indicator.objects.get(programme=source, code="01").printed_total == 10
    assert list(source.tasks.get().indicators.all()) == [source.indicators.get(code="01")]
    assert Report.objects.filter(period__programme=source).count() == 1


def test_monthly_indicators_have_the_whole_years_months(source, admin):
    monthly = {"frequency": Frequency.MONTH}
    set_up(indicator=source.indicators.get(code="01"), settings=monthly, by=admin)

    rolled = roll_forward(source=source, facts=FACTS, with_tasks=False, by=admin)

    assert [source.periods.months().count(), rolled.periods.months().count()] == [3, 12]
    beds = rolled.indicators.get(code="01")
    assert (beds.frequency, beds.monthly_from) == ("month", None)
    assert beds.is_asked_in(Period.objects.get(programme=rolled, label="2025M01"))


def test_each_row_says_where_it_came_from(rolled, admin):
    told = {(row.history_change_reason, row.history_user) for row in Programme.history.filter(id=rolled.pk)}
    told |= {(row.history_change_reason, row.history_user) for row in Indicator.history.filter(programme=rolled)}
    assert told == {("由 baoshan-2024 结转", admin)}


@pytest.mark.parametrize(
    ("slug", "title", "expected"),
    [
        ("baoshan-2024", "宝山2024年重点任务", {"slug": "baoshan-2025", "title": "宝山2025年重点任务"}),
        ("plan", "年度方案", {"slug": "310113-2025", "title": "年度方案"}),
    ],
)
def test_next_years_names_follow_from_this_years(district, slug, title, expected):
    source = ProgrammeFactory(district=district, slug=slug, title=title, year=2024)

    assert next_year(source) == expected | {"year": 2025}


class TestPage:
    def test_an_administrator_rolls_a_programme_forward(self, source, admin, sign_in):
        client = sign_in(admin)
        initial = client.get(PAGE).context["form"].initial

        answer = client.post(PAGE, initial | {"with_tasks": "on"})

        rolled = Programme.objects.get(slug="baoshan-2025")
        assert answer.url == "/p/baoshan-2025/imports/"
        assert (rolled.title, rolled.tasks.count(), rolled.indicators.count()) == ("2025年方案", 1, 2)

    @pytest.mark.parametrize(
        ("changed", "told"),
        [
            ({"slug": "baoshan-2024"}, "具有 代号 的 年度方案 已存在。"),
            ({"slug": "new"}, "代号“new”另有用途，请另取。"),
            ({"year": "2024"}, "年度 2024 应晚于原方案的 2024。"),
            ({"year": "2101"}, "确保该值小于或等于2100。"),
            ({"title": ""}, "这个字段是必填项。"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_written(self, source, admin, sign_in, changed, told):
        answer = sign_in(admin).post(PAGE, FACTS | changed)

        assert answer.status_code == 422
        assert answer.context["form"].errors == {next(iter(changed)): [told]}
        assert Programme.objects.count() == 1

    def test_a_slug_that_is_taken_while_the_form_is_read_is_told(self, source, admin, sign_in, monkeypatch):
        def somebody_is_first(form, save):
            ProgrammeFactory(slug=FACTS["slug"])
            return saved(form, save)

        monkeypatch.setattr("tasks.views.programmes.saved", somebody_is_first)

        answer = sign_in(admin).post(PAGE, FACTS)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["slug"])

    def test_the_page_of_a_new_programme_leads_there(self, source, admin, sign_in):
        assert PAGE in sign_in(admin).get("/p/new/").content.decode()


class TestCommand:
    def run(self, capsys, *args):
        call_command("new_programme", "--json", *args)
        return json.loads(capsys.readouterr().out)

    def test_it_rolls_forward(self, source, capsys):
        told = self.run(capsys, "--from", "baoshan-2024", "--year", "2026", "--tasks")

        assert told == {
            "programme": "baoshan-2026",
            "applied": True,
            "errors": [],
            "import": None,
            "from": "baoshan-2024",
            "title": "2026年方案",
            "year": 2026,
        }
        assert Task.objects.get(programme__slug="baoshan-2026").due_on == dt.date(2026, 2, 28)

    def test_a_dry_run_writes_nothing(self, source, capsys):
        assert self.run(capsys, "--from", "baoshan-2024", "--dry-run")["applied"] is False
        assert Programme.objects.count() == 1

    def test_the_second_run_is_refused_and_changes_nothing(self, source, capsys):
        self.run(capsys, "--from", "baoshan-2024")
        before = Indicator.objects.count()

        with pytest.raises(SystemExit) as stopped:
            call_command("new_programme", "--from", "baoshan-2024", "--json")

        told = json.loads(capsys.readouterr().out)
        assert (stopped.value.code, told["applied"], told["errors"]) == (
            1,
            False,
            ["代号：具有 代号 的 年度方案 已存在。"],
        )
        assert (Programme.objects.count(), Indicator.objects.count()) == (2, before)

    @pytest.mark.parametrize(
        "args", [(), ("notice.docx", "--from", "baoshan-2024"), ("--from", "nowhere"), ("notice.docx", "--slug", "a")]
    )
    def test_wrong_usage_is_told(self, source, args):
        with pytest.raises(CommandError) as told:
            call_command("new_programme", *args)

        assert told.value.returncode == 2
