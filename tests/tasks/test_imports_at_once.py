"""Two administrators who confirm at the same moment. Apart from the other tests: these commit what they write."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.permissions import Role
from tasks.imports import ImportRefused, confirm, findings_of, upload
from tasks.models import ImportRecord, Target
from tests.factories import ProgrammeFactory, TownFactory, UserFactory, a_file
from tests.tasks.tables import Sheet, xlsx

pytestmark = pytest.mark.django_db(transaction=True)


def confirmed_by_two_at_once(records, admin):
    """What each of two administrators is told who confirm at the same moment; with SQLite one after the other."""

    def press(record):
        try:
            return confirm(record=record, document="", reason="年中调整", by=admin)
        except ImportRefused as refused:
            return str(refused)
        finally:
            connection.close()

    at_once = connection.features.has_select_for_update
    with ThreadPoolExecutor(2 if at_once else 1) as administrators:
        return sorted(map(str, administrators.map(press, records)))


@pytest.fixture
def committed():
    """A plan of one target that every connection sees, and its administrator."""
    head = UserFactory(username="head", role=Role.ADMIN)
    programme = ProgrammeFactory(district=head.district)
    TownFactory(district=head.district, name="庙行镇")
    return programme, head


def one_target(programme, value, by):
    """An uploaded table of one target."""
    data = xlsx(Sheet([["街镇", "新增床位（张）"], ["庙行镇", value]]))
    return upload(programme=programme, file=a_file("表.xlsx", data), kind="", period=None, by=by)


def test_of_two_who_confirm_the_same_import_at_once_one_writes(committed):
    programme, head = committed
    record = one_target(programme, 3, head)

    told = confirmed_by_two_at_once([record, record], head)

    assert told == ["True", "这次导入已写入，不能重复写入。"]
    assert list(Target.objects.values_list("revision", "value")) == [(1, 3)]


def test_of_two_who_confirm_different_imports_at_once_one_sees_what_the_other_wrote(committed):
    programme, head = committed
    confirm(record=one_target(programme, 1, head), document="", reason="", by=head)
    records = [one_target(programme, value, head) for value in (3, 4)]

    told = confirmed_by_two_at_once(records, head)

    assert told == ["False", "True"]
    assert Target.objects.count() == 2
    waiting, written = ImportRecord.objects.filter(pk__in=[record.pk for record in records]).order_by("-state")
    [change], [done] = findings_of(waiting).rows(), findings_of(written).rows()
    assert (waiting.state, change.before, written.state, done.after) == (
        "preview",
        done.after,
        "applied",
        change.before,
    )
