"""Lists and pages cost the same number of queries for one town, task and report as for three."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from scoring.marking import give
from tasks import drafts, evidence
from tasks.models import PeriodAct, Reminder, Supervision
from tasks.reporting import Entry
from tasks.supervising import answer, issue, sign
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
    TownFactory,
    UserFactory,
    a_file,
    accepted,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

COMPLETION = {"kind": "completion", "part": ""}


@pytest.fixture
def plan(miaohang, official, staff):
    """A programme with one of everything; `plan.grow()` adds two more towns, tasks, indicators, reports and marks."""
    return Plan(miaohang, official, staff)


class Plan:
    def __init__(self, town, official, staff):
        self.programme, self.staff = ProgrammeFactory(slug="plan", district=town.district), staff
        self.periods = [PeriodFactory(programme=self.programme, quarter=quarter) for quarter in (2, 3)]
        self.section = SectionFactory(rubric=RubricFactory(programme=self.programme))
        self.towns, self.officials = [town], [official]
        self.tasks, self.indicators, self.criteria = [], [], []
        self._add_lines()
        self._report()

    def grow(self):
        for _ in range(2):
            town = TownFactory(district=self.programme.district)
            self.towns.append(town)
            self.officials.append(UserFactory(role=Role.TOWN, district=town.district, town=town))
            self._add_lines()
        self._report()

    def _add_lines(self):
        number = len(self.tasks) + 1
        task = TaskFactory(programme=self.programme, number=number, town_wide=True)
        MilestoneFactory(task=task)
        indicator = IndicatorFactory(programme=self.programme, code=f"{number:02d}")
        task.indicators.add(indicator)
        criterion = CriterionFactory(section=self.section, rule=COMPLETION, key=str(number))
        CriterionLinkFactory(criterion=criterion, indicator=indicator)
        self.tasks.append(task)
        self.indicators.append(indicator)
        self.criteria.append(CriterionFactory(section=self.section))

    def _report(self):
        for town, by in zip(self.towns, self.officials, strict=True):
            for indicator in self.indicators:
                if not indicator.targets.filter(town=town).exists():
                    TargetFactory(indicator=indicator, town=town)
            entries = [Entry(one, value=Decimal(5)) for one in self.indicators]
            states = [Entry(one, state="in_progress", percent=Decimal(50)) for one in self.tasks]
            first = accepted(self.periods[0], town, *entries, *states, by=by)
            for report in first:
                evidence.attach(a_file(), by=by, report=report)
            reported(self.periods[1], town, *entries, *states, by=by)
            self._type(town, by)
            self._mark(town)
            self._remind(town)
            self._supervise(town, by)
        accepted(self.periods[0], None, *states, by=self.staff)

    def _type(self, town, by):
        for line in drafts.sheet(self.periods[1], town):
            drafts.attach(a_file(), line=line, town=town, by=by)

    def _remind(self, town):
        row = {"district": town.district, "period": self.periods[1], "town": town, "by": self.staff}
        on = self.periods[1].due_on + dt.timedelta(days=Reminder.objects.count())
        Reminder.objects.create(on=on, owed=1, **row)
        PeriodAct.objects.create(kind=PeriodAct.Kind.EXTENDED, due_on=on, reason="事由", **row)

    def _supervise(self, town, by):
        """A sheet of each line that has none yet."""
        due_on = dt.date(2024, 10, 20)
        for indicator in self.indicators:
            if not Supervision.objects.filter(town=town, indicator=indicator).exists():
                about = {"programme": self.programme, "town": town, "indicator": indicator, "due_on": due_on}
                key = f"{indicator.pk}-{town.pk}"
                sheet = issue(matter="滞后", requirement="补齐", by=self.staff, key=key, **about)
                sign(sheet=sheet, by=by)
                answer(sheet=sheet, words="已补齐", by=by)

    def _mark(self, town):
        for criterion in self.criteria:
            give(
                criterion=criterion,
                town=town,
                points=Decimal(1),
                reason="事由",
                document="文件",
                given_on=self.periods[0].ends_on,
                by=self.staff,
                key=f"{criterion.pk}-{town.pk}-{criterion.marks.count()}",
            )


PAGES = {
    "/": {"staff": 26, "official": 20},
    "/p/plan/": {"staff": 23},
    "/p/plan/tasks/": {"staff": 10, "official": 10},
    "/p/plan/tasks/1/": {"staff": 23, "official": 18},
    "/p/plan/indicators/": {"staff": 13, "official": 13},
    "/p/plan/indicators/01/": {"staff": 19, "official": 19},
    "/p/plan/towns/310113112/": {"staff": 28, "official": 28},
    "/p/plan/report/2024Q3/?town=310113112": {"staff": 22, "official": 22},
    "/p/plan/review/": {"staff": 7},
    "/p/plan/review/310113112/": {"staff": 13},
    "/p/plan/completeness/": {"staff": 16},
    "/p/plan/supervision/": {"staff": 9, "official": 9},
    "/p/plan/supervision/1/": {"staff": 8, "official": 8},
    "/p/plan/periods/": {"staff": 8},
    "/p/plan/periods/2024Q3/": {"staff": 8},
    "/p/plan/towns/310113112/gaps/": {"staff": 29, "official": 29},
    "/p/plan/towns/310113112/what-if/": {"staff": 22, "official": 17},
    "/p/plan/scores/": {"staff": 16},
    "/p/plan/scores/criteria/": {"staff": 16},
    "/p/plan/scores/criteria/1/": {"staff": 16},
    "/p/plan/scores/rubric/": {"staff": 10, "official": 10},
    "/p/plan/scores/marks/": {"staff": 17},
}
FILES = {
    "/?": {"staff": 23, "official": 18},
    "/p/plan/?list=matrix": {"staff": 19},
    "/p/plan/?list=late": {"staff": 19},
    "/p/plan/tasks/?": {"staff": 7, "official": 7},
    "/p/plan/tasks/1/?list=towns": {"staff": 20, "official": 15},
    "/p/plan/tasks/1/?list=history": {"staff": 20, "official": 15},
    "/p/plan/indicators/?": {"staff": 10, "official": 10},
    "/p/plan/indicators/01/?list=towns": {"staff": 13, "official": 13},
    "/p/plan/indicators/01/?list=history": {"staff": 16, "official": 16},
    "/p/plan/towns/310113112/?list=indicators": {"staff": 24, "official": 24},
    "/p/plan/towns/310113112/?list=lines": {"staff": 24, "official": 24},
    "/p/plan/report/2024Q3/?town=310113112": {"staff": 17, "official": 17},
    "/p/plan/reconcile/?": {"staff": 9},
    "/p/plan/review/?": {"staff": 5},
    "/p/plan/review/310113112/?": {"staff": 10},
    "/p/plan/completeness/?": {"staff": 11},
    "/p/plan/completeness/?list=reminders": {"staff": 12},
    "/p/plan/supervision/?": {"staff": 5, "official": 5},
    "/p/plan/periods/?": {"staff": 5},
    "/p/plan/towns/310113112/gaps/?list=lines": {"staff": 27, "official": 27},
    "/p/plan/towns/310113112/gaps/?list=gaps": {"staff": 27, "official": 27},
    "/p/plan/scores/?": {"staff": 13},
    "/p/plan/scores/criteria/?": {"staff": 13},
    "/p/plan/scores/rubric/?": {"staff": 8, "official": 8},
    "/p/plan/scores/marks/?": {"staff": 9},
}
ADDRESSES = PAGES | {f"{address}&export=csv": seen for address, seen in FILES.items()}


def test_a_page_costs_the_same_for_one_and_for_three(plan, staff, official, sign_in):
    clients = {"staff": sign_in(staff), "official": sign_in(official)}

    def queries(address, who):
        with CaptureQueriesContext(connection) as captured:
            assert clients[who].get(address).status_code == 200, address
        return len(captured)

    def counted():
        return {address: {who: queries(address, who) for who in seen} for address, seen in ADDRESSES.items()}

    one = counted()
    plan.grow()
    three = counted()

    assert one == three
    assert one == ADDRESSES
