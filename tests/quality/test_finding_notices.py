"""Reminders of findings whose last day is near or over, and what waits on each front page."""

import datetime as dt

import pytest

from quality import finding_work, plan_work
from quality.finding_notices import remind
from quality.improvement import Said, decide, write
from quality.models import PlanAct
from tasks.daily import STEPS
from tasks.models import Notification
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.findings import DUE, Case, a_finding, reread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

DAY = dt.timedelta(days=1)


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院")


@pytest.fixture
def case(home):
    return Case(home).assigned()


def told(user, act):
    return Notification.objects.filter(user=user, key__startswith=f"findings-{act}").count()


class TestReminding:
    def test_it_comes_before_the_days_digest(self):
        names = list(STEPS)

        assert names.index("findings") < names.index("digests")

    @pytest.mark.parametrize(("days", "soon"), [(4, 0), (3, 1), (0, 1)])
    def test_the_facility_is_told_three_days_before(self, case, days, soon):
        remind(DUE - days * DAY)

        assert told(case.people.director, "soon") == soon
        assert told(case.people.official, "soon") == 0

    def test_once_it_is_late_the_town_and_the_bureau_are_told_as_well(self, case):
        remind(DUE)
        assert told(case.people.director, "late") == 0
        remind(DUE + DAY)

        assert [told(getattr(case.people, who), "late") for who in ("director", "official", "staff")] == [1, 1, 1]

    def test_it_is_told_again_every_week_and_a_missed_day_is_made_up_for(self, case):
        counts = []
        for days in (1, 2, 7, 8, 8, 17):
            remind(DUE + days * DAY)
            counts.append(told(case.people.director, "late"))

        assert counts == [1, 1, 1, 2, 2, 3]

    def test_several_of_a_facility_are_told_together(self, case, home):
        Case(home, subject="用电").assigned()
        remind(DUE + DAY)

        notice = Notification.objects.get(user=case.people.director, key__startswith="findings-late")
        assert notice.facts["lines"] == ["消防通道", "用电"]

    def test_a_new_late_one_is_told_at_once(self, case, home):
        Case(home, subject="用电").assigned(due_on=DUE + DAY)
        remind(DUE + DAY)
        remind(DUE + 2 * DAY)

        assert told(case.people.director, "late") == 2

    def test_what_is_closed_is_not_told(self, home):
        closed = Case(home).closed()
        remind(DUE + DAY)

        assert told(closed.people.director, "late") == 0


class TestFrontPage:
    @pytest.fixture
    def programme(self, district):
        return ProgrammeFactory(district=district)

    def titles(self, user, programme):
        return [todo.title for todo in finding_work.todos(user, programme)]

    @pytest.mark.parametrize(
        ("reach", "title"),
        [
            ("assigned", "签收隐患：消防通道"),
            ("signed", "整改隐患：消防通道"),
            ("submitted", None),
            ("closed", None),
        ],
    )
    def test_a_director_has_what_is_to_do(self, home, programme, reach, title):
        case = getattr(Case(home), reach)()

        assert self.titles(case.people.director, programme) == ([title] if title else [])

    def test_what_came_back_is_said_and_what_is_late_is_red(self, home, programme, time_machine):
        case = Case(home).submitted()
        case.act("return_", case.people.staff, words="不够")
        time_machine.move_to(dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC))

        (todo,) = finding_work.todos(case.people.director, programme)
        assert (todo.title, todo.tone, todo.due_on) == ("隐患整改被退回：消防通道", "late", DUE)

    def test_many_are_folded(self, home, programme):
        cases = [Case(home, subject=f"项目{number}").assigned() for number in range(7)]

        assert self.titles(cases[0].people.director, programme)[-1] == "其余待整改隐患"
        assert len(self.titles(cases[0].people.director, programme)) == 6

    def test_the_town_and_the_bureau_have_what_waits_for_them(self, home, programme, time_machine):
        case = Case(home).submitted()
        Case(home, subject="用电").assigned()
        a_finding(home, subject="燃气")
        time_machine.move_to(dt.datetime(2024, 11, 1, 2, tzinfo=dt.UTC))

        for user in (case.people.official, case.people.staff):
            assert self.titles(user, programme) == [
                "交办 1 项问题隐患",
                "验收 1 项整改",
                "1 项隐患逾期未整改",
            ]

    def test_readers_and_neighbours_have_nothing(self, case, programme, leader, neighbour):
        assert self.titles(leader, programme) == self.titles(neighbour, programme) == []

    def test_a_plan_waits_for_the_town_then_the_bureau_and_comes_back(self, case, programme):
        people = case.people
        said = {"words": "分析", "grade": "good", "star": None, "measures": [Said("甲", "王", DUE)]}

        def waits():
            users = (people.director, people.official, people.staff)
            return [[todo.title for todo in plan_work.todos(user, programme)] for user in users]

        plan = write(facility=reread(case.finding).facility, programme=programme, by=people.director, key="k", **said)
        assert waits() == [[], ["审核 1 份一院一案"], []]
        decide(plan=plan, kind=PlanAct.Kind.TOWN, by=people.official)
        assert waits() == [[], [], ["批准 1 份一院一案"]]
        decide(plan=plan, kind=PlanAct.Kind.RETURNED, by=people.staff, words="目标过低")
        assert waits() == [["修改一院一案，第 1 版被退回"], [], []]
