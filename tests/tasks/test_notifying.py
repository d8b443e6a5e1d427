"""Who is told what: once a key, in the transaction of what happened, never the one who did it."""

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.permissions import Role
from tasks.models import Notification, Submission
from tasks.notifying import tell
from tasks.reporting import Entry, accept, new_key, return_, submit
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, UserFactory, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

FIVE = Decimal(5)


def told(**which):
    """Who was told what kind of news."""
    rows = Notification.objects.filter(**which).order_by("user__username", "pk")
    return list(rows.values_list("user__username", "kind"))


@pytest.fixture
def period(district):
    return PeriodFactory(programme=ProgrammeFactory(district=district, slug="plan"), quarter=3)


@pytest.fixture
def lines(period):
    names = ("新增养老床位", "新增社区长者食堂")
    return [IndicatorFactory(programme=period.programme, name=name) for name in names]


def news(users, district, key="k", **more):
    given = {"kind": "reminded", "facts": {"owed": 1}, "url": "/notices/"} | more
    tell(users=users, district=district, key=key, **given)


class TestTell:
    def test_each_is_told_once_for_each_key(self, official, neighbour, district):
        news([official], district)
        news([official, neighbour], district)
        news([official], district, key="other")

        assert told() == [("neighbour", "reminded"), ("official", "reminded"), ("official", "reminded")]

    def test_what_is_known_already_stays_as_it_was(self, official, district):
        news([official], district)
        news([official], district, facts={"owed": 9})

        assert Notification.objects.get().facts == {"owed": 1}

    def test_what_did_not_happen_is_not_told(self, official, district):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            news([official], district)
            raise ZeroDivisionError

        assert told() == []

    def test_who_left_is_told_nothing(self, official, district):
        official.is_active = False

        news([official], district)

        assert told() == []

    @pytest.mark.parametrize(
        "url", ["https://example.com/", "//example.com/", "/\\example.com", "notices/", "javascript:x"]
    )
    def test_news_lead_nowhere_else(self, official, district, url):
        with pytest.raises(ValueError, match="not a path of the portal"):
            news([official], district, url=url)

    def test_news_may_lead_nowhere(self, official, district):
        news([official], district, url="")

        assert told() == [("official", "reminded")]

    def test_any_number_is_told_in_one_query(self, district, django_assert_num_queries):
        users = [UserFactory(district=district) for _ in range(3)]

        with django_assert_num_queries(1):
            news(users, district)


class TestASubmit:
    @pytest.mark.usefixtures("admin", "leader", "stranger", "neighbour", "city_user")
    def test_the_districts_reviewers_are_told_once(self, period, lines, miaohang, official, staff):
        key = new_key()
        for _twice in range(2):
            entries = [Entry(line, value=FIVE) for line in lines]
            submit(period=period, town=miaohang, entries=entries, by=official, key=key)

        assert told() == [("admin", "submitted"), ("staff", "submitted")]
        one = Notification.objects.filter(user=staff).get()
        assert one.facts == {"town": "庙行镇", "period": "2024Q3", "lines": 2}
        assert (one.url, one.programme) == ("/p/plan/review/310113112/", period.programme)

    @pytest.mark.usefixtures("neighbour")
    def test_on_a_towns_behalf_the_town_is_told_and_who_did_it_is_not(
        self, period, lines, miaohang, official, staff, admin
    ):
        entries, source = [Entry(lines[0], value=FIVE)], Submission.Source.ON_BEHALF
        submit(period=period, town=miaohang, entries=entries, by=staff, key="k", source=source)

        assert told() == [("admin", "submitted"), ("official", "submitted")]
        one = Notification.objects.get(user=official)
        assert (one.facts["on_behalf"], one.url) == (str(staff), "/p/plan/report/2024Q3/")

    @pytest.mark.parametrize("source", [Submission.Source.IMPORTED, Submission.Source.DEMO])
    def test_what_nobody_entered_is_no_news(self, period, lines, miaohang, official, staff, source):
        entries = [Entry(lines[0], value=FIVE)]
        sent = submit(period=period, town=miaohang, entries=entries, by=official, key="k", source=source)
        accept(reports=sent.reports.all(), by=staff)

        assert told() == []

    def test_the_districts_own_log_is_no_news(self, period, lines, staff, admin):
        accept(reports=reported(period, None, Entry(lines[0], value=FIVE), by=staff), by=admin)

        assert told() == []


class TestADecision:
    @pytest.fixture
    def reports(self, period, lines, miaohang, official):
        return reported(period, miaohang, *(Entry(line, value=FIVE) for line in lines), by=official)

    def test_a_return_tells_the_town_the_reason_and_leads_to_the_line(self, reports, lines, official, neighbour, staff):
        return_(reports=reports[:1], by=staff, reason="数量不符")

        one = Notification.objects.get(kind="returned")
        assert one.user == official
        assert one.facts == {"period": "2024Q3", "lines": ["新增养老床位"], "reason": "数量不符"}
        assert one.url == f"/p/plan/report/2024Q3/#line-{lines[0].pk}"

    def test_lines_decided_together_are_told_together(self, reports, official, staff):
        accept(reports=reports, by=staff)

        one = Notification.objects.get(kind="accepted")
        assert (one.user, one.url) == (official, "/p/plan/report/2024Q3/")
        assert one.facts["lines"] == ["新增养老床位", "新增社区长者食堂"]

    def test_lines_decided_one_after_the_other_are_told_apart(self, reports, official, staff):
        for report in reports:
            accept(reports=[report], by=staff)

        assert told(user=official) == [("official", "accepted"), ("official", "accepted")]

    def test_each_town_is_told_of_its_own(self, reports, lines, period, youyi, official, neighbour, staff):
        others = reported(period, youyi, Entry(lines[1], value=FIVE), by=neighbour)

        accept(reports=[*reports, *others], by=staff)

        facts = dict(Notification.objects.filter(kind="accepted").values_list("user__username", "facts__lines"))
        assert facts == {
            "official": ["新增养老床位", "新增社区长者食堂"],
            "neighbour": ["新增社区长者食堂"],
        }

    def test_all_of_a_towns_officials_are_told(self, reports, official, miaohang, staff):
        UserFactory(username="colleague", role=Role.TOWN, district=miaohang.district, town=miaohang)

        accept(reports=reports, by=staff)

        assert told(kind="accepted") == [("colleague", "accepted"), ("official", "accepted")]

    def test_a_decision_that_is_refused_tells_nobody(self, reports, official, staff, admin):
        accept(reports=reports, by=staff)
        Notification.objects.all().delete()

        with pytest.raises(Exception, match="已由"):
            return_(reports=reports, by=admin, reason="数量不符")

        assert told() == []
