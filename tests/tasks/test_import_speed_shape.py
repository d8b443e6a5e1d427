"""A large table costs no query for each row, and its changes are told when somebody asks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tasks.importing import Context, import_annex
from tasks.models import Target
from tests.factories import ProgrammeFactory, TownFactory
from tests.tasks.tables import Sheet, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory()


def allocation(programme, towns, figure=3):
    """A table of so many towns of the district, each with two figures."""
    names = [f"{sign}浦镇" for sign in "甲乙丙丁戊己庚辛壬癸"[:towns]]
    for name in names:
        if not programme.district.towns.filter(name=name).exists():
            TownFactory(district=programme.district, name=name)
    return xlsx(Sheet([["街镇", "新增床位（张）", "新增餐厅（个）"], *([name, figure, 1] for name in names)]))


def queries(file, programme, **options):
    with CaptureQueriesContext(connection) as captured:
        outcome = import_annex(file, Context(programme), **options)
    assert outcome.errors == []
    return len(captured)


@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "apply"])
def test_new_targets_take_as_many_queries_for_ten_towns_as_for_one(dry_run):
    few, many = ProgrammeFactory(), ProgrammeFactory()
    one, ten = allocation(few, 1), allocation(many, 10)

    taken = [queries(file, plan, dry_run=dry_run) for file, plan in ((one, few), (ten, many))]

    # executemany is captured once, however many rows it writes
    assert taken[0] == taken[1]


def test_revised_targets_take_as_many_queries_for_ten_towns_as_for_one():
    plans = [(ProgrammeFactory(), 1), (ProgrammeFactory(), 10)]
    for plan, towns in plans:
        import_annex(allocation(plan, towns), Context(plan))

    few, many = (queries(allocation(plan, towns, figure=4), plan) for plan, towns in plans)

    assert few == many
    assert Target.objects.filter(revision=2).count() == 11


def test_every_row_is_told_those_that_stay_the_same_among_them(programme):
    import_annex(allocation(programme, 10), Context(programme))

    outcome = import_annex(allocation(programme, 10, figure=4), Context(programme), dry_run=True)

    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 10, 10)
    kinds = [change.kind for change in outcome.changes]
    assert (kinds.count("update"), kinds.count("skip")) == (10, 10)


def test_changes_are_told_as_they_were_before_writing(programme):
    import_annex(allocation(programme, 1), Context(programme))

    outcome = import_annex(allocation(programme, 1, figure=4), Context(programme))

    changed = [(change.kind, change.cell, change.before, change.after) for change in outcome.changes]
    assert changed == [("update", "B2", "3", "4"), ("skip", "C2", "1", "1")]


def test_a_third_revision_follows_the_second(programme):
    for figure in (3, 4, 5):
        import_annex(allocation(programme, 1, figure=figure), Context(programme))

    targets = Target.objects.filter(indicator__name="新增床位").order_by("revision")
    assert list(targets.values_list("revision", "value", "text")) == [(1, 3, "3"), (2, 4, "4"), (3, 5, "5")]
