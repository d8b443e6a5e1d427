"""A district of many towns with one official each, two open quarters of a programme, and a past that is accepted."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Role
from districts.models import District, Town
from tasks.models import Indicator, LightRun, Period, Programme, Submission, Target, Task
from tasks.programmes import create_programme
from tasks.reporting import Entry, accept, submit

CODE = "990000"
COUNTS, RATES, TASKS = 15, 3, 2


def make_district(towns: int) -> Programme:
    """The programme of last year, so that its quarters are over; the third and the fourth are open to all."""
    programme = create_programme(
        programme={"slug": "load", "year": timezone.localdate().year - 1, "title": "负载测试方案"},
        district={"code": CODE, "name": "负载区"},
        towns=[{"code": f"{CODE}{number:03d}", "name": f"第{number}镇"} for number in range(towns)],
    )
    _open(programme)
    _lines(programme)
    district = District.objects.get(code=CODE)
    staff = [User(username=f"load-staff-{number}", role=Role.STAFF, district=district) for number in range(3)]
    places = Town.objects.filter(district=district)
    User.objects.bulk_create(
        staff + [User(username=f"load-{town.code}", role=Role.TOWN, district=district, town=town) for town in places]
    )
    for town in places:
        _past(programme, town)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    LightRun.objects.create(district=district, programme=programme, on=yesterday)  # the nights before are done
    return programme


def _open(programme: Programme) -> None:
    today, day = timezone.localdate(), dt.timedelta(days=1)
    for period in programme.periods.all():
        period.opens_on, period.due_on = min(period.opens_on, today - day), today + 30 * day
        period.save()


def _lines(programme: Programme) -> None:
    rate = {"kind": Indicator.Kind.RATE, "aggregation": Indicator.Aggregation.WEIGHTED_RATE}
    for number in range(COUNTS + RATES):
        kind = rate if number >= COUNTS else {"unit": "户"}
        indicator = Indicator.objects.create(
            programme=programme, code=f"{number:02d}", name=f"指标{number}", order=number, **kind
        )
        Target.objects.bulk_create(
            Target(
                indicator=indicator, district=programme.district, town=town, revision=1, comparator=Target.Comparator.GE,
                value=Decimal(100), text="100",
            )
            for town in Town.objects.filter(district=programme.district)
        )  # fmt: skip
    for number in range(1, TASKS + 1):
        Task.objects.create(
            programme=programme, number=number, title=f"任务{number}", category="重点项目", town_wide=True,
            deadline_text="12月底前完成", due_on=programme.ends_on,
        )  # fmt: skip


def _past(programme: Programme, town: Town) -> None:
    """The first two quarters as the bureau's import writes them."""
    for quarter in (1, 2):
        period = Period.objects.select_related("programme__district").get(
            programme=programme, label__endswith=f"Q{quarter}"
        )
        entries = [Entry(one, value=Decimal(5 * quarter)) for one in programme.indicators.all()[:COUNTS]]
        key = f"past-{quarter}-{town.code}"
        submission = submit(
            period=period, town=town, entries=entries, by=None, key=key, source=Submission.Source.IMPORTED
        )
        accept(reports=submission.reports.all(), by=None)


def sheet_of(programme: Programme, town: Town, quarter: int) -> dict[int, Mapping[str, str]]:
    """What the town's official types in this quarter, by line: no two towns type the same, and nothing asks for a reason."""
    spread = Decimal(town.order) / 100
    lines: dict[int, Mapping[str, str]] = {}
    for indicator in programme.indicators.all():
        figure = f"{5 * quarter + indicator.order % 3 + spread}"
        words = f"{town.name}的说明" if indicator.order % 5 == 0 else ""
        if indicator.is_rate:
            lines[indicator.pk] = {"numerator": figure, "denominator": "90", "words": words, "reason": ""}
        else:
            lines[indicator.pk] = {"value": figure, "words": words, "reason": ""}
    for task in programme.tasks.filter(town_wide=True):
        percent = f"{5 * quarter + spread}"
        lines[-task.pk] = {"state": "in_progress", "percent": percent, "words": f"{town.name}进展", "reason": ""}
    return lines


def sessions(programme: Programme) -> dict[int, str]:
    """Every town's official signed in: the keys of their sessions."""
    found = {}
    for user in User.objects.filter(role=Role.TOWN, district=programme.district):
        client = Client()
        client.force_login(user)
        found[user.town_id] = client.cookies["sessionid"].value
    return found
