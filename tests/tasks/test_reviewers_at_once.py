"""Reviewers who decide the same lines at the same moment. Apart from the other tests: these commit what they write."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from tasks.models import Decision
from tasks.reporting import Refused, accept, return_
from tests.factories import IndicatorFactory, PeriodFactory, TownFactory, UserFactory, reported

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("october")]


@pytest.fixture
def reports():
    period = PeriodFactory(quarter=3)
    town = TownFactory(district=period.programme.district)
    subjects = [IndicatorFactory(programme=period.programme) for _ in range(3)]
    return [reported(period, town, subject=one, value=Decimal(6))[0] for one in subjects]


def at_once(does, people):
    """What each gets who does it at the same moment; with SQLite one after the other."""

    def done(person):
        try:
            return does(person)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people) if connection.features.has_select_for_update else 1) as pool:
        return list(pool.map(done, people))


def test_one_decides_and_the_others_are_told_of_every_line(reports):
    reviewers = [UserFactory(name=f"审核员{number}") for number in range(4)]

    def decide(reviewer):
        """Half of them tick from below, half accept: nobody waits for each other for good."""
        if reviewers.index(reviewer) % 2:
            return accept(reports=reversed(reports), by=reviewer)
        return return_(reports=reports, by=reviewer, reason="数量不符")

    results = at_once(decide, reviewers)

    [first] = [reviewer for reviewer, got in zip(reviewers, results, strict=True) if not isinstance(got, Refused)]
    assert list(Decision.objects.values_list("by", flat=True)) == [first.pk] * 3
    for refused in (one for one in results if isinstance(one, Refused)):
        assert [f"已由 {first} 于" in words for words in refused.problems.values()] == [True] * 3


def test_selections_that_cross_are_decided_once_each(reports):
    first, second = UserFactory(), UserFactory()
    ticked = {first: reports[:2], second: reports[1:]}

    results = at_once(lambda reviewer: accept(reports=ticked[reviewer], by=reviewer), [first, second])

    assert [isinstance(got, Refused) for got in results].count(True) == 1
    assert Decision.objects.count() == 2
    assert len(set(Decision.objects.values_list("by", flat=True))) == 1
