"""What is done to periods and with supervision sheets, and reminders, stand in the audit chain, those of before as well."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tasks.board import Moment
from tasks.completeness import Completeness
from tasks.models import AuditEntry, AuditHead
from tasks.periods import close, extend, reschedule
from tasks.reminding import remind
from tasks.supervising import issue, sign
from tasks.verifying import verify
from tests.factories import PeriodFactory, TargetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
TODAY, LONGER = dt.date(2024, 10, 15), dt.date(2024, 10, 20)


@pytest.fixture
def chain(district, miaohang, official, staff, admin):
    """Of each kind a row, six in all."""
    period = PeriodFactory(quarter=3, programme__district=district)
    TargetFactory(indicator__programme=period.programme, town=miaohang)
    extend(period=period, town=miaohang, due_on=LONGER, reason="台风", by=staff)
    remind(period=period, cells=Completeness(period.programme, Moment(TODAY)).of_period(period)[:1], by=staff)
    reschedule(period=period, opens_on=period.opens_on, due_on=LONGER, closes_on=None, reason="假期", by=admin)
    said = {"matter": "床位进度滞后", "requirement": "抓紧", "due_on": LONGER, "key": "1"}
    sheet = issue(programme=period.programme, town=miaohang, by=staff, **said)
    sign(sheet=sheet, by=official)
    close(period=period, reason="已上报", by=staff)
    return list(AuditEntry.objects.order_by("number"))


ROWS = ["periodact", "reminder", "periodact", "supervision", "supervisionact", "periodact"]


def test_each_row_is_chained_in_order(chain, district):
    assert [entry.kind for entry in chain] == [f"tasks.{kind}" for kind in ROWS]
    assert verify(district).broken is None


@pytest.mark.parametrize(
    ("number", "change", "told"),
    [
        (1, "reason = 'x'", "填报期操作 {row}（2024Q3 庙行镇 extended）"),
        (2, "owed = 9", "催办 {row}（2024Q3 庙行镇 2024-10-15）"),
        (4, "matter = 'x'", "督办单 {row}（1 庙行镇 x）"),
        (5, "words = 'x'", "督办办理 {row}（1 庙行镇 signed）"),
    ],
)
def test_one_changed_behind_the_back_is_named(chain, district, number, change, told):
    entry = chain[number - 1]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {entry.kind.replace('.', '_')} SET {change} WHERE id = %s", [entry.row])

    broken = verify(district).broken

    assert (broken.code, broken.number) == ("changed_row", number)
    assert told.format(row=entry.row) in broken.message


def test_rows_from_before_they_were_chained_go_into_a_chain_that_was_begun(chain, district):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tasks_auditentry")
        cursor.execute("UPDATE tasks_audithead SET number = 0, hash = ''")
    assert verify(district).broken.code == "row_without_entry"

    import_module("tasks.migrations.0022_chain_what_stood_before").chain(apps, None)

    assert sorted(AuditEntry.objects.values_list("kind", flat=True)) == sorted(f"tasks.{kind}" for kind in ROWS)
    assert (verify(district).broken, AuditHead.objects.get().number) == (None, 6)
