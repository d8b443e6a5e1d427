"""How far an import is: told by phase and share, growing, and to nobody where nobody asks."""

import pytest

from tasks import progress
from tasks.importing import Context, import_annex
from tasks.progress import Phase, Progress
from tests.factories import ProgrammeFactory
from tests.tasks.workbooks import both_annexes, table


@pytest.fixture
def told(monkeypatch):
    """What is told, without waiting between two tellings."""
    monkeypatch.setattr(progress, "OFTEN", 0)
    return []


@pytest.fixture
def watching(told):
    return Progress(lambda phase, share: told.append((phase, round(share, 3))))


def test_the_items_come_as_they_are_and_their_share_is_told(watching, told):
    items = list(range(1000))

    assert list(watching.over(Phase.WRITE, items)) == items
    assert told == [(Phase.WRITE, share) for share in (0.4, 0.49, 0.58, 0.67, 0.76)]


def test_the_share_never_falls_when_a_second_annex_begins(watching, told):
    list(watching.over(Phase.WRITE, range(400)))
    list(watching.over(Phase.CHECK, range(400)))

    assert told == [(Phase.WRITE, 0.4), (Phase.WRITE, 0.625), (Phase.CHECK, 0.625), (Phase.CHECK, 0.625)]


def test_not_more_than_a_few_tellings_a_second(told, monkeypatch):
    monkeypatch.setattr(progress, "OFTEN", 60)
    watching = Progress(lambda phase, share: told.append(phase))

    list(watching.over(Phase.CHECK, range(100_000)))
    watching.begin(Phase.COMPARE)

    assert told == [Phase.CHECK, Phase.COMPARE]


def test_without_anybody_looking_the_items_are_handed_over():
    items = [1, 2, 3]

    assert Progress().over(Phase.CHECK, items) is items


@pytest.mark.django_db
@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "apply"])
def test_an_import_goes_through_its_phases_in_order(baoshan, watching, told, dry_run):
    outcome = import_annex(table(E5=3), Context(baoshan, progress=watching), dry_run=dry_run)
    list(outcome.changes)

    assert list(dict.fromkeys(phase for phase, _share in told)) == list(Phase)
    begun = {phase: share for phase, share in reversed(told)}
    assert [begun[phase] for phase in Phase] == [0.0, 0.2, 0.35, 0.4, 0.85]


@pytest.mark.django_db
def test_several_annexes_are_told_as_one(watching, told):
    outcome = import_annex(both_annexes(number=1), Context(ProgrammeFactory(), progress=watching), dry_run=True)
    list(outcome.changes)

    shares = [share for _phase, share in told]
    assert shares == sorted(shares)
    assert (shares[0], told[0][0], told[-1][0]) == (0.0, Phase.READ, Phase.TELL)
